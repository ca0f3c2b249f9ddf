//! What analysts are told: `edigate explain` over every fixture, and the contract of its JSON,
//! exit codes and options.

#![expect(clippy::unwrap_used, reason = "a fixture that is not as meant has failed the test")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use edigate::limits;
use serde_json::Value as Json;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/x12")
}

/// The command, in the folder of the fixtures, so that names are short.
fn edigate(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("edigate").unwrap();
    command.current_dir(fixtures()).args(arguments);
    command
}

struct Outcome {
    code: i32,
    stdout: String,
    stderr: String,
}

fn run(arguments: &[&str]) -> Outcome {
    outcome(&mut edigate(arguments))
}

fn outcome(command: &mut Command) -> Outcome {
    let output = command.output().unwrap();
    Outcome {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn json(arguments: &[&str]) -> (i32, Json) {
    let outcome = run(&[&["explain", "--json"], arguments].concat());
    assert_eq!(outcome.stdout.matches('\n').count(), 1, "one line: {}", outcome.stdout);
    (outcome.code, serde_json::from_str(&outcome.stdout).unwrap())
}

/// `850/refused/cut-off.edi` and the like; those of the envelope have a test of their own.
fn every_fixture() -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![fixtures()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("envelope") {
                continue;
            } else if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "edi") {
                found.push(path.strip_prefix(fixtures()).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    found.sort();
    assert!(found.len() > 20);
    found
}

fn read(name: &str) -> String {
    std::fs::read_to_string(fixtures().join(name)).unwrap()
}

#[test]
fn every_fixture_is_explained_as_reviewed() {
    for name in every_fixture() {
        let said = run(&["explain", &name]);
        let snapshot = name.trim_end_matches(".edi").replace('/', "-");
        insta::assert_snapshot!(snapshot, said.stdout);
        assert_eq!(said.stderr, "", "{name}");
        let accepted = name.contains("/accepted/");
        assert_eq!(said.code, if accepted { 0 } else { 1 }, "{name}");
    }
}

#[test]
fn json_is_one_line_a_file_whatever_becomes_of_it() {
    let names = every_fixture();
    let mut arguments = vec!["explain", "--json", "there-is-no-such-file.edi"];
    arguments.extend(names.iter().map(String::as_str));
    let outcome = run(&arguments);
    assert_eq!(outcome.code, 2, "the worst of all files");
    let lines: Vec<Json> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), names.len() + 1);
    assert_eq!(lines[0]["verdict"], "unreadable");
    for (line, name) in lines[1..].iter().zip(&names) {
        assert_eq!(line["file"], **name);
    }
}

/// The keys of an object, sorted.
fn keys(object: &Json) -> Vec<&str> {
    let mut keys: Vec<_> = object.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

const VERDICTS: [&str; 5] =
    ["accepted", "accepted_with_findings", "refused", "unsupported", "unreadable"];

fn check_findings(findings: &Json, levels: &[&str]) {
    for finding in findings.as_array().unwrap() {
        let demanded = [
            "at",
            "code",
            "component",
            "element",
            "length",
            "level",
            "loop",
            "offset",
            "position",
            "rule",
            "segment",
            "sentence",
            "text",
        ];
        for key in demanded {
            assert!(finding.get(key).is_some(), "{key} is missing: {finding}");
        }
        assert!(levels.contains(&finding["at"].as_str().unwrap()), "{finding}");
        assert!(["error", "warning", "business"].contains(&finding["level"].as_str().unwrap()));
        assert!(finding["offset"].is_u64() && finding["length"].is_u64());
        for number in ["position", "element", "component"] {
            assert!(finding[number].is_u64() || finding[number].is_null(), "{finding}");
        }
        for text in ["segment", "loop", "text", "sentence", "rule"] {
            assert!(finding[text].is_string(), "{finding}");
        }
        let code = &finding["code"];
        assert!(code.is_null() || finding["level"] == "error", "{finding}");
        let sentence = finding["sentence"].as_str().unwrap();
        assert!(sentence.ends_with('.') && sentence.len() > 20, "{sentence}");
    }
}

#[test]
fn json_has_the_fields_of_the_contract_at_every_level() {
    let names = every_fixture();
    let mut arguments = vec!["explain", "--json"];
    arguments.extend(names.iter().map(String::as_str));
    for line in run(&arguments).stdout.lines() {
        let file: Json = serde_json::from_str(line).unwrap();
        assert_eq!(keys(&file), ["file", "findings", "interchanges", "verdict"]);
        assert!(VERDICTS.contains(&file["verdict"].as_str().unwrap()));
        check_findings(&file["findings"], &["interchange"]);
        for interchange in file["interchanges"].as_array().unwrap() {
            let expected =
                ["control", "findings", "groups", "receiver", "sender", "usage", "verdict"];
            assert_eq!(keys(interchange), expected);
            check_findings(&interchange["findings"], &["interchange"]);
            for group in interchange["groups"].as_array().unwrap() {
                assert_eq!(
                    keys(group),
                    ["control", "findings", "id", "release", "sets", "verdict"]
                );
                check_findings(&group["findings"], &["group"]);
                for set in group["sets"].as_array().unwrap() {
                    assert_eq!(keys(set), ["control", "findings", "segments", "set", "verdict"]);
                    assert!(VERDICTS.contains(&set["verdict"].as_str().unwrap()));
                    check_findings(&set["findings"], &["set", "segment", "element", "business"]);
                }
            }
        }
    }
}

#[test]
fn json_says_where_to_the_byte() {
    let name = "850/refused/type-of-product-id-without-the-id.edi";
    let (code, file) = json(&[name]);
    assert_eq!(code, 1);
    assert_eq!(file["verdict"], "refused");
    let interchange = &file["interchanges"][0];
    assert_eq!(interchange["sender"], "ZZ:NORTHWOOD");
    assert_eq!(interchange["receiver"], "ZZ:HARBORCO");
    assert_eq!(
        (&interchange["control"], &interchange["usage"]),
        (&"000000417".into(), &"P".into())
    );
    let sets = interchange["groups"][0]["sets"].as_array().unwrap();
    let verdicts: Vec<_> = sets.iter().map(|set| set["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["accepted", "refused", "accepted"]);
    assert_eq!(sets[1]["segments"], 13);
    let finding = &sets[1]["findings"][0];
    assert_eq!(finding["code"], "2");
    assert_eq!((&finding["position"], &finding["element"]), (&11.into(), &7.into()));
    assert_eq!(finding["loop"], "PO1");
    let offset = usize::try_from(finding["offset"].as_u64().unwrap()).unwrap();
    assert!(read(name).split_at(offset).0.ends_with("PO1*3*24*EA*2.1**UP"));
}

#[test]
fn business_findings_accept_and_never_carry_a_code() {
    let (code, file) = json(&["810/accepted/total-does-not-agree.edi"]);
    assert_eq!((code, &file["verdict"]), (0, &"accepted_with_findings".into()));
    let group = &file["interchanges"][0]["groups"][0];
    assert_eq!(group["verdict"], "accepted_with_findings");
    let finding = &group["sets"][0]["findings"][0];
    assert_eq!((&finding["level"], &finding["at"]), (&"business".into(), &"business".into()));
    assert!(finding["code"].is_null());
    assert!(finding["sentence"].as_str().unwrap().contains("171.40 was sent, 170.40 comes out"));
}

#[test]
fn an_unsupported_set_ends_well_and_says_so() {
    let (code, file) = json(&["846/accepted/no-grammar-for-it.edi"]);
    assert_eq!((code, &file["verdict"]), (0, &"unsupported".into()));
}

#[test]
fn what_is_no_edi_is_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "Dear partner,\nhere is our order.\n").unwrap();
    let path = path.to_str().unwrap();
    let (code, file) = json(&[path]);
    assert_eq!((code, &file["verdict"]), (2, &"unreadable".into()));
    assert_eq!(file["interchanges"], Json::Array(Vec::new()));
    let said = run(&["explain", path]);
    assert_eq!(said.code, 2);
    assert!(said.stdout.contains("nothing in this file is an X12 interchange"));
}

#[test]
fn a_file_that_is_missing_is_named_on_the_error_output() {
    let said = run(&["explain", "there-is-no-such-file.edi"]);
    assert_eq!((said.code, said.stdout.as_str()), (2, ""));
    assert!(said.stderr.contains("there-is-no-such-file.edi"));
    let usage = run(&["explain"]);
    assert_eq!(usage.code, 2, "wrong usage");
}

#[test]
fn strictness_makes_errors_of_what_is_tolerated() {
    let name = "850/accepted/tolerated-blanks-and-line-breaks.edi";
    let (lenient, file) = json(&[name]);
    assert_eq!((lenient, &file["verdict"]), (0, &"accepted_with_findings".into()));
    let (strict, file) = json(&["--strict", name]);
    assert_eq!((strict, &file["verdict"]), (1, &"refused".into()));
    let finding = &file["interchanges"][0]["groups"][0]["sets"][0]["findings"][0];
    assert_eq!((&finding["level"], &finding["code"]), (&"error".into(), &"6".into()));
}

#[test]
fn the_standard_input_is_explained_like_a_file() {
    let name = "850/refused/type-of-product-id-without-the-id.edi";
    let of_file = run(&["explain", name]);
    let piped = outcome(edigate(&["explain", "-"]).write_stdin(read(name)));
    assert_eq!(piped.code, 1);
    assert_eq!(piped.stdout, of_file.stdout.replace(name, "standard input"));
    let envelope = read("850/refused/interchange-trailer-of-another-file.edi");
    let piped = outcome(edigate(&["explain", "-"]).write_stdin(envelope));
    assert!(piped.stdout.contains("| IEA*1*000000418~"), "{}", piped.stdout);
}

#[test]
fn of_a_very_long_standard_input_the_end_is_explained_without_its_line() {
    let order = read("850/accepted/plain.edi");
    let padding = " ".repeat(limits::KEPT_INPUT_BYTES);
    let broken = read("850/refused/wrong-set-count.edi");
    let piped =
        outcome(edigate(&["explain", "-"]).write_stdin(format!("{order}{padding}{broken}")));
    assert_eq!(piped.code, 1);
    assert!(piped.stdout.contains("the trailer says the group has 4 sets"), "{}", piped.stdout);
    assert!(!piped.stdout.contains("| GE*4*17~"));
}

#[test]
fn repeated_findings_are_shown_once_unless_all_are_wanted() {
    let name = "850/refused/the-same-fault-forty-times.edi";
    let once = run(&["explain", name]).stdout;
    assert_eq!(once.matches("refused[AK403=5]").count(), 1);
    assert!(once.contains("39 times more"));
    let all = run(&["explain", "--all", name]).stdout;
    assert_eq!(all.matches("refused[AK403=5]").count(), 40);
    assert!(all.contains("order line 43"), "{all}");
}

#[test]
fn colours_are_for_terminals_or_for_who_asks() {
    let name = "850/refused/no-order-lines.edi";
    let plain = run(&["explain", name]).stdout;
    assert!(!plain.contains('\u{1b}'));
    let coloured = run(&["explain", "--color", "always", name]).stdout;
    assert!(coloured.contains('\u{1b}'));
    assert!(!coloured.contains(":::"), "no filler line");
}

/// A home with one partner's guide.
fn home(guide: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("partners/northwood");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("850.guide"), guide).unwrap();
    home
}

#[test]
fn a_guide_of_a_home_is_obeyed_and_quoted() {
    let home = home(
        "guide northwood 850\nnarrows x12/004010/850\n\n\
         require REF where 01 is IA  Our supplier number\n\
         codes BEG.02 NE\n",
    );
    let home = home.path().to_str().unwrap();
    let name = "850/accepted/plain.edi";
    let with = run(&["explain", "--home", home, "--guide", "northwood/850", name]);
    assert_eq!(with.code, 1);
    insta::assert_snapshot!("with-a-guide", with.stdout);
    let by_partner = run(&["explain", "--home", home, "--guide", "northwood", name]);
    assert_eq!(by_partner.stdout, with.stdout);
    let without = run(&["explain", "--home", home, name]);
    assert_eq!(without.code, 0, "a guide that nobody named is not in force");
}

#[test]
fn a_guide_that_refuses_business_findings_refuses_in_the_acknowledgment_too() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("partners/harborco");
    std::fs::create_dir_all(&folder).unwrap();
    let guide = "guide harborco 810\nnarrows x12/004010/810\n\nrefuse business\n";
    std::fs::write(folder.join("810.guide"), guide).unwrap();
    let home = home.path().to_str().unwrap();
    let options = ["--home", home, "--guide", "harborco", "810/accepted/total-does-not-agree.edi"];
    let (code, file) = json(&options);
    assert_eq!((code, &file["verdict"]), (1, &"refused".into()));
    let answer = run(&[&["ack"], &options[..]].concat());
    assert!(answer.stdout.contains("AK5*R*5~"), "{}", answer.stdout);
}

