//! Lists that people take out of the system, streamed as xlsx or CSV: masked unless the caller may and must see more, and
//! never without an event that says who took what.

mod queues;
mod rows;
mod stream;

use axum::{body::Body, response::Response};
use endpoint::{
    Call, Failure, Json, OpenApiRouter, PageBody, ProblemBody, Query, Shared, abuse::RateLimit, paging::ListQuery,
};
use kernel::{
    Date, OrgPath, Permission, Problem, Text, Timestamp,
    id::{ExportId, RegulatorListId},
};
use serde::{Deserialize, Serialize};
use table::write::Format;
use utoipa::ToSchema;
use utoipa_axum::routes;

use self::rows::Source;
use super::{figures::BehindQuery, list::OrdersQuery, reading, rectifications::RectificationsQuery};
use crate::{
    figures::Figure,
    model::{
        export::{ExportEvent, ExportFormat, ExportList, Started},
        parts::RevealGround,
        permission::{ANSWER, APPROVE_EXTENSION, EXPORT, REVEAL, SEE, SEE_ABNORMAL, SEE_CASES, SEE_RECTIFICATIONS},
        waits::WaitKind,
    },
    store::{
        exports::{self, ExportRow},
        list::narrowed,
    },
};

/// Exports that one person may begin within a minute: each of them holds a thread until the caller has read it.
const BY_PERSON: RateLimit = RateLimit { name: "voice.export", times_max: 10, window_seconds: 60 };

/// Which list to take out. `limit` and `after` of a filter have no meaning here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ExportListRequest {
    /// Orders, by the filters of their list.
    Orders {
        /// Which.
        filter: Box<OrdersQuery>,
    },
    /// The orders behind a figure.
    FigureOrders {
        /// The figure.
        figure: Figure,
        /// Which.
        filter: Box<BehindQuery>,
    },
    /// Rectifications.
    Rectifications {
        /// Which.
        filter: Box<RectificationsQuery>,
    },
    /// A queue of what waits, within the scopes where the caller holds the queue's permission.
    Waiting {
        /// Which.
        queue: WaitKind,
    },
    /// Tasks of departments that wait for an answer.
    Tasks {},
    /// Longer times that wait for an approval.
    Approvals {},
    /// Teaching cases that were published.
    Cases {},
    /// Hot issues.
    HotIssues {
        /// The last of the days looked at; the last that was when absent.
        #[serde(default)]
        #[schema(value_type = Option<String>, format = Date)]
        day: Option<Date>,
    },
    /// Orders with evidence of abnormality.
    Conspicuous {
        /// Those on which a person decided too.
        #[serde(default)]
        all: bool,
    },
    /// The shared list of abnormal complaints.
    Listings {
        /// Those that hold no more too.
        #[serde(default)]
        all: bool,
    },
    /// What became of the rows of a list that a supervisor or a hotline passed on.
    RegulatorListRows {
        /// Which list.
        #[schema(value_type = String)]
        list: RegulatorListId,
    },
}

impl ExportListRequest {
    const fn list(&self) -> ExportList {
        match self {
            Self::Orders { .. } => ExportList::Orders,
            Self::FigureOrders { .. } => ExportList::FigureOrders,
            Self::Rectifications { .. } => ExportList::Rectifications,
            Self::Waiting { .. } => ExportList::Waiting,
            Self::Tasks {} => ExportList::Tasks,
            Self::Approvals {} => ExportList::Approvals,
            Self::Cases {} => ExportList::Cases,
            Self::HotIssues { .. } => ExportList::HotIssues,
            Self::Conspicuous { .. } => ExportList::Conspicuous,
            Self::Listings { .. } => ExportList::Listings,
            Self::RegulatorListRows { .. } => ExportList::RegulatorListRows,
        }
    }

    /// What lets somebody see its rows.
    const fn see(&self) -> Permission {
        match self {
            Self::Orders { .. }
            | Self::FigureOrders { .. }
            | Self::HotIssues { .. }
            | Self::RegulatorListRows { .. } => SEE,
            Self::Rectifications { .. } => SEE_RECTIFICATIONS,
            Self::Waiting { queue } => queue.permission(),
            Self::Tasks {} => ANSWER,
            Self::Approvals {} => APPROVE_EXTENSION,
            Self::Cases {} => SEE_CASES,
            Self::Conspicuous { .. } | Self::Listings { .. } => SEE_ABNORMAL,
        }
    }

    fn days(&self) -> (Option<Date>, Option<Date>) {
        match self {
            Self::Orders { filter } => (filter.received_from, filter.received_to),
            Self::FigureOrders { filter, .. } => (Some(filter.from), Some(filter.to)),
            Self::HotIssues { day } => (*day, *day),
            Self::Rectifications { .. }
            | Self::Waiting { .. }
            | Self::Tasks {}
            | Self::Approvals {}
            | Self::Cases {}
            | Self::Conspicuous { .. }
            | Self::Listings { .. }
            | Self::RegulatorListRows { .. } => (None, None),
        }
    }

