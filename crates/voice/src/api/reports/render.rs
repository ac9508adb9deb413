//! How a report is set: a page to print, and a workbook with a sheet for each table. Both say the same.

use kernel::{Date, Text, text::Language};
use regulation::{Axis, MatterSource};
use table::write::{Cell, Format, TableWriter};

use crate::{
    letters::escape,
    model::{
        Law,
        refusal::shown,
        report::{Report, ReportTable},
    },
};

/// A report as it is set.
pub(super) struct Sheet {
    title: String,
    notes: Vec<String>,
    tables: Vec<Table>,
    is_chinese: bool,
}

struct Table {
    title: String,
    headings: Vec<String>,
    lines: Vec<(Vec<String>, u64, Option<u64>)>,
}

impl Sheet {
    /// An edition of a report about the unit called `unit`; `None` when there is no such edition.
    pub(super) fn of(
        report: &Report,
        number: Option<usize>,
        unit: &str,
        law: &Law,
        language: Language,
    ) -> Option<Self> {
        let edition = report.edition(number)?;
        let say = |text: Text| text.get(language).to_owned();
        let (from, to, received) = (report.from, report.to, edition.content.received);
        let at = shown(edition.as_of);
        let number = number.unwrap_or(report.editions.len());
        let mut notes = vec![
            say(Text::of(format!("机构：{unit}"), format!("Unit: {unit}"))),
            say(Text::of(
                format!("统计期：{from} 至 {to}（按收到之日）"),
                format!("Period: {from} to {to}, by the day of receipt"),
            )),
            say(Text::of(format!("统计时点：{at}"), format!("As of: {at}"))),
            say(Text::of(format!("投诉受理总量：{received} 件"), format!("Complaints received: {received}"))),
        ];
        if report.editions.len() > 1 {
            let count = report.editions.len();
            notes.push(say(Text::of(format!("第 {number} 版，共 {count} 版"), format!("Edition {number} of {count}"))));
        }
        let tables = report.kind.tables().iter().map(|table| {
            let lines = edition.content.tables.get(table.as_str()).map(Vec::as_slice).unwrap_or_default();
            let line = |line: &crate::model::report::ReportLine| {
                let titles = line_titles(*table, &line.keys, law, to, language);
                (titles, line.count, (line.count * 10_000).checked_div(received))
            };
            Table {
                title: say(table.title()),
                headings: headings(*table, language),
                lines: lines.iter().map(line).collect(),
            }
        });
        Some(Self {
            title: say(report.kind.title()),
            notes,
            tables: tables.collect(),
            is_chinese: language == Language::Zh,
        })
    }
}

fn headings(table: ReportTable, language: Language) -> Vec<String> {
    let axes = match table {
        ReportTable::BusinessReason => vec![ReportTable::Business.title(), ReportTable::Reason.title()],
        ReportTable::Summary => vec![Text::fixed("项目", "item")],
        ReportTable::Channel
        | ReportTable::Business
        | ReportTable::Reason
        | ReportTable::Region
        | ReportTable::Source => {
            vec![table.title()]
        }
    };
    let last = [Text::fixed("件数", "complaints"), Text::fixed("占比（%）", "share (%)")];
    axes.into_iter().chain(last).map(|text| text.get(language).to_owned()).collect()
}

/// The names of a line's keys, as the files had them on a day.
pub(super) fn line_titles(table: ReportTable, keys: &[String], law: &Law, on: Date, language: Language) -> Vec<String> {
    let axes: &[Option<Axis>] = match table {
        ReportTable::Channel => &[Some(Axis::Channel)],
        ReportTable::Business => &[Some(Axis::Business)],
        ReportTable::Reason => &[Some(Axis::Reason)],
        ReportTable::BusinessReason => &[Some(Axis::Business), Some(Axis::Reason)],
        ReportTable::Summary | ReportTable::Region | ReportTable::Source => &[None],
    };
    let title = |(key, axis): (&String, &Option<Axis>)| {
        let found = match axis {
            _ if key.is_empty() => Some(Text::fixed("未填写", "not given")),
            Some(axis) => law.rules.category(*axis, key, on).map(|class| class.row.title.clone()),
            None if table == ReportTable::Source => {
                MatterSource::ALL.into_iter().find(|source| source.as_str() == key).map(MatterSource::title)
            }
            None => summary_title(key),
        };
        found.map_or_else(|| key.clone(), |text| text.get(language).to_owned())
    };
    keys.iter().zip(axes).map(title).collect()
}

