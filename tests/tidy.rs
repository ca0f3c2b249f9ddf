//! The repository checks itself: who may import whom, what may reach the outside, proportions,
//! words, file heads. Every rule is a function of a path and a text, and has a negative case.

#![expect(clippy::print_stdout, reason = "the distribution of sizes is worth reading")]
#![expect(clippy::unwrap_used, reason = "a repository that can't be read is a failed test")]
#![expect(clippy::indexing_slicing, reason = "indices come from the text they index")]
#![expect(clippy::string_slice, reason = "indices come from the text they index")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What each layer may name of the crate. Layers stand in order; none names a later one.
const LAYERS: &[(&str, &[&str])] = &[
    ("limits", &[]),
    ("vocabulary", &["limits"]),
    ("canonical", &["limits", "vocabulary"]),
    ("grammar", &["limits", "vocabulary", "canonical"]),
    ("x12", &["limits", "vocabulary", "canonical", "grammar"]),
    ("partner", &["limits", "vocabulary"]),
    ("ledger", &["limits", "vocabulary", "partner"]),
    ("ports", &["limits", "vocabulary", "canonical", "partner", "ledger"]),
    ("edge", &["limits", "vocabulary", "canonical", "partner", "ledger", "ports"]),
    (
        "service",
        &[
            "limits",
            "vocabulary",
            "canonical",
            "grammar",
            "x12",
            "partner",
            "ledger",
            "ports",
            "edge",
        ],
    ),
    (
        "cli",
        &["limits", "vocabulary", "canonical", "grammar", "x12", "partner", "ledger", "service"],
    ),
    ("main", &["cli"]),
];

/// Layers that see no file, socket, process, clock or chance.
const PURE: &[&str] = &["limits", "vocabulary", "canonical", "grammar", "x12", "partner", "ledger"];

/// What a pure layer never names.
const OUTSIDE: &[&str] = &[
    "tokio::",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "notify::",
    "rusqlite",
    "getrandom",
    "rand::",
    "tracing::",
];

/// What asks the time or chance: only `edge/clock.rs` does.
const CLOCK: &[&str] = &[
    "SystemTime::now",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "Uuid::now_v7",
    "Uuid::new_v4",
    "getrandom",
];

/// Words that say nothing about a thing, banned in the names we give.
const EMPTY_WORDS: &[&str] = &[
    "util", "utils", "helper", "helpers", "manager", "common", "misc", "data", "info", "process",
    "handle", "job",
];

const FILE_LINES: usize = 1_000;
const FUNCTION_LINES: usize = 70;
const LINE_WIDTH: usize = 100;

/// The layer a source file belongs to: the first folder or file name under `src`.
fn layer(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    let first = rest.split('/').next()?;
    Some(first.strip_suffix(".rs").unwrap_or(first))
}

/// The text without comments and without the test module at its end.
fn code(text: &str) -> String {
    let body = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or(text);
    body.lines()
        .map(|line| if line.trim_start().starts_with("//") { "" } else { line })
        .collect::<Vec<_>>()
        .join("\n")
}

fn imports_stay_in_order(path: &str, text: &str) -> Vec<String> {
    let Some(layer) = layer(path).filter(|layer| *layer != "lib") else { return Vec::new() };
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("{path}: \"{layer}\" is no layer; add it to tests/tidy.rs")];
    };
    let mut found = Vec::new();
    let code = code(text);
    for (at, prefix) in code.match_indices("crate::").chain(code.match_indices("edigate::")) {
        for target in targets(&code[at + prefix.len()..]) {
            if target != layer && !allowed.contains(&target.as_str()) && is_layer(&target) {
                found.push(format!("{path}: {layer} must not name {target}"));
            }
        }
    }
    found
}

fn is_layer(name: &str) -> bool {
    LAYERS.iter().any(|(layer, _)| *layer == name)
}

