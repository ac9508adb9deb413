//! Learning to detect fraud: labelled payments of the past go through the decision engine's own fields, windows and
//! expressions in the order of time, a model is learnt from one period, and judged on a later one.
//!
//! A fraud enters the windows only when it became known, as an event of its own at that time, so nothing that a live
//! decision could not know is learnt from. This crate must never do I/O, read a clock, or hold a feature of its own: what
//! a model sees is declared in data, and computed by the code that decides live.

mod card;
mod fault;
mod features;
mod figures;
mod history;
mod judging;
mod mapping;
mod moment;
mod protocol;
mod spec;
mod study;

pub use card::{ModelCard, Span};
pub use fault::DetectionFault;
pub use features::RefusedRow;
pub use figures::{CARDS_A_DAY, FALSE_POSITIVE_SHARE, Figures};
pub use history::{History, HistoryReader};
pub use judging::{Judging, Verdict};
pub use mapping::{FieldSpec, LabelSpec, Mapping, Reading};
pub use moment::{Counts, TimeSpec};
pub use protocol::{Days, FOLDS_MAX, Fold, PART_DAYS_MAX, Protocol, date_of_day, number_of_date};
pub use spec::{Training, TrainingSpec};
pub use study::{FoldResult, Learnt, Lesson, Stage, Study, Watch};
