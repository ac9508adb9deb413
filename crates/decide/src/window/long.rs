//! The log of a key with many events: blocks of 64 entries, sums over blocks and over blocks of blocks, and an index of
//! the last place of each different value. Whatever is asked of a hundred thousand events touches a few hundred words.

use std::collections::VecDeque;

use super::{
    arena::{Arena, LARGEST, SIZES, size_for},
    entry::{Before, Shape, age, stored_age, stored_time, value},
    level::Level,
    places::PlaceIndex,
    tally::Tally,
};

/// Entries of a block, and cells of a level under one cell of the next.
pub(super) const BLOCK: u64 = 64;
/// Entries that a new last block has room for.
const TAIL_FIRST: usize = 8;

/// A long log. Places are counted from the first event that the key ever had in it.
#[derive(Debug)]
pub(super) struct Long {
    /// The place of the first entry of the first block.
    base: u64,
    /// The first place that is still kept.
    pub(super) start: u64,
    /// Behind the last place.
    pub(super) end: u64,
    blocks: VecDeque<u32>,
    tail_size: u8,
    /// For each block, the time of its last entry as entries keep it.
    times: VecDeque<u64>,
    levels: Vec<Level>,
    indexes: Vec<PlaceIndex>,
    /// For each distinct column, for each block, the distances that are too far for a link, where it has any.
    fars: Vec<VecDeque<Option<Box<[u32; BLOCK as usize]>>>>,
    /// How many blocks have such distances, over all columns.
    far_blocks: usize,
}

