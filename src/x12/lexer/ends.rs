//! The element ends of a set: offsets in a store that is longer than what is used of it, so that
//! the scan writes a block's worth of them without asking for room each time.

/// Offsets most of which were written by the block.
#[derive(Debug, Default)]
pub(super) struct Ends {
    store: Vec<u32>,
    used: usize,
}

/// Offsets a block of 64 bytes can have.
const BLOCK: usize = 64;

impl Ends {
    /// The offsets.
    #[inline]
    pub(super) fn as_slice(&self) -> &[u32] {
        self.store.get(..self.used).unwrap_or_default()
    }

    /// How many there are.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.used
    }

    /// Offset `index`.
    pub(super) fn get(&self, index: usize) -> Option<u32> {
        self.as_slice().get(index).copied()
    }

    /// Offsets from `index` on.
    pub(super) fn from(&self, index: usize) -> &[u32] {
        self.as_slice().get(index..).unwrap_or_default()
    }

    /// Adds one.
    #[inline]
    pub(super) fn push(&mut self, end: u32) {
        if self.used == self.store.len() {
            self.grow();
        }
        if let Some(place) = self.store.get_mut(self.used) {
            *place = end;
            self.used = self.used.wrapping_add(1);
        }
    }

    /// Adds `base` plus the place of every bit that is set.
    #[inline]
    pub(super) fn push_bits(&mut self, base: u32, bits: u64) {
        let count = count(bits);
        if self.store.len() < self.used.saturating_add(BLOCK) {
            self.grow();
        }
        let room =
            self.store.get_mut(self.used..).and_then(|store| store.first_chunk_mut::<BLOCK>());
        let Some(room) = room else { return };
        let (mut left, mut at) = (bits, 0usize);
        while at < count {
            // Four at a time: the loop ends where it is foreseen more often, and what is written
            // too much is written over by the next block.
            for _ in 0..4 {
                if let Some(place) = room.get_mut(at & (BLOCK - 1)) {
                    *place = base.wrapping_add(left.trailing_zeros());
                }
                left &= left.wrapping_sub(1);
                at = at.wrapping_add(1);
            }
        }
        self.used = self.used.saturating_add(count);
    }

    /// Takes the last one away.
    pub(super) fn pop(&mut self) {
        self.used = self.used.saturating_sub(1);
    }

    /// Puts another in the place of the last.
    pub(super) fn replace_last(&mut self, end: u32) {
        if let Some(last) = self.used.checked_sub(1).and_then(|last| self.store.get_mut(last)) {
            *last = end;
        }
    }

    /// Keeps the first `count`.
    pub(super) fn truncate(&mut self, count: usize) {
        self.used = self.used.min(count);
    }

    /// Gives up the first `count`, and counts the others from `origin`.
    pub(super) fn drop_first(&mut self, count: usize, origin: u32) {
        let count = count.min(self.used);
        self.store.copy_within(count..self.used, 0);
        self.used = self.used.saturating_sub(count);
        for end in self.store.iter_mut().take(self.used) {
            *end = end.saturating_sub(origin);
        }
    }

    #[cold]
    fn grow(&mut self) {
        let room = self.store.len().saturating_mul(2).max(BLOCK.saturating_mul(4));
        self.store.resize(room, 0);
    }
}

/// Bits that are set.
#[inline]
pub(super) fn count(bits: u64) -> usize {
    usize::try_from(bits.count_ones()).unwrap_or(BLOCK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn bits_are_offsets(blocks in proptest::collection::vec(any::<u64>(), 0..40)) {
            let mut ends = Ends::default();
            let mut expected = Vec::new();
            for (base, bits) in (0u32..).step_by(64).zip(blocks) {
                ends.push_bits(base, bits);
                expected.extend((0..64).filter(|bit| bits >> bit & 1 == 1).map(|bit| base + bit));
                ends.push(base);
                expected.push(base);
            }
            prop_assert_eq!(ends.as_slice(), expected.as_slice());
        }
    }

    #[test]
    fn what_is_kept_counts_from_its_new_origin() {
        let mut ends = Ends::default();
        [3, 7, 12, 20].into_iter().for_each(|end| ends.push(end));
        ends.drop_first(2, 10);
        assert_eq!(ends.as_slice(), [2, 10]);
        ends.replace_last(9);
        ends.truncate(5);
        assert_eq!((ends.as_slice(), ends.get(1), ends.from(1)), (&[2, 9][..], Some(9), &[9][..]));
    }
}
