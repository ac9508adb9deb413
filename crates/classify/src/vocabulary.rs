//! The features that a model knows, and texts as weighed lists of them.

use std::collections::HashMap;

use crate::features::{self, FeatureSet};

/// Features that a model keeps at most, the commonest first: beyond it the rarest say little and cost memory.
pub const FEATURES_MAX: usize = 400_000;

/// How often a text has each feature.
pub type Counts = HashMap<u64, u32>;

/// Counts the features of a text.
pub fn counts(text: &str, set: &FeatureSet) -> Counts {
    let mut counts = Counts::new();
    features::each(&features::plain(text).chars, set, |feature, _| *counts.entry(feature).or_insert(0) += 1);
    counts
}

/// A text as a vector of length 1: the places of its features in the vocabulary, in order, and their weights.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Doc {
    /// Places.
    pub places: Vec<u32>,
    /// Weights.
    pub weights: Vec<f32>,
}

impl Doc {
    /// The features with their weights.
    pub fn iter(&self) -> impl Iterator<Item = (usize, f32)> {
        self.places.iter().map(|place| *place as usize).zip(self.weights.iter().copied())
    }
}

/// The features that are known, each with how rare it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Vocabulary {
    /// Hashes in rising order.
    pub(crate) features: Vec<u64>,
    /// For each the logarithm of how rare it is among texts, by the usual smoothed formula.
    pub(crate) rarity: Vec<f32>,
}

impl Vocabulary {
    /// The features that at least `texts_min` texts have.
    pub fn learn<'a>(texts: impl Iterator<Item = &'a str>, set: &FeatureSet, texts_min: u32) -> Self {
        let mut texts_with: HashMap<u64, u32> = HashMap::new();
        let mut count = 0u32;
        for text in texts {
            count += 1;
            for feature in counts(text, set).into_keys() {
                *texts_with.entry(feature).or_insert(0) += 1;
            }
        }
        let mut kept: Vec<(u64, u32)> = texts_with.into_iter().filter(|(_, texts)| *texts >= texts_min).collect();
        kept.sort_unstable_by_key(|(feature, texts)| (std::cmp::Reverse(*texts), *feature));
        kept.truncate(FEATURES_MAX);
        kept.sort_unstable();
        let rarity = |texts: u32| ((1.0 + count as f32) / (1.0 + texts as f32)).ln() + 1.0;
        Self {
            rarity: kept.iter().map(|(_, texts)| rarity(*texts)).collect(),
            features: kept.into_iter().map(|(feature, _)| feature).collect(),
        }
    }

    /// How many features there are.
    pub fn len(&self) -> usize {
        self.features.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.features.is_empty()
    }

    /// Where a feature stands.
    pub fn place(&self, feature: u64) -> Option<usize> {
        self.features.binary_search(&feature).ok()
    }

    /// A text by its counts; features that are not known are left out.
    pub fn doc(&self, counts: &Counts) -> Doc {
        let known = counts.iter().filter_map(|(feature, count)| {
            let place = self.place(*feature)?;
            Some((place as u32, (1.0 + (*count as f32).ln()) * self.rarity[place]))
        });
        let mut known: Vec<(u32, f32)> = known.collect();
        known.sort_unstable_by_key(|(place, _)| *place);
        let length = known.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt().max(f32::EPSILON);
        Doc {
            places: known.iter().map(|(place, _)| *place).collect(),
            weights: known.iter().map(|(_, weight)| weight / length).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_features_weigh_more_and_texts_have_length_one() {
        let texts = ["年费 扣款", "年费 退款", "年费 盗刷"];
        let vocabulary = Vocabulary::learn(texts.into_iter(), &FeatureSet::BAG, 1);
        let doc = vocabulary.doc(&counts(texts[0], &FeatureSet::BAG));
        assert!((doc.weights.iter().map(|w| w * w).sum::<f32>() - 1.0).abs() < 1e-5);
        assert!(doc.places.windows(2).all(|pair| pair[0] < pair[1]));
        let common = Vocabulary::learn(texts.into_iter(), &FeatureSet::BAG, 2);
        assert_eq!(common.len(), 1, "only one word is in two texts");
        assert_eq!(common.doc(&counts("别的", &FeatureSet::BAG)), Doc::default());
    }
}
