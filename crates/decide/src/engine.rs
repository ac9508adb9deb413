//! An engine: schema, features, derived values, model and scenarios compiled together, and the decision itself.
//!
//! An engine never changes; another version of anything is another engine. What changes (windows and lists) is handed in.
//! Deciding takes steps in one order: the event's own fields, conditions of features, windows, derived values, the model,
//! the rules. Between steps the caller's budget is asked, and when it is spent the event is *not screened*, which is an
//! outcome of its own that the caller configures and counts.

mod compile;
mod explain;
mod spec;

use std::sync::Arc;

pub use compile::{DERIVED_MAX, EngineOptions, LISTS_MAX, PARAMETERS_MAX, SCENARIOS_MAX};
pub use explain::Explained;
pub use spec::{DerivedSpec, EngineSpec, ParameterSpec};

use kernel::Text;
use serde::Serialize;

use crate::{
    expression::{Condition, Lists, Program, Scope, Truth},
    scenario::{Outcome, Part, Priorities, Reason, ScenarioSpec},
    schema::{Row, Schema},
    trees::{Forest, Views},
    value::{Kind, Slot},
    window::{Lookup, Plan, Windows},
};

/// The name by which conditions of features see what was decided on an event, as its rank from 0 (weakest).
pub const OUTCOME: &str = "outcome";
/// Parts of a decision that room is made for at once; more are possible.
const PARTS_USUAL: usize = 64;
/// The name by which rules see the model's probability.
pub const MODEL_SCORE: &str = "model.score";

/// A compiled engine.
#[derive(Debug)]
pub struct Engine {
    schema: Schema,
    plan: Arc<Plan>,
    filters: Program,
    derived: Program,
    /// Where derived values are copied to, so that a name has one place whatever computed it.
    derived_places: Vec<Slot>,
    model: Option<Model>,
    rules: Program,
    scenarios: Vec<Scenario>,
    priorities: Priorities,
    names: Vec<Name>,
    /// What expressions may name, for explaining them.
    scope: Scope,
    outcome_slot: Slot,
    score_slot: Slot,
    places: usize,
}

/// A name with its place, for showing each value of a decision.
#[derive(Debug, Clone)]
pub struct Name {
    /// The name.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// Its place in the working memory.
    pub slot: Slot,
}

#[derive(Debug)]
struct Model {
    forest: Arc<Forest>,
    /// For each input of the model, where its value stands, and of which kind it is.
    inputs: Vec<(Slot, Kind)>,
}

#[derive(Debug)]
struct Scenario {
    spec: ScenarioSpec,
    /// Bit per event type.
    events: u64,
    unless: Option<Condition>,
    rules: Vec<Rule>,
    reasons: Vec<Reason>,
    /// Score, outcome, how long it lasts.
    thresholds: Vec<(i32, Outcome, Option<i64>)>,
}

/// What is asked of a rule for each event; its sentence is asked for only when it is read.
#[derive(Debug)]
struct Rule {
    when: Condition,
    points: i32,
    outcome: Option<Outcome>,
    lasts: Option<i64>,
}

/// Working memory of a decision, kept from one to the next.
#[derive(Debug)]
pub struct Memory {
    values: Vec<u64>,
    known: Vec<bool>,
    truth: Truth,
    lookup: Lookup,
    views: Views,
    inputs: Vec<f64>,
    /// What was read only to have it at hand.
    touched: u64,
}

impl Memory {
    /// The bits of every place after a decision.
    pub fn values(&self) -> &[u64] {
        &self.values
    }

    /// Whether each place is known after a decision.
    pub fn known(&self) -> &[bool] {
        &self.known
    }
}

/// Whether an event was looked at as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Screening {
    /// Every step was taken.
    Screened,
    /// The time was spent before the last step.
    NotScreened,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decision {
    /// The strongest outcome that anything demands.
    pub outcome: Outcome,
    /// Whether every step was taken.
    pub screening: Screening,
    /// The largest score of any scenario.
    pub score: i32,
    /// The score of each scenario, by number; none if it did not apply.
    pub scores: Vec<Option<i32>>,
    /// What held and what it added.
    pub parts: Vec<Part>,
    /// Until when a delay or hold lasts, in microseconds since 1970.
    pub until: Option<i64>,
    /// The model's probability.
    pub probability: Option<f64>,
}

