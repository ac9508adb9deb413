//! Makes checkpoints: reads what is new, checks its chain, folds it and signs. Never signs what does not follow from itself.

use std::collections::HashMap;

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, RunQueryDsl, dsl::max, sql_query};
use seal::{Digest, Hasher};

use super::{Checkpoint, FORMAT, Fold, Statement, TRACE_BYTES, last};
use crate::{
    Cause, Connection, Finding, Ledger, StoreError,
    chain::{Chain, GENESIS, HASH_BYTES},
    on_each,
    schema::{checkpoints, events},
    verify::{
        finding,
        rows::{Batch, EventBytes},
    },
};

/// Events under one checkpoint at most: bounds memory and the time for which one signature is worked at.
const EVENTS_MAX: u64 = 1_000_000;
/// Ranges of absent positions listed in one checkpoint.
const ABSENT_MAX: usize = 10_000;

/// Why no checkpoint was made.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The events to be signed do not follow from each other: somebody altered them since they were written.
    #[error("the ledger is not intact: {}", .0.text.en)]
    Broken(Box<Finding>),
    /// The database failed, or another process made a checkpoint at the same time.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn broken(finding: Finding) -> CheckpointError {
    CheckpointError::Broken(Box::new(finding))
}

/// A checkpoint worked out and not yet stored.
struct Draft {
    checkpoint: Checkpoint,
    trace: Vec<u8>,
}

#[derive(Insertable)]
#[diesel(table_name = checkpoints)]
struct NewRow<'a> {
    number: i64,
    position: i64,
    body: &'a str,
    signature: &'a str,
    trace: &'a [u8],
}

/// Makes as many checkpoints as there are millions of new events begun, and returns the last; `None` for an empty ledger.
pub(crate) fn create(ledger: &Ledger, cause: &Cause) -> Result<Option<Checkpoint>, CheckpointError> {
    let until = settled_position(ledger, cause)?;
    loop {
        let Some(draft) = ledger.read(|connection| draft(ledger, connection, until))? else {
            return Ok(ledger.read(last)?);
        };
        let Draft { checkpoint, trace } = draft;
        ledger.write(cause, move |unit| -> Result<(), StoreError> {
            let statement = &checkpoint.statement;
            let row = NewRow {
                number: statement.number,
                position: statement.position,
                body: checkpoint.body(),
                signature: checkpoint.signature(),
                trace: &trace,
            };
            // The number is the key: of two who make the same checkpoint, the second is refused.
            on_each!(unit.connection(), |c| diesel::insert_into(checkpoints::table).values(row).execute(c))?;
            Ok(())
        })?;
    }
}

/// The last position below which nothing can appear any more.
///
/// On PostgreSQL a transaction may have taken a lower position and not have committed yet. SHARE conflicts with the ROW EXCLUSIVE
/// lock that an INSERT holds until its transaction ends, and takes before it asks for a position: once SHARE is granted, every
/// position given out so far is committed or lost, and every later one is higher. The lock is held for one statement only.
fn settled_position(ledger: &Ledger, cause: &Cause) -> Result<i64, StoreError> {
    ledger.write(cause, |unit| {
        let newest = events::table.select(max(events::position));
        let position: Option<i64> = match unit.connection() {
            Connection::Sqlite(c) => newest.first(c)?,
            Connection::Postgres(c) => {
                sql_query("LOCK TABLE events IN SHARE MODE").execute(c)?;
                newest.first(c)?
            }
        };
        Ok(position.unwrap_or(0))
    })
}

fn draft(ledger: &Ledger, connection: &mut Connection, until: i64) -> Result<Option<Draft>, CheckpointError> {
    let suite = ledger.ports().keyring.suite();
    let before = last(connection)?;
    let (number, after, events_before, streams_before, previous) =
        before.as_ref().map_or((1, 0, 0, 0, Digest::ZERO), |c| {
            let s = &c.statement;
            (s.number + 1, s.position, s.events_total, s.streams_total, c.digest(suite))
        });
    let mut walk = Walk {
        chain: Chain::new(suite),
        heads: HashMap::new(),
        fold: Fold::behind(suite, &previous),
        trace: Vec::new(),
        absent: Some(Vec::new()),
        position: after,
    };
    let mut batch = Batch::default();
    while walk.fold.events < EVENTS_MAX && walk.position < until {
        let room = EVENTS_MAX - walk.fold.events;
        if !batch.fill(connection, walk.position, until, room)? {
            break;
        }
        for event in batch.events() {
            walk.add(connection, &event)?;
        }
    }
    if walk.fold.events == 0 {
        return Ok(None);
    }
    let (events, opened) = (walk.fold.events, walk.fold.opened);
    let statement = Statement {
        format: FORMAT,
        number,
        at: ledger.context().now(),
        after,
        position: walk.position,
        events,
        opened,
        events_total: events_before + events,
        streams_total: streams_before + opened,
        absent: walk.absent,
        fold: walk.fold.finish().to_string(),
        trace: Hasher::digest(suite, &walk.trace).to_string(),
        previous: previous.to_string(),
    };
    let ports = ledger.ports();
    let checkpoint = Checkpoint::sign(statement, &ports.keyring, &*ports.random)?;
    Ok(Some(Draft { checkpoint, trace: walk.trace }))
}

/// The events of one checkpoint as they go by.
struct Walk {
    chain: Chain,
    heads: HashMap<Vec<u8>, (i64, [u8; HASH_BYTES])>,
    fold: Fold,
    trace: Vec<u8>,
    absent: Option<Vec<(i64, i64)>>,
    position: i64,
}

impl Walk {
    fn add(&mut self, connection: &mut Connection, event: &EventBytes<'_>) -> Result<(), CheckpointError> {
        let hash = event.hash.ok_or_else(|| broken(finding::altered(event)))?;
        let head = match self.heads.get(event.link.stream) {
            Some(head) => *head,
            None => head_before(connection, event)?,
        };
        if event.link.version != head.0 + 1 {
            return Err(broken(finding::out_of_step(event, head.0)));
        }
        if self.chain.hash(&head.1, &event.link) != hash {
            return Err(broken(finding::altered(event)));
        }
        self.heads.insert(event.link.stream.to_vec(), (event.link.version, hash));
        self.note_absent(event.position);
        self.fold.add(event.position, event.link.version, &hash);
        self.trace.extend_from_slice(&hash[..TRACE_BYTES]);
        self.position = event.position;
        Ok(())
    }

    fn note_absent(&mut self, position: i64) {
        if position == self.position + 1 {
            return;
        }
        let range = (self.position + 1, position - 1);
        self.absent = self.absent.take().filter(|ranges| ranges.len() < ABSENT_MAX).map(|mut ranges| {
            ranges.push(range);
            ranges
        });
    }
}

/// The head that an event builds on when its stream has not been seen in this checkpoint: the event before it.
fn head_before(
    connection: &mut Connection,
    event: &EventBytes<'_>,
) -> Result<(i64, [u8; HASH_BYTES]), CheckpointError> {
    let before = event.link.version - 1;
    if before <= 0 {
        return Ok((0, GENESIS));
    }
    let query =
        events::table.filter(events::stream.eq(event.stream())).filter(events::version.eq(before)).select(events::hash);
    let hash: Option<Vec<u8>> =
        on_each!(connection, |c| query.first(c)).optional().map_err(|e| CheckpointError::Store(e.into()))?;
    match hash.as_deref().and_then(crate::stream::hash_of) {
        Some(hash) => Ok((before, hash)),
        None => Err(broken(finding::missing_before(event))),
    }
}
