//! Databases for tests: each test gets its own, cloned from a migrated template, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is the server named by `XIAOBAO_TEST_POSTGRES` (`postgres://postgres@127.0.0.1:PORT/postgres`). Without it the
//! tests run on SQLite alone and say so, and fail when `CI=true`. Must never be compiled into the program.

use std::{
    collections::{HashMap, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use diesel::{Connection as _, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query};
use kernel::{ManualClock, Random, SeededRandom, Timestamp};
use parking_lot::Mutex;
use seal::{Keyring, SuiteName};
use tempfile::TempDir;

use crate::{DatabaseUrl, Ledger, Migrations, Options, Ports, Reaction};

/// Where the clock of every test database stands at first: a Monday morning in Shanghai.
pub const START_MICROS: i64 = 1_795_395_600_000_000;

/// What the keys and the randomness of every test database grow from.
const SEED: u64 = 7;

/// One test's own database, migrated and empty.
pub struct TestDatabase {
    /// The open ledger.
    pub ledger: Ledger,
    /// Its clock, which moves only when told to.
    pub clock: Arc<ManualClock>,
    /// Its randomness, repeatable.
    pub random: Arc<dyn Random>,
    /// Its keys.
    pub keyring: Arc<Keyring>,
    /// `sqlite` or `postgres`, for messages.
    pub name: &'static str,
    /// Where the database is.
    pub url: DatabaseUrl,
    rooms: Vec<Migrations>,
    place: Place,
}

/// What must be cleaned up.
enum Place {
    Folder { _kept: TempDir },
    Server { admin: String, database: String },
}

/// A database for each engine at hand.
pub fn databases(rooms: &[Migrations]) -> Vec<TestDatabase> {
    databases_with(rooms, &[])
}

/// [`databases`] with reactions.
pub fn databases_with(rooms: &[Migrations], reactions: &[Reaction]) -> Vec<TestDatabase> {
    let mut list = vec![sqlite(rooms, reactions)];
    list.extend(postgres(rooms, reactions));
    list
}

/// Runs the test once for each engine.
pub fn each_database(rooms: &[Migrations], test: impl Fn(&TestDatabase)) {
    for database in databases(rooms) {
        eprintln!("on {}", database.name);
        test(&database);
    }
}

/// The SQLite database alone.
pub fn sqlite(rooms: &[Migrations], reactions: &[Reaction]) -> TestDatabase {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("test.db");
    std::fs::copy(sqlite_template(rooms), &file).expect("the template can be copied");
    open(DatabaseUrl::Sqlite(file), rooms, reactions, Place::Folder { _kept: folder })
}

/// The PostgreSQL database, if a server is named.
pub fn postgres(rooms: &[Migrations], reactions: &[Reaction]) -> Option<TestDatabase> {
    let admin = postgres_server()?;
    let database = format!("xiaobao_test_{}_{}", std::process::id(), number());
    create_database(&admin, &database, Some(&postgres_template(&admin, rooms)));
    let url = DatabaseUrl::Postgres(with_database(&admin, &database));
    Some(open(url, rooms, reactions, Place::Server { admin, database }))
}

/// The address of the test server.
#[expect(clippy::disallowed_methods, reason = "tests are told of their server by the environment")]
pub fn postgres_server() -> Option<String> {
    match std::env::var("XIAOBAO_TEST_POSTGRES") {
        Ok(url) if !url.is_empty() => Some(url),
        Ok(_) | Err(_) => {
            let ci = std::env::var("CI").is_ok_and(|value| value == "true");
            assert!(!ci, "XIAOBAO_TEST_POSTGRES is not set, and in CI every store test runs on both databases");
            eprintln!("PostgreSQL skipped: XIAOBAO_TEST_POSTGRES is not set");
            None
        }
    }
}

fn open(url: DatabaseUrl, rooms: &[Migrations], reactions: &[Reaction], place: Place) -> TestDatabase {
    let clock = Arc::new(ManualClock::new(Timestamp::from_micros(START_MICROS)));
    let random: Arc<dyn Random> = Arc::new(SeededRandom::new(SEED));
    let keyring = Arc::new(keyring(&*random));
    let ports = Ports { clock: clock.clone(), random: Arc::clone(&random), keyring: Arc::clone(&keyring) };
    let ledger = Ledger::open_with(options(url.clone()), ports, rooms, reactions).expect("the database opens");
    let name = if url.is_sqlite() { "sqlite" } else { "postgres" };
    TestDatabase { ledger, clock, random, keyring, name, url, rooms: rooms.to_vec(), place }
}

/// Opens a test database once more, from another process: the same keys, the machine's clock.
pub fn reopen(url: DatabaseUrl, rooms: &[Migrations]) -> Ledger {
    let keyring = Arc::new(keyring(&SeededRandom::new(SEED)));
    let ports = Ports { clock: Arc::new(kernel::SystemClock), random: Arc::new(kernel::SystemRandom), keyring };
    Ledger::open(options(url), ports, rooms).expect("the database opens again")
}

/// Few connections: many tests share one server.
fn options(url: DatabaseUrl) -> Options {
    Options { readers: 4, writers: 4, ..Options::new(url) }
}

fn keyring(random: &dyn Random) -> Keyring {
    Keyring::open(Keyring::generate(SuiteName::Sm, random)).expect("a fresh key file opens")
}

impl TestDatabase {
    /// The current time of the database's clock.
    pub fn now(&self) -> Timestamp {
        kernel::Clock::now(&*self.clock)
    }

    /// A second ledger on the same database, as another process would have it.
    pub fn second(&self) -> Ledger {
        let ports = self.ledger.ports().clone();
        Ledger::open(options(self.url.clone()), ports, &self.rooms).expect("the database opens twice")
    }

    /// Another database like this one as it was at first: same engine, migrated and empty.
    pub fn fresh(&self) -> TestDatabase {
        match &self.place {
            Place::Folder { .. } => sqlite(&self.rooms, &[]),
            Place::Server { .. } => postgres(&self.rooms, &[]).expect("the server that was there is there"),
        }
    }

    /// An empty database of the same engine, not migrated, with the same keys.
    pub fn empty(&self) -> TestDatabase {
        let (url, place) = match &self.place {
            Place::Folder { .. } => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                (DatabaseUrl::Sqlite(folder.path().join("empty.db")), Place::Folder { _kept: folder })
            }
            Place::Server { admin, .. } => {
                let database = format!("xiaobao_test_{}_{}", std::process::id(), number());
                create_database(admin, &database, None);
                let url = DatabaseUrl::Postgres(with_database(admin, &database));
                (url, Place::Server { admin: admin.clone(), database })
            }
        };
        let ledger = Ledger::open(options(url.clone()), self.ledger.ports().clone(), &self.rooms).expect("it opens");
        TestDatabase {
            ledger,
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
            keyring: Arc::clone(&self.keyring),
            name: self.name,
            url,
            rooms: self.rooms.clone(),
            place,
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Server { admin, database } = &self.place {
            // FORCE ends the ledger's own connections, which close only when its last clone is dropped.
            let dropped = PgConnection::establish(admin).map_err(|e| e.to_string()).and_then(|mut c| {
                let drop = format!("DROP DATABASE IF EXISTS \"{database}\" WITH (FORCE)");
                c.batch_execute(&drop).map_err(|e| e.to_string())
            });
            if let Err(error) = dropped {
                eprintln!("the test database {database} was left behind: {error}");
            }
        }
    }
}

fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// One migrated file for each set of rooms in this process.
fn sqlite_template(rooms: &[Migrations]) -> PathBuf {
    static TEMPLATES: Mutex<Option<HashMap<String, (TempDir, PathBuf)>>> = Mutex::new(None);
    let mut templates = TEMPLATES.lock();
    let templates = templates.get_or_insert_default();
    let (_, file) = templates.entry(room_names(rooms)).or_insert_with(|| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("template.db");
        migrate(DatabaseUrl::Sqlite(file.clone()), rooms);
        (folder, file)
    });
    file.clone()
}

/// One migrated database for each set of rooms and each build of the test program, kept as long as the server.
fn postgres_template(admin: &str, rooms: &[Migrations]) -> String {
    let mut hasher = DefaultHasher::new();
    room_names(rooms).hash(&mut hasher);
    if let Ok(program) = std::env::current_exe() {
        program.hash(&mut hasher);
        program.metadata().and_then(|m| m.modified()).ok().hash(&mut hasher);
    }
    let name = format!("xiaobao_template_{:016x}", hasher.finish());
    let mut c = PgConnection::establish(admin).expect("the test server answers");
    // Test programs run side by side; the first makes the template, the others wait for it.
    sql_query("SELECT pg_advisory_lock(7869)").execute(&mut c).expect("the lock is taken");
    if !database_exists(&mut c, &name) {
        let unfinished = format!("{name}_new");
        c.batch_execute(&format!("DROP DATABASE IF EXISTS \"{unfinished}\" WITH (FORCE)")).expect("it is dropped");
        create_database(admin, &unfinished, None);
        migrate(DatabaseUrl::Postgres(with_database(admin, &unfinished)), rooms);
        // Renaming fails while the migration's connection is still closing on the server, so others are ended first.
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
        sql_query(end).bind::<diesel::sql_types::Text, _>(&unfinished).execute(&mut c).expect("sessions are ended");
        let rename = format!("ALTER DATABASE \"{unfinished}\" RENAME TO \"{name}\"");
        let mut renamed = c.batch_execute(&rename);
        for _ in 0..100 {
            if renamed.is_ok() {
                break;
            }
            std::thread::yield_now();
            renamed = c.batch_execute(&rename);
        }
        renamed.expect("the template is named");
    }
    name
}

fn room_names(rooms: &[Migrations]) -> String {
    rooms.iter().map(|m| m.room).collect::<Vec<_>>().join("+")
}

fn migrate(url: DatabaseUrl, rooms: &[Migrations]) {
    let random = SeededRandom::new(1);
    let keyring = Arc::new(keyring(&random));
    let ports = Ports {
        clock: Arc::new(ManualClock::new(Timestamp::from_micros(START_MICROS))),
        random: Arc::new(random),
        keyring,
    };
    let options = Options { readers: 1, writers: 1, ..Options::new(url) };
    let ledger = Ledger::open(options, ports, rooms).expect("the template opens");
    ledger.migrate().expect("the migrations run");
}

#[derive(diesel::QueryableByName)]
struct Exists {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    found: bool,
}

fn database_exists(c: &mut PgConnection, name: &str) -> bool {
    let row: Exists = sql_query("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1) AS found")
        .bind::<diesel::sql_types::Text, _>(name)
        .get_result(c)
        .expect("the server lists its databases");
    row.found
}

fn create_database(admin: &str, name: &str, template: Option<&str>) {
    let mut c = PgConnection::establish(admin).expect("the test server answers");
    let template = template.map_or_else(|| "template0".to_owned(), |t| format!("\"{t}\""));
    c.batch_execute(&format!("CREATE DATABASE \"{name}\" TEMPLATE {template}")).expect("the database is made");
}

/// The server's address with another database's name.
pub fn with_database(admin: &str, database: &str) -> String {
    let (place, query) = admin.split_once('?').map_or((admin, None), |(place, query)| (place, Some(query)));
    let scheme_end = place.find("://").map_or(0, |at| at + 3);
    let host_end = place[scheme_end..].find('/').map_or(place.len(), |at| scheme_end + at);
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    format!("{}/{database}{query}", &place[..host_end])
}

/// Copies a SQLite database that nobody has open, with its log if there is one.
pub fn copy_sqlite(from: &Path, to: &Path) {
    std::fs::copy(from, to).expect("the file can be copied");
}
