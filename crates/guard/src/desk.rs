//! What is done with interceptions, each as one unit of work: load, prove that the caller may, judge, append, bring the row up
//! to date, set the alarm, tell whoever listens. It must never seal or open a text: that is done before and after.

use kernel::{Actor, Authorised, Problem, ProblemKind, Text, Timestamp, id::InterceptionId};
use ledger::{Announcement, NewJob, Stream, Unit};
use serde_json::json;

use crate::{
    jobs, labels,
    model::{
        interception::{Command, Fact, Interception, InterceptionEvent, Rules, decide, permitted},
        permission::SEE,
    },
    store::interceptions::{self, Kept},
};

/// The topic under which changes to interceptions are announced.
pub const TOPIC: &str = "guard.interception";

/// What somebody wants to do to an interception that is there.
#[derive(Debug, Clone)]
pub struct Act {
    /// The interception.
    pub id: InterceptionId,
    /// The version the caller saw; `None` for the program's own acts.
    pub version: Option<u64>,
    /// What.
    pub command: Command,
}

/// The problem of an interception that is not there, or that the caller may not know of.
pub fn unknown() -> Problem {
    Problem::not_found("拦截", "interception")
}

/// The stream of an interception.
pub fn stream(id: InterceptionId) -> String {
    id.to_string()
}

/// Opens an interception.
pub fn open(
    unit: &mut Unit<'_>,
    command: Command,
    kept: &Kept,
    actor: &Actor,
    rules: &Rules,
) -> Result<Interception, Problem> {
    let now = unit.now();
    let events = decide(None, command, actor, now, rules)?;
    let state = fold(None, &events, now, actor);
    let state = state.ok_or_else(|| Problem::internal_error("opening gave no interception"))?;
    unit.append(&stream(state.id), 0, &actor.reference, &events)?;
    interceptions::insert(unit.connection(), &state, kept)?;
    announce(unit, &state, "opened");
    Ok(state)
}

/// Does something to an interception.
///
/// # Errors
/// What may not be seen does not exist; what may not be done is forbidden; a version that is no longer its own is a conflict;
/// everything else is refused in words.
pub fn act(unit: &mut Unit<'_>, act: &Act, actor: &Actor, rules: &Rules) -> Result<Interception, Problem> {
    let before = authorised(load(unit, act.id)?, actor)?.into_inner();
    if let Some(verb) = act.command.verb() {
        permitted(&before, verb, actor)?;
    }
    if act.version.is_some_and(|version| version != before.version) {
        return Err(raced(&before));
    }
    let now = unit.now();
    let events = decide(Some(&before), act.command.clone(), actor, now, rules)?;
    let after = fold(Some(before.clone()), &events, now, actor);
    let after = after.ok_or_else(|| Problem::internal_error("an interception went missing while it was changed"))?;
    unit.append(&stream(act.id), before.version, &actor.reference, &events)?;
    interceptions::update(unit.connection(), &after)?;
    ring(unit, &before, &after)?;
    labels::put_ending(unit, &before, &after, actor)?;
    announce(unit, &after, events.last().map_or("changed", ledger::Event::kind));
    Ok(after)
}

/// The interception as its events tell it.
pub fn load(unit: &mut Unit<'_>, id: InterceptionId) -> Result<Interception, Problem> {
    let stream: Stream<InterceptionEvent> = unit.load(&stream(id))?;
    let facts = stream.events.iter().map(|r| Fact { at: r.at, by: &r.actor, event: &r.event });
    facts.fold(None, Interception::evolve).ok_or_else(unknown)
}

/// The interception with the proof that the caller may know of it.
pub fn authorised(state: Interception, actor: &Actor) -> Result<Authorised<Interception>, Problem> {
    kernel::authorise(actor, SEE, SEE, state).map_err(|_| unknown())
}

fn fold(
    start: Option<Interception>,
    events: &[InterceptionEvent],
    at: Timestamp,
    actor: &Actor,
) -> Option<Interception> {
    let by = &actor.reference;
    events.iter().fold(start, |state, event| Interception::evolve(state, Fact { at, by, event }))
}

/// Keeps one job in the queue for the next thing that the program has to do.
fn ring(unit: &mut Unit<'_>, before: &Interception, after: &Interception) -> Result<(), Problem> {
    let key = after.id.to_string();
    match after.next_alarm() {
        next if next == before.next_alarm() => {}
        Some(due) => {
            let payload = json!({ "interception": key });
            unit.enqueue(NewJob { kind: jobs::RING, key: Some(key), due, payload })?;
        }
        None => {
            unit.cancel_job(jobs::RING, &key)?;
        }
    }
    Ok(())
}

fn raced(state: &Interception) -> Problem {
    let (stage, version) = (state.stage.title(), state.version);
    let message = Text::of(
        format!("该拦截已被他人办理，现为第 {version} 版，状态“{}”；请刷新后再办理。", stage.zh),
        format!("Somebody else has changed the interception; it is at version {version}, {}. Load it again.", stage.en),
    );
    let now = Text::of(version.to_string(), version.to_string());
    Problem::new(ProblemKind::Conflict, message).because("raced").field("/version", now)
}

fn announce(unit: &mut Unit<'_>, state: &Interception, kind: &str) {
    let (id, place) = (state.id.to_string(), state.unit.clone());
    unit.announce(Announcement { topic: TOPIC, id, unit: place, kind: kind.to_owned() });
}
