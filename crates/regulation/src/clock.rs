//! A running clock as a value: started, paused, extended, answered, and when it is due. Stores nothing and wakes nobody.

use kernel::{
    Date, Text, Timestamp,
    calendar::{CalendarChange, Pause, WorkCalendar},
};
use serde::{Deserialize, Serialize};

use crate::{ClockRule, ExtensionStep, Regulations, RuleRef, explain};

/// Pauses of one clock; mediation twice, an appraisal and a hearing are four.
const PAUSES_MAX: usize = 64;

/// When a clock is due, and which rule says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Deadline {
    /// The last instant in time. While the clock stands still, the earliest that it can be.
    pub due: Timestamp,
    /// It leans on a year whose public holidays are not known yet, and may move when they are.
    pub provisional: bool,
    /// The clock stands still since then.
    pub paused_since: Option<Timestamp>,
    /// The row that set it.
    pub rule: RuleRef,
    /// Which rule set it and what moved it, for people.
    pub explanation: Text,
}

/// When a clock under `rule` that started at `start` is due.
pub fn deadline(rule: &ClockRule, start: Timestamp, calendar: &WorkCalendar, pauses: &[Pause]) -> Deadline {
    let out = calendar.run_out(start, rule.body.period, rule.body.roll, pauses);
    Deadline {
        due: out.due,
        provisional: out.provisional,
        paused_since: out.paused_since,
        rule: rule.row.reference.clone(),
        explanation: explain::deadline(rule, &out, calendar.last_known_year()),
    }
}

/// What of a deadline is stored with an order, to be compared when the calendar changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredDeadline {
    /// The last instant in time.
    pub due: Timestamp,
    /// It leaned on a year whose public holidays were not known.
    pub provisional: bool,
}

impl From<&Deadline> for StoredDeadline {
    fn from(deadline: &Deadline) -> Self {
        Self { due: deadline.due, provisional: deadline.provisional }
    }
}

/// The law no longer holds a row that a matter stored, for instance because a file was taken out of the folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the regulation files hold no row {0}, which a running clock refers to")]
pub struct UnknownRule(pub RuleRef);

/// How a clock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "how")]
pub enum Ending {
    /// What it waited for was done.
    Answered {
        /// When.
        at: Timestamp,
    },
    /// Nothing is waited for any more: the matter was withdrawn, or moved to another clock.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

/// One clock of one matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockState {
    /// The row it runs under.
    pub rule: RuleRef,
    /// When it started.
    pub started_at: Timestamp,
    /// When it stood still.
    #[serde(default)]
    pub pauses: Vec<Pause>,
    /// How it ended; `None` while it runs or stands still.
    #[serde(default)]
    pub ending: Option<Ending>,
}

/// How a clock stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "status")]
pub enum ClockStatus {
    /// It runs, and there is time left.
    Running {
        /// The time left, in microseconds.
        left_micros: i64,
    },
    /// It stands still.
    Paused {
        /// Since when.
        since: Timestamp,
    },
    /// It ran out unanswered.
    Overdue {
        /// By how much, in microseconds.
        late_micros: i64,
    },
    /// It was answered in time.
    Met {
        /// When.
        at: Timestamp,
    },
    /// It was answered too late.
    Missed {
        /// When.
        at: Timestamp,
        /// By how much, in microseconds.
        late_micros: i64,
    },
    /// It was cancelled.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

/// Why nothing can be done to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClockRefusal {
    /// It was answered or cancelled before.
    #[error("the clock has ended")]
    Ended,
    /// It stands still already.
    #[error("the clock is paused already")]
    Paused,
    /// It does not stand still.
    #[error("the clock is not paused")]
    NotPaused,
    /// The instant lies before something that happened to the clock.
    #[error("the time lies before the clock's last change")]
    Earlier,
    /// The step extends another clock.
    #[error("this extension belongs to another clock")]
    OtherClock,
    /// It stood still too often.
    #[error("a clock is paused at most {PAUSES_MAX} times")]
    TooManyPauses,
}

impl ClockRefusal {
    /// The reason for people.
    pub const fn text(self) -> Text {
        match self {
            Self::Ended => Text::fixed("该时限已经结束。", "This clock has ended."),
            Self::Paused => Text::fixed("该时限已在暂停中。", "This clock is paused already."),
            Self::NotPaused => Text::fixed("该时限没有暂停。", "This clock is not paused."),
            Self::Earlier => {
                Text::fixed("所填时间早于该时限的上一次变动。", "The time lies before the clock's last change.")
            }
            Self::OtherClock => Text::fixed("该延长不适用于此时限。", "This extension belongs to another clock."),
            Self::TooManyPauses => Text::fixed("暂停次数过多。", "The clock was paused too often."),
        }
    }
}

impl ClockState {
    /// A clock under `rule` that starts at `at`.
    pub fn start(rule: &ClockRule, at: Timestamp) -> Self {
        Self { rule: rule.row.reference.clone(), started_at: at, pauses: Vec::new(), ending: None }
    }

    /// When it was answered.
    pub fn answered_at(&self) -> Option<Timestamp> {
        match self.ending {
            Some(Ending::Answered { at }) => Some(at),
            Some(Ending::Cancelled { .. }) | None => None,
        }
    }

