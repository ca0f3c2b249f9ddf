//! `edigate grammar fmt`: texts in canonical form, comments kept.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::exit::Exit;
use crate::grammar::print::print;
use crate::grammar::syntax::{decode, parse_any};

/// Arguments of `edigate grammar fmt`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Texts, or folders of texts.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Change nothing; exit 1 when a text is not canonical.
    #[arg(long)]
    check: bool,
    /// Print one JSON object for each text.
    #[arg(long)]
    json: bool,
}

/// What became of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Canonical,
    Rewritten,
    NotCanonical,
    Faulty,
    Unreadable,
    Unwritable,
}

/// Runs the command: 1 when a text has errors or, with `--check`, is not canonical.
pub(super) fn run(arguments: &Arguments) -> Exit {
    let mut exit = Exit::Done;
    for path in &arguments.files {
        let files = match texts(path, 0) {
            Ok(files) => files,
            Err(error) => {
                let text = format!("{}: {error}", path.display());
                exit = exit.max(crate::cli::tell(&text, Exit::Unreadable));
                continue;
            }
        };
        for file in files {
            let outcome = format(&file, arguments);
            exit = exit.max(match outcome {
                Outcome::Canonical | Outcome::Rewritten => Exit::Done,
                Outcome::NotCanonical | Outcome::Faulty => Exit::Refused,
                Outcome::Unreadable => Exit::Unreadable,
                Outcome::Unwritable => Exit::World,
            });
            exit = exit.max(report(&file, outcome, arguments.json));
        }
    }
    exit
}

fn report(file: &Path, outcome: Outcome, json: bool) -> Exit {
    let word = match outcome {
        Outcome::Canonical => "canonical",
        Outcome::Rewritten => "rewritten",
        Outcome::NotCanonical => "not canonical",
        Outcome::Faulty => "faulty",
        Outcome::Unreadable => "unreadable",
        Outcome::Unwritable => "unwritable",
    };
    let file = file.display();
    if json {
        let line = serde_json::json!({ "file": file.to_string(), "outcome": word });
        return super::print(&format!("{line}\n"));
    }
    match outcome {
        Outcome::Rewritten | Outcome::NotCanonical => super::print(&format!("{file}: {word}\n")),
        _ => Exit::Done,
    }
}

fn format(path: &Path, arguments: &Arguments) -> Outcome {
    let name = path.display().to_string();
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            crate::cli::tell(&format!("{name}: {error}"), Exit::Unreadable);
            return Outcome::Unreadable;
        }
    };
    let text = match decode(&bytes, &name) {
        Ok(text) => text,
        Err(error) => {
            super::show_errors(&[error], |_| "");
            return Outcome::Faulty;
        }
    };
    let parsed = match parse_any(text, &name) {
        Ok(parsed) => parsed,
        Err(errors) => {
            super::show_errors(&errors, |_| text);
            return Outcome::Faulty;
        }
    };
    let canonical = print(&parsed);
    if canonical == text {
        return Outcome::Canonical;
    }
    if arguments.check {
        return Outcome::NotCanonical;
    }
    // Nobody's text is replaced by one that says something else.
    if parse_any(&canonical, &name).as_ref() != Ok(&parsed) {
        crate::cli::tell(&format!("{name}: its print would be too long for a line"), Exit::Refused);
        return Outcome::Faulty;
    }
    match fs::write(path, canonical) {
        Ok(()) => Outcome::Rewritten,
        Err(error) => {
            crate::cli::tell(&format!("{name}: {error}"), Exit::World);
            Outcome::Unwritable
        }
    }
}

/// The file, or all texts below the folder, sorted.
fn texts(path: &Path, depth: usize) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(path)? {
        entries.push(entry?.path());
    }
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        let extension = entry.extension().and_then(|extension| extension.to_str());
        if entry.is_dir() && depth < FOLDER_DEPTH {
            found.extend(texts(&entry, depth + 1)?);
        } else if extension.is_some_and(|extension| EXTENSIONS.contains(&extension)) {
            found.push(entry);
        }
    }
    Ok(found)
}

const EXTENSIONS: [&str; 4] = ["grammar", "guide", "map", "record"];
/// Folders within folders: a home's `grammars/x12/004010` needs three.
const FOLDER_DEPTH: usize = 6;
