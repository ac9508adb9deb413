//! The unit of work: what a write's closure may do. Everything done through one unit is kept together or not at all.

use std::sync::Arc;

use kernel::{ActorRef, Clock, Random, Timestamp};
use seal::Keyring;
use serde_json::json;

use crate::{
    Announcement, Connection, Event, NewStream, StoreError, Stream,
    chain::Chain,
    context::Context,
    event::{self, Recorded, split_kind},
    jobs::{self, NewJob, ParkedJob},
    new_stream::{check_append, prepare},
    stream::{self, Common, Head, Prepared},
    webhooks,
};

/// Why something happened: a request, a job, an import. Stored with every event.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cause(Arc<str>);

impl Cause {
    /// A cause by its stored form, for instance `cli:migrate`.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// An HTTP request.
    pub fn request(id: kernel::id::RequestId) -> Self {
        Self::new(format!("request:{id}"))
    }

    /// A job.
    pub fn job(id: impl std::fmt::Display) -> Self {
        Self::new(format!("job:{id}"))
    }

    /// A run of an import.
    pub fn import(id: kernel::id::ImportId) -> Self {
        Self::new(format!("import:{id}"))
    }

    /// The stored form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What follows a unit once it is committed.
#[derive(Debug, Default)]
pub(crate) struct Aftermath {
    pub(crate) announcements: Vec<Announcement>,
    /// The earliest time at which a job of this unit is due.
    pub(crate) job_due: Option<Timestamp>,
    /// The subscriptions changed and must be read again.
    pub(crate) webhooks_changed: bool,
}

/// One unit of work, open. Ends with the closure: `Ok` commits, `Err` and a panic roll back.
pub struct Unit<'a> {
    connection: &'a mut Connection,
    context: &'a Context,
    cause: &'a Cause,
    now: Timestamp,
    chain: &'a mut Chain,
    /// Heads this unit has seen or moved; a unit touches a few streams, so a list beats a map.
    heads: Vec<(String, Head)>,
    aftermath: Aftermath,
    raced: Option<String>,
}

impl<'a> Unit<'a> {
    pub(crate) fn new(
        connection: &'a mut Connection,
        context: &'a Context,
        cause: &'a Cause,
        chain: &'a mut Chain,
    ) -> Self {
        let now = context.ports.clock.now();
        Self { connection, context, cause, now, chain, heads: Vec::new(), aftermath: Aftermath::default(), raced: None }
    }

    /// The database, inside this unit's transaction.
    pub fn connection(&mut self) -> &mut Connection {
        self.connection
    }

