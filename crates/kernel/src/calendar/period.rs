//! Periods of the law and the instant at which they run out, with pauses taken out. Knows no rule by name.

use serde::{Deserialize, Serialize};

use super::{Certainty, DeadlineInstant, WALK_DAYS_MAX, WorkCalendar, hours::Stretch};
use crate::{Date, Timestamp};

/// Microseconds in an hour.
const HOUR_MICROS: i64 = 3_600_000_000;

/// Microseconds in a minute.
const MINUTE_MICROS: i64 = 60_000_000;

/// What a period is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Every day of the calendar counts; the day on which the period starts does not.
    NaturalDays,
    /// Working days count; the day on which the period starts does not.
    Workdays,
    /// Calendar months; the period ends on the day with the same number, or on the month's last.
    Months,
    /// Calendar years.
    Years,
    /// Hours by the clock, from the instant of the start.
    Hours,
    /// Minutes by the clock, from the instant of the start.
    Minutes,
    /// Minutes of working time, from the instant of the start.
    WorkingMinutes,
}

impl Unit {
    /// The longest period in this unit: a century, and for working time a working year of eight-hour days.
    pub const fn length_max(self) -> u32 {
        match self {
            Self::NaturalDays => 36_525,
            Self::Workdays => 26_000,
            Self::Months => 1_200,
            Self::Years => 100,
            Self::Hours => 876_600,
            Self::Minutes => 52_596_000,
            Self::WorkingMinutes => 120_000,
        }
    }

    /// The period ends with a day, not at an instant within one.
    pub const fn ends_with_a_day(self) -> bool {
        match self {
            Self::NaturalDays | Self::Workdays | Self::Months | Self::Years => true,
            Self::Hours | Self::Minutes | Self::WorkingMinutes => false,
        }
    }
}

/// A length of time as the law states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "PeriodFields")]
pub struct Period {
    length: u32,
    unit: Unit,
}

/// A period as text gives it, before its length is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodFields {
    length: u32,
    unit: Unit,
}

impl TryFrom<PeriodFields> for Period {
    type Error = PeriodError;

    fn try_from(fields: PeriodFields) -> Result<Self, PeriodError> {
        Self::new(fields.length, fields.unit)
    }
}

/// The period is longer than its unit allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period in {unit:?} is at most {}", .unit.length_max())]
pub struct PeriodError {
    /// The unit.
    pub unit: Unit,
}

impl Period {
    /// A period of `length` units; 0 days is the rest of the day.
    ///
    /// # Errors
    /// When it is longer than [`Unit::length_max`].
    pub const fn new(length: u32, unit: Unit) -> Result<Self, PeriodError> {
        if length > unit.length_max() { Err(PeriodError { unit }) } else { Ok(Self { length, unit }) }
    }

    /// How many units.
    pub const fn length(self) -> u32 {
        self.length
    }

    /// The unit.
    pub const fn unit(self) -> Unit {
        self.unit
    }

    /// The last date of a period of days, months or years that starts on `start`, pauses aside; `None` for the others.
    pub fn last_date(self, start: Date) -> Option<Date> {
        let length = i64::from(self.length);
        let span = jiff::Span::new();
        let span = match self.unit {
            Unit::NaturalDays => span.try_days(length),
            Unit::Months => span.try_months(length),
            Unit::Years => span.try_years(length),
            Unit::Workdays | Unit::Hours | Unit::Minutes | Unit::WorkingMinutes => return None,
        };
        // The bounds of length_max are far inside those of a span, and dates beyond 9999 stop there.
        Some(start.saturating_add(span.ok()?))
    }
}

/// Where a period in days that ends on a day off ends instead.
///
/// It is about the last *day* of a period (Civil Code of China, article 203), so a period in hours or minutes does not
/// roll: were it moved to the end of Monday, one that starts later and ends on Monday morning would be due before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// It ends on that day all the same.
    #[default]
    None,
    /// At the end of the next working day.
    NextWorkday,
    /// At the end of the working day before.
    PreviousWorkday,
}

/// A time that does not count, for instance while the parties are in mediation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// From when.
    pub from: Timestamp,
    /// Until when; `None` while it lasts.
    pub to: Option<Timestamp>,
}

