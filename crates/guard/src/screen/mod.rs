//! The engine at work: one event at a time, in one order, decided in memory and written to the log behind.
//!
//! An event is read and hashed before the lock; under the lock it is looked up, decided, recorded and handed to the log's thread,
//! so that the log has the order of the decisions. The answer goes out when the log has it. When a write fails, memory is ahead
//! of the log, and is built anew from it before the next decision. It must never answer before the log has the decision, and
//! never hold a text after the answer.

pub(crate) mod answer;
mod ask;
pub mod definition;
pub mod facts;
mod filing;
mod journal;
mod keys;
mod labels;
mod log;
mod people;
pub(crate) mod restore;
pub mod score_model;
pub mod snapshots;
mod state;
mod submit;
pub mod takeout;
#[cfg(test)]
mod tests;
mod upkeep;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::sync_channel,
    },
};

use decide::{Engine, scenario::ScenarioSpec, window::WindowReport};
use endpoint::Shared;
use kernel::{OrgPath, Problem, Timestamp, id::DecisionId};
use ledger::Ledger;
use parking_lot::Mutex;
use seal::Sealed;

pub(crate) use self::submit::hash as event_key;
pub use self::submit::{Patience, Submitted, Untaken};
use self::{
    definition::Definition,
    facts::Layout,
    keys::DayKeys,
    log::{Log, Rhythm},
    people::People,
    score_model::{ModelReport, Models, Used},
    snapshots::Snapshots,
    state::State,
};
use crate::{
    model::law::Law,
    proof::latency::Latencies,
    rules::RulesSource,
    store::{
        decisions,
        standing::{self, Standing},
    },
};

/// The engine of a process.
pub struct Screen {
    ledger: Ledger,
    definition: Definition,
    secret: [u8; 16],
    days: DayKeys,
    /// Where outlets stand, by their codes; emptied when the organisation changes.
    places: Mutex<HashMap<String, OrgPath>>,
    people: People,
    models: Models,
    snapshots: Option<Snapshots>,
    rules: Arc<dyn RulesSource>,
    state: Mutex<State>,
    /// Held while changes are taken over, which is done by one thread at a time: how everything stood when that was last done.
    upkeep: Mutex<Standing>,
    /// Held while labels are counted, which is done by one thread at a time.
    labelling: Mutex<()>,
    log: Log,
    counts: Counts,
}

/// What a screen has beside the database.
#[derive(Clone, Default)]
pub struct Beside {
    /// Where snapshots of the windows lie; without them a start replays the whole log.
    pub snapshots: Option<Snapshots>,
    /// Whether decisions become durable in a journal before they are in the database, where that is SQLite.
    pub journal: bool,
}

/// What was done since the start.
#[derive(Debug, Default)]
struct Counts {
    decided: AtomicU64,
    not_screened: AtomicU64,
    again: AtomicU64,
    /// How long events took until they were handed to the log, since it was asked last.
    took: Mutex<Latencies>,
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
    /// The place in the log of the snapshot from which the windows were rebuilt last; the rest was replayed.
    pub started_from: Option<i64>,
    /// The live score model, and whether it is used.
    pub model: Option<ModelReport>,
}

impl Screen {
    /// The engine with its windows as the log tells them.
    ///
    /// # Errors
    /// When the log cannot be read, or the definition does not compile.
    pub fn open(
        ledger: &Ledger,
        rules: Arc<dyn RulesSource>,
        definition: Definition,
        Beside { snapshots, journal }: Beside,
    ) -> Result<Arc<Self>, Problem> {
        let secret = keys::secret(ledger)?;
        let days = DayKeys::new(ledger.clone());
        // What is durable beside the database comes into it before anything is read.
        let found = if journal { filing::recover(ledger)? } else { None };
        let models = Models::default();
        // Before anything is read, so that what changes meanwhile is taken over once more rather than not at all.
        let standing = ledger.read(standing::now)?;
        let state = restore::state(ledger, (&definition, secret), (&models, snapshots.as_ref()))?;
        let since = u64::try_from(state.seq - state.started_from.unwrap_or_default()).unwrap_or_default();
        let (wake, woken) = sync_channel(1);
        let rhythm = Rhythm { every: definition.snapshot_rows, since, wake };
        let screen = Arc::new(Self {
            ledger: ledger.clone(),
            definition,
            secret,
            days,
            places: Mutex::default(),
            people: People::new(ledger.clone()),
            models,
            snapshots,
            rules,
            state: Mutex::new(state),
            upkeep: Mutex::new(standing),
            labelling: Mutex::default(),
            log: Log::start(ledger.clone(), rhythm, found)?,
            counts: Counts::default(),
        });
        screen.follow();
        // What was said while nobody screened counts before the first decision.
        screen.count_labels()?;
        screen.keep_snapshots(woken)?;
        Ok(screen)
    }

    /// The engine of this process, opened when it is first asked for. It may read the whole log: not for the event loop.
    ///
    /// # Errors
    /// As for [`Screen::open`].
    pub fn of(shared: &Shared) -> Result<Arc<Self>, Problem> {
        shared.part(|shared| {
            let definition = Definition::builtin().map_err(Problem::internal_error)?;
            // A thread that may wait knows its runtime; without one the whole log is replayed.
            let runtime = tokio::runtime::Handle::try_current().ok();
            let snapshots = runtime.map(|runtime| Snapshots::new(shared.objects().clone(), runtime));
            let beside = Beside { snapshots, journal: shared.settings().files_beside_database };
            let screen = Self::open(shared.ledger(), Arc::new(shared.clone()), definition, beside)?;
            screen.keep_looking()?;
            Ok(screen)
        })
    }

    /// Waits until the database has every decision that was answered so far. It may take as long as the database does: not for the
    /// event loop.
    ///
    /// # Errors
    /// When the database does not take them over in time.
    pub fn settle(&self) -> Result<(), Problem> {
        self.log.settle()
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
            started_from: state.started_from,
            model: state.model.report(),
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

    /// How long events took until they were handed to the log, since this was asked last.
    pub(crate) fn take_took(&self) -> Latencies {
        std::mem::take(&mut *self.counts.took.lock())
    }

    /// The engine of the moment.
    pub(crate) fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.state.lock().engine)
    }

    /// What is screened and how.
    pub(crate) const fn definition(&self) -> &Definition {
        &self.definition
    }

    /// The system of record.
    pub(crate) const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The law in force.
    pub(crate) fn law(&self) -> Result<Law, Problem> {
        Ok(self.rules.rules()?.law)
    }

    /// The event of a decision in clear.
    ///
    /// # Errors
    /// When the key of its day was destroyed.
    pub fn opened(&self, row: &decisions::DecisionRow) -> Result<kernel::Pii<String>, Problem> {
        self.open_event(row.decided_at, row.id, &row.sealed)
    }

    /// The same by its parts.
    pub(crate) fn open_event(
        &self,
        decided_at: Timestamp,
        id: DecisionId,
        sealed: &Sealed,
    ) -> Result<kernel::Pii<String>, Problem> {
        self.days.open(decided_at, id, sealed)
    }

    /// The engine with other scenarios and another score model than those that decide.
    pub(crate) fn engine_with(&self, scenarios: &[ScenarioSpec], model: &Used) -> Result<Engine, Problem> {
        self.definition.engine(self.secret, scenarios, model.forest()).map_err(|faults| {
            let words = faults.iter().map(|fault| format!("{}: {}", fault.path, fault.message.en));
            Problem::internal_error(words.collect::<Vec<_>>().join("; "))
        })
    }
}
