//! ISA to IEA and GS to GE of an acknowledgment: those received, turned around.
//!
//! Sender and receiver change places; release, usage and delimiters are what was received, so
//! that whoever sent the interchange can read the answer with what they sent it by.

use super::segments::SegmentWriter;
use crate::x12::codes::{Form, split_release};
use crate::x12::report::{GroupHeader, InterchangeHeader};
use crate::x12::segment::Delimiters;
use jiff::civil::DateTime;

/// Control numbers an acknowledgment takes, one after another.
///
/// They are drawn where durable numbers live; this layer only counts on from them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// ISA13 of the next interchange.
    pub interchange: u32,
    /// GS06 of the next group.
    pub group: u32,
}

impl Numbers {
    /// Both counted from `first`.
    #[must_use]
    pub const fn from(first: u32) -> Self {
        Self { interchange: first, group: first }
    }

    /// Takes the next ISA13; after 999999999 comes 1.
    pub(super) fn take_interchange(&mut self) -> u32 {
        take(&mut self.interchange)
    }

    /// Takes the next GS06.
    pub(super) fn take_group(&mut self) -> u32 {
        take(&mut self.group)
    }
}

fn take(next: &mut u32) -> u32 {
    let number = if (1..=LAST_NUMBER).contains(next) { *next } else { 1 };
    *next = if number == LAST_NUMBER { 1 } else { number.saturating_add(1) };
    number
}

/// Nine digits.
const LAST_NUMBER: u32 = 999_999_999;

/// Writes the ISA that answers `header`.
pub(super) fn isa(
    writer: &mut SegmentWriter,
    header: &InterchangeHeader,
    control: u32,
    at: DateTime,
) {
    let Delimiters { component, repetition, .. } = writer.delimiters();
    let version = version(header);
    let line = writer
        .segment("ISA")
        .fixed("00", 2)
        .fixed("", 10)
        .fixed("00", 2)
        .fixed("", 10)
        .fixed(qualifier(header.element(7)), 2)
        .fixed(header.element(8), 15)
        .fixed(qualifier(header.element(5)), 2)
        .fixed(header.element(6), 15)
        .fixed(&at.strftime("%y%m%d").to_string(), 6)
        .fixed(&at.strftime("%H%M").to_string(), 4);
    let line = match repetition {
        Some(byte) if version >= FIRST_WITH_REPETITIONS => line.separator(byte),
        _ => line.fixed("U", 1),
    };
    line.fixed(version, 5)
        .fixed(&format!("{control:09}"), 9)
        .fixed("0", 1)
        .fixed(usage(header), 1)
        .separator(component)
        .end();
}

/// Writes the IEA of that ISA.
pub(super) fn iea(writer: &mut SegmentWriter, groups: u32, control: u32) {
    writer.segment("IEA").number(groups).element(&format!("{control:09}"), 9).end();
}

/// Writes the GS that answers `group` with `form`.
pub(super) fn gs(
    writer: &mut SegmentWriter,
    group: &GroupHeader,
    form: Form,
    control: u32,
    at: DateTime,
) {
    let release = release(group, form);
    let day = if release < FIRST_WITH_CENTURY { "%y%m%d" } else { "%Y%m%d" };
    writer
        .segment("GS")
        .element("FA", 2)
        .element(group.element(3), 15)
        .element(group.element(2), 15)
        .element(&at.strftime(day).to_string(), 8)
        .element(&at.strftime("%H%M").to_string(), 4)
        .number(control)
        .element("X", 2)
        .element(release, 12)
        .end();
}

/// Writes the GE of that GS.
pub(super) fn ge(writer: &mut SegmentWriter, sets: u32, control: u32) {
    writer.segment("GE").number(sets).number(control).end();
}

/// GS08 of the acknowledgment: the release received, so that the sender's system knows it; of an
/// implementation only its release, since a 997 belongs to none.
pub(super) fn release(group: &GroupHeader, form: Form) -> &str {
    match (form, split_release(group.element(8)).0) {
        (Form::Implementation, _) => IMPLEMENTATION,
        (_, Some(release)) => release,
        (_, None) => "004010",
    }
}

/// The implementation guide a 999 follows.
pub(super) const IMPLEMENTATION: &str = "005010X231A1";

/// ISA12 as received, if it is one.
fn version(header: &InterchangeHeader) -> &str {
    let sent = header.element(12);
    let sound = sent.len() == 5 && sent.bytes().all(|byte| byte.is_ascii_digit());
    if sound { sent } else { "00401" }
}

/// ISA15 as received, if it is one.
fn usage(header: &InterchangeHeader) -> &str {
    match header.element(15) {
        sent @ ("P" | "T" | "I") => sent,
        _ => "P",
    }
}

/// A qualifier must be one; mutually defined is what anything else amounts to.
fn qualifier(sent: &str) -> &str {
    let sound = sent.len() == 2 && sent.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if sound { sent } else { "ZZ" }
}

/// Before it ISA11 names the standards body.
const FIRST_WITH_REPETITIONS: &str = "00402";
/// Before it dates have six digits.
const FIRST_WITH_CENTURY: &str = "004010";
