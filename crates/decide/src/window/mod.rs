//! Features over exact sliding windows, in memory.
//!
//! A window at the time t of an event holds what has a time in (t − length, t], to the microsecond: nothing is bucketed,
//! nothing hops. Sums are whole numbers of 128 bits, so that what is counted in another order comes out the same.
//!
//! **Late events.** An event may come behind the newest event of all by at most the plan's limit; one that is later is
//! refused. Within the limit it is decided at its own time, on what is recorded with times up to its own, and recorded at
//! its own time, so that decisions to come count it where it belongs. Decisions that were made stay as they were.
//!
//! **Cost.** An entry is 8 to 24 bytes (see `entry`), a key 16 bytes for itself, 24 in each track, and up to 16 in the
//! table of keys; a key with more than 64 events adds a byte an entry for sums and up to 8 bytes for each different value
//! that it counts. What is older than every window needs is given up, and keys that nothing needs are forgotten.
//! Deciding on a key with n events costs a few dozen steps for each window, recording one a few, whatever n is; a late
//! event costs a step for each later one of its key.

mod arena;
mod entry;
mod level;
mod log;
mod logs;
mod long;
mod look;
mod places;
mod plan;
mod snapshot;
mod spec;
mod table;
mod tally;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

pub use plan::{FILTERS_MAX, Feature, LATE_MICROS_DEFAULT, Plan};
pub use snapshot::SnapshotError;
pub use spec::{FEATURES_MAX, FeatureSpec, KEY_FIELDS_MAX, WINDOW_MICROS_MAX, What, micros};

use crate::{schema::Row, value::Slot};
use entry::{COLUMNS_MAX, NO_SUM, NO_VALUE};
use log::Head;
use logs::{Entry, Logs};
use look::Look;
use plan::TrackPlan;
use table::{KeyTable, NONE, Pieces};

/// Entries of one key in one track: four years of a busy outlet. Past it the oldest is given up and counted.
pub const ENTRIES_OF_KEY_MAX: u64 = 1 << 22;
/// Keys of a table that are looked at for forgetting, for each event: twice as many as an event can add. One table is
/// looked at with each event, as many times more as there are tables, so that what stands together is read together.
const SWEEPS: usize = 2;
/// Events between two looks at how much memory is held.
const MEASURE_EVERY: u64 = 4096;

/// Bounds of the memory that windows may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowLimits {
    /// Bytes in use at most. Past it, events are decided and not recorded, which is counted.
    pub bytes_max: usize,
}

impl Default for WindowLimits {
    fn default() -> Self {
        /// Half of a small server's memory.
        const BYTES: usize = 8 << 30;
        Self { bytes_max: BYTES }
    }
}

/// The state of all windows.
#[derive(Debug)]
pub struct Windows {
    plan: Arc<Plan>,
    limits: WindowLimits,
    tables: Vec<KeyTable>,
    tracks: Vec<Track>,
    /// The newest event's time.
    newest: i64,
    counts: Counts,
    is_full: bool,
    /// The table that is looked at next for what can be forgotten.
    sweeping: usize,
    /// Which windows these are, and how often they changed: what was found in others, or before, is not taken for theirs.
    stamp: (u64, u64),
}

/// How many windows there were in this process; only to tell them apart.
static WINDOWS: AtomicU64 = AtomicU64::new(0);

#[derive(Debug)]
struct Track {
    heads: Pieces<Head>,
    logs: Logs,
}

/// What happened to events so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Counts {
    recorded: u64,
    skipped: u64,
    clipped: u64,
}

/// What windows hold and cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct WindowReport {
    /// Events recorded since the beginning.
    pub recorded: u64,
    /// Events not recorded because memory was full.
    pub skipped: u64,
    /// Entries given up because one key had too many.
    pub clipped: u64,
    /// Entries kept: an event counts once for each log it stands in.
    pub entries: u64,
    /// Keys known, over all tables.
    pub keys: u64,
    /// Bytes of logs: entries, their sums and indexes, and room for more.
    pub log_bytes: u64,
    /// Bytes of those that are free for entries to come.
    pub spare_bytes: u64,
    /// Bytes of keys: tables and heads.
    pub key_bytes: u64,
    /// The newest event's time, in microseconds since 1970; absent before the first.
    pub newest_micros: Option<i64>,
}

/// Why an event's time is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeFault {
    /// It lies further behind the newest event than the plan allows.
    #[error("the event is later than the limit of {limit_micros} µs behind the newest")]
    TooLate {
        /// The limit.
        limit_micros: i64,
    },
}

/// The numbers of an event's keys, found once and used for looking and recording.
#[derive(Debug, Default)]
pub struct Lookup {
    hashes: Vec<Option<u64>>,
    keys: Vec<u32>,
    /// The windows in which they were found, as they were then.
    stamp: Option<(u64, u64)>,
    /// What was read only to have it at hand.
    touched: u64,
}

