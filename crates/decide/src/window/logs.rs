//! The logs of a track as they are written: an event goes in at its own time, and what no window needs is given up.
//!
//! An event that comes late is put in at its place, which costs a step for each event of the key that is later than it.

use super::{
    arena::{Arena, LARGEST, SIZES, size_for},
    entry::{Before, COLUMNS_MAX, NO_VALUE, Shape, age, value},
    log::{Head, Log},
    long::{BLOCK, Long},
};

/// A long log that has become this short is a short one again.
const SHORT_AGAIN: u64 = 24;

/// How long entries are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Keep {
    /// After the newest of the key.
    pub micros: i64,
    /// Whether the newest of the older ones is needed too, to tell when the key was last seen before a late event.
    pub one_older: bool,
}

/// All logs of a track.
#[derive(Debug)]
pub(super) struct Logs {
    pub(super) shape: Shape,
    arena: Arena,
    longs: Vec<Option<Box<Long>>>,
    free: Vec<u32>,
    /// Entries kept.
    pub(super) entries: u64,
    /// Bytes of long logs beside the arena.
    long_bytes: usize,
}

/// What an event is in the log of a track.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'e> {
    pub time: i64,
    pub sums: &'e [i64],
    pub values: &'e [u32],
}

impl Logs {
    pub(super) fn new(shape: Shape) -> Self {
        let arena = Arena::new(shape.stride());
        Self { shape, arena, longs: Vec::new(), free: Vec::new(), entries: 0, long_bytes: 0 }
    }

