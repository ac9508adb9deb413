//! Which tables and columns a database has, as its own catalogue says.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};

use super::quoted;
use crate::{Connection, StoreError};

/// The table in which Diesel keeps which migrations have run; a restore runs them itself.
const BOOKKEEPING: &str = "__diesel_schema_migrations";

/// A table to be written or filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// The insides of a SQLite search index.
    pub(super) shadow: bool,
}

/// A column that holds data of its own; computed ones are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// What a column holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Boolean,
    Text,
    Bytes,
    Real,
    /// SQLite without a declared type: each cell says what it is.
    Any,
    /// A type of PostgreSQL's own, carried as text and cast back.
    Other(String),
}

#[derive(QueryableByName)]
struct TableRow {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Bool)]
    shadow: bool,
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Text)]
    type_name: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    count: i64,
}

/// All tables by name; SQLite's virtual tables are represented by their shadow tables.
pub(super) fn tables(connection: &mut Connection) -> Result<Vec<Table>, StoreError> {
    let (tables, columns) = if connection.is_sqlite() {
        (
            "SELECT name, type = 'shadow' AS shadow FROM pragma_table_list \
             WHERE schema = 'main' AND type IN ('table', 'shadow') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
            "SELECT name, upper(type) AS type_name FROM pragma_table_xinfo($1) WHERE hidden = 0 ORDER BY cid",
        )
    } else {
        (
            "SELECT c.relname::text AS name, false AS shadow FROM pg_class c \
             WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition \
             ORDER BY c.relname",
            "SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type_name FROM pg_attribute a \
             WHERE a.attrelid = to_regclass(quote_ident($1)) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' \
             ORDER BY a.attnum",
        )
    };
    let rows: Vec<TableRow> = sql_query(tables).load(connection)?;
    let mut list = Vec::new();
    for row in rows.into_iter().filter(|row| row.name != BOOKKEEPING) {
        let found: Vec<ColumnRow> = sql_query(columns).bind::<sql_types::Text, _>(&row.name).load(connection)?;
        let sqlite = connection.is_sqlite();
        let columns = found.into_iter().map(|c| Column { kind: kind(&c.type_name, sqlite), name: c.name }).collect();
        list.push(Table { name: row.name, columns, shadow: row.shadow });
    }
    Ok(list)
}

fn kind(type_name: &str, sqlite: bool) -> Kind {
    match type_name {
        "INTEGER" | "INT" | "bigint" | "integer" | "smallint" => Kind::Integer,
        "boolean" => Kind::Boolean,
        "TEXT" | "text" => Kind::Text,
        "BLOB" | "bytea" => Kind::Bytes,
        "REAL" | "double precision" | "real" => Kind::Real,
        _ if sqlite => Kind::Any,
        other => Kind::Other(other.to_owned()),
    }
}

/// Rows of a table.
pub(super) fn count(connection: &mut Connection, table: &Table) -> Result<u64, StoreError> {
    let row: Count =
        sql_query(format!("SELECT count(*) AS count FROM {}", quoted(&table.name))).get_result(connection)?;
    Ok(row.count.unsigned_abs())
}

/// Whether a table has any row; quicker than counting them.
pub(super) fn has_rows(connection: &mut Connection, table: &Table) -> Result<bool, StoreError> {
    let some = format!("SELECT count(*) AS count FROM (SELECT 1 FROM {} LIMIT 1) AS found", quoted(&table.name));
    let row: Count = sql_query(some).get_result(connection)?;
    Ok(row.count > 0)
}
