//! Learning from lessons: a model is tried on a part that it did not learn from, beside the plainest method there is, and
//! then learns from all.

use classify::{Model, ModelError, Table, bayes::Bayes, choose, features::FeatureSet};
use kernel::{ActorRef, Problem, Timestamp, id::GuessModelId};
use ledger::{Cause, Event, Ledger, UpgradeError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Aspect, lessons::Lessons};
use crate::store::guesses::{self, ModelRecord};

/// One lesson in so many is held out for the trial.
const HELD_OUT_ONE_IN: usize = 5;

/// Which lessons are held out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldOut {
    /// The newest, for lessons in order of time: what a model meets in service is newer than what it learned from.
    Newest,
    /// Some of every stretch, for lists in any order; each number is another cut of the same list.
    Scattered(u32),
}

/// How a model fared on the lessons that it did not learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The classes, in the order of the tables' lines.
    pub classes: Vec<String>,
    /// Lessons it learned from.
    pub learned: usize,
    /// Lessons it was tried on.
    pub held_out: usize,
    /// How it fared.
    pub model: Table,
    /// How naive Bayes over a bag of words fared.
    pub baseline: Table,
}

/// Tries a model on a held-out fifth.
///
/// # Errors
/// When fewer than two classes are there to learn.
pub fn trial(lessons: &Lessons, hold_out: HoldOut) -> Result<Trial, ModelError> {
    let first_new = lessons.len() - lessons.len() / HELD_OUT_ONE_IN;
    let is_out = |at: usize| match hold_out {
        HoldOut::Newest => at >= first_new,
        HoldOut::Scattered(cut) => choose::scattered(at, cut) == 0,
    };
    let (learned, held) = (lessons.examples(|at| !is_out(at)), lessons.examples(is_out));
    let model = Model::train(&learned, &lessons.classes, FeatureSet::FULL)?;
    let bayes = Bayes::train(&learned, lessons.classes.len());
    let truth: Vec<usize> = held.iter().map(|example| example.label).collect();
    let guesses: Vec<usize> = held.iter().map(|example| bayes.guess(example.text)).collect();
    Ok(Trial {
        classes: lessons.classes.clone(),
        learned: learned.len(),
        held_out: held.len(),
        model: model.measure(&held),
        baseline: Table::of(&truth, &guesses, lessons.classes.len()),
    })
}

/// Learns from all lessons.
///
/// # Errors
/// When fewer than two classes are there to learn.
pub fn learn(lessons: &Lessons) -> Result<Model, ModelError> {
    Model::train(&lessons.examples(|_| true), &lessons.classes, FeatureSet::FULL)
}

/// What happened to a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ModelEvent {
    /// It was trained and serves from now on.
    Trained {
        /// What it guesses.
        aspect: Aspect,
        /// Orders it learned from.
        examples: u64,
        /// Macro-F1 on held-out orders, in millionths.
        macro_f1_ppm: u64,
        /// The same of the baseline.
        baseline_f1_ppm: u64,
        /// The hash of the model in hexadecimal.
        digest: String,
    },
}

impl Event for ModelEvent {
    const TYPE: &'static str = "voice.guess_model";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Trained { .. } => "trained",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

/// A share in millionths.
pub fn ppm(share: f64) -> u64 {
    (share.clamp(0.0, 1.0) * 1e6).round() as u64
}

/// Puts a model into service: from the next guess on it is asked.
///
/// # Errors
/// When the database fails.
pub fn keep(
    ledger: &Ledger,
    (aspect, model, trial): (Aspect, &Model, &Trial),
    actor: &ActorRef,
    cause: &Cause,
) -> Result<ModelRecord, Problem> {
    let ports = ledger.ports();
    let now: Timestamp = ports.clock.now();
    let bytes = model.to_bytes();
    let mut hasher = ports.keyring.hasher();
    hasher.update(&bytes);
    let digest = hasher.finish().0.iter().map(|byte| format!("{byte:02x}")).collect();
    let record = ModelRecord {
        id: GuessModelId::new(now, &*ports.random),
        aspect,
        trained_at: now,
        examples: model.examples() as u64,
        held_out: trial.held_out as u64,
        macro_f1_ppm: ppm(trial.model.macro_f1()),
        accuracy_ppm: ppm(trial.model.accuracy()),
        baseline_f1_ppm: ppm(trial.baseline.macro_f1()),
    };
    let event = ModelEvent::Trained {
        aspect,
        examples: record.examples,
        macro_f1_ppm: record.macro_f1_ppm,
        baseline_f1_ppm: record.baseline_f1_ppm,
        digest,
    };
    let (kept, actor) = (record.clone(), actor.clone());
    ledger.write(cause, move |unit| -> Result<(), Problem> {
        unit.append(&kept.id.to_string(), 0, &actor, std::slice::from_ref(&event))?;
        guesses::insert_model(unit.connection(), &kept, &bytes)?;
        Ok(())
    })?;
    Ok(record)
}
