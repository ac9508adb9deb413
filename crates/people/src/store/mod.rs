//! The room's SQL: rows in, domain values out. A row that cannot be what it must be names its table, column and key.
//!
//! It must never decide who may do what, and never hand out a sealed value in clear unless that is what it is asked for.

pub mod credentials;
pub mod customer_erasure;
mod customer_rows;
pub mod customer_seal;
pub mod customers;
#[cfg(test)]
mod explain;
pub mod imports;
pub mod matter_keys;
pub(crate) mod schema;
pub mod scoped;
pub mod sessions;
pub mod staff;
pub mod staff_seal;
pub mod subject_keys;
pub mod tokens;
pub mod units;

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
    if rows == 1 { Ok(()) } else { Err(StoreError::corrupt(table, "id", row, format!("{rows} rows instead of one"))) }
}
