//! Cuts a stream of bytes into interchanges, groups and sets, in bounded memory.
//!
//! The reader holds one transaction set at a time and hands everything it finds to a [`Visit`],
//! in the order of the file. It knows how envelopes nest and how to go on where they do not: a
//! header that comes too early closes what is open, a trailer without its header is passed over,
//! bytes that belong to nothing are told. It does not judge what the envelopes say; that is
//! `screen/envelope.rs`.
//!
//! An `ISA` begins an interchange only where a segment may begin and only if what follows reads
//! as a header; inside a set's text it is data.

mod cut;
mod transcode;
mod window;
mod wrapped;

use std::io::{self, Read};

use memchr::memmem;

pub use transcode::as_read;

use super::delimiters::{LOOKAHEAD, Learned, learn};
use super::finding::{At, Fault, Finding, Level, Oddity};
use super::lexer::{Bounds, Lexer};
use super::segment::{Segment, SetText};
use super::validate::printable;
use window::Window;

/// Bytes asked of the input at once: large enough that calls do not matter, small enough that
/// the memory of many readers does not either.
const CHUNK: usize = 1 << 16;

/// Receives what the reader finds, in file order.
pub trait Visit {
    /// An interchange begins; `offset` is where its ISA stands in the file.
    fn interchange(&mut self, header: &Learned<'_>, offset: u64);
    /// A TA1 before the first group.
    fn ta1(&mut self, segment: &Segment<'_>);
    /// A group begins.
    fn group(&mut self, segment: &Segment<'_>);
    /// A set, ST first, with the limits it reached.
    fn set(&mut self, set: &SetText<'_>, end: SetEnd, limits: Vec<Finding>);
    /// The group ends; with its GE when it has one.
    fn group_end(&mut self, trailer: Option<&Segment<'_>>, offset: u64);
    /// The interchange ends.
    fn interchange_end(&mut self, end: InterchangeEnd<'_>, offset: u64);
    /// Something is to be told about the file ([`Place::File`]) or the open interchange.
    fn tell(&mut self, place: Place, finding: Finding);
}

/// What a finding of the reader is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The file, outside any interchange.
    File,
    /// The open interchange.
    Interchange,
}

/// How a set ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetEnd {
    /// With SE, its last segment.
    Trailer,
    /// Without SE: another envelope segment, or the file's end, comes first.
    Missing,
    /// It is larger than we hold: only its ST is there, with the number of all its segments.
    Broken(u32),
}

/// How an interchange ends.
#[derive(Clone, Copy, Debug)]
pub enum InterchangeEnd<'a> {
    /// With IEA.
    Trailer(&'a Segment<'a>),
    /// Another ISA comes first.
    Next,
    /// The file ends.
    EndOfFile,
    /// Its separators can't be used, so that nothing of it was read.
    Unusable,
}

/// Bounds of a reader; the defaults are those of [`crate::limits`].
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes asked of the input at once.
    pub chunk: usize,
    /// Bounds of sets and segments.
    pub bounds: Bounds,
}

impl Default for Limits {
    fn default() -> Self {
        Self { chunk: CHUNK, bounds: Bounds::default() }
    }
}

/// Reads `input` to its end; whether any interchange was found.
///
/// # Errors
///
/// What `input` fails with.
pub fn read(input: impl Read, limits: Limits, visit: &mut impl Visit) -> io::Result<bool> {
    let window = Window::new(input, limits.chunk.max(1));
    let mut reader = Reader {
        window,
        lexer: None,
        bounds: limits.bounds,
        visit,
        pending: false,
        strays: None,
        limits_met: Vec::new(),
        limits_untold: 0,
        in_set: false,
    };
    reader.file()
}

/// The state of one reading.
struct Reader<'v, R, V> {
    window: Window<R>,
    lexer: Option<Lexer>,
    bounds: Bounds,
    visit: &'v mut V,
    /// Whether the lexer's last segment is still to be looked at.
    pending: bool,
    /// Segments that belong nowhere, since the last that did.
    strays: Option<Finding>,
    /// Limits met in the open set.
    limits_met: Vec<Finding>,
    /// Those that were not kept.
    limits_untold: u64,
    in_set: bool,
}

/// Bytes between interchanges.
#[derive(Default)]
struct Garbage {
    start: Option<u64>,
    /// One past the last byte that is no blank.
    end: u64,
    quote: Vec<u8>,
}

impl<R: Read, V: Visit> Reader<'_, R, V> {
    fn file(&mut self) -> io::Result<bool> {
        let transcribed = self.window.open()?;
        if transcribed {
            self.tell_oddity(Place::File, Oddity::Utf16, 0, 0);
        }
        let mut any = false;
        loop {
            let mut garbage = Garbage::default();
            let found = self.find(&mut garbage, transcribed)?;
            self.tell_garbage(&garbage, any || found);
            if !found {
                return Ok(any);
            }
            any = true;
            self.interchange()?;
        }
    }

