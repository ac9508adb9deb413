//! What the rows of a leaf add up to, bin by bin.

use crate::bins::Binned;

/// The sums over some rows: of the loss's first and second derivative, and how many rows they are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Sums {
    pub gradient: f64,
    pub hessian: f64,
    pub rows: u32,
}

impl Sums {
    pub(crate) fn add(&mut self, other: Self) {
        self.gradient += other.gradient;
        self.hessian += other.hessian;
        self.rows += other.rows;
    }

    pub(crate) fn less(self, other: Self) -> Self {
        Self {
            gradient: self.gradient - other.gradient,
            hessian: self.hessian - other.hessian,
            rows: self.rows - other.rows,
        }
    }
}

/// The derivatives of one row's loss. Single precision halves what is read; sums are in double.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Slope {
    pub gradient: f32,
    pub hessian: f32,
}

/// The sums of each bin of each column that a tree looks at.
#[derive(Debug)]
pub(crate) struct Histogram {
    cells: Vec<Sums>,
}

/// Where the bins of each column lie.
#[derive(Debug)]
pub(crate) struct Layout {
    starts: Vec<usize>,
}

impl Layout {
    /// Columns with so many bins each.
    pub(crate) fn new(bins: impl Iterator<Item = usize>) -> Self {
        let mut starts = vec![0];
        for bins in bins {
            starts.push(starts.last().copied().unwrap_or_default() + bins);
        }
        Self { starts }
    }

    fn cells(&self) -> usize {
        self.starts.last().copied().unwrap_or_default()
    }
}

impl Histogram {
    pub(crate) fn new(layout: &Layout) -> Self {
        Self { cells: vec![Sums::default(); layout.cells()] }
    }

    /// The bins of a column.
    pub(crate) fn column(&self, layout: &Layout, column: usize) -> &[Sums] {
        &self.cells[layout.starts[column]..layout.starts[column + 1]]
    }

    /// Adds up `rows`, whose slopes stand in the same order, for the columns that count.
    pub(crate) fn fill(&mut self, layout: &Layout, binned: &Binned, columns: &[u32], rows: &[u32], slopes: &[Slope]) {
        for column in columns.iter().map(|column| *column as usize) {
            let cells = &mut self.cells[layout.starts[column]..layout.starts[column + 1]];
            cells.fill(Sums::default());
            let bins = &binned.columns[column];
            for (row, slope) in rows.iter().zip(slopes) {
                let cell = &mut cells[usize::from(bins[*row as usize])];
                cell.gradient += f64::from(slope.gradient);
                cell.hessian += f64::from(slope.hessian);
                cell.rows += 1;
            }
        }
    }

    /// Takes off what a part of the rows adds up to, which leaves the other part.
    pub(crate) fn take_off(&mut self, layout: &Layout, columns: &[u32], part: &Self) {
        for column in columns.iter().map(|column| *column as usize) {
            let range = layout.starts[column]..layout.starts[column + 1];
            for (cell, part) in self.cells[range.clone()].iter_mut().zip(&part.cells[range]) {
                *cell = cell.less(*part);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_is_the_whole_without_the_part() {
        let binned = Binned { columns: vec![vec![0, 1, 2, 1], vec![1, 1, 0, 0]], rows: 4 };
        let layout = Layout::new([3, 2].into_iter());
        let slope = |gradient, hessian| Slope { gradient, hessian };
        let slopes = [slope(1.0, 0.5), slope(-2.0, 0.25), slope(4.0, 0.125), slope(8.0, 1.0)];
        let mut whole = Histogram::new(&layout);
        whole.fill(&layout, &binned, &[0, 1], &[0, 1, 2, 3], &slopes);
        let sums = |gradient, hessian, rows| Sums { gradient, hessian, rows };
        assert_eq!(whole.column(&layout, 0), [sums(1.0, 0.5, 1), sums(6.0, 1.25, 2), sums(4.0, 0.125, 1)]);
        let mut part = Histogram::new(&layout);
        part.fill(&layout, &binned, &[0, 1], &[1, 2], &slopes[1..3]);
        whole.take_off(&layout, &[0, 1], &part);
        assert_eq!(whole.column(&layout, 0), [sums(1.0, 0.5, 1), sums(8.0, 1.0, 1), Sums::default()]);
        assert_eq!(whole.column(&layout, 1), [sums(8.0, 1.0, 1), sums(1.0, 0.5, 1)]);
    }
}
