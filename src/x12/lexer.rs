//! Bytes of one transaction set to segments and element ends, without copying.
//!
//! The scan compares 64 bytes at a time with both delimiters and visits only the hits, in safe
//! code; everything that happens rarely (line ends, blanks, binary segments, characters of
//! several bytes as terminator) is looked at once a segment, when its terminator is found. It
//! can stop at any byte and go on when more of the file is there, so a set is lexed as it
//! arrives and never twice.

mod binary;
mod ends;
mod layout;

use wide::u8x32;

use super::finding::Oddity;
use super::segment::{Delimiters, Segment, SetText, Span};
use crate::limits;
use binary::Binary;
use ends::{Ends, count};

/// Bounds of the scan, from [`crate::limits`]; tests set smaller ones.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// [`limits::SEGMENT_BYTES`].
    pub segment_bytes: u32,
    /// [`limits::SEGMENT_ELEMENTS`].
    pub segment_elements: u32,
    /// [`limits::SET_BYTES`].
    pub set_bytes: u32,
    /// [`limits::SET_SEGMENTS`].
    pub set_segments: u32,
}

impl Default for Bounds {
    fn default() -> Self {
        let bound = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
        Self {
            segment_bytes: bound(limits::SEGMENT_BYTES),
            segment_elements: bound(limits::SEGMENT_ELEMENTS),
            set_bytes: bound(limits::SET_BYTES),
            set_segments: bound(limits::SET_SEGMENTS),
        }
    }
}

/// Why a scan stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// All bytes are scanned; more are needed.
    More,
    /// A segment was closed at which the caller asked to stop; it is the last one.
    Segment,
}

/// At which segments a scan stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The next segment, whatever it is.
    Any,
    /// The next that may open or close an envelope: ISA, GS, ST, SE, GE or IEA.
    Envelope,
}

/// Something odd that the scan passed, with its place in the scanned bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Noted {
    /// What it is.
    pub what: Remarkable,
    /// Its first byte.
    pub start: u32,
    /// Its bytes.
    pub length: u32,
    /// Index of the segment it belongs to, among those kept.
    pub segment: u32,
}

/// What a scan tells besides segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remarkable {
    /// Tolerated; told once an interchange.
    Oddity(Oddity),
    /// A segment longer than [`limits::SEGMENT_BYTES`]: cut there.
    SegmentBytes,
    /// A segment with more elements than [`limits::SEGMENT_ELEMENTS`]: the last holds the rest.
    SegmentElements,
}

/// An incremental scan with the segments it found since the last [`Lexer::clear`].
#[derive(Debug)]
pub struct Lexer {
    delimiters: Delimiters,
    bounds: Bounds,
    segments: Vec<Span>,
    ends: Ends,
    /// Where the open segment begins, layout before it included.
    start: u32,
    /// Index of the open segment's first end.
    first_end: u32,
    /// Everything before this was looked at.
    scanned: u32,
    /// Whether the open segment was cut at the bound and the rest of it is passed over.
    passing: bool,
    /// Whether it was told that segments are followed by CR LF.
    breaks_told: bool,
    /// Oddities told in this interchange.
    told: Vec<Oddity>,
    noted: Vec<Noted>,
    /// Whether terminators are line ends: blanks and CR before them are layout.
    line_ends: bool,
}

/// What closing a segment asks of the scan.
enum Closed {
    /// Go on behind the terminator.
    On,
    /// Stop: the caller wants this segment.
    Stop,
    /// Go on at this offset.
    Jump(u32),
    /// More bytes are needed to judge the terminator.
    Wait,
}

/// Whether a byte is the first of a terminator of several.
enum Wide {
    Is(u32),
    Not,
    Wait,
}

impl Lexer {
    /// A scan for these delimiters.
    #[must_use]
    pub fn new(delimiters: Delimiters, bounds: Bounds) -> Self {
        Self {
            delimiters,
            bounds,
            segments: Vec::new(),
            ends: Ends::default(),
            start: 0,
            first_end: 0,
            scanned: 0,
            passing: false,
            breaks_told: false,
            told: Vec::new(),
            noted: Vec::new(),
            line_ends: matches!(delimiters.terminator, b'\n' | b'\r'),
        }
    }

