//! The thread that writes the decision log: it takes what was decided in its order, many rows to a commit, and answers each when
//! it is on disk. What was decided behind a row that could not be written is refused with it, for it rests on what the log does
//! not have. It must never change the order.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
    mpsc::{Receiver, Sender, SyncSender, channel},
};

use kernel::{Problem, ProblemKind, Text};
use ledger::{Cause, Ledger};

use crate::store::{
    decisions::{self, NewDecision},
    marks::{self, Mark},
};

/// Rows of one commit at most: more gain nothing, and a refused commit takes all its rows with it.
const ROWS_MAX: usize = 512;

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
    fn rows(&mut self, count: u64) {
        self.since = self.since.saturating_add(count);
        // Whoever takes it may still be busy with the last one; it is asked again with the next rows.
        if self.since >= self.every && self.wake.try_send(()).is_ok() {
            self.since = 0;
        }
    }
}

/// The way to the log. The thread ends when nobody holds it any more.
pub(super) struct Log {
    sender: Sender<Item>,
    /// The last epoch of memory of which a row could not be written.
    pub(super) spoiled: Arc<AtomicU64>,
}

impl Log {
    /// Starts the thread.
    pub(super) fn start(ledger: Ledger, rhythm: Rhythm) -> Result<Self, Problem> {
        let (sender, receiver) = channel();
        let spoiled = Arc::new(AtomicU64::new(0));
        let shared = Arc::clone(&spoiled);
        let thread = std::thread::Builder::new().name("guard-log".to_owned());
        thread.spawn(move || run(&ledger, &receiver, &shared, rhythm)).map_err(Problem::internal_error)?;
        Ok(Self { sender, spoiled })
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
}

fn run(ledger: &Ledger, receiver: &Receiver<Item>, spoiled: &AtomicU64, mut rhythm: Rhythm) {
    while let Ok(first) = receiver.recv() {
        let more = std::iter::from_fn(|| receiver.try_recv().ok());
        let (mut rows, mut waiting, mut again) = (Vec::new(), Vec::new(), Vec::new());
        let mut marks = Vec::new();
        for item in std::iter::once(first).chain(more.take(ROWS_MAX)) {
            match item {
                Item::New(epoch, _, done) if epoch <= spoiled.load(Ordering::Acquire) => done(Err(lost())),
                Item::New(epoch, row, done) => {
                    waiting.push((epoch, row.answer.clone(), done));
                    rows.push(*row);
                }
                Item::Again(key, print, done) => again.push((key, print, done)),
                Item::Mark(epoch, mark) if epoch > spoiled.load(Ordering::Acquire) => marks.push((epoch, mark)),
                Item::Mark(..) => {}
            }
        }
        let count = rows.len() as u64;
        write(ledger, (rows, marks), waiting, spoiled);
        rhythm.rows(count);
        for (key, print, done) in again {
            done(answered(ledger, &key, &print));
        }
    }
}

/// Writes decisions and the marks between them; a mark that could not be written makes memory wrong as a decision does.
fn write(
    ledger: &Ledger,
    (rows, marks): (Vec<NewDecision>, Vec<(u64, Mark)>),
    waiting: Vec<(u64, String, Done)>,
    spoiled: &AtomicU64,
) {
    if rows.is_empty() && marks.is_empty() {
        return;
    }
    let newest = waiting.iter().map(|(epoch, ..)| *epoch).chain(marks.iter().map(|(epoch, _)| *epoch)).max();
    let written = ledger.write(&Cause::new("guard:decisions"), move |unit| {
        marks.iter().try_for_each(|(_, mark)| marks::insert(unit.connection(), mark))?;
        rows.iter().try_for_each(|row| decisions::insert(unit.connection(), row))
    });
    if let Err(error) = &written {
        // Before anybody is answered, so that whoever asks again finds memory thrown away.
        let epoch = newest.unwrap_or_default();
        spoiled.fetch_max(epoch, Ordering::AcqRel);
        tracing::error!(error = %error, rows = waiting.len(), "decisions could not be logged and were refused");
    }
    for (_, answer, done) in waiting {
        done(if written.is_ok() { Ok(answer) } else { Err(lost()) });
    }
}

/// The answer that an event got before.
fn answered(ledger: &Ledger, key: &[u8; 16], print: &[u8; 16]) -> Result<String, Problem> {
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
