//! The last place of each different value of a long log, so that a value is found without a walk.

use super::long::BLOCK;

/// The last place of each different value: places in buckets; the value is read from the entry itself.
#[derive(Debug, Clone, Default)]
pub(super) struct PlaceIndex {
    /// Places from `origin`, plus one; zero is empty.
    buckets: Vec<u32>,
    filled: usize,
    origin: u64,
}

impl PlaceIndex {
    /// An index of values at places, all at or behind `origin`.
    pub(super) fn of(live: &[(u32, u64)], origin: u64) -> Self {
        /// Room for values to come, as a share of those that are there: half the buckets are empty after a rebuild.
        const SPREAD: usize = 2;
        let buckets = vec![0; (live.len() * SPREAD).max(BLOCK as usize * SPREAD)];
        let mut this = Self { buckets, filled: 0, origin };
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

    /// Whether a place can be told in a bucket.
    pub(super) fn reaches(&self, place: u64) -> bool {
        place - self.origin < u64::from(u32::MAX) - 1
    }

    fn home(&self, value: u32) -> usize {
        let spread = u64::from(value).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        ((spread * self.buckets.len() as u64) >> 32) as usize
    }

    fn next(&self, at: usize) -> usize {
        if at + 1 == self.buckets.len() { 0 } else { at + 1 }
    }

    /// The bucket and place of a value; places before `start` are gone and stand for nothing.
    pub(super) fn find(&self, value: u32, start: u64, same: impl Fn(u64) -> bool) -> Option<(usize, u64)> {
        if self.buckets.is_empty() {
            return None;
        }
        let mut at = self.home(value);
        while self.buckets[at] != 0 {
            let place = self.origin + u64::from(self.buckets[at]) - 1;
            if place >= start && same(place) {
                return Some((at, place));
            }
            at = self.next(at);
        }
        None
    }

    /// Puts a new value in, over one that is gone where there is one.
    pub(super) fn put(&mut self, value: u32, place: u64, start: u64) {
        let mut at = self.home(value);
        while self.buckets[at] != 0 {
            if self.origin + u64::from(self.buckets[at]) - 1 < start {
                self.buckets[at] = (place - self.origin + 1) as u32;
                return;
            }
            at = self.next(at);
        }
        self.buckets[at] = (place - self.origin + 1) as u32;
        self.filled += 1;
    }

    /// Moves a value from one place to another.
    pub(super) fn shift(&mut self, value: u32, from: u64, to: u64) {
        if self.buckets.is_empty() {
            return;
        }
        let wanted = (from - self.origin + 1) as u32;
        let mut at = self.home(value);
        while self.buckets[at] != 0 {
            if self.buckets[at] == wanted {
                self.buckets[at] = (to - self.origin + 1) as u32;
                return;
            }
            at = self.next(at);
        }
    }
}
