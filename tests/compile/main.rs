//! Texts to schemas: what compiles and what rows it becomes, what is refused and in which words,
//! which texts are in force for a set.

#![expect(clippy::unwrap_used, reason = "a fixture that does not compile is a failed test")]
#![expect(clippy::panic, reason = "a fixture that does not compile is a failed test")]
#![expect(clippy::indexing_slicing, reason = "rows of our own fixtures")]

mod any_text;
mod guides;
mod limits;
mod refusals;
mod resolution;

use std::sync::Arc;

use edigate::grammar::compile::identity;
use edigate::grammar::library::Library;
use edigate::grammar::schema::{
    ConditionTest, ElementContent, Node, NodeId, NodeKind, Schema, SimpleRule,
};

const SEGMENTS: &str = include_str!("../fixtures/compile/segments.grammar");
const CODES: &str = include_str!("../fixtures/compile/codes.grammar");
const ORDER: &str = include_str!("../fixtures/compile/850.grammar");
const NOTICE: &str = include_str!("../fixtures/compile/856.grammar");

/// A library of our fixtures, sound.
fn library() -> Library {
    let mut library = Library::new();
    for (path, text) in [
        ("x12/004010/segments.grammar", SEGMENTS),
        ("x12/004010/codes.grammar", CODES),
        ("x12/004010/850.grammar", ORDER),
        ("x12/004010/856.grammar", NOTICE),
    ] {
        library.add(path, text).unwrap();
    }
    library
}

/// Everything wrong with our fixtures and these texts.
fn errors_of(texts: &[(&str, &str)]) -> Vec<String> {
    let mut library = library();
    for (path, text) in texts {
        let _told_by_check = library.add(path, text);
    }
    library.check().iter().map(ToString::to_string).collect()
}

/// A set of these lines, which begin at line 6.
fn structure(lines: &str) -> String {
    format!("grammar  x12 004010 900\nname     A set\ngroup    ZZ\n\nheading\n{lines}")
}

/// A guide of these lines, which begin at line 4.
fn guide(lines: &str) -> String {
    format!("guide    acme 850\nnarrows  x12/004010/850\n\n{lines}")
}

/// The schema of our order under a guide of these lines.
fn guided(lines: &str) -> Arc<Schema> {
    let mut library = library();
    library.add("acme/850.guide", &guide(lines)).unwrap();
    library.schema("acme/850").unwrap_or_else(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", errors.join("\n"))
    })
}

/// The row at a path of loops, and a segment of it when the path ends in one: `PO1/PID/PID`.
fn node<'a>(schema: &'a Schema, path: &str) -> (NodeId, &'a Node) {
    let mut at = NodeId::SET;
    for name in path.split('/') {
        let children = &schema.nodes[at.index()].children;
        at = *children
            .iter()
            .find(|child| {
                let node = &schema.nodes[child.index()];
                match &node.kind {
                    NodeKind::Loop(own) => own == name,
                    NodeKind::Segment => node.id == name,
                    NodeKind::Set => false,
                }
            })
            .unwrap_or_else(|| panic!("{name} of {path}"));
    }
    (at, &schema.nodes[at.index()])
}

/// A simple element at a path.
fn element<'a>(schema: &'a Schema, path: &str, position: usize) -> (bool, &'a SimpleRule) {
    let rule = &schema.segments[node(schema, path).1.segment].elements[position - 1];
    match &rule.content {
        ElementContent::Simple(simple) => (rule.must, simple),
        other => panic!("{path}.{position} is {other:?}"),
    }
}

#[test]
fn all_shipped_texts_compile() {
    let library = Library::shipped();
    let errors: Vec<String> = library.check().iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    assert!(library.sets().contains(&"850".to_owned()));
}

