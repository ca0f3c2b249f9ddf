//! `edigate read` and `edigate write` as a user runs them.
#![expect(clippy::unwrap_used, reason = "a test's own steps")]

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

fn edigate() -> Command {
    let mut command = Command::cargo_bin("edigate").unwrap();
    // A folder that is no home: nothing but what comes with the program.
    command.current_dir(std::env::temp_dir());
    command
}

/// A purchase order and what it says, in our own words.
const ORDER: &str = "ISA*00*          *00*          *ZZ*ACME           *01*0012           \
*240101*1200*U*00401*000000905*0*P*:~\
GS*PO*ACMEGS*0012*20240101*1200*7*X*004010~ST*850*0001~BEG*00*SA*PO-1**20240101~\
N1*ST*Depot 7*92*0007~\
PO1*1*5*EA*2.50**UP*012345678905~CTT*1~SE*6*0001~GE*1*7~IEA*1*000000905~";

fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn read(path: &Path) -> serde_json::Value {
    let output = edigate().arg("read").arg(path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_record_says_where_it_came_from_beside_what_it_says() {
    let folder = TempDir::new().unwrap();
    let record = read(&file(&folder, "po.edi", ORDER));
    assert_eq!(record["schema"], "purchase_order/1");
    assert_eq!(record["lines"][0]["unit_price"], "2.50");
    let expected = serde_json::json!({
        "set": "850", "release": "004010", "group": "PO", "sender": "ZZ:ACME",
        "receiver": "01:0012", "application_sender": "ACMEGS", "usage": "P",
        "control": "000000905", "group_control": "7", "set_control": "0001",
    });
    assert_eq!(record["envelope"], expected);
    assert_eq!(record["source"]["rule"], "x12/004010/850");
    let fields: Vec<&String> = record.as_object().unwrap().keys().collect();
    assert_eq!(fields.first().unwrap().as_str(), "schema");
}

#[test]
fn what_was_read_is_written_without_an_option() {
    let folder = TempDir::new().unwrap();
    let output = edigate().arg("read").arg(file(&folder, "po.edi", ORDER)).output().unwrap();
    let written = edigate()
        .args(["write", "-", "--date", "2024-01-01T12:00"])
        .write_stdin(output.stdout)
        .output()
        .unwrap();
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    assert_eq!(String::from_utf8(written.stdout).unwrap(), ORDER);
}

#[test]
fn options_override_the_records_envelope() {
    let folder = TempDir::new().unwrap();
    let output = edigate().arg("read").arg(file(&folder, "po.edi", ORDER)).output().unwrap();
    let record = file(&folder, "po.json", &String::from_utf8(output.stdout).unwrap());
    let out = folder.path().join("out.edi");
    edigate()
        .arg("write")
        .arg(&record)
        .args(["--sender", "14:US", "--usage", "T", "--control", "8", "--separators", "|>^\n"])
        .arg("--out")
        .arg(&out)
        .assert()
        .code(0)
        .stdout("");
    let text = std::fs::read_to_string(out).unwrap();
    assert!(text.starts_with("ISA|00|          |00|          |14|US             |01|"), "{text}");
    // The group's sender was the other sender's own code.
    assert!(text.contains("\nGS|PO|US|0012|"), "{text}");
    assert!(text.contains("|000000008|0|T|>\n"), "{text}");
}

#[test]
fn several_records_of_one_envelope_share_an_interchange() {
    let folder = TempDir::new().unwrap();
    let two = ORDER.replace(
        "GE*1*7",
        "ST*850*0002~BEG*00*SA*PO-2**20240101~PO1*1*1*EA~CTT*1~SE*5*0002~GE*2*7",
    );
    let records = edigate().arg("read").arg(file(&folder, "two.edi", &two)).output().unwrap();
    assert_eq!(records.stdout.iter().filter(|&&byte| byte == b'\n').count(), 2);
    let written =
        edigate().args(["write", "-", "--json"]).write_stdin(records.stdout).output().unwrap();
    let line: serde_json::Value = serde_json::from_slice(&written.stdout).unwrap();
    assert_eq!((&line["interchanges"], &line["sets"]), (&1.into(), &2.into()));
    assert!(line["text"].as_str().unwrap().contains("ST*850*0002~BEG*00*SA*PO-2"));
}

#[test]
fn a_refused_set_is_not_read_unless_asked_for() {
    let folder = TempDir::new().unwrap();
    let broken = file(&folder, "broken.edi", &ORDER.replace("BEG*00*SA*PO-1**20240101~", ""));
    let output = edigate().arg("read").arg(&broken).output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("refused, so not read; edigate explain says why"), "{told}");
    let output = edigate().args(["read", "--refused"]).arg(&broken).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(!output.stdout.is_empty());
}

/// Exit code, records and what is told of reading `text`.
fn outcome(text: &str, options: &[&str]) -> (Option<i32>, Vec<serde_json::Value>, String) {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "some.edi", text);
    let output = edigate().arg("read").args(options).arg(path).output().unwrap();
    let records = String::from_utf8(output.stdout).unwrap();
    let records = records.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code(), records, String::from_utf8(output.stderr).unwrap())
}

