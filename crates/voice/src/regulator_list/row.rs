//! Reads a list into rows: what each says, in the forms of the model, with a remark for whatever could not be understood.
//!
//! A row is refused for what it cannot be filed without: its number and what it is about. Anything else that is wrong or
//! unknown is remarked, and where it is about a person it is kept in the narrative, so that nothing is lost.

use std::{
    collections::HashMap,
    io::{Read, Seek},
    ops::ControlFlow,
};

use kernel::{Date, Money, Pii, Text, Timestamp};
use regulation::MatterKind;
use table::{Headers, Meter, Row, RowError, Sink, TableError, TableOptions, value::Moment};

use super::{
    ListOptions,
    cells::Cells,
    columns::{Column, Places},
    report::{RowNote, RowOutcome, RowReport, UnknownColumn},
};
use crate::{
    intake::{self, Person},
    model::parts::{PublicHotline, Reference, ReportItem},
};

/// Rows of one list at most: what a national bank is passed in a month, several times over.
pub const ROWS_MAX: usize = 5_000;

/// What a row says.
#[derive(Debug, Clone)]
pub(super) struct ListedRow {
    pub(super) line: u64,
    pub(super) number: Reference,
    pub(super) matter: Option<MatterKind>,
    pub(super) hotline: Option<PublicHotline>,
    pub(super) sent_on: Option<Date>,
    pub(super) received_at: Timestamp,
    pub(super) deadline: Option<Timestamp>,
    pub(super) wanted: Vec<ReportItem>,
    pub(super) person: Person,
    pub(super) unit: Option<String>,
    /// Given, or made from the narrative.
    pub(super) title: Pii<String>,
    pub(super) title_given: bool,
    pub(super) narrative: Pii<String>,
    pub(super) request: Option<Pii<String>>,
    pub(super) amount: Option<Money>,
    pub(super) occurred_on: Option<Date>,
    /// Everything the row says, cell by cell, for telling whether it says the same as before.
    pub(super) said: Pii<String>,
    pub(super) notes: Vec<RowNote>,
}

/// A list as it was read.
#[derive(Debug)]
pub struct List {
    pub(super) rows: Vec<ListedRow>,
    pub(super) settled: Vec<RowReport>,
    pub(super) unknown_columns: Vec<UnknownColumn>,
}

/// Why a whole list cannot be taken.
#[derive(Debug)]
pub enum ListError {
    /// The file is no table.
    Table(TableError),
    /// Columns are missing without which no row can be filed; their usual names.
    Lacks(Vec<&'static str>),
    /// There are more than [`ROWS_MAX`] rows.
    TooLong,
}

impl From<TableError> for ListError {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

impl ListError {
    /// The sentence for the person.
    pub fn text(&self) -> Text {
        match self {
            Self::Table(error) => error.text(),
            Self::Lacks(columns) => Text::of(
                format!("清单缺少必需的列：{}。", columns.join("、")),
                format!("The list lacks columns: {}.", columns.join(", ")),
            ),
            Self::TooLong => Text::of(
                format!("一份清单最多 {ROWS_MAX} 行，请分成几份。"),
                format!("A list has at most {ROWS_MAX} rows; split it."),
            ),
        }
    }
}

/// Reads a list. Rows that cannot be taken, and rows that repeat or contradict an earlier one, are settled already.
///
/// # Errors
/// When the whole is no list.
pub fn read<S: Read + Seek>(source: S, table: &TableOptions, options: &ListOptions) -> Result<List, ListError> {
    let mut reader = Reader {
        options,
        places: Places::default(),
        rows: Vec::new(),
        settled: Vec::new(),
        seen: HashMap::new(),
        count: 0,
    };
    table::read(source, table, &Meter::default(), &mut reader)?;
    Ok(List { rows: reader.rows, settled: reader.settled, unknown_columns: reader.places.into_unknown() })
}

struct Reader<'a> {
    options: &'a ListOptions,
    places: Places,
    rows: Vec<ListedRow>,
    settled: Vec<RowReport>,
    /// The line and the words of each number.
    seen: HashMap<Reference, (u64, Pii<String>)>,
    count: usize,
}

impl Sink<ListError> for Reader<'_> {
    fn start(&mut self, headers: &Headers) -> Result<(), ListError> {
        self.places = Places::of(headers);
        let mut lacks = Vec::new();
        if !self.places.has(Column::Number) {
            lacks.push("编号");
        }
        let about = [Column::Narrative, Column::Request, Column::Title];
        if !about.into_iter().any(|column| self.places.has(column)) {
            lacks.push("投诉内容");
        }
        if lacks.is_empty() { Ok(()) } else { Err(ListError::Lacks(lacks)) }
    }

