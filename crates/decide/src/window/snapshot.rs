//! Windows as bytes and back, so that a start does not have to replay ninety days.
//!
//! What is written is what was recorded (keys, times, values), not how memory looked; reading puts every entry in again, so
//! a snapshot can be wrong but never harmful. Bytes go out in blocks with a keyed print each; a block that is cut, changed
//! or missing is found.

use std::{
    io::{self, Read, Write},
    sync::Arc,
};

use super::{
    Counts, Plan, Track, WindowLimits, Windows,
    entry::{COLUMNS_MAX, NO_VALUE, age, value},
    log::Head,
    logs::Entry,
    plan::TrackPlan,
};
use crate::hash::HashKeys;

/// The first bytes of a snapshot, and the version of what follows.
const MAGIC: &[u8; 8] = b"XBWIN\0\0\x02";
/// Bytes of a block: large enough for speed, small enough to be held twice.
const BLOCK_BYTES: usize = 1 << 18;

/// Why a snapshot was not read.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// The bytes could not be read or written.
    #[error("the snapshot could not be read or written")]
    Io(#[from] io::Error),
    /// It is none, or of another version.
    #[error("this is not a snapshot of windows of this version")]
    Foreign,
    /// It was made with other features, or other keys.
    #[error("the snapshot was made with other features; the windows must be rebuilt from the log")]
    OtherPlan,
    /// It is cut or changed.
    #[error("the snapshot is damaged")]
    Damaged,
}

impl Windows {
    /// Writes everything that is recorded, and `mark`, with which the caller says how far it got in its own log.
    pub fn save(&self, mark: u64, out: &mut dyn Write) -> Result<(), SnapshotError> {
        let mut out = Blocks { out, keys: self.plan.keys, bytes: Vec::with_capacity(BLOCK_BYTES) };
        out.out.write_all(MAGIC)?;
        for number in [self.plan.print(), mark, self.newest.cast_unsigned(), self.sweeping as u64] {
            out.put(number)?;
        }
        for count in [self.counts.recorded, self.counts.skipped, self.counts.clipped] {
            out.put(count)?;
        }
        for table in &self.tables {
            out.put(u64::from(table.numbers()))?;
            for number in 0..table.numbers() {
                let (hash, used) = table.slot(number).unwrap_or((0, i64::MIN));
                out.put(hash)?;
                out.put(used.cast_unsigned())?;
            }
            // Also what is forgotten next, so that windows that were read go on as those that were written.
            let (cursor, free) = table.turn();
            out.put(u64::from(cursor))?;
            out.put(free.len() as u64)?;
            free.iter().try_for_each(|number| out.put(u64::from(*number)))?;
        }
        for (plan, track) in self.plan.tracks.iter().zip(&self.tracks) {
            for number in 0..self.tables[plan.table].numbers() {
                let head = track.heads.get(number);
                if head.first != Head::NEVER {
                    save_key(number, head, (plan, track), &mut out)?;
                }
            }
            out.put(u64::MAX)?;
        }
        out.flush()?;
        // An empty block says that nothing is missing behind it.
        out.flush()
    }

    /// Reads windows that were saved under the same features and keys, with the caller's mark.
    pub fn load(plan: Arc<Plan>, limits: WindowLimits, from: &mut dyn Read) -> Result<(Self, u64), SnapshotError> {
        let mut magic = [0u8; 8];
        from.read_exact(&mut magic).map_err(|_| SnapshotError::Foreign)?;
        if &magic != MAGIC {
            return Err(SnapshotError::Foreign);
        }
        let mut from = Source { from, keys: plan.keys, bytes: Vec::new(), at: 0 };
        if from.take()? != plan.print() {
            return Err(SnapshotError::OtherPlan);
        }
        let mark = from.take()?;
        let mut windows = Self::new(plan.clone(), limits);
        windows.newest = from.take()?.cast_signed();
        windows.sweeping = from.take_number()? as usize;
        if windows.sweeping >= windows.tables.len().max(1) {
            return Err(SnapshotError::Damaged);
        }
        windows.counts = Counts { recorded: from.take()?, skipped: from.take()?, clipped: from.take()? };
        for table in &mut windows.tables {
            for _ in 0..from.take()? {
                let (hash, used) = (from.take()?, from.take()?.cast_signed());
                let key = (used != i64::MIN).then_some((hash, used));
                if !table.restore(key) {
                    return Err(SnapshotError::Damaged);
                }
            }
            let cursor = from.take_number()?;
            let free = (0..from.take_number()?).map(|_| from.take_number()).collect::<Result<_, _>>()?;
            if !table.restore_turn(cursor, free) {
                return Err(SnapshotError::Damaged);
            }
        }
        for (at, track) in plan.tracks.iter().enumerate() {
            windows.load_track(at, track, &mut from)?;
        }
        from.end()?;
        Ok((windows, mark))
    }

