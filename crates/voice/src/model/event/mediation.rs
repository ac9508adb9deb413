//! A third party mediates.

use kernel::{ActorRef, Money, Text, Timestamp, id::ClockId};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, Order,
    clock::{ClockEnd, ClockStart},
    mediation::{Mediation, MediationState},
    parts::AxisKey,
    refusal::shown,
};

/// Something that happened to a mediation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MediationEvent {
    /// A mediator was asked.
    MediationReferred {
        /// Its number on the order.
        number: u32,
        /// Who, of the bank's list.
        mediator: AxisKey,
        /// Why.
        why: Sealed,
    },
    /// The mediator took it on.
    MediationAccepted {
        /// Which.
        number: u32,
        /// When.
        at: Timestamp,
    },
    /// The mediator or the customer did not want it.
    MediationDeclined {
        /// Which.
        number: u32,
        /// When.
        at: Timestamp,
        /// Why.
        why: Sealed,
    },
    /// The parties agreed.
    MediationAgreed {
        /// Which.
        number: u32,
        /// When.
        at: Timestamp,
        /// On what.
        terms: Sealed,
        /// What the bank pays.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Money>,
        /// Until when it is to be done.
        perform_by: Timestamp,
        /// The clock that runs on it.
        started: Vec<ClockStart>,
    },
    /// They did not agree.
    MediationFailed {
        /// Which.
        number: u32,
        /// When.
        at: Timestamp,
        /// Why.
        why: Sealed,
    },
    /// What was agreed was done.
    MediationPerformed {
        /// Which.
        number: u32,
        /// When.
        at: Timestamp,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
}

impl Family for MediationEvent {
    const KINDS: &'static [&'static str] = &[
        "mediation_referred",
        "mediation_accepted",
        "mediation_declined",
        "mediation_agreed",
        "mediation_failed",
        "mediation_performed",
    ];

    fn kind(&self) -> &'static str {
        match self {
            Self::MediationReferred { .. } => "mediation_referred",
            Self::MediationAccepted { .. } => "mediation_accepted",
            Self::MediationDeclined { .. } => "mediation_declined",
            Self::MediationAgreed { .. } => "mediation_agreed",
            Self::MediationFailed { .. } => "mediation_failed",
            Self::MediationPerformed { .. } => "mediation_performed",
        }
    }

    fn apply(&self, order: &mut Order, at: Timestamp, _by: &ActorRef) {
        match self {
            Self::MediationReferred { number, mediator, why } => order.special.mediations.push(Mediation {
                number: *number,
                mediator: mediator.clone(),
                why: why.clone(),
                state: MediationState::Referred,
                changed_at: at,
                terms: None,
                amount: None,
                perform_by: None,
                clock: None,
            }),
            Self::MediationAccepted { number, at } => order.mediated(*number, MediationState::Accepted, *at, None),
            Self::MediationDeclined { number, at, why } => {
                order.mediated(*number, MediationState::Declined, *at, Some(why));
            }
            Self::MediationAgreed { number, at, terms, amount, perform_by, started } => {
                order.mediated(*number, MediationState::Agreed, *at, Some(terms));
                order.start(started);
                if let Some(agreed) = order.special.mediations.iter_mut().find(|one| one.number == *number) {
                    agreed.amount = *amount;
                    agreed.perform_by = Some(*perform_by);
                    agreed.clock = started.first().map(|clock| clock.id);
                }
            }
            Self::MediationFailed { number, at, why } => {
                order.mediated(*number, MediationState::Failed, *at, Some(why));
            }
            Self::MediationPerformed { number, at, answered } => {
                order.mediated(*number, MediationState::Performed, *at, None);
                order.end(answered, ClockEnd::Answered(*at));
            }
        }
    }

    fn sentence(&self, _: &Law) -> Text {
        let of = |at: &Timestamp, zh: &str, en: &str| {
            Text::of(format!("{} {zh}", shown(*at)), format!("{} {en}", shown(*at)))
        };
        match self {
            Self::MediationReferred { .. } => Text::fixed("提交第三方调解", "Referred to a mediator"),
            Self::MediationAccepted { at, .. } => of(at, "调解组织受理", "taken on by the mediator"),
            Self::MediationDeclined { at, .. } => of(at, "未进入调解", "mediation declined"),
            Self::MediationAgreed { at, perform_by, .. } => Text::of(
                format!("{} 达成调解协议，{} 前履行", shown(*at), shown(*perform_by)),
                format!("{} agreed in mediation, to be done by {}", shown(*at), shown(*perform_by)),
            ),
            Self::MediationFailed { at, .. } => of(at, "调解未成", "mediation failed"),
            Self::MediationPerformed { at, .. } => of(at, "调解协议已履行", "what was agreed was done"),
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::MediationReferred { why, .. }
            | Self::MediationDeclined { why, .. }
            | Self::MediationFailed { why, .. } => vec![("mediation", why)],
            Self::MediationAgreed { terms, .. } => vec![("mediation", terms)],
            Self::MediationAccepted { .. } | Self::MediationPerformed { .. } => Vec::new(),
        }
    }
}
