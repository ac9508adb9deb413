//! One tree, grown leaf by leaf: the leaf whose best branch gains most is divided next, until there are enough leaves or
//! nothing gains. It must never see a label, only the slopes of the loss.

use std::ops::Range;

use crate::{
    bins::{Binned, Cuts},
    histogram::{Histogram, Layout, Slope, Sums},
    model::{Branch, Child, Leaf, Tree},
    train::Options,
};

/// What all trees of a training share.
#[derive(Debug)]
pub(crate) struct Grower<'g> {
    cuts: &'g Cuts,
    binned: &'g Binned,
    options: &'g Options,
    layout: Layout,
    /// Histograms that no leaf needs any more.
    spare: Vec<Histogram>,
    slopes: Vec<Slope>,
    right: Vec<u32>,
}

/// A tree and which branch looks at which bin, so that rows in bins can be asked without their values.
#[derive(Debug)]
pub(crate) struct Grown {
    pub tree: Tree,
    /// For each branch the last bin that goes left.
    bins: Vec<u16>,
}

/// A leaf that may still be divided.
struct Bud {
    rows: Range<usize>,
    sums: Sums,
    depth: usize,
    histogram: Option<Histogram>,
    split: Option<Split>,
    /// The branch above, and whether this is its left side.
    above: Option<(usize, bool)>,
}

/// A way to divide a leaf.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Split {
    column: usize,
    /// The last bin that goes left.
    bin: usize,
    unknown_left: bool,
    gain: f64,
    left: Sums,
}

impl<'g> Grower<'g> {
    pub(crate) fn new(cuts: &'g Cuts, binned: &'g Binned, options: &'g Options) -> Self {
        let layout = Layout::new(cuts.columns().iter().map(|column| column.bins()));
        Self { cuts, binned, options, layout, spare: Vec::new(), slopes: Vec::new(), right: Vec::new() }
    }

    /// Grows a tree on `rows`, which it puts into the order of the leaves, looking at `columns` only.
    pub(crate) fn grow(&mut self, slopes: &[Slope], rows: &mut [u32], columns: &[u32]) -> Grown {
        let mut sums = Sums::default();
        for row in rows.iter() {
            let slope = slopes[*row as usize];
            let (gradient, hessian) = (f64::from(slope.gradient), f64::from(slope.hessian));
            sums.add(Sums { gradient, hessian, rows: 1 });
        }
        let mut root = Bud { rows: 0..rows.len(), sums, depth: 0, histogram: None, split: None, above: None };
        root.histogram = Some(self.count(slopes, rows, columns));
        self.look(&mut root, columns);
        let mut buds = vec![root];
        let mut grown = Grown {
            tree: Tree { branches: Vec::new(), leaves: Vec::new(), shrinkage: self.options.learning_rate },
            bins: Vec::new(),
        };
        while buds.len() < self.options.leaves_max {
            let Some(best) = best_of(&buds) else { break };
            let bud = buds.remove(best);
            let Some(split) = bud.split else { break };
            let (left, right) = self.divide(bud, split, slopes, rows, columns, &mut grown);
            buds.push(left);
            buds.push(right);
        }
        for bud in buds {
            self.finish(bud, &mut grown);
        }
        grown
    }

    /// The histogram of some rows.
    fn count(&mut self, slopes: &[Slope], rows: &[u32], columns: &[u32]) -> Histogram {
        let mut histogram = self.spare.pop().unwrap_or_else(|| Histogram::new(&self.layout));
        self.slopes.clear();
        self.slopes.extend(rows.iter().map(|row| slopes[*row as usize]));
        histogram.fill(&self.layout, self.binned, columns, rows, &self.slopes);
        histogram
    }

    /// Finds the best way to divide a leaf; a histogram that is of no use is given back.
    fn look(&mut self, bud: &mut Bud, columns: &[u32]) {
        let too_deep = bud.depth >= self.options.depth_max;
        let too_few = (bud.sums.rows as usize) < 2 * self.options.leaf_rows_min;
        if !too_deep
            && !too_few
            && let Some(histogram) = &bud.histogram
        {
            bud.split = self.best_split(bud.sums, histogram, columns);
        }
        if bud.split.is_none() {
            self.spare.extend(bud.histogram.take());
        }
    }

    fn best_split(&self, whole: Sums, histogram: &Histogram, columns: &[u32]) -> Option<Split> {
        let mut best: Option<Split> = None;
        for column in columns.iter().map(|column| *column as usize) {
            let cells = histogram.column(&self.layout, column);
            let (known, unknown) = cells.split_at(self.cuts.columns()[column].unknown());
            let unknown = unknown.first().copied().unwrap_or_default();
            self.scan(column, known, unknown, whole, false, &mut best);
            if unknown.rows > 0 {
                self.scan(column, known, unknown, whole, true, &mut best);
            }
        }
        best
    }

    /// Tries every cut of a column with the unknown on one side.
    fn scan(
        &self,
        column: usize,
        known: &[Sums],
        unknown: Sums,
        whole: Sums,
        unknown_left: bool,
        best: &mut Option<Split>,
    ) {
        let options = self.options;
        let fits = |part: Sums| part.rows as usize >= options.leaf_rows_min && part.hessian >= options.leaf_weight_min;
        let before = self.fit(whole);
        let mut left = if unknown_left { unknown } else { Sums::default() };
        // The last bin goes right, or nothing would; unless only the unknown does.
        let last = if unknown.rows > 0 && !unknown_left { known.len() } else { known.len().saturating_sub(1) };
        for (bin, cell) in known.iter().enumerate().take(last) {
            left.add(*cell);
            if cell.rows == 0 {
                continue;
            }
            let right = whole.less(left);
            if !fits(left) {
                continue;
            }
            if !fits(right) {
                break;
            }
            let gain = self.fit(left) + self.fit(right) - before;
            if gain > options.gain_min && best.is_none_or(|best| gain > best.gain) {
                // What was never unknown here goes where most rows go.
                let unknown_left = if unknown.rows > 0 { unknown_left } else { left.rows >= right.rows };
                *best = Some(Split { column, bin, unknown_left, gain, left });
            }
        }
    }

