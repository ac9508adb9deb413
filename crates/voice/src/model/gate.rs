//! Whether an order's state and the actor's standing let a verb happen at all.
//!
//! `decide` asks the gate before it looks at the command's own values, and `allowed_actions` asks the same gate, so that the
//! two never disagree.

use kernel::{Actor, ActorKind, ActorRef, Timestamp};
use regulation::MatterSource;

use super::{
    Law, Letter, LetterKind, Order, Stage, StageName, Verb, decide::Bench, parts::ReportItem, recusal,
    refusal::Refusal, routing,
};

/// Whether the order's state and the actor's standing let `verb` happen at all.
pub fn gate(order: &Order, verb: Verb, actor: &Actor, now: Timestamp, law: &Law) -> Result<(), Refusal> {
    if actor.kind == ActorKind::Customer && !verb.by_complainant() {
        return Err(Refusal::StaffOnly);
    }
    let stage = order.stage.name();
    // After the end a letter goes out only when a re-examination owes it.
    let letter = verb == Verb::Notify && order.owed(LetterKind::Review).is_none();
    if stage.ended() && (!verb.after_the_end() || letter) {
        return Err(Refusal::Ended(stage));
    }
    recusal::free(order, &actor.reference)?;
    let bench = Bench { actor, now, law };
    verb.gate(order, &bench)
}

/// No state forbids it.
pub(super) const fn always(_: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    Ok(())
}

pub(super) fn at_filing(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.stage == Stage::Filed { Ok(()) } else { Err(Refusal::AlreadyRegistered) }
}

pub(super) fn declinable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    let early = matches!(order.stage, Stage::Filed | Stage::Registered | Stage::Classified);
    if early { Ok(()) } else { Err(Refusal::AlreadyAccepted) }
}

pub(super) fn classifiable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    registered(order)?;
    unanswered(order, bench)
}

pub(super) fn retypable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    unanswered(order, bench)?;
    undecided(order)
}

pub(super) fn reopenable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    match order.stage.name() {
        StageName::Withdrawn => Err(Refusal::Ended(StageName::Withdrawn)),
        StageName::Notified | StageName::Closed => Ok(()),
        StageName::Filed
        | StageName::Registered
        | StageName::Classified
        | StageName::Assigned
        | StageName::Handling
        | StageName::Decided => Err(Refusal::NotClosed),
    }
}

/// Whether a task waits for its answer.
pub(super) fn asked(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    match order.open_tasks() {
        0 if order.tasks.is_empty() => Err(Refusal::UnknownTask),
        0 => Err(Refusal::TaskEnded),
        _ => Ok(()),
    }
}

pub(super) const fn attached(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.attachments.is_empty() { Err(Refusal::UnknownAttachment) } else { Ok(()) }
}

pub(super) const fn linked(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.links.is_empty() { Err(Refusal::NotLinked) } else { Ok(()) }
}

fn registered(order: &Order) -> Result<(), Refusal> {
    if order.stage == Stage::Filed { Err(Refusal::NotRegistered) } else { Ok(()) }
}

fn undecided(order: &Order) -> Result<(), Refusal> {
    if order.stage.name() == StageName::Decided { Err(Refusal::AlreadyDecided) } else { Ok(()) }
}

pub(super) fn unanswered(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.stage.name() == StageName::Notified { Err(Refusal::AlreadyAnswered) } else { Ok(()) }
}

pub(super) fn reachable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.reachable() { Ok(()) } else { Err(Refusal::NotReachable) }
}

pub(super) fn assignable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    registered(order)?;
    if order.stage == Stage::Registered {
        return Err(Refusal::NotClassified);
    }
    unanswered(order, bench)?;
    undecided(order)?;
    routing::free_to_assign(order, bench)
}

pub(super) fn acceptable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    match order.stage {
        Stage::Filed => Err(Refusal::NotRegistered),
        Stage::Registered => Err(Refusal::NotClassified),
        Stage::Classified => Err(Refusal::NotAssigned),
        Stage::Assigned { .. } => match order.handler {
            Some(person) if bench.actor.reference != ActorRef::new(ActorKind::Staff, person) => {
                Err(Refusal::GivenToAnother)
            }
            Some(_) | None => Ok(()),
        },
        Stage::Handling { .. }
        | Stage::Decided { .. }
        | Stage::Notified { .. }
        | Stage::Closed { .. }
        | Stage::Withdrawn { .. } => Err(Refusal::AlreadyAccepted),
    }
}

/// Being handled, or decided and not yet told.
pub(super) fn handling(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    match order.stage {
        Stage::Filed => Err(Refusal::NotRegistered),
        Stage::Registered => Err(Refusal::NotClassified),
        Stage::Classified => Err(Refusal::NotAssigned),
        Stage::Assigned { .. } => Err(Refusal::NotAccepted),
        Stage::Handling { .. } => Ok(()),
        Stage::Decided { .. } => Err(Refusal::AlreadyDecided),
        Stage::Notified { .. } => Err(Refusal::AlreadyAnswered),
        Stage::Closed { .. } | Stage::Withdrawn { .. } => Err(Refusal::Ended(order.stage.name())),
    }
}

pub(super) fn decidable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    if order.stage.name() != StageName::Decided {
        handling(order, bench)?;
    }
    if order.paused() {
        return Err(Refusal::StillPaused);
    }
    match order.open_tasks() {
        0 => {}
        count => return Err(Refusal::TasksOpen(count)),
    }
    let missing = order.papers_missing();
    if missing.is_empty() { Ok(()) } else { Err(Refusal::PapersMissing(missing)) }
}

pub(super) fn notifiable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    if order.letters.iter().any(Letter::owed) {
        return Ok(());
    }
    reachable(order, bench)?;
    Err(if order.stage.decision().is_none() { Refusal::NotDecided } else { Refusal::NoLetterOwed })
}

pub(super) fn visitable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.stage.name() == StageName::Notified {
        Ok(())
    } else if order.stage.decision().is_some() {
        Err(Refusal::NotNotified)
    } else {
        Err(Refusal::NotDecided)
    }
}

/// What caused a matter is known when it is decided, or has ended without a decision.
pub(super) fn causable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.stage.decision().is_some() || order.stage.name().ended() { Ok(()) } else { Err(Refusal::NotDecided) }
}

pub(super) fn reportable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if !order.origin.wants_report() {
        return Err(Refusal::NobodyWaits);
    }
    if order.reported {
        return Err(Refusal::AlreadyReported);
    }
    // What can be told beforehand may have been asked for.
    let early = |item: &ReportItem| item.before_decision() && !order.told_sender.contains(item);
    if order.stage.decision().is_some() || order.origin.wanted.iter().any(early) {
        Ok(())
    } else {
        Err(Refusal::NotDecided)
    }
}

/// Passed on by somebody whose words may have to be put right.
pub(super) fn passed_on(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.origin.source == MatterSource::Direct { Err(Refusal::NobodyWaits) } else { Ok(()) }
}