    fn load_track(&mut self, at: usize, plan: &TrackPlan, from: &mut Source<'_>) -> Result<(), SnapshotError> {
        let numbers = |windows: &Self, table: usize| u64::from(windows.tables[table].numbers());
        loop {
            let number = from.take()?;
            if number == u64::MAX {
                return Ok(());
            }
            if number >= numbers(self, plan.table) {
                return Err(SnapshotError::Damaged);
            }
            let (first, last) = (from.take()?.cast_signed(), from.take()?.cast_signed());
            let mut head = Head::BLANK;
            for _ in 0..from.take()? {
                let time = from.take()?.cast_signed();
                let (mut sums, mut values) = ([0; COLUMNS_MAX], [NO_VALUE; COLUMNS_MAX]);
                for sum in &mut sums[..plan.sums.len()] {
                    *sum = from.take()?.cast_signed();
                }
                for (value, (_, table)) in values.iter_mut().zip(&plan.distincts) {
                    *value = from.take_half()?;
                    if *value != NO_VALUE && u64::from(*value) >= numbers(self, *table) {
                        return Err(SnapshotError::Damaged);
                    }
                }
                if time < head.last || time > last || plan.keep == 0 {
                    return Err(SnapshotError::Damaged);
                }
                let entry = Entry { time, sums: &sums[..plan.sums.len()], values: &values[..plan.distincts.len()] };
                self.tracks[at].logs.insert(&mut head, entry, plan.keep());
                head.last = time;
            }
            (head.first, head.last) = (first, last);
            *self.tracks[at].heads.get_mut(number as u32) = head;
        }
    }
}

/// Writes what is needed of a key. Memory gives old entries up when that pays, which depends on how it lies; here they always go.
fn save_key(
    number: u32,
    head: Head,
    (plan, track): (&TrackPlan, &Track),
    out: &mut Blocks<'_>,
) -> Result<(), SnapshotError> {
    let (log, shape) = (track.logs.log(&head), track.logs.shape);
    let from = log.needed_from((head.last, head.last), plan.keep());
    out.put(u64::from(number))?;
    out.put(head.first.cast_unsigned())?;
    out.put(head.last.cast_unsigned())?;
    out.put(log.end() - from)?;
    for place in from..log.end() {
        let entry = log.entry(place);
        out.put((head.last - age(entry, head.last)).cast_unsigned())?;
        (0..shape.sums).try_for_each(|column| out.put(shape.sum(entry, column).cast_unsigned()))?;
        (0..shape.distincts).try_for_each(|column| out.put_half(value(entry, column)))?;
    }
    Ok(())
}

/// Bytes on their way out, block by block.
struct Blocks<'w> {
    out: &'w mut dyn Write,
    keys: HashKeys,
    bytes: Vec<u8>,
}

impl Blocks<'_> {
    fn put(&mut self, number: u64) -> Result<(), SnapshotError> {
        self.bytes.extend_from_slice(&number.to_le_bytes());
        if self.bytes.len() >= BLOCK_BYTES - 8 { self.flush() } else { Ok(()) }
    }

    fn put_half(&mut self, number: u32) -> Result<(), SnapshotError> {
        self.bytes.extend_from_slice(&number.to_le_bytes());
        if self.bytes.len() >= BLOCK_BYTES - 8 { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), SnapshotError> {
        self.out.write_all(&(self.bytes.len() as u32).to_le_bytes())?;
        self.out.write_all(&self.keys.text(&self.bytes).to_le_bytes())?;
        self.out.write_all(&self.bytes)?;
        self.bytes.clear();
        Ok(())
    }
}

/// Bytes on their way in, block by block.
struct Source<'r> {
    from: &'r mut dyn Read,
    keys: HashKeys,
    bytes: Vec<u8>,
    at: usize,
}

impl Source<'_> {
    fn take(&mut self) -> Result<u64, SnapshotError> {
        let mut word = [0u8; 8];
        word.copy_from_slice(self.slice(8)?);
        Ok(u64::from_le_bytes(word))
    }

    /// A number that fits 32 bits.
    fn take_number(&mut self) -> Result<u32, SnapshotError> {
        u32::try_from(self.take()?).map_err(|_| SnapshotError::Damaged)
    }

    fn take_half(&mut self) -> Result<u32, SnapshotError> {
        let mut word = [0u8; 4];
        word.copy_from_slice(self.slice(4)?);
        Ok(u32::from_le_bytes(word))
    }

    /// The next bytes; no number stands across two blocks.
    fn slice(&mut self, bytes: usize) -> Result<&[u8], SnapshotError> {
        if self.at == self.bytes.len() && !self.next_block()? {
            return Err(SnapshotError::Damaged);
        }
        let from = self.at;
        self.at += bytes;
        self.bytes.get(from..self.at).ok_or(SnapshotError::Damaged)
    }

    /// Reads the next block; whether it holds anything.
    fn next_block(&mut self) -> Result<bool, SnapshotError> {
        let mut head = [0u8; 12];
        self.from.read_exact(&mut head).map_err(|_| SnapshotError::Damaged)?;
        let (len, print) = head.split_at(4);
        let len = len.iter().rev().fold(0usize, |sum, byte| (sum << 8) | usize::from(*byte));
        let print = print.iter().rev().fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        if len > BLOCK_BYTES {
            return Err(SnapshotError::Damaged);
        }
        self.bytes.resize(len, 0);
        self.from.read_exact(&mut self.bytes).map_err(|_| SnapshotError::Damaged)?;
        self.at = 0;
        if self.keys.text(&self.bytes) == print { Ok(len > 0) } else { Err(SnapshotError::Damaged) }
    }

    /// Refuses unless everything was read and the empty block follows.
    fn end(&mut self) -> Result<(), SnapshotError> {
        if self.at == self.bytes.len() && !self.next_block()? { Ok(()) } else { Err(SnapshotError::Damaged) }
    }
}