    /// Whether it has names and numbers of complainants, which can be had in clear.
    const fn has_people(&self) -> bool {
        matches!(self, Self::Orders { .. } | Self::FigureOrders { .. })
    }
}

/// What to take out, and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportRequest {
    /// In which form.
    pub format: ExportFormat,
    /// Which list.
    pub list: ExportListRequest,
    /// Names and telephone numbers of complainants in clear, and why; masked when absent. At most 10,000 rows then, each of
    /// which leaves an event of its own.
    #[serde(default)]
    pub in_clear: Option<RevealGround>,
}

/// Take a list out
///
/// Streamed; at most 1,000,000 rows within the caller's scopes, newest first.
#[utoipa::path(
    post, path = "/api/voice/exports", operation_id = "export_list", tag = "voice", request_body = ExportRequest,
    responses(
        (status = 200, description = "The table, as CSV or xlsx", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.export`, or `voice.order.reveal` for clear data", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
        (status = 429, description = "Too many exports at a time", body = ProblemBody),
    )
)]
pub async fn export_list(call: Call, json: Json<ExportRequest>) -> Result<Response, Failure> {
    call.require(EXPORT)?;
    let ExportRequest { format, list, in_clear } = json.value;
    call.require(list.see())?;
    if in_clear.is_some() {
        call.require(REVEAL)?;
        if !list.has_people() {
            let text = Text::fixed("该清单不提供明文个人信息。", "This list has no personal data in clear to give.");
            return Err(Problem::invalid("/in_clear", text).into());
        }
    }
    let now = reading::now(&call.shared);
    call.shared.limiter().check(BY_PERSON, call.actor.reference.as_str(), now)?;
    let scopes = common(&call, list.see());
    let (from, to) = list.days();
    let export = ExportId::new(now, &*call.shared.ledger().ports().random);
    let started = Started { export, list: list.list(), format, scopes: scopes.clone(), from, to, ground: in_clear };
    let source = Source::of(&call, list, scopes, in_clear).await?;
    begin(&call, started.clone()).await?;
    let content = stream::start(&call, export, table_format(format), source);
    Ok(download(content, &file_name(&started, now), format))
}

/// The places where the caller may both see and take out.
fn common(call: &Call, see: Permission) -> Vec<OrgPath> {
    let seen = call.actor.scopes(see);
    let mut scopes: Vec<OrgPath> =
        call.actor.scopes(EXPORT).iter().flat_map(|place| narrowed(&seen, Some(place))).collect();
    scopes.sort();
    scopes.dedup();
    scopes
}

async fn begin(call: &Call, started: Started) -> Result<(), Failure> {
    let actor = call.actor.clone();
    call.write_unkept(move |unit| -> Result<(), Problem> {
        let event = ExportEvent::Started(Box::new(started.clone()));
        unit.append(&started.export.to_string(), 0, &actor.reference, &[event])?;
        let now = unit.now();
        Ok(exports::insert(unit.connection(), &started, &actor.unit, &actor.reference, now)?)
    })
    .await
}

const fn table_format(format: ExportFormat) -> Format {
    match format {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Xlsx => Format::Xlsx,
    }
}

fn file_name(started: &Started, now: Timestamp) -> String {
    let at = now.in_shanghai().strftime("%Y%m%d-%H%M%S");
    format!("{}-{at}.{}", started.list.title().zh, started.format.as_str())
}

/// A download that no cache keeps.
pub(super) fn download(content: Body, name: &str, format: ExportFormat) -> Response {
    endpoint::download::response(content, name, table_format(format).media_type())
}

/// An export in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportRowBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: ExportId,
    /// Which list.
    pub list: ExportList,
    /// In which form.
    pub format: ExportFormat,
    /// Who, as an actor reference.
    pub by: String,
    /// Why in clear; masked when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<RevealGround>,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Rows that went out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Whether all rows did.
    pub is_whole: bool,
}

impl From<ExportRow> for ExportRowBody {
    fn from(row: ExportRow) -> Self {
        Self {
            id: row.id,
            list: row.list,
            format: row.format,
            by: row.by.as_str().to_owned(),
            ground: row.ground,
            started_at: row.started_at,
            ended_at: row.ended_at,
            rows: row.rows,
            is_whole: row.is_whole,
        }
    }
}

/// List exports
///
/// Who took out what, newest first, by people of the units where the caller may take lists out.
#[utoipa::path(
    get, path = "/api/voice/exports", operation_id = "list_exports", tag = "voice", params(ListQuery),
    responses(
        (status = 200, description = "A page of exports", body = PageBody<ExportRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.export`", body = ProblemBody),
    )
)]
pub async fn list_exports(
    call: Call,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<ExportRowBody>>, Failure> {
    call.require(EXPORT)?;
    let scopes = call.actor.scopes(EXPORT);
    let page = call.read(move |conn| exports::page(conn, &scopes, &query.page())).await?;
    Ok(axum::Json(page.map(ExportRowBody::from).into()))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(export_list, list_exports))
}
