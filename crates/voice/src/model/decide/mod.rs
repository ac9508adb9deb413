//! Judges commands: the same order, command, actor, instant and law always give the same events or the same refusal.
//!
//! Nothing here changes state; `apply` does. Permissions are asked for by the caller, who loads the order; what the state
//! and the actor's standing forbid is asked for here, so that no caller can forget it.

pub(super) mod clocks;
pub(super) mod ending;
mod filing;
mod steps;
mod work;

use kernel::{Actor, ActorKind, Timestamp};
use regulation::Milestone;

use self::ending::report_back;
use super::{
    Command, Law, Order, OrderEvent, abnormal, award,
    clock::ClockStart,
    correction, erasure, facts,
    gate::gate,
    group, invitation,
    law::Planned,
    lead, mediation,
    order::clock_id,
    rapid, recusal,
    refusal::{Bounded, Refusal},
    repayment, review, routing,
};

/// Tries to reach somebody that one order records: a call a day for half a year.
pub const CONTACTS_MAX: usize = 200;
/// Notes on one order; the longest paper files seen have a few dozen.
pub const NOTES_MAX: usize = 500;
/// Tasks on one order: every department of a head office twice.
pub const TASKS_MAX: usize = 50;
/// Files on one order.
pub const ATTACHMENTS_MAX: usize = 100;
/// Letters on one order, over all rounds.
pub const LETTERS_MAX: usize = 100;
/// Return visits in one round.
pub const VISITS_MAX: usize = 20;
/// Invitations to answer about one decision; more would pester.
pub const INVITATIONS_MAX: usize = 3;
/// Links of one order; groups of more have an order of their own to hang on.
pub const LINKS_MAX: usize = 50;
/// How often one matter is opened; whoever is still not satisfied has the remedies of the decision.
pub const ROUNDS_MAX: usize = 10;
/// Clocks on one order, over all rounds and kinds.
pub const CLOCKS_MAX: usize = 200;
/// Pauses of one clock.
pub const PAUSES_MAX: usize = 20;
/// Tries of a return visit after which it counts as made although nobody was reached.
pub const VISIT_TRIES: usize = 3;
/// How long ago a matter may have come in to be filed as new: a letter that lay over a long holiday, a list from a
/// supervisor for the last quarter. Older ones are imported as history.
pub const RECEIVED_DAYS_MAX: i64 = 92;

/// What a command is judged against.
pub(in crate::model) struct Bench<'a> {
    pub(in crate::model) actor: &'a Actor,
    pub(in crate::model) now: Timestamp,
    pub(in crate::model) law: &'a Law,
}

/// What follows from `command`, or why it may not be.
///
/// `state` is `None` exactly when there is no such order yet.
///
/// # Errors
/// The first refusal found; nothing has happened then.
pub fn decide(
    state: Option<&Order>,
    command: Command,
    actor: &Actor,
    now: Timestamp,
    law: &Law,
) -> Result<Vec<OrderEvent>, Refusal> {
    let bench = Bench { actor, now, law };
    let order = match (state, &command) {
        (None, Command::File(filing)) => return filing::file(filing, &bench),
        (None, Command::Import(filing, past)) => return filing::import(filing, past, &bench),
        (None, _) | (Some(_), Command::File(_) | Command::Import(..)) => return Err(Refusal::NotThisOrder),
        (Some(order), _) => order,
    };
    match command.verb() {
        Some(verb) => gate(order, verb, actor, now, law)?,
        None if actor.kind != ActorKind::Program => return Err(Refusal::ProgramOnly),
        None => {}
    }
    judge(order, command, &bench)
}

