//! Mappings against small tables in the shapes that real lists have.

mod any;

use std::{io::Cursor, ops::ControlFlow};

use regulation::Regulations;
use seal::{Hasher, SuiteName};
use table::{Headers, Meter, Row, RowError, Sink};

use super::*;

type Outcome<T = ()> = Result<T, MappingError>;

/// What the person reads of a fault, with the parser's own words.
fn shown(error: &MappingError) -> String {
    match error {
        MappingError::Form(detail) => format!("{}\n  {detail}", error.text().en),
        MappingError::Wrong(text) => text.en.to_string(),
        MappingError::Table(error) => error.text().en.to_string(),
    }
}

struct Taker<'a> {
    mapping: &'a Mapping,
    binding: Option<Binding>,
    law: Regulations,
    matters: Vec<PastMatter>,
    skipped: u64,
    bad: Vec<RowError>,
}

impl Sink<MappingError> for Taker<'_> {
    fn start(&mut self, headers: &Headers) -> Outcome {
        self.binding = Some(self.mapping.bind(headers, &self.law)?);
        Ok(())
    }

    fn row(&mut self, _: &Headers, row: Row) -> Outcome<ControlFlow<()>> {
        match self.binding.as_ref().unwrap().take(&row, Hasher::new(SuiteName::Intl), &defaults()) {
            Ok(Taken::Matter(matter)) => self.matters.push(*matter),
            Ok(Taken::Skipped) => self.skipped += 1,
            Err(error) => self.bad.push(error),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn bad(&mut self, error: RowError) -> Outcome<ControlFlow<()>> {
        self.bad.push(error);
        Ok(ControlFlow::Continue(()))
    }
}

fn take<'a>(mapping: &'a Mapping, text: &str) -> Outcome<Taker<'a>> {
    let law = Regulations::builtin().unwrap();
    let mut taker = Taker { mapping, binding: None, law, matters: vec![], skipped: 0, bad: vec![] };
    let file = Cursor::new(text.as_bytes().to_vec());
    table::read(file, &mapping.table_options(None, None), &Meter::default(), &mut taker)?;
    Ok(taker)
}

fn defaults() -> Defaults {
    Defaults { unit: "HO".to_owned(), ordinary_days: Some(15) }
}

const LEDGER: &str = r#"
source = "branch-ledger"
[[skip]]
column = "状态"
values = ["处理中"]
[fields]
external = { column = "编号" }
received = { column = "受理日期" }
answered = { column = "答复时间", formats = ["%d.%m.%Y %H:%M"] }
business = { column = "业务", map = { "信用卡" = "cards.credit", "储蓄" = "savings" }, default = "other" }
outcome = { column = "结论", map = { "属实" = "substantiated", "不属实" = "not_substantiated" } }
name = { column = "姓名" }
amount = { column = "金额", unit = "wan_yuan" }
narrative = { columns = ["事由", "诉求"], join = "；" }
title = { column = "事由" }
[labels]
"原状态" = { column = "状态" }
"#;

const HEADER: &str = "编号,受理日期,答复时间,业务,结论,姓名,金额,事由,诉求,状态\n";

#[test]
fn what_no_row_could_pass_is_told_of_the_mapping() {
    let wrong = |rest: &str| shown(&Mapping::parse(&format!("source = \"x\"\n{rest}")).unwrap_err());
    let received = "[fields]\nreceived = { column = \"d\", formats = [\"yyyy-mm-dd\"] }";
    assert!(wrong(received).contains("yyyy-mm-dd"));
    assert!(wrong("[fields]\nreceived = { columns = [] }").contains("`columns` is empty"));
    let zeroth = "[file]\nheader_line = 0\n[fields]\nreceived = { column = \"d\" }";
    assert!(wrong(zeroth).contains("counts from 1"));
}

