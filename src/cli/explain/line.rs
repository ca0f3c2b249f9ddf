//! The segment a finding stands in, as one line of text with the place to underline.

use super::source::Glance;
use crate::limits::EXPLAIN_LINE;
use crate::x12::finding::{Fault, Finding};
use crate::x12::segment::{Delimiters, Segment, SetText};
use std::ops::Range;

/// A piece of a segment, printable, with the bytes concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The text, on one line or (with the segment before) two.
    pub(super) text: String,
    /// The bytes of `text` to underline; empty for a place between bytes.
    pub(super) mark: Range<usize>,
    /// Position of the first segment shown; 0 when segments are not counted.
    pub(super) first: usize,
}

/// The line for a finding in a set; for a missing segment the two it should stand between.
pub(super) fn in_set(text: &SetText<'_>, finding: &Finding) -> Option<Line> {
    let index = usize::try_from(finding.position).ok()?.checked_sub(1)?;
    let segment = text.segment(index)?;
    let delimiters = text.delimiters;
    let marked = marked(&segment, finding);
    let mut line = shown(segment.bytes(), marked, Some(delimiters));
    line.first = index.saturating_add(1);
    let missing = matches!(finding.fault, Fault::MissingSegment { .. });
    if let (true, Some(before)) = (missing, index.checked_sub(1).and_then(|i| text.segment(i))) {
        let above = shown(before.bytes(), 0..0, Some(delimiters)).text;
        let shift = above.len().saturating_add(1);
        line.mark = line.mark.start.saturating_add(shift)..line.mark.end.saturating_add(shift);
        line.text = format!("{above}\n{}", line.text);
        line.first = index;
    }
    Some(line)
}

/// The line for a finding of the envelope, looked up in the file.
pub(super) fn in_file(
    glance: &Glance,
    delimiters: Option<Delimiters>,
    finding: &Finding,
) -> Option<Line> {
    let before = finding.offset.min(LOOK_BACK);
    let start = finding.offset.saturating_sub(before);
    let bytes = glance.bytes(start, LOOK_BYTES);
    let at = usize::try_from(before).ok()?;
    let Some(delimiters) = delimiters else {
        let bytes = bytes.get(at..)?;
        let end = usize::try_from(finding.length).unwrap_or(0).min(bytes.len());
        let line = shown(bytes, 0..end, None);
        return (!line.text.is_empty()).then_some(line);
    };
    let ends = |byte: &u8| *byte == delimiters.terminator;
    let upto = bytes.get(..at)?;
    let begin = upto
        .iter()
        .rposition(ends)
        .map_or(0, |end| end.saturating_add(1).saturating_add(rest_length(delimiters)));
    let begin = skip_breaks(&bytes, begin.min(at));
    let from_at = bytes.get(at..)?;
    let end = from_at.iter().position(ends).map_or(bytes.len(), |end| at.saturating_add(end));
    let segment = bytes.get(begin..end)?;
    // Offsets of what was transcoded are not those of the file: better no line than a wrong one.
    if finding.segment.is_empty() || !segment.starts_with(finding.segment.as_bytes()) {
        return None;
    }
    let from = at.saturating_sub(begin);
    let length = match finding.element {
        Some(_) => usize::try_from(finding.length).unwrap_or(0),
        None => finding.segment.len(),
    };
    Some(shown(segment, from..from.saturating_add(length), Some(delimiters)))
}

fn rest_length(delimiters: Delimiters) -> usize {
    delimiters.terminator_rest.iter().take_while(|&&byte| byte != 0).count()
}

fn skip_breaks(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    let breaks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    from.saturating_add(breaks)
}

/// The bytes of a segment that a finding concerns.
fn marked(segment: &Segment<'_>, finding: &Finding) -> Range<usize> {
    let start = usize::try_from(segment.span().start).unwrap_or(0);
    let Some(element) = finding.element else {
        let missing = matches!(finding.fault, Fault::MissingSegment { .. });
        return if missing { 0..0 } else { 0..segment.id().len() };
    };
    let element = usize::from(element);
    let from = usize::try_from(segment.element_start(element)).unwrap_or(start);
    let mut from = from.saturating_sub(start);
    let whole = segment.element(element);
    let mut part = whole;
    let delimiters = segment.set().delimiters;
    let repetition = finding.repetition.map(usize::from).zip(delimiters.repetition);
    if let Some((repetition, separator)) = repetition {
        (from, part) = nth(part, from, repetition, separator);
    }
    if let Some(component) = finding.component {
        (from, part) = nth(part, from, usize::from(component), delimiters.component);
    }
    from..from.saturating_add(part.len())
}

