//! The log of one key as it is read, short or long: which stretch a window covers, and what it adds up to.
//!
//! A short log is one piece of up to 64 entries that is simply walked through; a long one is told by [`Long`].

use super::{
    arena::Arena,
    entry::{Before, NO_VALUE, Shape, age, value},
    long::Long,
    tally::Tally,
};

/// What is kept of a key in one track.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    /// When the key was first seen; [`Head::NEVER`] if it was not.
    pub first: i64,
    /// When the key was last seen, to which the ages of entries relate.
    pub last: i64,
    /// The piece of a short log, or the number of a long one.
    pub(super) data: u32,
    pub(super) len: u16,
    pub(super) size: u8,
    pub(super) is_long: bool,
}

impl Head {
    pub(super) const NEVER: i64 = i64::MAX;
    pub(super) const BLANK: Self =
        Self { first: Self::NEVER, last: i64::MIN, data: 0, len: 0, size: 0, is_long: false };
}

/// A log to be read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Log<'l> {
    /// One piece.
    Short { words: &'l [u32], shape: Shape, len: u64 },
    /// Many blocks.
    Long { long: &'l Long, arena: &'l Arena, shape: Shape },
}

impl<'l> Log<'l> {
    pub(super) const EMPTY: Self = Self::Short { words: &[], shape: Shape { sums: 0, distincts: 0 }, len: 0 };

    /// The first place.
    pub(super) fn start(&self) -> u64 {
        match self {
            Self::Short { .. } => 0,
            Self::Long { long, .. } => long.start,
        }
    }

    /// Behind the last place.
    pub(super) fn end(&self) -> u64 {
        match self {
            Self::Short { len, .. } => *len,
            Self::Long { long, .. } => long.end,
        }
    }

    pub(super) fn shape(&self) -> Shape {
        match self {
            Self::Short { shape, .. } | Self::Long { shape, .. } => *shape,
        }
    }

    /// The words at a place.
    pub(super) fn entry(&self, place: u64) -> &'l [u32] {
        match self {
            Self::Short { words, shape, .. } => {
                let at = place as usize * shape.stride();
                &words[at..at + shape.stride()]
            }
            Self::Long { long, arena, shape } => long.entry(arena, *shape, place),
        }
    }

    /// Adds up a stretch.
    pub(super) fn gather(&self, tally: &mut Tally, from: u64, to: u64) {
        match self {
            Self::Short { shape, .. } => (from..to).for_each(|place| tally.add(*shape, self.entry(place))),
            Self::Long { long, arena, shape } => long.gather(arena, *shape, tally, from, to),
        }
    }

    /// The first place before `to` whose time is later than `limit`; ages relate to `newest`.
    pub(super) fn after(&self, newest: i64, limit: i64, to: u64) -> u64 {
        if limit >= newest {
            return to;
        }
        let young = newest.saturating_sub(limit);
        let (mut low, mut high) = (self.start(), to);
        while low < high {
            let middle = low.midpoint(high);
            if age(self.entry(middle), newest) < young { high = middle } else { low = middle + 1 }
        }
        low
    }

    /// The last place with a value.
    pub(super) fn find_last(&self, column: usize, wanted: u32) -> Option<u64> {
        match self {
            Self::Short { len, .. } => (0..*len).rev().find(|place| value(self.entry(*place), column) == wanted),
            Self::Long { long, arena, shape } => long.find_last(arena, *shape, column, wanted),
        }
    }

    /// Whether a value stands in a stretch; `last` is its last place in the whole log.
    pub(super) fn has_between(&self, column: usize, wanted: u32, last: Option<u64>, from: u64, to: u64) -> bool {
        let Some(mut place) = last else { return false };
        while place >= to {
            match self.shape().before(self.entry(place), column) {
                Before::Nowhere => return false,
                // A link that is too short to tell: look through the stretch.
                Before::Far => return (from..to).any(|place| value(self.entry(place), column) == wanted),
                Before::At(distance) if distance as u64 <= place - self.start() => place -= distance as u64,
                Before::At(_) => return false,
            }
        }
        place >= from
    }

    /// How many different values stand in a stretch of which `lasts` entries are the last with their value in the whole
    /// log. What lies behind the stretch has taken that mark from some that are the last within it.
    pub(super) fn distinct(&self, column: usize, lasts: u64, from: u64, to: u64) -> u64 {
        let mut found = lasts;
        for place in to..self.end() {
            match self.shape().before(self.entry(place), column) {
                Before::Nowhere => {}
                Before::Far => return self.distinct_walked(column, from, to),
                Before::At(distance) => {
                    let before = place.checked_sub(distance as u64);
                    found += u64::from(before.is_some_and(|before| (from..to).contains(&before)));
                }
            }
        }
        found
    }

    fn distinct_walked(&self, column: usize, from: u64, to: u64) -> u64 {
        let mut values: Vec<u32> = (from..to).map(|place| value(self.entry(place), column)).collect();
        values.sort_unstable();
        values.dedup();
        values.iter().filter(|value| **value != NO_VALUE).count() as u64
    }
}
