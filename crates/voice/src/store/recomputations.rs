//! When running deadlines were looked through because a calendar may have changed, and how many moved. Computes none itself.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::Timestamp;
use ledger::{Connection, StoreError, on_each};

use super::schema::order_recomputations as rows;

/// How many are kept: one a day for a year, and those that people caused.
const KEPT: i64 = 400;

/// One time that all running deadlines were looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recomputation {
    /// When it began.
    pub began_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Orders that were looked through.
    pub looked: i64,
    /// Orders of which a deadline moved.
    pub moved: i64,
}

/// Keeps one, and forgets the oldest.
///
/// # Errors
/// When the database fails.
pub fn add(conn: &mut Connection, done: &Recomputation) -> Result<(), StoreError> {
    let there = rows::table.find(done.began_at.as_micros());
    // Two that began in one microsecond are told as one: tests stop the clock, machines do not.
    on_each!(conn, |c| diesel::delete(there).execute(c))?;
    let row = (
        rows::began_at.eq(done.began_at.as_micros()),
        rows::ended_at.eq(done.ended_at.as_micros()),
        rows::looked.eq(done.looked),
        rows::moved.eq(done.moved),
    );
    on_each!(conn, |c| diesel::insert_into(rows::table).values(row).execute(c))?;
    let oldest = rows::table.select(rows::began_at).order(rows::began_at.desc()).offset(KEPT);
    let oldest: Option<i64> = on_each!(conn, |c| oldest.first(c)).optional()?;
    if let Some(oldest) = oldest {
        let past = rows::table.filter(rows::began_at.le(oldest));
        on_each!(conn, |c| diesel::delete(past).execute(c))?;
    }
    Ok(())
}

/// The newest, newest first.
///
/// # Errors
/// When the database fails.
pub fn newest(conn: &mut Connection, count: i64) -> Result<Vec<Recomputation>, StoreError> {
    let query = rows::table.order(rows::began_at.desc()).limit(count).select((
        rows::began_at,
        rows::ended_at,
        rows::looked,
        rows::moved,
    ));
    let found: Vec<(i64, i64, i64, i64)> = on_each!(conn, |c| query.load(c))?;
    let read = |(began, ended, looked, moved)| Recomputation {
        began_at: Timestamp::from_micros(began),
        ended_at: Timestamp::from_micros(ended),
        looked,
        moved,
    };
    Ok(found.into_iter().map(read).collect())
}
