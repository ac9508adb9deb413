//! Whole files through [`read`]: encodings, shapes, bounds.

use std::{
    io::{Cursor, Write},
    ops::ControlFlow,
};

use super::*;

#[derive(Default)]
struct Kept {
    headers: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
    bad: Vec<RowError>,
    stop_after: Option<usize>,
}

impl Sink<TableError> for Kept {
    fn start(&mut self, headers: &Headers) -> Result<(), TableError> {
        self.headers = headers.names().to_vec();
        Ok(())
    }

    fn row(&mut self, headers: &Headers, row: Row) -> Result<ControlFlow<()>, TableError> {
        let values = (0..headers.names().len()).map(|at| row.get(at).to_owned()).collect();
        self.rows.push((row.line, values));
        let stop = self.stop_after.is_some_and(|rows| self.rows.len() >= rows);
        Ok(if stop { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    fn bad(&mut self, error: RowError) -> Result<ControlFlow<()>, TableError> {
        self.bad.push(error);
        Ok(ControlFlow::Continue(()))
    }
}

fn read_bytes(bytes: &[u8], options: &TableOptions) -> Result<Kept, TableError> {
    let mut kept = Kept::default();
    read(Cursor::new(bytes), options, &Meter::default(), &mut kept).map(|()| kept)
}

fn plain(bytes: &[u8]) -> Kept {
    read_bytes(bytes, &TableOptions::default()).unwrap()
}

fn fault(bytes: &[u8]) -> String {
    match read_bytes(bytes, &TableOptions::default()) {
        Ok(_) => "taken".to_owned(),
        Err(fault) => fault.text().en.into_owned(),
    }
}

fn row(line: u64, values: &[&str]) -> (u64, Vec<String>) {
    (line, values.iter().map(|v| (*v).to_owned()).collect())
}

#[test]
fn the_encodings_of_chinese_exports_are_found() {
    let text = "编号,内容\r\n1,银行卡被盗刷\r\n2,\"排队，太久\"\r\n";
    let expect = [row(2, &["1", "银行卡被盗刷"]), row(3, &["2", "排队，太久"])];
    let gbk = encoding_rs::GBK.encode(text).0.into_owned();
    let utf16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let marked = [b"\xef\xbb\xbf", text.as_bytes()].concat();
    for bytes in [text.as_bytes(), &gbk, &utf16, &marked] {
        let kept = plain(bytes);
        assert_eq!(kept.headers, ["编号", "内容"]);
        assert_eq!(kept.rows, expect);
        assert_eq!(kept.bad, []);
    }
}

#[test]
fn utf_16_without_a_mark_is_known_by_its_zero_bytes() {
    let prose = "一上一下，客户一再要求；上门一次。".repeat(40);
    for (text, rows) in [
        ("编号,内容\r\n1,银行卡被盗刷\r\n".to_owned(), vec![row(2, &["1", "银行卡被盗刷"])]),
        (format!("编号\t内容\n一\t{prose}\n"), vec![row(2, &["一", prose.as_str()])]),
        ("id,note\n7,plain\n".to_owned(), vec![row(2, &["7", "plain"])]),
    ] {
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [little, big] {
            let kept = plain(&bytes);
            assert_eq!((kept.rows, kept.bad), (rows.clone(), vec![]), "{text}");
        }
    }
}

#[test]
fn a_stray_zero_byte_makes_no_utf_16() {
    for text in ["编号,内容\n1,\0甲\n2,乙\n", "id,note\n\u{0}1,a\n2,b\n", "id,note\n1,a\0\0\0\n2,b\n"] {
        let gbk = encoding_rs::GBK.encode(text).0.into_owned();
        for bytes in [text.as_bytes(), gbk.as_slice()] {
            for prefix in ["", "x"] {
                let kept = plain(&[prefix.as_bytes(), bytes].concat());
                assert_eq!(
                    (kept.rows.len(), kept.bad.len()),
                    (1, 1),
                    "read as it is, without the row of the zero: {text:?}"
                );
            }
        }
    }
}

#[test]
fn a_file_longer_than_one_piece_is_read_whole() {
    let mut text = "编号,内容\n".to_owned();
    for number in 0..40_000 {
        text.push_str(&format!("{number},第{number}条，投诉\n"));
    }
    let gbk = encoding_rs::GBK.encode(&text).0.into_owned();
    for bytes in [text.as_bytes(), gbk.as_slice()] {
        let kept = plain(bytes);
        // The Chinese comma is no separator.
        assert_eq!(kept.rows.len(), 40_000);
        assert_eq!(kept.rows[39_999], row(40_001, &["39999", "第39999条，投诉"]));
    }
}

#[test]
fn wrong_bytes_cost_their_row() {
    let mut bytes = "编号,内容\n1,投诉内容很长很长\n2,".as_bytes().to_vec();
    bytes.extend_from_slice(b"\xff\xfe\n3,");
    bytes.extend_from_slice("这一行没有问题，是好的\n".as_bytes());
    let kept = plain(&bytes);
    assert_eq!(kept.rows.len(), 2);
    assert_eq!(kept.bad.len(), 1);
    assert_eq!((kept.bad[0].line, kept.bad[0].column.as_str()), (3, "内容"));
    let kept = plain("编号,内容\n1,最后一个字被截断".as_bytes().split_last().unwrap().1);
    assert_eq!(kept.bad.len(), 1);
}

#[test]
fn control_characters_of_old_exports_pass_and_nul_does_not() {
    let kept = plain("编号,公司\n1,Wells\u{92}s\n2,a\u{0}b\n".as_bytes());
    assert_eq!(kept.rows, [row(2, &["1", "Wells\u{92}s"])]);
    assert_eq!((kept.bad[0].line, kept.bad[0].column.as_str()), (3, "公司"));
}

#[test]
fn rows_of_another_width_are_refused_unless_told() {
    let text = b"a,b,c\n1,2\n1,2,3\n1,2,3,,\n1,2,3,4\n";
    let kept = plain(text);
    assert_eq!(kept.rows, [row(3, &["1", "2", "3"]), row(4, &["1", "2", "3"])]);
    assert_eq!(kept.bad.iter().map(|e| e.line).collect::<Vec<_>>(), [2, 5]);
    let fill = TableOptions { short_rows: ShortRows::Fill, ..TableOptions::default() };
    let kept = read_bytes(text, &fill).unwrap();
    assert_eq!(kept.rows[0], row(2, &["1", "2", ""]));
    assert_eq!(kept.bad.iter().map(|e| e.line).collect::<Vec<_>>(), [5]);
}

#[test]
fn a_title_above_the_header_is_passed_over() {
    let text = "某某银行投诉台账\n2026年\n编号,内容\n1,x\n".as_bytes();
    let options = TableOptions { header_line: Some(3), ..TableOptions::default() };
    let kept = read_bytes(text, &options).unwrap();
    assert_eq!(kept.headers, ["编号", "内容"]);
    assert_eq!(kept.rows, [row(4, &["1", "x"])]);
}

#[test]
fn what_is_no_table_is_said_clearly() {
    let check = |bytes: &[u8], part: &str| {
        let shown = fault(bytes);
        assert!(shown.contains(part), "{shown}");
    };
    check(b"", "no header");
    check(b"\n\n", "no header");
    check(vec!["c"; 100_000].join(",").as_bytes(), "100000 columns; at most 512");
    check(b"%PDF-1.7\x00\x01\x02", "not a table of text");
    check(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1], "old Excel");
    check(b"PK\x03\x04nonsense", "broken");
    check(b"a,\"b\n", "never closed");
}

#[test]
fn the_reader_stops_when_the_sink_has_enough() {
    let mut kept = Kept { stop_after: Some(2), ..Kept::default() };
    read(Cursor::new(b"a\n1\n2\n3\n"), &TableOptions::default(), &Meter::default(), &mut kept).unwrap();
    assert_eq!(kept.rows.len(), 2);
}

#[test]
fn headers_are_found_whatever_their_case() {
    let headers = |text: &str| {
        struct Take(Option<Headers>);
        impl Sink<TableError> for Take {
            fn start(&mut self, headers: &Headers) -> Result<(), TableError> {
                self.0 = Some(headers.clone());
                Ok(())
            }
            fn row(&mut self, _: &Headers, _: Row) -> Result<ControlFlow<()>, TableError> {
                Ok(ControlFlow::Break(()))
            }
            fn bad(&mut self, _: RowError) -> Result<ControlFlow<()>, TableError> {
                Ok(ControlFlow::Break(()))
            }
        }
        let mut take = Take(None);
        read(Cursor::new(text), &TableOptions::default(), &Meter::default(), &mut take).unwrap();
        take.0.unwrap()
    };
    let found = headers("\u{feff} Date Received ,State,备注,备注\n");
    assert_eq!(found.find("date received"), Ok(Some(0)));
    assert_eq!(found.find("STATE "), Ok(Some(1)));
    assert_eq!(found.find("zip"), Ok(None));
    assert_eq!(found.find("备注"), Err(TableError::Repeated { name: "备注".to_owned() }));
}

/// A workbook with a title row, numbers, dates, a formula with its saved value, and a second sheet.
fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for (column, name) in ["编号", "日期", "金额", "合计"].into_iter().enumerate() {
        sheet.write(0, column as u16, name).unwrap();
    }
    sheet.write(1, 0, "T-1").unwrap();
    sheet.write_number_with_format(1, 1, 45_943.0, &day).unwrap();
    sheet.write_number(1, 2, 88.5).unwrap();
    sheet.write_formula(1, 3, rust_xlsxwriter::Formula::new("=C2*2").set_result("177")).unwrap();
    sheet.write(3, 0, "T-2").unwrap();
    sheet.write_number(3, 2, 6_222_021_234_567_890_000.0).unwrap();
    let other = book.add_worksheet().set_name("第二张").unwrap();
    other.write(0, 0, "x").unwrap();
    other.write(1, 0, true).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn xlsx_gives_values_of_formulas_and_iso_dates() {
    let kept = plain(&workbook());
    assert_eq!(kept.headers, ["编号", "日期", "金额", "合计"]);
    assert_eq!(kept.rows, [row(2, &["T-1", "2025-10-13", "88.5", "177"])]);
    assert_eq!(kept.bad.len(), 1);
    assert_eq!(kept.bad[0].line, 4, "sixteen digits are more than Excel keeps");
    let second = TableOptions { sheet: Some("第二张".to_owned()), ..TableOptions::default() };
    assert_eq!(read_bytes(&workbook(), &second).unwrap().rows, [row(2, &["true"])]);
    let none = TableOptions { sheet: Some("第三张".to_owned()), ..TableOptions::default() };
    let shown = read_bytes(&workbook(), &none).err().unwrap().text().en.into_owned();
    assert!(shown.contains("Sheet1、第二张"), "{shown}");
}

/// The parts of a workbook, with those in `changes` replaced.
fn rezip(book: &[u8], changes: &[(&str, &[u8])]) -> Vec<u8> {
    let mut old = zip::ZipArchive::new(std::io::Cursor::new(book)).unwrap();
    let mut new = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for at in 0..old.len() {
        let mut part = old.by_index(at).unwrap();
        let name = part.name().to_owned();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        let bytes = changes.iter().find(|(changed, _)| *changed == name).map_or(bytes.as_slice(), |(_, bytes)| bytes);
        new.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        new.write_all(bytes).unwrap();
    }
    new.finish().unwrap().into_inner()
}

#[test]
fn a_formula_without_a_result_is_no_empty_cell() {
    let sheet = r#"<worksheet><sheetData>
        <row r="1"><c r="A1" t="str"><v>a</v></c><c r="B1" t="str"><v>b</v></c></row>
        <row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>"x"&amp;"y"</f><v></v></c></row>
        <row r="3"><c r="A3"><v>2</v></c><c r="B3"><f>A3+1</f></c></row>
        <row r="4"><c r="A4"><v>3</v></c><c r="B4" t="str"><f>IF(A4=3,"","z")</f><v></v></c></row>
        <row r="5"><c r="A5"><v>4</v></c><c r="B5" s="1"/></row>
        </sheetData></worksheet>"#;
    let kept = plain(&rezip(&workbook(), &[("xl/worksheets/sheet1.xml", sheet.as_bytes())]));
    assert_eq!(kept.bad.iter().map(|error| error.line).collect::<Vec<_>>(), [2, 3]);
    assert!(kept.bad[0].reason.en.contains("never saved"), "{}", kept.bad[0].reason.en);
    assert_eq!(kept.rows, [row(4, &["3", ""]), row(5, &["4", ""])]);
}

#[test]
fn a_hostile_workbook_is_refused_before_it_grows() {
    let claim = br#"<?xml version="1.0"?><sst count="1" uniqueCount="99999999999999"><si><t>x</t></si></sst>"#;
    assert!(fault(&rezip(&workbook(), &[("xl/sharedStrings.xml", claim)])).contains("shared strings"));
    let mut bomb = Cursor::new(rezip(&workbook(), &[("docProps/app.xml", &vec![b' '; 1024 * 1024])]));
    let too_much = TableError::Unpacked { what: "bytes", max: 1024 * 1024 };
    assert_eq!(xlsx::measure(&mut bomb, 1024 * 1024), Err(too_much));
    bomb.seek(SeekFrom::Start(0)).unwrap();
    assert_eq!(xlsx::measure(&mut bomb, 2 * 1024 * 1024), Ok(()));
    let far = br#"<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>"#;
    assert!(fault(&rezip(&workbook(), &[("xl/worksheets/sheet1.xml", far)])).contains("16384 columns"));
    assert!(
        fault(&rezip(&workbook(), &[("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row><c")]))
            .contains("broken")
    );
    // More letters and digits than a place in a sheet can have: the reader's sums overflow.
    let nowhere =
        br#"<worksheet><sheetData><row r="1"><c r="ZZZZZZZZ4294967295"><v>1</v></c></row></sheetData></worksheet>"#;
    assert!(fault(&rezip(&workbook(), &[("xl/worksheets/sheet1.xml", nowhere)])).contains("broken"));
    assert!(!is_reading());
}
