//! Seals in their place the files that came before objects were sealed, one order's file or one rectification's files at a
//! time. Whatever stops it leaves each object either as it was or sealed, and readers take both; it then begins with the first
//! that is not known to be sealed. A file that is not what its event says is left for people to look at.

use std::time::Duration;

use endpoint::{
    BlockingObjects,
    objects::{Lying, Stored},
    removal_of,
};
use kernel::{
    Problem,
    id::{AttachmentId, RectificationId},
};
use ledger::{ExternalJob, Job, JobError, StoreError, Unit};
use seal::{Hasher, ObjectSealer, WrappedKey};
use serde_json::{Value, json};

use super::{PIECE_PAUSE_MICROS, SEAL_FILES, next};
use crate::{api::attachments::object, rectify, sealing::MatterKey, store::files};

/// Hours after which what could not be sealed is looked at again.
const WALK_HOURS: i64 = 24;
/// Longer than all files of one rectification take, several times over: 50 of 20 MiB at 10 MiB a second.
const LEASE: Duration = Duration::from_secs(15 * 60);

/// Seals older files, behind the one in the payload.
pub(super) struct SealFiles(pub(super) BlockingObjects);

/// Where the walk is: first through the files of orders, then through the rectifications.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Walk {
    Orders(String),
    Rectifications(String),
}

/// What one run does.
pub(super) struct Step {
    files: Vec<Clear>,
    /// What is sealed for good once all of them are.
    holder: Option<Sealable>,
    /// Where the walk goes on; `None` at its end.
    then: Option<Walk>,
}

#[derive(Debug, Clone, Copy)]
enum Sealable {
    File(AttachmentId),
    Rectification(RectificationId),
}

/// A file that may lie in clear.
struct Clear {
    id: AttachmentId,
    known: Stored,
    hasher: Hasher,
    sealer: ObjectSealer,
}

/// What came of a step.
pub(super) struct Done {
    sealed: Option<Sealable>,
    then: Option<Walk>,
}

impl Walk {
    fn of(payload: &Value) -> Self {
        let at = |field: &str| payload.get(field).and_then(Value::as_str).map(str::to_owned);
        match at("rectification") {
            Some(after) => Self::Rectifications(after),
            None => Self::Orders(at("file").unwrap_or_default()),
        }
    }

    fn payload(&self) -> Value {
        match self {
            Self::Orders(after) => json!({ "file": after }),
            Self::Rectifications(after) => json!({ "rectification": after }),
        }
    }
}

impl ExternalJob for SealFiles {
    type Input = Step;
    type Output = Done;

    fn kind(&self) -> &'static str {
        SEAL_FILES
    }

    /// It must go on by itself once the store is well again.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn lease(&self) -> Duration {
        LEASE
    }

    fn prepare(&self, unit: &mut Unit<'_>, job: &Job) -> Result<Option<Step>, JobError> {
        let step = match Walk::of(&job.payload) {
            Walk::Orders(after) => of_order(unit, &after)?,
            Walk::Rectifications(after) => of_rectification(unit, &after)?,
        };
        Ok(Some(step))
    }

    fn run(&self, _: &Job, step: Step) -> Result<Done, JobError> {
        let mut is_whole = true;
        for Clear { id, known, hasher, sealer } in step.files {
            let lying = self.0.seal_in_place(&object(id), &known, hasher, sealer)?;
            match lying {
                Lying::Sealed => tracing::info!(attachment.id = %id, "sealed file {id} in the object store"),
                Lying::SealedBefore => {}
                Lying::Missing | Lying::Different => {
                    tracing::error!(attachment.id = %id, ?lying, "file {id} could not be sealed: it is not what its event says");
                    is_whole = false;
                }
            }
        }
        Ok(Done { sealed: step.holder.filter(|_| is_whole), then: step.then })
    }

    fn complete(&self, unit: &mut Unit<'_>, _: &Job, done: &Done) -> Result<(), JobError> {
        match done.sealed {
            Some(Sealable::File(id)) => files::mark_sealed(unit.connection(), id)?,
            Some(Sealable::Rectification(id)) => files::mark_rectification_sealed(unit.connection(), id)?,
            None => {}
        }
        let now = unit.now();
        let (due, payload) = match &done.then {
            Some(walk) => (now.plus_micros(PIECE_PAUSE_MICROS), walk.payload()),
            None => (now.plus_micros(WALK_HOURS * 3_600_000_000), Value::Null),
        };
        unit.enqueue(next(SEAL_FILES, due, payload))?;
        Ok(())
    }

    fn failed(&self, _: &mut Unit<'_>, _: &Job, _: &str, _: bool) -> Result<(), StoreError> {
        Ok(())
    }
}

/// The next file of an order.
fn of_order(unit: &mut Unit<'_>, after: &str) -> Result<Step, JobError> {
    let Some(file) = files::next_clear(unit.connection(), after)? else {
        return Ok(Step { files: Vec::new(), holder: None, then: Some(Walk::Rectifications(String::new())) });
    };
    let (holder, then) = (Some(Sealable::File(file.id)), Some(Walk::Orders(file.id.to_string())));
    if file.wrapped.is_none() {
        // The order was erased: there is no key to seal it with, and nobody is to read it.
        let removal = removal_of(&object(file.id), unit.now());
        unit.enqueue(removal)?;
        return Ok(Step { files: Vec::new(), holder, then });
    }
    let clear = clear(unit, &file.order.to_string(), file.wrapped.as_ref(), (file.id, file.bytes, &file.digest))?;
    Ok(Step { files: vec![clear], holder, then })
}

/// The files of the next rectification.
fn of_rectification(unit: &mut Unit<'_>, after: &str) -> Result<Step, JobError> {
    let Some((id, wrapped)) = files::next_clear_rectification(unit.connection(), after)? else {
        return Ok(Step { files: Vec::new(), holder: None, then: None });
    };
    let state = rectify::load(unit, id)?;
    let older = state.evidence.iter().filter(|file| !file.sealed);
    let files = older
        .map(|file| clear(unit, &id.to_string(), wrapped.as_ref(), (file.id, file.size, &file.digest)))
        .collect::<Result<_, Problem>>()?;
    Ok(Step { files, holder: Some(Sealable::Rectification(id)), then: Some(Walk::Rectifications(id.to_string())) })
}

/// What it takes to seal a file of a matter.
fn clear(
    unit: &Unit<'_>,
    matter: &str,
    wrapped: Option<&WrappedKey>,
    (id, bytes, digest): (AttachmentId, u64, &str),
) -> Result<Clear, Problem> {
    let (keyring, random) = (unit.keyring(), unit.random());
    let known = Stored::of(bytes, digest);
    let known = known.ok_or_else(|| Problem::internal_error(format!("the digest of {id} is none")))?;
    let sealer = MatterKey::kept(keyring, matter, wrapped)?.object_sealer(id, random);
    Ok(Clear { id, known, hasher: keyring.hasher(), sealer })
}