#[test]
fn every_text_in_the_repository_is_inside_the_program() {
    fn walk(folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else {
                found.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/grammars/");
    let mut files = Vec::new();
    walk(std::path::Path::new(root), &mut files);
    let library = Library::shipped();
    let inside: Vec<&str> = library.paths().collect();
    for file in files {
        let path = file.strip_prefix(root).unwrap();
        let ends = [".grammar", ".map", ".record"];
        if ends.iter().any(|end| path.ends_with(end)) {
            // A new file is seen when the module that embeds them is compiled anew.
            assert!(inside.contains(&path), "{path}: touch src/grammar/library/shipped.rs");
        }
    }
}

#[test]
fn our_fixtures_are_sound() {
    assert_eq!(errors_of(&[]), Vec::<String>::new());
}

#[test]
fn a_structure_becomes_rows_with_the_trigger_first() {
    let schema = library().schema("x12/004010/850").unwrap();
    assert_eq!((schema.rule.as_str(), schema.group.as_str()), ("x12/004010/850", "PO"));
    let (id, po1) = node(&schema, "PO1");
    assert_eq!((po1.min, po1.max, po1.position, po1.parent), (1, 100_000, 100_010, NodeId::SET));
    let names: Vec<&str> =
        po1.children.iter().map(|child| schema.nodes[child.index()].id.as_str()).collect();
    assert_eq!(names, ["PO1", "PID", "REF", "N9", "N1"]);
    assert_eq!(schema.nodes[po1.children[0].index()].parent, id);
    let (_, ctt) = node(&schema, "CTT/CTT");
    assert_eq!(ctt.position, 200_010);
    assert_eq!(node(&schema, "N9/MSG").1.max, u32::MAX);
}

#[test]
fn runs_gaps_and_repeated_relations_are_written_out() {
    let schema = library().schema("x12/004010/850").unwrap();
    let po1 = &schema.segments[node(&schema, "PO1").1.segment];
    assert_eq!(po1.elements.len(), 25);
    assert!(matches!(po1.elements[3].content, ElementContent::Unused), "04 is not in our text");
    assert_eq!(po1.elements[23].name, "product_type");
    assert_eq!(po1.relations.len(), 11);
    let last = po1.relations.last().unwrap();
    assert_eq!(
        (last.positions.as_slice(), last.mask),
        ([24, 25].as_slice(), (1 << 24) | (1 << 25))
    );
}

#[test]
fn a_list_called_by_a_number_applies_to_its_elements() {
    let schema = library().schema("x12/004010/850").unwrap();
    let (_, order_type) = element(&schema, "BEG", 2);
    let list = &schema.code_lists[order_type.codes.unwrap()];
    assert!(list.closed && list.name("SA") == Some("stand_alone") && list.name("ZZ").is_none());
    let (_, number) = element(&schema, "BEG", 3);
    assert_eq!(number.codes, None);
}

#[test]
fn a_bounded_loop_is_a_loop_on_ls_that_ends_with_le() {
    let mut library = library();
    let lines = "  010  BEG  must  1\n  bounded 2700  270 to 290  may  1  More\n    loop N1  must  9\n      280  N1  must  1\n";
    library.add("x12/004010/900.grammar", &structure(lines)).unwrap();
    let schema = library.schema("x12/004010/900").unwrap();
    let (_, bounded) = node(&schema, "2700");
    assert_eq!((bounded.id.as_str(), bounded.position, bounded.max), ("LS", 270, 1));
    let is_2700 = ConditionTest::Is(vec![b"2700".as_slice().into()]);
    assert_eq!(bounded.condition[0].test, is_2700);
    let (_, end) = node(&schema, "2700/LE");
    assert_eq!((end.position, end.min, &end.condition[0].test), (290, 1, &is_2700));
    assert_eq!(node(&schema, "2700/N1").1.max, 9);
}

#[test]
fn a_tree_names_its_elements_and_levels() {
    let schema = library().schema("x12/004010/856").unwrap();
    let tree = &schema.trees[node(&schema, "HL").1.tree.unwrap()];
    assert_eq!((tree.id, tree.parent, tree.level, tree.child), (1, 2, 3, Some(4)));
    assert_eq!(tree.levels[0], ("S".to_owned(), true, Vec::new()));
    assert_eq!(tree.levels[2].2, ["S", "O"]);
}

#[test]
fn an_extending_structure_replaces_and_adds_lines() {
    let mut library = library();
    let text = "grammar  x12 005010 850\nextends  004010\nuses     004010\n\nheading\n  \
                050  REF  may  any  More references\n  060  CTT  may  1  Added\n\
                detail\n  loop PO1  must  any  Order line\n    010  PO1  must  1  Quantity\n    \
                020  CUR  may  1  Added\n";
    library.add("x12/005010/850.grammar", text).unwrap();
    let schema = library.schema("x12/005010/850").unwrap();
    assert_eq!((schema.group.as_str(), schema.name.as_str()), ("PO", "Purchase order"));
    assert!(schema.from_005010);
    assert_eq!(node(&schema, "REF").1.max, u32::MAX);
    assert_eq!(node(&schema, "CTT").1.position, 60);
    assert_eq!(node(&schema, "DTM").1.max, 10);
    assert_eq!(node(&schema, "PO1").1.max, u32::MAX);
    assert_eq!(node(&schema, "PO1/CUR").1.position, 100_020);
    assert_eq!(node(&schema, "PO1/PID").1.max, 1000);
}

#[test]
fn an_extending_dictionary_replaces_by_id_and_inherits_the_rest() {
    let mut library = library();
    let segments = "segments  x12 005010\nextends   004010\n\nsegment CUR  Currency\n  \
                    01  98   must  ID 2..3  role\n  02  100  must  ID 3..3 x5  currency\n";
    let codes =
        "codelists  x12 005010\nextends    004010\n\ncodes 98 closed extends 98\n  ZZ  other\n";
    let order = ORDER.replace("004010", "005010");
    library.add("x12/005010/segments.grammar", segments).unwrap();
    library.add("x12/005010/codes.grammar", codes).unwrap();
    library.add("x12/005010/850.grammar", &order).unwrap();
    let schema = library.schema("x12/005010/850").unwrap();
    let currency = &schema.segments[node(&schema, "CUR").1.segment];
    assert_eq!(currency.elements[1].repeats, 5);
    assert_eq!(element(&schema, "BEG", 3).1.max, 22);
    let (_, role) = element(&schema, "N1", 1);
    let list = &schema.code_lists[role.codes.unwrap()];
    assert!(list.closed && list.name("ST").is_some() && list.name("ZZ").is_some());
    assert_eq!(library.schema("x12/004010/850").unwrap().code_lists.len(), 3);
}

#[test]
fn the_identity_is_made_of_every_text_in_force() {
    let mut library = library();
    library.add("acme/850.guide", &guide("forbid CUR\n")).unwrap();
    let schema = library.schema("acme/850").unwrap();
    let paths: Vec<&str> = schema.texts.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "acme/850.guide",
            "x12/004010/850.grammar",
            "x12/004010/codes.grammar",
            "x12/004010/segments.grammar"
        ]
    );
    assert_eq!(schema.identity, identity(&schema.texts));
    let plain = library.schema("x12/004010/850").unwrap().identity;
    assert_ne!(schema.identity, plain);
    library.add("x12/004010/codes.grammar", &format!("{CODES}  BT  bill_to\n")).unwrap();
    assert_ne!(library.schema("x12/004010/850").unwrap().identity, plain);
}
