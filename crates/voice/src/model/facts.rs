//! New facts: whether what the complainant brought later is new, judged by an officer with a reason. Where it is, clocks start
//! anew as far as the regulation file says so, and no further.
//!
//! A clock starts anew under the rule that it started under at first: a longer time that was granted for the old facts falls
//! away and can be asked for again. It never becomes due earlier than it was, and what had passed when the material came in
//! stays passed.

use kernel::{
    ActorKind, ActorRef, Timestamp,
    id::{AttachmentId, ClockId, LetterId, OrderId},
};
use regulation::{Milestone, RuleRef};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::{
    Clock, FactsEvent, Law, Order, OrderEvent, Refusal,
    decide::{Bench, LETTERS_MAX, room, within},
    gate,
    refusal::{Bounded, fixed, refusals},
};

/// Judgements on one order: as many as it has files.
pub const JUDGED_MAX: usize = 100;

/// What the complainant brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case", deny_unknown_fields)]
pub enum Material {
    /// The same matter was filed again, as that order.
    Duplicate {
        /// The other order.
        order: OrderId,
    },
    /// A file was added.
    Attachment {
        /// The file.
        attachment: AttachmentId,
    },
    /// They told it, in person or by telephone.
    Told,
}

/// A judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What was judged.
    pub material: Material,
    /// When it came in.
    pub received_at: Timestamp,
    /// Whether it is new.
    pub new: bool,
    /// Why.
    pub why: Sealed,
    /// Who judged.
    pub by: ActorRef,
    /// When.
    pub at: Timestamp,
    /// What became of the clocks.
    pub restarted: Vec<Restarted>,
}

/// A clock that started anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restarted {
    /// The clock.
    pub clock: ClockId,
    /// The row of the regulation files that says so.
    pub ground: RuleRef,
    /// The rule that it follows from now on.
    pub rule: RuleRef,
    /// When it starts.
    pub start: Timestamp,
    /// When it is due.
    pub due: Timestamp,
    /// The deadline lies beyond the last known year of the working calendar.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
    /// The rule that it followed before.
    pub was_rule: RuleRef,
    /// When it had started.
    pub was_start: Timestamp,
    /// When it was due.
    pub was_due: Timestamp,
}

/// What an officer says of material.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactsCommand {
    /// What the complainant brought.
    pub material: Material,
    /// When it came in.
    pub received_at: Timestamp,
    /// Whether it is new.
    pub new: bool,
    /// Why.
    pub why: Sealed,
}

refusals! {
    /// Why something may not be said of material.
    FactsRefusal [] {
        /// Whoever handles the matter does not say that their own clock starts anew.
        OwnClock, "own-clock", fixed(
            "新的事实须由承办人以外的人员认定，请由他人办理。", "Whoever handles the matter does not judge this; somebody else must.");
        /// It was judged before.
        FactsJudged, "facts-judged", fixed("该材料已作过认定。", "This material was judged already.");
    }
}

impl Law {
    /// The clock as new facts that came in at `at` start it anew, and whether the complainant is told; `None` where no row says
    /// so, where its time had passed by then, or where it would not be due later than it is.
    pub fn restarted(&self, clock: &Clock, at: Timestamp) -> Option<(Restarted, bool)> {
        let grounds = self.rules.restart_grounds(clock.rule.id(), clock.start.date());
        let ground = grounds.into_iter().find(|row| row.body.on == Milestone::MaterialAdded)?;
        let running = at > clock.start && (clock.paused() || at <= clock.due);
        if !running {
            return None;
        }
        let rule = clock.first_rule.clone();
        let anew = Clock { rule: rule.clone(), start: at, ..clock.clone() };
        let moved = self.moved(&anew, &clock.pauses)?;
        let restarted = Restarted {
            clock: clock.id,
            ground: ground.reference().clone(),
            rule,
            start: at,
            due: moved.due,
            provisional: moved.provisional,
            was_rule: clock.rule.clone(),
            was_start: clock.start,
            was_due: clock.due,
        };
        (restarted.due > restarted.was_due).then_some((restarted, ground.body.notice))
    }
}

impl Law {
    /// Whether the row by which a clock started anew was verified against the law.
    pub fn restart_verified(&self, one: &Restarted) -> bool {
        let rows = self.rules.restart_grounds(one.was_rule.id(), one.was_start.date());
        rows.into_iter().any(|row| *row.reference() == one.ground && row.row.verified)
    }
}

/// Whether facts may be judged: until the complainant is told of the decision; afterwards the order is opened again for them.
pub(super) fn judgeable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    gate::unanswered(order, bench)?;
    let handler = order.handler.map(|handler| ActorRef::new(ActorKind::Staff, handler));
    if handler.as_ref() == Some(&bench.actor.reference) { Err(FactsRefusal::OwnClock.into()) } else { Ok(()) }
}

pub(super) fn decide(order: &Order, command: FactsCommand, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let FactsCommand { material, received_at, new, why } = command;
    room(Bounded::Facts, order.special.facts.len(), 1, JUDGED_MAX)?;
    within(received_at, order.opened_at, bench.now)?;
    match material {
        Material::Attachment { attachment } if order.attachments.iter().all(|file| file.id != attachment) => {
            return Err(Refusal::UnknownAttachment);
        }
        Material::Duplicate { order: other } if other == order.id => return Err(Refusal::LinkToSelf),
        Material::Attachment { .. } | Material::Duplicate { .. } | Material::Told => {}
    }
    if material != Material::Told && order.special.facts.iter().any(|judged| judged.material == material) {
        return Err(FactsRefusal::FactsJudged.into());
    }
    let anew: Vec<(Restarted, bool)> = if new {
        order.open_clocks().filter_map(|clock| bench.law.restarted(clock, received_at)).collect()
    } else {
        Vec::new()
    };
    let letter: Option<LetterId> = if anew.iter().any(|(_, notice)| *notice) && order.reachable() {
        room(Bounded::Letters, order.letters.len(), 1, LETTERS_MAX)?;
        Some(order.next_letter())
    } else {
        None
    };
    let restarted = anew.into_iter().map(|(restarted, _)| restarted).collect();
    Ok(vec![FactsEvent::FactsJudged { material, received_at, new, why, restarted, letter }.into()])
}
