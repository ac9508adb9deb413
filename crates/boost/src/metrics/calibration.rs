//! Whether probabilities mean what they say: of a hundred transfers at two percent, two should be fraud.

use serde::Serialize;

/// Rows of neighbouring probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CalibrationBin {
    /// The smallest probability.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// How many rows.
    pub rows: u64,
    /// How many of them are positive.
    pub positives: u64,
    /// The mean of what was said.
    pub said: f64,
}

/// A table of what was said and what was true.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// From small probabilities to large ones.
    pub bins: Vec<CalibrationBin>,
    /// The mean square of what the probabilities missed by (Brier, 1950).
    pub brier: f64,
    /// The mean difference between said and true over the bins, weighted by their rows.
    pub error: f64,
}

/// Probability limits of the table: powers of ten below one tenth, since fraud is rare, and tenths of a half above.
const LIMITS: [f64; 9] = [0.0001, 0.001, 0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9];

impl CalibrationBin {
    /// The part that was positive.
    pub fn true_share(&self) -> f64 {
        self.positives as f64 / self.rows as f64
    }
}

/// Compares probabilities with labels. Absent without rows, or if a probability is none.
pub fn calibration(probabilities: &[f64], labels: &[bool]) -> Option<Calibration> {
    let all_good = probabilities.iter().all(|probability| (0.0..=1.0).contains(probability));
    if probabilities.len() != labels.len() || probabilities.is_empty() || !all_good {
        return None;
    }
    let mut bins: Vec<Option<CalibrationBin>> = vec![None; LIMITS.len() + 1];
    let mut squares = 0.0;
    for (said, label) in probabilities.iter().zip(labels) {
        let missed = said - f64::from(u8::from(*label));
        squares += missed * missed;
        let bin = bins[LIMITS.partition_point(|limit| limit <= said)].get_or_insert(CalibrationBin {
            low: *said,
            high: *said,
            rows: 0,
            positives: 0,
            said: 0.0,
        });
        bin.low = bin.low.min(*said);
        bin.high = bin.high.max(*said);
        bin.rows += 1;
        bin.positives += u64::from(*label);
        bin.said += said;
    }
    let rows = probabilities.len() as f64;
    let mut bins: Vec<CalibrationBin> = bins.into_iter().flatten().collect();
    bins.iter_mut().for_each(|bin| bin.said /= bin.rows as f64);
    let error = bins.iter().map(|bin| bin.rows as f64 * (bin.said - bin.true_share()).abs()).sum::<f64>() / rows;
    Some(Calibration { bins, brier: squares / rows, error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn said_and_true_stand_side_by_side() {
        let said = [0.00001, 0.02, 0.02, 0.025, 0.2, 0.4, 0.95, 1.0];
        let labels = [false, false, true, false, false, true, true, true];
        let table = calibration(&said, &labels).unwrap();
        let rows: Vec<(u64, u64)> = table.bins.iter().map(|bin| (bin.rows, bin.positives)).collect();
        assert_eq!(rows, [(1, 0), (3, 1), (1, 0), (1, 1), (2, 2)]);
        assert_eq!((table.bins[1].low, table.bins[1].high), (0.02, 0.025));
        assert!((table.bins[1].said - 0.065 / 3.0).abs() < 1e-15);
        // brier_score_loss of scikit-learn 1.9.
        assert!((table.brier - 0.170_490_625_012_499_98).abs() < 1e-15, "{}", table.brier);
        let by_hand = (0.00001 + (1.0 - 0.065) + 0.2 + 0.6 + 0.05) / 8.0;
        assert!((table.error - by_hand).abs() < 1e-15);
    }

    #[test]
    fn what_is_no_probability_has_no_table() {
        assert_eq!(calibration(&[], &[]), None);
        assert_eq!(calibration(&[1.5], &[true]), None);
        assert_eq!(calibration(&[f64::NAN], &[true]), None);
        assert_eq!(calibration(&[0.5], &[true, false]), None);
    }
}
