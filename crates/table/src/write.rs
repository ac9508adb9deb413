//! Writes tables that people take out: CSV and xlsx, row by row into any writer, at constant memory however long they grow.
//!
//! This module must never open a path, hold a whole table, or let a cell become a formula in somebody's spreadsheet.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use kernel::{Date, Timestamp};
use zip::{
    CompressionMethod, ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

/// Rows that a sheet of xlsx holds, by its format: 2²⁰, the headings among them.
pub const SHEET_ROWS_MAX: u64 = 1_048_576;
/// Characters that a cell of xlsx holds, by its format.
const CELL_CHARS_MAX: usize = 32_767;
/// Days from the day that spreadsheets call zero, 1899-12-30, to 1970-01-01.
const EPOCH_SERIAL: i64 = 25_569;
/// How far Shanghai is ahead of UTC; spreadsheets know no time zones.
const SHANGHAI_MICROS: i64 = 8 * 3_600_000_000;
const DAY_MICROS: i64 = 86_400_000_000;
/// Deflate's quickest level: half the time of its usual one for a tenth more bytes.
const LEVEL: i64 = 1;

/// In which form a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values in UTF-8 with a mark at the beginning, by which spreadsheets know it.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// The media type of a file in this form.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// Hundredths: fen of yuan, parts of ten thousand of percent.
    Hundredths(i64),
    /// An instant, shown as in Shanghai.
    Instant(Timestamp),
    /// A day.
    Day(Date),
}

impl Cell {
    /// A text, or nothing.
    pub fn maybe(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.into()))
    }

    /// An instant, or nothing.
    pub const fn instant(at: Option<Timestamp>) -> Self {
        match at {
            Some(at) => Self::Instant(at),
            None => Self::Empty,
        }
    }
}

/// A table, or several sheets of them, on its way out.
pub struct TableWriter<W: Write> {
    form: Form<W>,
    sheets: Vec<String>,
    rows: u64,
}

enum Form<W: Write> {
    Csv { sink: W, line: Vec<u8> },
    Xlsx { zip: Box<ZipWriter<StreamWriter<W>>>, line: String },
}

impl<W: Write> TableWriter<W> {
    /// A writer into `sink`, without a sheet yet.
    pub fn new(format: Format, sink: W) -> Self {
        let form = match format {
            Format::Csv => Form::Csv { sink, line: Vec::new() },
            Format::Xlsx => Form::Xlsx { zip: Box::new(ZipWriter::new_stream(sink)), line: String::new() },
        };
        Self { form, sheets: Vec::new(), rows: 0 }
    }

    /// Begins a sheet with its headings. CSV knows no sheets: a further one stands below an empty line.
    ///
    /// # Errors
    /// What the sink says.
    pub fn sheet(&mut self, name: &str, headings: &[&str]) -> io::Result<()> {
        let is_first = self.sheets.is_empty();
        if let Form::Xlsx { zip, .. } = &mut self.form {
            if !is_first {
                zip.write_all(SHEET_END.as_bytes())?;
            }
            zip.start_file(format!("xl/worksheets/sheet{}.xml", self.sheets.len() + 1), options())?;
            zip.write_all(SHEET_BEGIN.as_bytes())?;
        } else if is_first {
            self.raw("\u{feff}".as_bytes())?;
        } else {
            self.raw(b"\r\n")?;
        }
        self.sheets.push(sheet_name(name, &self.sheets));
        self.rows = 0;
        let cells: Vec<Cell> = headings.iter().map(|heading| Cell::Text((*heading).to_owned())).collect();
        self.line(&cells, true)
    }