impl Engine {
    /// The schema.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The features over windows, for making [`Windows`].
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// Every name with its place.
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// The scenarios by number.
    pub fn scenarios(&self) -> impl Iterator<Item = &ScenarioSpec> {
        self.scenarios.iter().map(|scenario| &scenario.spec)
    }

    /// Which outcome is stronger than which.
    pub fn priorities(&self) -> &Priorities {
        &self.priorities
    }

    /// Memory to decide with; one for each thread.
    pub fn memory(&self) -> Memory {
        Memory {
            values: vec![0; self.places],
            known: vec![false; self.places],
            truth: Truth::default(),
            lookup: Lookup::default(),
            views: Views::default(),
            inputs: Vec::new(),
            touched: 0,
        }
    }

    /// Decides on an event at its own time, on what the windows hold. Nothing is recorded. `has_time` is asked between
    /// the steps; when it says no, the decision is `not_screened` with the weakest outcome, and the caller applies its own.
    pub fn decide(
        &self,
        row: &Row,
        windows: &Windows,
        lists: &dyn Lists,
        memory: &mut Memory,
        has_time: &mut dyn FnMut() -> bool,
    ) -> Decision {
        self.look(row, windows, lists, memory);
        self.conclude(row, lists, memory, has_time)
    }

    /// Takes the steps behind the features.
    fn conclude(
        &self,
        row: &Row,
        lists: &dyn Lists,
        memory: &mut Memory,
        has_time: &mut dyn FnMut() -> bool,
    ) -> Decision {
        let mut decision = Decision {
            outcome: self.priorities.weakest(),
            screening: Screening::NotScreened,
            score: 0,
            scores: Vec::with_capacity(self.scenarios.len()),
            parts: Vec::with_capacity(PARTS_USUAL),
            until: None,
            probability: None,
        };
        if !has_time() {
            return decision;
        }
        self.derived.run(row, lists, &mut memory.values, &mut memory.known, &mut memory.truth);
        for ((from, _), to) in self.derived.values().iter().zip(&self.derived_places) {
            memory.values[usize::from(*to)] = memory.values[usize::from(*from)];
            memory.known[usize::from(*to)] = memory.known[usize::from(*from)];
        }
        decision.probability = self.ask_model(memory);
        if !has_time() {
            return decision;
        }
        self.rules.run(row, lists, &mut memory.values, &mut memory.known, &mut memory.truth);
        self.weigh(row, &memory.truth, &mut decision);
        decision.screening = Screening::Screened;
        decision
    }

    /// Fills the memory with the event's fields and features.
    fn look(&self, row: &Row, windows: &Windows, lists: &dyn Lists, memory: &mut Memory) {
        memory.known.fill(false);
        let fields = row.values().len();
        memory.values[..fields].copy_from_slice(row.values());
        memory.known[..fields].copy_from_slice(row.known());
        memory.touched ^= self.rules.touch(lists, &memory.values, &memory.known);
        let admitted = self.admitted(row, lists, memory);
        windows.find(row, &mut memory.lookup);
        windows.look(row, admitted, &mut memory.lookup, &mut memory.values, &mut memory.known);
    }

    /// A bit for each condition of features that the event meets.
    fn admitted(&self, row: &Row, lists: &dyn Lists, memory: &mut Memory) -> u64 {
        if self.filters.conditions().is_empty() {
            return 0;
        }
        self.filters.run(row, lists, &mut memory.values, &mut memory.known, &mut memory.truth);
        let holds = |(bit, condition): (usize, &Condition)| u64::from(memory.truth.holds(*condition)) << bit;
        self.filters.conditions().iter().enumerate().map(holds).sum()
    }

    /// Records an event in the windows, with what was decided on it if it was. Call it once for each event, after deciding.
    pub fn record(
        &self,
        row: &Row,
        outcome: Option<Outcome>,
        windows: &mut Windows,
        lists: &dyn Lists,
        memory: &mut Memory,
    ) {
        let fields = row.values().len();
        memory.values[..fields].copy_from_slice(row.values());
        memory.known[..fields].copy_from_slice(row.known());
        let slot = usize::from(self.outcome_slot);
        memory.values[slot] = outcome.map_or(0, |outcome| self.priorities.rank(outcome) as u64);
        memory.known[slot] = outcome.is_some();
        let admitted = self.admitted(row, lists, memory);
        windows.record(row, admitted, &mut memory.lookup);
    }

