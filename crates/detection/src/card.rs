//! The model's card: what a model was learnt from, how it was judged, what it needs to be asked live, and what its scores
//! and inputs looked like then, so that drift shows. It is kept as JSON beside the model file.

use std::collections::BTreeMap;

use boost::{Model, Options, metrics::Stability};
use decide::EngineSpec;
use serde::Serialize;

use crate::{
    features::Examples,
    protocol::{Days, Protocol},
    spec::Training,
    study::{FoldResult, Lesson, Study},
};

/// The version of the card's form.
const FORMAT: u32 = 1;

/// What is kept beside a model.
#[derive(Debug, Clone, Serialize)]
pub struct ModelCard {
    /// The version of this form.
    pub format: u32,
    /// The rows of the history, and how many were fraud.
    pub history: Span,
    /// Rows that the declared fields did not allow.
    pub refused: u64,
    /// Which days were learnt from and judged on.
    pub protocol: Protocol,
    /// How trees were learnt.
    pub options: Options,
    /// The days the model was learnt from, and what they held.
    pub learnt: Span,
    /// What was learnt of them.
    pub lesson: Lesson,
    /// Each fold's verdict, the earliest first.
    pub folds: Vec<FoldResult>,
    /// How much each input gained, as a part of the whole, the largest first; those that gained nothing are not named.
    pub gains: Vec<(String, f64)>,
    /// How events are named.
    pub training: Training,
    /// The fields, features and computed values that the model needs, as the decision engine takes them.
    pub engine: EngineSpec,
    /// The scores of the days learnt from.
    pub scores: Stability,
    /// The values of each input on the days learnt from.
    pub inputs: BTreeMap<String, Stability>,
}

/// Rows of some days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// How many rows.
    pub rows: u64,
    /// How many of them were fraud.
    pub frauds: u64,
}

impl Span {
    pub(crate) fn new(days: Days, rows: u64, frauds: u64) -> Self {
        let (from, to) = days.dates();
        Self { from, to, rows, frauds }
    }
}

impl ModelCard {
    pub(crate) fn new(
        study: &Study<'_>,
        examples: &Examples,
        folds: &[FoldResult],
        (model, lesson, scores): (&Model, Lesson, Stability),
        learnt_rows: &[usize],
    ) -> Self {
        let days = study.history.days().unwrap_or(Days { from: 0, to: 0 });
        let column = |at: usize| learnt_rows.iter().map(move |row| examples.matrix.column(at)[*row]);
        let inputs = model.names.iter().enumerate().map(|(at, name)| (name.clone(), Stability::of(column(at))));
        Self {
            format: FORMAT,
            history: Span::new(days, study.history.len() as u64, study.history.frauds() as u64),
            refused: examples.refused,
            protocol: study.protocol,
            options: study.options.clone(),
            learnt: Span::new(study.protocol.newest(days), lesson.rows, lesson.frauds),
            lesson,
            folds: folds.to_vec(),
            gains: gains(model),
            training: study.spec.training.clone(),
            engine: study.spec.engine.clone(),
            scores,
            inputs: inputs.collect(),
        }
    }
}

impl ModelCard {
    /// What a person who opens the model file should read there, by name.
    pub fn parameters(&self) -> Vec<(String, String)> {
        let Span { from, to, rows, frauds } = &self.learnt;
        let pairs = [
            ("learnt_from", format!("{from} to {to}")),
            ("rows", rows.to_string()),
            ("frauds", frauds.to_string()),
            ("learning_rate", self.options.learning_rate.to_string()),
            ("num_leaves", self.options.leaves_max.to_string()),
            ("max_depth", self.options.depth_max.to_string()),
            ("seed", self.options.seed.to_string()),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }
}

/// What each input gained as a part of the whole, the largest first.
fn gains(model: &Model) -> Vec<(String, f64)> {
    let gains = model.gains();
    let whole: f64 = gains.iter().sum();
    let mut named: Vec<(String, f64)> = model
        .names
        .iter()
        .zip(gains)
        .filter(|(_, gain)| *gain > 0.0)
        .map(|(name, gain)| (name.clone(), gain / whole))
        .collect();
    named.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    named
}
