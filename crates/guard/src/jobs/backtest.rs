//! Goes on with backtests, a few seconds at a time, so that each piece is kept and a stop of the program costs no more than one.
//! It must never hold a transaction while it computes.

use std::time::{Duration, Instant};

use endpoint::Shared;
use kernel::{Problem, Text, Timestamp, id::BacktestId};
use ledger::{Connection, ExternalJob, Job, JobError, NewJob, StoreError, Unit};
use parking_lot::Mutex;
use serde_json::json;

use crate::{
    proof::{
        tally::{Known, Tally},
        trial::{KnownOf, Trial},
    },
    screen::Screen,
    store::{
        backtests::{self, Backtest, BacktestState, Difference},
        interceptions, labels,
    },
};

/// The job that goes on with a backtest.
pub const BACKTEST: &str = "guard.backtest";

/// What one piece takes, so that progress is seen and a stop loses little.
const PIECE_TIME: Duration = Duration::from_secs(3);
/// How long a piece may take before another worker takes it up: reading a list of a million entries is in it.
const LEASE: Duration = Duration::from_secs(300);
/// Between two pieces, so that others work meanwhile.
const PIECE_PAUSE_MICROS: i64 = 20_000;
/// Tries of a piece before the backtest is given up.
const TRIES_MAX: u32 = 5;
/// Differences that are kept of one backtest; the rest is counted. Nobody reads more.
pub const DIFFERENCES_MAX: u64 = 100_000;

/// The job that goes on with a backtest from a time on.
pub fn go_on(id: BacktestId, due: Timestamp) -> NewJob {
    NewJob { kind: BACKTEST, key: Some(id.to_string()), due, payload: json!({ "backtest": id.to_string() }) }
}

/// Goes on with backtests.
pub struct Backtests {
    shared: Shared,
    /// The one that this process has at hand; any other begins with what the database says.
    held: Mutex<Option<Held>>,
}

struct Held {
    id: BacktestId,
    done_seq: i64,
    trial: Trial,
    tally: Tally,
}

/// What a piece came to.
pub struct Piece {
    done_seq: i64,
    tally: Tally,
    differences: Vec<Difference>,
}

impl Backtests {
    /// Of a house.
    pub fn new(shared: Shared) -> Self {
        Self { shared, held: Mutex::default() }
    }

    fn begin(screen: &Screen, run: &Backtest) -> Result<Held, Problem> {
        let known = screen.ledger().read(|conn| known_before(conn, run.labels_at))?;
        let trial = Trial::new(screen, (&run.live, &screen.model_for(run.model)?), &run.spec, known)?;
        Ok(Held { id: run.id, done_seq: run.done_seq, trial, tally: run.tally.clone() })
    }

    fn piece(&self, run: &Backtest) -> Result<Piece, Problem> {
        let screen = Screen::of(&self.shared)?;
        let mut slot = self.held.lock();
        // What was kept counts: a piece that was not is counted anew from there.
        let fitting = slot.take().filter(|held| held.id == run.id && held.done_seq == run.done_seq);
        let mut held = match fitting {
            Some(held) => held,
            None => Self::begin(&screen, run)?,
        };
        let started = Instant::now();
        let is_over = || started.elapsed() > PIECE_TIME;
        let Held { trial, done_seq, tally, .. } = &mut held;
        let differences = trial.go(&screen, (done_seq, run.last_seq), tally, &is_over)?;
        let piece = Piece { done_seq: held.done_seq, tally: held.tally.clone(), differences };
        *slot = (held.done_seq < run.last_seq).then_some(held);
        Ok(piece)
    }
}

/// What was known of decisions before a time: how their interceptions ended, and the labels, which know better.
pub(crate) fn known_before(conn: &mut Connection, time: Timestamp) -> Result<KnownOf, StoreError> {
    let endings = interceptions::endings(conn, time)?;
    let said = labels::known_before(conn, time, interceptions::ENDINGS_MAX)?;
    let ended = endings.into_iter().filter_map(|(decision, ending)| Some((decision, Known::of(ending)?)));
    Ok(ended.chain(said.into_iter().map(|(decision, label)| (decision, label.into()))).collect())
}

fn id_of(job: &Job) -> Result<BacktestId, JobError> {
    let text = job.payload.get("backtest").and_then(serde_json::Value::as_str);
    let id = text.and_then(|text| text.parse().ok());
    id.ok_or_else(|| JobError::Park("the payload has no backtest".to_owned()))
}

impl ExternalJob for Backtests {
    type Input = Box<Backtest>;
    type Output = Box<Piece>;

    fn kind(&self) -> &'static str {
        BACKTEST
    }

    fn tries_max(&self) -> u32 {
        TRIES_MAX
    }

    fn lease(&self) -> Duration {
        LEASE
    }

    fn prepare(&self, unit: &mut Unit<'_>, job: &Job) -> Result<Option<Self::Input>, JobError> {
        let run = backtests::find(unit.connection(), id_of(job)?)?;
        Ok(run.filter(|run| run.state == BacktestState::Running).map(Box::new))
    }

    fn run(&self, _job: &Job, input: Self::Input) -> Result<Self::Output, JobError> {
        Ok(Box::new(self.piece(&input)?))
    }

    fn complete(&self, unit: &mut Unit<'_>, job: &Job, output: &Self::Output) -> Result<(), JobError> {
        let now = unit.now();
        let run = backtests::find(unit.connection(), id_of(job)?)?;
        // Somebody may have ended it meanwhile; what the piece counted is then not wanted.
        let Some(mut run) = run.filter(|run| run.state == BacktestState::Running) else { return Ok(()) };
        let kept = backtests::differences_kept(unit.connection(), run.id)?;
        let room = usize::try_from(DIFFERENCES_MAX.saturating_sub(kept)).unwrap_or_default();
        let new = &output.differences[..output.differences.len().min(room)];
        backtests::add_differences(unit.connection(), run.id, new)?;
        (run.done_seq, run.tally) = (output.done_seq, output.tally.clone());
        if run.done_seq >= run.last_seq {
            (run.state, run.ended_at) = (BacktestState::Done, Some(now));
        } else {
            unit.enqueue(go_on(run.id, now.plus_micros(PIECE_PAUSE_MICROS)))?;
        }
        Ok(backtests::update(unit.connection(), &run)?)
    }

    fn failed(&self, unit: &mut Unit<'_>, job: &Job, _error: &str, parked: bool) -> Result<(), StoreError> {
        let Some(id) = id_of(job).ok().filter(|_| parked) else { return Ok(()) };
        let now = unit.now();
        let run = backtests::find(unit.connection(), id)?.filter(|run| run.state == BacktestState::Running);
        let Some(mut run) = run else { return Ok(()) };
        let text = Text::fixed(
            "多次尝试后仍无法继续；原因见任务列表。",
            "It could not go on after several tries; the list of jobs says why.",
        );
        (run.state, run.ended_at) = (BacktestState::Failed, Some(now));
        run.fault = serde_json::to_string(&text).ok();
        backtests::update(unit.connection(), &run)
    }
}
