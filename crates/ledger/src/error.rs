//! What can go wrong between a room and the database. Messages name tables, columns and ids, never values.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use kernel::{Problem, ProblemKind, Text};

/// A failure of a unit of work or of a read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else appended to the stream first.
    #[error("stream {stream} is at version {found}, not {expected}")]
    Conflict {
        /// The stream.
        stream: String,
        /// The version the caller had seen.
        expected: u64,
        /// The version that is there; 0 when there is no such stream.
        found: u64,
    },
    /// A row with the same key is there already. The constraint is written `table.column, table.column` on both engines.
    #[error("another row has the same {constraint}")]
    Unique {
        /// The columns that must be unique, `table.column, …`.
        constraint: String,
    },
    /// A stored value cannot be what it must be.
    #[error("{table}.{column} of row {row} cannot be read: {detail}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The key of the row; an id, never personal data.
        row: String,
        /// What is wrong, without the value.
        detail: String,
    },
    /// The caller asked for what the ledger does not take; a defect of the calling room.
    #[error("not a valid request to the ledger: {0}")]
    Misuse(String),
    /// The database does not answer, is locked for too long, or the ledger is shutting down. Trying later may help.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The closure panicked; its work was rolled back.
    #[error("the unit of work panicked and was rolled back")]
    Panicked,
    /// The database refused a statement.
    #[error("the database refused a statement: {0}")]
    Database(#[source] DieselError),
}

impl StoreError {
    /// A value of `table`.`column` in `row` that cannot be read.
    pub fn corrupt(
        table: &'static str,
        column: &'static str,
        row: impl std::fmt::Display,
        detail: impl std::fmt::Display,
    ) -> Self {
        Self::Corrupt { table, column, row: row.to_string(), detail: detail.to_string() }
    }

    /// Whether this is a second row where `table.column` must be unique.
    pub fn is_unique(&self, table_column: &str) -> bool {
        match self {
            Self::Unique { constraint } => constraint.split(", ").any(|part| part == table_column),
            Self::Conflict { .. }
            | Self::Corrupt { .. }
            | Self::Misuse(_)
            | Self::Unavailable(_)
            | Self::Panicked
            | Self::Database(_) => false,
        }
    }
}

/// The columns of a broken uniqueness rule, the same text on both engines.
fn unique_columns(info: &dyn diesel::result::DatabaseErrorInformation) -> String {
    // SQLite says "UNIQUE constraint failed: t.a, t.b"; PostgreSQL's details say "Key (a, b)=(…) already exists."
    if let Some(columns) = info.message().strip_prefix("UNIQUE constraint failed: ") {
        return columns.to_owned();
    }
    let table = info.table_name().unwrap_or("?");
    let columns = info
        .details()
        .and_then(|details| details.split_once('(').and_then(|(_, rest)| rest.split_once(")=(")))
        .map(|(columns, _)| columns);
    match columns {
        Some(columns) => columns.split(", ").map(|c| format!("{table}.{c}")).collect::<Vec<_>>().join(", "),
        None => format!("{table}.{}", info.constraint_name().unwrap_or("?")),
    }
}

/// Whether the database is merely busy: the lock wait of SQLite (BUSY, LOCKED) or of PostgreSQL (55P03) ran out.
fn is_busy(message: &str) -> bool {
    message.contains("database is locked")
        || message.contains("database table is locked")
        || message.contains("due to lock timeout")
}

#[expect(clippy::wildcard_enum_match_arm, reason = "Diesel's errors are open; what is not named is a plain refusal")]
impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => {
                Self::Unique { constraint: unique_columns(info.as_ref()) }
            }
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, info) => {
                Self::Unavailable(info.message().to_owned())
            }
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, ref info) if is_busy(info.message()) => {
                Self::Unavailable(info.message().to_owned())
            }
            DieselError::BrokenTransactionManager => Self::Unavailable("the connection broke".to_owned()),
            other => Self::Database(other),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => {
                let message = Text::fixed(
                    "别人刚刚先改动了它，请重新载入后再操作。",
                    "Somebody else changed it just now. Load it again, then repeat your action.",
                );
                Self::new(ProblemKind::Conflict, message).internally(error)
            }
            StoreError::Unavailable(_) => {
                let message = Text::fixed(
                    "数据库暂时没有响应，请稍后再试。",
                    "The database does not answer at the moment. Try again shortly.",
                );
                Self::new(ProblemKind::Unavailable, message).internally(error)
            }
            StoreError::Unique { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Misuse(_)
            | StoreError::Panicked
            | StoreError::Database(_) => Self::internal_error(error),
        }
    }
}

/// Why the ledger could not be opened or migrated.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No connection could be made. The message holds no password.
    #[error("cannot open {database}: {detail}")]
    Connect {
        /// The database, its password left out.
        database: String,
        /// What the engine said.
        detail: String,
    },
    /// A PostgreSQL database that cannot hold Chinese.
    #[error("the encoding of {database} is {encoding}; Xiaobao needs UTF8: create the database with ENCODING 'UTF8'")]
    Encoding {
        /// The database, its password left out.
        database: String,
        /// Its encoding.
        encoding: String,
    },
    /// Two rooms declare a migration of the same number, or the two engines' lists differ.
    #[error("the migrations do not fit together: {0}")]
    Migrations(String),
    /// A newer version of the program has changed the tables. Going on could lose what this version does not know.
    #[error("the tables were changed by a newer version of the program (migrations {})", .0.join(", "))]
    Newer(Vec<String>),
    /// A migration failed; none of this run was kept.
    #[error("migration {name} failed and nothing was changed: {detail}")]
    Migration {
        /// The migration.
        name: String,
        /// What the engine said.
        detail: String,
    },
    /// Something else the database refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}
