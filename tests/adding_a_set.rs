//! Adding a transaction set is adding texts: a home that has a grammar, a map and a record for
//! the 846 can check, answer, read and write it with the program as it is.
#![expect(clippy::unwrap_used, reason = "a test that cannot run the program has failed")]

use std::path::Path;
use std::process::{Command, Output};

use edigate::canonical::json::parse;
use edigate::grammar::library::Library;
use edigate::x12::write::{Address, Envelope, Outgoing, Own, write_interchange};
use jiff::civil::date;

/// The texts that add the set, with their places below `grammars/`.
const TEXTS: [(&str, &str); 3] = [
    ("x12/004010/846.grammar", include_str!("fixtures/adding-846/846.grammar")),
    ("x12/846.map", include_str!("fixtures/adding-846/846.map")),
    ("canonical/inventory.record", include_str!("fixtures/adding-846/inventory.record")),
];

/// Two goods in stock, one of them in two states.
const REPORT: &str = "ISA*00*          *00*          *ZZ*DEPOT          *ZZ*SHOP           \
                      *260331*1405*U*00401*000000071*0*T*>~GS*IB*DEPOT*SHOP*20260331*1405*71*X*\
                      004010~ST*846*0001~BIA*00*SI*STK-71*20260331*1400~N1*WH*North depot*92*07~\
                      LIN*1*VN*A-100*UP*012345678905~PID*F****Blue lamp~QTY*33*120*EA~\
                      QTY*63*40*EA~LIN*2*VN*B-200~QTY*33*7*EA~CTT*2~SE*11*0001~GE*1*71~\
                      IEA*1*000000071~";

/// A home whose only grammars are those of the 846.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for (place, text) in TEXTS {
        let path = home.path().join("grammars").join(place);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    home
}

/// Runs the program on `input` with that home.
fn edigate(home: &Path, command: &str, options: &[&str], input: &str) -> Output {
    let file = home.join("input");
    std::fs::write(&file, input).unwrap();
    Command::new(env!("CARGO_BIN_EXE_edigate"))
        .arg(command)
        .arg(&file)
        .arg("--home")
        .arg(home)
        .args(options)
        .output()
        .unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn without_its_texts_the_846_is_not_known() {
    let empty = tempfile::tempdir().unwrap();
    let report = json(&edigate(empty.path(), "explain", &["--json"], REPORT));
    assert_eq!(report["verdict"], "unsupported");
}

#[test]
fn a_sound_846_is_accepted_and_answered() {
    let home = home();
    let report = json(&edigate(home.path(), "explain", &["--json"], REPORT));
    assert_eq!(report["verdict"], "accepted", "{report}");
    let answer = edigate(home.path(), "ack", &["--with", "997"], REPORT);
    let answer = String::from_utf8(answer.stdout).unwrap();
    assert!(answer.contains("AK1*IB*71~AK2*846*0001~AK5*A~AK9*A*1*1*1~"), "{answer}");
}

#[test]
fn an_846_without_goods_is_refused_with_the_segment_that_is_missing() {
    let home = home();
    let (head, goods) = REPORT.split_once("LIN*1").unwrap();
    let (_, rest) = goods.split_once("CTT").unwrap();
    let broken = format!("{head}CTT{rest}").replace("SE*11", "SE*5");
    let report = json(&edigate(home.path(), "explain", &["--json"], &broken));
    assert_eq!(report["verdict"], "refused");
    let findings = &report["interchanges"][0]["groups"][0]["sets"][0]["findings"];
    assert_eq!(findings[0]["code"], "3", "{findings}");
    assert_eq!(findings[0]["segment"], "LIN");
    let answer = edigate(home.path(), "ack", &["--with", "997"], &broken);
    let answer = String::from_utf8(answer.stdout).unwrap();
    assert!(answer.contains("AK3*LIN*4**3~AK5*R*5~AK9*R*1*1*0~"), "{answer}");
}

#[test]
fn an_846_is_read_into_its_record() {
    let home = home();
    let record = json(&edigate(home.path(), "read", &[], REPORT));
    assert_eq!(record["schema"], "inventory/1");
    assert_eq!(record["number"], "STK-71");
    assert_eq!(record["parties"][0]["role"], "warehouse");
    assert_eq!(record["lines"][0]["product_ids"][1]["type"], "upc");
    assert_eq!(record["lines"][0]["stock"][1]["state"], "on_order");
    assert_eq!(record["lines"][0]["stock"][1]["quantity"], "40");
    assert_eq!(record["lines"][1]["stock"][0]["quantity"], "7");
    assert!(record.get("unmapped").is_none(), "{record}");
}

#[test]
fn an_846_is_written_from_its_record_and_comes_back_the_same() {
    let home = home();
    let sent = json(&edigate(home.path(), "read", &[], REPORT));
    let written = written(&sent.to_string());
    assert!(written.contains("LIN*1*VN*A-100*UP*012345678905~"), "{written}");
    let report = json(&edigate(home.path(), "explain", &["--json"], &written));
    assert_eq!(report["verdict"], "accepted", "{report}");
    let received = json(&edigate(home.path(), "read", &[], &written));
    for field in ["purpose", "number", "issued_on", "parties", "lines"] {
        assert_eq!(received[field], sent[field], "{field}");
    }
}

/// The record as an interchange.
fn written(record: &str) -> String {
    let mut library = Library::shipped();
    for (place, text) in TEXTS {
        library.add(place, text).unwrap();
    }
    let map = library.resolve("004010", "846", None).mapping().unwrap();
    let party = |id: &str| Address { qualifier: "ZZ".to_owned(), id: id.to_owned() };
    let envelope = Envelope {
        sender: party("DEPOT"),
        receiver: party("SHOP"),
        application_sender: None,
        application_receiver: None,
        release: "004010".to_owned(),
        usage: 'T',
        acknowledge: false,
        at: date(2026, 3, 31).at(14, 5, 0, 0),
        interchange_control: 72,
        group_control: 72,
        set_control: 1,
        separators: None,
        line_breaks: false,
    };
    let record = parse(record).unwrap();
    let outgoing = Outgoing {
        record: &record,
        map: &map,
        group: "IB",
        implementation: None,
        own: Own::default(),
    };
    let interchange = write_interchange(&[outgoing], &envelope).unwrap();
    String::from_utf8(interchange.bytes).unwrap()
}