    /// Writes a row.
    ///
    /// # Errors
    /// What the sink says; and when a sheet is full.
    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        self.line(cells, false)
    }

    /// Rows of the sheet so far, the headings among them.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends the table and gives the sink back.
    ///
    /// # Errors
    /// What the sink says.
    pub fn finish(mut self) -> io::Result<W> {
        if self.sheets.is_empty() {
            self.sheet("1", &[])?;
        }
        match self.form {
            Form::Csv { mut sink, .. } => {
                sink.flush()?;
                Ok(sink)
            }
            Form::Xlsx { mut zip, .. } => {
                zip.write_all(SHEET_END.as_bytes())?;
                for (name, content) in parts(&self.sheets) {
                    zip.start_file(name, options())?;
                    zip.write_all(content.as_bytes())?;
                }
                let mut sink = zip.finish()?.into_inner();
                sink.flush()?;
                Ok(sink)
            }
        }
    }

    fn raw(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.form {
            Form::Csv { sink, .. } => sink.write_all(bytes),
            Form::Xlsx { zip, .. } => zip.write_all(bytes),
        }
    }

    fn line(&mut self, cells: &[Cell], is_heading: bool) -> io::Result<()> {
        self.rows += 1;
        match &mut self.form {
            Form::Csv { sink, line } => {
                line.clear();
                for (at, cell) in cells.iter().enumerate() {
                    if at > 0 {
                        line.push(b',');
                    }
                    csv_cell(line, cell);
                }
                line.extend_from_slice(b"\r\n");
                sink.write_all(line)
            }
            Form::Xlsx { zip, line } => {
                if self.rows > SHEET_ROWS_MAX {
                    return Err(io::Error::other("the sheet is full"));
                }
                line.clear();
                line.push_str("<row>");
                for cell in cells {
                    xlsx_cell(line, cell, is_heading);
                }
                line.push_str("</row>");
                zip.write_all(line.as_bytes())
            }
        }
    }
}

fn options() -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).compression_level(Some(LEVEL))
}

/// Hundredths as people write them.
fn hundredths(value: i64) -> String {
    let sign = if value < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", value.unsigned_abs() / 100, value.unsigned_abs() % 100)
}

fn csv_cell(line: &mut Vec<u8>, cell: &Cell) {
    let mut plain = |text: String| line.extend_from_slice(text.as_bytes());
    match cell {
        Cell::Empty => {}
        Cell::Number(value) => plain(value.to_string()),
        Cell::Hundredths(value) => plain(hundredths(*value)),
        Cell::Instant(at) => plain(at.in_shanghai().strftime("%Y-%m-%d %H:%M:%S").to_string()),
        Cell::Day(day) => plain(day.to_string()),
        Cell::Text(text) => csv_text(line, text),
    }
}

/// With what a formula begins, as typed and in the full-width forms that spreadsheets of East Asia take for the same.
const FORMULA_SIGNS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// What some spreadsheets drop, or break the cell at, before they look for a formula.
const FORMULA_BREAKS: [char; 3] = ['\t', '\r', '\n'];

/// A text as a cell of CSV may hold it: what a spreadsheet would take for a formula gets an apostrophe before it. Blanks and
/// marks without width before the sign hide nothing.
pub fn guarded(text: &str) -> Cow<'_, str> {
    let unseen = |c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    if text.starts_with(FORMULA_BREAKS) || text.trim_start_matches(unseen).starts_with(FORMULA_SIGNS) {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

/// A text in quotation marks where it needs them, and never a formula.
fn csv_text(line: &mut Vec<u8>, text: &str) {
    let text = guarded(text);
    let needs_marks = text.contains([',', '"', '\n', '\r']);
    if needs_marks {
        line.push(b'"');
    }
    for byte in text.bytes() {
        if byte == b'"' {
            line.push(b'"');
        }
        line.push(byte);
    }
    if needs_marks {
        line.push(b'"');
    }
}

/// The styles of [`STYLES`], by their places.
const HEADING: u8 = 1;
const INSTANT: u8 = 2;
const DAY: u8 = 3;
const AMOUNT: u8 = 4;

fn xlsx_cell(line: &mut String, cell: &Cell, is_heading: bool) {
    let mut number = |style: u8, value: &str| {
        line.push_str("<c s=\"");
        line.push(char::from(b'0' + style));
        line.push_str("\"><v>");
        line.push_str(value);
        line.push_str("</v></c>");
    };
    match cell {
        Cell::Empty => line.push_str("<c/>"),
        Cell::Number(value) => number(0, &value.to_string()),
        Cell::Hundredths(value) => number(AMOUNT, &hundredths(*value)),
        Cell::Instant(at) => number(INSTANT, &serial(*at)),
        Cell::Day(day) => number(DAY, &day_serial(*day).to_string()),
        Cell::Text(text) => {
            line.push_str(if is_heading { "<c s=\"" } else { "<c" });
            if is_heading {
                line.push(char::from(b'0' + HEADING));
                line.push('"');
            }
            line.push_str(" t=\"inlineStr\"><is><t xml:space=\"preserve\">");
            escape(line, text);
            line.push_str("</t></is></c>");
        }
    }
}

fn day_serial(day: Date) -> i64 {
    (Timestamp::start_of(day).as_micros() + SHANGHAI_MICROS).div_euclid(DAY_MICROS) + EPOCH_SERIAL
}

/// An instant as the days since the zero of spreadsheets, to the microsecond.
fn serial(at: Timestamp) -> String {
    let micros = at.as_micros() + SHANGHAI_MICROS;
    let (days, rest) = (micros.div_euclid(DAY_MICROS), micros.rem_euclid(DAY_MICROS));
    // Eleven places tell microseconds apart.
    let fraction = i128::from(rest) * 100_000_000_000 / i128::from(DAY_MICROS);
    format!("{}.{fraction:011}", days + EPOCH_SERIAL)
}

/// A text as XML holds it, cut to what a cell holds; characters that XML cannot hold are left out.
fn escape(line: &mut String, text: &str) {
    for c in text.chars().take(CELL_CHARS_MAX) {
        match c {
            '&' => line.push_str("&amp;"),
            '<' => line.push_str("&lt;"),
            '>' => line.push_str("&gt;"),
            '"' => line.push_str("&quot;"),
            '\t' | '\n' | '\r' => line.push(c),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => line.push(c),
        }
    }
}

/// A name that spreadsheets take: at most 31 characters, none of `[]:*?/\`, and none twice.
fn sheet_name(name: &str, taken: &[String]) -> String {
    const CHARS_MAX: usize = 31;
    let plain = |c: &char| !c.is_control() && !matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'');
    let clean: String = name.chars().filter(plain).take(CHARS_MAX).collect();
    if !clean.is_empty() && !taken.contains(&clean) {
        return clean;
    }
    format!("{} {}", clean.chars().take(CHARS_MAX - 4).collect::<String>(), taken.len() + 1)
}

