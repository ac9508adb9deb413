//! Hot issues over HTTP: those of a day with how unlikely they are, the orders behind each, the words that rise, what is done
//! about it, and the week's digest to read and to print.

mod body;

use std::collections::HashSet;

use axum::response::Response;
use endpoint::{Call, Failure, Json, OpenApiRouter, PageBody, Path, ProblemBody, Query, Reply, Shared};
use kernel::{
    Cursor, Date, OrgPath, PageRequest, Problem, Text,
    id::{HotIssueId, UnitId},
    mask,
};
use ledger::Connection;
use people::store::units;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use self::body::{DigestBody, HotIssueBody, HotIssuesBody, Naming};
use super::{
    law, letters,
    list::{self, OrderRowBody},
    reading,
};
use crate::{
    figures::{Figure, Part, Period, Question, block::Word},
    hot::{Plan, back},
    intake::{REMARK_CHARS_MAX, prose},
    model::{
        hot::HotEvent,
        permission::{NOTE_HOT_ISSUE, SEE},
    },
    store::{
        columns::{self, Depth},
        hot::{self as store, HotIssue},
        list::{narrowed, wrong_cursor},
        rows,
    },
};

/// Which hot issues.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HotIssuesQuery {
    /// The last of the days looked at; the last that was when absent.
    #[param(value_type = Option<String>, format = Date)]
    pub day: Option<Date>,
    /// Only at or below this unit.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitId>,
}

/// List hot issues
///
/// Of the last day that was looked at, within the caller's scopes, the least likely first; with the words that rise in the
/// whole bank, and how both were found.
#[utoipa::path(
    get, path = "/api/voice/hot-issues", operation_id = "list_hot_issues", tag = "voice", params(HotIssuesQuery),
    responses(
        (status = 200, description = "The hot issues of a day", body = HotIssuesBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
    )
)]
pub async fn list_hot_issues(
    call: Call,
    Query(query): Query<HotIssuesQuery>,
) -> Result<axum::Json<HotIssuesBody>, Failure> {
    call.require(SEE)?;
    let (scopes, now, law) = (call.actor.scopes(SEE), reading::now(&call.shared), law(&call.shared));
    let language = call.language;
    let body = call
        .read(move |conn| {
            let scopes = within(conn, &scopes, query.unit)?;
            let asked = query.day.unwrap_or_else(|| now.date());
            let Some(day) = store::last_day(conn, asked)? else {
                return Ok(HotIssuesBody::nothing(Plan::of(&law, asked)));
            };
            let issues = store::within(conn, &scopes, (day, day))?;
            let looked = store::looked(conn, day)?.unwrap_or_default();
            let naming = Naming::of(conn, &issues, &law, day, language)?;
            Ok(HotIssuesBody::of(day, issues, looked, &naming, Plan::of(&law, day)))
        })
        .await?;
    Ok(axum::Json(body))
}

fn within(conn: &mut Connection, scopes: &[OrgPath], unit: Option<UnitId>) -> Result<Vec<OrgPath>, Problem> {
    let Some(id) = unit else { return Ok(scopes.to_vec()) };
    let unit = units::find(conn, id)?.ok_or_else(|| Problem::not_found("机构", "unit"))?;
    Ok(narrowed(scopes, Some(&unit.path)))
}

fn unknown() -> Problem {
    Problem::not_found("热点", "hot issue")
}

/// A hot issue that the caller may know of.
fn seen(conn: &mut Connection, id: HotIssueId, scopes: &[OrgPath]) -> Result<HotIssue, Problem> {
    let issue = store::find(conn, id)?.filter(|issue| scopes.iter().any(|scope| scope.contains(&issue.cell.place)));
    issue.ok_or_else(unknown)
}

/// Which of its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HotSide {
    /// The days that were looked at.
    Seen,
    /// The days before.
    Before,
}

/// Which of its orders to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct HotOrdersQuery {
    /// Those of the days looked at, or of the days before; the former when absent.
    #[param(inline)]
    pub side: Option<HotSide>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List the orders behind a hot issue