    fn row(&mut self, _: &Headers, row: Row) -> Result<ControlFlow<()>, ListError> {
        self.counted()?;
        self.places.count_unknown(&row);
        match listed(&self.places, &row, self.options) {
            Ok(listed) => self.take(listed),
            Err(refused) => self.settled.push(*refused),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn bad(&mut self, error: RowError) -> Result<ControlFlow<()>, ListError> {
        self.counted()?;
        let notes = vec![RowNote::new(&error.column, error.reason)];
        self.settled.push(settled(error.line, None, RowOutcome::Refused, notes));
        Ok(ControlFlow::Continue(()))
    }
}

impl Reader<'_> {
    fn counted(&mut self) -> Result<(), ListError> {
        self.count += 1;
        if self.count > ROWS_MAX { Err(ListError::TooLong) } else { Ok(()) }
    }

    fn take(&mut self, row: ListedRow) {
        let Some((line, said)) = self.seen.get(&row.number) else {
            self.seen.insert(row.number.clone(), (row.line, row.said.clone()));
            self.rows.push(row);
            return;
        };
        let (outcome, text) = if said.expose() == row.said.expose() {
            let text = Text::of(format!("与第 {line} 行相同。"), format!("The same as line {line}."));
            (RowOutcome::Duplicate, text)
        } else {
            let text = Text::of(
                format!("编号与第 {line} 行相同而内容不同；已采用第 {line} 行，请核对后更正清单。"),
                format!(
                    "It has the number of line {line} and says something else; line {line} was taken. Check and correct the list."
                ),
            );
            (RowOutcome::Conflicting, text)
        };
        self.settled.push(settled(row.line, Some(&row.number), outcome, vec![RowNote::new("", text)]));
    }
}

fn settled(line: u64, number: Option<&Reference>, outcome: RowOutcome, notes: Vec<RowNote>) -> RowReport {
    let number = number.map(|number| number.as_str().to_owned());
    RowReport { line, number, outcome, order: None, fields: Vec::new(), notes }
}

/// One row in the forms of the model.
fn listed(places: &Places, row: &Row, options: &ListOptions) -> Result<ListedRow, Box<RowReport>> {
    let mut cells = Cells { places, row, notes: Vec::new(), kept: String::new() };
    let refuse = |cells: Cells<'_>, number: Option<&Reference>, column: Column, text: Text| {
        let mut notes = cells.notes;
        notes.push(RowNote::new(places.name(column), text));
        Box::new(settled(row.line, number, RowOutcome::Refused, notes))
    };
    let number = cells.text(Column::Number);
    let Some(number) = number.as_deref().and_then(Reference::parse) else {
        let text = Text::fixed(
            "没有转办编号，或编号含有不能识别的字符；编号为 1 至 64 个字母、数字、汉字或 - _ . / : # 及括号。",
            "The sender's number is missing or is not one of 1 to 64 letters, digits, or - _ . / : # and brackets.",
        );
        return Err(refuse(cells, None, Column::Number, text));
    };
    let received_at = cells.received(options);
    let person = cells.person(received_at.date());
    let amount = cells.amount();
    let request = cells.prose(Column::Request, intake::REMARK_CHARS_MAX);
    let given = cells.prose(Column::Title, intake::TITLE_CHARS_MAX);
    let (title, narrative) = match cells.about(given.as_deref(), request.as_deref()) {
        Ok(texts) => texts,
        Err(text) => return Err(refuse(cells, Some(&number), Column::Narrative, text)),
    };
    Ok(ListedRow {
        line: row.line,
        number,
        matter: cells.matter(),
        hotline: cells.hotline(options),
        sent_on: cells.moment(Column::SentOn).map(Moment::date),
        received_at,
        deadline: cells.deadline(received_at),
        wanted: cells.wanted(),
        person,
        unit: cells.text(Column::Unit),
        title: Pii::new(title),
        title_given: given.is_some(),
        narrative: Pii::new(narrative),
        request: request.map(Pii::new),
        amount,
        occurred_on: cells.moment(Column::OccurredOn).map(Moment::date),
        said: Pii::new(row.values().collect::<Vec<_>>().join("\u{1f}")),
        notes: cells.notes,
    })
}
