//! The part of the file in memory: a buffer that slides over the input and grows with what the
//! caller has not consumed, and a second one in which wrapped lines are joined.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::transcode::{RECOGNISE_BYTES, Transcoder, recognise};

/// Bytes joined at once: what is joined beyond the end of an interchange is joined in vain.
const JOIN_STEP: usize = 4096;

/// A sliding view of the input.
///
/// Offsets the caller sees are relative to what it consumed last. While lines are joined the
/// view shows the joined text, and [`Window::file_offset`] still says where a byte stood.
#[derive(Debug)]
pub(super) struct Window<R> {
    input: R,
    chunk: usize,
    buffer: Vec<u8>,
    /// What of `buffer` is not consumed begins here.
    start: usize,
    /// Offset of `start` in the file.
    offset: u64,
    ended: bool,
    transcoder: Option<Transcoder>,
    joined: Option<Joined>,
}

/// Lines joined: line ends are dropped, and where that was is remembered.
#[derive(Debug, Default)]
struct Joined {
    text: Vec<u8>,
    start: usize,
    /// Bytes of the file, from the window's start, that are in `text` or were dropped.
    fed: usize,
    /// Offset in `text` before which bytes were dropped, with how many in all since the lines
    /// are joined.
    drops: VecDeque<(usize, usize)>,
    /// Bytes dropped before the first of `drops`.
    dropped: usize,
}

impl<R: Read> Window<R> {
    pub(super) fn new(input: R, chunk: usize) -> Self {
        Self {
            input,
            chunk,
            buffer: Vec::new(),
            start: 0,
            offset: 0,
            ended: false,
            transcoder: None,
            joined: None,
        }
    }

    /// Reads the first bytes and sets up the transcription; whether the file is UTF-16.
    pub(super) fn open(&mut self) -> io::Result<bool> {
        while self.bytes().len() < RECOGNISE_BYTES && self.fill()? {}
        let Some(order) = recognise(self.bytes()) else { return Ok(false) };
        let mut transcoder = Transcoder::new(order);
        let mut text = Vec::new();
        transcoder.feed(&self.buffer, &mut text);
        if self.ended {
            transcoder.finish(&mut text);
        }
        self.buffer = text;
        self.transcoder = Some(transcoder);
        Ok(true)
    }

    /// What is in memory and not consumed.
    pub(super) fn bytes(&self) -> &[u8] {
        match &self.joined {
            Some(joined) => joined.text.get(joined.start..).unwrap_or_default(),
            None => self.raw(),
        }
    }

