//! Reminders and escalations around a deadline: when they are due, and whether they may still fire.
//!
//! Nothing fires for a clock that was answered, cancelled or stands still, however late the job that carries it runs.

use kernel::{
    Date, Role, Text, Timestamp,
    calendar::{Roll, Unit, WorkCalendar},
};
use serde::Serialize;

use crate::{AlertKind, AlertRule, ClockState, Moment, Regulations, RuleRef, UnknownRule};

/// Microseconds in an hour and in a minute.
const HOUR_MICROS: i64 = 3_600_000_000;
const MINUTE_MICROS: i64 = 60_000_000;

/// One alert of one clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScheduledAlert {
    /// The row that set it.
    pub rule: RuleRef,
    /// What it is.
    pub kind: AlertKind,
    /// When it is due.
    pub at: Timestamp,
    /// The roles that are told; none means whoever handles the matter.
    pub roles: Vec<Role>,
    /// What it says.
    pub title: Text,
}

impl AlertRule {
    /// When this alert is due for a clock that is due at `due`; before it or after it, never on the wrong side.
    pub fn instant(&self, due: Timestamp, calendar: &WorkCalendar) -> Timestamp {
        let alert = &self.body;
        let length = alert.offset.length();
        let before = match alert.when {
            Moment::Before => true,
            Moment::After => false,
        };
        let signed = if before { -i64::from(length) } else { i64::from(length) };
        let day = due.date();
        let at = match alert.offset.unit() {
            Unit::Workdays if before => self.on_day(calendar.sub_workdays(day, length).date, calendar),
            Unit::Workdays => self.on_day(calendar.add_workdays(day, length).date, calendar),
            // The loader lets no alert be counted in months or years.
            Unit::NaturalDays | Unit::Months | Unit::Years => self.on_day(due.plus_days(signed).date(), calendar),
            Unit::Hours => due.plus_micros(signed * HOUR_MICROS),
            Unit::Minutes => due.plus_micros(signed * MINUTE_MICROS),
            Unit::WorkingMinutes if before => calendar.sub_working(due, i64::from(length) * MINUTE_MICROS).at,
            Unit::WorkingMinutes => calendar.add_working(due, i64::from(length) * MINUTE_MICROS).at,
        };
        if before { at.min(due) } else { at.max(due.plus_micros(1)) }
    }

    fn on_day(&self, day: Date, calendar: &WorkCalendar) -> Timestamp {
        let day = match self.body.roll {
            Roll::None => day,
            Roll::NextWorkday => calendar.workday_from(day).date,
            Roll::PreviousWorkday => calendar.workday_until(day).date,
        };
        match self.body.at {
            Some(time) => Timestamp::from_shanghai(day.to_datetime(time)),
            None => Timestamp::start_of(day),
        }
    }
}

impl ClockState {
    /// Every alert of the clock, in order of time; none when it has ended or stands still.
    ///
    /// Alerts before the clock's own start are left out: a short clock has fewer reminders.
    ///
    /// # Errors
    /// When the law no longer holds the clock's row.
    pub fn alerts(&self, law: &Regulations, today: Date) -> Result<Vec<ScheduledAlert>, UnknownRule> {
        if self.ending.is_some() || self.paused_since().is_some() {
            return Ok(Vec::new());
        }
        let due = self.deadline(law, today)?.due;
        let mut alerts: Vec<ScheduledAlert> = law
            .alert_rules(self.rule.id(), self.started_at.date(), today)
            .into_iter()
            .map(|rule| scheduled(rule, due, law.calendar()))
            .filter(|alert| alert.at > self.started_at)
            .collect();
        alerts.sort_by(|one, other| (one.at, &one.rule).cmp(&(other.at, &other.rule)));
        Ok(alerts)
    }

    /// The first alert after `after`; what a job is set for.
    ///
    /// # Errors
    /// When the law no longer holds the clock's row.
    pub fn next_alert(&self, law: &Regulations, after: Timestamp) -> Result<Option<ScheduledAlert>, UnknownRule> {
        Ok(self.alerts(law, after.date())?.into_iter().find(|alert| alert.at > after))
    }

    /// The alert `rule` when it may fire at `now`; what the job asks when it runs.
    ///
    /// `None` when the clock has ended or stands still, when the alert has moved later, and for a reminder before a
    /// deadline that has passed meanwhile.
    ///
    /// # Errors
    /// When the law no longer holds the clock's row.
    pub fn fires(
        &self,
        rule: &RuleRef,
        law: &Regulations,
        now: Timestamp,
    ) -> Result<Option<ScheduledAlert>, UnknownRule> {
        let due = self.deadline(law, now.date())?.due;
        let stale = |alert: &ScheduledAlert| alert.at <= due && now > due;
        let alerts = self.alerts(law, now.date())?;
        Ok(alerts.into_iter().find(|alert| alert.rule == *rule && alert.at <= now && !stale(alert)))
    }
}

fn scheduled(rule: &AlertRule, due: Timestamp, calendar: &WorkCalendar) -> ScheduledAlert {
    ScheduledAlert {
        rule: rule.row.reference.clone(),
        kind: rule.body.alert,
        at: rule.instant(due, calendar),
        roles: rule.body.roles.clone(),
        title: rule.row.title.clone(),
    }
}
