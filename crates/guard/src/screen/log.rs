//! The thread that keeps what was decided: it takes decisions in their order, many at a time, and answers each when it is on
//! disk, in the journal where there is one, else in the database. What was decided behind something that could not be kept is
//! refused with it, for it rests on what the log does not have. It must never change the order.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
    mpsc::{Receiver, Sender, SyncSender, channel},
};

use kernel::{Problem, ProblemKind, Text};
use ledger::Ledger;

use super::{
    filing::{self, Filing, Found},
    journal::{Journal, JournalError, content::Entry},
};
use crate::store::{
    decisions::{self, NewDecision},
    marks::Mark,
};

/// Entries of one commit at most: more gain nothing, and a refused commit takes all of them with it.
const ENTRIES_MAX: usize = 512;

/// Who waits for an answer.
pub(super) type Done = Box<dyn FnOnce(Result<String, Problem>) + Send>;

/// Something for the log.
pub(super) enum Item {
    /// A decision of an epoch of memory.
    New(u64, Box<NewDecision>, Done),
    /// An event that was decided before, by its key and print.
    Again([u8; 16], [u8; 16], Done),
    /// A mark of an epoch of memory: what changed between two decisions.
    Mark(u64, Mark),
}

/// When it is time for a snapshot of the windows.
pub(super) struct Rhythm {
    /// After how many rows.
    pub(super) every: u64,
    /// Rows since the last.
    pub(super) since: u64,
    /// Who takes it.
    pub(super) wake: SyncSender<()>,
}

impl Rhythm {
    pub(super) fn rows(&mut self, count: u64) {
        self.since = self.since.saturating_add(count);
        // Whoever takes it may still be busy with the last one; it is asked again with the next rows.
        if self.since >= self.every && self.wake.try_send(()).is_ok() {
            self.since = 0;
        }
    }
}

/// Where decisions become durable.
enum Place {
    /// In the database at once.
    Database(Ledger, Rhythm),
    /// In the journal, and in the database behind.
    Journal(Box<Journal>, Filing),
}

/// The way to the log. The thread ends when nobody holds it any more.
pub(super) struct Log {
    sender: Sender<Item>,
    /// The last epoch of memory of which something could not be kept.
    pub(super) spoiled: Arc<AtomicU64>,
    filing: Option<Filing>,
}

impl Log {
    /// Starts the thread; `found` is the journal that is to be written to, if one is.
    pub(super) fn start(ledger: Ledger, rhythm: Rhythm, found: Option<Found>) -> Result<Self, Problem> {
        let (sender, receiver) = channel();
        let spoiled = Arc::new(AtomicU64::new(0));
        let (place, filing) = match found {
            None => (Place::Database(ledger, rhythm), None),
            Some(found) => {
                let filing = Filing::start(ledger, (found.journal.last(), found.lock), rhythm)?;
                (Place::Journal(Box::new(found.journal), filing.clone()), Some(filing))
            }
        };
        let shared = Arc::clone(&spoiled);
        let thread = std::thread::Builder::new().name("guard-log".to_owned());
        thread.spawn(move || run(place, &receiver, &shared)).map_err(Problem::internal_error)?;
        Ok(Self { sender, spoiled, filing })
    }

    /// Hands something over; called under the lock of memory, so that the log has the order of the decisions.
    pub(super) fn put(&self, item: Item) {
        if let Err(unsent) = self.sender.send(item) {
            match unsent.0 {
                Item::New(_, _, done) | Item::Again(_, _, done) => done(Err(lost())),
                // Nothing is decided any more either; the next start writes what it finds.
                Item::Mark(..) => {}
            }
        }
    }

    /// Waits until the database has everything that was answered so far.
    ///
    /// # Errors
    /// When the database does not take it over in time.
    pub(super) fn settle(&self) -> Result<(), Problem> {
        self.filing.as_ref().map_or(Ok(()), Filing::settle)
    }
}

/// What is on its way to the disk together.
#[derive(Default)]
struct Group {
    entries: Vec<Entry>,
    waiting: Vec<(String, Done)>,
    again: Vec<([u8; 16], [u8; 16], Done)>,
    /// The newest epoch of memory that anything is of.
    epoch: u64,
}

