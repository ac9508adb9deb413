//! A study: the features of a history, a model for each fold with its verdict on later days, and the model of the newest
//! days, which is the one to be used.
//!
//! A label counts as fraud in learning only if it was known before the first judged day, and cards found misused by then
//! are not judged: their holders have been told. No figure of a judged day may enter what was learnt for it.

use std::ops::ControlFlow;

use boost::{
    Matrix, Model, Options, Platt, Regression, RegressionOptions, Round, cross_validate, metrics::Stability,
    probability, train,
};
use serde::Serialize;

use crate::{
    card::ModelCard,
    fault::DetectionFault,
    features::{Examples, PassWatch, RefusedRow, examples},
    figures::Figures,
    history::History,
    judging::{judged_rows, rows_of, scored},
    protocol::{Days, Fold, Protocol, start_of_day},
    spec::TrainingSpec,
};

/// What is to be studied.
#[derive(Debug)]
pub struct Study<'s> {
    /// The labelled past.
    pub history: &'s History,
    /// What the model sees.
    pub spec: &'s TrainingSpec,
    /// Which days are learnt from and judged on.
    pub protocol: Protocol,
    /// How trees are learnt.
    pub options: Options,
}

/// A piece of the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Events pass through the windows.
    Features,
    /// Trees are grown for a fold, counted from zero; the last number is that of the final model.
    Trees {
        /// Which.
        fold: usize,
        /// How many there are.
        folds: usize,
    },
}

/// What is heard of a study.
pub struct Watch<'w> {
    /// How far a stage is, out of how much; may break off.
    pub at: &'w mut dyn FnMut(Stage, u64, u64) -> ControlFlow<()>,
    /// A row that the declared fields do not allow.
    pub refused: &'w mut dyn FnMut(RefusedRow),
}

/// One fold's verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FoldResult {
    /// The days.
    pub fold: Fold,
    /// What was learnt from them.
    pub lesson: Lesson,
    /// Rows of the judged days that were left out, because their card was known to be misused.
    pub known_cards_rows: u64,
    /// The trees' figures.
    pub figures: Figures,
    /// The figures of a logistic regression on the same inputs.
    pub regression: Figures,
    /// How far the scores of the judged days lie from those of the days learnt from.
    pub stability: Option<f64>,
}

/// What a model was learnt from, and how it ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Lesson {
    /// Rows.
    pub rows: u64,
    /// Frauds among them, as far as they were known in time.
    pub frauds: u64,
    /// Trees.
    pub trees: usize,
    /// The two numbers that made probabilities of scores; none if there were too few frauds for them.
    pub platt: Option<Platt>,
}

/// What came of a study.
#[derive(Debug)]
pub struct Learnt {
    /// Each fold's verdict, the earliest first.
    pub folds: Vec<FoldResult>,
    /// The model of the newest days.
    pub model: Model,
    /// What is to be kept beside the model.
    pub card: ModelCard,
}

/// A model with what it was learnt from.
struct Taught {
    model: Model,
    lesson: Lesson,
    /// The scores of the rows learnt from, each by trees that did not see its card.
    scores: Stability,
}

