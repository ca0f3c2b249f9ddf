//! Short texts that live inside their owner: set ids, control numbers.
//!
//! A file of a gigabyte may hold a million transaction sets, and a report keeps a row for each;
//! a heap allocation a row would double the memory the report needs.

use std::fmt;

/// UTF-8 text of at most `N` bytes, stored in place; longer text is cut at a character.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Inline<const N: usize> {
    length: u8,
    bytes: [u8; N],
}

impl<const N: usize> Inline<N> {
    /// Takes what fits of `text`; bytes that are no UTF-8 become `?`.
    ///
    /// ```
    /// use edigate::vocabulary::inline::Inline;
    /// assert_eq!(Inline::<4>::new(b"0001").as_str(), "0001");
    /// assert_eq!(Inline::<4>::new(b"000000001").as_str(), "0000");
    /// ```
    #[must_use]
    pub fn new(text: &[u8]) -> Self {
        let mut bytes = [0; N];
        let mut length = 0u8;
        let lossy = String::from_utf8_lossy(text);
        for character in lossy.chars() {
            let character = if character == char::REPLACEMENT_CHARACTER { '?' } else { character };
            let mut buffer = [0; 4];
            let encoded = character.encode_utf8(&mut buffer).as_bytes();
            let start = usize::from(length);
            let Some(room) =
                start.checked_add(encoded.len()).and_then(|end| bytes.get_mut(start..end))
            else {
                break;
            };
            room.copy_from_slice(encoded);
            length = length.saturating_add(u8::try_from(encoded.len()).unwrap_or(0));
        }
        Self { length, bytes }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.length)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Whether there is no text.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl<const N: usize> Default for Inline<N> {
    fn default() -> Self {
        Self { length: 0, bytes: [0; N] }
    }
}

impl<const N: usize> fmt::Display for Inline<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for Inline<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
