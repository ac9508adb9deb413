//! Runs one job: claim, effect and completion, or the record of a failure. Must never decide when a job is due.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use kernel::{Random, Timestamp};

use super::{ExternalJob, Handlers, Job, JobError, JobHandler, table};
use crate::{Cause, Ledger, StoreError, Unit};

/// The wait after the first failed try; it doubles with each further one.
const BACK_OFF_FIRST: Duration = Duration::from_secs(10);
/// The longest wait between tries: a server that comes back is noticed within the hour.
const BACK_OFF_MAX: Duration = Duration::from_secs(3_600);
/// Part of the wait, in percent, by which it is varied so that jobs that failed together do not return together.
const JITTER_PERCENT: u64 = 20;
/// Jobs that one call of `run_due_jobs` runs at most: a test that enqueues itself anew must end.
pub(crate) const RUNS_MAX: usize = 10_000;
/// Due jobs fetched at a time.
pub(crate) const FETCH: i64 = 64;

/// What one call of `run_due_jobs` did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobsRun {
    /// Jobs that are done.
    pub done: usize,
    /// The kind and the error of each failed try.
    pub failed: Vec<(String, String)>,
    /// Of the failed tries, those after which the job was parked.
    pub parked: usize,
}

/// How one try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ran {
    Done,
    /// Another worker has it, or it is gone.
    Taken,
    Failed {
        error: String,
        parked: bool,
    },
}

/// One kind's way to run a job; hides whether it works inside or outside.
pub(crate) trait Runner: Send + Sync {
    fn kind(&self) -> &'static str;
    fn is_outside(&self) -> bool;
    fn run(&self, ledger: &Ledger, id: &str, now: Timestamp) -> Result<Ran, StoreError>;
}

pub(crate) struct Inside(pub(crate) Arc<dyn JobHandler>);

pub(crate) struct Outside<J>(pub(crate) Arc<J>);

/// A failure inside a job's unit, with the job if it had been claimed.
struct Failure {
    job: Option<Box<Job>>,
    error: JobError,
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self { job: None, error: JobError::Store(error) }
    }
}

impl Runner for Inside {
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn is_outside(&self) -> bool {
        false
    }

    fn run(&self, ledger: &Ledger, id: &str, now: Timestamp) -> Result<Ran, StoreError> {
        let handler = Arc::clone(&self.0);
        let own_id = id.to_owned();
        let done = ledger.write(&Cause::job(id), move |unit| -> Result<Ran, Failure> {
            let Some(row) = table::claim(unit.connection(), &own_id, now)? else { return Ok(Ran::Taken) };
            let job = row.job(row.tries.saturating_add(1))?;
            // The row goes first, so that the job may put a successor in the queue under its own key; a failure brings it back.
            table::finish(unit.connection(), &own_id, None)?;
            // A panic is caught here rather than in the writer, so that it counts as this job's failed try.
            let work = std::panic::catch_unwind(AssertUnwindSafe(|| handler.run(unit, &job)));
            let outcome = work.unwrap_or_else(|_| Err(JobError::Store(StoreError::Panicked)));
            outcome.map_err(|error| Failure { job: Some(Box::new(job)), error })?;
            Ok(Ran::Done)
        });
        match done {
            Ok(ran) => Ok(ran),
            Err(Failure { job: Some(job), error }) => {
                settle(ledger, *job, &error, self.0.tries_max(), None, now, |_, _, _, _| Ok(()))
            }
            Err(Failure { job: None, error }) => Err(unclaimed(error)),
        }
    }
}

fn unclaimed(error: JobError) -> StoreError {
    match error {
        JobError::Store(error) => error,
        JobError::Retry(text) | JobError::Park(text) => StoreError::Misuse(text),
    }
}

impl<J: ExternalJob> Outside<J> {
    /// Leases the job and gathers its input. `Err(ran)` means that there is nothing to run.
    fn begin(&self, ledger: &Ledger, id: &str, now: Timestamp) -> Result<Result<(Job, J::Input), Ran>, Failure> {
        let handler = Arc::clone(&self.0);
        let id = id.to_owned();
        ledger.write(&Cause::job(&id), move |unit| {
            let Some(mut row) = table::claim(unit.connection(), &id, now)? else { return Ok(Err(Ran::Taken)) };
            let lease_micros = i64::try_from(handler.lease().as_micros()).unwrap_or(i64::MAX);
            let spent =
                row.state == table::RUNNING && row.tries >= i32::try_from(handler.tries_max()).unwrap_or(i32::MAX);
            if spent {
                // The last try's worker never came back.
                let job = row.job(row.tries)?;
                let error = "the worker of the last try did not come back";
                table::fail(unit.connection(), &job, error, None)?;
                handler.failed(unit, &job, error, true)?;
                return Ok(Err(Ran::Failed { error: error.to_owned(), parked: true }));
            }
            table::lease(unit.connection(), &mut row, now.plus_micros(lease_micros))?;
            let job = row.job(row.tries)?;
            match handler.prepare(unit, &job) {
                Ok(Some(input)) => Ok(Ok((job, input))),
                Ok(None) => {
                    table::finish(unit.connection(), &id, None)?;
                    Ok(Err(Ran::Done))
                }
                Err(error) => Err(Failure { job: Some(Box::new(job)), error }),
            }
        })
    }
}

impl<J: ExternalJob> Runner for Outside<J> {
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn is_outside(&self) -> bool {
        true
    }

