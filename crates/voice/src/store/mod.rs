//! The room's SQL: projections beside the event streams, and the queries behind lists, look-ups and timers.
//!
//! A row that cannot be what it must be names its table, column and key. Nothing here decides who may see what: scopes and
//! filters come in as values.

pub mod abnormal;
pub mod bases;
pub mod book;
pub mod bulk;
pub mod columns;
pub mod day;
pub mod exports;
pub mod files;
pub mod filter;
pub mod guesses;
pub mod hot;
pub mod imports;
mod insert;
pub mod invitations;
pub mod leads;
pub mod links;
pub mod list;
pub mod listings;
pub mod lookups;
pub mod members;
pub mod messages;
pub mod orders;
pub mod origins;
pub mod outcomes;
pub mod parts;
pub mod portal;
pub mod rectifications;
pub mod regulator_lists;
pub mod reports;
pub mod rotation;
pub mod rows;
pub(crate) mod schema;
pub mod search;
pub mod sketches;
pub mod sweeps;
pub mod tasks;
pub mod teaching_cases;
pub mod waits;

#[cfg(test)]
mod tests;

use std::{fmt::Display, str::FromStr};

use kernel::OrgPath;
use ledger::StoreError;

/// Reads a stored word, id or path.
pub(crate) fn parse<T: FromStr>(
    table: &'static str,
    column: &'static str,
    row: impl Display,
    text: &str,
) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::corrupt(table, column, row, "not a value this program knows"))
}

/// Reads a stored word of a closed list.
pub(crate) fn word<T>(
    table: &'static str,
    column: &'static str,
    row: impl Display,
    found: Option<T>,
) -> Result<T, StoreError> {
    found.ok_or_else(|| StoreError::corrupt(table, column, row, "not a word this program knows"))
}

/// Reads a stored path.
pub(crate) fn parse_path(
    table: &'static str,
    column: &'static str,
    row: impl Display,
    text: &str,
) -> Result<OrgPath, StoreError> {
    OrgPath::parse(text).map_err(|_| StoreError::corrupt(table, column, row, "not a path"))
}

/// Checks that a statement that must touch one row did.
pub(crate) fn one_row(rows: usize, table: &'static str, row: impl Display) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::corrupt(table, "seq", row, format!("{rows} rows instead of one"))) }
}
