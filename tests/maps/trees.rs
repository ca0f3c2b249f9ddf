//! HL trees (6.5): one map reads and writes every nesting.

use crate::bench::{Bench, at};
use edigate::limits::RECORD_DEPTH;

const NOTICE: &str = "heading
  010  TOP  must  1  Top
detail
  loop HL  must  any  Levels
    tree id 01 parent 02 level 03 child 04
    level S  must under none
    level O  under S T P
    level T  under S O P
    level P  under S O T I
    level I  under S O T P
    level X  under S O
    010  HL   must  1    Level
    020  LIN  may   1    Item
    030  REF  may   any  References
    040  QTY  may   1    Quantity
summary
  010  CTT  may  1  Totals
";

const FIELDS: &str = "  number  may  text  Number
  lading  may  text  Bill of lading
  orders  may  list order  Orders
  packs   may  list pack   Packs
  items   may  list item   Items

part order  Order
  order_number  may  text       Number
  packs         may  list pack  Packs
  items         may  list item  Items

part pack  Pack
  kind    may  word        Kind
  sscc    may  text        Number
  orders  may  list order  Orders
  packs   may  list pack   Packs
  items   may  list item   Items

part item  Item
  line      may  text       Line
  quantity  may  decimal    Quantity
  packs     may  list pack  Packs
";

const MAP: &str = "TOP.01  number
tree HL
  level S  .
    REF.02 where 01 is BM  lading
  level O  orders[]
    REF.02 where 01 is PO  order_number
  level T  packs[]
    set kind tare
    REF.02 where 01 is GM  sscc
  level P  packs[]
    set kind pack
    REF.02 where 01 is GM  sscc
  level I  items[]
    LIN.01  line
    QTY.01  quantity  decimal
CTT
  fill   01  count(HL)
  check  02  sum(items.quantity)
";

fn notice() -> Bench {
    Bench::new(NOTICE, MAP, FIELDS)
}

/// HL segments of `level parent` words, each with what tells its node apart.
fn hls(nodes: &[(&str, &str, &str)]) -> String {
    let mut text = "TOP*1".to_owned();
    for (id, (parent, level, name)) in (1..).zip(nodes) {
        text.push_str(&format!("\nHL*{id}*{parent}*{level}"));
        text.push_str(&match *level {
            "S" => format!("\nREF*BM*{name}"),
            "O" => format!("\nREF*PO*{name}"),
            "I" => format!("\nLIN*{name}\nQTY*{id}"),
            "X" => format!("\nREF*ZZ*{name}"),
            _ => format!("\nREF*GM*{name}"),
        });
    }
    text.push_str(&format!("\nCTT*{}", nodes.len()));
    text
}

/// A name, nodes as `parent level name`, a pointer into the record and what is there.
type Shape<'s> = (&'s str, &'s [(&'s str, &'s str, &'s str)], &'s str, &'s str);

#[test]
fn every_nesting_is_read_as_sent_and_written_the_same() {
    let shapes: [Shape<'_>; 9] = [
        ("S-I", &[("", "S", "b"), ("1", "I", "i1"), ("1", "I", "i2")], "/items/1/line", "\"i2\""),
        (
            "S-O-I",
            &[("", "S", "b"), ("1", "O", "o"), ("2", "I", "i")],
            "/orders/0/items/0/line",
            "\"i\"",
        ),
        (
            "S-O-P-I",
            &[("", "S", "b"), ("1", "O", "o"), ("2", "P", "p"), ("3", "I", "i")],
            "/orders/0/packs/0/items/0/line",
            "\"i\"",
        ),
        (
            "S-O-T-P-I",
            &[("", "S", "b"), ("1", "O", "o"), ("2", "T", "t"), ("3", "P", "p"), ("4", "I", "i")],
            "/orders/0/packs/0/packs/0/items/0/line",
            "\"i\"",
        ),
        (
            "S-T-I-P",
            &[("", "S", "b"), ("1", "T", "t"), ("2", "I", "i"), ("3", "P", "p")],
            "/packs/0/items/0/packs/0/kind",
            "\"pack\"",
        ),
        (
            "S-P-I",
            &[("", "S", "b"), ("1", "P", "p"), ("2", "I", "i")],
            "/packs/0/items/0/line",
            "\"i\"",
        ),
        (
            "S-P-O-I",
            &[("", "S", "b"), ("1", "P", "p"), ("2", "O", "o"), ("3", "I", "i")],
            "/packs/0/orders/0/items/0/line",
            "\"i\"",
        ),
        (
            "mixed packs keep their order",
            &[("", "S", "b"), ("1", "P", "p1"), ("1", "T", "t1"), ("1", "P", "p2")],
            "/packs/1/kind",
            "\"tare\"",
        ),
        ("S alone", &[("", "S", "b")], "/lading", "\"b\""),
    ];
    for (name, nodes, pointer, expected) in shapes {
        let text = hls(nodes);
        let (record, written) = notice().there_and_back(&text);
        assert_eq!(at(&record, pointer), expected, "{name}: {record}");
        assert_eq!(written, text, "{name}");
    }
}

