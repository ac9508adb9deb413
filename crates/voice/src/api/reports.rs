//! Reports that go out of the bank: made, printed, downloaded, counted again as of their own date, and corrected with a trail.

mod body;
mod correct;
mod render;

use axum::response::Response;
use endpoint::{
    Call, Failure, Json, OpenApiRouter, PageBody, Path, ProblemBody, Query, Reply, Shared, paging::ListQuery,
};
use kernel::{
    Date, Problem, ProblemKind, Text, Timestamp,
    id::{ReportId, UnitId},
    text::Language,
};
use ledger::{Recorded, Stream, Unit};
use people::store::units;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use self::body::{ReportBody, ReportCheckBody, ReportRowBody};
use super::{
    exports::download,
    law, letters,
    orders::open_unit,
    reading::{self, blocking},
};
use crate::{
    figures::Period,
    model::{
        export::ExportFormat,
        permission::{MAKE_REPORT, SEE_REPORTS},
        report::{Edition, Report, ReportEvent, ReportKind},
    },
    report::{self, Wanted},
    store::reports,
};

/// The first year of which a report may be made.
const YEAR_MIN: i16 = 2000;

/// Which report to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeReportRequest {
    /// What kind.
    pub kind: ReportKind,
    /// The year.
    pub year: i16,
    /// The quarter, 1 to 4, of a quarterly table.
    #[serde(default)]
    pub quarter: Option<i8>,
    /// The place it is about, with all below it.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// As the orders stood at the end of this day; as they stand now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
}

