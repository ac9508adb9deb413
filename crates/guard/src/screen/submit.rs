//! One event on its way: read and hashed before the lock, looked up, decided, recorded and handed to the log under it. It must
//! never let two events change places between the decision and the log.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use ::people::store::units;
use decide::{Decision, Engine, Row, Screening};
use kernel::{Actor, OrgPath, Problem, Text, Timestamp, id::DecisionId};
use parking_lot::MutexGuard;
use seal::Keyring;

use super::{Screen, answer, facts, log::Item, state::State};
use crate::{
    model::{law::Law, permission::DECIDE},
    store::decisions::NewDecision,
};

/// Outlets whose places are remembered: more than any bank has.
const PLACES_MAX: usize = 100_000;
/// The field that names the outlet.
const OUTLET: &str = "outlet";
/// How long an event that may not wait is held by others before it: dozens of decisions, and nothing that a connection beside
/// it would feel.
const LOCK_WAIT_MAX: Duration = Duration::from_micros(200);

/// An event on its way to a decision.
pub struct Submitted {
    /// Who sent it.
    pub actor: Actor,
    /// The event as it was sent.
    pub event: Vec<u8>,
}

/// How long an event may take to be handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// Microseconds: memory alone is asked, for whoever hands it over has other connections to serve.
    None,
    /// As long as the database takes.
    Any,
}

impl Patience {
    /// The database may be asked now.
    fn may_wait(self) -> Result<(), Untaken> {
        match self {
            Self::None => Err(Untaken::MustWait),
            Self::Any => Ok(()),
        }
    }
}

/// Why an event was not taken; nothing was changed.
#[derive(Debug)]
pub enum Untaken {
    /// What is wrong with it.
    Refused(Problem),
    /// Only somebody with patience can hand it over.
    MustWait,
}

