//! The engine at work: one event at a time, in one order, decided in memory and written to the log behind.
//!
//! An event is read and hashed before the lock; under the lock it is looked up, decided, recorded and handed to the log's thread,
//! so that the log has the order of the decisions. The answer goes out when the log has it. When a write fails, memory is ahead
//! of the log, and is built anew from it before the next decision. It must never answer before the log has the decision, and
//! never hold a text after the answer.

mod answer;
pub mod definition;
pub mod facts;
mod keys;
mod log;
mod people;
mod restore;
#[cfg(test)]
mod tests;
mod upkeep;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use ::people::store::units;
use decide::{
    Engine, Memory, Row, Screening,
    list::ListSet,
    window::{WindowReport, Windows},
};
use kernel::{
    Actor, OrgPath, Problem, Text, Timestamp,
    id::{DecisionId, ListChangeId},
};
use ledger::Ledger;
use parking_lot::Mutex;

use self::{
    definition::Definition,
    facts::Layout,
    keys::DayKeys,
    log::{Item, Log},
    people::People,
};
use crate::{
    model::{law::Law, permission::DECIDE, words::DelayGround},
    rules::RulesSource,
    store::decisions::{self, NewDecision},
};

/// Events whose keys are remembered, so that one that is sent again is told without asking the database: the busiest hour of a
/// large bank.
const REMEMBERED_MAX: usize = 1_000_000;
/// Outlets whose places are remembered: more than any bank has.
const PLACES_MAX: usize = 100_000;
/// The field that names the outlet.
const OUTLET: &str = "outlet";

/// The engine of a process.
pub struct Screen {
    ledger: Ledger,
    definition: Definition,
    secret: [u8; 16],
    days: DayKeys,
    /// Where outlets stand, by their codes; emptied when the organisation changes.
    places: Mutex<HashMap<String, OrgPath>>,
    people: People,
    rules: Arc<dyn RulesSource>,
    state: Mutex<State>,
    /// Held while changes are taken over, which is done by one thread at a time.
    upkeep: Mutex<()>,
    log: Log,
    counts: Counts,
}

/// What was done since the start.
#[derive(Debug, Default)]
struct Counts {
    decided: AtomicU64,
    not_screened: AtomicU64,
    again: AtomicU64,
}

/// Everything that decisions change, under one lock.
struct State {
    /// How often memory was made; a row of an epoch that was thrown away is not written.
    epoch: u64,
    engine: Arc<Engine>,
    /// Which version of its name each scenario is.
    numbers: Vec<u32>,
    layout: i64,
    windows: Windows,
    lists: ListSet,
    /// The changes that the lists hold.
    applied: HashSet<ListChangeId>,
    memory: Memory,
    seq: i64,
    remembered: Remembered,
}

/// The keys of the newest events.
#[derive(Default)]
struct Remembered {
    keys: HashSet<[u8; 16]>,
    order: VecDeque<[u8; 16]>,
    /// Some events are no longer remembered.
    is_partial: bool,
}

impl Remembered {
    fn add(&mut self, key: [u8; 16]) {
        if !self.keys.insert(key) {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.keys.remove(&oldest);
            self.is_partial = true;
        }
    }

    fn has(&self, key: &[u8; 16]) -> bool {
        self.keys.contains(key)
    }
}

/// An event on its way to a decision.
pub struct Submitted {
    /// Who sent it.
    pub actor: Actor,
    /// The event as it was sent.
    pub event: Vec<u8>,
}

/// How the engine stands.
#[derive(Debug, Clone)]
pub struct ScreenReport {
    /// Decisions in the log.
    pub seq: i64,
    /// Decided since the start.
    pub decided: u64,
    /// Of those, not screened.
    pub not_screened: u64,
    /// Events that were sent again.
    pub again: u64,
    /// What the windows hold and cost.
    pub windows: WindowReport,
}

impl Screen {
    /// The engine with its windows as the log tells them.
    ///
    /// # Errors
    /// When the log cannot be read, or the definition does not compile.
    pub fn open(ledger: &Ledger, rules: Arc<dyn RulesSource>, definition: Definition) -> Result<Arc<Self>, Problem> {
        let secret = keys::secret(ledger)?;
        let days = DayKeys::new(ledger.clone());
        let state = restore::state(ledger, &definition, secret)?;
        let screen = Arc::new(Self {
            ledger: ledger.clone(),
            definition,
            secret,
            days,
            places: Mutex::default(),
            people: People::new(ledger.clone()),
            rules,
            state: Mutex::new(state),
            upkeep: Mutex::default(),
            log: Log::start(ledger.clone())?,
            counts: Counts::default(),
        });
        screen.follow();
        Ok(screen)
    }

    /// The secret under which values are hashed, for whoever puts them on lists.
    pub(crate) const fn secret(&self) -> [u8; 16] {
        self.secret
    }

    /// How the engine stands.
    pub fn report(&self) -> ScreenReport {
        let state = self.state.lock();
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ScreenReport {
            seq: state.seq,
            decided: count(&self.counts.decided),
            not_screened: count(&self.counts.not_screened),
            again: count(&self.counts.again),
            windows: state.windows.report(),
        }
    }

