//! The tables about time limits: clock, extension, pause, restart, alert.

use jiff::civil::Time;
use kernel::{
    Role, Text,
    calendar::{Period, Roll, Unit},
};
use serde::{Deserialize, Serialize};

use super::Body;
use crate::{Level, MatterKind, MatterSource, Milestone, Situation};

/// Patterns one row may have: it can name every clock of the law one by one.
const PATTERNS_MAX: usize = 64;

/// What is wrong with a row's patterns.
fn pattern_faults(patterns: &[String]) -> Vec<Text> {
    if (1..=PATTERNS_MAX).contains(&patterns.len()) {
        return Vec::new();
    }
    vec![Text::of(
        format!("clocks 须有 1 至 {PATTERNS_MAX} 项"),
        format!("a row names 1 to {PATTERNS_MAX} clocks or patterns"),
    )]
}

/// Who must act before a clock runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockActor {
    /// The bank.
    Bank,
    /// A regulator or another authority.
    Authority,
    /// The person who brought the matter.
    Person,
}

/// A time limit: from one milestone to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clock {
    /// Who must act.
    pub actor: ClockActor,
    /// The kinds of matter it is for; none when it is not about matters.
    #[serde(default)]
    pub kinds: Vec<MatterKind>,
    /// The sources it is for; none means every source.
    #[serde(default)]
    pub sources: Vec<MatterSource>,
    /// Only for persons who gave a name.
    #[serde(default)]
    pub named_only: bool,
    /// What starts it.
    pub start: Milestone,
    /// What answers it.
    pub stop: Milestone,
    /// What makes it pointless; closing the order always does.
    #[serde(default)]
    pub moot: Vec<Milestone>,
    /// How long it runs.
    pub period: Period,
    /// How far the unit of the period is verified, where that is less than the row.
    #[serde(default)]
    pub unit_level: Option<Level>,
    /// Where it ends when its last day is a day off.
    #[serde(default)]
    pub roll: Roll,
}

impl Clock {
    /// Whether this clock is for such a matter.
    pub fn fits(&self, situation: &Situation) -> bool {
        self.kinds.contains(&situation.kind)
            && (self.sources.is_empty() || self.sources.contains(&situation.source))
            && !(self.named_only && situation.anonymous)
    }

    /// What `milestone` does to this clock while it runs; `None` when nothing.
    pub fn effect(&self, milestone: Milestone) -> Option<Effect> {
        if milestone == self.stop {
            Some(Effect::Answers)
        } else if milestone == Milestone::Closed || self.moot.contains(&milestone) {
            Some(Effect::Cancels)
        } else {
            None
        }
    }
}

/// What a milestone does to a running clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// What the clock waits for is done.
    Answers,
    /// Nothing is waited for any more.
    Cancels,
}

impl Body for Clock {
    const TABLE: &'static str = "clock";

    fn faults(&self) -> Vec<Text> {
        let mut faults = Vec::new();
        if self.period.length() == 0 {
            faults.push(Text::fixed("时限至少为 1", "a clock runs for at least 1 unit"));
        }
        if self.roll != Roll::None && !self.period.unit().ends_with_a_day() {
            faults.push(Text::fixed(
                "按小时或分钟计的时限不能顺延",
                "a clock in hours or minutes cannot roll to another day",
            ));
        }
        if self.roll == Roll::PreviousWorkday {
            faults.push(Text::fixed("时限只能向后顺延", "a clock may roll forward only"));
        }
        if self.moot.contains(&self.stop) {
            faults.push(Text::fixed("终点不能同时使时限失去意义", "what answers a clock does not also cancel it"));
        }
        if self.start == self.stop {
            faults.push(Text::fixed("起点与终点不能相同", "a clock cannot start and stop at the same milestone"));
        }
        faults
    }
}

/// Who must approve an extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Nobody.
    None,
    /// The person in charge of complaint handling (本机构投诉处理工作负责人).
    ComplaintHead,
    /// The level above, or a senior manager of the head office (上级机构或总行高级管理人员).
    SuperiorOrHeadOfficeSenior,
    /// The head of the institution (本机构负责人).
    Head,
}

impl Approval {
    /// Every approval, in order.
    pub const ALL: [Self; 4] = [Self::None, Self::ComplaintHead, Self::SuperiorOrHeadOfficeSenior, Self::Head];

