//! Clocks that run on an order: statutory ones, the bank's own, and those a supervisor sets.
//!
//! A clock keeps the rule it started under. It never computes a deadline by itself: `law` does, and events carry the result.

use kernel::{Timestamp, id::ClockId};
use regulation::{Milestone, PauseReason, RuleRef};
use serde::{Deserialize, Serialize};

use super::words::words;

/// A running deadline counts as due soon within this time: three natural days leave one working day even over a weekend.
pub const DUE_SOON_MICROS: i64 = 3 * kernel::timestamp::DAY_MICROS;

words! {
    /// How a clock stands at an instant.
    ClockMood {
        /// It runs and there is time.
        Running = "running", "计时中", "running";
        /// It runs and is due within three days.
        DueSoon = "due_soon", "即将到期", "due soon";
        /// It runs and is past its deadline.
        Overdue = "overdue", "已超期", "overdue";
        /// It stands still.
        Paused = "paused", "已暂停", "paused";
        /// It was answered in time.
        Met = "met", "按期完成", "met";
        /// It was answered too late.
        Missed = "missed", "超期完成", "missed";
        /// It no longer applies.
        Cancelled = "cancelled", "已终止", "no longer applies";
    }
}

/// What stops a clock: a milestone that the law knows, or one of this room's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Stop {
    /// A milestone of the regulation files.
    Law(Milestone),
    /// One of this room's own.
    Own(OwnStop),
}

/// Milestones that only this room has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnStop {
    /// Whoever passed the matter on was told of the result, within the time they set themselves.
    ReportedBack,
}

/// A clock as it starts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockStart {
    /// The clock's id.
    pub id: ClockId,
    /// The rule that sets it.
    pub rule: RuleRef,
    /// What stops it.
    pub stop: Stop,
    /// When it starts.
    pub start: Timestamp,
    /// When it ends.
    pub due: Timestamp,
    /// The deadline lies beyond the last known year of the working calendar.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

/// A new deadline of a running clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockMove {
    /// The clock.
    pub clock: ClockId,
    /// Its new deadline.
    pub due: Timestamp,
    /// Whether the new deadline is still provisional.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub provisional: bool,
}

/// A time in which a clock stood still.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Why.
    pub ground: PauseReason,
    /// From when.
    pub from: Timestamp,
    /// Until when; open while it lasts.
    pub to: Option<Timestamp>,
}

/// How a clock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockEnd {
    /// What it waits for happened.
    Answered(Timestamp),
    /// It no longer applies: the matter was withdrawn, or moved to another kind.
    Cancelled(Timestamp),
}

/// A clock on an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// The id.
    pub id: ClockId,
    /// The rule it now follows.
    pub rule: RuleRef,
    /// The rule it started under; another one than `rule` after an extension.
    pub first_rule: RuleRef,
    /// What stops it.
    pub stop: Stop,
    /// When it started.
    pub start: Timestamp,
    /// When it is due.
    pub due: Timestamp,
    /// The deadline may move when the next year's holidays are known.
    pub provisional: bool,
    /// The times in which it stood still.
    pub pauses: Vec<Pause>,
    /// How often it was extended.
    pub extensions: u8,
    /// How it ended.
    pub end: Option<ClockEnd>,
    /// The reminders and escalations that went out for its present deadline.
    pub alerted: Vec<RuleRef>,
}

impl Clock {
    /// A clock that starts.
    pub fn begin(start: ClockStart) -> Self {
        Self {
            id: start.id,
            first_rule: start.rule.clone(),
            rule: start.rule,
            stop: start.stop,
            start: start.start,
            due: start.due,
            provisional: start.provisional,
            pauses: Vec::new(),
            extensions: 0,
            end: None,
            alerted: Vec::new(),
        }
    }

    /// Whether it still waits for its answer, running or paused.
    pub const fn open(&self) -> bool {
        self.end.is_none()
    }

    /// Whether it stands still.
    pub fn paused(&self) -> bool {
        self.open() && self.pauses.last().is_some_and(|pause| pause.to.is_none())
    }

    /// How it stands at `now`.
    pub fn mood(&self, now: Timestamp) -> ClockMood {
        match self.end {
            Some(ClockEnd::Cancelled(_)) => ClockMood::Cancelled,
            Some(ClockEnd::Answered(at)) if at > self.due => ClockMood::Missed,
            Some(ClockEnd::Answered(_)) => ClockMood::Met,
            None if self.paused() => ClockMood::Paused,
            None if now > self.due => ClockMood::Overdue,
            None if self.due.micros_since(now) <= DUE_SOON_MICROS => ClockMood::DueSoon,
            None => ClockMood::Running,
        }
    }

    /// Takes a new deadline; reminders and escalations begin anew.
    pub fn move_to(&mut self, moved: &ClockMove) {
        if moved.due != self.due {
            self.alerted.clear();
        }
        self.due = moved.due;
        self.provisional = moved.provisional;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mood_follows_the_deadline_and_the_answer() {
        let at = Timestamp::from_micros;
        let due = 10 * kernel::timestamp::DAY_MICROS;
        let start = ClockStart {
            id: ClockId::from_bits(1),
            rule: "r@1".parse().unwrap(),
            stop: Stop::Law(Milestone::DecisionNotified),
            start: at(0),
            due: at(due),
            provisional: false,
        };
        let clock = Clock::begin(start);
        for (now, mood) in [
            (0, ClockMood::Running),
            (due - DUE_SOON_MICROS - 1, ClockMood::Running),
            (due - DUE_SOON_MICROS, ClockMood::DueSoon),
            (due, ClockMood::DueSoon),
            (due + 1, ClockMood::Overdue),
        ] {
            assert_eq!(clock.mood(at(now)), mood, "{now}");
        }
        let ended = |end| Clock { end: Some(end), ..clock.clone() }.mood(at(due * 2));
        assert_eq!(ended(ClockEnd::Answered(at(due))), ClockMood::Met);
        assert_eq!(ended(ClockEnd::Answered(at(due + 1))), ClockMood::Missed);
        assert_eq!(ended(ClockEnd::Cancelled(at(due + 1))), ClockMood::Cancelled);
        let pause = Pause { ground: PauseReason::Appraisal, from: at(5), to: None };
        assert_eq!(Clock { pauses: vec![pause], ..clock }.mood(at(due + 1)), ClockMood::Paused);
    }
}
