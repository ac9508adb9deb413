//! What an event is: its name, its stored form, and how older stored forms become today's.

use kernel::{ActorRef, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::StoreError;

/// An event of one kind of stream, stored as JSON. It holds sealed values or ids only, never plain personal data.
pub trait Event: Serialize + DeserializeOwned {
    /// What the stream is of, `room.noun`, for instance `voice.order`.
    const TYPE: &'static str;
    /// The version in which payloads are written today; older ones pass through [`Event::upgrade`] when read.
    const VERSION: u16;

    /// What happened, in snake case without a dot, for instance `closed`.
    fn kind(&self) -> &'static str;

    /// Turns a payload of version `from` into one of [`Event::VERSION`].
    fn upgrade(kind: &str, from: u16, payload: Value) -> Result<Value, UpgradeError>;
}

/// A stored payload has no way up to today's version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("version {from} of {kind} has no upgrade: {detail}")]
pub struct UpgradeError {
    /// The kind of event.
    pub kind: String,
    /// The version that was stored.
    pub from: u16,
    /// What is missing, without values.
    pub detail: String,
}

impl UpgradeError {
    /// No upgrade is known for this version of this kind.
    pub fn unknown(kind: &str, from: u16) -> Self {
        Self { kind: kind.to_owned(), from, detail: "unknown version".to_owned() }
    }
}

/// An event with what the ledger knows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded<E> {
    /// Its place among all events; grows, may have gaps.
    pub position: i64,
    /// Its place in the stream, from 1 without gaps.
    pub version: u64,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: ActorRef,
    /// Which request, job or import caused it.
    pub cause: String,
    /// What happened.
    pub event: E,
}

/// A stream as loaded: its events in order, upgraded to today's payload version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream<E> {
    /// How many events there are; 0 when there is no such stream.
    pub version: u64,
    /// The events, oldest first.
    pub events: Vec<Recorded<E>>,
}

/// An event as stored, for history pages and exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawEvent {
    /// Its place among all events.
    pub position: i64,
    /// The stream it belongs to.
    pub stream: String,
    /// Its place in the stream.
    pub version: u64,
    /// What the stream is of, for instance `voice.order`.
    pub event_type: String,
    /// What happened, for instance `closed`.
    pub kind: String,
    /// The payload version it was written in.
    pub schema: u16,
    /// When it happened.
    pub at: Timestamp,
    /// Who did it.
    pub actor: ActorRef,
    /// Which request, job or import caused it.
    pub cause: String,
    /// The payload as stored, not upgraded.
    pub payload: Value,
    /// The hash that chains it to the event before it.
    pub hash: Vec<u8>,
}

impl RawEvent {
    /// The event with its payload as of today.
    ///
    /// # Errors
    /// When it is of another type, or cannot be read.
    pub fn decode<E: Event>(self) -> Result<Recorded<E>, StoreError> {
        let row = || format!("{}/{}", self.stream, self.version);
        let unreadable = |detail: &str| StoreError::corrupt("events", "payload", row(), detail);
        let payload = if self.schema == E::VERSION {
            self.payload.clone()
        } else {
            E::upgrade(&self.kind, self.schema, self.payload.clone())
                .map_err(|_| unreadable("written in a version without a way up"))?
        };
        // serde's own words may quote a value, so they are not passed on.
        let event = serde_json::from_value(payload).map_err(|_| unreadable("not a payload of today's version"))?;
        let Self { position, version, at, actor, cause, .. } = self;
        Ok(Recorded { position, version, at, actor, cause, event })
    }
}

/// The name under which a kind of event is stored and published: `voice.order.closed`.
pub(crate) fn full_kind(event_type: &str, kind: &str) -> String {
    format!("{event_type}.{kind}")
}

/// The two halves of a stored kind.
pub(crate) fn split_kind(full: &str) -> (&str, &str) {
    full.rsplit_once('.').unwrap_or(("", full))
}

/// Reads one stored payload as today's event.
pub(crate) fn decode<E: Event>(
    stream: &str,
    version: i64,
    full: &str,
    schema: i16,
    payload: &str,
) -> Result<E, StoreError> {
    let row = || format!("{stream}/{version}");
    let (event_type, kind) = split_kind(full);
    if event_type != E::TYPE {
        return Err(StoreError::corrupt("events", "kind", row(), format!("it is not a {} event", E::TYPE)));
    }
    let from = u16::try_from(schema).map_err(|_| StoreError::corrupt("events", "schema", row(), "not a version"))?;
    // serde's own messages may quote the value, so only the place is passed on.
    let unreadable = |error: serde_json::Error| {
        let detail =
            format!("not a payload of version {}: line {} column {}", E::VERSION, error.line(), error.column());
        StoreError::corrupt("events", "payload", row(), detail)
    };
    if from == E::VERSION {
        return serde_json::from_str(payload).map_err(unreadable);
    }
    if from > E::VERSION {
        return Err(StoreError::corrupt("events", "schema", row(), "written by a newer program"));
    }
    let old: Value = serde_json::from_str(payload).map_err(unreadable)?;
    let new = E::upgrade(kind, from, old).map_err(|e| StoreError::corrupt("events", "payload", row(), e))?;
    serde_json::from_value(new).map_err(unreadable)
}
