//! What is counted of one order, taken from its state. It holds no text about people; it is stored beside the order until it
//! has been put into the columns.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{
    Clock, Order, Stage,
    clock::ClockEnd,
    parts::{AxisKey, Outcome, Relation, Satisfaction},
};

/// How one clock of an order went. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockFact {
    /// The rule under which it started, without its version.
    #[serde(rename = "r")]
    pub rule: String,
    /// When it was or is due.
    #[serde(rename = "d")]
    pub due_s: i64,
    /// When it ended.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub end_s: Option<i64>,
    /// It ended with its answer, and was not cancelled.
    #[serde(rename = "a", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_answered: bool,
}

/// What is counted of one order. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// When the bank received it.
    #[serde(rename = "t")]
    pub received_s: i64,
    /// When it was entered.
    #[serde(rename = "f")]
    pub filed_s: i64,
    /// When it last changed.
    #[serde(rename = "z")]
    pub changed_s: i64,
    /// The place of the unit that is answerable.
    #[serde(rename = "u")]
    pub unit: String,
    /// What kind of matter.
    #[serde(rename = "m")]
    pub matter: String,
    /// Who passed it on.
    #[serde(rename = "s")]
    pub source: String,
    /// Axis A.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Axis B.
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
    /// Axis C.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The root cause.
    #[serde(rename = "k", default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The product of the bank's dictionary that its text names.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// The step it has reached.
    #[serde(rename = "g")]
    pub stage: String,
    /// What was found.
    #[serde(rename = "o", default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// When the complainant was reached first.
    #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
    pub contact_s: Option<i64>,
    /// When the complainant was told the decision first.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub answered_s: Option<i64>,
    /// When it ended.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub ended_s: Option<i64>,
    /// How often it was passed on.
    #[serde(rename = "x", default, skip_serializing_if = "is_zero")]
    pub transfers: u32,
    /// How often it was opened.
    #[serde(rename = "d")]
    pub rounds: u32,
    /// What the complainant said last, 1 to 5.
    #[serde(rename = "y", default, skip_serializing_if = "Option::is_none")]
    pub satisfaction: Option<u8>,
    /// It is another order's matter, filed again.
    #[serde(rename = "l", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_duplicate: bool,
    /// It takes up a matter that was settled before.
    #[serde(rename = "w", default, skip_serializing_if = "std::ops::Not::not")]
    pub is_follow_up: bool,
    /// Its clocks.
    #[serde(rename = "q", default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<ClockFact>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(count: &u32) -> bool {
    *count == 0
}

impl Facts {
    /// What is counted of an order as it stands.
    pub fn of(order: &Order) -> Self {
        let classes = order.classification.as_ref();
        let key = |key: &AxisKey| key.as_str().to_owned();
        let related = |relation: Relation| order.links.iter().any(|link| link.relation == relation);
        let reached = order.contacts.iter().filter(|contact| contact.reached).map(|contact| contact.at);
        let past = order.past.as_ref();
        let outcome = order.stage.decision().map(|decision| decision.outcome).or_else(|| past.and_then(|p| p.outcome));
        Self {
            received_s: seconds(order.received_at),
            filed_s: seconds(order.filed_at),
            changed_s: seconds(order.changed_at),
            unit: order.unit.as_str().to_owned(),
            matter: order.matter.as_str().to_owned(),
            source: order.origin.source.as_str().to_owned(),
            channel: classes.map(|classes| &classes.channel).or(order.channel.as_ref()).map(key),
            business: classes.map(|classes| key(&classes.business)),
            reason: classes.map(|classes| key(&classes.reason)),
            cause: order.cause.as_ref().map(|cause| key(&cause.key)),
            product: None,
            stage: order.stage.name().as_str().to_owned(),
            outcome: outcome.map(|outcome| Outcome::as_str(outcome).to_owned()),
            contact_s: reached.min().map(seconds),
            answered_s: answered(order).map(seconds),
            ended_s: ended(&order.stage).map(seconds),
            transfers: order.transfers,
            rounds: order.round,
            satisfaction: order.satisfaction.map(Satisfaction::get),
            is_duplicate: related(Relation::DuplicateOf),
            is_follow_up: related(Relation::FollowUpOf),
            clocks: order.clocks.iter().map(clock).collect(),
        }
    }

    /// The stored form.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers turn into JSON")
    }

    /// Reads the stored form; `None` for what this version does not know.
    pub fn from_text(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// Whole seconds since 1970; figures need no finer time.
pub fn seconds(at: Timestamp) -> i64 {
    at.as_micros().div_euclid(1_000_000)
}

fn answered(order: &Order) -> Option<Timestamp> {
    use crate::model::LetterKind;
    let decided = |kind: LetterKind| matches!(kind, LetterKind::Decision | LetterKind::Declined);
    let told = order.letters.iter().filter(|letter| decided(letter.kind)).filter_map(|letter| letter.delivery.as_ref());
    told.map(|delivery| delivery.at).min().or_else(|| order.past.as_ref().and_then(|past| past.answered_at))
}

const fn ended(stage: &Stage) -> Option<Timestamp> {
    match stage {
        Stage::Closed { at, .. } | Stage::Withdrawn { at } => Some(*at),
        Stage::Filed
        | Stage::Registered
        | Stage::Classified
        | Stage::Assigned { .. }
        | Stage::Handling { .. }
        | Stage::Decided { .. }
        | Stage::Notified { .. } => None,
    }
}

fn clock(clock: &Clock) -> ClockFact {
    let (end, is_answered) = match clock.end {
        None => (None, false),
        Some(ClockEnd::Answered(at)) => (Some(at), true),
        Some(ClockEnd::Cancelled(at)) => (Some(at), false),
    };
    ClockFact {
        rule: clock.first_rule.id().to_owned(),
        due_s: seconds(clock.due),
        end_s: end.map(seconds),
        is_answered,
    }
}
