//! TA1: what is said of an interchange as such.

use super::answer::{InterchangeAnswer, Outcome};
use super::segments::SegmentWriter;
use crate::x12::codes::{Form, Place, code_of};
use crate::x12::finding::{Finding, Level};
use crate::x12::report::InterchangeHeader;

/// Judges an interchange by the findings of its ISA and IEA alone: what its sets are like is
/// for the 997 to say.
#[must_use]
pub fn judge(header: &InterchangeHeader, findings: &[Finding]) -> InterchangeAnswer {
    let refused = findings.iter().any(|finding| finding.level == Level::Error);
    // One TA1 has room for one note: the first thing wrong, which often explains the others.
    let note = findings
        .iter()
        .filter_map(|finding| code_of(finding, Form::Functional))
        .find(|code| code.place == Place::Interchange)
        .map_or(if refused { "022" } else { "000" }, |code| code.value);
    InterchangeAnswer {
        control: nine_digits(header.element(13)),
        date: header.element(9).into(),
        time: header.element(10).into(),
        outcome: if refused { Outcome::Refused } else { Outcome::Accepted },
        note: note.into(),
    }
}

/// Writes a TA1.
pub(super) fn write(writer: &mut SegmentWriter, answer: &InterchangeAnswer) {
    writer
        .segment("TA1")
        .element(&answer.control, 9)
        .element(&answer.date, 6)
        .element(&answer.time, 4)
        .element(answer.outcome.letter(), 1)
        .element(&answer.note, 3)
        .end();
}

/// TA101 has nine digits whatever ISA13 had; all zeros, which none can be, when it had none.
fn nine_digits(control: &str) -> Box<str> {
    let number = control.len() <= 9 && control.bytes().all(|byte| byte.is_ascii_digit());
    format!("{:0>9}", if number { control } else { "" }).into()
}