/// Make a report
///
/// Complaints by the day of receipt, counted as they stood at a day. What was made stays; a mistake is corrected by a further
/// edition.
#[utoipa::path(
    post, path = "/api/voice/reports", operation_id = "make_report", tag = "voice", request_body = MakeReportRequest,
    responses(
        (status = 201, description = "It was made", body = ReportBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.report.make` there", body = ProblemBody),
        (status = 409, description = "There is one already", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn make_report(call: Call, json: Json<MakeReportRequest>) -> Result<Reply, Failure> {
    call.require(MAKE_REPORT)?;
    let request = json.value;
    let now = reading::now(&call.shared);
    let period = period(request.kind, request.year, request.quarter, now)?;
    let as_of = as_of(request.as_of, period, now)?;
    let scope = call.read(move |conn| open_unit(conn, request.unit, "/unit")).await?;
    if !call.actor.may(MAKE_REPORT, &scope) {
        return Err(endpoint::call::lacks(MAKE_REPORT).into());
    }
    let wanted = Wanted { kind: request.kind, scope: scope.clone(), period, as_of };
    let edition = Edition { as_of, content: counted(&call, wanted).await? };
    let id = ReportId::new(now, &*call.shared.ledger().ports().random);
    let (actor, law, language) = (call.actor.clone(), law(&call.shared), call.language);
    call.write(json.print, move |unit| {
        unit.lock("voice.reports")?;
        if reports::same(unit.connection(), request.kind, &scope, (period.from, period.to))?.is_some() {
            let text = Text::fixed(
                "这一期报表已编制；需要改动请更正，原版保留。",
                "There is a report of this period already; correct it, and the first edition stays.",
            );
            return Err(Problem::new(ProblemKind::Refused, text).because("report-exists"));
        }
        let made = ReportEvent::Made {
            report: id,
            form: request.kind,
            scope: scope.clone(),
            from: period.from,
            to: period.to,
            edition: Box::new(edition.clone()),
        };
        unit.append(&id.to_string(), 0, &actor.reference, &[made])?;
        let (report, events) = load(unit, id)?;
        let now = unit.now();
        reports::put(unit.connection(), &report, &actor.reference, now)?;
        let body = ReportBody::of(&report, &events, None, &law, language).ok_or_else(unknown)?;
        Reply::created(format!("/api/voice/reports/{id}"), &body)
    })
    .await
}

/// The days of a report.
fn period(kind: ReportKind, year: i16, quarter: Option<i8>, now: Timestamp) -> Result<Period, Problem> {
    let wrong = |pointer: &str, zh: &'static str, en: &'static str| Err(Problem::invalid(pointer, Text::fixed(zh, en)));
    if !(YEAR_MIN..=now.date().year()).contains(&year) {
        return wrong("/year", "年份不对。", "There is no report of such a year.");
    }
    let day = |year: i16, month: i8| Date::new(year, month, 1).map_err(Problem::internal_error);
    let (from, last) = match (kind, quarter) {
        (ReportKind::YearlyDisclosure, None) => (day(year, 1)?, day(year, 12)?),
        (ReportKind::QuarterlyTable, Some(quarter @ 1..=4)) => (day(year, quarter * 3 - 2)?, day(year, quarter * 3)?),
        (ReportKind::YearlyDisclosure, Some(_)) => {
            return wrong("/quarter", "年度报表没有季度。", "A yearly report has no quarter.");
        }
        (ReportKind::QuarterlyTable, _) => {
            return wrong("/quarter", "请填写第几季度（1 至 4）。", "Name the quarter, 1 to 4.");
        }
    };
    let period = Period { from, to: last.last_of_month() };
    if period.from > now.date() {
        return wrong("/year", "这一期还没有开始。", "This period has not begun.");
    }
    Ok(period)
}

/// The instant as of which to count.
fn as_of(day: Option<Date>, period: Period, now: Timestamp) -> Result<Timestamp, Problem> {
    let at = day.map_or(now, Timestamp::end_of).min(now);
    if day.is_some_and(|day| day < period.from || day > now.date()) {
        let text = Text::fixed(
            "统计日应在报表期开始之后、今天之前。",
            "The day lies after the beginning of the period and not after today.",
        );
        return Err(Problem::invalid("/as_of", text));
    }
    Ok(at)
}

async fn counted(call: &Call, wanted: Wanted) -> Result<crate::model::report::ReportContent, Failure> {
    let shared = call.shared.clone();
    blocking(move || report::count(shared.ledger(), &wanted)).await
}

/// The problem of a report that is not there, or that the caller may not know of.
fn unknown() -> Problem {
    Problem::not_found("报表", "report")
}

fn load(unit: &mut Unit<'_>, id: ReportId) -> Result<(Report, Vec<Recorded<ReportEvent>>), Problem> {
    let stream: Stream<ReportEvent> = unit.load(&id.to_string())?;
    let report = stream.events.iter().fold(None, |report, recorded| Report::evolve(report, &recorded.event));
    Ok((report.ok_or_else(unknown)?, stream.events))
}

/// The report with its history, if the caller may know of it.
async fn opened(call: &Call, id: ReportId) -> Result<(Report, Vec<Recorded<ReportEvent>>), Failure> {
    let (shared, actor) = (call.shared.clone(), call.actor.clone());
    blocking(move || {
        let raw = shared.ledger().history(&id.to_string())?;
        let events: Vec<Recorded<ReportEvent>> =
            raw.into_iter().map(ledger::RawEvent::decode).collect::<Result<_, ledger::StoreError>>()?;
        let report = events.iter().fold(None, |report, recorded| Report::evolve(report, &recorded.event));
        let report = report.ok_or_else(unknown)?;
        let report = kernel::authorise(&actor, SEE_REPORTS, SEE_REPORTS, report).map_err(|_| unknown())?;
        Ok((report.into_inner(), events))
    })
    .await
}

/// Which edition.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct EditionQuery {
    /// Its number, from 1; the last when absent.
    pub edition: Option<usize>,
}

/// List reports
#[utoipa::path(
    get, path = "/api/voice/reports", operation_id = "list_reports", tag = "voice", params(ListQuery),
    responses(
        (status = 200, description = "A page of reports, newest first", body = PageBody<ReportRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.report.see`", body = ProblemBody),
    )
)]
pub async fn list_reports(
    call: Call,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<ReportRowBody>>, Failure> {
    call.require(SEE_REPORTS)?;
    let scopes = call.actor.scopes(SEE_REPORTS);
    let page = call.read(move |conn| reports::page(conn, &scopes, &query.page())).await?;
    Ok(axum::Json(page.map(ReportRowBody::from).into()))
}

/// Get a report
///
/// With all editions and where each differs from the one before.
#[utoipa::path(
    get, path = "/api/voice/reports/{id}", operation_id = "get_report", tag = "voice",
    params(("id" = String, Path, description = "The report"), EditionQuery),
    responses(
        (status = 200, description = "The report", body = ReportBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such report or edition", body = ProblemBody),
    )
)]
pub async fn get_report(
    call: Call,
    Path(id): Path<ReportId>,
    Query(query): Query<EditionQuery>,
) -> Result<axum::Json<ReportBody>, Failure> {
    let (report, events) = opened(&call, id).await?;
    let body = ReportBody::of(&report, &events, query.edition, &law(&call.shared), call.language);
    Ok(axum::Json(body.ok_or_else(unknown)?))
}

