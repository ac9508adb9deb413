//! The few statements that Diesel's typed queries cannot say, each beside the reason. Every one is tested on its engine.

use diesel::{
    QueryResult, QueryableByName, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_query,
    sql_types::{Array, BigInt, Binary, Bool, SmallInt, Text},
    sqlite::Sqlite,
};

use crate::{Connection, StoreError};

diesel::define_sql_function! {
    /// SQLite: the position that the last insert on this connection was given.
    fn last_insert_rowid() -> BigInt;
}

#[derive(QueryableByName)]
struct Flag {
    #[diesel(sql_type = Bool)]
    flag: bool,
}

/// Whether there is a table of this name in the database's own schema.
pub(crate) fn table_exists(connection: &mut Connection, table: &str) -> Result<bool, StoreError> {
    let sql = if connection.is_sqlite() {
        "SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = $1) AS flag"
    } else {
        "SELECT to_regclass(quote_ident($1)) IS NOT NULL AS flag"
    };
    let row: Flag = sql_query(sql).bind::<Text, _>(table).get_result(connection)?;
    Ok(row.flag)
}

/// A statement without parameters that is prepared once per connection; Diesel's `sql_query` is prepared every time.
macro_rules! fixed_statement {
    ($(#[$doc:meta])* $name:ident, $sql:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, QueryId)]
        pub(crate) struct $name;

        impl QueryFragment<Sqlite> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
                out.push_sql($sql);
                Ok(())
            }
        }

        impl RunQueryDsl<diesel::SqliteConnection> for $name {}
    };
}

fixed_statement!(
    /// Opens the savepoint of one closure of a group.
    OpenSavepoint, "SAVEPOINT unit"
);
fixed_statement!(
    /// Keeps what the closure did.
    ReleaseSavepoint, "RELEASE unit"
);
fixed_statement!(
    /// Undoes what the closure did; the savepoint itself stays until it is released.
    UndoSavepoint, "ROLLBACK TO unit"
);

crate::insert_row! {
    /// SQLite: inserts one event.
    pub(crate) struct InsertEvent<'a> into "events" {
        stream: &'a str => Text,
        version: i64 => BigInt,
        kind: &'a str => Text,
        schema: i16 => SmallInt,
        payload: &'a str => Text,
        actor: &'a str => Text,
        cause: &'a str => Text,
        at: i64 => BigInt,
        hash: &'a [u8] => Binary,
    }
}

crate::insert_row! {
    /// SQLite: opens a stream; does nothing when it is there already.
    pub(crate) struct OpenStream<'a> into "streams" else "ON CONFLICT DO NOTHING" {
        stream: &'a str => Text,
        version: i64 => BigInt,
        hash: &'a [u8] => Binary,
    }
}

/// PostgreSQL: moves a stream's head and inserts its events in one statement, which saves a round trip on the hottest path.
/// Returns the new positions in order, or nothing when the head was not at the expected version.
#[derive(Debug)]
pub(crate) struct AppendOnPostgres<'a> {
    pub(crate) stream: &'a str,
    pub(crate) expected: i64,
    pub(crate) actor: &'a str,
    pub(crate) cause: &'a str,
    pub(crate) at: i64,
    pub(crate) versions: Vec<i64>,
    pub(crate) kinds: Vec<&'a str>,
    pub(crate) schemas: Vec<i16>,
    pub(crate) payloads: Vec<&'a str>,
    pub(crate) hashes: Vec<&'a [u8]>,
    pub(crate) head: &'a [u8],
    pub(crate) version: i64,
}

impl QueryFragment<Pg> for AppendOnPostgres<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // One text for both cases, so that one prepared statement serves them: a new stream inserts its head
        // (a head that is already there makes the insert do nothing), a known stream moves it.
        out.push_sql("WITH given AS (SELECT ");
        out.push_bind_param::<Text, _>(self.stream)?;
        out.push_sql(" AS stream, ");
        out.push_bind_param::<BigInt, _>(&self.expected)?;
        out.push_sql(" AS expected, ");
        out.push_bind_param::<BigInt, _>(&self.version)?;
        out.push_sql(" AS version, ");
        out.push_bind_param::<Binary, _>(self.head)?;
        out.push_sql(
            " AS hash), \
             opened AS (INSERT INTO streams (stream, version, hash) SELECT stream, version, hash FROM given \
             WHERE expected = 0 ON CONFLICT DO NOTHING RETURNING 1), \
             moved AS (UPDATE streams SET version = given.version, hash = given.hash FROM given \
             WHERE given.expected > 0 AND streams.stream = given.stream AND streams.version = given.expected RETURNING 1) \
             INSERT INTO events (stream, version, kind, schema, payload, actor, cause, at, hash) \
             SELECT given.stream, e.version, e.kind, e.schema, e.payload, ",
        );
        out.push_bind_param::<Text, _>(self.actor)?;
        out.push_sql(", ");
        out.push_bind_param::<Text, _>(self.cause)?;
        out.push_sql(", ");
        out.push_bind_param::<BigInt, _>(&self.at)?;
        out.push_sql(", e.hash FROM given, unnest(");
        out.push_bind_param::<Array<BigInt>, _>(&self.versions)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.kinds)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<SmallInt>, _>(&self.schemas)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.payloads)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Binary>, _>(&self.hashes)?;
        out.push_sql(
            ") AS e (version, kind, schema, payload, hash) \
             WHERE EXISTS (SELECT 1 FROM opened UNION ALL SELECT 1 FROM moved) ORDER BY e.version RETURNING position",
        );
        Ok(())
    }
}

/// The text is the same every time, so one prepared statement serves all appends of a connection.
impl QueryId for AppendOnPostgres<'_> {
    type QueryId = AppendOnPostgres<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for AppendOnPostgres<'_> {
    type SqlType = BigInt;
}

impl RunQueryDsl<diesel::PgConnection> for AppendOnPostgres<'_> {}

/// PostgreSQL: waits until no other transaction holds the name; SQLite's single writer needs nothing.
pub(crate) fn lock_name(connection: &mut Connection, name: &str) -> Result<(), StoreError> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        Connection::Postgres(c) => {
            // hashtextextended gives 64 bits; two names that collide merely wait for each other.
            sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))").bind::<Text, _>(name).execute(c)?;
            Ok(())
        }
    }
}
