//! Writes a whole database into one file while it is in use, and makes a database from such a file, on either engine.
//!
//! # The format
//!
//! Lines of JSON in UTF-8. The first line is the [`Header`]. Then, for each table, a [`TableHead`] line, one array for each row
//! with its cells in the order of the columns, and a [`TableEnd`] line. The last line is the [`Trailer`]; its digest is the
//! SHA-256 of all bytes before that line. Cells are numbers, texts, `true`, `false`, `null`, or `{"x":"…"}` for bytes in hexadecimal.
//! Tables marked `shadow` are the insides of a SQLite search index and are left out when the file goes into PostgreSQL.
//!
//! The digest guards against damage, not against malice; what the file says is proved by `verify` on the restored database.
//! A backup holds sealed personal data and wrapped keys, and no master key.

mod catalog;
mod dump;
mod lines;
mod load;
mod references;
mod target;

use kernel::{Text, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{StoreError, error::OpenError};

pub(crate) use dump::backup;
pub(crate) use load::restore;

/// What the first line says it is.
const FORMAT: &str = "xiaobao-backup";
/// The version of the format that is written, and the newest that is read.
const FORMAT_VERSION: u32 = 1;

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    engine: Engine,
    at: Timestamp,
    /// The versions of the migrations that had run, in order.
    migrations: Vec<String>,
}

/// The engine a backup was made on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// The line before a table's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct TableHead {
    table: String,
    columns: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    shadow: bool,
}

/// The line behind a table's rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct TableEnd {
    rows: u64,
}

/// The last line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Trailer {
    end: bool,
    tables: u64,
    rows: u64,
    digest: String,
}

/// How far a backup or a restore is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackupProgress {
    /// Rows written or read so far.
    pub rows: u64,
    /// Rows in all; known while backing up.
    pub rows_total: Option<u64>,
    /// Bytes of the file written or read so far.
    pub bytes: u64,
    /// Bytes of the file; known while restoring.
    pub bytes_total: Option<u64>,
}

/// What was written or restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupReport {
    /// Tables.
    pub tables: u64,
    /// Rows.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// The engine the backup was made on.
    pub engine: Engine,
    /// When the backup was made.
    pub at: Timestamp,
    /// A restore from the other engine: search indexes and the like must be built anew by their rooms.
    pub derived_left_out: bool,
}

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file cannot be read or written.
    #[error("the file cannot be read or written: {0}")]
    File(#[from] std::io::Error),
    /// The file is damaged, cut short, or not a backup.
    #[error("line {line} of the backup cannot be used: {detail}")]
    Format {
        /// The line, from 1.
        line: u64,
        /// What is wrong with it, without its content.
        detail: String,
    },
    /// The backup comes from a newer program.
    #[error("the backup needs a newer program: {0} is not known here")]
    Newer(String),
    /// There is something in the database already.
    #[error("the database is not empty: table {table} has rows")]
    NotEmpty {
        /// The first table with rows.
        table: String,
    },
    /// The database was migrated further than the backup.
    #[error("the database has migration {0}, which the backup does not have; restore into a new database")]
    Ahead(String),
    /// The caller stopped it.
    #[error("stopped; nothing was kept")]
    Stopped,
    /// The caller looked at what was loaded and did not want it.
    #[error("refused; nothing was kept")]
    Refused,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database could not be opened or migrated.
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl BackupError {
    /// The error in both languages.
    pub fn text(&self) -> Text {
        let en = self.to_string();
        let zh = match self {
            Self::File(error) => format!("文件无法读写：{error}"),
            Self::Format { line, detail } => format!("备份文件第 {line} 行无法使用：{detail}"),
            Self::Newer(what) => format!("备份来自更新版本的程序：本程序不认识 {what}"),
            Self::NotEmpty { table } => format!("数据库不是空的：表 {table} 中已有数据"),
            Self::Ahead(name) => format!("数据库已执行备份中没有的迁移 {name}，请恢复到新的数据库"),
            Self::Stopped => "已中止，未保留任何内容".to_owned(),
            Self::Refused => "已拒绝，未保留任何内容".to_owned(),
            Self::Store(error) => format!("数据库出错：{error}"),
            Self::Open(error) => format!("数据库无法打开或升级：{error}"),
        };
        Text::of(zh, en)
    }
}

/// A name between double quotes, as both engines take it. Names come from the engine's own catalogue, never from a file.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
