//! The root cause of a matter, once somebody has found it.

use kernel::{ActorRef, Text, Timestamp};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, Order,
    parts::{AxisKey, Cause},
};

/// What became known of the cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CauseEvent {
    /// The root cause was found, or another one than was thought.
    CauseFound {
        /// Its key in the bank's list of causes.
        cause: AxisKey,
        /// What exactly, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<Sealed>,
    },
}

impl Family for CauseEvent {
    const KINDS: &'static [&'static str] = &["cause_found"];

    fn kind(&self) -> &'static str {
        match self {
            Self::CauseFound { .. } => "cause_found",
        }
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        match self {
            Self::CauseFound { cause, detail } => {
                order.cause = Some(Cause { key: cause.clone(), detail: detail.clone(), at, by: by.clone() });
            }
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::CauseFound { detail, .. } => detail.iter().map(|detail| ("cause", detail)).collect(),
        }
    }

    fn sentence(&self, law: &Law) -> Text {
        match self {
            Self::CauseFound { cause, .. } => {
                let title = law.cause_title(cause.as_str());
                Text::of(format!("溯源：{}", title.zh), format!("Root cause: {}", title.en))
            }
        }
    }
}
