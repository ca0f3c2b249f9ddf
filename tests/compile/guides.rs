//! What guides make of a schema: rows narrowed or deviating, rules beside them.

use edigate::grammar::schema::{
    Condition, ConditionTest, Deviation, ElementContent, GuideCheck, GuideRule, NodeId, Pattern,
    Relaxation, Schema,
};

use super::{element, guide, guided, library, node};

/// The only rule of a schema.
fn only(schema: &Schema) -> &GuideRule {
    match schema.guide.rules.as_slice() {
        [rule] => rule,
        rules => panic!("{rules:#?}"),
    }
}

fn is(code: &str) -> ConditionTest {
    ConditionTest::Is(vec![code.as_bytes().into()])
}

#[test]
fn a_guide_names_itself_as_the_rule_and_keeps_its_chain() {
    let mut library = library();
    library
        .add("chain/850.guide", "guide    chain 850\nnarrows  x12/004010/850\n\nlimit N1 5\n")
        .unwrap();
    library
        .add("store/850.guide", "guide    store 850\nnarrows  chain/850\n\nlimit N1 2\n")
        .unwrap();
    let schema = library.schema("store/850").unwrap();
    assert_eq!(schema.rule, "store/850");
    assert_eq!(schema.guide.paths, ["chain/850", "store/850"]);
    assert_eq!(node(&schema, "N1").1.max, 2);
    library
        .add("store/850.guide", "guide    store 850\nnarrows  chain/850\n\nlimit N1 9\n")
        .unwrap();
    let errors = library.schema("store/850").unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "store/850.guide:4:1: this widens: N1 stands at most 5 times in chain/850; write deviate \
         N1 9, and why"
    );
}

#[test]
fn require_is_judged_on_each_instance_of_the_loop_it_names() {
    let schema = guided("require  REF where 01 is IA  Our supplier number\n");
    let rule = only(&schema);
    assert_eq!(rule.check, GuideCheck::Require);
    assert_eq!(
        (rule.scope, rule.nodes.as_slice()),
        (NodeId::SET, [node(&schema, "REF").0].as_slice())
    );
    assert_eq!(rule.condition, [Condition { element: 1, component: None, test: is("IA") }]);
    assert_eq!(rule.prose, "Our supplier number");
    assert_eq!((rule.guide.as_str(), rule.line), ("acme/850", 4));

    let schema = guided("require  PO1/N9\n");
    let rule = only(&schema);
    assert_eq!(rule.scope, node(&schema, "PO1").0);
    assert_eq!(rule.nodes, [node(&schema, "PO1/N9").0]);

    let schema = guided("require  N9/MSG\n");
    assert_eq!(only(&schema).scope, node(&schema, "N9").0);
}

#[test]
fn an_address_without_loops_means_the_set_and_what_lies_deeper_when_the_set_has_none() {
    let schema = guided("require  PID\n");
    let rule = only(&schema);
    assert_eq!(
        (rule.scope, rule.nodes.as_slice()),
        (NodeId::SET, [node(&schema, "PO1/PID").0].as_slice())
    );

    let schema = guided("codes    N4.02 NY NJ\n");
    assert_eq!(only(&schema).nodes, [node(&schema, "N1/N4").0, node(&schema, "PO1/N1/N4").0]);

    let schema = guided("codes    REF.01 IA DP\n");
    assert_eq!(only(&schema).nodes, [node(&schema, "REF").0], "the heading has one of its own");
}

#[test]
fn a_rule_about_an_element_is_about_the_trigger_of_a_loop() {
    let schema = guided("codes    N1.01 ST BY\n");
    let rule = only(&schema);
    assert_eq!(rule.nodes, [node(&schema, "N1/N1").0]);
    assert_eq!(rule.scope, node(&schema, "N1").0);
    let at = edigate::grammar::line::ElementRef { element: 1, component: None, last: None };
    assert_eq!(rule.check, GuideCheck::Codes(at, vec!["BY".into(), "ST".into()]));
}

