//! That somebody decided whether a matter is an abnormal complaint. It changes nothing else.

use kernel::{ActorRef, Text, Timestamp};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, Order,
    abnormal::{JudgedPart, Judgement, Verdict},
};

/// Something that was decided about a matter's being abnormal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AbnormalEvent {
    /// Somebody decided.
    AbnormalJudged {
        /// What.
        verdict: Verdict,
        /// The score then, from 0 to 100.
        score: u32,
        /// What the score was made of.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parts: Vec<JudgedPart>,
        /// Why.
        why: Sealed,
    },
}

impl Family for AbnormalEvent {
    const KINDS: &'static [&'static str] = &["abnormal_judged"];

    fn kind(&self) -> &'static str {
        match self {
            Self::AbnormalJudged { .. } => "abnormal_judged",
        }
    }

    /// Whoever handles the matter goes on as before.
    fn is_quiet(&self) -> bool {
        match self {
            Self::AbnormalJudged { .. } => true,
        }
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        let Self::AbnormalJudged { verdict, score, parts, why } = self;
        order.abnormal = Some(Judgement {
            verdict: *verdict,
            score: *score,
            parts: parts.clone(),
            by: by.clone(),
            at,
            why: why.clone(),
        });
    }

    fn sentence(&self, _: &Law) -> Text {
        let Self::AbnormalJudged { verdict, score, .. } = self;
        let verdict = verdict.title();
        Text::of(
            format!("认定为{}（证据 {score} 分）", verdict.zh),
            format!("Decided to be {} (evidence: {score} points)", verdict.en),
        )
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        let Self::AbnormalJudged { why, .. } = self;
        vec![("abnormal", why)]
    }
}
