//! Does to one order after the other what somebody wants done to many, and undoes it. Each order is decided with the rights that
//! they hold when its turn comes: what they may do no longer is not done, and is told as the reason. A run goes on after a stop of
//! the program where it was.

use std::sync::Arc;

use kernel::{Actor, ActorKind, Problem, ProblemKind, id::BulkId};
use ledger::{Event as _, Job, JobError, JobHandler, NewJob, Unit};
use people::{
    access::RoleTable,
    model::{organisation::UnitStatus, staff::StaffStatus},
    store::{staff, units},
};
use serde_json::json;

use super::{BULK, LawSource, PIECE_PAUSE_MICROS, read};
use crate::{
    desk::{self, Act},
    model::{
        Command, Law,
        bulk::{Before, BulkEvent, BulkItemState, BulkState, UndoRefusal},
        permission,
        refusal::Refusal,
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

/// Whoever started the run, with the rights that they hold now; with none when they work here no more or their token ended.
fn actor_of(unit: &mut Unit<'_>, run: &BulkRun) -> Result<Actor, JobError> {
    let now = unit.now();
    // What is done to orders asks for permissions of this room alone.
    let table = RoleTable::new(&permission::specs());
    let known = people::access::present(unit.connection(), &run.by, now, &table)?;
    Ok(known.unwrap_or_else(|| Actor {
        reference: run.by.clone(),
        kind: ActorKind::Staff,
        roles: Arc::new([]),
        posts: Arc::new([]),
        unit: run.unit.clone(),
        grants: Arc::new([]),
    }))
}

/// Why this person may do it to no order at all any more.
fn lacking(run: &BulkRun, actor: &Actor) -> Option<Refusal> {
    let needed = [permission::SEE, run.action.verb().permission()];
    needed.into_iter().find(|permission| !actor.holds(*permission)).map(Refusal::Lacks)
}

/// Why the order can be given to nobody there: the unit was closed, or the person left, since the run was asked for.
fn nobody_there(unit: &mut Unit<'_>, command: &Command) -> Result<Option<UndoRefusal>, Problem> {
    let Command::Assign { unit: place, person, why: _ } = command else { return Ok(None) };
    let found = units::find_by_path(unit.connection(), place)?;
    if found.is_none_or(|found| found.status != UnitStatus::Open) {
        return Ok(Some(UndoRefusal::UnitClosed));
    }
    let Some(person) = person else { return Ok(None) };
    let works = |record: &staff::StaffRecord| {
        record.staff.status == StaffStatus::Active && place.contains(&record.staff.unit_path)
    };
    let found = staff::find(unit.connection(), *person)?;
    Ok(if found.as_ref().is_some_and(works) { None } else { Some(UndoRefusal::PersonGone) })
}

/// A problem that belongs to the order and not to the run.
const fn is_refusal(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::Refused | ProblemKind::Forbidden | ProblemKind::NotFound | ProblemKind::Invalid)
}

fn step(unit: &mut Unit<'_>, run: &BulkRun, item: &BulkItem, actor: &Actor, law: &Law) -> Result<Became, JobError> {
    let refused = |slug: &str, text| Became::Refused(slug.to_owned(), text);
    if let Some(refusal) = lacking(run, actor) {
        return Ok(refused(refusal.slug(), refusal.text()));
    }
    let command = run.action.command();
    if let Some(refusal) = nobody_there(unit, &command)? {
        return Ok(refused(refusal.slug(), refusal.text()));
    }
    let done = desk::load(unit, item.order).and_then(|order| {
        let before = Before::of(&order);
        let after = desk::act(unit, &Act::new(item.order, None, command), actor, law)?;
        Ok(Became::Done(after.version, Box::new(before)))
    });
    match done {
        Ok(done) => Ok(done),
        Err(problem) if is_refusal(problem.kind) => {
            Ok(refused(problem.reason.unwrap_or(problem.kind.slug()), problem.message))
        }
        Err(problem) => Err(problem.into()),
    }
}

fn undo(unit: &mut Unit<'_>, run: &BulkRun, item: &BulkItem, actor: &Actor, law: &Law) -> Result<Became, JobError> {
    let kept = |refusal: &UndoRefusal| Became::Kept(refusal.slug().to_owned(), refusal.text());
    if let Some(refusal) = lacking(run, actor) {
        return Ok(Became::Kept(refusal.slug().to_owned(), refusal.text()));
    }
    let (Some(before), Some(version)) = (&item.before, item.version) else {
        return Ok(kept(&UndoRefusal::NothingBefore));
    };
    let command = match run.action.undo(before) {
        Ok(command) => command,
        Err(refusal) => return Ok(kept(&refusal)),
    };
    if let Some(refusal) = nobody_there(unit, &command)? {
        return Ok(kept(&refusal));
    }
    let undone = desk::load(unit, item.order).and_then(|order| {
        if order.version != version {
            return Ok(kept(&UndoRefusal::ChangedSince));
        }
        desk::act(unit, &Act::new(item.order, None, command), actor, law)?;
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
