//! From the journal into the database: what a start finds there, the thread that takes over what is durable already, many rows
//! to a commit, and whoever must wait until it has. It must never lose an entry: while the database refuses, it tries again.

use std::{
    fs::File,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    time::Duration,
};

use kernel::{Problem, ProblemKind, Text};
use ledger::{Cause, DatabaseUrl, Ledger, StoreError, Unit};
use parking_lot::{Condvar, Mutex};

use super::{
    journal::{self, Journal, content::Entry},
    log::{Done, Rhythm, answered},
};
use crate::store::{decisions, filed, marks};

/// Entries of one commit at most; the index of event ids is touched once for each, so that more gain little.
const ENTRIES_MAX: usize = 4_096;
/// After so long without another entry those that are there go into the database. A steady flow fills commits instead.
const PAUSE: Duration = Duration::from_millis(20);
/// Between two tries to reach the database.
const AGAIN: Duration = Duration::from_secs(1);
/// How long somebody waits for the database; behind it is broken, not busy.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// How long a start waits for another to let go of the journal: one that ends still takes over what is in it.
const LOCK_TRIES: u32 = 500;
const LOCK_PAUSE: Duration = Duration::from_millis(20);
/// Bits of the number before the first record of a database. Drawn once for each, they keep the journal of another database, left
/// behind at the same place, from passing for its own.
const FIRST_BITS: u32 = 62;

/// A journal that was opened, with nothing in it that the database does not have.
pub(super) struct Found {
    pub(super) journal: Journal,
    /// Keeps every other process away while it is held.
    pub(super) lock: Arc<File>,
}

/// Opens the journal beside a SQLite database, and puts into the database what it does not have yet. PostgreSQL has none: its
/// nodes must see each other's decisions, and its commits wait for no page of their own.
///
/// # Errors
/// When another process has it, it cannot be read, or it is not this database's.
pub(super) fn recover(ledger: &Ledger) -> Result<Option<Found>, Problem> {
    let DatabaseUrl::Sqlite(path) = &ledger.options().database else { return Ok(None) };
    let paths = Journal::paths(path);
    let lock = Arc::new(locked(&paths[0], LOCK_TRIES)?);
    let filed = match ledger.read(filed::last)? {
        Some(filed) => filed,
        None => begin(ledger)?,
    };
    let opened = Journal::open(&paths, journal::SEGMENT_BYTES, filed);
    let (journal, records) = opened.map_err(Problem::internal_error)?;
    let count = records.len();
    for some in records.chunks(ENTRIES_MAX) {
        let entries = some.iter().map(|record| {
            let unreadable =
                || Problem::internal_error(format!("record {} of the journal cannot be read", record.number));
            Entry::from_bytes(&record.content).ok_or_else(unreadable)
        });
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        file(ledger, Arc::new(entries), some.last().map(|record| record.number))?;
    }
    if count > 0 {
        tracing::info!(entries = count, "decisions were taken over from the journal");
    }
    Ok(Some(Found { journal, lock }))
}

/// Locks the journal for this process.
pub(super) fn locked(path: &Path, tries: u32) -> Result<File, Problem> {
    let file = journal::open_file(path).map_err(Problem::internal_error)?;
    for _ in 0..tries {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(LOCK_PAUSE),
            Err(std::fs::TryLockError::Error(error)) => return Err(Problem::internal_error(error)),
        }
    }
    let text = Text::fixed(
        "另一个进程正在使用这个数据库的决策日志；SQLite 上只能有一个进程作决策。",
        "Another process has the journal of this database; on SQLite one process decides.",
    );
    Err(Problem::new(ProblemKind::Unavailable, text))
}

/// Draws the number before a database's first record, and keeps it.
fn begin(ledger: &Ledger) -> Result<u64, Problem> {
    let mut bytes = [0; 8];
    ledger.ports().random.fill(&mut bytes);
    let first = u64::from_le_bytes(bytes) >> (u64::BITS - FIRST_BITS);
    ledger.write(&Cause::new("guard:journal"), move |unit| filed::put(unit.connection(), first))?;
    Ok(first)
}

/// Something for the thread.
pub(super) enum Task {
    /// An entry of the journal, with its number.
    File(u64, Entry),
    /// An event that was decided before, by its key and print; its decision goes into the database first.
    Again([u8; 16], [u8; 16], Done),
    /// Somebody waits for what is there.
    Hurry,
}

/// How far the journal and the database are.
#[derive(Debug, Default)]
struct Progress {
    /// The number of the last record that is durable.
    journaled: AtomicU64,
    /// The number of the last that the database has.
    filed: Mutex<u64>,
    moved: Condvar,
}

/// The way into the database. The thread ends when nobody holds it any more, after it took over everything.
#[derive(Clone)]
pub(super) struct Filing {
    sender: Sender<Task>,
    progress: Arc<Progress>,
}

