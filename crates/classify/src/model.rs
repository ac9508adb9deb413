//! A trained model: guesses the class of a text, says what the guess rests on, and has a stored form with a version.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::{
    Example,
    choose::{self, choose},
    features::{self, FeatureSet},
    linear::{self, Settings, Weights},
    measure::Table,
    vocabulary::{Doc, Vocabulary, counts},
};

/// Classes that a model tells apart at most: the longest list of a bank has some hundred.
pub const CLASSES_MAX: usize = 512;
/// Examples from which on a feature must be in two texts to be known; before it every word counts.
const EXAMPLES_MANY: usize = 1_000;
/// The version of the stored form.
pub const VERSION: u16 = 1;
/// How a stored model begins.
const MAGIC: &[u8; 4] = b"XBCM";
/// Bytes of a stored model's description at most.
const HEAD_BYTES_MAX: usize = 1 << 20;

/// Why a model cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// There is nothing to tell apart: fewer than two classes, or more than there may be.
    #[error("a model tells apart 2 to {CLASSES_MAX} classes, each with an example")]
    Classes,
    /// The bytes are not a model of a version that this program reads.
    #[error("not a stored model of version {VERSION}")]
    NotAModel,
}

/// What a stored model says of itself before its figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Head {
    labels: Vec<String>,
    set: FeatureSet,
    settings: Settings,
    offsets: Vec<f32>,
    bases: Vec<f32>,
    slope: f32,
    features: usize,
    examples: usize,
}

/// A class that a text may belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct Guess {
    /// Its label.
    pub label: String,
    /// How likely, in percent; all classes together have about 100.
    pub percent: u8,
    /// The words that speak for it most, in the order of the text.
    pub words: Vec<Word>,
}

/// A word that a guess rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word as it was written.
    pub text: String,
    /// Where it stands, in characters of the text.
    pub place: Range<usize>,
    /// How much of what speaks for the class is its, in percent.
    pub percent: u8,
}

/// A trained model.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    labels: Vec<String>,
    set: FeatureSet,
    settings: Settings,
    vocabulary: Vocabulary,
    classes: Vec<Weights>,
    offsets: Vec<f32>,
    slope: f32,
    examples: usize,
}