    /// The stored and wire form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ComplaintHead => "complaint_head",
            Self::SuperiorOrHeadOfficeSenior => "superior_or_head_office_senior",
            Self::Head => "head",
        }
    }

    /// Who that is, on screen.
    pub const fn title(self) -> Text {
        match self {
            Self::None => Text::fixed("无需批准", "nobody"),
            Self::ComplaintHead => Text::fixed("本机构投诉处理工作负责人", "the head of complaint handling"),
            Self::SuperiorOrHeadOfficeSenior => {
                Text::fixed("上级机构或总行高级管理人员", "the level above or a senior manager of the head office")
            }
            Self::Head => Text::fixed("本机构负责人", "the head of the institution"),
        }
    }
}

/// A step from one clock to a longer one with the same start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The id of the clock that is extended.
    pub from: String,
    /// The id of the clock that takes over; its period is the total from the same start.
    pub to: String,
    /// Who must approve.
    pub approval: Approval,
    /// The person must be told, with the reason.
    pub notice: bool,
}

impl Body for Extension {
    const TABLE: &'static str = "extension";

    fn faults(&self) -> Vec<Text> {
        if self.from == self.to {
            vec![Text::fixed("不能延长为自身", "a clock cannot be extended to itself")]
        } else {
            Vec::new()
        }
    }
}

/// Why a clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PauseReason {
    /// The parties are in mediation.
    Mediation,
    /// An outside appraisal or test is under way.
    Appraisal,
    /// A hearing is held.
    Hearing,
}

impl PauseReason {
    /// Every reason, in order.
    pub const ALL: [Self; 3] = [Self::Mediation, Self::Appraisal, Self::Hearing];

    /// The name on screen.
    pub const fn title(self) -> Text {
        match self {
            Self::Mediation => Text::fixed("调解", "mediation"),
            Self::Appraisal => Text::fixed("外部鉴定、检测或评估", "outside appraisal or testing"),
            Self::Hearing => Text::fixed("听证", "a hearing"),
        }
    }
}

/// A ground on which clocks stand still.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PauseGround {
    /// The clocks: ids, or the start of ids followed by `*`.
    pub clocks: Vec<String>,
    /// Why they stand still.
    pub reason: PauseReason,
    /// The person must be told.
    pub notice: bool,
}

impl Body for PauseGround {
    const TABLE: &'static str = "pause";

    fn faults(&self) -> Vec<Text> {
        pattern_faults(&self.clocks)
    }
}

/// A ground on which clocks start anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restart {
    /// The clocks: ids, or the start of ids followed by `*`.
    pub clocks: Vec<String>,
    /// What starts them anew.
    pub on: Milestone,
    /// The person must be told.
    pub notice: bool,
}

impl Body for Restart {
    const TABLE: &'static str = "restart";

    fn faults(&self) -> Vec<Text> {
        pattern_faults(&self.clocks)
    }
}

/// What an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// Whoever handles the matter is reminded.
    Reminder,
    /// Somebody above is told.
    Escalation,
}

/// On which side of the deadline an alert lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// Before the deadline.
    Before,
    /// After it was missed.
    After,
}

/// A reminder or an escalation at a distance from the deadline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alert {
    /// What it is.
    pub alert: AlertKind,
    /// The clocks: ids, or the start of ids followed by `*`.
    pub clocks: Vec<String>,
    /// On which side of the deadline.
    pub when: Moment,
    /// How far from it.
    pub offset: Period,
    /// The time of day, for offsets in days.
    #[serde(default)]
    pub at: Option<Time>,
    /// Where it goes when it falls on a day off.
    #[serde(default)]
    pub roll: Roll,
    /// The roles that are told; none means whoever handles the matter.
    #[serde(default)]
    pub roles: Vec<Role>,
}

impl Body for Alert {
    const TABLE: &'static str = "alert";

    fn faults(&self) -> Vec<Text> {
        let in_days = match self.offset.unit() {
            Unit::NaturalDays | Unit::Workdays => true,
            Unit::Hours | Unit::Minutes | Unit::WorkingMinutes => false,
            Unit::Months | Unit::Years => {
                return vec![Text::fixed("提醒的间隔不能按月或年计", "an alert is not counted in months or years")];
            }
        };
        let mut faults = pattern_faults(&self.clocks);
        if in_days != self.at.is_some() {
            faults.push(Text::fixed(
                "按日计的提醒须写明几点，其他的不写",
                "an alert in days has a time of day, and no other has",
            ));
        }
        if !in_days && self.roll != Roll::None {
            faults.push(Text::fixed(
                "按小时或分钟计的提醒不能顺延",
                "an alert in hours or minutes cannot roll to another day",
            ));
        }
        faults
    }
}

/// Whether one of the patterns names the clock `id`.
pub(crate) fn names(patterns: &[String], id: &str) -> bool {
    patterns.iter().any(|pattern| match pattern.strip_suffix('*') {
        Some(start) => id.starts_with(start),
        None => pattern == id,
    })
}
