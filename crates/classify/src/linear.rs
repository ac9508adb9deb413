//! One linear classifier for each class against the rest: a support vector machine with a squared hinge, solved by coordinate
//! descent on its dual (Hsieh and others, 2008), over features scaled by the class's naive Bayes log-count ratios (Wang and
//! Manning, 2012).
//!
//! On Chinese comments about banks the scaling raised macro-F1 by four points over the plain machine, and naive Bayes itself
//! stood 27 points lower, because its classes are of very different size.

use serde::{Deserialize, Serialize};

use crate::vocabulary::Doc;

/// Rounds of the descent at most; it ends earlier when nothing moves.
const ROUNDS_MAX: usize = 30;
/// The largest step that counts as standing still.
const STILL: f32 = 0.02;
/// Where the order of the descent begins; a constant, so that the same texts give the same model.
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// How a classifier is trained.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// How much a text on the wrong side costs, against the length of the weights.
    pub cost: f32,
    /// How much more a text of a rare class costs: 0 not at all, 1 as much as it is rarer.
    pub balance: f32,
}

/// The weights of one class.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Weights {
    /// One for each feature.
    pub of: Vec<f32>,
    /// What every text gets.
    pub base: f32,
}

impl Weights {
    /// How far on the side of the class a text stands.
    pub fn score(&self, doc: &Doc) -> f32 {
        doc.iter().map(|(place, weight)| self.of[place] * weight).sum::<f32>() + self.base
    }
}

/// Trains a class against the rest. `is_in` says of each text whether it is of the class.
pub fn train(docs: &[&Doc], is_in: &[bool], features: usize, settings: Settings) -> Weights {
    let inside = is_in.iter().filter(|is_in| **is_in).count().max(1) as f32;
    let outside = (docs.len() as f32 - inside).max(1.0);
    let more = (outside / inside).powf(settings.balance);
    // On average a text costs what the settings say, whatever the balance.
    let mean = (more * inside + outside) / (inside + outside);
    let cost = |is_in: bool| settings.cost * if is_in { more } else { 1.0 } / mean;
    let scale = ratios(docs, is_in, features, (inside, outside));
    let mut machine = Machine {
        scale: &scale,
        weights: Weights { of: vec![0.0; features], base: 0.0 },
        duals: vec![0.0; docs.len()],
    };
    let lengths: Vec<f32> = docs.iter().map(|doc| machine.length(doc)).collect();
    let mut order: Vec<usize> = (0..docs.len()).collect();
    let mut state = SEED;
    for _ in 0..ROUNDS_MAX {
        shuffle(&mut order, &mut state);
        let mut furthest = 0.0f32;
        for at in order.iter().copied() {
            let slack = 0.5 / cost(is_in[at]);
            furthest = furthest.max(machine.step(at, docs[at], is_in[at], lengths[at] + slack, slack));
        }
        if furthest < STILL {
            break;
        }
    }
    let Weights { mut of, base } = machine.weights;
    of.iter_mut().zip(&scale).for_each(|(weight, scale)| *weight *= scale);
    Weights { of, base }
}

/// How much more often, or less often, the class has each feature, as a logarithm without its sign.
fn ratios(docs: &[&Doc], is_in: &[bool], features: usize, (inside, outside): (f32, f32)) -> Vec<f32> {
    let (mut within, mut without) = (vec![1.0f32; features], vec![1.0f32; features]);
    for (doc, is_in) in docs.iter().zip(is_in) {
        let side = if *is_in { &mut within } else { &mut without };
        doc.iter().for_each(|(place, _)| side[place] += 1.0);
    }
    let ratio = |(within, without): (f32, f32)| ((within / (inside + 2.0)) / (without / (outside + 2.0))).ln().abs();
    within.into_iter().zip(without).map(ratio).collect()
}

struct Machine<'a> {
    scale: &'a [f32],
    weights: Weights,
    duals: Vec<f32>,
}

impl Machine<'_> {
    fn length(&self, doc: &Doc) -> f32 {
        doc.iter().map(|(place, weight)| (weight * self.scale[place]).powi(2)).sum::<f32>() + 1.0
    }

    /// Moves the dual of one text to where it should be. Returns how far off it was.
    fn step(&mut self, at: usize, doc: &Doc, is_in: bool, curvature: f32, slack: f32) -> f32 {
        let side = if is_in { 1.0 } else { -1.0 };
        let sum: f32 = doc.iter().map(|(place, w)| self.weights.of[place] * w * self.scale[place]).sum();
        let slope = side * (sum + self.weights.base) - 1.0 + self.duals[at] * slack;
        let slope = if self.duals[at] == 0.0 { slope.min(0.0) } else { slope };
        if slope.abs() > f32::EPSILON {
            let new = (self.duals[at] - slope / curvature).max(0.0);
            let change = (new - self.duals[at]) * side;
            self.duals[at] = new;
            for (place, weight) in doc.iter() {
                self.weights.of[place] += change * weight * self.scale[place];
            }
            self.weights.base += change;
        }
        slope.abs()
    }
}

/// Another order, the same each time.
fn shuffle(order: &mut [usize], state: &mut u64) {
    for at in (1..order.len()).rev() {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        order.swap(at, (*state % (at as u64 + 1)) as usize);
    }
}