fn judge(order: &Order, command: Command, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    match command {
        Command::File(_) | Command::Import(..) => Err(Refusal::NotThisOrder),
        Command::Register => steps::register(order, bench),
        Command::Decline { ground, decision } => ending::decline(order, ground, *decision, bench),
        Command::Classify(classification) => steps::classify(classification, bench),
        Command::Assign { unit, person, why } => steps::assign(order, unit, person, why, bench),
        Command::Accept => Ok(vec![steps::accept(order, bench)]),
        Command::Contact { means, reached, at, words } => work::contact(order, means, reached, at, words, bench),
        Command::Note { note, text } => work::note(order, note, text),
        Command::OpenTask { task, unit, person, ask, due } => {
            work::open_task(order, work::Question { task, unit, person, ask, due }, bench)
        }
        Command::AnswerTask { task, answer } => work::answer_task(order, task, answer),
        Command::CancelTask { task, why } => work::cancel_task(order, task, why),
        Command::Attach(attachment) => work::attach(order, attachment),
        Command::ReadAttachment(id) => work::read(order, id),
        Command::NameRepresentative(representative) => Ok(vec![steps::name(representative)]),
        Command::Correct(correction) => correction::correct(order, *correction, bench),
        Command::Amend(party) => steps::amend(order, *party),
        Command::Pause { ground, from, why } => clocks::pause(order, ground, from, why, bench),
        Command::Resume { at } => clocks::resume(order, at, bench),
        Command::ProposeExtension { clock, why } => clocks::propose(order, clock, why, bench),
        Command::ApproveExtension { clock } => clocks::approve(order, clock, bench),
        Command::RefuseExtension { clock, why } => clocks::refuse(order, clock, why, bench),
        Command::RecallExtension { clock } => clocks::recall(order, clock, bench),
        Command::Decide(decision) => ending::make_decision(order, *decision, bench),
        Command::Notify { letter, means, at, reference, text } => {
            ending::notify(order, ending::Sent { letter, means, at, reference, text }, bench)
        }
        Command::ReportBack { means, at, reference, items } => report_back(order, means, at, reference, items, bench),
        Command::Visit { answer, means, at } => ending::visit(order, answer, means, at, bench),
        Command::InviteVisit => invitation::invite(bench),
        Command::Close => Ok(vec![ending::close(order)]),
        Command::Withdraw { at, means, paper, words } => {
            ending::withdraw(order, ending::Request { at, means, paper, words }, bench)
        }
        Command::Retype { to, why } => steps::retype(order, to, why, bench),
        Command::Link { other, relation } => work::link(order, other, relation),
        Command::Unlink { other } => work::unlink(order, other),
        Command::Reopen { ground, why } => ending::reopen(order, ground, Some(why), bench),
        Command::FindCause { cause, detail } => work::find_cause(order, cause, detail, bench),
        Command::Reveal { fields, member, ground } => steps::reveal(order, fields, member, ground),
        Command::Alert { clock, alert } => clocks::alert(order, clock, &alert, bench),
        Command::Relocate { from, to } => steps::relocate(order, from, to),
        Command::Award(command) => award::decide(order, command, bench),
        Command::Recuse(command) => recusal::decide(order, command, bench),
        Command::Route(command) => routing::decide(order, command, bench),
        Command::Rapid(command) => rapid::decide(order, command, bench),
        Command::Lead(command) => lead::decide(order, command, bench),
        Command::Review(command) => review::decide(order, command, bench),
        Command::Group(command) => group::decide(order, command, bench),
        Command::Mediation(command) => mediation::decide(order, command, bench),
        Command::Repayment(command) => repayment::decide(order, command, bench),
        Command::Facts(command) => facts::decide(order, command, bench),
        Command::JudgeAbnormal(command) => abnormal::decide(order, command),
        Command::Erase => erasure::erase(order, bench),
        Command::MoveClocks => clocks::move_clocks(order, bench),
    }
}

/// A time that people report: not in the future, and not before `floor`.
pub(in crate::model) fn within(at: Timestamp, floor: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if at > now {
        Err(Refusal::InFuture)
    } else if at < floor {
        Err(Refusal::TooEarly(floor))
    } else {
        Ok(())
    }
}

/// Room for `more` where there are `count`.
pub(in crate::model) fn room(what: Bounded, count: usize, more: usize, most: usize) -> Result<(), Refusal> {
    if count + more > most { Err(Refusal::TooMany(what, most)) } else { Ok(()) }
}

/// Clocks with ids, from the index `from` on.
pub(in crate::model) fn numbered(
    order: kernel::id::OrderId,
    from: usize,
    start: Timestamp,
    planned: Vec<Planned>,
) -> Result<Vec<ClockStart>, Refusal> {
    room(Bounded::Clocks, from, planned.len(), CLOCKS_MAX)?;
    let clock = |(index, plan): (usize, Planned)| ClockStart {
        id: clock_id(order, from + index),
        rule: plan.rule,
        stop: plan.stop,
        start,
        due: plan.due,
        provisional: plan.provisional,
    };
    Ok(planned.into_iter().enumerate().map(clock).collect())
}

impl Bench<'_> {
    /// The clocks that start when the order reaches `milestone` at `at`, except those that run already.
    pub(super) fn starts(
        &self,
        order: &Order,
        milestone: Milestone,
        at: Timestamp,
    ) -> Result<Vec<ClockStart>, Refusal> {
        let mut planned = self.law.starting(&order.situation(), milestone, at, order.opened_at.date());
        planned.retain(|plan| !order.open_clocks().any(|clock| clock.first_rule == plan.rule));
        numbered(order.id, order.clocks.len(), at, planned)
    }
}