#[test]
fn an_unknown_guide_or_home_is_wrong_usage() {
    let name = "850/accepted/plain.edi";
    let said = run(&["explain", "--guide", "nobody/850", name]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("there is no guide nobody/850"));
    assert_eq!(run(&["explain", "--home", "no-such-folder", name]).code, 2);
}

/// An interchange of as many one-set groups, each with a fault.
fn many_groups(count: usize) -> String {
    let mut text = String::from(
        "ISA*00*          *00*          *ZZ*NORTHWOOD      *ZZ*HARBORCO       *260309*0815*U*00401\
         *000000417*0*P*>~",
    );
    for group in 1..=count {
        write!(
            text,
            "GS*PO*NORTHWOOD*HARBORCO*20260309*0815*{group}*X*004010~ST*850*0001~\
             BEG*00*SA*NW-1**20260231~PO1*1*1*EA~SE*4*0001~GE*1*{group}~"
        )
        .unwrap();
    }
    write!(text, "IEA*{count}*000000417~").unwrap();
    text
}

#[test]
fn a_summary_names_some_groups_and_counts_the_others() {
    let text = many_groups(limits::EXPLAIN_NAMED + 5);
    let said = outcome(edigate(&["explain", "-"]).write_stdin(text)).stdout;
    assert_eq!(said.matches("the 997 rejects set").count(), limits::EXPLAIN_NAMED);
    assert!(said.contains("and 5 groups more"), "{said}");
}