impl From<Problem> for Untaken {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<Untaken> for Problem {
    fn from(untaken: Untaken) -> Self {
        match untaken {
            Untaken::Refused(problem) => problem,
            Untaken::MustWait => Self::internal_error("an event was handed over without the patience that it needs"),
        }
    }
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
    /// What is wrong with the event, or that it needs more patience; `done` is then not called.
    pub fn submit<D>(&self, submitted: &Submitted, patience: Patience, done: D) -> Result<(), Untaken>
    where
        D: FnOnce(Result<String, Problem>) + Send + 'static,
    {
        let Submitted { actor, event } = submitted;
        let Arrived { engine, mut row, id: sent, place, now, law } = self.arrive(submitted, patience)?;
        let (event_key, print) = (self.hash(actor.reference.as_str(), sent.as_bytes()), self.hash("", event));
        let id = DecisionId::new(now, &*self.ledger.ports().random);
        let text = String::from_utf8_lossy(event);
        if !self.days.holds(now) {
            patience.may_wait()?;
        }
        let sealed = self.days.seal(now, id, &text)?;
        let mut state = self.current(patience)?;
        if !Arc::ptr_eq(&engine, &state.engine) {
            engine_changed(&state.engine, event, &mut row)?;
            self.tell(&state.engine, &mut row, (&law, now), patience)?;
        }
        if state.remembered.is_partial && !state.remembered.has(&event_key) {
            patience.may_wait()?;
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
    /// What is wrong with the event, or that it needs more patience.
    pub fn look(&self, submitted: &Submitted, patience: Patience) -> Result<String, Untaken> {
        let Arrived { engine, mut row, now, law, .. } = self.arrive(submitted, patience)?;
        let mut state = self.current(patience)?;
        if !Arc::ptr_eq(&engine, &state.engine) {
            engine_changed(&state.engine, &submitted.event, &mut row)?;
            self.tell(&state.engine, &mut row, (&law, now), patience)?;
        }
        state.windows.check_time(row.time()).map_err(|_| too_late())?;
        let engine = Arc::clone(&state.engine);
        if !engine.schema().types()[usize::from(row.event())].is_decided {
            let text = Text::fixed("该类型的事件只作登记。", "Events of this type are only recorded.");
            return Err(Problem::invalid("/type", text).because("recorded-only").into());
        }
        let (_, answer) = self.judge(&mut state, &row, &law, (None, now));
        Ok(answer)
    }

    /// Reads an event that somebody sent, and says where it happened.
    fn arrive(&self, Submitted { actor, event }: &Submitted, patience: Patience) -> Result<Arrived, Untaken> {
        let engine = self.state_for(patience)?.engine.clone();
        let mut row = engine.schema().row();
        let read =
            engine.schema().read(event, &mut row).map_err(|fault| Problem::invalid(fault.pointer, fault.message))?;
        let id = read.id.to_string();
        let place = self.place(&engine, &row, actor, patience)?;
        let now = self.ledger.ports().clock.now();
        if row.time() > now.as_micros().saturating_add(self.definition.future_micros) {
            let text = Text::fixed("事件时间在未来。", "The event's time lies in the future.");
            return Err(Problem::invalid("/time", text).because("in-the-future").into());
        }
        let law = self.rules.rules()?.law;
        self.tell(&engine, &mut row, (&law, now), patience)?;
        Ok(Arrived { engine, row, id, place, now, law })
    }

    /// Puts into a row what the house knows of whoever pays.
    fn tell(
        &self,
        engine: &Engine,
        row: &mut Row,
        (law, now): (&Law, Timestamp),
        patience: Patience,
    ) -> Result<(), Untaken> {
        let Some(payer) = self.people.payer(engine, &self.schema().events, row) else { return Ok(()) };
        let is_elderly = match self.people.known(&payer, now) {
            Some(known) => known,
            None => {
                patience.may_wait()?;
                self.people.ask(&payer, row, law, now)?
            }
        };
        payer.put(row, is_elderly);
        Ok(())
    }

    /// Memory under its lock.
    fn state_for(&self, patience: Patience) -> Result<MutexGuard<'_, State>, Untaken> {
        match patience {
            Patience::None => self.state.try_lock_for(LOCK_WAIT_MAX).ok_or(Untaken::MustWait),
            Patience::Any => Ok(self.state.lock()),
        }
    }

    /// Memory under its lock; made anew when it is ahead of the log, which will take nothing more of its epoch.
    pub(super) fn current(&self, patience: Patience) -> Result<MutexGuard<'_, State>, Untaken> {
        let mut state = self.state_for(patience)?;
        let spoiled = self.log.spoiled.load(Ordering::Acquire);
        if state.epoch <= spoiled {
            patience.may_wait()?;
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
    pub(super) fn decide(
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
            label: None,
        }
    }

    /// Where an event happened: at the outlet that it names, else where its sender is.
    fn place(&self, engine: &Engine, row: &Row, actor: &Actor, patience: Patience) -> Result<OrgPath, Untaken> {
        let code = engine.schema().slot(OUTLET).and_then(|slot| row.text(slot)).unwrap_or_default();
        let place = match self.places.lock().get(code) {
            Some(place) => Some(place.clone()),
            None if code.is_empty() => None,
            None if patience == Patience::None => return Err(Untaken::MustWait),
            None => {
                self.ledger.read(|conn| units::find_by_code(conn, code)).map_err(Problem::from)?.map(|unit| unit.path)
            }
        };
        let Some(place) = place else {
            if code.is_empty() {
                return if actor.may(DECIDE, &actor.unit) { Ok(actor.unit.clone()) } else { Err(lacks().into()) };
            }
            return Err(Problem::invalid("/outlet", Text::fixed("没有这个网点。", "There is no such outlet.")).into());
        };
        if !actor.may(DECIDE, &place) {
            return Err(lacks().into());
        }
        let mut known = self.places.lock();
        if known.len() >= PLACES_MAX {
            known.clear();
        }
        known.insert(code.to_owned(), place.clone());
        Ok(place)
    }

    pub(super) fn hash(&self, first: &str, second: &[u8]) -> [u8; 16] {
        hash(&self.ledger.ports().keyring, first, second)
    }
}

fn too_late() -> Problem {
    let text = Text::fixed("事件时间过早，已超出允许的迟到范围。", "The event's time lies too far back.");
    Problem::invalid("/time", text).because("too-late")
}

/// A hash of who sent an event and what they call it, by which its decision is found.
pub(crate) fn hash(keyring: &Keyring, first: &str, second: &[u8]) -> [u8; 16] {
    let mut hasher = keyring.hasher();
    hasher.update(first.as_bytes());
    // A reference holds no line end, so no two pairs give the same bytes.
    hasher.update(b"\n");
    hasher.update(second);
    let mut hash = [0; 16];
    hash.copy_from_slice(&hasher.finish().0[..16]);
    hash
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
