//! Reads events for checking, as they are stored and with as little ado as Diesel allows.

use diesel::{ExpressionMethods, QueryDsl, Queryable, RunQueryDsl};

use crate::{
    Connection, StoreError,
    chain::{HASH_BYTES, Link},
    on_each,
    schema::events,
};

/// Events fetched at a time: large enough that the query's own cost vanishes, small enough to stay in the cache.
const BATCH: u64 = 4_096;

/// A row as it comes; texts that are not UTF-8 arrive with replacement characters and so fail their hash.
#[derive(Queryable)]
struct Row {
    position: i64,
    stream: String,
    version: i64,
    kind: String,
    schema: i16,
    payload: String,
    actor: String,
    cause: String,
    at: i64,
    hash: Vec<u8>,
}

/// Some events in position order.
pub(crate) struct Batch {
    rows: Vec<Row>,
}

/// One event, borrowed from its batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventBytes<'a> {
    pub(crate) position: i64,
    pub(crate) stream: &'a str,
    pub(crate) link: Link<'a>,
    /// `None` when the stored hash has not 32 bytes.
    pub(crate) hash: Option<[u8; HASH_BYTES]>,
}

impl Batch {
    /// Up to `room` events behind `after`, not beyond `until`.
    pub(crate) fn read(connection: &mut Connection, after: i64, until: i64, room: u64) -> Result<Self, StoreError> {
        let query = events::table
            .filter(events::position.gt(after))
            .filter(events::position.le(until))
            .order(events::position)
            .limit(room.min(BATCH) as i64);
        let rows = on_each!(connection, |c| query.load(c))?;
        Ok(Self { rows })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The events, in order.
    pub(crate) fn events(&self) -> impl Iterator<Item = EventBytes<'_>> {
        self.rows.iter().map(|row| EventBytes {
            position: row.position,
            stream: &row.stream,
            link: Link {
                stream: row.stream.as_bytes(),
                version: row.version,
                kind: row.kind.as_bytes(),
                schema: row.schema,
                at: row.at,
                actor: row.actor.as_bytes(),
                cause: row.cause.as_bytes(),
                payload: row.payload.as_bytes(),
            },
            hash: row.hash.as_slice().try_into().ok(),
        })
    }
}