    /// The time of this unit; it does not move while the unit runs.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Random bytes. The reference outlives the borrow of the unit.
    pub fn random(&self) -> &'a dyn Random {
        &*self.context.ports.random
    }

    /// The machine's or the test's clock, for work that must see time pass.
    pub fn clock(&self) -> &'a dyn Clock {
        &*self.context.ports.clock
    }

    /// The keys. The reference outlives the borrow of the unit.
    pub fn keyring(&self) -> &'a Keyring {
        &self.context.ports.keyring
    }

    /// Why this unit runs.
    pub fn cause(&self) -> &'a Cause {
        self.cause
    }

    /// Loads a stream, upgraded to today's payloads. A stream that is not there has version 0 and no events.
    pub fn load<E: Event>(&mut self, stream: &str) -> Result<Stream<E>, StoreError> {
        let rows = stream::rows(self.connection, stream)?;
        let head = rows.last().map_or(Ok(Head::NONE), |row| head_of(stream, row))?;
        self.remember(stream, head);
        decode_rows(stream, rows)
    }

    /// Appends events behind version `expected` (0: a new stream) and returns the new version.
    /// Fails with [`StoreError::Conflict`] when the stream is at another version.
    pub fn append<E: Event>(
        &mut self,
        stream: &str,
        expected: u64,
        actor: &ActorRef,
        events: &[E],
    ) -> Result<u64, StoreError> {
        self.append_at(stream, expected, actor, self.now, events)
    }

    /// Appends events that happened at another time than now; for imports of history.
    pub fn append_at<E: Event>(
        &mut self,
        stream: &str,
        expected: u64,
        actor: &ActorRef,
        at: Timestamp,
        events: &[E],
    ) -> Result<u64, StoreError> {
        check_append(stream, expected, events.len())?;
        if events.is_empty() {
            return Ok(expected);
        }
        let head = self.head_for(stream, expected)?;
        let common = Common { stream, actor: actor.as_str(), cause: self.cause.as_str(), at };
        let (prepared, last) = prepare(self.chain, common, head, events)?;
        self.put(E::TYPE, common, &prepared, last)
    }

    /// Opens a stream with the events that were made ready before, and returns its version.
    /// Fails with [`StoreError::Conflict`] when the stream is there.
    pub fn open(&mut self, new: &NewStream) -> Result<u64, StoreError> {
        if new.cause != *self.cause {
            return Err(StoreError::Misuse("the events were made ready for another cause".to_owned()));
        }
        self.head_for(&new.stream, 0)?;
        self.put(new.event_type, new.common(), &new.rows, new.head)
    }

    fn put(
        &mut self,
        event_type: &str,
        common: Common<'_>,
        prepared: &[Prepared],
        last: Head,
    ) -> Result<u64, StoreError> {
        let (stream, expected) = (common.stream, last.version - prepared.len() as u64);
        let followed = self.context.subscribed(event_type) || self.context.reacts(event_type);
        let Some(positions) = stream::write(self.connection, common, expected as i64, prepared, followed)? else {
            // The head that this unit itself had read is gone: a race between transactions, not a stale caller.
            let read = self.heads.iter().any(|(name, head)| name == stream && head.version == expected);
            self.raced = (read || expected > 0).then(|| stream.to_owned());
            return Err(self.conflict(stream, expected));
        };
        self.remember(stream, last);
        if followed {
            self.follow(common, prepared, &positions)?;
        }
        Ok(last.version)
    }

    /// Puts a job in the queue. With a key, a waiting job of the same kind and key is replaced: its due time and payload.
    pub fn enqueue(&mut self, job: NewJob) -> Result<(), StoreError> {
        let due = job.due;
        jobs::table::enqueue(self.connection, self.now, self.random(), job)?;
        self.aftermath.job_due = Some(self.aftermath.job_due.map_or(due, |earlier| earlier.min(due)));
        Ok(())
    }

    /// Takes the waiting job of this kind and key out of the queue. Returns whether there was one.
    pub fn cancel_job(&mut self, kind: &str, key: &str) -> Result<bool, StoreError> {
        jobs::table::cancel(self.connection, kind, key)
    }

    /// Removes a parked job and gives it as it was, for whoever writes down why; `None` when there is no such one.
    pub fn drop_parked_job(&mut self, id: &str) -> Result<Option<ParkedJob>, StoreError> {
        jobs::table::drop_parked(self.connection, id)
    }

    /// Tells live pages of a change, once this unit is committed.
    pub fn announce(&mut self, announcement: Announcement) {
        self.aftermath.announcements.push(announcement);
    }

    /// Lets one unit at a time pass for this `name`, until the unit ends. SQLite has one writer anyway; PostgreSQL takes an
    /// advisory lock. For rules that no row version and no unique index guards, such as "at most three of these".
    pub fn lock(&mut self, name: &str) -> Result<(), StoreError> {
        crate::dialect::lock_name(self.connection, name)
    }

    pub(crate) fn webhooks_changed(&mut self) {
        self.aftermath.webhooks_changed = true;
    }

    /// What follows the unit, and the stream for which another transaction was faster, if one was: when that is why the
    /// closure failed, running it again will see the new state.
    pub(crate) fn into_parts(self) -> (Aftermath, Option<String>) {
        (self.aftermath, self.raced)
    }

    fn remember(&mut self, stream: &str, head: Head) {
        match self.heads.iter_mut().find(|(name, _)| name == stream) {
            Some((_, known)) => *known = head,
            None => self.heads.push((stream.to_owned(), head)),
        }
    }

    /// The head to build on; a caller with another version in mind is told at once.
    fn head_for(&mut self, stream: &str, expected: u64) -> Result<Head, StoreError> {
        let known = self.heads.iter().find(|(name, _)| name == stream).map(|(_, head)| *head);
        let head = match known {
            Some(head) => head,
            // For a new stream the insert itself is the check.
            None if expected == 0 => Head::NONE,
            None => stream::head(self.connection, stream)?,
        };
        if head.version != expected {
            return Err(StoreError::Conflict { stream: stream.to_owned(), expected, found: head.version });
        }
        Ok(head)
    }

    /// The conflict, with the version that is really there as far as it can still be asked.
    fn conflict(&mut self, stream: &str, expected: u64) -> StoreError {
        match stream::head(self.connection, stream) {
            Ok(head) => StoreError::Conflict { stream: stream.to_owned(), expected, found: head.version },
            Err(error) => error,
        }
    }

    /// Reactions and webhooks of what was appended, in the same transaction.
    fn follow(&mut self, common: Common<'_>, prepared: &[Prepared], positions: &[i64]) -> Result<(), StoreError> {
        let context = self.context;
        for (row, position) in prepared.iter().zip(positions) {
            let (event_type, kind) = split_kind(&row.kind);
            for reaction in context.reactions_to(event_type, kind) {
                let payload = json!({
                    "stream": common.stream, "version": row.version, "position": position,
                    "type": event_type, "kind": kind,
                });
                self.enqueue(NewJob { kind: reaction.job, key: None, due: self.now, payload })?;
            }
            for webhook in context.webhooks_for(&row.kind) {
                let note = webhooks::Note { position: *position, version: row.version, kind: &row.kind, common };
                webhooks::deliveries::enqueue(self, &webhook, &note)?;
            }
        }
        Ok(())
    }
}

fn head_of(stream: &str, row: &stream::EventRow) -> Result<Head, StoreError> {
    let key = || format!("{stream}/{}", row.version);
    let hash = stream::hash_of(&row.hash);
    let hash = hash.ok_or_else(|| StoreError::corrupt("events", "hash", key(), "not 32 bytes"))?;
    let version = u64::try_from(row.version);
    let version = version.map_err(|_| StoreError::corrupt("events", "version", key(), "negative"))?;
    Ok(Head { version, hash })
}

/// Rows as a stream of today's events; versions must run from 1 without a gap.
pub(crate) fn decode_rows<E: Event>(stream: &str, rows: Vec<stream::EventRow>) -> Result<Stream<E>, StoreError> {
    let mut events = Vec::with_capacity(rows.len());
    for (row, expected) in rows.into_iter().zip(1i64..) {
        if row.version != expected {
            let key = format!("{stream}/{expected}");
            return Err(StoreError::corrupt("events", "version", key, "the event is missing"));
        }
        let event = event::decode(stream, row.version, &row.kind, row.schema, &row.payload)?;
        events.push(Recorded {
            position: row.position,
            version: row.version.unsigned_abs(),
            at: Timestamp::from_micros(row.at),
            actor: ActorRef::from_stored(row.actor),
            cause: row.cause,
            event,
        });
    }
    Ok(Stream { version: events.len() as u64, events })
}

impl std::fmt::Debug for Unit<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unit").field("cause", &self.cause).field("now", &self.now).finish_non_exhaustive()
    }
}
