//! Values as small whole numbers: each column is cut into bins, and trees are grown on the bins' numbers.
//!
//! What matters in screening lies at the ends of a column: the few largest amounts of sixty thousand. Bins of equal
//! counts would lump them together, so bins grow smaller towards both ends.

use crate::matrix::Matrix;

/// Bins of a column at most, unknown values not counted.
pub(crate) const BINS_MAX: usize = 4096;
/// Rows of a bin at least: a cut that sets one or two rows apart is learnt by heart.
const BIN_ROWS_MIN: usize = 3;
/// A bin holds at most this part of the rows between it and the nearer end of the column.
const END_PART: usize = 64;

/// Where the columns of a matrix are cut.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cuts {
    columns: Vec<ColumnCuts>,
}

/// Where one column is cut.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct ColumnCuts {
    /// The highest value of each bin but the last, ascending; each lies between two values that were seen.
    pub uppers: Vec<f64>,
    /// The smallest and the largest value seen; none if all were unknown.
    pub range: Option<(f64, f64)>,
}

/// A matrix in bins.
#[derive(Debug)]
pub(crate) struct Binned {
    /// For each column the bin of each row.
    pub columns: Vec<Vec<u16>>,
    pub rows: usize,
}

impl Binned {
    /// Whether the rows differ in a column at all.
    pub(crate) fn tells(&self, column: usize) -> bool {
        self.columns[column].windows(2).any(|pair| pair[0] != pair[1])
    }
}

impl Cuts {
    /// Cuts the columns so that each has at most `bins_max` bins.
    pub(crate) fn of(matrix: &Matrix, bins_max: usize) -> Self {
        let columns = (0..matrix.names().len()).map(|column| ColumnCuts::of(matrix.column(column), bins_max));
        Self { columns: columns.collect() }
    }

    /// The columns.
    pub(crate) fn columns(&self) -> &[ColumnCuts] {
        &self.columns
    }

    /// Puts a matrix with the same columns into bins.
    pub(crate) fn bin(&self, matrix: &Matrix) -> Binned {
        let columns = self.columns.iter().enumerate();
        let columns =
            columns.map(|(at, cuts)| matrix.column(at).iter().map(|value| cuts.bin(*value)).collect()).collect();
        Binned { columns, rows: matrix.rows() }
    }
}

impl ColumnCuts {
    fn of(values: &[f64], bins_max: usize) -> Self {
        let mut known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        known.sort_unstable_by(f64::total_cmp);
        let (Some(first), Some(last)) = (known.first().copied(), known.last().copied()) else {
            return Self::default();
        };
        let runs = runs(&known);
        let uppers = if runs.len() <= bins_max {
            runs.windows(2).map(|pair| between(pair[0].0, pair[1].0)).collect()
        } else {
            by_rank(&runs, known.len(), bins_max)
        };
        Self { uppers, range: Some((first, last)) }
    }

    /// The bin of a value; the last one is for what is unknown.
    pub(crate) fn bin(&self, value: f64) -> u16 {
        let bin = if value.is_nan() { self.unknown() } else { self.uppers.partition_point(|upper| *upper < value) };
        bin as u16
    }

    /// The bin of what is unknown.
    pub(crate) fn unknown(&self) -> usize {
        self.uppers.len() + 1
    }

    /// How many bins there are, that of the unknown included.
    pub(crate) fn bins(&self) -> usize {
        self.uppers.len() + 2
    }
}

/// Different values, ascending, each with how often it stands.
fn runs(sorted: &[f64]) -> Vec<(f64, usize)> {
    let mut runs: Vec<(f64, usize)> = Vec::new();
    for value in sorted {
        match runs.last_mut() {
            // Zero and minus zero are one value.
            Some((last, count)) if *last == *value => *count += 1,
            _ => runs.push((*value, 1)),
        }
    }
    runs
}

