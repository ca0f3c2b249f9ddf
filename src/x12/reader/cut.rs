//! Inside an interchange: groups, sets, and what stands between them.

use std::io::{self, Read};

use super::super::delimiters::{LOOKAHEAD, learn};
use super::super::finding::{At, Fault, Level, Oddity};
use super::super::lexer::{Lexer, Noted, Remarkable, Stop, Until};
use super::super::segment::{Segment, SetText};
use super::super::validate::printable;
use super::window::Window;
use super::{Finding, InterchangeEnd, Place, Reader, SetEnd, Visit, finding};
use crate::limits;

/// What a segment is to the envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Interchange,
    InterchangeEnd,
    Group,
    GroupEnd,
    Set,
    SetEnd,
    Ta1,
    Other,
}

/// What ended the part of an interchange that was read.
enum Ended {
    Trailer,
    Next,
    EndOfFile,
}

impl<R: Read, V: Visit> Reader<'_, R, V> {
    /// Reads the interchange whose ISA stands first in the view, to the end of its IEA.
    pub(super) fn interchange(&mut self) -> io::Result<()> {
        let view = self.window.bytes();
        let Some(learned) = learn(view.get(..LOOKAHEAD).unwrap_or(view)) else {
            self.window.consume(3);
            return Ok(());
        };
        let offset = self.window.file_offset(0);
        let (delimiters, length, usable) = (learned.delimiters, learned.length, learned.usable);
        self.visit.interchange(&learned, offset);
        if self.window.is_joined() {
            self.tell_oddity(Place::Interchange, Oddity::Wrapped, offset, 0);
        }
        self.window.consume(length);
        if !usable {
            self.window.part_lines();
            let offset = self.window.file_offset(0);
            self.visit.interchange_end(InterchangeEnd::Unusable, offset);
            return self.pass_unusable();
        }
        let mut lexer = match self.lexer.take() {
            Some(lexer) => lexer,
            None => Lexer::new(delimiters, self.bounds),
        };
        lexer.restart(delimiters);
        let ended = self.groups(&mut lexer)?;
        self.close_interchange(&mut lexer, &ended);
        self.lexer = Some(lexer);
        Ok(())
    }

    /// Groups, TA1s and strays, until the interchange ends.
    fn groups(&mut self, lexer: &mut Lexer) -> io::Result<Ended> {
        let mut in_group = false;
        while self.next(lexer, Until::Any)? {
            let kind = self.kind(lexer)?;
            let belongs = match kind {
                Kind::Ta1 | Kind::Group | Kind::InterchangeEnd | Kind::Interchange => {
                    kind != Kind::Ta1 || !in_group
                }
                Kind::GroupEnd | Kind::Set => in_group,
                Kind::SetEnd | Kind::Other => false,
            };
            if !belongs {
                self.stray(lexer, kind);
                continue;
            }
            self.tell_strays();
            match kind {
                Kind::Ta1 => self.with_last(lexer, |visit, segment, _| visit.ta1(segment)),
                Kind::Set => {
                    self.set(lexer)?;
                    continue;
                }
                Kind::GroupEnd => {
                    in_group = false;
                    self.with_last(lexer, |visit, segment, at| visit.group_end(Some(segment), at));
                }
                _ => {
                    if in_group {
                        self.with_last(lexer, |visit, _, at| visit.group_end(None, at));
                    }
                    in_group = kind == Kind::Group;
                    match kind {
                        Kind::Interchange => return Ok(Ended::Next),
                        Kind::InterchangeEnd => return Ok(Ended::Trailer),
                        _ => self.with_last(lexer, |visit, segment, _| visit.group(segment)),
                    }
                }
            }
            self.drop_last(lexer);
        }
        self.tell_strays();
        if in_group {
            let offset = self.window.file_offset(self.window.bytes().len());
            self.visit.group_end(None, offset);
        }
        Ok(Ended::EndOfFile)
    }

    fn close_interchange(&mut self, lexer: &mut Lexer, ended: &Ended) {
        match ended {
            Ended::Trailer => {
                self.with_last(lexer, |visit, segment, at| {
                    visit.interchange_end(InterchangeEnd::Trailer(segment), at);
                });
                self.drop_last(lexer);
            }
            Ended::Next => {
                self.with_last(lexer, |visit, _, at| {
                    visit.interchange_end(InterchangeEnd::Next, at);
                });
                let start = lexer.segments().last().map_or(0, |span| span.start);
                self.window.consume(index(start));
            }
            Ended::EndOfFile => {
                let length = self.window.bytes().len();
                let offset = self.window.file_offset(length);
                self.visit.interchange_end(InterchangeEnd::EndOfFile, offset);
                self.window.consume(length);
            }
        }
        self.pending = false;
        self.window.part_lines();
    }

    /// Reads on to the next segment that `until` asks for; false at the end of the file.
    fn next(&mut self, lexer: &mut Lexer, until: Until) -> io::Result<bool> {
        if std::mem::take(&mut self.pending) {
            return Ok(true);
        }
        loop {
            let last = self.window.at_end();
            let mut stop = lexer.scan(self.window.bytes(), until, last);
            if stop == Stop::More && last {
                stop = lexer.finish(self.window.bytes(), until);
            }
            self.tell_noted(lexer);
            if stop == Stop::Segment {
                return Ok(true);
            }
            if last || (self.in_set && self.is_over(lexer)) {
                return Ok(false);
            }
            if !self.in_set {
                // Layout and the rest of a cut segment need not be kept.
                let open = lexer.drop_segments();
                self.window.consume(index(open));
            }
            self.window.fill()?;
        }
    }

    /// Whether the open set is larger than we hold.
    fn is_over(&self, lexer: &Lexer) -> bool {
        let segments = u32::try_from(lexer.segments().len()).unwrap_or(u32::MAX);
        lexer.scanned() > self.bounds.set_bytes || segments > self.bounds.set_segments
    }

    /// One set: its ST is the lexer's last segment. What ends it stays pending, unless it is SE.
    fn set(&mut self, lexer: &mut Lexer) -> io::Result<()> {
        let start = lexer.segments().last().map_or(0, |span| span.start);
        self.window.consume(index(start));
        lexer.keep_last();
        self.in_set = true;
        let kind = loop {
            if !self.next(lexer, Until::Envelope)? {
                break None;
            }
            match self.kind(lexer)? {
                Kind::Other => {}
                kind => break Some(kind),
            }
        };
        self.in_set = false;
        if self.is_over(lexer) {
            return self.pass_set(lexer, kind);
        }
        match kind {
            Some(Kind::SetEnd) => {
                self.deliver(lexer, lexer.segments().len(), SetEnd::Trailer);
                self.drop_last(lexer);
            }
            Some(_) => {
                let without = lexer.segments().len().saturating_sub(1);
                self.deliver(lexer, without, SetEnd::Missing);
                self.keep_pending(lexer);
            }
            None => {
                self.deliver(lexer, lexer.segments().len(), SetEnd::Missing);
                self.drop_last(lexer);
            }
        }
        Ok(())
    }

    /// Leaves the last segment to be looked at by whoever reads on.
    fn keep_pending(&mut self, lexer: &mut Lexer) {
        let start = lexer.segments().last().map_or(0, |span| span.start);
        self.window.consume(index(start));
        lexer.keep_last();
        self.pending = true;
    }

    /// Hands over the first `count` segments as a set.
    fn deliver(&mut self, lexer: &Lexer, count: usize, end: SetEnd) {
        let met = self.take_limits();
        let view = self.window.bytes();
        let segments = lexer.segments().get(..count).unwrap_or_default();
        let next = lexer.segments().get(count);
        let ends = next.map_or_else(|| lexer.ends().len(), |span| index(span.first_end));
        let length = next.map_or_else(|| index(lexer.scanned()), |span| index(span.start));
        let dropped = self.window.drops(length);
        let whole =
            lexer.text(view.get(..length).unwrap_or(view), self.window.file_offset(0), &dropped);
        let ends = lexer.ends().get(..ends).unwrap_or_default();
        let text = SetText { segments, ends, ..whole };
        self.visit.set(&text, end, met);
    }

    /// A set larger than we hold, of which `kind` was the last segment: only its ST is handed
    /// over, once its segments are counted.
    fn pass_set(&mut self, lexer: &mut Lexer, mut kind: Option<Kind>) -> io::Result<()> {
        let bytes = lexer.scanned() > self.bounds.set_bytes;
        let (what, max) = if bytes {
            ("bytes of one transaction set", self.bounds.set_bytes)
        } else {
            ("segments of one transaction set", self.bounds.set_segments)
        };
        let offset = self.window.file_offset(0);
        let fault = Fault::Limit { what: what.into(), max: u64::from(max) };
        let limit = Finding { level: Level::Error, ..finding(At::Set, fault, offset, 0) };
        self.limits_met.push(limit);
        let view = self.window.bytes();
        let end = lexer.segments().first().map_or(0, |span| index(span.end).saturating_add(4));
        let header = view.get(..end).unwrap_or(view).to_vec();
        let mut segments = u32::try_from(lexer.segments().len()).unwrap_or(u32::MAX);
        while kind.is_none() {
            let open = lexer.drop_segments();
            self.window.consume(index(open));
            if !self.next(lexer, Until::Any)? {
                break;
            }
            segments = segments.saturating_add(1);
            kind = Some(self.kind(lexer)?).filter(|kind| !matches!(kind, Kind::Other | Kind::Ta1));
        }
        let ended = kind == Some(Kind::SetEnd);
        let counted = if ended || kind.is_none() { segments } else { segments.saturating_sub(1) };
        let mut first = Lexer::new(*lexer.delimiters(), self.bounds);
        if first.scan(&header, Until::Any, true) == Stop::Segment {
            let text = first.text(&header, offset, &[]);
            let met = self.take_limits();
            self.visit.set(&text, SetEnd::Broken(counted), met);
        }
        match kind {
            Some(Kind::SetEnd) | None => self.drop_last(lexer),
            Some(_) => self.keep_pending(lexer),
        }
        Ok(())
    }

    /// The limits met in the set that ends.
    fn take_limits(&mut self) -> Vec<Finding> {
        let mut met = std::mem::take(&mut self.limits_met);
        let count = std::mem::take(&mut self.limits_untold);
        if count > 0 {
            let offset = self.window.file_offset(0);
            let more = finding(At::Set, Fault::MoreFindings { count }, offset, 0);
            met.push(Finding { level: Level::Error, ..more });
        }
        met
    }

    /// What the lexer's last segment is; an `ISA` is only a header if it reads as one.
    fn kind(&mut self, lexer: &Lexer) -> io::Result<Kind> {
        let view = self.window.bytes();
        let Some(segment) = lexer.last(view, 0) else { return Ok(Kind::Other) };
        Ok(match segment.id() {
            b"GS" => Kind::Group,
            b"GE" => Kind::GroupEnd,
            b"ST" => Kind::Set,
            b"SE" => Kind::SetEnd,
            b"IEA" => Kind::InterchangeEnd,
            b"TA1" => Kind::Ta1,
            [b'I', b'S', b'A', ..] => {
                let start = index(segment.span().start);
                if self.header_at(start)? { Kind::Interchange } else { Kind::Other }
            }
            _ => Kind::Other,
        })
    }

    /// A segment that belongs nowhere; a run of them is one finding.
    fn stray(&mut self, lexer: &mut Lexer, kind: Kind) {
        let view = self.window.bytes();
        if let Some(segment) = lexer.last(view, 0) {
            let span = segment.span();
            let start = self.window.file_offset(index(span.start));
            let end = self.window.file_offset(index(span.end));
            match &mut self.strays {
                Some(run) => {
                    let length = u32::try_from(end.saturating_sub(run.offset));
                    run.length = length.unwrap_or(u32::MAX);
                }
                None => {
                    let note = if kind == Kind::Set { 24 } else { 22 };
                    let fault = Fault::Interchange { note, expected: "".into() };
                    let length = u32::try_from(end.saturating_sub(start)).unwrap_or(u32::MAX);
                    let mut finding = finding(At::Interchange, fault, start, length);
                    finding.level = Level::Error;
                    finding.segment = printable(segment.id());
                    finding.text = printable(segment.bytes());
                    self.strays = Some(finding);
                }
            }
        }
        self.drop_last(lexer);
    }

    fn tell_strays(&mut self) {
        if let Some(run) = self.strays.take() {
            self.visit.tell(Place::Interchange, run);
        }
    }

    /// Tells the oddities the lexer passed, and keeps the limits for the set they are in.
    fn tell_noted(&mut self, lexer: &mut Lexer) {
        if !lexer.has_noted() {
            return;
        }
        for noted in lexer.take_noted() {
            let finding = noted_finding(&noted, &self.window, lexer, self.in_set);
            if matches!(noted.what, Remarkable::Oddity(_)) || !self.in_set {
                self.visit.tell(Place::Interchange, finding);
            } else if self.limits_met.len() < limits::SEGMENT_LIMITS {
                self.limits_met.push(finding);
            } else {
                self.limits_untold = self.limits_untold.saturating_add(1);
            }
        }
    }

    /// Shows the lexer's last segment to the visitor, with its offset in the file.
    fn with_last(&mut self, lexer: &Lexer, show: impl FnOnce(&mut V, &Segment<'_>, u64)) {
        let start = lexer.segments().last().map_or(0, |span| index(span.start));
        let (from, at) = (self.window.file_offset(0), self.window.file_offset(start));
        let view = self.window.bytes();
        let dropped = self.window.drops(view.len());
        let text = lexer.text(view, from, &dropped);
        let last = lexer.segments().len().checked_sub(1);
        if let Some(segment) = last.and_then(|last| text.segment(last)) {
            show(self.visit, &segment, at);
        }
    }

    /// Gives up everything scanned so far.
    fn drop_last(&mut self, lexer: &mut Lexer) {
        self.window.consume(index(lexer.scanned()));
        lexer.clear();
    }

    /// Passes over an interchange whose separators can't be used, up to the next ISA at the
    /// beginning of a line.
    fn pass_unusable(&mut self) -> io::Result<()> {
        loop {
            let view = self.window.bytes();
            let ended = self.window.at_end();
            if let Some(at) = memchr::memmem::find(view, b"\nISA") {
                self.window.consume(at.saturating_add(1));
                if self.header_at(0)? {
                    return Ok(());
                }
                continue;
            }
            let keep = if ended { 0 } else { 3.min(view.len()) };
            self.window.consume(view.len().saturating_sub(keep));
            if ended {
                return Ok(());
            }
            self.window.fill()?;
        }
    }
}

