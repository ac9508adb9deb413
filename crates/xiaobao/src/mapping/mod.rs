//! Mapping files: they say which column of somebody's complaint list gives which part of a historical order.
//!
//! The format is described for administrators in `docs/guide/import-complaints.*.md`; every key that is understood stands
//! in this file, and any other is refused. A mapping must never be needed twice for one shape of file: whatever differs
//! from export to export (separator, encoding, line ends) is found out when the file is read.

mod bind;
mod matter;

use std::{collections::BTreeMap, path::Path};

use kernel::Text;
use serde::Deserialize;

pub use bind::Binding;
pub use matter::{Defaults, PastMatter, Taken};

use crate::{
    fault::{Fault, Outcome, Verb},
    table::{Encoding, ShortRows, TableOptions, value, value::AmountUnit},
    text_file,
};

/// Bytes of a mapping file at most: one with every class of a large bank in its value maps has some 50,000.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Labels of one order at most, beyond which a list is a copy of the file.
const LABELS_MAX: usize = 40;
/// Characters of the name of a source: it becomes part of every order's identity.
const SOURCE_CHARS_MAX: usize = 32;

/// A mapping file as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The name of the list the file comes from. Together with each row's own number it is the order's identity.
    pub source: String,
    /// What the file is, for people.
    #[serde(default)]
    pub title: String,
    /// How the file is read.
    #[serde(default)]
    pub file: FileSpec,
    /// Rows that are left out.
    #[serde(default)]
    pub skip: Vec<Skip>,
    /// Where each part of an order comes from.
    pub fields: Fields,
    /// A flag that says whether the answer was in time, for lists without its date.
    pub timely: Option<Timely>,
    /// The list's own words that are kept beside the order: the label and where it comes from.
    #[serde(default)]
    pub labels: BTreeMap<String, FieldSpec>,
}

/// How the file is read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileSpec {
    encoding: Option<String>,
    sheet: Option<String>,
    header_line: Option<u64>,
    #[serde(default)]
    short_rows: ShortRowsSpec,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ShortRowsSpec {
    #[default]
    Refuse,
    Fill,
}

/// Rows whose value is one of these are left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skip {
    column: String,
    values: Vec<String>,
}

/// Where each part of an order comes from. All but `received` may be left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    external: Option<FieldSpec>,
    received: FieldSpec,
    clock_start: Option<FieldSpec>,
    answered: Option<FieldSpec>,
    closed: Option<FieldSpec>,
    occurred: Option<FieldSpec>,
    matter: Option<FieldSpec>,
    origin: Option<FieldSpec>,
    origin_number: Option<FieldSpec>,
    unit: Option<FieldSpec>,
    nature: Option<FieldSpec>,
    name: Option<FieldSpec>,
    phone: Option<FieldSpec>,
    identity: Option<FieldSpec>,
    account: Option<FieldSpec>,
    email: Option<FieldSpec>,
    address: Option<FieldSpec>,
    title: Option<FieldSpec>,
    narrative: Option<FieldSpec>,
    request: Option<FieldSpec>,
    amount: Option<FieldSpec>,
    channel: Option<FieldSpec>,
    business: Option<FieldSpec>,
    reason: Option<FieldSpec>,
    region: Option<FieldSpec>,
    outcome: Option<FieldSpec>,
}

/// Where one value comes from and how it is read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldSpec {
    /// One column.
    column: Option<String>,
    /// Several columns, joined by `join`; empty ones are passed over.
    columns: Option<Vec<String>>,
    /// What stands between the values of several columns.
    join: Option<String>,
    /// The same value for every row.
    constant: Option<String>,
    /// The file's words and ours. Case does not matter; the word "" stands for an empty value.
    map: Option<BTreeMap<String, String>>,
    /// What a value gives that the map does not have; without it such a row is refused.
    default: Option<String>,
    /// How dates are written, in the letters of strftime. ISO dates are always understood.
    formats: Option<Vec<String>>,
    /// What amounts are counted in.
    unit: Option<AmountUnit>,
}

/// A column that says whether the answer came within so many days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timely {
    column: String,
    /// The words for "in time".
    yes: Vec<String>,
    /// The words for "late".
    no: Vec<String>,
    /// The days the flag speaks of.
    days: u32,
    /// Answers that were not the last word, for the report.
    interim: Option<Interim>,
}

/// Answers that were not the last word.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interim {
    column: String,
    values: Vec<String>,
}

impl Mapping {
    /// Reads a mapping file and checks what can be checked without the table.
    pub fn read(path: &Path) -> Outcome<Self> {
        let cannot = |error: std::io::Error| Fault::file(Verb::Read, path, &error);
        let Some(text) = text_file::read(path, FILE_BYTES_MAX).map_err(cannot)? else {
            return Err(Fault::setting(Text::fixed("文件太大。", "the file is too large.")).at(path.display()));
        };
        Self::parse(&text).map_err(|fault| fault.at(path.display()))
    }

    /// Reads the text of a mapping file.
    pub fn parse(text: &str) -> Outcome<Self> {
        let mapping: Self = toml::from_str(text).map_err(|error| {
            let words = Text::fixed("映射文件有误。", "the mapping file is wrong.");
            Fault::setting(words).with(error.to_string().trim_end())
        })?;
        mapping.check().map_err(Fault::setting)?;
        Ok(mapping)
    }

