//! Chooses the settings of a model by cross validation, and sets the offsets between its classes so that macro-F1 is highest
//! on texts that a classifier did not learn from.

use crate::{
    linear::{self, Settings},
    measure::Table,
    vocabulary::Doc,
};

/// Parts into which examples are cut.
pub const FOLDS: usize = 5;
/// Texts that the choice looks at, at most: beyond it the answer stays the same and only takes longer.
pub const TEXTS_MAX: usize = 20_000;
/// The settings to choose from, from the strictest on.
const CANDIDATES: [Settings; 4] = [
    Settings { cost: 0.1, balance: 0.5 },
    Settings { cost: 0.3, balance: 0.5 },
    Settings { cost: 0.3, balance: 1.0 },
    Settings { cost: 1.0, balance: 0.5 },
];
/// How far an offset moves in one try, ever more finely.
const STRIDES: [f32; 3] = [0.2, 0.1, 0.05];
/// Times that all offsets are tried with one stride.
const SWEEPS: usize = 4;
/// What is shared out among classes by, from flat to steep.
const SLOPES: [f32; 6] = [1.0, 2.0, 3.0, 4.0, 6.0, 8.0];

/// What was chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The settings.
    pub settings: Settings,
    /// What each class's score is raised by.
    pub offsets: Vec<f32>,
    /// How steeply a lead in score becomes a lead in share.
    pub slope: f32,
}

/// Chooses by cross validation.
pub fn choose(docs: &[&Doc], labels: &[usize], classes: usize, features: usize) -> Choice {
    let step = docs.len().div_ceil(TEXTS_MAX).max(1);
    let docs: Vec<&Doc> = docs.iter().copied().step_by(step).collect();
    let labels: Vec<usize> = labels.iter().copied().step_by(step).collect();
    let mut best: Option<(f64, Choice)> = None;
    for settings in CANDIDATES {
        let scores = held_out(&docs, &labels, classes, features, settings);
        let offsets = offsets(&scores, &labels, classes);
        // A setting must win on offsets that did not see the texts it is judged by.
        let worth = fair(&scores, &labels, classes);
        if best.as_ref().is_none_or(|(so_far, _)| worth > *so_far + 1e-9) {
            let slope = slope(&scores, &offsets, &labels);
            best = Some((worth, Choice { settings, offsets, slope }));
        }
    }
    let none = Choice { settings: CANDIDATES[0], offsets: vec![0.0; classes], slope: SLOPES[0] };
    best.map_or(none, |(_, choice)| choice)
}

/// The part of the examples to which the one at `at` belongs; scattered, so that lists sorted by class are cut evenly.
pub fn fold(at: usize) -> usize {
    (at.wrapping_mul(2_654_435_761) >> 7) % FOLDS
}

/// The same for another cut of the same examples; the cut 0 is [`fold`]'s.
pub fn scattered(at: usize, cut: u32) -> usize {
    if cut == 0 {
        return fold(at);
    }
    // Two rounds, so that what falls together in one cut does not in the next.
    let mut mixed = (at as u64).wrapping_add(u64::from(cut).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % FOLDS as u64) as usize
}

/// The score of each text for each class, by classifiers that did not learn from its part.
fn held_out(docs: &[&Doc], labels: &[usize], classes: usize, features: usize, settings: Settings) -> Vec<Vec<f32>> {
    let mut scores = vec![vec![0.0; classes]; docs.len()];
    for part in 0..FOLDS {
        let learned: Vec<usize> = (0..docs.len()).filter(|at| fold(*at) != part).collect();
        let learned_docs: Vec<&Doc> = learned.iter().map(|at| docs[*at]).collect();
        for class in 0..classes {
            let is_in: Vec<bool> = learned.iter().map(|at| labels[*at] == class).collect();
            let weights = linear::train(&learned_docs, &is_in, features, settings);
            for (at, scores) in scores.iter_mut().enumerate().filter(|(at, _)| fold(*at) == part) {
                scores[class] = weights.score(docs[at]);
            }
        }
    }
    scores
}

