//! The table of words from which classes are guessed before there is anything to learn from.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use aho_corasick::{AhoCorasick, MatchKind};
use kernel::Text;
use serde::Deserialize;

use super::Aspect;
use crate::words;

/// How much a word speaks that many matters have.
const WEAK: u32 = 1;
/// How much an ordinary word of the table speaks.
const PLAIN: u32 = 3;
/// How much a phrase speaks that leaves little doubt.
const STRONG: u32 = 8;
/// What stands for the doubt that is always left: one ordinary word alone is then as likely wrong as right.
const DOUBT: u32 = 3;
/// Latin words of up to so many letters must stand alone; longer ones may go on, as `mislead` in `misleading`.
const SHORT_LATIN: usize = 4;

/// The table that the program brings.
pub static TABLE: LazyLock<Cues> = LazyLock::new(|| {
    Cues::read(include_str!("../../data/cues.toml")).expect("the file is part of the program and tested")
});

/// A class for which words of the table speak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The class.
    pub key: String,
    /// How much of all that was found speaks for it, from 0 to 1000.
    pub permille: u32,
    /// The words, the weightiest first.
    pub words: Vec<String>,
    /// Why such words speak for it.
    pub because: Option<Text>,
}

/// A table of words.
#[derive(Debug)]
pub struct Cues {
    aspects: BTreeMap<Aspect, AspectCues>,
}

#[derive(Debug)]
struct AspectCues {
    finder: AhoCorasick,
    words: Vec<String>,
    /// For each word the classes it speaks for, and how much.
    speaks: Vec<Vec<(usize, u32)>>,
    classes: Vec<(String, Option<Text>)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    cue: Vec<Cue>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cue {
    axis: Aspect,
    key: String,
    because: Option<Text>,
    #[serde(default)]
    weak: Vec<String>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    strong: Vec<String>,
}

impl Cues {
    /// Reads a table.
    ///
    /// # Errors
    /// When the text is not such a table.
    pub fn read(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let mut by_aspect: BTreeMap<Aspect, Vec<Cue>> = BTreeMap::new();
        for cue in file.cue {
            by_aspect.entry(cue.axis).or_default().push(cue);
        }
        let read = |(aspect, cues): (Aspect, Vec<Cue>)| Ok((aspect, AspectCues::of(cues)?));
        Ok(Self { aspects: by_aspect.into_iter().map(read).collect::<Result<_, String>>()? })
    }

    /// The classes for which a text speaks, the likeliest first.
    pub fn find(&self, aspect: Aspect, text: &str) -> Vec<Found> {
        self.aspects.get(&aspect).map_or_else(Vec::new, |cues| cues.find(&words::plain(text)))
    }

    /// Every class of the table.
    #[cfg(test)]
    pub(super) fn classes(&self) -> impl Iterator<Item = (Aspect, &str)> {
        self.aspects.iter().flat_map(|(aspect, cues)| cues.classes.iter().map(|(key, _)| (*aspect, key.as_str())))
    }
}

impl AspectCues {
    fn of(cues: Vec<Cue>) -> Result<Self, String> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let (mut all, mut speaks): (Vec<String>, Vec<Vec<(usize, u32)>>) = (Vec::new(), Vec::new());
        let mut classes = Vec::new();
        for (class, cue) in cues.into_iter().enumerate() {
            for (group, weight) in [(cue.weak, WEAK), (cue.words, PLAIN), (cue.strong, STRONG)] {
                for word in group {
                    let word = words::plain(&word);
                    let at = *places.entry(word.clone()).or_insert_with(|| {
                        all.push(word);
                        speaks.push(Vec::new());
                        all.len() - 1
                    });
                    speaks[at].push((class, weight));
                }
            }
            classes.push((cue.key, cue.because));
        }
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&all);
        Ok(Self { finder: finder.map_err(|error| error.to_string())?, words: all, speaks, classes })
    }

    fn find(&self, text: &str) -> Vec<Found> {
        let mut seen = vec![false; self.words.len()];
        for hit in self.finder.find_iter(text) {
            seen[hit.pattern().as_usize()] |= stands_alone(text, hit.start(), hit.end());
        }
        let mut scores = vec![0u32; self.classes.len()];
        let mut words: Vec<Vec<(u32, &str)>> = vec![Vec::new(); self.classes.len()];
        for (at, _) in seen.iter().enumerate().filter(|(_, seen)| **seen) {
            for (class, weight) in &self.speaks[at] {
                scores[*class] += weight;
                words[*class].push((*weight, &self.words[at]));
            }
        }
        let all = scores.iter().sum::<u32>() + DOUBT;
        let found = words.into_iter().enumerate().filter(|(class, _)| scores[*class] > 0).map(|(class, mut words)| {
            words.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
            let (key, because) = self.classes[class].clone();
            let words = words.into_iter().map(|(_, word)| word.to_owned()).collect();
            Found { key, permille: scores[class] * 1000 / all, words, because }
        });
        let mut found: Vec<Found> = found.collect();
        found.sort_by_key(|found| std::cmp::Reverse(found.permille));
        found
    }
}

/// Chinese is written without blanks; Latin words begin where no letter stands before them.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let is_latin = |c: char| c.is_ascii_alphanumeric();
    let word = &text[start..end];
    if !word.starts_with(is_latin) {
        return true;
    }
    let begins = !text[..start].ends_with(is_latin);
    let ends = end - start > SHORT_LATIN || !text[end..].starts_with(is_latin);
    begins && ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_counts_and_each_once() {
        let table = "[[cue]]\naxis = \"reason\"\nkey = \"a\"\nwords = [\"年费\"]\n\
                     [[cue]]\naxis = \"reason\"\nkey = \"b\"\nstrong = [\"信用卡年费\", \"fee\"]\n";
        let cues = Cues::read(table).unwrap();
        let found = cues.find(Aspect::Reason, "年费，年费，信用卡年费");
        assert_eq!(found[0].key, "b");
        assert_eq!((found[0].permille, found[1].permille), (8 * 1000 / 14, 3 * 1000 / 14), "年费 counts once");
        assert_eq!(found[1].words, ["年费"]);
        assert!(cues.find(Aspect::Reason, "coffee").is_empty() && cues.find(Aspect::Reason, "feeding").is_empty());
        assert_eq!(cues.find(Aspect::Reason, "ＦＥＥ！").len(), 1);
        assert!(cues.find(Aspect::Channel, "年费").is_empty());
        assert!(Cues::read("[[cue]]\naxis = \"colour\"\nkey = \"a\"").is_err());
    }
}
