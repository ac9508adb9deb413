//! Sums over stretches of a long log that are all of one length: blocks, blocks of blocks, and so on.

use std::collections::VecDeque;

use super::{
    entry::Shape,
    long::BLOCK,
    tally::{Sum, Tally},
};

/// Sums over stretches of one length.
#[derive(Debug, Default)]
pub(super) struct Level {
    /// The number of the first cell.
    base: u64,
    /// For each cell, each summed column.
    sums: VecDeque<Sum>,
    /// For each cell, each distinct column: how many entries are the last with their value.
    lasts: VecDeque<u32>,
    /// Cells there are.
    cells: u64,
}

impl Level {
    /// Whether it has more cells than one cell of the next level holds.
    pub(super) fn is_high(&self) -> bool {
        self.cells > BLOCK
    }

    /// Behind the number of the last cell.
    pub(super) fn end(&self) -> u64 {
        self.base + self.cells
    }

    /// Counts one entry less that is the last with its value.
    pub(super) fn uncount_last(&mut self, shape: Shape, cell: u64, column: usize) {
        let at = (cell - self.base) as usize * shape.distincts + column;
        self.lasts[at] -= 1;
    }

    /// Makes sure that a cell exists; cells are opened in order.
    pub(super) fn open(&mut self, shape: Shape, cell: u64) {
        if self.cells == 0 {
            self.base = cell;
        }
        while self.base + self.cells <= cell {
            self.cells += 1;
            self.sums.extend(std::iter::repeat_n(Sum::NOTHING, shape.sums));
            self.lasts.extend(std::iter::repeat_n(0, shape.distincts));
        }
    }

    pub(super) fn reset(&mut self, shape: Shape, cell: u64) {
        let at = (cell - self.base) as usize;
        self.sums.range_mut(at * shape.sums..(at + 1) * shape.sums).for_each(|sum| *sum = Sum::NOTHING);
        self.lasts.range_mut(at * shape.distincts..(at + 1) * shape.distincts).for_each(|lasts| *lasts = 0);
    }

    pub(super) fn add(&mut self, shape: Shape, cell: u64, entry: &[u32]) {
        let at = (cell - self.base) as usize;
        for column in 0..shape.sums {
            self.sums[at * shape.sums + column].add(shape.sum(entry, column));
        }
        for column in 0..shape.distincts {
            self.lasts[at * shape.distincts + column] += u32::from(shape.is_last(entry, column));
        }
    }

    /// Adds up the cells of the level below that lie under a cell.
    pub(super) fn absorb(&mut self, shape: Shape, cell: u64, below: &Self) {
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
    pub(super) fn above(&self, shape: Shape) -> Self {
        let mut above = Self::default();
        for cell in self.base / BLOCK..(self.base + self.cells).div_ceil(BLOCK) {
            above.open(shape, cell);
            above.absorb(shape, cell, self);
        }
        above
    }

    /// Adds a cell to a tally, but not its count, which the places tell.
    pub(super) fn pour(&self, shape: Shape, tally: &mut Tally, cell: u64) {
        let at = (cell - self.base) as usize;
        for column in 0..shape.sums {
            tally.sums[column].merge(&self.sums[at * shape.sums + column]);
        }
        for column in 0..shape.distincts {
            tally.lasts[column] += u64::from(self.lasts[at * shape.distincts + column]);
        }
    }

    pub(super) fn drop_before(&mut self, shape: Shape, cell: u64) {
        let gone = cell.saturating_sub(self.base).min(self.cells);
        self.sums.drain(..gone as usize * shape.sums);
        self.lasts.drain(..gone as usize * shape.distincts);
        self.base += gone;
        self.cells -= gone;
    }

    pub(super) fn bytes(&self) -> usize {
        self.sums.capacity() * size_of::<Sum>() + self.lasts.capacity() * size_of::<u32>()
    }
}