impl Windows {
    /// Empty windows.
    pub fn new(plan: Arc<Plan>, limits: WindowLimits) -> Self {
        let tables = plan.tables.iter().map(|_| KeyTable::new()).collect();
        let track = |track: &TrackPlan| Track { heads: Pieces::new(Head::BLANK), logs: Logs::new(track.shape()) };
        let tracks = plan.tracks.iter().map(track).collect();
        let stamp = (WINDOWS.fetch_add(1, Ordering::Relaxed), 0);
        let (newest, counts) = (i64::MIN, Counts::default());
        Self { plan, limits, tables, tracks, newest, counts, is_full: false, sweeping: 0, stamp }
    }

    /// The features.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Refuses times that lie too far behind the newest event.
    pub fn check_time(&self, time: i64) -> Result<(), TimeFault> {
        let limit_micros = self.plan.late;
        if time < self.newest.saturating_sub(limit_micros) { Err(TimeFault::TooLate { limit_micros }) } else { Ok(()) }
    }

    /// Finds the keys of an event. Memory is asked for everything at once, and only then is anything compared: the waits
    /// then overlap. What was found for the same keys since the last change is taken again.
    pub fn find(&self, row: &Row, lookup: &mut Lookup) {
        self.find_anew(row, lookup);
    }

    /// Finds the keys of an event, and tells whether they were not known already.
    fn find_anew(&self, row: &Row, lookup: &mut Lookup) -> bool {
        let Lookup { hashes, keys, stamp, touched } = lookup;
        let mut is_same = *stamp == Some(self.stamp);
        hashes.resize(self.plan.tables.len(), None);
        for (hash, table) in hashes.iter_mut().zip(&self.plan.tables) {
            let found = self.hash(row, &table.slots);
            is_same &= found == *hash;
            *hash = found;
        }
        if is_same {
            return false;
        }
        for (table, hash) in self.tables.iter().zip(hashes.iter()) {
            *touched ^= hash.map_or(0, |hash| table.touch_home(hash));
        }
        keys.clear();
        keys.extend(
            self.tables.iter().zip(hashes.iter()).map(|(table, hash)| hash.map_or(NONE, |hash| table.guess(hash))),
        );
        for ((table, hash), key) in self.tables.iter().zip(hashes.iter()).zip(keys) {
            if let Some(hash) = hash
                && *key != NONE
                && !table.is(*key, *hash)
            {
                *key = table.find(*hash);
            }
        }
        *stamp = Some(self.stamp);
        true
    }

    /// Fetches the heads of all tracks before any log, and all logs before any is read: the waits then overlap.
    fn fetch(&self, lookup: &mut Lookup) -> [Head; HEADS_AHEAD] {
        let mut heads = [Head::BLANK; HEADS_AHEAD];
        for (head, (plan, track)) in heads.iter_mut().zip(self.plan.tracks.iter().zip(&self.tracks)) {
            *head = track.head(lookup.keys[plan.table]);
        }
        for (head, track) in heads.iter().zip(&self.tracks) {
            lookup.touched ^= u64::from(track.logs.log(head).touch());
        }
        heads
    }

    fn hash(&self, row: &Row, slots: &[Slot]) -> Option<u64> {
        if slots.iter().any(|slot| !row.known()[usize::from(*slot)]) {
            return None;
        }
        Some(self.plan.keys.combine(slots.iter().map(|slot| row.values()[usize::from(*slot)])))
    }

    /// Computes every feature at the event's own time. `admitted` has the bit of each condition that the event meets.
    /// What is unknown (the event lacks a field of the key, or there is nothing to compute it of) is left unknown.
    pub fn look(&self, row: &Row, admitted: u64, lookup: &mut Lookup, values: &mut [u64], known: &mut [bool]) {
        let heads = self.fetch(lookup);
        let lookup = &*lookup;
        for (at, (plan, track)) in self.plan.tracks.iter().zip(&self.tracks).enumerate() {
            if lookup.hashes[plan.table].is_none() {
                continue;
            }
            let head = heads.get(at).copied().unwrap_or_else(|| track.head(lookup.keys[plan.table]));
            let mut look = Look { plan, row, lookup, head, log: track.logs.log(&head), values, known };
            look.seen();
            look.windows(plan.admits(row.event(), admitted));
        }
    }

