//! Computes deadlines anew: when a year's holidays became known, when the calendar was put right, and once a day in case a
//! change went by unseen. What the rows say is compared first; only orders that may have moved are loaded.

use std::sync::Arc;

use kernel::{ProblemKind, Timestamp};
use ledger::{Job, JobError, JobHandler, Unit};
use serde_json::{Value, json};

use super::{DEADLINES, LawSource, PIECE_PAUSE_MICROS, next, program};
use crate::{
    desk::{self, Act},
    model::{Command, Law, refusal::Refusal},
    store::{
        recomputations::{self, Recomputation},
        sweeps::{self, Running},
    },
};

/// Orders whose rows one run looks through.
const LOOKED_MAX: i64 = 500;
/// Orders that one run moves: each is an event and a handful of rows.
const MOVED_MAX: usize = 50;
/// Days until everything is looked through again.
const AGAIN_DAYS: i64 = 1;

/// Looks through all running clocks, a piece at a time; the payload holds the place reached.
pub(super) struct Deadlines(pub(super) Arc<dyn LawSource>);

impl JobHandler for Deadlines {
    fn kind(&self) -> &'static str {
        DEADLINES
    }

    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let (law, now) = (self.0.law(), unit.now());
        let counted = |field: &str| job.payload.get(field).and_then(Value::as_i64);
        let began_at = counted("began_at").map_or(now, Timestamp::from_micros);
        let (mut looked, mut moved_so_far) = (counted("looked").unwrap_or(0), counted("moved").unwrap_or(0));
        let after = job.payload.get("after").and_then(Value::as_i64).unwrap_or(i64::MIN);
        let page = sweeps::running(unit.connection(), after, LOOKED_MAX)?;
        let more = i64::try_from(page.len()).is_ok_and(|count| count >= LOOKED_MAX);
        let mut reached = page.last().map(|order| order.seq).filter(|_| more);
        let mut moved = 0;
        for order in &page {
            looked += 1;
            if !may_have_moved(order, &law) {
                continue;
            }
            moved_so_far += i64::from(recompute(unit, order, &law)?);
            moved += 1;
            if moved == MOVED_MAX {
                reached = Some(order.seq);
                break;
            }
        }
        let successor = match reached {
            Some(seq) => {
                let so_far = json!({
                    "after": seq, "began_at": began_at.as_micros(), "looked": looked, "moved": moved_so_far,
                });
                next(DEADLINES, now.plus_micros(PIECE_PAUSE_MICROS), so_far)
            }
            None => {
                let done = Recomputation { began_at, ended_at: now, looked, moved: moved_so_far };
                recomputations::add(unit.connection(), &done)?;
                next(DEADLINES, now.plus_days(AGAIN_DAYS), Value::Null)
            }
        };
        unit.enqueue(successor)?;
        Ok(())
    }
}

/// Whether a deadline as stored is another than the rule gives. Pauses are not in the rows, so that an order that stood
/// still once is always among these; loading it tells.
fn may_have_moved(order: &Running, law: &Law) -> bool {
    order.clocks.iter().any(|clock| {
        let rule = law.rules.clock(&clock.rule);
        rule.is_some_and(|rule| {
            let out = law.calendar.run_out(clock.start, rule.body.period, rule.body.roll, &[]);
            out.due != clock.due || out.provisional != clock.provisional
        })
    })
}

/// Moves the deadlines of an order. Returns whether any moved.
fn recompute(unit: &mut Unit<'_>, order: &Running, law: &Law) -> Result<bool, JobError> {
    match desk::act(unit, &Act::new(order.order, None, Command::MoveClocks), &program(), law) {
        Ok(_) => Ok(true),
        Err(problem)
            if problem.kind == ProblemKind::Refused && problem.reason == Some(Refusal::NothingMoved.slug()) =>
        {
            Ok(false)
        }
        Err(problem) => Err(problem.into()),
    }
}
