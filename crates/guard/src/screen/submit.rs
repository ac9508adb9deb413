//! One event on its way: read and hashed before the lock, looked up, decided, recorded and handed to the log under it. It must
//! never let two events change places between the decision and the log.

use std::sync::{Arc, atomic::Ordering};

use ::people::store::units;
use decide::{Decision, Engine, Row, Screening};
use kernel::{Actor, OrgPath, Problem, Text, Timestamp, id::DecisionId};
use parking_lot::MutexGuard;

use super::{Screen, answer, facts, log::Item, state::State};
use crate::{
    model::{law::Law, permission::DECIDE},
    store::decisions::NewDecision,
};

/// Outlets whose places are remembered: more than any bank has.
const PLACES_MAX: usize = 100_000;
/// The field that names the outlet.
const OUTLET: &str = "outlet";

/// An event on its way to a decision.
pub struct Submitted {
    /// Who sent it.
    pub actor: Actor,
    /// The event as it was sent.
    pub event: Vec<u8>,
}

/// An event that was read.
struct Arrived {
    engine: Arc<Engine>,
    row: Row,
    id: String,
    place: OrgPath,
    now: Timestamp,
    law: Law,
}

impl Screen {
    /// Decides on an event and answers through `done` once the log has it; refuses at once what cannot be decided.
    ///
    /// # Errors
    /// What is wrong with the event.
    pub fn submit<D>(&self, submitted: Submitted, done: D) -> Result<(), Problem>
    where
        D: FnOnce(Result<String, Problem>) + Send + 'static,
    {
        let Submitted { actor, event } = submitted;
        let Arrived { engine, mut row, id: sent, place, now, law } = self.arrive(&actor, &event)?;
        let (event_key, print) = (self.hash(actor.reference.as_str(), sent.as_bytes()), self.hash("", &event));
        let id = DecisionId::new(now, &*self.ledger.ports().random);
        let text = String::from_utf8_lossy(&event);
        let sealed = self.days.seal(now, id, &text)?;
        let mut state = self.current()?;
        if !Arc::ptr_eq(&engine, &state.engine) {
            engine_changed(&state.engine, &event, &mut row)?;
            self.people.tell(&state.engine, &self.schema().events, &mut row, (&law, now))?;
        }
        if state.knows(&event_key, &self.ledger)? {
            self.counts.again.fetch_add(1, Ordering::Relaxed);
            self.log.put(Item::Again(event_key, print, Box::new(done)));
            return Ok(());
        }
        state.windows.check_time(row.time()).map_err(|_| too_late())?;
        state.remembered.add(event_key);
        let new = self.decide(&mut state, &row, &law, (id, now, place));
        let new = NewDecision { event_key, print, caller: actor.reference.as_str().to_owned(), sealed, ..new };
        let took = self.ledger.ports().clock.now().micros_since(now).max(0).unsigned_abs();
        self.counts.took.lock().add(took);
        self.log.put(Item::New(state.epoch, Box::new(new), Box::new(done)));
        Ok(())
    }

    /// Decides on an event and keeps nothing: it has no id, no place in the order, and no window counts it. The same event may be
    /// decided otherwise a moment later.
    ///
    /// # Errors
    /// What is wrong with the event.
    pub fn look(&self, submitted: &Submitted) -> Result<String, Problem> {
        let Submitted { actor, event } = submitted;
        let Arrived { engine, mut row, now, law, .. } = self.arrive(actor, event)?;
        let mut state = self.current()?;
        if !Arc::ptr_eq(&engine, &state.engine) {
            engine_changed(&state.engine, event, &mut row)?;
            self.people.tell(&state.engine, &self.schema().events, &mut row, (&law, now))?;
        }
        state.windows.check_time(row.time()).map_err(|_| too_late())?;
        let engine = Arc::clone(&state.engine);
        if !engine.schema().types()[usize::from(row.event())].is_decided {
            let text = Text::fixed("该类型的事件只作登记。", "Events of this type are only recorded.");
            return Err(Problem::invalid("/type", text).because("recorded-only"));
        }
        let (_, answer) = self.judge(&mut state, &row, &law, (None, now));
        Ok(answer)
    }

    /// Reads an event that somebody sent, and says where it happened.
    fn arrive(&self, actor: &Actor, event: &[u8]) -> Result<Arrived, Problem> {
        let engine = self.state.lock().engine.clone();
        let mut row = engine.schema().row();
        let read =
            engine.schema().read(event, &mut row).map_err(|fault| Problem::invalid(fault.pointer, fault.message))?;
        let id = read.id.to_string();
        let place = self.place(&engine, &row, actor)?;
        let now = self.ledger.ports().clock.now();
        if row.time() > now.as_micros().saturating_add(self.definition.future_micros) {
            let text = Text::fixed("事件时间在未来。", "The event's time lies in the future.");
            return Err(Problem::invalid("/time", text).because("in-the-future"));
        }
        let law = self.rules.rules()?.law;
        self.people.tell(&engine, &self.schema().events, &mut row, (&law, now))?;
        Ok(Arrived { engine, row, id, place, now, law })
    }

