//! `edigate grammar` as a person at a terminal runs it: what it prints, what it changes, how it
//! ends.
#![expect(clippy::unwrap_used, reason = "a command that can't be run has failed")]

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::Value;

/// What a command printed, what it complained of, its exit code.
fn edigate(arguments: &[&str]) -> (String, String, i32) {
    let output =
        Command::cargo_bin("edigate").unwrap().arg("grammar").args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

/// A home with one guide.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    fs::write(home.path().join("edigate.toml"), "").unwrap();
    let folder = home.path().join("partners/acme-retail");
    fs::create_dir_all(&folder).unwrap();
    let guide = "\
guide acme-retail 850
narrows x12/004010/850

require REF where 01 is IA  Our supplier number
codes BEG.02 SA NE
forbid CUR
deviate BEG.05 may  Old stores send no order date
";
    fs::write(folder.join("850.guide"), guide).unwrap();
    home
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn fmt_rewrites_a_text_once_and_then_leaves_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("codes.grammar");
    fs::write(&file, "codelists x12 004010\n# ours\ncodes 353\n  00 original\n  0123 other\n")
        .unwrap();
    let (printed, _, exit) = edigate(&["fmt", "--check", path(&file)]);
    assert!(printed.contains("not canonical") && exit == 1);
    let (printed, _, exit) = edigate(&["fmt", path(folder.path())]);
    assert!(printed.contains("rewritten") && exit == 0);
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        "codelists x12 004010\n\n# ours\ncodes 353\n  00    original\n  0123  other\n"
    );
    assert_eq!(edigate(&["fmt", "--check", path(&file)]), (String::new(), String::new(), 0));
}

#[test]
fn fmt_shows_a_mistake_with_its_line_and_touches_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("850.grammar");
    let text = "grammar x12 004010 850\ngroup PO\nheading\n  020  BEG  mst  1\n";
    fs::write(&file, text).unwrap();
    let (printed, complaint, exit) = edigate(&["fmt", path(&file), "--json"]);
    assert_eq!(exit, 1);
    assert!(complaint.contains("850.grammar:4:13") && complaint.contains("did you mean must?"));
    let line: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(line["outcome"], "faulty");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    let (_, complaint, exit) = edigate(&["fmt", "no-such-file.map"]);
    assert!(complaint.contains("no-such-file.map") && exit == 2);
}

#[test]
fn shipped_texts_are_canonical() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (printed, complaint, exit) = edigate(&["fmt", "--check", path(&root.join("grammars"))]);
    assert_eq!((printed.as_str(), complaint.as_str(), exit), ("", "", 0));
}

