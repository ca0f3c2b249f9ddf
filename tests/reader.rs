//! Reading X12: every tolerance, every envelope finding, and the laws of the reader.
//!
//! The fixtures are invented, one oddity each, and named for it; the snapshot is the reviewed
//! table of what each of them gives.
#![expect(clippy::unwrap_used, reason = "a fixture that can't be read is a failed test")]
#![expect(
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a wrong place is a failed test"
)]
#![expect(clippy::as_conversions, reason = "bounds fit")]
#![expect(clippy::panic, reason = "a law that fails is a failed test")]

#[path = "reader/laws.rs"]
mod laws;
#[path = "reader/limits.rs"]
mod limits;
#[path = "reader/support.rs"]
mod support;

use edigate::x12::finding::{At, Fault, Level, Oddity};
use edigate::x12::report::Verdict;
use support::{describe, fixtures, report};

#[test]
fn every_fixture_gives_the_findings_of_the_reviewed_table() {
    let mut table = String::new();
    for (name, bytes) in fixtures("") {
        let lines = describe(&report(&bytes, false));
        table.push_str(&format!("{name}: {}\n", lines.join("\n    ")));
    }
    insta::assert_snapshot!("fixtures", table);
}

#[test]
fn what_is_clean_is_clean_under_strictness_too() {
    for (name, bytes) in fixtures("clean") {
        for strict in [false, true] {
            let report = report(&bytes, strict);
            let sound = matches!(report.verdict, Verdict::Accepted | Verdict::Unsupported);
            assert!(sound, "{name}: {:?}", describe(&report));
        }
    }
}

#[test]
fn what_is_tolerated_is_told_and_is_an_error_under_strictness() {
    for (name, bytes) in fixtures("tolerated") {
        let lenient = report(&bytes, false);
        assert!(describe(&lenient).len() > 1, "{name} is silent");
        let accepted =
            matches!(lenient.verdict, Verdict::AcceptedWithFindings | Verdict::Unsupported);
        assert!(accepted, "{name}: {:?}", describe(&lenient));
        let strict = report(&bytes, true);
        assert_eq!(strict.verdict, Verdict::Refused, "{name}: {:?}", describe(&strict));
    }
}

#[test]
fn what_breaks_the_envelope_is_refused_and_what_has_none_is_unreadable() {
    for (name, bytes) in fixtures("refused") {
        let report = report(&bytes, false);
        assert_eq!(report.verdict, Verdict::Refused, "{name}: {:?}", describe(&report));
    }
    for (name, bytes) in fixtures("unreadable") {
        let report = report(&bytes, false);
        assert_eq!(report.verdict, Verdict::Unreadable, "{name}: {:?}", describe(&report));
        assert_eq!(report.findings.len(), 1, "{name} says why, once");
    }
}

#[test]
fn a_finding_in_wrapped_text_points_at_the_byte_of_the_file() {
    for name in ["wrapped-at-80.edi", "wrapped-at-80-with-cr-lf.edi", "wrapped-at-132.edi"] {
        let bytes = fixtures("tolerated").into_iter().find(|(n, _)| n.ends_with(name)).unwrap().1;
        let text = String::from_utf8(bytes).unwrap().replace("SE*5*0001", "SE*7*0001");
        let report = report(text.as_bytes(), false);
        let set = &report.interchanges[0].groups[0].sets[0];
        let finding = set.details.as_ref().unwrap().findings.last().unwrap();
        assert_eq!(finding.fault, Fault::SegmentCount { counted: 5 }, "{name}");
        let at = usize::try_from(finding.offset).unwrap();
        assert_eq!(&text[at..=at], "7", "{name}");
    }
}

#[test]
fn offsets_in_a_utf_16_file_count_its_transcription() {
    let (_, bytes) =
        fixtures("tolerated").into_iter().find(|(n, _)| n.ends_with("little-endian.edi")).unwrap();
    let text = edigate::x12::reader::as_read(&bytes);
    let report = report(&bytes, false);
    let offset = usize::try_from(report.interchanges[0].groups[0].header.offset).unwrap();
    assert!(text[offset..].starts_with(b"GS*PO"));
}

#[test]
fn an_oddity_is_told_once_an_interchange_where_it_is_first_seen() {
    let (_, bytes) =
        fixtures("tolerated").into_iter().find(|(n, _)| n.ends_with("/indented.edi")).unwrap();
    let report = report(&bytes, false);
    let indented = Fault::Tolerated(Oddity::Indented);
    let told: Vec<_> = report.interchanges[0]
        .findings
        .iter()
        .filter(|finding| finding.fault == indented)
        .collect();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].segment.as_ref(), told[0].at, told[0].level),
        ("GS", At::Interchange, Level::Warning)
    );
}

#[test]
fn a_set_after_a_damaged_one_is_read_as_if_nothing_had_been() {
    let (_, bytes) =
        fixtures("refused").into_iter().find(|(n, _)| n.ends_with("se-missing.edi")).unwrap();
    let report = report(&bytes, false);
    let sets = &report.interchanges[0].groups[0].sets;
    assert_eq!(sets[0].verdict, Verdict::Refused);
    assert_eq!((sets[1].verdict, sets[1].control.as_str()), (Verdict::Accepted, "0002"));
}
