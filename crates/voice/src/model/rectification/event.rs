//! What happened to a rectification. Stored for ever: a changed shape is a new payload version with an upgrade, and the old
//! sample stays. Texts are sealed.

use kernel::{
    Date, OrgPath, Text, Timestamp,
    id::{AttachmentId, OrderId, RectificationId, StaffId},
};
use ledger::{Event, UpgradeError};
use regulation::RuleRef;
use seal::Sealed;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Counted;
use crate::model::parts::{Attachment, AxisKey};

/// For which orders a rectification counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Orders at or below this place.
    pub scope: OrgPath,
    /// With this root cause.
    pub cause: AxisKey,
    /// About this business or what is below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business: Option<AxisKey>,
    /// For this reason or what is below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<AxisKey>,
}

/// One thing to do, as it was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedMeasure {
    /// What.
    pub text: Sealed,
    /// Until when, when that is earlier than the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
}

/// A rectification as it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Its id.
    pub rectification: RectificationId,
    /// For which orders it counts.
    pub target: Target,
    /// The unit that puts it right.
    pub unit: OrgPath,
    /// The person who answers for it.
    pub owner: StaffId,
    /// What it is, in one line.
    pub title: Sealed,
    /// What was found.
    pub finding: Sealed,
    /// What is to be done.
    pub measures: Vec<PlannedMeasure>,
    /// Until when.
    pub due: Timestamp,
    /// The orders from which it came.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub orders: Vec<OrderId>,
}

/// One thing that happened to a rectification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum RectificationEvent {
    /// It was opened.
    Opened(Box<Opened>),
    /// A measure was taken.
    MeasureDone {
        /// Its number.
        measure: u32,
        /// What was said of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Sealed>,
    },
    /// A file was added as evidence.
    EvidenceAdded {
        /// The file.
        attachment: Attachment,
    },
    /// A file was opened.
    EvidenceRead {
        /// The file.
        attachment: AttachmentId,
    },
    /// Its owner says that it is done.
    Submitted {
        /// The report.
        words: Sealed,
    },
    /// Somebody else checked it and found it done.
    CheckPassed {
        /// What they say.
        words: Sealed,
        /// When to look back.
        look_back_at: Timestamp,
    },
    /// Somebody else checked it and found it wanting.
    CheckFailed {
        /// What they say.
        words: Sealed,
        /// Until when it is to be done now.
        due: Timestamp,
    },
    /// A look-back.
    LookedBack {
        /// Whether the cause is gone.
        is_effective: bool,
        /// What they say.
        words: Sealed,
        /// The orders of the same cause before and after.
        counted: Counted,
        /// Until when it is to be done now, when it was not effective.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
    },
    /// The cause came back after the check.
    Recurred {
        /// The orders that show it.
        orders: Vec<OrderId>,
        /// Until when it is to be done now.
        due: Timestamp,
    },
    /// A superior presses for it.
    Supervised {
        /// What they say.
        words: Sealed,
    },
    /// It was told to all units of its scope.
    Circulated {
        /// What they are told.
        words: Sealed,
    },
    /// It has more time.
    Postponed {
        /// Until when.
        due: Timestamp,
        /// Why.
        words: Sealed,
    },
    /// Somebody else answers for it now.
    HandedOver {
        /// The unit.
        unit: OrgPath,
        /// The person.
        owner: StaffId,
        /// Why.
        words: Sealed,
    },
    /// It was given up.
    Cancelled {
        /// Why.
        words: Sealed,
    },
    /// Its owner was reminded, of the due date or of the look-back.
    Reminded {
        /// The row of the policy that asks for it.
        rule: RuleRef,
    },
    /// It is overdue and was brought before somebody above.
    Escalated {
        /// The unit told.
        unit: OrgPath,
    },
    /// The organisation moved a unit, and the rectification with it.
    Relocated {
        /// Where the moved unit was.
        from: OrgPath,
        /// Where it is.
        to: OrgPath,
    },
}

