//! The object store for jobs, which run on threads that may wait; and the job that removes objects nothing needs any more,
//! after the commit that said so and again until the store answers. Must never be used on the event loop.

use std::time::Duration;

use kernel::{Problem, Timestamp};
use ledger::{ExternalJob, Job, JobError, NewJob, StoreError, Unit};
use seal::{Hasher, ObjectSealer};
use serde_json::json;
use tokio::runtime::Handle;

use crate::{
    Objects,
    objects::{Lying, Stored},
};

/// The kind of the job that removes.
const REMOVE: &str = "objects.remove";
/// Tries before an administrator must look: with the ledger's pauses between them, a store may be away for a day.
const TRIES_MAX: u32 = 20;
/// Longer than a store takes to answer, several times over.
const LEASE: Duration = Duration::from_secs(300);

/// Large objects, as threads that may wait see them. Cheap to clone.
#[derive(Clone)]
pub struct BlockingObjects {
    objects: Objects,
    runtime: Handle,
}

impl BlockingObjects {
    /// Objects of this store; what is asked of it runs on `runtime`.
    pub fn new(objects: Objects, runtime: Handle) -> Self {
        Self { objects, runtime }
    }

    /// Removes the object at `key`; one that is not there is as good as removed.
    pub fn remove(&self, key: &str) -> Result<(), Problem> {
        self.runtime.block_on(self.objects.remove(key))
    }

    /// Seals the object at `key` in its place; see [`Objects::seal_in_place`].
    pub fn seal_in_place(
        &self,
        key: &str,
        known: &Stored,
        hasher: Hasher,
        sealer: ObjectSealer,
    ) -> Result<Lying, Problem> {
        self.runtime.block_on(self.objects.seal_in_place(key, known, hasher, sealer))
    }
}

/// The job that removes the object at `key`.
pub fn removal_of(key: &str, now: Timestamp) -> NewJob {
    NewJob { kind: REMOVE, key: Some(key.to_owned()), due: now, payload: json!({ "object": key }) }
}

/// Removes objects from a store.
pub struct Removal(pub BlockingObjects);

impl ExternalJob for Removal {
    type Input = String;
    type Output = ();

    fn kind(&self) -> &'static str {
        REMOVE
    }

    fn tries_max(&self) -> u32 {
        TRIES_MAX
    }

    fn lease(&self) -> Duration {
        LEASE
    }

    fn prepare(&self, _: &mut Unit<'_>, job: &Job) -> Result<Option<String>, JobError> {
        let key = job.payload.get("object").and_then(serde_json::Value::as_str);
        key.map(|key| Some(key.to_owned())).ok_or_else(|| JobError::Park("the payload names no object".to_owned()))
    }

    fn run(&self, _: &Job, key: String) -> Result<(), JobError> {
        self.0.remove(&key).map_err(JobError::from)
    }

    fn complete(&self, _: &mut Unit<'_>, _: &Job, (): &()) -> Result<(), JobError> {
        Ok(())
    }

    fn failed(&self, _: &mut Unit<'_>, _: &Job, _: &str, _: bool) -> Result<(), StoreError> {
        Ok(())
    }
}
