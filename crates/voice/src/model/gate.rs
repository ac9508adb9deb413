//! Whether an order's state and the actor's standing let a verb happen at all.
//!
//! `decide` asks the gate before it looks at the command's own values, and `allowed_actions` asks the same gate, so that the
//! two never disagree.

use kernel::{Actor, ActorKind, ActorRef, Timestamp};

use super::{
    Law, Letter, Order, Stage, StageName, Verb,
    decide::{clocks, ending},
    refusal::Refusal,
};

/// Whether the order's state and the actor's standing let `verb` happen at all.
pub fn gate(order: &Order, verb: Verb, actor: &Actor, now: Timestamp, law: &Law) -> Result<(), Refusal> {
    if actor.kind == ActorKind::Customer && !verb.by_complainant() {
        return Err(Refusal::StaffOnly);
    }
    let stage = order.stage.name();
    if stage.ended() && !verb.after_the_end() {
        return Err(Refusal::Ended(stage));
    }
    match verb {
        Verb::Register => at_filing(order),
        Verb::Decline if matches!(order.stage, Stage::Filed | Stage::Registered | Stage::Classified) => Ok(()),
        Verb::Decline => Err(Refusal::AlreadyAccepted),
        Verb::Classify => registered(order).and_then(|()| unanswered(order)),
        Verb::Assign => assignable(order),
        Verb::Accept => acceptable(order, actor),
        Verb::Contact => reachable(order),
        Verb::Decide => decidable(order),
        Verb::Notify => notifiable(order),
        Verb::Close => ending::closable(order),
        Verb::Reopen if stage == StageName::Withdrawn => Err(Refusal::Ended(stage)),
        Verb::Reopen if matches!(stage, StageName::Notified | StageName::Closed) => Ok(()),
        Verb::Reopen => Err(Refusal::NotClosed),
        Verb::Visit => visitable(order),
        Verb::Retype => unanswered(order).and_then(|()| undecided(order)),
        Verb::Pause => clocks::pausable(order, law),
        Verb::Resume => {
            if order.paused() {
                Ok(())
            } else {
                Err(Refusal::NotPaused)
            }
        }
        Verb::ProposeExtension => clocks::any_extendable(order, now, law),
        Verb::ApproveExtension | Verb::RefuseExtension => clocks::any_answerable(order, verb, actor, now, law),
        Verb::RecallExtension => clocks::any_recallable(order, actor),
        Verb::OpenTask => handling(order),
        Verb::AnswerTask | Verb::CancelTask => match order.open_tasks() {
            0 if order.tasks.is_empty() => Err(Refusal::UnknownTask),
            0 => Err(Refusal::TaskEnded),
            _ => Ok(()),
        },
        Verb::ReportBack => reportable(order),
        Verb::Unlink if order.links.is_empty() => Err(Refusal::NotLinked),
        Verb::ReadAttachment if order.attachments.is_empty() => Err(Refusal::UnknownAttachment),
        Verb::NameRepresentative | Verb::Amend => unanswered(order),
        Verb::FindCause => causable(order),
        Verb::Note
        | Verb::Attach
        | Verb::ReadAttachment
        | Verb::Withdraw
        | Verb::Link
        | Verb::Unlink
        | Verb::Reveal => Ok(()),
    }
}

fn at_filing(order: &Order) -> Result<(), Refusal> {
    if order.stage == Stage::Filed { Ok(()) } else { Err(Refusal::AlreadyRegistered) }
}

fn registered(order: &Order) -> Result<(), Refusal> {
    if order.stage == Stage::Filed { Err(Refusal::NotRegistered) } else { Ok(()) }
}

fn undecided(order: &Order) -> Result<(), Refusal> {
    if order.stage.name() == StageName::Decided { Err(Refusal::AlreadyDecided) } else { Ok(()) }
}

fn unanswered(order: &Order) -> Result<(), Refusal> {
    if order.stage.name() == StageName::Notified { Err(Refusal::AlreadyAnswered) } else { Ok(()) }
}

fn reachable(order: &Order) -> Result<(), Refusal> {
    if order.reachable() { Ok(()) } else { Err(Refusal::NotReachable) }
}

fn assignable(order: &Order) -> Result<(), Refusal> {
    registered(order)?;
    if order.stage == Stage::Registered {
        return Err(Refusal::NotClassified);
    }
    unanswered(order)?;
    undecided(order)
}

fn acceptable(order: &Order, actor: &Actor) -> Result<(), Refusal> {
    match order.stage {
        Stage::Filed => Err(Refusal::NotRegistered),
        Stage::Registered => Err(Refusal::NotClassified),
        Stage::Classified => Err(Refusal::NotAssigned),
        Stage::Assigned { .. } => match order.handler {
            Some(person) if actor.reference != ActorRef::new(ActorKind::Staff, person) => Err(Refusal::GivenToAnother),
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
fn handling(order: &Order) -> Result<(), Refusal> {
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

fn decidable(order: &Order) -> Result<(), Refusal> {
    if order.stage.name() != StageName::Decided {
        handling(order)?;
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

fn notifiable(order: &Order) -> Result<(), Refusal> {
    if order.letters.iter().any(Letter::owed) {
        return Ok(());
    }
    reachable(order)?;
    Err(if order.stage.decision().is_none() { Refusal::NotDecided } else { Refusal::NoLetterOwed })
}

fn visitable(order: &Order) -> Result<(), Refusal> {
    if order.stage.name() == StageName::Notified {
        Ok(())
    } else if order.stage.decision().is_some() {
        Err(Refusal::NotNotified)
    } else {
        Err(Refusal::NotDecided)
    }
}

/// What caused a matter is known when it is decided, or has ended without a decision.
fn causable(order: &Order) -> Result<(), Refusal> {
    if order.stage.decision().is_some() || order.stage.name().ended() { Ok(()) } else { Err(Refusal::NotDecided) }
}

fn reportable(order: &Order) -> Result<(), Refusal> {
    if !order.origin.wants_report() {
        return Err(Refusal::NobodyWaits);
    }
    if order.reported {
        return Err(Refusal::AlreadyReported);
    }
    if order.stage.decision().is_none() { Err(Refusal::NotDecided) } else { Ok(()) }
}
