//! Splits CSV text into records: quotes and line ends of all kinds, with bounds on fields, rows and columns.
//!
//! Written for this program because the bounds matter more than the dialect: a quote that is never closed must cost a row
//! error and not the machine's memory, and a header of 100,000 columns must be counted without being kept.

use std::{
    io::{Read, Seek},
    ops::ControlFlow,
};

use super::{
    COLUMNS_MAX, FIELD_BYTES_MAX, Meter, ROW_BYTES_MAX, Sink, TableError, TableOptions,
    decode::{self, Text},
    record::{Assembler, Record, Trouble},
};

/// The separators that exporters use, the usual one first.
const SEPARATORS: [u8; 3] = [b',', b'\t', b';'];

/// Reads a CSV file into `sink`.
pub(super) fn read<S: Read + Seek, F: From<TableError>>(
    mut file: S,
    options: &TableOptions,
    meter: &Meter,
    sink: &mut dyn Sink<F>,
) -> Result<(), F> {
    let encoding = match options.encoding {
        Some(encoding) => encoding,
        None => decode::detect(&mut file)?,
    };
    let mut text = Text::new(file, encoding, meter);
    let mut assembler = Assembler::new(options, options.short_rows, sink);
    let mut splitter: Option<Splitter> = None;
    while let Some(piece) = text.next()? {
        let splitter = splitter.get_or_insert_with(|| Splitter::new(separator(piece, options.header_line)));
        for byte in piece.bytes() {
            if let Some(record) = splitter.push(byte)
                && assembler.take(record)?.is_break()
            {
                return Ok(());
            }
        }
    }
    if let Some(record) = splitter.and_then(Splitter::finish)
        && assembler.take(record)? == ControlFlow::Break(())
    {
        return Ok(());
    }
    assembler.finish()
}

/// The separator that the header line has most of outside quotes.
fn separator(head: &str, header_line: Option<u64>) -> u8 {
    let before = usize::try_from(header_line.unwrap_or(1).saturating_sub(1)).unwrap_or(usize::MAX);
    let mut lines = head.lines().skip(before).filter(|line| !line.trim().is_empty());
    let line = lines.next().unwrap_or_default();
    let mut counts = [0u32; SEPARATORS.len()];
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        if let (false, Some(at)) = (quoted, SEPARATORS.iter().position(|separator| *separator == byte)) {
            counts[at] += 1;
        }
    }
    let best = counts.iter().copied().max().unwrap_or(0);
    counts.iter().position(|count| *count == best).map_or(b',', |at| SEPARATORS[at])
}

/// Where the splitter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first byte of a field.
    Start,
    /// In a field without quotes.
    Bare,
    /// In a field within quotes.
    Quoted,
    /// Behind a quote within quotes: the end, or the first of two.
    Quote,
}

/// Takes bytes of UTF-8 and gives records.
struct Splitter {
    separator: u8,
    state: State,
    /// The line the splitter stands on, counted from 1.
    line: u64,
    /// The byte before was a carriage return that ended a record.
    after_return: bool,
    /// The line on which the record starts.
    start: u64,
    field: Vec<u8>,
    fields: Vec<String>,
    count: u64,
    bytes: usize,
    trouble: Option<Trouble>,
}

impl Splitter {
    fn new(separator: u8) -> Self {
        Self {
            separator,
            state: State::Start,
            line: 1,
            after_return: false,
            start: 1,
            field: Vec::new(),
            fields: Vec::new(),
            count: 0,
            bytes: 0,
            trouble: None,
        }
    }

    /// Takes one byte; gives the record that it ends.
    fn push(&mut self, byte: u8) -> Option<Record> {
        let after_return = std::mem::take(&mut self.after_return);
        if byte == b'\n' && after_return {
            return None; // the second half of a line end that was taken already
        }
        let line_end = matches!(byte, b'\n' | b'\r');
        match (self.state, byte) {
            (State::Start, b'"') => self.state = State::Quoted,
            (State::Quoted, b'"') => self.state = State::Quote,
            (State::Quote, b'"') => {
                self.keep(b'"');
                self.state = State::Quoted;
            }
            (State::Quoted, byte) => {
                self.keep(byte);
                self.line += u64::from(byte == b'\n');
            }
            (State::Start | State::Bare | State::Quote, _) if line_end => {
                self.after_return = byte == b'\r';
                self.line += 1;
                return self.end_record();
            }
            (State::Start | State::Bare | State::Quote, byte) if byte == self.separator => self.end_field(),
            (State::Start | State::Bare, byte) => {
                self.keep(byte);
                self.state = State::Bare;
            }
            (State::Quote, byte) => {
                // Blanks behind a quote are common and harmless; text is a sign of a quote gone wrong.
                if !byte.is_ascii_whitespace() {
                    self.trouble.get_or_insert(Trouble::AfterQuote);
                    self.state = State::Bare;
                }
            }
        }
        None
    }