    /// Goes on to the next ISA that reads as a header; false at the end of the file.
    fn find(&mut self, garbage: &mut Garbage, transcribed: bool) -> io::Result<bool> {
        let mut before = b' ';
        loop {
            while self.window.bytes().len() < LOOKAHEAD && self.window.fill()? {}
            let view = self.window.bytes();
            if view.starts_with(b"\xEF\xBB\xBF") {
                let offset = self.window.file_offset(0);
                self.window.consume(3);
                if !transcribed || offset > 0 {
                    self.tell_oddity(Place::File, Oddity::ByteOrderMark, offset, 3);
                }
                continue;
            }
            let Some(at) = memmem::find(view, b"ISA") else {
                let ended = self.window.at_end();
                let keep = if ended { 0 } else { 2.min(view.len()) };
                let count = view.len().saturating_sub(keep);
                before = self.give_up(count, garbage).unwrap_or(before);
                if ended {
                    return Ok(false);
                }
                continue;
            };
            // A mark before ISA is no garbage; it is looked at when it stands first.
            let at = match view.get(..at).and_then(|gap| memmem::find(gap, b"\xEF\xBB\xBF")) {
                Some(0) | None => at,
                Some(mark) => {
                    before = self.give_up(mark, garbage).unwrap_or(before);
                    continue;
                }
            };
            if at > 0 {
                before = self.give_up(at, garbage).unwrap_or(before);
                continue;
            }
            if !before.is_ascii_alphanumeric() && self.header_at(0)? {
                return Ok(true);
            }
            before = self.give_up(3, garbage).unwrap_or(before);
        }
    }

    /// Whether a header stands at `at` of the view; joins wrapped lines when it takes that.
    fn header_at(&mut self, at: usize) -> io::Result<bool> {
        let wanted = at.saturating_add(LOOKAHEAD);
        while self.window.bytes().len() < wanted && self.window.fill()? {}
        let view = self.window.bytes().get(at..).unwrap_or_default();
        let view = view.get(..LOOKAHEAD).unwrap_or(view);
        let learned = learn(view);
        if at == 0 && !self.window.is_joined() && wrapped::is_wrapped(view, learned.as_ref()) {
            self.window.join_lines();
            while self.window.bytes().len() < LOOKAHEAD && self.window.fill()? {}
            if learn(self.window.bytes()).is_some() {
                return Ok(true);
            }
            self.window.part_lines();
            return Ok(false);
        }
        Ok(learned.is_some())
    }

    /// Passes over `count` bytes that belong to no interchange; the last of them.
    fn give_up(&mut self, count: usize, garbage: &mut Garbage) -> Option<u8> {
        let bytes = self.window.bytes().get(..count).unwrap_or_default();
        garbage.add(bytes, self.window.file_offset(0));
        let last = bytes.last().copied();
        self.window.consume(count);
        last
    }

    fn tell_garbage(&mut self, garbage: &Garbage, any: bool) {
        let fragment = looks_like_segments(&garbage.quote, any);
        let fault = match (any, fragment) {
            (_, true) => Fault::Tolerated(Oddity::Fragment),
            (true, false) => Fault::Tolerated(Oddity::Garbage),
            (false, false) => Fault::NoInterchange,
        };
        if any && garbage.start.is_none() {
            return;
        }
        let offset = garbage.start.unwrap_or(0);
        let length = u32::try_from(garbage.end.saturating_sub(offset)).unwrap_or(u32::MAX);
        let mut finding = finding(At::Interchange, fault, offset, length);
        finding.text = printable(garbage.quote.trim_ascii_end());
        if fragment || !any {
            finding.level = Level::Error;
        }
        self.visit.tell(Place::File, finding);
    }

    fn tell_oddity(&mut self, place: Place, oddity: Oddity, offset: u64, length: u32) {
        let fault = Fault::Tolerated(oddity);
        self.visit.tell(place, finding(At::Interchange, fault, offset, length));
    }
}

impl Garbage {
    fn add(&mut self, bytes: &[u8], offset: u64) {
        let wide = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        let Some(first) = bytes.iter().position(|&byte| byte > b' ') else { return };
        let last = bytes.iter().rposition(|&byte| byte > b' ').unwrap_or(first);
        if self.start.is_none() {
            self.start = Some(offset.saturating_add(wide(first)));
        }
        self.end = offset.saturating_add(wide(last)).saturating_add(1);
        let room = crate::limits::QUOTE_BYTES.saturating_add(4).saturating_sub(self.quote.len());
        let from = if self.quote.is_empty() { first } else { 0 };
        let text = bytes.get(from..).unwrap_or_default();
        self.quote.extend_from_slice(text.get(..room).unwrap_or(text));
    }
}

/// Whether bytes outside any interchange begin with a segment of an envelope. An ISA that could
/// not be read is one only beside others that could.
fn looks_like_segments(bytes: &[u8], any: bool) -> bool {
    let id = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let (id, rest) = bytes.split_at_checked(id).unwrap_or_default();
    let known = matches!(id, b"GS" | b"ST" | b"SE" | b"GE" | b"IEA" | b"TA1");
    let known = known || (any && id == b"ISA");
    known && rest.first().is_some_and(|&byte| byte > b' ')
}

/// A finding of the reader: a warning without a segment.
fn finding(at: At, fault: Fault, offset: u64, length: u32) -> Finding {
    Finding {
        level: Level::Warning,
        at,
        fault,
        segment: "".into(),
        position: 0,
        loop_node: None,
        loop_path: "".into(),
        element: None,
        component: None,
        repetition: None,
        dictionary: "".into(),
        offset,
        length,
        text: "".into(),
        rule: "".into(),
    }
}