/// A finding of what the lexer noted.
fn noted_finding<R: Read>(
    noted: &Noted,
    window: &Window<R>,
    lexer: &Lexer,
    in_set: bool,
) -> Finding {
    let (start, end) = (index(noted.start), index(noted.start.saturating_add(noted.length)));
    let offset = window.file_offset(start);
    let fault = match noted.what {
        Remarkable::Oddity(oddity) => Fault::Tolerated(oddity),
        Remarkable::SegmentBytes => Fault::Limit {
            what: "bytes of one segment".into(),
            max: u64::from(lexer.bounds().segment_bytes),
        },
        Remarkable::SegmentElements => Fault::Limit {
            what: "elements of one segment".into(),
            max: u64::from(lexer.bounds().segment_elements),
        },
    };
    let tolerated = matches!(noted.what, Remarkable::Oddity(_));
    let at = if in_set && !tolerated { At::Set } else { At::Interchange };
    let mut finding = finding(at, fault, offset, noted.length);
    if !tolerated {
        finding.level = Level::Error;
    }
    let view = window.bytes();
    let quoted = view.get(start..end.min(view.len())).unwrap_or_default();
    finding.text = printable(quoted.get(..limits::QUOTE_BYTES).unwrap_or(quoted));
    let at = index(noted.segment);
    if let Some(segment) = lexer.text(view, 0, &[]).segment(at) {
        finding.segment = printable(segment.id());
        if in_set {
            finding.position = noted.segment.saturating_add(1);
        }
    }
    finding
}

fn index(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
