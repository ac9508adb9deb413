//! Makes checkpoints on a schedule, as a job.

use std::time::Duration;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use serde_json::Value;

use super::create;
use crate::{
    Cause, ExternalJob, Job, JobError, Ledger, NewJob, StoreError, Unit, jobs::table::PARKED, on_each, schema::jobs,
};

/// The kind of the job.
const KIND: &str = "ledger.checkpoint";
/// The one key: there is one schedule.
const KEY: &str = "schedule";
/// Tries before an administrator must look; the next checkpoint is scheduled nevertheless.
const TRIES_MAX: u32 = 3;
/// Longer than a checkpoint over a million events takes on a slow disk, several times over.
const LEASE: Duration = Duration::from_secs(30 * 60);

/// The job that makes checkpoints. It works outside a unit, since reading a day's events must not hold the one writer.
#[derive(Debug)]
pub struct Checkpoints {
    ledger: Ledger,
    every: Duration,
}

impl Checkpoints {
    /// Checkpoints of this ledger, so often.
    pub fn new(ledger: Ledger, every: Duration) -> Self {
        Self { ledger, every }
    }

    fn next(&self, unit: &mut Unit<'_>) -> Result<(), StoreError> {
        let micros = i64::try_from(self.every.as_micros()).unwrap_or(i64::MAX);
        let due = unit.now().plus_micros(micros);
        unit.enqueue(NewJob { kind: KIND, key: Some(KEY.to_owned()), due, payload: Value::Null })
    }
}

impl ExternalJob for Checkpoints {
    type Input = ();
    type Output = ();

    fn kind(&self) -> &'static str {
        KIND
    }

    fn tries_max(&self) -> u32 {
        TRIES_MAX
    }

    fn lease(&self) -> Duration {
        LEASE
    }

    fn prepare(&self, _: &mut Unit<'_>, _: &Job) -> Result<Option<()>, JobError> {
        Ok(Some(()))
    }

    fn run(&self, job: &Job, (): ()) -> Result<(), JobError> {
        match create(&self.ledger, &Cause::job(&job.id)) {
            Ok(_) => Ok(()),
            Err(super::CheckpointError::Broken(finding)) => {
                tracing::error!(finding = %finding.text.en, "the ledger is not intact; no checkpoint was made");
                Err(JobError::Park(finding.text.en.into_owned()))
            }
            Err(super::CheckpointError::Store(error)) => Err(JobError::Store(error)),
        }
    }

    fn complete(&self, unit: &mut Unit<'_>, _: &Job, (): &()) -> Result<(), JobError> {
        Ok(self.next(unit)?)
    }

    fn failed(&self, unit: &mut Unit<'_>, _: &Job, _: &str, parked: bool) -> Result<(), StoreError> {
        if parked { self.next(unit) } else { Ok(()) }
    }
}

/// Puts the first checkpoint in the queue unless one is waiting or being made; call it when the program starts.
pub fn ensure_scheduled(ledger: &Ledger) -> Result<(), StoreError> {
    ledger.write(&Cause::new("program:start"), |unit| {
        let alive = jobs::table.filter(jobs::kind.eq(KIND)).filter(jobs::state.ne(PARKED)).count();
        let alive: i64 = on_each!(unit.connection(), |c| alive.get_result(c))?;
        if alive == 0 {
            let due = unit.now();
            unit.enqueue(NewJob { kind: KIND, key: Some(KEY.to_owned()), due, payload: Value::Null })?;
        }
        Ok(())
    })
}
