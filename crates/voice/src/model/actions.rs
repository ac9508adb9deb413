//! What can be done to an order now, by whom, and for what cannot be done the reason: the browser copies no rule.

use kernel::{Actor, ActorKind, ActorRef, Timestamp};

use super::{Law, Order, Verb, gate::gate, lead, permission, refusal::Refusal, review};

/// One verb, and why it is not allowed, if it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionState {
    /// What.
    pub verb: Verb,
    /// Why not; `None` when it is allowed.
    pub refusal: Option<Refusal>,
}

/// Every verb with its answer for `actor` at `now`.
///
/// What is allowed here may still be refused for what the command says, for instance a time in the future.
pub fn allowed_actions(order: &Order, actor: &Actor, now: Timestamp, law: &Law) -> Vec<ActionState> {
    let answer = |verb: &Verb| {
        let permitted = permitted(order, *verb, actor);
        let refusal = permitted.and_then(|()| gate(order, *verb, actor, now, law)).err();
        ActionState { verb: *verb, refusal }
    };
    Verb::ALL.iter().map(answer).collect()
}

/// Whether `actor` holds what `verb` asks for where the order belongs.
///
/// # Errors
/// The permission that is lacking.
pub fn permitted(order: &Order, verb: Verb, actor: &Actor) -> Result<(), Refusal> {
    let held = match actor.kind {
        ActorKind::Customer => return if verb.by_complainant() { Ok(()) } else { Err(Refusal::StaffOnly) },
        ActorKind::Program => true,
        ActorKind::Staff | ActorKind::System => {
            // The department that was asked answers with its own permission, in its own scope, and may add and read files.
            let asked = || order.tasks.iter().any(|task| actor.may(permission::ANSWER, &task.unit));
            if verb == Verb::AnswerTask {
                asked()
            } else if verb == Verb::ReportInstruction {
                lead::asked(order, actor)
            } else if matches!(verb, Verb::TakeReview | Verb::FindReview) && order.review().is_some() {
                // The unit above answers, not the one whose decision it is.
                review::examines(order, actor)
            } else if verb == Verb::Accept && on_call(order, actor) {
                // Whoever is on call takes an urgent matter wherever it waits.
                actor.may(permission::HANDLE, &actor.unit)
            } else if matches!(verb, Verb::Attach | Verb::ReadAttachment) {
                actor.may(permission::HANDLE, &order.unit) || asked()
            } else {
                actor.may(verb.permission(), &order.unit)
            }
        }
    };
    if held { Ok(()) } else { Err(Refusal::Lacks(verb.permission())) }
}

/// Whether `actor` is on call for the order.
fn on_call(order: &Order, actor: &Actor) -> bool {
    let person = order.urgent.as_ref().and_then(|urgent| urgent.on_call);
    person.is_some_and(|person| actor.reference == ActorRef::new(ActorKind::Staff, person))
}
