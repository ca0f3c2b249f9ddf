//! Whatever a text says, compiling it ends with a schema or with errors, never with a panic.

use edigate::grammar::schema::{NodeId, NodeKind, Schema};
use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_oneof, proptest};

use super::{library, structure};

fn wheres() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => "",
        2 => "where 0[1-5] is (ST|BY|IA|SA\\|NE|2700)",
        1 => "where 0[1-3](\\.[1-2])? (present|absent)",
    ]
}

fn segment() -> impl Strategy<Value = String> {
    let id = prop_oneof![9 => "BEG|CUR|REF|DTM|N1|N4|PO1|SVC|HL|LS", 1 => "[A-Z][A-Z0-9]{1,2}"];
    let end = "(must|may)  ([1-9]|any)  ?(Words of ours)?";
    (id, wheres(), end).prop_map(|(id, cond, end)| format!("POSITION  {id} {cond}  {end}"))
}

/// Lines of a loop or area, two blanks deeper a level.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let leaf = proptest::collection::vec(segment(), 0..4);
    leaf.prop_recursive(4, 24, 3, |inner| {
        let head = ("(N1|PO1|HL|CUR|2100 on N1|2700 on LS)", wheres(), "(must|may)  ([1-9]|any)");
        let looped = (head, inner).prop_map(|((name, cond, end), inner)| {
            let id = name.rsplit(' ').next().unwrap_or_default().to_owned();
            let mut lines = vec![format!("loop {name} {cond}  {end}")];
            lines.push(format!("  POSITION  {id}  must  1"));
            lines.extend(inner.into_iter().map(|line| format!("  {line}")));
            lines
        });
        proptest::collection::vec(looped, 1..3).prop_map(|loops| loops.concat())
    })
}

/// The address of a line of the structure.
fn node() -> impl Strategy<Value = String> {
    ("(PO1/)?(BEG|CUR|REF|N1|N1/N4|PO1|N9|N9/MSG)", wheres())
        .prop_map(|(address, cond)| format!("{address} {cond}"))
}

fn rule() -> impl Strategy<Value = String> {
    let address = "(PO1/)?(BEG|CUR|REF|DTM|N1|N1/N4|PID|N9)(\\.0[1-3](\\.1)?)?";
    let when = "( when (BEG|PO1|N1)\\.0[1-3] (is SA|present|absent))?";
    prop_oneof![
        ("(require|forbid)", address, when)
            .prop_map(|(word, at, when)| format!("{word} {at}{when}")),
        ("(require|forbid)", node()).prop_map(|(word, at)| format!("{word} {at}")),
        (node(), "[1-9]0?").prop_map(|(at, max)| format!("limit {at} {max}")),
        ("(REF|N1|CUR) where 0[12] is (ST|IA)", "(must|may) [1-3]")
            .prop_map(|(at, end)| format!("split {at} {end}")),
        (node(), "(may|any|[1-9]0?)").prop_map(|(at, how)| format!("deviate {at} {how} Why")),
        (node(), node()).prop_map(|(a, b)| format!("deviate {a} before {b} Why")),
        (address, "(may|1\\.\\.[1-9]0?)").prop_map(|(at, how)| format!("deviate {at} {how} Why")),
        (address, "[1-9]\\.\\.[1-9]0?").prop_map(|(at, range)| format!("length {at} {range}")),
        (address, "(SA|NE|ZZ)( RL)?").prop_map(|(at, codes)| format!("codes {at} {codes}")),
        (address, "(digits|gtin|dogits)").prop_map(|(at, name)| format!("pattern {at} {name}")),
        "plus codes (92|98|128) Z[A-Z] word",
        "in (PO1|N1|N9)( where 01 is (ST|1))?\n  (require|forbid) (N4|REF|MSG|PID)",
        "relax (dates|map)",
    ]
}

/// What the walk and the maps rely on.
fn sound(schema: &Schema) -> bool {
    schema.nodes.iter().enumerate().all(|(row, node)| {
        let children: Vec<_> =
            node.children.iter().map(|child| &schema.nodes[child.index()]).collect();
        let rising = children.windows(2).all(|pair| pair[0].position <= pair[1].position);
        let own = children.iter().all(|child| child.parent.index() == row);
        let trigger = !matches!(node.kind, NodeKind::Loop(_))
            || children.first().is_some_and(|first| {
                first.kind == NodeKind::Segment
                    && first.id == node.id
                    && first.segment == node.segment
            });
        let known = schema.segments.get(node.segment).is_some_and(|rule| rule.id == node.id);
        rising && own && trigger && known
    }) && schema.guide.rules.iter().all(|rule| {
        let known = |id: &NodeId| id.index() < schema.nodes.len();
        rule.nodes.iter().all(known) && known(&rule.scope) && !rule.nodes.is_empty()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn any_structure_is_a_sound_schema_or_errors(lines in lines()) {
        let place = |(nth, line): (usize, &String)| {
            // Two lines in a row may share a position, so that any-order groups arise.
            let position = format!("{:03}", (nth / 2 + 1) * 10);
            format!("  {}\n", line.replace("POSITION", &position))
        };
        let text: String = lines.iter().enumerate().map(place).collect();
        let mut library = library();
        let _told_by_check = library.add("x12/004010/900.grammar", &structure(&text));
        match library.schema("x12/004010/900") {
            Ok(schema) => prop_assert!(sound(&schema), "{schema:#?}"),
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }

    #[test]
    fn any_guide_is_a_sound_schema_or_errors(rules in proptest::collection::vec(rule(), 1..4)) {
        let mut library = library();
        let _told_by_check = library.add("acme/850.guide", &super::guide(&(rules.join("\n") + "\n")));
        match library.schema("acme/850") {
            Ok(schema) => prop_assert!(sound(&schema), "{rules:?} {schema:#?}"),
            Err(errors) => prop_assert!(!errors.is_empty()),
        }
    }
}
