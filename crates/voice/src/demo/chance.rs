//! Chance that can be repeated.

use kernel::{Random as _, SeededRandom};

/// The same seed gives the same choices.
pub(super) struct Chance(SeededRandom);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Self(SeededRandom::new(seed))
    }

    /// A number below `end`; 0 when that is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let mut bytes = [0u8; 8];
        self.0.fill(&mut bytes);
        // The bias of the remainder is of no matter here.
        (u64::from_le_bytes(bytes) % end.max(1) as u64) as usize
    }

    /// One of a list that is not empty.
    pub(super) fn one<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// True in so many of a hundred cases.
    pub(super) fn percent(&mut self, cases: usize) -> bool {
        self.below(100) < cases
    }
}