    /// Starts on another interchange, keeping the memory.
    pub fn restart(&mut self, delimiters: Delimiters) {
        self.delimiters = delimiters;
        self.line_ends = matches!(delimiters.terminator, b'\n' | b'\r');
        self.breaks_told = false;
        self.told.clear();
        self.noted.clear();
        self.passing = false;
        self.clear();
    }

    /// Forgets all segments; the next scan begins at offset 0, where the last one stopped.
    pub fn clear(&mut self) {
        self.segments.clear();
        self.ends.truncate(0);
        self.start = 0;
        self.first_end = 0;
        self.scanned = 0;
    }

    /// Keeps only the last segment, after the caller dropped the bytes before it.
    pub fn keep_last(&mut self) {
        let Some(last) = self.segments.pop() else { return self.clear() };
        let by = last.start;
        self.ends.drop_first(index(last.first_end), by);
        self.segments.clear();
        self.segments.push(Span { start: 0, end: last.end.saturating_sub(by), first_end: 0 });
        self.start = self.start.saturating_sub(by);
        self.scanned = self.scanned.saturating_sub(by);
        self.first_end = offset(self.ends.len());
    }

    /// Gives up all closed segments, after the caller took them; the caller drops the bytes
    /// before the offset returned, where the open segment begins.
    pub fn drop_segments(&mut self) -> u32 {
        let by = self.start;
        self.ends.drop_first(index(self.first_end), by);
        self.segments.clear();
        self.first_end = 0;
        self.start = 0;
        self.scanned = self.scanned.saturating_sub(by);
        by
    }

    /// The delimiters in force.
    #[must_use]
    pub const fn delimiters(&self) -> &Delimiters {
        &self.delimiters
    }

    /// The bounds in force.
    #[must_use]
    pub const fn bounds(&self) -> &Bounds {
        &self.bounds
    }

    /// Whether something was noted since [`Lexer::take_noted`].
    #[must_use]
    pub const fn has_noted(&self) -> bool {
        !self.noted.is_empty()
    }

    /// Offset up to which all is scanned.
    #[must_use]
    pub const fn scanned(&self) -> u32 {
        self.scanned
    }

    /// The segments found.
    #[must_use]
    pub fn segments(&self) -> &[Span] {
        &self.segments
    }

    /// The element ends found.
    #[must_use]
    pub fn ends(&self) -> &[u32] {
        self.ends.as_slice()
    }

    /// What was noted since the last call.
    pub fn take_noted(&mut self) -> Vec<Noted> {
        std::mem::take(&mut self.noted)
    }

    /// Scans on in `bytes`, which hold what was given before and more behind it; with `last` when
    /// no more will come.
    pub fn scan(&mut self, bytes: &[u8], until: Until, last: bool) -> Stop {
        loop {
            match self.scan_on(bytes, until, last) {
                Closed::Jump(to) => self.scanned = to,
                Closed::Stop => return Stop::Segment,
                Closed::Wait => return Stop::More,
                Closed::On => break,
            }
        }
        self.scanned = offset(bytes.len());
        if self.bound_open_segment(bytes) && self.wanted(bytes, until) {
            return Stop::Segment;
        }
        Stop::More
    }

    /// Scans until something else than going on is asked for.
    fn scan_on(&mut self, bytes: &[u8], until: Until, last: bool) -> Closed {
        let element = u8x32::splat(self.delimiters.element);
        let terminator = u8x32::splat(self.delimiters.terminator);
        let mut base = self.scanned;
        let (blocks, tail) = bytes.get(index(base)..).unwrap_or_default().as_chunks::<64>();
        let plain = until == Until::Envelope
            && !self.passing
            && !self.line_ends
            && self.delimiters.terminator_rest == [0; 3];
        for block in blocks {
            let ends = hits(block, terminator);
            let mut all = ends | hits(block, element);
            if plain {
                all = self.take_plain(bytes, base, all, ends);
            }
            while all != 0 {
                let bit = all.trailing_zeros();
                all &= all.wrapping_sub(1);
                let at = base.wrapping_add(bit);
                self.ends.push(at);
                if (ends >> bit) & 1 != 0 {
                    match self.close(bytes, at, until, last) {
                        Closed::On => {}
                        other => return other,
                    }
                }
            }
            base = base.wrapping_add(64);
        }
        for (at, &byte) in (base..).zip(tail) {
            let ends = byte == self.delimiters.terminator;
            if ends || byte == self.delimiters.element {
                self.ends.push(at);
            }
            if ends {
                match self.close(bytes, at, until, last) {
                    Closed::On => {}
                    other => return other,
                }
            }
        }
        Closed::On
    }

