//! Scenarios: rules with weights, outcomes and sentences, as data, and what they make of an event.
//!
//! A scenario is a version of itself; what it is called and who approved it is the room's. Each rule that holds adds its
//! points to the scenario's score and may demand an outcome; thresholds on the score demand outcomes too; the strongest
//! wins. Which outcome is stronger is data.

mod reason;
mod spec;

pub use reason::Reason;
pub use spec::{DELAY_MICROS_MAX, POINTS_MAX, Priorities, RULES_MAX, RuleSpec, ScenarioSpec, Threshold};

use serde::{Deserialize, Serialize};

/// What follows from a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Go on.
    Allow,
    /// Tell the customer about the risk.
    Advise,
    /// Make sure that it is the customer's own wish.
    Verify,
    /// Let the money leave later; until then it can be called back.
    Delay,
    /// Hold until someone has looked at it.
    Hold,
    /// Refuse.
    Block,
}

impl Outcome {
    /// Every outcome, from the weakest by name to the strongest.
    pub const ALL: [Self; 6] = [Self::Allow, Self::Advise, Self::Verify, Self::Delay, Self::Hold, Self::Block];

    /// The word in data.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Advise => "advise",
            Self::Verify => "verify",
            Self::Delay => "delay",
            Self::Hold => "hold",
            Self::Block => "block",
        }
    }
}

/// Points that one rule, or the model, added to a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The scenario, by its number in the engine.
    pub scenario: u16,
    /// The rule, by its number in the scenario; none for the model's part.
    pub rule: Option<u16>,
    /// The points; they may be negative.
    pub points: i32,
    /// What the rule demands by itself.
    pub outcome: Option<Outcome>,
}
