//! Proves that no one edited, removed or reordered what was written: one pass over all events, then all heads, then what the rooms
//! show of them, then a verdict.
//!
//! It reads one snapshot of the database, recomputes every hash, follows every stream's chain, compares every checkpoint's fold,
//! and stops at the first thing that is wrong. It must never write, and never trust a hash that it has not recomputed.

pub(crate) mod finding;
mod heads;
mod locate;
pub(crate) mod projections;
pub(crate) mod rows;

use std::ops::ControlFlow;

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::max};
use kernel::Timestamp;
use seal::{Digest, Hasher};

use crate::{
    Connection, Ledger, StoreError,
    chain::Chain,
    checkpoint::{self, Checkpoint, Fold},
    on_each,
    schema::{events, streams},
};

pub use finding::{Finding, FindingKind};
use heads::Heads;
pub use projections::Projection;
use rows::{Batch, EventBytes};

/// Stream heads fetched at a time.
const HEADS_BATCH: i64 = 10_000;

/// What else to compare with.
#[derive(Debug, Clone, Default)]
pub struct VerifyOptions {
    /// A checkpoint that was kept elsewhere.
    pub exported: Option<Checkpoint>,
}

/// How far the check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyProgress {
    /// The last position checked.
    pub position: i64,
    /// The last position there is.
    pub until: i64,
    /// Events checked so far.
    pub events: u64,
}

/// What the check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyReport {
    /// Events that were checked.
    pub events: u64,
    /// Streams that were checked.
    pub streams: u64,
    /// Checkpoints that were checked.
    pub checkpoints: u64,
    /// Events behind the last checkpoint: their chains are sound, but no signature covers them yet.
    pub unsigned: u64,
    /// When the last checkpoint was made.
    pub last_checkpoint: Option<Timestamp>,
    /// The check was stopped by its caller before the end.
    pub stopped: bool,
    /// The first thing that is wrong.
    pub finding: Option<Finding>,
}

impl VerifyReport {
    /// Everything was checked and nothing is wrong.
    pub fn is_intact(&self) -> bool {
        self.finding.is_none() && !self.stopped
    }
}

/// Checks everything. `progress` is told after each batch and may stop the check.
pub(crate) fn verify(
    ledger: &Ledger,
    options: &VerifyOptions,
    progress: &mut dyn FnMut(VerifyProgress) -> ControlFlow<()>,
) -> Result<VerifyReport, StoreError> {
    ledger.read(|connection| {
        let until = events::table.select(max(events::position));
        let until: Option<i64> = on_each!(connection, |c| until.first(c))?;
        let until = until.unwrap_or(0);
        let mut pass = Pass::new(ledger, checkpoint::rows(connection)?);
        if let Some(finding) = before_the_first(connection)? {
            return Ok(pass.report(Some(finding)));
        }
        let mut batch = Batch::default();
        let mut position = 0;
        while position < until {
            if !batch.fill(connection, position, until, u64::MAX)? {
                break;
            }
            for event in batch.events() {
                position = event.position;
                if let Some(finding) = pass.event(connection, &event)? {
                    return Ok(pass.report(Some(finding)));
                }
            }
            if progress(VerifyProgress { position, until, events: pass.events }).is_break() {
                return Ok(VerifyReport { stopped: true, ..pass.report(None) });
            }
        }
        let finding = pass.end(connection, options)?;
        Ok(pass.report(finding))
    })
}

/// The state of one pass.
struct Pass<'a> {
    ledger: &'a Ledger,
    chain: Chain,
    heads: Heads,
    checkpoints: std::vec::IntoIter<checkpoint::Row>,
    /// The next checkpoint to be reached; `Err` is what is wrong with it, told when it is reached.
    next: Option<Result<Checkpoint, Box<Finding>>>,
    next_position: i64,
    previous: Digest,
    done: Vec<Checkpoint>,
    fold: Fold,
    last_checkpoint: Option<Timestamp>,
    events: u64,
    opened: u64,
    /// The last event's position.
    position: i64,
    /// The first positions without an event that nothing signed accounts for.
    gap: Option<(i64, i64)>,
}

impl<'a> Pass<'a> {
    fn new(ledger: &'a Ledger, checkpoints: Vec<checkpoint::Row>) -> Self {
        let suite = ledger.ports().keyring.suite();
        let mut pass = Self {
            ledger,
            chain: Chain::new(suite),
            heads: Heads::new(),
            checkpoints: checkpoints.into_iter(),
            next: None,
            next_position: i64::MAX,
            previous: Digest::ZERO,
            done: Vec::new(),
            fold: Fold::behind(suite, &Digest::ZERO),
            last_checkpoint: None,
            events: 0,
            opened: 0,
            position: 0,
            gap: None,
        };
        pass.advance_checkpoint();
        pass
    }

