//! Where each different value of a long log stands last, so that a value is found without a walk.
//!
//! A bucket tells sixteen bits of a value's hash and the block that the value stands in; which place of the block, the
//! block itself says. An event that comes late then moves few buckets: only those of values that pass on to the next block.

use super::long::BLOCK;

/// The block of the last place of each different value.
#[derive(Debug, Clone, Default)]
pub(super) struct PlaceIndex {
    /// Hash bits above, number of the block from `origin` plus one below; zero is empty.
    buckets: Vec<u32>,
    filled: usize,
    /// The block that numbers are counted from.
    origin: u64,
}

/// Bits of a bucket that tell the block.
const BLOCK_BITS: u32 = 16;

impl PlaceIndex {
    /// An index of values at places, all at or behind `origin`.
    pub(super) fn of(live: &[(u32, u64)], origin: u64) -> Self {
        /// Room for values to come, as a share of those that are there: half the buckets are empty after a rebuild.
        const SPREAD: usize = 2;
        let buckets = vec![0; (live.len() * SPREAD).max(BLOCK as usize * SPREAD)];
        let mut this = Self { buckets, filled: 0, origin: origin / BLOCK };
        live.iter().for_each(|(value, place)| this.put(*value, *place, origin));
        this
    }

    /// Whether another value may go in before it is built anew.
    pub(super) fn has_room(&self) -> bool {
        (self.filled + 1) * 4 <= self.buckets.len() * 3
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.buckets.len() * size_of::<u32>()
    }

    /// Whether the block of a place can be told in a bucket.
    pub(super) fn reaches(&self, place: u64) -> bool {
        place / BLOCK - self.origin < (1 << BLOCK_BITS) - 1
    }

    /// Where a value belongs, and its bits in a bucket.
    fn home(&self, value: u32) -> (usize, u32) {
        let spread = u64::from(value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let at = ((spread >> 32) * self.buckets.len() as u64) >> 32;
        (at as usize, (spread as u32) & (u32::MAX << BLOCK_BITS))
    }

    fn bucket(&self, tag: u32, place: u64) -> u32 {
        tag | (place / BLOCK - self.origin + 1) as u32
    }

    fn block(&self, bucket: u32) -> u64 {
        self.origin + u64::from(bucket & ((1 << BLOCK_BITS) - 1)) - 1
    }

    fn next(&self, at: usize) -> usize {
        if at + 1 == self.buckets.len() { 0 } else { at + 1 }
    }

    /// The last place of a value; `last_in` looks through a block, and blocks before `start` are gone.
    pub(super) fn find(&self, value: u32, start: u64, last_in: impl Fn(u64) -> Option<u64>) -> Option<u64> {
        if self.buckets.is_empty() {
            return None;
        }
        let (mut at, tag) = self.home(value);
        while self.buckets[at] != 0 {
            let bucket = self.buckets[at];
            let block = self.block(bucket);
            if bucket >> BLOCK_BITS == tag >> BLOCK_BITS
                && (block + 1) * BLOCK > start
                && let Some(place) = last_in(block)
            {
                return Some(place);
            }
            at = self.next(at);
        }
        None
    }

    /// Puts a new value in, over one that is gone where there is one.
    pub(super) fn put(&mut self, value: u32, place: u64, start: u64) {
        let (mut at, tag) = self.home(value);
        while self.buckets[at] != 0 {
            if (self.block(self.buckets[at]) + 1) * BLOCK <= start {
                self.buckets[at] = self.bucket(tag, place);
                return;
            }
            at = self.next(at);
        }
        self.buckets[at] = self.bucket(tag, place);
        self.filled += 1;
    }

    /// Moves a value from one place to another. Two values with the same bits in the same block have equal buckets, and
    /// it does not matter which of them moves: both stand on the way of either.
    pub(super) fn shift(&mut self, value: u32, from: u64, to: u64) {
        if self.buckets.is_empty() || from / BLOCK == to / BLOCK {
            return;
        }
        let (mut at, tag) = self.home(value);
        let wanted = self.bucket(tag, from);
        while self.buckets[at] != 0 {
            if self.buckets[at] == wanted {
                self.buckets[at] = self.bucket(tag, to);
                return;
            }
            at = self.next(at);
        }
    }
}
