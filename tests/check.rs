//! `edigate check` as an analyst runs it: problems with their place, the register, exit codes.

#![expect(clippy::unwrap_used, reason = "a test that can't set up its home has failed")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;

fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let manual = include_str!("../partners/README.md");
    let (_, rest) = manual.split_once("```toml\n").unwrap();
    let (partner, rest) = rest.split_once("```").unwrap();
    let (_, rest) = rest.split_once("```text\n").unwrap();
    let (guide, _) = rest.split_once("```").unwrap();
    let partners = home.path().join("partners");
    fs::create_dir_all(partners.join("acme-retail")).unwrap();
    fs::write(partners.join("acme-retail.toml"), partner).unwrap();
    fs::write(partners.join("acme-retail/850.guide"), guide).unwrap();
    home
}

fn check(home: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::cargo_bin("edigate")
        .unwrap()
        .arg("check")
        .arg("--home")
        .arg(home)
        .args(arguments)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn the_files_of_the_manual_make_a_sound_home() {
    let home = home();
    let (code, out) = check(home.path(), &[]);
    assert_eq!(code, Some(0), "{out}");
    assert!(out.contains("1 partner file, 2 agreements"), "{out}");
}

#[test]
fn the_register_lists_each_agreement_with_owner_and_environment() {
    let home = home();
    let (code, out) = check(home.path(), &["--register"]);
    assert_eq!(code, Some(0));
    let row = out.lines().find(|line| line.starts_with("acme-retail\treceive\t850")).unwrap();
    let cells = row.split('\t').collect::<Vec<_>>();
    assert!(cells.contains(&"Ann Lee, supply chain") && cells.contains(&"production"), "{row}");
    assert!(cells.contains(&"997 within 1 hour"), "{row}");
}

#[test]
fn a_misspelt_key_is_refused_with_its_place_and_the_word_that_was_meant() {
    let home = home();
    let file = home.path().join("partners/acme-retail.toml");
    let text = fs::read_to_string(&file).unwrap().replace("timezone", "timezome");
    fs::write(&file, text).unwrap();
    let (code, out) = check(home.path(), &[]);
    assert_eq!(code, Some(1));
    assert!(
        out.contains("partners/acme-retail.toml:2:1: a partner file has no key \"timezome\"; did you mean timezone?"),
        "{out}"
    );
}

#[test]
fn a_file_that_is_not_utf_8_is_one_problem_among_those_of_all_files() {
    let home = home();
    let file = home.path().join("partners/acme-retail.toml");
    let mut bytes = fs::read(&file).unwrap();
    bytes.extend_from_slice(b"# Caf\xE9\n");
    let line = bytes.iter().filter(|byte| **byte == b'\n').count();
    fs::write(&file, bytes).unwrap();
    fs::write(home.path().join("partners/zeta.toml"), "nane = \"Zeta\"\n").unwrap();
    let (code, out) = check(home.path(), &[]);
    assert_eq!(code, Some(1), "{out}");
    let told =
        format!("error: partners/acme-retail.toml:{line}:6: the byte 0xE9 here is not UTF-8");
    assert!(out.contains(&told), "{out}");
    assert!(out.contains("partners/zeta.toml:1:1: a partner file has no key \"nane\""), "{out}");
}

#[test]
fn machines_get_one_object_with_every_problem() {
    let home = home();
    fs::remove_file(home.path().join("partners/acme-retail/850.guide")).unwrap();
    let (code, out) = check(home.path(), &["--json"]);
    assert_eq!(code, Some(1));
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["verdict"], "refused");
    assert_eq!(report["problems"][0]["file"], "partners/acme-retail.toml");
    assert_eq!(report["register"].as_array().unwrap().len(), 2);
}

#[test]
fn a_home_that_is_not_there_is_no_home() {
    let (code, _) = check(Path::new("no/such/home"), &[]);
    assert_eq!(code, Some(2));
}

#[test]
fn a_folder_with_neither_settings_nor_partners_is_no_home() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out) = check(folder.path(), &[]);
    assert_eq!((code, out.as_str()), (Some(2), ""));
    fs::write(folder.path().join("edigate.toml"), "").unwrap();
    assert_eq!(check(folder.path(), &[]).0, Some(0));
}
