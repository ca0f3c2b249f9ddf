//! Checks the elements of a placed segment: presence, characters, types, lengths, codes,
//! components, repetitions, relations (GRAMMAR.md 3, 5.5).
//!
//! Twice: `clean` is quick and only says whether everything is plainly in order; what it does
//! not pass, `examine` looks at with care and tells. Whatever `clean` passes, `examine` finds
//! nothing in: that law is a property test.

mod careful;
#[cfg(test)]
mod laws;
mod text;

pub(in crate::x12) use careful::examine;

use super::segment::{Delimiters, SetText, Span};
use crate::grammar::packed::{pack, pack_at, word_at};
use crate::grammar::segments::Kind;
use crate::grammar::walk::{Class, Field, Fields, Walk};
use wide::u8x32;

/// A segment as offsets into the set, without the comfort of [`super::segment::Segment`].
#[derive(Clone, Copy, Debug)]
pub(in crate::x12) struct Words<'a> {
    bytes: &'a [u8],
    start: usize,
    end: usize,
    ends: &'a [u32],
}

impl<'a> Words<'a> {
    /// The segment at `span`; `next` is where the ends of the segment after it begin.
    #[inline]
    pub(in crate::x12) fn new(text: &SetText<'a>, span: &Span, next: u32) -> Self {
        let ends = text.ends.get(at(span.first_end)..at(next)).unwrap_or_default();
        Self { bytes: text.bytes, start: at(span.start), end: at(span.end), ends }
    }

    /// The id.
    #[inline]
    pub(in crate::x12) fn id(&self) -> &'a [u8] {
        self.bytes.get(self.start..self.id_end()).unwrap_or_default()
    }

    /// The id as [`crate::grammar::packed::pack`] packs it.
    #[inline]
    pub(in crate::x12) fn packed_id(&self) -> Option<u64> {
        pack_at(self.bytes, self.start, self.id_end())
    }

    /// Element `position`, from 1; empty when it is not there.
    #[inline]
    pub(in crate::x12) fn element(&self, position: usize) -> &'a [u8] {
        let (start, end) = self.bounds(position);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// An element, blanks at its end cut, as [`crate::grammar::packed::pack`] packs it; 0 when it
    /// is too long for that.
    #[inline]
    pub(in crate::x12) fn packed(&self, position: usize) -> u64 {
        let (start, end) = self.bounds(position);
        if end > start && self.bytes.get(end.wrapping_sub(1)) == Some(&b' ') {
            return pack(self.element(position).trim_ascii_end()).unwrap_or(0);
        }
        pack_at(self.bytes, start, end).unwrap_or(0)
    }

    #[inline]
    fn bounds(&self, position: usize) -> (usize, usize) {
        match self.ends.get(position.wrapping_sub(1)..=position) {
            Some(&[before, end]) => (at(before).wrapping_add(1), at(end)),
            _ => (0, 0),
        }
    }

    #[inline]
    fn id_end(&self) -> usize {
        self.ends.first().map_or(self.end, |&end| at(end))
    }
}

/// The bytes that need a closer look, under the delimiters of one interchange.
#[derive(Clone, Debug)]
pub(in crate::x12) struct Classes {
    element: u8x32,
    component: u8x32,
    repetition: u8x32,
    component_byte: u8,
}

impl Classes {
    /// The classes under these delimiters.
    pub(in crate::x12) fn new(delimiters: &Delimiters) -> Self {
        Self {
            element: u8x32::splat(delimiters.element),
            component: u8x32::splat(delimiters.component),
            // Without a separator the byte that never stands in clean text takes its place.
            repetition: u8x32::splat(delimiters.repetition.unwrap_or(DELETE)),
            component_byte: delimiters.component,
        }
    }

    /// Whether a segment has control characters, bytes beyond ASCII or repetitions; whether it has
    /// components.
    #[inline]
    fn of(&self, words: &Words<'_>) -> (bool, bool) {
        let control = u8x32::splat(b' ' - 1);
        let beyond = u8x32::splat(DELETE);
        let (mut special, mut components) = (0, 0);
        let mut from = words.start;
        while from < words.end {
            let block = match words.bytes.get(from..).and_then(<[u8]>::first_chunk::<32>) {
                Some(chunk) => u8x32::new(*chunk),
                None => tail(words.bytes.get(from..words.end).unwrap_or_default()),
            };
            let inside = match words.end.wrapping_sub(from) {
                left @ 0..32 => (1u32 << left).wrapping_sub(1),
                _ => u32::MAX,
            };
            let odd = block.min(control).simd_eq(block)
                | block.max(beyond).simd_eq(block)
                | block.simd_eq(self.repetition);
            let component = block.simd_eq(self.component);
            let separators = block.simd_eq(self.element) | component;
            special |= odd.to_bitmask() & !separators.to_bitmask() & inside;
            components |= component.to_bitmask() & inside;
            from = from.wrapping_add(32);
        }
        (special != 0, components != 0)
    }
}

/// The last bytes of a set in a block of their own.
#[cold]
fn tail(bytes: &[u8]) -> u8x32 {
    let mut block = [b'0'; 32];
    for (to, from) in block.iter_mut().zip(bytes) {
        *to = *from;
    }
    u8x32::new(block)
}

