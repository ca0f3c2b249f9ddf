//! What stands between segments: line ends and blanks that people and tools put there.

use super::super::finding::Oddity;
use super::{Lexer, Remarkable, index, offset};

impl Lexer {
    /// Layout before the id: line ends, blanks, and whatever else stands below the blank.
    #[cold]
    fn layout_odd(&mut self, gap: &[u8], at: u32) {
        let length = offset(gap.len());
        if gap.contains(&b'\r') && !self.line_ends {
            self.note(Remarkable::Oddity(Oddity::LineBreaks), at, length);
        }
        let blank = |&byte: &u8| matches!(byte, b' ' | b'\t');
        let broken = gap.iter().any(|byte| matches!(byte, b'\r' | b'\n'));
        if gap.last().is_some_and(blank) {
            self.note(Remarkable::Oddity(Oddity::Indented), at, length);
        }
        let control = |byte: &u8| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        if (broken && gap.first().is_some_and(blank)) || gap.iter().any(control) {
            self.note(Remarkable::Oddity(Oddity::TrailingBlanks), at, length);
        }
    }

    /// Where the open segment begins behind the layout before it.
    pub(super) fn skip_layout(&mut self, bytes: &[u8]) -> u32 {
        let id_end = self.ends.get(index(self.first_end));
        let id_end = id_end.unwrap_or_else(|| offset(bytes.len()));
        let open = bytes.get(index(self.start)..index(id_end)).unwrap_or_default();
        let blanks = open.iter().take_while(|&&byte| byte <= b' ').count();
        let gap = open.get(..blanks).unwrap_or_default();
        match gap {
            b"\n" | b"" => {}
            b"\r\n" if self.breaks_told => {}
            _ => self.layout_odd(gap, self.start),
        }
        self.start.saturating_add(offset(blanks))
    }

    /// Cuts blanks and CR before a terminator that is a line end.
    pub(super) fn trim(&mut self, bytes: &[u8], start: u32, end: u32) -> u32 {
        let before = self.ends.len().checked_sub(2).filter(|&i| i >= index(self.first_end));
        let least = before.and_then(|i| self.ends.get(i)).map_or(start, |end| end.wrapping_add(1));
        let last = bytes.get(index(least)..index(end)).unwrap_or_default();
        let cut = last.iter().rev().take_while(|&&b| matches!(b, b' ' | b'\t' | b'\r')).count();
        let blanks = last.get(last.len().saturating_sub(cut)..).unwrap_or_default();
        if cut == 0 {
            return end;
        }
        let trimmed = end.saturating_sub(offset(cut));
        if blanks != b"\r" {
            let length = end.saturating_sub(trimmed);
            self.note(Remarkable::Oddity(Oddity::TrailingBlanks), trimmed, length);
        }
        self.ends.replace_last(trimmed);
        trimmed
    }
}
