//! What may be done to clocks: pausing, extending with the approval the law names, alerting, recomputing.

use kernel::{Actor, ActorKind, Role, Timestamp, id::ClockId};
use regulation::{AlertKind, Approval, PauseReason, RuleRef};
use seal::Sealed;

use super::{Bench, LETTERS_MAX, PAUSES_MAX, room, within};
use crate::model::{
    ClockEvent, Law, LetterKind, Order, OrderEvent, Verb,
    clock::{Clock, ClockMove, Pause},
    law::LongerTime,
    order::Proposal,
    refusal::{Bounded, Refusal},
};

/// Whether any open clock may stand still at all.
pub(in crate::model) fn pausable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    if order.paused() {
        return Err(Refusal::AlreadyPaused);
    }
    let any = |clock: &Clock| PauseReason::ALL.iter().any(|reason| bench.law.pause(clock, *reason).is_some());
    if order.open_clocks().any(any) { Ok(()) } else { Err(Refusal::NothingToPause) }
}

/// Whether the clocks stand still and may run again.
pub(in crate::model) fn resumable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.paused() { Ok(()) } else { Err(Refusal::NotPaused) }
}

pub(in crate::model) fn pause(
    order: &Order,
    ground: PauseReason,
    from: Timestamp,
    why: Sealed,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    let floor = order.clocks.iter().flat_map(|clock| &clock.pauses).filter_map(|pause| pause.to).max();
    within(from, floor.unwrap_or(order.opened_at).max(order.opened_at), bench.now)?;
    let grounds: Vec<(&Clock, bool)> =
        order.open_clocks().filter_map(|clock| Some((clock, bench.law.pause(clock, ground)?))).collect();
    if grounds.is_empty() {
        return Err(Refusal::PauseNotProvided(ground));
    }
    for (clock, _) in &grounds {
        room(Bounded::Pauses, clock.pauses.len(), 1, PAUSES_MAX)?;
    }
    let notice = grounds.iter().any(|(_, notice)| *notice) && order.reachable();
    if notice {
        room(Bounded::Letters, order.letters.len(), 1, LETTERS_MAX)?;
    }
    let clocks = grounds.iter().map(|(clock, _)| clock.id).collect();
    Ok(vec![OrderEvent::Clock(ClockEvent::Paused {
        ground,
        from,
        why,
        clocks,
        letter: notice.then(|| order.next_letter()),
    })])
}

pub(in crate::model) fn resume(order: &Order, at: Timestamp, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let paused: Vec<&Clock> = order.clocks.iter().filter(|clock| clock.paused()).collect();
    let since = paused.iter().filter_map(|clock| clock.pauses.last()).map(|pause| pause.from).max();
    within(at, since.unwrap_or(order.opened_at), bench.now)?;
    let mut moved = Vec::with_capacity(paused.len());
    for clock in paused {
        let pauses: Vec<Pause> =
            clock.pauses.iter().map(|pause| Pause { to: pause.to.or(Some(at)), ..pause.clone() }).collect();
        moved.push(bench.law.moved(clock, &pauses).ok_or_else(|| Refusal::RuleMissing(clock.rule.to_string()))?);
    }
    Ok(vec![OrderEvent::Clock(ClockEvent::Resumed { at, moved })])
}

/// The longer time for `clock`, when one may be asked for now.
fn extendable(order: &Order, clock: &Clock, now: Timestamp, law: &Law) -> Result<LongerTime, Refusal> {
    if !clock.open() {
        return Err(Refusal::ClockEnded);
    }
    if clock.paused() {
        return Err(Refusal::StillPaused);
    }
    if now > clock.due {
        return Err(Refusal::ClockPassed(clock.due));
    }
    // The complainant must know of one extension before there is another.
    if order.owed(LetterKind::Extension).is_some() {
        return Err(Refusal::LetterOwed(LetterKind::Extension));
    }
    law.longer_time(clock, now)
}

/// Whether a longer time may be asked for, for any clock.
pub(in crate::model) fn any_extendable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    let (now, law) = (bench.now, bench.law);
    let mut told = None;
    for clock in order.open_clocks() {
        if law.longer_time(clock, now).is_err() {
            // That a clock has no longer time says least; any other reason goes before it.
            told = told.or(Some(Refusal::NoLongerTime));
            continue;
        }
        match extendable(order, clock, now, law) {
            Ok(_) if order.proposals.iter().any(|proposal| proposal.clock == clock.id) => {
                told = Some(Refusal::AlreadyProposed);
            }
            Ok(_) => return Ok(()),
            Err(refusal) => told = Some(refusal),
        }
    }
    Err(told.unwrap_or(Refusal::NothingToExtend))
}

pub(super) fn propose(order: &Order, id: ClockId, why: Sealed, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let clock = order.clock(id).ok_or(Refusal::UnknownClock)?;
    let longer = extendable(order, clock, bench.now, bench.law)?;
    if order.proposals.iter().any(|proposal| proposal.clock == id) {
        return Err(Refusal::AlreadyProposed);
    }
    let proposed = OrderEvent::Clock(ClockEvent::ExtensionProposed { clock: id, rule: longer.rule.clone(), why });
    if longer.approval == Approval::None {
        return Ok(vec![proposed, granted(order, clock, longer)?]);
    }
    Ok(vec![proposed])
}

fn granted(order: &Order, clock: &Clock, longer: LongerTime) -> Result<OrderEvent, Refusal> {
    let letter = if longer.notice && order.reachable() {
        room(Bounded::Letters, order.letters.len(), 1, LETTERS_MAX)?;
        Some(order.next_letter())
    } else {
        None
    };
    let moved = ClockMove { clock: clock.id, due: longer.due, provisional: longer.provisional };
    Ok(OrderEvent::Clock(ClockEvent::ExtensionApproved { moved, rule: longer.rule, letter }))
}

