//! Sums over a stretch of a log, exact in whole numbers: no order of adding changes a bit, and nothing is ever taken away.

use super::{
    entry::{COLUMNS_MAX, NO_SUM, Shape},
    spec::What,
};

/// What one column of a stretch adds up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sum {
    /// Values there are.
    pub count: u64,
    /// Their sum.
    pub sum: i128,
    /// The sum of their squares.
    pub square: u128,
    /// The smallest.
    pub min: i64,
    /// The largest.
    pub max: i64,
}

/// What a stretch adds up to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally {
    /// Events.
    pub count: u64,
    /// Each summed column.
    pub sums: [Sum; COLUMNS_MAX],
    /// In each distinct column, the entries that are the last with their value.
    pub lasts: [u64; COLUMNS_MAX],
}

impl Sum {
    pub(super) const NOTHING: Self = Self { count: 0, sum: 0, square: 0, min: i64::MAX, max: i64::MIN };

    /// Adds a value, unless it is missing.
    pub(super) fn add(&mut self, value: i64) {
        if value != NO_SUM {
            self.count += 1;
            self.sum += i128::from(value);
            self.square += u128::from(value.unsigned_abs()) * u128::from(value.unsigned_abs());
            self.min = self.min.min(value);
            self.max = self.max.max(value);
        }
    }

    /// Adds what another stretch adds up to.
    pub(super) fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.square += other.square;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
    }

    /// The figure that a feature asks for, as bits; `None` where there is nothing to compute it of.
    pub(super) fn figure(&self, what: What) -> Option<u64> {
        match what {
            What::Sum => {
                let sum = self.sum.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64;
                Some(sum.cast_unsigned())
            }
            What::Min => (self.count > 0).then_some(self.min.cast_unsigned()),
            What::Max => (self.count > 0).then_some(self.max.cast_unsigned()),
            What::Mean => self.mean().map(f64::to_bits),
            What::Std => self.deviation().map(f64::to_bits),
            What::Count | What::Distinct | What::SinceFirst | What::SinceLast | What::New | What::Ratio => None,
        }
    }

    /// The mean.
    pub(super) fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// The standard deviation: the root of (n·Σx² − (Σx)²) / n², whose numerator is computed exactly in 256 bits, since
    /// with large amounts close together a difference of rounded numbers would be noise.
    fn deviation(&self) -> Option<f64> {
        if self.count == 0 {
            return None;
        }
        let (high, low) = wide(self.square, u128::from(self.count));
        let sum = self.sum.unsigned_abs();
        let (sum_high, sum_low) = wide(sum, sum);
        let (difference, borrowed) = low.overflowing_sub(sum_low);
        // The numerator is a sum of squares of differences and cannot be negative.
        let rest = high.wrapping_sub(sum_high).wrapping_sub(u128::from(borrowed));
        let numerator = rest as f64 * 2f64.powi(128) + difference as f64;
        Some(numerator.sqrt() / self.count as f64)
    }
}

impl Tally {
    pub(super) const NOTHING: Self = Self { count: 0, sums: [Sum::NOTHING; COLUMNS_MAX], lasts: [0; COLUMNS_MAX] };

    /// Adds one entry.
    pub(super) fn add(&mut self, shape: Shape, words: &[u32]) {
        self.count += 1;
        for (column, sum) in self.sums.iter_mut().enumerate().take(shape.sums) {
            sum.add(shape.sum(words, column));
        }
        for (column, lasts) in self.lasts.iter_mut().enumerate().take(shape.distincts) {
            *lasts += u64::from(shape.is_last(words, column));
        }
    }
}

/// The product of two numbers in 256 bits: high and low half.
fn wide(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = u64::MAX as u128;
    let (a_high, a_low, b_high, b_low) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let low = a_low * b_low;
    let (cross, other) = (a_high * b_low, a_low * b_high);
    let middle = (low >> 64) + (cross & HALF) + (other & HALF);
    let high = a_high * b_high + (cross >> 64) + (other >> 64) + (middle >> 64);
    (high, (middle << 64) | (low & HALF))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::schema::INT_MAX;

    fn sum_of(values: &[i64]) -> Sum {
        let mut sum = Sum::NOTHING;
        values.iter().for_each(|value| sum.add(*value));
        sum
    }

    #[test]
    fn amounts_close_together_keep_their_deviation() {
        let far = INT_MAX - 10;
        let near = sum_of(&[1, 2, 3, 4]).figure(What::Std);
        assert_eq!(sum_of(&[far + 1, far + 2, far + 3, far + 4]).figure(What::Std), near);
        assert_eq!(near.map(f64::from_bits), Some(1.25f64.sqrt()));
        assert_eq!(sum_of(&[NO_SUM]).figure(What::Std), None);
        assert_eq!(sum_of(&[-INT_MAX, INT_MAX]).figure(What::Std).map(f64::from_bits), Some(INT_MAX as f64));
    }

    proptest! {
        #[test]
        fn wide_products_agree_with_small_parts(a in any::<u128>(), b in any::<u64>()) {
            let (high, low) = wide(a, u128::from(b));
            let (a_high, a_low) = (a >> 64, a & u128::from(u64::MAX));
            let sum = (a_low * u128::from(b)) >> 64;
            let upper = a_high * u128::from(b) + sum;
            prop_assert_eq!(low, a.wrapping_mul(u128::from(b)));
            prop_assert_eq!(high, upper >> 64);
        }

        #[test]
        fn merging_is_adding(a in prop::collection::vec(-INT_MAX..=INT_MAX, 0..20), b in prop::collection::vec(-INT_MAX..=INT_MAX, 0..20)) {
            let mut merged = sum_of(&a);
            merged.merge(&sum_of(&b));
            let all: Vec<i64> = a.iter().chain(&b).copied().collect();
            prop_assert_eq!(merged, sum_of(&all));
        }
    }
}
