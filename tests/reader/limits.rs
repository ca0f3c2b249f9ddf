//! Every bound of the reader, reached: a finding tells it, and what follows is read.

use edigate::limits;
use edigate::x12::finding::{Fault, Finding, Level};
use edigate::x12::lexer::Bounds;
use edigate::x12::reader::Limits;
use edigate::x12::report::{FileReport, SetReport, Verdict};

use crate::support::{report, report_within};

const ISA: &str = "ISA*00*          *00*          *ZZ*ACME           *01*0012           *260131*0915*U\
    *00401*000000905*0*P*>~";

fn file(sets: &str, count: usize) -> String {
    format!("{ISA}GS*PO*A*B*20260131*0915*1*X*004010~{sets}GE*{count}*1~IEA*1*000000905~")
}

fn order(number: u32, more: &str) -> String {
    let count = 4 + more.matches('~').count();
    format!("ST*850*{number:04}~BEG*00*SA*1**20260131~PO1*1*1*EA~{more}SE*{count}*{number:04}~")
}

fn small(bounds: Bounds) -> Limits {
    Limits { chunk: 64, bounds }
}

fn findings(set: &SetReport) -> &[Finding] {
    set.details.as_ref().map_or(&[], |details| &details.findings)
}

fn sets(report: &FileReport) -> &[SetReport] {
    &report.interchanges[0].groups[0].sets
}

/// The limit that was reached in the first of two sets; the second must be sound.
fn limit_of_first(report: &FileReport) -> (String, u64) {
    let [first, second] = sets(report) else { panic!("{:?}", sets(report)) };
    assert_eq!((first.verdict, second.verdict), (Verdict::Refused, Verdict::Accepted));
    assert!(report.interchanges[0].groups[0].findings.is_empty());
    findings(first)
        .iter()
        .find_map(|finding| match &finding.fault {
            Fault::Limit { what, max } => Some((what.to_string(), *max)),
            _ => None,
        })
        .unwrap()
}

#[test]
fn a_segment_longer_than_we_hold_is_cut_and_refuses_its_set() {
    let long = format!("REF*DP*{}~", "X".repeat(limits::SEGMENT_BYTES));
    let text = file(&(order(1, &long) + &order(2, "")), 2);
    let report = report(text.as_bytes(), false);
    let reached = limit_of_first(&report);
    assert_eq!(reached, ("bytes of one segment".to_owned(), limits::SEGMENT_BYTES as u64));
    assert_eq!(sets(&report)[0].segments, 5);
}

#[test]
fn a_long_binary_segment_is_no_long_segment() {
    let data = "X~*".repeat(limits::SEGMENT_BYTES);
    let set = format!("ST*275*0001~BIN*{}*{data}~SE*3*0001~", data.len());
    let report = report(file(&set, 1).as_bytes(), false);
    assert_eq!((sets(&report)[0].segments, report.verdict), (3, Verdict::Unsupported));
}

#[test]
fn a_segment_with_more_elements_than_we_hold_refuses_its_set() {
    let wide = format!("REF*{}~", "*".repeat(limits::SEGMENT_ELEMENTS));
    let text = file(&(order(1, &wide) + &order(2, "")), 2);
    let reached = limit_of_first(&report(text.as_bytes(), false));
    assert_eq!(reached, ("elements of one segment".to_owned(), limits::SEGMENT_ELEMENTS as u64));
}

#[test]
fn many_segments_beyond_a_bound_are_counted() {
    let wide = format!("REF*{}~", "*".repeat(limits::SEGMENT_ELEMENTS));
    let text = file(&order(1, &wide.repeat(limits::SEGMENT_LIMITS + 7)), 1);
    let report = report(text.as_bytes(), false);
    let more = Fault::MoreFindings { count: 7 };
    assert!(findings(&sets(&report)[0]).iter().any(|finding| finding.fault == more));
}

#[test]
fn a_set_of_more_bytes_than_we_hold_is_refused_and_the_next_is_read() {
    let text = file(&(order(1, &"REF*DP*LONG~".repeat(100)) + &order(2, "")), 2);
    let bounds = Bounds { set_bytes: 500, ..Bounds::default() };
    let report = report_within(text.as_bytes(), false, small(bounds));
    assert_eq!(limit_of_first(&report), ("bytes of one transaction set".to_owned(), 500));
    assert_eq!(sets(&report)[0].segments, 104, "they are counted all the same");
}