#[test]
fn show_draws_the_structure_and_names_elements() {
    let (tree, _, exit) = edigate(&["show", "x12/004010/850"]);
    assert_eq!(exit, 0);
    assert!(tree.starts_with("x12/004010/850  Purchase order  (group PO, release 004010)\n"));
    assert!(tree.contains("├─ 020 BEG ") && tree.contains("must  100000  Order lines"));
    let (elements, _, _) = edigate(&["show", "x12/004010/850", "PO1"]);
    assert!(elements.contains("06, 08 to 24") && elements.contains("Likewise 08 and 09"));
    let (json, _, _) = edigate(&["show", "x12/004010/850", "--json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["set"], "850");
    assert_eq!(json["children"][0]["id"], "BEG");
    assert_eq!(json["record"], "purchase_order/1");
}

#[test]
fn show_lays_a_guide_over_the_structure_and_says_what_it_asks() {
    let home = home();
    let (tree, _, exit) = edigate(&["show", "acme-retail/850", "--home", path(home.path())]);
    assert_eq!(exit, 0);
    assert!(tree.starts_with("acme-retail/850  Purchase order"));
    assert!(tree.contains("REF where 01 is IA must be sent. Our supplier number."));
    let by_option =
        ["show", "x12/004010/850", "--guide", "acme-retail", "--home", path(home.path())];
    assert_eq!(edigate(&by_option).0, tree);
}

#[test]
fn what_is_not_known_is_said_with_what_is_near() {
    let (_, complaint, exit) = edigate(&["show", "x12/004010/580"]);
    assert!(complaint.contains("did you mean x12/004010/850?") && exit == 2, "{complaint}");
    let (_, complaint, exit) = edigate(&["show", "x12/004010/850", "P01"]);
    assert!(complaint.contains("did you mean PO1?") && exit == 2, "{complaint}");
    let (_, complaint, exit) = edigate(&["schema", "purchase_ordr"]);
    assert!(complaint.contains("did you mean purchase_order?") && exit == 2, "{complaint}");
}

#[test]
fn diff_says_what_refuses_more_and_what_accepts_more() {
    let home = home();
    let arguments = ["diff", "x12/004010/850", "acme-retail/850", "--home", path(home.path())];
    let (words, _, exit) = edigate(&arguments);
    assert_eq!(exit, 0);
    let (narrower, wider) = words.split_once("accepts more").unwrap();
    assert!(
        narrower.contains("CUR must not be sent.") && narrower.contains("BEG.02 must be NE or SA.")
    );
    assert!(wider.contains("BEG.05: may be left out; it was required"));
    let mut json = arguments.to_vec();
    json.push("--json");
    for line in edigate(&json).0.lines() {
        let change: Value = serde_json::from_str(line).unwrap();
        assert!(["narrower", "wider", "other"].contains(&change["effect"].as_str().unwrap()));
    }
    let (same, _, _) = edigate(&["diff", "x12/004010/850", "x12/004010/850"]);
    assert_eq!(same, "nothing changes for whoever sends\n");
}

#[test]
fn diff_compares_a_file_with_the_text_it_would_replace() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("850.grammar");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shipped = fs::read_to_string(root.join("grammars/x12/004010/850.grammar")).unwrap();
    fs::write(&file, shipped.replacen("CUR  may ", "CUR  must", 1)).unwrap();
    let (words, complaint, _) = edigate(&["diff", "x12/004010/850", path(&file)]);
    assert!(words.contains("CUR: must be sent; it was optional"), "{words}{complaint}");
}

#[test]
fn diff_lists_which_map_gives_which_field() {
    let (table, _, exit) = edigate(&["diff", "--record", "purchase_order"]);
    assert_eq!(exit, 0);
    assert!(table.contains("number\tmust\tx12/850.map\tBEG.03\n"), "{table}");
    assert!(table.contains("lines[].quantity\t"));
}

#[test]
fn schema_is_a_json_schema() {
    let (printed, _, exit) = edigate(&["schema", "invoice"]);
    let schema: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(exit, 0);
    assert_eq!(schema["properties"]["schema"]["const"], "invoice/1");
}

#[test]
fn guide_writes_one_page() {
    let home = home();
    let file = home.path().join("guide.html");
    let (printed, complaint, exit) = edigate(&[
        "guide",
        "acme-retail/850",
        "--home",
        path(home.path()),
        "--ours",
        "01:001903202",
        "-o",
        path(&file),
    ]);
    assert_eq!((printed.as_str(), complaint.as_str(), exit), ("", "", 0));
    let page = fs::read_to_string(&file).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("01:001903202"));
    assert!(page.contains("Companion guide for acme-retail"));
}

#[test]
fn guide_takes_names_and_ids_from_the_partner_file() {
    let home = home();
    let manual = include_str!("../partners/README.md");
    let (_, rest) = manual.split_once("```toml\n").unwrap();
    let (partner, _) = rest.split_once("```").unwrap();
    fs::write(home.path().join("partners/acme-retail.toml"), partner).unwrap();
    let (page, _, _) = edigate(&["guide", "acme-retail/850", "--home", path(home.path())]);
    for said in ["Companion guide for ACME Retail", "ZZ:NORTHWIND", "01:001903202"] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn a_hundred_errors_are_shown_and_the_rest_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("850.map");
    let lines = "nonsense\n".repeat(150);
    fs::write(&file, format!("map 850 purchase_order\n{lines}")).unwrap();
    let (_, complaint, exit) = edigate(&["fmt", path(&file)]);
    assert_eq!(complaint.matches("is not a segment or a word of maps").count(), 100);
    assert!(complaint.ends_with("50 more errors; mend these first\n") && exit == 1);
}

#[test]
fn a_sample_is_accepted_by_explain_and_its_defects_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("850.edi");
    let (_, complaint, exit) =
        edigate(&["sample", "x12/004010/850", "--seed", "9", "--count", "2", "-o", path(&file)]);
    assert_eq!((complaint.as_str(), exit), ("", 0));
    let explain =
        Command::cargo_bin("edigate").unwrap().arg("explain").arg(&file).output().unwrap();
    assert!(explain.status.success());
    let (_, complaint, exit) =
        edigate(&["sample", "x12/004010/850", "--defects", "2", "-o", path(&file)]);
    assert_eq!((complaint.lines().count(), exit), (2, 0), "{complaint}");
    let explain =
        Command::cargo_bin("edigate").unwrap().arg("explain").arg(&file).output().unwrap();
    assert_eq!(explain.status.code(), Some(1));
    let (_, complaint, exit) = edigate(&["sample", "x12/004010/850", "--size", "huge"]);
    assert!(complaint.contains("write small, full, or a number of lines") && exit == 2);
}