/// How to set a report.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ReportPrintQuery {
    /// The edition, from 1; the last when absent.
    pub edition: Option<usize>,
    /// The language; Chinese when absent.
    pub language: Option<letters::LetterLanguage>,
}

/// Print a report
#[utoipa::path(
    get, path = "/api/voice/reports/{id}/print", operation_id = "print_report", tag = "voice",
    params(("id" = String, Path, description = "The report"), ReportPrintQuery),
    responses(
        (status = 200, description = "The report, ready to print", content_type = "text/html", body = String),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such report or edition", body = ProblemBody),
    )
)]
pub async fn print_report(
    call: Call,
    Path(id): Path<ReportId>,
    Query(query): Query<ReportPrintQuery>,
) -> Result<Response, Failure> {
    let (sheet, _) = sheet(&call, id, &query).await?;
    Ok(letters::page(render::html(&sheet)))
}

/// Download a report
///
/// A workbook with a sheet for each table.
#[utoipa::path(
    get, path = "/api/voice/reports/{id}/download", operation_id = "download_report", tag = "voice",
    params(("id" = String, Path, description = "The report"), ReportPrintQuery),
    responses(
        (status = 200, description = "The workbook", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such report or edition", body = ProblemBody),
    )
)]
pub async fn download_report(
    call: Call,
    Path(id): Path<ReportId>,
    Query(query): Query<ReportPrintQuery>,
) -> Result<Response, Failure> {
    let (sheet, name) = sheet(&call, id, &query).await?;
    let book = render::workbook(&sheet).map_err(Problem::internal_error)?;
    Ok(download(book.into(), &name, ExportFormat::Xlsx))
}

/// An edition as it is set, and the name of its file.
async fn sheet(call: &Call, id: ReportId, query: &ReportPrintQuery) -> Result<(render::Sheet, String), Failure> {
    let language: Language = query.language.unwrap_or_default().into();
    let (report, _) = opened(call, id).await?;
    let law = law(&call.shared);
    let place = report.scope.clone();
    let unit = call.read(move |conn| Ok(units::find_by_path(conn, &place)?)).await?;
    let unit = unit.map_or_else(|| report.scope.code().to_owned(), |unit| unit.name);
    let sheet = render::Sheet::of(&report, query.edition, &unit, &law, language).ok_or_else(unknown)?;
    let name = format!("{}-{}-{}.xlsx", report.kind.title().zh, report.from, report.to);
    Ok((sheet, name))
}

/// Count a report again
///
/// As of the date of the edition: whether the same orders still give the same numbers, and where not.
#[utoipa::path(
    get, path = "/api/voice/reports/{id}/check", operation_id = "check_report", tag = "voice",
    params(("id" = String, Path, description = "The report"), EditionQuery),
    responses(
        (status = 200, description = "Whether it is the same, and where not", body = ReportCheckBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such report or edition", body = ProblemBody),
    )
)]
pub async fn check_report(
    call: Call,
    Path(id): Path<ReportId>,
    Query(query): Query<EditionQuery>,
) -> Result<axum::Json<ReportCheckBody>, Failure> {
    let (report, _) = opened(&call, id).await?;
    let edition = report.edition(query.edition).ok_or_else(unknown)?.clone();
    let period = Period { from: report.from, to: report.to };
    let wanted = Wanted { kind: report.kind, scope: report.scope.clone(), period, as_of: edition.as_of };
    let again = counted(&call, wanted).await?;
    Ok(axum::Json(ReportCheckBody::of(&edition.content.differences(&again), edition.as_of)))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(make_report, list_reports))
        .routes(routes!(get_report))
        .routes(routes!(print_report))
        .routes(routes!(download_report))
        .routes(routes!(check_report))
        .routes(routes!(correct::correct_report))
}