#[test]
fn a_set_of_more_segments_than_we_hold_is_refused_and_the_next_is_read() {
    let text = file(&(order(1, &"REF*DP*1~".repeat(100)) + &order(2, "")), 2);
    let bounds = Bounds { set_segments: 50, ..Bounds::default() };
    let report = report_within(text.as_bytes(), false, small(bounds));
    assert_eq!(limit_of_first(&report), ("segments of one transaction set".to_owned(), 50));
    assert_eq!(sets(&report)[0].segments, 104);
}

#[test]
fn findings_of_an_envelope_beyond_the_bound_are_counted_and_still_count() {
    let stray = format!("REF*DP*STRAY~{}", order(1, ""));
    let many = limits::ENVELOPE_FINDINGS + 3;
    let text = file(&stray.repeat(many), many);
    let report = report(text.as_bytes(), false);
    let told = &report.interchanges[0].findings;
    assert_eq!(told.len(), limits::ENVELOPE_FINDINGS + 1);
    let last = told.last().unwrap();
    assert_eq!((last.level, &last.fault), (Level::Error, &Fault::MoreFindings { count: 3 }));
}

#[test]
fn findings_of_a_file_beyond_the_bound_are_counted() {
    let one = format!("{}-- garbage --\n", file(&order(1, ""), 1));
    let report = report(one.repeat(limits::ENVELOPE_FINDINGS + 5).as_bytes(), false);
    assert_eq!(report.findings.len(), limits::ENVELOPE_FINDINGS + 1);
    assert_eq!(report.findings.last().unwrap().fault, Fault::MoreFindings { count: 5 });
    assert_eq!(report.interchanges.len(), limits::ENVELOPE_FINDINGS + 5);
}

#[test]
fn control_numbers_at_random_are_remembered_up_to_a_bound_which_is_told_once() {
    // Every other number: each is a run of its own.
    let many = limits::CONTROL_NUMBER_RUNS + 10;
    let set = |number: usize| format!("ST*998*{:07}~SE*2*{:07}~", number * 2, number * 2);
    let text = file(&(0..many).map(set).collect::<String>(), many);
    let report = report(text.as_bytes(), false);
    let group = &report.interchanges[0].groups[0];
    assert_eq!(group.sets.len(), many);
    let limit = Fault::Limit {
        what: "control numbers remembered".into(),
        max: limits::CONTROL_NUMBER_RUNS as u64,
    };
    let told: Vec<_> =
        group.findings.iter().map(|finding| (&finding.fault, finding.level)).collect();
    assert_eq!(told, [(&limit, Level::Warning)]);
}

#[test]
fn ta1s_beyond_the_bound_are_not_kept_which_is_told_once() {
    let ta1 = "TA1*000000041*260130*1200*A*000~";
    let text = format!("{ISA}{}IEA*0*000000905~", ta1.repeat(limits::INTERCHANGE_TA1S + 3));
    let report = report(text.as_bytes(), false);
    let interchange = &report.interchanges[0];
    assert_eq!(interchange.ta1s.len(), limits::INTERCHANGE_TA1S);
    assert_eq!(interchange.findings.len(), 1);
    assert_eq!(report.verdict, Verdict::AcceptedWithFindings);
}

#[test]
fn a_quote_is_cut() {
    let text = format!("{}\n{}", "garbage ".repeat(100), file(&order(1, ""), 1));
    let report = report(text.as_bytes(), false);
    assert!(report.findings[0].text.len() <= limits::QUOTE_BYTES);
    assert_eq!(report.findings[0].length, 799);
}

/// The two tests above set small bounds, since a set of a gigabyte has no place in a test run;
/// this one says that what is in force otherwise are the limits.
#[test]
fn the_bounds_in_force_are_those_of_the_limits() {
    let bounds = Bounds::default();
    assert_eq!(usize::try_from(bounds.set_bytes), Ok(limits::SET_BYTES));
    assert_eq!(usize::try_from(bounds.set_segments), Ok(limits::SET_SEGMENTS));
    assert_eq!(usize::try_from(bounds.segment_bytes), Ok(limits::SEGMENT_BYTES));
    assert_eq!(usize::try_from(bounds.segment_elements), Ok(limits::SEGMENT_ELEMENTS));
}
