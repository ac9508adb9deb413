//! Dialogues and kinds of scam as data: which parts a dialogue has for given reasons, which answers a step takes, and what an
//! answer does to the outcome. Loading is strict and pure; nothing here knows an interception.

use std::collections::HashSet;

use kernel::Text;
use serde::{Deserialize, Serialize};

use super::words::GuardOutcome;

/// Parts of a book at most: more than any bank writes.
const PARTS_MAX: usize = 100;
/// Steps of a part at most; a dialogue at a counter has minutes.
const STEPS_MAX: usize = 20;
/// Answers of a step at most: what fits on a screen in large type.
const ANSWERS_MAX: usize = 8;
/// Points of one answer at most, up or down.
const POINTS_MAX: i32 = 1_000;

/// What the teller does at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepAct {
    /// 看: look.
    Observe,
    /// 听: listen.
    Listen,
    /// 问: ask.
    Ask,
    /// Say something to the customer.
    Tell,
}

/// An answer that a step takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Its key within the step.
    pub key: String,
    /// Its words.
    pub text: Text,
    /// What it speaks for (above zero) or against.
    #[serde(default)]
    pub points: i32,
    /// The outcome that it lifts to at once.
    #[serde(default)]
    pub raises: Option<GuardOutcome>,
}

/// One step of a dialogue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its key within the part.
    pub key: String,
    /// What the teller does.
    pub act: StepAct,
    /// The words, to be read aloud.
    pub text: Text,
    /// The answers.
    pub answers: Vec<Answer>,
}

/// A part of a dialogue, which reasons name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its name on screen.
    pub title: Text,
    /// The steps in order.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
}

/// When an answered dialogue lowers the outcome, and to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calm {
    /// The points at most.
    pub points: i32,
    /// The outcome then.
    pub outcome: GuardOutcome,
}

/// Every part of every dialogue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Book {
    /// The version, which interceptions name.
    pub version: u32,
    /// The part with which every dialogue begins.
    pub first: String,
    /// The part with which every dialogue ends.
    pub last: String,
    /// When the outcome falls.
    pub calm: Calm,
    /// The parts.
    #[serde(rename = "part")]
    pub parts: Vec<Part>,
}

/// A kind of scam.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scam {
    /// The stored word.
    pub key: String,
    /// Its name on screen.
    pub title: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scams {
    scam: Vec<Scam>,
}

/// What is wrong with a book.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// The text is no TOML of this shape.
    #[error("not a book of dialogues: {0}")]
    Shape(String),
    /// Something stands twice or is missing.
    #[error("{0}")]
    Content(String),
}

impl Book {
    /// Reads a book.
    ///
    /// # Errors
    /// What is wrong with it, by its names.
    pub fn parse(text: &str) -> Result<Self, BookError> {
        let book: Self = toml::from_str(text).map_err(|error| BookError::Shape(error.to_string()))?;
        book.check().map_err(BookError::Content)?;
        Ok(book)
    }

    /// The book that the program carries.
    ///
    /// # Errors
    /// Never for a tested program.
    pub fn builtin() -> Result<Self, BookError> {
        Self::parse(include_str!("../../data/dialogues.toml"))
    }

    fn check(&self) -> Result<(), String> {
        let mut names = HashSet::new();
        if self.parts.len() > PARTS_MAX {
            return Err(format!("more than {PARTS_MAX} parts"));
        }
        for part in &self.parts {
            if !names.insert(part.name.as_str()) {
                return Err(format!("part {} stands twice", part.name));
            }
            let mut steps = HashSet::new();
            if part.steps.is_empty() || part.steps.len() > STEPS_MAX {
                return Err(format!("part {} has 1 to {STEPS_MAX} steps", part.name));
            }
            for step in &part.steps {
                let mut keys = HashSet::new();
                let good = steps.insert(step.key.as_str())
                    && (1..=ANSWERS_MAX).contains(&step.answers.len())
                    && step.answers.iter().all(|answer| keys.insert(answer.key.as_str()));
                if !good || step.answers.iter().any(|answer| answer.points.abs() > POINTS_MAX) {
                    return Err(format!("step {}.{} is not one", part.name, step.key));
                }
            }
        }
        match [&self.first, &self.last].into_iter().find(|name| !names.contains(name.as_str())) {
            Some(missing) => Err(format!("there is no part {missing}")),
            None => Ok(()),
        }
    }

    /// A part by its name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// An answer by the names of its part, its step and itself.
    pub fn answer(&self, part: &str, step: &str, answer: &str) -> Option<&Answer> {
        let step = self.part(part)?.steps.iter().find(|known| known.key == step)?;
        step.answers.iter().find(|known| known.key == answer)
    }

    /// The parts of the dialogue for what reasons name, in the order in which they are held; unknown names are left out.
    pub fn choose<'n>(&self, named: impl IntoIterator<Item = &'n str>) -> Vec<String> {
        let mut chosen = vec![self.first.clone()];
        for name in named {
            let new = !chosen.iter().any(|known| known == name) && name != self.last;
            if new && self.part(name).is_some() {
                chosen.push(name.to_owned());
            }
        }
        chosen.push(self.last.clone());
        chosen
    }

    /// How many steps the parts have together.
    pub fn steps_of(&self, parts: &[String]) -> usize {
        parts.iter().filter_map(|name| self.part(name)).map(|part| part.steps.len()).sum()
    }
}

/// The kinds of scam that the program carries.
///
/// # Errors
/// Never for a tested program.
pub fn scams() -> Result<Vec<Scam>, BookError> {
    let read: Scams =
        toml::from_str(include_str!("../../data/scams.toml")).map_err(|error| BookError::Shape(error.to_string()))?;
    Ok(read.scam)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_book_is_good_and_every_word_is_in_both_languages() {
        let book = Book::builtin().unwrap();
        for part in &book.parts {
            for step in &part.steps {
                assert!(!step.text.zh.is_empty() && !step.text.en.is_empty(), "{}.{}", part.name, step.key);
                // Somebody can always answer without accusing anybody.
                assert!(step.answers.iter().any(|answer| answer.points <= 0), "{}.{}", part.name, step.key);
            }
        }
        let scams = scams().unwrap();
        let keys: HashSet<_> = scams.iter().map(|scam| &scam.key).collect();
        assert_eq!(keys.len(), scams.len());
    }

    #[test]
    fn a_dialogue_begins_and_ends_alike_and_repeats_nothing() {
        let book = Book::builtin().unwrap();
        assert_eq!(book.choose(["stranger", "farewell", "stranger", "weather"]), ["observe", "stranger", "farewell"]);
        assert_eq!(book.choose([]), ["observe", "farewell"]);
        assert_eq!(book.steps_of(&book.choose(["stranger"])), 5);
    }

    #[test]
    fn books_that_make_no_sense_are_refused() {
        let good = include_str!("../../data/dialogues.toml");
        for (from, to) in [
            ("first = \"observe\"", "first = \"nothing\""),
            ("name = \"mule\"", "name = \"observe\""),
            ("key = \"papers\"", "key = \"company\""),
            ("points = 90", "points = 9000"),
            ("act = \"tell\"", "act = \"sing\""),
        ] {
            assert!(good.contains(from));
            assert!(Book::parse(&good.replacen(from, to, 1)).is_err(), "{to}");
        }
    }
}
