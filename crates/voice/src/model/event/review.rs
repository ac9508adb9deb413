//! The complainant asks the superior unit to examine the decision again.

use kernel::{
    ActorRef, OrgPath, Text, Timestamp,
    id::{ClockId, LetterId},
};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, LetterKind, Order,
    clock::{ClockEnd, ClockStart},
    parts::{Means, Reference},
    refusal::shown,
    review::{Finding, Review, ReviewOutcome},
};

/// Something that happened to a re-examination.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReviewEvent {
    /// The complainant asked for it.
    ReviewRequested {
        /// Its number on the order.
        number: u32,
        /// The last one that the law knows.
        is_last: bool,
        /// When the request came in.
        at: Timestamp,
        /// How.
        means: Means,
        /// The number of the written request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
        /// Why.
        why: Sealed,
        /// The unit that answers.
        unit: OrgPath,
        /// Clocks that start.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        started: Vec<ClockStart>,
    },
    /// Somebody took it on.
    ReviewTaken {
        /// Which.
        number: u32,
    },
    /// It was examined.
    ReviewFound {
        /// Which.
        number: u32,
        /// In a word.
        outcome: ReviewOutcome,
        /// The facts as found.
        facts: Sealed,
        /// The basis and the reasons.
        basis: Sealed,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
        /// Clocks that this answers, when nobody can be told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
}

impl Family for ReviewEvent {
    const KINDS: &'static [&'static str] = &["review_requested", "review_taken", "review_found"];

    fn kind(&self) -> &'static str {
        match self {
            Self::ReviewRequested { .. } => "review_requested",
            Self::ReviewTaken { .. } => "review_taken",
            Self::ReviewFound { .. } => "review_found",
        }
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        match self {
            Self::ReviewRequested { number, is_last, at: asked_at, why, unit, started, means: _, reference: _ } => {
                order.reviews.push(Review {
                    number: *number,
                    round: order.round,
                    is_last: *is_last,
                    asked_at: *asked_at,
                    why: why.clone(),
                    unit: unit.clone(),
                    involved: order.hands.clone(),
                    examiner: None,
                    finding: None,
                    told_at: None,
                });
                order.start(started);
            }
            Self::ReviewTaken { number } => {
                if let Some(review) = order.reviews.iter_mut().find(|review| review.number == *number) {
                    review.examiner = Some(by.clone());
                }
            }
            Self::ReviewFound { number, outcome, facts, basis, letter, answered } => {
                if let Some(review) = order.reviews.iter_mut().find(|review| review.number == *number) {
                    let (facts, basis) = (facts.clone(), basis.clone());
                    review.finding = Some(Finding { outcome: *outcome, facts, basis, at, by: by.clone() });
                    // Whoever cannot be reached cannot be told; the matter is over with the finding.
                    review.told_at = letter.is_none().then_some(at);
                }
                order.owe(*letter, LetterKind::Review, at);
                order.end(answered, ClockEnd::Answered(at));
            }
        }
    }

    fn sentence(&self, _: &Law) -> Text {
        match self {
            Self::ReviewRequested { at, unit, is_last, .. } => {
                let (zh, en) = if *is_last { ("复核", "the last review") } else { ("核查", "a re-examination") };
                Text::of(
                    format!("{} 申请{zh}，由 {} 办理", shown(*at), unit.code()),
                    format!("{} asked for {en}; {} answers", shown(*at), unit.code()),
                )
            }
            Self::ReviewTaken { .. } => Text::fixed("核查已承办", "The re-examination was taken on"),
            Self::ReviewFound { outcome, .. } => {
                let outcome = outcome.title();
                Text::of(format!("核查结果：{}", outcome.zh), format!("Re-examined: {}", outcome.en))
            }
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::ReviewRequested { why, .. } => vec![("review", why)],
            Self::ReviewTaken { .. } => Vec::new(),
            Self::ReviewFound { facts, basis, .. } => vec![("review_facts", facts), ("review_basis", basis)],
        }
    }
}
