//! Mediation by a third party: referred, taken on or declined, agreed or failed, performed. While a mediator has the matter, the
//! clocks that the law lets stand still do; what is agreed is bounded like any other grant, and has a day to be performed by.

use kernel::{Money, Text, Timestamp, id::ClockId};
use regulation::PauseReason;
use seal::Sealed;

use super::{
    Law, MediationEvent, Order, OrderEvent, Refusal, Stage,
    award::{self, Grant},
    decide::{Bench, clocks, numbered, room, within},
    grant::GrantedBy,
    parts::AxisKey,
    refusal::{Bounded, fixed, refusals},
    words::words,
};

/// Mediations of one order, over all rounds.
pub const MEDIATIONS_MAX: usize = 20;
/// The list of bodies that mediate.
const MEDIATORS: &str = "policy.mediators";

words! {
    /// How far a mediation has come.
    MediationState {
        /// The mediator was asked.
        Referred = "referred", "已提交调解", "referred";
        /// The mediator has it.
        Accepted = "accepted", "调解中", "in mediation";
        /// The mediator or the customer did not want it.
        Declined = "declined", "未进入调解", "declined";
        /// The parties agreed.
        Agreed = "agreed", "达成调解协议", "agreed";
        /// They did not.
        Failed = "failed", "调解未成", "failed";
        /// What was agreed was done.
        Performed = "performed", "已履行", "performed";
    }
}

/// A mediation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mediation {
    /// Its number on the order, from 1.
    pub number: u32,
    /// Who mediates, of the bank's list.
    pub mediator: AxisKey,
    /// Why it was referred.
    pub why: Sealed,
    /// How far it has come.
    pub state: MediationState,
    /// Since when.
    pub changed_at: Timestamp,
    /// What was agreed, or why it was declined or failed.
    pub terms: Option<Sealed>,
    /// What the bank pays.
    pub amount: Option<Money>,
    /// Until when what was agreed is to be done.
    pub perform_by: Option<Timestamp>,
    /// The clock of that.
    pub clock: Option<ClockId>,
}

/// What somebody wants to do about a mediation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediationCommand {
    /// Ask a mediator.
    Refer {
        /// Who, of the bank's list.
        mediator: AxisKey,
        /// Why.
        why: Sealed,
    },
    /// The mediator took it on.
    Accept {
        /// When.
        at: Timestamp,
        /// What the letter on the pause tells, sealed for it.
        why: Sealed,
    },
    /// The mediator or the customer did not want it.
    Decline {
        /// When.
        at: Timestamp,
        /// Why.
        why: Sealed,
    },
    /// The parties agreed.
    Agree {
        /// When.
        at: Timestamp,
        /// On what.
        terms: Sealed,
        /// What the bank pays.
        amount: Option<Money>,
        /// Until when it is to be done.
        perform_by: Timestamp,
    },
    /// They did not.
    Fail {
        /// When.
        at: Timestamp,
        /// Why.
        why: Sealed,
    },
    /// What was agreed was done.
    Perform {
        /// When.
        at: Timestamp,
    },
}

impl MediationCommand {
    /// Its verb.
    pub const fn verb(&self) -> super::Verb {
        match self {
            Self::Refer { .. } => super::Verb::ReferMediation,
            Self::Accept { .. } => super::Verb::AcceptMediation,
            Self::Decline { .. } => super::Verb::DeclineMediation,
            Self::Agree { .. } => super::Verb::AgreeMediation,
            Self::Fail { .. } => super::Verb::FailMediation,
            Self::Perform { .. } => super::Verb::PerformMediation,
        }
    }
}

refusals! {
    /// Why something may not be done about a mediation.
    MediationRefusal [] {
        /// The bank's list has no such mediator.
        UnknownMediator, "unknown-mediator" at "/mediator", fixed(
            "调解组织不在列表中，请从列表中选择。", "There is no such mediator; choose from the list.");
        /// One is under way.
        MediationOpen, "mediation-open", fixed(
            "调解尚未结束，或协议尚未履行，请先完成并登记。", "A mediation is under way, or what it agreed is not done; finish and record it first.");
        /// None waits for the mediator's answer.
        NotReferred, "not-referred", fixed("没有待调解组织答复的调解。", "No mediation waits for the mediator's answer.");
        /// No mediator has it.
        NotInMediation, "not-in-mediation", fixed("没有进行中的调解。", "No mediator has the matter.");
        /// Nothing was agreed that waits to be done.
        NothingAgreed, "nothing-agreed", fixed("没有待履行的调解协议。", "No agreement waits to be performed.");
        /// The day to do it by lies before the agreement.
        PerformanceEarly, "performance-early" at "/perform_by", fixed("履行期限须晚于现在。", "What is agreed is to be done later than now.");
    }
}

impl Law {
    /// The name of a mediator on the bank's list; `None` when it has none of that key.
    pub fn mediator(&self, key: &AxisKey, now: Timestamp) -> Option<Text> {
        self.mediators(now).find(|(known, _)| *known == key.as_str()).map(|(_, title)| title.clone())
    }

    /// The bank's list of bodies that mediate: their keys and names, in order.
    pub fn mediators(&self, now: Timestamp) -> impl Iterator<Item = (&str, &Text)> {
        let list = self.rules.checklist(MEDIATORS, now.date());
        list.into_iter().flat_map(|list| list.body.items.iter().map(|item| (item.key.as_str(), &item.title)))
    }
}

