//! Boosting: each tree fits what the trees before it left over of the logistic loss, and a later period says when more
//! trees stop helping.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::{
    bins::{BINS_MAX, Binned, Cuts},
    fault::BoostFault,
    grow::{Grower, Grown},
    histogram::Slope,
    matrix::Matrix,
    model::{Model, Tree},
    shuffle::Shuffle,
    sigmoid::{loss, probability, raw_of},
};

/// Trees of a model at most: what a decision has time for, ten times over.
const TREES_MAX: usize = 2_000;
/// Leaves of a tree at most: past it a tree knows single rows by heart.
const LEAVES_MAX: usize = 4_096;

/// How trees are learnt. The defaults suit some tens of thousands of rows with a few hundred positive ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Trees at most.
    pub trees_max: usize,
    /// The part of what a tree found that is believed.
    pub learning_rate: f64,
    /// Leaves of a tree at most.
    pub leaves_max: usize,
    /// Branches one below the other at most. The decision engine walks trees up to eight deep fastest.
    pub depth_max: usize,
    /// Rows of a leaf at least.
    pub leaf_rows_min: usize,
    /// The sum of second derivatives of a leaf at least: of probabilities near a half it is a quarter of the rows, of
    /// rare positives about as many as are expected among them.
    pub leaf_weight_min: f64,
    /// What is added to a leaf's weight, so that leaves of few rows say little.
    pub ridge: f64,
    /// What a branch gains at least.
    pub gain_min: f64,
    /// The part of the rows that each tree sees.
    pub row_share: f64,
    /// The part of the columns that each tree sees.
    pub column_share: f64,
    /// How many negative rows a positive one counts for. Other than one, the score is no probability any more.
    pub positive_weight: f64,
    /// Bins of a column at most.
    pub bins_max: usize,
    /// Trees without an improvement on the later period after which learning stops.
    pub patience: usize,
    /// Which rows and columns are drawn.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            trees_max: 100,
            learning_rate: 0.05,
            leaves_max: 15,
            depth_max: 8,
            leaf_rows_min: 5,
            leaf_weight_min: 3.0,
            ridge: 5.0,
            gain_min: 0.0,
            row_share: 0.8,
            column_share: 0.5,
            positive_weight: 1.0,
            bins_max: 2_048,
            patience: 30,
            seed: 1,
        }
    }
}

/// How far learning is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Round {
    /// Trees grown.
    pub trees: usize,
    /// Trees at most.
    pub trees_max: usize,
    /// The mean loss on the later period, if there is one.
    pub later_loss: Option<f64>,
}

/// What was learnt.
#[derive(Debug, Clone, PartialEq)]
pub struct Trained {
    /// The model, cut back to the tree after which the later period was fitted best.
    pub model: Model,
    /// Trees that were grown before learning stopped.
    pub grown: usize,
}

/// Learns trees from `rows`. With a `later` period, learning stops when it fits that no better.
///
/// # Errors
/// When rows or options cannot be learnt from, or `watch` breaks off.
pub fn train(
    rows: &Matrix,
    later: Option<&Matrix>,
    options: &Options,
    watch: &mut dyn FnMut(Round) -> ControlFlow<()>,
) -> Result<Trained, BoostFault> {
    options.check()?;
    rows.check_labels()?;
    if later.is_some_and(|later| later.names() != rows.names()) {
        return Err(BoostFault::OtherColumns);
    }
    let cuts = Cuts::of(rows, options.bins_max);
    let binned = cuts.bin(rows);
    let mut fit = Fit::new(rows, &cuts, &binned, later.filter(|later| later.rows() > 0), options);
    let mut best: Option<(usize, f64)> = None;
    for trees in 1..=options.trees_max {
        fit.round();
        let later_loss = fit.later_loss();
        if let Some(loss) = later_loss
            && best.is_none_or(|(_, least)| loss < least)
        {
            best = Some((trees, loss));
        }
        if watch(Round { trees, trees_max: options.trees_max, later_loss }).is_break() {
            return Err(BoostFault::Stopped);
        }
        if best.is_some_and(|(at, _)| trees - at >= options.patience) {
            break;
        }
    }
    let grown = fit.trees.len();
    let mut trees = fit.trees;
    trees.truncate(best.map_or(grown, |(at, _)| at));
    let ranges = cuts.columns().iter().map(|column| column.range).collect();
    let mut model = Model { names: rows.names().to_vec(), ranges, trees };
    // The model file has no place for a bias; the first tree carries it.
    model.rescale(1.0, fit.bias);
    Ok(Trained { model, grown })
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), BoostFault> {
        let positive = |value: f64| value.is_finite() && value > 0.0;
        let share = |value: f64| positive(value) && value <= 1.0;
        let checks = [
            ("trees_max", (1..=TREES_MAX).contains(&self.trees_max), "1 … 2000"),
            ("learning_rate", share(self.learning_rate), "0 < … ≤ 1"),
            ("leaves_max", (2..=LEAVES_MAX).contains(&self.leaves_max), "2 … 4096"),
            ("depth_max", (1..=64).contains(&self.depth_max), "1 … 64"),
            ("leaf_rows_min", self.leaf_rows_min >= 1, "≥ 1"),
            ("leaf_weight_min", self.leaf_weight_min.is_finite() && self.leaf_weight_min >= 0.0, "≥ 0"),
            ("ridge", positive(self.ridge), "> 0"),
            ("gain_min", self.gain_min.is_finite() && self.gain_min >= 0.0, "≥ 0"),
            ("row_share", share(self.row_share), "0 < … ≤ 1"),
            ("column_share", share(self.column_share), "0 < … ≤ 1"),
            ("positive_weight", positive(self.positive_weight), "> 0"),
            ("bins_max", (4..=BINS_MAX).contains(&self.bins_max), "4 … 4096"),
            ("patience", self.patience >= 1, "≥ 1"),
        ];
        match checks.iter().find(|(_, holds, _)| !holds) {
            Some((name, _, range)) => Err(BoostFault::Option { name, range }),
            None => Ok(()),
        }
    }
}

