//! Marks between decisions: behind which place of the log which part of which change of a list counted. They are what a replay needs
//! to know the lists of each decision; nothing is ever changed.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::id::ListChangeId;
use ledger::{
    Connection, StoreError, on_each,
    rows::{parse, word},
};

use super::schema::guard_marks as table;

const TABLE: &str = "guard_marks";

kernel::words! {
    /// What a mark tells.
    MarkKind {
        /// Memory was made with all of these changes.
        Start = "start", "重建", "made anew";
        /// A piece of a change was taken over.
        Piece = "piece", "部分", "a piece";
        /// A change was taken over whole.
        Done = "done", "完成", "whole";
    }
}

/// What became of lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MarkWhat {
    /// Memory was made with all of these changes, in this order.
    Start(Vec<ListChangeId>),
    /// The entries of a change up to a place were taken over.
    Piece(ListChangeId, i64),
    /// A change was taken over whole.
    Done(ListChangeId),
}

/// A mark in the order of decisions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The last decision that it does not count for.
    pub seq: i64,
    /// What became of lists.
    pub what: MarkWhat,
}

/// Adds a mark.
pub fn insert(conn: &mut Connection, mark: &Mark) -> Result<(), StoreError> {
    let (kind, change, upto, changes) = match &mark.what {
        MarkWhat::Start(changes) => {
            let all: Vec<String> = changes.iter().map(ToString::to_string).collect();
            (MarkKind::Start, None, None, Some(all.join(" ")))
        }
        MarkWhat::Piece(change, upto) => (MarkKind::Piece, Some(change.to_string()), Some(*upto), None),
        MarkWhat::Done(change) => (MarkKind::Done, Some(change.to_string()), None, None),
    };
    let row = (
        table::seq.eq(mark.seq),
        table::kind.eq(kind.as_str()),
        table::change.eq(change),
        table::upto.eq(upto),
        table::changes.eq(changes),
    );
    on_each!(conn, |c| diesel::insert_into(table::table).values(row).execute(c))?;
    Ok(())
}

/// A mark as it is read: id, place, kind, change, place of the entry, changes.
type Columns = (i64, i64, String, Option<String>, Option<i64>, Option<String>);

/// The id of the last mark; 0 before the first.
pub fn last(conn: &mut Connection) -> Result<i64, StoreError> {
    let query = table::table.select(diesel::dsl::max(table::id));
    let last: Option<i64> = on_each!(conn, |c| query.first(c))?;
    Ok(last.unwrap_or_default())
}

/// Every mark in its order.
pub fn all(conn: &mut Connection) -> Result<Vec<Mark>, StoreError> {
    let rows: Vec<Columns> = on_each!(conn, |c| table::table
        .order(table::id)
        .select((table::id, table::seq, table::kind, table::change, table::upto, table::changes))
        .load(c))?;
    rows.into_iter().map(mark).collect()
}

fn mark((id, seq, kind, change, upto, changes): Columns) -> Result<Mark, StoreError> {
    let one = || parse(TABLE, "change", id, change.as_deref().unwrap_or_default());
    let what = match word(TABLE, "kind", id, MarkKind::from_stored(&kind))? {
        MarkKind::Start => {
            let all = changes.as_deref().unwrap_or_default().split_whitespace();
            MarkWhat::Start(all.map(|text| parse(TABLE, "changes", id, text)).collect::<Result<_, _>>()?)
        }
        MarkKind::Piece => {
            let upto = upto.ok_or_else(|| StoreError::corrupt(TABLE, "upto", id, "missing"))?;
            MarkWhat::Piece(one()?, upto)
        }
        MarkKind::Done => MarkWhat::Done(one()?),
    };
    Ok(Mark { seq, what })
}

/// The changes that lists hold by the marks, in the order in which they were taken over; `None` while one is taken over in part,
/// or before the first mark.
pub fn held(marks: &[Mark]) -> Option<Vec<ListChangeId>> {
    let (mut held, mut part) = (None, None);
    for mark in marks {
        match &mark.what {
            MarkWhat::Start(changes) => (held, part) = (Some(changes.clone()), None),
            MarkWhat::Piece(change, _) => part = Some(*change),
            MarkWhat::Done(change) => {
                part = part.filter(|part| part != change);
                held.as_mut()?.push(*change);
            }
        }
    }
    held.filter(|_| part.is_none())
}