    /// The log behind a head.
    pub(super) fn log(&self, head: &Head) -> Log<'_> {
        if head.is_long {
            match self.longs.get(head.data as usize).and_then(Option::as_deref) {
                Some(long) => Log::Long { long, arena: &self.arena, shape: self.shape },
                None => Log::EMPTY,
            }
        } else if head.len == 0 {
            Log::EMPTY
        } else {
            let words = self.arena.piece(head.data, head.size);
            Log::Short { words, shape: self.shape, len: u64::from(head.len) }
        }
    }

    /// Puts an event in behind all that are not later. Entries older than the newest by more than is kept
    /// are given up.
    pub(super) fn insert(&mut self, head: &mut Head, entry: Entry<'_>, keep: Keep) {
        let before = self.bytes_of(head);
        self.put(head, entry, keep);
        self.long_bytes = self.long_bytes + self.bytes_of(head) - before;
    }

    /// Bytes that a log takes beside the arena.
    fn bytes_of(&self, head: &Head) -> usize {
        let long = if head.is_long { self.longs.get(head.data as usize).and_then(Option::as_deref) } else { None };
        long.map_or(0, Long::bytes)
    }

    fn put(&mut self, head: &mut Head, entry: Entry<'_>, keep: Keep) {
        let newest = head.last.max(entry.time);
        self.give_up(head, newest, keep);
        let log = self.log(head);
        let place = if entry.time >= head.last { log.end() } else { log.after(head.last, entry.time, log.end()) };
        let mut lasts = [None; COLUMNS_MAX];
        for (column, value) in entry.values.iter().enumerate().filter(|(_, value)| **value != NO_VALUE) {
            lasts[column] = log.find_last(column, *value);
        }
        self.make_room(head);
        let (shape, end) = (self.shape, self.log(head).end());
        let place = place.min(end - 1);
        let mut store = Store { logs: self, head };
        store.open_gap(place, end - 1);
        shape.write(store.entry_mut(place), entry.time, entry.sums, entry.values);
        for (column, _) in entry.values.iter().enumerate().filter(|(_, value)| **value != NO_VALUE) {
            store.tie(column, place, lasts[column]);
        }
        if let Some(long) = self.long_mut(head) {
            let (long, arena) = long;
            if place + 1 == long.end { long.count_in(arena, shape, place) } else { long.recount(arena, shape, place) }
        }
        self.entries += 1;
    }

    fn long_mut(&mut self, head: &Head) -> Option<(&mut Long, &mut Arena)> {
        let long = if head.is_long { self.longs.get_mut(head.data as usize)?.as_deref_mut()? } else { return None };
        Some((long, &mut self.arena))
    }

    /// Makes the log one entry longer; the words of the last entry are undefined.
    fn make_room(&mut self, head: &mut Head) {
        if !head.is_long && u64::from(head.len) == BLOCK {
            self.lengthen(head);
        }
        if let Some((long, arena)) = self.long_mut(head) {
            long.extend(arena);
            return;
        }
        if head.len == 0 {
            head.size = 0;
            head.data = self.arena.take(0);
        } else if head.len == SIZES[usize::from(head.size)] {
            head.data = self.arena.resize(head.data, head.size, head.size + 1, usize::from(head.len));
            head.size += 1;
        }
        head.len += 1;
    }

    /// Makes a full short log a long one.
    fn lengthen(&mut self, head: &mut Head) {
        let mut long = Box::new(Long::new(self.shape));
        let words = self.arena.piece(head.data, head.size).to_vec();
        for entry in words.chunks_exact(self.shape.stride()).take(usize::from(head.len)) {
            let place = long.extend(&mut self.arena);
            long.entry_mut(&mut self.arena, self.shape, place).copy_from_slice(entry);
            long.count_in(&self.arena, self.shape, place);
        }
        (0..self.shape.distincts).for_each(|column| long.reindex(&self.arena, self.shape, column));
        self.arena.give(head.data, head.size);
        let number = self.free.pop().unwrap_or(self.longs.len() as u32);
        if number as usize == self.longs.len() {
            self.longs.push(None);
        }
        self.longs[number as usize] = Some(long);
        *head = Head { data: number, len: 0, size: LARGEST, is_long: true, ..*head };
    }

    /// Makes a long log that has become short a short one.
    fn shorten(&mut self, head: &mut Head) {
        let Some(mut long) = self.longs.get_mut(head.data as usize).and_then(Option::take) else { return };
        self.free.push(head.data);
        let (len, stride) = (long.len() as usize, self.shape.stride());
        let size = size_for(len.max(1));
        let piece = self.arena.take(size);
        for (at, place) in (long.start..long.end).enumerate() {
            let entry = long.entry(&self.arena, self.shape, place).to_vec();
            let copy = &mut self.arena.piece_mut(piece, size)[at * stride..(at + 1) * stride];
            copy.copy_from_slice(&entry);
            // What lies so far back is not kept any more.
            for column in (0..self.shape.distincts).filter(|column| self.shape.before(&entry, *column) == Before::Far) {
                self.shape.set_before(copy, column, Before::Nowhere);
            }
        }
        long.release(&mut self.arena);
        *head = Head { data: piece, len: len as u16, size, is_long: false, ..*head };
        if len == 0 {
            self.arena.give(piece, size);
        }
    }

    /// Gives up what is older than `keep` before `newest`, when that pays.
    fn give_up(&mut self, head: &mut Head, newest: i64, keep: Keep) {
        let log = self.log(head);
        let (start, end) = (log.start(), log.end());
        if start == end {
            return;
        }
        let limit = newest.saturating_sub(keep.micros);
        let oldest = head.last - age(log.entry(start), head.last);
        if oldest > limit {
            return;
        }
        // Moving a short log pays when there is no room, or when its oldest entries grow too old to be told apart.
        let is_full = u64::from(head.len) == u64::from(SIZES[usize::from(head.size)]);
        if !head.is_long && !is_full && oldest > newest.saturating_sub(keep.micros.saturating_mul(2)) {
            return;
        }
        let from = log.needed_from((newest, head.last), keep);
        if from > start {
            self.drop_before(head, from);
        }
    }

    /// Gives up the entries before a place.
    fn drop_before(&mut self, head: &mut Head, from: u64) {
        let (shape, log) = (self.shape, self.log(head));
        let (start, end) = (log.start(), log.end());
        self.entries -= from - start;
        if let Some((long, arena)) = self.long_mut(head) {
            long.drop_before(arena, shape, from);
            if end - from <= SHORT_AGAIN {
                self.shorten(head);
            }
        } else if from == end {
            self.arena.give(head.data, head.size);
            head.len = 0;
        } else {
            let stride = shape.stride();
            let words = self.arena.piece_mut(head.data, head.size);
            words.copy_within(from as usize * stride..end as usize * stride, 0);
            head.len = (end - from) as u16;
        }
    }

    /// Gives up the oldest entry; for a log that has reached its bound.
    pub(super) fn drop_oldest(&mut self, head: &mut Head) {
        let before = self.bytes_of(head);
        let start = self.log(head).start();
        self.drop_before(head, start + 1);
        self.long_bytes = self.long_bytes + self.bytes_of(head) - before;
    }

    /// Gives up all entries of a key, but for the newest if one older is needed.
    pub(super) fn release(&mut self, head: &mut Head, one_older: bool) {
        let (start, end) = (self.log(head).start(), self.log(head).end());
        let from = if one_older { end.saturating_sub(1) } else { end };
        if start < from {
            let before = self.bytes_of(head);
            self.drop_before(head, from);
            self.long_bytes = self.long_bytes + self.bytes_of(head) - before;
        }
    }

    /// Bytes held, and how many of them are free for entries to come.
    pub(super) fn bytes(&self) -> (usize, usize) {
        debug_assert_eq!(self.long_bytes, self.longs.iter().flatten().map(|long| long.bytes()).sum::<usize>());
        let lists = self.longs.capacity() * size_of::<Option<Box<Long>>>() + self.free.capacity() * size_of::<u32>();
        (self.arena.bytes() + self.long_bytes + lists, self.arena.spare_bytes())
    }
}