#[test]
fn nothing_of_a_refused_interchange_is_read_unless_asked_for() {
    let other = ORDER.replace("000000905", "000000906").replace("PO-1", "PO-2");
    for refused in [
        ORDER.replace("IEA*1*000000905", "IEA*1*000000999"),
        ORDER.replace("*0*P*:", "*0*X*:"),
        ORDER.replace("IEA*1*000000905~", ""),
    ] {
        for text in [refused.clone() + &other, other.clone() + &refused] {
            let (code, records, told) = outcome(&text, &[]);
            assert_eq!((code, records.len()), (Some(1), 1), "{told}");
            assert_eq!(records[0]["number"], "PO-2", "the sound one is read");
            assert!(told.contains("interchange 000000905: refused, so nothing of it"), "{told}");
            assert!(!told.contains("000000906"), "{told}");
            let (code, records, _) = outcome(&text, &["--refused"]);
            assert_eq!((code, records.len()), (Some(1), 2));
        }
    }
}

#[test]
fn nothing_of_a_refused_group_is_read_unless_asked_for() {
    let second = "GS*PO*ACMEGS*0012*20240101*1200*8*X*004010~ST*850*0001~BEG*00*SA*PO-2**20240101~\
                  PO1*1*1*EA~CTT*1~SE*5*0001~GE*1*8~IEA*2*";
    let two = ORDER.replace("IEA*1*", second);
    assert_eq!(outcome(&two, &[]).1.len(), 2);
    for (damaged, group, kept) in [
        (two.replace("GE*1*7~", ""), "group 7", "PO-2"),
        (two.replace("GE*1*8~", ""), "group 8", "PO-1"),
        (two.replace("GE*1*7~", "GE*3*7~"), "group 7", "PO-2"),
    ] {
        let (code, records, told) = outcome(&damaged, &[]);
        assert_eq!((code, records.len()), (Some(1), 1), "{told}");
        assert_eq!(records[0]["number"], kept);
        assert!(told.contains(&format!("{group}: refused, so nothing of it is read")), "{told}");
        assert_eq!(outcome(&damaged, &["--refused"]).1.len(), 2);
    }
}

#[test]
fn a_business_finding_is_told_and_the_record_printed() {
    let folder = TempDir::new().unwrap();
    let miscounted = file(&folder, "po.edi", &ORDER.replace("CTT*1", "CTT*9"));
    let output = edigate().arg("read").arg(miscounted).output().unwrap();
    assert!(output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("CTT"), "{told}");
    assert!(!output.stdout.is_empty());
}

#[test]
fn exit_codes_tell_refused_from_unreadable() {
    let folder = TempDir::new().unwrap();
    let garbage = file(&folder, "garbage.edi", "hello");
    edigate().arg("read").arg(&garbage).assert().code(2);
    edigate().arg("read").arg(folder.path().join("absent.edi")).assert().code(2);
    edigate().arg("write").arg(folder.path().join("absent.json")).assert().code(2);
    edigate().args(["write", "-"]).write_stdin("{").assert().code(2);
    edigate().args(["write", "-"]).write_stdin("").assert().code(2);
}

#[test]
fn what_is_missing_is_told_with_the_option_that_says_it() {
    let record = r#"{"schema":"purchase_order/1","purpose":"original","number":"1"}"#;
    let output = edigate().args(["write", "-"]).write_stdin(record).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("say it with --sender QUALIFIER:ID"), "{told}");
}

#[test]
fn a_record_its_own_grammar_would_refuse_is_not_written() {
    let record = r#"{"schema":"purchase_order/1","purpose":"original","number":"1"}"#;
    let output = edigate()
        .args(["write", "-", "--sender", "ZZ:A", "--receiver", "ZZ:B", "--release", "004010"])
        .write_stdin(record)
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("cannot be written as its grammar demands"), "{told}");
}

