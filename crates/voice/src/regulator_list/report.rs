//! What became of each row of a list, and of the whole. Holds no personal data: numbers, ids, columns and sentences only.

use kernel::{Text, id::OrderId};
use serde::{Deserialize, Serialize};

use crate::model::{correction::CorrectedField, words::words};

words! {
    /// What became of a row.
    RowOutcome {
        /// It is a new order.
        New = "new", "新增", "new";
        /// It was taken before and says the same.
        Same = "same", "无变化", "unchanged";
        /// It was taken before and says something else now; the order was corrected.
        Corrected = "corrected", "已更正", "corrected";
        /// It repeats an earlier row of the list word for word.
        Duplicate = "duplicate", "清单内重复", "repeated in the list";
        /// It has the number of an earlier row of the list and says something else; it was not taken.
        Conflicting = "conflicting", "清单内矛盾", "contradicts an earlier row";
        /// It could not be taken.
        Refused = "refused", "未接受", "refused";
    }
}

/// A remark on a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowNote {
    /// The column that it is about; empty for the whole row.
    pub column: String,
    /// What to know or to do.
    pub text: Text,
}

impl RowNote {
    /// A remark on a column.
    pub fn new(column: &str, text: Text) -> Self {
        Self { column: column.to_owned(), text }
    }
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowReport {
    /// The line of the file on which it starts.
    pub line: u64,
    /// The sender's number, as far as it could be read.
    pub number: Option<String>,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The order that it is, was or would correct.
    pub order: Option<OrderId>,
    /// What a correction changed.
    pub fields: Vec<CorrectedField>,
    /// What to know or to do about it.
    pub notes: Vec<RowNote>,
}

/// A column that the program does not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownColumn {
    /// Its header.
    pub name: String,
    /// Rows that say something in it.
    pub filled: u64,
}

/// How many rows became what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// New orders.
    pub new: u32,
    /// Rows that said the same as before.
    pub same: u32,
    /// Corrected orders.
    pub corrected: u32,
    /// Rows repeated in the list.
    pub duplicate: u32,
    /// Rows that contradict an earlier one.
    pub conflicting: u32,
    /// Rows that could not be taken.
    pub refused: u32,
}

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its rows in order.
    pub rows: Vec<RowReport>,
    /// Columns that were passed over.
    pub unknown_columns: Vec<UnknownColumn>,
}

impl Report {
    /// How many rows became what.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for row in &self.rows {
            let count = match row.outcome {
                RowOutcome::New => &mut counts.new,
                RowOutcome::Same => &mut counts.same,
                RowOutcome::Corrected => &mut counts.corrected,
                RowOutcome::Duplicate => &mut counts.duplicate,
                RowOutcome::Conflicting => &mut counts.conflicting,
                RowOutcome::Refused => &mut counts.refused,
            };
            *count = count.saturating_add(1);
        }
        counts
    }
}