/// First path segments after `crate::`, also of `crate::{a, b}`.
fn targets(text: &str) -> Vec<String> {
    let word = |text: &str| {
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
    };
    match text.strip_prefix('{') {
        None => vec![word(text)],
        Some(group) => group
            .split_once('}')
            .map_or(group, |(inside, _)| inside)
            .split(',')
            .map(|part| word(part.trim()))
            .collect(),
    }
}

fn adapters_stay_apart(path: &str, text: &str) -> Vec<String> {
    let Some(rest) = path.strip_prefix("src/edge/") else { return Vec::new() };
    let own = rest.split('/').next().unwrap().trim_end_matches(".rs");
    let code = code(text);
    let others = code
        .match_indices("crate::edge::")
        .flat_map(|(at, found)| targets(&code[at + found.len()..]));
    others
        .filter(|other| other != own && own != "mod" && other != "clock")
        .map(|other| format!("{path}: adapter {own} must not name adapter {other}"))
        .collect()
}

/// `{path}: {word} {why}` for every one of `words` that the code names.
fn names_of(path: &str, text: &str, words: &[&str], why: &str) -> Vec<String> {
    let code = code(text);
    words
        .iter()
        .filter(|word| code.contains(*word))
        .map(|word| format!("{path}: {} {why}", word.trim()))
        .collect()
}

fn the_core_never_reaches_out(path: &str, text: &str) -> Vec<String> {
    if !layer(path).is_some_and(|layer| PURE.contains(&layer)) {
        return Vec::new();
    }
    names_of(path, text, OUTSIDE, "must not be named by a pure layer")
}

fn the_clock_has_one_door(path: &str, text: &str) -> Vec<String> {
    if path == "src/edge/clock.rs" || !path.starts_with("src/") {
        return Vec::new();
    }
    names_of(path, text, CLOCK, "belongs to src/edge/clock.rs")
}

fn only_the_service_spawns(path: &str, text: &str) -> Vec<String> {
    let may = ["src/service/", "src/edge/listener", "src/edge/store"];
    if may.iter().any(|place| path.starts_with(place)) || !path.starts_with("src/") {
        return Vec::new();
    }
    let words = ["tokio::spawn", "thread::spawn", "thread::Builder"];
    names_of(path, text, &words, "belongs to the service")
}

fn sql_lives_with_the_ledger(path: &str, text: &str) -> Vec<String> {
    if !path.starts_with("src/") || path.starts_with("src/ledger/sql/") {
        return Vec::new();
    }
    let words = ["SELECT ", "INSERT INTO ", "DELETE FROM ", "CREATE TABLE "];
    names_of(path, text, &words, "belongs to src/ledger/sql")
}

fn files_open_with_their_purpose(path: &str, text: &str) -> Vec<String> {
    if text.starts_with("//! ") {
        return Vec::new();
    }
    vec![format!("{path}: the first line must say in //! what the file is for")]
}

fn proportions_hold(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let lines = text.lines().count();
    if lines > FILE_LINES {
        found.push(format!("{path}: {lines} lines; {FILE_LINES} is the most"));
    }
    for (number, line) in text.lines().enumerate() {
        let width = line.chars().count();
        let quoted = line.contains('"') || line.trim_start().starts_with("//");
        if width > LINE_WIDTH && !quoted {
            found.push(format!("{path}:{}: {width} columns", number + 1));
        }
    }
    for (name, number, length) in functions(text) {
        if length > FUNCTION_LINES {
            found.push(format!("{path}:{number}: fn {name} has {length} lines"));
        }
    }
    found
}

/// Name, line and length of every function; relies on rustfmt's indentation.
fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines = text.lines().collect::<Vec<_>>();
    let mut found = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let Some(name) = defined(line, "fn") else { continue };
        // A signature over several lines that ends in a semicolon is a trait's: it has no body.
        let body = lines[number..].iter().find(|line| line.ends_with('{') || line.ends_with(';'));
        if body.is_some_and(|line| line.ends_with(';')) {
            continue;
        }
        let end = format!("{}}}", " ".repeat(indent));
        let length = lines[number..].iter().position(|line| *line == end).unwrap_or(0);
        let one_line = line.trim_end().ends_with(';') || line.trim_end().ends_with('}');
        found.push((name, number + 1, if one_line { 1 } else { length + 1 }));
    }
    found
}