#[test]
fn a_row_becomes_a_matter() {
    let mapping = Mapping::parse(LEDGER).unwrap();
    let table = format!("{HEADER}A1,2026-01-05,20.01.2026 09:30,信用卡,属实,张三丰,1.5,重复扣款,退款,已办结\n");
    let taken = take(&mapping, &table).unwrap();
    assert_eq!(taken.bad, []);
    assert_eq!((taken.matters[0].line, taken.matters[0].numbered), (2, true));
    let matter = &taken.matters[0].row;
    assert_eq!((matter.external.as_str(), matter.unit.as_str()), ("A1", "HO"));
    assert_eq!(matter.received_at.to_string(), "2026-01-04T16:00:00Z");
    assert_eq!(matter.answered_at.unwrap().to_string(), "2026-01-20T01:30:00Z");
    assert_eq!(matter.closed_at, matter.answered_at.unwrap(), "without a closing date, the answer closed it");
    assert_eq!(matter.business.as_deref(), Some("cards.credit"));
    assert_eq!(matter.outcome.as_deref(), Some("substantiated"));
    assert_eq!(matter.amount.unwrap().minor(), 1_500_000);
    assert_eq!(matter.narrative.expose(), "重复扣款；退款");
    assert_eq!(matter.labels, [("原状态".to_owned(), "已办结".to_owned())]);
    assert!(!format!("{matter:?}").contains("张三丰"), "personal values do not show themselves");
}

#[test]
fn bad_rows_are_told_and_good_ones_kept() {
    let mapping = Mapping::parse(LEDGER).unwrap();
    let rows = [
        "A1,2026-01-05,,储蓄,,,,存款,,已办结",
        "A2,05/01/2026,,储蓄,,,,日期不对,,已办结",
        "A3,2026-01-05,,储蓄,大概属实,,,结论不在表里,,已办结",
        ",2026-01-05,,储蓄,,,,没有编号,,已办结",
        "A5,2026-01-05,,储蓄,,,五万,金额不对,,已办结",
        "A6,2026-01-05,,储蓄,,,,还没办完,,处理中",
        "A7,,,储蓄,,,,没有日期,,已办结",
        "A8,2026-01-05",
        "A9,2026-01-05,,从未见过的业务,,,0,默认类别,,已办结",
    ];
    let taken = take(&mapping, &format!("{HEADER}{}\n", rows.join("\n"))).unwrap();
    assert_eq!(taken.matters.iter().map(|m| m.row.external.clone()).collect::<Vec<_>>(), ["A1", "", "A9"]);
    let numbered: Vec<bool> = taken.matters.iter().map(|matter| matter.numbered).collect();
    assert_eq!(numbered, [true, false, true], "a row without a number is known by its content");
    assert_eq!(taken.matters[2].row.business.as_deref(), Some("other"));
    assert_eq!(taken.matters[2].row.amount, None);
    assert_eq!(taken.skipped, 1);
    let bad: Vec<(u64, &str)> = taken.bad.iter().map(|e| (e.line, e.column.as_str())).collect();
    assert_eq!(bad, [(3, "受理日期"), (4, "结论"), (6, "金额"), (8, "受理日期"), (9, "")]);
    assert!(taken.bad.iter().all(|e| !e.reason.zh.contains("五万") && !e.reason.zh.contains("大概")));
}

#[test]
fn rows_without_a_number_are_named_by_their_content() {
    let mapping =
        Mapping::parse("source = \"x\"\n[fields]\nreceived = { column = \"d\" }\ntitle = { column = \"t\" }\n")
            .unwrap();
    let taken = take(&mapping, "d,t\n2026-01-05,a\n2026-01-05,b\n2026-01-05,a\n").unwrap();
    let prints: Vec<&str> = taken.matters.iter().map(|m| m.print.as_str()).collect();
    assert!(taken.matters.iter().all(|m| !m.numbered));
    assert_eq!(prints[0], prints[2]);
    assert_ne!(prints[0], prints[1]);
    assert_eq!(prints[0].len(), 32);
}

