//! 997: AK1 to AK9, written from answers.

use super::answer::{ElementAnswer, GroupTotal, SegmentAnswer, SetAnswer};
use super::segments::{Line, SegmentWriter};
use crate::x12::codes::Form;
use std::borrow::Cow;

/// Writes AK1. A release is named from 005010 on.
pub(super) fn opening(writer: &mut SegmentWriter, form: Form, header: (&str, &str, &str)) {
    let (id, control, release) = header;
    let line = writer.segment("AK1").element(&code_of(id, 2), 2).element(number_of(control), 9);
    let line = if form == Form::Functional { line } else { line.element(release, 12) };
    line.end();
}

/// A code of fixed length as it was sent; what is missing or no code is marked, since an answer
/// must be sound whatever it answers.
fn code_of(sent: &str, length: usize) -> Cow<'_, str> {
    if sent.len() == length && sent.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return sent.into();
    }
    let sent = sent.trim().chars().chain(std::iter::repeat('?')).take(length);
    sent.map(|c| if c.is_ascii_alphanumeric() { c } else { '?' }).collect()
}

/// A control number as it was sent; 0, which none can be, when it is no number.
fn number_of(sent: &str) -> &str {
    let sound = (1..=9).contains(&sent.len()) && sent.bytes().all(|byte| byte.is_ascii_digit());
    if sound { sent } else { "0" }
}

/// Writes AK2: the set, its control number and ST03, which is named from 005010 on.
pub(super) fn named(writer: &mut SegmentWriter, form: Form, named: (&str, &str, &str)) {
    let (set, control, implementation) = named;
    // No set has number 0000, so it says that there was none.
    let control = if control.trim().is_empty() { "0000" } else { control };
    let line = writer.segment("AK2").element(&code_of(set, 3), 3).element(control, 9);
    let line = if form == Form::Functional { line } else { line.element(implementation, 35) };
    line.end();
}

/// Writes AK2 and AK5, or IK5, of a set that was accepted: most are.
pub(super) fn accepted(writer: &mut SegmentWriter, form: Form, set: (&str, &str, &str)) {
    named(writer, form, set);
    let closing = if form == Form::Implementation { "IK5" } else { "AK5" };
    writer.segment(closing).element("A", 1).end();
}

/// Writes AK2 to AK5.
pub(super) fn set(writer: &mut SegmentWriter, form: Form, answer: &SetAnswer) {
    named(writer, form, (&answer.set, &answer.control, &answer.implementation));
    for segment in &answer.segments {
        located(writer.segment("AK3"), segment).end();
        for element in &segment.elements {
            placed(writer.segment("AK4"), form, element).end();
        }
    }
    coded(writer.segment("AK5").element(answer.outcome.letter(), 1), &answer.codes).end();
}

/// Writes AK9.
pub(super) fn closing(writer: &mut SegmentWriter, total: &GroupTotal) {
    let line = writer
        .segment("AK9")
        .element(total.outcome.letter(), 1)
        .number(total.included)
        .number(total.received)
        .number(total.accepted);
    coded(line, &total.codes).end();
}

/// Elements of AK3 and IK3.
pub(super) fn located<'w>(line: Line<'w>, segment: &SegmentAnswer) -> Line<'w> {
    line.element(&segment.id, 3)
        .number(segment.position)
        .element(&segment.loop_id, 6)
        .element(&segment.code, 3)
}

/// Elements of AK4 and IK4.
pub(super) fn placed<'w>(line: Line<'w>, form: Form, element: &ElementAnswer) -> Line<'w> {
    let number = |value: Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
    let repetition = if form == Form::Functional { None } else { element.repetition };
    let parts = [element.position.to_string(), number(element.component), number(repetition)];
    line.composite(&[&parts[0], &parts[1], &parts[2]], 4)
        .element(&element.dictionary, 4)
        .element(&element.code, 3)
        .element(&element.text, 99)
}

/// Up to five codes.
pub(super) fn coded<'w>(line: Line<'w>, codes: &[Box<str>]) -> Line<'w> {
    codes.iter().take(5).fold(line, |line, code| line.element(code, 3))
}