impl Model {
    /// Learns from examples. The settings are chosen by cross validation.
    ///
    /// # Errors
    /// When fewer than two classes have an example, or there are more than [`CLASSES_MAX`].
    pub fn train(examples: &[Example<'_>], labels: &[String], set: FeatureSet) -> Result<Self, ModelError> {
        let (vocabulary, docs) = prepare(examples, labels, set)?;
        let docs: Vec<&Doc> = docs.iter().collect();
        let truth: Vec<usize> = examples.iter().map(|example| example.label).collect();
        let choice = choose(&docs, &truth, labels.len(), vocabulary.len());
        let class = |class: usize| {
            let is_in: Vec<bool> = truth.iter().map(|label| *label == class).collect();
            linear::train(&docs, &is_in, vocabulary.len(), choice.settings)
        };
        Ok(Self {
            classes: (0..labels.len()).map(class).collect(),
            labels: labels.to_vec(),
            set,
            settings: choice.settings,
            offsets: choice.offsets,
            slope: choice.slope,
            examples: examples.len(),
            vocabulary,
        })
    }

    /// The labels, in order.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// How many examples it learned from.
    pub const fn examples(&self) -> usize {
        self.examples
    }

    fn scores(&self, doc: &Doc) -> Vec<f32> {
        self.classes.iter().map(|class| class.score(doc)).collect()
    }

    /// The class of a text, as an index into the labels.
    pub fn class_of(&self, text: &str) -> usize {
        let doc = self.vocabulary.doc(&counts(text, &self.set));
        choose::leader(&self.scores(&doc), &self.offsets)
    }

    /// The likeliest classes of a text, at most `most`, each with the words it rests on; none for a text of which nothing is
    /// known.
    pub fn guess(&self, text: &str, most: usize, words_most: usize) -> Vec<Guess> {
        let doc = self.vocabulary.doc(&counts(text, &self.set));
        if doc.places.is_empty() {
            return Vec::new();
        }
        let shares = choose::shares(&self.scores(&doc), &self.offsets, self.slope);
        let mut order: Vec<usize> = (0..shares.len()).collect();
        order.sort_by(|one, other| shares[*other].total_cmp(&shares[*one]));
        let guess = |class: usize| Guess {
            label: self.labels[class].clone(),
            percent: (shares[class] * 100.0).round() as u8,
            words: self.words(text, class, words_most),
        };
        order.into_iter().take(most).map(guess).collect()
    }

    /// The words of a text that speak for a class. What a run of characters says is shared out among them, so that a word
    /// counts with everything that is made of it.
    fn words(&self, text: &str, class: usize, most: usize) -> Vec<Word> {
        let plain = features::plain(text);
        let mut speaks = vec![0.0f32; plain.chars.len()];
        features::each(&plain.chars, &self.set, |feature, place| {
            if let Some(known) = self.vocabulary.place(feature) {
                let each = self.classes[class].of[known] * self.vocabulary.rarity[known] / place.len() as f32;
                speaks[place].iter_mut().for_each(|speaks| *speaks += each);
            }
        });
        let said = |word: Range<usize>| {
            let sum: f32 = speaks[word.clone()].iter().sum();
            (word, sum)
        };
        let mut words: Vec<(Range<usize>, f32)> =
            features::named_words(&plain.chars).into_iter().map(said).filter(|(_, sum)| *sum > 0.0).collect();
        let all: f32 = words.iter().map(|(_, sum)| sum).sum();
        words.sort_by(|one, other| other.1.total_cmp(&one.1));
        words.truncate(most);
        words.sort_by_key(|(word, _)| word.start);
        let written: Vec<char> = text.chars().collect();
        let shown = |(word, sum): (Range<usize>, f32)| {
            let place = plain.places[word.start]..plain.places[word.end - 1] + 1;
            let percent = (sum / all * 100.0).round() as u8;
            Word { text: written[place.clone()].iter().collect(), place, percent }
        };
        words.into_iter().map(shown).collect()
    }

    /// The stored form. The same model always gives the same bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = Head {
            labels: self.labels.clone(),
            set: self.set,
            settings: self.settings,
            offsets: self.offsets.clone(),
            bases: self.classes.iter().map(|class| class.base).collect(),
            slope: self.slope,
            features: self.vocabulary.len(),
            examples: self.examples,
        };
        let head = serde_json::to_vec(&head).unwrap_or_default();
        let mut out = MAGIC.to_vec();
        out.extend(VERSION.to_le_bytes());
        out.extend((head.len() as u32).to_le_bytes());
        out.extend(head);
        self.vocabulary.features.iter().for_each(|feature| out.extend(feature.to_le_bytes()));
        let figures = self.classes.iter().flat_map(|class| &class.of);
        self.vocabulary.rarity.iter().chain(figures).for_each(|figure| out.extend(figure.to_le_bytes()));
        out
    }

    /// Reads a stored form; bytes that are not one are refused whole.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        Self::parse(bytes).filter(Self::is_sound).ok_or(ModelError::NotAModel)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (version, rest) = rest.split_first_chunk::<2>()?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        if u16::from_le_bytes(*version) != VERSION || length > HEAD_BYTES_MAX {
            return None;
        }
        let (head, rest) = rest.split_at_checked(length)?;
        let head: Head = serde_json::from_slice(head).ok()?;
        let (hashes, figures) = rest.split_at_checked(head.features.checked_mul(8)?)?;
        let row = head.features.checked_mul(4)?;
        if figures.len() != row.checked_mul(head.labels.len() + 1)? {
            return None;
        }
        let (hashes, _) = hashes.as_chunks::<8>();
        let (figures, _) = figures.as_chunks::<4>();
        let figures: Vec<f32> = figures.iter().map(|figure| f32::from_le_bytes(*figure)).collect();
        let (rarity, weights) = figures.split_at(head.features);
        let class = |(at, base): (usize, &f32)| Weights {
            of: weights[at * head.features..(at + 1) * head.features].to_vec(),
            base: *base,
        };
        if head.bases.len() != head.labels.len() {
            return None;
        }
        Some(Self {
            vocabulary: Vocabulary {
                features: hashes.iter().map(|hash| u64::from_le_bytes(*hash)).collect(),
                rarity: rarity.to_vec(),
            },
            classes: head.bases.iter().enumerate().map(class).collect(),
            labels: head.labels,
            set: head.set,
            settings: head.settings,
            offsets: head.offsets,
            slope: head.slope,
            examples: head.examples,
        })
    }

    fn is_sound(&self) -> bool {
        let finite = |figures: &[f32]| figures.iter().all(|figure| figure.is_finite());
        (2..=CLASSES_MAX).contains(&self.labels.len())
            && self.offsets.len() == self.labels.len()
            && self.vocabulary.features.windows(2).all(|pair| pair[0] < pair[1])
            && finite(&self.offsets)
            && finite(&self.vocabulary.rarity)
            && self.slope.is_finite()
            && self.classes.iter().all(|class| class.base.is_finite() && finite(&class.of))
    }

    /// How the model guesses examples it did not learn from.
    pub fn measure(&self, examples: &[Example<'_>]) -> Table {
        let truth: Vec<usize> = examples.iter().map(|example| example.label).collect();
        let guesses: Vec<usize> = examples.iter().map(|example| self.class_of(example.text)).collect();
        Table::of(&truth, &guesses, self.labels.len())
    }
}

