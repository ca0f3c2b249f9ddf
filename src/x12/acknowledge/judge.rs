//! From findings to what is said of a set and of a group.
//!
//! Only errors are said, unless the agreement wants warnings told; business findings never are.
//! One segment is named once for each code of its own, and once with code 8 for its elements.

use super::answer::{ElementAnswer, GroupTotal, Outcome, SegmentAnswer, SetAnswer};
use super::{Policy, Unsupported, context};
use crate::limits::{ACK_CODES, ACK_ELEMENTS, ACK_SEGMENTS};
use crate::x12::codes::{Code, Form, Place, code, is_of_guide};
use crate::x12::finding::{Fault, Finding, Level};
use crate::x12::report::{GroupReport, Screened, SetReport, Verdict};

/// Whether anything is said of a set: not of an acknowledgment, whatever group it stands in, and
/// not of a set that is kept without having been validated.
#[must_use]
pub fn is_answered(report: &SetReport, policy: &Policy) -> bool {
    let acknowledgment = matches!(report.set.as_str(), "997" | "999");
    let kept = report.verdict == Verdict::Unsupported && policy.unsupported == Unsupported::Keep;
    !acknowledgment && !kept
}

/// Judges one set as `form` tells it, if [it is answered](is_answered).
#[must_use]
pub fn set(screened: &Screened<'_>, form: Form, policy: &Policy) -> SetAnswer {
    let report = screened.report;
    let findings = findings_of(report);
    let mut answer = SetAnswer {
        set: report.set.as_str().into(),
        control: report.control.as_str().into(),
        implementation: implementation_of(report).into(),
        outcome: outcome(report, policy),
        codes: Vec::new(),
        segments: Vec::new(),
    };
    match answer.outcome {
        Outcome::Accepted => {}
        _ if report.verdict == Verdict::Unsupported => answer.codes.push("1".into()),
        _ => {
            let told: Vec<_> = findings.iter().filter_map(|f| told(f, form, policy)).collect();
            answer.segments = segments(screened, &told, form);
            answer.codes = set_codes(&told, form);
        }
    }
    answer
}

/// Judges a group by its own findings and by how many of its sets were accepted. Sets left out
/// are counted nowhere, not even in what its trailer declares.
#[must_use]
pub fn group(report: &GroupReport, form: Form, tally: Tally) -> GroupTotal {
    let errors = report.findings.iter().filter(|finding| finding.level == Level::Error);
    let codes = errors.clone().filter_map(|finding| code(&finding.fault, finding.at, form));
    let mut codes: Vec<_> =
        codes.filter(|code| code.place == Place::Group).map(|code| code.value).collect();
    codes.sort_unstable_by_key(|code| sort_key(code));
    codes.dedup();
    codes.truncate(ACK_CODES);
    let refused = errors.count() > 0;
    let accepted = if refused { 0 } else { tally.accepted };
    let outcome = match () {
        () if refused => Outcome::Refused,
        () if accepted == 0 && tally.received > 0 => Outcome::Refused,
        () if accepted < tally.received => Outcome::Partly,
        () if tally.noted => Outcome::Noted,
        () => Outcome::Accepted,
    };
    let declared = report.declared.trim().parse::<u32>();
    GroupTotal {
        outcome,
        included: declared.map_or(tally.received, |sets| sets.saturating_sub(tally.left_out)),
        received: tally.received,
        accepted,
        codes: codes.into_iter().map(Into::into).collect(),
    }
}

/// What was said of a group's sets so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Sets received that are answered.
    pub received: u32,
    /// Sets accepted, with or without something told.
    pub accepted: u32,
    /// Whether something was told of an accepted set.
    pub noted: bool,
    /// Sets of which nothing is said.
    pub left_out: u32,
}

impl Tally {
    /// Counts one set of which nothing is said.
    pub const fn leave_out(&mut self) {
        self.left_out = self.left_out.saturating_add(1);
    }

    /// Counts one set.
    pub const fn count(&mut self, outcome: Outcome) {
        self.received = self.received.saturating_add(1);
        match outcome {
            Outcome::Accepted => self.accepted = self.accepted.saturating_add(1),
            Outcome::Noted => {
                self.accepted = self.accepted.saturating_add(1);
                self.noted = true;
            }
            _ => {}
        }
    }
}

/// What is said of a set, without its details.
pub(super) fn outcome(report: &SetReport, policy: &Policy) -> Outcome {
    match report.verdict {
        Verdict::Accepted => Outcome::Accepted,
        Verdict::AcceptedWithFindings if policy.warnings_told => {
            let told = findings_of(report)
                .iter()
                .any(|finding| told(finding, Form::Implementation, policy).is_some());
            if told { Outcome::Noted } else { Outcome::Accepted }
        }
        Verdict::AcceptedWithFindings => Outcome::Accepted,
        Verdict::Unsupported | Verdict::Refused | Verdict::Unreadable => Outcome::Refused,
    }
}

pub(super) fn implementation_of(report: &SetReport) -> &str {
    report.details.as_ref().map_or("", |details| &details.implementation)
}

pub(super) fn findings_of(report: &SetReport) -> &[Finding] {
    report.details.as_ref().map_or(&[], |details| &details.findings)
}

/// A finding and the code it is told with.
#[derive(Clone, Copy)]
pub(super) struct Told<'f> {
    pub(super) finding: &'f Finding,
    pub(super) code: Code,
}

