//! Rectifications over HTTP: opening one, the list, one with its history, what is done to it, and the orders of its cause
//! before and after. Texts leave without numbers.

mod acts;
mod body;
pub mod evidence;

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use endpoint::{Call, Failure, Json, OpenApiRouter, PageBody, Path, ProblemBody, Query, Reply, Shared};
use kernel::{
    Cursor, Date, OrgPath, PageRequest, Problem, Text, Timestamp,
    id::{OrderId, RectificationId, StaffId, UnitId},
    mask,
};
use ledger::{Connection, Recorded};
use people::{model::organisation::UnitKind, store::units};
use seal::{Keyring, WrappedKey};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use self::body::{RectificationBody, RectificationRowBody, RectificationStateBody};
use super::{
    acts::steps::check_person,
    law,
    list::{self, OrderRowBody},
    orders::open_unit,
    reading::{self, blocking},
};
use crate::{
    intake::{Faults, REMARK_CHARS_MAX, TITLE_CHARS_MAX, prose},
    model::{
        parts::AxisKey,
        permission::{OPEN_RECTIFICATION, SEE_RECTIFICATIONS},
        rectification::{
            Rectification, RectificationCommand, RectificationEvent, RectificationFact, RectificationStage,
            event::{Opened as OpenedEvent, PlannedMeasure, Target},
        },
    },
    rectify,
    sealing::MatterKey,
    store::{
        rectifications::{self, Kept, RectificationFilter},
        rows,
    },
};

/// A rectification with its history and its key.
pub(super) struct Opened {
    pub(super) state: Rectification,
    pub(super) events: Vec<Recorded<RectificationEvent>>,
    wrapped: Option<WrappedKey>,
    keyring: Arc<Keyring>,
}

impl Opened {
    /// The key of its texts.
    pub(super) fn key(&self) -> Result<MatterKey<'_>, Problem> {
        MatterKey::kept(&self.keyring, self.state.id, self.wrapped.as_ref())
    }
}

/// The rectification with its history, if the caller may know of it.
pub(super) async fn opened(call: &Call, id: RectificationId) -> Result<Opened, Failure> {
    let (shared, actor) = (call.shared.clone(), call.actor.clone());
    blocking(move || {
        let ledger = shared.ledger();
        let raw = ledger.history(&rectify::stream(id))?;
        let events = raw.into_iter().map(ledger::RawEvent::decode).collect::<Result<Vec<_>, _>>()?;
        let facts = events.iter().map(|r| RectificationFact { at: r.at, by: &r.actor, event: &r.event });
        let state = facts.fold(None, Rectification::evolve).ok_or_else(rectify::unknown)?;
        let state = rectify::authorised(state, &actor)?.into_inner();
        let wrapped = ledger.read(|conn| rectifications::key(conn, id))?.ok_or_else(rectify::unknown)?;
        Ok(Opened { state, events, wrapped, keyring: Arc::clone(&ledger.ports().keyring) })
    })
    .await
}

/// A measure to be taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureRequest {
    /// What.
    #[schema(max_length = 4000)]
    pub text: String,
    /// Until when, when that is earlier than the whole.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
}

/// What is to be put right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenRectificationRequest {
    /// The root cause, from the bank's list.
    #[schema(example = "disclosure")]
    pub cause: String,
    /// Only about this business or what is below it.
    #[serde(default)]
    pub business: Option<String>,
    /// Only for this reason or what is below it.
    #[serde(default)]
    pub reason: Option<String>,
    /// The place whose orders it counts for.
    #[schema(value_type = String)]
    pub scope: UnitId,
    /// The unit that puts it right: one of that place, or a department of a unit above it.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// The person of that unit who answers for it.
    #[schema(value_type = String)]
    pub owner: StaffId,
    /// What it is, in one line.
    #[schema(max_length = 120)]
    pub title: String,
    /// What was found.
    #[schema(max_length = 4000)]
    pub finding: String,
    /// What is to be done; at least one.
    pub measures: Vec<MeasureRequest>,
    /// The last day on which it is to be done.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// The orders from which it came.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub orders: Vec<OrderId>,
}

