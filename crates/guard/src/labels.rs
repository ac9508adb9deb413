//! What is done when something becomes known of an event: it is judged beside what was said before, kept in the order in which it
//! was said, and the engine is told. It must never take anything back: a later label corrects an earlier one.

use kernel::{Actor, OrgPath, Problem, ProblemKind, Text, id::DecisionId};
use ledger::{Announcement, Unit};

use crate::{
    model::{
        interception::Interception,
        label::{self, Said},
    },
    store::{
        decisions::DecisionRow,
        labels::{self, LabelRow, NewLabel},
    },
};

/// The topic under which labels are announced.
pub const TOPIC: &str = "guard.label";
/// Who says what an interception found.
pub const INTERCEPTION: &str = "interception";

/// Keeps what became known of an event.
///
/// # Errors
/// When nothing was decided on it, when nobody can have known it at that time, or when it is known already.
pub fn put(unit: &mut Unit<'_>, row: &DecisionRow, new: &NewLabel, actor: &Actor) -> Result<LabelRow, Problem> {
    if row.outcome.is_none() {
        let text = Text::fixed(
            "该事件只作登记，没有可标注的决策。",
            "The event was only recorded; there is no decision to label.",
        );
        return Err(Problem::new(ProblemKind::Refused, text).because("recorded-only"));
    }
    unit.lock(&row.id.to_string())?;
    let now = unit.now();
    let before = labels::newest(unit.connection(), row.id)?.map(|row| row.said());
    label::check(before, Said { label: new.label, known_at: new.known_at }, row.at, now)?;
    keep(unit, new, actor)
}

/// Keeps what an interception's end says of the event from which it came, unless that is known already.
pub fn put_ending(
    unit: &mut Unit<'_>,
    before: &Interception,
    after: &Interception,
    actor: &Actor,
) -> Result<(), Problem> {
    let ending = |state: &Interception| state.result.as_ref().map(|result| result.ending);
    let (Some(decision), Some(ended), true) = (after.decision, ending(after), ending(before) != ending(after)) else {
        return Ok(());
    };
    let Some(label) = label::of_ending(ended) else { return Ok(()) };
    unit.lock(&decision.to_string())?;
    let known_at = unit.now();
    let said = labels::newest(unit.connection(), decision)?.map(|row| row.said());
    if said.is_some_and(|said| said.label == label) {
        return Ok(());
    }
    let new = NewLabel { decision, label, known_at, source: INTERCEPTION.to_owned() };
    keep(unit, &new, actor)?;
    announce(unit, decision, crate::lists::everywhere(actor));
    Ok(())
}

fn keep(unit: &mut Unit<'_>, new: &NewLabel, actor: &Actor) -> Result<LabelRow, Problem> {
    let now = unit.now();
    labels::add(unit.connection(), new, &actor.reference, now)?;
    let kept = labels::newest(unit.connection(), new.decision)?;
    kept.ok_or_else(|| Problem::internal_error("a label was not kept"))
}

/// Tells the engine that something was said; one of several labels stands for all of them.
pub fn announce(unit: &mut Unit<'_>, decision: DecisionId, place: OrgPath) {
    unit.announce(Announcement { topic: TOPIC, id: decision.to_string(), unit: place, kind: "said".to_owned() });
}