    /// Records an event at its own time; what the windows say from now on counts it.
    /// The keys in `lookup` are found if they are not those of this event, as in a replay without decisions.
    pub fn record(&mut self, row: &Row, admitted: u64, lookup: &mut Lookup) {
        if self.find_anew(row, lookup) {
            self.fetch(lookup);
        }
        self.newest = self.newest.max(row.time());
        self.counts.recorded += 1;
        self.stamp.1 += 1;
        if self.counts.recorded.is_multiple_of(MEASURE_EVERY) {
            let report = self.report();
            let used = (report.log_bytes + report.key_bytes - report.spare_bytes) as usize;
            self.is_full = used > self.limits.bytes_max;
        }
        if self.is_full {
            self.counts.skipped += 1;
        } else {
            let plan = self.plan.clone();
            for (at, track) in plan.tracks.iter().enumerate() {
                if lookup.hashes[track.table].is_some() && track.admits(row.event(), admitted) {
                    self.record_in(at, track, row, lookup);
                }
            }
        }
        // Only now: a key that was about to be forgotten has just been used, and the lookup names it by its number.
        self.sweeping = (self.sweeping + 1) % self.tables.len().max(1);
        // As many keys of the table may go as may have come since it was looked at last; no event pays for more.
        let (mut left, mut may_go) = (SWEEPS * self.tables.len(), self.tables.len());
        while left > 0 && may_go > 0 {
            left -= 1;
            may_go -= usize::from(self.sweep(self.sweeping));
        }
    }

    fn record_in(&mut self, at: usize, plan: &TrackPlan, row: &Row, lookup: &mut Lookup) {
        let time = row.time();
        let Some(key) = self.key(plan.table, time, lookup) else { return };
        let (mut sums, mut values) = ([NO_SUM; COLUMNS_MAX], [NO_VALUE; COLUMNS_MAX]);
        for (sum, slot) in sums.iter_mut().zip(&plan.sums) {
            *sum = row.get(*slot).map_or(NO_SUM, u64::cast_signed);
        }
        for (value, (_, table)) in values.iter_mut().zip(&plan.distincts) {
            *value = self.key(*table, time, lookup).unwrap_or(NO_VALUE);
        }
        let track = &mut self.tracks[at];
        let head = track.heads.get_mut(key);
        if plan.keep > 0 {
            let entry = Entry { time, sums: &sums[..plan.sums.len()], values: &values[..plan.distincts.len()] };
            track.logs.insert(head, entry, plan.keep());
            let log = track.logs.log(head);
            if log.end() - log.start() > ENTRIES_OF_KEY_MAX {
                track.logs.drop_oldest(head);
                self.counts.clipped += 1;
            }
        }
        head.first = head.first.min(time);
        head.last = head.last.max(time);
    }

    /// The number of the event's key in a table, which is new if there was none.
    fn key(&mut self, table: usize, time: i64, lookup: &mut Lookup) -> Option<u32> {
        let hash = lookup.hashes[table]?;
        match lookup.keys[table] {
            NONE => {
                let number = self.tables[table].find_or_add(hash, time)?;
                lookup.keys[table] = number;
                Some(number)
            }
            number => {
                self.tables[table].touch(number, time);
                Some(number)
            }
        }
    }

    /// Looks at the next key of a table, gives up what nothing needs any more, and tells whether the key is forgotten.
    fn sweep(&mut self, number: usize) -> bool {
        let Some((key, used)) = self.tables[number].sweep() else { return false };
        let table = &self.plan.tables[number];
        let forget = used < self.newest.saturating_sub(table.keep);
        for at in &table.tracks {
            let (plan, track) = (&self.plan.tracks[*at], &mut self.tracks[*at]);
            let mut head = track.heads.get(key);
            if head.first == Head::NEVER {
                continue;
            }
            if forget || head.last < self.newest.saturating_sub(plan.keep) {
                track.logs.release(&mut head, !forget && plan.keep().one_older);
                *track.heads.get_mut(key) = if forget { Head::BLANK } else { head };
            }
        }
        if forget {
            self.tables[number].forget(key);
        }
        forget
    }

    /// What the windows hold and cost.
    pub fn report(&self) -> WindowReport {
        let mut report = WindowReport {
            recorded: self.counts.recorded,
            skipped: self.counts.skipped,
            clipped: self.counts.clipped,
            newest_micros: (self.newest != i64::MIN).then_some(self.newest),
            ..WindowReport::default()
        };
        for table in &self.tables {
            report.keys += table.len() as u64;
            report.key_bytes += table.bytes() as u64;
        }
        for track in &self.tracks {
            let (bytes, spare) = track.logs.bytes();
            report.entries += track.logs.entries;
            report.log_bytes += bytes as u64;
            report.spare_bytes += spare as u64;
            report.key_bytes += track.heads.bytes() as u64;
        }
        report
    }
}

/// Tracks whose heads are fetched ahead of the logs; more tracks than this are looked at one by one.
const HEADS_AHEAD: usize = 32;

impl Track {
    fn head(&self, key: u32) -> Head {
        if key == NONE { Head::BLANK } else { self.heads.get(key) }
    }
}

#[cfg(test)]
mod tests;
