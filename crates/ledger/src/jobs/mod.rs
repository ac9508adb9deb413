//! Work to be done later or outside: what a job is and what does it.
//!
//! A job inside the database runs in one transaction with its own completion, so its effect happens exactly once.
//! A job with effects outside (a webhook) is leased, run, and completed in a second transaction: at least once.

pub(crate) mod run;
pub(crate) mod table;
mod worker;

use std::{sync::Arc, time::Duration};

use kernel::{Problem, Timestamp};
use serde_json::Value;

use crate::{StoreError, Unit};

pub use run::JobsRun;
pub use table::{JobCounts, ParkedJob};
pub use worker::{Worker, WorkerHandle, WorkerOptions};

/// A job to be put in the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct NewJob {
    /// What kind of work, `room.verb`, as the handler names it.
    pub kind: &'static str,
    /// Unique among the waiting jobs of the kind: a second one replaces the due time and the payload of the first.
    pub key: Option<String>,
    /// Not before this time.
    pub due: Timestamp,
    /// What the handler needs: ids, no personal data.
    pub payload: Value,
}

/// A job that is being run.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Its id, `jb_…`.
    pub id: String,
    /// What kind of work.
    pub kind: String,
    /// Its key, if it has one.
    pub key: Option<String>,
    /// When it was due.
    pub due: Timestamp,
    /// Which try this is, from 1.
    pub tries: u32,
    /// What the handler needs.
    pub payload: Value,
}

/// Why a job's try failed. Messages are shown to administrators: no personal data.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It may work later.
    #[error("{0}")]
    Retry(String),
    /// It will never work; an administrator must look.
    #[error("{0}")]
    Park(String),
    /// The database failed; it may work later.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Problem> for JobError {
    fn from(problem: Problem) -> Self {
        let detail = problem.internal().map_or_else(String::new, |internal| format!(" ({internal})"));
        Self::Retry(format!("{}: {}{detail}", problem.kind.slug(), problem.message.en))
    }
}

/// Does one kind of job inside the database.
pub trait JobHandler: Send + Sync {
    /// The kind it does.
    fn kind(&self) -> &'static str;

    /// Tries before the job is parked.
    fn tries_max(&self) -> u32 {
        10
    }

    /// Does the work in the unit in which the job's row is removed. Must have no effect outside the unit.
    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError>;
}

/// Does one kind of job whose effect is outside the database. It may be run more than once for one job.
pub trait ExternalJob: Send + Sync + 'static {
    /// What [`ExternalJob::prepare`] hands to [`ExternalJob::run`].
    type Input: Send + 'static;
    /// What [`ExternalJob::run`] hands to [`ExternalJob::complete`].
    type Output: Send + 'static;

    /// The kind it does.
    fn kind(&self) -> &'static str;

    /// Tries before the job is parked.
    fn tries_max(&self) -> u32;

    /// Longer than [`ExternalJob::run`] can take: after this time another worker may take the job.
    fn lease(&self) -> Duration;

    /// Gathers what is needed; `None` when there is nothing left to do.
    fn prepare(&self, unit: &mut Unit<'_>, job: &Job) -> Result<Option<Self::Input>, JobError>;

    /// Does the work, holding no transaction.
    fn run(&self, job: &Job, input: Self::Input) -> Result<Self::Output, JobError>;

    /// Records the result in the unit in which the job's row is removed. It may be called again when a transaction is retried.
    fn complete(&self, unit: &mut Unit<'_>, job: &Job, output: &Self::Output) -> Result<(), JobError>;

    /// Records a failed try in the unit in which the job is put back or parked.
    fn failed(&self, unit: &mut Unit<'_>, job: &Job, error: &str, parked: bool) -> Result<(), StoreError>;
}

/// Enqueues a job whenever an event is appended: payload `{stream, version, position, type, kind}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reaction {
    /// The type of event, for instance `voice.order`.
    pub event_type: &'static str,
    /// The kind, for instance `closed`, or `*` for all.
    pub kind: &'static str,
    /// The kind of job to enqueue.
    pub job: &'static str,
}

/// Everything that can do jobs, by kind. Cheap to clone.
#[derive(Clone, Default)]
pub struct Handlers {
    list: Vec<Arc<dyn run::Runner>>,
}

impl Handlers {
    /// No handlers yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a handler of jobs inside the database.
    #[must_use]
    pub fn with(mut self, handler: Arc<dyn JobHandler>) -> Self {
        self.list.push(Arc::new(run::Inside(handler)));
        self
    }

    /// Adds a handler of jobs with effects outside.
    #[must_use]
    pub fn with_external<J: ExternalJob>(mut self, handler: Arc<J>) -> Self {
        self.list.push(Arc::new(run::Outside(handler)));
        self
    }

    /// These and those together.
    #[must_use]
    pub fn and(mut self, others: impl Into<Self>) -> Self {
        self.list.extend(others.into().list);
        self
    }

    /// The kinds that are handled, in order.
    pub fn kinds(&self) -> Vec<&'static str> {
        let mut kinds: Vec<_> = self.list.iter().map(|runner| runner.kind()).collect();
        kinds.sort_unstable();
        kinds
    }

    pub(crate) fn runner(&self, kind: &str) -> Option<&Arc<dyn run::Runner>> {
        self.list.iter().find(|runner| runner.kind() == kind)
    }

    pub(crate) fn kinds_of(&self, outside: bool) -> Vec<&'static str> {
        self.list.iter().filter(|runner| runner.is_outside() == outside).map(|runner| runner.kind()).collect()
    }
}

impl From<&Self> for Handlers {
    fn from(handlers: &Self) -> Self {
        handlers.clone()
    }
}

impl From<&[Arc<dyn JobHandler>]> for Handlers {
    fn from(list: &[Arc<dyn JobHandler>]) -> Self {
        list.iter().fold(Self::new(), |handlers, handler| handlers.with(Arc::clone(handler)))
    }
}

impl From<&Vec<Arc<dyn JobHandler>>> for Handlers {
    fn from(list: &Vec<Arc<dyn JobHandler>>) -> Self {
        Self::from(list.as_slice())
    }
}

impl From<Vec<Arc<dyn JobHandler>>> for Handlers {
    fn from(list: Vec<Arc<dyn JobHandler>>) -> Self {
        Self::from(list.as_slice())
    }
}

impl std::fmt::Debug for Handlers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.kinds()).finish()
    }
}
