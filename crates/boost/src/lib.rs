//! Learning from labelled history: gradient-boosted trees, a logistic regression beside them, and the figures by which a
//! model is judged on a later period than it learnt from.
//!
//! The same rows and options give the same model to the bit, on one thread. A model is written as a LightGBM text file,
//! which LightGBM itself and the decision engine read. This crate must never do I/O, read a clock, draw randomness that
//! no seed repeats, or know what its columns mean.

mod bins;
mod calibrate;
mod fault;
mod grow;
mod histogram;
mod lightgbm;
mod logistic;
mod matrix;
pub mod metrics;
mod model;
mod shuffle;
mod sigmoid;
mod train;
mod validate;

pub use calibrate::{PLATT_POSITIVES_MIN, Platt};
pub use fault::BoostFault;
pub use logistic::{Regression, RegressionOptions};
pub use matrix::{COLUMNS_MAX, Matrix, NAME_CHARS_MAX, ROWS_MAX};
pub use model::{Branch, Child, Leaf, Model, Tree};
pub use sigmoid::probability;
pub use train::{Options, Round, Trained, train};
pub use validate::{VALIDATION_FOLDS, Validated, cross_validate};
