//! Lists of matters that a supervisor, a hotline or another body passes on, taken in row by row.
//!
//! A row's identity is the body and its own number. A row is new, says the same as before, says something else (then the
//! order is corrected and its events are the trail), stands twice in the list, or cannot be taken; nothing of it stops
//! another row, and the same list may be taken in as often as anybody likes. Nothing here knows where a file came from, and
//! a report never repeats what a row says about a person.

mod cells;
mod columns;
mod compare;
mod reconcile;
mod report;
mod row;
mod taken;
#[cfg(test)]
mod tests;

pub(crate) use columns::folded;
pub use reconcile::{Mode, Taker, reconcile};
pub use report::{Counts, Report, RowNote, RowOutcome, RowReport, UnknownColumn};
pub use row::{List, ListError, ROWS_MAX, read};
pub use taken::{ListEvent, keep, record};

use kernel::{OrgPath, Timestamp};
use regulation::MatterSource;

/// What a list does not say of itself.
#[derive(Debug, Clone)]
pub struct ListOptions {
    /// Who passed the list on.
    pub source: MatterSource,
    /// Where rows go whose unit is not named or not known.
    pub unit: OrgPath,
    /// When the bank received the list; its time counts from then, where a row does not say.
    pub received_at: Timestamp,
}
