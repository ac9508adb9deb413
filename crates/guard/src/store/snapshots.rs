//! Which snapshots of the windows there are, and how far in the log each is. A row without a time stands for one that was begun.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::Timestamp;
use ledger::{Connection, StoreError, on_each, rows::one_row};

use super::schema::guard_snapshots as table;

const TABLE: &str = "guard_snapshots";

/// A snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRow {
    /// The place in the decision log up to which it holds everything.
    pub seq: i64,
    /// Where it lies in the object store.
    pub object: String,
    /// The decision at that place, by which the log is known to be the same.
    pub decision: String,
    /// A print of what was recorded and how.
    pub definition: String,
    /// Whether it was finished.
    pub is_whole: bool,
}

/// Notes that one is begun; one of the same place that was begun before is begun anew.
pub fn begin(conn: &mut Connection, row: &SnapshotRow) -> Result<(), StoreError> {
    remove(conn, row.seq)?;
    let values = (
        table::seq.eq(row.seq),
        table::object.eq(&row.object),
        table::decision.eq(&row.decision),
        table::definition.eq(&row.definition),
        table::bytes.eq(0_i64),
    );
    on_each!(conn, |c| diesel::insert_into(table::table).values(values).execute(c))?;
    Ok(())
}

/// Notes that one is finished.
pub fn finish(conn: &mut Connection, seq: i64, bytes: u64, now: Timestamp) -> Result<(), StoreError> {
    let (there, bytes) = (table::table.find(seq), i64::try_from(bytes).unwrap_or(i64::MAX));
    let change = (table::bytes.eq(bytes), table::taken_at.eq(Some(now.as_micros())));
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, TABLE, seq)
}

/// Strikes one.
pub fn remove(conn: &mut Connection, seq: i64) -> Result<(), StoreError> {
    on_each!(conn, |c| diesel::delete(table::table.find(seq)).execute(c))?;
    Ok(())
}

/// All of them, the newest first.
pub fn all(conn: &mut Connection) -> Result<Vec<SnapshotRow>, StoreError> {
    type Columns = (i64, String, String, String, Option<i64>);
    let columns = (table::seq, table::object, table::decision, table::definition, table::taken_at);
    let rows: Vec<Columns> = on_each!(conn, |c| table::table.order(table::seq.desc()).select(columns).load(c))?;
    let row = |(seq, object, decision, definition, taken_at): Columns| SnapshotRow {
        seq,
        object,
        decision,
        definition,
        is_whole: taken_at.is_some(),
    };
    Ok(rows.into_iter().map(row).collect())
}
