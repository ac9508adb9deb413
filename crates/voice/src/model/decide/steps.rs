//! The steps before the work begins: accepting, classifying, assigning, taking on, and moving between kinds of matter.

use kernel::{ActorKind, ActorRef, OrgPath, id::StaffId};
use regulation::{Axis, MatterKind, Milestone};
use seal::Sealed;

use super::{Bench, LETTERS_MAX, numbered, room};
use crate::model::{
    Order, OrderEvent, Stage, StepEvent, WorkEvent,
    clock::Stop,
    parts::{Classification, Nature, Party, PersonalField, Representative, RevealGround},
    rapid::TAKEN_ON,
    recusal::{self, RecusalRefusal},
    refusal::{Bounded, Refusal},
    routing,
    verb::{ACCEPTANCE, OBJECTION, wants_acceptance},
};

pub(super) fn register(order: &Order, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let told = order.reachable() && wants_acceptance(order.matter);
    if told {
        room(Bounded::Letters, order.letters.len(), 1, LETTERS_MAX)?;
        let letter = Some(order.next_letter());
        return Ok(vec![OrderEvent::Step(StepEvent::Registered { letter, started: Vec::new(), answered: Vec::new() })]);
    }
    // Nobody can be told, or nobody needs to be: the acceptance itself is the milestone.
    let started = bench.starts(order, Milestone::AcceptanceNotified, bench.now)?;
    let answered = order.open_for(&[ACCEPTANCE, OBJECTION]);
    Ok(vec![OrderEvent::Step(StepEvent::Registered { letter: None, started, answered })])
}

pub(super) fn classify(classification: Classification, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let on = bench.now.date();
    for (axis, key) in [
        (Axis::Channel, &classification.channel),
        (Axis::Business, &classification.business),
        (Axis::Reason, &classification.reason),
    ] {
        if !bench.law.on_axis(axis, key.as_str(), on) {
            return Err(Refusal::NotOnAxis(axis));
        }
    }
    Ok(vec![OrderEvent::Step(StepEvent::Classified { classification })])
}

pub(super) fn assign(
    order: &Order,
    unit: OrgPath,
    person: Option<StaffId>,
    why: Option<Sealed>,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    let given = matches!(order.stage, Stage::Assigned { .. } | Stage::Handling { .. });
    if given && order.unit == unit && order.handler == person {
        return Err(Refusal::SameAssignee);
    }
    if let Some(person) = person
        && recusal::free(order, &ActorRef::new(ActorKind::Staff, person)).is_err()
    {
        return Err(RecusalRefusal::RecusedAssignee.into());
    }
    let passed = routing::passing_on(order, &unit, bench);
    let assigned = OrderEvent::Step(StepEvent::Assigned { unit, person, transfer: given, why });
    Ok(std::iter::once(assigned).chain(passed).collect())
}

pub(super) fn accept(order: &Order, bench: &Bench<'_>) -> OrderEvent {
    let answered = order.open_for(&[TAKEN_ON]);
    OrderEvent::Step(StepEvent::Accepted { person: bench.actor.reference.id().parse().ok(), answered })
}

pub(super) fn name(representative: Representative) -> OrderEvent {
    OrderEvent::Step(StepEvent::RepresentativeNamed { representative })
}

pub(super) fn amend(order: &Order, party: Party) -> Result<Vec<OrderEvent>, Refusal> {
    if (party.nature == Nature::Anonymous) == party.name.is_some() {
        return Err(Refusal::NameUnfit);
    }
    // The data subject is the order's own for life: its key seals every text of the order.
    let party = Party { subject: order.party.subject, ..party };
    Ok(vec![OrderEvent::Step(StepEvent::PartyAmended { party })])
}

/// An order follows its unit even after it has ended, so that those who may see the unit see it.
pub(super) fn relocate(order: &Order, from: OrgPath, to: OrgPath) -> Result<Vec<OrderEvent>, Refusal> {
    let concerned = from.contains(&order.unit)
        || from.contains(&order.filed_unit)
        || order.tasks.iter().any(|task| from.contains(&task.unit))
        || order.waits().iter().any(|wait| from.contains(&wait.unit));
    if concerned && from != to {
        Ok(vec![OrderEvent::Step(StepEvent::Relocated { from, to })])
    } else {
        Err(Refusal::NotLocatedThere)
    }
}

pub(super) fn retype(
    order: &Order,
    to: MatterKind,
    why: Sealed,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    if to == order.matter {
        return Err(Refusal::SameKind);
    }
    // Clocks of the new kind start where the old ones did: moving a matter must never win time.
    let mut situation = order.situation();
    situation.kind = to;
    let opened = order.opened_at;
    let mut planned = bench.law.starting(&situation, Milestone::Received, opened, opened.date());
    let stays = |stop: Stop| matches!(stop, Stop::Own(_));
    let ended: Vec<_> = order.open_clocks().filter(|clock| !stays(clock.stop)).map(|clock| clock.id).collect();
    if order.contacts.iter().any(|contact| contact.reached) {
        planned.retain(|plan| plan.stop != Stop::Law(Milestone::FirstContact));
    }
    let letter = if order.reachable() {
        room(Bounded::Letters, order.letters.len(), 1, LETTERS_MAX)?;
        Some(order.next_letter())
    } else {
        None
    };
    Ok(vec![OrderEvent::Step(StepEvent::Retyped {
        from: order.matter,
        to,
        why,
        cancelled: ended,
        started: numbered(order.id, order.clocks.len(), opened, planned)?,
        letter,
    })])
}

pub(super) fn reveal(
    order: &Order,
    mut fields: Vec<PersonalField>,
    member: Option<u32>,
    ground: RevealGround,
) -> Result<Vec<OrderEvent>, Refusal> {
    fields.sort_unstable();
    fields.dedup();
    if fields.is_empty() {
        return Err(Refusal::NothingToReveal);
    }
    if fields.iter().any(|field| order.sealed_of(*field, member).is_none()) {
        return Err(Refusal::FieldAbsent);
    }
    Ok(vec![OrderEvent::Work(WorkEvent::Revealed { fields, member, ground })])
}
