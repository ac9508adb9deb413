//! Writes the backup: one snapshot, every table, cell by cell. Never keeps a half-written file.

use std::{
    fs::{File, OpenOptions},
    io::{BufWriter, Write},
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use diesel::{
    PgConnection, QueryResult, RunQueryDsl, SqliteConnection,
    connection::{DefaultLoadingMode, LoadConnection},
    deserialize::FromSql,
    pg::{Pg, PgValue},
    result::Error,
    row::{Field, Row},
    sql_query,
    sql_types::{BigInt, Bool, Double},
    sqlite::{SqliteType, SqliteValue},
};
use seal::{Hasher, SuiteName};
use serde::Serialize;

use super::{
    BackupError, BackupProgress, BackupReport, Engine, FORMAT, FORMAT_VERSION, Header, TableEnd, TableHead, Trailer,
    catalog::{self, Kind, Table},
    quoted,
};
use crate::{Connection, Ledger, StoreError, migrate};

/// Bytes gathered before they are written.
const BUFFER_BYTES: usize = 1024 * 1024;
/// Rows after which progress is told.
const ROWS_PER_STEP: u64 = 10_000;
/// Rows fetched at a time from PostgreSQL, whose results come whole.
const FETCH: u64 = 2_000;

/// Tells how far it is; may stop.
pub(crate) type Report<'a> = &'a mut dyn FnMut(BackupProgress) -> ControlFlow<()>;

/// Writes a backup to a file that must not exist.
pub(crate) fn backup(ledger: &Ledger, path: &Path, progress: Report<'_>) -> Result<BackupReport, BackupError> {
    // The name appears when the file is whole; until then it has another.
    let unfinished = PathBuf::from(format!("{}.part", path.display()));
    if path.exists() {
        return Err(BackupError::File(std::io::Error::from(std::io::ErrorKind::AlreadyExists)));
    }
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    // Titles stand in it in clear, and hashes of passwords.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&unfinished)?;
    let written = ledger.read(|connection| write(ledger, connection, file, progress));
    let finished = written.and_then(|report| {
        std::fs::rename(&unfinished, path)?;
        sync_folder(path)?;
        Ok(report)
    });
    if finished.is_err() {
        // The reason of the failure is what counts; a leftover with another name does no harm.
        let _ = std::fs::remove_file(&unfinished);
    }
    finished
}

/// The new name itself survives a power cut only once its folder is on disk.
fn sync_folder(path: &Path) -> Result<(), BackupError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()?;
    Ok(())
}

fn write(
    ledger: &Ledger,
    connection: &mut Connection,
    file: File,
    progress: Report<'_>,
) -> Result<BackupReport, BackupError> {
    let engine = if connection.is_sqlite() { Engine::Sqlite } else { Engine::Postgres };
    let at = ledger.context().now();
    let header = Header {
        format: FORMAT.to_owned(),
        version: FORMAT_VERSION,
        engine,
        at,
        migrations: migrate::applied(connection)?,
    };
    let tables = catalog::tables(connection)?;
    let mut rows_total = 0;
    for table in &tables {
        rows_total += catalog::count(connection, table)?;
    }
    let mut out = Out::new(file, rows_total, progress);
    out.line(&header)?;
    for table in &tables {
        let columns = table.columns.iter().map(|c| c.name.clone()).collect();
        out.line(&TableHead { table: table.name.clone(), columns, shadow: table.shadow })?;
        let before = out.rows;
        match connection {
            Connection::Sqlite(c) => table_of_sqlite(c, table, &mut out)?,
            Connection::Postgres(c) => table_of_postgres(c, table, &mut out)?,
        }
        let rows = out.rows - before;
        out.line(&TableEnd { rows })?;
    }
    let (rows, bytes) = out.finish(tables.len() as u64)?;
    Ok(BackupReport { tables: tables.len() as u64, rows, bytes, engine, at, derived_left_out: false })
}

/// The file being written, its digest, and how far it is.
struct Out<'a> {
    file: BufWriter<File>,
    hasher: Hasher,
    line: Vec<u8>,
    rows: u64,
    bytes: u64,
    rows_total: u64,
    progress: Report<'a>,
}

impl<'a> Out<'a> {
    fn new(file: File, rows_total: u64, progress: Report<'a>) -> Self {
        let file = BufWriter::with_capacity(BUFFER_BYTES, file);
        let hasher = Hasher::new(SuiteName::Intl);
        Self { file, hasher, line: Vec::new(), rows: 0, bytes: 0, rows_total, progress }
    }

    fn line(&mut self, value: &impl Serialize) -> Result<(), BackupError> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, value).map_err(std::io::Error::from)?;
        self.end_line()
    }

    fn end_line(&mut self) -> Result<(), BackupError> {
        self.line.push(b'\n');
        self.hasher.update(&self.line);
        self.bytes += self.line.len() as u64;
        self.file.write_all(&self.line)?;
        Ok(())
    }

    /// One row, whose cells are put in by `cells`.
    fn row(&mut self, cells: impl FnOnce(&mut Vec<u8>) -> QueryResult<()>) -> Result<(), BackupError> {
        self.line.clear();
        self.line.push(b'[');
        cells(&mut self.line).map_err(StoreError::from)?;
        self.line.push(b']');
        self.end_line()?;
        self.rows += 1;
        if self.rows.is_multiple_of(ROWS_PER_STEP) {
            let (rows, bytes) = (self.rows, self.bytes);
            let told = BackupProgress { rows, rows_total: Some(self.rows_total), bytes, bytes_total: None };
            if (self.progress)(told).is_break() {
                return Err(BackupError::Stopped);
            }
        }
        Ok(())
    }

    fn finish(mut self, tables: u64) -> Result<(u64, u64), BackupError> {
        let digest = self.hasher.clone().finish().to_string();
        let rows = self.rows;
        self.line(&Trailer { end: true, tables, rows, digest })?;
        self.file.flush()?;
        self.file.get_ref().sync_all()?;
        let last = BackupProgress { rows, rows_total: Some(rows), bytes: self.bytes, bytes_total: None };
        // It is written; stopping now would only waste it.
        let _ = (self.progress)(last);
        Ok((rows, self.bytes))
    }
}

