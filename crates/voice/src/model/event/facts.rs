//! What the complainant brought later was judged.

use kernel::{ActorRef, Text, Timestamp, id::LetterId};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, LetterKind, Order,
    facts::{Judged, Material, Restarted},
    letter::LetterDetail,
    refusal::shown,
};

/// Something that happened to what the complainant brought later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FactsEvent {
    /// An officer judged whether it is new.
    FactsJudged {
        /// What was judged.
        material: Material,
        /// When it came in.
        received_at: Timestamp,
        /// Whether it is new.
        new: bool,
        /// Why.
        why: Sealed,
        /// The clocks that start anew, as they are and as they were.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        restarted: Vec<Restarted>,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
    },
}

impl Family for FactsEvent {
    const KINDS: &'static [&'static str] = &["facts_judged"];

    fn kind(&self) -> &'static str {
        match self {
            Self::FactsJudged { .. } => "facts_judged",
        }
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        let Self::FactsJudged { material, received_at, new, why, restarted, letter } = self;
        for one in restarted {
            order.restart(one);
        }
        let due = restarted.iter().map(|one| one.due).min();
        let detail = LetterDetail { why: Some(("facts", why.clone())), due, ..LetterDetail::default() };
        order.owe_about(*letter, LetterKind::Restart, at, detail);
        order.special.facts.push(Judged {
            material: *material,
            received_at: *received_at,
            new: *new,
            why: why.clone(),
            by: by.clone(),
            at,
            restarted: restarted.clone(),
        });
    }

    fn sentence(&self, _: &Law) -> Text {
        let Self::FactsJudged { received_at, new, restarted, .. } = self;
        let came = shown(*received_at);
        match (new, restarted.first()) {
            (false, _) => Text::of(
                format!("认定 {came} 收到的材料没有新的事实，时限不变"),
                format!("What came in at {came} holds no new facts; the clocks stay as they are"),
            ),
            (true, None) => Text::of(
                format!("认定 {came} 收到的材料有新的事实，按规定时限不变"),
                format!("What came in at {came} holds new facts; by the rules the clocks stay as they are"),
            ),
            (true, Some(one)) => {
                let (was, due) = (shown(one.was_due), shown(one.due));
                Text::of(
                    format!("认定 {came} 收到新的事实，重新计时：期限由 {was} 变为 {due}"),
                    format!("New facts came in at {came}; the clock starts anew: due {due} instead of {was}"),
                )
            }
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        let Self::FactsJudged { why, .. } = self;
        vec![("facts", why)]
    }
}
