//! Does to one order after the other what somebody wants done to many, with the rights they had when they asked, and undoes it.
//! A run goes on after a stop of the program where it was.

use std::sync::Arc;

use kernel::{Actor, ActorKind, Grant, ProblemKind, id::BulkId};
use ledger::{Event as _, Job, JobError, JobHandler, NewJob, Unit};
use people::{model::staff::StaffStatus, store::staff};
use serde_json::json;

use super::{BULK, LawSource, PIECE_PAUSE_MICROS, read};
use crate::{
    desk::{self, Act},
    model::{
        Law,
        bulk::{Before, BulkEvent, BulkItemState, BulkState, UndoRefusal},
        permission,
    },
    store::bulk::{self as store, Became, BulkItem, BulkRun},
};

/// Orders that one run of the job takes: some tens of milliseconds.
const TOGETHER: i64 = 25;

/// The job that goes on with a run.
pub fn go_on(id: BulkId, due: kernel::Timestamp) -> NewJob {
    NewJob { kind: BULK, key: Some(id.to_string()), due, payload: json!({ "run": id.to_string() }) }
}

/// Goes on with a run.
pub(super) struct Bulk(pub(super) Arc<dyn LawSource>);

impl JobHandler for Bulk {
    fn kind(&self) -> &'static str {
        BULK
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let id: BulkId = read(job, "run")?;
        let run = store::find(unit.connection(), id)?;
        let run = run.ok_or_else(|| JobError::Park("there is no such run".to_owned()))?;
        let (wanted, is_undo) = match run.state {
            BulkState::Running => (BulkItemState::Waiting, false),
            BulkState::Undoing => (BulkItemState::Done, true),
            BulkState::Stopped | BulkState::Ended | BulkState::Undone => return Ok(()),
        };
        let items = store::items(unit.connection(), id, &[wanted], (-1, TOGETHER))?;
        if items.is_empty() {
            return end(unit, &run, is_undo);
        }
        let (law, actor) = (self.0.law(), actor_of(unit, &run)?);
        for item in &items {
            let became =
                if is_undo { undo(unit, &run, item, &actor, &law)? } else { step(unit, &run, item, &actor, &law)? };
            store::put(unit.connection(), id, item.place, &became)?;
        }
        let due = unit.now().plus_micros(PIECE_PAUSE_MICROS);
        unit.enqueue(go_on(id, due))?;
        Ok(())
    }
}

fn end(unit: &mut Unit<'_>, run: &BulkRun, is_undo: bool) -> Result<(), JobError> {
    let counts = store::counts(unit.connection(), run.id)?;
    let of = |state| counts.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count);
    let (state, event) = if is_undo {
        let (undone, kept) = (of(BulkItemState::Undone), of(BulkItemState::Kept));
        (BulkState::Undone, BulkEvent::UndoEnded { undone, kept })
    } else {
        let (done, refused) = (of(BulkItemState::Done), of(BulkItemState::Refused));
        (BulkState::Ended, BulkEvent::Ended { done, refused })
    };
    let now = unit.now();
    store::set_state(unit.connection(), run.id, state, Some(now))?;
    record(unit, run, &event)
}

/// Adds an event to the run's history, in the name of whoever started it.
pub(crate) fn record(unit: &mut Unit<'_>, run: &BulkRun, event: &BulkEvent) -> Result<(), JobError> {
    let stream = run.id.to_string();
    let version = unit.load::<BulkEvent>(&stream)?.version;
    debug_assert_eq!(version == 0, event.kind() == "started", "a run begins once");
    unit.append(&stream, version, &run.by, std::slice::from_ref(event))?;
    Ok(())
}

/// Whoever started the run, with the rights they had then; with none when they work here no more.
fn actor_of(unit: &mut Unit<'_>, run: &BulkRun) -> Result<Actor, JobError> {
    let is_staff = run.by.as_str().starts_with("staff");
    let works = match run.by.id().parse() {
        Ok(id) if is_staff => {
            let found = staff::find(unit.connection(), id)?;
            found.is_none_or(|record| record.staff.status == StaffStatus::Active)
        }
        Ok(_) | Err(_) => true,
    };
    let known = permission::specs();
    let grants = run.grants.iter().filter(|_| works).filter_map(|(name, scope)| {
        let spec = known.iter().find(|spec| spec.permission.0 == name)?;
        Some(Grant { permission: spec.permission, scope: scope.clone() })
    });
    Ok(Actor {
        reference: run.by.clone(),
        kind: if is_staff { ActorKind::Staff } else { ActorKind::System },
        roles: Arc::new([]),
        unit: run.unit.clone(),
        grants: grants.collect(),
    })
}

/// A problem that belongs to the order and not to the run.
const fn is_refusal(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::Refused | ProblemKind::Forbidden | ProblemKind::NotFound | ProblemKind::Invalid)
}

fn step(unit: &mut Unit<'_>, run: &BulkRun, item: &BulkItem, actor: &Actor, law: &Law) -> Result<Became, JobError> {
    let done = desk::load(unit, item.order).and_then(|order| {
        let before = Before::of(&order);
        let after = desk::act(unit, &Act::new(item.order, None, run.action.command()), actor, law)?;
        Ok(Became::Done(after.version, Box::new(before)))
    });
    match done {
        Ok(done) => Ok(done),
        Err(problem) if is_refusal(problem.kind) => {
            Ok(Became::Refused(problem.reason.unwrap_or(problem.kind.slug()).to_owned(), problem.message))
        }
        Err(problem) => Err(problem.into()),
    }
}

fn undo(unit: &mut Unit<'_>, run: &BulkRun, item: &BulkItem, actor: &Actor, law: &Law) -> Result<Became, JobError> {
    let kept = |refusal: &UndoRefusal| Became::Kept(refusal.slug().to_owned(), refusal.text());
    let (Some(before), Some(version)) = (&item.before, item.version) else {
        return Ok(kept(&UndoRefusal::NothingBefore));
    };
    let command = match run.action.undo(before) {
        Ok(command) => command,
        Err(refusal) => return Ok(kept(&refusal)),
    };
    let undone = desk::load(unit, item.order).and_then(|order| {
        if order.version != version {
            return Ok(kept(&UndoRefusal::ChangedSince));
        }
        desk::act(unit, &Act::new(item.order, None, command.clone()), actor, law)?;
        Ok(Became::Undone)
    });
    match undone {
        Ok(undone) => Ok(undone),
        Err(problem) if is_refusal(problem.kind) => {
            Ok(Became::Kept(problem.reason.unwrap_or(problem.kind.slug()).to_owned(), problem.message))
        }
        Err(problem) => Err(problem.into()),
    }
}
