//! Tables that people take out of the room, streamed as CSV or xlsx: decisions with their labels to learn from, and lists. Personal
//! texts are hidden unless the caller may and must see them, and nothing leaves without an event that says who took what.

use std::io;

use axum::{body::Body, response::Response};
use endpoint::{
    Call, Failure, Json, OpenApiRouter, Path, ProblemBody, Shared,
    abuse::RateLimit,
    download::{self, Pieces},
    typed::prose,
};
use kernel::{ActorRef, OrgPath, Problem, Text, Timestamp, id::ExportId, mask};
use ledger::{Cause, Ledger};
use serde::Deserialize;
use table::write::{Cell, TableWriter};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::decisions::{screen, settled};
use crate::{
    list_export::ListTakeout,
    model::{
        export::{GuardExportEvent, GuardExportFormat, Started, Table},
        permission::{EXPORT, REVEAL_EXPORT, SEE_DECISIONS, SEE_LISTS},
    },
    screen::takeout::{Takeout, Wanted},
};

/// Exports that one person may begin within a minute: each of them holds a thread until the caller has read it.
const BY_PERSON: RateLimit = RateLimit { name: "guard.export", times_max: 10, window_seconds: 60 };
/// Rows of an export at most; a sheet of xlsx holds 1,048,576.
pub const ROWS_MAX: u64 = 1_000_000;
/// Characters of a reason.
const REASON_CHARS_MAX: usize = 500;
/// The type of events whose decisions are taken out when none is named.
const TRANSFER: &str = "transfer";

/// Which decisions to take out, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportDecisionsRequest {
    /// In which form.
    pub format: GuardExportFormat,
    /// Decided on or after.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Decided before.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// On events of this type; transfers when absent.
    #[serde(default)]
    pub event_type: Option<String>,
    /// What became known from then on is not taken for known; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub labels_until: Option<Timestamp>,
    /// Personal texts in clear, and why; keyed hashes when absent, which are the same for the same value.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub in_clear: Option<String>,
}

/// Take decisions with their labels out
///
/// Streamed; at most 1,000,000 rows within the caller's scopes, oldest first, with what became known of each: a history that
/// `xiaobao guard train` reads. More rows are taken out as several periods; a table that was cut says so in its last line.
#[utoipa::path(
    post, path = "/api/guard/decisions:export", operation_id = "export_decisions", tag = "guard",
    request_body = ExportDecisionsRequest,
    responses(
        (status = 200, description = "The table, as CSV or xlsx", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.export.take`, or `guard.export.reveal` for clear data", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
        (status = 429, description = "Too many exports at a time", body = ProblemBody),
    )
)]
pub async fn export_decisions(call: Call, json: Json<ExportDecisionsRequest>) -> Result<Response, Failure> {
    call.require(EXPORT)?;
    call.require(SEE_DECISIONS)?;
    let ExportDecisionsRequest { format, from, to, event_type, labels_until, in_clear } = json.value;
    if from >= to {
        let text = Text::fixed("须晚于 from。", "It lies later than `from`.");
        return Err(Problem::invalid("/to", text).into());
    }
    let now = call.shared.ledger().ports().clock.now();
    let in_clear = reason(&call, in_clear)?;
    let (seen, taken) = (call.actor.scopes(SEE_DECISIONS), call.actor.scopes(EXPORT));
    // Where the caller may both see and take out.
    let both = seen.iter().flat_map(|see| taken.iter().filter_map(move |take| common(see, take))).cloned().collect();
    let wanted = Wanted {
        event_type: event_type.unwrap_or_else(|| TRANSFER.to_owned()),
        from,
        to,
        known_before: labels_until.unwrap_or(now).min(now.plus_micros(1)),
        scopes: both,
        in_clear: in_clear.is_some(),
    };
    let (event_type, scopes) = (wanted.event_type.clone(), wanted.scopes.clone());
    let ledger = call.shared.ledger().clone();
    settled(&call.shared).await?;
    let opened = tokio::task::spawn_blocking(move || Takeout::open(&ledger, wanted));
    let mut takeout = opened.await.map_err(Problem::internal_error)??;
    let table = Table::Decisions { event_type, from, to, scopes };
    let export = begin(&call, table, format, in_clear).await?;
    let headings = takeout.headings();
    let next = move || takeout.go_on().map(|rows| (!rows.is_empty()).then_some(rows));
    Ok(give_out(&call, (export, format, "decisions"), headings, next))
}

/// The place that lies within both.
fn common<'p>(one: &'p OrgPath, other: &'p OrgPath) -> Option<&'p OrgPath> {
    if one.contains(other) { Some(other) } else { other.contains(one).then_some(one) }
}

/// How to take a list out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportGuardListRequest {
    /// In which form.
    pub format: GuardExportFormat,
    /// Values in clear, and why; masked when absent. A list in clear can be imported again, a masked one cannot.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub in_clear: Option<String>,
}

/// Take a list out
///
/// Streamed; what stands on it now, at most 1,000,000 rows, in the order in which it was approved.
#[utoipa::path(
    post, path = "/api/guard/lists/{name}/export", operation_id = "export_guard_list", tag = "guard",
    request_body = ExportGuardListRequest, params(("name" = String, Path, description = "The list")),
    responses(
        (status = 200, description = "The table, as CSV or xlsx", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.export.take` for the whole bank, or `guard.export.reveal` for clear data", body = ProblemBody),
        (status = 404, description = "There is no such list", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
        (status = 429, description = "Too many exports at a time", body = ProblemBody),
    )
)]
pub async fn export_guard_list(
    call: Call,
    Path(name): Path<String>,
    json: Json<ExportGuardListRequest>,
) -> Result<Response, Failure> {
    call.require(SEE_LISTS)?;
    call.require_everywhere(EXPORT)?;
    let ExportGuardListRequest { format, in_clear } = json.value;
    let in_clear = reason(&call, in_clear)?;
    let screen = screen(&call.shared).await?;
    let spec = screen.definition().lists.iter().find(|list| list.name == name).cloned();
    let spec = spec.ok_or_else(|| Problem::not_found("名单", "list"))?;
    let (ledger, is_clear) = (call.shared.ledger().clone(), in_clear.is_some());
    let now = ledger.ports().clock.now();
    let opened = tokio::task::spawn_blocking(move || ListTakeout::open(&ledger, &spec, is_clear, now));
    let mut takeout = opened.await.map_err(Problem::internal_error)??;
    let export = begin(&call, Table::List { list: name.clone() }, format, in_clear).await?;
    let headings = takeout.headings().iter().map(|name| (*name).to_owned()).collect();
    Ok(give_out(&call, (export, format, &name), headings, move || takeout.go_on()))
}

