//! What becomes of a batch of past matters: orders, matters that were orders before, or rows with their fault. It must never
//! repeat what a row says.

use kernel::{FieldProblem, Problem, Text, Timestamp};
use ledger::{Cause, Ledger};
use table::RowError;

use super::mapping::{Binding, PastMatter};
use crate::{
    historical::{self, Historical},
    model::Law,
};

/// What became of a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is an order now.
    Taken,
    /// It was one before.
    Already,
}

/// What becomes of each matter of a batch.
pub type Fates = Vec<Result<Fate, RowError>>;

/// Looks at a batch and takes nothing; units are not looked up.
pub fn check(batch: &[PastMatter], binding: &Binding, law: &Law, now: Timestamp) -> Fates {
    let one = |matter: &PastMatter| match matter.row.check(law, now) {
        faults if faults.is_empty() => Ok(Fate::Taken),
        faults => Err(refused(matter, &faults, binding)),
    };
    batch.iter().map(one).collect()
}

/// Looks at a batch as [`check`] does, and whether there are such units.
///
/// # Errors
/// When the database fails.
pub fn check_with_units(
    ledger: &Ledger,
    batch: &[PastMatter],
    binding: &Binding,
    law: &Law,
    now: Timestamp,
) -> Result<Fates, Problem> {
    let names = batch.iter().map(|matter| matter.row.unit.as_str());
    let places = ledger.read(|conn| historical::find_units(conn, names))?;
    let one = |matter: &PastMatter| {
        let mut faults = matter.row.check(law, now);
        if !places.contains_key(&matter.row.unit) {
            faults.push(historical::unknown_unit());
        }
        if faults.is_empty() { Ok(Fate::Taken) } else { Err(refused(matter, &faults, binding)) }
    };
    Ok(batch.iter().map(one).collect())
}

/// Takes a batch, in one unit of work.
///
/// # Errors
/// When the database fails; then nothing of the batch was taken.
pub fn take(
    ledger: &Ledger,
    cause: &Cause,
    batch: &[PastMatter],
    binding: &Binding,
    law: &Law,
) -> Result<Fates, Problem> {
    let rows: Vec<Historical> = batch.iter().map(|matter| matter.row.clone()).collect();
    let taken = historical::import_chunk(ledger, cause, law, &rows)?;
    let fate = |(matter, taken): (&PastMatter, historical::Taken)| match taken {
        historical::Taken::New(_) => Ok(Fate::Taken),
        historical::Taken::Known(_) => Ok(Fate::Already),
        historical::Taken::Different { order, fields } => Err(differs(matter, order, &fields)),
        historical::Taken::Refused(faults) => Err(refused(matter, &faults, binding)),
    };
    Ok(batch.iter().zip(taken).map(fate).collect())
}

/// The faults of a matter as one error: the column of the first, and each sentence once. One wrong date makes others wrong that
/// follow from it, and nobody is helped by reading of them as well.
fn refused(matter: &PastMatter, faults: &[FieldProblem], binding: &Binding) -> RowError {
    let column = faults.first().map_or("", |fault| binding.column_of(&fault.pointer));
    let mut told: Vec<(&str, &Text)> = Vec::new();
    for fault in faults {
        let at = binding.column_of(&fault.pointer);
        // A field without a column of its own says nothing new by saying the same.
        let again = told.iter().any(|(column, text)| **text == fault.message && (at.is_empty() || *column == at));
        if !again {
            told.push((at, &fault.message));
        }
    }
    let join = |pick: fn(&Text) -> &str| {
        let sentence = |(at, (other, text)): (usize, &(&str, &Text))| {
            // Sentences behind the first carry their own column.
            if at > 0 && !other.is_empty() { format!("{other}: {}", pick(text)) } else { pick(text).to_owned() }
        };
        told.iter().enumerate().map(sentence).collect::<Vec<_>>().join(" ")
    };
    RowError::column(matter.line, column, Text::of(join(|text| &text.zh), join(|text| &text.en)))
}

fn differs(matter: &PastMatter, order: kernel::id::OrderId, fields: &[&str]) -> RowError {
    let fields = fields.join(", ");
    RowError::row(
        matter.line,
        Text::of(
            format!("先前已导入为 {order}，当时的内容不同（{fields}）；没有改动。"),
            format!("It was taken before as {order} and said something else then ({fields}); nothing was changed."),
        ),
    )
}
