//! Years of public holidays that were imported from a page, as rows. What a row says is read by `regulation` again.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::{ActorRef, Timestamp};
use ledger::{Connection, StoreError, on_each};

use super::schema::holiday_years;

/// Years that are read at most: two centuries, as many as a calendar knows.
const YEARS_MAX: i64 = 256;

/// One imported year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedYear {
    /// The year.
    pub year: i64,
    /// The holidays as our own TOML.
    pub body: String,
    /// Who imported it.
    pub imported_by: ActorRef,
    /// When.
    pub imported_at: Timestamp,
}

/// Every imported year, oldest first.
///
/// # Errors
/// When the database fails.
pub fn all(connection: &mut Connection) -> Result<Vec<ImportedYear>, StoreError> {
    let query = holiday_years::table.order(holiday_years::year).limit(YEARS_MAX).select((
        holiday_years::year,
        holiday_years::body,
        holiday_years::imported_by,
        holiday_years::imported_at,
    ));
    let rows: Vec<(i64, String, String, i64)> = on_each!(connection, |c| query.load(c))?;
    let read = |(year, body, by, at)| ImportedYear {
        year,
        body,
        imported_by: ActorRef::from_stored(by),
        imported_at: Timestamp::from_micros(at),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Keeps a year in the place of what was imported for it before.
///
/// # Errors
/// When the database fails.
pub fn put(connection: &mut Connection, year: &ImportedYear) -> Result<(), StoreError> {
    let there = holiday_years::table.find(year.year);
    let known: Option<i64> = on_each!(connection, |c| there.select(holiday_years::year).first(c)).optional()?;
    let values = (
        holiday_years::body.eq(&year.body),
        holiday_years::imported_by.eq(year.imported_by.as_str()),
        holiday_years::imported_at.eq(year.imported_at.as_micros()),
    );
    if known.is_some() {
        on_each!(connection, |c| diesel::update(there).set(values).execute(c))?;
    } else {
        let row = (holiday_years::year.eq(year.year), values);
        on_each!(connection, |c| diesel::insert_into(holiday_years::table).values(row).execute(c))?;
    }
    Ok(())
}