#[test]
fn when_looks_in_the_loop_of_the_rule_first_then_outward() {
    let schema = guided("require  DTM when BEG.02 is RL\n");
    let when = only(&schema).when.clone().unwrap();
    assert_eq!(
        (when.scope, when.nodes.as_slice()),
        (NodeId::SET, [node(&schema, "BEG").0].as_slice())
    );
    assert_eq!((when.text.as_str(), when.same_segment), ("BEG.02 is RL", false));

    let schema = guided("require  PO1/REF when PO1.03 is CA\n");
    let when = only(&schema).when.clone().unwrap();
    assert_eq!(when.scope, node(&schema, "PO1").0);
    assert_eq!(when.nodes, [node(&schema, "PO1/PO1").0]);

    let schema = guided("require  PO1/REF when BEG.02 is RL\n");
    assert_eq!(only(&schema).when.clone().unwrap().scope, NodeId::SET);

    let schema = guided("require  N1.04 when N1.01 is ST\n");
    let when = only(&schema).when.clone().unwrap();
    assert!(when.same_segment && when.nodes == [node(&schema, "N1/N1").0]);
}

#[test]
fn in_holds_for_the_loops_that_meet_its_where() {
    let mut library = library();
    let text = "guide    acme 856\nnarrows  x12/004010/856\n\nin HL where 03 is O\n  require PRF\n  \
                length PRF.01 1..10\n  limit REF 3\n";
    library.add("acme/856.guide", text).unwrap();
    let schema = library.schema("acme/856").unwrap();
    let level = Condition { element: 3, component: None, test: is("O") };
    let hl = node(&schema, "HL").0;
    let checks: Vec<_> = schema.guide.rules.iter().map(|rule| &rule.check).collect();
    let number = edigate::grammar::line::ElementRef { element: 1, component: None, last: None };
    assert_eq!(
        checks,
        [&GuideCheck::Require, &GuideCheck::Length(number, 1, 10), &GuideCheck::Limit(3)]
    );
    for rule in &schema.guide.rules {
        assert_eq!(
            (rule.scope, rule.within.as_slice()),
            (hl, [(hl, vec![level.clone()])].as_slice())
        );
    }
    assert_eq!(element(&schema, "HL/PRF", 1).1.max, 22, "the row holds for other levels too");
}

#[test]
fn what_a_row_can_say_is_said_by_the_row_of_those_nodes_alone() {
    let schema = guided("length   N1/N4.01 2..20\nlimit    N9 5\n");
    assert!(schema.guide.rules.is_empty());
    assert_eq!(element(&schema, "N1/N4", 1).1.max, 20);
    assert_eq!(element(&schema, "PO1/N1/N4", 1).1.max, 30);
    assert_eq!((node(&schema, "N9").1.max, node(&schema, "PO1/N9").1.max), (5, 1000));
    let first = schema.segments.iter().find(|rule| rule.id == "N4").unwrap();
    let ElementContent::Simple(city) = &first.elements[0].content else { panic!("{first:?}") };
    assert_eq!(city.max, 30, "the first row of an id is the release's own");
}

#[test]
fn a_length_of_a_trigger_changes_the_loop_and_its_trigger_alike() {
    let schema = guided("length   N1.02 1..35\n");
    assert_eq!(node(&schema, "N1").1.segment, node(&schema, "N1/N1").1.segment);
    assert_eq!(element(&schema, "N1", 2).1.max, 35);
}

#[test]
fn a_length_of_a_component_changes_a_composite_of_its_own() {
    let mut library = library();
    let text = "grammar  x12 004010 900\ngroup    ZZ\n\nheading\n  010  SVC  must  1\n  020  BEG  may  1\n\
                detail\n  010  SVC  may  1\n";
    library.add("x12/004010/900.grammar", text).unwrap();
    library
        .add(
            "acme/900.guide",
            "guide    acme 900\nnarrows  x12/004010/900\n\nlength SVC.01.2 1..5\n",
        )
        .unwrap();
    let schema = library.schema("acme/900").unwrap();
    let set = &schema.nodes[0];
    let longest = |child: usize| {
        let row = schema.nodes[set.children[child].index()].segment;
        let ElementContent::Composite(row) = schema.segments[row].elements[0].content else {
            panic!("no composite")
        };
        match &schema.composites[row].components[1].content {
            ElementContent::Simple(simple) => simple.max,
            other => panic!("{other:?}"),
        }
    };
    // Both are lines of the set's own level, so both are meant.
    assert_eq!((longest(0), longest(2)), (5, 5));
    assert_eq!(schema.composites.len(), 2);
}

