//! Reads one sheet of an xlsx file cell by cell. Formulas give the values that were saved with them; dates become ISO.
//!
//! The file is untrusted: what it would unpack to is measured before a single cell is looked at.

use std::{
    cell::Cell,
    io::{BufReader, Read, Seek, SeekFrom},
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};

use super::{
    COLUMNS_MAX, FIELD_BYTES_MAX, ROW_BYTES_MAX, ShortRows, Sink, TableError, TableOptions,
    record::{Assembler, Record, Trouble},
};

/// Bytes that all parts of an archive may unpack to: a sheet of a million rows has some 300 MiB.
const UNPACKED_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Parts of an archive at most: a workbook with pictures has some hundreds.
const PARTS_MAX: usize = 10_000;
/// Texts that a workbook may say it shares; the reader makes room for as many as the file claims.
const SHARED_TEXTS_MAX: u64 = 20_000_000;
/// Bytes at the start of the shared texts in which their number stands.
const SHARED_HEAD_BYTES: u64 = 4096;
/// Digits that Excel keeps of a number.
const DIGITS_MAX: f64 = 1e15;

/// Reads a sheet into `sink`.
pub(super) fn read<S: Read + Seek, F: From<TableError>>(
    mut file: S,
    options: &TableOptions,
    sink: &mut dyn Sink<F>,
) -> Result<(), F> {
    measure(&mut file, UNPACKED_BYTES_MAX)?;
    let mut book = guarded(|| Xlsx::new(BufReader::new(file)))?;
    let names = book.sheet_names();
    let name = match &options.sheet {
        Some(wanted) => names.iter().find(|name| name.trim() == wanted.trim()),
        None => names.first(),
    };
    let Some(name) = name.cloned() else { return Err(TableError::Sheet { names }.into()) };
    let mut cells = guarded(|| book.worksheet_cells_reader(&name))?;
    let mut assembler = Assembler::new(options, ShortRows::Fill, sink);
    let mut row = PartRow::new(0);
    while let Some(cell) = guarded(|| cells.next_cell_with_formula_metadata())? {
        let (at, column) = cell.pos;
        if at < row.at {
            return Err(TableError::Broken("the rows of the sheet are out of order".to_owned()).into());
        }
        if at > row.at {
            let done = std::mem::replace(&mut row, PartRow::new(at));
            if assembler.take(done.finish())? == ControlFlow::Break(()) {
                return Ok(());
            }
        }
        row.put(column as usize, &cell.value);
        // A formula that gave an empty text was saved with it; one without any value was never computed.
        if cell.formula.is_some() && matches!(cell.value, DataRef::Empty) {
            row.trouble.get_or_insert(Trouble::Uncomputed);
        }
    }
    match assembler.take(row.finish())? {
        ControlFlow::Break(()) => Ok(()),
        ControlFlow::Continue(()) => assembler.finish(),
    }
}

