//! Snapshots of the windows: written from a replica that is rebuilt beside the engine, so that no decision waits, and read at a
//! start, so that only the log behind them is replayed. They lie sealed in the object store, which shows an object whole or not
//! at all. One that is damaged, or of another log or definition, is ignored with a notice: a snapshot may cost time, never truth.

use std::{
    io::{self, Read, Write},
    sync::{Arc, mpsc::Receiver},
};

use bytes::Bytes;
use decide::{
    Engine, EngineSpec,
    window::{WindowLimits, Windows},
};
use endpoint::{Objects, objects::Content};
use futures_util::{StreamExt, stream};
use kernel::{OrgPath, Problem, ProblemKind};
use ledger::{Announcement, Cause, Ledger};
use tokio::{runtime::Handle, sync::mpsc};

use super::{Screen, definition::Definition, keys, restore, state::State};
use crate::{
    score_models::digest,
    store::{
        decisions,
        snapshots::{self, SnapshotRow},
    },
};

/// The topic under which a finished snapshot is announced.
pub const TOPIC: &str = "guard.snapshot";
/// What is recorded and how, beyond what the definition says; it grows when the program records differently.
const RECORDING: u32 = 1;
/// Snapshots that are kept: should the newest not be readable, there is one before it.
const KEPT: usize = 2;
/// Bytes of a snapshot at most: several times the windows' own bound.
const BYTES_MAX: u64 = 64 << 30;
/// Bytes that are handed to the object store at a time, and how many such pieces wait for it.
const PIECE_BYTES: usize = 1 << 20;
const PIECES_WAITING: usize = 4;

/// Where snapshots lie.
#[derive(Clone)]
pub struct Snapshots {
    objects: Objects,
    runtime: Handle,
}

impl Snapshots {
    /// Snapshots in this store; what is asked of it runs on `runtime`, so nothing here may be called on an event loop.
    pub fn new(objects: Objects, runtime: Handle) -> Self {
        Self { objects, runtime }
    }

    /// The windows of the newest snapshot that is good, and up to where in the log they hold everything.
    pub(super) fn newest(
        &self,
        ledger: &Ledger,
        definition: &Definition,
        engine: &Engine,
    ) -> Result<Option<(Windows, i64)>, Problem> {
        let print = print(ledger, definition)?;
        for row in ledger.read(snapshots::all)?.into_iter().filter(|row| row.is_whole) {
            let known = ledger.read(|conn| decisions::id_at(conn, row.seq))?;
            let found = if row.definition != print {
                Err("it was taken under another definition".to_owned())
            } else if known.as_ref() != Some(&row.decision) {
                Err("it is of another log".to_owned())
            } else {
                self.read(ledger, &row, engine)
            };
            match found {
                Ok(windows) => return Ok(Some((windows, row.seq))),
                Err(why) => tracing::warn!(seq = row.seq, why, "a snapshot of the windows is ignored"),
            }
        }
        Ok(None)
    }

