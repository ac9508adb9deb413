//! What somebody wants to do to a rectification, and the permission each verb needs.

use kernel::{
    OrgPath, Permission, Timestamp,
    id::{AttachmentId, StaffId},
};
use regulation::RuleRef;
use seal::Sealed;

use super::{Counted, event::Opened, refusal::RectificationRefusal};
use crate::model::{parts::Attachment, permission, words::words};

words! {
    /// What can be done to a rectification.
    RectificationVerb {
        /// Say that a measure was taken.
        Measure = "measure", "完成措施", "take a measure";
        /// Add a file as evidence.
        AddEvidence = "add_evidence", "上传佐证", "add evidence";
        /// Open a file.
        ReadEvidence = "read_evidence", "查看佐证", "open evidence";
        /// Say that it is done.
        Submit = "submit", "提交验收", "submit for the check";
        /// Check what its owner says.
        Check = "check", "验收", "check";
        /// Look back some time later.
        LookBack = "look_back", "回头看", "look back";
        /// Press for it.
        Supervise = "supervise", "督办", "press for it";
        /// Tell it to all units of its scope.
        Circulate = "circulate", "通报", "tell all units concerned";
        /// Give more time.
        Postpone = "postpone", "延长期限", "give more time";
        /// Let somebody else answer for it.
        HandOver = "hand_over", "移交", "hand over";
        /// Give it up.
        Cancel = "cancel", "取消", "give up";
    }
}

impl RectificationVerb {
    /// The permission that it needs where the rectification belongs.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Measure | Self::AddEvidence | Self::Submit => permission::REPORT_RECTIFICATION,
            Self::ReadEvidence => permission::SEE_RECTIFICATIONS,
            Self::Check | Self::LookBack => permission::CHECK_RECTIFICATION,
            Self::Supervise | Self::Circulate | Self::Postpone | Self::HandOver | Self::Cancel => {
                permission::OPEN_RECTIFICATION
            }
        }
    }
}

/// One verb, and why it is not allowed, if it is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RectificationAction {
    /// What.
    pub verb: RectificationVerb,
    /// Why not; `None` when it is allowed.
    pub refusal: Option<RectificationRefusal>,
}

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RectificationCommand {
    /// Open one.
    Open(Box<Opened>),
    /// Say that a measure was taken.
    Measure {
        /// Its number.
        measure: u32,
        /// What is said of it.
        words: Option<Sealed>,
    },
    /// Add a file whose bytes are already in the object store.
    AddEvidence(Attachment),
    /// Open a file.
    ReadEvidence(AttachmentId),
    /// Say that it is done.
    Submit {
        /// The report.
        words: Sealed,
    },
    /// Check it.
    Check {
        /// Whether it is done.
        is_done: bool,
        /// What is said.
        words: Sealed,
        /// Until when it is to be done, when it is not.
        due: Option<Timestamp>,
    },
    /// Look back.
    LookBack {
        /// Whether the cause is gone.
        is_effective: bool,
        /// What is said.
        words: Sealed,
        /// The orders of the same cause, as counted by the program.
        counted: Counted,
        /// Until when it is to be done, when the cause is not gone.
        due: Option<Timestamp>,
    },
    /// Press for it.
    Supervise {
        /// What is said.
        words: Sealed,
    },
    /// Tell it to all units of its scope.
    Circulate {
        /// What they are told.
        words: Sealed,
    },
    /// Give more time.
    Postpone {
        /// Until when.
        due: Timestamp,
        /// Why.
        words: Sealed,
    },
    /// Let somebody else answer for it.
    HandOver {
        /// The unit.
        unit: OrgPath,
        /// The person.
        owner: StaffId,
        /// Why.
        words: Sealed,
    },
    /// Give it up.
    Cancel {
        /// Why.
        words: Sealed,
    },
    /// Open it again because its cause came back; the program's own.
    Recur {
        /// The orders that show it.
        orders: Vec<kernel::id::OrderId>,
        /// When the first of them was received.
        received_at: Timestamp,
    },
    /// Remind whoever has to act; the program's own.
    Remind {
        /// The row of the policy that asks for it.
        rule: RuleRef,
    },
    /// Bring it before somebody above; the program's own.
    Escalate,
    /// Follow a unit that the organisation moved; the program's own.
    Relocate {
        /// Where the moved unit was.
        from: OrgPath,
        /// Where it is.
        to: OrgPath,
    },
}

impl RectificationCommand {
    /// The verb of a command on a rectification that is there; `None` for opening and the program's own commands.
    pub const fn verb(&self) -> Option<RectificationVerb> {
        Some(match self {
            Self::Open(_) | Self::Recur { .. } | Self::Remind { .. } | Self::Escalate | Self::Relocate { .. } => {
                return None;
            }
            Self::Measure { .. } => RectificationVerb::Measure,
            Self::AddEvidence(_) => RectificationVerb::AddEvidence,
            Self::ReadEvidence(_) => RectificationVerb::ReadEvidence,
            Self::Submit { .. } => RectificationVerb::Submit,
            Self::Check { .. } => RectificationVerb::Check,
            Self::LookBack { .. } => RectificationVerb::LookBack,
            Self::Supervise { .. } => RectificationVerb::Supervise,
            Self::Circulate { .. } => RectificationVerb::Circulate,
            Self::Postpone { .. } => RectificationVerb::Postpone,
            Self::HandOver { .. } => RectificationVerb::HandOver,
            Self::Cancel { .. } => RectificationVerb::Cancel,
        })
    }
}