#[test]
fn patterns_are_named_and_kept() {
    let schema = guided("pattern  BEG.03 digits  Only digits\n");
    assert!(
        matches!(only(&schema).check, GuideCheck::Pattern(at, Pattern::Digits) if at.element == 3)
    );
}

#[test]
fn an_element_that_may_be_absent_is_let_pass_and_told() {
    let schema = guided("deviate  BEG.05 may  Old stores send no order date\n");
    assert!(!element(&schema, "BEG", 5).0);
    let rule = only(&schema);
    assert!(
        matches!(rule.check, GuideCheck::Deviation(Deviation::ElementAbsent(at)) if at.element == 5)
    );
    assert_eq!(rule.prose, "Old stores send no order date");
}

#[test]
fn what_deviates_may_be_forbidden_whatever_the_order_of_the_lines() {
    let schema = guided("forbid   BEG.05\ndeviate  BEG.05 may  They are not dated\n");
    let checks: Vec<_> = schema.guide.rules.iter().map(|rule| &rule.check).collect();
    assert!(matches!(checks.as_slice(), [GuideCheck::Deviation(_), GuideCheck::ForbidElement(_)]));
}

#[test]
fn segments_maxima_lengths_and_orders_deviate() {
    let schema = guided(
        "deviate  PO1 may  Blanket orders\ndeviate  N9 any  Long stories\n\
         deviate  BEG.03 1..30  Long numbers\ndeviate  PO1/N9 before PO1/REF  They send notes first\n",
    );
    assert_eq!(node(&schema, "PO1").1.min, 0);
    assert_eq!(node(&schema, "N9").1.max, u32::MAX);
    assert_eq!(element(&schema, "BEG", 3).1.max, 30);
    let (_, po1) = node(&schema, "PO1");
    let ids: Vec<&str> =
        po1.children.iter().map(|child| schema.nodes[child.index()].id.as_str()).collect();
    assert_eq!(ids, ["PO1", "PID", "N9", "REF", "N1"]);
    assert_eq!(node(&schema, "PO1/N9").1.position, node(&schema, "PO1/REF").1.position);
    let kinds: Vec<_> = schema.guide.rules.iter().map(|rule| rule.check.clone()).collect();
    let number = edigate::grammar::line::ElementRef { element: 3, component: None, last: None };
    let reference = node(&schema, "PO1/REF").0;
    assert_eq!(
        kinds,
        [
            GuideCheck::Deviation(Deviation::Absent),
            GuideCheck::Deviation(Deviation::MoreThan(1000)),
            GuideCheck::Deviation(Deviation::Length(number, 1, 22)),
            GuideCheck::Deviation(Deviation::Before(vec![reference])),
        ]
    );
}

#[test]
fn a_guide_may_deviate_from_what_the_guide_it_narrows_requires() {
    let mut library = library();
    library
        .add("chain/850.guide", "guide    chain 850\nnarrows  x12/004010/850\n\nrequire  CUR\n")
        .unwrap();
    let store =
        "guide    store 850\nnarrows  chain/850\n\ndeviate  CUR may  They only know dollars\n";
    library.add("store/850.guide", store).unwrap();
    let schema = library.schema("store/850").unwrap();
    assert_eq!(only(&schema).check, GuideCheck::Deviation(Deviation::Absent));
    let forbids = "guide    store 850\nnarrows  chain/850\n\nforbid   CUR\n";
    library.add("store/850.guide", forbids).unwrap();
    assert_eq!(
        library.schema("store/850").unwrap_err()[0].to_string(),
        "store/850.guide:4:1: CUR is both required (chain/850 line 4) and forbidden"
    );
}

