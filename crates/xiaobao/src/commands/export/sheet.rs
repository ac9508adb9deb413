//! Where rows of an export go: CSV or a workbook, row by row, into a file that appears only when it is whole.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use ::table::write::guarded;
use kernel::Text;
use rust_xlsxwriter::{Workbook, XlsxError};

use super::Format;
use crate::fault::{Fault, Outcome, Verb};

/// Rows that a sheet of Excel holds, the header included.
const SHEET_ROWS_MAX: u32 = 1_048_576;

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// An amount with two decimals, kept as its text so that no digit is lost.
    Amount(String),
    /// Nothing.
    Empty,
}

impl Cell {
    /// A text, or nothing.
    pub fn of(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.into()))
    }
}

/// An export that is being written.
pub struct Sheet {
    body: Body,
    /// The file as it will be called, and as it is called until it is whole; `None` on standard output.
    place: Option<(PathBuf, PathBuf)>,
}

enum Body {
    Csv(Box<csv::Writer<Box<dyn Write>>>),
    // A workbook of constant memory: rows go to disk as they come.
    Xlsx { book: Box<Workbook>, next: u32 },
}

impl Sheet {
    /// Begins an export with its header.
    pub fn start(path: Option<&Path>, format: Format, header: &[String]) -> Outcome<Self> {
        let place = path.map(|path| (path.to_owned(), beside(path)));
        let body = match format {
            Format::Csv => {
                let mut out: Box<dyn Write> = match &place {
                    None => Box::new(BufWriter::new(io::stdout().lock())),
                    Some((_, part)) => Box::new(BufWriter::new(private(part)?)),
                };
                out.write_all("\u{feff}".as_bytes()).map_err(io_failed)?;
                Body::Csv(Box::new(csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out)))
            }
            Format::Xlsx => {
                let mut book = Workbook::new();
                book.add_worksheet_with_constant_memory();
                Body::Xlsx { book: Box::new(book), next: 0 }
            }
        };
        let mut sheet = Self { body, place };
        sheet.row(&header.iter().map(|name| Cell::Text(name.clone())).collect::<Vec<_>>())?;
        Ok(sheet)
    }

    /// Writes a row.
    pub fn row(&mut self, cells: &[Cell]) -> Outcome {
        match &mut self.body {
            Body::Csv(out) => out.write_record(cells.iter().map(csv_text)).map_err(csv_failed),
            Body::Xlsx { book, next } => {
                if *next >= SHEET_ROWS_MAX {
                    return Err(Fault::failed(Text::fixed(
                        "超过 Excel 一张表的行数；请导出为 CSV，或缩小日期范围。",
                        "There are more rows than a sheet of Excel holds; export as CSV, or fewer days.",
                    )));
                }
                write_row(book, *next, cells).map_err(cannot_write)?;
                *next += 1;
                Ok(())
            }
        }
    }

    /// Ends the export: the file gets its name.
    pub fn finish(self) -> Outcome {
        match self.body {
            Body::Csv(mut out) => out.flush().map_err(io_failed)?,
            Body::Xlsx { mut book, .. } => {
                if let Some((_, part)) = &self.place {
                    let mut file = private(part)?;
                    book.save_to_writer(&mut file).map_err(cannot_write)?;
                    file.sync_all().map_err(cannot_write)?;
                }
            }
        }
        match self.place {
            None => Ok(()),
            Some((path, part)) => fs::rename(&part, &path).map_err(|error| Fault::file(Verb::Write, &path, &error)),
        }
    }
}

fn write_row(book: &mut Workbook, at: u32, cells: &[Cell]) -> Result<(), XlsxError> {
    let sheet = book.worksheet_from_index(0)?;
    for (cell, column) in cells.iter().zip(0u16..) {
        match cell {
            // A text cell is never a formula, whatever it starts with.
            Cell::Text(text) | Cell::Amount(text) => sheet.write_string(at, column, text)?,
            #[expect(clippy::cast_precision_loss, reason = "counts and places of a list are far below 2^53")]
            Cell::Number(number) => sheet.write_number(at, column, *number as f64)?,
            Cell::Empty => continue,
        };
    }
    Ok(())
}

/// The text of a cell in CSV. Spreadsheets run a text that starts like a formula, and complainants write what they like; only
/// an amount may begin with a sign.
fn csv_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => guarded(text).into_owned(),
        Cell::Amount(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Empty => String::new(),
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// A file that its owner alone may read: masked lists are still about people.
fn private(path: &Path) -> Outcome<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| Fault::file(Verb::Create, path, &error))
}

fn csv_failed(error: csv::Error) -> Fault {
    if let csv::ErrorKind::Io(inner) = error.kind()
        && inner.kind() == io::ErrorKind::BrokenPipe
    {
        return Fault::enough();
    }
    cannot_write(error)
}

/// Whoever closes the pipe early (`| head`) has seen enough.
fn io_failed(error: io::Error) -> Fault {
    if error.kind() == io::ErrorKind::BrokenPipe { Fault::enough() } else { cannot_write(error) }
}

fn cannot_write(error: impl std::fmt::Display) -> Fault {
    Fault::failed(Text::fixed("无法写出导出文件。", "The export cannot be written.")).with(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_start_like_formulas_are_texts() {
        let of = |text: &str| csv_text(&Cell::Text(text.to_owned()));
        assert_eq!(of("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(of("-1+2"), "'-1+2");
        assert_eq!(of("＝1+2"), "'＝1+2");
        assert_eq!(of("信用卡"), "信用卡");
        assert_eq!(csv_text(&Cell::Amount("-5.00".to_owned())), "-5.00");
    }

    #[test]
    fn a_file_appears_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        for (format, name) in [(Format::Csv, "a.csv"), (Format::Xlsx, "a.xlsx")] {
            let path = folder.path().join(name);
            let mut sheet = Sheet::start(Some(&path), format, &["编号".to_owned()]).unwrap();
            sheet.row(&[Cell::Text("=1".to_owned()), Cell::Number(2), Cell::Empty]).unwrap_or_default();
            assert!(!path.exists(), "{name}");
            drop(sheet.finish());
            assert!(path.exists(), "{name}");
        }
    }
}
