//! Reminds owners, brings what is overdue before somebody above, and opens a rectification again when its cause comes back.

use std::sync::Arc;

use kernel::{
    Problem, ProblemKind, Timestamp,
    id::{OrderId, RectificationId},
};
use ledger::{Job, JobError, JobHandler, NewJob, Unit};
use serde_json::{Value, json};

use super::{
    LawSource, MOVE_RECTIFICATIONS, OVERSEE, PIECE_PAUSE_MICROS, PRESS, RECURRENCE, moves::moves_from, next, program,
};
use crate::{
    desk,
    figures::Period,
    model::{
        Law, Order,
        rectification::{Rectification, RectificationCommand, RectificationRefusal},
    },
    rectify::{self, Act},
    store::{rectifications, rows},
};

/// Rectifications that one run finds.
const FOUND_MAX: i64 = 200;
/// How often they are looked for: their dates are days.
const LOOK_MICROS: i64 = 60 * 1_000_000;
/// The policy's number of orders of the same cause after which a rectification opens again.
const RECURRENCES: &str = "policy.rectification.recurrence";

/// Finds the rectifications of which something is due.
pub(super) struct Oversee;

impl JobHandler for Oversee {
    fn kind(&self) -> &'static str {
        OVERSEE
    }

    /// It must go on by itself once the database is well again.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<(), JobError> {
        let now = unit.now();
        let found = rectifications::alarming(unit.connection(), now, FOUND_MAX)?;
        for id in &found {
            // The rectification's own job sets the next alarm when it has run.
            rectifications::set_alarm(unit.connection(), *id, None)?;
            let payload = json!({ "rectification": id.to_string() });
            unit.enqueue(NewJob { kind: PRESS, key: Some(id.to_string()), due: now, payload })?;
        }
        let full = i64::try_from(found.len()).is_ok_and(|count| count >= FOUND_MAX);
        let pause = if full { PIECE_PAUSE_MICROS } else { LOOK_MICROS };
        unit.enqueue(next(OVERSEE, now.plus_micros(pause), Value::Null))?;
        Ok(())
    }
}

/// Reminds and escalates for one rectification, if it still is time to.
pub(super) struct Press(pub(super) Arc<dyn LawSource>);

impl JobHandler for Press {
    fn kind(&self) -> &'static str {
        PRESS
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let id: RectificationId = super::read(job, "rectification")?;
        let (law, now) = (self.0.law(), unit.now());
        let state = rectify::load(unit, id)?;
        let owed = state.owed(&law, now);
        if owed.is_empty() {
            rectifications::set_alarm(unit.connection(), id, state.next_alarm(&law, now))?;
        }
        for command in owed {
            rectify::act(unit, &Act { id, version: None, command }, &program(), &law)?;
        }
        Ok(())
    }
}

/// Carries rectifications along with a unit that was moved, a piece at a time.
pub(super) struct Carry(pub(super) Arc<dyn LawSource>);

impl JobHandler for Carry {
    fn kind(&self) -> &'static str {
        MOVE_RECTIFICATIONS
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let version = job.payload.get("version").and_then(Value::as_u64);
        let version = version.ok_or_else(|| JobError::Park("the payload has no version".to_owned()))?;
        let moves = moves_from(unit, version)?;
        let Some((from, _)) = moves.first() else {
            return Err(JobError::Park(format!("version {version} of the organisation is not a move")));
        };
        let after = job.payload.get("after").and_then(Value::as_str).unwrap_or_default();
        let found = rectifications::below(unit.connection(), from, after, FOUND_MAX)?;
        let law = self.0.law();
        for id in &found {
            for (from, to) in &moves {
                let command = RectificationCommand::Relocate { from: from.clone(), to: to.clone() };
                match rectify::act(unit, &Act { id: *id, version: None, command }, &program(), &law) {
                    Ok(_) => {}
                    Err(problem) if problem.reason == Some(RectificationRefusal::NothingDue.slug()) => {}
                    Err(problem) => return Err(problem.into()),
                }
            }
        }
        if let Some(last) = found.last().filter(|_| i64::try_from(found.len()).is_ok_and(|count| count >= FOUND_MAX)) {
            let payload = json!({ "version": version, "after": last.to_string() });
            let due = unit.now().plus_micros(PIECE_PAUSE_MICROS);
            unit.enqueue(NewJob { kind: MOVE_RECTIFICATIONS, key: Some(version.to_string()), due, payload })?;
        }
        Ok(())
    }
}

/// Opens rectifications again whose cause an order shows after their check.
pub(super) struct Recurrence(pub(super) Arc<dyn LawSource>);

impl JobHandler for Recurrence {
    fn kind(&self) -> &'static str {
        RECURRENCE
    }

    /// The payload is the reaction's: the order's stream is its id.
    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let id: OrderId = super::read(job, "stream")?;
        let law = self.0.law();
        let order = desk::load(unit, id)?;
        let Some(cause) = &order.cause else { return Ok(()) };
        for rectification in rectifications::checked_of_cause(unit.connection(), cause.key.as_str())? {
            let state = rectify::load(unit, rectification)?;
            if rectify::concerns(&state, &order) {
                recur(unit, &state, &order, &law)?;
            }
        }
        Ok(())
    }
}

fn recur(unit: &mut Unit<'_>, state: &Rectification, order: &Order, law: &Law) -> Result<(), Problem> {
    let now = unit.now();
    let Some(checked) = state.checked_at.filter(|checked| order.received_at > *checked) else { return Ok(()) };
    let wanted = law.policy(RECURRENCES, now.date()).unwrap_or(1).max(1) as usize;
    let since = Period { from: checked.date(), to: now.date() };
    let seqs = rectify::same_cause(unit.connection(), state, since, now)?;
    let rows = rows::rows_at(unit.connection(), &seqs)?;
    let after: Vec<(OrderId, Timestamp)> =
        rows.into_iter().filter(|row| row.received_at > checked).map(|row| (row.id, row.received_at)).collect();
    if after.len() < wanted {
        return Ok(());
    }
    let received_at = after.iter().map(|(_, at)| *at).min().unwrap_or(order.received_at);
    let orders = after.into_iter().map(|(id, _)| id).collect();
    let command = RectificationCommand::Recur { orders, received_at };
    match rectify::act(unit, &Act { id: state.id, version: None, command }, &program(), law) {
        Ok(_) => Ok(()),
        // Another order was first, and it is being put right again.
        Err(problem) if problem.kind == ProblemKind::Refused => Ok(()),
        Err(problem) => Err(problem),
    }
}