#[test]
fn codes_of_a_narrowed_guide_are_replaced_by_fewer() {
    let mut library = library();
    library
        .add(
            "chain/850.guide",
            "guide    chain 850\nnarrows  x12/004010/850\n\ncodes BEG.02 SA NE\n",
        )
        .unwrap();
    let store =
        |codes: &str| format!("guide    store 850\nnarrows  chain/850\n\ncodes BEG.02 {codes}\n");
    library.add("store/850.guide", &store("NE")).unwrap();
    let schema = library.schema("store/850").unwrap();
    assert!(matches!(&only(&schema).check, GuideCheck::Codes(_, codes) if codes == &["NE"]));
    library.add("store/850.guide", &store("NE RL")).unwrap();
    assert_eq!(
        library.schema("store/850").unwrap_err()[0].to_string(),
        "store/850.guide:4:1: this widens: BEG.02 is NE SA in chain/850, not RL"
    );
}

#[test]
fn plus_codes_name_a_partners_own_and_are_told_where_the_list_is_closed() {
    let schema = guided("plus codes 98  Z7 consignee\n");
    let (_, role) = element(&schema, "N1", 1);
    let list = &schema.code_lists[role.codes.unwrap()];
    assert_eq!((list.name("Z7"), list.name("ST")), (Some("consignee"), Some("ship_to")));
    assert!(schema.guide.rules.is_empty(), "an open list refuses nothing");

    let schema = guided("plus codes 98  ST store\n");
    let (_, role) = element(&schema, "N1", 1);
    let word = schema.code_lists[role.codes.unwrap()].name("ST");
    assert_eq!(word, Some("store"), "the partner's word stands in place of ours");

    let schema = guided("plus codes 92  ZZ special\ncodes    BEG.02 SA ZZ\n");
    let told = GuideCheck::Deviation(Deviation::Code(
        edigate::grammar::line::ElementRef { element: 2, component: None, last: None },
        vec!["ZZ".into()],
    ));
    assert_eq!(schema.guide.rules[0].check, told);

    let schema = guided("plus codes 128  ZA store_number\n");
    let (_, kind) = element(&schema, "REF", 1);
    assert_eq!(schema.code_lists[kind.codes.unwrap()].name("ZA"), Some("store_number"));
}

#[test]
fn a_split_divides_a_line_and_keeps_the_sum() {
    let schema = guided("split    REF where 01 is IA  must 1  Our supplier number\n");
    let set = &schema.nodes[0];
    let parts: Vec<_> = set
        .children
        .iter()
        .map(|child| &schema.nodes[child.index()])
        .filter(|node| node.id == "REF")
        .collect();
    assert_eq!(parts.len(), 2);
    assert_eq!((parts[0].min, parts[0].max, &parts[0].condition[0].test), (1, 1, &is("IA")));
    assert_eq!(parts[0].position, parts[1].position);
    let rest = ConditionTest::IsNot(vec![b"IA".as_slice().into()]);
    assert_eq!((parts[1].min, parts[1].max, &parts[1].condition[0].test), (0, 12, &rest));
    assert_eq!(only(&schema).check, GuideCheck::Limit(12));
    assert_eq!(only(&schema).nodes.len(), 2);
}

#[test]
fn a_split_loop_brings_its_lines_and_rules_along() {
    let mut library = library();
    library
        .add("chain/850.guide", "guide    chain 850\nnarrows  x12/004010/850\n\nrequire N1/N4\n")
        .unwrap();
    let store = "guide    store 850\nnarrows  chain/850\n\nsplit N1 where 01 is ST  must 1\n\
                 in N1 where 01 is ST\n  require N3\n";
    library.add("store/850.guide", store).unwrap();
    let schema = library.schema("store/850").unwrap();
    let loops: Vec<NodeId> = schema.nodes[0]
        .children
        .iter()
        .copied()
        .filter(|child| schema.nodes[child.index()].id == "N1")
        .collect();
    assert_eq!(loops.len(), 2);
    for id in &loops {
        let row = &schema.nodes[id.index()];
        assert_eq!(row.children.len(), 3);
        assert!(row.children.iter().all(|child| schema.nodes[child.index()].parent == *id));
    }
    let scopes: Vec<NodeId> = schema
        .guide
        .rules
        .iter()
        .filter(|rule| rule.check == GuideCheck::Require && rule.address == "N1/N4")
        .map(|rule| rule.scope)
        .collect();
    assert_eq!(scopes.len(), 2, "each part must have its N4");
    let street = schema.guide.rules.iter().find(|rule| rule.address == "N3").unwrap();
    assert_eq!((street.scope, street.within.as_slice()), (loops[0], [].as_slice()));
}

