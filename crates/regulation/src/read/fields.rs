//! The fields every row has, and reading of TOML values with errors a person can act on. Knows no table.

use kernel::{
    Date, Text,
    calendar::{HoursError, Span, WorkingHours},
};
use serde::{Deserialize, de::DeserializeOwned};
use toml::{Table, Value};

use crate::{Level, RowKind};

/// Characters of one text: a paragraph, not a page.
const TEXT_CHARS_MAX: usize = 2_000;

/// The fields that every row has; the others belong to its table.
const HEADER: [&str; 13] = [
    "id",
    "version",
    "title",
    "kind",
    "law",
    "article",
    "source",
    "level",
    "verified",
    "effective_from",
    "effective_to",
    "applies_to_running",
    "note",
];

/// The fields that every row has, as the file gives them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) id: String,
    #[serde(default = "first")]
    pub(super) version: u32,
    pub(super) title: Text,
    #[serde(default)]
    pub(super) kind: RowKind,
    pub(super) law: String,
    #[serde(default)]
    pub(super) article: Option<String>,
    #[serde(default)]
    pub(super) source: Vec<String>,
    #[serde(default)]
    pub(super) level: Option<Level>,
    pub(super) verified: bool,
    pub(super) effective_from: Date,
    #[serde(default)]
    pub(super) effective_to: Option<Date>,
    #[serde(default)]
    pub(super) applies_to_running: bool,
    #[serde(default)]
    pub(super) note: Option<Text>,
}

fn first() -> u32 {
    1
}

/// The name by which an error calls a row.
pub(super) fn name_of(value: &Value) -> Option<String> {
    let id = value.get("id")?.as_str()?;
    let id: String = id.chars().take(crate::row::ID_CHARS_MAX).collect();
    Some(match value.get("version").and_then(Value::as_integer) {
        Some(version) => format!("{id}@{version}"),
        None => format!("{id}@1"),
    })
}

/// Takes the fields that every row has out of `table`.
pub(super) fn split_header(table: &mut Table) -> Table {
    HEADER.iter().filter_map(|key| table.remove(*key).map(|value| ((*key).to_owned(), value))).collect()
}

/// Reads a table that has no header.
pub(super) fn parse<T: DeserializeOwned>(value: Value) -> Result<T, (Option<String>, Text)> {
    let name = value.get("id").and_then(Value::as_str).map(|id| id.chars().take(crate::row::ID_CHARS_MAX).collect());
    let Value::Table(table) = value else {
        return Err((name, Text::fixed("不是一个表", "not a table")));
    };
    match shape(&table).into_iter().next() {
        Some(fault) => Err((name, fault)),
        None => decode(table).map_err(|reason| (name, reason)),
    }
}

/// Reads the fields of `table`; TOML's own dates and times are read like their texts.
pub(super) fn decode<T: DeserializeOwned>(table: Table) -> Result<T, Text> {
    plain(Value::Table(table)).try_into().map_err(|error: toml::de::Error| {
        let message = error.message().to_owned();
        Text::of(format!("字段有误：{message}"), format!("a field is wrong: {message}"))
    })
}

fn plain(value: Value) -> Value {
    match value {
        Value::Datetime(at) => Value::String(at.to_string()),
        Value::Array(values) => Value::Array(values.into_iter().map(plain).collect()),
        Value::Table(table) => Value::Table(table.into_iter().map(|(key, value)| (key, plain(value))).collect()),
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => value,
    }
}

/// Whether all texts have both languages and a bearable length, at any depth.
pub(super) fn shape(table: &Table) -> Vec<Text> {
    let mut faults = Vec::new();
    let blank = |key| table.get(key).and_then(Value::as_str).is_some_and(|text| text.trim().is_empty());
    let spoken = usize::from(table.contains_key("zh")) + usize::from(table.contains_key("en"));
    // A language that is missing altogether is found when the row is decoded.
    if spoken > 0 && (table.len() > spoken || blank("zh") || blank("en")) {
        faults.push(Text::fixed("文字须有中英两种：{ zh, en }", "a text has both languages: { zh, en }"));
    }
    for (key, value) in table {
        shape_of(key, value, &mut faults);
    }
    faults
}

fn shape_of(key: &str, value: &Value, faults: &mut Vec<Text>) {
    match value {
        Value::String(text) if text.chars().count() > TEXT_CHARS_MAX => faults.push(Text::of(
            format!("{key} 超过 {TEXT_CHARS_MAX} 个字符"),
            format!("{key} has more than {TEXT_CHARS_MAX} characters"),
        )),
        Value::Array(values) => values.iter().for_each(|value| shape_of(key, value, faults)),
        Value::Table(table) => faults.extend(shape(table)),
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => {}
    }
}

/// `[working_hours]`: the spans of each weekday, of make-up workdays and of public holidays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
pub(super) struct HoursFields {
    monday: Vec<String>,
    tuesday: Vec<String>,
    wednesday: Vec<String>,
    thursday: Vec<String>,
    friday: Vec<String>,
    saturday: Vec<String>,
    sunday: Vec<String>,
    makeup: Vec<String>,
    holidays: Vec<String>,
}

impl HoursFields {
    pub(super) fn hours(self) -> Result<WorkingHours, Text> {
        let spans =
            |texts: Vec<String>| texts.iter().map(|text| text.parse()).collect::<Result<Vec<Span>, HoursError>>();
        let week = [self.monday, self.tuesday, self.wednesday, self.thursday, self.friday, self.saturday, self.sunday];
        let read = || {
            let mut days: [Vec<Span>; 7] = Default::default();
            for (day, texts) in days.iter_mut().zip(week) {
                *day = spans(texts)?;
            }
            WorkingHours::new(days, spans(self.makeup)?, spans(self.holidays)?)
        };
        read().map_err(|error: HoursError| {
            let zh = match error {
                HoursError::Text => "时段写作 08:30-12:00，最晚到 24:00",
                HoursError::Empty => "时段须先始后止；跨夜的写成两段",
                HoursError::Overlap => "同一天的时段有重叠",
                HoursError::TooMany => "一天的时段太多",
                HoursError::Idle => "每周的工作时间不足一小时",
            };
            Text::of(zh, error.to_string())
        })
    }
}

/// The hours of a law without a `[working_hours]` table: the common office hours of bank outlets.
pub(super) fn office_hours() -> WorkingHours {
    let day = ["08:30-12:00", "13:30-17:30"].map(|span| span.parse().expect("a span that a test parses"));
    WorkingHours::weekdays(&day).expect("two spans that do not overlap")
}
