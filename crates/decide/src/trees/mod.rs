//! Gradient-boosted trees from the files that LightGBM and XGBoost write, evaluated to the same bits as there.
//!
//! A file is read into plain trees and checked: every split leads to a node or leaf of its tree, nothing leads back, and
//! all numbers are numbers. Only then is it laid out for speed. What a file cannot do here (linear leaves, several
//! classes, ranking, categories of XGBoost, dart) is refused with a sentence.

mod explain;
mod lightgbm;
mod walk;
mod xgboost;

use kernel::Text;

pub use walk::{Forest, Views};

/// Bytes of a model file.
pub const FILE_BYTES_MAX: usize = 64 << 20;
/// Trees of a model.
pub const TREES_MAX: usize = 5_000;
/// Leaves of a tree.
pub const LEAVES_MAX: usize = 4_096;
/// Features of a model.
pub const INPUTS_MAX: usize = 1_024;

/// Why a model file was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelFault {
    /// What is wrong, and where.
    pub message: Text,
}

impl ModelFault {
    fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { message: Text::of(zh, en) }
    }

    fn damaged(what: &str) -> Self {
        Self::new(format!("模型文件不完整或已损坏：{what}。"), format!("The model file is cut or damaged: {what}."))
    }

    fn unsupported(what: &str) -> Self {
        Self::new(format!("不支持该模型：{what}。"), format!("This kind of model is not supported: {what}."))
    }
}

/// What an unknown value does at a split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Missing {
    /// It counts as zero.
    Zero,
    /// It goes left.
    Left,
    /// It goes right.
    Right,
    /// It and zero go left.
    ZeroLeft,
    /// It and zero go right.
    ZeroRight,
}

/// A split of a tree.
#[derive(Debug, Clone)]
struct Split {
    input: usize,
    /// What is not larger goes left.
    threshold: f64,
    missing: Missing,
    /// For a category: the bits of those that go left.
    categories: Option<Vec<u32>>,
    left: Child,
    right: Child,
    /// How much of the training data came by.
    cover: f64,
}

/// Where a split leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Child {
    Split(usize),
    Leaf(usize),
}

/// A tree as it was read. Without splits it is its first leaf.
#[derive(Debug, Clone, Default)]
struct Tree {
    splits: Vec<Split>,
    leaves: Vec<f64>,
    leaf_covers: Vec<f64>,
}

impl Tree {
    /// Refuses trees that lead nowhere, in circles or twice to the same place.
    fn check(&self, inputs: usize, number: usize) -> Result<(), ModelFault> {
        let wrong = |what: &str| Err(ModelFault::damaged(&format!("tree {number}: {what}")));
        if self.leaves.is_empty() || self.leaves.len() > LEAVES_MAX || self.splits.len() + 1 != self.leaves.len() {
            return wrong("splits and leaves do not match");
        }
        if self.leaf_covers.len() != self.leaves.len() || self.leaves.iter().any(|leaf| !leaf.is_finite()) {
            return wrong("a leaf is no number");
        }
        let (mut splits, mut leaves) = (vec![false; self.splits.len()], vec![false; self.leaves.len()]);
        let mut waiting = vec![if self.splits.is_empty() { Child::Leaf(0) } else { Child::Split(0) }];
        while let Some(child) = waiting.pop() {
            let seen = match child {
                Child::Split(number) => splits.get_mut(number),
                Child::Leaf(number) => leaves.get_mut(number),
            };
            match seen {
                Some(seen) if !*seen => *seen = true,
                _ => return wrong("a split leads nowhere, or two lead to one place"),
            }
            if let Child::Split(number) = child {
                let split = &self.splits[number];
                if split.input >= inputs || !split.threshold.is_finite() || !split.cover.is_finite() {
                    return wrong("a split is out of range");
                }
                waiting.extend([split.left, split.right]);
            }
        }
        Ok(())
    }

    /// The leaf that a row of values ends in.
    fn leaf(&self, values: &[f64], is_single: bool) -> usize {
        let mut at = if self.splits.is_empty() { Child::Leaf(0) } else { Child::Split(0) };
        loop {
            match at {
                Child::Leaf(leaf) => return leaf,
                Child::Split(split) => {
                    let split = &self.splits[split];
                    at = if split.goes_left(values[split.input], is_single) { split.left } else { split.right };
                }
            }
        }
    }
}

impl Split {
    fn goes_left(&self, value: f64, is_single: bool) -> bool {
        match &self.categories {
            Some(bits) => {
                // Truncated, as a cast does; what is not a number or negative is no category.
                let Some(category) = (value > -1.0 && value < f64::from(i32::MAX)).then_some(value as usize) else {
                    return false;
                };
                bits.get(category / 32).is_some_and(|word| word >> (category % 32) & 1 == 1)
            }
            None => walk::view(value, self.missing, is_single) <= self.threshold,
        }
    }
}

/// How leaves become a margin, and a margin a probability.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Output {
    /// Doubles are added; the probability is 1 / (1 + exp(−slope · margin / trees)), where a random forest divides by the
    /// number of its trees and boosted trees by one.
    Light { slope: f64, divide_by: f64 },
    /// Singles are added to a base; the probability is computed in single precision.
    Boost { base: f32 },
}