/// A training under way.
pub(crate) struct Fit<'f> {
    rows: &'f Matrix,
    cuts: &'f Cuts,
    binned: &'f Binned,
    later: Option<Later<'f>>,
    options: &'f Options,
    grower: Grower<'f>,
    shuffle: Shuffle,
    bias: f64,
    /// Each row's raw score so far.
    raws: Vec<f64>,
    slopes: Vec<Slope>,
    chosen: Vec<u32>,
    columns: Vec<u32>,
    /// The columns that tell rows apart; drawing others would waste a tree's share of columns.
    telling: Vec<u32>,
    trees: Vec<Tree>,
}

/// The later period's rows and their raw scores so far.
struct Later<'f> {
    labels: &'f [bool],
    binned: Binned,
    raws: Vec<f64>,
}

impl<'f> Fit<'f> {
    pub(crate) fn new(
        rows: &'f Matrix,
        cuts: &'f Cuts,
        binned: &'f Binned,
        later: Option<&'f Matrix>,
        options: &'f Options,
    ) -> Self {
        let positives = rows.positives() as f64 * options.positive_weight;
        let bias = raw_of(positives / (positives + (rows.rows() - rows.positives()) as f64));
        let later = later.map(|later| Later {
            labels: later.labels(),
            binned: cuts.bin(later),
            raws: vec![bias; later.rows()],
        });
        Self {
            rows,
            cuts,
            binned,
            later,
            options,
            grower: Grower::new(cuts, binned, options),
            shuffle: Shuffle::new(options.seed),
            bias,
            raws: vec![bias; rows.rows()],
            slopes: Vec::new(),
            chosen: Vec::new(),
            columns: Vec::new(),
            telling: (0..cuts.columns().len()).filter(|at| binned.tells(*at)).map(|at| at as u32).collect(),
            trees: Vec::new(),
        }
    }

    /// Grows one more tree.
    pub(crate) fn round(&mut self) {
        let weight = self.options.positive_weight;
        self.slopes.clear();
        self.slopes.extend(self.raws.iter().zip(self.rows.labels()).map(|(raw, label)| slope(*raw, *label, weight)));
        let part = |all: usize, share: f64| ((all as f64 * share).round() as usize).max(1);
        let (all, columns) = (self.rows.rows(), self.telling.len());
        self.shuffle.choose(all, part(all, self.options.row_share), &mut self.chosen);
        self.shuffle.choose(columns, part(columns, self.options.column_share), &mut self.columns);
        self.columns.iter_mut().for_each(|column| *column = self.telling[*column as usize]);
        let grown = self.grower.grow(&self.slopes, &mut self.chosen, &self.columns);
        add(&grown, self.cuts, self.binned, &mut self.raws);
        if let Some(later) = &mut self.later {
            add(&grown, self.cuts, &later.binned, &mut later.raws);
        }
        self.trees.push(grown.tree);
    }

    fn later_loss(&self) -> Option<f64> {
        let later = self.later.as_ref()?;
        Some(self.later_losses() / later.labels.len() as f64)
    }

    /// The losses of all rows of the later period together.
    pub(crate) fn later_losses(&self) -> f64 {
        let rows = self.later.iter().flat_map(|later| later.raws.iter().zip(later.labels));
        rows.map(|(raw, label)| loss(*raw, *label)).sum()
    }

    /// The raw scores of the later period so far.
    pub(crate) fn later_raws(&self) -> &[f64] {
        self.later.as_ref().map(|later| later.raws.as_slice()).unwrap_or_default()
    }
}

fn add(grown: &Grown, cuts: &Cuts, binned: &Binned, raws: &mut [f64]) {
    debug_assert_eq!(binned.rows, raws.len());
    for (row, raw) in raws.iter_mut().enumerate() {
        *raw += grown.value(cuts, binned, row);
    }
}

fn slope(raw: f64, label: bool, positive_weight: f64) -> Slope {
    let probability = probability(raw);
    let (gradient, weight) = if label { (probability - 1.0, positive_weight) } else { (probability, 1.0) };
    let hessian = probability * (1.0 - probability) * weight;
    Slope { gradient: (gradient * weight) as f32, hessian: hessian as f32 }
}

#[cfg(test)]
mod tests;
