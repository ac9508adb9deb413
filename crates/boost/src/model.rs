//! Trees as they are kept and asked.

use serde::Serialize;

use crate::sigmoid::probability;

/// A model: the sum of its trees is the raw score.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The columns' names, in the order in which values are given.
    pub names: Vec<String>,
    /// For each column the smallest and the largest value that was seen; none if all were unknown.
    pub ranges: Vec<Option<(f64, f64)>>,
    /// The trees; the first holds the bias as well.
    pub trees: Vec<Tree>,
}

/// One tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The branches; the first is the root. Without branches there is one leaf.
    pub branches: Vec<Branch>,
    /// The leaves.
    pub leaves: Vec<Leaf>,
    /// By what leaf values were multiplied when the tree was grown.
    pub shrinkage: f64,
}

/// Where a row goes left or right.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The column that is looked at.
    pub column: usize,
    /// Up to this value, itself included, to the left.
    pub upper: f64,
    /// Whether what is unknown goes left.
    pub unknown_left: bool,
    /// To the left.
    pub left: Child,
    /// To the right.
    pub right: Child,
    /// How much better the tree fitted by this branch.
    pub gain: f64,
    /// What a leaf in the branch's place would say.
    pub value: f64,
    /// The rows' sum of second derivatives.
    pub weight: f64,
    /// The rows that came here.
    pub rows: u32,
}

/// What follows a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Child {
    /// Another branch, by number.
    Branch(u32),
    /// A leaf, by number.
    Leaf(u32),
}

/// An end of a tree.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaf {
    /// What is added to the score.
    pub value: f64,
    /// The rows' sum of second derivatives.
    pub weight: f64,
    /// The rows that came here.
    pub rows: u32,
}

impl Tree {
    /// The leaf that a row ends in.
    pub fn leaf(&self, values: &[f64]) -> &Leaf {
        let mut child = if self.branches.is_empty() { Child::Leaf(0) } else { Child::Branch(0) };
        loop {
            match child {
                Child::Leaf(leaf) => return &self.leaves[leaf as usize],
                Child::Branch(branch) => {
                    let branch = &self.branches[branch as usize];
                    child = if branch.goes_left(values[branch.column]) { branch.left } else { branch.right };
                }
            }
        }
    }
}

impl Branch {
    fn goes_left(&self, value: f64) -> bool {
        if value.is_nan() { self.unknown_left } else { value <= self.upper }
    }
}

impl Model {
    /// The raw score of a row: the logarithm of the odds.
    pub fn raw(&self, values: &[f64]) -> f64 {
        self.trees.iter().map(|tree| tree.leaf(values).value).sum()
    }

    /// The probability of a row.
    pub fn probability(&self, values: &[f64]) -> f64 {
        probability(self.raw(values))
    }

    /// For each column how much all of its branches gained.
    pub fn gains(&self) -> Vec<f64> {
        let mut gains = vec![0.0; self.names.len()];
        for branch in self.trees.iter().flat_map(|tree| &tree.branches) {
            gains[branch.column] += branch.gain;
        }
        gains
    }

    /// For each column how many branches look at it.
    pub fn uses(&self) -> Vec<u32> {
        let mut uses = vec![0; self.names.len()];
        for branch in self.trees.iter().flat_map(|tree| &tree.branches) {
            uses[branch.column] += 1;
        }
        uses
    }

    /// Turns every raw score x into `slope · x + offset` by changing what the leaves say.
    pub fn rescale(&mut self, slope: f64, offset: f64) {
        for (number, tree) in self.trees.iter_mut().enumerate() {
            let offset = if number == 0 { offset } else { 0.0 };
            tree.leaves.iter_mut().for_each(|leaf| leaf.value = leaf.value * slope + offset);
            tree.branches.iter_mut().for_each(|branch| branch.value = branch.value * slope + offset);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Left up to 10, unknown to the right; on the right by the second column.
    pub(crate) fn small() -> Model {
        let leaf = |value| Leaf { value, weight: 2.5, rows: 10 };
        let branch = |column, upper, unknown_left, left, right, value| Branch {
            column,
            upper,
            unknown_left,
            left,
            right,
            gain: 4.25,
            value,
            weight: 5.0,
            rows: 20,
        };
        let tree = Tree {
            branches: vec![
                branch(0, 10.0, false, Child::Leaf(0), Child::Branch(1), -1.5),
                branch(1, 0.25, true, Child::Leaf(1), Child::Leaf(2), 0.125),
            ],
            leaves: vec![leaf(-2.0), leaf(0.5), leaf(1e-7)],
            shrinkage: 0.1,
        };
        let stump = Tree { branches: Vec::new(), leaves: vec![leaf(0.25)], shrinkage: 0.1 };
        Model {
            names: vec!["amount".to_owned(), "payee.rate".to_owned()],
            ranges: vec![Some((-1.0, 1e20)), None],
            trees: vec![tree, stump],
        }
    }

    #[test]
    fn rows_find_their_leaves() {
        let model = small();
        let raw = |amount, rate| model.raw(&[amount, rate]);
        assert_eq!((raw(10.0, 9.0), raw(10.5, 0.25), raw(10.5, 0.26)), (-1.75, 0.75, 0.250_000_1));
        assert_eq!((raw(f64::NAN, f64::NAN), raw(f64::NAN, 1.0)), (0.75, 0.250_000_1));
        assert_eq!((model.gains(), model.uses()), (vec![4.25, 4.25], vec![1, 1]));
    }

    #[test]
    fn rescaling_is_linear_in_the_raw_score() {
        let (before, mut after) = (small(), small());
        after.rescale(2.0, -0.5);
        for row in [[1.0, 1.0], [11.0, f64::NAN], [99.0, 3.0]] {
            assert!((after.raw(&row) - (2.0 * before.raw(&row) - 0.5)).abs() < 1e-12);
        }
    }
}
