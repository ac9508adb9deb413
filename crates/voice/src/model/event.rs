//! What happened to a work order. Stored for ever, so every shape here is a promise: a change is a new payload version
//! with an upgrade and a sample in `samples/`. No event holds personal data in clear.
//!
//! Events come in families, a file each, which holds their shapes, what they mean for the order and the sentence that
//! tells them. A new family is a file and a line in the list below; the stored form knows kinds only, not families.

mod abnormal;
mod award;
mod cause;
mod clocks;
mod ending;
mod facts;
mod group;
mod lead;
mod mediation;
mod origin;
mod rapid;
mod recusal;
mod repayment;
mod review;
mod routing;
mod steps;
mod work;

use kernel::{ActorRef, Text, Timestamp};
use seal::Sealed;
use serde::{Deserialize, Serialize, de::Error};

use super::{Law, Order, parts::PersonalField};
pub use abnormal::AbnormalEvent;
pub use award::AwardEvent;
pub use cause::CauseEvent;
pub use clocks::ClockEvent;
pub use ending::EndingEvent;
pub use facts::FactsEvent;
pub use group::GroupEvent;
pub use lead::LeadEvent;
pub use mediation::MediationEvent;
pub use origin::OriginEvent;
pub use rapid::RapidEvent;
pub use recusal::RecusalEvent;
pub use repayment::RepaymentEvent;
pub use review::ReviewEvent;
pub use routing::RoutingEvent;
pub use steps::{Filed, StepEvent};
pub use work::WorkEvent;

/// What every family of events knows of its own.
pub(super) trait Family {
    /// The stored words of its kinds: by them a stored event finds its family. No two families share one.
    const KINDS: &'static [&'static str];

    /// The stored word of this kind.
    fn kind(&self) -> &'static str;

    /// Whether it changes nothing that somebody who acts on the order had to see first.
    fn is_quiet(&self) -> bool {
        false
    }

    /// What it means for the order. Total: an event that does not fit changes what it can and no more.
    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef);

    /// What happened, in words and without personal data.
    fn sentence(&self, law: &Law) -> Text;

    /// The texts it brings, each with its place in the order: by them the order is searched.
    fn texts(&self) -> Vec<(&'static str, &Sealed)>;

    /// The names and addresses of people it brings, which are taken out of all texts that lists and searches show.
    fn names(&self) -> Vec<(PersonalField, &Sealed)> {
        Vec::new()
    }
}

/// Declares the event of an order as one of the families, stored as if there were none.
macro_rules! families {
    ($($(#[$doc:meta])* $name:ident($event:ty);)*) => {
        /// One thing that happened to a work order.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(untagged)]
        pub enum OrderEvent { $($(#[$doc])* $name($event)),* }

        $(impl From<$event> for OrderEvent {
            fn from(event: $event) -> Self {
                Self::$name(event)
            }
        })*

        impl<'de> Deserialize<'de> for OrderEvent {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let payload = serde_json::Value::deserialize(deserializer)?;
                let kind = payload.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default();
                $(if <$event as Family>::KINDS.contains(&kind) {
                    return <$event>::deserialize(payload).map(Self::$name).map_err(D::Error::custom);
                })*
                Err(D::Error::custom("no such kind of event"))
            }
        }

        impl OrderEvent {
            /// The stored word of its kind.
            pub fn word(&self) -> &'static str {
                match self { $(Self::$name(event) => event.kind()),* }
            }

            /// Whether it changes nothing that somebody who acts on the order had to see first.
            pub fn is_quiet(&self) -> bool {
                match self { $(Self::$name(event) => event.is_quiet()),* }
            }

            /// What happened, in words and without personal data.
            pub fn sentence(&self, law: &Law) -> Text {
                match self { $(Self::$name(event) => event.sentence(law)),* }
            }

            /// The texts it brings, each with its place in the order.
            pub fn texts(&self) -> Vec<(&'static str, &Sealed)> {
                match self { $(Self::$name(event) => event.texts()),* }
            }

            /// The names and addresses of people it brings.
            pub fn names(&self) -> Vec<(PersonalField, &Sealed)> {
                match self { $(Self::$name(event) => event.names()),* }
            }

            pub(super) fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
                match self { $(Self::$name(event) => event.apply(order, at, by)),* }
            }

            /// The stored words of every kind, family by family.
            #[cfg(test)]
            pub(crate) fn kinds() -> Vec<&'static str> {
                [$(<$event as Family>::KINDS),*].concat()
            }
        }
    };
}

families! {
    /// One of the first steps: filing, accepting, classifying, assigning, taking on, moving to another kind.
    Step(StepEvent);
    /// What whoever passed the matter on did afterwards.
    Origin(OriginEvent);
    /// Contacts, notes, tasks, files, links, looks at personal data.
    Work(WorkEvent);
    /// Pauses, extensions, reminders, new deadlines.
    Clock(ClockEvent);
    /// The decision, telling it, the report back, the return visit, closing, withdrawing, opening again.
    Ending(EndingEvent);
    /// The root cause.
    Cause(CauseEvent);
    /// Requests to grant more than somebody may, and the answers.
    Award(AwardEvent);
    /// Somebody is kept away from the matter.
    Recusal(RecusalEvent);
    /// Orders that go by rule, and orders that nobody takes.
    Routing(RoutingEvent);
    /// The rapid lane.
    Rapid(RapidEvent);
    /// A president takes the matter up.
    Lead(LeadEvent);
    /// The superior unit examines the decision again.
    Review(ReviewEvent);
    /// A group, and the procedure of a major event.
    Group(GroupEvent);
    /// A third party mediates.
    Mediation(MediationEvent);
    /// How a debt is repaid is negotiated.
    Repayment(RepaymentEvent);
    /// What the complainant brought later was judged.
    Facts(FactsEvent);
    /// What somebody decided about a matter's being abnormal.
    Abnormal(AbnormalEvent);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::LAW;

    #[test]
    fn no_two_families_share_a_kind() {
        let mut kinds = OrderEvent::kinds();
        let count = kinds.len();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), count);
    }

    #[test]
    fn every_kind_has_a_sample_that_finds_its_family_and_tells_itself() {
        let mut kinds = OrderEvent::kinds();
        for line in crate::testing::SAMPLES.lines() {
            let (kind, payload) = line.split_once('\t').unwrap();
            let event: OrderEvent = serde_json::from_str(payload).unwrap();
            assert_eq!(event.word(), kind);
            let text = event.sentence(&LAW);
            assert!(!text.zh.is_empty() && !text.zh.contains("s1.") && !text.en.contains("s1."), "{line}");
            kinds.retain(|other| *other != kind);
        }
        assert!(kinds.is_empty(), "kinds without a sample: {kinds:?}");
        let strange = serde_json::json!({ "kind": "teleported" });
        assert!(serde_json::from_value::<OrderEvent>(strange).is_err());
        assert!(serde_json::from_value::<OrderEvent>(serde_json::json!(["accepted"])).is_err());
    }
}
