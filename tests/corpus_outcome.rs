//! What becomes of every file of the corpus of real files, against a table that people reviewed:
//! verdict, coded findings, and for each refusal why it is the file's fault.
//!
//! The corpus is not part of the repository; without `EDIGATE_CORPUS` there is nothing to do.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot read its files has failed"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// File, verdict and coded findings, as `at:code=count`.
type Outcomes = BTreeMap<String, (String, String)>;

/// The table beside this test: `file, verdict, coded findings, reason`.
fn reviewed() -> Outcomes {
    let lines = include_str!("corpus/outcome.tsv").lines().skip(1);
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let &[file, verdict, coded, reason] = cells.as_slice() else {
            panic!("four columns: {line}");
        };
        let reasoned = !reason.is_empty() || verdict.starts_with("accepted");
        assert!(reasoned, "a refusal needs its reason: {line}");
        (file.to_owned(), (verdict.to_owned(), coded.to_owned()))
    };
    lines.map(row).collect()
}

/// All files of the folders that the table speaks of, with their names below the corpus.
fn files(corpus: &Path, table: &Outcomes) -> Vec<String> {
    let mut folders: Vec<&str> =
        table.keys().filter_map(|file| file.split_once('/')).map(|(folder, _)| folder).collect();
    folders.dedup();
    let below = |folder: &str| {
        let entries = std::fs::read_dir(corpus.join(folder)).unwrap();
        let name =
            |path: PathBuf| format!("{folder}/{}", path.file_name().unwrap().to_str().unwrap());
        entries.map(|entry| name(entry.unwrap().path())).collect::<Vec<String>>()
    };
    let mut files: Vec<String> = folders.into_iter().flat_map(below).collect();
    files.sort();
    files
}

/// Runs `explain --json` over the files and counts the findings that carry a code.
fn explained(corpus: &Path, files: &[String]) -> Outcomes {
    let output = Command::new(env!("CARGO_BIN_EXE_edigate"))
        .current_dir(corpus)
        .args(["explain", "--json"])
        .args(files)
        .output()
        .unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let outcome = |line: &str| {
        let file: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut counts = BTreeMap::new();
        count(&file, &mut counts);
        let coded: Vec<String> =
            counts.iter().map(|(finding, count)| format!("{finding}={count}")).collect();
        let coded = if coded.is_empty() { "-".to_owned() } else { coded.join(" ") };
        let verdict = file["verdict"].as_str().unwrap().to_owned();
        (file["file"].as_str().unwrap().to_owned(), (verdict, coded))
    };
    lines.lines().map(outcome).collect()
}

/// Counts by place and code all findings of a file, and of what it holds: those that carry a
/// code, and of the others errors and business findings by their level.
fn count(holder: &serde_json::Value, counts: &mut BTreeMap<String, u32>) {
    for finding in holder["findings"].as_array().into_iter().flatten() {
        let level = finding["level"].as_str().unwrap();
        let code = finding["code"].as_str().unwrap_or(level);
        if code != "warning" {
            let at = finding["at"].as_str().unwrap();
            *counts.entry(format!("{at}:{code}")).or_default() += 1;
        }
    }
    for inside in ["interchanges", "groups", "sets"] {
        for held in holder[inside].as_array().into_iter().flatten() {
            count(held, counts);
        }
    }
}

#[test]
fn every_file_of_the_corpus_comes_out_as_reviewed() {
    let Some(corpus) = std::env::var_os("EDIGATE_CORPUS").map(PathBuf::from) else {
        println!("EDIGATE_CORPUS is not set: the corpus of real files was not run");
        return;
    };
    let reviewed = reviewed();
    let found = explained(&corpus, &files(&corpus, &reviewed));
    let mut differences = Vec::new();
    for (file, outcome) in &found {
        if reviewed.get(file) != Some(outcome) {
            differences.push(format!("{file}: {outcome:?}, reviewed {:?}", reviewed.get(file)));
        }
    }
    for file in reviewed.keys().filter(|file| !found.contains_key(*file)) {
        differences.push(format!("{file}: gone"));
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