/// When a period runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunOut {
    /// The last instant within the period. While a pause lasts, the earliest that it can be.
    pub due: Timestamp,
    /// A year that the answer leans on is not known yet; recompute when its paper arrives.
    pub provisional: bool,
    /// A pause lasts since then, so the period stands still.
    pub paused_since: Option<Timestamp>,
    /// How much later the pauses that have ended made it, by the clock and before rolling.
    pub delayed_micros: i64,
}

impl WorkCalendar {
    /// When a period that starts at `start` runs out.
    ///
    /// Periods in days begin with the day after `start` and end with the last microsecond of a day in Shanghai.
    /// A pause takes its own length out of the time that counts: natural time for days, months, years and hours; the
    /// time of working days for working days; working time for working minutes. Overlapping pauses count once, and a
    /// pause that begins after the period ran out revives nothing.
    pub fn run_out(&self, start: Timestamp, period: Period, roll: Roll, pauses: &[Pause]) -> RunOut {
        let (closed, open_since) = merge(pauses);
        let plain = self.end_of_period(start, period, &[]);
        let end = if closed.is_empty() { plain } else { self.end_of_period(start, period, &closed) };
        let counting_from = if period.unit.ends_with_a_day() { first_counted(start) } else { start };
        let paused_since = open_since.filter(|since| *since < end.at).map(|since| since.max(counting_from));
        let rolled = if period.unit.ends_with_a_day() {
            self.rolled(end.at.plus_micros(-1), roll)
        } else {
            DeadlineInstant { at: end.at, provisional: false }
        };
        RunOut {
            due: rolled.at,
            provisional: end.provisional || rolled.provisional,
            paused_since,
            delayed_micros: end.at.micros_since(plain.at),
        }
    }

    /// The instant at which the period is used up; for days, the midnight after the last.
    fn end_of_period(&self, start: Timestamp, period: Period, closed: &[Stretch]) -> DeadlineInstant {
        let length = i64::from(period.length);
        match period.unit {
            Unit::NaturalDays | Unit::Months | Unit::Years => {
                let from = first_counted(start);
                let end = period.last_date(start.date()).map_or(from, after);
                natural(from, end.micros_since(from), closed)
            }
            Unit::Hours => natural(start, length * HOUR_MICROS, closed),
            Unit::Minutes => natural(start, length * MINUTE_MICROS, closed),
            Unit::Workdays => self.end_of_workdays(start, period.length, closed),
            Unit::WorkingMinutes => self
                .consume(start, length * MINUTE_MICROS, closed, |date, out| out.extend(self.working_stretches(date))),
        }
    }

