//! Who may be given orders by the rules, and who is on call. The rules themselves are its parent's.

use endpoint::{Call, Failure, Json, Path, ProblemBody, Query, Reply};
use kernel::{
    Actor, OrgPath, Problem, Text, Timestamp,
    id::{StaffId, UnitId},
};
use ledger::Connection;
use people::store::units;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    super::{acts::steps::check_person, orders::open_unit, reading},
    ListBody, enter, owns, words,
};
use crate::{
    model::{
        book::BookEvent,
        permission::{ROUTING, SEE},
        routing::SKILLS_MAX,
    },
    store::book,
};

/// Open orders that one person takes at most: more is a queue, not a person.
const CAPACITY_MAX: u32 = 500;
/// The longest turn on call: a year of somebody who is always on call.
const DUTY_DAYS_MAX: i64 = 366;

/// What somebody may be given.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetHandlerRequest {
    /// The unit for which they work.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// What they can do.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Open orders they take at most; 0 gives them none.
    #[schema(maximum = 500)]
    pub capacity: u32,
    /// Until when they are away.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub away_until: Option<Timestamp>,
}

/// Somebody who may be given orders by rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandlerBody {
    /// Who.
    #[schema(value_type = String)]
    pub person: StaffId,
    /// Where they work.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// What they can do.
    pub skills: Vec<String>,
    /// Open orders they take at most.
    pub capacity: u32,
    /// Until when they are away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub away_until: Option<Timestamp>,
}

/// Say what somebody may be given by rule
#[utoipa::path(
    put, path = "/api/voice/handlers/{person}", operation_id = "set_handler", tag = "voice",
    params(("person" = String, Path, description = "The member of staff")), request_body = SetHandlerRequest,
    responses(
        (status = 200, description = "What they may be given", body = HandlerBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may not say so for that unit", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn set_handler(
    call: Call,
    Path(person): Path<StaffId>,
    json: Json<SetHandlerRequest>,
) -> Result<Reply, Failure> {
    call.require(ROUTING)?;
    let (request, actor) = (json.value, call.actor.clone());
    call.write(json.print, move |unit| {
        let place = open_unit(unit.connection(), request.unit, "/unit")?;
        owns(unit.connection(), &actor, Some(&place))?;
        check_person(unit, person, &place, "/person")?;
        if request.capacity > CAPACITY_MAX {
            let told = Text::of(format!("最多 {CAPACITY_MAX} 件。"), format!("At most {CAPACITY_MAX} orders."));
            return Err(Problem::invalid("/capacity", told));
        }
        let skills = words(&request.skills, SKILLS_MAX, "/skills")?;
        let (capacity, away_until) = (request.capacity, request.away_until);
        let body = HandlerBody { person, unit: place.clone(), skills: skills.clone(), capacity, away_until };
        enter(unit, &actor, BookEvent::HandlerSet { person, unit: place, skills, capacity, away_until })?;
        Reply::ok(&body)
    })
    .await
}

/// Which part of the bank.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PlaceQuery {
    /// At and below this unit.
    #[param(value_type = String)]
    pub unit: UnitId,
}

/// The place of a query, when the caller sees orders there.
fn seen(conn: &mut Connection, actor: &Actor, id: UnitId) -> Result<OrgPath, Problem> {
    let place = units::find(conn, id)?.ok_or_else(|| Problem::not_found("机构", "unit"))?.path;
    if actor.may(SEE, &place) { Ok(place) } else { Err(endpoint::call::lacks(SEE)) }
}

/// List who may be given orders by rule
#[utoipa::path(
    get, path = "/api/voice/handlers", operation_id = "list_handlers", tag = "voice", params(PlaceQuery),
    responses(
        (status = 200, description = "Who may be given orders there", body = ListBody<HandlerBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see` there", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
    )
)]
pub async fn list_handlers(
    call: Call,
    Query(query): Query<PlaceQuery>,
) -> Result<axum::Json<ListBody<HandlerBody>>, Failure> {
    let actor = call.actor.clone();
    let rows = call
        .read(move |conn| {
            let place = seen(conn, &actor, query.unit)?;
            Ok(book::handlers(conn, &place, book::LISTED_MAX)?)
        })
        .await?;
    let body = |row: book::HandlerRow| HandlerBody {
        person: row.person,
        unit: row.unit,
        skills: row.skills,
        capacity: row.capacity,
        away_until: row.away_until,
    };
    Ok(axum::Json(ListBody { items: rows.into_iter().map(body).collect() }))
}

/// A turn on call.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DutyRequest {
    /// For this unit and all below it.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// Who.
    #[schema(value_type = String)]
    pub person: StaffId,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until when; to take a turn back, the same as `from`.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
}

/// A turn on call, as it holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct DutyBody {
    /// For this unit and all below it.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// Who.
    #[schema(value_type = String)]
    pub person: StaffId,
    /// From when.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
}

/// Put somebody on call
///
/// With `to` the same as `from`, the turn that begins then is taken back.
#[utoipa::path(
    post, path = "/api/voice/duty", operation_id = "set_duty", tag = "voice", request_body = DutyRequest,
    responses(
        (status = 204, description = "The list says so now"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may not say so for that unit", body = ProblemBody),
        (status = 404, description = "There is no such turn to take back", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn set_duty(call: Call, json: Json<DutyRequest>) -> Result<Reply, Failure> {
    call.require(ROUTING)?;
    let (request, actor) = (json.value, call.actor.clone());
    call.write(json.print, move |unit| {
        let DutyRequest { unit: unit_id, person, from, to } = request;
        let place = open_unit(unit.connection(), unit_id, "/unit")?;
        owns(unit.connection(), &actor, Some(&place))?;
        let turns = book::duty(unit.connection(), &place, Timestamp::from_micros(0))?;
        let there = turns.iter().any(|turn| turn.unit == place && turn.person == person && turn.from == from);
        if from == to {
            if !there {
                return Err(Problem::not_found("值班安排", "turn on call"));
            }
            enter(unit, &actor, BookEvent::DutyEnded { unit: place, person, from })?;
            return Ok(Reply::done());
        }
        check_person(unit, person, &place, "/person")?;
        if to < from || to > from.plus_days(DUTY_DAYS_MAX) || to <= unit.now() || there {
            let told = Text::fixed(
                "值班须晚于现在结束、不超过一年，且与已有安排不重复。",
                "A turn ends after it begins and after now, lasts a year at most, and is entered once.",
            );
            return Err(Problem::invalid("/to", told));
        }
        enter(unit, &actor, BookEvent::DutySet { unit: place, person, from, to })?;
        Ok(Reply::done())
    })
    .await
}

/// List who is on call
#[utoipa::path(
    get, path = "/api/voice/duty", operation_id = "list_duty", tag = "voice", params(PlaceQuery),
    responses(
        (status = 200, description = "Turns that have not ended", body = ListBody<DutyBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see` there", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
    )
)]
pub async fn list_duty(call: Call, Query(query): Query<PlaceQuery>) -> Result<axum::Json<ListBody<DutyBody>>, Failure> {
    let (actor, now) = (call.actor.clone(), reading::now(&call.shared));
    let rows = call
        .read(move |conn| {
            let place = seen(conn, &actor, query.unit)?;
            Ok(book::duty(conn, &place, now)?)
        })
        .await?;
    let body = |row: book::DutyRow| DutyBody { unit: row.unit, person: row.person, from: row.from, to: row.to };
    Ok(axum::Json(ListBody { items: rows.into_iter().map(body).collect() }))
}
