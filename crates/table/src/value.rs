//! Reads dates and amounts as lists write them. Whatever cannot be read is refused, never guessed.

use jiff::civil::{Date, DateTime, Time};
use kernel::{Money, Text, Timestamp, money::Currency};

/// What amounts are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountUnit {
    /// 元.
    Yuan,
    /// 分.
    Fen,
    /// 万元.
    WanYuan,
}

/// Ways of writing a date that have one meaning only; the xlsx reader gives the first two.
const UNMISTAKABLE: [&str; 9] = [
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日",
    "%Y%m%d",
];

/// A date as it was read: with a time of day or without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// The day is known.
    Day(Date),
    /// The minute is known.
    Instant(Timestamp),
}

impl Moment {
    /// The day in Shanghai.
    pub fn date(self) -> Date {
        match self {
            Self::Day(date) => date,
            Self::Instant(at) => at.date(),
        }
    }

    /// The instant; the start of a day of which no more is known.
    pub fn start(self) -> Timestamp {
        match self {
            Self::Day(date) => Timestamp::start_of(date),
            Self::Instant(at) => at,
        }
    }

    /// The instant, not before `earlier` where only the day is known: something that happened later on the same day.
    pub fn not_before(self, earlier: Timestamp) -> Timestamp {
        match self {
            Self::Day(date) if date == earlier.date() => earlier,
            Self::Day(_) | Self::Instant(_) => self.start(),
        }
    }
}

/// Reads a date in one of `formats`, or in a way that has one meaning only.
pub fn moment(text: &str, formats: &[String]) -> Result<Moment, Text> {
    let ours = formats.iter().map(String::as_str);
    let found = ours.chain(UNMISTAKABLE).find_map(|format| in_format(text, format));
    let found = found.or_else(|| text.parse::<Timestamp>().ok().map(Moment::Instant));
    let found = found.filter(|moment| (1900..=9998).contains(&moment.date().year()));
    found.ok_or_else(|| {
        let listed = formats.join(" | ");
        if listed.is_empty() {
            return Text::fixed(
                "不是日期；形如 2026-11-22 或 2026-11-22 08:30:00，其他写法请在映射文件的 formats 中写明。",
                "Not a date such as 2026-11-22 or 2026-11-22 08:30:00; name other ways in `formats` of the mapping file.",
            );
        }
        Text::of(format!("不是“{listed}”形式的日期。"), format!("Not a date of the form {listed}."))
    })
}

fn in_format(text: &str, format: &str) -> Option<Moment> {
    let read = jiff::fmt::strtime::parse(format, text).ok()?;
    let date = read.to_date().ok()?;
    match read.to_time() {
        // A format without a time of day gives midnight, and so does a time of day of midnight: the format decides.
        Ok(time) if read.hour().is_some() => {
            Some(Moment::Instant(Timestamp::from_shanghai(DateTime::from_parts(date, time))))
        }
        Ok(Time { .. }) | Err(_) => Some(Moment::Day(date)),
    }
}

/// Whether a date written in `format` can be read again as the same day: it must know every letter, and name year, month and day.
pub fn names_a_day(format: &str) -> bool {
    let noon = jiff::civil::datetime(2026, 11, 22, 12, 0, 0, 0);
    let written = jiff::fmt::strtime::format(format, noon);
    written.is_ok_and(|text| in_format(&text, format).is_some_and(|read| read.date() == noon.date()))
}

