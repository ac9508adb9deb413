//! Matters of the past on their way into the voice room.

use kernel::{Clock as _, FieldProblem, SystemClock, Text};
use ledger::{Cause, Ledger};
use seal::Hasher;
use voice::{
    historical::{self, Historical},
    model::Law,
};

use crate::{
    fault::Outcome,
    mapping::{Binding, PastMatter},
    table::RowError,
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

/// What takes matters in: the voice room, or nobody when a file is only checked.
pub enum Desk {
    /// Every matter becomes an order.
    Open {
        /// Where orders are kept.
        ledger: Ledger,
        /// The run that orders name as their cause.
        cause: Cause,
    },
    /// Matters are looked at and left.
    CheckOnly,
}

impl Desk {
    /// A fresh hasher for telling rows apart. A check without keys needs one only within its file.
    pub fn hasher(&self) -> Hasher {
        match self {
            Self::Open { ledger, .. } => ledger.ports().keyring.hasher(),
            Self::CheckOnly => Hasher::new(seal::SuiteName::Sm),
        }
    }

    /// Takes a batch, in one unit of work.
    pub fn take(&self, batch: &[PastMatter], binding: &Binding, law: &Law) -> Outcome<Fates> {
        match self {
            Self::CheckOnly => {
                let now = SystemClock.now();
                let check = |matter: &PastMatter| match matter.row.check(law, now) {
                    faults if faults.is_empty() => Ok(Fate::Taken),
                    faults => Err(refused(matter, &faults, binding)),
                };
                Ok(batch.iter().map(check).collect())
            }
            Self::Open { ledger, cause } => {
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
        }
    }
}

/// The faults of a matter as one error: the column of the first, the sentences of all.
fn refused(matter: &PastMatter, faults: &[FieldProblem], binding: &Binding) -> RowError {
    let column = faults.first().map_or("", |fault| binding.column_of(&fault.pointer));
    let join = |pick: fn(&Text) -> &str| {
        let sentence = |(at, fault): (usize, &FieldProblem)| {
            let other = binding.column_of(&fault.pointer);
            // Sentences behind the first carry their own column.
            if at > 0 && !other.is_empty() {
                format!("{other}: {}", pick(&fault.message))
            } else {
                pick(&fault.message).to_owned()
            }
        };
        faults.iter().enumerate().map(sentence).collect::<Vec<_>>().join(" ")
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
