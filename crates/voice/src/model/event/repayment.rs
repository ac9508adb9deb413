//! How a debt is repaid is negotiated.

use kernel::{ActorRef, Text, Timestamp};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, Order,
    repayment::{Repayment, RepaymentGround, RepaymentSide, RepaymentState, Terms},
};

/// Something that happened to a repayment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RepaymentEvent {
    /// One side proposed.
    RepaymentProposed {
        /// Its number on the order.
        number: u32,
        /// Which side.
        side: RepaymentSide,
        /// The terms.
        terms: Terms,
        /// What was said with it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Sealed>,
    },
    /// The other side answered.
    RepaymentAnswered {
        /// Which proposal.
        number: u32,
        /// Whether it agrees.
        agrees: bool,
        /// Why the bank does not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ground: Option<RepaymentGround>,
        /// What was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Sealed>,
    },
}

impl Family for RepaymentEvent {
    const KINDS: &'static [&'static str] = &["repayment_proposed", "repayment_answered"];

    fn kind(&self) -> &'static str {
        match self {
            Self::RepaymentProposed { .. } => "repayment_proposed",
            Self::RepaymentAnswered { .. } => "repayment_answered",
        }
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        match self {
            Self::RepaymentProposed { number, side, terms, words } => order.special.repayments.push(Repayment {
                number: *number,
                side: *side,
                terms: *terms,
                words: words.clone(),
                by: by.clone(),
                at,
                state: RepaymentState::Open,
                ground: None,
                answer: None,
            }),
            Self::RepaymentAnswered { number, agrees, ground, words } => {
                if let Some(one) = order.special.repayments.iter_mut().find(|one| one.number == *number) {
                    one.state = if *agrees { RepaymentState::Agreed } else { RepaymentState::Refused };
                    one.ground = *ground;
                    one.answer.clone_from(words);
                }
            }
        }
    }

    fn sentence(&self, _: &Law) -> Text {
        match self {
            Self::RepaymentProposed { side, terms, .. } => {
                let (side, total, count) = (side.title(), terms.total, terms.instalments);
                Text::of(
                    format!("{}还款方案：{total}，分 {count} 期", side.zh),
                    format!("A repayment of {total} in {count} instalments, {}", side.en),
                )
            }
            Self::RepaymentAnswered { agrees: true, .. } => Text::fixed("达成还款方案", "The repayment was agreed"),
            Self::RepaymentAnswered { ground: Some(ground), .. } => {
                let ground = ground.title();
                Text::of(format!("不同意还款方案：{}", ground.zh), format!("The repayment was refused: {}", ground.en))
            }
            Self::RepaymentAnswered { .. } => Text::fixed("未接受还款方案", "The repayment was not taken"),
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::RepaymentProposed { words, .. } | Self::RepaymentAnswered { words, .. } => {
                words.iter().map(|words| ("repayment", words)).collect()
            }
        }
    }
}