/// Reads an amount of renminbi: `1,234.50`, `￥1234.5元`.
pub fn amount(text: &str, unit: AmountUnit) -> Result<Money, Text> {
    let wrong = || Text::fixed("不是金额，形如 1,234.50。", "Not an amount such as 1,234.50.");
    let plain = text.trim_start_matches(['¥', '￥', ' ']).trim_end_matches(['元', ' ']);
    let plain = plain.replace('，', ",");
    let yuan = |text: &str| Money::parse(text, Currency::Cny).map_err(|_| wrong());
    match unit {
        AmountUnit::Yuan => yuan(&plain),
        AmountUnit::Fen => {
            let fen: i64 = plain.replace(',', "").parse().map_err(|_| wrong())?;
            Ok(Money::new(fen, Currency::Cny))
        }
        AmountUnit::WanYuan => {
            let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
            if fraction.len() > 6 || fraction.bytes().any(|b| !b.is_ascii_digit()) {
                return Err(wrong());
            }
            // Ten thousand yuan are the whole number with four more digits, taken from the fraction.
            let fraction = format!("{fraction:0<6}");
            yuan(&format!("{whole}{}.{}", &fraction[..4], &fraction[4..]))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, formats: &[&str]) -> String {
        let formats: Vec<String> = formats.iter().map(|f| (*f).to_owned()).collect();
        match moment(text, &formats) {
            Ok(Moment::Day(date)) => date.to_string(),
            Ok(Moment::Instant(at)) => at.to_string(),
            Err(_) => "refused".to_owned(),
        }
    }

    #[test]
    fn dates_in_the_ways_of_lists() {
        let check = |text: &str, formats: &[&str], expect: &str| assert_eq!(shown(text, formats), expect, "{text}");
        check("11/13/2014", &["%m/%d/%Y"], "2014-11-13");
        check("13/11/2014", &["%m/%d/%Y"], "refused");
        check("11/13/2014", &[], "refused");
        check("2026-11-22", &["%m/%d/%Y"], "2026-11-22");
        check("2026-11-22 08:30:00", &[], "2026-11-22T00:30:00Z");
        check("2026-11-22 00:00:00", &[], "2026-11-21T16:00:00Z");
        check("2026/1/5", &[], "2026-01-05");
        check("2026年1月5日", &[], "2026-01-05");
        check("20260105", &[], "2026-01-05");
        check("2026-11-22T08:30:00+08:00", &[], "2026-11-22T00:30:00Z");
        check("05.01.26", &["%d.%m.%y"], "2026-01-05");
        check("22-Nov-2026 8:05", &["%d-%b-%Y %H:%M"], "2026-11-22T00:05:00Z");
        check("2026-11-22  8.05", &["%Y-%m-%d %_H.%M"], "2026-11-22T00:05:00Z");
        check("11/22/2026 8:05 PM", &["%m/%d/%Y %-I:%M %p"], "2026-11-22T12:05:00Z");
        for bad in ["2026-02-30", "0026-01-01", "9999-12-31", "45943", "yesterday", "2026-11-22x"] {
            check(bad, &[], "refused");
        }
    }

    #[test]
    fn a_format_names_a_day_or_is_refused() {
        for good in ["%m/%d/%Y", "%d.%m.%y", "%Y年%m月%d日", "%d-%b-%Y %H:%M", "%F %T", "%Y-%j"] {
            assert!(names_a_day(good), "{good}");
        }
        for bad in ["", "%", "%!", "%Q", "%Y", "%m-%d", "%H:%M", "yyyy-mm-dd", "2026-11-22"] {
            assert!(!names_a_day(bad), "{bad}");
        }
    }

    #[test]
    fn a_day_without_a_time_is_not_before_what_came_first() {
        let noon = Timestamp::from_shanghai(jiff::civil::datetime(2026, 1, 5, 12, 0, 0, 0));
        assert_eq!(Moment::Day(jiff::civil::date(2026, 1, 5)).not_before(noon), noon);
        let next = jiff::civil::date(2026, 1, 6);
        assert_eq!(Moment::Day(next).not_before(noon), Timestamp::start_of(next));
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_a_reader_panic(text in ".{0,40}", format in "[%A-Za-z0-9年月日 :/.-]{0,12}") {
            let _ = moment(&text, &[format]);
            for unit in [AmountUnit::Yuan, AmountUnit::Fen, AmountUnit::WanYuan] {
                let _ = amount(&text, unit);
            }
        }

        #[test]
        fn every_unit_reads_the_same_amount(fen in 0i64..1_000_000_000_000) {
            let yuan = format!("{}.{:02}", fen / 100, fen % 100);
            let wan = format!("{}.{:06}", fen / 1_000_000, fen % 1_000_000);
            for (text, unit) in [(yuan, AmountUnit::Yuan), (fen.to_string(), AmountUnit::Fen), (wan, AmountUnit::WanYuan)] {
                proptest::prop_assert_eq!(amount(&text, unit).map(Money::minor), Ok(fen));
            }
        }
    }

    #[test]
    fn amounts_are_exact() {
        let check = |text: &str, unit, expect: Option<i64>| {
            assert_eq!(amount(text, unit).ok().map(Money::minor), expect, "{text}");
        };
        check("￥1,234.50元", AmountUnit::Yuan, Some(123_450));
        check("12345", AmountUnit::Fen, Some(12_345));
        check("3.5", AmountUnit::WanYuan, Some(3_500_000));
        check("0.000123", AmountUnit::WanYuan, Some(123));
        check("12", AmountUnit::WanYuan, Some(12_000_000));
        for (bad, unit) in [
            ("1.234", AmountUnit::Yuan),
            ("about 5", AmountUnit::Yuan),
            ("1.5", AmountUnit::Fen),
            ("1.0000001", AmountUnit::WanYuan),
            ("99999999999999999999", AmountUnit::Yuan),
        ] {
            check(bad, unit, None);
        }
    }
}