/// A log to be changed.
struct Store<'s> {
    logs: &'s mut Logs,
    head: &'s Head,
}

impl Store<'_> {
    fn entry(&self, place: u64) -> &[u32] {
        self.logs.log(self.head).entry(place)
    }

    fn entry_mut(&mut self, place: u64) -> &mut [u32] {
        let shape = self.logs.shape;
        if self.head.is_long {
            let Logs { longs, arena, .. } = &mut *self.logs;
            match longs.get_mut(self.head.data as usize).and_then(Option::as_deref_mut) {
                Some(long) => long.entry_mut(arena, shape, place),
                None => &mut [],
            }
        } else {
            let at = place as usize * shape.stride();
            &mut self.logs.arena.piece_mut(self.head.data, self.head.size)[at..at + shape.stride()]
        }
    }

    /// Says where the value of a place stands before.
    fn set_before(&mut self, place: u64, column: usize, before: Option<u64>) {
        let shape = self.logs.shape;
        match self.logs.long_mut(self.head) {
            Some((long, arena)) => long.set_before(arena, shape, place, column, before),
            None => {
                let link = before.map_or(Before::Nowhere, |before| Before::of((place - before) as usize));
                shape.set_before(self.entry_mut(place), column, link);
            }
        }
    }

    /// Moves the entries from `place` to `end` one up. What they say of entries before `place` is then one further.
    fn open_gap(&mut self, place: u64, end: u64) {
        let shape = self.logs.shape;
        let mut words = [0u32; Shape { sums: COLUMNS_MAX, distincts: COLUMNS_MAX }.stride()];
        let words = &mut words[..shape.stride()];
        for from in (place..end).rev() {
            words.copy_from_slice(self.entry(from));
            let befores: [_; COLUMNS_MAX] = std::array::from_fn(|column| {
                if column < shape.distincts { self.logs.log(self.head).before(from, column) } else { None }
            });
            self.entry_mut(from + 1).copy_from_slice(words);
            for (column, before) in befores.into_iter().enumerate().take(shape.distincts) {
                self.set_before(from + 1, column, before.map(|before| before + u64::from(before >= place)));
                if shape.is_last(words, column)
                    && let Some((long, _)) = self.logs.long_mut(self.head)
                {
                    long.shift_index(column, value(words, column), from);
                }
            }
        }
    }

    /// Links the new entry at `place` with those of the same value; `last` is where the last one stood before the gap.
    fn tie(&mut self, column: usize, place: u64, last: Option<u64>) {
        let shape = self.logs.shape;
        match last {
            Some(later) if later >= place => {
                // From the last one back to the next one behind the new entry; that one now comes after it.
                let log = self.logs.log(self.head);
                let mut next = later + 1;
                let mut before = log.before(next, column);
                while let Some(earlier) = before.filter(|earlier| *earlier > place) {
                    next = earlier;
                    before = log.before(next, column);
                }
                self.set_before(place, column, before);
                self.set_before(next, column, Some(place));
            }
            earlier => {
                self.set_before(place, column, earlier);
                shape.set_last(self.entry_mut(place), column, true);
                if let Some(before) = earlier {
                    self.clear_last(before, column);
                }
                if let Some((long, arena)) = self.logs.long_mut(self.head) {
                    long.index(arena, shape, column, place, earlier);
                }
            }
        }
    }

    fn clear_last(&mut self, place: u64, column: usize) {
        let shape = self.logs.shape;
        match self.logs.long_mut(self.head) {
            Some((long, arena)) => long.clear_last(arena, shape, place, column),
            None => shape.set_last(self.entry_mut(place), column, false),
        }
    }
}
