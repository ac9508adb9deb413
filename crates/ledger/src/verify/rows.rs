//! Reads events for checking, as they are stored and with as little ado as Diesel allows: no allocation for each row, no
//! conversion of texts. Must never change or interpret what it reads; bytes go to the hash as they are.

use diesel::{
    PgConnection, QueryResult, SqliteConnection,
    connection::{DefaultLoadingMode, LoadConnection},
    deserialize::FromSql,
    pg::{Pg, PgValue},
    result::Error,
    row::{Field, Row},
    sql_query,
    sql_types::{BigInt, SmallInt},
    sqlite::SqliteValue,
};

use crate::{
    Connection, StoreError,
    chain::{HASH_BYTES, Link},
};

/// Events fetched at a time: large enough that the query's own cost vanishes, small enough to stay in the cache.
const BATCH: u64 = 2_048;

/// The texts are cast so that SQLite hands out their bytes as they lie on the page.
const SQLITE: &str = "SELECT position, version, schema, at, CAST(stream AS BLOB), CAST(kind AS BLOB), CAST(payload AS BLOB), \
                      CAST(actor AS BLOB), CAST(cause AS BLOB), hash \
                      FROM events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3";
const POSTGRES: &str = "SELECT position, version, schema, at, stream, kind, payload, actor, cause, hash \
                        FROM events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3";

/// The columns of [`SQLITE`] and [`POSTGRES`] that hold bytes, in their order.
const BYTE_COLUMNS: std::ops::Range<usize> = 4..10;
const BYTE_COLUMNS_COUNT: usize = 6;

/// Some events in position order. Used again for the next ones, it allocates nothing more.
#[derive(Default)]
pub(crate) struct Batch {
    rows: Vec<Fixed>,
    bytes: Vec<u8>,
}

/// The numbers of an event, and where each of its byte columns ends; it begins where the one before it ends.
struct Fixed {
    position: i64,
    version: i64,
    schema: i16,
    at: i64,
    start: usize,
    ends: [usize; BYTE_COLUMNS_COUNT],
}

/// One event, borrowed from its batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventBytes<'a> {
    pub(crate) position: i64,
    pub(crate) link: Link<'a>,
    /// `None` when the stored hash has not 32 bytes.
    pub(crate) hash: Option<[u8; HASH_BYTES]>,
}

impl EventBytes<'_> {
    /// The stream's name for a message.
    pub(crate) fn stream(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.link.stream)
    }
}

impl Batch {
    /// Reads up to `room` events behind `after`, not beyond `until`. Returns whether there was any.
    pub(crate) fn fill(
        &mut self,
        connection: &mut Connection,
        after: i64,
        until: i64,
        room: u64,
    ) -> Result<bool, StoreError> {
        self.rows.clear();
        self.bytes.clear();
        let limit = room.min(BATCH) as i64;
        match connection {
            Connection::Sqlite(c) => self.fill_sqlite(c, after, until, limit)?,
            Connection::Postgres(c) => self.fill_postgres(c, after, until, limit)?,
        }
        Ok(!self.rows.is_empty())
    }

    fn fill_sqlite(&mut self, c: &mut SqliteConnection, after: i64, until: i64, limit: i64) -> QueryResult<()> {
        let query = sql_query(SQLITE).bind::<BigInt, _>(after).bind::<BigInt, _>(until).bind::<BigInt, _>(limit);
        for row in LoadConnection::<DefaultLoadingMode>::load(c, query)? {
            let row = row?;
            let number = |column: usize| -> QueryResult<i64> {
                let field = row.get(column).ok_or_else(|| unreadable(column))?;
                let mut value: SqliteValue<'_, '_, '_> = field.value().ok_or_else(|| unreadable(column))?;
                Ok(value.read_long())
            };
            let schema = i16::try_from(number(2)?).unwrap_or(i16::MIN);
            self.begin(number(0)?, number(1)?, schema, number(3)?);
            for column in BYTE_COLUMNS {
                let field = row.get(column).ok_or_else(|| unreadable(column))?;
                let mut value = field.value().ok_or_else(|| unreadable(column))?;
                self.add(column, value.read_blob());
            }
        }
        Ok(())
    }

    fn fill_postgres(&mut self, c: &mut PgConnection, after: i64, until: i64, limit: i64) -> QueryResult<()> {
        let query = sql_query(POSTGRES).bind::<BigInt, _>(after).bind::<BigInt, _>(until).bind::<BigInt, _>(limit);
        for row in LoadConnection::<DefaultLoadingMode>::load(c, query)? {
            let row = row?;
            let number = |column: usize| -> QueryResult<i64> {
                let field = row.get(column).ok_or_else(|| unreadable(column))?;
                let value: PgValue<'_> = field.value().ok_or_else(|| unreadable(column))?;
                <i64 as FromSql<BigInt, Pg>>::from_sql(value).map_err(Error::DeserializationError)
            };
            let field = row.get(2).ok_or_else(|| unreadable(2))?;
            let value = field.value().ok_or_else(|| unreadable(2))?;
            let schema = <i16 as FromSql<SmallInt, Pg>>::from_sql(value).map_err(Error::DeserializationError)?;
            self.begin(number(0)?, number(1)?, schema, number(3)?);
            for column in BYTE_COLUMNS {
                let field = row.get(column).ok_or_else(|| unreadable(column))?;
                let value = field.value().ok_or_else(|| unreadable(column))?;
                self.add(column, value.as_bytes());
            }
        }
        Ok(())
    }

    fn begin(&mut self, position: i64, version: i64, schema: i16, at: i64) {
        let start = self.bytes.len();
        self.rows.push(Fixed { position, version, schema, at, start, ends: [start; BYTE_COLUMNS_COUNT] });
    }

    fn add(&mut self, column: usize, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        if let Some(row) = self.rows.last_mut() {
            row.ends[column - BYTE_COLUMNS.start] = self.bytes.len();
        }
    }

    /// The events, in order.
    pub(crate) fn events(&self) -> impl Iterator<Item = EventBytes<'_>> {
        self.rows.iter().map(|row| {
            let [stream, kind, payload, actor, cause, hash] = row.ends;
            let bytes = |from: usize, to: usize| &self.bytes[from..to];
            EventBytes {
                position: row.position,
                link: Link {
                    stream: bytes(row.start, stream),
                    version: row.version,
                    kind: bytes(stream, kind),
                    schema: row.schema,
                    at: row.at,
                    payload: bytes(kind, payload),
                    actor: bytes(payload, actor),
                    cause: bytes(actor, cause),
                },
                hash: bytes(cause, hash).try_into().ok(),
            }
        })
    }
}

/// Every column is NOT NULL, so this means that the table itself was changed.
fn unreadable(column: usize) -> Error {
    Error::DeserializationError(format!("column {column} of the events is absent").into())
}
