//! What the house screens and how, as data: read strictly, compiled into an engine together with the scenarios that are live.

use std::sync::Arc;

use decide::{
    Decision, Engine, EngineOptions, EngineSpec, Fault, HashKeys, Screening,
    scenario::ScenarioSpec,
    schema::{EventSpec, FieldSpec},
    trees::Forest,
};
use kernel::{Text, Timestamp};
use serde::Deserialize;

use crate::model::{
    law::Law,
    words::{DelayGround, GuardOutcome},
};

kernel::words! {
    /// What stands on a list.
    ListOf {
        /// Accounts and cards.
        Account = "account", "账号", "accounts";
        /// Telephone numbers.
        Phone = "phone", "电话", "telephone numbers";
        /// Devices.
        Device = "device", "设备", "devices";
        /// Identity numbers.
        Identity = "identity", "证件号码", "identity numbers";
        /// Places.
        Place = "place", "地点", "places";
        /// Pairs of a payer's and a payee's account.
        Pair = "pair", "收付关系", "pairs of accounts";
    }
}

/// A list.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListSpec {
    /// Its name in expressions.
    pub name: String,
    /// Its name on screen.
    pub title: Text,
    /// What stands on it.
    pub of: ListOf,
}

/// What the house adds to the shipped engine, as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Added {
    budget_micros: i64,
    fail_safe: GuardOutcome,
    future_micros: i64,
    explain_from_ppm: u32,
    snapshot_rows: u64,
    may_have: Vec<String>,
    list: Vec<ListSpec>,
    fields: Vec<FieldSpec>,
    events: Vec<EventSpec>,
}

/// What is screened and how.
#[derive(Debug, Clone)]
pub struct Definition {
    /// How long a decision may take, in microseconds.
    pub budget_micros: i64,
    /// What is demanded when it would take longer.
    pub fail_safe: GuardOutcome,
    /// How far in the future an event's own time may lie, in microseconds.
    pub future_micros: i64,
    /// From which probability on, in parts per million, the answer explains the model's score unasked.
    pub explain_from_ppm: u32,
    /// After how many rows of the log a snapshot of the windows is taken.
    pub snapshot_rows: u64,
    /// The lists; a list's number in the engine is its position.
    pub lists: Vec<ListSpec>,
    /// Event types, features, derived values and the scenarios that are shipped.
    pub engine: EngineSpec,
}

/// What is wrong with a definition.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    /// The text is no TOML of this shape.
    #[error("not a definition: {0}")]
    Shape(String),
    /// It does not compile.
    #[error("the definition does not compile: {0}")]
    Faults(String),
}

impl Definition {
    /// The definition that the program carries.
    ///
    /// # Errors
    /// Never for a tested program.
    pub fn builtin() -> Result<Self, DefinitionError> {
        let shape = |error: toml::de::Error| DefinitionError::Shape(error.to_string());
        let added: Added = toml::from_str(include_str!("../../data/definition.toml")).map_err(shape)?;
        let mut engine = decide::shipped::elder().map_err(shape)?;
        let schema = &mut engine.schema;
        for event in schema.events.iter_mut().filter(|event| event.decided) {
            event.optional.extend(added.may_have.iter().cloned());
        }
        schema.fields.extend(added.fields);
        schema.events.extend(added.events);
        Ok(Self {
            budget_micros: added.budget_micros,
            fail_safe: added.fail_safe,
            future_micros: added.future_micros,
            explain_from_ppm: added.explain_from_ppm,
            snapshot_rows: added.snapshot_rows,
            lists: added.list,
            engine,
        })
    }

    /// Says what the rules leave open: what is demanded of an event that was not screened, and how long a delay lasts of which no
    /// rule says so, which the regulation files do.
    pub(crate) fn complete(&self, decision: &mut Decision, law: &Law, time: i64) {
        if decision.screening == Screening::NotScreened {
            decision.outcome = self.fail_safe.into();
        }
        if decision.outcome == decide::Outcome::Delay && decision.until.is_none() {
            let until = law.delay(DelayGround::Risk, Timestamp::from_micros(time));
            decision.until = until.map(|(_, until)| until.as_micros());
        }
    }

    /// The scenarios that are shipped, by name.
    pub fn shipped(&self) -> Vec<ScenarioSpec> {
        let mut specs = self.engine.scenarios.clone();
        specs.sort_by(|one, other| one.name.cmp(&other.name));
        specs
    }

    /// The engine with these scenarios, and with a model where there is one.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn engine(
        &self,
        secret: [u8; 16],
        scenarios: &[ScenarioSpec],
        forest: Option<Arc<Forest>>,
    ) -> Result<Engine, Vec<Fault>> {
        let lists = self.lists.iter().map(|list| list.name.clone()).collect();
        let spec = EngineSpec { scenarios: scenarios.to_vec(), lists, ..self.engine.clone() };
        // A scenario that names the score must still hold when the model is retired.
        let may_name_score = true;
        Engine::compile(&spec, EngineOptions { forest, may_name_score, ..EngineOptions::new(HashKeys::new(secret)) })
    }

    /// The name on screen of a field, a feature or a computed value.
    pub fn title(&self, name: &str) -> Option<&Text> {
        let EngineSpec { schema, features, derived, .. } = &self.engine;
        let fields = schema.fields.iter().map(|field| (&field.name, &field.title));
        let features = features.iter().map(|feature| (&feature.name, &feature.title));
        let derived = derived.iter().map(|value| (&value.name, &value.title));
        fields.chain(features).chain(derived).find(|(known, _)| *known == name).map(|(_, title)| title)
    }

    /// The engine with these scenarios, or with those that are shipped when there are none.
    ///
    /// # Errors
    /// What does not compile, in words for the log.
    pub fn compile(&self, secret: [u8; 16], scenarios: &[ScenarioSpec]) -> Result<Engine, DefinitionError> {
        let scenarios = if scenarios.is_empty() { &self.engine.scenarios } else { scenarios };
        self.engine(secret, scenarios, None).map_err(|faults| {
            let words = faults.iter().map(|fault| format!("{}: {}", fault.path, fault.message.en));
            DefinitionError::Faults(words.collect::<Vec<_>>().join("; "))
        })
    }
}

impl From<decide::Outcome> for GuardOutcome {
    fn from(outcome: decide::Outcome) -> Self {
        match outcome {
            decide::Outcome::Allow => Self::Allow,
            decide::Outcome::Advise => Self::Advise,
            decide::Outcome::Verify => Self::Verify,
            decide::Outcome::Delay => Self::Delay,
            decide::Outcome::Hold => Self::Hold,
            decide::Outcome::Block => Self::Block,
        }
    }
}

impl From<GuardOutcome> for decide::Outcome {
    fn from(outcome: GuardOutcome) -> Self {
        match outcome {
            GuardOutcome::Allow => Self::Allow,
            GuardOutcome::Advise => Self::Advise,
            GuardOutcome::Verify => Self::Verify,
            GuardOutcome::Delay => Self::Delay,
            GuardOutcome::Hold => Self::Hold,
            GuardOutcome::Block => Self::Block,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::dialogue::Book;

    #[test]
    fn the_shipped_definition_compiles_and_its_dialogues_are_there() {
        let definition = Definition::builtin().unwrap();
        let engine = definition.compile([1; 16], &[]).unwrap();
        let book = Book::builtin().unwrap();
        for scenario in engine.scenarios() {
            for part in scenario.rules.iter().flat_map(|rule| &rule.dialogue) {
                assert!(book.part(part).is_some(), "{part}");
            }
        }
    }
}