fn told<'f>(finding: &'f Finding, form: Form, policy: &Policy) -> Option<Told<'f>> {
    let said = match finding.level {
        Level::Error => true,
        Level::Warning => policy.warnings_told,
        Level::Business => false,
    };
    let code = code(&finding.fault, finding.at, form)?;
    said.then_some(Told { finding, code })
}

/// AK3 and IK3 loops, by position.
fn segments(screened: &Screened<'_>, told: &[Told<'_>], form: Form) -> Vec<SegmentAnswer> {
    let mut answers: Vec<SegmentAnswer> = Vec::new();
    let mut contexts = context::Contexts::new(screened, form);
    let mut by_position: Vec<_> = told
        .iter()
        .filter(|told| matches!(told.code.place, Place::Segment | Place::Element))
        .filter(|told| told.finding.position > 0)
        .collect();
    // Findings come by position already; a segment's own codes go before those of its elements.
    by_position.sort_by_key(|told| (told.finding.position, told.code.place));
    for told in by_position {
        let Finding { position, fault, loop_path, .. } = told.finding;
        let whole = || SegmentAnswer {
            id: segment_id(told.finding),
            position: *position,
            loop_id: loop_id(loop_path, form),
            code: told.code.value.into(),
            contexts: Vec::new(),
            elements: Vec::new(),
        };
        match (told.code.place, fault) {
            // Said by the elements' own findings, and by nothing else.
            (Place::Segment, Fault::ElementFaults) => continue,
            (Place::Segment, _) if answers.len() < ACK_SEGMENTS => {
                let mut answer = whole();
                answer.contexts = contexts.of_segment(told);
                if answers.last() != Some(&answer) {
                    answers.push(answer);
                }
            }
            (Place::Element, _) => {
                let open = answers
                    .last()
                    .is_some_and(|last| last.position == *position && &*last.code == ELEMENTS);
                if !open && answers.len() < ACK_SEGMENTS {
                    let mut answer = SegmentAnswer { code: ELEMENTS.into(), ..whole() };
                    answer.contexts = contexts.of_elements(told);
                    answers.push(answer);
                }
                if let Some(last) = answers.last_mut()
                    && last.position == *position
                    && last.elements.len() < ACK_ELEMENTS
                {
                    last.elements.push(element(told, &mut contexts));
                }
            }
            _ => {}
        }
    }
    answers
}

fn element(told: &Told<'_>, contexts: &mut context::Contexts<'_>) -> ElementAnswer {
    let finding = told.finding;
    let absent = matches!(
        finding.fault,
        Fault::MissingElement | Fault::RelationBroken { .. } | Fault::GuideRequiresElement { .. }
    );
    ElementAnswer {
        position: finding.element.map_or(1, u32::from),
        component: finding.component.map(u32::from),
        repetition: finding.repetition.map(u32::from),
        dictionary: dictionary(&finding.dictionary),
        code: told.code.value.into(),
        text: if absent { "".into() } else { finding.text.clone() },
        contexts: contexts.of_element(told),
    }
}

/// AK502 and IK502: codes of the set's own, and one for all its segments.
fn set_codes(told: &[Told<'_>], form: Form) -> Vec<Box<str>> {
    let mut codes: Vec<&str> =
        told.iter().filter(|t| t.code.place == Place::Set).map(|t| t.code.value).collect();
    let mut inner = told
        .iter()
        .filter(|told| matches!(told.code.place, Place::Segment | Place::Element))
        .peekable();
    if inner.peek().is_some() || codes.is_empty() {
        let of_guide = inner.peek().is_some() && inner.all(|told| is_of_guide(&told.finding.fault));
        codes.push(if of_guide && form == Form::Implementation { "I5" } else { "5" });
    }
    codes.sort_unstable_by_key(|code| sort_key(code));
    codes.dedup();
    codes.truncate(ACK_CODES);
    codes.into_iter().map(Into::into).collect()
}

/// Numbers by value, then the implementation's codes.
fn sort_key(code: &str) -> (bool, u32) {
    let digits = code.trim_start_matches('I');
    (digits.len() < code.len(), digits.parse().unwrap_or(u32::MAX))
}

/// AK301: two or three letters or digits, whatever stood there. For a segment that is missing it
/// is the one expected.
fn segment_id(finding: &Finding) -> Box<str> {
    let sent = match &finding.fault {
        Fault::MissingSegment { expected, .. } => trigger(expected),
        Fault::GuideRequires { expected, .. } => trigger(expected),
        _ => &finding.segment,
    };
    let sent = if sent.is_empty() { &finding.segment } else { sent };
    let mut id: String = sent
        .chars()
        .take(3)
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '?' })
        .collect();
    while id.len() < 2 {
        id.push('?');
    }
    id.into()
}

/// The segment an address names: `REF` of `PO1/REF where 01 is IA`.
fn trigger(address: &str) -> &str {
    let path = address.split(' ').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    last.split('.').next().unwrap_or_default()
}

/// AK303: the innermost loop, if its name is one the element can carry in that release.
pub(super) fn loop_id(path: &str, form: Form) -> Box<str> {
    let innermost = path.rsplit('/').next().unwrap_or_default();
    let room = if form == Form::Functional { 6 } else { 4 };
    if innermost.len() <= room { innermost.into() } else { "".into() }
}

/// AK402: numbers only; those of control segments have letters and no place there.
fn dictionary(number: &str) -> Box<str> {
    let fits = number.len() <= 4 && number.bytes().all(|byte| byte.is_ascii_digit());
    if fits { number.into() } else { "".into() }
}

/// AK304 and IK304 of a segment whose elements are faulty.
const ELEMENTS: &str = "8";
