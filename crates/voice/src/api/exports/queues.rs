//! The shorter lists that can be taken out: queues, tasks, approvals, cases, hot issues, evidence, what became of a supervisor's
//! list. Each holds what its own page shows to the same caller, and nothing else; it is read some rows at a time.

use kernel::{Cursor, Date, OrgPath, Page, PageRequest, Problem, Text, Timestamp, id::RegulatorListId};
use ledger::Connection;
use regulation::Axis;
use table::write::Cell;

use super::{
    ExportListRequest,
    rows::{Reader, page_of},
};
use crate::{
    api::list,
    model::{export::ExportList, teaching_case::CaseStage, waits::WaitKind},
    regulator_list::RowReport,
    store::{
        abnormal::{self, Conspicuous},
        hot::{self, HotIssue},
        listings::{self, ListingRow},
        regulator_lists,
        tasks::{self, ApprovalRow, TaskRow},
        teaching_cases::{self, CaseRow},
        waits::{self, WaitRow, Whose},
    },
};

/// Rows that one look at a list without pages of its own gives.
const TOGETHER: i64 = 1_000;

/// One of them, and how far it has been read.
pub(super) enum Queue {
    Waiting { queue: WaitKind, scopes: Vec<OrgPath>, next: Option<PageRequest> },
    Tasks { scopes: Vec<OrgPath>, next: PageRequest },
    Approvals { scopes: Vec<OrgPath> },
    Cases { are_left: bool },
    HotIssues { scopes: Vec<OrgPath>, day: Option<Date> },
    Conspicuous { scopes: Vec<OrgPath>, is_open: bool, before: i64 },
    Listings { all: bool, before: Option<String> },
    RegulatorRows { list: RegulatorListId, next: Option<PageRequest> },
}

impl Queue {
    /// The list that is asked for, from its beginning.
    pub(super) fn of(
        conn: &mut Connection,
        list: &ExportListRequest,
        scopes: Vec<OrgPath>,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        Ok(match list {
            ExportListRequest::Orders { .. }
            | ExportListRequest::FigureOrders { .. }
            | ExportListRequest::Rectifications { .. } => {
                return Err(Problem::internal_error("this list has a reader of its own"));
            }
            ExportListRequest::Waiting { queue } => Self::Waiting { queue: *queue, scopes, next: Some(page_of(None)) },
            ExportListRequest::Tasks {} => Self::Tasks { scopes, next: page_of(None) },
            ExportListRequest::Approvals {} => Self::Approvals { scopes },
            ExportListRequest::Cases {} => Self::Cases { are_left: true },
            ExportListRequest::HotIssues { day } => {
                Self::HotIssues { day: hot::last_day(conn, day.unwrap_or_else(|| now.date()))?, scopes }
            }
            ExportListRequest::Conspicuous { all } => Self::Conspicuous { scopes, is_open: !all, before: i64::MAX },
            ExportListRequest::Listings { all } => Self::Listings { all: *all, before: Some("~".to_owned()) },
            ExportListRequest::RegulatorListRows { list } => {
                let found = regulator_lists::find(conn, *list)?;
                let found = found.filter(|record| scopes.iter().any(|scope| scope.contains(&record.unit)));
                found.ok_or_else(|| Problem::not_found("转办清单", "list"))?;
                Self::RegulatorRows { list: *list, next: Some(page_of(None)) }
            }
        })
    }

    /// What its sheet is called.
    pub(super) fn title(&self) -> Text {
        match self {
            Self::Waiting { queue, .. } => queue.title(),
            Self::Tasks { .. } => ExportList::Tasks.title(),
            Self::Approvals { .. } => ExportList::Approvals.title(),
            Self::Cases { .. } => ExportList::Cases.title(),
            Self::HotIssues { .. } => ExportList::HotIssues.title(),
            Self::Conspicuous { .. } => ExportList::Conspicuous.title(),
            Self::Listings { .. } => ExportList::Listings.title(),
            Self::RegulatorRows { .. } => ExportList::RegulatorListRows.title(),
        }
    }

