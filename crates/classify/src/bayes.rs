//! Multinomial naive Bayes over a bag of words: the baseline that any model must beat.

use std::collections::HashMap;

use crate::{
    Example,
    features::FeatureSet,
    vocabulary::{Counts, counts},
};

/// How often each class has each word.
#[derive(Debug, Clone)]
pub struct Bayes {
    words: HashMap<u64, Vec<f32>>,
    totals: Vec<f32>,
    priors: Vec<f32>,
}

impl Bayes {
    /// Counts the words of examples.
    pub fn train(examples: &[Example<'_>], classes: usize) -> Self {
        let mut words: HashMap<u64, Vec<f32>> = HashMap::new();
        let (mut totals, mut texts) = (vec![0.0f32; classes], vec![0.0f32; classes]);
        for example in examples {
            texts[example.label] += 1.0;
            for (word, count) in counts(example.text, &FeatureSet::BAG) {
                words.entry(word).or_insert_with(|| vec![0.0; classes])[example.label] += count as f32;
                totals[example.label] += count as f32;
            }
        }
        let all: f32 = texts.iter().sum::<f32>().max(1.0);
        let priors = texts.iter().map(|texts| (texts.max(f32::EPSILON) / all).ln()).collect();
        Self { words, totals, priors }
    }

    /// The likeliest class of a text.
    pub fn guess(&self, text: &str) -> usize {
        let counts: Counts = counts(text, &FeatureSet::BAG);
        let mut found: Vec<(&Vec<f32>, f32)> =
            counts.iter().filter_map(|(word, count)| Some((self.words.get(word)?, *count as f32))).collect();
        // The same sum in the same order, whatever order a hash map is in.
        found.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
        let known = self.words.len() as f32;
        let score = |class: usize| {
            let word = |(of, count): &(&Vec<f32>, f32)| count * ((of[class] + 1.0) / (self.totals[class] + known)).ln();
            self.priors[class] + found.iter().map(word).sum::<f32>()
        };
        (0..self.priors.len()).max_by(|one, other| score(*one).total_cmp(&score(*other))).unwrap_or(0)
    }
}
