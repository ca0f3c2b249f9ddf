//! Checks the elements of a placed segment: presence, characters, types, lengths, codes,
//! components, repetitions, relations (GRAMMAR.md 3, 5.5).
//!
//! Twice: [`clean`] is quick and only says whether everything is plainly in order; what it does
//! not pass, [`examine`] looks at with care and tells. Whatever `clean` passes, `examine` finds
//! nothing in: that law is a property test.

mod careful;
mod text;

pub(in crate::x12) use careful::examine;

use super::segment::{Delimiters, SetText, Span};
use crate::grammar::segments::Kind;
use crate::grammar::walk::{Class, Field, Fields, Walk};

/// A segment as slices of the set, without the comfort of [`super::segment::Segment`].
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
        let ends = text.ends.get(wide(span.first_end)..wide(next)).unwrap_or_default();
        Self { bytes: text.bytes, start: wide(span.start), end: wide(span.end), ends }
    }

    /// The id.
    #[inline]
    pub(in crate::x12) fn id(&self) -> &'a [u8] {
        let end = self.ends.first().map_or(self.end, |&end| wide(end));
        self.bytes.get(self.start..end).unwrap_or_default()
    }

    /// Element `position`, from 1; empty when it is not there.
    #[inline]
    pub(in crate::x12) fn element(&self, position: usize) -> &'a [u8] {
        let Some(&[before, end]) = self.ends.get(position.wrapping_sub(1)..=position) else {
            return &[];
        };
        self.bytes.get(wide(before).wrapping_add(1)..wide(end)).unwrap_or_default()
    }

    #[inline]
    fn whole(&self) -> &'a [u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }
}

/// What each byte is, under the delimiters of one interchange.
#[derive(Clone, Debug)]
pub(in crate::x12) struct Classes {
    table: [u8; 256],
    component: u8,
}

impl Classes {
    /// The classes under these delimiters.
    pub(in crate::x12) fn new(delimiters: &Delimiters) -> Self {
        let mut table = [0; 256];
        for (byte, class) in (0u8..=255).zip(&mut table) {
            *class = match byte {
                0..=31 | 127 => SPECIAL,
                128.. => SPECIAL,
                _ => 0,
            };
            if byte == delimiters.element {
                *class = 0;
            }
            if Some(byte) == delimiters.repetition {
                *class = SPECIAL;
            }
            if byte == delimiters.component {
                *class = COMPONENT;
            }
        }
        Self { table, component: delimiters.component }
    }

    #[inline]
    fn of(&self, bytes: &[u8]) -> u8 {
        bytes.iter().fold(0, |all, &byte| {
            all | self.table.get(usize::from(byte)).copied().unwrap_or(SPECIAL)
        })
    }
}

/// Whether a segment is plainly in order. `false` only means that it needs a closer look.
#[inline]
pub(in crate::x12) fn clean(
    walk: &Walk,
    fields: &Fields,
    words: &Words<'_>,
    classes: &Classes,
) -> bool {
    let class = classes.of(words.whole());
    let Some((&first, ends)) = words.ends.split_first() else { return false };
    if class & SPECIAL != 0 || fields.wide || ends.len() > fields.rows.len() {
        return false;
    }
    let mut start = wide(first).wrapping_add(1);
    let mut present = 0u64;
    let mut bit = 1u64;
    let mut last_filled = true;
    for (&end, field) in ends.iter().zip(&fields.rows) {
        let value = words.bytes.get(start..wide(end)).unwrap_or_default();
        start = wide(end).wrapping_add(1);
        bit <<= 1;
        last_filled = !value.is_empty();
        if value.is_empty() {
            continue;
        }
        present |= bit;
        let sound = if field.class == Class::Composite {
            composite(walk, field, value, classes)
        } else {
            (class == 0 || !value.contains(&classes.component)) && simple(walk, field, value)
        };
        if !sound {
            return false;
        }
    }
    last_filled && in_relation(fields, present)
}

#[inline]
fn in_relation(fields: &Fields, present: u64) -> bool {
    present & fields.musts == fields.musts
        && fields.relations.iter().all(|relation| relation.holds(present))
}

/// Whether a text without components, repetitions or odd characters is plainly in order.
#[inline]
fn simple(walk: &Walk, field: &Field, value: &[u8]) -> bool {
    match field.class {
        Class::Text => fits(field, value.len()) && value.last() != Some(&b' '),
        Class::Code => {
            fits(field, value.len())
                && walk.lists.get(wide(field.row)).is_some_and(|list| list.find(value).is_some())
        }
        Class::Real => text::plain_real(value).is_some_and(|digits| fits(field, digits)),
        Class::Number => text::number(value).is_some_and(|digits| fits(field, digits)),
        Class::Date => fits(field, value.len()) && text::is_date(value),
        Class::Time => fits(field, value.len()) && text::is_time(value),
        Class::Composite | Class::Other => false,
    }
}

fn composite(walk: &Walk, field: &Field, value: &[u8], classes: &Classes) -> bool {
    let Some(fields) = walk.composites.get(wide(field.row)) else { return false };
    let mut present = 0u64;
    let mut bit = 1u64;
    let mut rest = value;
    let mut parts = fields.rows.iter();
    loop {
        let end = rest.iter().position(|&byte| byte == classes.component);
        let (part, after) = match end {
            Some(end) => (rest.get(..end).unwrap_or_default(), rest.get(end.wrapping_add(1)..)),
            None => (rest, None),
        };
        let Some(component) = parts.next() else { return false };
        bit <<= 1;
        if !part.is_empty() {
            if !simple(walk, component, part) {
                return false;
            }
            present |= bit;
        }
        match after {
            // A separator at the very end is an oddity.
            Some([]) => return false,
            Some(after) => rest = after,
            None => return !fields.wide && in_relation(fields, present),
        }
    }
}

#[inline]
fn fits(field: &Field, length: usize) -> bool {
    wide(field.min) <= length && length <= wide(field.max)
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
fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Separates components.
const COMPONENT: u8 = 1;
/// Control characters, bytes beyond ASCII, the repetition separator: they need a closer look.
const SPECIAL: u8 = 2;
