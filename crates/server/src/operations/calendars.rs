//! Working days: which years are known, what each day is, and taking in a year's paper. A file with one wrong line is not
//! taken at all, since a list with holes would silently make workdays of holidays.

use std::collections::BTreeMap;

use endpoint::{Call, Failure, Json, Path, ProblemBody, Reply};
use kernel::{
    Date, Problem, ProblemKind, Text, Timestamp,
    calendar::{Certainty, HolidayYear, WorkCalendar},
};
use ledger::Unit;
use people::api::body::TextBody;
use regulation::{HOLIDAY_FILE_BYTES_MAX, Regulations, RowError, holidays_to_toml};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use voice::store::recomputations::{self, Recomputation};

use super::{CALENDAR_CHANGE, REGULATION_SEE};
use crate::{
    calendars::{self, CalendarEvent, KNOWN_EVERYWHERE_MICROS},
    store::calendars::{self as rows, ImportedYear},
};

/// Faults that one answer lists: a person mends the first ones and tries again.
const FAULTS_LISTED_MAX: usize = 100;
/// Recomputations that are shown.
const RECOMPUTATIONS_SHOWN: i64 = 10;

/// A year whose holidays are known.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarYearBody {
    /// The year.
    pub year: i16,
    /// Dates that are off.
    pub days_off: usize,
    /// Weekend days worked to make up for them.
    pub makeup_days: usize,
    /// The papers it comes from.
    pub papers: Vec<String>,
    /// Who imported it from a page; absent when it comes from the regulation files.
    pub imported_by: Option<String>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub imported_at: Option<Timestamp>,
}

/// Running deadlines that were looked through because a calendar may have changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecomputationBody {
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub began_at: Timestamp,
    /// When it ended.
    #[schema(value_type = String, format = DateTime)]
    pub ended_at: Timestamp,
    /// Orders that were looked through.
    pub looked: i64,
    /// Orders of which a deadline moved.
    pub moved: i64,
}

impl From<Recomputation> for RecomputationBody {
    fn from(done: Recomputation) -> Self {
        let Recomputation { began_at, ended_at, looked, moved } = done;
        Self { began_at, ended_at, looked, moved }
    }
}

/// What is known of working days.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarsBody {
    /// The years, newest first.
    pub years: Vec<CalendarYearBody>,
    /// The last year whose holidays are known; deadlines that reach beyond it are provisional.
    pub last_known_year: Option<i16>,
    /// The last recomputations of running deadlines, newest first.
    pub recomputations: Vec<RecomputationBody>,
    /// Whether the caller may take in a year.
    pub may_import: bool,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarDayBody {
    /// The date.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Whether it counts as a working day.
    pub is_workday: bool,
    /// The holiday for which it is off or worked; absent on a plain day.
    pub holiday: Option<String>,
}

/// A year, day by day.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarDaysBody {
    /// The year.
    pub year: i16,
    /// Whether the year's paper is known; otherwise weekends alone are off and what rests on it is provisional.
    pub is_known: bool,
    /// Its days.
    pub days: Vec<CalendarDayBody>,
}

/// A year's file.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidayFile {
    /// The file's text: our own TOML, or the JSON of the public holiday-cn collection.
    pub text: String,
}

/// Something wrong with the file.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolidayFaultBody {
    /// The date or place; absent when the whole file is meant.
    pub row: Option<String>,
    /// What is wrong.
    pub reason: TextBody,
}

/// A day that would count otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedDayBody {
    /// The date.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
    /// Whether it would be a working day.
    pub is_workday: bool,
    /// The holiday.
    pub holiday: Option<String>,
}

/// What a file would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct HolidayPreviewBody {
    /// The year; absent when the file could not be read.
    pub year: Option<i16>,
    /// How many dates it names.
    pub days: usize,
    /// A paper for this year is known already.
    pub replaces: bool,
    /// The days that would count otherwise than today.
    pub changes: Vec<ChangedDayBody>,
    /// What is wrong; nothing is taken while there is anything.
    pub faults: Vec<HolidayFaultBody>,
}

