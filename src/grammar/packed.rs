//! Short codes and ids as machine words, and tables that find them in one step.
//!
//! Segment ids have two or three bytes and codes seldom more than six, so comparing them is
//! comparing numbers. The tables are filled once from our own texts; what a partner sends can
//! neither grow them nor make a look-up slow.

/// The bytes as one number, told apart from every other text of up to seven bytes; `None` when
/// longer. Never 0.
#[inline]
pub(crate) fn pack(bytes: &[u8]) -> Option<u64> {
    pack_at(bytes, 0, bytes.len())
}

/// [`pack`] of `bytes[start..end]`: one load where eight bytes can be read from `start` on.
#[inline]
pub(crate) fn pack_at(bytes: &[u8], start: usize, end: usize) -> Option<u64> {
    let length = end.wrapping_sub(start);
    if length > LONGEST {
        return None;
    }
    let word = word_at(bytes, start, end)?;
    // The length in the highest byte: "A" and "A\0" differ, and nothing is 0.
    Some(word | (u64::try_from(length).unwrap_or(0) + 1) << 56)
}

/// Up to eight bytes `bytes[start..end]` as a number, the first lowest; zeros above.
#[inline]
pub(crate) fn word_at(bytes: &[u8], start: usize, end: usize) -> Option<u64> {
    let length = end.wrapping_sub(start);
    if let Some(chunk) = bytes.get(start..).and_then(<[u8]>::first_chunk::<8>) {
        let word = u64::from_le_bytes(*chunk);
        return match length {
            0..8 => Some(word & ((1 << (8 * length)) - 1)),
            8 => Some(word),
            _ => None,
        };
    }
    let bytes = bytes.get(start..end).filter(|bytes| bytes.len() <= 8)?;
    Some(bytes.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)))
}

/// A map from short texts to `u16`, made once and only read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packed {
    shift: u32,
    slots: Vec<(u64, u16)>,
    long: Vec<(Box<[u8]>, u16)>,
}

impl Packed {
    /// The map of `entries`; of a text given twice the first counts.
    pub(crate) fn new<'a>(entries: impl Iterator<Item = (&'a [u8], u16)> + Clone) -> Self {
        // A quarter full at most: nearly every look-up ends at its first slot.
        let size = entries.clone().count().saturating_mul(4).next_power_of_two().max(8);
        let mut map =
            Self { shift: 64 - size.trailing_zeros(), slots: vec![(0, 0); size], long: Vec::new() };
        for (text, value) in entries {
            map.insert(text, value);
        }
        map
    }

    /// What `text` maps to.
    #[inline]
    pub(crate) fn find(&self, text: &[u8]) -> Option<u16> {
        match pack(text) {
            Some(key) => self.find_packed(key),
            None => self.long.iter().find(|(known, _)| **known == *text).map(|(_, value)| *value),
        }
    }

    /// What the text with this [`pack`] maps to.
    #[inline]
    pub(crate) fn find_packed(&self, key: u64) -> Option<u16> {
        let mut slot = self.first_slot(key);
        loop {
            let &(known, value) = self.slots.get(slot)?;
            if known == key {
                return Some(value);
            }
            if known == 0 {
                return None;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    #[inline]
    fn first_slot(&self, key: u64) -> usize {
        let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (self.shift & 63);
        usize::try_from(hash).unwrap_or(0)
    }

    fn insert(&mut self, text: &[u8], value: u16) {
        if self.find(text).is_some() {
            return;
        }
        let Some(key) = pack(text) else {
            self.long.push((text.into(), value));
            return;
        };
        let mut slot = self.first_slot(key);
        // A quarter of the slots is taken at most, so this ends.
        while let Some(place) = self.slots.get_mut(slot) {
            if place.0 == 0 {
                *place = (key, value);
                return;
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }
}

/// The longest text that fits a machine word beside its length.
const LONGEST: usize = 7;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_text_is_found_with_its_first_value(
            texts in proptest::collection::vec("[A-Z0-9\\x00]{0,9}", 0..200),
            other in "[A-Z0-9]{1,9}",
        ) {
            let entries = texts.iter().map(String::as_bytes).zip(0u16..);
            let map = Packed::new(entries);
            for text in &texts {
                let first = texts.iter().position(|t| t == text);
                prop_assert_eq!(map.find(text.as_bytes()).map(usize::from), first);
            }
            prop_assert_eq!(map.find(other.as_bytes()).is_some(), texts.contains(&other));
        }
    }

    #[test]
    fn a_text_has_one_number_wherever_it_stands() {
        for (start, end) in [(0, 3), (2, 9), (7, 12), (12, 12), (0, 0), (5, 13)] {
            let text = b"ABCDEFGHIJKL";
            let alone = text.get(start..end.min(12)).unwrap_or_default();
            if end <= 12 {
                assert_eq!(pack_at(text, start, end), pack(alone), "{start}..{end}");
            } else {
                assert_eq!(pack_at(text, start, end), None);
            }
        }
        assert_ne!(pack(b"A"), pack(b"A\0"));
        assert_ne!(pack(b""), Some(0));
    }

    #[test]
    fn a_map_of_nothing_finds_nothing() {
        assert_eq!(Packed::new(std::iter::empty()).find(b"ST"), None);
        assert_eq!(Packed::default().find(b"ST"), None);
    }
}