/// The name a line defines with `keyword`, if it does.
fn defined(line: &str, keyword: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    let before = words.by_ref().take_while(|word| *word != keyword).collect::<Vec<_>>();
    let modifiers = ["pub", "pub(crate)", "pub(super)", "async", "const", "unsafe", "extern"];
    if before.iter().any(|word| !modifiers.contains(word)) {
        return None;
    }
    let name: String =
        words.next()?.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

fn names_are_words_of_the_field(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut names = vec![Path::new(path).file_stem().unwrap().to_str().unwrap().to_owned()];
    for line in code(text).lines() {
        for keyword in ["fn", "struct", "enum", "trait", "type", "mod"] {
            names.extend(defined(line, keyword));
        }
    }
    for name in names {
        let words = snake(&name);
        let empty = words.iter().any(|word| EMPTY_WORDS.contains(&word.as_str()));
        if empty || words == ["message"] {
            found.push(format!("{path}: \"{name}\" says nothing about what it is"));
        }
    }
    found
}

/// The lower-case words of a name in either style.
fn snake(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && !words.last().unwrap().is_empty()) {
            words.push(String::new());
        }
        if c != '_' {
            words.last_mut().unwrap().extend(c.to_lowercase());
        }
    }
    words
}

fn nothing_is_left_unfinished(path: &str, text: &str) -> Vec<String> {
    if !path.starts_with("src/") {
        return Vec::new();
    }
    names_of(path, text, &["todo!(", "unimplemented!(", "FIXME", "XXX:"], "is unfinished")
}

type Rule = fn(&str, &str) -> Vec<String>;

const RULES: &[(&str, Rule)] = &[
    ("imports stay in order", imports_stay_in_order),
    ("adapters stay apart", adapters_stay_apart),
    ("the core never reaches out", the_core_never_reaches_out),
    ("the clock has one door", the_clock_has_one_door),
    ("only the service spawns", only_the_service_spawns),
    ("SQL lives with the ledger", sql_lives_with_the_ledger),
    ("files open with their purpose", files_open_with_their_purpose),
    ("proportions hold", proportions_hold),
    ("names are words of the field", names_are_words_of_the_field),
    ("nothing is left unfinished", nothing_is_left_unfinished),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under `folder` with this ending, by path relative to the repository.
fn files(folder: &str, ending: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read_to_string(&path).unwrap());
            }
        }
    }
    found
}

/// Our own Rust, but for the cases that must not compile.
fn sources() -> BTreeMap<String, String> {
    let mut all = files("src", "rs");
    all.extend(files("tests", "rs"));
    all.extend(files("benches", "rs"));
    all.retain(|path, _| !path.starts_with("tests/compile_fail/") && !path.contains("/target/"));
    all
}

#[test]
fn the_repository_keeps_its_rules() {
    let mut found = Vec::new();
    for (path, text) in sources() {
        for (_, rule) in RULES {
            found.extend(rule(&path, &text));
        }
    }
    assert!(found.is_empty(), "{} violations:\n{}", found.len(), found.join("\n"));
}

#[test]
fn half_of_the_files_are_short() {
    let mut lengths: Vec<usize> =
        files("src", "rs").values().map(|text| text.lines().count()).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    let p90 = lengths[lengths.len() * 9 / 10];
    println!("{} files, median {median} lines, p90 {p90}", lengths.len());
    assert!(median <= 300, "median {median}");
    assert!(p90 <= 700, "p90 {p90}");
}