/// Show the calendars
#[utoipa::path(
    get, path = "/api/operations/calendars", operation_id = "list_calendars", tag = "operations",
    responses(
        (status = 200, description = "The known years", body = CalendarsBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.regulation.see`", body = ProblemBody),
    )
)]
pub async fn list_calendars(call: Call) -> Result<axum::Json<CalendarsBody>, Failure> {
    call.require(REGULATION_SEE)?;
    let may_import = call.require_everywhere(CALENDAR_CHANGE).is_ok();
    let calendar = call.shared.law().calendar().clone();
    let (imported, done) = call
        .read(|connection| Ok((rows::all(connection)?, recomputations::newest(connection, RECOMPUTATIONS_SHOWN)?)))
        .await?;
    let mut years: Vec<_> = calendar.years().map(|year| year_body(year, &imported)).collect();
    years.sort_by_key(|year| std::cmp::Reverse(year.year));
    let recomputations = done.into_iter().map(RecomputationBody::from).collect();
    Ok(axum::Json(CalendarsBody { years, last_known_year: calendar.last_known_year(), recomputations, may_import }))
}

fn year_body(year: &HolidayYear, imported: &[ImportedYear]) -> CalendarYearBody {
    let by = imported.iter().find(|row| row.year == i64::from(year.year()));
    let days_off = year.days().values().filter(|day| day.off).count();
    CalendarYearBody {
        year: year.year(),
        days_off,
        makeup_days: year.days().len() - days_off,
        papers: year.papers().to_vec(),
        imported_by: by.map(|row| row.imported_by.as_str().to_owned()),
        imported_at: by.map(|row| row.imported_at),
    }
}

/// Show a year, day by day
#[utoipa::path(
    get, path = "/api/operations/calendars/{year}", operation_id = "get_calendar", tag = "operations",
    params(("year" = i16, Path, description = "The year, 1949 to 2200")),
    responses(
        (status = 200, description = "Its days", body = CalendarDaysBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.regulation.see`", body = ProblemBody),
        (status = 404, description = "There is no such year", body = ProblemBody),
    )
)]
pub async fn get_calendar(call: Call, Path(year): Path<i16>) -> Result<axum::Json<CalendarDaysBody>, Failure> {
    call.require(REGULATION_SEE)?;
    let calendar = call.shared.law().calendar().clone();
    let first = Date::new(year, 1, 1).ok().filter(|_| (1949..=2200).contains(&year));
    let first = first.ok_or_else(|| Problem::not_found("年份", "year"))?;
    let names = names(&calendar);
    let days = std::iter::successors(Some(first), |date| date.tomorrow().ok()).take_while(|date| date.year() == year);
    let days = days.map(|date| CalendarDayBody {
        date,
        is_workday: calendar.is_workday(date),
        holiday: names.get(&date).map(|name| (*name).to_owned()),
    });
    let is_known = calendar.day(first).certainty == Certainty::Known;
    Ok(axum::Json(CalendarDaysBody { year, is_known, days: days.collect() }))
}

/// The holidays by date; a paper may name days of the years beside its own.
fn names(calendar: &WorkCalendar) -> BTreeMap<Date, &str> {
    let days = calendar.years().flat_map(HolidayYear::days);
    days.map(|(date, day)| (*date, day.name.as_str())).collect()
}