    /// What is in memory, as it stands in the file.
    fn raw(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// Whether [`Window::bytes`] reaches to the end of the file.
    pub(super) fn at_end(&self) -> bool {
        self.ended && self.joined.as_ref().is_none_or(|joined| joined.fed == self.raw().len())
    }

    /// Brings more of the file into memory; false when there is no more.
    pub(super) fn fill(&mut self) -> io::Result<bool> {
        if self.joined.is_none() {
            return self.read();
        }
        loop {
            let unfed = |window: &Self| {
                let fed = window.joined.as_ref().map_or(0, |joined| joined.fed);
                window.raw().len().saturating_sub(fed)
            };
            // CR LF is dropped as one, so CR is not fed before it is known what follows.
            if unfed(self) < 2 && self.read()? {
                continue;
            }
            if unfed(self) == 0 {
                return Ok(false);
            }
            self.feed();
            return Ok(true);
        }
    }

    /// Gives up the first `count` bytes.
    pub(super) fn consume(&mut self, count: usize) {
        match &mut self.joined {
            Some(joined) => {
                joined.start = joined.start.saturating_add(count).min(joined.text.len());
            }
            None => {
                let count = count.min(self.buffer.len().saturating_sub(self.start));
                self.start = self.start.saturating_add(count);
                self.offset = self.offset.saturating_add(wide(count));
            }
        }
    }

    /// Offset in the file of byte `at` of the view.
    pub(super) fn file_offset(&self, at: usize) -> u64 {
        let within = match &self.joined {
            None => at,
            Some(joined) => {
                let text = joined.start.saturating_add(at);
                text.saturating_add(joined.dropped_before(text))
            }
        };
        self.offset.saturating_add(wide(within))
    }

    /// Whether lines are joined.
    pub(super) const fn is_joined(&self) -> bool {
        self.joined.is_some()
    }

    /// Shows the text with its lines joined from here on.
    pub(super) fn join_lines(&mut self) {
        if self.joined.is_none() {
            self.joined = Some(Joined::default());
            self.feed();
        }
    }

    /// Shows the text as it stands in the file from here on.
    pub(super) fn part_lines(&mut self) {
        let Some(joined) = self.joined.take() else { return };
        let consumed = joined.start.saturating_add(joined.dropped_before(joined.start));
        self.consume(consumed);
    }

    /// Where bytes were dropped in the first `length` bytes of the view, as a set's text says it.
    pub(super) fn drops(&self, length: usize) -> Vec<(u32, u32)> {
        let Some(joined) = &self.joined else { return Vec::new() };
        let before = joined.dropped_before(joined.start);
        let end = joined.start.saturating_add(length);
        let inside = |&&(at, _): &&(usize, usize)| at > joined.start && at < end;
        let relative = |&(at, count): &(usize, usize)| {
            let at = u32::try_from(at.saturating_sub(joined.start)).unwrap_or(u32::MAX);
            let count = u32::try_from(count.saturating_sub(before)).unwrap_or(u32::MAX);
            (at, count)
        };
        joined.drops.iter().filter(inside).map(relative).collect()
    }

    /// Reads the next chunk of the file behind what is there.
    fn read(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        self.slide();
        let had = self.buffer.len();
        loop {
            let limit = wide(self.chunk);
            let read = match &mut self.transcoder {
                None => self.input.by_ref().take(limit).read_to_end(&mut self.buffer)?,
                Some(transcoder) => {
                    let mut units = Vec::new();
                    let read = self.input.by_ref().take(limit).read_to_end(&mut units)?;
                    transcoder.feed(&units, &mut self.buffer);
                    read
                }
            };
            if read < self.chunk {
                self.ended = true;
                if let Some(transcoder) = &mut self.transcoder {
                    transcoder.finish(&mut self.buffer);
                }
            }
            if self.ended || self.buffer.len() > had {
                return Ok(self.buffer.len() > had);
            }
        }
    }

    /// Moves what is not consumed to the front, when that is no more than what is given up.
    fn slide(&mut self) {
        if let Some(joined) = &mut self.joined {
            // Everything before the piece fed last is behind the view for good.
            let consumed = joined.start.saturating_add(joined.dropped_before(joined.start));
            if consumed >= self.chunk {
                joined.forget();
                joined.fed = joined.fed.saturating_sub(consumed);
                self.start = self.start.saturating_add(consumed).min(self.buffer.len());
                self.offset = self.offset.saturating_add(wide(consumed));
            }
        }
        if self.start > 0 && self.start >= self.buffer.len().saturating_sub(self.start) {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
    }

    /// Joins the next piece of the lines.
    fn feed(&mut self) {
        let ended = self.ended;
        let Some(joined) = &mut self.joined else { return };
        let raw = self.buffer.get(self.start..).unwrap_or_default();
        let end = raw.len().min(joined.fed.saturating_add(self.chunk.min(JOIN_STEP)));
        while joined.fed < end {
            let rest = raw.get(joined.fed..end).unwrap_or_default();
            let until = rest.iter().position(|&byte| matches!(byte, b'\r' | b'\n'));
            let line = rest.get(..until.unwrap_or(rest.len())).unwrap_or_default();
            joined.text.extend_from_slice(line);
            joined.fed = joined.fed.saturating_add(line.len());
            match raw.get(joined.fed..) {
                _ if until.is_none() => {}
                Some([b'\n', ..]) => joined.drop_bytes(1),
                Some([b'\r', b'\n', ..]) => joined.drop_bytes(2),
                Some([b'\r']) if !ended => return,
                _ => {
                    joined.text.push(b'\r');
                    joined.fed = joined.fed.saturating_add(1);
                }
            }
        }
    }
}

impl Joined {
    fn drop_bytes(&mut self, count: usize) {
        let before = self.drops.back().map_or(self.dropped, |&(_, all)| all);
        self.drops.push_back((self.text.len(), before.saturating_add(count)));
        self.fed = self.fed.saturating_add(count);
    }

    /// Bytes dropped at or before `at` of the text.
    fn dropped_before(&self, at: usize) -> usize {
        let count = self.drops.partition_point(|&(place, _)| place <= at);
        let last = count.checked_sub(1).and_then(|index| self.drops.get(index));
        last.map_or(self.dropped, |&(_, all)| all)
    }

    /// Gives up the text before the view; offsets count from the view then.
    fn forget(&mut self) {
        let count = self.drops.partition_point(|&(place, _)| place <= self.start);
        let gone = self.dropped_before(self.start);
        self.drops.drain(..count);
        self.text.drain(..self.start);
        for (place, all) in &mut self.drops {
            *place = place.saturating_sub(self.start);
            *all = all.saturating_sub(gone);
        }
        self.dropped = 0;
        self.start = 0;
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