    fn run(&self, ledger: &Ledger, id: &str, now: Timestamp) -> Result<Ran, StoreError> {
        let handler = Arc::clone(&self.0);
        let record =
            move |unit: &mut Unit<'_>, job: &Job, error: &str, parked: bool| handler.failed(unit, job, error, parked);
        let tries_max = self.0.tries_max();
        let (job, input) = match self.begin(ledger, id, now) {
            Ok(Ok(begun)) => begun,
            Ok(Err(ran)) => return Ok(ran),
            // The lease was rolled back with the failed preparation, so the row is as it was.
            Err(Failure { job: Some(job), error }) => {
                return settle(ledger, *job, &error, tries_max, None, now, record);
            }
            Err(Failure { job: None, error }) => return Err(unclaimed(error)),
        };
        let lease = i32::try_from(job.tries).unwrap_or(i32::MAX);
        let work = std::panic::catch_unwind(AssertUnwindSafe(|| self.0.run(&job, input)));
        let output = match work.unwrap_or_else(|_| Err(JobError::Store(StoreError::Panicked))) {
            Ok(output) => output,
            Err(error) => return settle(ledger, job, &error, tries_max, Some(lease), now, record),
        };
        let handler = Arc::clone(&self.0);
        let own = job.clone();
        let done = ledger.write(&Cause::job(id), move |unit| -> Result<Ran, Failure> {
            if !table::finish(unit.connection(), &own.id, Some(lease))? {
                // The lease ran out and another worker has it: its result counts.
                return Ok(Ran::Taken);
            }
            let completed = handler.complete(unit, &own, &output);
            completed.map_err(|error| Failure { job: Some(Box::new(own.clone())), error })?;
            Ok(Ran::Done)
        });
        match done {
            Ok(ran) => Ok(ran),
            Err(Failure { error, .. }) => settle(ledger, job, &error, tries_max, Some(lease), now, record),
        }
    }
}

/// Records a failed try: parks the job or puts it back with a growing wait.
fn settle(
    ledger: &Ledger,
    job: Job,
    error: &JobError,
    tries_max: u32,
    lease: Option<i32>,
    now: Timestamp,
    record: impl Fn(&mut Unit<'_>, &Job, &str, bool) -> Result<(), StoreError> + Send + 'static,
) -> Result<Ran, StoreError> {
    let text = error.to_string();
    let parked = matches!(error, JobError::Park(_)) || job.tries >= tries_max;
    tracing::warn!(job.id = %job.id, job.kind = %job.kind, job.tries = job.tries, parked, error = %text, "a job's try failed");
    metrics::counter!("ledger_job_failures_total", "kind" => job.kind.clone()).increment(1);
    let again = (!parked).then(|| now.plus_micros(back_off(job.tries, &*ledger.ports().random)));
    let answer = Ran::Failed { error: text.clone(), parked };
    ledger.write(&Cause::job(&job.id), move |unit| -> Result<Ran, StoreError> {
        let Some(row) = table::find(unit.connection(), &job.id)? else { return Ok(Ran::Taken) };
        let still_ours = lease.is_none_or(|tries| row.state == table::RUNNING && row.tries == tries);
        if !still_ours {
            return Ok(Ran::Taken);
        }
        table::fail(unit.connection(), &job, &text, again)?;
        record(unit, &job, &text, parked)?;
        Ok(answer.clone())
    })
}

/// Microseconds to wait after try number `tries`.
fn back_off(tries: u32, random: &dyn Random) -> i64 {
    let doubled = BACK_OFF_FIRST.as_micros() as u64 * (1u64 << tries.saturating_sub(1).min(16));
    let wait = doubled.min(BACK_OFF_MAX.as_micros() as u64);
    let mut bytes = [0u8; 8];
    random.fill(&mut bytes);
    let spread = wait * JITTER_PERCENT / 100;
    let jitter = u64::from_le_bytes(bytes) % (2 * spread + 1);
    (wait - spread + jitter) as i64
}

/// Runs everything that is due at `now`, one after the other, until nothing is.
pub(crate) fn run_due(ledger: &Ledger, handlers: &Handlers, now: Timestamp) -> Result<JobsRun, StoreError> {
    let kinds = handlers.kinds();
    let mut report = JobsRun::default();
    let mut runs = 0;
    loop {
        let due = ledger.read(|connection| table::due(connection, &kinds, now, FETCH))?;
        let mut progressed = false;
        for (id, kind) in due {
            runs += 1;
            if runs > RUNS_MAX {
                return Err(StoreError::Misuse(format!(
                    "more than {RUNS_MAX} jobs came due at once; the last was {kind}"
                )));
            }
            let Some(runner) = handlers.runner(&kind) else { continue };
            match runner.run(ledger, &id, now)? {
                Ran::Done => {
                    report.done += 1;
                    progressed = true;
                }
                Ran::Taken => {}
                Ran::Failed { error, parked } => {
                    report.failed.push((kind, error));
                    report.parked += usize::from(parked);
                    progressed = true;
                }
            }
        }
        if !progressed {
            return Ok(report);
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::SeededRandom;

    use super::*;

    #[test]
    fn the_wait_doubles_and_stays_within_its_bounds() {
        let random = SeededRandom::new(1);
        for (tries, seconds) in [(1, 10), (2, 20), (5, 160), (9, 2_560), (10, 3_600), (60, 3_600)] {
            let micros = back_off(tries, &random);
            let nominal = seconds * 1_000_000;
            assert!((nominal * 8 / 10..=nominal * 12 / 10).contains(&micros), "try {tries}: {micros}");
        }
    }
}
