//! Misses streams by what the rooms still show of them: a row made from a stream outlives the stream's removal, unless whoever
//! removed it knew every table. Must never change a row, and never take one for the truth: the events are.

use diesel::{OptionalExtension, QueryableByName, RunQueryDsl, sql_query, sql_types};

use super::{Finding, finding};
use crate::{Connection, StoreError, on_each};

/// A table with one row for each stream of some kind, written in the same transaction as the stream's events. Its column `id` is
/// the stream's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Projection {
    /// The table.
    pub table: &'static str,
    /// Its column `version` is the version of the stream's last event; without one, only the stream's being there is checked.
    pub versioned: bool,
}

/// A row and what the heads say of its stream.
#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = sql_types::Text)]
    id: String,
    #[diesel(sql_type = sql_types::BigInt)]
    version: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    head: i64,
}

/// A row that shows more of its stream than there is. Heads must have been compared with the events before.
pub(crate) fn compare(connection: &mut Connection, projection: Projection) -> Result<Option<Finding>, StoreError> {
    let table = projection.table;
    let version = if projection.versioned { "shown.version" } else { "1" };
    let query = format!(
        "SELECT shown.id AS id, CAST({version} AS bigint) AS version, COALESCE(streams.version, 0) AS head \
         FROM {table} AS shown LEFT JOIN streams ON streams.stream = shown.id \
         WHERE COALESCE(streams.version, 0) < {version} LIMIT 1"
    );
    let shown: Option<Shown> = on_each!(connection, |c| sql_query(query).get_result(c)).optional()?;
    Ok(shown.map(|shown| finding::shown_only(table, &shown.id, shown.version, shown.head)))
}
