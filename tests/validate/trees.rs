//! HL trees: any order of levels, and each way in which pointers can be wrong (GRAMMAR.md 5.4).

use crate::sets::{Lexed, check, check_with, framed, lines, told};
use crate::texts::SHIPMENT;
use edigate::x12::finding::Fault;
use edigate::x12::tree::{Tree, build};
use edigate::x12::validate::{Options, Validator};

/// A notice with these HL segments.
fn notice(levels: &str) -> String {
    format!("BSN*00*1\n{levels}\nCTT*1")
}

fn tree(levels: &str) -> Tree {
    let lexed = Lexed::new(framed(&notice(levels)));
    let mut validator = Validator::new();
    drop(validator.check(lexed.text(), &SHIPMENT, &Options::default()));
    build(&lexed.text(), validator.placements(), &SHIPMENT)
}

/// `S(O(I I))`: levels with what stands under them.
fn shape(tree: &Tree) -> String {
    const CODES: [&str; 5] = ["S", "O", "T", "P", "I"];
    fn write(tree: &Tree, index: usize, out: &mut String) {
        out.push_str(tree.nodes[index].level.map_or("?", |level| CODES[level]));
        if !tree.children(index).is_empty() {
            out.push('(');
            for (at, &child) in tree.children(index).iter().enumerate() {
                out.push_str(if at > 0 { " " } else { "" });
                write(tree, child, out);
            }
            out.push(')');
        }
    }
    let mut out = String::new();
    for (at, root) in tree.roots().enumerate() {
        out.push_str(if at > 0 { " " } else { "" });
        write(tree, root, &mut out);
    }
    out
}

#[test]
fn every_order_of_levels_is_read_from_its_pointers() {
    for (levels, expected) in [
        ("HL*1**S\nHL*2*1*O\nHL*3*2*I\nHL*4*2*I", "S(O(I I))"),
        ("HL*1**S\nHL*2*1*O\nHL*3*2*P\nHL*4*3*I\nHL*5*1*O\nHL*6*5*P", "S(O(P(I)) O(P))"),
        ("HL*1**S\nHL*2*1*O\nHL*3*2*T\nHL*4*3*P\nHL*5*4*I", "S(O(T(P(I))))"),
        ("HL*1**S\nHL*2*1*T\nHL*3*2*I\nHL*4*3*P\nHL*5*1*O", "S(T(I(P)) O)"),
        ("HL*1**S\nHL*2*1*P\nHL*3*2*I\nHL*4*2*O", "S(P(I O))"),
        ("HL*1**S\nHL*2*1*P\nHL*3*2*O\nHL*4*3*I", "S(P(O(I)))"),
    ] {
        assert_eq!(told(&SHIPMENT, &notice(levels)), [""; 0], "{levels}");
        assert_eq!(shape(&tree(levels)), expected);
    }
}

#[test]
fn interleaved_pointers_are_followed() {
    let levels = "HL*1**S\nHL*2*1*O\nHL*3*1*O\nHL*4*2*I\nHL*5*3*I\nHL*6*2*I";
    assert_eq!(told(&SHIPMENT, &notice(levels)), [""; 0]);
    assert_eq!(shape(&tree(levels)), "S(O(I I) O(I))");
}

#[test]
fn ids_need_be_neither_numbers_nor_rising() {
    let levels = "HL*X**S\nHL*10*X*O\nHL*9*10*I\nHL*1*X*O\nHL*100*1*I";
    assert_eq!(told(&SHIPMENT, &notice(levels)), [""; 0]);
    assert_eq!(shape(&tree(levels)), "S(O(I) O(I))");
}

#[test]
fn an_empty_parent_below_the_top_is_a_warning_and_the_nearest_level_is_taken() {
    let levels = "HL*1**S\nHL*2*1*O\nHL*3*2*P\nHL*4**I\nHL*5**O\nHL*6*5*I";
    assert_eq!(
        told(&SHIPMENT, &notice(levels)),
        ["~TreeParentEmpty HL02@6", "~TreeParentEmpty HL02@7"]
    );
    assert_eq!(shape(&tree(levels)), "S(O(P(I O(I))))");
    let strict = Options { strict: true, ..Options::default() };
    let found = check_with(&SHIPMENT, &notice(levels), strict);
    assert_eq!(lines(&SHIPMENT, &found), ["7 HL02@6", "7 HL02@7"]);
}

#[test]
fn a_parent_that_names_no_earlier_id_is_one_finding() {
    let levels = "HL*1**S\nHL*2*1*O\nHL*3*9*I\nHL*4*3*P";
    assert_eq!(told(&SHIPMENT, &notice(levels)), ["7 HL02@5"]);
    assert_eq!(check(&SHIPMENT, &notice(levels))[0].fault, Fault::TreeParent);
    assert_eq!(shape(&tree(levels)), "S(O) I(P)");
}

