//! Something done to many orders at once: what, what it means for one order, and how it is undone where that can be.
//!
//! Each order is judged by its own model, as if it were the only one; nothing is allowed here that is not allowed there.

use kernel::{
    OrgPath, Text,
    id::{BulkId, StaffId},
};
use ledger::{Event, UpgradeError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Command, Order, Verb,
    parts::{AxisKey, Classification},
    refusal::refusals,
    words::words,
};

/// What is done to every order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "snake_case")]
pub enum BulkAction {
    /// Accept it.
    Register,
    /// Put it in its place on the axes.
    Classify {
        /// Where.
        classification: Classification,
    },
    /// Give it to a unit and perhaps a person.
    Assign {
        /// The unit.
        unit: OrgPath,
        /// The person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<StaffId>,
    },
    /// Say what the root cause was.
    FindCause {
        /// Its key in the bank's list of causes.
        cause: AxisKey,
    },
}

words! {
    /// How far a run has come.
    BulkState {
        /// It goes on.
        Running = "running", "进行中", "running";
        /// Somebody stopped it; what was done stays.
        Stopped = "stopped", "已停止", "stopped";
        /// Every order was tried.
        Ended = "ended", "已完成", "ended";
        /// It is being undone.
        Undoing = "undoing", "撤销中", "being undone";
        /// What could be undone was.
        Undone = "undone", "已撤销", "undone";
    }
}

words! {
    /// How far one order of a run has come.
    BulkItemState {
        /// Its turn is to come.
        Waiting = "waiting", "待处理", "waiting";
        /// It was done.
        Done = "done", "已办理", "done";
        /// It could not be done.
        Refused = "refused", "未办理", "refused";
        /// It was undone.
        Undone = "undone", "已撤销", "undone";
        /// It could not be undone.
        Kept = "kept", "不能撤销", "kept";
    }
}

refusals! {
    /// Why something done to an order with many others cannot be undone, or cannot be done any more.
    UndoRefusal [] {
    /// Somebody went on with it.
    ChangedSince, "changed-since", super::refusal::fixed(
        "此后工单已有其他办理，不能撤销；请单独处理。",
        "Somebody has gone on with the order; it cannot be undone with the others.");
    /// Accepting started clocks by law.
    ClocksStarted, "clocks-started", super::refusal::fixed(
        "受理后法定时限已起算，不能撤销。",
        "Accepting it started the clocks that the law sets; that cannot be undone.");
    /// There was nothing before.
    NothingBefore, "nothing-before", super::refusal::fixed(
        "办理前没有可恢复的内容，不能撤销；请改为正确的内容。",
        "There was nothing before to go back to; put what is right instead.");
    /// The unit is closed by now.
    UnitClosed, "unit-closed", super::refusal::fixed(
        "机构已撤销，不能把工单交给该机构；请单独分派。",
        "The unit is closed; the order cannot be given to it. Assign it by itself.");
    /// The person works there no more.
    PersonGone, "person-gone", super::refusal::fixed(
        "人员已不在该机构在职，不能把工单交给此人；请单独分派。",
        "The person works in that unit no more; the order cannot be given to them. Assign it by itself.");
    }
}

/// What an order was before, as far as undoing needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The unit.
    pub unit: OrgPath,
    /// The person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<StaffId>,
    /// Where it stood on the axes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classification: Option<Classification>,
    /// The root cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<AxisKey>,
}

impl Before {
    /// What an order is now.
    pub fn of(order: &Order) -> Self {
        Self {
            unit: order.unit.clone(),
            person: order.handler,
            classification: order.classification.clone(),
            cause: order.cause.as_ref().map(|cause| cause.key.clone()),
        }
    }
}

impl BulkAction {
    /// What it means for one order.
    pub fn command(&self) -> Command {
        match self {
            Self::Register => Command::Register,
            Self::Classify { classification } => Command::Classify(classification.clone()),
            Self::Assign { unit, person } => Command::Assign { unit: unit.clone(), person: *person, why: None },
            Self::FindCause { cause } => Command::FindCause { cause: cause.clone(), detail: None },
        }
    }

