//! Orders follow a unit that the organisation moved, so that whoever may see the unit sees them.

use std::sync::Arc;

use kernel::{OrgPath, ProblemKind, id::OrderId};
use ledger::{Job, JobError, JobHandler, NewJob, Unit};
use people::model::events::{ORGANISATION_STREAM, OrganisationEvent};
use serde_json::{Value, json};

use super::{LawSource, MOVE, PIECE_PAUSE_MICROS, program};
use crate::{
    desk::{self, Act},
    model::{Command, Law, refusal::Refusal},
    store::{book, orders, sweeps, waits},
};

/// Orders that one run carries along.
const CARRIED_MAX: i64 = 50;

/// What of a moved unit is being carried along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The orders it answers for.
    Orders,
    /// The questions it was asked.
    Tasks,
    /// What else waits for it.
    Waits,
}

/// Carries orders along, a piece at a time. The payload is the reaction's, with the step and the place reached.
pub(super) struct Move(pub(super) Arc<dyn LawSource>);

impl JobHandler for Move {
    fn kind(&self) -> &'static str {
        MOVE
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let version = job.payload.get("version").and_then(Value::as_u64);
        let version = version.ok_or_else(|| JobError::Park("the payload has no version".to_owned()))?;
        // The moves that followed belong to this one: an order that arrives late goes all the way.
        let moves = moves_from(unit, version)?;
        let Some((from, _)) = moves.first() else {
            return Err(JobError::Park(format!("version {version} of the organisation is not a move")));
        };
        let step = match job.payload.get("step").and_then(Value::as_str) {
            None => Step::Orders,
            Some("tasks") => Step::Tasks,
            Some(_) => Step::Waits,
        };
        let (found, reached) = self::page(unit, from, step, job)?;
        let law = self.0.law();
        if step == Step::Orders && job.payload.get("path").is_none() {
            for (from, to) in &moves {
                book::relocate(unit.connection(), from, to)?;
            }
        }
        for order in &found {
            carry(unit, *order, &moves, &law)?;
        }
        let full = i64::try_from(found.len()).is_ok_and(|count| count >= CARRIED_MAX);
        let payload = match (step, reached.filter(|_| full)) {
            (Step::Orders, Some((path, last))) => json!({ "version": version, "path": path, "last": last }),
            (Step::Orders, None) => json!({ "version": version, "step": "tasks" }),
            (Step::Tasks, Some((path, last))) => {
                json!({ "version": version, "step": "tasks", "path": path, "last": last })
            }
            (Step::Tasks, None) => json!({ "version": version, "step": "waits" }),
            (Step::Waits, Some((path, last))) => {
                json!({ "version": version, "step": "waits", "path": path, "last": last })
            }
            (Step::Waits, None) => return Ok(()),
        };
        let due = unit.now().plus_micros(PIECE_PAUSE_MICROS);
        unit.enqueue(NewJob { kind: MOVE, key: Some(version.to_string()), due, payload })?;
        Ok(())
    }
}

type Page = (Vec<OrderId>, Option<(String, String)>);

/// The next orders of a step, and the place that was reached with them.
fn page(unit: &mut Unit<'_>, from: &OrgPath, step: Step, job: &Job) -> Result<Page, JobError> {
    let field = |name: &str| job.payload.get(name).and_then(Value::as_str).unwrap_or_default();
    let (path, last) = (field("path"), field("last"));
    let conn = unit.connection();
    Ok(match step {
        Step::Orders => {
            let seq = last.parse().unwrap_or(i64::MIN);
            let rows = orders::below(conn, from, (path, seq), CARRIED_MAX)?;
            let reached = rows.last().map(|(path, seq, _)| (path.clone(), seq.to_string()));
            (rows.into_iter().map(|(_, _, order)| order).collect(), reached)
        }
        Step::Waits => {
            let seq = last.parse().unwrap_or(i64::MIN);
            let rows = waits::waiting_below(conn, from, (path, seq), CARRIED_MAX)?;
            let reached = rows.last().map(|(path, seq, _)| (path.clone(), seq.to_string()));
            (rows.into_iter().map(|(_, _, order)| order).collect(), reached)
        }
        Step::Tasks => {
            let rows = sweeps::asked_below(conn, from, (path, last), CARRIED_MAX)?;
            let reached = rows.last().map(|(path, task, _)| (path.clone(), task.clone()));
            (rows.into_iter().map(|(_, _, order)| order).collect(), reached)
        }
    })
}

/// The moves from `version` on, in order.
pub(super) fn moves_from(unit: &mut Unit<'_>, version: u64) -> Result<Vec<(OrgPath, OrgPath)>, JobError> {
    let stream = unit.load::<OrganisationEvent>(ORGANISATION_STREAM)?;
    let mut moves = Vec::new();
    for recorded in stream.events.into_iter().filter(|recorded| recorded.version >= version) {
        match recorded.event {
            OrganisationEvent::Moved { from, to, .. } => moves.push((from, to)),
            OrganisationEvent::Imported { .. } if recorded.version == version => return Ok(Vec::new()),
            OrganisationEvent::Imported { .. } => {}
        }
    }
    Ok(moves)
}

fn carry(unit: &mut Unit<'_>, order: OrderId, moves: &[(OrgPath, OrgPath)], law: &Law) -> Result<(), JobError> {
    for (from, to) in moves {
        let command = Command::Relocate { from: from.clone(), to: to.clone() };
        match desk::act(unit, &Act::new(order, None, command), &program(), law) {
            Ok(_) => {}
            Err(problem)
                if problem.kind == ProblemKind::Refused && problem.reason == Some(Refusal::NotLocatedThere.slug()) => {}
            Err(problem) => return Err(problem.into()),
        }
    }
    Ok(())
}
