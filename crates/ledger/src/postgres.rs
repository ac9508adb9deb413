//! The writers of a PostgreSQL database: a few threads, each with its own connection, each running one closure at a time.
//!
//! Transactions run at READ COMMITTED. Streams are guarded by the version in their head row, other rows by unique indexes, row
//! locks or [`Unit::lock`]; SERIALIZABLE would guard reads too, but its page locks make unrelated filings abort each other as
//! long as tables are small. Where a closure lost a race that SQLite's single writer would not have let happen (the head it had
//! read moved, a row it had looked for was inserted by another), it is run again and sees the new state; so both engines answer alike.
//! Before it runs again it waits its turn at the heads over which it lost, so that the next run cannot lose there.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crossbeam_channel::Receiver;
use diesel::{
    PgConnection,
    connection::{AnsiTransactionManager, InstrumentationEvent, SimpleConnection, TransactionManager},
    result::{DatabaseErrorKind, Error as DieselError},
};

use crate::{
    Connection, Options, StoreError, Unit,
    chain::Chain,
    connect::{Purpose, connect},
    context::Context,
    stream,
    unit::Aftermath,
    webhooks,
    writer::{Fate, Task},
};

/// Runs of one closure at most. Ten lost races in a row mean that something else is wrong.
const TRIES_MAX: u32 = 10;
/// A unique index was hit: the second run sees the other row; a third would only repeat the answer.
const UNIQUE_TRIES_MAX: u32 = 2;
/// The longest wait before the second run; it doubles with each further one, up to [`WAIT_DOUBLINGS`] times.
const WAIT_FIRST: Duration = Duration::from_micros(500);
const WAIT_DOUBLINGS: u32 = 6;

type Waiting = Box<dyn Task>;

/// What the engine said during a run; set by listening to the connection, since the closure's own error type is its own.
#[derive(Debug, Default)]
struct Signals {
    serialization: AtomicBool,
    unique: AtomicBool,
    closed: AtomicBool,
}

