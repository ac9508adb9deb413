//! Something done to many orders at once: what it would do, how far it has come, what could not be done and why, stopping it,
//! and undoing it where that can be.

mod body;
mod preview;

use endpoint::{Call, Failure, Json, OpenApiRouter, Path, ProblemBody, Query, Reply, Shared, call::lacks};
use kernel::{Problem, ProblemKind, Text, id::BulkId};
use ledger::Connection;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

use self::{
    body::{BulkBody, BulkItemBody, BulkItemsBody},
    preview::{BulkRequest, chosen},
};
use super::{law, reading};
use crate::{
    jobs::bulk as job,
    model::{
        bulk::{BulkEvent, BulkItemState, BulkState},
        permission::SEE,
    },
    products::Products,
    store::bulk::{self as store, BulkRun},
};

/// Rows of one page of a run's orders.
const ROWS_MAX: i64 = 200;

/// Do something to many orders
///
/// In the background, one after the other, each judged as if it were the only one and with its own event. Only what the caller
/// may do when its turn comes is done.
#[utoipa::path(
    post, path = "/api/voice/bulk", operation_id = "start_bulk", tag = "voice", request_body = BulkRequest,
    responses(
        (status = 202, description = "It was started; look at its address for how far it has come", body = BulkBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks the permission of the verb", body = ProblemBody),
        (status = 422, description = "Fields are wrong, or too many orders were chosen", body = ProblemBody),
    )
)]
pub async fn start_bulk(call: Call, json: Json<BulkRequest>) -> Result<Reply, Failure> {
    call.require(SEE)?;
    let BulkRequest { action, selection } = json.value;
    call.require(action.verb().permission())?;
    let (actor, language) = (call.actor.clone(), call.language);
    let scopes = call.actor.scopes(SEE);
    let ports = call.shared.ledger().ports();
    let id = BulkId::new(reading::now(&call.shared), &*ports.random);
    let products = Products::of(&law(&call.shared), reading::now(&call.shared).date());
    call.write(json.print, move |unit| {
        let now = unit.now();
        let orders = chosen(unit.connection(), &selection, &scopes, (actor.reference.id(), now), &products)?;
        let run = BulkRun {
            id,
            unit: actor.unit.clone(),
            by: actor.reference.clone(),
            action: action.action(unit)?,
            grants: actor.grants.iter().map(|held| (held.permission.0.to_owned(), held.scope.clone())).collect(),
            state: BulkState::Running,
            total: orders.len() as u64,
            started_at: now,
            ended_at: None,
        };
        store::insert(unit.connection(), &run, &orders)?;
        let started = BulkEvent::Started { run: id, action: run.action.clone(), total: run.total };
        unit.append(&id.to_string(), 0, &actor.reference, &[started])?;
        unit.enqueue(job::go_on(id, now))?;
        Reply::accepted(&BulkBody::of(unit.connection(), &run, language)?)
    })
    .await
}

fn unknown() -> Problem {
    Problem::not_found("批量办理", "bulk run")
}

/// The run, if the caller started it.
fn own(conn: &mut Connection, id: BulkId, actor: &kernel::Actor) -> Result<BulkRun, Problem> {
    store::find(conn, id)?.filter(|run| run.by == actor.reference).ok_or_else(unknown)
}

/// Get a run
#[utoipa::path(
    get, path = "/api/voice/bulk/{id}", operation_id = "get_bulk", tag = "voice",
    params(("id" = String, Path, description = "The run")),
    responses(
        (status = 200, description = "How far it has come", body = BulkBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such run, or somebody else started it", body = ProblemBody),
    )
)]
pub async fn get_bulk(call: Call, Path(id): Path<BulkId>) -> Result<axum::Json<BulkBody>, Failure> {
    let (actor, language) = (call.actor.clone(), call.language);
    let read = move |conn: &mut Connection| {
        let run = own(conn, id, &actor)?;
        BulkBody::of(conn, &run, language)
    };
    Ok(axum::Json(call.read(read).await?))
}

/// Which orders of a run.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BulkItemsQuery {
    /// Only those that have come so far.
    #[param(inline)]
    pub state: Option<BulkItemState>,
    /// Behind this place; the `place` of the last row of the page before.
    pub after: Option<i64>,
}