impl Filing {
    /// Starts the thread, behind what was taken over already. The lock is held until the database has everything.
    pub(super) fn start(ledger: Ledger, (filed, lock): (u64, Arc<File>), rhythm: Rhythm) -> Result<Self, Problem> {
        let (sender, receiver) = channel();
        let progress =
            Arc::new(Progress { journaled: AtomicU64::new(filed), filed: Mutex::new(filed), moved: Condvar::new() });
        let shared = Arc::clone(&progress);
        let thread = std::thread::Builder::new().name("guard-filing".to_owned());
        let work = move || {
            run(&ledger, &receiver, &shared, rhythm);
            drop(lock);
        };
        thread.spawn(work).map_err(Problem::internal_error)?;
        Ok(Self { sender, progress })
    }

    /// Hands durable entries over; `last` is the number of the last.
    pub(super) fn put(&self, entries: Vec<Entry>, last: u64) {
        let first = last + 1 - entries.len() as u64;
        self.progress.journaled.store(last, Ordering::Release);
        for (number, entry) in (first..).zip(entries) {
            // Without the thread the journal keeps it for the next start.
            let _ = self.sender.send(Task::File(number, entry));
        }
    }

    /// Answers an event that came again once its decision is in the database.
    pub(super) fn again(&self, key: [u8; 16], print: [u8; 16], done: Done) {
        if let Err(unsent) = self.sender.send(Task::Again(key, print, done))
            && let Task::Again(_, _, done) = unsent.0
        {
            done(Err(behind()));
        }
    }

    /// The number of the last record that the database has.
    pub(super) fn filed(&self) -> u64 {
        *self.progress.filed.lock()
    }

    /// Waits until the database has everything that is durable now.
    ///
    /// # Errors
    /// When the database does not take it over in time.
    pub(super) fn settle(&self) -> Result<(), Problem> {
        self.wait_for(self.progress.journaled.load(Ordering::Acquire))
    }

    /// Waits until the database has a record and all before it.
    pub(super) fn wait_for(&self, number: u64) -> Result<(), Problem> {
        let mut filed = self.progress.filed.lock();
        if *filed >= number {
            return Ok(());
        }
        let _ = self.sender.send(Task::Hurry);
        let late = |filed: &mut u64| *filed < number;
        if self.progress.moved.wait_while_for(&mut filed, late, WAIT_MAX).timed_out() {
            return Err(behind());
        }
        Ok(())
    }
}

fn behind() -> Problem {
    let text = Text::fixed(
        "数据库暂时跟不上已保存的决策，请稍后再试。",
        "The database is behind the decisions that are kept; try again in a moment.",
    );
    Problem::new(ProblemKind::Unavailable, text)
}

fn run(ledger: &Ledger, receiver: &Receiver<Task>, progress: &Progress, mut rhythm: Rhythm) {
    while let Ok(first) = receiver.recv() {
        let (mut entries, mut again, mut last, mut is_urgent) = (Vec::new(), Vec::new(), None, false);
        let mut next = Some(first);
        while let Some(task) = next {
            match task {
                Task::File(number, entry) => {
                    last = Some(number);
                    entries.push(entry);
                }
                Task::Again(key, print, done) => {
                    is_urgent = true;
                    again.push((key, print, done));
                }
                Task::Hurry => is_urgent = true,
            }
            next = match (entries.len() < ENTRIES_MAX, is_urgent) {
                (false, _) => None,
                // Somebody waits: what is there already comes along, and nothing else is waited for.
                (true, true) => receiver.try_recv().ok(),
                (true, false) => receiver.recv_timeout(PAUSE).ok(),
            };
        }
        if let Some(last) = last {
            rhythm.rows(entries.len() as u64);
            file_at_last(ledger, &Arc::new(entries), last);
            *progress.filed.lock() = last;
            progress.moved.notify_all();
        }
        for (key, print, done) in again {
            done(answered(ledger, &key, &print));
        }
    }
}

/// Puts entries into the database, however long it takes: they were acknowledged.
fn file_at_last(ledger: &Ledger, entries: &Arc<Vec<Entry>>, last: u64) {
    while let Err(error) = file(ledger, Arc::clone(entries), Some(last)) {
        tracing::error!(%error, entries = entries.len(), "kept decisions could not be filed; it is tried again");
        std::thread::sleep(AGAIN);
    }
}

/// Puts entries into the database in one commit; `upto` is the last of the journal's among them.
pub(super) fn file(ledger: &Ledger, entries: Arc<Vec<Entry>>, upto: Option<u64>) -> Result<(), StoreError> {
    ledger.write(&Cause::new("guard:decisions"), move |unit: &mut Unit<'_>| {
        for entry in &*entries {
            match entry {
                Entry::Decision(decision) => decisions::insert(unit.connection(), decision)?,
                Entry::Mark(mark) => marks::insert(unit.connection(), mark)?,
            }
        }
        upto.map_or(Ok(()), |upto| filed::put(unit.connection(), upto))
    })
}
