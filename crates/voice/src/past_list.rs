//! Lists of past complaints on their way in: a mapping says which column gives what, rows are read by it, batches are taken.
//!
//! The command line and the workbench both take lists in through here. Nothing here opens a path or speaks HTTP, and an error
//! never repeats a value of the list.

mod fates;
pub mod look;
pub mod mapping;
mod propose;
mod rows;
pub mod taking;

pub use fates::{Fate, Fates, check, check_with_units, take};
pub use propose::propose;
pub use rows::{Next, Rows};

use kernel::{ActorRef, Date, OrgPath, Text, Timestamp, id::ImportId};
use people::model::upload::UploadState;
use regulation::{ClockActor, MatterKind, MatterSource, Milestone, Regulations, Situation};

/// Rows of one unit of work: some tens of milliseconds of the one writer, and few enough to be done again after a stop.
pub const BATCH_ROWS: usize = 500;

/// The days of the ordinary limit for telling a complainant of the decision, as the law sets it on `today`.
pub fn ordinary_days(law: &Regulations, today: Date) -> Option<u32> {
    let complaint = Situation::named(MatterKind::Complaint, MatterSource::Direct);
    let opening = law.opening_clocks(&complaint, today).into_iter();
    let answers =
        opening.filter(|rule| rule.body.actor == ClockActor::Bank && rule.body.stop == Milestone::DecisionNotified);
    answers.map(|rule| rule.body.period.length()).min()
}

/// What became of the rows of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Orders that are new.
    pub taken: u64,
    /// Rows that were taken before.
    pub already: u64,
    /// Rows that say the same as an earlier row of the file.
    pub repeated: u64,
    /// Rows that the mapping leaves out.
    pub skipped: u64,
    /// Rows that were not taken.
    pub refused: u64,
}

/// A list that somebody uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastList {
    /// Its id.
    pub id: ImportId,
    /// The name of the list, a part of every order's identity.
    pub source: String,
    /// Where its rows go that name no unit.
    pub unit: OrgPath,
    /// How far it is, as it was last said; see [`UploadState::at`].
    pub state: UploadState,
    /// What became of its rows.
    pub counts: Counts,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes read so far; of a workbook nothing is known until its end.
    pub bytes_read: u64,
    /// Who uploaded it.
    pub taken_by: ActorRef,
    /// The hash of the file in hexadecimal.
    pub digest: String,
    /// Since when.
    pub started_at: Timestamp,
    /// The last sign of life.
    pub touched_at: Timestamp,
    /// Why it could not be taken, or not to its end.
    pub failure: Option<Text>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ordinary_limit_is_the_laws() {
        let law = Regulations::builtin().unwrap();
        assert_eq!(ordinary_days(&law, jiff::civil::date(2026, 11, 22)), Some(15));
    }
}