    /// Since when it stands still.
    pub fn paused_since(&self) -> Option<Timestamp> {
        self.pauses.last().filter(|pause| pause.to.is_none()).map(|pause| pause.from)
    }

    /// The clock, answered. Answering ends a pause.
    ///
    /// # Errors
    /// When it has ended, or `at` lies before its last change.
    pub fn answer(self, at: Timestamp) -> Result<Self, ClockRefusal> {
        self.end(Ending::Answered { at }, at)
    }

    /// The clock, cancelled: the matter was withdrawn or moved to another clock.
    ///
    /// # Errors
    /// When it has ended, or `at` lies before its last change.
    pub fn cancel(self, at: Timestamp) -> Result<Self, ClockRefusal> {
        self.end(Ending::Cancelled { at }, at)
    }

    fn end(mut self, ending: Ending, at: Timestamp) -> Result<Self, ClockRefusal> {
        self.open_at(at)?;
        if let Some(pause) = self.pauses.last_mut().filter(|pause| pause.to.is_none()) {
            pause.to = Some(at);
        }
        self.ending = Some(ending);
        Ok(self)
    }

    /// The clock, standing still from `at` on.
    ///
    /// # Errors
    /// When it has ended or stands still, or `at` lies before its last change.
    pub fn pause(mut self, at: Timestamp) -> Result<Self, ClockRefusal> {
        self.open_at(at)?;
        if self.paused_since().is_some() {
            return Err(ClockRefusal::Paused);
        }
        if self.pauses.len() >= PAUSES_MAX {
            return Err(ClockRefusal::TooManyPauses);
        }
        self.pauses.push(Pause { from: at, to: None });
        Ok(self)
    }

    /// The clock, running again from `at` on.
    ///
    /// # Errors
    /// When it has ended or does not stand still, or `at` lies before the pause.
    pub fn resume(mut self, at: Timestamp) -> Result<Self, ClockRefusal> {
        self.open_at(at)?;
        let pause = self.pauses.last_mut().filter(|pause| pause.to.is_none()).ok_or(ClockRefusal::NotPaused)?;
        pause.to = Some(at);
        Ok(self)
    }

    /// The clock under the longer rule of `step`, with the same start and pauses.
    ///
    /// # Errors
    /// When it has ended, or the step extends another clock.
    pub fn extend(mut self, step: &ExtensionStep<'_>) -> Result<Self, ClockRefusal> {
        if self.ending.is_some() {
            return Err(ClockRefusal::Ended);
        }
        if step.extension.body.from != self.rule.id() {
            return Err(ClockRefusal::OtherClock);
        }
        self.rule = step.clock.row.reference.clone();
        Ok(self)
    }

    /// The clock, started anew at `at`; what was paused before no longer counts.
    ///
    /// # Errors
    /// When it has ended, or `at` lies before its last change.
    pub fn restart(mut self, at: Timestamp) -> Result<Self, ClockRefusal> {
        self.open_at(at)?;
        self.started_at = at;
        self.pauses.clear();
        Ok(self)
    }

    fn open_at(&self, at: Timestamp) -> Result<(), ClockRefusal> {
        if self.ending.is_some() {
            return Err(ClockRefusal::Ended);
        }
        let last = self.pauses.last().map_or(self.started_at, |pause| pause.to.unwrap_or(pause.from));
        if at < last { Err(ClockRefusal::Earlier) } else { Ok(()) }
    }

    /// When it is due by the row that governs it on `today`.
    ///
    /// # Errors
    /// When the law no longer holds its row.
    pub fn deadline(&self, law: &Regulations, today: Date) -> Result<Deadline, UnknownRule> {
        let rule = law.governing(&self.rule, today).ok_or_else(|| UnknownRule(self.rule.clone()))?;
        Ok(deadline(rule, self.started_at, law.calendar(), &self.pauses))
    }

    /// How it stands at `now`, given when it is due.
    pub fn status(&self, due: Timestamp, now: Timestamp) -> ClockStatus {
        match self.ending {
            Some(Ending::Cancelled { at }) => ClockStatus::Cancelled { at },
            Some(Ending::Answered { at }) if at <= due => ClockStatus::Met { at },
            Some(Ending::Answered { at }) => ClockStatus::Missed { at, late_micros: at.micros_since(due) },
            None => match self.paused_since().filter(|since| *since <= due) {
                Some(since) => ClockStatus::Paused { since },
                None if now <= due => ClockStatus::Running { left_micros: due.micros_since(now) },
                None => ClockStatus::Overdue { late_micros: now.micros_since(due) },
            },
        }
    }

    /// The deadline under `law` after its calendar changed, when it differs from the stored one.
    ///
    /// `None` for a clock that has ended: what was promised then is history. `change` spares the arithmetic for
    /// clocks that it cannot concern.
    ///
    /// # Errors
    /// When the law no longer holds its row.
    pub fn recomputed(
        &self,
        stored: StoredDeadline,
        change: &CalendarChange,
        law: &Regulations,
        today: Date,
    ) -> Result<Option<Deadline>, UnknownRule> {
        if self.ending.is_some() || !change.concerns(self.started_at, stored.due) {
            return Ok(None);
        }
        let now = self.deadline(law, today)?;
        let moved = now.due != stored.due || now.provisional != stored.provisional;
        Ok(moved.then_some(now))
    }
}
