//! The stored form of events: the name of each kind and the way up from older payload versions.
//!
//! A changed shape means a new version here, an upgrade below, and the old sample kept beside the new one in `samples/`.

use ledger::{Event, UpgradeError};
use serde_json::Value;

use super::OrderEvent;

impl Event for OrderEvent {
    const TYPE: &'static str = "voice.order";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Filed(_) => "filed",
            Self::Imported { .. } => "imported",
            Self::Registered { .. } => "registered",
            Self::Declined { .. } => "declined",
            Self::Classified { .. } => "classified",
            Self::Assigned { .. } => "assigned",
            Self::Accepted { .. } => "accepted",
            Self::Contacted { .. } => "contacted",
            Self::Noted { .. } => "noted",
            Self::TaskOpened { .. } => "task_opened",
            Self::TaskAnswered { .. } => "task_answered",
            Self::TaskCancelled { .. } => "task_cancelled",
            Self::Attached { .. } => "attached",
            Self::AttachmentRead { .. } => "attachment_read",
            Self::RepresentativeNamed { .. } => "representative_named",
            Self::Relocated { .. } => "relocated",
            Self::PartyAmended { .. } => "party_amended",
            Self::Paused { .. } => "paused",
            Self::Resumed { .. } => "resumed",
            Self::ExtensionProposed { .. } => "extension_proposed",
            Self::ExtensionApproved { .. } => "extension_approved",
            Self::ExtensionRefused { .. } => "extension_refused",
            Self::ExtensionRecalled { .. } => "extension_recalled",
            Self::Decided { .. } => "decided",
            Self::LetterDelivered { .. } => "letter_delivered",
            Self::ReportedBack { .. } => "reported_back",
            Self::Visited { .. } => "visited",
            Self::Closed { .. } => "closed",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Retyped { .. } => "retyped",
            Self::Linked { .. } => "linked",
            Self::Unlinked { .. } => "unlinked",
            Self::Reopened { .. } => "reopened",
            Self::Revealed { .. } => "revealed",
            Self::Reminded { .. } => "reminded",
            Self::Escalated { .. } => "escalated",
            Self::ClocksMoved { .. } => "clocks_moved",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}
