//! What partners are told: the acknowledgment of every fixture, and what holds for all of them.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a fixture that is not as the test means it has failed the test"
)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use edigate::canonical::record::{Object, Value};
use edigate::grammar::library::{Library, Resolution};
use edigate::limits;
use edigate::x12::acknowledge::{
    Acknowledger, Due, GroupAnswer, Numbers, Outcome, Policy, SetAnswer, Unsupported, Written,
    judge_set, read_set,
};
use edigate::x12::codes::Form;
use edigate::x12::finding::{At, Fault, Finding, Level, Oddity};
use edigate::x12::read::read;
use edigate::x12::report::{
    FileReport, GroupHeader, InterchangeHeader, Screened, SetDetails, SetReport, Sink, Verdict,
};
use edigate::x12::screen::{Collect, Options, Rules, screen};
use edigate::x12::wording::{Around, Instances, words};
use jiff::civil::{DateTime, date};
use proptest::prelude::*;

struct Shipped(Library);

impl Rules for Shipped {
    fn resolve(
        &self,
        _: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
        _: &str,
    ) -> Arc<Resolution> {
        self.0.resolve(group.element(8), set, None)
    }
}

/// The shipped grammars, compiled once for all tests of this file.
fn shipped() -> &'static Shipped {
    static LIBRARY: OnceLock<Shipped> = OnceLock::new();
    LIBRARY.get_or_init(|| Shipped(Library::shipped()))
}

fn at() -> DateTime {
    date(2026, 3, 31).at(14, 5, 0, 0)
}

fn answered(
    bytes: &[u8],
    policy: Policy,
    numbers: Numbers,
    at: DateTime,
) -> (Vec<u8>, Vec<Written>) {
    let mut output = Vec::new();
    let mut sink = Acknowledger::new(policy, numbers, at, Vec::new(), &mut output);
    screen(bytes, shipped(), &Options::default(), &mut sink).unwrap();
    let (written, _) = sink.finish().unwrap();
    (output, written)
}

fn answer(bytes: &[u8]) -> Vec<u8> {
    answered(bytes, Policy::default(), Numbers::from(1), at()).0
}

fn report(bytes: &[u8], strict: bool) -> FileReport {
    let mut sink = Collect::new();
    let verdict = screen(bytes, shipped(), &Options { strict }, &mut sink).unwrap();
    sink.finish(verdict)
}

/// One segment a line, whatever ends it.
fn lines(bytes: &[u8]) -> Vec<String> {
    let Some(&end) = bytes.last() else { return Vec::new() };
    let segments = bytes.split(|&byte| byte == end).filter(|segment| !segment.is_empty());
    segments.map(|segment| String::from_utf8_lossy(segment).into_owned()).collect()
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join(name)).unwrap()
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/x12")
}