#[test]
fn a_timely_flag_speaks_where_dates_are_missing() {
    let text = "source = \"x\"\n[fields]\nreceived = { column = \"d\" }\n[timely]\ncolumn = \"ok?\"\nyes = [\"Yes\"]\nno = [\"No\"]\ndays = 15\ninterim = { column = \"r\", values = [\"In progress\"] }\n";
    let mapping = Mapping::parse(text).unwrap();
    let taken = take(&mapping, "d,ok?,r\n2026-01-05,yes,Closed\n2026-01-05,No,x\n2026-01-05,,x\n2026-01-05,YES,in progress\n2026-01-05,maybe,x\n").unwrap();
    let flags: Vec<(Option<bool>, bool)> = taken.matters.iter().map(|m| (m.row.timely, m.interim)).collect();
    assert_eq!(flags, [(Some(true), false), (Some(false), false), (None, false), (Some(true), true)]);
    assert_eq!(taken.bad[0].column, "ok?");
}

#[test]
fn a_flag_about_other_days_says_only_what_follows() {
    let text = |days: u32| {
        format!(
            "source = \"x\"\n[fields]\nreceived = {{ column = \"d\" }}\n[timely]\ncolumn = \"ok\"\nyes = [\"y\"]\nno = [\"n\"]\ndays = {days}\n"
        )
    };
    for (days, expect) in [(10, [Some(true), None]), (15, [Some(true), Some(false)]), (30, [None, Some(false)])] {
        let mapping = Mapping::parse(&text(days)).unwrap();
        let taken = take(&mapping, "d,ok\n2026-01-05,y\n2026-01-05,n\n").unwrap();
        let flags: Vec<Option<bool>> = taken.matters.iter().map(|m| m.row.timely).collect();
        assert_eq!(flags, expect, "{days} days against 15");
    }
}

#[test]
fn what_the_room_finds_wrong_leads_to_its_column() {
    let mapping = Mapping::parse(LEDGER).unwrap();
    let taken = take(&mapping, HEADER).unwrap();
    let binding = taken.binding.unwrap();
    for (pointer, column) in [
        ("/received_at", "受理日期"),
        ("/answered_at", "答复时间"),
        ("/person/name", "姓名"),
        ("/narrative", "事由 + 诉求"),
        ("/labels/0", "原状态"),
        ("/unit", ""),
        ("", ""),
    ] {
        assert_eq!(binding.column_of(pointer), column, "{pointer}");
    }
}

#[test]
fn a_wrong_mapping_is_refused_with_its_key() {
    let check = |text: &str, part: &str| {
        let said = Mapping::parse(text).err().as_ref().map(shown).unwrap_or_default();
        assert!(said.contains(part), "{text:?} gave {said:?}");
    };
    let fields = "[fields]\nreceived = { column = \"d\" }\n";
    check(fields, "source");
    check(&format!("source = \"A b\"\n{fields}"), "`source`");
    check("source = \"x\"\n[fields]\n", "received");
    check(&format!("source = \"x\"\n{fields}recieved = {{ column = \"d\" }}\n"), "recieved");
    check(&format!("source = \"x\"\n{fields}title = {{}}\n"), "fields.title");
    check(&format!("source = \"x\"\n{fields}title = {{ column = \"a\", constant = \"b\" }}\n"), "exactly one");
    check(&format!("source = \"x\"\n{fields}title = {{ column = \"a\", formats = [\"%Y\"] }}\n"), "no date");
    check(&format!("source = \"x\"\n{fields}title = {{ column = \"a\", default = \"b\" }}\n"), "`default`");
    check(&format!("source = \"x\"\n[file]\nencoding = \"klingon\"\n{fields}"), "file.encoding");
}

#[test]
fn a_file_of_another_shape_is_refused_before_its_rows() {
    let mapping = Mapping::parse(LEDGER).unwrap();
    let said = shown(&take(&mapping, "编号,日期\n1,2\n").err().unwrap());
    assert!(said.contains("受理日期") && said.contains("状态") && said.contains("It has: 编号, 日期"), "{said}");
    let text = LEDGER.replace("cards.credit", "cards.gold");
    let mapping = Mapping::parse(&text).unwrap();
    assert!(shown(&take(&mapping, HEADER).err().unwrap()).contains("cards.gold"));
}
