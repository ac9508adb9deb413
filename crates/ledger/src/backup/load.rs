//! Makes a database from a backup: all of it in one transaction, or nothing. Never writes into a database that holds anything.

use std::{collections::HashMap, path::Path};

use diesel::{
    RunQueryDsl,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    sql_query, sql_types,
};

use super::{
    BackupError, BackupProgress, BackupReport, Engine, FORMAT, FORMAT_VERSION, Header, TableEnd, TableHead, Trailer,
    catalog::{self, Table},
    dump::Report,
    lines::Lines,
    quoted,
    references::{self, References},
    target::Target,
};
use crate::{
    Connection, Ledger, StoreError,
    connect::{Purpose, connect},
    migrate, on_each,
};

/// Rows and bytes that one INSERT takes.
const GROUP_ROWS: usize = 500;
const GROUP_BYTES: usize = 1024 * 1024;

/// Whether the rows that were loaded may stay.
pub(crate) type Check<'a> = &'a mut dyn FnMut(&mut Connection) -> Result<bool, StoreError>;

/// Restores a backup into the ledger's database.
pub(crate) fn restore(
    ledger: &Ledger,
    path: &Path,
    check: Check<'_>,
    progress: Report<'_>,
) -> Result<BackupReport, BackupError> {
    let mut lines = Lines::open(path)?;
    lines.advance()?;
    let header: Header = lines.parse()?;
    if header.format != FORMAT {
        return Err(lines.wrong("it does not say that it is a backup of Xiaobao"));
    }
    if header.version > FORMAT_VERSION {
        return Err(BackupError::Newer(format!("format version {}", header.version)));
    }
    let mut connection = connect(ledger.options(), Purpose::Write)?;
    let connection = &mut connection;
    refuse_rows(connection)?;
    prepare_schema(ledger, connection, &header)?;
    let report = load_all(connection, &header, lines, (check, progress))?;
    migrate::run(connection, ledger.migrations(), None)?;
    tidy(connection)?;
    Ok(report)
}

fn refuse_rows(connection: &mut Connection) -> Result<(), BackupError> {
    for table in catalog::tables(connection)?.iter().filter(|table| !table.shadow) {
        if catalog::has_rows(connection, table)? {
            return Err(BackupError::NotEmpty { table: table.name.clone() });
        }
    }
    Ok(())
}

/// Brings the tables to where they were when the backup was made; what came later runs after the rows are in.
fn prepare_schema(ledger: &Ledger, connection: &mut Connection, header: &Header) -> Result<(), BackupError> {
    let known: Vec<String> = migrate::names(ledger.migrations())?.iter().map(|n| migrate::version_of(n)).collect();
    if let Some(unknown) = header.migrations.iter().find(|version| !known.contains(version)) {
        return Err(BackupError::Newer(format!("migration {unknown}")));
    }
    let applied = migrate::applied(connection)?;
    if let Some(ahead) = applied.iter().find(|version| !header.migrations.contains(version)) {
        return Err(BackupError::Ahead(ahead.clone()));
    }
    migrate::run(connection, ledger.migrations(), Some(&header.migrations))?;
    Ok(())
}

fn load_all(
    connection: &mut Connection,
    header: &Header,
    mut lines: Lines,
    (check, mut progress): (Check<'_>, Report<'_>),
) -> Result<BackupReport, BackupError> {
    if connection.is_sqlite() {
        // Rows come table by table and a reference may point forward; all are checked before the commit. Only here can it be set.
        run(connection, "PRAGMA foreign_keys = OFF")?;
    }
    on_each!(connection, |c| AnsiTransactionManager::begin_transaction(c)).map_err(StoreError::from)?;
    let loaded = load_tables(connection, header, &mut lines, &mut progress)
        .and_then(|report| if check(connection)? { Ok(report) } else { Err(BackupError::Refused) });
    match loaded {
        Ok(report) => {
            on_each!(connection, |c| AnsiTransactionManager::commit_transaction(c)).map_err(StoreError::from)?;
            Ok(report)
        }
        Err(error) => {
            // The first failure is the one worth telling; a failed rollback ends with the connection.
            let _ = on_each!(connection, |c| AnsiTransactionManager::rollback_transaction(c));
            Err(error)
        }
    }
}

