//! Which days are learnt from and which are judged on: learn for some days, wait until labels are known, judge on the days
//! that follow; then all of it again on earlier days, so that no verdict rests on one week.

use jiff::civil::Date;
use kernel::Timestamp;
use serde::Serialize;

use crate::fault::DetectionFault;

/// Folds at most: a year of weeks.
pub const FOLDS_MAX: usize = 52;
/// Days of a part at most.
pub const PART_DAYS_MAX: i64 = 366;

/// Days in Shanghai one after another, as numbers that grow by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Days {
    /// The first.
    pub from: i64,
    /// The first that does not belong any more.
    pub to: i64,
}

impl Days {
    /// Whether a day is among them.
    pub fn contains(self, day: i64) -> bool {
        (self.from..self.to).contains(&day)
    }

    /// The first and the last day, as dates.
    pub fn dates(self) -> (String, String) {
        (date_of_day(self.from), date_of_day(self.to - 1))
    }
}

/// How long the parts are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Protocol {
    /// Days that are learnt from.
    pub train_days: i64,
    /// Days until it is known what was fraud.
    pub delay_days: i64,
    /// Days that are judged on.
    pub test_days: i64,
    /// How often, at most; later days come first.
    pub folds: usize,
    /// The first day that the last fold is judged on; when absent it ends with the history.
    pub test_from: Option<i64>,
}

impl Default for Protocol {
    fn default() -> Self {
        Self { train_days: 7, delay_days: 7, test_days: 7, folds: 4, test_from: None }
    }
}

/// One pair of periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Fold {
    /// What is learnt from.
    pub train: Days,
    /// What is judged on.
    pub test: Days,
}

impl Protocol {
    /// The folds that a history has days for, the earliest first. Tests of two folds never overlap.
    ///
    /// # Errors
    /// When there are days for none, or a part is too short or too long.
    pub fn folds(&self, history: Days) -> Result<Vec<Fold>, DetectionFault> {
        let in_range = |days: i64, least: i64| (least..=PART_DAYS_MAX).contains(&days);
        if !in_range(self.train_days, 1) || !in_range(self.test_days, 1) || !in_range(self.delay_days, 0) {
            return Err(DetectionFault::Protocol);
        }
        if !(1..=FOLDS_MAX).contains(&self.folds) {
            return Err(DetectionFault::Protocol);
        }
        let end = self.test_from.map_or(history.to, |from| from.saturating_add(self.test_days));
        let fold = |number: usize| {
            let test =
                Days { from: end - self.test_days * (number as i64 + 1), to: end - self.test_days * number as i64 };
            let learnt_to = test.from - self.delay_days;
            Fold { train: Days { from: learnt_to - self.train_days, to: learnt_to }, test }
        };
        let fits = |fold: &Fold| fold.train.from >= history.from && fold.test.from < history.to;
        let mut folds: Vec<Fold> = (0..self.folds).map(fold).take_while(fits).collect();
        if folds.is_empty() {
            let needed = self.train_days + self.delay_days + self.test_days;
            return Err(DetectionFault::TooShort { days: (end.min(history.to) - history.from).max(0), needed });
        }
        folds.reverse();
        Ok(folds)
    }

    /// The newest days of which it is known what was fraud.
    pub fn newest(&self, history: Days) -> Days {
        let to = history.to - self.delay_days;
        Days { from: to - self.train_days, to }
    }
}

/// The number of the day in Shanghai of a time in microseconds since 1970.
pub fn number_of_day(micros: i64) -> i64 {
    let since = Timestamp::from_micros(micros).date().since(EPOCH);
    since.map(|span| i64::from(span.get_days())).unwrap_or_default()
}

/// The number of a date.
pub fn number_of_date(date: Date) -> i64 {
    number_of_day(Timestamp::start_of(date).as_micros())
}

/// Midnight in Shanghai at the start of a day, in microseconds since 1970.
pub fn start_of_day(day: i64) -> i64 {
    Timestamp::start_of(date(day)).as_micros()
}

/// The date of a day's number, as in `2026-11-22`.
pub fn date_of_day(day: i64) -> String {
    date(day).to_string()
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn date(day: i64) -> Date {
    jiff::Span::new().try_days(day).ok().and_then(|span| EPOCH.checked_add(span).ok()).unwrap_or(EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(date: &str) -> i64 {
        number_of_date(date.parse().unwrap())
    }

    #[test]
    fn days_are_those_of_shanghai() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_micros();
        assert_eq!(number_of_day(at("2018-08-07T15:59:59.999999Z")), day("2018-08-07"));
        assert_eq!(number_of_day(at("2018-08-07T16:00:00Z")), day("2018-08-08"));
        assert_eq!(start_of_day(day("2018-08-08")), at("2018-08-07T16:00:00Z"));
        assert_eq!(
            (day("1970-01-01"), day("1969-12-31"), date_of_day(day("2026-11-22"))),
            (0, -1, "2026-11-22".to_owned())
        );
    }

    #[test]
    fn the_published_weeks_come_out() {
        let history = Days { from: day("2018-04-01"), to: day("2018-10-01") };
        let protocol = Protocol { test_from: Some(day("2018-08-08")), ..Protocol::default() };
        let folds = protocol.folds(history).unwrap();
        assert_eq!(folds.len(), 4);
        assert_eq!(folds[3].train.dates(), ("2018-07-25".to_owned(), "2018-07-31".to_owned()));
        assert_eq!(folds[3].test.dates(), ("2018-08-08".to_owned(), "2018-08-14".to_owned()));
        assert_eq!(folds[2].test.to, folds[3].test.from);
        assert_eq!(protocol.newest(history).dates().1, "2018-09-23");
    }

    #[test]
    fn a_short_history_has_fewer_folds_or_none() {
        let days = |count| Days { from: 0, to: count };
        let folds = |count| Protocol::default().folds(days(count)).map(|folds| folds.len());
        assert_eq!((folds(21), folds(27), folds(28), folds(400)), (Ok(1), Ok(1), Ok(2), Ok(4)));
        assert_eq!(folds(20), Err(DetectionFault::TooShort { days: 20, needed: 21 }));
        let later = Protocol { test_from: Some(300), ..Protocol::default() };
        assert!(matches!(later.folds(days(100)), Err(DetectionFault::TooShort { .. })));
        for wrong in [
            Protocol { train_days: 0, ..Protocol::default() },
            Protocol { delay_days: -1, ..Protocol::default() },
            Protocol { test_days: 400, ..Protocol::default() },
            Protocol { folds: 0, ..Protocol::default() },
        ] {
            assert_eq!(wrong.folds(days(400)), Err(DetectionFault::Protocol));
        }
    }
}
