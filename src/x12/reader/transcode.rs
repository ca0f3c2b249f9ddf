//! UTF-16 files: recognised by their mark or by the zeros between the letters of `ISA`, and
//! read as UTF-8 from then on. Offsets in such a file count the bytes of the transcription.

use std::borrow::Cow;

/// Byte order of a UTF-16 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

/// Bytes a file must show before [`recognise`] can tell.
pub(crate) const RECOGNISE_BYTES: usize = 4;

/// Whether the file that begins so is UTF-16, and in which order.
pub(crate) fn recognise(start: &[u8]) -> Option<Order> {
    match start {
        [0xFF, 0xFE, ..] | [b'I', 0, b'S', 0, ..] => Some(Order::Little),
        [0xFE, 0xFF, ..] | [0, b'I', 0, b'S', ..] => Some(Order::Big),
        _ => None,
    }
}

/// The file as it is read: itself, or its transcription when it is UTF-16.
///
/// Whoever shows a place of a finding in the file uses this, for offsets to fit.
///
/// ```
/// use edigate::x12::reader::as_read;
/// assert_eq!(as_read(b"ISA*00*").as_ref(), b"ISA*00*");
/// assert_eq!(as_read(b"I\0S\0A\0*\0").as_ref(), b"ISA*");
/// ```
#[must_use]
pub fn as_read(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(order) = recognise(bytes) else { return Cow::Borrowed(bytes) };
    let mut text = Vec::new();
    let mut transcoder = Transcoder::new(order);
    transcoder.feed(bytes, &mut text);
    transcoder.finish(&mut text);
    Cow::Owned(text)
}

/// Turns UTF-16 that arrives piece by piece into UTF-8; what is no character becomes U+FFFD.
#[derive(Debug)]
pub(crate) struct Transcoder {
    order: Order,
    /// First byte of a unit cut in two by the pieces.
    half: Option<u8>,
    /// A high surrogate that waits for its low one.
    high: Option<u16>,
}

impl Transcoder {
    pub(crate) const fn new(order: Order) -> Self {
        Self { order, half: None, high: None }
    }

    /// Transcribes `bytes` to the end of `into`.
    pub(crate) fn feed(&mut self, bytes: &[u8], into: &mut Vec<u8>) {
        for &byte in bytes {
            let Some(first) = self.half.take() else {
                self.half = Some(byte);
                continue;
            };
            let unit = match self.order {
                Order::Little => u16::from_le_bytes([first, byte]),
                Order::Big => u16::from_be_bytes([first, byte]),
            };
            self.unit(unit, into);
        }
    }

    /// Ends the text; a half character becomes U+FFFD.
    pub(crate) fn finish(&mut self, into: &mut Vec<u8>) {
        if self.high.take().is_some() | self.half.take().is_some() {
            push(char::REPLACEMENT_CHARACTER, into);
        }
    }

    fn unit(&mut self, unit: u16, into: &mut Vec<u8>) {
        if let Some(high) = self.high.take() {
            match char::decode_utf16([high, unit]).next() {
                Some(Ok(character)) => return push(character, into),
                _ => push(char::REPLACEMENT_CHARACTER, into),
            }
        }
        match char::from_u32(u32::from(unit)) {
            Some(character) => push(character, into),
            None if (0xD800..0xDC00).contains(&unit) => self.high = Some(unit),
            None => push(char::REPLACEMENT_CHARACTER, into),
        }
    }
}

fn push(character: char, into: &mut Vec<u8>) {
    let mut buffer = [0; 4];
    into.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_survives_in_pieces_of_any_size(text in ".*", piece in 1usize..7, big: bool) {
            let order = if big { Order::Big } else { Order::Little };
            let bytes: Vec<u8> = text.encode_utf16()
                .flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect();
            let mut read = Vec::new();
            let mut transcoder = Transcoder::new(order);
            for piece in bytes.chunks(piece) {
                transcoder.feed(piece, &mut read);
            }
            transcoder.finish(&mut read);
            prop_assert_eq!(String::from_utf8(read).unwrap(), text);
        }

        #[test]
        fn any_bytes_become_utf_8(bytes: Vec<u8>) {
            let mut read = Vec::new();
            let mut transcoder = Transcoder::new(Order::Little);
            transcoder.feed(&bytes, &mut read);
            transcoder.finish(&mut read);
            prop_assert!(String::from_utf8(read).is_ok());
        }
    }

    #[test]
    fn a_text_with_a_mark_or_without_is_recognised() {
        assert_eq!(recognise(b"\xFF\xFEI\0"), Some(Order::Little));
        assert_eq!(recognise(b"\xFE\xFF\0I"), Some(Order::Big));
        assert_eq!(recognise(b"\0I\0S"), Some(Order::Big));
        assert_eq!(recognise(b"ISA*"), None);
    }
}