    /// The headings of its rows.
    pub(super) const fn headings(&self) -> &'static [Text] {
        match self {
            Self::Waiting { .. } => &WAITING,
            Self::Tasks { .. } => &TASKS,
            Self::Approvals { .. } => &APPROVALS,
            Self::Cases { .. } => &CASES,
            Self::HotIssues { .. } => &HOT_ISSUES,
            Self::Conspicuous { .. } => &CONSPICUOUS,
            Self::Listings { .. } => &LISTINGS,
            Self::RegulatorRows { .. } => &REGULATOR_ROWS,
        }
    }

    /// The next rows; none at the end.
    pub(super) fn next(&mut self, conn: &mut Connection, reader: &Reader) -> Result<Vec<Vec<Cell>>, Problem> {
        match self {
            Self::Waiting { queue, scopes, next } => {
                let Some(asked) = next.take() else { return Ok(Vec::new()) };
                let page = waits::queue(conn, *queue, &Whose::Below(scopes.clone()), &asked)?;
                *next = after(&page);
                let places = Places::of(conn, page.items.iter().map(|row| &row.unit))?;
                Ok(page.items.into_iter().map(|row| waiting(row, *queue, reader, &places)).collect())
            }
            Self::Tasks { scopes, next } => next_tasks(conn, scopes, next),
            Self::Approvals { scopes } => {
                let mut rows = Vec::new();
                for place in std::mem::take(scopes) {
                    rows.extend(tasks::waiting_approvals(conn, &place)?);
                }
                let places = Places::of(conn, rows.iter().map(|row| &row.unit))?;
                Ok(rows.into_iter().map(|row| approval(row, reader, &places)).collect())
            }
            Self::Cases { are_left } => {
                if !std::mem::take(are_left) {
                    return Ok(Vec::new());
                }
                let rows = teaching_cases::all(conn, &[CaseStage::Published])?;
                let places = Places::of(conn, rows.iter().map(|row| &row.unit))?;
                Ok(rows.into_iter().map(|row| case(row, reader, &places)).collect())
            }
            Self::HotIssues { scopes, day } => {
                let Some(day) = day.take() else { return Ok(Vec::new()) };
                let rows = hot::within(conn, scopes, (day, day))?;
                let places = Places::of(conn, rows.iter().map(|row| &row.cell.place))?;
                Ok(rows.into_iter().map(|row| hot_issue(row, reader, &places)).collect())
            }
            Self::Conspicuous { scopes, is_open, before } => next_conspicuous(conn, reader, scopes, *is_open, before),
            Self::Listings { all, before } => {
                let Some(last) = before.take() else { return Ok(Vec::new()) };
                let rows = listings::page(conn, *all, Some(last), (reader.now, TOGETHER))?;
                *before = rows.last().map(|row| row.id.to_string());
                let places = Places::of(conn, rows.iter().map(|row| &row.unit))?;
                Ok(rows.into_iter().map(|row| listing(row, reader, &places)).collect())
            }
            Self::RegulatorRows { list, next } => {
                let Some(asked) = next.take() else { return Ok(Vec::new()) };
                let page = regulator_lists::rows(conn, *list, &asked)?;
                *next = after(&page);
                Ok(page.items.into_iter().map(|row| regulator_row(row, reader)).collect())
            }
        }
    }
}

/// The tasks of one place after the other.
fn next_tasks(
    conn: &mut Connection,
    scopes: &mut Vec<OrgPath>,
    next: &mut PageRequest,
) -> Result<Vec<Vec<Cell>>, Problem> {
    while let Some(place) = scopes.last() {
        let page = tasks::open_tasks(conn, place, None, next)?;
        *next = after(&page).unwrap_or_else(|| {
            scopes.pop();
            page_of(None)
        });
        if !page.items.is_empty() {
            let places = Places::of(conn, page.items.iter().map(|row| &row.unit))?;
            return Ok(page.items.into_iter().map(|row| task(row, &places)).collect());
        }
    }
    Ok(Vec::new())
}

/// The conspicuous orders of all places, newest first.
fn next_conspicuous(
    conn: &mut Connection,
    reader: &Reader,
    scopes: &[OrgPath],
    is_open: bool,
    before: &mut i64,
) -> Result<Vec<Vec<Cell>>, Problem> {
    let mut rows = Vec::new();
    for scope in scopes {
        rows.extend(abnormal::conspicuous(conn, scope, is_open, *before, TOGETHER)?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.seq));
    rows.truncate(usize::try_from(TOGETHER).unwrap_or(usize::MAX));
    *before = rows.last().map_or(i64::MIN, |row| row.seq);
    let places = Places::of(conn, rows.iter().map(|row| &row.unit))?;
    Ok(rows.into_iter().map(|row| conspicuous(row, reader, &places)).collect())
}

