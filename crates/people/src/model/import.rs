//! What the imports of this room share: columns, and the errors of single rows.
//!
//! Reading a file (CSV, xlsx, encodings) is the crate `table`'s job; here a row is already a set of named fields. An error
//! names line, column and reason, and never repeats the value, which may be personal.

use endpoint::typed::is_unseen;
use kernel::Text;
use table::{Headers, Row, TableError};

/// Errors that a refused import lists one by one; beyond it only the count goes on, so that a wrong file of a million
/// rows does not fill memory or the screen.
pub const ROW_ERRORS_LISTED_MAX: usize = 1_000;

/// A column an import knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportColumn {
    /// The header in English and the name in row errors.
    pub key: &'static str,
    /// The header in Chinese; both are understood.
    pub zh: &'static str,
    /// Whether a file without this column is refused.
    pub required: bool,
}

impl ImportColumn {
    /// A column without which a file is refused.
    pub const fn required(key: &'static str, zh: &'static str) -> Self {
        Self { key, zh, required: true }
    }

    /// A column a file may leave out.
    pub const fn optional(key: &'static str, zh: &'static str) -> Self {
        Self { key, zh, required: false }
    }

    /// Whether `header` names this column; case and surrounding blanks do not matter.
    pub fn is_named(&self, header: &str) -> bool {
        let header = header.trim().trim_start_matches('\u{feff}');
        header.eq_ignore_ascii_case(self.key) || header == self.zh
    }
}

/// What makes a header unfit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnsFault {
    /// A column is named twice.
    Repeated(String),
    /// Columns are missing.
    Missing(Vec<ImportColumn>),
}

impl ColumnsFault {
    /// What is wrong, in words.
    pub fn text(&self) -> Text {
        match self {
            Self::Repeated(name) => TableError::Repeated { name: name.clone() }.text(),
            Self::Missing(columns) => {
                let zh: Vec<&str> = columns.iter().map(|column| column.zh).collect();
                let en: Vec<&str> = columns.iter().map(|column| column.key).collect();
                Text::of(
                    format!("文件缺少必需的列：{}。", zh.join("、")),
                    format!("The file lacks columns: {}.", en.join(", ")),
                )
            }
        }
    }
}

/// Where each known column stands in a file; columns that are not known are passed over.
#[derive(Debug)]
pub struct Places {
    columns: Vec<(ImportColumn, Option<usize>)>,
    unknown: Vec<String>,
}

impl Places {
    /// Finds the columns in a header.
    ///
    /// # Errors
    /// When one is named twice or a required one is missing.
    pub fn find(columns: &[ImportColumn], headers: &Headers) -> Result<Self, ColumnsFault> {
        let mut places = Vec::with_capacity(columns.len());
        for column in columns {
            let mut at = None;
            for (place, name) in headers.names().iter().enumerate().filter(|(_, name)| column.is_named(name)) {
                if at.replace(place).is_some() {
                    return Err(ColumnsFault::Repeated(name.clone()));
                }
            }
            places.push((*column, at));
        }
        let missing: Vec<ImportColumn> =
            places.iter().filter(|(column, at)| column.required && at.is_none()).map(|(column, _)| *column).collect();
        if !missing.is_empty() {
            return Err(ColumnsFault::Missing(missing));
        }
        let is_known = |name: &str| columns.iter().any(|column| column.is_named(name));
        let unknown = headers.names().iter().filter(|name| !name.is_empty() && !is_known(name)).cloned().collect();
        Ok(Self { columns: places, unknown })
    }

    /// The columns that are passed over.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }

    /// The value of the column `key` in a row; empty when the file has no such column.
    pub fn value(&self, row: &Row, key: &str) -> String {
        let at = self.columns.iter().find(|(column, _)| column.key == key).and_then(|(_, at)| *at);
        at.map_or_else(String::new, |at| row.get(at).to_owned())
    }
}

/// One thing wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The line of the file, counted from one, the header included.
    pub line: u64,
    /// The column, by its key.
    pub column: &'static str,
    /// What is wrong, without repeating the value.
    pub reason: Text,
}

/// Everything wrong with an import: the first errors in full, and how many there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowErrors {
    listed: Vec<RowError>,
    total: usize,
}

impl RowErrors {
    /// Adds an error.
    pub fn add(&mut self, line: u64, column: &'static str, reason: Text) {
        self.push(RowError { line, column, reason });
    }

    /// Adds an error.
    pub fn push(&mut self, error: RowError) {
        self.total += 1;
        if self.listed.len() < ROW_ERRORS_LISTED_MAX {
            self.listed.push(error);
        }
    }

    /// Adds the errors of another part of the same file.
    pub fn merge(&mut self, other: Self) {
        self.total += other.total;
        let room = ROW_ERRORS_LISTED_MAX.saturating_sub(self.listed.len());
        self.listed.extend(other.listed.into_iter().take(room));
    }

    /// The errors listed, at most [`ROW_ERRORS_LISTED_MAX`], in the order of their lines.
    pub fn listed(&self) -> &[RowError] {
        &self.listed
    }

    /// How many errors there are, listed or not.
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Whether nothing is wrong.
    pub const fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// `value` if nothing is wrong, else these errors, sorted by line.
    pub fn or<T>(mut self, value: T) -> Result<T, Self> {
        if self.is_empty() {
            return Ok(value);
        }
        self.listed.sort_by(|a, b| (a.line, a.column).cmp(&(b.line, b.column)));
        Err(self)
    }
}

/// Checks a line of text that people read: not empty, at most `chars_max` characters, no control characters.
pub fn check_line(text: &str, chars_max: usize) -> Result<&str, Text> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Text::fixed("不能为空。", "It must not be empty."));
    }
    check_optional_line(text, chars_max)
}

/// Checks a line of text that may be empty.
pub fn check_optional_line(text: &str, chars_max: usize) -> Result<&str, Text> {
    let text = text.trim();
    if text.chars().count() > chars_max {
        return Err(Text::of(format!("最多 {chars_max} 个字符。"), format!("At most {chars_max} characters.")));
    }
    if text.chars().any(|c| c.is_control() || is_unseen(c)) {
        return Err(Text::fixed(
            "不能含有控制字符或不可见字符。",
            "It must not contain control characters or unseen ones.",
        ));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_listed_up_to_a_bound_and_counted_beyond_it() {
        let mut errors = RowErrors::default();
        for line in (0..ROW_ERRORS_LISTED_MAX as u64 + 7).rev() {
            errors.add(line, "code", Text::fixed("错", "wrong"));
        }
        let errors = errors.or(()).unwrap_err();
        assert_eq!((errors.listed().len(), errors.total()), (ROW_ERRORS_LISTED_MAX, ROW_ERRORS_LISTED_MAX + 7));
        assert!(errors.listed().is_sorted_by_key(|e| e.line));
        assert_eq!(RowErrors::default().or(7), Ok(7));
    }

    #[test]
    fn headers_are_known_in_both_languages() {
        let column = ImportColumn::required("code", "机构号");
        for (header, known) in [("code", true), (" CODE ", true), ("\u{feff}机构号", true), ("codes", false)] {
            assert_eq!(column.is_named(header), known, "{header}");
        }
    }

    #[test]
    fn lines_are_bounded_and_plain() {
        assert_eq!(check_line(" 广州分行 ", 5), Ok("广州分行"));
        for bad in ["", "  ", "六个字符太多", "a\u{7}b", "a\nb"] {
            assert!(check_line(bad, 5).is_err(), "{bad:?}");
        }
        assert_eq!(check_optional_line(" ", 5), Ok(""));
    }
}