fn run(mut place: Place, receiver: &Receiver<Item>, spoiled: &AtomicU64) {
    while let Ok(first) = receiver.recv() {
        let more = std::iter::from_fn(|| receiver.try_recv().ok());
        let mut group = Group::default();
        for item in std::iter::once(first).chain(more.take(ENTRIES_MAX)) {
            group.take(item, spoiled.load(Ordering::Acquire));
        }
        place.keep(group, spoiled);
    }
}

impl Group {
    fn take(&mut self, item: Item, spoiled: u64) {
        match item {
            Item::New(epoch, _, done) if epoch <= spoiled => done(Err(lost())),
            Item::New(epoch, decision, done) => {
                self.epoch = self.epoch.max(epoch);
                self.waiting.push((decision.answer.clone(), done));
                self.entries.push(Entry::Decision(decision));
            }
            Item::Again(key, print, done) => self.again.push((key, print, done)),
            Item::Mark(epoch, mark) if epoch > spoiled => {
                self.epoch = self.epoch.max(epoch);
                self.entries.push(Entry::Mark(mark));
            }
            Item::Mark(..) => {}
        }
    }
}

impl Place {
    /// Makes a group durable and answers it. A mark that could not be kept makes memory wrong as a decision does.
    fn keep(&mut self, group: Group, spoiled: &AtomicU64) {
        let Group { entries, waiting, again, epoch } = group;
        let is_kept = entries.is_empty() || self.write(entries);
        if !is_kept {
            // Before anybody is answered, so that whoever asks again finds memory thrown away.
            spoiled.fetch_max(epoch, Ordering::AcqRel);
        }
        for (answer, done) in waiting {
            done(if is_kept { Ok(answer) } else { Err(lost()) });
        }
        for (key, print, done) in again {
            match self {
                Self::Database(ledger, _) => done(answered(ledger, &key, &print)),
                Self::Journal(_, filing) => filing.again(key, print, done),
            }
        }
    }

    fn write(&mut self, entries: Vec<Entry>) -> bool {
        let count = entries.len();
        let told = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, entries = count, "decisions could not be kept and were refused");
        };
        match self {
            Self::Database(ledger, rhythm) => {
                let rows = entries.iter().filter(|entry| matches!(entry, Entry::Decision(_))).count() as u64;
                let written = filing::file(ledger, Arc::new(entries), None).inspect_err(|error| told(error));
                // Behind the write: whoever takes the snapshot reads them.
                rhythm.rows(rows);
                written.is_ok()
            }
            Self::Journal(journal, filing) => match append(journal, filing, &entries) {
                Ok(last) => {
                    filing.put(entries, last);
                    true
                }
                Err(error) => {
                    told(&error);
                    false
                }
            },
        }
    }
}

/// Makes entries durable in the journal; while it is full, the database must take over what is in it.
fn append(journal: &mut Journal, filing: &Filing, entries: &[Entry]) -> Result<u64, JournalError> {
    let contents: Vec<Vec<u8>> = entries.iter().map(Entry::to_bytes).collect();
    let slices = || contents.iter().map(Vec::as_slice);
    match journal.append(slices(), filing.filed()) {
        Err(JournalError::Full) => {
            filing.settle().map_err(|_| JournalError::Full)?;
            journal.append(slices(), filing.filed())
        }
        appended => appended,
    }
}

/// The answer that an event got before.
pub(super) fn answered(ledger: &Ledger, key: &[u8; 16], print: &[u8; 16]) -> Result<String, Problem> {
    match ledger.read(|conn| decisions::answered(conn, key))? {
        Some((kept, answer)) if kept == print => Ok(answer),
        Some(_) => {
            let text = Text::fixed(
                "同一编号的事件内容不同；新的事件请用新的编号。",
                "An event of this id had another content; give a new event a new id.",
            );
            Err(Problem::new(ProblemKind::IdempotencyMismatch, text.clone()).field("/id", text))
        }
        None => Err(lost()),
    }
}

fn lost() -> Problem {
    let text = Text::fixed("决策未能保存，请重新提交。", "The decision could not be kept; send the event again.");
    Problem::new(ProblemKind::Unavailable, text)
}