impl RectificationEvent {
    /// What somebody said at the step, with its place.
    pub const fn remark(&self) -> Option<(&'static str, &Sealed)> {
        Some(match self {
            Self::Submitted { words } => ("report", words),
            Self::CheckPassed { words, .. } | Self::CheckFailed { words, .. } => ("check", words),
            Self::LookedBack { words, .. } => ("look_back", words),
            Self::Supervised { words } => ("supervision", words),
            Self::Circulated { words } => ("circular", words),
            Self::Postponed { words, .. } => ("postponement", words),
            Self::HandedOver { words, .. } => ("handover", words),
            Self::Cancelled { words } => ("cancellation", words),
            Self::Opened(_)
            | Self::MeasureDone { .. }
            | Self::EvidenceAdded { .. }
            | Self::EvidenceRead { .. }
            | Self::Recurred { .. }
            | Self::Reminded { .. }
            | Self::Escalated { .. }
            | Self::Relocated { .. } => return None,
        })
    }

    /// What happened, in words and without what people wrote.
    pub fn sentence(&self) -> Text {
        match self {
            Self::Opened(_) => Text::fixed("立项整改", "Opened"),
            Self::MeasureDone { measure, .. } => {
                Text::of(format!("完成第 {measure} 项措施"), format!("Took measure {measure}"))
            }
            Self::EvidenceAdded { .. } => Text::fixed("上传了佐证材料", "Added evidence"),
            Self::EvidenceRead { .. } => Text::fixed("查看了佐证材料", "Opened a piece of evidence"),
            Self::Submitted { .. } => Text::fixed("提交验收", "Submitted for the check"),
            Self::CheckPassed { .. } => Text::fixed("验收通过", "The check was passed"),
            Self::CheckFailed { .. } => {
                Text::fixed("验收未通过，继续整改", "The check was failed; to be put right further")
            }
            Self::LookedBack { is_effective, counted, .. } => {
                let Counted { days, before, after } = counted;
                let (zh, en) = if *is_effective {
                    ("整改有效，销号", "effective, closed")
                } else {
                    ("未见效，重启整改", "not effective, opened again")
                };
                Text::of(
                    format!("回头看：{zh}；同因工单整改前 {days} 天 {before} 件、验收后 {days} 天 {after} 件"),
                    format!(
                        "Looked back: {en}; orders of the same cause in {days} days: {before} before, {after} after"
                    ),
                )
            }
            Self::Recurred { orders, .. } => {
                let count = orders.len();
                Text::of(
                    format!("同因工单再次出现（{count} 件），重启整改"),
                    format!("The cause came back ({count} orders); opened again"),
                )
            }
            Self::Supervised { .. } => Text::fixed("督办", "A superior presses for it"),
            Self::Circulated { .. } => Text::fixed("通报", "Told to all units concerned"),
            Self::Postponed { .. } => Text::fixed("延长期限", "Given more time"),
            Self::HandedOver { unit, .. } => {
                Text::of(format!("转由 {} 负责", unit.code()), format!("Handed over to {}", unit.code()))
            }
            Self::Cancelled { .. } => Text::fixed("取消整改", "Given up"),
            Self::Reminded { .. } => Text::fixed("系统提醒：期限临近", "Reminder: a date is near"),
            Self::Escalated { unit } => Text::of(
                format!("整改逾期，系统上报 {}", unit.code()),
                format!("Overdue; brought before {}", unit.code()),
            ),
            Self::Relocated { from, to } => Text::of(
                format!("机构调整，由 {} 随迁至 {}", from.code(), to.code()),
                format!("The organisation changed; moved along from {} to {}", from.code(), to.code()),
            ),
        }
    }
}

impl Event for RectificationEvent {
    const TYPE: &'static str = "voice.rectification";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::MeasureDone { .. } => "measure_done",
            Self::EvidenceAdded { .. } => "evidence_added",
            Self::EvidenceRead { .. } => "evidence_read",
            Self::Submitted { .. } => "submitted",
            Self::CheckPassed { .. } => "check_passed",
            Self::CheckFailed { .. } => "check_failed",
            Self::LookedBack { .. } => "looked_back",
            Self::Recurred { .. } => "recurred",
            Self::Supervised { .. } => "supervised",
            Self::Circulated { .. } => "circulated",
            Self::Postponed { .. } => "postponed",
            Self::HandedOver { .. } => "handed_over",
            Self::Cancelled { .. } => "cancelled",
            Self::Reminded { .. } => "reminded",
            Self::Escalated { .. } => "escalated",
            Self::Relocated { .. } => "relocated",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}
