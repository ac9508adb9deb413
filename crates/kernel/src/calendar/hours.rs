//! Working hours as spans of a day, and arithmetic over them. Spans are half open, so that no minute is lost or counted twice.

use std::{fmt, str::FromStr};

use jiff::civil::{Time, Weekday};

use super::{Certainty, DeadlineInstant, WALK_DAYS_MAX, WorkCalendar};
use crate::{Date, Timestamp};

/// Minutes in a day.
const DAY_MINUTES: u16 = 1440;

/// Spans one day may have: morning, afternoon, evening and night, twice over.
const SPANS_MAX: usize = 8;

/// Minutes a week must have in sum, so that every count of working time ends.
const WEEK_MINUTES_MIN: u32 = 60;

/// From one minute of the day up to, not including, another; `24:00` is the end of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    from: u16,
    to: u16,
}

/// Why a text or a list is not working hours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    /// A span is written `08:30-12:00`.
    #[error("a span is written 08:30-12:00, with 24:00 as the latest end")]
    Text,
    /// The span ends before or when it starts.
    #[error("a span ends after it starts; write a night shift as two spans, up to 24:00 and from 00:00")]
    Empty,
    /// Two spans of one day overlap.
    #[error("two spans of one day overlap")]
    Overlap,
    /// Too many spans on one day.
    #[error("a day has at most {SPANS_MAX} spans")]
    TooMany,
    /// The week has less than an hour of work.
    #[error("a week has at least {WEEK_MINUTES_MIN} working minutes")]
    Idle,
}

impl Span {
    /// From minute `from` of the day up to minute `to`, at most 1440.
    ///
    /// # Errors
    /// When it is empty or reaches past the day.
    pub fn new(from: u16, to: u16) -> Result<Self, HoursError> {
        if to > DAY_MINUTES {
            Err(HoursError::Text)
        } else if from >= to {
            Err(HoursError::Empty)
        } else {
            Ok(Self { from, to })
        }
    }

    /// The length in minutes.
    pub fn minutes(self) -> u16 {
        self.to - self.from
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.from / 60, self.from % 60, self.to / 60, self.to % 60)
    }
}

impl FromStr for Span {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let (from, to) = text.split_once(['-', '–']).ok_or(HoursError::Text)?;
        Self::new(minute(from)?, minute(to)?)
    }
}

/// Reads `08:30` as minute 510 of the day.
fn minute(text: &str) -> Result<u16, HoursError> {
    let (hour, minute) = text.trim().split_once(':').ok_or(HoursError::Text)?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return Err(HoursError::Text);
    }
    let (hour, minute): (u16, u16) =
        (hour.parse().map_err(|_| HoursError::Text)?, minute.parse().map_err(|_| HoursError::Text)?);
    let at = hour * 60 + minute;
    if minute < 60 && at <= DAY_MINUTES { Ok(at) } else { Err(HoursError::Text) }
}

/// When people work: the spans of each weekday, of a make-up workday, and of a public holiday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkingHours {
    week: [Vec<Span>; 7],
    makeup: Vec<Span>,
    holidays: Vec<Span>,
}

impl WorkingHours {
    /// Hours from the spans of Monday to Sunday, of a weekend day worked to make up, and of a public holiday.
    ///
    /// A make-up day uses its own weekday's spans when there are any, else `makeup`.
    ///
    /// # Errors
    /// When spans of a day overlap or the week is idle.
    pub fn new(week: [Vec<Span>; 7], makeup: Vec<Span>, holidays: Vec<Span>) -> Result<Self, HoursError> {
        let mut hours = Self { week, makeup, holidays };
        for spans in hours.week.iter_mut().chain([&mut hours.makeup, &mut hours.holidays]) {
            if spans.len() > SPANS_MAX {
                return Err(HoursError::TooMany);
            }
            spans.sort_unstable();
            if spans.windows(2).any(|pair| pair[0].to > pair[1].from) {
                return Err(HoursError::Overlap);
            }
        }
        let minutes: u32 = hours.week.iter().flatten().map(|span| u32::from(span.minutes())).sum();
        if minutes < WEEK_MINUTES_MIN { Err(HoursError::Idle) } else { Ok(hours) }
    }

