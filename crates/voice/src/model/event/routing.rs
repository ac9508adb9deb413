//! Orders that go where a rule says, and orders that are passed on until somebody above steps in.

use kernel::{ActorRef, OrgPath, Text, Timestamp, id::StaffId};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, Order,
    parts::Reference,
    routing::{Because, PassedAround, Routed},
};

/// Something that happened on an order's way to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RoutingEvent {
    /// It went where a rule said.
    Routed {
        /// The rule.
        route: Reference,
        /// What people call it.
        label: String,
        /// The unit.
        unit: OrgPath,
        /// The person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<StaffId>,
        /// It had been given to somebody before.
        transfer: bool,
        /// Why.
        because: Vec<Because>,
    },
    /// It was passed on too often without anybody taking it.
    PassedAround {
        /// How often.
        times: u32,
        /// The unit above, which says who takes it.
        superior: OrgPath,
    },
}

impl Family for RoutingEvent {
    const KINDS: &'static [&'static str] = &["routed", "passed_around"];

    fn kind(&self) -> &'static str {
        match self {
            Self::Routed { .. } => "routed",
            Self::PassedAround { .. } => "passed_around",
        }
    }

    fn apply(&self, order: &mut Order, at: Timestamp, _by: &ActorRef) {
        match self {
            Self::Routed { route, label, unit, person, transfer, because } => {
                order.give(unit, *person, *transfer, at);
                order.routed = Some(Routed { route: route.clone(), name: label.clone(), because: because.clone() });
            }
            Self::PassedAround { superior, times: _ } => {
                order.passed_around = Some(PassedAround { superior: superior.clone(), at });
            }
        }
    }

    fn sentence(&self, _: &Law) -> Text {
        match self {
            Self::Routed { label, unit, because, .. } => {
                let why = |pick: fn(&Text) -> String, join: &str| {
                    because.iter().map(|because| pick(&because.text())).collect::<Vec<_>>().join(join)
                };
                Text::of(
                    format!("按规则“{label}”分派至 {}（{}）", unit.code(), why(|text| text.zh.to_string(), "；")),
                    format!(
                        "Sent to {} by the rule “{label}” ({})",
                        unit.code(),
                        why(|text| text.en.to_string(), "; ")
                    ),
                )
            }
            Self::PassedAround { times, superior } => Text::of(
                format!("转办 {times} 次无人接收，升级至 {} 指定承办", superior.code()),
                format!("Passed on {times} times and not taken; {} is to say who takes it", superior.code()),
            ),
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::Routed { .. } | Self::PassedAround { .. } => Vec::new(),
        }
    }
}