fn after<T>(page: &Page<T>) -> Option<PageRequest> {
    page.next.clone().map(|next| page_of(Some(Cursor::from_text(next))))
}

/// The names of places.
struct Places(std::collections::HashMap<String, String>);

impl Places {
    fn of<'a>(conn: &mut Connection, places: impl Iterator<Item = &'a OrgPath>) -> Result<Self, Problem> {
        list::unit_names(conn, places).map(Self)
    }

    /// A place by its name, and where it stands.
    fn cells(&self, place: &OrgPath) -> [Cell; 2] {
        [Cell::maybe(self.0.get(place.code()).cloned()), Cell::Text(place.as_str().to_owned())]
    }
}

static WAITING: [Text; 8] = [
    Text::fixed("待办", "Waits for"),
    Text::fixed("受理编号", "Receipt"),
    Text::fixed("标题", "Title"),
    Text::fixed("机构", "Unit"),
    Text::fixed("机构路径", "Place"),
    Text::fixed("人员标识", "Person"),
    Text::fixed("起始时间", "Since"),
    Text::fixed("期限", "Due"),
];

fn waiting(row: WaitRow, queue: WaitKind, reader: &Reader, places: &Places) -> Vec<Cell> {
    let [unit, place] = places.cells(&row.unit);
    let person = Cell::maybe(row.person.map(|person| person.to_string()));
    let (since, due) = (Cell::Instant(row.since), Cell::instant(row.due));
    vec![reader.say(queue.title()), Cell::Text(row.receipt), Cell::Text(row.title), unit, place, person, since, due]
}

static TASKS: [Text; 7] = [
    Text::fixed("标题", "Title"),
    Text::fixed("机构", "Unit"),
    Text::fixed("机构路径", "Place"),
    Text::fixed("人员标识", "Person"),
    Text::fixed("发起时间", "Asked"),
    Text::fixed("期限", "Due"),
    Text::fixed("工单标识", "Order"),
];

fn task(row: TaskRow, places: &Places) -> Vec<Cell> {
    let [unit, place] = places.cells(&row.unit);
    let person = Cell::maybe(row.person.map(|person| person.to_string()));
    let (opened, due) = (Cell::Instant(row.opened_at), Cell::instant(row.due));
    vec![Cell::Text(row.title), unit, place, person, opened, due, Cell::Text(row.order.to_string())]
}

static APPROVALS: [Text; 7] = [
    Text::fixed("标题", "Title"),
    Text::fixed("机构", "Unit"),
    Text::fixed("机构路径", "Place"),
    Text::fixed("延长后的规则", "Rule that would take over"),
    Text::fixed("申请人", "Asked by"),
    Text::fixed("申请时间", "Asked"),
    Text::fixed("工单标识", "Order"),
];

fn approval(row: ApprovalRow, reader: &Reader, places: &Places) -> Vec<Cell> {
    let [unit, place] = places.cells(&row.unit);
    let rule = row.rule.parse().map_or(Cell::Text(row.rule), |rule| reader.say(reader.law.title(&rule)));
    let by = Cell::Text(row.proposed_by.as_str().to_owned());
    vec![
        Cell::Text(row.title),
        unit,
        place,
        rule,
        by,
        Cell::Instant(row.proposed_at),
        Cell::Text(row.order.to_string()),
    ]
}

static CASES: [Text; 10] = [
    Text::fixed("标题", "Title"),
    Text::fixed("内容", "Text"),
    Text::fixed("标签", "Tags"),
    Text::fixed("业务类别", "Business"),
    Text::fixed("投诉原因", "Reason"),
    Text::fixed("根本原因", "Root cause"),
    Text::fixed("机构", "Unit"),
    Text::fixed("机构路径", "Place"),
    Text::fixed("版次", "Edition"),
    Text::fixed("发布时间", "Published"),
];

fn case(row: CaseRow, reader: &Reader, places: &Places) -> Vec<Cell> {
    let [unit, place] = places.cells(&row.unit);
    vec![
        Cell::Text(row.title),
        Cell::Text(row.body),
        Cell::Text(row.tags.join("、")),
        reader.class(Axis::Business, row.business),
        reader.class(Axis::Reason, row.reason),
        row.cause.map_or(Cell::Empty, |cause| reader.say(reader.law.cause_title(&cause))),
        unit,
        place,
        Cell::Number(row.edition.cast_signed()),
        Cell::instant(row.published_at),
    ]
}

