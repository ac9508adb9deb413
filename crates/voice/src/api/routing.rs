//! The book of routing: the bank's rules, who may be given orders by them, and who is on call, with how each came to be.

use endpoint::{Call, Failure, Json, OpenApiRouter, Path, ProblemBody, Reply, Shared};
use kernel::{Actor, OrgPath, Problem, Text, Timestamp, id::UnitId};
use ledger::{Connection, Unit};
use people::{api::body::TextBody, store::units};
use regulation::Axis;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

mod staffing;

use super::{
    body::MatterWord,
    law,
    orders::{open_unit, reference},
    reading,
};
use crate::{
    model::{
        Law,
        book::{BookEvent, STREAM},
        parts::AxisKey,
        permission::{ROUTING, SEE},
        refusal::Refusal,
        routing::{KEYWORDS_MAX, Route, SKILLS_MAX, WORD_CHARS_MAX},
    },
    store::book,
};

/// Characters of a rule's name.
const NAME_CHARS_MAX: usize = 60;
/// Entries of the book that the history shows, newest first.
const HISTORY_MAX: usize = 200;

/// A rule as the bank writes it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SaveRouteRequest {
    /// What people call it.
    #[schema(max_length = 60)]
    pub name: String,
    /// Rules are tried from the lowest rank up.
    pub rank: u32,
    /// Kinds of matters; any when empty.
    #[serde(default)]
    pub matters: Vec<MatterWord>,
    /// Channels; any when empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub channels: Vec<AxisKey>,
    /// Kinds of business; any when empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub businesses: Vec<AxisKey>,
    /// Reasons; any when empty.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub reasons: Vec<AxisKey>,
    /// Filed at or below this unit; anywhere when absent, which the top of the bank alone may say.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub filed_below: Option<UnitId>,
    /// Words of the matter, one of which must be there; any when empty.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Only urgent orders.
    #[serde(default)]
    pub urgent_only: bool,
    /// The unit that gets it.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// What its handler must be able to do.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Given to whoever is filled least; else to the unit's queue.
    #[serde(default)]
    pub balanced: bool,
    /// Orders go by it as soon as they are classified.
    #[serde(default)]
    pub automatic: bool,
}

/// A rule as it holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedRouteBody {
    /// Its key.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// Rules are tried from the lowest rank up.
    pub rank: u32,
    /// Kinds of matters.
    pub matters: Vec<MatterWord>,
    /// Channels.
    #[schema(value_type = Vec<String>)]
    pub channels: Vec<AxisKey>,
    /// Kinds of business.
    #[schema(value_type = Vec<String>)]
    pub businesses: Vec<AxisKey>,
    /// Reasons.
    #[schema(value_type = Vec<String>)]
    pub reasons: Vec<AxisKey>,
    /// Filed at or below.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub filed_below: Option<OrgPath>,
    /// Words of the matter.
    pub keywords: Vec<String>,
    /// Only urgent orders.
    pub urgent_only: bool,
    /// The unit that gets it.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// What its handler must be able to do.
    pub skills: Vec<String>,
    /// Given to whoever is filled least.
    pub balanced: bool,
    /// Orders go by it as soon as they are classified.
    pub automatic: bool,
}

impl From<Route> for SavedRouteBody {
    fn from(route: Route) -> Self {
        Self {
            key: route.key.as_str().to_owned(),
            name: route.name,
            rank: route.rank,
            matters: route.matters.into_iter().map(Into::into).collect(),
            channels: route.channels,
            businesses: route.businesses,
            reasons: route.reasons,
            filed_below: route.filed_below,
            keywords: route.keywords,
            urgent_only: route.urgent_only,
            unit: route.unit,
            skills: route.skills,
            balanced: route.balanced,
            automatic: route.automatic,
        }
    }
}

/// Everything of one list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListBody<T> {
    /// Its rows.
    pub items: Vec<T>,
}

