//! The rapid lane: matters that cannot wait have clocks in minutes and go to whoever is on call. What the minutes are is the
//! regulation files' to say.

use kernel::{ActorRef, Timestamp, id::StaffId};
use regulation::Milestone;
use seal::Sealed;

use super::{
    Order, OrderEvent, RapidEvent, Refusal, Stage,
    clock::Stop,
    decide::Bench,
    refusal::{fixed, refusals},
    words::words,
};

/// What stops the clock that runs until somebody takes an urgent order on.
pub const TAKEN_ON: Stop = Stop::Law(Milestone::TakenOn);

words! {
    /// Why a matter cannot wait.
    UrgentGround {
        /// Money is about to be lost.
        FundsAtRisk = "funds_at_risk", "资金面临损失", "funds at risk";
        /// The customer is old, disabled or otherwise in need of help.
        Vulnerable = "vulnerable", "老年、残障等需要照顾的客户", "an elderly, disabled or otherwise vulnerable customer";
        /// Somebody may come to harm.
        Danger = "danger", "涉及人身安全", "personal danger";
        /// The press or the net has it.
        Media = "media", "媒体或网络关注", "attention of the media";
    }
}

/// That an order is urgent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Urgent {
    /// Why.
    pub ground: UrgentGround,
    /// Since when.
    pub since: Timestamp,
    /// Who said so.
    pub by: ActorRef,
    /// Who was on call then, and may act on it wherever it belongs.
    pub on_call: Option<StaffId>,
}

/// What somebody wants to do with the rapid lane.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RapidCommand {
    /// Put the order on it.
    Mark {
        /// Why, of the closed list.
        ground: UrgentGround,
        /// Why, in words.
        why: Option<Sealed>,
        /// Who is on call for the order's unit.
        on_call: Option<StaffId>,
    },
    /// Take the order off it.
    Calm {
        /// Why.
        why: Sealed,
    },
}

refusals! {
    /// Why an order is not put on the rapid lane, or not taken off it.
    RapidRefusal [] {
        /// It is on it.
        UrgentAlready, "urgent-already", fixed("工单已在快速通道。", "The order is on the rapid lane already.");
        /// It is not on it.
        NotUrgent, "not-urgent", fixed("工单不在快速通道。", "The order is not on the rapid lane.");
        /// It was decided; nothing is left to hurry.
        NothingToHurry, "nothing-to-hurry", fixed(
            "已作出处理决定，无需进入快速通道。", "The matter is decided; there is nothing left to hurry.");
    }
}

/// Whether the order may be put on the rapid lane.
pub(super) fn markable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.urgent.is_some() {
        return Err(RapidRefusal::UrgentAlready.into());
    }
    if order.stage.decision().is_some() { Err(RapidRefusal::NothingToHurry.into()) } else { Ok(()) }
}

/// Whether the order may be taken off the rapid lane.
pub(super) fn calmable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.urgent.is_some() { Ok(()) } else { Err(RapidRefusal::NotUrgent.into()) }
}

pub(super) fn decide(order: &Order, command: RapidCommand, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let event = match command {
        RapidCommand::Mark { ground, why, on_call } => {
            let mut started = bench.starts(order, Milestone::MarkedUrgent, bench.now)?;
            let taken =
                !matches!(order.stage, Stage::Filed | Stage::Registered | Stage::Classified | Stage::Assigned { .. });
            let reached = order.contacts.iter().any(|contact| contact.reached && contact.at >= order.opened_at);
            // What was done already needs no clock any more; nor does a call to somebody who left no number.
            started.retain(|clock| match clock.stop {
                TAKEN_ON => !taken,
                super::verb::CONTACT => !reached && order.reachable(),
                Stop::Law(_) | Stop::Own(_) => true,
            });
            renumber(order, &mut started);
            RapidEvent::MarkedUrgent { ground, why, on_call, started }
        }
        RapidCommand::Calm { why } => {
            let since = order.urgent.as_ref().map_or(bench.now, |urgent| urgent.since);
            let of_lane = |clock: &&super::Clock| {
                let rule = bench.law.rules.clock(&clock.first_rule);
                clock.start >= since && rule.is_some_and(|rule| rule.body.start == Milestone::MarkedUrgent)
            };
            let cancelled = order.open_clocks().filter(of_lane).map(|clock| clock.id).collect();
            RapidEvent::Calmed { why, cancelled }
        }
    };
    Ok(vec![event.into()])
}

/// Clock ids follow their place on the order, so that those left over close ranks.
fn renumber(order: &Order, started: &mut [super::ClockStart]) {
    for (index, clock) in started.iter_mut().enumerate() {
        clock.id = order.next_clock(index);
    }
}
