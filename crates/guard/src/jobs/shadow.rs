//! Follows the log with versions that run in the shadow: each decision is taken once more by them, recorded, and never acted on.
//!
//! It reads what is on disk and takes no lock of the engine, so that live decisions wait for nothing. What it cannot keep up with it
//! leaves out and counts. It must never hold a transaction while it computes.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use decide::scenario::ScenarioSpec;
use endpoint::Shared;
use kernel::{
    Problem, Text, Timestamp,
    id::{BacktestId, ScoreModelId},
};
use ledger::{ExternalJob, Job, JobError, NewJob, StoreError, Unit};
use parking_lot::Mutex;
use serde_json::Value;

use super::backtest::DIFFERENCES_MAX;
use crate::{
    proof::{
        latency::Latencies,
        tally::Tally,
        trial::{Trial, live_now},
    },
    screen::Screen,
    store::{
        backtests::{self, Backtest, BacktestState, Difference, TrialKind},
        decisions, marks,
    },
};

/// The job that follows the log.
pub const SHADOW: &str = "guard.shadow";

/// Versions that run in the shadow at a time: each costs a decision for each decision.
pub const SHADOWS_MAX: usize = 4;
/// Events that a shadow may be behind; past it the older ones are left out. A busy minute of a large bank.
pub const LAG_EVENTS_MAX: i64 = 20_000;
/// What one round of one version takes at most, so that it uses a part of one processor and no more.
const ROUND_TIME: Duration = Duration::from_millis(250);
/// Between two rounds.
const PAUSE_MICROS: i64 = 1_000_000;
/// How long a round may take before another worker takes it up: reading a list of a million entries is in it.
const LEASE: Duration = Duration::from_secs(300);

/// The job that goes on following the log from a time on.
pub fn next(due: Timestamp) -> NewJob {
    NewJob { kind: SHADOW, key: Some("next".to_owned()), due, payload: Value::Null }
}

/// Follows the log.
pub struct Shadows {
    shared: Shared,
    held: Mutex<HashMap<BacktestId, Held>>,
}

struct Held {
    done_seq: i64,
    live: Vec<ScenarioSpec>,
    /// The model that it scores by, and the last change of lists that it has heard of: when either is another, it begins anew from
    /// where it is.
    model: Option<(ScoreModelId, u32)>,
    mark: i64,
    trial: Trial,
}

/// What a round of one version came to.
pub struct Round {
    id: BacktestId,
    done_seq: i64,
    dropped: u64,
    tally: Tally,
    took: Latencies,
    differences: Vec<Difference>,
    /// The model that it scored by.
    model: Option<(ScoreModelId, u32)>,
    /// It does not compile any more.
    is_broken: bool,
}

impl Shadows {
    /// Of a house.
    pub fn new(shared: Shared) -> Self {
        Self { shared, held: Mutex::default() }
    }

    fn round(&self, screen: &Screen, run: &Backtest) -> Result<Round, Problem> {
        let mut round = Round {
            id: run.id,
            done_seq: run.done_seq,
            dropped: 0,
            tally: run.tally.clone(),
            took: run.took.clone(),
            differences: Vec::new(),
            model: run.model,
            is_broken: false,
        };
        if screen.check(&run.spec).is_err() {
            round.is_broken = true;
            return Ok(round);
        }
        let (live, last, mark) = screen.ledger().read(|conn| {
            Ok::<_, StoreError>((live_now(conn, screen)?, decisions::last_seq(conn)?, marks::last(conn)?))
        })?;
        let used = screen.live_model();
        let model = used.named();
        round.model = model;
        let mut all = self.held.lock();
        let fitting = all.remove(&run.id).filter(|held| {
            held.done_seq == run.done_seq && held.live == live && held.model == model && held.mark == mark
        });
        let mut held = match fitting {
            Some(held) => held,
            None => {
                let trial = Trial::following(screen, (&live, &used), &run.spec)?;
                Held { done_seq: run.done_seq, trial, live, model, mark }
            }
        };
        if last - held.done_seq > LAG_EVENTS_MAX {
            let from = last - LAG_EVENTS_MAX;
            round.dropped = (from - held.done_seq).unsigned_abs();
            held.done_seq = from;
        }
        let started = Instant::now();
        let is_over = || started.elapsed() > ROUND_TIME;
        round.differences = held.trial.go(screen, (&mut held.done_seq, last), &mut round.tally, &is_over)?;
        round.took.merge(&held.trial.take_took());
        round.done_seq = held.done_seq;
        all.insert(run.id, held);
        Ok(round)
    }
}

impl ExternalJob for Shadows {
    type Input = Vec<Backtest>;
    type Output = Vec<Round>;

    fn kind(&self) -> &'static str {
        SHADOW
    }

    /// It must go on by itself once the database is well again.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn lease(&self) -> Duration {
        LEASE
    }

    fn prepare(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<Option<Self::Input>, JobError> {
        let running = backtests::running(unit.connection(), TrialKind::Shadow)?;
        self.held.lock().retain(|id, _| running.iter().any(|run| run.id == *id));
        Ok((!running.is_empty()).then_some(running))
    }

    fn run(&self, _job: &Job, input: Self::Input) -> Result<Self::Output, JobError> {
        let screen = Screen::of(&self.shared)?;
        screen.settle()?;
        Ok(input.iter().map(|run| self.round(&screen, run)).collect::<Result<_, _>>()?)
    }

    fn complete(&self, unit: &mut Unit<'_>, _job: &Job, output: &Self::Output) -> Result<(), JobError> {
        let now = unit.now();
        for round in output {
            let run = backtests::find(unit.connection(), round.id)?;
            // Somebody may have ended it meanwhile.
            let Some(mut run) = run.filter(|run| run.state == BacktestState::Running) else { continue };
            if round.is_broken {
                let text = Text::fixed(
                    "按现行字段、特征和名单已无法编译。",
                    "It no longer compiles against the fields, features and lists there are now.",
                );
                (run.state, run.ended_at) = (BacktestState::Failed, Some(now));
                run.fault = serde_json::to_string(&text).ok();
            } else if run.done_seq == round.done_seq {
                continue;
            }
            let kept = backtests::differences_kept(unit.connection(), run.id)?;
            let room = usize::try_from(DIFFERENCES_MAX.saturating_sub(kept)).unwrap_or_default();
            let new = &round.differences[..round.differences.len().min(room)];
            backtests::add_differences(unit.connection(), run.id, new)?;
            run.done_seq = round.done_seq;
            run.model = round.model;
            run.dropped += round.dropped;
            (run.tally, run.took) = (round.tally.clone(), round.took.clone());
            backtests::update(unit.connection(), &run)?;
        }
        unit.enqueue(next(now.plus_micros(PAUSE_MICROS)))?;
        Ok(())
    }

    fn failed(&self, _unit: &mut Unit<'_>, _job: &Job, _error: &str, _parked: bool) -> Result<(), StoreError> {
        Ok(())
    }
}
