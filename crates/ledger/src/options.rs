//! How the ledger is run: which database, how many connections, how long to wait. Reads no environment.

use std::{sync::Arc, time::Duration};

use kernel::{Clock, Random};
use seal::Keyring;

use crate::DatabaseUrl;

/// How the ledger is run. Take [`Options::new`] and change what needs changing.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the data is.
    pub database: DatabaseUrl,
    /// Connections for reading: one per request that reads at the same time.
    pub readers: u32,
    /// SQLite: closures that share one commit at most. More gain nothing once the disk's wait is spread over 100 or so,
    /// and would delay the first of the group.
    pub group_max: usize,
    /// Closures that may wait for a writer; when more arrive, callers wait at the door.
    pub queue_max: usize,
    /// PostgreSQL: connections for writing, each with its own thread.
    pub writers: u32,
    /// How long to wait for a reading connection or a lock before the answer is "unavailable".
    pub wait_max: Duration,
}

impl Options {
    /// Good settings for one machine.
    pub fn new(database: DatabaseUrl) -> Self {
        Self { database, readers: 8, group_max: 128, queue_max: 1024, writers: 24, wait_max: Duration::from_secs(10) }
    }
}

/// What the ledger needs from outside: the time, randomness and keys.
#[derive(Clone)]
pub struct Ports {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Random bytes for ids and nonces.
    pub random: Arc<dyn Random>,
    /// Seals, chains and signs.
    pub keyring: Arc<Keyring>,
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ports").finish_non_exhaustive()
    }
}
