//! What whoever passed a matter on did to it afterwards.

use kernel::{ActorRef, Date, Money, Text, Timestamp, id::ClockId};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, Order,
    clock::{ClockEnd, ClockMove, ClockStart},
    correction::{CorrectedField, ListRow, listed},
    parts::{Origin, Party, PersonalField},
};

/// What whoever passed a matter on did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OriginEvent {
    /// They said something else than before; what they said before stands in the events before this one.
    OriginCorrected {
        /// The origin as it is now.
        origin: Origin,
        /// The matter in one line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<Sealed>,
        /// The matter in full.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        narrative: Option<Sealed>,
        /// What the complainant asks for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        request: Option<Sealed>,
        /// The particulars as they now are.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        party: Option<Box<Party>>,
        /// The amount in question.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Money>,
        /// When the matter happened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        occurred_on: Option<Date>,
        /// What differs.
        fields: Vec<CorrectedField>,
        /// The row of a list that says so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        row: Option<ListRow>,
        /// Why, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Sealed>,
        /// The sender's clock with its new deadline.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        moved: Vec<ClockMove>,
        /// The sender's clock, when they set a deadline for the first time.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        started: Vec<ClockStart>,
        /// The sender's clock, when they want no answer by a day any more.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cancelled: Vec<ClockId>,
    },
}

impl Family for OriginEvent {
    const KINDS: &'static [&'static str] = &["origin_corrected"];

    fn kind(&self) -> &'static str {
        match self {
            Self::OriginCorrected { .. } => "origin_corrected",
        }
    }

    fn apply(&self, order: &mut Order, at: Timestamp, _: &ActorRef) {
        match self {
            Self::OriginCorrected {
                origin,
                title,
                narrative,
                request,
                party,
                amount,
                occurred_on,
                moved,
                started,
                cancelled,
                fields: _,
                row: _,
                why: _,
            } => {
                order.origin = origin.clone();
                replace(&mut order.title, title);
                replace(&mut order.narrative, narrative);
                order.request = request.clone().or_else(|| order.request.take());
                if let Some(party) = party {
                    order.party = (**party).clone();
                }
                order.amount = amount.or(order.amount);
                order.occurred_on = occurred_on.or(order.occurred_on);
                order.move_clocks(moved);
                order.end(cancelled, ClockEnd::Cancelled(at));
                order.start(started);
            }
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::OriginCorrected { title, narrative, request, why, .. } => {
                let texts = [("title", title), ("narrative", narrative), ("request", request), ("correction", why)];
                texts.into_iter().filter_map(|(field, text)| Some((field, text.as_ref()?))).collect()
            }
        }
    }

    fn names(&self) -> Vec<(PersonalField, &Sealed)> {
        match self {
            Self::OriginCorrected { party, .. } => party.iter().flat_map(|party| party.known()).collect(),
        }
    }

    fn sentence(&self, _: &Law) -> Text {
        match self {
            Self::OriginCorrected { fields, row, .. } => {
                let listed = listed(fields);
                match row {
                    Some(row) => Text::of(
                        format!("转办清单第 {} 行更正：{}", row.line, listed.zh),
                        format!("Corrected by line {} of the sender's list: {}", row.line, listed.en),
                    ),
                    None => Text::of(format!("转办信息更正：{}", listed.zh), format!("Corrected: {}", listed.en)),
                }
            }
        }
    }
}

fn replace(held: &mut Sealed, new: &Option<Sealed>) {
    if let Some(new) = new {
        *held = new.clone();
    }
}
