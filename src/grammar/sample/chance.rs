//! Chance from a seed: SplitMix64 (Steele, Lea and Flood, 2014). The same seed gives the same
//! sample on every machine and in every version that does not change the generator itself.

/// A stream of numbers that only the seed decides.
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included; `low` when the span is empty.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        let span = u64::from(high.saturating_sub(low)) + 1;
        // The bias of the remainder is far below anything a sample could show.
        low.saturating_add(u32::try_from(self.next() % span).unwrap_or(0))
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.between(1, 100) <= percent
    }

    /// One of `items`.
    pub(super) fn one<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let last = u32::try_from(items.len().checked_sub(1)?).ok()?;
        items.get(usize::try_from(self.between(0, last)).ok()?)
    }

    /// So many digits, the first of them not 0.
    pub(super) fn digits(&mut self, count: u32) -> String {
        let digit = |index: u32| char::from_digit(self.between(u32::from(index == 0), 9), 10);
        (0..count).filter_map(digit).collect()
    }
}
