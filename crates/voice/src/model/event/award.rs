//! Grants above a handler's limit: asked for, answered by somebody else, recalled.

use kernel::{ActorRef, Text, Timestamp};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, Order,
    award::{Award, AwardState, Grant},
};

/// Something that happened to a request to grant more than one may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AwardEvent {
    /// It was asked for.
    AwardProposed {
        /// Its number on the order.
        number: u32,
        /// What is to be granted.
        grant: Grant,
        /// Why.
        why: Sealed,
    },
    /// It was granted.
    AwardApproved {
        /// The request.
        number: u32,
    },
    /// It was not granted.
    AwardRefused {
        /// The request.
        number: u32,
        /// Why.
        why: Sealed,
    },
    /// Whoever asked no longer wants it.
    AwardRecalled {
        /// The request.
        number: u32,
    },
}

impl Family for AwardEvent {
    const KINDS: &'static [&'static str] = &["award_proposed", "award_approved", "award_refused", "award_recalled"];

    fn kind(&self) -> &'static str {
        match self {
            Self::AwardProposed { .. } => "award_proposed",
            Self::AwardApproved { .. } => "award_approved",
            Self::AwardRefused { .. } => "award_refused",
            Self::AwardRecalled { .. } => "award_recalled",
        }
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        let mut becomes = |number: u32, state: AwardState| {
            if let Some(award) = order.awards.iter_mut().find(|award| award.number == number) {
                award.state = state;
            }
        };
        match self {
            Self::AwardProposed { number, grant, why } => order.awards.push(Award {
                number: *number,
                grant: *grant,
                why: why.clone(),
                by: by.clone(),
                at,
                round: order.round,
                state: AwardState::Open,
            }),
            Self::AwardApproved { number } => becomes(*number, AwardState::Approved { by: by.clone(), at }),
            Self::AwardRefused { number, why } => {
                becomes(*number, AwardState::Refused { by: by.clone(), at, why: why.clone() });
            }
            Self::AwardRecalled { number } => becomes(*number, AwardState::Recalled),
        }
    }

    fn sentence(&self, _: &Law) -> Text {
        match self {
            Self::AwardProposed { grant, .. } => {
                let part = |amount: Option<kernel::Money>| amount.map_or("—".to_owned(), |amount| amount.to_string());
                let (paid, waived) = (part(grant.compensation), part(grant.waiver));
                Text::of(
                    format!("申请超权限补偿 {paid}、减免 {waived}"),
                    format!("Asked for a grant above the limit: paid {paid}, waived {waived}"),
                )
            }
            Self::AwardApproved { .. } => Text::fixed("批准了补偿申请", "The grant was approved"),
            Self::AwardRefused { .. } => Text::fixed("不同意补偿申请", "The grant was refused"),
            Self::AwardRecalled { .. } => Text::fixed("撤回了补偿申请", "The request for a grant was recalled"),
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::AwardProposed { why, .. } => vec![("award", why)],
            Self::AwardRefused { why, .. } => vec![("award_refusal", why)],
            Self::AwardApproved { .. } | Self::AwardRecalled { .. } => Vec::new(),
        }
    }
}
