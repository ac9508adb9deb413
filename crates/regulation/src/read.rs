//! Turns texts into the law: every row by itself, then each against the others. Keeps what is good, lists what is not.

mod check;
mod fields;
mod references;
mod versions;

use std::{collections::BTreeMap, sync::Arc};

use kernel::{
    Date, Text,
    calendar::{HolidayYear, WorkCalendar, WorkingHours},
};
use serde::Deserialize;
use toml::{Table, Value};

use crate::{
    Citation, FILE_BYTES_MAX, Law, Level, Regulations, RowError, Rule, RuleRef, dated::Dated, holidays,
    regulations::Tables, rule::Body,
};
use fields::{Header, shape};
use versions::Repeal;

/// Rows of one file: ours have at most 80.
const ROWS_MAX: usize = 2_000;

/// A file on its way into the law.
struct File<'a> {
    name: &'a str,
    table: Table,
    layer: usize,
}

/// A year's holidays, and where they were found.
struct TakenYear {
    layer: usize,
    file: String,
    year: HolidayYear,
}

/// The files in which rows stand, and the errors found so far.
struct Findings<'a> {
    origins: &'a BTreeMap<RuleRef, String>,
    errors: &'a mut Vec<RowError>,
}

impl Findings<'_> {
    /// Something is wrong with the row `row`.
    fn row(&mut self, row: &RuleRef, zh: &'static str, en: &'static str) {
        let file = self.origins.get(row).cloned().unwrap_or_default();
        self.at(&file, &row.to_string(), zh, en);
    }

    fn at(&mut self, file: &str, row: &str, zh: &'static str, en: &'static str) {
        let reason = Text::fixed(zh, en);
        self.errors.push(RowError { file: file.to_owned(), row: Some(row.to_owned()), reason });
    }
}

/// The law as far as it has been read.
#[derive(Default)]
struct Draft {
    laws: BTreeMap<String, Arc<Law>>,
    citations: BTreeMap<String, Citation>,
    tables: Tables,
    ids: BTreeMap<String, &'static str>,
    years: BTreeMap<i16, TakenYear>,
    hours: Option<(usize, WorkingHours)>,
    repeals: Vec<Repeal>,
    origins: BTreeMap<RuleRef, String>,
    errors: Vec<RowError>,
}

/// Reads layers of files; a later layer may add to an earlier one, and newer versions of its rows.
pub(crate) fn read(layers: &[Vec<(&str, &str)>]) -> (Regulations, Vec<RowError>) {
    let mut draft = Draft::default();
    let mut files = Vec::new();
    for (layer, texts) in layers.iter().enumerate() {
        for (name, text) in texts {
            files.extend(draft.open(layer, name, text));
        }
    }
    for file in &mut files {
        draft.take_laws(file);
    }
    for file in files {
        draft.take_rows(file);
    }
    draft.finish()
}

impl Draft {
    fn fault(&mut self, file: &str, row: Option<&str>, reason: Text) {
        self.errors.push(RowError { file: file.to_owned(), row: row.map(str::to_owned), reason });
    }

