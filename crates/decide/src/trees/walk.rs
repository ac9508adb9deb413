//! Trees laid out for speed: eight are walked together, so that the waits of one are filled by the steps of the others.
//!
//! Each value is first written once for every way in which some split treats what is missing: as minus infinity where it
//! goes left, as infinity where it goes right. A step is then one comparison without a branch. Trees that are not deep
//! stand as complete binary trees in which children are found by arithmetic; the others, and those with categories, are
//! walked one by one.

use super::{Child, INPUTS_MAX, Missing, ModelFault, Output, TREES_MAX, Tree};

/// Trees up to this depth are made complete: a row of 256 leaves is not much more than what deep trees have anyway.
const DEPTH_MAX: usize = 8;
/// Most trees are no deeper than this, and need a quarter of the room.
const DEPTH_LOW: usize = 6;
/// Trees walked together.
const LANES: usize = 8;
/// Ways of seeing an input: a number of 16 bits names one, so that no look at them needs a check.
const VIEWS: usize = 1 << 16;
/// LightGBM's zero: what is nearer to zero than this.
const ZERO: f64 = 1e-35f32 as f64;
/// No value is this near to zero.
const NEVER: f64 = -1.0;

/// A model that can be asked.
#[derive(Debug)]
pub struct Forest {
    inputs: Vec<String>,
    pub(super) trees: Vec<Tree>,
    pub(super) output: Output,
    /// Which input is seen how; splits name these.
    views: Vec<View>,
    bands: Vec<Band>,
}

/// An input as some splits see it.
#[derive(Debug)]
struct View {
    input: usize,
    missing: Missing,
    /// What stands for an unknown value, and for one that is no further from zero than `zero`.
    fill: f64,
    zero: f64,
}

/// Trees one after another that are walked alike.
#[derive(Debug)]
enum Band {
    /// Complete trees of at most 64 leaves.
    Low { depth: usize, block: Box<Block<{ 1 << DEPTH_LOW }>> },
    /// Complete trees of at most 256 leaves.
    High { depth: usize, block: Box<Block<{ 1 << DEPTH_MAX }>> },
    /// One tree that is walked by itself.
    Single(usize),
}

/// Complete trees of one depth side by side, `N` leaves each. Splits stand as in a heap: the first is 1, and below the
/// split n are 2n and 2n + 1.
#[derive(Debug)]
struct Block<const N: usize> {
    thresholds: [[f64; N]; LANES],
    views: [[u16; N]; LANES],
    leaves: [[f64; N]; LANES],
}

/// A value as a split sees it that treats what is missing in some way.
pub(super) fn view(value: f64, missing: Missing, is_single: bool) -> f64 {
    let value = if is_single { f64::from(value as f32) } else { value };
    let is_zero = value.abs() <= ZERO || value.is_nan();
    match missing {
        Missing::Zero => {
            if value.is_nan() {
                0.0
            } else {
                value
            }
        }
        Missing::Left => {
            if value.is_nan() {
                f64::NEG_INFINITY
            } else {
                value
            }
        }
        Missing::Right => {
            if value.is_nan() {
                f64::INFINITY
            } else {
                value
            }
        }
        Missing::ZeroLeft => {
            if is_zero {
                f64::NEG_INFINITY
            } else {
                value
            }
        }
        Missing::ZeroRight => {
            if is_zero {
                f64::INFINITY
            } else {
                value
            }
        }
    }
}

/// Memory that is reused from one row to the next.
#[derive(Debug)]
pub struct Views(Box<[f64; VIEWS]>);

impl Default for Views {
    fn default() -> Self {
        let zeros = vec![0.0; VIEWS].into_boxed_slice();
        Self(zeros.try_into().expect("it was made that long"))
    }
}

impl Forest {
    /// Checks trees and lays them out.
    pub(super) fn build(inputs: Vec<String>, trees: Vec<Tree>, output: Output) -> Result<Self, ModelFault> {
        if trees.is_empty() || trees.len() > TREES_MAX {
            return Err(ModelFault::unsupported("no trees, or more than 5,000"));
        }
        if inputs.is_empty() || inputs.len() > INPUTS_MAX {
            return Err(ModelFault::unsupported("no features, or more than 1,024"));
        }
        for (number, tree) in trees.iter().enumerate() {
            tree.check(inputs.len(), number)?;
        }
        let mut this = Self { inputs, trees: Vec::new(), output, views: Vec::new(), bands: Vec::new() };
        let mut at = 0;
        while at < trees.len() {
            let group = trees.get(at..at + LANES).filter(|group| group.iter().all(|tree| depth(tree).is_some()));
            if let Some(group) = group {
                let deepest = group.iter().filter_map(depth).max().unwrap_or_default();
                this.complete(group, deepest);
                at += LANES;
            } else {
                this.bands.push(Band::Single(at));
                at += 1;
            }
        }
        this.trees = trees;
        Ok(this)
    }

    /// The names of the features, in the order of a row.
    pub fn inputs(&self) -> &[String] {
        &self.inputs
    }

    /// How many trees there are.
    pub fn len(&self) -> usize {
        self.trees.len()
    }

    /// Whether there are none; a model that was read has some.
    pub fn is_empty(&self) -> bool {
        self.trees.is_empty()
    }

    fn view_number(&mut self, input: usize, missing: Missing) -> u16 {
        let known = self.views.iter().position(|view| view.input == input && view.missing == missing);
        // Five ways for each of a thousand inputs fit 16 bits.
        known.unwrap_or_else(|| {
            let (fill, zero) = match missing {
                Missing::Zero => (0.0, NEVER),
                Missing::Left => (f64::NEG_INFINITY, NEVER),
                Missing::Right => (f64::INFINITY, NEVER),
                Missing::ZeroLeft => (f64::NEG_INFINITY, ZERO),
                Missing::ZeroRight => (f64::INFINITY, ZERO),
            };
            self.views.push(View { input, missing, fill, zero });
            self.views.len() - 1
        }) as u16
    }

