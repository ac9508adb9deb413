//! The figures by which scores are judged against labels. All treat equal scores alike, whatever the order of the rows.
//! A figure that cannot be computed is absent, never zero.

mod calibration;
mod cards;
mod ranking;
mod stability;

pub use calibration::{Calibration, CalibrationBin, calibration};
pub use cards::{CardDay, CardPrecision, Scored, card_precision};
pub use ranking::{auc, average_precision, recall_at_false_positives};
pub use stability::{STABILITY_BINS, Stability};