    fn end_of_workdays(&self, start: Timestamp, count: u32, closed: &[Stretch]) -> DeadlineInstant {
        let last = self.add_workdays(start.date(), count);
        let end = DeadlineInstant { at: after(last.date), provisional: last.provisional };
        if closed.is_empty() {
            return end;
        }
        // The budget is the working days' own length, so that the answer without pauses is the same date by either way.
        let whole_days = |date: Date, out: &mut Vec<Stretch>| {
            if self.is_workday(date) {
                out.push(Stretch { from: Timestamp::start_of(date), to: after(date) });
            }
        };
        let from = first_counted(start);
        let mut budget = 0;
        let mut day = from.date();
        let mut stretches = Vec::new();
        while day <= last.date {
            whole_days(day, &mut stretches);
            budget += stretches.drain(..).map(Stretch::micros).sum::<i64>();
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        self.consume(from, budget, closed, whole_days)
    }

    pub(super) fn rolled(&self, last: Timestamp, roll: Roll) -> DeadlineInstant {
        let reached = match roll {
            Roll::None => return DeadlineInstant { at: last, provisional: false },
            Roll::NextWorkday => self.workday_from(last.date()),
            Roll::PreviousWorkday => self.workday_until(last.date()),
        };
        // The day as a whole is the last one. Were a deadline that pauses moved into the middle of a working day to stay there,
        // another that rolled onto the same day would be due after it, although it began earlier.
        DeadlineInstant { at: Timestamp::end_of(reached.date), provisional: reached.provisional }
    }

    /// The instant at which `budget` microseconds of the stretches that `fill` names, pauses taken out, have passed.
    pub(super) fn consume(
        &self,
        from: Timestamp,
        budget: i64,
        closed: &[Stretch],
        fill: impl Fn(Date, &mut Vec<Stretch>),
    ) -> DeadlineInstant {
        let (mut left, mut date, mut provisional) = (budget, from.date(), false);
        let (mut stretches, mut pieces) = (Vec::new(), Vec::new());
        for _ in 0..WALK_DAYS_MAX {
            if left <= 0 {
                return DeadlineInstant { at: from, provisional };
            }
            if let Some(pause) = whole_day(date, closed) {
                // Nothing of the day counts, whatever day it is; a pause of years is one step.
                date = pause.to.date();
                continue;
            }
            provisional |= self.day(date).certainty == Certainty::Assumed;
            stretches.clear();
            fill(date, &mut stretches);
            for stretch in &stretches {
                pieces.clear();
                subtract(Stretch { from: stretch.from.max(from), ..*stretch }, closed, &mut pieces);
                for piece in &pieces {
                    if piece.micros() >= left {
                        return DeadlineInstant { at: piece.from.plus_micros(left), provisional };
                    }
                    left -= piece.micros();
                }
            }
            match date.tomorrow() {
                Ok(next) => date = next,
                Err(_) => break,
            }
        }
        DeadlineInstant { at: Timestamp::start_of(date), provisional: true }
    }
}

/// The first instant that counts for a period in days: midnight after the day of `start`.
fn first_counted(start: Timestamp) -> Timestamp {
    after(start.date())
}

/// The midnight after `date`.
fn after(date: Date) -> Timestamp {
    date.tomorrow().map_or(Timestamp::MAX, Timestamp::start_of)
}

/// The end of `budget` microseconds of the clock, pauses taken out.
fn natural(from: Timestamp, budget: i64, closed: &[Stretch]) -> DeadlineInstant {
    let mut end = from.plus_micros(budget);
    for pause in closed.iter().filter(|pause| pause.to > from) {
        let pause = Stretch { from: pause.from.max(from), ..*pause };
        if pause.from >= end {
            break;
        }
        end = end.plus_micros(pause.micros());
    }
    DeadlineInstant { at: end, provisional: false }
}

/// Pauses that have ended, in order and without overlap, and the start of the one that lasts.
fn merge(pauses: &[Pause]) -> (Vec<Stretch>, Option<Timestamp>) {
    let open_since = pauses.iter().filter(|pause| pause.to.is_none()).map(|pause| pause.from).min();
    let mut closed: Vec<Stretch> = pauses
        .iter()
        .filter_map(|pause| pause.to.map(|to| Stretch { from: pause.from, to }))
        // What overlaps the pause that lasts is part of it.
        .map(|stretch| Stretch { to: open_since.map_or(stretch.to, |since| stretch.to.min(since)), ..stretch })
        .filter(|stretch| stretch.micros() > 0)
        .collect();
    closed.sort_unstable_by_key(|stretch| (stretch.from, stretch.to));
    closed.dedup_by(|later, earlier| {
        let touches = later.from <= earlier.to;
        if touches {
            earlier.to = earlier.to.max(later.to);
        }
        touches
    });
    (closed, open_since)
}

/// The pause within which all of `date` lies; it ends on a later date.
fn whole_day(date: Date, closed: &[Stretch]) -> Option<&Stretch> {
    if closed.is_empty() {
        return None;
    }
    let (from, to) = (Timestamp::start_of(date), after(date));
    closed.iter().find(|pause| pause.from <= from && to <= pause.to && pause.to.date() > date)
}

/// What is left of `stretch` without the pauses.
fn subtract(stretch: Stretch, closed: &[Stretch], pieces: &mut Vec<Stretch>) {
    let mut from = stretch.from;
    for pause in closed.iter().skip_while(|pause| pause.to <= stretch.from) {
        if pause.from >= stretch.to {
            break;
        }
        if pause.from > from {
            pieces.push(Stretch { from, to: pause.from });
        }
        // Merged pauses are in order, so each ends later than the one before.
        from = pause.to;
    }
    if from < stretch.to {
        pieces.push(Stretch { from, to: stretch.to });
    }
}