    fn read(&self, ledger: &Ledger, row: &SnapshotRow, engine: &Engine) -> Result<Windows, String> {
        let told = |problem: Problem| problem.internal().unwrap_or("it cannot be read").to_owned();
        let key = keys::of_snapshots(ledger).map_err(told)?;
        let keyring = &ledger.ports().keyring;
        let open = |head: &[u8]| keyring.object_opener(&key, &row.object, head);
        let content = self.runtime.block_on(self.objects.get_sealed(&row.object, open)).map_err(told)?;
        let mut from = Incoming { content, piece: Bytes::new(), runtime: &self.runtime };
        let loaded = Windows::load(Arc::clone(engine.plan()), WindowLimits::default(), &mut from);
        match loaded {
            Ok((windows, mark)) if mark == row.seq.cast_unsigned() => Ok(windows),
            Ok(_) => Err("it ends elsewhere in the log".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Writes the windows of a state, and removes what is older than the one before.
    fn write(&self, ledger: &Ledger, definition: &Definition, state: &State) -> Result<(), Problem> {
        let seq = state.seq;
        let Some(decision) = ledger.read(|conn| decisions::id_at(conn, seq))? else { return Ok(()) };
        let object = format!("guard/windows/{seq}-{decision}");
        let row = SnapshotRow { seq, object, decision, definition: print(ledger, definition)?, is_whole: false };
        let begun = row.clone();
        let cause = Cause::new("guard:snapshot");
        ledger.write(&cause, move |unit| snapshots::begin(unit.connection(), &begun))?;
        let bytes = self.put(ledger, &row.object, &state.windows, seq)?;
        ledger.write(&cause, move |unit| {
            let now = unit.now();
            snapshots::finish(unit.connection(), seq, bytes, now)?;
            let unit_path = OrgPath::root("program").map_err(Problem::internal_error)?;
            unit.announce(Announcement {
                topic: TOPIC,
                id: seq.to_string(),
                unit: unit_path,
                kind: "taken".to_owned(),
            });
            Ok::<_, Problem>(())
        })?;
        self.remove_older(ledger)
    }

    /// Streams the windows to an object; how many bytes they are.
    fn put(&self, ledger: &Ledger, object: &str, windows: &Windows, seq: i64) -> Result<u64, Problem> {
        let (ports, key) = (ledger.ports(), keys::of_snapshots(ledger)?);
        let (hasher, sealer) = (ports.keyring.hasher(), ports.keyring.object_sealer(&key, object, &*ports.random));
        let (sender, mut receiver) = mpsc::channel::<io::Result<Bytes>>(PIECES_WAITING);
        // It may be asked again after its end, which an unfolded stream would not bear.
        let pieces = stream::poll_fn(move |context| receiver.poll_recv(context));
        std::thread::scope(|scope| {
            scope.spawn(move || {
                let mut out = Outgoing { sender, waiting: Vec::with_capacity(PIECE_BYTES) };
                let saved = windows.save(seq.cast_unsigned(), &mut out).map_err(io::Error::other);
                if let Err(error) = saved.and_then(|()| out.flush()) {
                    // Whoever puts hears that the content broke off, and takes back what is there; or has gone already.
                    let _ = out.sender.blocking_send(Err(error));
                }
            });
            let put = self.objects.put(object, pieces, BYTES_MAX, hasher, sealer, |_: &[u8]| Ok(()));
            self.runtime.block_on(put).map(|stored| stored.bytes)
        })
    }

    /// Removes snapshots that are older than the one before the newest, and those that were begun and never finished.
    fn remove_older(&self, ledger: &Ledger) -> Result<(), Problem> {
        let all = ledger.read(snapshots::all)?;
        let kept: Vec<i64> = all.iter().filter(|row| row.is_whole).map(|row| row.seq).take(KEPT).collect();
        for row in all.iter().filter(|row| !kept.contains(&row.seq)) {
            // The object first: a row without its object is found out, an object without its row never.
            self.runtime.block_on(self.objects.remove(&row.object))?;
            let seq = row.seq;
            ledger.write(&Cause::new("guard:snapshot"), move |unit| snapshots::remove(unit.connection(), seq))?;
        }
        Ok(())
    }
}

/// A print of everything that decides what the windows hold after an event.
fn print(ledger: &Ledger, definition: &Definition) -> Result<String, Problem> {
    let EngineSpec { schema, parameters, features, .. } = &definition.engine;
    let lists: Vec<&str> = definition.lists.iter().map(|list| list.name.as_str()).collect();
    let text = serde_json::to_vec(&(RECORDING, schema, parameters, features, lists));
    Ok(digest(ledger, &text.map_err(Problem::internal_error)?))
}

impl Screen {
    /// The state as snapshot and log tell it.
    pub(super) fn rebuilt(&self) -> Result<State, Problem> {
        self.settle()?;
        restore::state(&self.ledger, (&self.definition, self.secret), (&self.models, self.snapshots.as_ref()))
    }

    /// Takes a snapshot of the windows as the log tells them: from the snapshot before and the log behind it, beside the engine,
    /// which goes on deciding. It needs as much memory as the windows have, once more, while it is at work.
    ///
    /// # Errors
    /// When the database or the object store fails; the snapshots before stay.
    pub fn take_snapshot(&self) -> Result<(), Problem> {
        let Some(snapshots) = &self.snapshots else { return Ok(()) };
        let replica = self.rebuilt()?;
        if replica.started_from == Some(replica.seq) {
            return Ok(());
        }
        snapshots.write(&self.ledger, &self.definition, &replica)
    }

    /// Takes a snapshot whenever the log says that it is time.
    pub(super) fn keep_snapshots(self: &Arc<Self>, woken: Receiver<()>) -> Result<(), Problem> {
        let screen = Arc::downgrade(self);
        let run = move || {
            while woken.recv().is_ok() {
                let Some(screen) = screen.upgrade() else { return };
                if let Err(problem) = screen.take_snapshot() {
                    let kind: ProblemKind = problem.kind;
                    tracing::error!(kind = kind.slug(), internal = problem.internal(), "no snapshot was taken");
                }
            }
        };
        std::thread::Builder::new().name("guard-snapshots".to_owned()).spawn(run).map_err(Problem::internal_error)?;
        Ok(())
    }
}

/// What is written, in pieces on their way to the object store.
struct Outgoing {
    sender: mpsc::Sender<io::Result<Bytes>>,
    waiting: Vec<u8>,
}

impl Write for Outgoing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::replace(&mut self.waiting, Vec::with_capacity(PIECE_BYTES)));
        self.sender.blocking_send(Ok(piece)).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

/// What comes from the object store, read by a thread that may wait.
struct Incoming<'r> {
    content: Content,
    piece: Bytes,
    runtime: &'r Handle,
}

impl Read for Incoming<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.runtime.block_on(self.content.next()) {
                Some(piece) => self.piece = piece?,
                None => return Ok(0),
            }
        }
        let count = into.len().min(self.piece.len());
        into[..count].copy_from_slice(&self.piece.split_to(count));
        Ok(count)
    }
}

#[cfg(test)]
mod tests;
