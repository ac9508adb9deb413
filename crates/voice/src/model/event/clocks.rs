//! What happens to the clocks: they stand still and run again, are given longer, and are called out.

use kernel::{
    ActorRef, OrgPath, Text, Timestamp,
    id::{ClockId, LetterId},
};
use regulation::{PauseReason, RuleRef};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::Family;
use crate::model::{
    Law, LetterKind, Order,
    clock::{ClockMove, Pause},
    letter::LetterDetail,
    order::Proposal,
    refusal::shown,
};

/// Something that happened to the clocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ClockEvent {
    /// The clocks stand still.
    Paused {
        /// Why, of the closed list.
        ground: PauseReason,
        /// Since when.
        from: Timestamp,
        /// Why, in words.
        why: Sealed,
        /// The clocks that stand still.
        clocks: Vec<ClockId>,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
    },
    /// The clocks run again.
    Resumed {
        /// Since when.
        at: Timestamp,
        /// Their new deadlines.
        moved: Vec<ClockMove>,
    },
    /// A longer time is asked for.
    ExtensionProposed {
        /// The clock.
        clock: ClockId,
        /// The rule it would follow.
        rule: RuleRef,
        /// Why.
        why: Sealed,
    },
    /// A longer time is granted.
    ExtensionApproved {
        /// The clock with its new deadline.
        moved: ClockMove,
        /// The rule it now follows.
        rule: RuleRef,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
    },
    /// A longer time is not granted.
    ExtensionRefused {
        /// The clock.
        clock: ClockId,
        /// Why.
        why: Sealed,
    },
    /// Whoever asked for a longer time no longer wants it.
    ExtensionRecalled {
        /// The clock.
        clock: ClockId,
    },
    /// Whoever handles the matter was reminded of a deadline.
    Reminded {
        /// The clock.
        clock: ClockId,
        /// The row that asks for the reminder.
        alert: RuleRef,
    },
    /// A deadline was brought before somebody above.
    Escalated {
        /// The clock.
        clock: ClockId,
        /// The row that asks for the escalation.
        alert: RuleRef,
        /// The unit told.
        unit: OrgPath,
    },
    /// Provisional deadlines were computed anew when a year's holidays became known.
    ClocksMoved {
        /// The new deadlines.
        moved: Vec<ClockMove>,
    },
}

impl Family for ClockEvent {
    const KINDS: &'static [&'static str] = &[
        "paused",
        "resumed",
        "extension_proposed",
        "extension_approved",
        "extension_refused",
        "extension_recalled",
        "reminded",
        "escalated",
        "clocks_moved",
    ];

    fn kind(&self) -> &'static str {
        match self {
            Self::Paused { .. } => "paused",
            Self::Resumed { .. } => "resumed",
            Self::ExtensionProposed { .. } => "extension_proposed",
            Self::ExtensionApproved { .. } => "extension_approved",
            Self::ExtensionRefused { .. } => "extension_refused",
            Self::ExtensionRecalled { .. } => "extension_recalled",
            Self::Reminded { .. } => "reminded",
            Self::Escalated { .. } => "escalated",
            Self::ClocksMoved { .. } => "clocks_moved",
        }
    }

    fn is_quiet(&self) -> bool {
        matches!(self, Self::Reminded { .. } | Self::Escalated { .. })
    }

    fn apply(&self, order: &mut Order, at: Timestamp, by: &ActorRef) {
        match self {
            Self::Paused { ground, from, why, clocks, letter } => {
                for clock in order.clocks.iter_mut().filter(|clock| clocks.contains(&clock.id)) {
                    clock.pauses.push(Pause { ground: *ground, from: *from, to: None });
                }
                let why = Some(("pause", why.clone()));
                let detail = LetterDetail { why, ground: Some(*ground), ..LetterDetail::default() };
                order.owe_about(*letter, LetterKind::Pause, at, detail);
            }
            Self::Resumed { at, moved } => {
                for pause in order.clocks.iter_mut().flat_map(|clock| &mut clock.pauses) {
                    pause.to = pause.to.or(Some(*at));
                }
                order.move_clocks(moved);
            }
            Self::ExtensionProposed { clock, rule, why } => order.proposals.push(Proposal {
                clock: *clock,
                rule: rule.clone(),
                by: by.clone(),
                at,
                why: why.clone(),
            }),
            Self::ExtensionApproved { moved, rule, letter } => {
                let asked = order.proposals.iter().find(|proposal| proposal.clock == moved.clock);
                let why = asked.map(|proposal| ("extension", proposal.why.clone()));
                let detail = LetterDetail { why, due: Some(moved.due), ..LetterDetail::default() };
                order.grant(moved, rule.clone(), at, by);
                order.owe_about(*letter, LetterKind::Extension, at, detail);
            }
            Self::ExtensionRefused { clock, why: _ } | Self::ExtensionRecalled { clock } => {
                order.proposals.retain(|proposal| proposal.clock != *clock);
            }
            Self::Reminded { clock, alert } | Self::Escalated { clock, alert, unit: _ } => {
                if let Some(clock) = order.clocks.iter_mut().find(|held| held.id == *clock) {
                    clock.alerted.push(alert.clone());
                }
            }
            Self::ClocksMoved { moved } => order.move_clocks(moved),
        }
    }

    fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        match self {
            Self::Paused { why, .. } => vec![("pause", why)],
            Self::ExtensionProposed { why, .. } => vec![("extension", why)],
            Self::ExtensionRefused { why, .. } => vec![("extension_refusal", why)],
            Self::Resumed { .. }
            | Self::ExtensionApproved { .. }
            | Self::ExtensionRecalled { .. }
            | Self::Reminded { .. }
            | Self::Escalated { .. }
            | Self::ClocksMoved { .. } => Vec::new(),
        }
    }

    fn sentence(&self, law: &Law) -> Text {
        match self {
            Self::Paused { ground, .. } => {
                let ground = ground.title();
                Text::of(format!("中止计时：{}", ground.zh), format!("Clocks paused for {}", ground.en))
            }
            Self::Resumed { .. } => Text::fixed("恢复计时", "Clocks resumed"),
            Self::ExtensionProposed { rule, .. } => {
                let title = law.title(rule);
                Text::of(format!("申请延期：{}", title.zh), format!("Asked for an extension: {}", title.en))
            }
            Self::ExtensionApproved { moved, .. } => {
                let due = shown(moved.due);
                Text::of(format!("批准延期至 {due}"), format!("Extension approved until {due}"))
            }
            Self::ExtensionRefused { .. } => Text::fixed("不同意延期", "Extension refused"),
            Self::ExtensionRecalled { .. } => Text::fixed("撤回延期申请", "Extension recalled"),
            Self::Reminded { .. } => Text::fixed("系统提醒：期限临近", "Reminder: a deadline is near"),
            Self::Escalated { unit, .. } => Text::of(
                format!("系统将期限情况上报 {}", unit.code()),
                format!("The deadline was brought before {}", unit.code()),
            ),
            Self::ClocksMoved { .. } => {
                Text::fixed("节假日安排更新，重新计算期限", "Deadlines computed anew for a new calendar")
            }
        }
    }
}