    fn complete(&mut self, group: &[Tree], depth: usize) {
        let band = if depth <= DEPTH_LOW {
            Band::Low { depth, block: self.block(group, depth) }
        } else {
            Band::High { depth, block: self.block(group, depth) }
        };
        self.bands.push(band);
    }

    fn block<const N: usize>(&mut self, group: &[Tree], depth: usize) -> Box<Block<N>> {
        let mut block = Box::new(Block {
            thresholds: [[f64::INFINITY; N]; LANES],
            views: [[0; N]; LANES],
            leaves: [[0.0; N]; LANES],
        });
        // A band of single leaves needs a view to look at, whatever it holds.
        self.view_number(0, Missing::Zero);
        for (lane, tree) in group.iter().enumerate() {
            let root = if tree.splits.is_empty() { Child::Leaf(0) } else { Child::Split(0) };
            let mut waiting = vec![(1, root)];
            while let Some((place, child)) = waiting.pop() {
                let split = match child {
                    Child::Leaf(leaf) if place >> depth == 1 => {
                        block.leaves[lane][place - (1 << depth)] = tree.leaves[leaf];
                        continue;
                    }
                    // A leaf above the last level: both ways lead on to it.
                    Child::Leaf(_) => {
                        waiting.extend([(2 * place, child), (2 * place + 1, child)]);
                        continue;
                    }
                    Child::Split(split) => &tree.splits[split],
                };
                block.thresholds[lane][place] = split.threshold;
                block.views[lane][place] = self.view_number(split.input, split.missing);
                waiting.extend([(2 * place, split.left), (2 * place + 1, split.right)]);
            }
        }
        block
    }

    fn is_single(&self) -> bool {
        matches!(self.output, Output::Boost { .. })
    }

    /// The margin of a row, the sum of its leaves: `row` has a value for each input, NaN where it is unknown.
    pub fn margin(&self, row: &[f64], views: &mut Views) -> f64 {
        let is_single = self.is_single();
        for (seen, view) in views.0.iter_mut().zip(&self.views) {
            let value = row[view.input];
            let value = if is_single { f64::from(value as f32) } else { value };
            *seen = if value.is_nan() | (value.abs() <= view.zero) { view.fill } else { value };
        }
        let mut sum = Sum::new(self.output);
        for band in &self.bands {
            match band {
                Band::Single(tree) => {
                    let tree = &self.trees[*tree];
                    sum.add(tree.leaves[tree.leaf(row, is_single)]);
                }
                Band::Low { depth, block } => block.walk(*depth, &views.0).into_iter().for_each(|leaf| sum.add(leaf)),
                Band::High { depth, block } => block.walk(*depth, &views.0).into_iter().for_each(|leaf| sum.add(leaf)),
            }
        }
        sum.margin()
    }

    /// The probability that a margin stands for.
    pub fn probability(&self, margin: f64) -> f64 {
        match self.output {
            Output::Light { slope, divide_by } => 1.0 / (1.0 + (-slope * (margin / divide_by)).exp()),
            Output::Boost { .. } => {
                /// Larger exponents overflow; XGBoost stops here.
                const EXPONENT_MAX: f32 = 88.7;
                let exponent = (-(margin as f32)).min(EXPONENT_MAX);
                f64::from(1.0 / (exponent.exp() + 1.0 + 1e-16))
            }
        }
    }
}

impl<const N: usize> Block<N> {
    /// The leaves that the trees end in. Every step of a tree waits for the one before, and those of eight trees do not
    /// wait for each other.
    fn walk(&self, depth: usize, views: &[f64; VIEWS]) -> [f64; LANES] {
        // Masks that change nothing, and tell the compiler that no place lies outside.
        let within = N - 1;
        let mut places = [1usize; LANES];
        for _ in 0..depth {
            for (lane, place) in places.iter_mut().enumerate() {
                let at = *place & within;
                let is_over = views[usize::from(self.views[lane][at])] > self.thresholds[lane][at];
                *place = 2 * *place + usize::from(is_over);
            }
        }
        let leaf = (1usize << depth) - 1;
        std::array::from_fn(|lane| self.leaves[lane][places[lane] & leaf & within])
    }
}

/// How deep a tree is; none if it is too deep to be made complete, or asks for categories.
fn depth(tree: &Tree) -> Option<usize> {
    let mut deepest = 0;
    let mut waiting = vec![(0, if tree.splits.is_empty() { Child::Leaf(0) } else { Child::Split(0) })];
    while let Some((level, child)) = waiting.pop() {
        deepest = deepest.max(level);
        if let Child::Split(split) = child {
            let split = &tree.splits[split];
            if split.categories.is_some() || level >= DEPTH_MAX {
                return None;
            }
            waiting.extend([(level + 1, split.left), (level + 1, split.right)]);
        }
    }
    Some(deepest)
}

/// Leaves added in the order and precision of the library that made them.
enum Sum {
    Light { sum: f64 },
    Boost { sum: f32 },
}

impl Sum {
    fn new(output: Output) -> Self {
        match output {
            Output::Light { .. } => Self::Light { sum: 0.0 },
            Output::Boost { base } => Self::Boost { sum: base },
        }
    }

    fn add(&mut self, leaf: f64) {
        match self {
            Self::Light { sum } => *sum += leaf,
            Self::Boost { sum } => *sum += leaf as f32,
        }
    }

    fn margin(&self) -> f64 {
        match self {
            Self::Light { sum } => *sum,
            Self::Boost { sum } => f64::from(*sum),
        }
    }
}
