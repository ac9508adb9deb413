//! One event in the log of one key: its time, links to the same values before it, the values themselves.
//!
//! An entry is a few words of 32 bits, and how many is decided when features are compiled: two for the time and the first
//! link, one for each field of which different values are counted, half for each further link, two for each field that is
//! summed. A count alone costs 8 bytes an event, a sum 16, a sum and a distinct count 20.

/// Fields that one log sums, and fields of which it counts different values.
pub(super) const COLUMNS_MAX: usize = 4;

/// A value that the event did not have.
pub(super) const NO_SUM: i64 = i64::MIN;
/// A counted value that the event did not have.
pub(super) const NO_VALUE: u32 = u32::MAX;

/// Times are kept as 48 bits of microseconds and read relative to the newest, which is never nine years away.
const TIME_MASK: u64 = (1 << 48) - 1;

/// Set in a link when no later entry of the log has the same value.
const LAST: u16 = 1 << 15;
/// A distance to the same value before that is too far for the link.
const FAR: u16 = LAST - 1;

/// What stands where in an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Fields summed.
    pub sums: usize,
    /// Fields of which different values are counted.
    pub distincts: usize,
}

/// How far back the same value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// It does not, as far as the log goes.
    Nowhere,
    /// So many entries before.
    At(usize),
    /// Further than a link reaches.
    Far,
}

impl Before {
    /// The link for a distance.
    pub(super) fn of(distance: usize) -> Self {
        if distance >= usize::from(FAR) { Self::Far } else { Self::At(distance) }
    }
}

impl Shape {
    /// Words of one entry.
    pub(super) const fn stride(self) -> usize {
        2 + self.distincts + self.distincts / 2 + 2 * self.sums
    }

    const fn sum_at(self, column: usize) -> usize {
        2 + self.distincts + self.distincts / 2 + 2 * column
    }

    /// Writes an entry without links.
    pub(super) fn write(self, words: &mut [u32], time: i64, sums: &[i64], values: &[u32]) {
        words.fill(0);
        let time = time.cast_unsigned() & TIME_MASK;
        words[0] = time as u32;
        words[1] = (time >> 32) as u32;
        words[2..2 + self.distincts].copy_from_slice(&values[..self.distincts]);
        for (column, sum) in sums.iter().enumerate().take(self.sums) {
            let at = self.sum_at(column);
            words[at] = sum.cast_unsigned() as u32;
            words[at + 1] = (sum.cast_unsigned() >> 32) as u32;
        }
    }

    /// A summed value.
    pub(super) fn sum(self, words: &[u32], column: usize) -> i64 {
        let at = self.sum_at(column);
        (u64::from(words[at]) | (u64::from(words[at + 1]) << 32)).cast_signed()
    }

    fn link(self, words: &[u32], column: usize) -> u16 {
        let (word, shift) = self.link_at(column);
        (words[word] >> shift) as u16
    }

    const fn link_at(self, column: usize) -> (usize, u32) {
        // The first link shares its word with the high bits of the time; the others stand two in a word.
        if column == 0 { (1, 16) } else { (2 + self.distincts + (column - 1) / 2, 16 * ((column as u32 - 1) % 2)) }
    }

    fn set_link(self, words: &mut [u32], column: usize, link: u16) {
        let (word, shift) = self.link_at(column);
        words[word] = (words[word] & !(0xffff << shift)) | (u32::from(link) << shift);
    }

    /// Whether no later entry has the same value.
    pub(super) fn is_last(self, words: &[u32], column: usize) -> bool {
        self.link(words, column) & LAST != 0
    }

    /// Says whether a later entry has the same value.
    pub(super) fn set_last(self, words: &mut [u32], column: usize, is_last: bool) {
        let link = self.link(words, column) & !LAST;
        self.set_link(words, column, if is_last { link | LAST } else { link });
    }

    /// Where the same value stands before.
    pub(super) fn before(self, words: &[u32], column: usize) -> Before {
        match self.link(words, column) & !LAST {
            0 => Before::Nowhere,
            FAR => Before::Far,
            distance => Before::At(usize::from(distance)),
        }
    }

    /// How many entries before this one the same value stands, in a log whose links all reach.
    pub(super) fn distance(self, words: &[u32], column: usize) -> Option<u64> {
        match self.before(words, column) {
            Before::At(distance) => Some(distance as u64),
            Before::Nowhere | Before::Far => None,
        }
    }

    /// Says where the same value stands before.
    pub(super) fn set_before(self, words: &mut [u32], column: usize, before: Before) {
        let distance = match before {
            Before::Nowhere => 0,
            Before::Far => FAR,
            Before::At(distance) => distance as u16,
        };
        let last = self.link(words, column) & LAST;
        self.set_link(words, column, last | distance);
    }
}

/// How long before `newest` an entry is, in microseconds.
pub(super) fn age(words: &[u32], newest: i64) -> i64 {
    stored_age(stored_time(words), newest)
}

/// The time of an entry as it is kept, by which alone it cannot be told which of several nine years apart it is.
pub(super) fn stored_time(words: &[u32]) -> u64 {
    u64::from(words[0]) | (u64::from(words[1] & 0xffff) << 32)
}

/// How long before `newest` a time lies that was kept so.
pub(super) fn stored_age(time: u64, newest: i64) -> i64 {
    (newest.cast_unsigned().wrapping_sub(time) & TIME_MASK).cast_signed()
}

/// The value of a column of which different values are counted.
pub(super) fn value(words: &[u32], column: usize) -> u32 {
    words[2 + column]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sizes_are_as_stated() {
        let bytes = |sums, distincts| Shape { sums, distincts }.stride() * 4;
        assert_eq!([bytes(0, 0), bytes(1, 0), bytes(0, 1), bytes(1, 1), bytes(1, 2)], [8, 16, 12, 20, 28]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            sums in 0usize..=COLUMNS_MAX, distincts in 0usize..=COLUMNS_MAX,
            time in -(1i64 << 60)..(1i64 << 60), ago in 0i64..(1 << 47),
            numbers in prop::array::uniform4(any::<i64>()), values in prop::array::uniform4(any::<u32>()),
            links in prop::array::uniform4((any::<bool>(), 1usize..40_000)),
        ) {
            let shape = Shape { sums, distincts };
            let mut words = vec![u32::MAX; shape.stride()];
            shape.write(&mut words, time, &numbers, &values);
            for (column, (last, distance)) in links.iter().enumerate().take(distincts) {
                shape.set_before(&mut words, column, Before::of(*distance));
                shape.set_last(&mut words, column, *last);
            }
            prop_assert_eq!(age(&words, time + ago), ago);
            for (column, number) in numbers.iter().enumerate().take(sums) {
                prop_assert_eq!(shape.sum(&words, column), *number);
            }
            for (column, (last, distance)) in links.iter().enumerate().take(distincts) {
                prop_assert_eq!(value(&words, column), values[column]);
                prop_assert_eq!(shape.is_last(&words, column), *last);
                prop_assert_eq!(shape.before(&words, column), Before::of(*distance));
            }
        }
    }
}
