//! Runs the rooms' migrations, all that are pending in one transaction, in the order of their numbers.

use std::collections::BTreeMap;

use diesel::{
    QueryDsl, RunQueryDsl,
    connection::{AnsiTransactionManager, TransactionManager},
    migration::{Migration, MigrationConnection, MigrationSource, MigrationVersion},
    pg::Pg,
    sql_query,
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness};

use crate::{Connection, Projection, StoreError, error::OpenError};

/// One room's migrations, the same numbers and names for both engines.
#[derive(Clone, Copy)]
pub struct Migrations {
    /// The room.
    pub room: &'static str,
    /// For SQLite, `crates/<room>/migrations/sqlite/NNNN_name/up.sql`.
    pub sqlite: &'static EmbeddedMigrations,
    /// For PostgreSQL, `crates/<room>/migrations/postgres/NNNN_name/up.sql`.
    pub postgres: &'static EmbeddedMigrations,
    /// Which of the tables show streams, one row for each; `verify` misses a stream that such a row still shows.
    pub projections: &'static [Projection],
}

impl std::fmt::Debug for Migrations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Migrations").field("room", &self.room).finish_non_exhaustive()
    }
}

const SQLITE: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/sqlite");
const POSTGRES: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/postgres");

/// The ledger's own migrations; they always run before the rooms'.
pub const OWN: Migrations = Migrations { room: "ledger", sqlite: SQLITE, postgres: POSTGRES, projections: &[] };

/// Keeps two nodes of a PostgreSQL cluster from migrating at once; the number is arbitrary and ours.
const LOCK: i64 = 0x7869_616f_6261_6f01;

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

type Boxed<DB> = Box<dyn Migration<DB>>;

/// The names of all migrations in order, checked: numbers are unique, and both engines have the same list.
pub(crate) fn names(all: &[Migrations]) -> Result<Vec<String>, OpenError> {
    let mut by_version: BTreeMap<String, String> = BTreeMap::new();
    for migrations in all {
        let sqlite = sorted_names::<Sqlite>(migrations.sqlite)?;
        let postgres = sorted_names::<Pg>(migrations.postgres)?;
        if sqlite != postgres {
            let room = migrations.room;
            return Err(OpenError::Migrations(format!(
                "{room} has {sqlite:?} for SQLite and {postgres:?} for PostgreSQL"
            )));
        }
        for (version, name) in sqlite {
            if let Some(other) = by_version.insert(version, name.clone()) {
                return Err(OpenError::Migrations(format!("{other} and {name} have the same number")));
            }
        }
    }
    Ok(by_version.into_values().collect())
}

fn sorted_names<DB: diesel::backend::Backend>(
    source: &EmbeddedMigrations,
) -> Result<BTreeMap<String, String>, OpenError> {
    let list: Vec<Boxed<DB>> = source.migrations().map_err(|e| OpenError::Migrations(e.to_string()))?;
    Ok(list.iter().map(|m| (m.name().version().to_string(), m.name().to_string())).collect())
}

/// Runs what is pending, or of that only the versions in `only`. Returns the names that ran.
pub(crate) fn run(
    connection: &mut Connection,
    all: &[Migrations],
    only: Option<&[String]>,
) -> Result<Vec<String>, OpenError> {
    refuse_newer(connection, all)?;
    match connection {
        Connection::Sqlite(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE").map_err(StoreError::from)?;
            finish(c, |c| run_pending(c, &boxed(all, |m| m.sqlite)?, only))
        }
        Connection::Postgres(c) => {
            AnsiTransactionManager::begin_transaction_sql(c, "BEGIN").map_err(StoreError::from)?;
            finish(c, |c| {
                sql_query(format!("SELECT pg_advisory_xact_lock({LOCK})")).execute(c).map_err(StoreError::from)?;
                run_pending(c, &boxed(all, |m| m.postgres)?, only)
            })
        }
    }
}

