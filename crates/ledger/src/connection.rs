//! One connection type for both databases, and the way to reach the engine behind it. Must never open a connection itself.

#![expect(missing_docs, reason = "the derive adds public items without documentation")]

use diesel::{pg::PgConnection, sqlite::SqliteConnection};

/// A connection to either database; the crate exports it as `Connection`, a name that the derive needs for itself here.
/// Typed Diesel queries that both engines know run on it as they are;
/// what only the engines themselves offer (upserts, row locks) goes through [`on_each!`](crate::on_each).
#[derive(diesel::MultiConnection)]
pub enum EngineConnection {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

impl EngineConnection {
    /// Whether the engine is SQLite.
    pub fn is_sqlite(&self) -> bool {
        match self {
            Self::Sqlite(_) => true,
            Self::Postgres(_) => false,
        }
    }
}

/// Runs one expression on the engine's own connection: it is compiled once for each engine, so that upserts,
/// `RETURNING` and the like work, and the statement is built once instead of twice.
///
/// ```text
/// let rows = on_each!(conn, |c| diesel::insert_into(t::table).values(&row).on_conflict_do_nothing().execute(c))?;
/// ```
#[macro_export]
macro_rules! on_each {
    ($connection:expr, |$c:ident| $body:expr) => {
        match $connection {
            $crate::Connection::Sqlite($c) => $body,
            $crate::Connection::Postgres($c) => $body,
        }
    };
}
