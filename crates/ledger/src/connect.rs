//! Opens connections and gives each the settings its work needs. Must never run a query of its own beyond settings.

use std::{path::Path, time::Duration};

use diesel::{
    Connection as _, QueryableByName, RunQueryDsl, connection::SimpleConnection, pg::PgConnection, r2d2,
    result::ConnectionError, sql_query, sql_types, sqlite::SqliteConnection,
};

use crate::{Connection, DatabaseUrl, Options, StoreError, error::OpenError};

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Reading only; SQLite refuses a write on it.
    Read,
    /// Writing and migrating.
    Write,
}

/// KiB of page cache for the one SQLite writer: the ends of all tables and the upper levels of every index. The system's own
/// cache holds the rest; of a larger one SQLite looks through every page after each commit in which an index page was divided.
const WRITER_CACHE_KIB: u32 = 16 * 1024;
/// KiB of page cache of each SQLite reader.
const READER_CACHE_KIB: u32 = 8 * 1024;
/// Pages of write-ahead log before it is to start over: 64 MB. A page that changed often is copied back only once; replaying so
/// much after a crash takes a moment.
pub(crate) const LOG_PAGES: u32 = 16_384;
/// Pages at which the writer copies the log back by itself, when the thread that should have done so did not.
const LOG_PAGES_MAX: u32 = 2 * LOG_PAGES;
/// Bytes to which the write-ahead log is cut after a long read has let it grow larger.
const LOG_BYTES_KEPT: u32 = 128 * 1024 * 1024;
/// A transaction that does nothing for so long was forgotten by a process that hangs; its locks must not stay.
const IDLE_IN_TRANSACTION_MAX: &str = "5min";

/// Opens one connection for `purpose`.
pub(crate) fn connect(options: &Options, purpose: Purpose) -> Result<Connection, OpenError> {
    let failed = |error: ConnectionError| OpenError::Connect {
        database: options.database.to_string(),
        detail: describe(&error, &options.database),
    };
    match &options.database {
        DatabaseUrl::Sqlite(path) => sqlite(path, options.wait_max, purpose).map(Connection::Sqlite).map_err(failed),
        DatabaseUrl::Postgres(url) => postgres(url, options.wait_max).map(Connection::Postgres).map_err(failed),
    }
}

/// The engine's words. libpq repeats pieces of an address that it could not take apart, so its words about such a one are not
/// passed on.
fn describe(error: &ConnectionError, database: &DatabaseUrl) -> String {
    if !database.is_well_formed() {
        return "in the user's name and password of the address, the characters @ : / ? # % are written as %40 %3A %2F %3F %23 %25"
            .to_owned();
    }
    error.to_string().trim().replace('\n', "; ")
}

fn sqlite(path: &Path, wait_max: Duration, purpose: Purpose) -> Result<SqliteConnection, ConnectionError> {
    let text = path.to_str().ok_or_else(|| ConnectionError::BadConnection("the path is not UTF-8".into()))?;
    if purpose == Purpose::Write {
        make_private(path);
    }
    let mut conn = SqliteConnection::establish(text)?;
    // Order matters: the wait must be set before anything that may have to wait.
    conn.batch_execute(&format!("PRAGMA busy_timeout = {}", wait_max.as_millis()))
        .map_err(ConnectionError::CouldntSetupConfiguration)?;
    let settings = match purpose {
        // FULL: a commit that was answered survives a power cut. MEMORY: what a savepoint must be able to undo is kept in
        // memory; in a file, which nobody ever reads again, it was half of all that a group wrote.
        Purpose::Write => format!(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
             PRAGMA cache_size = -{WRITER_CACHE_KIB}; PRAGMA wal_autocheckpoint = {LOG_PAGES_MAX}; \
             PRAGMA journal_size_limit = {LOG_BYTES_KEPT}; PRAGMA temp_store = MEMORY;"
        ),
        Purpose::Read => format!("PRAGMA query_only = ON; PRAGMA cache_size = -{READER_CACHE_KIB};"),
    };
    conn.batch_execute(&settings).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// Makes a file that is not there, for its owner alone: titles stand in it in clear, and hashes of passwords. SQLite gives its
/// log the rights of the database. One that cannot be made is SQLite's to complain of.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

fn postgres(url: &str, wait_max: Duration) -> Result<PgConnection, ConnectionError> {
    let mut conn = PgConnection::establish(url)?;
    // Our statements are short and cached: compiling them (jit) costs more than running them.
    let settings = format!(
        "SET application_name = 'xiaobao'; SET client_encoding = 'UTF8'; SET jit = off; \
         SET default_transaction_isolation = 'read committed'; SET lock_timeout = {}; \
         SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION_MAX}'",
        wait_max.as_millis()
    );
    conn.batch_execute(&settings).map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// Refuses a PostgreSQL database in another encoding: it would take everything but the first Chinese character.
pub(crate) fn refuse_other_encodings(connection: &mut Connection, options: &Options) -> Result<(), OpenError> {
    let Connection::Postgres(connection) = connection else { return Ok(()) };
    let encoding: Shown = sql_query("SELECT current_setting('server_encoding') AS setting")
        .get_result(connection)
        .map_err(StoreError::from)?;
    if encoding.setting == "UTF8" {
        return Ok(());
    }
    Err(OpenError::Encoding { database: options.database.to_string(), encoding: encoding.setting })
}

/// A setting of the server.
#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = sql_types::Text)]
    setting: String,
}

/// Makes and checks the pooled connections for reading.
#[derive(Debug)]
pub(crate) struct Readers {
    options: Options,
}

/// The pool of reading connections.
pub(crate) type ReaderPool = r2d2::Pool<Readers>;

impl r2d2::ManageConnection for Readers {
    type Connection = Connection;
    type Error = OpenError;

    fn connect(&self) -> Result<Connection, OpenError> {
        connect(&self.options, Purpose::Read)
    }

    fn is_valid(&self, conn: &mut Connection) -> Result<(), OpenError> {
        conn.batch_execute("SELECT 1").map_err(StoreError::from)?;
        Ok(())
    }

    fn has_broken(&self, conn: &mut Connection) -> bool {
        r2d2::R2D2Connection::is_broken(conn)
    }
}

/// Opens the pool; the first connection is made at once, so that a wrong address is told now.
pub(crate) fn readers(options: &Options) -> Result<ReaderPool, OpenError> {
    drop(connect(options, Purpose::Read)?);
    let pool = r2d2::Pool::builder()
        .max_size(options.readers.max(1))
        .min_idle(Some(1))
        .connection_timeout(options.wait_max)
        // Beginning the snapshot is the test; a question of its own would cost a round trip each time.
        .test_on_check_out(false)
        .error_handler(Box::new(r2d2::NopErrorHandler))
        .build_unchecked(Readers { options: options.clone() });
    Ok(pool)
}
