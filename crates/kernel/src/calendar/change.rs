//! What differs between two editions of the calendar, and which deadlines that may move. Decides nothing about them.

use std::collections::BTreeSet;

use super::WorkCalendar;
use crate::{Date, Timestamp};

/// The difference between two calendars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarChange {
    /// Dates that became a working day, stopped being one, or have other working hours now; in order.
    pub days: Vec<Date>,
    /// Years whose paper arrived or was withdrawn, in order; deadlines that lean on them become firm or provisional.
    pub years: Vec<i16>,
    /// The weekly working hours differ; every period in working minutes may move.
    pub hours: bool,
}

impl CalendarChange {
    /// What changed from `old` to `new`.
    pub fn between(old: &WorkCalendar, new: &WorkCalendar) -> Self {
        let named: BTreeSet<Date> = old.named.keys().chain(new.named.keys()).copied().collect();
        let differs = |date: &Date| {
            old.is_workday(*date) != new.is_workday(*date)
                || !old.working_stretches(*date).eq(new.working_stretches(*date))
        };
        let days = named.into_iter().filter(differs).collect();
        let known: BTreeSet<i16> = old.years.keys().chain(new.years.keys()).copied().collect();
        let years =
            known.into_iter().filter(|year| old.years.contains_key(year) != new.years.contains_key(year)).collect();
        Self { days, years, hours: old.hours != new.hours }
    }

    /// Nothing changed.
    pub fn is_empty(&self) -> bool {
        self.days.is_empty() && self.years.is_empty() && !self.hours
    }

    /// Whether a deadline that runs from `start` and was due at `due` may have moved, or become firm or provisional.
    ///
    /// It may when a day on its way changed or a year on its way became known. No day after it can move it, because
    /// deadlines roll forward only.
    pub fn concerns(&self, start: Timestamp, due: Timestamp) -> bool {
        let (first, last) = (start.date(), due.date());
        self.hours
            || self.days.iter().any(|day| (first..=last).contains(day))
            || self.years.iter().any(|year| (first.year()..=last.year()).contains(year))
    }
}