/// Whether `actor` stands high enough for what the law names, seen from where the order belongs.
fn stands(actor: &Actor, approval: Approval, order: &Order) -> bool {
    let is = |roles: &[Role]| actor.roles.iter().any(|role| roles.contains(role));
    let head_office = actor.unit.depth() == 1;
    match approval {
        Approval::None => true,
        Approval::ComplaintHead => is(&[Role::Officer, Role::OutletHead, Role::BranchPresident]),
        Approval::Head => is(&[Role::OutletHead, Role::BranchPresident]),
        Approval::SuperiorOrHeadOfficeSenior => {
            let superior = actor.unit.contains(&order.unit) && actor.unit != order.unit;
            superior && is(&[Role::Officer, Role::BranchPresident]) || head_office && is(&[Role::BranchPresident])
        }
    }
}

/// The proposal for `clock`, when `actor` may answer it.
fn answerable<'a>(
    order: &'a Order,
    proposal: &'a Proposal,
    verb: Verb,
    bench: &Bench<'_>,
) -> Result<(&'a Clock, LongerTime), Refusal> {
    let clock = order.clock(proposal.clock).ok_or(Refusal::UnknownClock)?;
    if bench.actor.kind != ActorKind::Staff {
        return Err(Refusal::StaffOnly);
    }
    if bench.actor.reference == proposal.by {
        return Err(Refusal::OwnProposal);
    }
    let longer = match (verb, extendable(order, clock, bench.now, bench.law)) {
        // What can no longer be granted can still be refused.
        (Verb::RefuseExtension, Err(_)) => bench.law.longer_time(clock, bench.now)?,
        (_, longer) => longer?,
    };
    if !stands(bench.actor, longer.approval, order) {
        return Err(Refusal::ApproverTooLow(longer.approval));
    }
    Ok((clock, longer))
}

/// Whether there is a proposal that `bench.actor` may grant.
pub(in crate::model) fn any_approvable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    any_answerable(order, Verb::ApproveExtension, bench)
}

/// Whether there is a proposal that `bench.actor` may refuse.
pub(in crate::model) fn any_refusable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    any_answerable(order, Verb::RefuseExtension, bench)
}

fn any_answerable(order: &Order, verb: Verb, bench: &Bench<'_>) -> Result<(), Refusal> {
    let mut told = Refusal::NothingProposed;
    for proposal in &order.proposals {
        match answerable(order, proposal, verb, bench) {
            Ok(_) => return Ok(()),
            Err(refusal) => told = refusal,
        }
    }
    Err(told)
}

fn proposal(order: &Order, clock: ClockId) -> Result<&Proposal, Refusal> {
    order.clock(clock).ok_or(Refusal::UnknownClock)?;
    order.proposals.iter().find(|proposal| proposal.clock == clock).ok_or(Refusal::NothingProposed)
}

pub(super) fn approve(order: &Order, clock: ClockId, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let (clock, longer) = answerable(order, proposal(order, clock)?, Verb::ApproveExtension, bench)?;
    Ok(vec![granted(order, clock, longer)?])
}

pub(super) fn refuse(
    order: &Order,
    clock: ClockId,
    why: Sealed,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    answerable(order, proposal(order, clock)?, Verb::RefuseExtension, bench)?;
    Ok(vec![OrderEvent::Clock(ClockEvent::ExtensionRefused { clock, why })])
}

/// Whether `actor` has a proposal to recall.
pub(in crate::model) fn any_recallable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    if order.proposals.iter().any(|proposal| proposal.by == bench.actor.reference) {
        Ok(())
    } else if order.proposals.is_empty() {
        Err(Refusal::NothingProposed)
    } else {
        Err(Refusal::NotOwnProposal)
    }
}

pub(super) fn recall(order: &Order, clock: ClockId, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    if proposal(order, clock)?.by == bench.actor.reference {
        Ok(vec![OrderEvent::Clock(ClockEvent::ExtensionRecalled { clock })])
    } else {
        Err(Refusal::NotOwnProposal)
    }
}

pub(super) fn alert(
    order: &Order,
    clock: ClockId,
    rule: &RuleRef,
    bench: &Bench<'_>,
) -> Result<Vec<OrderEvent>, Refusal> {
    let found = order.clock(clock).ok_or(Refusal::UnknownClock)?;
    let alerts = bench.law.alerts(found, bench.now);
    let due = alerts.into_iter().find(|alert| alert.rule == *rule && alert.at <= bench.now);
    let alert = due.ok_or(Refusal::AlertMoot)?;
    Ok(vec![match alert.kind {
        AlertKind::Reminder => OrderEvent::Clock(ClockEvent::Reminded { clock, alert: alert.rule }),
        AlertKind::Escalation => {
            let unit = order.unit.parent().unwrap_or_else(|| order.unit.clone());
            OrderEvent::Clock(ClockEvent::Escalated { clock, alert: alert.rule, unit })
        }
    }])
}

pub(super) fn move_clocks(order: &Order, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    // A clock that stands still is computed when it runs again.
    let running = order.open_clocks().filter(|clock| !clock.paused());
    let moved: Vec<ClockMove> = running
        .filter_map(|clock| {
            let moved = bench.law.moved(clock, &clock.pauses)?;
            (moved.due != clock.due || moved.provisional != clock.provisional).then_some(moved)
        })
        .collect();
    if moved.is_empty() {
        Err(Refusal::NothingMoved)
    } else {
        Ok(vec![OrderEvent::Clock(ClockEvent::ClocksMoved { moved })])
    }
}