/// List the routing rules
#[utoipa::path(
    get, path = "/api/voice/routes", operation_id = "list_routes", tag = "voice",
    responses(
        (status = 200, description = "The rules that hold, in the order in which they are tried", body = ListBody<SavedRouteBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
    )
)]
pub async fn list_routes(call: Call) -> Result<axum::Json<ListBody<SavedRouteBody>>, Failure> {
    call.require(SEE)?;
    let mut routes = call.read(|conn| Ok(book::routes(conn)?)).await?;
    routes.sort_by(|one, other| (one.rank, &one.key).cmp(&(other.rank, &other.key)));
    Ok(axum::Json(ListBody { items: routes.into_iter().map(SavedRouteBody::from).collect() }))
}

/// Save a routing rule
#[utoipa::path(
    put, path = "/api/voice/routes/{key}", operation_id = "save_route", tag = "voice",
    params(("key" = String, Path, description = "The rule's key, for instance card-fees")), request_body = SaveRouteRequest,
    responses(
        (status = 200, description = "The rule as it holds", body = SavedRouteBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may not write rules for that part of the bank", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn save_route(call: Call, Path(key): Path<String>, json: Json<SaveRouteRequest>) -> Result<Reply, Failure> {
    call.require(ROUTING)?;
    let key = reference(&key).map_err(|text| Problem::invalid("/key", text))?;
    let (request, actor, law) = (json.value, call.actor.clone(), law(&call.shared));
    call.write(json.print, move |unit| {
        let conn = unit.connection();
        let place = open_unit(conn, request.unit, "/unit")?;
        let below = request.filed_below.map(|id| open_unit(conn, id, "/filed_below")).transpose()?;
        owns(conn, &actor, below.as_ref())?;
        let held = book::routes(conn)?;
        // Whoever changes a rule must have had the right to write it as it was.
        if let Some(old) = held.iter().find(|route| route.key == key) {
            owns(conn, &actor, old.filed_below.as_ref())?;
        } else if i64::try_from(held.len()).is_ok_and(|count| count >= book::ROUTES_MAX) {
            let text = Text::fixed("分派规则过多，请停用不用的规则。", "There are too many rules; end some.");
            return Err(Problem::invalid("/key", text));
        }
        let route = Route {
            key: key.clone(),
            name: word(&request.name, NAME_CHARS_MAX, "/name")?,
            rank: request.rank,
            matters: request.matters.iter().copied().map(Into::into).collect(),
            channels: on_axis(&law, Axis::Channel, &request.channels, unit.now(), "/channels")?,
            businesses: on_axis(&law, Axis::Business, &request.businesses, unit.now(), "/businesses")?,
            reasons: on_axis(&law, Axis::Reason, &request.reasons, unit.now(), "/reasons")?,
            filed_below: below,
            keywords: words(&request.keywords, KEYWORDS_MAX, "/keywords")?,
            urgent_only: request.urgent_only,
            unit: place,
            skills: words(&request.skills, SKILLS_MAX, "/skills")?,
            balanced: request.balanced,
            automatic: request.automatic,
        };
        enter(unit, &actor, BookEvent::RouteSaved { route: route.clone() })?;
        Reply::ok(&SavedRouteBody::from(route))
    })
    .await
}

/// Nothing more to say.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndRouteRequest {}

/// End a routing rule
#[utoipa::path(
    post, path = "/api/voice/routes/{key}/end", operation_id = "end_route", tag = "voice",
    params(("key" = String, Path, description = "The rule's key")), request_body = EndRouteRequest,
    responses(
        (status = 204, description = "The rule holds no more"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may not write rules for that part of the bank", body = ProblemBody),
        (status = 404, description = "There is no such rule", body = ProblemBody),
    )
)]
pub async fn end_route(call: Call, Path(key): Path<String>, json: Json<EndRouteRequest>) -> Result<Reply, Failure> {
    call.require(ROUTING)?;
    let actor = call.actor.clone();
    call.write(json.print, move |unit| {
        let held = book::routes(unit.connection())?;
        let route = held.into_iter().find(|route| route.key.as_str() == key);
        let route = route.ok_or_else(|| Problem::not_found("分派规则", "routing rule"))?;
        owns(unit.connection(), &actor, route.filed_below.as_ref())?;
        enter(unit, &actor, BookEvent::RouteEnded { key: route.key })?;
        Ok(Reply::done())
    })
    .await
}

