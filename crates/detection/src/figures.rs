//! The figures of one judged period. What cannot be computed is absent, never zero.

use boost::metrics::{
    Calibration, CardPrecision, Scored, auc, average_precision, calibration, card_precision, recall_at_false_positives,
};
use serde::Serialize;

/// Cards that investigators can look at in a day.
pub const CARDS_A_DAY: u32 = 100;
/// The part of genuine payments that may be disturbed where recall is read off.
pub const FALSE_POSITIVE_SHARE: f64 = 0.01;

/// How well scores found fraud.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    /// Rows judged on.
    pub rows: u64,
    /// Frauds among them.
    pub frauds: u64,
    /// The area under the receiver operating characteristic.
    pub auc: Option<f64>,
    /// The average precision.
    pub average_precision: Option<f64>,
    /// The part of frauds found while one genuine payment in a hundred is disturbed.
    pub recall_at_1_percent: Option<f64>,
    /// How many of the hundred cards a day that score highest were misused; absent if rows have no cards.
    pub card_precision_at_100: Option<CardPrecision>,
    /// Whether probabilities mean what they say.
    pub calibration: Option<Calibration>,
}

impl Figures {
    /// Judges probabilities.
    pub(crate) fn of(scored: &[Scored], has_cards: bool) -> Self {
        let scores: Vec<f64> = scored.iter().map(|one| one.score).collect();
        let labels: Vec<bool> = scored.iter().map(|one| one.is_fraud).collect();
        Self {
            rows: scored.len() as u64,
            frauds: labels.iter().filter(|label| **label).count() as u64,
            auc: auc(&scores, &labels),
            average_precision: average_precision(&scores, &labels),
            recall_at_1_percent: recall_at_false_positives(&scores, &labels, FALSE_POSITIVE_SHARE),
            card_precision_at_100: if has_cards { card_precision(scored, CARDS_A_DAY) } else { None },
            calibration: calibration(&scores, &labels),
        }
    }

    /// The mean card precision.
    pub fn card_precision(&self) -> Option<f64> {
        self.card_precision_at_100.as_ref().map(|cards| cards.mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_cards_there_is_no_card_precision() {
        let scored: Vec<Scored> =
            (0..200).map(|n| Scored { day: 1, card: n, score: n as f64 / 200.0, is_fraud: n >= 150 }).collect();
        let figures = Figures::of(&scored, true);
        assert_eq!((figures.rows, figures.frauds, figures.auc), (200, 50, Some(1.0)));
        assert_eq!((figures.recall_at_1_percent, figures.card_precision()), (Some(1.0), Some(0.5)));
        assert_eq!(Figures::of(&scored, false).card_precision(), None);
        assert_eq!(Figures::of(&[], true).auc, None);
    }
}