/// Macro-F1 where each part is guessed with the offsets of the others.
fn fair(scores: &[Vec<f32>], labels: &[usize], classes: usize) -> f64 {
    let mut guesses = vec![0; scores.len()];
    for part in 0..FOLDS {
        let others: Vec<usize> = (0..scores.len()).filter(|at| fold(*at) != part).collect();
        let (seen, truth): (Vec<Vec<f32>>, Vec<usize>) =
            others.iter().map(|at| (scores[*at].clone(), labels[*at])).unzip();
        let offsets = offsets(&seen, &truth, classes);
        for at in (0..scores.len()).filter(|at| fold(*at) == part) {
            guesses[at] = leader(&scores[at], &offsets);
        }
    }
    Table::of(labels, &guesses, classes).macro_f1()
}

/// The offsets with which the guesses have the highest macro-F1, found one class at a time.
fn offsets(scores: &[Vec<f32>], labels: &[usize], classes: usize) -> Vec<f32> {
    let worth = |offsets: &[f32]| {
        let guesses: Vec<usize> = scores.iter().map(|scores| leader(scores, offsets)).collect();
        Table::of(labels, &guesses, classes).macro_f1()
    };
    let mut offsets = vec![0.0f32; classes];
    let mut best = worth(&offsets);
    for stride in STRIDES {
        for _ in 0..SWEEPS {
            for class in 0..classes {
                for steps in [-2.0f32, -1.0, 1.0, 2.0] {
                    let mut tried = offsets.clone();
                    tried[class] += steps * stride;
                    let worth = worth(&tried);
                    if worth > best + 1e-6 {
                        (best, offsets) = (worth, tried);
                    }
                }
            }
        }
    }
    offsets
}

/// The slope under which the truth is least surprising.
fn slope(scores: &[Vec<f32>], offsets: &[f32], labels: &[usize]) -> f32 {
    let surprise = |slope: f32| -> f64 {
        let one =
            |(scores, label): (&Vec<f32>, &usize)| -f64::from(shares(scores, offsets, slope)[*label].max(1e-6).ln());
        scores.iter().zip(labels).map(one).sum()
    };
    SLOPES.into_iter().min_by(|one, other| surprise(*one).total_cmp(&surprise(*other))).unwrap_or(SLOPES[0])
}

/// The class that leads.
pub fn leader(scores: &[f32], offsets: &[f32]) -> usize {
    let raised = |class: usize| scores[class] + offsets[class];
    (0..scores.len()).max_by(|one, other| raised(*one).total_cmp(&raised(*other))).unwrap_or(0)
}

/// How likely each class is, from 0 to 1, together 1.
pub fn shares(scores: &[f32], offsets: &[f32], slope: f32) -> Vec<f32> {
    let raised: Vec<f32> = scores.iter().zip(offsets).map(|(score, offset)| (score + offset) * slope).collect();
    let top = raised.iter().copied().fold(f32::MIN, f32::max);
    let lifted: Vec<f32> = raised.iter().map(|score| (score - top).exp()).collect();
    let sum: f32 = lifted.iter().sum();
    lifted.into_iter().map(|share| share / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_are_even_and_have_no_more_in_common_than_chance_gives() {
        const TEXTS: usize = 10_000;
        for cut in 0..6 {
            for part in 0..FOLDS {
                let texts = (0..TEXTS).filter(|at| scattered(*at, cut) == part).count();
                assert!((1_850..2_150).contains(&texts), "cut {cut}, part {part}: {texts}");
            }
            let both = (0..TEXTS).filter(|at| scattered(*at, cut) == 0 && scattered(*at, cut + 1) == 0).count();
            assert!((300..500).contains(&both), "cuts {cut} and {}: {both} of some 400", cut + 1);
        }
        assert!((0..TEXTS).all(|at| scattered(at, 0) == fold(at)));
    }
}