/// The names of the migrations that [`run`] would run.
pub(crate) fn pending(connection: &mut Connection, all: &[Migrations]) -> Result<Vec<String>, OpenError> {
    let applied = applied(connection)?;
    Ok(names(all)?.into_iter().filter(|name| !applied.contains(&version_of(name))).collect())
}

/// Refuses a database that a newer version of the program has migrated.
pub(crate) fn refuse_newer(connection: &mut Connection, all: &[Migrations]) -> Result<(), OpenError> {
    let known: Vec<String> = names(all)?.iter().map(|name| version_of(name)).collect();
    let newer: Vec<String> = applied(connection)?.into_iter().filter(|version| !known.contains(version)).collect();
    if newer.is_empty() { Ok(()) } else { Err(OpenError::Newer(newer)) }
}

/// The versions that have been applied, lowest first. A database without the bookkeeping table has none; it is not made here.
pub(crate) fn applied(connection: &mut Connection) -> Result<Vec<String>, OpenError> {
    if !crate::dialect::table_exists(connection, "__diesel_schema_migrations")? {
        return Ok(Vec::new());
    }
    // Diesel's own question makes the table when it is absent, which a reading connection may not.
    let mut versions: Vec<String> = __diesel_schema_migrations::table
        .select(__diesel_schema_migrations::version)
        .load(connection)
        .map_err(StoreError::from)?;
    versions.sort();
    Ok(versions)
}

/// The number at the front of a migration's name.
pub(crate) fn version_of(name: &str) -> String {
    name.split('_').next().unwrap_or(name).to_owned()
}

fn texts(list: diesel::migration::Result<Vec<MigrationVersion<'static>>>) -> Result<Vec<String>, OpenError> {
    let list = list.map_err(|e| OpenError::Migrations(e.to_string()))?;
    Ok(list.iter().map(ToString::to_string).collect())
}

fn boxed<DB: diesel::backend::Backend>(
    all: &[Migrations],
    engine: impl Fn(&Migrations) -> &'static EmbeddedMigrations,
) -> Result<Vec<Boxed<DB>>, OpenError> {
    let mut list: Vec<Boxed<DB>> = Vec::new();
    for migrations in all {
        list.extend(engine(migrations).migrations().map_err(|e| OpenError::Migrations(e.to_string()))?);
    }
    list.sort_by_key(|m| m.name().version().to_string());
    Ok(list)
}

fn run_pending<C, DB>(connection: &mut C, list: &[Boxed<DB>], only: Option<&[String]>) -> Result<Vec<String>, OpenError>
where
    DB: diesel::backend::Backend,
    C: MigrationHarness<DB> + MigrationConnection,
{
    connection.setup().map_err(StoreError::from)?;
    let applied = texts(connection.applied_migrations())?;
    let mut ran = Vec::new();
    for migration in list {
        let version = migration.name().version().to_string();
        if applied.contains(&version) || only.is_some_and(|only| !only.contains(&version)) {
            continue;
        }
        let name = migration.name().to_string();
        let outcome = connection.run_migration(migration.as_ref()).map(|_| ());
        outcome.map_err(|error| OpenError::Migration { name: name.clone(), detail: error.to_string() })?;
        ran.push(name);
    }
    Ok(ran)
}

fn finish<C, T>(connection: &mut C, work: impl FnOnce(&mut C) -> Result<T, OpenError>) -> Result<T, OpenError>
where
    C: diesel::Connection<TransactionManager = AnsiTransactionManager>,
{
    match work(connection) {
        Ok(value) => {
            AnsiTransactionManager::commit_transaction(connection).map_err(StoreError::from)?;
            Ok(value)
        }
        Err(error) => {
            // The first failure is the one worth telling; a failed rollback ends with the connection.
            let _ = AnsiTransactionManager::rollback_transaction(connection);
            Err(error)
        }
    }
}