/// See what a year's file would do
///
/// Reads the file whole and says what is wrong with it, date by date, and which days would count otherwise. Nothing changes.
#[utoipa::path(
    post, path = "/api/operations/calendars/preview", operation_id = "preview_calendar", tag = "operations",
    request_body = HolidayFile,
    responses(
        (status = 200, description = "What it would do", body = HolidayPreviewBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.calendar.change`", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
    )
)]
pub async fn preview_calendar(call: Call, json: Json<HolidayFile>) -> Result<axum::Json<HolidayPreviewBody>, Failure> {
    call.require_everywhere(CALENDAR_CHANGE)?;
    let law = call.shared.law();
    let body = match check(&law, &json.value.text)? {
        Err(faults) => HolidayPreviewBody { year: None, days: 0, replaces: false, changes: Vec::new(), faults },
        Ok((year, with)) => HolidayPreviewBody {
            year: Some(year.year()),
            days: year.days().len(),
            replaces: law.calendar().years().any(|known| known.year() == year.year()),
            changes: changes(law.calendar(), with.calendar(), &year),
            faults: Vec::new(),
        },
    };
    Ok(axum::Json(body))
}

/// Take in a year's file
///
/// All of it or, where anything is wrong, nothing. Deadlines that rest on the year are computed anew within minutes.
#[utoipa::path(
    post, path = "/api/operations/calendars", operation_id = "import_calendar", tag = "operations",
    request_body = HolidayFile,
    responses(
        (status = 201, description = "The year is known", body = HolidayPreviewBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.calendar.change`", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
        (status = 422, description = "Something is wrong with the file; every fault is listed", body = ProblemBody),
    )
)]
pub async fn import_calendar(call: Call, json: Json<HolidayFile>) -> Result<Reply, Failure> {
    call.require_everywhere(CALENDAR_CHANGE)?;
    let law = call.shared.law();
    let (year, with) = check(&law, &json.value.text)?.map_err(refused)?;
    let body = holidays_to_toml(&year);
    let replaces = law.calendar().years().any(|known| known.year() == year.year());
    let changes = changes(law.calendar(), with.calendar(), &year);
    let preview =
        HolidayPreviewBody { year: Some(year.year()), days: year.days().len(), replaces, changes, faults: Vec::new() };
    let (number, days) = (year.year(), year.days().len() as u64);
    let actor = call.actor.reference.clone();
    let reply = call
        .write(json.print, move |unit: &mut Unit<'_>| {
            let now = unit.now();
            let row = ImportedYear {
                year: i64::from(number),
                body: body.clone(),
                imported_by: actor.clone(),
                imported_at: now,
            };
            rows::put(unit.connection(), &row)?;
            let stream = format!("calendar_{number}");
            let version = unit.load::<CalendarEvent>(&stream)?.version;
            let event = CalendarEvent::Imported { year: number, days, body: body.clone() };
            unit.append(&stream, version, &actor, &[event])?;
            unit.enqueue(voice::jobs::calendar_changed(now.plus_micros(KNOWN_EVERYWHERE_MICROS)))?;
            Reply::created(format!("/api/operations/calendars/{number}"), &preview)
        })
        .await?;
    let shared = call.shared.clone();
    let refreshed = tokio::task::spawn_blocking(move || calendars::refresh(&shared)).await;
    refreshed.map_err(Problem::internal_error)??;
    Ok(reply)
}

type Checked = Result<(HolidayYear, Regulations), Vec<HolidayFaultBody>>;

/// The year, and the law with it; or what is wrong.
fn check(law: &Regulations, text: &str) -> Result<Checked, Problem> {
    if text.len() > HOLIDAY_FILE_BYTES_MAX {
        let text = Text::of(
            format!("文件最大 {HOLIDAY_FILE_BYTES_MAX} 字节。"),
            format!("A file has at most {HOLIDAY_FILE_BYTES_MAX} bytes."),
        );
        return Err(Problem::new(ProblemKind::TooLarge, text));
    }
    let year = match calendars::read(text) {
        Ok(year) => year,
        Err(errors) => return Ok(Err(errors.into_iter().take(FAULTS_LISTED_MAX).map(fault).collect())),
    };
    Ok(match law.with_holiday_year(year.clone()) {
        Ok(with) => Ok((year, with)),
        Err(error) => {
            let reason = TextBody::from(calendars::disagrees(&error));
            Err(vec![HolidayFaultBody { row: Some(error.date.to_string()), reason }])
        }
    })
}

fn fault(error: RowError) -> HolidayFaultBody {
    HolidayFaultBody { row: error.row, reason: error.reason.into() }
}

/// The problem that lists every fault.
fn refused(faults: Vec<HolidayFaultBody>) -> Problem {
    let text = Text::fixed("放假安排文件有误，没有改变任何内容。", "The file is wrong; nothing was changed.");
    faults.into_iter().fold(Problem::new(ProblemKind::Invalid, text), |problem, fault| {
        let place = fault.row.map(|row| format!("{row}: ")).unwrap_or_default();
        let TextBody { zh, en } = fault.reason;
        problem.field("/text", Text::of(format!("{place}{zh}"), format!("{place}{en}")))
    })
}

/// The days of the year and of its neighbours' edges that count otherwise under the new calendar.
fn changes(before: &WorkCalendar, after: &WorkCalendar, year: &HolidayYear) -> Vec<ChangedDayBody> {
    let old = before.years().filter(|known| known.year() == year.year()).flat_map(HolidayYear::days);
    let mut dates: Vec<Date> = old.chain(year.days()).map(|(date, _)| *date).collect();
    dates.sort_unstable();
    dates.dedup();
    let names = names(after);
    let changed = dates.into_iter().filter(|date| before.is_workday(*date) != after.is_workday(*date));
    let body = |date| ChangedDayBody {
        date,
        is_workday: after.is_workday(date),
        holiday: names.get(&date).map(|name| (*name).to_owned()),
    };
    changed.map(body).collect()
}
