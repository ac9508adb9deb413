//! What the room does on its own: forgets what nobody needs any more, and carries keys and indexes over a rotation.
//!
//! Each job does a bounded piece and puts its successor in the queue, so that it never holds the writer for long.

use std::sync::Arc;

use kernel::{Problem, Timestamp};
use ledger::{Job, JobError, JobHandler, NewJob, Unit};

use crate::{
    model::lockout,
    store::{credentials, customer_erasure, sessions, subject_keys},
};

/// The job that removes ended sessions, stale records of tries and old sign-ins.
pub const PRUNE: &str = "people.prune";
/// The job that brings wrapped keys and blind indexes under the current keys.
pub const ROTATE: &str = "people.rotate";

/// Rows of each kind that one run removes.
const PRUNE_ROWS_MAX: i64 = 1_000;
/// Days that sign-ins are kept: twice the six months for which the Cybersecurity Law (art. 21) has network logs kept, and a
/// few weeks for the auditor to come.
const SIGN_INS_DAYS: i64 = 400;
/// Keys or indexes that one run renews: some tens of milliseconds.
const ROTATE_ROWS_MAX: usize = 200;

/// The jobs of the room.
pub fn handlers() -> Vec<Arc<dyn JobHandler>> {
    vec![Arc::new(Prune), Arc::new(Rotate)]
}

/// The jobs to have in the queue when the program starts; putting them in again changes nothing but their time.
pub fn at_start(now: Timestamp) -> Vec<NewJob> {
    vec![next(PRUNE, now), next(ROTATE, now)]
}

fn next(kind: &'static str, due: Timestamp) -> NewJob {
    NewJob { kind, key: Some("next".to_owned()), due, payload: serde_json::Value::Null }
}

/// Removes what has ended.
struct Prune;

impl JobHandler for Prune {
    fn kind(&self) -> &'static str {
        PRUNE
    }

    fn run(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<(), JobError> {
        const HOUR_MICROS: i64 = 3_600_000_000;
        let now = unit.now();
        let conn = unit.connection();
        let sessions = sessions::prune(conn, now, PRUNE_ROWS_MAX)?;
        let guards = credentials::prune_guards(conn, now.plus_micros(-lockout::WINDOW_MICROS), now, PRUNE_ROWS_MAX)?;
        let sign_ins = credentials::prune_sign_ins(conn, now.plus_days(-SIGN_INS_DAYS), PRUNE_ROWS_MAX)?;
        // A full batch means that more is waiting: a flood of tries must not outgrow the clean-up.
        let full = [sessions, guards, sign_ins].iter().any(|rows| *rows as i64 >= PRUNE_ROWS_MAX);
        let pause = if full { 1_000_000 } else { HOUR_MICROS };
        unit.enqueue(next(PRUNE, now.plus_micros(pause)))?;
        Ok(())
    }
}

/// Carries keys and indexes over a rotation, a piece at a time; when everything is current it looks again tomorrow.
struct Rotate;

impl JobHandler for Rotate {
    fn kind(&self) -> &'static str {
        ROTATE
    }

    fn run(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<(), JobError> {
        let now = unit.now();
        let renewed = rotate(unit)?;
        let due = if renewed > 0 { now.plus_micros(100_000) } else { now.plus_days(1) };
        unit.enqueue(next(ROTATE, due))?;
        Ok(())
    }
}

fn rotate(unit: &mut Unit<'_>) -> Result<usize, Problem> {
    let keys = subject_keys::rewrap_some(unit, ROTATE_ROWS_MAX)?;
    let keyring = unit.keyring();
    let indexes = customer_erasure::reindex_some(unit.connection(), keyring, ROTATE_ROWS_MAX as i64)?;
    Ok(keys + indexes)
}
