//! How stores read their rows: a value that cannot be what it must be names its table, column and key, never itself.

use std::{fmt::Display, str::FromStr};

use kernel::OrgPath;

use crate::StoreError;

/// Reads a stored word, id or path.
pub fn parse<T: FromStr>(
    table: &'static str,
    column: &'static str,
    row: impl Display,
    text: &str,
) -> Result<T, StoreError> {
    text.parse().map_err(|_| StoreError::corrupt(table, column, row, "not a value this program knows"))
}

/// Reads a stored word of a closed list.
pub fn word<T>(
    table: &'static str,
    column: &'static str,
    row: impl Display,
    found: Option<T>,
) -> Result<T, StoreError> {
    found.ok_or_else(|| StoreError::corrupt(table, column, row, "not a word this program knows"))
}

/// Reads a stored path.
pub fn parse_path(
    table: &'static str,
    column: &'static str,
    row: impl Display,
    text: &str,
) -> Result<OrgPath, StoreError> {
    OrgPath::parse(text).map_err(|_| StoreError::corrupt(table, column, row, "not a path"))
}

/// Checks that a statement that must touch one row did.
pub fn one_row(rows: usize, table: &'static str, row: impl Display) -> Result<(), StoreError> {
    if rows == 1 { Ok(()) } else { Err(StoreError::corrupt(table, "seq", row, format!("{rows} rows instead of one"))) }
}