    /// Fields and event types.
    pub fn schema(&self) -> &decide::SchemaSpec {
        &self.definition.engine.schema
    }

    /// The windows as bytes, for comparing.
    #[cfg(test)]
    pub(crate) fn windows_as_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.state.lock().windows.save(0, &mut bytes).expect("memory takes bytes");
        bytes
    }

    /// The layout by number, for reading what a decision saw.
    ///
    /// # Errors
    /// When the database fails.
    pub fn layout(&self, id: i64) -> Result<Option<Layout>, Problem> {
        let all = self.ledger.read(decisions::all_layouts)?;
        Ok(all.into_iter().find(|(known, _)| *known == id).map(|(_, layout)| layout))
    }

    /// The event of a decision in clear.
    ///
    /// # Errors
    /// When the key of its day was destroyed.
    pub fn opened(&self, row: &decisions::DecisionRow) -> Result<kernel::Pii<String>, Problem> {
        self.days.open(row.decided_at, row.id, &row.sealed)
    }

    /// Decides on an event and answers through `done` once the log has it; refuses at once what cannot be decided.
    ///
    /// # Errors
    /// What is wrong with the event.
    pub fn submit<D>(&self, submitted: Submitted, done: D) -> Result<(), Problem>
    where
        D: FnOnce(Result<String, Problem>) + Send + 'static,
    {
        let ports = self.ledger.ports();
        let Submitted { actor, event } = submitted;
        let engine = self.state.lock().engine.clone();
        let mut row = engine.schema().row();
        let read =
            engine.schema().read(&event, &mut row).map_err(|fault| Problem::invalid(fault.pointer, fault.message))?;
        let place = self.place(&engine, &row, &actor)?;
        let (event_key, print) = (self.hash(actor.reference.as_str(), read.id.as_bytes()), self.hash("", &event));
        let now = ports.clock.now();
        if row.time() > now.as_micros().saturating_add(self.definition.future_micros) {
            let text = Text::fixed("事件时间在未来。", "The event's time lies in the future.");
            return Err(Problem::invalid("/time", text).because("in-the-future"));
        }
        let law = self.rules.rules()?.law;
        self.people.tell(&engine, &self.schema().events, &mut row, (&law, now))?;
        let id = DecisionId::new(now, &*ports.random);
        let text = String::from_utf8_lossy(&event);
        let sealed = self.days.seal(now, id, &text)?;
        let mut state = self.state.lock();
        let spoiled = self.log.spoiled.load(Ordering::Acquire);
        if state.epoch <= spoiled {
            // Memory is ahead of the log, which will take nothing more of this epoch.
            *state = restore::state(&self.ledger, &self.definition, self.secret)?;
            state.epoch = spoiled + 1;
        }
        if !Arc::ptr_eq(&engine, &state.engine) {
            engine_changed(&state.engine, &event, &mut row)?;
            self.people.tell(&state.engine, &self.schema().events, &mut row, (&law, now))?;
        }
        if state.knows(&event_key, &self.ledger)? {
            self.counts.again.fetch_add(1, Ordering::Relaxed);
            self.log.put(Item::Again(event_key, print, Box::new(done)));
            return Ok(());
        }
        state.windows.check_time(row.time()).map_err(|_| {
            let text = Text::fixed("事件时间过早，已超出允许的迟到范围。", "The event's time lies too far back.");
            Problem::invalid("/time", text).because("too-late")
        })?;
        state.remembered.add(event_key);
        let new = self.decide(&mut state, &row, &law, (id, now, place));
        let new = NewDecision { event_key, print, caller: actor.reference.as_str().to_owned(), sealed, ..new };
        self.log.put(Item::New(state.epoch, Box::new(new), Box::new(done)));
        Ok(())
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
        let clock = self.ledger.ports().clock.clone();
        let budget = self.definition.budget_micros;
        let mut has_time = || clock.now().micros_since(now) <= budget;
        let mut taken = None;
        let mut seen = Vec::new();
        let answer = if kind.is_decided {
            let State { windows, lists, memory, numbers, .. } = &mut *state;
            let mut decision = engine.decide(row, windows, lists, memory, &mut has_time);
            if decision.screening == Screening::NotScreened {
                decision.outcome = self.definition.fail_safe.into();
                self.counts.not_screened.fetch_add(1, Ordering::Relaxed);
            }
            if decision.outcome == decide::Outcome::Delay && decision.until.is_none() {
                // A delay of which no rule says how long lasts as long as the regulation files say.
                let until = law.delay(DelayGround::Risk, Timestamp::from_micros(row.time()));
                decision.until = until.map(|(_, until)| until.as_micros());
            }
            seen = facts::of_seen(&engine, memory.values(), memory.known());
            let answer = answer::answer((&engine, numbers), &decision, memory, (id, now));
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

impl State {
    /// Whether an event was decided before.
    fn knows(&self, key: &[u8; 16], ledger: &Ledger) -> Result<bool, Problem> {
        let in_log = || Ok::<_, Problem>(ledger.read(|conn| decisions::answered(conn, key))?.is_some());
        Ok(self.remembered.has(key) || self.remembered.is_partial && in_log()?)
    }
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