#[test]
fn a_summary_names_some_refused_sets_and_counts_the_others() {
    let mut sets = String::new();
    let count = limits::EXPLAIN_NAMED + 3;
    for set in 1..=count {
        write!(sets, "ST*850*{set:04}~BEG*00*SA*NW-1**20260231~PO1*1*1*EA~SE*4*{set:04}~").unwrap();
    }
    let order = read("850/accepted/plain.edi").replace("~\n", "~");
    let (before, rest) = order.split_once("ST*").unwrap();
    let (set, after) = rest.split_once("GE*1").unwrap();
    let text = format!("{before}{sets}ST*{}GE*{}{after}", set.replace("*0001", "*9999"), count + 1);
    let said = outcome(edigate(&["explain", "-"]).write_stdin(text)).stdout;
    let line = said.lines().last().unwrap();
    assert!(
        line.ends_with("0009 and 0010 with AK5*R*5 each, and 3 more; the other is accepted"),
        "{line}"
    );
}

#[test]
fn kinds_of_findings_beyond_those_kept_are_counted() {
    let mut text = many_groups(1);
    let strays: String = (0..limits::EXPLAIN_KINDS + 20)
        .map(|n| {
            let letter = |n: usize| char::from(b'A' + u8::try_from(n % 26).unwrap());
            format!("Z{}{}*1~", letter(n / 26), letter(n))
        })
        .collect();
    let segments = 4 + limits::EXPLAIN_KINDS + 20;
    text = text.replace("SE*4*", &format!("{strays}SE*{segments}*"));
    let said = outcome(edigate(&["explain", "-"]).write_stdin(text)).stdout;
    assert!(said.contains("findings of other kinds are not shown"), "{}", said.len());
    assert_eq!(said.matches("refused[AK304").count(), limits::EXPLAIN_KINDS - 1);
}

