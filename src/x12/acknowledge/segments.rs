//! Writes segments with the delimiters of whoever is answered, and never lets a copied text
//! break them.

use crate::x12::segment::Delimiters;

/// Builds segments one after another and counts them.
#[derive(Debug)]
pub(super) struct SegmentWriter {
    delimiters: Delimiters,
    bytes: Vec<u8>,
    count: u32,
}

/// One segment while it is written; ends with [`Line::end`].
pub(super) struct Line<'w> {
    writer: &'w mut SegmentWriter,
    /// Where the segment would end if nothing but empty elements followed.
    end: usize,
}

impl SegmentWriter {
    /// Writes with `delimiters`, or with the usual ones where those cannot separate anything.
    pub(super) fn new(delimiters: Delimiters) -> Self {
        Self { delimiters: sound(delimiters), bytes: Vec::new(), count: 0 }
    }

    /// The delimiters used.
    pub(super) const fn delimiters(&self) -> Delimiters {
        self.delimiters
    }

    /// Begins a segment.
    pub(super) fn segment(&mut self, id: &str) -> Line<'_> {
        self.bytes.extend_from_slice(id.as_bytes());
        self.count = self.count.saturating_add(1);
        let end = self.bytes.len();
        Line { writer: self, end }
    }

    /// Segments written since the last call with `true`.
    pub(super) const fn count(&self) -> u32 {
        self.count
    }

    /// Counts from nothing again.
    pub(super) const fn restart_count(&mut self) {
        self.count = 0;
    }

    /// What was written; it is forgotten.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// What was written so far.
    pub(super) fn written(&self) -> &[u8] {
        &self.bytes
    }

    /// Forgets what was written and keeps its room.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    fn clean_into(&mut self, text: &str, room: usize) {
        let stand_in = self.stand_in();
        for character in text.chars().take(room) {
            let byte = u8::try_from(character).unwrap_or(0);
            let fits = matches!(byte, b' '..=b'~') && !self.separates(byte);
            self.bytes.push(if fits { byte } else { stand_in });
        }
    }

    fn separates(&self, byte: u8) -> bool {
        let Delimiters { element, component, repetition, terminator, .. } = self.delimiters;
        byte == element || byte == component || byte == terminator || repetition == Some(byte)
    }

    /// What is put in place of a byte that would separate or cannot be printed.
    fn stand_in(&self) -> u8 {
        if self.separates(b'?') { b' ' } else { b'?' }
    }
}

impl Line<'_> {
    /// Adds an element: `text` cut to `room` characters, separators and whatever is not printable
    /// ASCII replaced, blanks at the ends cut.
    pub(super) fn element(self, text: &str, room: usize) -> Self {
        self.composite(&[text], room)
    }

    /// Adds an element that is a number.
    pub(super) fn number(self, number: u32) -> Self {
        self.element(&number.to_string(), usize::MAX)
    }

    /// Adds a composite; empty components at its end are left out.
    pub(super) fn composite(mut self, components: &[&str], room: usize) -> Self {
        self.writer.bytes.push(self.writer.delimiters.element);
        let start = self.writer.bytes.len();
        for (index, component) in components.iter().enumerate() {
            if index > 0 {
                self.writer.bytes.push(self.writer.delimiters.component);
            }
            let component = component.trim();
            if !component.is_empty() {
                self.writer.clean_into(component, room);
                while self.writer.bytes.last() == Some(&b' ') {
                    self.writer.bytes.pop();
                }
                self.end = self.writer.bytes.len();
            }
        }
        self.writer.bytes.truncate(self.end.max(start));
        self
    }

    /// Adds an element of fixed width, as ISA has them: cut or filled with blanks.
    pub(super) fn fixed(mut self, text: &str, width: usize) -> Self {
        self.writer.bytes.push(self.writer.delimiters.element);
        let start = self.writer.bytes.len();
        self.writer.clean_into(text.trim(), width);
        let filled = start.saturating_add(width);
        self.writer.bytes.resize(filled, b' ');
        self.end = filled;
        self
    }

    /// Adds one byte as it is: ISA11 and ISA16, which are separators themselves.
    pub(super) fn separator(mut self, byte: u8) -> Self {
        self.writer.bytes.push(self.writer.delimiters.element);
        self.writer.bytes.push(byte);
        self.end = self.writer.bytes.len();
        self
    }

    /// Ends the segment, empty elements at its end left out.
    pub(super) fn end(self) {
        let Delimiters { terminator, terminator_rest, .. } = self.writer.delimiters;
        self.writer.bytes.truncate(self.end);
        self.writer.bytes.push(terminator);
        self.writer.bytes.extend(terminator_rest.iter().take_while(|&&byte| byte != 0));
    }
}

/// The delimiters, if they can separate: none alike, none a letter, digit or blank.
fn sound(delimiters: Delimiters) -> Delimiters {
    let Delimiters { element, component, repetition, terminator, .. } = delimiters;
    let usable = |byte: u8| !byte.is_ascii_alphanumeric() && byte != b' ' && byte != 0;
    let apart = element != component && element != terminator && component != terminator;
    let repetition_fits = repetition
        .is_none_or(|byte| usable(byte) && ![element, component, terminator].contains(&byte));
    if apart && [element, component, terminator].into_iter().all(usable) && repetition_fits {
        delimiters
    } else {
        USUAL
    }
}

/// What is used where the delimiters received cannot be.
const USUAL: Delimiters = Delimiters {
    element: b'*',
    component: b':',
    repetition: Some(b'^'),
    terminator: b'~',
    terminator_rest: [0; 3],
};

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut SegmentWriter)) -> String {
        let mut writer = SegmentWriter::new(USUAL);
        write(&mut writer);
        String::from_utf8(writer.take()).unwrap()
    }

    #[test]
    fn empty_elements_at_the_end_are_left_out_and_those_inside_stay() {
        let text = written(|w| {
            w.segment("AK3").element("N1", 3).number(9).element("", 4).element("3", 3).end();
            w.segment("AK5").element("A", 1).element("", 3).element(" ", 3).end();
        });
        assert_eq!(text, "AK3*N1*9**3~AK5*A~");
    }

    #[test]
    fn a_copied_text_can_not_bring_separators_or_controls_with_it() {
        let text = written(|w| {
            w.segment("AK4").element("a*b~c:d^e\nf\u{e4}", 99).end();
        });
        assert_eq!(text, "AK4*a?b?c?d?e?f?~");
    }

    #[test]
    fn a_composite_loses_its_empty_components_at_the_end_only() {
        let text = written(|w| {
            w.segment("AK4").composite(&["3", "", "2"], 6).composite(&["4", ""], 6).number(1).end();
        });
        assert_eq!(text, "AK4*3::2*4*1~");
    }

    #[test]
    fn delimiters_that_cannot_separate_are_replaced() {
        let faulty = Delimiters { component: b'*', ..USUAL };
        assert_eq!(SegmentWriter::new(faulty).delimiters(), USUAL);
        let letters = Delimiters { element: b'X', ..USUAL };
        assert_eq!(SegmentWriter::new(letters).delimiters(), USUAL);
    }

    #[test]
    fn a_terminator_of_several_bytes_is_written_whole() {
        let wide = Delimiters { terminator: 0xc3, terminator_rest: [0x96, 0, 0], ..USUAL };
        let mut writer = SegmentWriter::new(wide);
        writer.segment("AK5").element("A", 1).end();
        assert_eq!(writer.take(), "AK5*AÖ".as_bytes());
    }
}
