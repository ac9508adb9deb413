//! What somebody wants to do to an interception, and the permission each verb needs.

use kernel::Permission;
use seal::Sealed;

use super::event::Opened;
use crate::model::{
    permission,
    words::{DelayGround, Ground, GuardEnding, GuardField, PoliceSays, RelativeSays, Restriction, VisitFinding},
};

kernel::words! {
    /// What can be done to an interception.
    Verb {
        /// Answer a step of the dialogue.
        Answer = "answer", "看听问", "answer a step";
        /// Call a trusted relative.
        CallRelative = "call_relative", "联系亲属", "call a relative";
        /// Call the police line.
        CallPolice = "call_police", "拨打警方专线", "call the police";
        /// Have the customer sign that they refuse the advice.
        SignRefusal = "sign_refusal", "签署拒绝劝阻确认书", "sign the refusal";
        /// Delay the transfer.
        Delay = "delay", "延迟到账", "delay";
        /// Call the transfer back for the customer.
        Revoke = "revoke", "客户撤销转账", "revoke";
        /// Waive the delay under the conditions of the law.
        Waive = "waive", "依规豁免延迟", "waive the delay";
        /// Let the transfer go before its time.
        Release = "release", "复核放行", "release";
        /// Limit the account.
        Limit = "limit", "限制账户", "limit the account";
        /// Record the customer's appeal against the limit.
        Appeal = "appeal", "登记申诉", "record an appeal";
        /// Lift the limit.
        Lift = "lift", "解除限制", "lift the limit";
        /// Note something.
        Note = "note", "备注", "note";
        /// Settle it.
        Settle = "settle", "登记处置结果", "settle";
        /// Record that it was reported as fraud later.
        Report = "report", "登记事后报案", "record a later report";
        /// Record the visit.
        Visit = "visit", "登记回访", "record the visit";
        /// Show personal data in clear.
        Reveal = "reveal", "查看明文", "show personal data";
    }
}

impl Verb {
    /// The permission that it needs where the interception belongs.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Answer
            | Self::CallRelative
            | Self::CallPolice
            | Self::SignRefusal
            | Self::Delay
            | Self::Revoke
            | Self::Waive
            | Self::Appeal
            | Self::Note
            | Self::Settle
            | Self::Report
            | Self::Visit => permission::HANDLE,
            Self::Release | Self::Limit | Self::Lift => permission::REVIEW,
            Self::Reveal => permission::REVEAL,
        }
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open one.
    Open(Box<Opened>),
    /// Answer a step of the dialogue.
    Answer {
        /// The part.
        part: String,
        /// The step.
        step: String,
        /// The answer.
        answer: String,
    },
    /// Call a trusted relative.
    CallRelative {
        /// What they said.
        says: RelativeSays,
        /// Who was called and what was said.
        words: Sealed,
    },
    /// Call the police line.
    CallPolice {
        /// What they said.
        says: PoliceSays,
        /// What was said.
        words: Sealed,
    },
    /// Have the customer sign.
    SignRefusal {
        /// The number of the paper in the bank's archive.
        paper: String,
    },
    /// Delay the transfer.
    Delay {
        /// Why.
        ground: DelayGround,
    },
    /// Call the transfer back for the customer.
    Revoke,
    /// Waive the delay.
    Waive {
        /// The conditions that are met.
        conditions: Vec<String>,
    },
    /// Let the transfer go before its time.
    Release {
        /// Why.
        words: Sealed,
    },
    /// Limit the account.
    Limit {
        /// What.
        restriction: Restriction,
        /// What of the law's list was told.
        told: Vec<String>,
        /// Reason, remedy and papers, as they were told.
        words: Sealed,
    },
    /// Record the customer's appeal.
    Appeal {
        /// What they say.
        words: Sealed,
    },
    /// Lift the limit.
    Lift {
        /// Why.
        words: Sealed,
    },
    /// Note something.
    Note {
        /// What.
        words: Sealed,
    },
    /// Settle it.
    Settle {
        /// How.
        ending: GuardEnding,
        /// What kind of scam it was.
        scam: Option<String>,
        /// What left all the same, in fen.
        sent: i64,
        /// What is said of it.
        words: Sealed,
    },
    /// Record that it was reported as fraud later.
    Report {
        /// What kind of scam it was.
        scam: String,
        /// What the fraudsters got, in fen.
        lost: i64,
        /// What is said of it.
        words: Sealed,
    },
    /// Record the visit.
    Visit {
        /// What was found.
        finding: VisitFinding,
        /// What was said.
        words: Sealed,
    },
    /// Show personal data in clear.
    Reveal {
        /// Which.
        fields: Vec<GuardField>,
        /// Why.
        ground: Ground,
    },
    /// End a delay whose time is over; the program's own.
    RunOut,
    /// Say that it is time for the visit; the program's own.
    CallVisit,
}

impl Command {
    /// The verb of a command on an interception that is there; `None` for opening and the program's own.
    pub const fn verb(&self) -> Option<Verb> {
        Some(match self {
            Self::Open(_) | Self::RunOut | Self::CallVisit => return None,
            Self::Answer { .. } => Verb::Answer,
            Self::CallRelative { .. } => Verb::CallRelative,
            Self::CallPolice { .. } => Verb::CallPolice,
            Self::SignRefusal { .. } => Verb::SignRefusal,
            Self::Delay { .. } => Verb::Delay,
            Self::Revoke => Verb::Revoke,
            Self::Waive { .. } => Verb::Waive,
            Self::Release { .. } => Verb::Release,
            Self::Limit { .. } => Verb::Limit,
            Self::Appeal { .. } => Verb::Appeal,
            Self::Lift { .. } => Verb::Lift,
            Self::Note { .. } => Verb::Note,
            Self::Settle { .. } => Verb::Settle,
            Self::Report { .. } => Verb::Report,
            Self::Visit { .. } => Verb::Visit,
            Self::Reveal { .. } => Verb::Reveal,
        })
    }
}
