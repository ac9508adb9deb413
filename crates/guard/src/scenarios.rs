//! What is done with scenarios, each as one unit of work. That a text compiles is checked before, by the engine. A version that
//! goes live retires the one that was.

use ::decide::ScenarioSpec;
use kernel::{Actor, ActorRef, Problem, ProblemKind, Text, id::ScenarioId};
use ledger::{Announcement, Stream, Unit};

use crate::{
    jobs::program,
    model::scenario::{Drafted, Scenario, ScenarioCommand, ScenarioEvent, decide, evolve},
    store::scenarios,
};

/// The topic under which changes are announced.
pub const TOPIC: &str = "guard.scenario";

/// The problem of a version that is not there.
pub fn unknown() -> Problem {
    Problem::not_found("情景版本", "version of a scenario")
}

/// Drafts a version; its number follows the last of its name.
pub fn draft(unit: &mut Unit<'_>, drafted: &Drafted, actor: &Actor) -> Result<Scenario, Problem> {
    unit.lock(TOPIC)?;
    let number = scenarios::next_number(unit.connection(), &drafted.spec.name)?;
    let event = ScenarioEvent::Drafted(Box::new(Drafted { number, ..drafted.clone() }));
    let state = evolve(None, (unit.now(), &actor.reference, &event));
    let state = state.ok_or_else(|| Problem::internal_error("drafting gave no scenario"))?;
    unit.append(&state.id.to_string(), 0, &actor.reference, &[event])?;
    scenarios::insert(unit.connection(), &state)?;
    announce(unit, &state, actor, "drafted");
    Ok(state)
}

/// Does something to a version as of the one that the caller saw; `None` for the program's own acts.
pub fn act(
    unit: &mut Unit<'_>,
    (id, seen): (ScenarioId, Option<u64>),
    command: ScenarioCommand,
    actor: &Actor,
) -> Result<Scenario, Problem> {
    unit.lock(TOPIC)?;
    let before = load(unit, id)?;
    if seen.is_some_and(|seen| seen != before.version) {
        let text = Text::fixed("该版本已被他人修改，请刷新。", "Somebody else has changed it; load it again.");
        return Err(Problem::new(ProblemKind::Conflict, text).because("raced"));
    }
    let event = decide(&before, command, actor)?;
    if event == ScenarioEvent::Approved {
        retire_others(unit, &before, actor)?;
    }
    put(unit, before, event, actor)
}

/// The version as its events tell it.
pub fn load(unit: &mut Unit<'_>, id: ScenarioId) -> Result<Scenario, Problem> {
    let stream: Stream<ScenarioEvent> = unit.load(&id.to_string())?;
    stream.events.iter().fold(None, |state, one| evolve(state, (one.at, &one.actor, &one.event))).ok_or_else(unknown)
}

/// Puts the shipped scenarios there as live versions, where there are none of any name.
pub fn ship(unit: &mut Unit<'_>, specs: &[ScenarioSpec]) -> Result<(), Problem> {
    unit.lock(TOPIC)?;
    if scenarios::is_any_there(unit.connection())? {
        return Ok(());
    }
    // Who drafts what is shipped; the program approves it.
    let shipper = Actor { reference: ActorRef::program("guard-shipped"), ..program() };
    for spec in specs {
        let drafted = Drafted { scenario: ScenarioId::new(unit.now(), unit.random()), number: 0, spec: spec.clone() };
        let state = draft(unit, &drafted, &shipper)?;
        act(unit, (state.id, None), ScenarioCommand::Approve, &program())?;
    }
    Ok(())
}

fn put(unit: &mut Unit<'_>, before: Scenario, event: ScenarioEvent, actor: &Actor) -> Result<Scenario, Problem> {
    let (id, version) = (before.id, before.version);
    let kind = ledger::Event::kind(&event);
    let after = evolve(Some(before), (unit.now(), &actor.reference, &event)).ok_or_else(unknown)?;
    unit.append(&id.to_string(), version, &actor.reference, &[event])?;
    scenarios::update(unit.connection(), &after)?;
    announce(unit, &after, actor, kind);
    Ok(after)
}

fn retire_others(unit: &mut Unit<'_>, next: &Scenario, actor: &Actor) -> Result<(), Problem> {
    let live = scenarios::live(unit.connection())?;
    for row in live.into_iter().filter(|row| row.spec.name == next.spec.name) {
        let before = load(unit, row.id)?;
        let reason = format!("v{}", next.number);
        put(unit, before, ScenarioEvent::Retired { reason }, actor)?;
    }
    Ok(())
}

fn announce(unit: &mut Unit<'_>, state: &Scenario, actor: &Actor, kind: &str) {
    let place = crate::lists::everywhere(actor);
    unit.announce(Announcement { topic: TOPIC, id: state.id.to_string(), unit: place, kind: kind.to_owned() });
}