#[test]
fn every_limit_is_reached_by_a_test() {
    let limits = fs::read_to_string(root().join("src/limits.rs")).unwrap();
    let sources = sources();
    let mut untested = Vec::new();
    for line in limits.lines() {
        let Some(name) = line.strip_prefix("pub const ").and_then(|l| l.split(':').next()) else {
            continue;
        };
        let tested = sources.iter().any(|(path, text)| {
            let tests = text.split_once("\n#[cfg(test)]").map_or("", |(_, tests)| tests);
            path != "src/limits.rs"
                && (tests.contains(name) || (path.starts_with("tests/") && text.contains(name)))
        });
        if !tested {
            untested.push(name.to_owned());
        }
    }
    assert!(untested.is_empty(), "limits no test reaches: {}", untested.join(", "));
}

#[test]
fn every_sql_text_is_used() {
    let code = files("src", "rs").into_values().collect::<String>();
    for path in files("src/ledger/sql", "sql").keys() {
        let name = Path::new(path).file_name().unwrap().to_str().unwrap();
        assert!(code.contains(name), "{path} is used nowhere");
    }
}

#[test]
fn the_map_of_the_system_is_short_and_names_every_layer() {
    let map = fs::read_to_string(root().join("docs/ARCHITECTURE.md")).unwrap();
    assert!(map.lines().count() <= 300);
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(map.contains(&name), "docs/ARCHITECTURE.md does not name {name}");
    }
}

/// A path and a text that break exactly the named rule.
const NEGATIVE: &[(&str, &str, &str)] = &[
    ("imports stay in order", "src/x12/a.rs", "//! A.\nuse crate::edge::clock;\n"),
    ("imports stay in order", "src/x12/a.rs", "//! A.\nuse crate::{grammar, partner};\n"),
    ("imports stay in order", "src/plugin/a.rs", "//! A.\n"),
    ("adapters stay apart", "src/edge/store.rs", "//! A.\nuse crate::edge::mailbox::Drop;\n"),
    ("the core never reaches out", "src/ledger/a.rs", "//! A.\nuse std::fs::File;\n"),
    ("the clock has one door", "src/cli/a.rs", "//! A.\nlet now = Timestamp::now();\n"),
    ("only the service spawns", "src/edge/mailbox.rs", "//! A.\ntokio::spawn(x);\n"),
    ("SQL lives with the ledger", "src/service/a.rs", "//! A.\nlet q = \"SELECT 1\";\n"),
    ("files open with their purpose", "src/x12/a.rs", "use std::fmt;\n"),
    ("names are words of the field", "src/x12/a.rs", "//! A.\npub struct SetManager;\n"),
    ("names are words of the field", "src/x12/helpers.rs", "//! A.\n"),
    ("names are words of the field", "src/x12/a.rs", "//! A.\nfn message() {}\n"),
    ("nothing is left unfinished", "src/x12/a.rs", "//! A.\nfn a() { todo!() }\n"),
];

#[test]
fn each_rule_sees_what_it_forbids() {
    for (name, path, text) in NEGATIVE {
        let broken: Vec<&str> = RULES
            .iter()
            .filter(|(_, rule)| !rule(path, text).is_empty())
            .map(|(rule, _)| *rule)
            .collect();
        assert_eq!(broken, [*name], "{path}: {text}");
    }
}

#[test]
fn a_long_file_a_long_function_and_a_wide_line_are_seen() {
    let file = format!("//! A.\n{}", "\n".repeat(FILE_LINES));
    assert_eq!(proportions_hold("src/x12/a.rs", &file).len(), 1);
    let function = format!("//! A.\nfn a() {{\n{}}}\n", "    b();\n".repeat(FUNCTION_LINES));
    assert_eq!(proportions_hold("src/x12/a.rs", &function).len(), 1);
    let wide = format!("//! A.\n{}\n", "x".repeat(LINE_WIDTH + 1));
    assert_eq!(proportions_hold("src/x12/a.rs", &wide).len(), 1);
}

#[test]
fn every_rule_has_a_negative_case() {
    for (name, _) in RULES {
        let shown = NEGATIVE.iter().any(|(rule, ..)| rule == name) || *name == "proportions hold";
        assert!(shown, "no negative case for: {name}");
    }
}
