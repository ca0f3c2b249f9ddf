//! Control numbers seen in one group or interchange, to find repeated ones in bounded memory.
//!
//! Partners count upwards, so numbers are kept as runs: a million sets in order are one entry.

use std::collections::{BTreeMap, BTreeSet};

use crate::limits;
use crate::vocabulary::inline::Inline;

/// What is known of a control number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    /// It was not seen before.
    New,
    /// It was.
    Repeated,
    /// Too many are remembered: it is not known.
    Unknown,
}

/// The control numbers seen.
#[derive(Debug)]
pub(super) struct Numbers {
    /// First and last of each run; apart by at least one.
    runs: BTreeMap<u64, u64>,
    /// Those that are no numbers.
    texts: BTreeSet<Inline<12>>,
    most: usize,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { runs: BTreeMap::new(), texts: BTreeSet::new(), most: limits::CONTROL_NUMBER_RUNS }
    }
}

impl Numbers {
    /// Remembers `number`. `0001` and `1` are two: the standard compares control numbers as
    /// they are sent.
    pub(super) fn see(&mut self, number: &[u8]) -> Seen {
        let full = self.runs.len().saturating_add(self.texts.len()) >= self.most;
        match key(number) {
            Some(key) => self.see_key(key, full),
            None => {
                let text = Inline::new(number);
                if self.texts.contains(&text) {
                    Seen::Repeated
                } else if full {
                    Seen::Unknown
                } else {
                    self.texts.insert(text);
                    Seen::New
                }
            }
        }
    }

    fn see_key(&mut self, key: u64, full: bool) -> Seen {
        let before = self.runs.range(..=key).next_back().map(|(&first, &last)| (first, last));
        if before.is_some_and(|(_, last)| last >= key) {
            return Seen::Repeated;
        }
        let after = key.checked_add(1).and_then(|next| self.runs.get(&next).copied());
        let first = before.filter(|&(_, last)| last.checked_add(1) == Some(key));
        if full && first.is_none() && after.is_none() {
            return Seen::Unknown;
        }
        if after.is_some() {
            self.runs.remove(&key.saturating_add(1));
        }
        self.runs.insert(first.map_or(key, |(first, _)| first), after.unwrap_or(key));
        Seen::New
    }
}

/// A number of its own for each text of up to 18 digits; texts of one length keep their order.
fn key(text: &[u8]) -> Option<u64> {
    if text.is_empty() || text.len() > 18 || !text.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let length = u32::try_from(text.len()).ok()?;
    let value = std::str::from_utf8(text).ok()?.parse::<u64>().ok()?;
    10u64.checked_pow(length)?.checked_add(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        #[test]
        fn a_number_is_repeated_exactly_when_it_came_before(
            numbers in proptest::collection::vec("[0-9]{1,2}|[0-9]{18,20}|[A-C]{0,2}", 0..200),
        ) {
            let mut seen = Numbers::default();
            let mut all = HashSet::new();
            for number in numbers {
                let expected = if all.insert(number.clone()) { Seen::New } else { Seen::Repeated };
                prop_assert_eq!(seen.see(number.as_bytes()), expected);
            }
        }
    }

    #[test]
    fn a_million_numbers_in_order_are_one_run() {
        let mut seen = Numbers::default();
        for number in 0..1_000_000u32 {
            assert_eq!(seen.see(format!("{number:07}").as_bytes()), Seen::New);
        }
        assert_eq!(seen.runs.len(), 1);
    }

    #[test]
    fn numbers_at_random_stop_being_remembered_at_the_bound() {
        let mut seen = Numbers { most: 3, ..Numbers::default() };
        for number in ["0010", "0020", "A"] {
            assert_eq!(seen.see(number.as_bytes()), Seen::New);
        }
        assert_eq!(seen.see(b"0030"), Seen::Unknown);
        assert_eq!(seen.see(b"B"), Seen::Unknown);
        assert_eq!(seen.see(b"0011"), Seen::New, "it lengthens a run");
        assert_eq!(seen.see(b"0020"), Seen::Repeated);
    }
}