fn column_list(table: &Table, cast: impl Fn(&str, &Kind) -> String) -> String {
    table.columns.iter().map(|column| cast(&quoted(&column.name), &column.kind)).collect::<Vec<_>>().join(", ")
}

fn table_of_sqlite(c: &mut SqliteConnection, table: &Table, out: &mut Out<'_>) -> Result<(), BackupError> {
    let columns = column_list(table, |name, _| name.to_owned());
    let query = sql_query(format!("SELECT {columns} FROM {}", quoted(&table.name)));
    // SQLite steps through the rows; nothing but the row at hand is in memory.
    let cursor = LoadConnection::<DefaultLoadingMode>::load(c, query).map_err(StoreError::from)?;
    for row in cursor {
        let row = row.map_err(StoreError::from)?;
        out.row(|line| {
            for index in 0..table.columns.len() {
                separate(line, index);
                let field = row.get(index).ok_or_else(absent)?;
                match field.value() {
                    None => line.extend_from_slice(b"null"),
                    Some(value) => put_sqlite(line, value)?,
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn put_sqlite(line: &mut Vec<u8>, mut value: SqliteValue<'_, '_, '_>) -> QueryResult<()> {
    match value.value_type() {
        None => line.extend_from_slice(b"null"),
        Some(SqliteType::Integer | SqliteType::SmallInt | SqliteType::Long) => put_integer(line, value.read_long()),
        Some(SqliteType::Float | SqliteType::Double) => put_json(line, &value.read_double())?,
        Some(SqliteType::Text) => put_json(line, value.read_text())?,
        Some(SqliteType::Binary) => put_bytes(line, value.read_blob()),
    }
    Ok(())
}

fn table_of_postgres(c: &mut PgConnection, table: &Table, out: &mut Out<'_>) -> Result<(), BackupError> {
    let columns = column_list(table, |name, kind| match kind {
        Kind::Integer => format!("{name}::bigint"),
        Kind::Real => format!("{name}::double precision"),
        Kind::Boolean | Kind::Bytes => name.to_owned(),
        Kind::Text | Kind::Any | Kind::Other(_) => format!("{name}::text"),
    });
    let declare = format!("DECLARE backup NO SCROLL CURSOR FOR SELECT {columns} FROM {}", quoted(&table.name));
    sql_query(declare).execute(c).map_err(StoreError::from)?;
    loop {
        let query = sql_query(format!("FETCH {FETCH} FROM backup"));
        let cursor = LoadConnection::<DefaultLoadingMode>::load(c, query).map_err(StoreError::from)?;
        let before = out.rows;
        for row in cursor {
            let row = row.map_err(StoreError::from)?;
            out.row(|line| {
                for (index, column) in table.columns.iter().enumerate() {
                    separate(line, index);
                    let field = row.get(index).ok_or_else(absent)?;
                    match field.value() {
                        None => line.extend_from_slice(b"null"),
                        Some(value) => put_postgres(line, &column.kind, value)?,
                    }
                }
                Ok(())
            })?;
        }
        if out.rows == before {
            break;
        }
    }
    sql_query("CLOSE backup").execute(c).map_err(StoreError::from)?;
    Ok(())
}

fn put_postgres(line: &mut Vec<u8>, kind: &Kind, value: PgValue<'_>) -> QueryResult<()> {
    let unreadable = Error::DeserializationError;
    match kind {
        Kind::Integer => put_integer(line, <i64 as FromSql<BigInt, Pg>>::from_sql(value).map_err(unreadable)?),
        Kind::Boolean => put_json(line, &<bool as FromSql<Bool, Pg>>::from_sql(value).map_err(unreadable)?)?,
        Kind::Real => put_json(line, &<f64 as FromSql<Double, Pg>>::from_sql(value).map_err(unreadable)?)?,
        Kind::Bytes => put_bytes(line, value.as_bytes()),
        Kind::Text | Kind::Any | Kind::Other(_) => {
            let text = std::str::from_utf8(value.as_bytes()).map_err(|e| unreadable(e.into()))?;
            put_json(line, text)?;
        }
    }
    Ok(())
}

fn absent() -> Error {
    Error::DeserializationError("a column is absent".into())
}

fn separate(line: &mut Vec<u8>, index: usize) {
    if index > 0 {
        line.push(b',');
    }
}

fn put_integer(line: &mut Vec<u8>, value: i64) {
    line.extend_from_slice(value.to_string().as_bytes());
}

fn put_json<T: Serialize + ?Sized>(line: &mut Vec<u8>, value: &T) -> QueryResult<()> {
    serde_json::to_writer(line, value).map_err(|error| Error::DeserializationError(error.into()))
}

fn put_bytes(line: &mut Vec<u8>, bytes: &[u8]) {
    line.extend_from_slice(b"{\"x\":\"");
    line.extend_from_slice(hex::encode(bytes).as_bytes());
    line.extend_from_slice(b"\"}");
}
