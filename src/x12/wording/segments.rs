//! Words for segments: unknown, misplaced, missing, too many, and hierarchies.

use super::names::{Around, level_called, lower_first, printable};
use super::{Words, quoted};
use crate::x12::finding::{Fault, Finding};

pub(super) fn words(finding: &Finding, around: &Around<'_>) -> Words {
    match &finding.fault {
        Fault::UnknownSegment => unknown(finding, around),
        Fault::UnexpectedSegment => Words::new(
            format!("{} does not belong here{}.", around.segment(finding), around.inside()),
            "",
            "The sender must put it where the set has it, or leave it out.",
        ),
        Fault::MissingSegment { expected, prose } => missing(finding, around, expected, prose),
        Fault::LoopTooOften { max } => Words::new(
            format!("{} opens one more loop than may stand here.", around.segment(finding)),
            format!("at most {} in {}", times(*max), around.whole()),
            "The sender must send fewer, or split the document in two.",
        ),
        Fault::SegmentTooOften { max } => Words::new(
            format!("{} stands once more than it may{}.", around.segment(finding), around.inside()),
            format!("at most {} in {}", times(*max), around.whole()),
            "The sender must leave out what is too many; often the same text was sent twice.",
        ),
        Fault::SegmentNotInSet => Words::new(
            format!(
                "{} is a segment of other documents and has no place in {}.",
                around.segment(finding),
                document(around)
            ),
            "",
            "The sender must leave it out, or say in which document it belongs.",
        ),
        Fault::OutOfOrder => Words::new(
            format!(
                "{} comes too late{}: its place is further up.",
                around.segment(finding),
                around.inside()
            ),
            "the segments in the order of the set",
            "The sender must move it up; the order of segments carries meaning.",
        ),
        Fault::ElementFaults => Words::new(
            format!("{} has faulty elements.", around.segment(finding)),
            "",
            "See the findings at its elements.",
        ),
        _ => tree(finding, around),
    }
}

fn unknown(finding: &Finding, around: &Around<'_>) -> Words {
    let release = around.schema.map_or("X12", |schema| schema.release.as_str());
    if finding.segment.is_empty() {
        return Words::new(
            "A segment here has no name.",
            "two or three letters or digits at the start of every segment",
            "A separator was probably doubled or lost just before; the sender must correct it.",
        );
    }
    Words::new(
        format!("There is no segment {} in release {release}.", quoted(&finding.segment)),
        "the name of a segment that the release has",
        "Look at the text just before it: a separator inside a value also looks like this. \
         The sender must correct or drop it.",
    )
}

fn missing(finding: &Finding, around: &Around<'_>, expected: &str, prose: &str) -> Words {
    let what = around.segment_called(expected, around.singular(finding, expected, prose));
    let before = match around.segment.map(|segment| printable(segment.id())) {
        Some(id) => format!("{expected} before segment {} ({id})", finding.position),
        None => format!("{expected} before the set ends"),
    };
    Words::new(
        format!("{what} is missing from {}.", around.whole()),
        before,
        "The sender must add it: it is required there.",
    )
}

fn tree(finding: &Finding, around: &Around<'_>) -> Words {
    let sent = quoted(&finding.text);
    match &finding.fault {
        Fault::TreeId => Words::new(
            format!("The number of this level, {sent} (HL 01), is missing or was used before."),
            "a number of its own for every HL, usually 1, 2, 3 in order",
            "The sender must number the levels anew.",
        ),
        Fault::TreeParent => Words::new(
            format!(
                "This level says it belongs to level {sent} (HL 02), but there is none so far."
            ),
            "the number (HL 01) of a level that stands before it",
            "The sender must correct the number, or put the levels in order: a level after the \
             one it belongs to.",
        ),
        Fault::TreeLevel { expected } => Words::new(
            format!("{sent} is no kind of level this document has (HL 03)."),
            level_list(around, expected),
            "The sender must use one of these codes.",
        ),
        Fault::TreeUnder { parent } => Words::new(
            format!(
                "A level {} (HL 03) may not stand directly under a level {}.",
                level(around, &finding.text),
                level(around, parent)
            ),
            "",
            "The sender must check to which level this one belongs (HL 02).",
        ),
        Fault::TreeParentEmpty => Words::new(
            "This level does not say to which other it belongs (HL 02).",
            "the number (HL 01) of the level above",
            "It was taken to belong to the nearest level before it that may have it. Ask the \
             sender to fill HL 02.",
        ),
        _ => Words::new(
            format!("The flag for levels below, {sent} (HL 04), is not true."),
            "1 when other levels belong to this one, 0 when none does",
            "Nothing depends on it here; tell the sender when convenient.",
        ),
    }
}

fn level(around: &Around<'_>, code: &str) -> String {
    match around.schema {
        Some(schema) => {
            format!("{} ({})", quoted(code), level_called(schema, code))
        }
        None => quoted(code),
    }
}

/// The codes with what they stand for, in the validator's own listing of them.
fn level_list(around: &Around<'_>, expected: &str) -> String {
    let Some(schema) = around.schema else { return expected.to_owned() };
    let said = |word: &str| match word.trim_end_matches(',') {
        code if code.len() <= 2
            && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) =>
        {
            word.replacen(code, &format!("{code} ({})", level_called(schema, code)), 1)
        }
        _ => word.to_owned(),
    };
    expected.split(' ').map(said).collect::<Vec<_>>().join(" ")
}

fn document(around: &Around<'_>) -> String {
    match around.schema {
        Some(schema) if !schema.name.is_empty() => {
            format!("the {} ({})", lower_first(&schema.name), schema.set)
        }
        _ => "this one".to_owned(),
    }
}

fn times(max: u32) -> String {
    match max {
        1 => "one".to_owned(),
        _ => format!("{max}"),
    }
}
