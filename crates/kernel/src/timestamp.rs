//! Instants in UTC microseconds, and their civil form in Asia/Shanghai, where everything legal happens.

use std::{fmt, str::FromStr, sync::LazyLock};

use jiff::{Zoned, civil, tz::TimeZone};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The time zone in which deadlines, working days and ages are counted.
static SHANGHAI: LazyLock<TimeZone> =
    LazyLock::new(|| TimeZone::get("Asia/Shanghai").expect("the time-zone database is bundled"));

/// Microseconds in a day of 24 hours; Shanghai has had no daylight saving time since 1991.
pub const DAY_MICROS: i64 = 86_400_000_000;

/// An instant, in microseconds since 1970-01-01T00:00:00Z; between the years 1 and 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// The text or number is not an instant between the years 1 and 9999.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an RFC 3339 instant between the years 1 and 9999")]
pub struct TimestampError;

impl Timestamp {
    /// The earliest instant that can be told apart, in the year 1.
    pub const MIN: Self = Self(-62_135_596_800_000_000);
    /// The latest instant that can be told apart, in the year 9999.
    pub const MAX: Self = Self(253_402_207_199_999_999);

    /// An instant from microseconds since the epoch; clamped to the years 1 to 9999.
    pub const fn from_micros(micros: i64) -> Self {
        if micros < Self::MIN.0 {
            Self::MIN
        } else if micros > Self::MAX.0 {
            Self::MAX
        } else {
            Self(micros)
        }
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// This instant moved by `micros`; stops at the ends of the range.
    #[must_use]
    pub const fn plus_micros(self, micros: i64) -> Self {
        Self::from_micros(self.0.saturating_add(micros))
    }

    /// This instant moved by whole days of 24 hours.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_micros(days.saturating_mul(DAY_MICROS))
    }

    /// Microseconds from `earlier` to this instant; negative when `earlier` is later.
    pub const fn micros_since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }

    /// The wall clock in Shanghai.
    pub fn in_shanghai(self) -> Zoned {
        jiff::Timestamp::from_microsecond(self.0).expect("the range is jiff's own").to_zoned(SHANGHAI.clone())
    }

    /// The calendar date in Shanghai.
    pub fn date(self) -> civil::Date {
        // Without the zone carried along, as `in_shanghai` would: clocks ask for many dates.
        let instant = jiff::Timestamp::from_microsecond(self.0).expect("the range is jiff's own");
        SHANGHAI.to_datetime(instant).date()
    }

    /// The instant at which a wall clock in Shanghai shows `at`.
    pub fn from_shanghai(at: civil::DateTime) -> Self {
        // The zone's history has gaps and folds only before 1992; jiff's compatible rule takes the later side of a gap.
        let instant = SHANGHAI.to_ambiguous_timestamp(at).compatible();
        instant.map_or(if at.year() < 1970 { Self::MIN } else { Self::MAX }, |instant| {
            Self::from_micros(instant.as_microsecond())
        })
    }

    /// Midnight at the start of `date` in Shanghai.
    pub fn start_of(date: civil::Date) -> Self {
        Self::from_shanghai(date.to_datetime(civil::Time::midnight()))
    }

    /// The last microsecond of `date` in Shanghai.
    pub fn end_of(date: civil::Date) -> Self {
        date.tomorrow().map_or(Self::MAX, |next| Self::start_of(next).plus_micros(-1))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_microsecond(self.0).map_err(|_| fmt::Error)?;
        fmt::Display::fmt(&instant, f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let instant: jiff::Timestamp = text.parse().map_err(|_| TimestampError)?;
        let micros = instant.as_microsecond();
        if (Self::MIN.0..=Self::MAX.0).contains(&micros) { Ok(Self(micros)) } else { Err(TimestampError) }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_in_shanghai_starts_at_sixteen_utc() {
        let start = Timestamp::start_of(date(2026, 11, 22));
        assert_eq!(start.to_string(), "2026-11-21T16:00:00Z");
        assert_eq!(Timestamp::end_of(date(2026, 11, 22)).to_string(), "2026-11-22T15:59:59.999999Z");
        assert_eq!(start.date(), date(2026, 11, 22));
        assert_eq!(start.plus_micros(-1).date(), date(2026, 11, 21));
    }

    #[test]
    fn the_ends_of_the_range_hold() {
        for end in [Timestamp::MIN, Timestamp::MAX] {
            assert_eq!(end.to_string().parse(), Ok(end));
            let _ = end.date();
        }
        assert_eq!(Timestamp::MAX.plus_days(i64::MAX), Timestamp::MAX);
        assert!("10000-01-01T00:00:00Z".parse::<Timestamp>().is_err());
        assert!("2026-02-30T00:00:00Z".parse::<Timestamp>().is_err());
        assert!("yesterday".parse::<Timestamp>().is_err());
    }
}