    /// How the table is to be read; flags of the command line go before the mapping.
    pub fn table_options(&self, encoding: Option<Encoding>, sheet: Option<String>) -> TableOptions {
        TableOptions {
            encoding: encoding.or_else(|| self.file.encoding.as_deref().and_then(Encoding::parse)),
            sheet: sheet.or_else(|| self.file.sheet.clone()),
            header_line: self.file.header_line,
            short_rows: match self.file.short_rows {
                ShortRowsSpec::Refuse => ShortRows::Refuse,
                ShortRowsSpec::Fill => ShortRows::Fill,
            },
        }
    }

    /// The words the report uses for the timely flag: its column and the days it speaks of.
    pub fn timely_flag(&self) -> Option<(&str, u32)> {
        self.timely.as_ref().map(|timely| (timely.column.as_str(), timely.days))
    }

    fn check(&self) -> Result<(), Text> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        if self.source.is_empty() || self.source.len() > SOURCE_CHARS_MAX || !self.source.chars().all(plain) {
            return Err(Text::of(
                format!("source 应为 1 至 {SOURCE_CHARS_MAX} 个小写字母、数字、-、_ 或 .。"),
                format!("`source` has 1 to {SOURCE_CHARS_MAX} lower-case letters, digits, `-`, `_` or `.`."),
            ));
        }
        if self.file.encoding.as_deref().is_some_and(|name| Encoding::parse(name).is_none()) {
            return Err(Text::fixed(
                "file.encoding 应为 utf-8、gb18030、gbk、utf-16le 或 utf-16be。",
                "`file.encoding` is utf-8, gb18030, gbk, utf-16le or utf-16be.",
            ));
        }
        if self.file.header_line == Some(0) {
            return Err(Text::fixed("file.header_line 从 1 开始。", "`file.header_line` counts from 1."));
        }
        if self.labels.len() > LABELS_MAX {
            return Err(Text::of(
                format!("labels 最多 {LABELS_MAX} 个。"),
                format!("`labels` has at most {LABELS_MAX} entries."),
            ));
        }
        let labels = self.labels.iter().map(|(name, spec)| (format!("labels.\"{name}\""), spec));
        for (name, spec) in self.fields.named().map(|(name, spec)| (format!("fields.{name}"), spec)).chain(labels) {
            spec.check(&name)?;
        }
        Ok(())
    }
}

impl Fields {
    /// Every field that is there, with its name in the file.
    fn named(&self) -> impl Iterator<Item = (&'static str, &FieldSpec)> {
        let all = [
            ("external", &self.external),
            ("clock_start", &self.clock_start),
            ("answered", &self.answered),
            ("closed", &self.closed),
            ("occurred", &self.occurred),
            ("matter", &self.matter),
            ("origin", &self.origin),
            ("origin_number", &self.origin_number),
            ("unit", &self.unit),
            ("nature", &self.nature),
            ("name", &self.name),
            ("phone", &self.phone),
            ("identity", &self.identity),
            ("account", &self.account),
            ("email", &self.email),
            ("address", &self.address),
            ("title", &self.title),
            ("narrative", &self.narrative),
            ("request", &self.request),
            ("amount", &self.amount),
            ("channel", &self.channel),
            ("business", &self.business),
            ("reason", &self.reason),
            ("region", &self.region),
            ("outcome", &self.outcome),
        ];
        let given = all.into_iter().filter_map(|(name, spec)| spec.as_ref().map(|spec| (name, spec)));
        std::iter::once(("received", &self.received)).chain(given)
    }
}

impl FieldSpec {
    fn check(&self, name: &str) -> Result<(), Text> {
        let sources = [self.column.is_some(), self.columns.is_some(), self.constant.is_some()];
        if sources.iter().filter(|given| **given).map(|_| 1u8).sum::<u8>() != 1 {
            return Err(Text::of(
                format!("{name} 须有 column、columns、constant 三者之一。"),
                format!("`{name}` has exactly one of `column`, `columns` and `constant`."),
            ));
        }
        if self.columns.as_ref().is_some_and(Vec::is_empty) {
            return Err(Text::of(format!("{name}：columns 是空的。"), format!("`{name}`: `columns` is empty.")));
        }
        if self.join.is_some() && self.columns.is_none() {
            return Err(Text::of(
                format!("{name}：join 只与 columns 同用。"),
                format!("`{name}`: `join` goes with `columns`."),
            ));
        }
        if self.default.is_some() && self.map.is_none() {
            return Err(Text::of(
                format!("{name}：default 只与 map 同用。"),
                format!("`{name}`: `default` goes with `map`."),
            ));
        }
        let dated = matches!(
            name,
            "fields.received" | "fields.clock_start" | "fields.answered" | "fields.closed" | "fields.occurred"
        );
        if self.formats.is_some() && !dated {
            return Err(Text::of(
                format!("{name} 不是日期，不能有 formats。"),
                format!("`{name}` is no date and has no `formats`."),
            ));
        }
        if let Some(format) = self.formats.iter().flatten().find(|format| !value::names_a_day(format)) {
            return Err(Text::of(
                format!("{name}：“{format}”不是能写明一个日期的格式。"),
                format!("`{name}`: `{format}` is no way of writing a day in the letters of strftime."),
            ));
        }
        if self.unit.is_some() && name != "fields.amount" {
            return Err(Text::of(
                format!("{name} 不是金额，不能有 unit。"),
                format!("`{name}` is no amount and has no `unit`."),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