#[test]
fn dates_and_levels_are_relaxed_and_business_is_refused() {
    let schema = guided("relax    dates\nrefuse   business\n");
    assert_eq!(schema.guide.relaxed[0].what, Relaxation::Dates);
    assert!(schema.guide.business_refused);

    let mut library = library();
    let text = "guide    acme 856\nnarrows  x12/004010/856\n\nrelax    levels S P O I\n";
    library.add("acme/856.guide", text).unwrap();
    let schema = library.schema("acme/856").unwrap();
    let tree = &schema.trees[0];
    let under = |code: &str| {
        tree.levels.iter().find(|(level, _, _)| level == code).map(|(_, _, under)| under.clone())
    };
    assert_eq!(under("P"), Some(vec!["S".to_owned()]));
    assert_eq!(under("O"), Some(vec!["S".to_owned(), "P".to_owned()]));
    assert_eq!(under("I"), Some(vec!["S".to_owned(), "O".to_owned()]));
}

#[test]
fn map_lines_of_guides_are_handed_on_in_order() {
    let mut library = library();
    let map = "map 850 purchase_order\nBEG.03  number\n";
    library.add("x12/850.map", map).unwrap();
    let chain = "guide    chain 850\nnarrows  x12/004010/850\n\nmap\n  REF.02 where 01 is ZZ  extra.contract\n";
    let store =
        "guide    store 850\nnarrows  chain/850\n\nmap\n  REF.02 where 01 is IA  extra.supplier\n";
    library.add("chain/850.guide", chain).unwrap();
    library.add("store/850.guide", store).unwrap();
    let found = library.resolve("004010", "850", Some("store/850"));
    assert_eq!(found.map_path, "x12/850.map");
    let names: Vec<&str> = found.guide_map.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(names, ["chain/850", "store/850"]);
    assert_eq!(found.guide_map[0].1.len(), 1);
}

#[test]
fn the_guide_of_the_specification_compiles() {
    let text = "\
require  REF where 01 is IA         Our supplier number; we refuse without it
require  N1 where 01 is ST
length   BEG.03 8..10
codes    BEG.02 SA NE
limit    N9 5
forbid   CUR
pattern  BEG.03 digits
require  DTM when BEG.02 is RL
in PO1 where 03 is EA
  require PID
plus codes 98  Z7 consignee
deviate  BEG.05 may                 Old stores send no order date
deviate  PO1/N9 before PO1/REF      They send notes first
relax    dates
";
    assert_eq!(guided(text).guide.rules.len(), 9);
    assert!(guide(text).starts_with("guide    acme 850"));
}

#[test]
fn a_line_is_not_moved_beside_one_that_takes_the_same_segments() {
    let mut library = library();
    let text = "grammar  x12 004010 900\ngroup    ZZ\n\nheading\n  010  REF  may  1\n  010  CUR  may  1\n  \
                loop REF  may  9\n    050  REF  must  1\n";
    library.add("x12/004010/900.grammar", text).unwrap();
    let guide = |what: &str| {
        format!("guide    acme 900\nnarrows  x12/004010/900\n\ndeviate {what} before CUR  Why\n")
    };
    library.add("acme/900.guide", &guide("REF")).unwrap();
    let errors = library.schema("acme/900").unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "acme/900.guide:4:1: REF means several lines of x12/004010/900; name the loop or add a \
         where"
    );
    library.add("x12/004010/900.grammar", &text.replace("loop REF", "loop NOTES on REF")).unwrap();
    library.add("acme/900.guide", &guide("NOTES")).unwrap();
    let errors = library.schema("acme/900").unwrap_err();
    assert_eq!(
        errors[0].to_string(),
        "acme/900.guide:4:1: another REF stands there and takes the same segments"
    );
}