    /// Every minute of every day, public holidays included.
    pub fn around_the_clock() -> Self {
        let day = || vec![Span { from: 0, to: DAY_MINUTES }];
        Self { week: std::array::from_fn(|_| day()), makeup: day(), holidays: day() }
    }

    /// Monday to Friday, the same spans each day and on make-up workdays.
    ///
    /// # Errors
    /// When the spans overlap or are idle.
    pub fn weekdays(spans: &[Span]) -> Result<Self, HoursError> {
        let week = std::array::from_fn(|day| if day < 5 { spans.to_vec() } else { Vec::new() });
        Self::new(week, spans.to_vec(), Vec::new())
    }

    fn of(&self, weekday: Weekday, named: Option<bool>) -> &[Span] {
        let plain = &self.week[usize::from(weekday.to_monday_zero_offset().unsigned_abs())];
        match named {
            Some(true) => &self.holidays,
            Some(false) if plain.is_empty() => &self.makeup,
            Some(false) | None => plain,
        }
    }
}

/// A stretch of time, half open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
}

impl Stretch {
    pub(super) fn micros(self) -> i64 {
        self.to.micros_since(self.from)
    }
}

/// The instant at which the wall clock of `date` shows `minute`; 1440 is the midnight that follows.
fn instant(date: Date, minute: u16) -> Timestamp {
    if minute >= DAY_MINUTES {
        return date.tomorrow().map_or(Timestamp::MAX, Timestamp::start_of);
    }
    let (hour, minute) = ((minute / 60) as i8, (minute % 60) as i8);
    let time = Time::new(hour, minute, 0, 0).expect("a minute below 1440 is a time of day");
    Timestamp::from_shanghai(date.to_datetime(time))
}

impl WorkCalendar {
    /// The working stretches of `date`, in order.
    pub(super) fn working_stretches(&self, date: Date) -> impl DoubleEndedIterator<Item = Stretch> {
        let spans = self.hours.of(date.weekday(), self.named.get(&date).copied());
        spans.iter().map(move |span| Stretch { from: instant(date, span.from), to: instant(date, span.to) })
    }

    /// The instant at which `micros` of working time have passed since `start`.
    pub fn add_working(&self, start: Timestamp, micros: i64) -> DeadlineInstant {
        self.consume(start, micros, &[], |date, out| out.extend(self.working_stretches(date)))
    }

    /// The latest instant from which `micros` of working time lie before `end`.
    pub fn sub_working(&self, end: Timestamp, micros: i64) -> DeadlineInstant {
        let (mut left, mut date, mut provisional) = (micros, end.date(), false);
        for _ in 0..WALK_DAYS_MAX {
            if left <= 0 {
                return DeadlineInstant { at: end, provisional };
            }
            provisional |= self.day(date).certainty == Certainty::Assumed;
            for stretch in self.working_stretches(date).rev().filter(|stretch| stretch.from < end) {
                let stretch = Stretch { to: stretch.to.min(end), ..stretch };
                if stretch.micros() >= left {
                    return DeadlineInstant { at: stretch.to.plus_micros(-left), provisional };
                }
                left -= stretch.micros();
            }
            // Before the first instant there is no time to take from.
            let Some(before) = date.yesterday().ok().filter(|_| Timestamp::start_of(date) > Timestamp::MIN) else {
                break;
            };
            date = before;
        }
        DeadlineInstant { at: Timestamp::start_of(date), provisional: true }
    }

    /// Working time from `from` to `to`, in microseconds; 0 when `to` is not after `from`.
    pub fn working_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        let last = to.date();
        let days = std::iter::successors(Some(from.date()), |day| day.tomorrow().ok());
        let days = days.take_while(|day| *day <= last).take(WALK_DAYS_MAX as usize);
        days.flat_map(|day| self.working_stretches(day))
            .map(|stretch| Stretch { from: stretch.from.max(from), to: stretch.to.min(to) }.micros().max(0))
            .sum()
    }
}