impl Long {
    pub(super) fn new(shape: Shape) -> Self {
        Self {
            base: 0,
            start: 0,
            end: 0,
            blocks: VecDeque::new(),
            tail_size: LARGEST,
            times: VecDeque::new(),
            levels: vec![Level::default()],
            indexes: vec![PlaceIndex::default(); shape.distincts],
            fars: vec![VecDeque::new(); shape.distincts],
            far_blocks: 0,
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.end - self.start
    }

    fn block(&self, place: u64) -> (u32, u8, usize) {
        let at = (place - self.base) as usize;
        let block = at / BLOCK as usize;
        let size = if block + 1 == self.blocks.len() { self.tail_size } else { LARGEST };
        (self.blocks[block], size, at % BLOCK as usize)
    }

    /// The entry at a place.
    pub(super) fn entry<'a>(&self, arena: &'a Arena, shape: Shape, place: u64) -> &'a [u32] {
        let (piece, size, at) = self.block(place);
        &arena.piece(piece, size)[at * shape.stride()..(at + 1) * shape.stride()]
    }

    /// The entry at a place, to be changed.
    pub(super) fn entry_mut<'a>(&self, arena: &'a mut Arena, shape: Shape, place: u64) -> &'a mut [u32] {
        let (piece, size, at) = self.block(place);
        &mut arena.piece_mut(piece, size)[at * shape.stride()..(at + 1) * shape.stride()]
    }

    /// Makes room for one more entry at the end and gives it its place; its words are undefined.
    pub(super) fn extend(&mut self, arena: &mut Arena) -> u64 {
        let filled = (self.end - self.base) as usize - self.blocks.len().saturating_sub(1) * BLOCK as usize;
        if self.blocks.is_empty() || filled == BLOCK as usize {
            self.tail_size = size_for(TAIL_FIRST);
            self.blocks.push_back(arena.take(self.tail_size));
            self.times.push_back(0);
            self.fars.iter_mut().for_each(|fars| fars.push_back(None));
        } else if filled == usize::from(SIZES[usize::from(self.tail_size)]) {
            let larger = self.tail_size + 1;
            if let Some(tail) = self.blocks.back_mut() {
                *tail = arena.resize(*tail, self.tail_size, larger, filled);
            }
            self.tail_size = larger;
        }
        self.end += 1;
        self.end - 1
    }

    /// Adds the entry at the end to the sums.
    pub(super) fn count_in(&mut self, arena: &Arena, shape: Shape, place: u64) {
        let entry = self.entry(arena, shape, place);
        if let Some(time) = self.times.back_mut() {
            *time = stored_time(entry);
        }
        let mut cell = place / BLOCK;
        for level in &mut self.levels {
            level.open(shape, cell);
            level.add(shape, cell, entry);
            cell /= BLOCK;
        }
        while self.levels.last().is_some_and(Level::is_high) {
            let next = self.levels.last().map(|top| top.above(shape)).unwrap_or_default();
            self.levels.push(next);
        }
    }

    /// Computes the sums anew from the block of `place` to the end.
    pub(super) fn recount(&mut self, arena: &Arena, shape: Shape, place: u64) {
        let mut first = place / BLOCK;
        let blocks = first..self.end.div_ceil(BLOCK);
        for cell in blocks {
            let (from, to) = ((cell * BLOCK).max(self.base), ((cell + 1) * BLOCK).min(self.end));
            let words = self.slice(arena, shape, from, to);
            if let Some(last) = words.chunks_exact(shape.stride()).next_back() {
                self.times[((from - self.base) / BLOCK) as usize] = stored_time(last);
            }
            let level = &mut self.levels[0];
            level.open(shape, cell);
            level.reset(shape, cell);
            words.chunks_exact(shape.stride()).for_each(|entry| level.add(shape, cell, entry));
        }
        for upper in 1..self.levels.len() {
            let (lower, rest) = self.levels.split_at_mut(upper);
            let below = &lower[upper - 1];
            first /= BLOCK;
            let level = &mut rest[0];
            for cell in first..below.end().div_ceil(BLOCK) {
                level.open(shape, cell);
                level.reset(shape, cell);
                level.absorb(shape, cell, below);
            }
        }
        while self.levels.last().is_some_and(Level::is_high) {
            let next = self.levels.last().map(|top| top.above(shape)).unwrap_or_default();
            self.levels.push(next);
        }
    }

    /// Says that an entry is not the last with its value any more.
    pub(super) fn clear_last(&mut self, arena: &mut Arena, shape: Shape, place: u64, column: usize) {
        shape.set_last(self.entry_mut(arena, shape, place), column, false);
        let mut cell = place / BLOCK;
        for level in &mut self.levels {
            level.uncount_last(shape, cell, column);
            cell /= BLOCK;
        }
    }

    /// Where the value of a place stands before, as far as the log goes.
    pub(super) fn before(&self, arena: &Arena, shape: Shape, place: u64, column: usize) -> Option<u64> {
        let distance = match shape.before(self.entry(arena, shape, place), column) {
            Before::Nowhere => return None,
            Before::At(distance) => distance as u64,
            Before::Far => {
                let at = (place - self.base) as usize;
                let block = self.fars[column].get(at / BLOCK as usize)?.as_ref()?;
                u64::from(block[at % BLOCK as usize])
            }
        };
        place.checked_sub(distance).filter(|before| *before >= self.start)
    }

    /// Says where the value of a place stands before.
    pub(super) fn set_before(
        &mut self,
        arena: &mut Arena,
        shape: Shape,
        place: u64,
        column: usize,
        before: Option<u64>,
    ) {
        let distance = before.map(|before| place - before);
        let link = distance.map_or(Before::Nowhere, |distance| Before::of(distance as usize));
        shape.set_before(self.entry_mut(arena, shape, place), column, link);
        if link == Before::Far {
            let at = (place - self.base) as usize;
            let block = &mut self.fars[column][at / BLOCK as usize];
            self.far_blocks += usize::from(block.is_none());
            // Places of one key are bounded far below 32 bits.
            block.get_or_insert_with(|| Box::new([0; BLOCK as usize]))[at % BLOCK as usize] =
                distance.unwrap_or_default() as u32;
        }
    }

    /// The place of the last entry with a value.
    pub(super) fn find_last(&self, arena: &Arena, shape: Shape, column: usize, wanted: u32) -> Option<u64> {
        let last_in = |block: u64| {
            let (from, to) = ((block * BLOCK).max(self.start), ((block + 1) * BLOCK).min(self.end));
            let mut entries = self.slice(arena, shape, from, to).chunks_exact(shape.stride());
            entries.rposition(|entry| value(entry, column) == wanted).map(|at| from + at as u64)
        };
        self.indexes[column].find(wanted, self.start, last_in)
    }

    /// The words of entries of one block.
    fn slice<'a>(&self, arena: &'a Arena, shape: Shape, from: u64, to: u64) -> &'a [u32] {
        if from >= to {
            return &[];
        }
        let (piece, size, at) = self.block(from);
        &arena.piece(piece, size)[at * shape.stride()..(at + (to - from) as usize) * shape.stride()]
    }

    /// The entries of a stretch, block by block.
    fn each<'a>(&self, arena: &'a Arena, shape: Shape, from: u64, to: u64, mut act: impl FnMut(&'a [u32])) {
        let mut at = from;
        while at < to {
            let end = to.min((at / BLOCK + 1) * BLOCK);
            self.slice(arena, shape, at, end).chunks_exact(shape.stride()).for_each(&mut act);
            at = end;
        }
    }

    /// The first place before `to` whose time is later than `limit`, of which entries younger than `young` are.
    pub(super) fn after(&self, arena: &Arena, shape: Shape, newest: i64, young: i64, to: u64) -> u64 {
        // Often everything that is kept is young enough.
        if self.start < to && age(self.entry(arena, shape, self.start), newest) < young {
            return self.start;
        }
        // The block first: its last entry is the first to be late enough.
        let block = self.times.partition_point(|time| stored_age(*time, newest) >= young) as u64;
        let first = self.base + block * BLOCK;
        let (from, end) = (first.max(self.start), (first + BLOCK).min(to));
        if from >= end {
            return to;
        }
        let words = self.slice(arena, shape, from, end);
        let (mut low, mut high) = (0, (end - from) as usize);
        while low < high {
            let middle = low.midpoint(high);
            if age(&words[middle * shape.stride()..], newest) < young { high = middle } else { low = middle + 1 }
        }
        from + low as u64
    }

    /// Notes the place of the last entry with a value; `old` is where it was.
    pub(super) fn index(&mut self, arena: &Arena, shape: Shape, column: usize, place: u64, old: Option<u64>) {
        let wanted = value(self.entry(arena, shape, place), column);
        let index = &mut self.indexes[column];
        match old {
            Some(old) if index.reaches(place) => index.shift(wanted, old, place),
            None if index.reaches(place) && index.has_room() => index.put(wanted, place, self.start),
            Some(_) | None => self.reindex(arena, shape, column),
        }
    }

    /// Moves what the index knows of an entry that is about to be moved one place up.
    pub(super) fn shift_index(&mut self, column: usize, wanted: u32, place: u64) {
        self.indexes[column].shift(wanted, place, place + 1);
    }

    /// Builds the index anew from the entries that are the last with their value.
    pub(super) fn reindex(&mut self, arena: &Arena, shape: Shape, column: usize) {
        let (mut live, mut place) = (Vec::new(), self.start);
        self.each(arena, shape, self.start, self.end, |entry| {
            if shape.is_last(entry, column) {
                live.push((value(entry, column), place));
            }
            place += 1;
        });
        self.indexes[column] = PlaceIndex::of(&live, self.base);
    }

    /// Gives up everything before `start`.
    pub(super) fn drop_before(&mut self, arena: &mut Arena, shape: Shape, start: u64) {
        self.start = start.min(self.end);
        while self.start - self.base >= BLOCK {
            let size = if self.blocks.len() == 1 { self.tail_size } else { LARGEST };
            let Some(piece) = self.blocks.pop_front() else { break };
            arena.give(piece, size);
            self.times.pop_front();
            let gone = self.fars.iter_mut().filter_map(|fars| fars.pop_front().flatten()).count();
            self.far_blocks -= gone;
            self.base += BLOCK;
        }
        let mut cell = self.base / BLOCK;
        for level in &mut self.levels {
            level.drop_before(shape, cell);
            cell /= BLOCK;
        }
    }

    /// Gives everything up.
    pub(super) fn release(&mut self, arena: &mut Arena) {
        let last = self.blocks.len().saturating_sub(1);
        for (at, piece) in self.blocks.drain(..).enumerate() {
            arena.give(piece, if at == last { self.tail_size } else { LARGEST });
        }
    }

    /// Adds up the entries of a stretch.
    pub(super) fn gather(&self, arena: &Arena, shape: Shape, tally: &mut Tally, from: u64, to: u64) {
        // Up to the end, cells that are not full yet count as well.
        let to_end = to == self.end;
        let (mut a, mut b) = (from.next_multiple_of(BLOCK).min(to), to);
        self.each(arena, shape, from, a, |entry| tally.add(shape, entry));
        if !to_end {
            b = a.max(to / BLOCK * BLOCK);
            self.each(arena, shape, b, to, |entry| tally.add(shape, entry));
        }
        if a >= b {
            return;
        }
        tally.count += b - a;
        (a, b) = (a / BLOCK, b.div_ceil(BLOCK));
        let top = self.levels.len() - 1;
        for (height, level) in self.levels.iter().enumerate() {
            while a < b && (height == top || !a.is_multiple_of(BLOCK)) {
                level.pour(shape, tally, a);
                a += 1;
            }
            while (height < top) && !to_end && a < b && !b.is_multiple_of(BLOCK) {
                b -= 1;
                level.pour(shape, tally, b);
            }
            if a >= b {
                return;
            }
            (a, b) = (a / BLOCK, b.div_ceil(BLOCK));
        }
    }

    /// Bytes beside the arena: the stated cost of a key with many events.
    pub(super) fn bytes(&self) -> usize {
        let levels: usize = self.levels.iter().map(Level::bytes).sum();
        let indexes: usize = self.indexes.iter().map(PlaceIndex::bytes).sum();
        let lists: usize = self.fars.iter().map(VecDeque::capacity).sum();
        let fars = self.far_blocks * size_of::<[u32; BLOCK as usize]>() + lists * size_of::<Option<Box<u32>>>();
        size_of::<Self>()
            + self.blocks.capacity() * size_of::<u32>()
            + self.times.capacity() * size_of::<u64>()
            + levels
            + indexes
            + fars
    }
}