#[test]
fn ack_prints_the_bytes_and_nothing_else() {
    let name = "850/refused/two-interchanges-one-at-fault.edi";
    let date = ["--date", "2026-03-31T14:05"];
    let said = run(&[&["ack", "--control", "900"], &date[..], &[name]].concat());
    assert_eq!((said.code, said.stderr.as_str()), (0, ""));
    assert!(said.stdout.starts_with("ISA*00*"));
    assert!(said.stdout.ends_with("IEA*1*000000901~"));
    let again = run(&[&["ack", "--control", "900"], &date[..], &[name]].concat());
    assert_eq!(said.stdout, again.stdout);
    let ta1 = run(&[&["ack", "--with", "ta1"], &date[..], &[name]].concat());
    assert_eq!(ta1.stdout.matches("TA1*").count(), 2);
    assert!(!ta1.stdout.contains("AK1"));
}

#[test]
fn ack_says_when_there_is_nothing_to_print() {
    let said = run(&["ack", "997/accepted/partner-rejects-an-invoice.edi"]);
    assert_eq!((said.code, said.stdout.as_str()), (0, ""));
    assert!(said.stderr.contains("nothing in it is to be acknowledged"));
    let unreadable = outcome(edigate(&["ack", "-"]).write_stdin("Dear partner"));
    assert_eq!((unreadable.code, unreadable.stdout.as_str()), (2, ""));
    assert_eq!(run(&["ack", "there-is-no-such-file.edi"]).code, 2);
    assert_eq!(run(&["ack", "--control", "0", "850/accepted/plain.edi"]).code, 2);
}