impl Order {
    /// The mediation of which something is still to come.
    pub fn mediation(&self) -> Option<&Mediation> {
        self.special.mediations.last().filter(|mediation| match mediation.state {
            MediationState::Referred | MediationState::Accepted | MediationState::Agreed => true,
            MediationState::Declined | MediationState::Failed | MediationState::Performed => false,
        })
    }

    /// Takes a mediation a step on; what was said with the step stays until the next that says something.
    pub(super) fn mediated(&mut self, number: u32, state: MediationState, at: Timestamp, terms: Option<&Sealed>) {
        if let Some(one) = self.special.mediations.iter_mut().find(|one| one.number == number) {
            one.state = state;
            one.changed_at = at;
            one.terms = terms.cloned().or_else(|| one.terms.take());
        }
    }
}

/// Whether the order may be referred.
pub(super) fn referable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    match order.stage {
        Stage::Handling { .. } | Stage::Decided { .. } | Stage::Notified { .. } => {}
        Stage::Filed | Stage::Registered | Stage::Classified | Stage::Assigned { .. } => {
            return Err(Refusal::NotAccepted);
        }
        Stage::Closed { .. } | Stage::Withdrawn { .. } => return Err(Refusal::Ended(order.stage.name())),
    }
    over(order)
}

/// Whether the mediator's answer is awaited.
pub(super) fn answerable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    in_state(order, MediationState::Referred, MediationRefusal::NotReferred).map(drop)
}

/// Whether a mediator has it.
pub(super) fn endable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    in_state(order, MediationState::Accepted, MediationRefusal::NotInMediation).map(drop)
}

/// Whether something agreed waits to be done.
pub(super) fn performable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    in_state(order, MediationState::Agreed, MediationRefusal::NothingAgreed).map(drop)
}

/// Refuses while something of a mediation is still to come.
pub(super) fn over(order: &Order) -> Result<(), Refusal> {
    if order.mediation().is_some() { Err(MediationRefusal::MediationOpen.into()) } else { Ok(()) }
}

fn in_state(order: &Order, state: MediationState, refusal: MediationRefusal) -> Result<&Mediation, Refusal> {
    order.mediation().filter(|mediation| mediation.state == state).ok_or_else(|| refusal.into())
}

pub(super) fn decide(order: &Order, command: MediationCommand, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let since = order.mediation().map_or(order.opened_at, |mediation| mediation.changed_at);
    let number = order.special.mediations.len() as u32;
    match command {
        MediationCommand::Refer { mediator, why } => {
            room(Bounded::Mediations, order.special.mediations.len(), 1, MEDIATIONS_MAX)?;
            if bench.law.mediator(&mediator, bench.now).is_none() {
                return Err(MediationRefusal::UnknownMediator.into());
            }
            Ok(vec![MediationEvent::MediationReferred { number: number + 1, mediator, why }.into()])
        }
        MediationCommand::Accept { at, why } => {
            within(at, since, bench.now)?;
            let accepted = std::iter::once(MediationEvent::MediationAccepted { number, at }.into());
            let stands = order.open_clocks().any(|clock| bench.law.pause(clock, PauseReason::Mediation).is_some());
            let paused = if stands && !order.paused() {
                clocks::pause(order, PauseReason::Mediation, at, why, bench)?
            } else {
                Vec::new()
            };
            Ok(accepted.chain(paused).collect())
        }
        MediationCommand::Decline { at, why } => {
            within(at, since, bench.now)?;
            Ok(vec![MediationEvent::MediationDeclined { number, at, why }.into()])
        }
        MediationCommand::Agree { at, terms, amount, perform_by } => {
            within(at, since, bench.now)?;
            if perform_by <= bench.now {
                return Err(MediationRefusal::PerformanceEarly.into());
            }
            let granted = Grant { compensation: amount, waiver: None };
            award::check_grant(order, GrantedBy::Mediation, granted, bench)?;
            let planned = Law::performance_deadline(perform_by).into_iter().collect();
            let started = numbered(order.id, order.clocks.len(), bench.now, planned)?;
            let agreed = MediationEvent::MediationAgreed { number, at, terms, amount, perform_by, started };
            ended(order, agreed, at, bench)
        }
        MediationCommand::Fail { at, why } => {
            within(at, since, bench.now)?;
            ended(order, MediationEvent::MediationFailed { number, at, why }, at, bench)
        }
        MediationCommand::Perform { at } => {
            within(at, since, bench.now)?;
            let clock = order.mediation().and_then(|mediation| mediation.clock);
            let answered = clock.into_iter().collect();
            Ok(vec![MediationEvent::MediationPerformed { number, at, answered }.into()])
        }
    }
}

/// The mediator is done: clocks that stood still for it run again.
fn ended(order: &Order, event: MediationEvent, at: Timestamp, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let for_it = |clock: &super::Clock| {
        clock.paused() && clock.pauses.last().is_some_and(|pause| pause.ground == PauseReason::Mediation)
    };
    let resumed = if order.clocks.iter().any(for_it) { clocks::resume(order, at, bench)? } else { Vec::new() };
    Ok(std::iter::once(event.into()).chain(resumed).collect())
}
