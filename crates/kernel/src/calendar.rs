//! Working days and working hours: what day counts, when a period ends, and how sure the answer is.
//!
//! A [`WorkCalendar`] is a value. It must never read a file, a clock or a time zone other than Asia/Shanghai.
//! Days are named by the State Council's yearly paper: days off on weekdays, and weekend days worked to make up for them.
//! In a year whose paper is not known, weekends alone are off, and every answer that leaned on such a year says so.

mod change;
mod hours;
mod period;
mod year;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod laws;

use std::collections::BTreeMap;

use jiff::civil::Weekday;

use crate::{Date, Timestamp};

pub use change::CalendarChange;
pub use hours::{HoursError, Span, WorkingHours};
pub use period::{Pause, Period, PeriodError, Roll, RunOut, Unit};
pub use year::{HOLIDAY_DAYS_MAX, HolidayDay, HolidayYear, HolidayYearError};

/// Days one question walks at most: 200 years. No period of the law comes near; a broken calendar ends here.
const WALK_DAYS_MAX: u32 = 73_050;

/// Whether the year's paper is known, or weekends alone were assumed to be off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// The State Council's paper for the year is in the calendar.
    Known,
    /// The paper for the year is missing; weekends alone are off.
    Assumed,
}

/// What one date is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The date counts as a working day.
    pub workday: bool,
    /// How sure that is.
    pub certainty: Certainty,
}

/// A date that was reached by counting working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadlineDate {
    /// The date.
    pub date: Date,
    /// A year on the way is not known, so the date may move when its paper arrives.
    pub provisional: bool,
}

/// An instant that was reached by counting working time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadlineInstant {
    /// The instant.
    pub at: Timestamp,
    /// A year on the way is not known, so the instant may move when its paper arrives.
    pub provisional: bool,
}

/// Public holidays, make-up workdays and working hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkCalendar {
    years: BTreeMap<i16, HolidayYear>,
    named: BTreeMap<Date, bool>,
    hours: WorkingHours,
}

/// Two years' papers say different things about one date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the papers for {year} and {other} disagree about {date}")]
pub struct CalendarError {
    /// The year that was being added.
    pub year: i16,
    /// The year already known.
    pub other: i16,
    /// The date they disagree about.
    pub date: Date,
}

impl WorkCalendar {
    /// A calendar that knows working hours and no year yet.
    pub fn new(hours: WorkingHours) -> Self {
        Self { years: BTreeMap::new(), named: BTreeMap::new(), hours }
    }

    /// This calendar with the paper of one more year, or with a newer paper for a year it has.
    ///
    /// A paper may name the last days of December before its year and the first of January after it.
    ///
    /// # Errors
    /// When another year's paper says the opposite about one of the dates.
    pub fn with_year(mut self, year: HolidayYear) -> Result<Self, CalendarError> {
        for (number, known) in self.years.iter().filter(|(number, _)| **number != year.year()) {
            for (date, day) in year.days() {
                if known.days().get(date).is_some_and(|other| other.off != day.off) {
                    return Err(CalendarError { year: year.year(), other: *number, date: *date });
                }
            }
        }
        self.years.insert(year.year(), year);
        self.named =
            self.years.values().flat_map(|known| known.days().iter().map(|(date, day)| (*date, day.off))).collect();
        Ok(self)
    }

    /// This calendar with other working hours.
    #[must_use]
    pub fn with_hours(mut self, hours: WorkingHours) -> Self {
        self.hours = hours;
        self
    }

    /// The working hours.
    pub fn hours(&self) -> &WorkingHours {
        &self.hours
    }

    /// The years whose papers are known, in order.
    pub fn years(&self) -> impl Iterator<Item = &HolidayYear> {
        self.years.values()
    }

    /// The last year whose paper is known; deadlines beyond it are provisional.
    pub fn last_known_year(&self) -> Option<i16> {
        self.years.keys().next_back().copied()
    }

    /// What `date` is.
    pub fn day(&self, date: Date) -> Day {
        let certainty = if self.years.contains_key(&date.year()) { Certainty::Known } else { Certainty::Assumed };
        match self.named.get(&date) {
            // A date that a paper names is known even when the paper is that of the next year.
            Some(off) => Day { workday: !off, certainty: Certainty::Known },
            None => Day { workday: !is_weekend(date), certainty },
        }
    }

    /// Whether `date` counts as a working day; [`WorkCalendar::day`] also says how sure that is.
    pub fn is_workday(&self, date: Date) -> bool {
        self.day(date).workday
    }

    /// The `count`th working day after `date`; `date` itself for 0.
    pub fn add_workdays(&self, date: Date, count: u32) -> DeadlineDate {
        self.step_workdays(date, count, |day| day.tomorrow().ok())
    }

    /// The `count`th working day before `date`; `date` itself for 0.
    pub fn sub_workdays(&self, date: Date, count: u32) -> DeadlineDate {
        self.step_workdays(date, count, |day| day.yesterday().ok())
    }

    /// `date` when it is a working day, else the next one.
    pub fn workday_from(&self, date: Date) -> DeadlineDate {
        self.seek_workday(date, |day| day.tomorrow().ok())
    }

    /// `date` when it is a working day, else the one before.
    pub fn workday_until(&self, date: Date) -> DeadlineDate {
        self.seek_workday(date, |day| day.yesterday().ok())
    }

    /// How many working days lie after `from`, up to and including `to`; 0 when `to` is not after `from`.
    pub fn workdays_between(&self, from: Date, to: Date) -> u32 {
        let days = std::iter::successors(from.tomorrow().ok(), |day| day.tomorrow().ok());
        let counted = days.take_while(|day| *day <= to).take(WALK_DAYS_MAX as usize);
        counted.filter(|day| self.is_workday(*day)).map(|_| 1).sum()
    }

    fn step_workdays(&self, date: Date, count: u32, step: impl Fn(Date) -> Option<Date>) -> DeadlineDate {
        let mut reached = DeadlineDate { date, provisional: false };
        let mut left = count;
        for _ in 0..WALK_DAYS_MAX {
            if left == 0 {
                return reached;
            }
            let Some(next) = step(reached.date) else { break };
            let day = self.day(next);
            reached.date = next;
            reached.provisional |= day.certainty == Certainty::Assumed;
            left -= u32::from(day.workday);
        }
        // The end of time, or of patience: the caller's date is the furthest we went, and it is not firm.
        DeadlineDate { provisional: left > 0 || reached.provisional, ..reached }
    }

    fn seek_workday(&self, date: Date, step: impl Fn(Date) -> Option<Date>) -> DeadlineDate {
        let mut reached = DeadlineDate { date, provisional: false };
        for _ in 0..WALK_DAYS_MAX {
            let day = self.day(reached.date);
            reached.provisional |= day.certainty == Certainty::Assumed;
            if day.workday {
                return reached;
            }
            let Some(next) = step(reached.date) else { break };
            reached.date = next;
        }
        DeadlineDate { provisional: true, ..reached }
    }
}

/// Saturday or Sunday.
fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}
