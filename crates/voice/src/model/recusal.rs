//! Recusal: whoever has an interest in a matter has no hand in it. Named once, a person can do nothing more to the order.

use kernel::{ActorKind, ActorRef, id::StaffId};
use seal::Sealed;

use super::{
    Order, OrderEvent, RecusalEvent, Refusal,
    decide::{Bench, room},
    permission,
    refusal::{Bounded, fixed, refusals},
    words::words,
};

/// People kept away from one order: more than a unit has.
pub const RECUSALS_MAX: usize = 50;

words! {
    /// Why somebody has no hand in a matter.
    RecusalGround {
        /// It is about what they did.
        ComplainedOf = "complained_of", "被投诉的就是本人", "it is about what they did";
        /// They sold or approved the product in question.
        TookPart = "took_part", "经办过所涉业务", "they took part in the business";
        /// They are related to somebody concerned.
        Related = "related", "与当事人有亲属或利害关系", "related to somebody concerned";
        /// The complainant asks for it, with reasons.
        Asked = "asked", "投诉人申请回避且理由成立", "the complainant asks for it with good reasons";
    }
}

/// Somebody who has no hand in the matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recusal {
    /// Who.
    pub person: StaffId,
    /// Why.
    pub ground: RecusalGround,
    /// Who said so.
    pub by: ActorRef,
}

/// Keeps somebody away from a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecuseCommand {
    /// Who.
    pub person: StaffId,
    /// Why, of the closed list.
    pub ground: RecusalGround,
    /// Why, in words.
    pub why: Option<Sealed>,
}

refusals! {
    /// Why somebody may not be kept away, or may not act.
    RecusalRefusal [] {
        /// This person has no hand in the matter.
        Recused, "recused", fixed(
            "该人员已回避本工单，请由其他同事办理。", "This person is recused from the order; a colleague must do it.");
        /// The order is to be given to somebody who has no hand in it.
        RecusedAssignee, "recused-assignee" at "/person", fixed(
            "该人员已回避本工单，不能分派给他（她）。", "This person is recused from the order and cannot be given it.");
        /// The person is kept away already.
        RecusedAlready, "recused-already" at "/person",
            fixed("该人员已经回避。", "This person is recused already.");
    }
}

/// Refuses a person who is kept away.
pub(super) fn free(order: &Order, person: &ActorRef) -> Result<(), RecusalRefusal> {
    let away = |recusal: &Recusal| ActorRef::new(ActorKind::Staff, recusal.person) == *person;
    if order.recusals.iter().any(away) { Err(RecusalRefusal::Recused) } else { Ok(()) }
}

pub(super) fn decide(order: &Order, command: RecuseCommand, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    room(Bounded::Recusals, order.recusals.len(), 1, RECUSALS_MAX)?;
    let RecuseCommand { person, ground, why } = command;
    let who = ActorRef::new(ActorKind::Staff, person);
    // Oneself one may always keep away; for others it takes whoever gives out the work.
    if who != bench.actor.reference && !bench.actor.may(permission::ASSIGN, &order.unit) {
        return Err(Refusal::Lacks(permission::ASSIGN));
    }
    if free(order, &who).is_err() {
        return Err(RecusalRefusal::RecusedAlready.into());
    }
    Ok(vec![RecusalEvent::Recused { person, ground, why }.into()])
}
