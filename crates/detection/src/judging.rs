//! A model that is there already, judged on labelled days by the same rules and figures as one that was just learnt: on what was
//! known before each payment, and without cards that were known to be misused by then.

use std::{collections::HashMap, ops::ControlFlow};

use boost::metrics::Scored;
use decide::trees::{Forest, Views};
use serde::Serialize;

use crate::{
    card::Span,
    fault::DetectionFault,
    features::{Examples, PassWatch, RefusedRow, examples},
    figures::Figures,
    history::History,
    protocol::{Days, start_of_day},
    spec::TrainingSpec,
};

/// What is to be judged, and on what.
#[derive(Debug, Clone, Copy)]
pub struct Judging<'j> {
    /// The labelled past, with the days before those that are judged: windows look back.
    pub history: &'j History,
    /// What models see.
    pub spec: &'j TrainingSpec,
    /// The model.
    pub forest: &'j Forest,
    /// The days to judge on.
    pub days: Days,
    /// Days until frauds are known, where the history does not say.
    pub delay_days: i64,
    /// Cards whose fraud happened before this day are judged again; the model's learning began there.
    pub since: i64,
}

/// How a model did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// The judged days, and what they held.
    pub judged: Span,
    /// Rows that the declared fields did not allow.
    pub refused: u64,
    /// Trees of the model.
    pub trees: usize,
    /// Rows of the judged days that were left out, because their card was known to be misused.
    pub known_cards_rows: u64,
    /// The figures.
    pub figures: Figures,
}

impl Judging<'_> {
    /// Judges.
    ///
    /// # Errors
    /// When the history or the declaration does not allow it, the model looks at what the declaration does not have, or `at` breaks
    /// off.
    pub fn run(
        &self,
        at: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
        refused: &mut dyn FnMut(RefusedRow),
    ) -> Result<Verdict, DetectionFault> {
        let mut spec = self.spec.clone();
        spec.training.inputs = self.forest.inputs().to_vec();
        let rows = self.history.len() as u64;
        let mut watch = PassWatch { events: &mut |done| at(done, rows), refused };
        let examples = examples(self.history, &spec, self.delay_days, &[self.days], &mut watch)?;
        let (rows, known_cards_rows) = judged_rows(&examples, self.days, self.since)?;
        let mut views = Views::default();
        let scored = scored(&examples, &rows, |values| {
            let margin = self.forest.margin(values, &mut views);
            self.forest.probability(margin)
        });
        let figures = Figures::of(&scored, self.history.has_cards());
        Ok(Verdict {
            judged: Span::new(self.days, figures.rows, figures.frauds),
            refused: examples.refused,
            trees: self.forest.len(),
            known_cards_rows,
            figures,
        })
    }
}

/// The rows of some days that are judged, and how many are not, because their card was known to be misused by then, by a fraud on
/// or after the day `since`.
pub(crate) fn judged_rows(examples: &Examples, days: Days, since: i64) -> Result<(Vec<usize>, u64), DetectionFault> {
    let all = rows_of(examples, days);
    if all.is_empty() {
        let (from, to) = days.dates();
        return Err(DetectionFault::NoRows { from, to });
    }
    let mut stopped: HashMap<u32, i64> = HashMap::new();
    for fraud in examples.frauds.iter().filter(|fraud| fraud.day >= since) {
        let known = stopped.entry(fraud.card).or_insert(fraud.known);
        *known = fraud.known.min(*known);
    }
    let is_judged = |row: &usize| {
        let meta = &examples.meta[*row];
        stopped.get(&meta.card).is_none_or(|known| *known > start_of_day(meta.day))
    };
    let rows: Vec<usize> = all.iter().copied().filter(is_judged).collect();
    let left_out = (all.len() - rows.len()) as u64;
    Ok((rows, left_out))
}

pub(crate) fn rows_of(examples: &Examples, days: Days) -> Vec<usize> {
    (0..examples.meta.len()).filter(|row| days.contains(examples.meta[*row].day)).collect()
}

pub(crate) fn scored(examples: &Examples, rows: &[usize], mut score: impl FnMut(&[f64]) -> f64) -> Vec<Scored> {
    let mut values = Vec::new();
    let one = |row: &usize| {
        examples.matrix.row(*row, &mut values);
        let meta = &examples.meta[*row];
        Scored { day: meta.day, card: u64::from(meta.card), score: score(&values), is_fraud: meta.known.is_some() }
    };
    rows.iter().map(one).collect()
}