#[test]
fn the_tree_follows_pointers_not_order() {
    // Both orders first, then their items, the second order's first.
    let text = hls(&[
        ("", "S", "b"),
        ("1", "O", "o1"),
        ("1", "O", "o2"),
        ("3", "I", "i2"),
        ("2", "I", "i1"),
        ("3", "I", "i3"),
    ]);
    let (record, written) = notice().there_and_back(&text);
    assert_eq!(at(&record, "/orders/0/items/0/line"), "\"i1\"");
    assert_eq!(at(&record, "/orders/1/items/1/line"), "\"i3\"");
    let ids: Vec<&str> = written.lines().filter(|line| line.starts_with("HL")).collect();
    assert_eq!(ids, ["HL*1**S", "HL*2*1*O", "HL*3*2*I", "HL*4*1*O", "HL*5*4*I", "HL*6*4*I"]);
}

#[test]
fn an_empty_parent_is_filled() {
    let text = hls(&[("", "S", "b"), ("", "O", "o"), ("", "I", "i")]);
    let (record, written) = notice().there_and_back(&text);
    assert_eq!(at(&record, "/orders/0/items/0/line"), "\"i\"");
    assert!(written.contains("HL*2*1*O") && written.contains("HL*3*2*I"), "{written}");
}

#[test]
fn a_level_nobody_names_stays_with_all_below_it_under_its_parent() {
    let text =
        hls(&[("", "S", "b"), ("1", "O", "o"), ("2", "X", "x"), ("2", "I", "i"), ("1", "X", "y")])
            .replace("HL*3*2*X\nREF*ZZ*x", "HL*3*2*X\nREF*ZZ*x\nQTY*7");
    let (record, written) = notice().there_and_back(&text);
    assert_eq!(
        at(&record, "/orders/0/unmapped"),
        r#"[{"at":"HL","segments":[["HL","1","","X"],["REF","ZZ","x"],["QTY","7"]]}]"#
    );
    assert_eq!(
        at(&record, "/unmapped"),
        r#"[{"at":"HL:S/HL","segments":[["HL","1","","X"],["REF","ZZ","y"]]}]"#
    );
    let ids: Vec<&str> = written.lines().filter(|line| line.starts_with("HL")).collect();
    assert_eq!(ids, ["HL*1**S", "HL*2*1*O", "HL*3*2*I", "HL*4*2*X", "HL*5*1*X"]);
    assert!(written.ends_with("CTT*5"), "{written}");
}

#[test]
fn nodes_below_an_unnamed_level_keep_their_pointers() {
    let map = MAP.replace("  level O  orders[]\n    REF.02 where 01 is PO  order_number\n", "");
    let bench = Bench::new(NOTICE, &map, FIELDS);
    let text = hls(&[
        ("", "S", "b"),
        ("1", "P", "p"),
        ("1", "O", "o"),
        ("3", "P", "q"),
        ("4", "I", "i"),
        ("3", "I", "j"),
    ]);
    let (record, written) = bench.there_and_back(&text);
    assert_eq!(
        at(&record, "/unmapped/0/segments"),
        r#"[["HL","1","","O"],["REF","PO","o"],["HL","2","1","P"],["REF","GM","q"],["HL","3","2","I"],["LIN","i"],["QTY","5"],["HL","4","1","I"],["LIN","j"],["QTY","6"]]"#
    );
    assert_eq!(written, text);
}

#[test]
fn a_second_shipment_is_held_and_not_lost() {
    let text = hls(&[("", "S", "b"), ("1", "I", "i"), ("", "S", "c"), ("3", "I", "j")]);
    let read = notice().read(&text);
    assert!(read.accepted);
    let held = read.held.unwrap();
    assert!(held.starts_with("segment 8 begins a second shipment"), "{held}");
    assert_eq!(
        at(&read.record, "/unmapped"),
        r#"[{"at":"HL","segments":[["HL","1","","S"],["REF","BM","c"],["HL","2","1","I"],["LIN","j"],["QTY","4"]]}]"#
    );
    let (_, written) = notice().there_and_back(&text);
    assert_eq!(written, text);
}

