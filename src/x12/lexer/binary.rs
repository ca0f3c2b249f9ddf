//! BIN and BDS: data of a declared length, in which any byte may stand.

use super::super::finding::Oddity;
use super::{Lexer, Remarkable, index, offset};

/// What a terminator inside or behind a segment that begins with `B` is.
pub(super) enum Binary {
    /// The end of a segment like any other.
    Text,
    /// The end of the data.
    EndsHere,
    /// A byte of the data, which ends at the first offset; the next segment begins at the second.
    Ends(u32, u32),
    /// More bytes are needed to tell.
    Wait,
}

impl Lexer {
    /// Judges the terminator at `at`, the last of the ends, by the length the segment declares.
    ///
    /// A length that does not lead to a terminator is told, and the segment read like any other:
    /// line ends that were changed on the way are the usual cause.
    pub(super) fn binary(&mut self, bytes: &[u8], start: u32, at: u32, last: bool) -> Binary {
        if !self.is_binary(bytes, start) {
            return Binary::Text;
        }
        let first = index(self.first_end);
        let declared = 1 + usize::from(bytes.get(index(start) + 1) == Some(&b'D'));
        let number = first.saturating_add(declared);
        let (Some(before), Some(end)) = (self.ends.get(number - 1), self.ends.get(number)) else {
            return Binary::Text;
        };
        if end == at {
            return Binary::Text;
        }
        let digits = bytes.get(index(before).saturating_add(1)..index(end)).unwrap_or_default();
        let length = std::str::from_utf8(digits).ok().and_then(|text| text.parse::<u32>().ok());
        let data = end.saturating_add(1);
        let found = length.and_then(|length| data.checked_add(length));
        let found = found.filter(|&end| end >= at && end <= self.bounds.set_bytes);
        let Some(data_end) = found else { return self.wrong_length(data, at) };
        if data_end == at {
            self.ends.truncate(number.saturating_add(1));
            self.ends.push(at);
            return Binary::EndsHere;
        }
        let Some(behind) = self.terminated(bytes.get(index(data_end)..).unwrap_or_default()) else {
            let short = bytes.len() < index(data_end).saturating_add(4);
            return if short && !last { Binary::Wait } else { self.wrong_length(data, at) };
        };
        self.ends.truncate(number.saturating_add(1));
        self.ends.push(data_end);
        Binary::Ends(data_end, data_end.saturating_add(behind))
    }

    /// Whether the segment that begins at `start` holds binary data.
    pub(super) fn is_binary(&self, bytes: &[u8], start: u32) -> bool {
        let here = bytes.get(index(start)..).unwrap_or_default();
        matches!(here, [b'B', b'I', b'N', next, ..] | [b'B', b'D', b'S', next, ..]
            if *next == self.delimiters.element)
    }

    /// Bytes of the terminator that `bytes` begin with.
    fn terminated(&self, bytes: &[u8]) -> Option<u32> {
        let rest = self.delimiters.terminator_rest;
        let length = rest.iter().take_while(|&&byte| byte != 0).count();
        let skipped = usize::from(self.line_ends && bytes.starts_with(b"\r\n"));
        let here = bytes.get(skipped..)?.strip_prefix(&[self.delimiters.terminator])?;
        here.starts_with(rest.get(..length)?).then(|| offset(1 + skipped + length))
    }

    fn wrong_length(&mut self, data: u32, at: u32) -> Binary {
        self.note(Remarkable::Oddity(Oddity::BinaryLength), data, at.saturating_sub(data));
        Binary::Text
    }
}
