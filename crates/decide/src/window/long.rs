//! The log of a key with many events: blocks of 64 entries, sums over blocks and over blocks of blocks, and an index of
//! the last place of each different value. Whatever is asked of a hundred thousand events touches a few hundred words.

use std::collections::VecDeque;

use super::{
    arena::{Arena, LARGEST, SIZES, size_for},
    entry::{Shape, value},
    places::PlaceIndex,
    tally::{Sum, Tally},
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
    levels: Vec<Level>,
    indexes: Vec<PlaceIndex>,
}

/// Sums over stretches of one length.
#[derive(Debug, Default)]
struct Level {
    /// The number of the first cell.
    base: u64,
    /// For each cell, each summed column.
    sums: VecDeque<Sum>,
    /// For each cell, each distinct column: how many entries are the last with their value.
    lasts: VecDeque<u32>,
    /// Cells there are.
    cells: u64,
}

impl Long {
    pub(super) fn new(shape: Shape) -> Self {
        Self {
            base: 0,
            start: 0,
            end: 0,
            blocks: VecDeque::new(),
            tail_size: LARGEST,
            levels: vec![Level::default()],
            indexes: vec![PlaceIndex::default(); shape.distincts],
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
        let mut cell = place / BLOCK;
        for level in &mut self.levels {
            level.open(shape, cell);
            level.add(shape, cell, entry);
            cell /= BLOCK;
        }
        while self.levels.last().is_some_and(|top| top.cells > BLOCK) {
            let next = self.levels.last().map(|top| top.above(shape)).unwrap_or_default();
            self.levels.push(next);
        }
    }

    /// Computes the sums anew from the block of `place` to the end.
    pub(super) fn recount(&mut self, arena: &Arena, shape: Shape, place: u64) {
        let mut first = place / BLOCK;
        let blocks = first..self.end.div_ceil(BLOCK);
        for cell in blocks {
            let entries = (cell * BLOCK).max(self.base)..((cell + 1) * BLOCK).min(self.end);
            let words: Vec<&[u32]> = entries.map(|place| self.entry(arena, shape, place)).collect();
            let level = &mut self.levels[0];
            level.open(shape, cell);
            level.reset(shape, cell);
            words.iter().for_each(|entry| level.add(shape, cell, entry));
        }
        for upper in 1..self.levels.len() {
            let (lower, rest) = self.levels.split_at_mut(upper);
            let below = &lower[upper - 1];
            first /= BLOCK;
            let level = &mut rest[0];
            for cell in first..(below.base + below.cells).div_ceil(BLOCK) {
                level.open(shape, cell);
                level.reset(shape, cell);
                level.absorb(shape, cell, below);
            }
        }
        while self.levels.last().is_some_and(|top| top.cells > BLOCK) {
            let next = self.levels.last().map(|top| top.above(shape)).unwrap_or_default();
            self.levels.push(next);
        }
    }

    /// Says that an entry is not the last with its value any more.
    pub(super) fn clear_last(&mut self, arena: &mut Arena, shape: Shape, place: u64, column: usize) {
        shape.set_last(self.entry_mut(arena, shape, place), column, false);
        let mut cell = place / BLOCK;
        for level in &mut self.levels {
            let at = (cell - level.base) as usize * shape.distincts + column;
            level.lasts[at] -= 1;
            cell /= BLOCK;
        }
    }

    /// The place of the last entry with a value.
    pub(super) fn find_last(&self, arena: &Arena, shape: Shape, column: usize, wanted: u32) -> Option<u64> {
        let same = |place| value(self.entry(arena, shape, place), column) == wanted;
        self.indexes[column].find(wanted, self.start, same).map(|(_, place)| place)
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
        let mut live: Vec<(u32, u64)> = Vec::new();
        for place in self.start..self.end {
            let entry = self.entry(arena, shape, place);
            if shape.is_last(entry, column) {
                live.push((value(entry, column), place));
            }
        }
        self.indexes[column] = PlaceIndex::of(&live, self.base);
    }

    /// Gives up everything before `start`.
    pub(super) fn drop_before(&mut self, arena: &mut Arena, shape: Shape, start: u64) {
        self.start = start.min(self.end);
        while self.start - self.base >= BLOCK {
            let size = if self.blocks.len() == 1 { self.tail_size } else { LARGEST };
            let Some(piece) = self.blocks.pop_front() else { break };
            arena.give(piece, size);
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
        let (mut a, mut b) = (from, to);
        while a < b && !a.is_multiple_of(BLOCK) {
            tally.add(shape, self.entry(arena, shape, a));
            a += 1;
        }
        while !to_end && a < b && !b.is_multiple_of(BLOCK) {
            b -= 1;
            tally.add(shape, self.entry(arena, shape, b));
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
        size_of::<Self>() + self.blocks.capacity() * size_of::<u32>() + levels + indexes
    }
}

impl Level {
    /// Makes sure that a cell exists; cells are opened in order.
    fn open(&mut self, shape: Shape, cell: u64) {
        if self.cells == 0 {
            self.base = cell;
        }
        while self.base + self.cells <= cell {
            self.cells += 1;
            self.sums.extend(std::iter::repeat_n(Sum::NOTHING, shape.sums));
            self.lasts.extend(std::iter::repeat_n(0, shape.distincts));
        }
    }

    fn reset(&mut self, shape: Shape, cell: u64) {
        let at = (cell - self.base) as usize;
        self.sums.range_mut(at * shape.sums..(at + 1) * shape.sums).for_each(|sum| *sum = Sum::NOTHING);
        self.lasts.range_mut(at * shape.distincts..(at + 1) * shape.distincts).for_each(|lasts| *lasts = 0);
    }

    fn add(&mut self, shape: Shape, cell: u64, entry: &[u32]) {
        let at = (cell - self.base) as usize;
        for column in 0..shape.sums {
            self.sums[at * shape.sums + column].add(shape.sum(entry, column));
        }
        for column in 0..shape.distincts {
            self.lasts[at * shape.distincts + column] += u32::from(shape.is_last(entry, column));
        }
    }

    /// Adds up the cells of the level below that lie under a cell.
    fn absorb(&mut self, shape: Shape, cell: u64, below: &Self) {
        let at = (cell - self.base) as usize;
        let from = (cell * BLOCK).max(below.base);
        let to = ((cell + 1) * BLOCK).min(below.base + below.cells);
        for lower in from..to {
            let lower = (lower - below.base) as usize;
            for column in 0..shape.sums {
                self.sums[at * shape.sums + column].merge(&below.sums[lower * shape.sums + column]);
            }
            for column in 0..shape.distincts {
                self.lasts[at * shape.distincts + column] += below.lasts[lower * shape.distincts + column];
            }
        }
    }

    /// The level above this one.
    fn above(&self, shape: Shape) -> Self {
        let mut above = Self::default();
        for cell in self.base / BLOCK..(self.base + self.cells).div_ceil(BLOCK) {
            above.open(shape, cell);
            above.absorb(shape, cell, self);
        }
        above
    }

    /// Adds a cell to a tally, but not its count, which the places tell.
    fn pour(&self, shape: Shape, tally: &mut Tally, cell: u64) {
        let at = (cell - self.base) as usize;
        for column in 0..shape.sums {
            tally.sums[column].merge(&self.sums[at * shape.sums + column]);
        }
        for column in 0..shape.distincts {
            tally.lasts[column] += u64::from(self.lasts[at * shape.distincts + column]);
        }
    }

    fn drop_before(&mut self, shape: Shape, cell: u64) {
        let gone = cell.saturating_sub(self.base).min(self.cells);
        self.sums.drain(..gone as usize * shape.sums);
        self.lasts.drain(..gone as usize * shape.distincts);
        self.base += gone;
        self.cells -= gone;
    }

    fn bytes(&self) -> usize {
        self.sums.capacity() * size_of::<Sum>() + self.lasts.capacity() * size_of::<u32>()
    }
}
