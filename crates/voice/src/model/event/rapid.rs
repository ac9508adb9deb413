//! An order that cannot wait, and one that can again.

use kernel::{
    ActorRef, Text, Timestamp,
    id::{ClockId, StaffId},
};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, Order,
    clock::{ClockEnd, ClockStart},
    rapid::{Urgent, UrgentGround},
};

/// Something that happened to an order's urgency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RapidEvent {
    /// It went to the rapid lane.
    MarkedUrgent {
        /// Why, of the closed list.
        ground: UrgentGround,
        /// Why, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Sealed>,
        /// Who was on call.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on_call: Option<StaffId>,
        /// Clocks that start.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        started: Vec<ClockStart>,
    },
    /// It left the rapid lane.
    Calmed {
        /// Why.
        why: Sealed,
        /// Clocks that no longer apply.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cancelled: Vec<ClockId>,
    },
}

impl Family for RapidEvent {
    const KINDS: &'static [&'static str] = &["marked_urgent", "calmed"];

    fn kind(&self) -> &'static str {
        match self {
            Self::MarkedUrgent { .. } => "marked_urgent",
            Self::Calmed { .. } => "calmed",
        }
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        match self {
            Self::MarkedUrgent { ground, on_call, started, why: _ } => {
                order.urgent = Some(Urgent { ground: *ground, since: at, by: by.clone(), on_call: *on_call });
                order.start(started);
            }
            Self::Calmed { cancelled, why: _ } => {
                order.urgent = None;
                order.end(cancelled, ClockEnd::Cancelled(at));
            }
        }
    }

    fn sentence(&self, _: &Law) -> Text {
        match self {
            Self::MarkedUrgent { ground, .. } => {
                let ground = ground.title();
                Text::of(format!("进入快速通道：{}", ground.zh), format!("On the rapid lane: {}", ground.en))
            }
            Self::Calmed { .. } => Text::fixed("退出快速通道", "Off the rapid lane"),
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::MarkedUrgent { why, .. } => why.iter().map(|why| ("urgency", why)).collect(),
            Self::Calmed { why, .. } => vec![("urgency", why)],
        }
    }
}
