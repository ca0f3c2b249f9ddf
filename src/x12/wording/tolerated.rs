//! Words for what partners really send and we accept.

use super::{Words, quoted};
use crate::x12::finding::{At, Finding, Oddity};

pub(super) fn words(oddity: Oddity, finding: &Finding) -> Words {
    let (sentence, expected) = said(oddity);
    let sentence = match (oddity, finding.at) {
        (Oddity::LowerCase, _) | (Oddity::LeadingZeros, _) if !finding.text.is_empty() => {
            format!("{} ({})", sentence.trim_end_matches('.'), quoted(&finding.text)) + "."
        }
        (Oddity::TrailingSeparators, At::Segment) => {
            format!(
                "There are separators at the end of {} with nothing behind them.",
                finding.segment
            )
        }
        _ => sentence.to_owned(),
    };
    let hint = match oddity {
        Oddity::Fragment => {
            "No acknowledgment can be made of it. Ask the sender for the file as it was sent."
        }
        Oddity::Garbage => {
            "If it was meant for you, ask the sender to send it as an interchange; else let it be."
        }
        _ => {
            "It was read all the same, and no acknowledgment tells it. Tell the sender when \
             convenient: other systems may refuse it."
        }
    };
    Words::new(sentence, expected, hint)
}

/// What is odd, and what is usual.
const fn said(oddity: Oddity) -> (&'static str, &'static str) {
    match oddity {
        Oddity::IsaWidths => (
            "The elements of the header (ISA) do not have their fixed widths.",
            "106 bytes, every element filled with blanks to its width",
        ),
        Oddity::IsaShort => (
            "The header (ISA) is cut short; its last elements were made out from what follows.",
            "sixteen elements and the sign that ends a segment",
        ),
        Oddity::ByteOrderMark => {
            ("The file begins with a byte order mark.", "ISA as the first three bytes")
        }
        Oddity::Utf16 => ("The file is written in UTF-16.", "one byte for every character"),
        Oddity::WideTerminator => (
            "The sign that ends a segment is not one byte but several.",
            "a sign of one byte, usually ~",
        ),
        Oddity::UnusualTerminator => {
            ("The sign that ends a segment is an unusual one.", "usually ~")
        }
        Oddity::UnusualSeparator => (
            "Elements are separated by ~, which others use to end a segment.",
            "usually * between elements",
        ),
        Oddity::LineBreaks => {
            ("Every segment is followed by a carriage return.", "nothing, or a line feed alone")
        }
        Oddity::NoFinalTerminator => {
            ("The last segment is not ended.", "the sign that ends a segment, after IEA too")
        }
        Oddity::BinaryLength => (
            "The length given for binary content does not lead to the end of its segment.",
            "the number of bytes that follow",
        ),
        Oddity::Wrapped
        | Oddity::Indented
        | Oddity::TrailingBlanks
        | Oddity::Garbage
        | Oddity::EmptySegment
        | Oddity::LeadingZeros
        | Oddity::EmptyInterchange
        | Oddity::LowerCase
        | Oddity::TrailingSeparators
        | Oddity::Fragment => said_of_content(oddity),
    }
}

const fn said_of_content(oddity: Oddity) -> (&'static str, &'static str) {
    match oddity {
        Oddity::Wrapped => {
            ("The file is broken into lines of a fixed width; they were joined.", "no line breaks")
        }
        Oddity::Indented => {
            ("There are blanks before segments.", "segments that follow one another directly")
        }
        Oddity::TrailingBlanks => {
            ("There are blanks after segments or at the end of the file.", "nothing")
        }
        Oddity::Garbage => {
            ("There is text that belongs to no interchange; it was skipped.", "ISA to IEA only")
        }
        Oddity::EmptySegment => {
            ("There is an empty segment: two signs that end a segment in a row.", "one")
        }
        Oddity::LeadingZeros => (
            "A control number and its repetition differ in leading zeros or blanks.",
            "the same digits in header and trailer",
        ),
        Oddity::EmptyInterchange => {
            ("The interchange has nothing in it.", "at least one functional group, or a TA1")
        }
        Oddity::LowerCase => ("A segment's name is written in small letters.", "capital letters"),
        Oddity::TrailingSeparators => {
            ("There are separators at the end with nothing behind them.", "none")
        }
        _ => (
            "There are segments outside any interchange: the envelope around them is missing, so \
             they were not read.",
            "ISA, GS, ST … SE, GE, IEA",
        ),
    }
}