/// Every fixture with its name: `850/refused/cut-off`; those of the envelope have a test of their
/// own.
fn every_fixture() -> Vec<(String, Vec<u8>)> {
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
                let name = path.strip_prefix(fixtures()).unwrap().with_extension("");
                found.push((name.to_str().unwrap().to_owned(), std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(found.len() > 20);
    found
}

/// Changes one segment of a fixture and counts nothing anew.
fn changed(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.contains(from), "{from} is not in the fixture");
    text.replace(from, to).into_bytes()
}

#[test]
fn every_fixture_is_answered_as_reviewed() {
    for (name, bytes) in every_fixture() {
        let said = lines(&answer(&bytes)).join("\n");
        insta::assert_snapshot!(name.replace('/', "-"), said);
    }
}

#[test]
fn what_we_send_passes_our_own_strictest_look() {
    for (name, bytes) in every_fixture() {
        let output = answer(&bytes);
        if output.is_empty() {
            continue;
        }
        let report = report(&output, true);
        let sets = report.interchanges.iter().flat_map(|i| &i.groups).flat_map(|g| &g.sets);
        for set in sets {
            assert_eq!(set.verdict, Verdict::Accepted, "{name}: {:?}", set.details);
        }
        // Separators are the partner's own, however odd.
        let theirs = |finding: &&Finding| {
            let odd = [Oddity::UnusualTerminator, Oddity::UnusualSeparator];
            !odd.iter().any(|odd| finding.fault == Fault::Tolerated(*odd))
        };
        let ours: Vec<_> =
            report.interchanges.iter().flat_map(|i| &i.findings).filter(theirs).collect();
        assert!(ours.is_empty(), "{name}: {ours:?}");
    }
}

/// What was judged of each group, and what stands in our own bytes.
#[derive(Default)]
struct Judged {
    sets: Vec<SetAnswer>,
    form: Option<Form>,
}

impl Sink for Judged {
    fn set(&mut self, set: &Screened<'_>) {
        if set.group.element(1) == "FA" {
            return;
        }
        let form = Form::for_release(set.group.element(8));
        self.form = Some(form);
        self.sets.push(judge_set(set, form, &Policy::default()));
    }
}

#[derive(Default)]
struct ReadBack(Vec<GroupAnswer>);

impl Sink for ReadBack {
    fn set(&mut self, set: &Screened<'_>) {
        self.0.extend(read_set(&set.text));
    }
}

#[test]
fn what_we_generate_reads_back_to_what_was_judged() {
    for (name, bytes) in every_fixture() {
        let output = answer(&bytes);
        if lines(&output).iter().any(|line| line.starts_with("TA1") && line.contains("*R*")) {
            continue;
        }
        let mut judged = Judged::default();
        screen(bytes.as_slice(), shipped(), &Options::default(), &mut judged).unwrap();
        let mut back = ReadBack::default();
        screen(output.as_slice(), shipped(), &Options::default(), &mut back).unwrap();
        let mut said: Vec<_> = back.0.into_iter().flat_map(|group| group.sets).collect();
        for set in judged.sets.iter_mut().chain(&mut said) {
            for element in set.segments.iter_mut().flat_map(|segment| &mut segment.elements) {
                // Copies are made fit to be sent; the rest is to the letter.
                element.text = "".into();
            }
        }
        if judged.form == Some(Form::Functional) {
            judged.sets.iter_mut().for_each(|set| set.implementation = "".into());
        }
        assert_eq!(said, judged.sets, "{name}");
    }
}

#[test]
fn the_same_file_gets_the_same_bytes_but_for_number_and_date() {
    for (name, bytes) in every_fixture() {
        let policy = Policy::default();
        let (one, _) = answered(&bytes, policy, Numbers::from(1), at());
        assert_eq!(one, answered(&bytes, policy, Numbers::from(1), at()).0, "{name}");
        let later = date(2027, 11, 2).at(8, 30, 0, 0);
        let (other, _) = answered(&bytes, policy, Numbers::from(900), later);
        for (one, other) in lines(&one).iter().zip(lines(&other)) {
            let carries_either = ["ISA", "GS", "GE", "IEA"].iter().any(|id| one.starts_with(id));
            assert!(carries_either || *one == other, "{name}: {one} became {other}");
        }
        assert_eq!(one.is_empty(), other.is_empty(), "{name}");
    }
}

#[test]
fn sender_and_receiver_change_places_and_usage_stays() {
    let bytes = changed(&fixture("850/accepted/plain.edi"), "*0*P*>", "*0*T*>");
    let said = lines(&answer(&bytes));
    assert!(said[0].contains("*ZZ*HARBORCO       *ZZ*NORTHWOOD      *260331*1405*U*00401*"));
    assert!(said[0].ends_with("*0*T*>"));
    assert_eq!(said[1], "GS*FA*HARBORCO*NORTHWOOD*20260331*1405*1*X*004010");
}

#[test]
fn a_group_with_one_bad_set_is_accepted_in_part() {
    let said = lines(&answer(&fixture("850/refused/type-of-product-id-without-the-id.edi")));
    assert_eq!(
        said[4..12],
        [
            "AK2*850*0001",
            "AK5*A",
            "AK2*850*0002",
            "AK3*PO1*11*PO1*8",
            "AK4*7*234*2",
            "AK5*R*5",
            "AK2*850*0003",
            "AK5*A"
        ]
    );
    assert_eq!(said[12], "AK9*P*3*3*2");
}

#[test]
fn a_999_says_in_which_claim_the_fault_is() {
    let said = lines(&answer(&fixture("835/refused/claim-without-its-patient.edi")));
    let at = said.iter().position(|line| line == "IK3*NM1*19*2100*3").unwrap();
    assert_eq!(said[at + 1], "CTX*CLP01>HC-7002");
}

#[test]
fn a_claim_whose_number_is_the_fault_is_not_named_by_it() {
    let said = lines(&answer(&fixture("835/refused/claim-without-its-number.edi")));
    assert!(said.iter().any(|line| line.starts_with("IK3*CLP")));
    assert!(!said.iter().any(|line| line.starts_with("CTX")));
}

#[test]
fn a_fault_before_the_first_claim_is_in_none() {
    let bytes =
        changed(&fixture("835/accepted/two-claims.edi"), "DTM*405*20260309~", "DTM*405*20261309~");
    let said = lines(&answer(&bytes));
    assert!(said.iter().any(|line| line == "IK4*2*373*8*20261309"));
    assert!(!said.iter().any(|line| line.starts_with("CTX")));
}

#[test]
fn a_dependent_rule_of_a_guide_names_what_made_it_apply() {
    let mut library = Library::shipped();
    library
        .add(
            "lakeside/835.guide",
            "guide lakeside 835\nnarrows x12/005010X221A1/835\n\n\
             require 2100/REF where 01 is 1L when BPR.04 is ACH  Group number, if paid by ACH\n",
        )
        .unwrap();
    struct Guided(Library);
    impl Rules for Guided {
        fn resolve(
            &self,
            _: &InterchangeHeader,
            group: &GroupHeader,
            set: &str,
            _: &str,
        ) -> Arc<Resolution> {
            self.0.resolve(group.element(8), set, Some("lakeside/835"))
        }
    }
    let bytes = fixture("835/accepted/two-claims.edi");
    let mut output = Vec::new();
    let mut sink =
        Acknowledger::new(Policy::default(), Numbers::from(1), at(), Vec::new(), &mut output);
    screen(bytes.as_slice(), &Guided(library), &Options::default(), &mut sink).unwrap();
    sink.finish().unwrap();
    let said = lines(&output);
    let at = said.iter().position(|line| line.starts_with("IK3*REF")).unwrap();
    assert!(said[at].ends_with("*I6"), "{}", said[at]);
    assert_eq!(said[at + 1], "CTX*SITUATIONAL TRIGGER*BPR*2**4");
    assert_eq!(said[at + 2], "CTX*CLP01>HC-7001");
    assert!(said.iter().any(|line| line == "IK5*R*I5"), "only the guide is broken");
}

#[test]
fn acknowledgments_are_never_acknowledged() {
    for name in
        ["997/accepted/partner-rejects-an-invoice", "ta1/accepted/partner-took-an-interchange"]
    {
        let bytes = fixture(&format!("{name}.edi"));
        assert_eq!(answer(&bytes), b"", "{name}");
        let asks = changed(&bytes, "*0*P*>", "*1*P*>");
        assert_eq!(answer(&asks), b"", "{name}, though it asks");
    }
}

#[test]
fn our_own_answers_are_not_answered_by_us() {
    for (name, bytes) in every_fixture() {
        assert_eq!(answer(&answer(&bytes)), b"", "{name}");
    }
}

#[test]
fn a_group_of_acknowledgments_beside_an_order_does_not_silence_the_order() {
    let order = fixture("850/accepted/plain.edi");
    let text = String::from_utf8(order).unwrap();
    let fa = "GS*FA*NORTHWOOD*HARBORCO*20260309*0815*16*X*004010~\nST*997*0001~\nAK1*IN*9~\n\
              AK9*A*1*1*1~\nSE*4*0001~\nGE*1*16~\n";
    let mixed = text.replacen("GS*PO", &format!("{fa}GS*PO"), 1).replace("IEA*1*", "IEA*2*");
    let said = lines(&answer(mixed.as_bytes()));
    let groups: Vec<_> = said.iter().filter(|line| line.starts_with("AK1")).collect();
    assert_eq!(groups, ["AK1*PO*17"]);
    assert_eq!(said.last().unwrap(), "IEA*1*000000001");
}

#[test]
fn a_refused_interchange_gets_its_ta1_and_no_answer_that_could_be_read_as_acceptance() {
    let said = lines(&answer(&fixture("850/refused/interchange-trailer-of-another-file.edi")));
    assert_eq!(said[1], "TA1*000000417*260309*0815*R*001");
    assert_eq!(said[2], "IEA*0*000000001");
    assert_eq!(said.len(), 3);
}

#[test]
fn a_ta1_that_is_asked_for_stands_before_the_groups() {
    let said = lines(&answer(&fixture("850/accepted/acknowledgment-asked-for.edi")));
    assert_eq!(said[1], "TA1*000000417*260309*0815*A*000");
    assert!(said[2].starts_with("GS*FA"));
}

#[test]
fn each_interchange_gets_an_interchange_with_numbers_of_its_own() {
    let bytes = fixture("850/refused/two-interchanges-one-at-fault.edi");
    let numbers = Numbers { interchange: 999_999_999, group: 40 };
    let (output, written) = answered(&bytes, Policy::default(), numbers, at());
    let controls: Vec<_> = written.iter().map(|w| (w.control, &*w.answers)).collect();
    assert_eq!(controls, [(999_999_999, "000000417"), (1, "000000418")]);
    let groups: Vec<_> = written.iter().flat_map(|w| &w.groups).map(|g| g.control).collect();
    assert_eq!(groups, [40, 41]);
    assert_eq!(lines(&output).iter().filter(|line| line.starts_with("ISA")).count(), 2);
    assert_eq!(written[0].groups[0].total.outcome, Outcome::Accepted);
    assert_eq!(written[1].groups[0].total.outcome, Outcome::Refused);
}

#[test]
fn each_group_gets_a_group_with_one_acknowledgment() {
    let text = String::from_utf8(fixture("850/accepted/plain.edi")).unwrap();
    let (before, rest) = text.split_once("GS*").unwrap();
    let (group, after) = rest.split_once("IEA*1*").unwrap();
    let again = group.replace("*17*X*", "*18*X*").replace("GE*1*17", "GE*7*18");
    let said = lines(&answer(format!("{before}GS*{group}GS*{again}IEA*2*{after}").as_bytes()));
    let about = |line: &&String| ["AK1", "AK9", "GE", "IEA"].iter().any(|id| line.starts_with(id));
    let about: Vec<_> = said.iter().filter(about).collect();
    assert_eq!(
        about,
        [
            "AK1*PO*17",
            "AK9*A*1*1*1",
            "GE*1*1",
            "AK1*PO*18",
            "AK9*R*7*1*0*5",
            "GE*1*2",
            "IEA*2*000000001"
        ]
    );
}

#[test]
fn a_kind_that_is_named_is_written_whether_it_is_due_or_not() {
    let policy = |due| Policy { due, ..Policy::default() };
    let bytes = fixture("850/accepted/plain.edi");
    let kinds = |due| {
        let (output, _) = answered(&bytes, policy(due), Numbers::from(1), at());
        let said = lines(&output);
        let ids = said.iter().filter(|line| line.starts_with("TA1") || line.starts_with("ST*"));
        ids.cloned().collect::<Vec<_>>()
    };
    assert_eq!(kinds(Due::AsAgreed), ["ST*997*0001"]);
    assert_eq!(kinds(Due::Interchange), ["TA1*000000417*260309*0815*A*000"]);
    assert_eq!(kinds(Due::Implementation), ["ST*999*0001*005010X231A1"]);
    let claim = fixture("835/accepted/two-claims.edi");
    let (output, _) = answered(&claim, policy(Due::Functional), Numbers::from(1), at());
    assert!(lines(&output).contains(&"AK1*HP*7*005010X221A1".to_owned()));
    assert!(lines(&output).contains(&"ST*997*0001".to_owned()));
}

#[test]
fn an_unsupported_set_is_refused_or_kept_as_agreed() {
    let bytes = fixture("846/accepted/no-grammar-for-it.edi");
    assert!(lines(&answer(&bytes)).contains(&"AK5*R*1".to_owned()));
    let keep = Policy { unsupported: Unsupported::Keep, ..Policy::default() };
    let (output, _) = answered(&bytes, keep, Numbers::from(1), at());
    assert!(output.is_empty(), "nothing is said of what was not validated");
}

/// The plain order, with a set that is not answered beside it in its group.
fn order_beside(set: &str) -> Vec<u8> {
    let plain = fixture("850/accepted/plain.edi");
    let text = changed(&plain, "GE*1*17", &format!("{set}GE*2*17"));
    assert_eq!(report(&text, false).interchanges[0].groups[0].sets.len(), 2);
    text
}

#[test]
fn a_set_that_is_kept_is_left_out_of_the_answer_to_its_group() {
    let bytes = order_beside("ST*846*0099~\nBIA*00*SI*1*20260309~\nSE*3*0099~\n");
    let keep = Policy { unsupported: Unsupported::Keep, ..Policy::default() };
    let said = lines(&answered(&bytes, keep, Numbers::from(1), at()).0).join("\n");
    assert!(!said.contains("AK2*846") && said.contains("AK9*A*1*1*1"), "{said}");
    let said = lines(&answer(&bytes)).join("\n");
    assert!(said.contains("AK2*846*0099\nAK5*R*1\nAK9*P*2*2*1"), "{said}");
}

#[test]
fn an_acknowledgment_in_a_group_of_another_kind_is_not_acknowledged() {
    for set in ["997", "999"] {
        let stray = format!("ST*{set}*0099~\nAK1*IN*9~\nAK9*A*1*1*1~\nSE*4*0099~\n");
        let said = lines(&answer(&order_beside(&stray))).join("\n");
        assert!(!said.contains(&format!("AK2*{set}")), "{said}");
        assert!(said.contains("AK9*A*1*1*1"), "{said}");
    }
    let alone = changed(&fixture("997/accepted/partner-rejects-an-invoice.edi"), "GS*FA", "GS*IN");
    let asked = changed(&alone, "*0*P*>", "*1*P*>");
    assert!(answer(&alone).is_empty() && answer(&asked).is_empty(), "nor its interchange");
}

#[test]
fn a_terminator_of_one_byte_beyond_ascii_is_unusual_and_not_wide() {
    let mut bytes = fixture("850/accepted/plain.edi");
    bytes.retain(|byte| *byte != b'\n');
    bytes.iter_mut().filter(|byte| **byte == b'~').for_each(|byte| *byte = 0x85);
    let findings = &report(&bytes, false).interchanges[0].findings;
    let told: Vec<_> = findings.iter().map(|finding| &finding.fault).collect();
    assert_eq!(told, [&Fault::Tolerated(Oddity::UnusualTerminator)]);
}

#[test]
fn warnings_are_told_only_where_the_agreement_wants_them() {
    let bytes = fixture("850/accepted/tolerated-blanks-and-line-breaks.edi");
    assert!(lines(&answer(&bytes)).contains(&"AK5*A".to_owned()));
    let told = Policy { warnings_told: true, ..Policy::default() };
    let (output, _) = answered(&bytes, told, Numbers::from(1), at());
    let said = lines(&output);
    assert!(said.contains(&"AK4*2*127*6*GARDEN".to_owned()), "{said:?}");
    assert!(said.contains(&"AK5*E*5".to_owned()));
    assert!(said.contains(&"AK9*E*1*1*1".to_owned()));
}

#[test]
fn releases_before_004010_get_dates_of_six_digits() {
    let bytes = changed(&fixture("850/accepted/plain.edi"), "*X*004010", "*X*003040");
    let said = lines(&answer(&bytes));
    assert_eq!(said[1], "GS*FA*HARBORCO*NORTHWOOD*260331*1405*1*X*003040");
}

/// Judges the set of a fixture as if screening had found `findings` in it.
fn judged_with(name: &str, form: Form, findings: Vec<Finding>) -> SetAnswer {
    struct With(Form, Vec<Finding>, Option<SetAnswer>);
    impl Sink for With {
        fn set(&mut self, set: &Screened<'_>) {
            let details = SetDetails { implementation: "".into(), findings: self.1.clone() };
            let report = SetReport {
                verdict: Verdict::Refused,
                details: Some(Box::new(details)),
                ..set.report.clone()
            };
            let changed = Screened { report: &report, ..*set };
            self.2 = Some(judge_set(&changed, self.0, &Policy::default()));
        }
    }
    let mut sink = With(form, findings, None);
    screen(fixture(name).as_slice(), shipped(), &Options::default(), &mut sink).unwrap();
    sink.2.unwrap()
}

fn finding(at: At, fault: Fault, position: u32, element: Option<u8>) -> Finding {
    Finding {
        level: Level::Error,
        at,
        fault,
        segment: "PO1".into(),
        position,
        loop_node: None,
        loop_path: "PO1".into(),
        element,
        component: None,
        repetition: None,
        dictionary: "330".into(),
        offset: 0,
        length: 0,
        text: "x".into(),
        rule: "x12/004010/850".into(),
    }
}

#[test]
fn no_more_codes_segments_and_elements_are_told_than_there_is_room_for() {
    let set = |fault| finding(At::Set, fault, 0, None);
    let findings = vec![
        set(Fault::MissingTrailer),
        set(Fault::SetControlDiffers { expected: "1".into() }),
        set(Fault::SegmentCount { counted: 3 }),
        set(Fault::SetId),
        set(Fault::SetControl),
        set(Fault::SetNotOfGroup { expected: "PO".into() }),
        set(Fault::SetControlRepeated),
    ];
    let answer = judged_with("850/accepted/plain.edi", Form::Functional005010, findings);
    assert_eq!(answer.codes.len(), limits::ACK_CODES);
    assert_eq!(answer.codes.iter().map(|c| &**c).collect::<Vec<_>>(), ["2", "3", "4", "6", "7"]);

    let element = |n: u32| finding(At::Element, Fault::BadDate, 7, u8::try_from(n % 100).ok());
    let answer =
        judged_with("850/accepted/plain.edi", Form::Functional, (1..=150).map(element).collect());
    assert_eq!(answer.segments.len(), 1);
    assert_eq!(answer.segments[0].elements.len(), limits::ACK_ELEMENTS);

    let segment = |n: u32| finding(At::Segment, Fault::UnexpectedSegment, n, None);
    let many = u32::try_from(limits::ACK_SEGMENTS).unwrap() + 50;
    let answer =
        judged_with("850/accepted/plain.edi", Form::Functional, (1..=many).map(segment).collect());
    assert_eq!(answer.segments.len(), limits::ACK_SEGMENTS);
    assert_eq!(*answer.codes, ["5".into()]);
}

#[test]
fn a_refused_set_always_says_why_if_only_in_general() {
    let answer = judged_with("850/accepted/plain.edi", Form::Functional, Vec::new());
    assert_eq!(answer.outcome, Outcome::Refused);
    assert_eq!(*answer.codes, ["5".into()]);
}

#[test]
fn the_record_read_from_segments_is_the_one_the_maps_give() {
    struct Compare(u32);
    impl Sink for Compare {
        fn set(&mut self, set: &Screened<'_>) {
            let id = set.report.set.as_str();
            let resolution = shipped().resolve(set.interchange, set.group, id, "");
            let map = resolution.mapping().unwrap();
            let mapped = plain(read(set, &map).record.into_owned());
            let direct = plain(read_set(&set.text).unwrap().record());
            assert_eq!(direct, mapped);
            self.0 += 1;
        }
    }
    let mut sink = Compare(0);
    for (_, bytes) in every_fixture() {
        let output = answer(&bytes);
        let options = Options::default();
        screen(output.as_slice(), shipped(), &options, &mut sink).unwrap();
    }
    assert!(sink.0 > 20, "{} acknowledgments were compared", sink.0);
}

/// The record without what only one of both routes can know, as text.
fn plain(mut record: Object<'static>) -> String {
    record.fields.retain(|(name, value)| {
        name != "of"
            && name != "unmapped"
            && !matches!(value, Value::List(items) if items.is_empty())
    });
    record.fields.sort_by(|a, b| a.0.cmp(&b.0));
    edigate::canonical::json::to_string(&record)
}

/// A fixture with some bytes changed, lost or doubled.
fn damaged() -> impl Strategy<Value = (String, Vec<u8>)> {
    let change =
        (any::<prop::sample::Index>(), 0u8..3, prop::sample::select(&b"*~>^|AZ09 .\n\x00\xe4"[..]));
    let fixtures = every_fixture();
    (prop::sample::select(fixtures), prop::collection::vec(change, 1..12)).prop_map(
        |((name, mut bytes), changes)| {
            for (index, what, byte) in changes {
                let at = index.index(bytes.len());
                match what {
                    0 => bytes[at] = byte,
                    1 => bytes.insert(at, byte),
                    _ => {
                        bytes.remove(at);
                    }
                }
            }
            (name, bytes)
        },
    )
}

/// What must be repeated as it was sent, so that the sender knows what is meant: who they are,
/// and the number they gave a set.
fn is_theirs(finding: &Finding) -> bool {
    match finding.fault {
        Fault::Interchange { note, .. } => (5..=8).contains(&note),
        Fault::TooShort { .. } => &*finding.segment == "AK2" && finding.element == Some(2),
        _ => false,
    }
}

/// Says every finding of every set.
#[derive(Default)]
struct Spoken(Vec<String>);

impl Sink for Spoken {
    fn set(&mut self, set: &Screened<'_>) {
        let mut instances = Instances::new(set);
        for finding in set.report.details.iter().flat_map(|details| &details.findings) {
            let instance = instances.of(finding);
            let index = usize::try_from(finding.position).unwrap().checked_sub(1);
            let around = Around {
                schema: set.schema,
                segment: index.and_then(|index| set.text.segment(index)),
                node: index.and_then(|index| set.placements.get(index)).copied(),
                instance: &instance,
            };
            self.0.push(words(finding, &around).sentence);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn whatever_is_damaged_the_answer_is_sound((name, bytes) in damaged()) {
        let mut spoken = Spoken::default();
        screen(bytes.as_slice(), shipped(), &Options::default(), &mut spoken).unwrap();
        for sentence in spoken.0 {
            prop_assert!(sentence.ends_with('.'), "{sentence}");
            prop_assert!(!sentence.contains(char::is_control), "{sentence:?}");
        }
        let output = answer(&bytes);
        if !output.is_empty() {
            let report = report(&output, false);
            prop_assert_ne!(report.verdict, Verdict::Unreadable);
            let groups = || report.interchanges.iter().flat_map(|i| &i.groups);
            let details = groups().flat_map(|g| &g.sets).filter_map(|set| set.details.as_ref());
            let all = report.interchanges.iter().flat_map(|i| &i.findings);
            let all = all.chain(groups().flat_map(|g| &g.findings));
            let all = all.chain(details.flat_map(|details| &details.findings));
            let ours: Vec<_> = all.filter(|f| f.level == Level::Error && !is_theirs(f)).collect();
            prop_assert!(ours.is_empty(), "{name}: {}\n{ours:#?} {:?}", lines(&output).join("\n"), lines(&bytes));
        }
    }
}

#[test]
fn an_interchange_answer_becomes_a_record() {
    let answer = edigate::x12::acknowledge::InterchangeAnswer {
        control: "000000417".into(),
        date: "260309".into(),
        time: "0815".into(),
        outcome: Outcome::Refused,
        note: "023".into(),
    };
    assert_eq!(
        edigate::canonical::json::to_string(&answer.record()),
        r#"{"schema":"acknowledgment/1","of":"interchange","control":"000000417","on":"2026-03-09","at":"08:15","verdict":"rejected","code":"023"}"#
    );
}
