//! A new stream with its first events, made ready before the write: turned into JSON, measured and hashed. What the one writer
//! of a SQLite database need not do, another core does meanwhile. Must never be used for a stream that may be there already:
//! its hashes start from the beginning.

use kernel::{ActorRef, Timestamp};
use seal::Keyring;

use crate::{
    Cause, Event, StoreError,
    chain::{Chain, Link},
    event::full_kind,
    stream::{Common, Head, Prepared},
};

/// Events of one append at most: a matter gains a handful at a time; an import writes whole histories of some dozens.
const EVENTS_PER_APPEND_MAX: usize = 1_000;
/// Bytes of one payload: far above any form a person fills in; attachments live elsewhere.
const PAYLOAD_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of a stream's name: an id, or a few words and an id.
const STREAM_BYTES_MAX: usize = 200;

/// A stream that begins with these events; see [`Unit::open`](crate::Unit::open).
#[derive(Debug, Clone)]
pub struct NewStream {
    pub(crate) event_type: &'static str,
    pub(crate) stream: String,
    pub(crate) actor: ActorRef,
    pub(crate) cause: Cause,
    pub(crate) at: Timestamp,
    pub(crate) rows: Vec<Prepared>,
    pub(crate) head: Head,
}

impl NewStream {
    /// Makes the first events of `stream` ready; `cause` must be that of the unit of work which will open it.
    pub fn ready<E: Event>(
        keyring: &Keyring,
        cause: &Cause,
        stream: &str,
        actor: &ActorRef,
        at: Timestamp,
        events: &[E],
    ) -> Result<Self, StoreError> {
        check_append(stream, 0, events.len())?;
        let common = Common { stream, actor: actor.as_str(), cause: cause.as_str(), at };
        let (rows, head) = prepare(&mut Chain::new(keyring.suite()), common, Head::NONE, events)?;
        let (stream, actor, cause) = (stream.to_owned(), actor.clone(), cause.clone());
        Ok(Self { event_type: E::TYPE, stream, actor, cause, at, rows, head })
    }

    pub(crate) fn common(&self) -> Common<'_> {
        Common { stream: &self.stream, actor: self.actor.as_str(), cause: self.cause.as_str(), at: self.at }
    }
}

/// Refuses what no caller of ours asks for.
pub(crate) fn check_append(stream: &str, expected: u64, count: usize) -> Result<(), StoreError> {
    if stream.is_empty() || stream.len() > STREAM_BYTES_MAX {
        return Err(StoreError::Misuse(format!("a stream's name has 1 to {STREAM_BYTES_MAX} bytes")));
    }
    if count > EVENTS_PER_APPEND_MAX {
        return Err(StoreError::Misuse(format!("one append has at most {EVENTS_PER_APPEND_MAX} events")));
    }
    // Far below i64::MAX, so that the arithmetic on versions cannot overflow.
    if expected > u64::from(u32::MAX) {
        return Err(StoreError::Misuse("the expected version is out of range".to_owned()));
    }
    Ok(())
}

/// The rows of events behind `head`, and the head behind them.
pub(crate) fn prepare<E: Event>(
    chain: &mut Chain,
    common: Common<'_>,
    head: Head,
    events: &[E],
) -> Result<(Vec<Prepared>, Head), StoreError> {
    let mut head = head;
    let mut prepared = Vec::with_capacity(events.len());
    // Versions are stored as SMALLINT; a payload format changes a few times in its life.
    let schema = i16::try_from(E::VERSION).map_err(|_| StoreError::Misuse("the version is too large".to_owned()))?;
    for event in events {
        let payload = serde_json::to_string(event)
            .map_err(|_| StoreError::Misuse(format!("a {} event does not turn into JSON", E::TYPE)))?;
        if payload.len() > PAYLOAD_BYTES_MAX {
            return Err(StoreError::Misuse(format!("a payload has {} bytes", payload.len())));
        }
        let version = head.version as i64 + 1;
        let kind = full_kind(E::TYPE, event.kind());
        let link = Link {
            stream: common.stream.as_bytes(),
            version,
            kind: kind.as_bytes(),
            schema,
            at: common.at.as_micros(),
            actor: common.actor.as_bytes(),
            cause: common.cause.as_bytes(),
            payload: payload.as_bytes(),
        };
        let hash = chain.hash(&head.hash, &link);
        head = Head { version: head.version + 1, hash };
        prepared.push(Prepared { version, kind, schema, payload, hash });
    }
    Ok((prepared, head))
}