///
/// As they stand now, newest first.
#[utoipa::path(
    get, path = "/api/voice/hot-issues/{id}/orders", operation_id = "list_hot_issue_orders", tag = "voice",
    params(("id" = String, Path, description = "The hot issue"), HotOrdersQuery),
    responses(
        (status = 200, description = "A page of orders", body = PageBody<OrderRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 404, description = "There is no such hot issue, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn list_hot_issue_orders(
    call: Call,
    Path(id): Path<HotIssueId>,
    Query(query): Query<HotOrdersQuery>,
) -> Result<axum::Json<PageBody<OrderRowBody>>, Failure> {
    call.require(SEE)?;
    let (scopes, now) = (call.actor.scopes(SEE), reading::now(&call.shared));
    let page = call
        .read(move |conn| {
            let issue = seen(conn, id, &scopes)?;
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            let before: i64 = match &request.after {
                Some(cursor) => cursor.key().map_err(|_| wrong_cursor())?,
                None => i64::MAX,
            };
            let mut seqs = behind(conn, &issue, query.side.unwrap_or(HotSide::Seen), now)?;
            seqs.retain(|seq| *seq < before);
            seqs.sort_unstable_by_key(|seq| std::cmp::Reverse(*seq));
            seqs.truncate(usize::try_from(request.fetch()).unwrap_or(usize::MAX));
            let page = kernel::Page::from_rows(&request, rows::rows_at(conn, &seqs)?, |row| row.seq);
            Ok(kernel::Page { items: list::bodies(conn, page.items, now)?, next: page.next })
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// The orders that a hot issue counts, by their places in time.
fn behind(conn: &mut Connection, issue: &HotIssue, side: HotSide, now: kernel::Timestamp) -> Result<Vec<i64>, Problem> {
    let plan =
        Plan { day: issue.day, days_seen: issue.days_seen, days_before: issue.days_before, least: 1, false_max: 0.0 };
    let period: Period = if side == HotSide::Seen { plan.window() } else { plan.baseline() };
    let question = Question {
        scopes: vec![issue.cell.place.clone()],
        period,
        compare: false,
        only: vec![(Word::Matter, regulation::MatterKind::Complaint.as_str().to_owned())],
        clock: None,
        group: None,
        by: Vec::new(),
        below: issue.cell.place.clone(),
        now,
    };
    let mut seqs = Vec::new();
    columns::scan(conn, question.span(), Depth::Whole, |block, skip| {
        // The classes are compared word by word: a cell is one class and not what is below it.
        let is_cell = |row: &usize| {
            let subject = block.text(*row, Word::Product).or_else(|| block.text(*row, Word::Business));
            subject == Some(issue.cell.subject.as_str()) && block.text(*row, Word::Reason) == Some(&issue.cell.reason)
        };
        let of_cell: HashSet<i64> = (0..block.len()).filter(is_cell).filter_map(|row| block.seq(row)).collect();
        let counted = question.behind(block, skip, Figure::Received, Part::Denominator);
        seqs.extend(counted.into_iter().filter(|seq| of_cell.contains(seq)));
    })?;
    Ok(seqs)
}

/// What is done about a hot issue.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteHotIssueRequest {
    /// What.
    #[schema(max_length = 4000)]
    pub words: String,
}

/// Say what is done about a hot issue
#[utoipa::path(
    post, path = "/api/voice/hot-issues/{id}/note", operation_id = "note_hot_issue", tag = "voice",
    request_body = NoteHotIssueRequest, params(("id" = String, Path, description = "The hot issue")),
    responses(
        (status = 200, description = "The hot issue as it now is", body = HotIssueBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.hot_issue.note` there", body = ProblemBody),
        (status = 404, description = "There is no such hot issue, or the caller may not see it", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn note_hot_issue(
    call: Call,
    Path(id): Path<HotIssueId>,
    json: Json<NoteHotIssueRequest>,
) -> Result<Reply, Failure> {
    let text = prose(&json.value.words, REMARK_CHARS_MAX).map_err(|text| Problem::invalid("/words", text))?;
    let words = mask::redact(&text, &[]);
    let (actor, law, language) = (call.actor.clone(), law(&call.shared), call.language);
    call.write(json.print, move |unit| {
        let issue = seen(unit.connection(), id, &actor.scopes(SEE))?;
        if !actor.may(NOTE_HOT_ISSUE, &issue.cell.place) {
            return Err(endpoint::call::lacks(NOTE_HOT_ISSUE));
        }
        let version = unit.load::<HotEvent>(&id.to_string())?.version;
        unit.append(&id.to_string(), version, &actor.reference, &[HotEvent::Noted { words: words.clone() }])?;
        let now = unit.now();
        store::note(unit.connection(), id, (&actor.reference, now, &words))?;
        let issue = seen(unit.connection(), id, &actor.scopes(SEE))?;
        let day = issue.day;
        let naming = Naming::of(unit.connection(), std::slice::from_ref(&issue), &law, day, language)?;
        Reply::ok(&HotIssueBody::of(issue, &naming))
    })
    .await
}

/// Which week.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DigestQuery {
    /// A day of the week; last week when absent.
    #[param(value_type = Option<String>, format = Date)]
    pub day: Option<Date>,
    /// Only at or below this unit.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitId>,
}

async fn digested(call: &Call, query: DigestQuery) -> Result<DigestBody, Failure> {
    call.require(SEE)?;
    let (scopes, now, law) = (call.actor.scopes(SEE), reading::now(&call.shared), law(&call.shared));
    let language = call.language;
    call.read(move |conn| {
        let scopes = within(conn, &scopes, query.unit)?;
        let day = query.day.unwrap_or_else(|| back(now.date(), 7));
        if day > now.date() {
            let text = Text::fixed("这一周还没有到。", "This week has not come yet.");
            return Err(Problem::invalid("?day", text));
        }
        let from = back(day, u32::from(day.weekday().to_monday_zero_offset().unsigned_abs()));
        let to = from.saturating_add(jiff::Span::new().days(6));
        let issues = store::within(conn, &scopes, (from, to))?;
        let last = store::last_day(conn, to)?.filter(|last| *last >= from);
        let words = match last {
            Some(last) => store::looked(conn, last)?.map(|(_, words)| words).unwrap_or_default(),
            None => Vec::new(),
        };
        let naming = Naming::of(conn, &issues, &law, to, language)?;
        Ok(DigestBody::of((from, to), issues, words, &naming))
    })
    .await
}

/// Get the digest of a week
///
/// Every cell that was hot on some day of the week once, as it stood on its least likely day, and the words that rose.
#[utoipa::path(
    get, path = "/api/voice/hot-issues/digest", operation_id = "get_hot_digest", tag = "voice", params(DigestQuery),
    responses(
        (status = 200, description = "The digest", body = DigestBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
        (status = 422, description = "The day lies in the future", body = ProblemBody),
    )
)]
pub async fn get_hot_digest(call: Call, Query(query): Query<DigestQuery>) -> Result<axum::Json<DigestBody>, Failure> {
    Ok(axum::Json(digested(&call, query).await?))
}

/// Print the digest of a week
#[utoipa::path(
    get, path = "/api/voice/hot-issues/digest/print", operation_id = "print_hot_digest", tag = "voice", params(DigestQuery),
    responses(
        (status = 200, description = "The digest, ready to print", content_type = "text/html", body = String),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
        (status = 422, description = "The day lies in the future", body = ProblemBody),
    )
)]
pub async fn print_hot_digest(call: Call, Query(query): Query<DigestQuery>) -> Result<Response, Failure> {
    let language = call.language;
    Ok(letters::page(body::html(&digested(&call, query).await?, language)))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_hot_issues))
        .routes(routes!(get_hot_digest))
        .routes(routes!(print_hot_digest))
        .routes(routes!(list_hot_issue_orders))
        .routes(routes!(note_hot_issue))
}
