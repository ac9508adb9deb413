//! The header and the rows of a table as importers see them.

use std::{collections::HashMap, ops::ControlFlow};

use kernel::Text;

use super::{
    COLUMNS_MAX, FIELD_BYTES_MAX, ROW_BYTES_MAX, ROWS_MAX, RowError, ShortRows, Sink, TableError, TableOptions,
};

/// The names of the columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    names: Vec<String>,
    /// Case and surrounding blanks do not matter when a column is looked for.
    places: HashMap<String, Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Once(usize),
    Repeated,
}

impl Headers {
    fn new(fields: Vec<String>) -> Result<Self, TableError> {
        let names: Vec<String> = fields.iter().map(|name| tidy(name).to_owned()).collect();
        if names.iter().any(|name| name.contains('\u{fffd}') || name.chars().any(is_strange)) {
            return Err(TableError::NotText);
        }
        let mut places = HashMap::with_capacity(names.len());
        for (at, name) in names.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
            let seen = places.insert(name.to_lowercase(), Place::Once(at)).is_some();
            if seen {
                places.insert(name.to_lowercase(), Place::Repeated);
            }
        }
        if places.is_empty() { Err(TableError::Empty) } else { Ok(Self { names, places }) }
    }

    /// The names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Where the column `name` stands. A name that the header has twice names no column.
    pub fn find(&self, name: &str) -> Result<Option<usize>, TableError> {
        match self.places.get(&name.trim().to_lowercase()) {
            None => Ok(None),
            Some(Place::Once(at)) => Ok(Some(*at)),
            Some(Place::Repeated) => Err(TableError::Repeated { name: name.trim().to_owned() }),
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which the row starts.
    pub line: u64,
    fields: Vec<String>,
}

impl Row {
    /// The value in a column, without surrounding blanks; empty when the row is shorter.
    pub fn get(&self, at: usize) -> &str {
        self.fields.get(at).map_or("", |field| tidy(field))
    }

    /// The values in order, without surrounding blanks.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| tidy(field))
    }
}

/// A value without surrounding blanks and without the `="…"` in which some exporters wrap long numbers for Excel.
fn tidy(field: &str) -> &str {
    let field = field.trim().trim_start_matches('\u{feff}');
    field.strip_prefix("=\"").and_then(|inner| inner.strip_suffix('"')).unwrap_or(field).trim()
}

/// Control characters that no header holds: they are the sign of a file that is no table. Line breaks and tabs occur.
fn is_strange(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\r' | '\t')
}

/// What a reader found wrong with a row before its fields are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A quote was opened and never closed.
    OpenQuote,
    /// Text follows a closing quote.
    AfterQuote,
    /// One field is larger than it may be.
    Field,
    /// The row is larger than it may be.
    Row,
    /// A cell holds an error such as `#N/A`.
    CellError,
    /// A cell holds a formula that was never computed.
    Uncomputed,
    /// A number has more digits than Excel keeps.
    Digits,
    /// A cell holds a date that no calendar has.
    CellDate,
}

impl Trouble {
    pub(super) fn text(self) -> Text {
        match self {
            Self::OpenQuote => Text::fixed(
                "引号没有闭合，后面的内容都被吞进这一行。",
                "A quote is opened here and never closed; the rest of the file went into this row.",
            ),
            Self::AfterQuote => Text::fixed(
                "闭合的引号后面还有文字；字段里的引号要写成两个。",
                "Text follows a closing quote; a quote inside a field is written twice.",
            ),
            Self::Field => Text::of(
                format!("有字段超过 {FIELD_BYTES_MAX} 字节（限制 FIELD_BYTES_MAX）；可能有引号没有闭合。"),
                format!(
                    "A field is larger than {FIELD_BYTES_MAX} bytes (limit FIELD_BYTES_MAX); perhaps a quote is not closed."
                ),
            ),
            Self::Row => Text::of(
                format!("这一行超过 {ROW_BYTES_MAX} 字节（限制 ROW_BYTES_MAX）。"),
                format!("The row is larger than {ROW_BYTES_MAX} bytes (limit ROW_BYTES_MAX)."),
            ),
            Self::CellError => {
                Text::fixed("有单元格是公式错误（如 #N/A）。", "A cell holds the error of a formula, such as #N/A.")
            }
            Self::Uncomputed => Text::fixed(
                "有单元格的公式没有保存计算结果；请用 Excel 打开并保存一次，或改填数值。",
                "A cell holds a formula whose result was never saved; open and save the file in Excel, or enter values.",
            ),
            Self::Digits => Text::fixed(
                "有单元格的数字超过 15 位，Excel 已丢失末尾几位；请把该列设为文本后重新填写。",
                "A number has more than 15 digits, and Excel lost the last of them; make the column text and enter it again.",
            ),
            Self::CellDate => Text::fixed("有单元格的日期不存在。", "A cell holds a date that no calendar has."),
        }
    }
}