    /// Takes the next checkpoint in hand and checks it by itself: signature, number, and the one before it.
    fn advance_checkpoint(&mut self) {
        let Some(row) = self.checkpoints.next() else {
            self.next = None;
            self.next_position = i64::MAX;
            return;
        };
        // A row whose position was altered must not be skipped, so the signed position counts where there is one.
        let checked = self.check_checkpoint(&row);
        self.next_position = checked.as_ref().map_or(row.position, |c| c.statement.position);
        self.next = Some(checked);
    }

    fn check_checkpoint(&self, row: &checkpoint::Row) -> Result<Checkpoint, Box<Finding>> {
        let expected = self.done.len() as i64 + 1;
        let after = self.done.last().map_or(0, |c| c.statement.position);
        let signed = Checkpoint::parse(&row.body, &row.signature)
            .filter(|checkpoint| checkpoint.is_signed_by(&self.ledger.ports().keyring))
            .ok_or_else(|| Box::new(finding::checkpoint_forged(row.number)))?;
        let statement = &signed.statement;
        let row_agrees = statement.number == row.number && statement.position == row.position;
        let joins = statement.number == expected
            && statement.after == after
            && statement.position > after
            && statement.previous == self.previous.to_string();
        if !joins {
            return Err(Box::new(finding::checkpoint_misplaced(expected, statement.number)));
        }
        if !row_agrees {
            return Err(Box::new(finding::checkpoint_forged(row.number)));
        }
        Ok(signed)
    }

    fn event(&mut self, connection: &mut Connection, event: &EventBytes<'_>) -> Result<Option<Finding>, StoreError> {
        while event.position > self.next_position {
            if let Some(finding) = self.close_checkpoint(connection)? {
                return Ok(Some(finding));
            }
        }
        self.note_gap(event.position);
        match self.link(event) {
            Ok(()) => Ok(None),
            Err(found) => Ok(Some(self.narrowed(connection, *found)?)),
        }
    }

    /// Behind the last checkpoint nothing else tells that an event is gone whose head went with it. SQLite gives out positions
    /// without a gap; PostgreSQL leaves some out whenever a transaction is rolled back.
    fn note_gap(&mut self, position: i64) {
        let expected = self.position + 1;
        if self.ledger.is_sqlite() && self.next.is_none() && position > expected {
            self.gap.get_or_insert((expected, position - 1));
        }
        self.position = position;
    }

    fn link(&mut self, event: &EventBytes<'_>) -> Result<(), Box<Finding>> {
        let mut head = self.heads.entry(event.link.stream);
        if event.link.version != head.version() + 1 {
            return Err(Box::new(finding::out_of_step(event, head.version())));
        }
        let hash = self.chain.hash(head.hash(), &event.link);
        if event.hash != Some(hash) {
            return Err(Box::new(finding::altered(event)));
        }
        head.advance(hash);
        self.fold.add(event.position, event.link.version, &hash);
        self.events += 1;
        self.opened += u64::from(event.link.version == 1);
        Ok(())
    }

    /// A broken chain says where it was noticed; a checkpoint over the place may say where it begins.
    fn narrowed(&mut self, connection: &mut Connection, found: Finding) -> Result<Finding, StoreError> {
        let Some(Ok(checkpoint)) = &self.next else { return Ok(found) };
        let Some(trace) = self.trusted_trace(connection, checkpoint)? else { return Ok(found) };
        let first = locate::first_difference(connection, &checkpoint.statement, &trace)?;
        let earlier = first.filter(|first| first.position < found.position);
        Ok(earlier.unwrap_or(found))
    }

    /// The checkpoint's trace, if it is the one that was signed.
    fn trusted_trace(&self, connection: &mut Connection, of: &Checkpoint) -> Result<Option<Vec<u8>>, StoreError> {
        let trace = checkpoint::trace(connection, of.statement.number)?;
        let digest = Hasher::digest(self.ledger.ports().keyring.suite(), &trace);
        Ok((digest.to_string() == of.statement.trace).then_some(trace))
    }

    /// All events of the checkpoint in hand have gone by: compares, and takes the next in hand.
    fn close_checkpoint(&mut self, connection: &mut Connection) -> Result<Option<Finding>, StoreError> {
        let checkpoint = match self.next.take() {
            None => return Ok(None),
            Some(Err(finding)) => return Ok(Some(*finding)),
            Some(Ok(checkpoint)) => checkpoint,
        };
        let suite = self.ledger.ports().keyring.suite();
        let digest = checkpoint.digest(suite);
        let fold = std::mem::replace(&mut self.fold, Fold::behind(suite, &digest));
        let (events, opened) = (fold.events, fold.opened);
        let statement = &checkpoint.statement;
        let trace = self.trusted_trace(connection, &checkpoint)?;
        let counted = events == statement.events
            && opened == statement.opened
            && self.events == statement.events_total
            && self.opened == statement.streams_total;
        if !counted || fold.finish().to_string() != statement.fold {
            let first = match &trace {
                Some(trace) => locate::first_difference(connection, statement, trace)?,
                None => None,
            };
            let (number, after, position) = (statement.number, statement.after, statement.position);
            let vague = || finding::span_differs(number, after, position, statement.events, events);
            return Ok(Some(first.unwrap_or_else(vague)));
        }
        if trace.is_none() {
            return Ok(Some(finding::trace_altered(statement.number)));
        }
        self.last_checkpoint = Some(statement.at);
        self.previous = digest;
        self.done.push(checkpoint);
        self.advance_checkpoint();
        Ok(None)
    }

