//! The grammar language's texts from outside: every fixture is read, every mistake has its
//! sentence.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its fixture has failed")]
#![expect(clippy::panic, reason = "a text that does not parse shows why")]

use std::path::{Path, PathBuf};

use edigate::grammar::library::Library;
use edigate::grammar::print::{identity, print};
use edigate::grammar::syntax::{Text, parse_any};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

mod sentences;
mod trees;

/// Every text below a folder, with its path; none when the folder is not there.
fn texts(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            found.extend(texts(&path));
        } else if matches!(extension, Some("grammar" | "guide" | "map" | "record")) {
            let text = std::fs::read_to_string(&path).unwrap();
            found.push((path, text));
        }
    }
    found.sort();
    found
}

fn all() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = texts(&root.join("tests/fixtures/grammar"));
    found.extend(texts(&root.join("grammars")));
    found.extend(texts(&root.join("partners")));
    found
}

/// Reads a text or shows why not.
fn read(text: &str, name: &str) -> Text {
    parse_any(text, name).unwrap_or_else(|errors| {
        let shown: Vec<String> = errors.iter().map(|error| error.render(text, false)).collect();
        panic!("{}\n{text}", shown.join("\n"))
    })
}

#[test]
fn every_shipped_text_and_fixture_survives_its_own_print() {
    for (path, text) in all() {
        let name = path.display().to_string();
        let first = read(&text, &name);
        let printed = print(&first);
        let again = read(&printed, &name);
        assert_eq!(first, again, "{name} means something else after printing:\n{printed}");
        assert_eq!(print(&again), printed, "{name} prints differently the second time");
        assert_eq!(identity(&first), identity(&again), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_printed_is_read_back(tree in trees::text()) {
        let printed = print(&tree);
        let again = read(&printed, "generated");
        prop_assert_eq!(&again, &tree, "{}", printed);
        prop_assert_eq!(print(&again), printed);
    }

    #[test]
    fn no_text_brings_the_parser_down(text in any::<String>()) {
        no_panic(&text);
    }

    #[test]
    fn no_lines_of_our_words_bring_the_parser_down(
        kind in select(KINDS),
        lines in vec((0usize..30, vec(select(WORDS), 0..8), "\\PC{0,6}"), 0..20),
    ) {
        let mut text = kind.to_owned();
        for (depth, words, tail) in lines {
            text.push_str(&format!("\n{}{}{tail}", " ".repeat(depth), words.join(" ")));
        }
        no_panic(&text);
    }

    #[test]
    fn a_damaged_fixture_is_refused_or_read_but_never_a_panic(
        index in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        insert in "[\\t\\r\\n #\"{}|.0-9a-z\u{e9}\u{1f600}]{0,4}",
        dropped in 0usize..4,
    ) {
        let fixtures = all();
        let (_, text) = &fixtures[index.index(fixtures.len())];
        let characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len());
        let mut damaged: String = characters[..at].iter().collect();
        damaged.push_str(&insert);
        damaged.extend(characters.iter().skip(at + dropped));
        no_panic(&damaged);
    }
}

/// Parses, and renders what is wrong: neither may panic, and each error has a place.
fn no_panic(text: &str) {
    if let Err(errors) = parse_any(text, "any.grammar") {
        assert!(!errors.is_empty(), "refused without a reason");
        for error in errors.iter().take(3) {
            assert!(error.line > 0 && error.column > 0);
            assert!(error.render(text, false).contains(&error.sentence));
        }
    }
}

const KINDS: &[&str] = &[
    "grammar x12 004010 850\ngroup PO",
    "segments x12 004010",
    "codelists x12 004010",
    "guide acme 850\nnarrows x12/004010/850",
    "map 850 purchase_order",
    "record purchase_order 1",
];

const WORDS: &[&str] = &[
    "heading",
    "detail",
    "summary",
    "name",
    "group",
    "revision",
    "extends",
    "uses",
    "loop",
    "on",
    "where",
    "bounded",
    "to",
    "tree",
    "id",
    "parent",
    "level",
    "child",
    "under",
    "none",
    "must",
    "may",
    "if",
    "any",
    "segment",
    "composite",
    "by",
    "in",
    "and",
    "together",
    "at",
    "least",
    "one",
    "of",
    "only",
    "then",
    "codes",
    "closed",
    "narrows",
    "require",
    "forbid",
    "length",
    "limit",
    "pattern",
    "when",
    "plus",
    "deviate",
    "before",
    "relax",
    "split",
    "refuse",
    "map",
    "use",
    "define",
    "set",
    "fill",
    "check",
    "for",
    "also",
    "without",
    "each",
    "first",
    "or",
    "within",
    "count(lines)",
    "sum(a.b",
    "*",
    "+",
    "-",
    "(",
    ")",
    "=",
    "is",
    "present",
    "absent",
    "part",
    "list",
    "text",
    "decimal",
    "period",
    "N1",
    "HL",
    "PO1",
    "N1.02",
    "BEG.01.2..4",
    "+0",
    "+0.1",
    "01",
    "02",
    "06..24",
    "1..5",
    "255",
    "256",
    "99999999999",
    "x5",
    "AN",
    "N2",
    "350",
    "C003",
    "{",
    "}",
    "{ 00 a, B|C d }",
    "\"A B\"",
    "\"",
    "A|B",
    "|",
    ",",
    ".",
    "a.b[]",
    "[]",
    "#",
    "  #",
    "x12",
    "004010",
    "004010..",
    "\u{e9}\u{1f600}",
    "a/b",
    "/",
];

#[test]
fn every_example_of_the_manual_is_a_canonical_text() {
    let manual = include_str!("../../docs/language.md");
    let examples: Vec<&str> = manual
        .split("```grammar\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert_eq!(examples.len(), 7);
    for example in &examples {
        assert_eq!(&print(&read(example, "docs/language.md")), example);
    }
    let guide = examples.iter().find(|example| example.starts_with("guide")).unwrap();
    let mut library = Library::shipped();
    library.add("acme-retail/850.guide", guide).unwrap();
    assert!(library.schema("acme-retail/850").is_ok(), "{:?}", library.check());
}
