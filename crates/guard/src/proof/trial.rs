//! A version of a scenario tried on decisions of the log, beside the versions that are live, or beside what was answered.
//!
//! Both sides decide on the event as it was, on features as the decision saw them (they belong to the definition and not to a
//! scenario, so that they are the same to the bit), and on lists as of its place in the log. What customers did afterwards stays as
//! it was. Nothing is kept here.

use std::{collections::HashMap, time::Instant};

use decide::{Decision, Engine, Memory, scenario::ScenarioSpec};
use kernel::{Date, Problem, Timestamp, id::DecisionId};
use ledger::{Connection, StoreError};

use super::{
    latency::Latencies,
    tally::{Case, Known, Tally},
    world::World,
};
use crate::{
    model::words::GuardOutcome,
    screen::{Screen, facts, score_model::Used},
    store::{
        backtests::Difference,
        decisions::{self, DecisionRow},
        scenarios,
    },
};

/// The field that the amount stands in.
const AMOUNT: &str = "amount";
/// The field of the account that pays.
const PAYER: &str = "payer.account";

/// One of the two sides.
struct Side {
    engine: Engine,
    memory: Memory,
    /// For each layout, where each feature of it stands in this engine.
    places: HashMap<i64, HashMap<u16, u16>>,
}

impl Side {
    fn new(engine: Engine) -> Self {
        Self { memory: engine.memory(), engine, places: HashMap::new() }
    }
}

/// What is known of decisions at the time of a trial.
pub type KnownOf = HashMap<DecisionId, Known>;

/// A trial on its way through the log.
pub struct Trial {
    world: World,
    /// What is live; none where what was answered is compared with.
    baseline: Option<Side>,
    candidate: Side,
    specs: Vec<ScenarioSpec>,
    tried: usize,
    known: KnownOf,
    took: Latencies,
}

/// The live scenarios with one in the place of its namesake, or beside them; and where it stands.
pub fn with(live: &[ScenarioSpec], tried: &ScenarioSpec) -> (Vec<ScenarioSpec>, usize) {
    let mut specs: Vec<ScenarioSpec> = live.iter().filter(|spec| spec.name != tried.name).cloned().collect();
    specs.push(tried.clone());
    specs.sort_by(|one, other| one.name.cmp(&other.name));
    let at = specs.iter().position(|spec| spec.name == tried.name).unwrap_or_default();
    (specs, at)
}

/// The scenarios that are live; before the first start has put them there, those that are shipped.
///
/// # Errors
/// When the database fails.
pub fn live_now(conn: &mut Connection, screen: &Screen) -> Result<Vec<ScenarioSpec>, StoreError> {
    if !scenarios::is_any_there(conn)? {
        return Ok(screen.definition().shipped());
    }
    Ok(scenarios::live(conn)?.into_iter().map(|row| row.spec).collect())
}

impl Trial {
    /// A trial of a scenario beside those that are live, both scored by one model.
    ///
    /// # Errors
    /// When either does not compile, or the database fails.
    pub(crate) fn new(
        screen: &Screen,
        (live, model): (&[ScenarioSpec], &Used),
        tried: &ScenarioSpec,
        known: KnownOf,
    ) -> Result<Self, Problem> {
        let (specs, at) = with(live, tried);
        Ok(Self {
            world: World::new(screen)?,
            baseline: Some(Side::new(screen.engine_with(live, model)?)),
            candidate: Side::new(screen.engine_with(&specs, model)?),
            specs,
            tried: at,
            known,
            took: Latencies::default(),
        })
    }

    /// A trial of a scenario beside what was answered, of which nothing is known yet.
    ///
    /// # Errors
    /// When it does not compile, or the database fails.
    pub(crate) fn following(
        screen: &Screen,
        live: (&[ScenarioSpec], &Used),
        tried: &ScenarioSpec,
    ) -> Result<Self, Problem> {
        Ok(Self { baseline: None, ..Self::new(screen, live, tried, KnownOf::new())? })
    }

    /// How long the candidate's decisions took since this was asked last.
    pub fn take_took(&mut self) -> Latencies {
        std::mem::take(&mut self.took)
    }

