//! Reads tables that people send, CSV in the encodings and with the habits of Chinese banks, and xlsx; and writes such tables
//! for people to take out ([`write`]).
//!
//! Rows go to a [`Sink`] one by one, so that memory stays bounded whatever the size of the file. A good row is kept, a bad
//! one is told with its line and reason. This module must never guess at a value, repeat one in an error (it may be
//! personal), open a path, or know what the columns mean.

mod csv;
mod decode;
mod record;
pub mod value;
pub mod write;
mod xlsx;

use std::{
    io::{Read, Seek, SeekFrom},
    ops::ControlFlow,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use kernel::Text;

pub use decode::Encoding;
pub use record::{Headers, Row};
pub use xlsx::is_reading;

/// Columns of a table at most: the widest complaint ledgers seen have some 120.
pub const COLUMNS_MAX: usize = 512;
/// Bytes of one field at most: a narrative of 20,000 Chinese characters.
pub const FIELD_BYTES_MAX: usize = 64 * 1024;
/// Bytes of one row at most: a dozen fields of the largest size.
pub const ROW_BYTES_MAX: usize = 1024 * 1024;
/// Rows of one file at most: thirty years of a large bank's complaints. It bounds what importers remember per row.
pub const ROWS_MAX: u64 = 5_000_000;

/// How a file is to be read.
#[derive(Debug, Clone, Default)]
pub struct TableOptions {
    /// The encoding of a CSV file; found out when absent.
    pub encoding: Option<Encoding>,
    /// The sheet of an xlsx file; the first one when absent.
    pub sheet: Option<String>,
    /// The line on which the header stands; the first line that is not empty when absent.
    pub header_line: Option<u64>,
    /// What becomes of a CSV row with fewer fields than the header.
    pub short_rows: ShortRows,
}

/// What becomes of a CSV row with fewer fields than the header. In xlsx the last empty cells are never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShortRows {
    /// It is refused: a lost comma would move every value behind it into the wrong column.
    #[default]
    Refuse,
    /// The missing fields are empty: some exporters leave out the last commas.
    Fill,
}

/// A row that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The line of the file on which the row starts, counted from 1, the header included.
    pub line: u64,
    /// The column, when one is to blame.
    pub column: String,
    /// What is wrong, without repeating the value.
    pub reason: Text,
}

impl RowError {
    /// The whole row is to blame.
    pub fn row(line: u64, reason: Text) -> Self {
        Self { line, column: String::new(), reason }
    }

    /// One column is to blame.
    pub fn column(line: u64, column: &str, reason: Text) -> Self {
        Self { line, column: column.to_owned(), reason }
    }
}

/// Who takes the rows. `Break` ends the reading early; `F` is what the caller calls a failure.
pub trait Sink<F> {
    /// The header was read; refuse here what can be refused before the first row.
    fn start(&mut self, headers: &Headers) -> Result<(), F>;
    /// A good row.
    fn row(&mut self, headers: &Headers, row: Row) -> Result<ControlFlow<()>, F>;
    /// A row that cannot be read.
    fn bad(&mut self, error: RowError) -> Result<ControlFlow<()>, F>;
}

/// What makes a whole file unreadable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TableError {
    /// There is no header.
    Empty,
    /// More columns than [`COLUMNS_MAX`].
    Columns {
        /// How many there are.
        found: u64,
    },
    /// More rows than [`ROWS_MAX`].
    Rows,
    /// The header holds control characters, or is not in the encoding: the file is not a table.
    NotText,
    /// A column with a name this long is not a header.
    Header {
        /// The reason it cannot be read.
        reason: Text,
    },
    /// The header names one column twice.
    Repeated {
        /// The name.
        name: String,
    },
    /// There is no such sheet.
    Sheet {
        /// The sheets there are.
        names: Vec<String>,
    },
    /// An Excel file of the old binary kind.
    OldExcel,
    /// A file that unpacks to more than it may.
    Unpacked {
        /// What grew too large.
        what: &'static str,
        /// The limit in MiB, or in pieces for counts.
        max: u64,
    },
    /// The xlsx file is broken; the reader's own words.
    Broken(String),
    /// The file was shortened or could not be read to its end.
    Io(String),
}

impl TableError {
    /// The sentence for the person.
    pub fn text(&self) -> Text {
        match self {
            Self::Empty => Text::fixed("文件里没有表头。", "The file has no header."),
            Self::Columns { found } => Text::of(
                format!("表头有 {found} 列，最多 {COLUMNS_MAX} 列（限制 COLUMNS_MAX）。"),
                format!("The header has {found} columns; at most {COLUMNS_MAX} are read (limit COLUMNS_MAX)."),
            ),
            Self::Rows => Text::of(
                format!("一个文件最多 {ROWS_MAX} 行（限制 ROWS_MAX）；请分成几个文件。"),
                format!("A file has at most {ROWS_MAX} rows (limit ROWS_MAX); split it."),
            ),
            Self::NotText => Text::fixed(
                "这不是文本表格：表头含有控制字符，或不是所选编码。请另存为 UTF-8 编码的 CSV，命令行也可用 --encoding 指定编码。",
                "This is not a table of text: its header holds control characters or is not in the encoding. Save it as CSV in UTF-8; on the command line --encoding names another encoding.",
            ),
            Self::Header { reason } => {
                Text::of(format!("表头读不了：{}", reason.zh), format!("The header cannot be read: {}", reason.en))
            }
            Self::Repeated { name } => Text::of(
                format!("表头中“{name}”出现了两次。"),
                format!("The header names the column \"{name}\" twice."),
            ),
            Self::Sheet { names } => {
                let names = names.join("、");
                Text::of(
                    format!("没有这个工作表；有：{names}。"),
                    format!("There is no such sheet; there are: {names}."),
                )
            }
            Self::OldExcel => Text::fixed(
                "这是旧版 Excel（.xls）文件；请另存为 .xlsx 或 CSV。",
                "This is an old Excel file (.xls); save it as .xlsx or CSV.",
            ),
            Self::Unpacked { what, max } => Text::of(
                format!("文件解开后太大：{what} 超过 {max}。"),
                format!("The file unpacks to too much: {what} is beyond {max}."),
            ),
            Self::Broken(_) => Text::fixed("xlsx 文件已损坏或不是 xlsx。", "The xlsx file is broken, or is not one."),
            Self::Io(_) => Text::fixed("文件没有读到末尾。", "The file could not be read to its end."),
        }
    }
}

/// How far a file has been read, for a progress bar on another thread.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<AtomicU64>);

impl Meter {
    /// Bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

/// The first bytes of a zip archive, which is what an xlsx file is.
const ZIP: &[u8] = b"PK\x03\x04";
/// The first bytes of an old Excel file.
const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0];

/// Reads a table into `sink`. Which kind it is, its first bytes say, not its name.
///
/// # Errors
/// When the whole is no table, or when the sink says so. Rows that cannot be read go to the sink.
pub fn read<S: Read + Seek, F: From<TableError>>(
    mut source: S,
    options: &TableOptions,
    meter: &Meter,
    sink: &mut dyn Sink<F>,
) -> Result<(), F> {
    let cannot = |error: std::io::Error| TableError::Io(error.to_string());
    let mut head = Vec::new();
    Read::by_ref(&mut source).take(4).read_to_end(&mut head).map_err(cannot)?;
    source.seek(SeekFrom::Start(0)).map_err(cannot)?;
    if head == OLE {
        return Err(TableError::OldExcel.into());
    }
    if head == ZIP { xlsx::read(source, options, sink) } else { csv::read(source, options, meter, sink) }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
