//! Identities: UUIDs that sort by time, built from a moment and random bytes handed in.
//!
//! So tests and simulations name things alike each run. An identity that must come out the
//! same when work is done again after a crash is derived from what it belongs to instead.

use std::fmt;

use uuid::{Builder, Uuid};

use super::digest::Hasher;
use super::instant::Instant;

macro_rules! identity {
    ($(#[$meaning:meta])* $name:ident) => {
        $(#[$meaning])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new identity from a moment and randomness (a UUIDv7).
            #[must_use]
            pub fn new(now: Instant, random: [u8; 10]) -> Self {
                Self(Builder::from_unix_timestamp_millis(now.millis(), &random).into_uuid())
            }

            /// Reads the hyphenated form; `None` for anything else.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }

            /// The last eight digits: what people quote.
            #[must_use]
            pub fn short(&self) -> String {
                let text = self.0.simple().to_string();
                text.get(24..).unwrap_or_default().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an identity"))
            }
        }
    };
}

identity! {
    /// Bytes exchanged once with a partner: a file collected.
    TransmissionId
}
identity! {
    /// One business record read from a transmission.
    DocumentId
}
impl DocumentId {
    /// The identity of the `set`th transaction set of a transmission, counted over the whole
    /// file: reading the file again after a crash gives the same documents, not new ones.
    ///
    /// ```
    /// use edigate::vocabulary::{ids::{DocumentId, TransmissionId}, instant::Instant};
    /// let transmission = TransmissionId::new(Instant::from_micros(7_000), [1; 10]);
    /// let again = DocumentId::of_set(transmission, 2);
    /// assert_eq!(DocumentId::of_set(transmission, 2), again);
    /// assert_ne!(DocumentId::of_set(transmission, 3), again);
    /// ```
    #[must_use]
    pub fn of_set(transmission: TransmissionId, set: u64) -> Self {
        Self(derived(transmission.0, b"set", &set.to_be_bytes()))
    }
}

/// Keeps the time of `base`, so that what is derived sorts beside it.
fn derived(base: Uuid, role: &[u8], what: &[u8]) -> Uuid {
    let mut hasher = Hasher::new();
    for part in [base.as_bytes().as_slice(), role, what] {
        hasher.update(part);
    }
    let digest = hasher.finish();
    let mut random = [0; 10];
    for (to, from) in random.iter_mut().zip(digest.as_bytes()) {
        *to = *from;
    }
    let millis = base
        .as_bytes()
        .iter()
        .take(6)
        .fold(0u64, |sum, byte| sum.wrapping_shl(8) | u64::from(*byte));
    Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_sort_by_the_moment_they_were_made() {
        let early = TransmissionId::new(Instant::from_micros(1_000_000), [255; 10]);
        let late = TransmissionId::new(Instant::from_micros(2_000_000), [0; 10]);
        assert!(early < late && early.to_string() < late.to_string());
    }

    #[test]
    fn a_derived_identity_keeps_the_time_of_its_transmission() {
        let moment = Instant::from_micros(1_769_868_300_000_000);
        let transmission = TransmissionId::new(moment, [7; 10]).to_string();
        let document = DocumentId::of_set(TransmissionId::parse(&transmission).unwrap(), 1);
        let time = |text: &str| text.chars().take(13).collect::<String>();
        assert_eq!(time(&document.to_string()), time(&transmission));
    }

    #[test]
    fn an_identity_reads_back_as_it_was_written() {
        let id = TransmissionId::new(Instant::from_micros(1), [3; 10]);
        assert_eq!(TransmissionId::parse(&id.to_string()), Some(id));
        assert_eq!(TransmissionId::parse("not one"), None);
        assert_eq!(id.short().len(), 8);
    }
}