#[test]
fn sums_over_a_tree_find_nodes_at_every_depth() {
    let bench = notice();
    let nodes =
        [("", "S", "b"), ("1", "O", "o"), ("2", "I", "i"), ("1", "P", "p"), ("4", "I", "j")];
    let sound = hls(&nodes).replace("CTT*5", "CTT*5*8");
    assert!(bench.read(&sound).findings.is_empty());
    let wrong = bench.read(&hls(&nodes).replace("CTT*5", "CTT*4*9"));
    let told: Vec<&str> = wrong.findings.iter().map(|(rule, _, _)| rule.as_str()).collect();
    assert_eq!(told, ["count(HL)", "sum(items.quantity)"]);
    assert_eq!(wrong.findings[1].2, "8");
}

#[test]
fn a_count_of_another_kind_may_pass_and_the_first_is_written() {
    let map = MAP.replace("count(HL)", "count(HL) or count(items)");
    let bench = Bench::new(NOTICE, &map, FIELDS);
    let text = hls(&[("", "S", "b"), ("1", "O", "o"), ("2", "I", "i")]);
    let items = bench.read(&text.replace("CTT*3", "CTT*1"));
    assert!(items.findings.is_empty());
    assert_eq!(bench.read(&text.replace("CTT*3", "CTT*2")).findings[0].2, "3");
    assert_eq!(bench.write(&items.record).unwrap(), text);
}

#[test]
fn a_tree_deeper_than_a_record_is_held_and_not_lost() {
    let mut nodes = vec![(String::new(), "S", "b")];
    for id in 1..=RECORD_DEPTH + 20 {
        nodes.push((id.to_string(), if id % 2 == 0 { "T" } else { "P" }, "n"));
    }
    let nodes: Vec<(&str, &str, &str)> =
        nodes.iter().map(|(parent, level, name)| (parent.as_str(), *level, *name)).collect();
    let text = hls(&nodes);
    let read = notice().read(&text);
    assert!(read.held.unwrap().contains("deeper"), "{}", read.record);
    let (_, written) = notice().there_and_back(&text);
    assert_eq!(written, text);
}

#[test]
fn the_child_flag_is_written_only_where_it_must_stand() {
    let text = "TOP*1\nHL*1**S*1\nHL*2*1*I*0\nLIN*i\nQTY*2\nCTT*2";
    let (_, written) = notice().there_and_back(text);
    assert_eq!(written, "TOP*1\nHL*1**S\nHL*2*1*I\nLIN*i\nQTY*2\nCTT*2");
}

#[test]
fn a_level_without_a_place_under_another_is_refused_when_compiled() {
    let fields = FIELDS.replace("  packs     may  list pack  Packs\n", "");
    let errors = Bench::new(NOTICE, MAP, &fields).errors();
    assert_eq!(
        errors,
        ["x12/500.map:3:1: level P may stand under I, whose object has no list \"packs\""]
    );
}

#[test]
fn a_guide_has_the_tree_written_in_its_own_shape() {
    let shaped = |levels: &str| {
        notice().with(
            "acme/500.guide",
            &format!(
                "guide acme 500\nnarrows x12/009000/500\nrelax levels {levels}  Their shape\n"
            ),
        )
    };
    let record = notice()
        .read(&hls(&[
            ("", "S", "b"),
            ("1", "O", "o"),
            ("2", "P", "p1"),
            ("3", "I", "i1"),
            ("2", "P", "p2"),
            ("5", "I", "i2"),
            ("5", "I", "i3"),
            ("1", "O", "o2"),
        ]))
        .record;
    let levels = |bench: &Bench| {
        let written = bench.write_bytes(&record, Some("acme/500"), None).unwrap();
        let text = String::from_utf8(written.bytes).unwrap();
        let lines =
            text.split('~').filter(|line| line.starts_with("HL") || line.starts_with("REF"));
        (lines.collect::<Vec<_>>().join(" "), written.left_out)
    };
    // The order is repeated in each pack; the empty order stays.
    let (text, lost) = levels(&shaped("S P O I"));
    assert_eq!(
        text,
        "HL*1**S REF*BM*b HL*2*1*O REF*PO*o2 HL*3*1*P REF*GM*p1 HL*4*3*O REF*PO*o HL*5*4*I \
         HL*6*1*P REF*GM*p2 HL*7*6*O REF*PO*o HL*8*7*I HL*9*7*I"
    );
    assert!(lost.is_empty());
    let (text, lost) = levels(&shaped("S O I"));
    assert_eq!(
        text,
        "HL*1**S REF*BM*b HL*2*1*O REF*PO*o HL*3*2*I HL*4*2*I HL*5*2*I HL*6*1*O REF*PO*o2"
    );
    assert_eq!(lost, ["orders[0].packs[0]", "orders[0].packs[1]"]);
}
