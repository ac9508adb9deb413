//! Reads and writes a year's public holidays: our TOML, and the JSON of the public holiday-cn collection.
//!
//! Lists every date it cannot take, with the reason; must never panic on any text.

use std::collections::BTreeMap;

use kernel::{
    Date, Text,
    calendar::{HolidayDay, HolidayYear, HolidayYearError},
};
use serde::Deserialize;

use crate::RowError;

/// Bytes of one year's file: real ones have 5,000.
pub const HOLIDAY_FILE_BYTES_MAX: usize = 256 * 1024;

/// Characters of a holiday's name.
const NAME_CHARS_MAX: usize = 40;

/// Papers of one year: one, and a few amendments.
const PAPERS_MAX: usize = 16;

/// Our own shape.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnYear {
    year: i16,
    #[serde(default)]
    papers: Vec<String>,
    #[serde(default, rename = "holiday")]
    holidays: Vec<OwnHoliday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OwnHoliday {
    name: String,
    #[serde(default)]
    off: Vec<toml::Value>,
    #[serde(default)]
    work: Vec<toml::Value>,
}

/// The shape of holiday-cn; fields we do not know are its own business.
#[derive(Deserialize)]
struct ForeignYear {
    year: i16,
    #[serde(default)]
    papers: Vec<String>,
    days: Vec<ForeignDay>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ForeignDay {
    name: String,
    date: String,
    is_off_day: bool,
}

/// One date as a file states it, before it is checked.
struct Stated {
    name: String,
    date: String,
    off: bool,
}

/// Reads the holidays of one year; `None` when nothing of it can be used. `name` is the file's, for the errors.
pub fn parse_holidays(name: &str, text: &str) -> (Option<HolidayYear>, Vec<RowError>) {
    let fault = |reason: Text| RowError { file: name.to_owned(), row: None, reason };
    if text.len() > HOLIDAY_FILE_BYTES_MAX {
        let reason = Text::of(
            format!("文件超过 {HOLIDAY_FILE_BYTES_MAX} 字节"),
            format!("the file has more than {HOLIDAY_FILE_BYTES_MAX} bytes"),
        );
        return (None, vec![fault(reason)]);
    }
    let text = text.trim_start_matches('\u{feff}');
    let read = if text.trim_start().starts_with('{') { read_foreign(text) } else { read_own(text) };
    match read {
        Ok((year, papers, stated)) => assemble(name, year, papers, stated),
        Err(reason) => (None, vec![fault(reason)]),
    }
}

type Read = Result<(i16, Vec<String>, Vec<Stated>), Text>;

fn read_own(text: &str) -> Read {
    let read: OwnYear = toml::from_str(text).map_err(|error| {
        let message = error.message().to_owned();
        Text::of(format!("不是放假安排文件：{message}"), format!("not a file of public holidays: {message}"))
    })?;
    let mut stated = Vec::new();
    for holiday in read.holidays {
        for (dates, off) in [(holiday.off, true), (holiday.work, false)] {
            stated.extend(dates.into_iter().map(|date| Stated { name: holiday.name.clone(), date: plain(&date), off }));
        }
    }
    Ok((read.year, read.papers, stated))
}

/// A date written as text or in TOML's own way.
fn plain(date: &toml::Value) -> String {
    date.as_str().map_or_else(|| date.to_string(), str::to_owned)
}

fn read_foreign(text: &str) -> Read {
    let read: ForeignYear = serde_json::from_str(text).map_err(|error| {
        Text::of(format!("不是放假安排文件：{error}"), format!("not a file of public holidays: {error}"))
    })?;
    let day = |day: ForeignDay| Stated { name: day.name, date: day.date, off: day.is_off_day };
    Ok((read.year, read.papers, read.days.into_iter().map(day).collect()))
}

fn assemble(file: &str, year: i16, papers: Vec<String>, stated: Vec<Stated>) -> (Option<HolidayYear>, Vec<RowError>) {
    let mut errors = Vec::new();
    let mut fault = |row: Option<&str>, reason: Text| {
        let row = row.map(|row| row.chars().take(NAME_CHARS_MAX).collect());
        errors.push(RowError { file: file.to_owned(), row, reason });
    };
    if papers.len() > PAPERS_MAX {
        fault(None, Text::of(format!("文件号超过 {PAPERS_MAX} 个"), format!("more than {PAPERS_MAX} papers")));
    }
    let mut days: BTreeMap<Date, HolidayDay> = BTreeMap::new();
    for Stated { name, date: text, off } in stated {
        let Ok(date) = text.parse::<Date>() else {
            fault(Some(&text), Text::fixed("不是日期（应为 2026-10-01）", "not a date like 2026-10-01"));
            continue;
        };
        if !HolidayYear::may_name(year, date) {
            fault(Some(&text), outside(year));
        } else if name.trim().is_empty() || name.chars().count() > NAME_CHARS_MAX {
            fault(Some(&text), Text::fixed("节日名称为空或过长", "the holiday's name is empty or too long"));
        } else if days.insert(date, HolidayDay { name, off }).is_some_and(|known| known.off != off) {
            fault(Some(&text), Text::fixed("同一天既放假又上班", "the date is both off and worked"));
        }
    }
    match HolidayYear::new(year, papers, days) {
        Ok(known) => (Some(known), errors),
        Err(error) => {
            let zh = match error {
                HolidayYearError::Year(year) => format!("{year} 年不在 1949 至 2200 年之间"),
                HolidayYearError::Empty(year) => format!("{year} 年没有任何日期"),
                HolidayYearError::Date(year, date) => format!("{date} 不属于 {year} 年的放假安排"),
                HolidayYearError::TooMany => "日期太多".to_owned(),
            };
            fault(None, Text::of(zh, error.to_string()));
            (None, errors)
        }
    }
}

fn outside(year: i16) -> Text {
    Text::of(
        format!("不属于 {year} 年的放假安排"),
        format!("the date does not belong to the public holidays of {year}"),
    )
}

/// The year as a file of ours, for instance to put what was imported into the folder of the law.
pub fn holidays_to_toml(year: &HolidayYear) -> String {
    let mut names: Vec<&str> = Vec::new();
    for day in year.days().values() {
        if !names.contains(&day.name.as_str()) {
            names.push(&day.name);
        }
    }
    let papers: Vec<String> = year.papers().iter().map(|paper| quoted(paper)).collect();
    let mut text = format!("year = {}\npapers = [{}]\n", year.year(), papers.join(", "));
    for name in names {
        text.push_str(&format!("\n[[holiday]]\nname = {}\n", quoted(name)));
        for (key, off) in [("off", true), ("work", false)] {
            let dates: Vec<String> = year
                .days()
                .iter()
                .filter(|(_, day)| day.name == name && day.off == off)
                .map(|(date, _)| quoted(&date.to_string()))
                .collect();
            if !dates.is_empty() {
                text.push_str(&format!("{key} = [{}]\n", dates.join(", ")));
            }
        }
    }
    text
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