impl Signals {
    fn clear(&self) {
        for flag in [&self.serialization, &self.unique, &self.closed] {
            flag.store(false, Ordering::Relaxed);
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "Diesel's errors are open; only these three concern us")]
    fn note(&self, error: &DieselError) {
        match error {
            DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => {
                self.serialization.store(true, Ordering::Relaxed);
            }
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => {
                self.unique.store(true, Ordering::Relaxed);
            }
            DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection, _)
            | DieselError::BrokenTransactionManager => {
                self.closed.store(true, Ordering::Relaxed);
            }
            // Diesel has no kind for 40P01; servers speak in the language they were set up in.
            DieselError::DatabaseError(DatabaseErrorKind::Unknown, info)
                if info.message().contains("deadlock detected") || info.message().contains("死锁") =>
            {
                self.serialization.store(true, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

/// How one run of a closure ended.
enum Run {
    /// Committed, or refused by the closure for good.
    Settled,
    /// Not committed because of another transaction; worth another run.
    Again(StoreError),
    /// Not committed because the connection broke before COMMIT was sent.
    Lost(StoreError),
    /// The connection broke while committing: nobody knows whether it was kept.
    Unknown(StoreError),
}

/// One writer thread. Runs until the last sender is gone.
pub(crate) struct Writer<'a> {
    options: &'a Options,
    context: &'a Context,
    connection: Option<Connection>,
    signals: Arc<Signals>,
    chain: Chain,
    /// Streams over which the task at hand has lost a race.
    contended: BTreeSet<String>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(options: &'a Options, context: &'a Context) -> Self {
        let chain = Chain::new(context.ports.keyring.suite());
        Self { options, context, connection: None, signals: Arc::default(), chain, contended: BTreeSet::new() }
    }

    pub(crate) fn run(&mut self, queue: &Receiver<Waiting>) {
        while let Ok(mut task) = queue.recv() {
            let error = self.settle(&mut *task).err();
            task.answer(error);
        }
    }

    /// Runs the task until it is settled. An error means that its work was not committed, or may not have been.
    fn settle(&mut self, task: &mut dyn Task) -> Result<(), StoreError> {
        self.contended.clear();
        let mut tries = 0;
        let mut losses = 0;
        loop {
            tries += 1;
            match self.once(task, tries) {
                Run::Settled => return Ok(()),
                Run::Again(error) if tries >= TRIES_MAX => return Err(error),
                Run::Again(_) => {
                    metrics::counter!("ledger_retries_total").increment(1);
                    std::thread::sleep(self.wait(tries));
                }
                Run::Lost(error) => {
                    self.connection = None;
                    losses += 1;
                    // One new connection: after a restart of the server the pool's old ones are all dead.
                    if losses > 1 {
                        return Err(error);
                    }
                }
                Run::Unknown(error) => {
                    self.connection = None;
                    return Err(error);
                }
            }
        }
    }

    /// A random part of a doubling wait, so that two closures that met do not meet again.
    fn wait(&self, tries: u32) -> Duration {
        let longest = WAIT_FIRST * (1 << tries.min(WAIT_DOUBLINGS));
        let mut byte = [0u8; 1];
        self.context.ports.random.fill(&mut byte);
        longest * u32::from(byte[0]) / 256
    }

    fn connect(&mut self) -> Result<(), StoreError> {
        if self.connection.is_some() {
            return Ok(());
        }
        let mut connection =
            connect(self.options, Purpose::Write).map_err(|error| StoreError::Unavailable(error.to_string()))?;
        let signals = Arc::clone(&self.signals);
        diesel::Connection::set_instrumentation(&mut connection, move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event {
                signals.note(error);
            }
        });
        self.connection = Some(connection);
        Ok(())
    }

    fn once(&mut self, task: &mut dyn Task, tries: u32) -> Run {
        if let Err(ended) = self.begin() {
            return ended;
        }
        let Some(connection) = &mut self.connection else {
            return Run::Lost(StoreError::Unavailable("no connection".to_owned()));
        };
        let cause = task.cause().clone();
        let mut unit = Unit::new(connection, self.context, &cause, &mut self.chain);
        let fate = task.run(&mut unit);
        let (aftermath, raced) = unit.into_parts();
        let was_raced = raced.is_some();
        self.contended.extend(raced);
        match fate {
            Fate::Keep => self.keep(aftermath),
            Fate::Discard => self.discard(was_raced, tries),
        }
    }

    /// Opens the transaction and waits its turn where an earlier run lost a race. `Err` is how the run ended already.
    fn begin(&mut self) -> Result<(), Run> {
        self.connect().map_err(Run::Lost)?;
        self.signals.clear();
        let Some(connection) = &mut self.connection else { return Ok(()) };
        let begun = postgres(connection).and_then(|c| Ok(AnsiTransactionManager::begin_transaction_sql(c, "BEGIN")?));
        begun.map_err(Run::Lost)?;
        let turn = self.contended.iter().try_for_each(|stream| stream::wait_for_head(connection, stream));
        let Err(error) = turn.and_then(|()| webhooks::refresh(connection, self.context)) else { return Ok(()) };
        let retry = self.signals.serialization.load(Ordering::Relaxed);
        Err(match self.undo(error) {
            Run::Again(error) if !retry => Run::Unknown(error),
            ended @ (Run::Again(_) | Run::Settled | Run::Lost(_) | Run::Unknown(_)) => ended,
        })
    }

    fn keep(&mut self, aftermath: Aftermath) -> Run {
        let Some(connection) = &mut self.connection else {
            return Run::Lost(StoreError::Unavailable("no connection".to_owned()));
        };
        let Err(error) = commit(connection) else {
            self.context.after_commit(aftermath);
            return Run::Settled;
        };
        if self.signals.serialization.load(Ordering::Relaxed) {
            return self.undo(error);
        }
        if self.signals.closed.load(Ordering::Relaxed) {
            return Run::Unknown(error);
        }
        // Refused: most likely the closure swallowed an error after which PostgreSQL takes nothing more.
        match self.undo(error) {
            Run::Again(error) => Run::Unknown(error),
            ended @ (Run::Settled | Run::Lost(_) | Run::Unknown(_)) => ended,
        }
    }

    fn discard(&mut self, was_raced: bool, tries: u32) -> Run {
        let closed = self.signals.closed.load(Ordering::Relaxed);
        let unique = self.signals.unique.load(Ordering::Relaxed) && tries < UNIQUE_TRIES_MAX;
        let raced = was_raced || self.signals.serialization.load(Ordering::Relaxed);
        let again = unique || (raced && tries < TRIES_MAX);
        match self.undo(StoreError::Unavailable("other transactions were faster".to_owned())) {
            Run::Again(error) if again => Run::Again(error),
            Run::Lost(_) if closed => Run::Lost(StoreError::Unavailable("the connection broke".to_owned())),
            // The closure's own answer stands; its work is gone with the transaction or the connection.
            Run::Again(_) | Run::Lost(_) | Run::Settled | Run::Unknown(_) => Run::Settled,
        }
    }

    /// Rolls back whatever is open. `Again(error)` when that worked.
    fn undo(&mut self, error: StoreError) -> Run {
        let Some(Ok(c)) = self.connection.as_mut().map(postgres) else { return Run::Lost(error) };
        while depth(c) > 0 {
            if AnsiTransactionManager::rollback_transaction(c).is_err() {
                self.connection = None;
                return Run::Lost(error);
            }
        }
        if is_broken(c) {
            self.connection = None;
            return Run::Lost(error);
        }
        Run::Again(error)
    }
}

/// Commits. PostgreSQL answers COMMIT of a failed transaction with a quiet rollback; the statement before it makes that an error.
fn commit(connection: &mut Connection) -> Result<(), StoreError> {
    let c = postgres(connection)?;
    if depth(c) != 1 {
        return Err(StoreError::Misuse("a closure left a transaction of its own open".to_owned()));
    }
    c.batch_execute("SELECT 1; COMMIT")?;
    if depth(c) != 0 {
        return Err(StoreError::Unavailable("the transaction did not end with its commit".to_owned()));
    }
    Ok(())
}

fn depth(c: &mut PgConnection) -> u32 {
    let status = AnsiTransactionManager::transaction_manager_status_mut(c);
    status.transaction_depth().ok().flatten().map_or(0, std::num::NonZeroU32::get)
}

fn is_broken(c: &mut PgConnection) -> bool {
    AnsiTransactionManager::transaction_manager_status_mut(c).transaction_depth().is_err()
}

fn postgres(connection: &mut Connection) -> Result<&mut PgConnection, StoreError> {
    match connection {
        Connection::Postgres(c) => Ok(c),
        Connection::Sqlite(_) => Err(StoreError::Misuse("the PostgreSQL writer was given another engine".to_owned())),
    }
}
