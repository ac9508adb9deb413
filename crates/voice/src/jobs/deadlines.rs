//! Computes deadlines anew: when a year's holidays became known, when the calendar was put right, and once a day in case a
//! change went by unseen. What the rows say is compared first; only orders that may have moved are loaded.

use std::sync::Arc;

use kernel::ProblemKind;
use ledger::{Job, JobError, JobHandler, Unit};
use serde_json::{Value, json};

use super::{DEADLINES, LawSource, PIECE_PAUSE_MICROS, next, program};
use crate::{
    desk::{self, Act},
    model::{Command, Law, refusal::Refusal},
    store::sweeps::{self, Running},
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
        let law = self.0.law();
        let after = job.payload.get("after").and_then(Value::as_i64).unwrap_or(i64::MIN);
        let page = sweeps::running(unit.connection(), after, LOOKED_MAX)?;
        let more = i64::try_from(page.len()).is_ok_and(|count| count >= LOOKED_MAX);
        let mut reached = page.last().map(|order| order.seq).filter(|_| more);
        let mut moved = 0;
        for order in &page {
            if !may_have_moved(order, &law) {
                continue;
            }
            recompute(unit, order, &law)?;
            moved += 1;
            if moved == MOVED_MAX {
                reached = Some(order.seq);
                break;
            }
        }
        let now = unit.now();
        let successor = match reached {
            Some(seq) => next(DEADLINES, now.plus_micros(PIECE_PAUSE_MICROS), json!({ "after": seq })),
            None => next(DEADLINES, now.plus_days(AGAIN_DAYS), Value::Null),
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

fn recompute(unit: &mut Unit<'_>, order: &Running, law: &Law) -> Result<(), JobError> {
    match desk::act(unit, &Act::new(order.order, None, Command::MoveClocks), &program(), law) {
        Ok(_) => Ok(()),
        Err(problem)
            if problem.kind == ProblemKind::Refused && problem.reason == Some(Refusal::NothingMoved.slug()) =>
        {
            Ok(())
        }
        Err(problem) => Err(problem.into()),
    }
}