#[test]
fn ack_as_json_says_what_its_bytes_say() {
    let name = "850/refused/type-of-product-id-without-the-id.edi";
    let arguments = ["ack", "--json", "--date", "2026-03-31T14:05", name];
    let said = run(&arguments);
    assert_eq!((said.code, said.stdout.matches('\n').count()), (0, 1));
    let line: Json = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!((&line["file"], &line["verdict"]), (&name.into(), &"refused".into()));
    let one = &line["acknowledgments"][0];
    assert_eq!(one["kinds"], serde_json::json!(["997"]));
    assert_eq!(one["answers"], "000000417");
    let record = &one["records"][0];
    assert_eq!((&record["verdict"], &record["accepted"]), (&"partly".into(), &"2".into()));
    assert_eq!(record["sets"][1]["segments"][0]["elements"][0]["code"], "2");
    let bytes = run(&["ack", "--date", "2026-03-31T14:05", name]).stdout;
    assert_eq!(one["bytes"], bytes.as_str());
}

#[test]
fn several_files_are_explained_one_after_the_other() {
    let said = run(&["explain", "850/accepted/plain.edi", "850/refused/no-order-lines.edi"]);
    assert_eq!(said.code, 1);
    let first = said.stdout.find("850/accepted/plain.edi: accepted").unwrap();
    let second = said.stdout.find("850/refused/no-order-lines.edi: refused").unwrap();
    assert!(first < second);
}

#[test]
fn an_acknowledgment_in_a_group_of_orders_is_not_acknowledged_either() {
    let stray = "ISA*00*          *00*          *ZZ*ACME           *01*0012           *260131*0915*U\
        *00401*000000905*0*P*>~GS*PO*A*B*20260131*0915*1*X*004010~ST*997*0001~AK1*PO*1~\
        AK9*A*1*1*1~SE*9*0001~GE*1*1~IEA*1*000000905~";
    let told = outcome(edigate(&["explain", "-"]).write_stdin(stray));
    assert!(told.stdout.contains("never acknowledged"), "{}", told.stdout);
    assert!(!told.stdout.contains("the 997 rejects"), "{}", told.stdout);
    let answer = outcome(edigate(&["ack", "-"]).write_stdin(stray));
    assert_eq!(answer.stdout, "");
}
