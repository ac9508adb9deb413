//! What kind of matter and which classes the words of a matter speak for, so that whoever enters it has less to look up.
//!
//! A table of words ([`cues`]) serves from the first day; models that learned from closed orders ([`train`]) take over as far
//! as they have learned. Every guess names the words it rests on. A guess must never classify by itself: people choose, their
//! choice is what counts, and how often the two agree is kept ([`choices`]).

pub mod choices;
pub mod cues;
pub mod lessons;
pub mod taught;
pub mod train;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::{Date, Text, id::GuessModelId};
use regulation::{Axis, MatterKind};

use crate::{
    model::{Law, words::words},
    search_text::{Section, sections},
};
use taught::Taught;

/// Classes that one guess names at most: what a person takes in at a glance.
pub const CLASSES_SHOWN_MAX: usize = 3;
/// Words that one class rests on as they are shown, at most.
pub const WORDS_SHOWN_MAX: usize = 5;
/// Percent below which a class is not worth showing.
const PERCENT_SHOWN_MIN: u32 = 5;
/// As many examples make a model count as much as the table: below some hundred it knows too few words.
const EXAMPLES_LIKE_TABLE: usize = 200;

words! {
    /// What is guessed about a matter.
    Aspect {
        /// Its kind.
        Matter = "matter", "事项类别", "kind of matter";
        /// Axis A.
        Channel = "channel", "业务办理渠道", "channel";
        /// Axis B.
        Business = "business", "业务类别", "business";
        /// Axis C.
        Reason = "reason", "投诉原因", "reason";
    }
}

words! {
    /// What a guess comes from.
    Basis {
        /// The table of words.
        Cues = "cues", "关键词表", "the table of words";
        /// What was learned from closed orders.
        Learned = "learned", "已办结工单", "closed orders";
        /// Both.
        Both = "both", "关键词表与已办结工单", "the table of words and closed orders";
    }
}

/// A class that the words speak for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassGuess {
    /// Its key.
    pub key: String,
    /// Its name.
    pub title: Text,
    /// How likely, from 0 to 100.
    pub percent: u8,
    /// The words that it rests on.
    pub words: Vec<String>,
    /// Why, where the table says so.
    pub because: Option<Text>,
    /// What it comes from.
    pub basis: Basis,
}

/// What the words say about one aspect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AspectGuess {
    /// The aspect.
    pub aspect: Aspect,
    /// The model that was asked beside the table.
    pub model: Option<GuessModelId>,
    /// The likeliest classes, the best first; none when the words say nothing.
    pub classes: Vec<ClassGuess>,
}

impl Aspect {
    /// The axis of the regulation files; kinds of matter are not one.
    pub const fn axis(self) -> Option<Axis> {
        match self {
            Self::Matter => None,
            Self::Channel => Some(Axis::Channel),
            Self::Business => Some(Axis::Business),
            Self::Reason => Some(Axis::Reason),
        }
    }

    /// The name of one of its classes; `None` when the class is not in force on `on`.
    pub fn class_title(self, key: &str, law: &Law, on: Date) -> Option<Text> {
        match self.axis() {
            Some(axis) => law.rules.category(axis, key, on).map(|rule| rule.row.title.clone()),
            None => MatterKind::ALL.into_iter().find(|kind| kind.as_str() == key).map(MatterKind::title),
        }
    }
}

/// What a text is made of as guesses see it: the matter in one line and the complainant's own words, without what was written
/// about it later. `words` is the stored search text of an order.
pub fn text_of(words: &str) -> String {
    let told = sections(words).filter(|(section, _)| matches!(section, Section::Title | Section::Narrative));
    told.map(|(_, text)| text).collect::<Vec<_>>().join("\n")
}

/// Guesses every aspect of a text, with the classes in force on `on`.
pub fn guess(text: &str, taught: &BTreeMap<Aspect, Taught>, law: &Law, on: Date) -> Vec<AspectGuess> {
    let one = |aspect: &Aspect| guess_aspect(*aspect, text, taught.get(aspect), law, on);
    Aspect::ALL.iter().map(one).collect()
}

/// A class on the way to its guess: what speaks for it, in thousandths.
#[derive(Default)]
struct Mixed {
    cues: u32,
    learned: u32,
    words: Vec<String>,
    because: Option<Text>,
}

/// Guesses one aspect.
pub fn guess_aspect(aspect: Aspect, text: &str, taught: Option<&Taught>, law: &Law, on: Date) -> AspectGuess {
    let mut classes: BTreeMap<String, Mixed> = BTreeMap::new();
    for found in cues::TABLE.find(aspect, text) {
        let mixed = classes.entry(found.key).or_default();
        (mixed.cues, mixed.words, mixed.because) = (found.permille, found.words, found.because);
    }
    let learned =
        taught.map_or_else(Vec::new, |taught| taught.model.guess(text, CLASSES_SHOWN_MAX * 2, WORDS_SHOWN_MAX));
    // The table gives way as the model has learned; where one of the two knows nothing, the other speaks alone.
    let examples = taught.filter(|_| !learned.is_empty()).map_or(0, |taught| taught.model.examples());
    let table_share = match (classes.is_empty(), examples) {
        (true, _) => 0,
        (false, examples) => permille(EXAMPLES_LIKE_TABLE, EXAMPLES_LIKE_TABLE.saturating_add(examples)),
    };
    for guess in learned {
        let mixed = classes.entry(guess.label).or_default();
        mixed.learned = u32::from(guess.percent) * 10;
        for word in guess.words {
            if !mixed.words.contains(&word.text) {
                mixed.words.push(word.text);
            }
        }
    }
    let mut guesses: Vec<ClassGuess> =
        classes.into_iter().filter_map(|(key, mixed)| shown(aspect, key, mixed, table_share, law, on)).collect();
    guesses.sort_by(|one, other| (other.percent, &one.key).cmp(&(one.percent, &other.key)));
    guesses.truncate(CLASSES_SHOWN_MAX);
    AspectGuess { aspect, model: taught.map(|taught| taught.id), classes: guesses }
}

fn shown(aspect: Aspect, key: String, mixed: Mixed, table_share: u32, law: &Law, on: Date) -> Option<ClassGuess> {
    let title = aspect.class_title(&key, law, on)?;
    let Mixed { cues, learned, mut words, because } = mixed;
    let percent = (cues * table_share + learned * (1000 - table_share)) / 10_000;
    words.truncate(WORDS_SHOWN_MAX);
    let basis = match (cues > 0 && table_share > 0, learned > 0) {
        (true, true) => Basis::Both,
        (false, true) => Basis::Learned,
        (true | false, false) => Basis::Cues,
    };
    (percent >= PERCENT_SHOWN_MIN).then(|| ClassGuess {
        key,
        title,
        percent: u8::try_from(percent.min(100)).unwrap_or(100),
        words,
        because,
        basis,
    })
}

fn permille(part: usize, whole: usize) -> u32 {
    u32::try_from(part * 1000 / whole.max(1)).unwrap_or(1000)
}
