//! Somebody is kept away from a matter.

use kernel::{ActorKind, ActorRef, Text, Timestamp, id::StaffId};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, LetterKind, Order, Stage,
    lead::{Lead, LeadState},
    recusal::{Recusal, RecusalGround},
};

/// Somebody was kept away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RecusalEvent {
    /// A person has no hand in the matter from now on.
    Recused {
        /// Who.
        person: StaffId,
        /// Why, of the closed list.
        ground: RecusalGround,
        /// Why, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Sealed>,
    },
}

impl Family for RecusalEvent {
    const KINDS: &'static [&'static str] = &["recused"];

    fn kind(&self) -> &'static str {
        match self {
            Self::Recused { .. } => "recused",
        }
    }

    /// The order goes back to its unit when it was this person's, and so does whatever else of it they had in hand; a decision of
    /// theirs that nobody was told falls away.
    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        let Self::Recused { person, ground, why: _ } = self;
        order.recusals.push(Recusal { person: *person, ground: *ground, by: by.clone() });
        let who = ActorRef::new(ActorKind::Staff, *person);
        let own_decision = matches!(order.stage, Stage::Decided { .. }) && order.decided_by.as_ref() == Some(&who);
        if own_decision {
            order.replace_letters(&[LetterKind::Decision, LetterKind::Declined]);
            order.decided_by = None;
        }
        let own_work = order.handler == Some(*person);
        if own_work {
            order.handler = None;
        }
        if own_decision || own_work && matches!(order.stage, Stage::Assigned { .. } | Stage::Handling { .. }) {
            order.stage =
                if order.classification.is_some() { Stage::Assigned { since: at } } else { Stage::Registered };
        }
        release(order, *person, &who, at);
    }

    fn sentence(&self, _: &Law) -> Text {
        let Self::Recused { ground, .. } = self;
        let ground = ground.title();
        Text::of(format!("回避：{}", ground.zh), format!("Recused: {}", ground.en))
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        let Self::Recused { why, .. } = self;
        why.iter().map(|why| ("recusal", why)).collect()
    }
}

/// Lets go of what a person had in hand beside the order itself, so that nothing waits for somebody who may not act: a president's
/// lead waits for a president again, a re-examination for an examiner, a major event for somebody in charge.
fn release(order: &mut Order, person: StaffId, who: &ActorRef, at: Timestamp) {
    let round = order.round;
    let led = |lead: &&mut Lead| {
        lead.round == round && lead.state == LeadState::Taken && lead.president.as_ref() == Some(who)
    };
    if let Some(lead) = order.leads.iter_mut().find(led) {
        lead.state = LeadState::Proposed;
        lead.president = None;
        lead.changed_at = at;
    }
    for review in &mut order.reviews {
        if review.finding.is_none() && review.examiner.as_ref() == Some(who) {
            review.examiner = None;
        }
    }
    if let Some(major) = order.group.major.as_mut().filter(|major| major.in_charge == Some(person)) {
        major.in_charge = None;
    }
    if let Some(urgent) = order.urgent.as_mut().filter(|urgent| urgent.on_call == Some(person)) {
        urgent.on_call = None;
    }
    for task in order.tasks.iter_mut().filter(|task| task.person == Some(person)) {
        task.person = None;
    }
}