static HOT_ISSUES: [Text; 12] = [
    Text::fixed("日期", "Day"),
    Text::fixed("机构", "Unit"),
    Text::fixed("机构路径", "Place"),
    Text::fixed("业务或产品", "Business or product"),
    Text::fixed("投诉原因", "Reason"),
    Text::fixed("近期件数", "Orders seen"),
    Text::fixed("近期天数", "Days seen"),
    Text::fixed("此前件数", "Orders before"),
    Text::fixed("此前天数", "Days before"),
    Text::fixed("偶然概率（十亿分之）", "Chance (parts per thousand million)"),
    Text::fixed("首件时间", "First order"),
    Text::fixed("成为热点的日期", "Hot since"),
];

fn hot_issue(row: HotIssue, reader: &Reader, places: &Places) -> Vec<Cell> {
    let [unit, place] = places.cells(&row.cell.place);
    vec![
        Cell::Day(row.day),
        unit,
        place,
        reader.class(Axis::Business, Some(row.cell.subject)),
        reader.class(Axis::Reason, Some(row.cell.reason)),
        Cell::Number(row.seen.cast_signed()),
        Cell::Number(row.days_seen.into()),
        Cell::Number(row.before.cast_signed()),
        Cell::Number(row.days_before.into()),
        Cell::Number(row.chance_ppb.cast_signed()),
        Cell::Instant(row.first_at),
        Cell::Day(row.hot_since),
    ]
}

static CONSPICUOUS: [Text; 7] = [
    Text::fixed("受理编号", "Receipt"),
    Text::fixed("标题", "Title"),
    Text::fixed("机构", "Unit"),
    Text::fixed("机构路径", "Place"),
    Text::fixed("得分", "Score"),
    Text::fixed("认定", "Decided"),
    Text::fixed("发现时间", "Found"),
];

fn conspicuous(row: Conspicuous, reader: &Reader, places: &Places) -> Vec<Cell> {
    let [unit, place] = places.cells(&row.unit);
    let verdict = row.verdict.map_or(Cell::Empty, |verdict| reader.say(verdict.title()));
    let score = Cell::Number(row.score.into());
    vec![Cell::Text(row.receipt), Cell::Text(row.title), unit, place, score, verdict, Cell::Instant(row.seen_at)]
}

static LISTINGS: [Text; 8] = [
    Text::fixed("号码（已掩码）", "Numbers, masked"),
    Text::fixed("状态", "State"),
    Text::fixed("机构", "Unit"),
    Text::fixed("机构路径", "Place"),
    Text::fixed("列入人", "Listed by"),
    Text::fixed("列入时间", "Listed"),
    Text::fixed("有效期至", "Until"),
    Text::fixed("工单标识", "Order"),
];

fn listing(row: ListingRow, reader: &Reader, places: &Places) -> Vec<Cell> {
    let [unit, place] = places.cells(&row.unit);
    vec![
        Cell::Text(row.masked.join("、")),
        reader.say(row.state.title()),
        unit,
        place,
        Cell::Text(row.listed_by.as_str().to_owned()),
        Cell::Instant(row.listed_at),
        Cell::Instant(row.until),
        Cell::Text(row.order.to_string()),
    ]
}

static REGULATOR_ROWS: [Text; 6] = [
    Text::fixed("行", "Line"),
    Text::fixed("转办编号", "Sender's number"),
    Text::fixed("处理结果", "Outcome"),
    Text::fixed("更正内容", "Corrected"),
    Text::fixed("说明", "Remarks"),
    Text::fixed("工单标识", "Order"),
];

fn regulator_row(row: RowReport, reader: &Reader) -> Vec<Cell> {
    let fields: Vec<String> = row.fields.iter().map(|field| reader.word(field.title())).collect();
    let notes: Vec<String> = row.notes.iter().map(|note| reader.word(note.text.clone())).collect();
    vec![
        Cell::Number(row.line.cast_signed()),
        Cell::maybe(row.number),
        reader.say(row.outcome.title()),
        Cell::Text(fields.join("、")),
        Cell::Text(notes.join(" ")),
        Cell::maybe(row.order.map(|order| order.to_string())),
    ]
}