    /// What undoes it for an order that was `before`, or why nothing does.
    pub fn undo(&self, before: &Before) -> Result<Command, UndoRefusal> {
        match self {
            Self::Register => Err(UndoRefusal::ClocksStarted),
            Self::Classify { .. } => {
                before.classification.clone().map(Command::Classify).ok_or(UndoRefusal::NothingBefore)
            }
            Self::Assign { .. } => Ok(Command::Assign { unit: before.unit.clone(), person: before.person, why: None }),
            Self::FindCause { .. } => {
                let cause = before.cause.clone().ok_or(UndoRefusal::NothingBefore)?;
                Ok(Command::FindCause { cause, detail: None })
            }
        }
    }

    /// Its verb.
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Register => Verb::Register,
            Self::Classify { .. } => Verb::Classify,
            Self::Assign { .. } => Verb::Assign,
            Self::FindCause { .. } => Verb::FindCause,
        }
    }

    /// Its name on screen.
    pub const fn title(&self) -> Text {
        match self {
            Self::Register => Text::fixed("批量受理", "accept"),
            Self::Classify { .. } => Text::fixed("批量分类", "classify"),
            Self::Assign { .. } => Text::fixed("批量分派", "assign"),
            Self::FindCause { .. } => Text::fixed("批量溯源", "name the root cause"),
        }
    }
}

/// One thing that happened to a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BulkEvent {
    /// It was started.
    Started {
        /// Its id.
        run: BulkId,
        /// What is done.
        action: BulkAction,
        /// To how many orders.
        total: u64,
    },
    /// It was stopped.
    Stopped,
    /// Every order was tried.
    Ended {
        /// How many were done.
        done: u64,
        /// How many could not be.
        refused: u64,
    },
    /// Somebody wants it undone.
    UndoStarted,
    /// What could be undone was.
    UndoEnded {
        /// How many were.
        undone: u64,
        /// How many could not be.
        kept: u64,
    },
}

impl Event for BulkEvent {
    const TYPE: &'static str = "voice.bulk";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Started { .. } => "started",
            Self::Stopped => "stopped",
            Self::Ended { .. } => "ended",
            Self::UndoStarted => "undo_started",
            Self::UndoEnded { .. } => "undo_ended",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{classes, path};

    fn before() -> Before {
        Before { unit: path("/HO/GZ/"), person: None, classification: None, cause: None }
    }

    #[test]
    fn what_cannot_be_undone_says_why() {
        let assign = BulkAction::Assign { unit: path("/HO/SZ/"), person: None };
        let back = Command::Assign { unit: path("/HO/GZ/"), person: None, why: None };
        assert_eq!(assign.undo(&before()), Ok(back));
        assert_eq!(BulkAction::Register.undo(&before()), Err(UndoRefusal::ClocksStarted));
        let classify = BulkAction::Classify { classification: classes() };
        assert_eq!(classify.undo(&before()), Err(UndoRefusal::NothingBefore));
        let was = Before { classification: Some(classes()), ..before() };
        assert_eq!(classify.undo(&was), Ok(Command::Classify(classes())));
        let mut slugs = UndoRefusal::slugs();
        slugs.dedup();
        assert_eq!(slugs.len(), 5);
        assert_eq!(UndoRefusal::ChangedSince.pointer(), None);
    }

    #[test]
    fn stored_events_keep_their_form() {
        let action = BulkAction::Assign { unit: path("/HO/"), person: None };
        let samples = [
            (
                BulkEvent::Started { run: BulkId::from_bits(1), action, total: 3 },
                r#"{"kind":"started","run":"bk_00000000000000000000000001","action":{"verb":"assign","unit":"/HO/"},"total":3}"#,
            ),
            (BulkEvent::Stopped, r#"{"kind":"stopped"}"#),
            (BulkEvent::Ended { done: 2, refused: 1 }, r#"{"kind":"ended","done":2,"refused":1}"#),
            (BulkEvent::UndoStarted, r#"{"kind":"undo_started"}"#),
            (BulkEvent::UndoEnded { undone: 1, kept: 1 }, r#"{"kind":"undo_ended","undone":1,"kept":1}"#),
        ];
        for (event, stored) in samples {
            assert_eq!(serde_json::to_string(&event).unwrap(), stored);
            assert_eq!(serde_json::from_str::<BulkEvent>(stored).unwrap(), event);
        }
    }
}