    /// Parses one text; a file of holidays is taken at once.
    fn open<'a>(&mut self, layer: usize, name: &'a str, text: &str) -> Option<File<'a>> {
        if text.len() > FILE_BYTES_MAX {
            let reason = Text::of(
                format!("文件超过 {FILE_BYTES_MAX} 字节"),
                format!("the file has more than {FILE_BYTES_MAX} bytes"),
            );
            self.fault(name, None, reason);
            return None;
        }
        match text.trim_start_matches('\u{feff}').parse::<Table>() {
            Ok(table) if table.contains_key("year") => {
                self.take_year(layer, name, text);
                None
            }
            Ok(table) => Some(File { name, table, layer }),
            Err(error) => {
                let reason = Text::of(format!("不是有效的 TOML：{error}"), format!("not valid TOML: {error}"));
                self.fault(name, None, reason);
                None
            }
        }
    }

    fn take_year(&mut self, layer: usize, name: &str, text: &str) {
        let (year, errors) = holidays::parse_holidays(name, text);
        self.errors.extend(errors);
        let Some(year) = year else { return };
        let number = year.year();
        if self.years.get(&number).is_some_and(|known| known.layer == layer) {
            let reason = Text::of(format!("{number} 年的放假安排重复"), format!("the year {number} is given twice"));
            self.fault(name, None, reason);
        }
        self.years.insert(number, TakenYear { layer, file: name.to_owned(), year });
    }

    /// Laws and citations first, because the rows of every file refer to them.
    fn take_laws(&mut self, file: &mut File<'_>) {
        for value in rows_of(file, "law", &mut self.errors) {
            match fields::parse::<LawFields>(value) {
                Ok(law) => {
                    let law = Law {
                        id: law.id,
                        title: law.title,
                        number: law.number,
                        in_force: law.in_force,
                        in_force_level: law.in_force_level,
                    };
                    let known = self.laws.get(&law.id).is_some_and(|known| **known != law);
                    if known {
                        self.fault(file.name, Some(&law.id), twice());
                    } else {
                        self.laws.insert(law.id.clone(), Arc::new(law));
                    }
                }
                Err((row, reason)) => self.fault(file.name, row.as_deref(), reason),
            }
        }
        for value in rows_of(file, "source", &mut self.errors) {
            match fields::parse::<SourceFields>(value) {
                Ok(SourceFields { id, text }) => {
                    let citation = Citation { id: id.clone(), text };
                    if self.citations.get(&id).is_some_and(|known| *known != citation) {
                        self.fault(file.name, Some(&id), twice());
                    } else {
                        self.citations.insert(id, citation);
                    }
                }
                Err((row, reason)) => self.fault(file.name, row.as_deref(), reason),
            }
        }
    }

    fn take_rows(&mut self, mut file: File<'_>) {
        let mut tables = std::mem::take(&mut self.tables);
        self.take_table(&mut file, &mut tables.clocks);
        self.take_table(&mut file, &mut tables.extensions);
        self.take_table(&mut file, &mut tables.pauses);
        self.take_table(&mut file, &mut tables.restarts);
        self.take_table(&mut file, &mut tables.alerts);
        self.take_table(&mut file, &mut tables.retentions);
        self.take_table(&mut file, &mut tables.figures);
        self.take_table(&mut file, &mut tables.remedies);
        self.take_table(&mut file, &mut tables.provisions);
        self.take_table(&mut file, &mut tables.checklists);
        self.take_table(&mut file, &mut tables.yearly);
        self.take_table(&mut file, &mut tables.axes);
        self.take_table(&mut file, &mut tables.categories);
        self.tables = tables;
        self.take_repeals(&mut file);
        self.take_hours(&mut file);
        let unknown: Vec<String> = file.table.keys().cloned().collect();
        for key in unknown {
            let reason = Text::of(format!("没有名为 {key} 的表"), format!("there is no table named {key}"));
            self.fault(file.name, None, reason);
        }
    }

    fn take_table<B: Body>(&mut self, file: &mut File<'_>, into: &mut Dated<B>) {
        for (place, value) in rows_of(file, B::TABLE, &mut self.errors).into_iter().enumerate() {
            let nameless = format!("{}[{}]", B::TABLE, place + 1);
            match self.rule::<B>(value, &nameless) {
                Ok(rule) => self.keep(file.name, rule, into),
                Err((row, reasons)) => {
                    for reason in reasons {
                        self.fault(file.name, Some(&row), reason);
                    }
                }
            }
        }
    }

    /// One row, or its name and everything that is wrong with it.
    fn rule<B: Body>(&self, value: Value, nameless: &str) -> Result<Rule<B>, (String, Vec<Text>)> {
        let name = fields::name_of(&value).unwrap_or_else(|| nameless.to_owned());
        let Value::Table(mut body) = value else {
            return Err((name, vec![Text::fixed("不是一个表", "not a table")]));
        };
        let mut faults = shape(&body);
        let header = fields::split_header(&mut body);
        let header: Option<Header> = fields::decode(header).map_err(|reason| faults.push(reason)).ok();
        let body: Option<B> = fields::decode(body).map_err(|reason| faults.push(reason)).ok();
        let row = header.and_then(|header| check::row(header, &self.laws, &self.citations, &mut faults));
        faults.extend(body.iter().flat_map(Body::faults));
        match (row, body) {
            (Some(row), Some(body)) if faults.is_empty() => Ok(Rule { row, body }),
            (_, _) => Err((name, faults)),
        }
    }

    fn keep<B: Body>(&mut self, file: &str, rule: Rule<B>, into: &mut Dated<B>) {
        let id = rule.id().to_owned();
        if self.ids.get(&id).is_some_and(|table| *table != B::TABLE) {
            let reason = Text::fixed("此编号已用于另一个表", "the id is used in another table");
            self.fault(file, Some(&id), reason);
            return;
        }
        self.ids.insert(id.clone(), B::TABLE);
        let versions = into.versions_mut(&id);
        match versions.iter().find(|known| known.row.reference == rule.row.reference) {
            Some(known) if *known == rule => {}
            Some(_) => self.fault(file, Some(&rule.row.reference.to_string()), twice()),
            None => {
                self.origins.insert(rule.row.reference.clone(), file.to_owned());
                versions.push(rule);
            }
        }
    }

    fn take_repeals(&mut self, file: &mut File<'_>) {
        for value in rows_of(file, "repealed", &mut self.errors) {
            match fields::parse::<RepealFields>(value) {
                Ok(repeal) => {
                    self.repeals.push(Repeal { file: file.name.to_owned(), id: repeal.id, last_day: repeal.last_day })
                }
                Err((row, reason)) => self.fault(file.name, row.as_deref(), reason),
            }
        }
    }

    fn take_hours(&mut self, file: &mut File<'_>) {
        let Some(value) = file.table.remove("working_hours") else { return };
        let read = match value {
            Value::Table(table) => fields::decode::<fields::HoursFields>(table),
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => Err(Text::fixed("不是一个表", "not a table")),
        };
        match read.and_then(fields::HoursFields::hours) {
            Ok(hours) if self.hours.as_ref().is_none_or(|(layer, _)| *layer < file.layer) => {
                self.hours = Some((file.layer, hours));
            }
            Ok(_) => self.fault(file.name, Some("working_hours"), twice()),
            Err(reason) => self.fault(file.name, Some("working_hours"), reason),
        }
    }

    fn finish(mut self) -> (Regulations, Vec<RowError>) {
        let mut found = Findings { origins: &self.origins, errors: &mut self.errors };
        versions::settle(&mut self.tables, &self.repeals, &mut found);
        references::check(&self.tables, &mut found);
        let hours = self.hours.map_or_else(fields::office_hours, |(_, hours)| hours);
        let mut calendar = WorkCalendar::new(hours);
        for taken in self.years.into_values() {
            match calendar.clone().with_year(taken.year) {
                Ok(grown) => calendar = grown,
                Err(error) => {
                    let reason = Text::of(
                        format!("{} 年与 {} 年的放假安排对 {} 说法不一", error.year, error.other, error.date),
                        error.to_string(),
                    );
                    self.errors.push(RowError { file: taken.file, row: None, reason });
                }
            }
        }
        let law = Regulations {
            laws: self.laws,
            citations: self.citations,
            tables: self.tables,
            calendar: Arc::new(calendar),
        };
        (law, self.errors)
    }
}