fn load_tables(
    connection: &mut Connection,
    header: &Header,
    lines: &mut Lines,
    progress: &mut Report<'_>,
) -> Result<BackupReport, BackupError> {
    let tables: HashMap<String, Table> =
        catalog::tables(connection)?.into_iter().map(|table| (table.name.clone(), table)).collect();
    let references = References::put_aside(connection)?;
    let same_engine = (header.engine == Engine::Sqlite) == connection.is_sqlite();
    // The insides of a search index come from the backup or stay as they were made; emptied, they are no index any more.
    for table in tables.values().filter(|table| same_engine || !table.shadow) {
        // Migrations may have put rows in; those are in the backup too, as they were.
        run(connection, &format!("DELETE FROM {}", quoted(&table.name)))?;
    }
    let (mut count, mut rows) = (0, 0);
    let trailer = loop {
        let digest = lines.digest();
        lines.advance()?;
        if let Ok(trailer) = lines.parse::<Trailer>() {
            break (trailer, digest);
        }
        let head: TableHead = lines.parse()?;
        let target = Target::find(&tables, &head, header.engine, connection.is_sqlite());
        let target = target.map_err(|detail| lines.wrong(detail))?;
        rows += load_table(connection, &target, lines, rows, progress)?;
        count += 1;
    };
    let (trailer, digest) = trailer;
    if !trailer.end || trailer.tables != count || trailer.rows != rows || trailer.digest != digest {
        return Err(lines.wrong("the counts or the digest do not agree: the file was damaged or changed"));
    }
    if lines.more()? {
        return Err(lines.wrong("there is something behind the end"));
    }
    references.put_back(connection).map_err(|error| lines.refused(&error))?;
    references::set_identities(connection)?;
    Ok(BackupReport {
        tables: count,
        rows,
        bytes: lines.bytes(),
        engine: header.engine,
        at: header.at,
        derived_left_out: !same_engine,
    })
}

/// Loads the rows of one table, some hundred in one statement. Returns how many there were.
fn load_table(
    connection: &mut Connection,
    target: &Target,
    lines: &mut Lines,
    rows_before: u64,
    progress: &mut Report<'_>,
) -> Result<u64, BackupError> {
    let mut rows = 0;
    let mut group = Group::default();
    loop {
        lines.advance()?;
        if lines.current().first() != Some(&b'[') {
            break;
        }
        rows += 1;
        if let Target::Insert { .. } = target {
            group.add(lines.text()?);
        }
        if group.is_full() {
            group.store(connection, target).map_err(|error| lines.refused(&error))?;
            let told = BackupProgress {
                rows: rows_before + rows,
                rows_total: None,
                bytes: lines.bytes(),
                bytes_total: Some(lines.bytes_total()),
            };
            if progress(told).is_break() {
                return Err(BackupError::Stopped);
            }
        }
    }
    group.store(connection, target).map_err(|error| lines.refused(&error))?;
    let end: TableEnd = lines.parse()?;
    if end.rows != rows {
        return Err(lines.wrong("the table has another number of rows than it says"));
    }
    Ok(rows)
}

/// Rows on their way, as one JSON list.
#[derive(Default)]
struct Group {
    json: String,
    rows: usize,
}

impl Group {
    fn add(&mut self, row: &str) {
        self.json.push(if self.rows == 0 { '[' } else { ',' });
        self.json.push_str(row);
        self.rows += 1;
    }

    fn is_full(&self) -> bool {
        self.rows >= GROUP_ROWS || self.json.len() >= GROUP_BYTES
    }

    fn store(&mut self, connection: &mut Connection, target: &Target) -> Result<(), StoreError> {
        let Target::Insert { sql } = target else { return Ok(()) };
        if self.rows == 0 {
            return Ok(());
        }
        self.json.push(']');
        let stored = sql_query(sql).bind::<sql_types::Text, _>(&self.json).execute(connection)?;
        // A row that is not what it seems, such as two arrays on one line, shows here.
        if stored != self.rows {
            return Err(StoreError::Misuse("a line does not hold one row".to_owned()));
        }
        self.json.clear();
        self.rows = 0;
        Ok(())
    }
}

fn run(connection: &mut Connection, sql: &str) -> Result<(), BackupError> {
    Ok(connection.batch_execute(sql).map_err(StoreError::from)?)
}

/// After a load, PostgreSQL's planner knows nothing of the tables, and SQLite's log is as long as the database.
fn tidy(connection: &mut Connection) -> Result<(), BackupError> {
    let sql = if connection.is_sqlite() { "PRAGMA wal_checkpoint(TRUNCATE)" } else { "ANALYZE" };
    run(connection, sql)
}