const SHEET_BEGIN: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews><sheetView workbookViewId=\"0\">\
<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>\
<sheetFormatPr defaultRowHeight=\"15\" defaultColWidth=\"18\"/><sheetData>";
const SHEET_END: &str = "</sheetData></worksheet>";

const STYLES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
<numFmts count=\"3\"><numFmt numFmtId=\"164\" formatCode=\"yyyy\\-mm\\-dd\\ hh:mm:ss\"/>\
<numFmt numFmtId=\"165\" formatCode=\"yyyy\\-mm\\-dd\"/><numFmt numFmtId=\"166\" formatCode=\"#,##0.00\"/></numFmts>\
<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
<borders count=\"1\"><border/></borders><cellStyleXfs count=\"1\"><xf/></cellStyleXfs><cellXfs count=\"5\"><xf/>\
<xf fontId=\"1\" applyFont=\"1\"/><xf numFmtId=\"164\" applyNumberFormat=\"1\"/><xf numFmtId=\"165\" applyNumberFormat=\"1\"/>\
<xf numFmtId=\"166\" applyNumberFormat=\"1\"/></cellXfs></styleSheet>";

/// The parts of a workbook beside its sheets.
fn parts(sheets: &[String]) -> Vec<(&'static str, String)> {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    const MAIN: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    const RELATIONS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let (mut types, mut listed, mut related) = (String::new(), String::new(), String::new());
    for (name, at) in sheets.iter().zip(1..) {
        let mut title = String::new();
        escape(&mut title, name);
        types.push_str(&format!(
            "<Override PartName=\"/xl/worksheets/sheet{at}.xml\" ContentType=\"{MAIN}.worksheet+xml\"/>"
        ));
        listed.push_str(&format!("<sheet name=\"{title}\" sheetId=\"{at}\" r:id=\"rId{at}\"/>"));
        related.push_str(&format!(
            "<Relationship Id=\"rId{at}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{at}.xml\"/>"
        ));
    }
    let styles = sheets.len() + 1;
    vec![
        ("xl/styles.xml", STYLES.to_owned()),
        (
            "xl/workbook.xml",
            format!(
                "{HEAD}<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
                 xmlns:r=\"{OFFICE}\"><sheets>{listed}</sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "{HEAD}<Relationships xmlns=\"{RELATIONS}\">{related}<Relationship Id=\"rId{styles}\" \
                 Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "{HEAD}<Relationships xmlns=\"{RELATIONS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "[Content_Types].xml",
            format!(
                "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
                 <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{MAIN}.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/styles.xml\" ContentType=\"{MAIN}.styles+xml\"/>{types}</Types>"
            ),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader, Xlsx};
    use proptest::prelude::*;

    use super::*;

    fn written(format: Format, rows: &[Vec<Cell>]) -> Vec<u8> {
        let mut table = TableWriter::new(format, Vec::new());
        table.sheet("投诉[一]", &["名称", "数"]).unwrap();
        for row in rows {
            table.row(row).unwrap();
        }
        table.finish().unwrap()
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn csv_is_read_by_spreadsheets_and_runs_nothing() {
        let at = Timestamp::from_micros(1_772_416_800_000_000);
        let rows = [
            vec![text("说\"好\", 了\n"), Cell::Number(-3)],
            vec![text("=1+1"), Cell::Hundredths(-1_205)],
            vec![Cell::Empty, Cell::Instant(at)],
            vec![text("+86"), Cell::Day(at.date())],
        ];
        let bytes = written(Format::Csv, &rows);
        let expected = "\u{feff}名称,数\r\n\"说\"\"好\"\", 了\n\",-3\r\n'=1+1,-12.05\r\n,2026-03-02 10:00:00\r\n'+86,2026-03-02\r\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn no_text_begins_a_formula_however_it_is_written() {
        for formula in
            ["=1+1", "+86", "-2", "@x", "＝1+1", "＋86", "－2", "＠x", " =1", "\u{3000}＝1", "\u{feff}=1", "\u{200b}@x"]
        {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        for broken in ["\tx", "\r=1", "\n=1"] {
            assert!(guarded(broken).starts_with('\''), "{broken:?}");
        }
        for plain in ["", "  ", "年费", "a=b", "2－3", "'=1", "（-3）"] {
            assert_eq!(guarded(plain), plain);
        }
    }

    #[test]
    fn a_workbook_is_read_back_as_it_was_written() {
        let at = Timestamp::from_micros(1_772_416_800_000_000);
        let mut table = TableWriter::new(Format::Xlsx, Vec::new());
        table.sheet("投诉[一]", &["名称", "数"]).unwrap();
        table.row(&[text("<李&\"小\">\u{1}明"), Cell::Number(7)]).unwrap();
        table.row(&[Cell::Empty, Cell::Hundredths(30_050)]).unwrap();
        table.row(&[Cell::Day(at.date()), Cell::Instant(at)]).unwrap();
        table.sheet("投诉一", &["第二页"]).unwrap();
        assert_eq!(table.rows(), 1);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(table.finish().unwrap())).unwrap();
        assert_eq!(book.sheet_names(), ["投诉一", "投诉一 2"]);
        let sheet = book.worksheet_range("投诉一").unwrap();
        let cell = |row: u32, column: u32| sheet.get_value((row, column)).unwrap().clone();
        assert_eq!(
            (cell(0, 0), cell(1, 0)),
            (Data::String("名称".to_owned()), Data::String("<李&\"小\">明".to_owned()))
        );
        assert_eq!((cell(1, 1), cell(2, 1)), (Data::Float(7.0), Data::Float(300.5)));
        let Data::DateTime(instant) = cell(3, 1) else { panic!("{:?}", cell(3, 1)) };
        assert!((instant.as_f64() - 46_083.416_666_666_66).abs() < 1e-9, "{}", instant.as_f64());
        let Data::DateTime(day) = cell(3, 0) else { panic!("{:?}", cell(3, 0)) };
        assert_eq!(day.as_f64().to_string(), "46083");
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read_back(texts in prop::collection::vec("\\PC{0,40}", 1..20)) {
            let rows: Vec<Vec<Cell>> = texts.iter().map(|it| vec![text(it), Cell::Number(1)]).collect();
            let mut book: Xlsx<_> = Xlsx::new(Cursor::new(written(Format::Xlsx, &rows))).unwrap();
            let sheet = book.worksheet_range("投诉一").unwrap();
            for (at, expected) in texts.iter().enumerate() {
                let read = sheet.get_value((at as u32 + 1, 0)).map(ToString::to_string).unwrap_or_default();
                let expected: String = expected.chars().filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}')).collect();
                prop_assert_eq!(read, expected);
            }
            let mut reader = csv::ReaderBuilder::new().has_headers(true).from_reader(Cursor::new(written(Format::Csv, &rows)));
            for (record, expected) in reader.records().zip(&texts) {
                let record = record.unwrap();
                prop_assert_eq!(record[0].trim_start_matches('\''), expected.trim_start_matches('\''));
            }
        }
    }
}
