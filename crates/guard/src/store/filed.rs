//! How much of the journal the database has: the number of the last record, in the same commit as what the record holds.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use ledger::{Connection, StoreError, on_each};

use super::schema::guard_filed as table;

/// The one row.
const ONLY: i32 = 1;

/// The number of the last record that is in the database; none before the first start with a journal.
pub fn last(conn: &mut Connection) -> Result<Option<u64>, StoreError> {
    let number: Option<i64> = on_each!(conn, |c| table::table.find(ONLY).select(table::number).first(c)).optional()?;
    Ok(number.map(i64::cast_unsigned))
}

/// Keeps the number of the last record.
pub fn put(conn: &mut Connection, number: u64) -> Result<(), StoreError> {
    let number = table::number.eq(number.cast_signed());
    let rows = on_each!(conn, |c| diesel::update(table::table.find(ONLY)).set(number).execute(c))?;
    if rows == 0 {
        on_each!(conn, |c| diesel::insert_into(table::table).values((table::id.eq(ONLY), number)).execute(c))?;
    }
    Ok(())
}
