//! Reads times as histories write them. Whatever cannot be read is refused, never guessed.

use jiff::civil::Date;
use kernel::{Text, Timestamp};
use serde::Deserialize;

/// How the time of a row is written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeSpec {
    /// The column.
    pub column: String,
    /// The column of the time of day, where it stands apart from the date.
    #[serde(default)]
    pub clock: Option<String>,
    /// Ways of writing, in the letters of strftime; ISO dates are always understood. A wall clock is Shanghai's.
    #[serde(default)]
    pub formats: Vec<String>,
    /// For a column that counts: what it counts, since `since`.
    #[serde(default)]
    pub counts: Option<Counts>,
    /// The day from whose midnight in Shanghai is counted; 1970-01-01 in UTC when absent.
    #[serde(default)]
    pub since: Option<Date>,
}

/// What a column of numbers counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// Thousandths of a second.
    Milliseconds,
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
}

/// Decimals of a count that are read: a day's are then exact to a tenth of a second, a second's to the microsecond.
const DECIMALS_MAX: usize = 6;

impl Counts {
    const fn micros(self) -> i64 {
        match self {
            Self::Milliseconds => 1_000,
            Self::Seconds => 1_000_000,
            Self::Minutes => 60_000_000,
            Self::Hours => 3_600_000_000,
            Self::Days => 86_400_000_000,
        }
    }
}

impl TimeSpec {
    /// The columns that are needed.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.column.as_str()).chain(self.clock.as_deref())
    }

    /// Reads a time; `clock` is the time of day where it stands apart.
    pub(crate) fn read(&self, text: &str, clock: Option<&str>) -> Result<Timestamp, Text> {
        if let Some(counts) = self.counts {
            return self.counted(text, counts).ok_or_else(|| {
                Text::fixed(
                    "不是时间：此列应为映射文件 time.counts 所写单位的计数。",
                    "Not a time: the column counts what `time.counts` of the mapping file says.",
                )
            });
        }
        let joined = clock.map(|clock| format!("{text} {clock}"));
        let moment = table::value::moment(joined.as_deref().unwrap_or(text), &self.formats)?;
        Ok(moment.start())
    }

    fn counted(&self, text: &str, counts: Counts) -> Option<Timestamp> {
        let since = self.since.map_or(0, |day| Timestamp::start_of(day).as_micros());
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        let are_digits = decimals.bytes().all(|byte| byte.is_ascii_digit());
        if !are_digits || (decimals.is_empty() && text.contains('.')) {
            return None;
        }
        let kept = &decimals[..decimals.len().min(DECIMALS_MAX)];
        let part = kept.bytes().fold(0, |part, byte| part * 10 + i64::from(byte - b'0'));
        // Six decimals of a day in microseconds stay far below 64 bits.
        let part = part * counts.micros() / 10i64.pow(kept.len() as u32);
        let part = if whole.starts_with('-') { -part } else { part };
        let micros = whole.parse::<i64>().ok()?.checked_mul(counts.micros())?.checked_add(part)?.checked_add(since)?;
        let allowed = Timestamp::MIN.as_micros()..=Timestamp::MAX.as_micros();
        allowed.contains(&micros).then(|| Timestamp::from_micros(micros))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(spec: &str, text: &str) -> Option<String> {
        let spec: TimeSpec = toml::from_str(&format!("column = \"t\"\n{spec}")).unwrap();
        spec.read(text, None).ok().map(|at| at.to_string())
    }

    #[test]
    fn times_are_read_as_they_are_declared() {
        let check = |spec, text, expect: &str| assert_eq!(read(spec, text).as_deref(), Some(expect), "{spec} {text}");
        check("", "2018-04-01 00:00:31", "2018-03-31T16:00:31Z");
        check("", "2018-04-01T00:00:31Z", "2018-04-01T00:00:31Z");
        check("", "2018/04/01 00:00", "2018-03-31T16:00:00Z");
        check("formats = [\"%d.%m.%Y %H:%M\"]", "01.04.2018 08:00", "2018-04-01T00:00:00Z");
        check("counts = \"seconds\"", "1522512031", "2018-03-31T16:00:31Z");
        check("counts = \"seconds\"\nsince = \"2018-04-01\"", "406.25", "2018-03-31T16:06:46.25Z");
        check("counts = \"hours\"\nsince = \"2018-04-01\"", "25", "2018-04-01T17:00:00Z");
        check("counts = \"days\"\nsince = \"2018-04-01\"", "1.5", "2018-04-02T04:00:00Z");
    }

    #[test]
    fn the_time_of_day_may_stand_apart() {
        let spec: TimeSpec = toml::from_str("column = \"day\"\nclock = \"clock\"").unwrap();
        assert_eq!(spec.read("2018-04-01", Some("08:00:30")).unwrap().to_string(), "2018-04-01T00:00:30Z");
        assert!(spec.read("2018-04-01", Some("noon")).is_err());
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "yesterday", "2018-02-30 00:00:00", "12"] {
            assert_eq!(read("", text), None, "{text}");
        }
        for text in ["1.", ".", "1.5.5", "9223372036854775807", "-", "1e3", "1.x"] {
            assert_eq!(read("counts = \"days\"", text), None, "{text}");
        }
    }
}