/// The `number`-th part (from 1) of `bytes`, which begin at `from`; its end when there are fewer.
fn nth(bytes: &[u8], from: usize, number: usize, separator: u8) -> (usize, &[u8]) {
    let mut at = from;
    for (index, part) in bytes.split(|&byte| byte == separator).enumerate() {
        if index.saturating_add(1) == number {
            return (at, part);
        }
        at = at.saturating_add(part.len()).saturating_add(1);
    }
    (from.saturating_add(bytes.len()), &[])
}

/// A segment as text: one character for each byte that is none, a window around the mark when it
/// is long, the terminator when it can be seen.
fn shown(bytes: &[u8], mark: Range<usize>, delimiters: Option<Delimiters>) -> Line {
    let terminator = delimiters.map(|d| d.terminator).filter(u8::is_ascii_graphic);
    let half = EXPLAIN_LINE / 2;
    let from = if bytes.len() <= EXPLAIN_LINE { 0 } else { mark.start.saturating_sub(half) };
    let to = bytes.len().min(from.saturating_add(EXPLAIN_LINE));
    let from = from.min(to.saturating_sub(EXPLAIN_LINE));
    let mut text = String::new();
    if from > 0 {
        text.push('\u{2026}');
    }
    let mut marked = 0..0;
    let mut at = from;
    for character in characters(bytes.get(from..to).unwrap_or_default()) {
        if at <= mark.start {
            marked.start = text.len();
        }
        if at < mark.end.max(mark.start) {
            marked.end = text.len();
        }
        let (length, printed) = character;
        text.push(printed);
        if at < mark.end {
            marked.end = text.len();
        }
        at = at.saturating_add(length);
    }
    if at <= mark.start {
        marked = text.len()..text.len();
    }
    if mark.is_empty() || marked.end < marked.start {
        marked.end = marked.start;
    }
    if to < bytes.len() {
        text.push('\u{2026}');
    } else if let Some(terminator) = terminator {
        text.push(char::from(terminator));
    }
    Line { text, mark: marked, first: 0 }
}

/// Characters of bytes with their lengths: UTF-8 where it is, else Latin-1; what cannot be seen
/// becomes a sign of its own.
fn characters(bytes: &[u8]) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut at = 0usize;
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let head = rest.get(..rest.len().min(4)).unwrap_or_default();
        let sound = match std::str::from_utf8(head) {
            Ok(text) => text.chars().next(),
            Err(error) => {
                std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?.chars().next()
            }
        };
        let (length, character) = match sound {
            Some(character) => (character.len_utf8(), character),
            None => (1, char::from(*rest.first()?)),
        };
        at = at.saturating_add(length);
        Some((length, if character.is_control() { '\u{b7}' } else { character }))
    })
}

/// Bytes looked at before a finding of the envelope: an ISA is 106.
const LOOK_BACK: u64 = 200;
/// Bytes looked at in all.
const LOOK_BYTES: usize = 600;

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(bytes: &[u8], mark: Range<usize>) -> (String, String) {
        let line = shown(bytes, mark, None);
        let marked = line.text.get(line.mark.clone()).unwrap().to_owned();
        (line.text, marked)
    }

    #[test]
    fn the_mark_stays_on_its_bytes_when_others_are_no_ascii() {
        let (text, marked) = marks("N1*ST*Müller\u{7}*92*0012".as_bytes(), 15..17);
        assert_eq!(text, "N1*ST*Müller·*92*0012");
        assert_eq!(marked, "92");
    }

    #[test]
    fn a_long_segment_is_shown_around_the_mark() {
        let long = [b"MSG*".as_slice(), &[b'x'; 5_000], b"*Y*", &[b'z'; 5_000]].concat();
        let (text, marked) = marks(&long, 5_005..5_006);
        assert_eq!(marked, "Y");
        assert_eq!(text.chars().count(), EXPLAIN_LINE + 2);
    }

    #[test]
    fn a_place_behind_the_last_byte_is_marked_there() {
        let line = shown(b"PO1*3*24", 8..8, None);
        assert_eq!(line.mark, 8..8);
    }
}
