//! Copies SQLite's write-ahead log back into the database beside the writer, so that no answer waits for it.
//!
//! SQLite by itself lets the writer copy when the log has reached a length, and whoever waits then waits for thousands of pages.
//! Here a thread of its own copies what is there, again and again while there is work; the log starts over when nothing of it
//! is left, which under load never happens by chance, so the writer copies the last few pages after the thread's long part.
//! Must never touch a row.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use crossbeam_channel::{Receiver, Sender, bounded};
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Integer};

use crate::{StoreError, connect::LOG_PAGES};

/// Writes between two copies: under load a fifth of a second, in which most pages that change are the same ones.
const WRITES_BETWEEN: usize = 2_000;
/// Groups between two copies at most, however few writes each has.
const GROUPS_BETWEEN: u32 = 128;

/// The writer's end.
#[derive(Debug)]
pub(crate) struct LogCopying {
    nudge: Sender<()>,
    last_part: Arc<AtomicBool>,
    groups: u32,
    writes: usize,
}

impl LogCopying {
    /// Starts the thread, which ends when this end is dropped.
    pub(crate) fn start(mut connection: SqliteConnection) -> std::io::Result<(Self, JoinHandle<()>)> {
        let (nudge, nudged) = bounded(1);
        let last_part = Arc::new(AtomicBool::new(false));
        let found = Arc::clone(&last_part);
        let run = move || copy_when_nudged(&mut connection, &nudged, &found);
        let thread = std::thread::Builder::new().name("ledger-log".to_owned()).spawn(run)?;
        Ok((Self { nudge, last_part, groups: 0, writes: 0 }, thread))
    }

    /// After each commit of the writer, of `writes` closures: lets the thread copy now and then, and copies what is left behind a long copy.
    pub(crate) fn after_commit(&mut self, writer: &mut SqliteConnection, writes: usize) {
        self.groups += 1;
        self.writes += writes;
        if self.groups >= GROUPS_BETWEEN || self.writes >= WRITES_BETWEEN {
            (self.groups, self.writes) = (0, 0);
            // A nudge that is still waiting will do for this one too.
            let _ = self.nudge.try_send(());
        }
        if self.last_part.swap(false, Ordering::AcqRel)
            && let Err(error) = copy(writer)
        {
            tracing::warn!(%error, "the rest of the write-ahead log could not be copied");
        }
    }
}

fn copy_when_nudged(connection: &mut SqliteConnection, nudged: &Receiver<()>, last_part: &AtomicBool) {
    while nudged.recv().is_ok() {
        match copy(connection) {
            Ok(pages) if pages >= LOG_PAGES => last_part.store(true, Ordering::Release),
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the write-ahead log could not be copied; the writer will do it"),
        }
    }
}

#[derive(QueryableByName)]
struct Copied {
    #[diesel(sql_type = Integer)]
    log: i32,
}

/// Copies what no reader needs any more; waits for nobody. Returns how many pages the log has.
fn copy(connection: &mut SqliteConnection) -> Result<u32, StoreError> {
    let copied: Copied = sql_query("PRAGMA wal_checkpoint(PASSIVE)").get_result(connection)?;
    Ok(u32::try_from(copied.log).unwrap_or_default())
}