#[test]
fn a_field_that_does_not_fit_is_told_by_its_path() {
    let record = r#"{"schema":"purchase_order/1","purpose":"original","order_type":"stand_alone",
        "number":"A number far too long for any order","ordered_on":"2024-01-01",
        "lines":[{"number":"1","quantity":"1.2.3","unit":"EA"}],
        "envelope":{"set":"850","release":"004010","sender":"ZZ:A","receiver":"ZZ:B"}}"#;
    let output = edigate().args(["write", "-"]).write_stdin(record).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("number: has 35 characters, and the element carries 22 (BEG.03)"),
        "{told}"
    );
    assert!(told.contains("lines[0].quantity: \"1.2.3\" is no decimal (PO1.02)"), "{told}");
}

/// The `envelope` of each record on a line.
fn envelopes(lines: &[u8]) -> Vec<serde_json::Value> {
    let records = serde_json::Deserializer::from_slice(lines).into_iter::<serde_json::Value>();
    records.map(|record| record.unwrap().get("envelope").cloned().unwrap()).collect()
}

fn body(set_control: &str, number: &str) -> String {
    format!(
        "ST*850*{set_control}~BEG*00*SA*{number}**20240101~PO1*1*1*EA~CTT*1~SE*5*{set_control}~"
    )
}

#[test]
fn every_envelope_comes_back_as_it_was_read() {
    let folder = TempDir::new().unwrap();
    let (start, _) = ORDER.split_once("GS*").unwrap();
    let groups = [
        (
            "PO*ACMEGS*0012*20240101*1200*000005*X*004010",
            vec!["A001", "000000010", "0042"],
            "000005",
        ),
        ("PO*ACMEGS*0012*20240101*1200*6*X*004010", vec!["0001"], "6"),
        ("PO*OTHER*0012*20240101*1200*7*X*004010", vec!["0001"], "7"),
        ("PO*ACMEGS*0012*20240101*1200*8*X*004030", vec!["0001", "0009"], "8"),
    ];
    let mut text = start.to_owned();
    for (header, sets, control) in &groups {
        text += &format!("GS*{header}~");
        for (index, set) in sets.iter().enumerate() {
            text += &body(set, &format!("PO-{control}-{index}"));
        }
        text += &format!("GE*{}*{control}~", sets.len());
    }
    text += "IEA*4*000000905~";
    let first = edigate().arg("read").arg(file(&folder, "po.edi", &text)).output().unwrap();
    let expected = envelopes(&first.stdout);
    assert_eq!(expected.len(), 7, "{}", String::from_utf8_lossy(&first.stderr));
    let written = edigate().args(["write", "-"]).write_stdin(first.stdout).output().unwrap();
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stderr));
    let written = String::from_utf8(written.stdout).unwrap();
    assert_eq!((written.matches("ISA*").count(), written.matches("~GS*").count()), (1, 4));
    let again = edigate().arg("read").arg(file(&folder, "again.edi", &written)).output().unwrap();
    assert_eq!(envelopes(&again.stdout), expected);
}

#[test]
fn only_what_has_no_number_is_numbered_past_the_numbers_others_bring() {
    let folder = TempDir::new().unwrap();
    let mut numbered = read(&file(&folder, "po.edi", ORDER));
    let mut bare = numbered.clone();
    for name in ["group_control", "set_control"] {
        bare["envelope"].as_object_mut().unwrap().remove(name);
    }
    numbered["envelope"]["set_control"] = "0001".into();
    let records = format!("{numbered}\n{bare}\n");
    let written = edigate().args(["write", "-"]).write_stdin(records).output().unwrap();
    let text = String::from_utf8(written.stdout).unwrap();
    assert!(text.contains("~ST*850*0001~") && text.contains("~ST*850*0002~"), "{text}");
    assert!(text.contains("~GE*2*7~"), "{text}");
}

#[test]
fn a_records_own_group_code_is_kept() {
    let folder = TempDir::new().unwrap();
    let order = ORDER.replace("~GS*PO*", "~GS*SC*");
    let first = edigate().args(["read"]).arg(file(&folder, "po.edi", &order)).output().unwrap();
    let mut written = edigate();
    written.args(["write", "-", "--date", "2024-01-01T12:00"]).write_stdin(first.stdout);
    written.assert().code(0).stdout(order);
}