impl Study<'_> {
    /// Learns and judges.
    ///
    /// # Errors
    /// When the history, the declaration or the options do not allow it, or `watch` breaks off.
    pub fn run(&self, watch: &mut Watch<'_>) -> Result<Learnt, DetectionFault> {
        let days = self.history.days().ok_or(DetectionFault::Empty)?;
        let folds = self.protocol.folds(days)?;
        let newest = self.protocol.newest(days);
        let wanted: Vec<Days> = folds.iter().flat_map(|fold| [fold.train, fold.test]).chain([newest]).collect();
        let rows = self.history.len() as u64;
        let mut pass =
            PassWatch { events: &mut |done| (watch.at)(Stage::Features, done, rows), refused: &mut *watch.refused };
        let examples = examples(self.history, self.spec, self.protocol.delay_days, &wanted, &mut pass)?;
        let mut results = Vec::new();
        for (number, fold) in folds.iter().enumerate() {
            let stage = Stage::Trees { fold: number, folds: folds.len() };
            let taught = self.teach(&examples, fold.train, fold.test.from, &mut |d, t| (watch.at)(stage, d, t))?;
            results.push(self.judge(&examples, *fold, taught)?);
        }
        let stage = Stage::Trees { fold: folds.len(), folds: folds.len() };
        let taught = self.teach(&examples, newest, days.to, &mut |d, t| (watch.at)(stage, d, t))?;
        let learnt_rows = rows_of(&examples, newest);
        let card =
            ModelCard::new(self, &examples, &results, (&taught.model, taught.lesson, taught.scores), &learnt_rows);
        Ok(Learnt { folds: results, model: taught.model, card })
    }

    /// Learns from some days what was known of them at the start of the day `until`.
    fn teach(
        &self,
        examples: &Examples,
        days: Days,
        until: i64,
        at: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
    ) -> Result<Taught, DetectionFault> {
        let rows = rows_of(examples, days);
        let known_by = start_of_day(until);
        let is_known = |row: usize| examples.meta[row].known.is_some_and(|known| known <= known_by);
        let matrix = examples.matrix.chosen(&rows, is_known);
        if matrix.rows() == 0 {
            let (from, to) = days.dates();
            return Err(DetectionFault::NoRows { from, to });
        }
        let groups: Vec<u32> = rows.iter().map(|row| examples.meta[*row].card).collect();
        // Validating takes as many rounds again, each of them as long as several.
        let total = 2 * self.options.trees_max as u64;
        let mut validating = |round: Round| at(round.trees as u64, total);
        let validated = cross_validate(&matrix, &groups, &self.options, &mut validating)?;
        let trees = validated.as_ref().map_or(self.options.trees_max, |validated| validated.trees);
        let options = Options { trees_max: trees, ..self.options.clone() };
        let half = self.options.trees_max as u64;
        let mut model = train(&matrix, None, &options, &mut |round| at(half + round.trees as u64, total))?.model;
        let platt = validated.as_ref().and_then(|validated| Platt::fit(&validated.raws, matrix.labels()));
        if let Some(platt) = platt {
            model.rescale(platt.slope, platt.offset);
        }
        let raws = validated.map_or_else(|| raws(&model, &matrix), |validated| scaled(&validated.raws, platt));
        let (rows, frauds) = (matrix.rows() as u64, matrix.positives() as u64);
        let scores = Stability::of(raws.into_iter().map(probability));
        Ok(Taught { model, lesson: Lesson { rows, frauds, trees, platt }, scores })
    }

    /// Judges a model on the days of a fold.
    fn judge(&self, examples: &Examples, fold: Fold, taught: Taught) -> Result<FoldResult, DetectionFault> {
        let (rows, known_cards_rows) = judged_rows(examples, fold.test, fold.train.from)?;
        let known_by = start_of_day(fold.test.from);
        let is_known = |row: usize| examples.meta[row].known.is_some_and(|known| known <= known_by);
        let learnt = examples.matrix.chosen(&rows_of(examples, fold.train), is_known);
        let regression = Regression::fit(&learnt, &RegressionOptions::default())?;
        let by_trees = scored(examples, &rows, |values| taught.model.probability(values));
        let by_regression = scored(examples, &rows, |values| probability(regression.raw(values)));
        let has_cards = self.history.has_cards();
        Ok(FoldResult {
            fold,
            lesson: taught.lesson,
            known_cards_rows,
            figures: Figures::of(&by_trees, has_cards),
            regression: Figures::of(&by_regression, has_cards),
            stability: taught.scores.index(by_trees.iter().map(|one| one.score)),
        })
    }
}

fn raws(model: &Model, matrix: &Matrix) -> Vec<f64> {
    let mut values = Vec::new();
    (0..matrix.rows())
        .map(|row| {
            matrix.row(row, &mut values);
            model.raw(&values)
        })
        .collect()
}

fn scaled(raws: &[f64], platt: Option<Platt>) -> Vec<f64> {
    let (slope, offset) = platt.map_or((1.0, 0.0), |platt| (platt.slope, platt.offset));
    raws.iter().map(|raw| raw * slope + offset).collect()
}

#[cfg(test)]
mod tests;
