//! Looks at new orders for conspicuous evidence of abnormal complaints, and keeps a note of those that have it, so that
//! somebody can look at them. It does nothing to an order: no event, no reminder, no change of any clock.

use std::sync::Arc;

use kernel::Problem;
use ledger::{Job, JobError, JobHandler, Unit};
use serde_json::{Value, json};

use super::{ABNORMAL, LawSource, PIECE_PAUSE_MICROS, SKETCH, next};
use crate::{
    abnormal::{self, Evidence},
    desk,
    model::Law,
    store::{abnormal as store, orders::seq_at, rows, sketches},
};

/// Orders that one run looks at: some tens of milliseconds.
const LOOKED_MAX: i64 = 20;
/// Orders of a wave that are looked at anew because a further one came, in one run.
const PEERS_MAX: usize = 20;
/// How soon to look again when there was nothing new.
const LOOK_MICROS: i64 = 60 * 1_000_000;
/// How far a start goes back: over a long holiday on which nothing ran.
const START_DAYS: i64 = 10;
/// Orders whose text one run sketches.
const SKETCHED_MAX: i64 = 200;

/// Looks at the orders behind the place in the payload.
pub(super) struct Look(pub(super) Arc<dyn LawSource>);

impl JobHandler for Look {
    fn kind(&self) -> &'static str {
        ABNORMAL
    }

    /// It must go on by itself once the database is well again.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let (law, now) = (self.0.law(), unit.now());
        let from = || seq_at(now.plus_days(-START_DAYS));
        let after = job.payload.get("after").and_then(Value::as_i64).unwrap_or_else(from);
        let new = store::next_indexed(unit.connection(), after, LOOKED_MAX)?;
        let mut peers = Vec::new();
        for (seq, id) in &new {
            let order = desk::load(unit, *id)?;
            if let Some(evidence) = look(unit, (&order, *seq), &law)? {
                peers.extend(evidence.peers());
            }
        }
        // What came earlier was not conspicuous before the others came.
        peers.sort_unstable();
        peers.dedup();
        peers.truncate(PEERS_MAX);
        for row in rows::rows_at(unit.connection(), &peers)? {
            if !store::is_noted(unit.connection(), row.seq)? {
                let order = desk::load(unit, row.id)?;
                look(unit, (&order, row.seq), &law)?;
            }
        }
        let full = i64::try_from(new.len()).is_ok_and(|count| count >= LOOKED_MAX);
        let pause = if full { PIECE_PAUSE_MICROS } else { LOOK_MICROS };
        let behind = new.last().map_or(after, |(seq, _)| *seq);
        unit.enqueue(next(ABNORMAL, now.plus_micros(pause), json!({ "after": behind })))?;
        Ok(())
    }
}

/// Notes an order when its evidence is conspicuous, and gives that evidence.
fn look(unit: &mut Unit<'_>, order: (&crate::model::Order, i64), law: &Law) -> Result<Option<Evidence>, Problem> {
    let now = unit.now();
    let Some(evidence) = abnormal::gather(unit.connection(), order, law, now)? else { return Ok(None) };
    if evidence.score < evidence.conspicuous {
        return Ok(None);
    }
    let parts = serde_json::to_string(&evidence.kept()).map_err(Problem::internal_error)?;
    store::note(unit.connection(), order.1, (evidence.score, &parts), now)?;
    Ok(Some(evidence))
}

/// Sketches the texts of orders that came before there were sketches, as far back as evidence looks.
pub(super) struct SketchOlder(pub(super) Arc<dyn LawSource>);

impl JobHandler for SketchOlder {
    fn kind(&self) -> &'static str {
        SKETCH
    }

    /// It must go on by itself once the database is well again.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    /// It ends when everything within the window has a sketch.
    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let now = unit.now();
        let Some(policy) = self.0.law().abnormal(now.date()) else { return Ok(()) };
        let from = seq_at(now.plus_days(-i64::from(policy.window_days)));
        let before = job.payload.get("before").and_then(Value::as_i64).unwrap_or(i64::MAX);
        let older = sketches::without(unit.connection(), (from, before), SKETCHED_MAX)?;
        for (seq, words) in &older {
            sketches::put(unit.connection(), *seq, None, words)?;
        }
        if let Some((last, _)) = older.last() {
            unit.enqueue(next(SKETCH, now.plus_micros(PIECE_PAUSE_MICROS), json!({ "before": last })))?;
        }
        Ok(())
    }
}
