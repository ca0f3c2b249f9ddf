//! Borrowed views of one transaction set: segments, elements, components, with their offsets.
//!
//! A set is lexed once into two flat arrays (segments and element ends); everything after
//! borrows from the set's bytes and copies nothing.

/// What separates elements, components, repetitions and segments in one interchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delimiters {
    /// ISA's fourth byte.
    pub element: u8,
    /// ISA16.
    pub component: u8,
    /// ISA11, when ISA12 is 00402 or later and it is no letter, digit or blank.
    pub repetition: Option<u8>,
    /// The byte after ISA16; its first byte when the terminator is a multi-byte character.
    pub terminator: u8,
    /// The bytes after the first of a multi-byte terminator (`Ö` in UTF-8), zero-padded.
    pub terminator_rest: [u8; 3],
}

/// Where one segment stands in its set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// First byte of the id, in the set's bytes.
    pub start: u32,
    /// One past the last byte, the terminator not included.
    pub end: u32,
    /// Index of the segment's first element end in the set's ends.
    pub first_end: u32,
}

/// One lexed transaction set, ST to SE (a set without SE ends where the next begins).
///
/// `ends` holds for every segment, in order, the end of the id and then of each element, as
/// offsets in `bytes`; the last of them equals the segment's `end`.
#[derive(Clone, Copy, Debug)]
pub struct SetText<'a> {
    /// The bytes; not always those of the file: wrapped lines are joined first.
    pub bytes: &'a [u8],
    /// Offset of `bytes` in the file.
    pub offset: u64,
    /// Offsets (in `bytes`) before which file bytes were dropped, with how many in all so far:
    /// empty unless line wraps were joined. Sorted.
    pub dropped: &'a [(u32, u32)],
    /// The delimiters in force.
    pub delimiters: Delimiters,
    /// The segments; ST is the first.
    pub segments: &'a [Span],
    /// Ends of ids and elements.
    pub ends: &'a [u32],
}

/// One segment of a [`SetText`].
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    set: SetText<'a>,
    span: Span,
    ends: &'a [u32],
}

impl<'a> SetText<'a> {
    /// Segment `index`, 0 being ST.
    #[must_use]
    pub fn segment(&self, index: usize) -> Option<Segment<'a>> {
        let span = *self.segments.get(index)?;
        let first = usize::try_from(span.first_end).ok()?;
        let last = match self.segments.get(index.checked_add(1)?) {
            Some(next) => usize::try_from(next.first_end).ok()?,
            None => self.ends.len(),
        };
        Some(Segment { set: *self, span, ends: self.ends.get(first..last)? })
    }

    /// All segments in order.
    pub fn iter(&self) -> impl Iterator<Item = Segment<'a>> + use<'a> {
        let set = *self;
        let mut left = set.segments;
        std::iter::from_fn(move || {
            let (span, rest) = left.split_first()?;
            left = rest;
            let first = usize::try_from(span.first_end).ok()?;
            let last = match rest.first() {
                Some(next) => usize::try_from(next.first_end).ok()?,
                None => set.ends.len(),
            };
            Some(Segment { set, span: *span, ends: set.ends.get(first..last)? })
        })
    }

    /// Offset in the file of offset `at` in `bytes`.
    #[must_use]
    pub fn file_offset(&self, at: u32) -> u64 {
        let before = self.dropped.partition_point(|&(offset, _)| offset <= at);
        let dropped = before.checked_sub(1).and_then(|i| self.dropped.get(i)).map_or(0, |d| d.1);
        self.offset.saturating_add(u64::from(at)).saturating_add(u64::from(dropped))
    }
}

impl<'a> Segment<'a> {
    /// The id, as sent.
    #[must_use]
    pub fn id(&self) -> &'a [u8] {
        let end = self.ends.first().copied().unwrap_or(self.span.end);
        slice(self.set.bytes, self.span.start, end)
    }

    /// Number of elements, the id not counted, trailing empty ones counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len().saturating_sub(1)
    }

    /// Whether the segment is only an id.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Element `position` (1 is the first); empty when it is not there.
    #[must_use]
    pub fn element(&self, position: usize) -> &'a [u8] {
        let Some((start, end)) = self.bounds(position) else { return &[] };
        slice(self.set.bytes, start, end)
    }

    /// The elements in order, the id not among them.
    pub fn elements(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let bytes = self.set.bytes;
        self.ends.windows(2).map(move |pair| match pair {
            [before, end] => slice(bytes, before.wrapping_add(1), *end),
            _ => &[],
        })
    }

    /// Offset of element `position` in the set's bytes; of the segment's end when absent.
    #[must_use]
    pub fn element_start(&self, position: usize) -> u32 {
        self.bounds(position).map_or(self.span.end, |(start, _)| start)
    }

    /// Component `component` (1 is the first) of the first repetition of an element.
    #[must_use]
    pub fn component(&self, position: usize, component: usize) -> &'a [u8] {
        let first = match self.set.delimiters.repetition {
            Some(byte) => split(self.element(position), byte).next().unwrap_or_default(),
            None => self.element(position),
        };
        let nth = component.saturating_sub(1);
        split(first, self.set.delimiters.component).nth(nth).unwrap_or_default()
    }

    /// Where it stands in the set's bytes.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// The whole segment without its terminator.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        slice(self.set.bytes, self.span.start, self.span.end)
    }

    /// The set it belongs to.
    #[must_use]
    pub const fn set(&self) -> SetText<'a> {
        self.set
    }

    fn bounds(&self, position: usize) -> Option<(u32, u32)> {
        let before = *self.ends.get(position.checked_sub(1)?)?;
        let end = *self.ends.get(position)?;
        Some((before.saturating_add(1), end))
    }
}

/// Splits at every `byte`, as elements split into repetitions and components.
pub fn split(bytes: &[u8], byte: u8) -> impl Iterator<Item = &[u8]> {
    bytes.split(move |&b| b == byte)
}

fn slice(bytes: &[u8], start: u32, end: u32) -> &[u8] {
    let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) else { return &[] };
    bytes.get(start..end).unwrap_or_default()
}