/// The rows of one table, taken out of the file.
fn rows_of(file: &mut File<'_>, table: &str, errors: &mut Vec<RowError>) -> Vec<Value> {
    let fault = |reason| RowError { file: file.name.to_owned(), row: None, reason };
    match file.table.remove(table) {
        None => Vec::new(),
        Some(Value::Array(rows)) if rows.len() <= ROWS_MAX => rows,
        Some(Value::Array(_)) => {
            let zh = format!("{table} 超过 {ROWS_MAX} 行");
            errors.push(fault(Text::of(zh, format!("{table} has more than {ROWS_MAX} rows"))));
            Vec::new()
        }
        Some(_) => {
            let zh = format!("{table} 须写成 [[{table}]]");
            errors.push(fault(Text::of(zh, format!("{table} is written as [[{table}]]"))));
            Vec::new()
        }
    }
}

fn twice() -> Text {
    Text::fixed(
        "已有同名而内容不同的一行；要修改，请提高 version 并写明新的 effective_from",
        "there is another row of this name and version; to change it, raise the version and give a later effective_from",
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LawFields {
    id: String,
    title: Text,
    #[serde(default)]
    number: String,
    in_force: Date,
    #[serde(default)]
    in_force_level: Option<Level>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceFields {
    id: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RepealFields {
    id: String,
    last_day: Date,
    #[expect(dead_code, reason = "whoever ends a row must say why in the file; the program has no use for it")]
    reason: Text,
}

/// The row's reference as far as a text gives one.
fn reference(id: &str, version: u32) -> Result<RuleRef, Text> {
    RuleRef::new(id, version).map_err(|_| {
        Text::fixed(
            "id 只含小写字母、数字、点和下划线，至多 80 个字符；version 从 1 起",
            "an id has up to 80 lower-case letters, digits, dots and underscores; versions start at 1",
        )
    })
}
