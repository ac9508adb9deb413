//! What decisions change, all of it under one lock: windows, lists, the engine of the moment, and which events were taken.
//! It must never be ahead of the log but for what is on its way there.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use decide::{Engine, Memory, list::ListSet, window::Windows};
use kernel::{Problem, id::ListChangeId};
use ledger::Ledger;

use super::score_model::Used;
use crate::store::decisions;

/// Events whose keys are remembered, so that one that is sent again is told without asking the database: the busiest hour of a
/// large bank.
pub(super) const REMEMBERED_MAX: usize = 1_000_000;

/// Everything that decisions change, under one lock.
pub(super) struct State {
    /// How often memory was made; a row of an epoch that was thrown away is not written.
    pub(super) epoch: u64,
    pub(super) engine: Arc<Engine>,
    /// Which version of its name each scenario is.
    pub(super) numbers: Vec<u32>,
    /// What became of the live score model.
    pub(super) model: Used,
    pub(super) layout: i64,
    pub(super) windows: Windows,
    pub(super) lists: ListSet,
    /// The changes that the lists hold.
    pub(super) applied: HashSet<ListChangeId>,
    pub(super) memory: Memory,
    pub(super) seq: i64,
    pub(super) remembered: Remembered,
    /// The place in the log of the snapshot from which the windows were rebuilt.
    pub(super) started_from: Option<i64>,
}

/// The keys of the newest events.
#[derive(Default)]
pub(super) struct Remembered {
    keys: HashSet<[u8; 16]>,
    order: VecDeque<[u8; 16]>,
    /// Some events are no longer remembered.
    pub(super) is_partial: bool,
}

impl Remembered {
    pub(super) fn add(&mut self, key: [u8; 16]) {
        if !self.keys.insert(key) {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.keys.remove(&oldest);
            self.is_partial = true;
        }
    }

    pub(super) fn has(&self, key: &[u8; 16]) -> bool {
        self.keys.contains(key)
    }
}

impl State {
    /// Whether an event was decided before.
    pub(super) fn knows(&self, key: &[u8; 16], ledger: &Ledger) -> Result<bool, Problem> {
        let in_log = || Ok::<_, Problem>(ledger.read(|conn| decisions::answered(conn, key))?.is_some());
        Ok(self.remembered.has(key) || self.remembered.is_partial && in_log()?)
    }
}
