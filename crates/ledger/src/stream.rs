//! Reads streams and appends to them. Appending is the only way an event is written, and always names the version it builds on.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    SqliteConnection,
};
use kernel::{ActorRef, Timestamp};

use crate::{
    Connection, StoreError,
    chain::{GENESIS, HASH_BYTES},
    dialect::{AppendOnPostgres, InsertEvent, OpenStream, last_insert_rowid},
    event::{RawEvent, split_kind},
    on_each,
    schema::{events, streams},
};

/// The last version and hash of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) version: u64,
    pub(crate) hash: [u8; HASH_BYTES],
}

impl Head {
    /// The head of a stream that is not there yet.
    pub(crate) const NONE: Self = Self { version: 0, hash: GENESIS };
}

/// One event ready to be written; its hash is known.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    pub(crate) version: i64,
    pub(crate) kind: String,
    pub(crate) schema: i16,
    pub(crate) payload: String,
    pub(crate) hash: [u8; HASH_BYTES],
}

/// What all events of one append share.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Common<'a> {
    pub(crate) stream: &'a str,
    pub(crate) actor: &'a str,
    pub(crate) cause: &'a str,
    pub(crate) at: Timestamp,
}

/// The columns of an event that a load needs.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = events)]
pub(crate) struct EventRow {
    pub(crate) position: i64,
    pub(crate) version: i64,
    pub(crate) kind: String,
    pub(crate) schema: i16,
    pub(crate) payload: String,
    pub(crate) actor: String,
    pub(crate) cause: String,
    pub(crate) at: i64,
    pub(crate) hash: Vec<u8>,
}

/// All events of a stream, oldest first.
pub(crate) fn rows(connection: &mut Connection, stream: &str) -> Result<Vec<EventRow>, StoreError> {
    let query = events::table.filter(events::stream.eq(stream)).order(events::version);
    Ok(on_each!(connection, |c| query.select(EventRow::as_select()).load(c))?)
}

/// The head of a stream, or [`Head::NONE`].
pub(crate) fn head(connection: &mut Connection, stream: &str) -> Result<Head, StoreError> {
    let query = streams::table.find(stream).select((streams::version, streams::hash));
    let row: Option<(i64, Vec<u8>)> = on_each!(connection, |c| query.first(c)).optional()?;
    row.map_or(Ok(Head::NONE), |(version, hash)| {
        let hash = hash_of(&hash).ok_or_else(|| StoreError::corrupt("streams", "hash", stream, "not 32 bytes"))?;
        let version =
            u64::try_from(version).map_err(|_| StoreError::corrupt("streams", "version", stream, "negative"))?;
        Ok(Head { version, hash })
    })
}

/// PostgreSQL: waits until no other transaction moves this head, and lets none move it until this one ends.
pub(crate) fn wait_for_head(connection: &mut Connection, stream: &str) -> Result<(), StoreError> {
    if let Connection::Postgres(c) = connection {
        let head = streams::table.find(stream).select(streams::version).for_update();
        head.first::<i64>(c).optional()?;
    }
    Ok(())
}

/// A stored hash as an array.
pub(crate) fn hash_of(bytes: &[u8]) -> Option<[u8; HASH_BYTES]> {
    bytes.try_into().ok()
}

/// Writes events behind version `expected`. Returns the position of each, or `None` when the stream is elsewhere.
/// On SQLite the positions are read back only when `positions_wanted`.
pub(crate) fn write(
    connection: &mut Connection,
    common: Common<'_>,
    expected: i64,
    prepared: &[Prepared],
    positions_wanted: bool,
) -> Result<Option<Vec<i64>>, StoreError> {
    match connection {
        Connection::Sqlite(c) => write_sqlite(c, common, expected, prepared, positions_wanted),
        Connection::Postgres(c) => {
            let Some(last) = prepared.last() else { return Ok(Some(Vec::new())) };
            let statement = AppendOnPostgres {
                stream: common.stream,
                expected,
                actor: common.actor,
                cause: common.cause,
                at: common.at.as_micros(),
                versions: prepared.iter().map(|p| p.version).collect(),
                kinds: prepared.iter().map(|p| p.kind.as_str()).collect(),
                schemas: prepared.iter().map(|p| p.schema).collect(),
                payloads: prepared.iter().map(|p| p.payload.as_str()).collect(),
                hashes: prepared.iter().map(|p| p.hash.as_slice()).collect(),
                head: &last.hash,
                version: last.version,
            };
            let positions: Vec<i64> = statement.load(c)?;
            Ok((!positions.is_empty()).then_some(positions))
        }
    }
}

fn write_sqlite(
    c: &mut SqliteConnection,
    common: Common<'_>,
    expected: i64,
    prepared: &[Prepared],
    positions_wanted: bool,
) -> Result<Option<Vec<i64>>, StoreError> {
    let Some(last) = prepared.last() else { return Ok(Some(Vec::new())) };
    let moved = if expected == 0 {
        OpenStream { stream: common.stream, version: last.version, hash: &last.hash }.execute(c)?
    } else {
        let there = streams::table.filter(streams::stream.eq(common.stream)).filter(streams::version.eq(expected));
        let head = (streams::version.eq(last.version), streams::hash.eq(last.hash.as_slice()));
        diesel::update(there).set(head).execute(c)?
    };
    if moved == 0 {
        return Ok(None);
    }
    let mut positions = Vec::new();
    for event in prepared {
        let row = InsertEvent {
            stream: common.stream,
            version: event.version,
            kind: &event.kind,
            schema: event.schema,
            payload: &event.payload,
            actor: common.actor,
            cause: common.cause,
            at: common.at.as_micros(),
            hash: &event.hash,
        };
        row.execute(c)?;
        if positions_wanted {
            positions.push(diesel::select(last_insert_rowid()).get_result(c)?);
        }
    }
    Ok(Some(positions))
}

/// A stored event for people to read.
pub(crate) fn raw(stream: &str, row: EventRow) -> Result<RawEvent, StoreError> {
    let key = || format!("{stream}/{}", row.version);
    let (event_type, kind) = split_kind(&row.kind);
    let payload = serde_json::from_str(&row.payload)
        .map_err(|e| StoreError::corrupt("events", "payload", key(), format!("not JSON at column {}", e.column())))?;
    Ok(RawEvent {
        position: row.position,
        stream: stream.to_owned(),
        version: u64::try_from(row.version).map_err(|_| StoreError::corrupt("events", "version", key(), "negative"))?,
        event_type: event_type.to_owned(),
        kind: kind.to_owned(),
        schema: u16::try_from(row.schema).map_err(|_| StoreError::corrupt("events", "schema", key(), "negative"))?,
        at: Timestamp::from_micros(row.at),
        actor: ActorRef::from_stored(row.actor),
        cause: row.cause,
        payload,
        hash: row.hash,
    })
}