/// Whether a segment is plainly in order. `false` only means that it needs a closer look.
#[inline]
pub(in crate::x12) fn clean(
    walk: &Walk,
    fields: &Fields,
    words: &Words<'_>,
    classes: &Classes,
) -> bool {
    let (special, components) = classes.of(words);
    let Some((&first, ends)) = words.ends.split_first() else { return false };
    if special || fields.wide || ends.len() > fields.rows.len() {
        return false;
    }
    let bytes = words.bytes;
    let mut start = at(first).wrapping_add(1);
    let mut present = 0u64;
    let mut bit = 1u64;
    let mut last_filled = true;
    for (&end, field) in ends.iter().zip(&fields.rows) {
        let end = at(end);
        bit <<= 1;
        last_filled = end > start;
        if last_filled {
            present |= bit;
            let sound = if field.class == Class::Text && !components {
                is_text(field, bytes, (start, end))
            } else {
                let apart = (start, end);
                match field.class {
                    Class::Composite => composite(walk, field, bytes, apart, classes),
                    _ if components && has(bytes, apart, classes.component_byte) => false,
                    _ => simple(walk, field, bytes, apart),
                }
            };
            if !sound {
                return false;
            }
        }
        start = end.wrapping_add(1);
    }
    last_filled && fields.holds(present)
}

fn has(bytes: &[u8], (start, end): (usize, usize), byte: u8) -> bool {
    bytes.get(start..end).is_none_or(|value| value.contains(&byte))
}

#[inline]
fn is_text(field: &Field, bytes: &[u8], (start, end): (usize, usize)) -> bool {
    field.fits(end.wrapping_sub(start)) && bytes.get(end.wrapping_sub(1)) != Some(&b' ')
}

/// Whether a text of ASCII without components or control characters is plainly in order.
#[inline(never)]
fn simple(walk: &Walk, field: &Field, bytes: &[u8], (start, end): (usize, usize)) -> bool {
    let length = end.wrapping_sub(start);
    match field.class {
        Class::Text => is_text(field, bytes, (start, end)),
        Class::Code => {
            field.fits(length)
                && walk.lists.get(at(field.row)).is_some_and(|list| {
                    match pack_at(bytes, start, end) {
                        Some(key) => list.find_packed(key).is_some(),
                        None => bytes.get(start..end).is_some_and(|it| list.find(it).is_some()),
                    }
                })
        }
        Class::Real | Class::Number => {
            let real = field.class == Class::Real;
            let digits = match word_at(bytes, start, end) {
                Some(word) => text::digits_of_word(word, length, real),
                None => {
                    let value = bytes.get(start..end).unwrap_or_default();
                    if real { text::plain_real(value) } else { text::number(value) }
                }
            };
            digits.is_some_and(|digits| field.fits(digits))
        }
        Class::Date => field.fits(length) && bytes.get(start..end).is_some_and(text::is_date),
        Class::Time => field.fits(length) && bytes.get(start..end).is_some_and(text::is_time),
        Class::Composite | Class::Other => false,
    }
}

fn composite(
    walk: &Walk,
    field: &Field,
    bytes: &[u8],
    (start, end): (usize, usize),
    classes: &Classes,
) -> bool {
    let Some(fields) = walk.composites.get(at(field.row)) else { return false };
    let mut present = 0u64;
    let mut bit = 1u64;
    let mut start = start;
    for component in &fields.rows {
        let rest = bytes.get(start..end).unwrap_or_default();
        let length = rest.iter().position(|&byte| byte == classes.component_byte);
        let part_end = length.map_or(end, |length| start.wrapping_add(length));
        bit <<= 1;
        if part_end > start {
            if !simple(walk, component, bytes, (start, part_end)) {
                return false;
            }
            present |= bit;
        }
        if length.is_none() {
            // A separator at the very end is an oddity.
            return part_end > start && !fields.wide && fields.holds(present);
        }
        start = part_end.wrapping_add(1);
    }
    false
}

/// The length of a text as its type counts it.
pub(in crate::x12) fn length(kind: Kind, value: &[u8]) -> usize {
    match kind {
        Kind::R => text::real(value).unwrap_or(value.len()),
        Kind::N(_) => text::number(value).unwrap_or(value.len()),
        Kind::An | Kind::Id | Kind::Dt | Kind::Tm => text::characters(value),
        Kind::B => value.len(),
    }
}

/// Component `number` (from 1) of the first repetition of an element.
pub(in crate::x12) fn component<'a>(
    value: &'a [u8],
    number: usize,
    delimiters: &Delimiters,
) -> &'a [u8] {
    let first = match delimiters.repetition {
        Some(separator) => value.split(|&byte| byte == separator).next().unwrap_or_default(),
        None => value,
    };
    let mut parts = first.split(|&byte| byte == delimiters.component);
    parts.nth(number.saturating_sub(1)).unwrap_or_default()
}

/// Where that component starts in the element.
pub(in crate::x12) fn component_offset(
    value: &[u8],
    number: usize,
    delimiters: &Delimiters,
) -> usize {
    let parts = value.split(|&byte| byte == delimiters.component);
    let before: usize = parts.take(number.saturating_sub(1)).map(|part| part.len() + 1).sum();
    before.min(value.len())
}

#[inline]
fn at(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The first byte beyond printable ASCII.
const DELETE: u8 = 0x7F;
