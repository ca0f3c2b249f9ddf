//! The grammar language's texts from outside: every fixture is read, every mistake has its
//! sentence.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its fixture has failed")]

use std::path::{Path, PathBuf};

use edigate::grammar::syntax::parse_any;

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

#[test]
fn every_shipped_text_and_fixture_parses() {
    for (path, text) in all() {
        if let Err(errors) = parse_any(&text, &path.display().to_string()) {
            let shown: Vec<String> =
                errors.iter().map(|error| error.render(&text, false)).collect();
            panic!("{}", shown.join("\n"));
        }
    }
}