fn summary_title(key: &str) -> Option<Text> {
    Some(match key {
        "received" => Text::fixed("受理投诉", "received"),
        "merged" => Text::fixed("去重后投诉", "received, merged"),
        "ended" => Text::fixed("已办结", "ended"),
        "substantiated" => Text::fixed("属实或部分属实", "substantiated, in full or in part"),
        "transferred" => Text::fixed("外部转办", "passed on by others"),
        "reopened" => Text::fixed("重新办理", "opened again"),
        _ => return None,
    })
}

/// A part of ten thousand as percent.
fn percent(share: Option<u64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{}.{:02}", share / 100, share % 100))
}

const STYLE: &str = "@page{size:A4;margin:20mm}body{font:15px/1.6 'Noto Serif CJK SC','Songti SC',SimSun,serif;color:#000;\
    max-width:52em;margin:2em auto;padding:0 1em}h1{text-align:center;font-size:24px}h2{font-size:17px;margin:1.6em 0 .4em}\
    table{border-collapse:collapse;width:100%}th,td{border:1px solid #000;padding:.2em .6em;text-align:left}\
    td.n,th.n{text-align:right}tr{break-inside:avoid}ul{list-style:none;padding:0}@media print{body{margin:0;max-width:none}}";

/// A page to print.
pub(super) fn html(sheet: &Sheet) -> String {
    let lang = if sheet.is_chinese { "zh-CN" } else { "en" };
    let title = escape(&sheet.title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title}</title>\n\
         <style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n<ul>\n"
    );
    for note in &sheet.notes {
        page.push_str(&format!("<li>{}</li>\n", escape(note)));
    }
    page.push_str("</ul>\n");
    for table in &sheet.tables {
        page.push_str(&format!("<h2>{}</h2>\n<table>\n<thead><tr>", escape(&table.title)));
        let words = table.headings.len().saturating_sub(2);
        for (at, heading) in table.headings.iter().enumerate() {
            let class = if at < words { "" } else { " class=\"n\"" };
            page.push_str(&format!("<th scope=\"col\"{class}>{}</th>", escape(heading)));
        }
        page.push_str("</tr></thead>\n<tbody>\n");
        for (titles, count, share) in &table.lines {
            page.push_str("<tr>");
            for title in titles {
                page.push_str(&format!("<td>{}</td>", escape(title)));
            }
            page.push_str(&format!("<td class=\"n\">{count}</td><td class=\"n\">{}</td></tr>\n", percent(*share)));
        }
        page.push_str("</tbody>\n</table>\n");
    }
    page.push_str("</body>\n</html>\n");
    page
}

/// A workbook: what it is about, then a sheet for each table.
pub(super) fn workbook(sheet: &Sheet) -> std::io::Result<Vec<u8>> {
    let mut book = TableWriter::new(Format::Xlsx, Vec::new());
    book.sheet(if sheet.is_chinese { "说明" } else { "About" }, &[sheet.title.as_str()])?;
    for note in &sheet.notes {
        book.row(&[Cell::Text(note.clone())])?;
    }
    for table in &sheet.tables {
        let headings: Vec<&str> = table.headings.iter().map(String::as_str).collect();
        book.sheet(&table.title, &headings)?;
        for (titles, count, share) in &table.lines {
            let mut cells: Vec<Cell> = titles.iter().cloned().map(Cell::Text).collect();
            cells.push(Cell::Number(count.cast_signed()));
            cells.push(share.map_or(Cell::Empty, |share| Cell::Hundredths(share.cast_signed())));
            book.row(&cells)?;
        }
    }
    book.finish()
}
