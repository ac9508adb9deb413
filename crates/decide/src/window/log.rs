//! The log of one key as it is read, short or long: which stretch a window covers, and what it adds up to.
//!
//! A short log is one piece of up to 64 entries that is simply walked through; a long one is told by [`Long`].

use super::{
    arena::Arena,
    entry::{Shape, age, value},
    logs::Keep,
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
        if let Self::Long { long, arena, shape } = self {
            return long.after(arena, *shape, newest, young, to);
        }
        let (mut low, mut high) = (self.start(), to);
        while low < high {
            let middle = low.midpoint(high);
            if age(self.entry(middle), newest) < young { high = middle } else { low = middle + 1 }
        }
        low
    }

    /// The first place that is needed once `newest` is the newest of the key; ages relate to `last`.
    pub(super) fn needed_from(&self, (newest, last): (i64, i64), keep: Keep) -> u64 {
        let (start, end) = (self.start(), self.end());
        let from = self.after(last, newest.saturating_sub(keep.micros), end);
        if keep.one_older { from.saturating_sub(1).max(start) } else { from }
    }

    /// Fetches what a look reads first. What it gives says nothing; a caller that keeps it makes the fetch happen.
    pub(super) fn touch(&self) -> u32 {
        /// Words of a line of the cache, and how many lines from the newest entry back are fetched.
        const LINE: usize = 16;
        const LINES: usize = 6;
        match self {
            Self::Short { words, shape, len } => {
                let used = (*len as usize * shape.stride()).min(words.len());
                words[..used].iter().rev().step_by(LINE).take(LINES).fold(0, |all, word| all ^ word)
            }
            Self::Long { long, .. } => long.start as u32,
        }
    }

    /// The last place with a value.
    pub(super) fn find_last(&self, column: usize, wanted: u32) -> Option<u64> {
        match self {
            Self::Short { words, shape, len } => {
                let mut entries = words[..*len as usize * shape.stride()].chunks_exact(shape.stride());
                entries.rposition(|entry| value(entry, column) == wanted).map(|place| place as u64)
            }
            Self::Long { long, arena, shape } => long.find_last(arena, *shape, column, wanted),
        }
    }

    /// Where the value of a place stands before, as far as the log goes.
    pub(super) fn before(&self, place: u64, column: usize) -> Option<u64> {
        match self {
            Self::Short { shape, .. } => place.checked_sub(shape.distance(self.entry(place), column)?),
            Self::Long { long, arena, shape } => long.before(arena, *shape, place, column),
        }
    }

    /// Whether a value stands in a stretch; `last` is its last place in the whole log.
    pub(super) fn has_between(&self, column: usize, last: Option<u64>, from: u64, to: u64) -> bool {
        let mut place = last;
        while let Some(at) = place {
            if at < to {
                return at >= from;
            }
            place = self.before(at, column);
        }
        false
    }

    /// How many different values stand in a stretch of which `lasts` entries are the last with their value in the whole
    /// log. What lies behind the stretch has taken that mark from some that are the last within it.
    pub(super) fn distinct(&self, column: usize, lasts: u64, from: u64, to: u64) -> u64 {
        let taken = |place: &u64| self.before(*place, column).is_some_and(|before| (from..to).contains(&before));
        lasts + (to..self.end()).filter(taken).count() as u64
    }
}