#[test]
fn cycles_cannot_arise() {
    let own = "HL*1**S\nHL*2*1*O\nHL*3*3*I";
    assert_eq!(told(&SHIPMENT, &notice(own)), ["7 HL02@5"]);
    let forward = "HL*1**S\nHL*2*3*O\nHL*3*2*I";
    assert_eq!(told(&SHIPMENT, &notice(forward)), ["7 HL02@4"]);
    assert_eq!(shape(&tree(forward)), "S O(I)");
}

#[test]
fn a_repeated_id_is_one_finding() {
    let levels = "HL*1**S\nHL*2*1*O\nHL*2*1*O\nHL*3*2*I";
    assert_eq!(told(&SHIPMENT, &notice(levels)), ["7 HL01@5"]);
    assert_eq!(check(&SHIPMENT, &notice(levels))[0].fault, Fault::TreeId);
    assert_eq!(shape(&tree(levels)), "S(O O(I))");
    // Which of two is meant cannot be known, so the level under it is not judged.
    let levels = "HL*1**S\nHL*1*1*O\nHL*2*1*I";
    assert_eq!(told(&SHIPMENT, &notice(levels)), ["7 HL01@4"]);
}

#[test]
fn an_empty_id_is_told_as_absent_once() {
    let levels = "HL*1**S\nHL*2*1*O\nHL**2*I";
    assert_eq!(told(&SHIPMENT, &notice(levels)), ["1 HL01@5"]);
}

#[test]
fn a_level_that_is_not_listed_is_one_finding() {
    let levels = "HL*1**S\nHL*2*1*O\nHL*3*2*Q\nHL*4*3*I";
    assert_eq!(told(&SHIPMENT, &notice(levels)), ["7 HL03@5"]);
    let expected = Fault::TreeLevel { expected: "S, O, T, P or I".into() };
    assert_eq!(check(&SHIPMENT, &notice(levels))[0].fault, expected);
    assert_eq!(shape(&tree(levels)), "S(O(?(I)))");
    // It stands for the level that must be there.
    let levels = "HL*1**S\nHL*2*1*Q\nHL*3*2*I";
    assert_eq!(told(&SHIPMENT, &notice(levels)), ["7 HL03@4"]);
}

#[test]
fn a_level_that_may_not_stand_under_its_parent_is_one_finding() {
    let levels = "HL*1**S\nHL*2*1*O\nHL*3*2*I\nHL*4*3*T\nHL*5*4*I";
    assert_eq!(told(&SHIPMENT, &notice(levels)), ["7 HL03@6"]);
    let expected = Fault::TreeUnder { parent: "I".into() };
    assert_eq!(check(&SHIPMENT, &notice(levels))[0].fault, expected);
    let top_below = "HL*1**S\nHL*2*1*O\nHL*3*2*S";
    assert_eq!(told(&SHIPMENT, &notice(top_below)), ["7 HL03@5"]);
}

#[test]
fn a_required_level_that_never_came_is_3_on_the_trigger() {
    let levels = "HL*1**S\nLIN**UP*1\nREF*A1*1";
    assert_eq!(told(&SHIPMENT, &notice(levels)), ["3 HL@6"]);
    let Fault::MissingSegment { prose, .. } = &check(&SHIPMENT, &notice(levels))[0].fault else {
        panic!("no absent level")
    };
    assert_eq!(&**prose, "level O");
    // No level at all is an absent loop, once.
    assert_eq!(told(&SHIPMENT, "BSN*00*10\nCTT*1"), ["3 HL@3"]);
}

#[test]
fn a_wrong_child_flag_is_a_warning() {
    let levels = "HL*1**S*1\nHL*2*1*O*0\nHL*3*2*I*0\nHL*4*2*I*1";
    assert_eq!(
        told(&SHIPMENT, &notice(levels)),
        ["~TreeChildFlag HL04@4", "~TreeChildFlag HL04@6"]
    );
}

#[test]
fn a_node_has_the_segments_up_to_the_next_one() {
    let tree = tree("HL*1**S\nREF*A1*1\nZZZ*1\nREF*A2*1\nHL*2*1*O\nHL*3*2*I\nLIN**UP*1\nZZZ*2");
    let segments: Vec<_> = tree.nodes.iter().map(|node| node.segments.clone()).collect();
    assert_eq!(segments, [2..6, 6..7, 7..9]);
    assert_eq!(tree.nodes[0].loop_node, tree.nodes[2].loop_node);
}

#[test]
fn a_hundred_thousand_levels_are_one_tree() {
    let mut text = String::from("ST*856*1~BSN*00*12~HL*1**S~HL*2*1*O~");
    for number in 3..100_000 {
        text.push_str(&format!("HL*{number}*2*I~"));
    }
    text.push_str("SE*1*1~");
    let lexed = Lexed::new(text);
    let mut validator = Validator::new();
    let found = validator.check(lexed.text(), &SHIPMENT, &Options::default());
    assert_eq!(lines(&SHIPMENT, &found), [""; 0]);
    let tree = build(&lexed.text(), validator.placements(), &SHIPMENT);
    assert_eq!(tree.children(1).len(), 99_997);
}
