//! Calibration: two numbers that make probabilities of scores, fitted on a later period (Platt, 1999). They are folded
//! into the leaves, so that the model file itself says probabilities.

use serde::Serialize;

use crate::sigmoid::probability;

/// Positive rows below which two numbers cannot be told from chance.
pub const PLATT_POSITIVES_MIN: usize = 30;
/// Newton's method on two numbers converges in a handful of steps; more means that it does not.
const STEPS_MAX: usize = 100;
/// Steps smaller than this change no probability that anyone sees.
const STEP_MIN: f64 = 1e-10;

/// A raw score x becomes `slope · x + offset`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Platt {
    /// Above zero, so that the order of scores stays.
    pub slope: f64,
    /// What is added.
    pub offset: f64,
}

impl Platt {
    /// Fits raw scores of a later period; none if there are too few positives or negatives, or the scores say nothing.
    pub fn fit(raws: &[f64], labels: &[bool]) -> Option<Self> {
        let positives = labels.iter().filter(|label| **label).count();
        let negatives = labels.len() - positives;
        if positives.min(negatives) < PLATT_POSITIVES_MIN {
            return None;
        }
        // Platt's targets: a little inside zero and one, as if one more row of each label had been seen.
        let high = (positives as f64 + 1.0) / (positives as f64 + 2.0);
        let low = 1.0 / (negatives as f64 + 2.0);
        let mut this = Self { slope: 1.0, offset: 0.0 };
        for _ in 0..STEPS_MAX {
            let (slope_step, offset_step) = this.step(raws, labels, high, low)?;
            this.slope -= slope_step;
            this.offset -= offset_step;
            if slope_step.abs() < STEP_MIN && offset_step.abs() < STEP_MIN {
                return (this.slope.is_finite() && this.slope > 0.0).then_some(this);
            }
        }
        None
    }

    /// One step of Newton's method; none where the curve is flat.
    fn step(self, raws: &[f64], labels: &[bool], high: f64, low: f64) -> Option<(f64, f64)> {
        let (mut by_slope, mut by_offset, mut a, mut b, mut c) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (raw, label) in raws.iter().zip(labels) {
            let p = probability(self.slope * raw + self.offset);
            let off = p - if *label { high } else { low };
            let curve = p * (1.0 - p);
            by_slope += off * raw;
            by_offset += off;
            a += curve * raw * raw;
            b += curve * raw;
            c += curve;
        }
        let determinant = a * c - b * b;
        let step = ((c * by_slope - b * by_offset) / determinant, (a * by_offset - b * by_slope) / determinant);
        (determinant > 0.0 && step.0.is_finite() && step.1.is_finite()).then_some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shuffle::Shuffle;

    /// Labels drawn by the probabilities of `slope · raw + offset`.
    fn drawn(slope: f64, offset: f64) -> (Vec<f64>, Vec<bool>) {
        let mut shuffle = Shuffle::new(11);
        let mut draw = || shuffle.below(1 << 30) as f64 / f64::from(1 << 30);
        (0..200_000)
            .map(|_| {
                let raw = draw() * 8.0 - 5.0;
                (raw, draw() < probability(slope * raw + offset))
            })
            .unzip()
    }

    #[test]
    fn the_numbers_behind_the_labels_are_found() {
        for (slope, offset) in [(1.0, 0.0), (0.6, -1.0), (1.7, 0.4)] {
            let (raws, labels) = drawn(slope, offset);
            let fitted = Platt::fit(&raws, &labels).unwrap();
            assert!((fitted.slope - slope).abs() < 0.03 && (fitted.offset - offset).abs() < 0.03, "{fitted:?}");
        }
    }

    #[test]
    fn too_little_and_nonsense_are_not_fitted() {
        assert_eq!(Platt::fit(&[1.0, 2.0], &[true, false]), None);
        let (raws, labels) = drawn(1.0, 0.0);
        let upside_down: Vec<f64> = raws.iter().map(|raw| -raw).collect();
        assert_eq!(Platt::fit(&upside_down, &labels), None);
        assert_eq!(Platt::fit(&vec![1.0; raws.len()], &labels), None);
    }
}