/// One record as a reader hands it on.
pub(super) struct Record {
    pub(super) line: u64,
    pub(super) fields: Vec<String>,
    /// How many fields there are; those beyond [`COLUMNS_MAX`] are counted, not kept.
    pub(super) count: u64,
    pub(super) trouble: Option<Trouble>,
}

/// Turns records into a header and rows, and hands them to the sink.
pub(super) struct Assembler<'a, F> {
    options: &'a TableOptions,
    short_rows: ShortRows,
    sink: &'a mut dyn Sink<F>,
    headers: Option<Headers>,
    rows: u64,
}

impl<'a, F: From<TableError>> Assembler<'a, F> {
    pub(super) fn new(options: &'a TableOptions, short_rows: ShortRows, sink: &'a mut dyn Sink<F>) -> Self {
        Self { options, short_rows, sink, headers: None, rows: 0 }
    }

    /// Takes the next record.
    pub(super) fn take(&mut self, record: Record) -> Result<ControlFlow<()>, F> {
        let kept_whole = record.trouble.is_none() && record.count <= COLUMNS_MAX as u64;
        if kept_whole && record.fields.iter().all(|field| tidy(field).is_empty()) {
            return Ok(ControlFlow::Continue(()));
        }
        let Some(headers) = &self.headers else { return self.take_header(record) };
        self.rows += 1;
        if self.rows > ROWS_MAX {
            return Err(TableError::Rows.into());
        }
        match check(headers, record, self.short_rows) {
            Ok(row) => self.sink.row(headers, row),
            Err(error) => self.sink.bad(error),
        }
    }

    /// The records have ended.
    pub(super) fn finish(self) -> Result<(), F> {
        if self.headers.is_some() { Ok(()) } else { Err(TableError::Empty.into()) }
    }

    fn take_header(&mut self, record: Record) -> Result<ControlFlow<()>, F> {
        if self.options.header_line.is_some_and(|line| record.line < line) {
            return Ok(ControlFlow::Continue(()));
        }
        if record.count > COLUMNS_MAX as u64 {
            return Err(TableError::Columns { found: record.count }.into());
        }
        if let Some(trouble) = record.trouble {
            return Err(TableError::Header { reason: trouble.text() }.into());
        }
        let headers = Headers::new(record.fields)?;
        self.sink.start(&headers)?;
        self.headers = Some(headers);
        Ok(ControlFlow::Continue(()))
    }
}

fn check(headers: &Headers, mut record: Record, short_rows: ShortRows) -> Result<Row, RowError> {
    let line = record.line;
    let wrong = |reason: Text| Err(RowError::row(line, reason));
    if let Some(trouble) = record.trouble {
        return wrong(trouble.text());
    }
    let columns = headers.names.len();
    let found = record.count;
    let beyond = record.fields.iter().skip(columns).any(|field| !tidy(field).is_empty());
    if beyond || found > COLUMNS_MAX as u64 {
        return wrong(Text::of(
            format!("这一行有 {found} 个字段，表头只有 {columns} 列。"),
            format!("The row has {found} fields where the header has {columns}."),
        ));
    }
    record.fields.truncate(columns);
    if record.fields.len() < columns && short_rows == ShortRows::Refuse {
        return wrong(Text::of(
            format!("这一行只有 {found} 个字段，表头有 {columns} 列。"),
            format!("The row has only {found} fields where the header has {columns}."),
        ));
    }
    for (at, field) in record.fields.iter().enumerate() {
        let reason = if field.contains('\u{fffd}') {
            Text::fixed("有字节不属于文件的编码。", "It holds bytes that are not in the file's encoding.")
        } else if field.contains('\0') {
            // Other control characters occur in old exports; whoever takes the value decides about them.
            Text::fixed("含有空字符（NUL）。", "It holds a NUL character.")
        } else {
            continue;
        };
        return Err(RowError::column(line, &headers.names[at], reason));
    }
    Ok(Row { line, fields: record.fields })
}
