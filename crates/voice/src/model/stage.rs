//! The steps of an order, from filing to closing, with what only one step has.

use kernel::Timestamp;

use super::{
    parts::{Decision, Ending},
    words::words,
};

words! {
    /// The step an order has reached.
    StageName {
        /// Received, not yet looked at.
        Filed = "filed", "待受理", "received";
        /// Accepted, not yet classified.
        Registered = "registered", "待分类", "accepted";
        /// Classified, not yet given to anybody.
        Classified = "classified", "待分派", "classified";
        /// Given to a unit that has not taken it on.
        Assigned = "assigned", "待接收", "assigned";
        /// Being handled.
        Handling = "handling", "处理中", "being handled";
        /// Decided, the complainant not yet told.
        Decided = "decided", "待告知", "decided";
        /// Decided and told.
        Notified = "notified", "待回访办结", "answered";
        /// Closed.
        Closed = "closed", "已办结", "closed";
        /// Withdrawn by the complainant.
        Withdrawn = "withdrawn", "已撤回", "withdrawn";
    }
}

/// The step an order has reached, with what only that step has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Received, not yet looked at.
    Filed,
    /// Accepted, not yet classified.
    Registered,
    /// Classified, not yet given to anybody.
    Classified,
    /// Given to a unit that has not taken it on.
    Assigned {
        /// Since when.
        since: Timestamp,
    },
    /// Being handled.
    Handling {
        /// Since when.
        since: Timestamp,
    },
    /// Decided, the complainant not yet told.
    Decided {
        /// When.
        at: Timestamp,
        /// What.
        decision: Box<Decision>,
    },
    /// Decided and told.
    Notified {
        /// When the complainant was told.
        at: Timestamp,
        /// What was decided.
        decision: Box<Decision>,
    },
    /// Closed.
    Closed {
        /// When.
        at: Timestamp,
        /// How.
        ending: Ending,
        /// What was decided, if anything was.
        decision: Option<Box<Decision>>,
    },
    /// Withdrawn by the complainant.
    Withdrawn {
        /// When the request came in; that day ended the procedure.
        at: Timestamp,
    },
}

impl Stage {
    /// The step's name.
    pub const fn name(&self) -> StageName {
        match self {
            Self::Filed => StageName::Filed,
            Self::Registered => StageName::Registered,
            Self::Classified => StageName::Classified,
            Self::Assigned { .. } => StageName::Assigned,
            Self::Handling { .. } => StageName::Handling,
            Self::Decided { .. } => StageName::Decided,
            Self::Notified { .. } => StageName::Notified,
            Self::Closed { .. } => StageName::Closed,
            Self::Withdrawn { .. } => StageName::Withdrawn,
        }
    }

    /// The decision, from the step at which there is one.
    pub fn decision(&self) -> Option<&Decision> {
        match self {
            Self::Decided { decision, .. } | Self::Notified { decision, .. } => Some(decision),
            Self::Closed { decision, .. } => decision.as_deref(),
            Self::Filed
            | Self::Registered
            | Self::Classified
            | Self::Assigned { .. }
            | Self::Handling { .. }
            | Self::Withdrawn { .. } => None,
        }
    }
}

impl StageName {
    /// Whether the procedure has ended.
    pub const fn ended(self) -> bool {
        matches!(self, Self::Closed | Self::Withdrawn)
    }
}