/// Open a rectification
#[utoipa::path(
    post, path = "/api/voice/rectifications", operation_id = "open_rectification", tag = "voice",
    request_body = OpenRectificationRequest,
    responses(
        (status = 201, description = "It was opened", body = RectificationStateBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.rectification.open` there", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn open_rectification(call: Call, json: Json<OpenRectificationRequest>) -> Result<Reply, Failure> {
    call.require(OPEN_RECTIFICATION)?;
    let request = json.value;
    let ports = call.shared.ledger().ports();
    let id = RectificationId::new(reading::now(&call.shared), &*ports.random);
    let (key, wrapped) = MatterKey::new(&ports.keyring, id, &*ports.random);
    let mut faults = Faults::default();
    let mut clean = |pointer: &str, text: &str, chars_max: usize| {
        let text = faults.take(pointer, prose(text, chars_max)).unwrap_or_default();
        mask::redact(&text, &[])
    };
    let title = clean("/title", &request.title, TITLE_CHARS_MAX);
    let finding = clean("/finding", &request.finding, REMARK_CHARS_MAX);
    let measures: Vec<(String, Option<Date>)> = request
        .measures
        .iter()
        .enumerate()
        .map(|(at, measure)| (clean(&format!("/measures/{at}/text"), &measure.text, REMARK_CHARS_MAX), measure.due))
        .collect();
    faults.check()?;
    let seal = |field: &str, text: &str| key.seal(field, text, &*ports.random);
    let measures: Vec<PlannedMeasure> =
        measures.iter().map(|(text, due)| PlannedMeasure { text: seal("measure", text), due: *due }).collect();
    let (sealed_title, finding) = (seal("title", &title), seal("finding", &finding));
    let (actor, law, language) = (call.actor.clone(), law(&call.shared), call.language);
    let kept = Kept { title, wrapped };
    call.write(json.print, move |unit| {
        let scope = open_unit(unit.connection(), request.scope, "/scope")?;
        let place = open_unit(unit.connection(), request.unit, "/unit")?;
        if !actor.may(OPEN_RECTIFICATION, &scope) {
            return Err(endpoint::call::lacks(OPEN_RECTIFICATION));
        }
        in_reach(unit.connection(), &scope, &place)?;
        check_person(unit, request.owner, &place, "/owner")?;
        rectify::check_orders(unit, &request.orders, &actor)?;
        let opened = OpenedEvent {
            rectification: id,
            target: Target {
                scope,
                cause: AxisKey::new(request.cause.clone()),
                business: request.business.clone().map(AxisKey::new),
                reason: request.reason.clone().map(AxisKey::new),
            },
            unit: place,
            owner: request.owner,
            title: sealed_title.clone(),
            finding: finding.clone(),
            measures: measures.clone(),
            due: Timestamp::end_of(request.due),
            orders: request.orders.clone(),
        };
        let state = rectify::open(unit, RectificationCommand::Open(Box::new(opened)), &kept, &actor, &law)?;
        let body = RectificationStateBody::of(&state, &actor, unit.now(), language);
        Reply::created(format!("/api/voice/rectifications/{id}"), &body)
    })
    .await
}

/// Refuses a unit that neither belongs to the place nor is a department of a unit above it.
fn in_reach(conn: &mut Connection, scope: &OrgPath, place: &OrgPath) -> Result<(), Problem> {
    let is_above = place.parent().is_some_and(|above| above.contains(scope));
    let mut is_department = || -> Result<bool, Problem> {
        Ok(units::find_by_path(conn, place)?.is_some_and(|unit| unit.kind == UnitKind::Department))
    };
    if scope.contains(place) || is_above && is_department()? {
        return Ok(());
    }
    let text = Text::fixed(
        "整改机构应在工单范围之内，或是其上级机构的部门。",
        "The unit belongs to that place, or is a department of a unit above it.",
    );
    Err(Problem::invalid("/unit", text))
}

/// Which rectifications to list.
#[derive(Debug, Default, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RectificationsQuery {
    /// Only at this step.
    pub stage: Option<RectificationStage>,
    /// Only those of this person; `me` for the caller.
    pub owner: Option<String>,
    /// Only of this cause.
    pub cause: Option<String>,
    /// Only that came from this order, or that its cause opened again.
    #[param(value_type = Option<String>)]
    #[schema(value_type = Option<String>)]
    pub order: Option<OrderId>,
    /// Only being put right and past their due date.
    #[serde(default)]
    pub is_overdue: bool,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List rectifications
///
/// Newest first: those within the caller's scopes, and those that the caller answers for.
#[utoipa::path(
    get, path = "/api/voice/rectifications", operation_id = "list_rectifications", tag = "voice",
    params(RectificationsQuery),
    responses(
        (status = 200, description = "A page of rectifications", body = PageBody<RectificationRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_rectifications(
    call: Call,
    Query(query): Query<RectificationsQuery>,
) -> Result<axum::Json<PageBody<RectificationRowBody>>, Failure> {
    let (scopes, now) = (call.actor.scopes(SEE_RECTIFICATIONS), reading::now(&call.shared));
    let me: Option<StaffId> = call.actor.reference.id().parse().ok();
    let filter = filter_of(&query, me)?;
    let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
    let law = law(&call.shared);
    let page = call
        .read(move |conn| {
            let page = rectifications::page(conn, &scopes, me, &filter, &request, now)?;
            let names = list::unit_names(conn, page.items.iter().map(|row| &row.unit))?;
            Ok(page.map(|row| RectificationRowBody::of(row, &names, &law, now)))
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// What a query asks for, for the caller `me`.
pub(super) fn filter_of(query: &RectificationsQuery, me: Option<StaffId>) -> Result<RectificationFilter, Problem> {
    let owner = match query.owner.as_deref() {
        None => None,
        Some("me") => me,
        Some(id) => Some(id.parse().map_err(|_| {
            Problem::invalid("?owner", Text::fixed("取值不在允许范围内。", "Not a value of this list."))
        })?),
    };
    Ok(RectificationFilter {
        stage: query.stage,
        owner,
        cause: query.cause.clone(),
        order: query.order,
        overdue: query.is_overdue,
    })
}

/// Get a rectification
///
/// With its measures, what was said at each step, its evidence, its look-backs and its whole history.
#[utoipa::path(
    get, path = "/api/voice/rectifications/{id}", operation_id = "get_rectification", tag = "voice",
    params(("id" = String, Path, description = "The rectification")),
    responses(
        (status = 200, description = "The rectification", body = RectificationBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such rectification, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn get_rectification(
    call: Call,
    Path(id): Path<RectificationId>,
) -> Result<axum::Json<RectificationBody>, Failure> {
    let opened = opened(&call, id).await?;
    let (now, law, language) = (reading::now(&call.shared), law(&call.shared), call.language);
    let state = opened.state.clone();
    let reckoned = law.clone();
    let counted = call.read(move |conn| Ok(rectify::counted(conn, &state, now, &reckoned)?)).await?;
    Ok(axum::Json(RectificationBody::of(&opened, &law, counted, (&call.actor, now, language))?))
}

/// Which orders of the same cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CauseSide {
    /// Received before the rectification was opened.
    Before,
    /// Received after its check.
    After,
}

/// Which of the orders to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CauseOrdersQuery {
    /// Those before, or those after.
    #[param(inline)]
    pub side: CauseSide,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List the orders of the same cause
///
/// Exactly those that the look-back counts, within the caller's scopes for orders, newest first.
#[utoipa::path(
    get, path = "/api/voice/rectifications/{id}/orders", operation_id = "list_rectification_orders", tag = "voice",
    params(("id" = String, Path, description = "The rectification"), CauseOrdersQuery),
    responses(
        (status = 200, description = "A page of orders", body = PageBody<OrderRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such rectification, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn list_rectification_orders(
    call: Call,
    Path(id): Path<RectificationId>,
    Query(query): Query<CauseOrdersQuery>,
) -> Result<axum::Json<PageBody<OrderRowBody>>, Failure> {
    let opened = opened(&call, id).await?;
    let (now, law, actor) = (reading::now(&call.shared), law(&call.shared), call.actor.clone());
    let page = call
        .read(move |conn| {
            let (_, before, after) = rectify::periods(&opened.state, now, &law);
            let period = if query.side == CauseSide::Before { before } else { after };
            let mut seqs = rectify::same_cause(conn, &opened.state, period, now)?;
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            if let Some(cursor) = &request.after {
                let before: i64 = cursor.key().map_err(|_| crate::store::list::wrong_cursor())?;
                seqs.retain(|seq| *seq < before);
            }
            seqs.sort_unstable_by_key(|seq| std::cmp::Reverse(*seq));
            let rows = rows::seen_at(conn, &seqs, &actor.scopes(crate::model::permission::SEE), request.fetch())?;
            let page = kernel::Page::from_rows(&request, rows, |row| row.seq);
            Ok(kernel::Page { items: list::bodies(conn, page.items, now)?, next: page.next })
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    // An upload streams to the object store and is bounded there; the limit for JSON bodies would cut it off.
    let uploads = OpenApiRouter::new().routes(routes!(evidence::add_evidence)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(open_rectification, list_rectifications))
        .routes(routes!(get_rectification))
        .routes(routes!(list_rectification_orders))
        .routes(routes!(evidence::download_evidence))
        .merge(acts::routes())
        .merge(uploads)
}