    fn ask_model(&self, memory: &mut Memory) -> Option<f64> {
        let model = self.model.as_ref()?;
        memory.inputs.clear();
        let number = |(slot, kind): &(Slot, Kind)| {
            let at = usize::from(*slot);
            if memory.known[at] { kind.number(memory.values[at]) } else { f64::NAN }
        };
        memory.inputs.extend(model.inputs.iter().map(number));
        let margin = model.forest.margin(&memory.inputs, &mut memory.views);
        let probability = model.forest.probability(margin);
        memory.values[usize::from(self.score_slot)] = probability.to_bits();
        memory.known[usize::from(self.score_slot)] = true;
        Some(probability)
    }

    /// What the rules that hold add up to and demand.
    fn weigh(&self, row: &Row, truth: &Truth, decision: &mut Decision) {
        let mut demands = Demands { row, priorities: self.priorities, decision };
        for (number, scenario) in self.scenarios.iter().enumerate() {
            let applies =
                scenario.events >> row.event() & 1 == 1 && scenario.unless.is_none_or(|unless| !truth.holds(unless));
            if !applies {
                demands.decision.scores.push(None);
                continue;
            }
            let mut score = 0i32;
            if let Some((points, probability)) = scenario.spec.model_points.zip(demands.decision.probability) {
                let points = (f64::from(points) * probability).round() as i32;
                score += points;
                demands.part(number, None, points, None);
            }
            for (at, rule) in scenario.rules.iter().enumerate() {
                if truth.holds(rule.when) {
                    score += rule.points;
                    demands.part(number, Some(at), rule.points, rule.outcome);
                    demands.outcome(rule.outcome, rule.lasts);
                }
            }
            for (least, outcome, lasts) in &scenario.thresholds {
                if score >= *least {
                    demands.outcome(Some(*outcome), *lasts);
                }
            }
            demands.decision.scores.push(Some(score));
            demands.decision.score = demands.decision.score.max(score);
        }
    }

    /// Why: the sentence of each rule that held, with the values of the decision that the memory still has.
    pub fn reasons(&self, decision: &Decision, memory: &Memory) -> Vec<Text> {
        let rules = decision
            .parts
            .iter()
            .filter_map(|part| self.scenarios.get(usize::from(part.scenario))?.reasons.get(usize::from(part.rule?)));
        rules.map(|reason| reason.read(&memory.values, &memory.known)).collect()
    }

    /// How much each input moved the model's margin, the largest first, from the memory of the decision.
    pub fn contributions(&self, memory: &Memory) -> Vec<(String, f64)> {
        let Some(model) = &self.model else { return Vec::new() };
        let found = model.forest.contributions(&memory.inputs);
        let mut named: Vec<(String, f64)> = model.forest.inputs().iter().cloned().zip(found).collect();
        named.sort_by(|(_, a), (_, b)| b.abs().total_cmp(&a.abs()));
        named
    }
}

/// Gathers what is demanded.
struct Demands<'d> {
    row: &'d Row,
    priorities: Priorities,
    decision: &'d mut Decision,
}

impl Demands<'_> {
    fn part(&mut self, scenario: usize, rule: Option<usize>, points: i32, outcome: Option<Outcome>) {
        let rule = rule.map(|rule| rule as u16);
        self.decision.parts.push(Part { scenario: scenario as u16, rule, points, outcome });
    }

    fn outcome(&mut self, demanded: Option<Outcome>, lasts: Option<i64>) {
        let Some(demanded) = demanded else { return };
        let until = lasts.map(|lasts| self.row.time().saturating_add(lasts));
        let (new, old) = (self.priorities.rank(demanded), self.priorities.rank(self.decision.outcome));
        if new > old {
            self.decision.outcome = demanded;
            self.decision.until = until;
        } else if new == old {
            self.decision.until = self.decision.until.max(until);
        }
    }
}

#[cfg(test)]
mod tests;
