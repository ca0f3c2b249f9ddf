//! The first thing anyone sees of the product, as they see it.

#![expect(clippy::unwrap_used, reason = "a demo that fails is a failed test")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn demo(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_edigate"))
        .arg("demo")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// The text with what differs from run to run masked: identities and where the program lies.
fn masked(output: &Output) -> String {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let text = text.replace(env!("CARGO_BIN_EXE_edigate"), "edigate");
    // Answers to a partner are written side by side: which has which number is not fixed.
    let text = (1..=9).fold(text, |text, n| text.replace(&format!("997-00000000{n}"), "997-[n]"));
    let mut lines = Vec::new();
    for line in text.lines() {
        let Some((before, after)) = line.split_once("same bytes as ") else {
            lines.push(line.to_owned());
            continue;
        };
        let rest = after.get(8..).unwrap();
        lines.push(format!("{before}same bytes as [id]{rest}"));
    }
    lines.join("\n")
}

#[test]
fn a_first_run_shows_the_whole_way_and_a_second_that_nothing_is_done_twice() {
    let folder = tempfile::tempdir().unwrap();
    let first = demo(folder.path(), &[]);
    assert_eq!(first.status.code(), Some(0), "{}", String::from_utf8_lossy(&first.stderr));
    let explained = Command::new(env!("CARGO_BIN_EXE_edigate"))
        .args(["explain", "edigate-demo/samples/856-broken.edi"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    let explained = masked(&explained);
    let text = masked(&first);
    assert!(explained.contains("refused") && text.contains(&explained), "{text}");
    // The explanation's own words are reviewed with those of every finding.
    insta::assert_snapshot!("first", text.replace(&explained, "[what edigate explain says]"));
    let second = demo(folder.path(), &[]);
    assert_eq!(second.status.code(), Some(0));
    insta::assert_snapshot!("second", masked(&second));
}

#[test]
fn every_file_it_names_is_there_and_every_command_it_names_works() {
    let folder = tempfile::tempdir().unwrap();
    let first = demo(folder.path(), &[]);
    let text = String::from_utf8(first.stdout).unwrap();
    let text = text.replace(env!("CARGO_BIN_EXE_edigate"), "edigate");
    let commands: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| line.starts_with("cat ") || line.starts_with("edigate "))
        .filter(|line| !line.contains("edigate run"))
        .collect();
    assert!(commands.len() >= 5, "{text}");
    for command in commands {
        let mut words = command.split(' ');
        let program = words.next().unwrap().replace("edigate", env!("CARGO_BIN_EXE_edigate"));
        let done = Command::new(program).args(words).current_dir(folder.path()).output().unwrap();
        assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
        assert!(!done.stdout.is_empty(), "{command} says nothing");
    }
}

#[test]
fn a_folder_it_did_not_make_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "years of work").unwrap();
    let refused = demo(folder.path(), &["--home", "."]);
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("was not made by it") && told.contains("--home"), "{told}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn for_machines_it_prints_one_object_a_file_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let output = demo(folder.path(), &["--json", "--home", "elsewhere"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let rows: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), 6);
    let refused = rows.iter().filter(|row| row["verdict"] == "refused").count();
    assert_eq!(refused, 1);
    assert!(folder.path().join("elsewhere/ledger.db").is_file());
}