fn prepare(examples: &[Example<'_>], labels: &[String], set: FeatureSet) -> Result<(Vocabulary, Vec<Doc>), ModelError> {
    let mut there = vec![false; labels.len()];
    for example in examples {
        *there.get_mut(example.label).ok_or(ModelError::Classes)? = true;
    }
    if labels.len() > CLASSES_MAX || there.iter().filter(|there| **there).count() < 2 {
        return Err(ModelError::Classes);
    }
    let texts_min = if examples.len() >= EXAMPLES_MANY { 2 } else { 1 };
    let vocabulary = Vocabulary::learn(examples.iter().map(|example| example.text), &set, texts_min);
    let docs = examples.iter().map(|example| vocabulary.doc(&counts(example.text, &set))).collect();
    Ok((vocabulary, docs))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TEXTS: [(&str, usize); 12] = [
        ("信用卡年费未告知就扣了三百元", 0),
        ("年费收取不合理要求退还", 0),
        ("信用卡年费争议", 0),
        ("收费标准没有公示，年费太高", 0),
        ("手机银行转账一直不到账", 1),
        ("跨行转账显示处理中没有到账", 1),
        ("转账失败但是扣款成功", 1),
        ("向供货商转账两天还没到账", 1),
        ("柜员态度恶劣大声训斥", 2),
        ("大堂经理服务态度很差", 2),
        ("网点工作人员不耐烦态度不好", 2),
        ("柜台服务差等了两个小时", 2),
    ];

    fn model() -> Model {
        let labels: Vec<String> = ["fee", "transfer", "service"].map(str::to_owned).to_vec();
        let examples: Vec<Example<'_>> = TEXTS.iter().map(|(text, label)| Example { text, label: *label }).collect();
        Model::train(&examples, &labels, FeatureSet::FULL).unwrap()
    }

    #[test]
    fn it_guesses_new_texts_and_names_their_words() {
        let model = model();
        let text = "我的贵宾卡被收了年费，请退还";
        let guess = &model.guess(text, 3, 3)[0];
        assert_eq!(guess.label, "fee");
        let words: Vec<&str> = guess.words.iter().map(|word| word.text.as_str()).collect();
        assert!(words.contains(&"年费"), "{words:?}");
        for word in &guess.words {
            let there: String = text.chars().skip(word.place.start).take(word.place.len()).collect();
            assert_eq!(there, word.text, "a word is shown as it was written");
        }
        assert_eq!(model.labels()[model.class_of("转账没有到账")], "transfer");
        assert!(model.guess("zzz", 3, 3).is_empty(), "nothing is known of it");
        let shares: u32 = model.guess(text, 3, 0).iter().map(|guess| u32::from(guess.percent)).sum();
        assert!((98..=102).contains(&shares));
    }

    #[test]
    fn the_same_examples_give_the_same_bytes_and_come_back() {
        let bytes = model().to_bytes();
        assert_eq!(bytes, model().to_bytes());
        assert_eq!(Model::from_bytes(&bytes).unwrap(), model());
    }

    #[test]
    fn what_is_no_model_is_refused() {
        let bytes = model().to_bytes();
        assert_eq!(Model::from_bytes(b"XBCM"), Err(ModelError::NotAModel));
        assert_eq!(Model::from_bytes(&bytes[..bytes.len() - 1]), Err(ModelError::NotAModel));
        let mut newer = bytes.clone();
        newer[4] = 2;
        assert_eq!(Model::from_bytes(&newer), Err(ModelError::NotAModel));
        let one = [Example { text: "x", label: 0 }];
        assert_eq!(Model::train(&one, &["a".to_owned(), "b".to_owned()], FeatureSet::BAG), Err(ModelError::Classes));
        let beyond = [Example { text: "x", label: 7 }];
        assert_eq!(Model::train(&beyond, &["a".to_owned(), "b".to_owned()], FeatureSet::BAG), Err(ModelError::Classes));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(at in 0usize..2_000, byte in any::<u8>(), cut in 0usize..2_000) {
            let mut bytes = model_bytes().to_vec();
            let end = bytes.len();
            bytes[at % end] = byte;
            if let Ok(model) = Model::from_bytes(&bytes[..end - cut % 3]) {
                model.guess("信用卡年费 fee", 3, 3);
            }
        }
    }

    fn model_bytes() -> &'static [u8] {
        static BYTES: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| model().to_bytes());
        &BYTES
    }
}