thread_local! {
    /// Whether the reader is at work on this thread.
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic on this thread, now, is the reader's about a broken file: it is caught and told as a fault of the file, so
/// that a log need not tell it as a fault of the program.
pub fn is_reading() -> bool {
    READING.get()
}

/// Runs a step of the reader; what it makes of a broken file, an error or a panic, is a broken file.
fn guarded<T>(step: impl FnOnce() -> Result<T, XlsxError>) -> Result<T, TableError> {
    READING.set(true);
    let made = catch_unwind(AssertUnwindSafe(step));
    READING.set(false);
    match made {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(TableError::Broken(error.to_string())),
        Err(_) => Err(TableError::Broken("the file confuses the reader".to_owned())),
    }
}

/// Unpacks every part into nothing and refuses an archive that grows beyond its bounds: sizes that a file claims may be lies.
pub(super) fn measure<S: Read + Seek>(file: &mut S, bytes_max: u64) -> Result<(), TableError> {
    let broken = |error: zip::result::ZipError| TableError::Broken(error.to_string());
    let io = |error: std::io::Error| TableError::Broken(error.to_string());
    {
        let mut archive = zip::ZipArchive::new(BufReader::new(&mut *file)).map_err(broken)?;
        if archive.len() > PARTS_MAX {
            return Err(TableError::Unpacked { what: "zip parts", max: PARTS_MAX as u64 });
        }
        let mut left = bytes_max;
        for at in 0..archive.len() {
            let mut part = archive.by_index(at).map_err(broken)?;
            if part.name().to_ascii_lowercase().ends_with("sharedstrings.xml") {
                let mut head = Vec::new();
                left -= Read::by_ref(&mut part).take(SHARED_HEAD_BYTES.min(left)).read_to_end(&mut head).map_err(io)?
                    as u64;
                if claimed_texts(&head) > SHARED_TEXTS_MAX {
                    return Err(TableError::Unpacked { what: "shared strings", max: SHARED_TEXTS_MAX });
                }
            }
            // One byte more than is left shows that there is too much.
            let copied = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(io)?;
            left = left.checked_sub(copied).ok_or(TableError::Unpacked { what: "bytes", max: bytes_max })?;
        }
    }
    file.seek(SeekFrom::Start(0)).map_err(io)?;
    Ok(())
}

/// The largest number that stands behind `uniqueCount=`; 0 where there is none.
fn claimed_texts(head: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(head);
    let claims = text.split("uniqueCount").skip(1).map(|rest| {
        let digits = rest.trim_start_matches([' ', '=', '"', '\'', '\t', '\n', '\r']);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        match &digits[..end] {
            "" => 0,
            digits => digits.parse().unwrap_or(u64::MAX),
        }
    });
    claims.max().unwrap_or(0)
}

/// A row that is being put together.
struct PartRow {
    at: u32,
    fields: Vec<String>,
    count: u64,
    bytes: usize,
    trouble: Option<Trouble>,
}

impl PartRow {
    fn new(at: u32) -> Self {
        Self { at, fields: Vec::new(), count: 0, bytes: 0, trouble: None }
    }

    fn put(&mut self, column: usize, value: &DataRef<'_>) {
        let text = match cell_text(value) {
            Ok(text) => text,
            Err(trouble) => {
                self.trouble.get_or_insert(trouble);
                String::new()
            }
        };
        if text.is_empty() {
            return; // empty cells far to the right carry only a format
        }
        self.count = self.count.max(column as u64 + 1);
        self.bytes = self.bytes.saturating_add(text.len());
        if text.len() > FIELD_BYTES_MAX {
            self.trouble.get_or_insert(Trouble::Field);
        } else if self.bytes > ROW_BYTES_MAX {
            self.trouble.get_or_insert(Trouble::Row);
        } else if column < COLUMNS_MAX {
            if self.fields.len() <= column {
                self.fields.resize(column + 1, String::new());
            }
            self.fields[column] = text;
        }
    }

    fn finish(self) -> Record {
        Record { line: u64::from(self.at) + 1, fields: self.fields, count: self.count, trouble: self.trouble }
    }
}

/// The text of a cell as CSV would have it.
fn cell_text(value: &DataRef<'_>) -> Result<String, Trouble> {
    match value {
        DataRef::Empty => Ok(String::new()),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Ok(text.clone()),
        DataRef::SharedString(text) => Ok((*text).to_owned()),
        DataRef::Bool(value) => Ok(value.to_string()),
        DataRef::Int(value) => Ok(value.to_string()),
        DataRef::Float(value) => number_text(*value),
        DataRef::DateTime(value) => date_text(value),
        DataRef::Error(_) => Err(Trouble::CellError),
    }
}

/// A number without the `.0` of a whole one. A whole number of more than 15 digits was rounded by Excel: an account or
/// identity number that would be wrong in its last places.
fn number_text(value: f64) -> Result<String, Trouble> {
    if value.fract() == 0.0 && value.abs() >= DIGITS_MAX { Err(Trouble::Digits) } else { Ok(value.to_string()) }
}

/// A date as `2026-11-22`, or with its time of day as `2026-11-22 08:30:00`.
fn date_text(value: &ExcelDateTime) -> Result<String, Trouble> {
    if value.is_duration() {
        return number_text(value.as_f64());
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let date = jiff::civil::Date::new(
        i16::try_from(year).map_err(|_| Trouble::CellDate)?,
        i8::try_from(month).map_err(|_| Trouble::CellDate)?,
        i8::try_from(day).map_err(|_| Trouble::CellDate)?,
    );
    let date = date.map_err(|_| Trouble::CellDate)?;
    let midnight = (hour, minute, second) == (0, 0, 0);
    Ok(if midnight { date.to_string() } else { format!("{date} {hour:02}:{minute:02}:{second:02}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_read_as_csv_would_have_them() {
        let date = |serial| date_text(&ExcelDateTime::new(serial, calamine::ExcelDateTimeType::DateTime, false));
        assert_eq!(date(45943.0).as_deref(), Ok("2025-10-13"));
        assert_eq!(date(45943.5).as_deref(), Ok("2025-10-13 12:00:00"));
        assert_eq!(date(60.0), Err(Trouble::CellDate), "Excel's 29 February 1900");
        assert_eq!(number_text(13_812_345_678.0).as_deref(), Ok("13812345678"));
        assert_eq!(number_text(0.5).as_deref(), Ok("0.5"));
        assert_eq!(number_text(6_222_021_234_567_890_000.0), Err(Trouble::Digits));
    }

    #[test]
    fn a_claim_of_many_shared_texts_is_read() {
        assert_eq!(claimed_texts(br#"<sst count="9" uniqueCount="7">"#), 7);
        assert_eq!(claimed_texts(br#"<sst uniqueCount = '18446744073709551616'"#), u64::MAX);
        assert_eq!(claimed_texts(b"<sst>"), 0);
    }
}
