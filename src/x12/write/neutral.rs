//! Segments before their separators are known.
//!
//! A set is written with four control characters for separators. Data may hold none of those
//! (they are refused), so no value can break a segment; when all is written, it is known which
//! characters the data uses, and separators are chosen that it does not.

use std::ops::Range;

/// Between elements.
pub(super) const ELEMENT: char = '\u{1D}';
/// Between components.
pub(super) const COMPONENT: char = '\u{1F}';
/// Between repetitions.
pub(super) const REPETITION: char = '\u{1E}';
/// After segments.
const SEGMENT: char = '\u{1C}';
/// Eight digits follow: the number of something that is put in at the end.
const HOLE: char = '\u{1A}';

/// What is put in at the end.
#[derive(Clone, Debug)]
enum Hole {
    /// How often a segment stands in the set.
    Count(String),
    /// Bytes of any kind.
    Bytes(Vec<u8>),
}

/// Segments with neutral separators.
#[derive(Clone, Debug, Default)]
pub(super) struct Neutral {
    pub(super) text: String,
    holes: Vec<Hole>,
}

/// The four separators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Separators {
    /// Between elements.
    pub element: u8,
    /// Between components.
    pub component: u8,
    /// Between repetitions.
    pub repetition: u8,
    /// After segments.
    pub terminator: u8,
}

impl Separators {
    /// What most partners use.
    pub const USUAL: Self =
        Self { element: b'*', component: b':', repetition: b'^', terminator: b'~' };

    pub(super) fn all(self) -> [u8; 4] {
        [self.element, self.component, self.repetition, self.terminator]
    }
}

impl Neutral {
    /// A place where the number of `id` segments will stand.
    pub(super) fn count(&mut self, id: &str) -> String {
        self.hole(Hole::Count(id.to_owned()))
    }

    /// A place where bytes will stand as they are.
    pub(super) fn bytes(&mut self, bytes: Vec<u8>) -> String {
        self.hole(Hole::Bytes(bytes))
    }

    fn hole(&mut self, hole: Hole) -> String {
        let number = self.holes.len();
        self.holes.push(hole);
        format!("{HOLE}{number:08}")
    }

    /// Ends a segment whose elements are in `text` from `start`: empty ones at its end go.
    pub(super) fn end_segment(&mut self, start: usize) {
        let segment = self.text.get(start..).unwrap_or_default();
        let length = segment.trim_end_matches(ELEMENT).len();
        self.text.truncate(start.saturating_add(length));
        self.text.push(SEGMENT);
    }

    /// The segments of a part of the text.
    pub(super) fn segments(&self, range: Range<usize>) -> impl Iterator<Item = &str> {
        self.text.get(range).unwrap_or_default().split_terminator(SEGMENT)
    }

    /// How many segments there are.
    pub(super) fn len(&self) -> usize {
        self.text.matches(SEGMENT).count()
    }

    /// Which bytes the data uses.
    pub(super) fn used(&self, used: &mut [bool; 256]) {
        for byte in self.text.bytes() {
            if let Some(place) = used.get_mut(usize::from(byte)) {
                *place = true;
            }
        }
        for hole in &self.holes {
            let Hole::Bytes(bytes) = hole else { continue };
            for &byte in bytes {
                if let Some(place) = used.get_mut(usize::from(byte)) {
                    *place = true;
                }
            }
        }
    }

    /// Whether any element repeats.
    pub(super) fn repeats(&self) -> bool {
        self.text.contains(REPETITION)
    }

    /// Appends the bytes with their separators, with a line break after each segment or not.
    pub(super) fn write(&self, separators: Separators, line_breaks: bool, out: &mut Vec<u8>) {
        out.reserve(self.text.len());
        let mut rest = self.text.as_str();
        while let Some(at) = rest.bytes().position(|byte| matches!(byte, 0x1A | 0x1C..=0x1F)) {
            let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.extend_from_slice(before.as_bytes());
            let mut characters = after.chars();
            let mark = characters.next();
            rest = characters.as_str();
            match mark {
                Some(ELEMENT) => out.push(separators.element),
                Some(COMPONENT) => out.push(separators.component),
                Some(REPETITION) => out.push(separators.repetition),
                Some(SEGMENT) => {
                    out.push(separators.terminator);
                    if line_breaks {
                        out.push(b'\n');
                    }
                }
                Some(HOLE) => {
                    let (number, after) = rest.split_at_checked(8).unwrap_or((rest, ""));
                    rest = after;
                    self.fill(number, out);
                }
                _ => {}
            }
        }
        out.extend_from_slice(rest.as_bytes());
    }

    fn fill(&self, number: &str, out: &mut Vec<u8>) {
        let hole = number.parse::<usize>().ok().and_then(|number| self.holes.get(number));
        match hole {
            Some(Hole::Count(id)) => {
                let of_id = |segment: &&str| segment.split(ELEMENT).next() == Some(id.as_str());
                let count = self.segments(0..self.text.len()).filter(of_id).count();
                out.extend_from_slice(count.to_string().as_bytes());
            }
            Some(Hole::Bytes(bytes)) => out.extend_from_slice(bytes),
            None => {}
        }
    }
}

/// An element of a segment with neutral separators; 0 is the id.
pub(super) fn element(segment: &str, position: usize) -> &str {
    segment.split(ELEMENT).nth(position).unwrap_or_default()
}