/// Refuses whoever may not write rules for what is filed at or below `place`, or for the whole bank.
fn owns(conn: &mut Connection, actor: &Actor, place: Option<&OrgPath>) -> Result<(), Problem> {
    let place = match place {
        Some(place) => Some(place.clone()),
        None => units::top(conn)?.map(|unit| unit.path),
    };
    let held = place.is_none_or(|place| actor.may(ROUTING, &place));
    if held { Ok(()) } else { Err(Refusal::Lacks(ROUTING).into()) }
}

fn on_axis(law: &Law, axis: Axis, keys: &[AxisKey], now: Timestamp, pointer: &str) -> Result<Vec<AxisKey>, Problem> {
    if keys.iter().all(|key| law.on_axis(axis, key.as_str(), now.date())) {
        return Ok(keys.to_vec());
    }
    Err(Problem::invalid(pointer, Refusal::NotOnAxis(axis).text()))
}

fn word(text: &str, chars_max: usize, pointer: &str) -> Result<String, Problem> {
    let text = text.trim();
    if (1..=chars_max).contains(&text.chars().count()) && !text.chars().any(char::is_control) {
        return Ok(text.to_owned());
    }
    let told =
        Text::of(format!("须为 1 至 {chars_max} 个字符。"), format!("1 to {chars_max} plain characters are needed."));
    Err(Problem::invalid(pointer, told))
}

fn words(texts: &[String], most: usize, pointer: &str) -> Result<Vec<String>, Problem> {
    if texts.len() > most {
        let told = Text::of(format!("最多 {most} 个。"), format!("At most {most} are taken."));
        return Err(Problem::invalid(pointer, told));
    }
    texts.iter().map(|text| word(text, WORD_CHARS_MAX, pointer)).collect()
}

/// Writes an entry into the book and its rows.
fn enter(unit: &mut Unit<'_>, actor: &Actor, event: BookEvent) -> Result<(), Problem> {
    let stream = unit.load::<BookEvent>(STREAM)?;
    let version = stream.events.last().map_or(0, |recorded| recorded.version);
    book::apply(unit.connection(), &event)?;
    unit.append(STREAM, version, &actor.reference, &[event])?;
    Ok(())
}

/// An entry of the book.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookEntryBody {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who, as an actor reference.
    pub by: String,
    /// What, in words.
    pub sentence: TextBody,
}

/// List how the routing rules came to be
#[utoipa::path(
    get, path = "/api/voice/routing/history", operation_id = "list_routing_history", tag = "voice",
    responses(
        (status = 200, description = "The newest entries first", body = ListBody<BookEntryBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.routing.manage`", body = ProblemBody),
    )
)]
pub async fn list_routing_history(call: Call) -> Result<axum::Json<ListBody<BookEntryBody>>, Failure> {
    call.require(ROUTING)?;
    let shared = call.shared.clone();
    let raw = reading::blocking(move || Ok(shared.ledger().history(STREAM)?)).await?;
    let entry = |raw: ledger::RawEvent| {
        let event: BookEvent = serde_json::from_value(raw.payload).map_err(Problem::internal_error)?;
        Ok(BookEntryBody { at: raw.at, by: raw.actor.as_str().to_owned(), sentence: event.sentence().into() })
    };
    let items = raw.into_iter().rev().take(HISTORY_MAX).map(entry).collect::<Result<_, Problem>>()?;
    Ok(axum::Json(ListBody { items }))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_routes))
        .routes(routes!(save_route))
        .routes(routes!(end_route))
        .routes(routes!(staffing::set_handler))
        .routes(routes!(staffing::list_handlers))
        .routes(routes!(staffing::list_duty, staffing::set_duty))
        .routes(routes!(list_routing_history))
}
