//! What holds for every file: nothing panics, and what a writer of CSV wrote is read again.

use std::{io::Cursor, ops::ControlFlow};

use proptest::prelude::*;

use super::*;

/// Keeps rows up to a bound.
#[derive(Default)]
struct Kept {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    bad: usize,
}

impl Sink<TableError> for Kept {
    fn start(&mut self, headers: &Headers) -> Result<(), TableError> {
        self.names = headers.names().to_vec();
        Ok(())
    }

    fn row(&mut self, _: &Headers, row: Row) -> Result<ControlFlow<()>, TableError> {
        self.rows.push(row.values().map(str::to_owned).collect());
        Ok(ControlFlow::Continue(()))
    }

    fn bad(&mut self, _: RowError) -> Result<ControlFlow<()>, TableError> {
        self.bad += 1;
        Ok(ControlFlow::Continue(()))
    }
}

fn read_bytes(bytes: &[u8], options: &TableOptions) -> Result<Kept, TableError> {
    let mut kept = Kept::default();
    read(Cursor::new(bytes), options, &Meter::default(), &mut kept).map(|()| kept)
}

/// A field without surrounding blanks, which readers take off, and without what rows are refused for.
fn field() -> impl Strategy<Value = String> {
    r#"[a-z0-9,;"'\n\t 投诉年费]{0,12}"#.prop_map(|text| text.trim().trim_start_matches("=\"").to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_was_written_is_read(rows in proptest::collection::vec(proptest::collection::vec(field(), 4), 0..20)) {
        let mut writer = ::csv::WriterBuilder::new().quote_style(::csv::QuoteStyle::Always).from_writer(Vec::new());
        // Chinese enough to tell GB18030 from UTF-8, which a file with one odd character is not.
        writer.write_record(["编号", "内容", "受理日期", "备注"]).unwrap();
        // A row of nothing but empty fields is a blank line to every reader.
        let rows: Vec<_> = rows.into_iter().filter(|row| row.iter().any(|field| !field.is_empty())).collect();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let gbk = encoding_rs::GB18030.encode(&text).0.into_owned();
        let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        let windows = text.replace('\n', "\r\n");
        for (bytes, rows) in [
            (text.as_bytes(), rows.clone()),
            (&marked, rows.clone()),
            (&gbk, rows.clone()),
            (windows.as_bytes(), rows.iter().map(|row| row.iter().map(|f| f.replace('\n', "\r\n")).collect()).collect()),
        ] {
            let kept = read_bytes(bytes, &TableOptions::default()).unwrap();
            prop_assert_eq!(kept.bad, 0);
            prop_assert_eq!(kept.rows, rows);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read_bytes(&bytes, &TableOptions::default());
        let _ = read_bytes(&[b"PK\x03\x04", bytes.as_slice()].concat(), &TableOptions::default());
        for encoding in [Encoding::Utf8, Encoding::Gb18030, Encoding::Utf16Le, Encoding::Utf16Be] {
            let _ = read_bytes(&bytes, &TableOptions { encoding: Some(encoding), ..TableOptions::default() });
        }
    }

    #[test]
    fn no_text_makes_a_csv_reader_panic(text in r#"[a,";\r\n\t投]{0,200}"#) {
        if let Ok(kept) = read_bytes(text.as_bytes(), &TableOptions::default()) {
            let columns = kept.names.len();
            prop_assert!(kept.rows.iter().all(|row| row.len() == columns));
        }
    }
}