    /// After the last event: the remaining checkpoints, the heads, the checkpoint kept elsewhere.
    fn end(&mut self, connection: &mut Connection, options: &VerifyOptions) -> Result<Option<Finding>, StoreError> {
        while self.next.is_some() {
            if let Some(finding) = self.close_checkpoint(connection)? {
                return Ok(Some(finding));
            }
        }
        if let Some(finding) = self.compare_exported(options) {
            return Ok(Some(finding));
        }
        if let Some(finding) = self.compare_heads(connection)? {
            return Ok(Some(finding));
        }
        for projection in self.ledger.projections() {
            if let Some(finding) = projections::compare(connection, projection)? {
                return Ok(Some(finding));
            }
        }
        // Last, because every other finding says more of what is gone.
        Ok(self.gap.map(|(first, last)| finding::gap(first, last)))
    }

    fn compare_exported(&self, options: &VerifyOptions) -> Option<Finding> {
        let exported = options.exported.as_ref()?;
        let number = exported.statement.number;
        if !exported.is_signed_by(&self.ledger.ports().keyring) {
            return Some(finding::exported_forged(number));
        }
        // Ours were followed from the first on, so the one of this number is at this place.
        let index = usize::try_from(number - 1).ok();
        let own = index.and_then(|index| self.done.get(index));
        let same = own.is_some_and(|own| own.body() == exported.body());
        (!same).then(|| finding::checkpoint_removed(number))
    }

    fn compare_heads(&self, connection: &mut Connection) -> Result<Option<Finding>, StoreError> {
        let mut count = 0;
        let mut after = String::new();
        loop {
            let query = streams::table
                .filter(streams::stream.gt(after.as_str()))
                .order(streams::stream)
                .limit(HEADS_BATCH)
                .select((streams::stream, streams::version, streams::hash));
            let batch: Vec<(String, i64, Vec<u8>)> = on_each!(connection, |c| query.load(c))?;
            let Some((last, ..)) = batch.last() else { break };
            after.clone_from(last);
            for (stream, version, hash) in &batch {
                if let Some(finding) = self.compare_head(stream, *version, hash) {
                    return Ok(Some(finding));
                }
            }
            count += batch.len();
        }
        if count < self.heads.len() {
            return Ok(Some(headless(connection)?));
        }
        Ok(None)
    }

    fn compare_head(&self, stream: &str, version: i64, hash: &[u8]) -> Option<Finding> {
        let Some((found, last)) = self.heads.get(stream.as_bytes()) else {
            return Some(finding::end_missing(stream, version, 0));
        };
        if version > found {
            return Some(finding::end_missing(stream, version, found));
        }
        (version != found || hash != last).then(|| finding::head_altered(stream, version, found))
    }

    fn report(&self, finding: Option<Finding>) -> VerifyReport {
        VerifyReport {
            events: self.events,
            streams: self.heads.len() as u64,
            checkpoints: self.done.len() as u64,
            unsigned: self.fold.events,
            last_checkpoint: self.last_checkpoint,
            stopped: false,
            finding,
        }
    }
}

/// An event at a position that the ledger never gives out. The pass begins at 1 and would not meet it, while a reader of its
/// stream would.
fn before_the_first(connection: &mut Connection) -> Result<Option<Finding>, StoreError> {
    let query = events::table.filter(events::position.lt(1)).order(events::position).select((
        events::position,
        events::stream,
        events::version,
    ));
    let found: Option<(i64, String, i64)> = on_each!(connection, |c| query.first(c)).optional()?;
    Ok(found.map(|(position, stream, version)| finding::before_the_first(position, &stream, version)))
}

/// The first stream, by position, that has events and no head.
fn headless(connection: &mut Connection) -> Result<Finding, StoreError> {
    let query = events::table
        .filter(diesel::dsl::not(diesel::dsl::exists(streams::table.filter(streams::stream.eq(events::stream)))))
        .order(events::position)
        .select(events::stream);
    let stream: String = on_each!(connection, |c| query.first(c))?;
    Ok(finding::head_missing(&stream))
}