    /// How well a leaf fits, twice the fall of the loss.
    fn fit(&self, sums: Sums) -> f64 {
        sums.gradient * sums.gradient / (sums.hessian + self.options.ridge)
    }

    /// What a leaf says.
    fn value(&self, sums: Sums) -> f64 {
        -sums.gradient / (sums.hessian + self.options.ridge) * self.options.learning_rate
    }

    /// Divides a leaf into two.
    fn divide(
        &mut self,
        bud: Bud,
        split: Split,
        slopes: &[Slope],
        rows: &mut [u32],
        columns: &[u32],
        grown: &mut Grown,
    ) -> (Bud, Bud) {
        let number = grown.tree.branches.len();
        grown.hang(bud.above, Child::Branch(number as u32));
        grown.bins.push(split.bin as u16);
        grown.tree.branches.push(Branch {
            column: split.column,
            upper: self.upper(split),
            unknown_left: split.unknown_left,
            left: Child::Leaf(0),
            right: Child::Leaf(0),
            gain: split.gain,
            value: self.value(bud.sums),
            weight: bud.sums.hessian,
            rows: bud.sums.rows,
        });
        let middle = bud.rows.start + self.part(&mut rows[bud.rows.clone()], split);
        let side = |rows: Range<usize>, sums, is_left| Bud {
            rows,
            sums,
            depth: bud.depth + 1,
            histogram: None,
            split: None,
            above: Some((number, is_left)),
        };
        let mut left = side(bud.rows.start..middle, split.left, true);
        let mut right = side(middle..bud.rows.end, bud.sums.less(split.left), false);
        // Only the smaller side is counted; the other is what is left of the whole.
        let (small, large) =
            if left.rows.len() <= right.rows.len() { (&mut left, &mut right) } else { (&mut right, &mut left) };
        let counted = self.count(slopes, &rows[small.rows.clone()], columns);
        if let Some(mut rest) = bud.histogram {
            rest.take_off(&self.layout, columns, &counted);
            large.histogram = Some(rest);
        }
        small.histogram = Some(counted);
        self.look(&mut left, columns);
        self.look(&mut right, columns);
        (left, right)
    }

    /// The value up to which rows go left. Where only the unknown goes right, that is the largest value there is.
    fn upper(&self, split: Split) -> f64 {
        let cuts = &self.cuts.columns()[split.column];
        cuts.uppers.get(split.bin).copied().unwrap_or(f64::MAX)
    }

    /// Puts the rows that go left before those that go right, each in their order, and says how many go left.
    fn part(&mut self, rows: &mut [u32], split: Split) -> usize {
        let bins = &self.binned.columns[split.column];
        let unknown = self.cuts.columns()[split.column].unknown();
        self.right.clear();
        let mut left = 0;
        for at in 0..rows.len() {
            let row = rows[at];
            let bin = usize::from(bins[row as usize]);
            if if bin == unknown { split.unknown_left } else { bin <= split.bin } {
                rows[left] = row;
                left += 1;
            } else {
                self.right.push(row);
            }
        }
        rows[left..].copy_from_slice(&self.right);
        left
    }

    /// Makes a leaf of what is not divided any more.
    fn finish(&mut self, bud: Bud, grown: &mut Grown) {
        grown.hang(bud.above, Child::Leaf(grown.tree.leaves.len() as u32));
        let leaf = Leaf { value: self.value(bud.sums), weight: bud.sums.hessian, rows: bud.sums.rows };
        grown.tree.leaves.push(leaf);
        self.spare.extend(bud.histogram);
    }
}

/// The leaf whose division gains most; the earliest of equals.
fn best_of(buds: &[Bud]) -> Option<usize> {
    let mut best: Option<(usize, f64)> = None;
    for (number, bud) in buds.iter().enumerate() {
        if let Some(split) = bud.split
            && best.is_none_or(|(_, gain)| split.gain > gain)
        {
            best = Some((number, split.gain));
        }
    }
    best.map(|(number, _)| number)
}

impl Grown {
    /// Puts a branch or leaf below a branch.
    fn hang(&mut self, above: Option<(usize, bool)>, child: Child) {
        if let Some((branch, is_left)) = above {
            let branch = &mut self.tree.branches[branch];
            *(if is_left { &mut branch.left } else { &mut branch.right }) = child;
        }
    }

    /// What the tree says of a row in bins.
    pub(crate) fn value(&self, cuts: &Cuts, binned: &Binned, row: usize) -> f64 {
        let mut child = if self.tree.branches.is_empty() { Child::Leaf(0) } else { Child::Branch(0) };
        loop {
            match child {
                Child::Leaf(leaf) => return self.tree.leaves[leaf as usize].value,
                Child::Branch(number) => {
                    let branch = &self.tree.branches[number as usize];
                    let bin = binned.columns[branch.column][row];
                    let is_unknown = usize::from(bin) == cuts.columns()[branch.column].unknown();
                    let left = if is_unknown { branch.unknown_left } else { bin <= self.bins[number as usize] };
                    child = if left { branch.left } else { branch.right };
                }
            }
        }
    }
}
