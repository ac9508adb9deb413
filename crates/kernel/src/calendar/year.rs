//! One year's public holidays and make-up workdays, as the State Council's paper names them. Parses nothing by itself.

use std::collections::BTreeMap;

use jiff::civil::date;
use serde::{Deserialize, Serialize};

use crate::Date;

/// Dates one paper may name: every day of a leap year. Real papers name fewer than 50.
pub const HOLIDAY_DAYS_MAX: usize = 366;

/// The years a paper may be for; the first paper of this kind is that for 2000, and 2200 is beyond every archive period.
const YEARS: std::ops::RangeInclusive<i16> = 1949..=2200;

/// One date that a paper names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HolidayDay {
    /// The holiday it belongs to, for instance 国庆节.
    pub name: String,
    /// The date is a day off; else it is worked to make up for one.
    pub off: bool,
}

/// What the State Council's paper for one year says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HolidayYear {
    year: i16,
    papers: Vec<String>,
    days: BTreeMap<Date, HolidayDay>,
}

/// Why something is not a year's paper.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HolidayYearError {
    /// The year is outside 1949 to 2200.
    #[error("the year {0} is outside 1949 to 2200")]
    Year(i16),
    /// The paper names no date at all; a year without a single holiday is a mistake.
    #[error("the paper for {0} names no date")]
    Empty(i16),
    /// The date is neither in the year nor in the December before or the January after it.
    #[error("{1} does not belong to the paper for {0}")]
    Date(i16, Date),
    /// More dates than a year has.
    #[error("a paper names at most {HOLIDAY_DAYS_MAX} dates")]
    TooMany,
}

impl HolidayYear {
    /// The paper for `year`.
    ///
    /// # Errors
    /// When the year is out of range, no date is named, or a date does not belong to the year.
    pub fn new(year: i16, papers: Vec<String>, days: BTreeMap<Date, HolidayDay>) -> Result<Self, HolidayYearError> {
        if !YEARS.contains(&year) {
            return Err(HolidayYearError::Year(year));
        }
        if days.is_empty() {
            return Err(HolidayYearError::Empty(year));
        }
        if days.len() > HOLIDAY_DAYS_MAX {
            return Err(HolidayYearError::TooMany);
        }
        match days.keys().find(|day| !Self::may_name(year, **day)) {
            Some(day) => Err(HolidayYearError::Date(year, *day)),
            None => Ok(Self { year, papers, days }),
        }
    }

    /// Whether the paper for `year` may name `day`: New Year holidays reach into the Decembers on both sides' edges.
    pub fn may_name(year: i16, day: Date) -> bool {
        YEARS.contains(&year) && day >= date(year - 1, 12, 1) && day <= date(year + 1, 1, 31)
    }

    /// The year.
    pub fn year(&self) -> i16 {
        self.year
    }

    /// Where the paper is published.
    pub fn papers(&self) -> &[String] {
        &self.papers
    }

    /// The dates that the paper names.
    pub fn days(&self) -> &BTreeMap<Date, HolidayDay> {
        &self.days
    }
}