    /// The text has ended; gives the last record if it had no line end.
    fn finish(mut self) -> Option<Record> {
        if self.state == State::Quoted {
            // A more telling reason than the size that the field reached.
            self.trouble = Some(Trouble::OpenQuote);
        }
        let nothing = self.state == State::Start && self.count == 0;
        if nothing { None } else { self.end_record() }
    }

    fn keep(&mut self, byte: u8) {
        self.bytes += 1;
        if self.field.len() >= FIELD_BYTES_MAX {
            self.trouble.get_or_insert(Trouble::Field);
        } else if self.bytes > ROW_BYTES_MAX {
            self.trouble.get_or_insert(Trouble::Row);
        } else if self.count < COLUMNS_MAX as u64 {
            self.field.push(byte);
        }
    }

    fn end_field(&mut self) {
        self.bytes += 1;
        if self.count < COLUMNS_MAX as u64 {
            // A field cut at its bound may end within a character; its row is refused anyway.
            self.fields.push(String::from_utf8_lossy(&self.field).into_owned());
        }
        self.field.clear();
        self.count += 1;
        self.state = State::Start;
    }

    fn end_record(&mut self) -> Option<Record> {
        self.end_field();
        let record = Record {
            line: self.start,
            fields: std::mem::take(&mut self.fields),
            count: std::mem::take(&mut self.count),
            trouble: self.trouble.take(),
        };
        self.bytes = 0;
        self.start = self.line;
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Splits `text` fed whole; gives `line: fields` with troubles in angle brackets.
    fn split(text: &str) -> Vec<String> {
        let mut splitter = Splitter::new(separator(text, None));
        let mut records: Vec<Record> = text.bytes().filter_map(|byte| splitter.push(byte)).collect();
        records.extend(splitter.finish());
        let show = |r: &Record| match r.trouble {
            Some(trouble) => format!("{}: <{trouble:?}>", r.line),
            None => format!("{}: {}", r.line, r.fields.join("|")),
        };
        records.iter().map(show).collect()
    }

    #[test]
    fn line_ends_and_quotes_of_all_kinds() {
        let check = |text: &str, expect: &[&str]| assert_eq!(split(text), expect, "{text:?}");
        check("a,b\r\n1,2\r\n", &["1: a|b", "2: 1|2"]);
        check("a,b\n1,2", &["1: a|b", "2: 1|2"]);
        check("a,b\r1,2\r", &["1: a|b", "2: 1|2"]);
        check("a;b\n1,5;2\n", &["1: a|b", "2: 1,5|2"]);
        check("a\tb\n1\t2,3\n", &["1: a|b", "2: 1|2,3"]);
        check("a,b\n\"1,\n2\",\"x\"\"y\"\n3,4\n", &["1: a|b", "2: 1,\n2|x\"y", "4: 3|4"]);
        check("a,b\n1,in \"the\" middle\n", &["1: a|b", "2: 1|in \"the\" middle"]);
        check("a,b\n\"1\" ,2\n", &["1: a|b", "2: 1|2"]);
        check("a,b\n\"1\"x,2\n3,4\n", &["1: a|b", "2: <AfterQuote>", "3: 3|4"]);
        check("a,b\n1,\"open\n3,4\n", &["1: a|b", "2: <OpenQuote>"]);
        check("a,b\n\n1,\n", &["1: a|b", "2: ", "3: 1|"]);
        check("", &[]);
        check("\"\"", &["1: "]);
        check("投诉,日期\n盗刷,今天", &["1: 投诉|日期", "2: 盗刷|今天"]);
    }

    #[test]
    fn bounds_cost_a_row_and_nothing_else() {
        let long = format!("a,b\n{},1\n2,3\n", "x".repeat(FIELD_BYTES_MAX + 1));
        assert_eq!(split(&long), ["1: a|b", "2: <Field>", "3: 2|3"]);
        let field = "y".repeat(FIELD_BYTES_MAX);
        let wide = format!("a,b\n{}\n2,3\n", vec![field.as_str(); 17].join(","));
        assert_eq!(split(&wide), ["1: a|b", "2: <Row>", "3: 2|3"]);
        let many = vec!["c"; 100_000].join(",");
        let mut splitter = Splitter::new(b',');
        let mut records: Vec<Record> = many.bytes().filter_map(|byte| splitter.push(byte)).collect();
        records.extend(splitter.finish());
        assert_eq!((records[0].count, records[0].fields.len()), (100_000, COLUMNS_MAX));
    }

    #[test]
    fn the_separator_is_the_commonest_outside_quotes() {
        for (head, expect) in
            [("a,b;c,d", b','), ("\"a,b,c\";d", b';'), ("a\tb", b'\t'), ("a", b','), ("\n\na;b", b';')]
        {
            assert_eq!(separator(head, None), expect, "{head:?}");
        }
        assert_eq!(separator("title, with, commas\na;b;c\n", Some(2)), b';');
    }
}
