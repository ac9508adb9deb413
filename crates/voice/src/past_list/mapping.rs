//! Mapping files: they say which column of somebody's complaint list gives which part of a historical order.
//!
//! The format is described for administrators in `docs/guide/import-complaints.*.md`; every key that is understood stands
//! in this file, and any other is refused. A mapping must never be needed twice for one shape of file: whatever differs
//! from export to export (separator, encoding, line ends) is found out when the file is read.

mod bind;
mod fields;
mod matter;

use std::collections::BTreeMap;

use kernel::Text;
use serde::{Deserialize, Serialize};
use table::{Encoding, ShortRows, TableError, TableOptions};
use utoipa::ToSchema;

pub use bind::Binding;
pub use fields::{FieldSpec, PastField};
pub use matter::{Defaults, PastMatter, Taken};

/// Labels of one order at most, beyond which a list is a copy of the file.
const LABELS_MAX: usize = 40;
/// Characters of the name of a source: it becomes part of every order's identity.
const SOURCE_CHARS_MAX: usize = 32;

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MappingError {
    /// It is not in the form of mapping files; the parser's own words.
    Form(String),
    /// What it says cannot be, in itself or against the header of the file.
    Wrong(Text),
    /// The file is no table, or its header has a name twice.
    Table(TableError),
}

impl MappingError {
    /// The sentence for the person.
    pub fn text(&self) -> Text {
        match self {
            Self::Form(_) => Text::fixed("映射文件有误。", "the mapping file is wrong."),
            Self::Wrong(text) => text.clone(),
            Self::Table(error) => error.text(),
        }
    }
}

impl From<TableError> for MappingError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

/// A mapping file as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PastMapping)]
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
    /// Where each part of an order comes from. All but `received` may be left out.
    pub fields: BTreeMap<PastField, FieldSpec>,
    /// A flag that says whether the answer was in time, for lists without its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timely: Option<Timely>,
    /// The list's own words that are kept beside the order: the label and where it comes from.
    #[serde(default)]
    pub labels: BTreeMap<String, FieldSpec>,
}

/// How the file is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PastMappingFile)]
pub struct FileSpec {
    /// The encoding of a CSV file; found out when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<String>,
    /// The sheet of an xlsx file; the first when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<String>,
    /// The line on which the header stands; the first that is not empty when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    header_line: Option<u64>,
    /// What becomes of CSV rows with fewer fields than the header.
    #[serde(default)]
    short_rows: ShortRowsSpec,
}

/// What becomes of CSV rows with fewer fields than the header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PastMappingShortRows)]
pub enum ShortRowsSpec {
    /// They are refused.
    #[default]
    Refuse,
    /// What is missing is empty.
    Fill,
}

/// Rows whose value is one of these are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PastMappingSkip)]
pub struct Skip {
    /// The column.
    column: String,
    /// Its values in such rows.
    values: Vec<String>,
}

/// A column that says whether the answer came within so many days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PastMappingTimely)]
pub struct Timely {
    /// The column.
    column: String,
    /// The words for "in time".
    yes: Vec<String>,
    /// The words for "late".
    no: Vec<String>,
    /// The days the flag speaks of.
    days: u32,
    /// Answers that were not the last word, for the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    interim: Option<Interim>,
}

/// Answers that were not the last word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PastMappingInterim)]
pub struct Interim {
    /// The column.
    column: String,
    /// Its values in such rows.
    values: Vec<String>,
}

impl Mapping {
    /// Reads the text of a mapping file.
    ///
    /// # Errors
    /// When it is none, or contradicts itself.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self =
            toml::from_str(text).map_err(|error| MappingError::Form(error.to_string().trim_end().to_owned()))?;
        mapping.check().map_err(MappingError::Wrong)?;
        Ok(mapping)
    }

    /// Reads a mapping as it travels and as it is saved: the same keys in JSON.
    ///
    /// # Errors
    /// When it is none, or contradicts itself.
    pub fn parse_json(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = serde_json::from_str(text).map_err(|error| MappingError::Form(error.to_string()))?;
        mapping.check().map_err(MappingError::Wrong)?;
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
        if !self.fields.contains_key(&PastField::Received) {
            return Err(Text::fixed("缺少 fields.received（收到日期）。", "`fields.received` is missing."));
        }
        for (field, spec) in &self.fields {
            spec.check(&format!("fields.{}", field.as_str()), Some(*field))?;
        }
        for (name, spec) in &self.labels {
            spec.check(&format!("labels.\"{name}\""), None)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
