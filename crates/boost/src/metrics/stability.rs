//! The population stability index: how far the values of today lie from those that a model learnt from.
//!
//! The values then are cut into bins of equal counts; the index is the sum over the bins of (now − then) · ln(now / then),
//! both as parts of the whole. By custom below 0.1 is quiet, above 0.25 asks for a look.

use serde::{Deserialize, Serialize};

/// Bins of equal counts; the custom is ten.
pub const STABILITY_BINS: usize = 10;
/// Half a row stands in an empty bin, or the logarithm would have no end.
const EMPTY_ROWS: f64 = 0.5;

/// What values once looked like, small enough to be kept beside a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stability {
    /// The highest value of each bin but the last, ascending.
    uppers: Vec<f64>,
    /// The rows of each bin; the last one is of values that were unknown.
    rows: Vec<u64>,
}

impl Stability {
    /// Looks at the values of then; unknown ones (NaN) are a bin of their own.
    pub fn of(values: impl Iterator<Item = f64>) -> Self {
        let all: Vec<f64> = values.collect();
        let mut known: Vec<f64> = all.iter().copied().filter(|value| !value.is_nan()).collect();
        known.sort_unstable_by(f64::total_cmp);
        let mut uppers: Vec<f64> = (1..STABILITY_BINS)
            .filter_map(|bin| known.get((known.len() * bin).div_ceil(STABILITY_BINS).checked_sub(1)?).copied())
            .collect();
        // A value that fills several bins makes them one.
        uppers.dedup();
        if uppers.last() == known.last() {
            uppers.pop();
        }
        let mut this = Self { rows: vec![0; uppers.len() + 2], uppers };
        let rows = this.count(all.into_iter());
        this.rows = rows;
        this
    }

    /// The index of other values against those of then. Absent if either has no rows.
    pub fn index(&self, values: impl Iterator<Item = f64>) -> Option<f64> {
        let now = self.count(values);
        let (then_all, now_all) = (self.rows.iter().sum::<u64>(), now.iter().sum::<u64>());
        if then_all == 0 || now_all == 0 {
            return None;
        }
        let share = |rows: u64, all: u64| (rows as f64).max(EMPTY_ROWS) / all as f64;
        let parts = self.rows.iter().zip(&now).filter(|(then, now)| **then > 0 || **now > 0).map(|(then, now)| {
            let (then, now) = (share(*then, then_all), share(*now, now_all));
            (now - then) * (now / then).ln()
        });
        Some(parts.sum())
    }

    fn count(&self, values: impl Iterator<Item = f64>) -> Vec<u64> {
        let mut rows = vec![0; self.uppers.len() + 2];
        for value in values {
            let bin = if value.is_nan() { rows.len() - 1 } else { self.uppers.partition_point(|upper| *upper < value) };
            rows[bin] += 1;
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(from: u32, to: u32) -> impl Iterator<Item = f64> {
        (from..to).map(f64::from)
    }

    #[test]
    fn the_same_values_do_not_move_and_others_do() {
        let then = Stability::of(numbers(0, 1_000));
        assert_eq!(then.index(numbers(0, 1_000)), Some(0.0));
        // A tenth of the values moved from the lowest bin to the highest: 2 · 0.1 · ln 2 less what the empty bin keeps.
        let moved = numbers(100, 1_000).chain(numbers(900, 1_000));
        let empty: f64 = 0.0005;
        let by_hand = (empty - 0.1) * (empty / 0.1).ln() + 0.1 * 2.0_f64.ln();
        assert!((then.index(moved).unwrap() - by_hand).abs() < 1e-12);
        let slightly = numbers(20, 1_020);
        assert!(then.index(slightly).unwrap() < 0.1);
    }

    #[test]
    fn unknown_and_repeated_values_have_their_bins() {
        let values = || [0.0; 900].into_iter().chain(numbers(1, 51)).chain([f64::NAN; 50]);
        let then = Stability::of(values());
        assert_eq!((then.index(values()), then.rows.last()), (Some(0.0), Some(&50)));
        assert!(then.index([f64::NAN; 10].into_iter()).unwrap() > 5.0);
        assert_eq!(then.index(std::iter::empty()), None);
        assert_eq!(Stability::of(std::iter::empty()).index(numbers(0, 5)), None);
    }
}