    /// Tries the decisions behind a place up to another, until `is_over` says that the time is; tells how far it came and where
    /// the sides differ.
    ///
    /// # Errors
    /// When the database fails or a row cannot be read.
    pub fn go(
        &mut self,
        screen: &Screen,
        (done, upto): (&mut i64, i64),
        tally: &mut Tally,
        is_over: &dyn Fn() -> bool,
    ) -> Result<Vec<Difference>, Problem> {
        let mut differences = Vec::new();
        while *done < upto && !is_over() {
            let behind = *done;
            let rows = screen.ledger().read(|conn| decisions::logged(conn, behind, upto))?;
            let Some((last, _)) = rows.last() else {
                *done = upto;
                break;
            };
            *done = last.seq;
            for row in &rows {
                differences.extend(self.step(screen, row, tally)?);
            }
        }
        Ok(differences)
    }

    /// Tries one decision of the log, which come in their order; tells where the sides differ.
    ///
    /// # Errors
    /// When the database fails or a row cannot be read.
    pub fn step(
        &mut self,
        screen: &Screen,
        (row, facts): &(DecisionRow, Vec<u8>),
        tally: &mut Tally,
    ) -> Result<Option<Difference>, Problem> {
        if row.outcome.is_none() {
            return Ok(None);
        }
        self.world.lists.advance(row.seq)?;
        let event = self.world.row(screen, (row.layout, facts), (row.decided_at, row.id, &row.sealed))?;
        let Some((event, has_texts)) = event else {
            tally.unreadable += 1;
            return Ok(None);
        };
        tally.without_texts += u64::from(!has_texts);
        let lists = &self.world.lists.lists;
        let decide = |side: &mut Side| -> Result<(Decision, bool), Problem> {
            let seen = seen(screen, row, side)?;
            let expected = side.engine.plan().features().len();
            let has_all = side.places.get(&row.layout).is_some_and(|places| places.len() == expected);
            let decision = side.engine.decide_as_seen(&event, &seen, lists, &mut side.memory, &mut || true);
            Ok((decision, has_all))
        };
        let (outcome, baseline_score) = match &mut self.baseline {
            Some(side) => {
                let (decision, _) = decide(side)?;
                (GuardOutcome::from(decision.outcome), decision.score)
            }
            None => (row.outcome.unwrap_or(GuardOutcome::Allow), i32::try_from(row.score).unwrap_or(i32::MAX)),
        };
        let started = Instant::now();
        let (candidate, has_all) = decide(&mut self.candidate)?;
        self.took.add(u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX));
        tally.other_layout += u64::from(!has_all);
        let schema = self.candidate.engine.schema();
        let value = |name: &str| schema.slot(name).and_then(|slot| event.get(slot));
        let known = self.known.get(&row.id).copied();
        tally.add(&Case {
            day: &day(row.decided_at),
            baseline: outcome,
            candidate: &candidate,
            specs: &self.specs,
            tried: self.tried,
            amount: value(AMOUNT).map_or(0, u64::cast_signed),
            payer: value(PAYER),
            known,
        });
        let difference = Difference {
            seq: row.seq,
            decision: row.id,
            at: row.decided_at,
            baseline: outcome,
            candidate: candidate.outcome.into(),
            baseline_score,
            candidate_score: candidate.score,
            known,
        };
        Ok((difference.baseline != difference.candidate).then_some(difference))
    }
}

fn day(at: Timestamp) -> String {
    let date: Date = at.date();
    date.to_string()
}

/// The features that a decision saw, at their places in an engine.
fn seen(screen: &Screen, row: &DecisionRow, side: &mut Side) -> Result<Vec<(u16, u64)>, Problem> {
    if !side.places.contains_key(&row.layout) {
        let layouts = screen.ledger().read(decisions::all_layouts)?;
        let features = side.engine.plan().features();
        for (id, layout) in layouts {
            let place = |(name, kind, slot): &(String, decide::Kind, u16)| {
                let feature = features.iter().find(|feature| feature.spec.name == *name && feature.kind == *kind)?;
                Some((*slot, feature.slot))
            };
            side.places.insert(id, layout.seen.iter().filter_map(place).collect());
        }
    }
    let places = side.places.get(&row.layout);
    let mut found = Vec::with_capacity(places.map_or(0, HashMap::len));
    let read = facts::each_seen(&row.seen, |slot, bits| {
        if let Some(place) = places.and_then(|places| places.get(&slot)) {
            found.push((*place, bits));
        }
    });
    read.ok_or_else(|| Problem::internal_error(format!("decision {} cannot be read", row.seq)))?;
    Ok(found)
}