/// The reason for clear data, when the caller may have it; and whether they may begin an export now.
fn reason(call: &Call, in_clear: Option<String>) -> Result<Option<String>, Failure> {
    if in_clear.is_some() {
        call.require_everywhere(REVEAL_EXPORT)?;
    }
    let now = call.shared.ledger().ports().clock.now();
    let reason = in_clear.map(|text| prose(&text, REASON_CHARS_MAX)).transpose();
    let reason = reason.map_err(|text| Problem::invalid("/in_clear", text))?;
    call.shared.limiter().check(BY_PERSON, call.actor.reference.as_str(), now)?;
    Ok(reason.map(|text| mask::redact(&text, &[])))
}

async fn begin(
    call: &Call,
    table: Table,
    format: GuardExportFormat,
    in_clear: Option<String>,
) -> Result<ExportId, Failure> {
    let ports = call.shared.ledger().ports();
    let export = ExportId::new(ports.clock.now(), &*ports.random);
    let (started, by) = (Started { export, table, format, in_clear }, call.actor.reference.clone());
    call.write_unkept(move |unit| -> Result<(), Problem> {
        let event = GuardExportEvent::Started(Box::new(started.clone()));
        Ok(unit.append(&export.to_string(), 0, &by, &[event]).map(drop)?)
    })
    .await?;
    Ok(export)
}

/// The table as it is written; its end is recorded, whole or not.
fn give_out<N>(
    call: &Call,
    (export, format, name): (ExportId, GuardExportFormat, &str),
    headings: Vec<String>,
    mut next: N,
) -> Response
where
    N: FnMut() -> Result<Option<Vec<Vec<Cell>>>, Problem> + Send + 'static,
{
    let (ledger, cause, by) = (call.shared.ledger().clone(), call.cause(), call.actor.reference.clone());
    let at = ledger.ports().clock.now().in_shanghai().strftime("%Y%m%d-%H%M%S").to_string();
    let name = format!("{name}-{at}.{}", format.as_str());
    let content: Body = download::body(move |pieces| {
        let mut rows = 0;
        let ended = write_all(pieces, format, &headings, &mut next, &mut rows);
        if let Err(error) = &ended {
            tracing::warn!(export.id = %export, rows, %error, "an export stopped before its end");
        }
        if let Err(problem) = record(&ledger, &cause, &by, export, (rows, matches!(ended, Ok(true)))) {
            tracing::error!(export.id = %export, ?problem, "the end of an export could not be recorded");
        }
        ended.map(drop)
    });
    let media = table::write::Format::from(format).media_type();
    download::response(content, &name, media)
}

/// Writes everything. Whether the table holds all there is.
fn write_all(
    pieces: Pieces,
    format: GuardExportFormat,
    headings: &[String],
    next: &mut dyn FnMut() -> Result<Option<Vec<Vec<Cell>>>, Problem>,
    rows: &mut u64,
) -> io::Result<bool> {
    let told = |problem: Problem| {
        io::Error::other(format!("{} {}", problem.kind.slug(), problem.internal().unwrap_or_default()))
    };
    let mut table = TableWriter::new(format.into(), pieces);
    table.sheet("1", &headings.iter().map(String::as_str).collect::<Vec<_>>())?;
    let is_whole = 'all: loop {
        let Some(some) = next().map_err(told)? else { break true };
        for row in some {
            if *rows == ROWS_MAX {
                let cut = format!("只导出前 {ROWS_MAX} 行 / only the first {ROWS_MAX} rows");
                table.row(&[Cell::Text(cut)])?;
                break 'all false;
            }
            table.row(&row)?;
            *rows += 1;
        }
    };
    table.finish()?;
    Ok(is_whole)
}

fn record(
    ledger: &Ledger,
    cause: &Cause,
    by: &ActorRef,
    export: ExportId,
    (rows, is_whole): (u64, bool),
) -> Result<(), Problem> {
    let by = by.clone();
    ledger.write(cause, move |unit| {
        let event = GuardExportEvent::Ended { rows, is_whole };
        Ok(unit.append(&export.to_string(), 1, &by, &[event]).map(drop)?)
    })
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(export_decisions)).routes(routes!(export_guard_list))
}