    /// Memory under its lock; made anew when it is ahead of the log, which will take nothing more of its epoch.
    fn current(&self) -> Result<MutexGuard<'_, State>, Problem> {
        let mut state = self.state.lock();
        let spoiled = self.log.spoiled.load(Ordering::Acquire);
        if state.epoch <= spoiled {
            *state = self.rebuilt()?;
            state.epoch = spoiled + 1;
        }
        Ok(state)
    }

    /// Decides on what memory holds, and changes nothing of it but what a decision computes with.
    fn judge(
        &self,
        state: &mut State,
        row: &Row,
        law: &Law,
        (id, now): (Option<DecisionId>, Timestamp),
    ) -> (Decision, String) {
        let clock = self.ledger.ports().clock.clone();
        let budget = self.definition.budget_micros;
        let mut has_time = || clock.now().micros_since(now) <= budget;
        let State { engine, windows, lists, memory, numbers, model, .. } = state;
        let mut decision = engine.decide(row, windows, lists, memory, &mut has_time);
        self.definition.complete(&mut decision, law, row.time());
        let answer = answer::answer((&**engine, numbers.as_slice(), model), &decision, memory, (id, now));
        (decision, answer)
    }

    /// Decides, records, and takes the next place in the order.
    fn decide(
        &self,
        state: &mut State,
        row: &Row,
        law: &Law,
        (id, now, place): (DecisionId, Timestamp, OrgPath),
    ) -> NewDecision {
        let engine = state.engine.clone();
        let schema = engine.schema();
        let kind = &schema.types()[usize::from(row.event())];
        let (mut taken, mut seen) = (None, Vec::new());
        let answer = if kind.is_decided {
            let (decision, answer) = self.judge(state, row, law, (Some(id), now));
            if decision.screening == Screening::NotScreened {
                self.counts.not_screened.fetch_add(1, Ordering::Relaxed);
            }
            seen = facts::of_seen(&engine, state.memory.values(), state.memory.known());
            taken = Some(decision);
            answer
        } else {
            answer::recorded(id, now)
        };
        let outcome = taken.as_ref().map(|decision| decision.outcome);
        let State { windows, lists, memory, .. } = &mut *state;
        engine.record(row, outcome, windows, lists, memory);
        state.seq += 1;
        self.counts.decided.fetch_add(1, Ordering::Relaxed);
        NewDecision {
            seq: state.seq,
            id,
            event_key: [0; 16],
            print: [0; 16],
            caller: String::new(),
            event_type: kind.name.clone(),
            unit: place,
            at: Timestamp::from_micros(row.time()),
            decided_at: now,
            layout: state.layout,
            facts: facts::of_row(row, schema),
            seen,
            sealed: seal::Sealed::from_stored(String::new()),
            outcome: outcome.map(Into::into),
            is_screened: taken.as_ref().is_some_and(|decision| decision.screening == Screening::Screened),
            score: taken.as_ref().map_or(0, |decision| decision.score),
            answer,
        }
    }

    /// Where an event happened: at the outlet that it names, else where its sender is.
    fn place(&self, engine: &Engine, row: &Row, actor: &Actor) -> Result<OrgPath, Problem> {
        let code = engine.schema().slot(OUTLET).and_then(|slot| row.text(slot)).unwrap_or_default();
        let place = match self.places.lock().get(code) {
            Some(place) => Some(place.clone()),
            None if code.is_empty() => None,
            None => self.ledger.read(|conn| units::find_by_code(conn, code))?.map(|unit| unit.path),
        };
        let Some(place) = place else {
            if code.is_empty() {
                return if actor.may(DECIDE, &actor.unit) { Ok(actor.unit.clone()) } else { Err(lacks()) };
            }
            return Err(Problem::invalid("/outlet", Text::fixed("没有这个网点。", "There is no such outlet.")));
        };
        if !actor.may(DECIDE, &place) {
            return Err(lacks());
        }
        let mut known = self.places.lock();
        if known.len() >= PLACES_MAX {
            known.clear();
        }
        known.insert(code.to_owned(), place.clone());
        Ok(place)
    }

    fn hash(&self, first: &str, second: &[u8]) -> [u8; 16] {
        let mut hasher = self.ledger.ports().keyring.hasher();
        hasher.update(first.as_bytes());
        // A reference holds no line end, so no two pairs give the same bytes.
        hasher.update(b"\n");
        hasher.update(second);
        let mut hash = [0; 16];
        hash.copy_from_slice(&hasher.finish().0[..16]);
        hash
    }
}

fn too_late() -> Problem {
    let text = Text::fixed("事件时间过早，已超出允许的迟到范围。", "The event's time lies too far back.");
    Problem::invalid("/time", text).because("too-late")
}

fn lacks() -> Problem {
    endpoint::call::lacks(DECIDE)
}

/// Reads the event again by the engine that has come in between.
fn engine_changed(engine: &Engine, event: &[u8], row: &mut Row) -> Result<(), Problem> {
    *row = engine.schema().row();
    let read = engine.schema().read(event, row);
    read.map(drop).map_err(|fault| Problem::invalid(fault.pointer, fault.message))
}