/// Cuts more different values than bins, finer towards the ends.
fn by_rank(runs: &[(f64, usize)], rows: usize, bins_max: usize) -> Vec<f64> {
    let widest = rows.div_ceil(bins_max / 2);
    let (mut uppers, mut passed, mut held) = (Vec::new(), 0, 0);
    for pair in runs.windows(2) {
        held += pair[0].1;
        let to_end = passed.min(rows - passed);
        let bins_left = bins_max - uppers.len();
        // Towards the end of what may be spent, the rest is divided evenly.
        let even = (rows - passed).div_ceil(bins_left);
        let fine = (to_end / END_PART).clamp(BIN_ROWS_MIN, widest);
        let wanted = if even > widest { even } else { fine };
        // A value that fills a bin on its own gets one, so that the values before it are not lumped together with it.
        if (held >= wanted || pair[1].1 >= wanted.max(BIN_ROWS_MIN)) && bins_left > 1 {
            uppers.push(between(pair[0].0, pair[1].0));
            passed += held;
            held = 0;
        }
    }
    uppers
}

/// A number from `low` up to below `high`, half-way where there is one.
fn between(low: f64, high: f64) -> f64 {
    let middle = f64::midpoint(low, high);
    if low <= middle && middle < high { middle } else { low }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cuts(values: &[f64], bins_max: usize) -> ColumnCuts {
        ColumnCuts::of(values, bins_max)
    }

    #[test]
    fn few_values_are_all_told_apart() {
        let column = cuts(&[3.0, f64::NAN, 1.0, 1.0, -0.0, 0.0, 10.0], 8);
        assert_eq!(column.uppers, [0.5, 2.0, 6.5]);
        assert_eq!(column.range, Some((-0.0, 10.0)));
        let bins: Vec<u16> = [f64::NAN, -5.0, 0.5, 0.6, 2.1, 99.0].iter().map(|v| column.bin(*v)).collect();
        assert_eq!(bins, [4, 0, 0, 1, 2, 3]);
        assert_eq!((column.unknown(), column.bins()), (4, 5));
    }

    #[test]
    fn nothing_known_is_one_bin_of_the_unknown() {
        let column = cuts(&[f64::NAN; 3], 8);
        assert_eq!((column.bins(), column.range, column.bin(f64::NAN)), (2, None, 1));
    }

    #[test]
    fn the_ends_are_cut_finer_than_the_middle() {
        let values: Vec<f64> = (0..60_000).map(f64::from).collect();
        let column = cuts(&values, 1024);
        let between = |from: f64, to: f64| column.uppers.iter().filter(|upper| (from..to).contains(upper)).count();
        assert!(between(59_800.0, 60_000.0) > 60, "{}", between(59_800.0, 60_000.0));
        assert!(between(0.0, 200.0) > 60);
        assert!(between(30_000.0, 30_200.0) <= 3);
        assert!(column.uppers.len() < 1024);
    }

    #[test]
    fn a_frequent_value_has_a_bin_of_its_own() {
        let mut values: Vec<f64> = (0..10_000).map(|n| f64::from(n) / 7.0).collect();
        values.extend(vec![500.0; 20_000]);
        let column = cuts(&values, 64);
        let bin = column.bin(500.0);
        assert_ne!(column.bin(499.0), bin);
        assert_ne!(column.bin(501.0), bin);
    }

    #[test]
    fn neighbouring_doubles_stay_apart() {
        let low = 1.0_f64;
        let high = f64::from_bits(low.to_bits() + 1);
        assert_eq!(between(low, high), low);
        assert_eq!(between(-f64::MAX, f64::MAX), 0.0);
        let column = cuts(&[low, high], 4);
        assert_ne!(column.bin(low), column.bin(high));
    }

    proptest! {
        #[test]
        fn bins_keep_the_order_and_their_number(
            values in prop::collection::vec(prop_oneof![-1e300..1e300f64, (0i32..40).prop_map(f64::from)], 1..600),
            bins_max in 4usize..64,
        ) {
            let column = cuts(&values, bins_max);
            prop_assert!(column.uppers.len() < bins_max);
            prop_assert!(column.uppers.is_sorted_by(|a, b| a < b));
            for pair in values.windows(2) {
                let (a, b) = (column.bin(pair[0]), column.bin(pair[1]));
                let kept = if pair[0] <= pair[1] { a <= b } else { a >= b };
                prop_assert!(kept);
            }
            // A bin's number says on which side of each cut a value lies, as the model file will say it.
            for value in &values {
                let bin = usize::from(column.bin(*value));
                for (at, upper) in column.uppers.iter().enumerate() {
                    prop_assert_eq!(bin <= at, *value <= *upper);
                }
            }
        }
    }
}