/// List the orders of a run
#[utoipa::path(
    get, path = "/api/voice/bulk/{id}/orders", operation_id = "list_bulk_orders", tag = "voice",
    params(("id" = String, Path, description = "The run"), BulkItemsQuery),
    responses(
        (status = 200, description = "What became of every order", body = BulkItemsBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such run, or somebody else started it", body = ProblemBody),
    )
)]
pub async fn list_bulk_orders(
    call: Call,
    Path(id): Path<BulkId>,
    Query(query): Query<BulkItemsQuery>,
) -> Result<axum::Json<BulkItemsBody>, Failure> {
    let (actor, language) = (call.actor.clone(), call.language);
    let items = call
        .read(move |conn| {
            own(conn, id, &actor)?;
            let states = query.state.map_or_else(|| BulkItemState::ALL.to_vec(), |state| vec![state]);
            Ok(store::items(conn, id, &states, (query.after.unwrap_or(-1), ROWS_MAX))?)
        })
        .await?;
    let body = |item: store::BulkItem| {
        let (reason, detail) = item.reason.unzip();
        BulkItemBody {
            place: item.place,
            order: item.order,
            state: item.state,
            reason,
            detail: detail.map(|text| text.get(language).to_owned()),
        }
    };
    Ok(axum::Json(BulkItemsBody { items: items.into_iter().map(body).collect() }))
}

/// Stops or undoes a run.
async fn turn(
    call: Call,
    id: BulkId,
    from: &'static [BulkState],
    (to, event): (BulkState, BulkEvent),
) -> Result<Reply, Failure> {
    let (actor, language) = (call.actor.clone(), call.language);
    let done = call
        .write_unkept(move |unit| {
            let mut run = own(unit.connection(), id, &actor)?;
            // Stopping one's own run changes no order and asks for nothing; undoing acts on every one of them.
            if to == BulkState::Undoing {
                let needed = [SEE, run.action.verb().permission()];
                if let Some(lacked) = needed.into_iter().find(|permission| !actor.holds(*permission)) {
                    return Err(lacks(lacked));
                }
            }
            if !from.contains(&run.state) {
                let state = run.state.title();
                let text = Text::of(
                    format!("批量办理{}，不能进行此操作。", state.zh),
                    format!("The run is {}; this cannot be done now.", state.en),
                );
                return Err(Problem::new(ProblemKind::Refused, text).because("wrong-state"));
            }
            let now = unit.now();
            store::set_state(unit.connection(), id, to, (to == BulkState::Stopped).then_some(now))?;
            job::record(unit, &run, &event).map_err(Problem::internal_error)?;
            if to == BulkState::Undoing {
                unit.enqueue(job::go_on(id, now))?;
            }
            run.state = to;
            Reply::accepted(&BulkBody::of(unit.connection(), &run, language)?)
        })
        .await?;
    Ok(done)
}

/// Stop a run
///
/// What was done stays done.
#[utoipa::path(
    post, path = "/api/voice/bulk/{id}/stop", operation_id = "stop_bulk", tag = "voice",
    params(("id" = String, Path, description = "The run")),
    responses(
        (status = 202, description = "It was stopped", body = BulkBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such run, or somebody else started it", body = ProblemBody),
        (status = 409, description = "It does not go on any more", body = ProblemBody),
    )
)]
pub async fn stop_bulk(call: Call, Path(id): Path<BulkId>) -> Result<Reply, Failure> {
    turn(call, id, &[BulkState::Running, BulkState::Undoing], (BulkState::Stopped, BulkEvent::Stopped)).await
}

/// Undo a run
///
/// Every order that nobody has gone on with since goes back to what it was, where there was something to go back to and the
/// law allows it, with the rights that the caller holds when its turn comes; an order is not given back to a unit that was
/// closed or a person who left. What was undone is a further event of the order; nothing is erased.
#[utoipa::path(
    post, path = "/api/voice/bulk/{id}/undo", operation_id = "undo_bulk", tag = "voice",
    params(("id" = String, Path, description = "The run")),
    responses(
        (status = 202, description = "It is being undone", body = BulkBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks the permission of the verb now", body = ProblemBody),
        (status = 404, description = "There is no such run, or somebody else started it", body = ProblemBody),
        (status = 409, description = "It still goes on, or was undone already", body = ProblemBody),
    )
)]
pub async fn undo_bulk(call: Call, Path(id): Path<BulkId>) -> Result<Reply, Failure> {
    turn(call, id, &[BulkState::Stopped, BulkState::Ended], (BulkState::Undoing, BulkEvent::UndoStarted)).await
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(preview::preview_bulk))
        .routes(routes!(start_bulk))
        .routes(routes!(get_bulk))
        .routes(routes!(list_bulk_orders))
        .routes(routes!(stop_bulk))
        .routes(routes!(undo_bulk))
}