    /// Closes the open segment at the end of the file when anything stands in it.
    pub fn finish(&mut self, bytes: &[u8], until: Until) -> Stop {
        let open = bytes.get(index(self.start)..).unwrap_or_default();
        let blanks = open.iter().rev().take_while(|&&byte| byte <= b' ').count();
        if self.passing || blanks == open.len() {
            return Stop::More;
        }
        let least = self.ends.from(index(self.first_end)).last();
        let least = least.map_or(self.start, |end| end.saturating_add(1));
        let end = offset(bytes.len().saturating_sub(blanks)).max(least);
        self.note(Remarkable::Oddity(Oddity::NoFinalTerminator), end, 0);
        self.ends.push(end);
        let start = self.skip_layout(bytes);
        self.push(bytes, start, end, offset(bytes.len()));
        self.scanned = offset(bytes.len());
        if self.wanted(bytes, until) { Stop::Segment } else { Stop::More }
    }

    /// The segments found, as a set that begins at `offset` in the file.
    #[must_use]
    pub fn text<'a>(
        &'a self,
        bytes: &'a [u8],
        offset: u64,
        dropped: &'a [(u32, u32)],
    ) -> SetText<'a> {
        SetText {
            bytes,
            offset,
            dropped,
            delimiters: self.delimiters,
            segments: &self.segments,
            ends: self.ends.as_slice(),
        }
    }

    /// The last segment found, as a text of its own.
    #[must_use]
    pub fn last<'a>(&'a self, bytes: &'a [u8], offset: u64) -> Option<Segment<'a>> {
        let index = self.segments.len().checked_sub(1)?;
        self.text(bytes, offset, &[]).segment(index)
    }

    /// Takes the ends of a block and the segments closed in it, up to the first that needs a
    /// closer look; the hits from that one's terminator on, none when all were taken.
    #[inline]
    fn take_plain(&mut self, bytes: &[u8], base: u32, all: u64, ends: u64) -> u64 {
        let used = offset(self.ends.len());
        self.ends.push_bits(base, all);
        let mut left = ends;
        while left != 0 {
            let bit = left.trailing_zeros();
            let before = all & !(u64::MAX << bit);
            let closed = used.wrapping_add(offset(count(before)));
            if !self.close_plain(bytes, base.wrapping_add(bit), closed.wrapping_add(1)) {
                self.ends.truncate(index(closed));
                return all & (u64::MAX << bit);
            }
            left &= left.wrapping_sub(1);
        }
        0
    }

    /// Takes the segment that ends at `at` when nothing about it needs a closer look: no blanks
    /// before it, no envelope, no binary data, within the bounds. That is nearly every segment.
    #[inline]
    fn close_plain(&mut self, bytes: &[u8], at: u32, next: u32) -> bool {
        let mut start = self.start;
        let Some(mut here) = bytes.get(index(start)..) else { return false };
        match here {
            [b'\n', rest @ ..] => (here, start) = (rest, start.wrapping_add(1)),
            [b'\r', b'\n', rest @ ..] if self.breaks_told => {
                (here, start) = (rest, start.wrapping_add(2));
            }
            _ => {}
        }
        let Some(&[first, second, third]) = here.first_chunk() else { return false };
        let ordinary = match first {
            b'A' | b'C'..=b'F' | b'H' | b'J'..=b'R' | b'T'..=b'Z' => true,
            b'S' | b'G' => third != self.delimiters.element,
            b'I' => !matches!(second, b'S' | b'E'),
            _ => false,
        };
        let within = at.wrapping_sub(start).wrapping_sub(1) < self.bounds.segment_bytes
            && next.wrapping_sub(self.first_end) <= self.bounds.segment_elements;
        if !(ordinary && within) {
            return false;
        }
        self.segments.push(Span { start, end: at, first_end: self.first_end });
        self.start = at.wrapping_add(1);
        self.first_end = next;
        true
    }

    /// A terminator was found at `at`, and its offset pushed to the ends.
    #[inline(never)]
    fn close(&mut self, bytes: &[u8], at: u32, until: Until, last: bool) -> Closed {
        let mut behind = at.wrapping_add(1);
        let wide = self.delimiters.terminator_rest != [0; 3];
        if wide {
            match self.wide_terminator(bytes, at, last) {
                Wide::Is(end) => behind = end,
                Wide::Not => return Closed::On,
                Wide::Wait => return Closed::Wait,
            }
        }
        if self.passing {
            self.ends.truncate(index(self.first_end));
            self.start = behind;
            self.passing = false;
            return Closed::On;
        }
        let mut start = self.start;
        let mut first = bytes.get(index(start)).copied().unwrap_or_default();
        if first <= b' ' {
            start = self.skip_layout(bytes);
            first = bytes.get(index(start)).copied().unwrap_or_default();
        }
        let mut end = at;
        if first == b'B' {
            match self.binary(bytes, start, at, last) {
                Binary::Text => {}
                Binary::EndsHere => return self.close_binary(bytes, start, at, behind, until),
                Binary::Ends(at, behind) => {
                    return self.close_binary(bytes, start, at, behind, until);
                }
                Binary::Wait => {
                    self.ends.pop();
                    self.scanned = at;
                    return Closed::Wait;
                }
            }
        }
        if self.line_ends {
            end = self.trim(bytes, start, end);
        }
        self.push(bytes, start, end, behind);
        if (until == Until::Any || matches!(first, b'S' | b'G' | b'I')) && self.wanted(bytes, until)
        {
            self.scanned = behind;
            return Closed::Stop;
        }
        if wide { Closed::Jump(behind) } else { Closed::On }
    }

    /// Takes a binary segment whose data ends at `end`.
    #[cold]
    fn close_binary(
        &mut self,
        bytes: &[u8],
        start: u32,
        end: u32,
        behind: u32,
        until: Until,
    ) -> Closed {
        self.push(bytes, start, end, behind);
        self.scanned = behind;
        if self.wanted(bytes, until) { Closed::Stop } else { Closed::Jump(behind) }
    }

    /// Takes the segment from `start` to `end`, where its last end stands, and opens the next at
    /// `behind`.
    #[inline]
    fn push(&mut self, bytes: &[u8], start: u32, end: u32, behind: u32) {
        let first = index(self.first_end);
        let count = self.ends.len().wrapping_sub(first);
        self.start = behind;
        if count == 1 && start >= end {
            self.ends.truncate(first);
            self.note(Remarkable::Oddity(Oddity::EmptySegment), start, 0);
            return;
        }
        let mut end = end;
        if end.wrapping_sub(start) > self.bounds.segment_bytes && !self.is_binary(bytes, start) {
            end = self.cut_bytes(start);
        }
        if self.ends.len().wrapping_sub(first) > index(self.bounds.segment_elements).wrapping_add(1)
        {
            self.cut_elements(start, end);
        }
        self.segments.push(Span { start, end, first_end: self.first_end });
        self.first_end = offset(self.ends.len());
    }

    /// Whether the caller wants to see the segment pushed last.
    #[inline]
    fn wanted(&self, bytes: &[u8], until: Until) -> bool {
        // Nothing was pushed for an empty segment.
        if index(self.first_end) != self.ends.len() {
            return false;
        }
        let Some(span) = self.segments.last() else { return false };
        if until == Until::Any {
            return true;
        }
        let id_end = self.ends.get(index(span.first_end)).unwrap_or(span.end);
        let id = bytes.get(index(span.start)..index(id_end)).unwrap_or_default();
        match id {
            b"ST" | b"SE" | b"GS" | b"GE" | b"IEA" => true,
            [b'I', b'S', b'A', rest @ ..] => {
                rest.first().is_none_or(|byte| !byte.is_ascii_alphanumeric())
            }
            _ => false,
        }
    }

    /// Keeps the id and as many ends as the bound allows; the last element takes the rest.
    #[cold]
    fn cut_elements(&mut self, start: u32, end: u32) {
        let most = index(self.first_end).saturating_add(index(self.bounds.segment_elements));
        self.ends.truncate(most);
        self.ends.push(end);
        self.note(Remarkable::SegmentElements, start, end.saturating_sub(start));
    }

    /// Whether the other bytes of a terminator of several follow the first.
    #[cold]
    fn wide_terminator(&mut self, bytes: &[u8], at: u32, last: bool) -> Wide {
        let rest = self.delimiters.terminator_rest;
        let length = rest.iter().take_while(|&&byte| byte != 0).count();
        let wanted = rest.get(..length).unwrap_or_default();
        let here = bytes.get(index(at).saturating_add(1)..).unwrap_or_default();
        if here.starts_with(wanted) {
            return Wide::Is(at.saturating_add(1).saturating_add(offset(length)));
        }
        self.ends.pop();
        if here.len() < length && !last && wanted.starts_with(here) {
            self.scanned = at;
            return Wide::Wait;
        }
        Wide::Not
    }

    /// A segment without terminator may not grow without bound: it is cut, and the rest of it
    /// passed over. A binary segment is bounded by its own length. Whether one was cut.
    fn bound_open_segment(&mut self, bytes: &[u8]) -> bool {
        let first = index(self.first_end);
        if self.passing {
            self.ends.truncate(first);
            self.start = self.scanned;
            return false;
        }
        if self.scanned.saturating_sub(self.start) <= self.bounds.segment_bytes {
            return false;
        }
        let start = self.skip_layout(bytes);
        self.start = start;
        if self.scanned.saturating_sub(start) <= self.bounds.segment_bytes {
            return false;
        }
        if self.is_binary(bytes, start) {
            // Separators inside the data are not kept: their number is not bounded.
            self.ends.truncate(first.saturating_add(4));
            return false;
        }
        let cut = start.saturating_add(self.bounds.segment_bytes).saturating_add(1);
        self.ends.push(cut);
        self.push(bytes, start, cut, cut);
        self.passing = true;
        true
    }

    /// Keeps as much of a segment as the bound allows, and tells; its new end.
    #[cold]
    fn cut_bytes(&mut self, start: u32) -> u32 {
        let cut = start.saturating_add(self.bounds.segment_bytes);
        let first = index(self.first_end);
        let within = self.ends.from(first).iter().take_while(|&&end| end < cut).count();
        self.ends.truncate(first.saturating_add(within));
        self.ends.push(cut);
        self.note(Remarkable::SegmentBytes, start, self.bounds.segment_bytes);
        cut
    }

    /// Notes something; an oddity only the first time in an interchange.
    #[cold]
    fn note(&mut self, what: Remarkable, start: u32, length: u32) {
        if let Remarkable::Oddity(oddity) = what {
            if self.told.contains(&oddity) {
                return;
            }
            self.breaks_told |= oddity == Oddity::LineBreaks;
            self.told.push(oddity);
        }
        self.noted.push(Noted { what, start, length, segment: offset(self.segments.len()) });
    }
}

/// One bit for each byte of `block` that equals the splatted byte.
#[inline]
fn hits(block: &[u8; 64], byte: u8x32) -> u64 {
    let (halves, _) = block.as_chunks::<32>();
    let mask = |half: Option<&[u8; 32]>| {
        half.map_or(0, |half| u64::from(u8x32::new(*half).simd_eq(byte).to_bitmask()))
    };
    mask(halves.first()) | (mask(halves.get(1)) << 32)
}

/// An offset as an index; on the 64-bit machines we run on it always fits.
#[inline]
fn index(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// An index as an offset; the caller bounds what it gives to scan.
#[inline]
fn offset(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
