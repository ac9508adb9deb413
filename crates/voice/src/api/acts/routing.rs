//! Orders that go by the bank's rules, and the rapid lane.

use endpoint::{Call, Failure, OpenApiRouter, Path, ProblemBody, Shared};
use kernel::{
    OrgPath, Problem,
    id::{OrderId, StaffId},
};
use people::api::body::TextBody;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{VersionRequest, act, carry_out, perform_sealed};
use crate::{
    api::reading,
    desk::{self, Act, Beside},
    intake::{REMARK_CHARS_MAX, prose},
    jobs::routing,
    model::{
        Command, Verb,
        actions::permitted,
        rapid::{RapidCommand, UrgentGround},
        routing::{Because, RouteCommand, RoutingRefusal},
    },
    store::book,
};

/// Where the rules send an order, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct RouteBody {
    /// The rule.
    pub route: String,
    /// What people call it.
    pub name: String,
    /// The unit.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The person; the unit's queue when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub person: Option<StaffId>,
    /// Why, for programs.
    pub because: Vec<Because>,
    /// Why, in words.
    pub because_texts: Vec<TextBody>,
}

impl From<RouteCommand> for RouteBody {
    fn from(command: RouteCommand) -> Self {
        Self {
            route: command.route.as_str().to_owned(),
            name: command.name,
            unit: command.unit,
            person: command.person,
            because_texts: command.because.iter().map(|because| because.text().into()).collect(),
            because: command.because,
        }
    }
}

/// Ask where the rules send an order
///
/// Changes nothing.
#[utoipa::path(
    get, path = "/api/voice/orders/{id}/route", operation_id = "preview_route", tag = "voice",
    params(("id" = String, Path, description = "The order")),
    responses(
        (status = 200, description = "Where the rules send it", body = RouteBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such order, or the caller may not see it", body = ProblemBody),
        (status = 409, description = "No rule fits", body = ProblemBody),
    )
)]
pub async fn preview_route(call: Call, Path(id): Path<OrderId>) -> Result<axum::Json<RouteBody>, Failure> {
    let opened = reading::open(&call, &call.actor, id).await?;
    let text = routing::text_of(&opened.order, |field, sealed| opened.open(field, sealed))?;
    let (order, now) = (opened.order.clone(), reading::now(&call.shared));
    let found = call.read(move |conn| Ok(routing::find(conn, &order, &text, now)?)).await?;
    let command = found.ok_or_else(|| desk::refused(RoutingRefusal::NoRoute.into()))?;
    Ok(axum::Json(command.into()))
}

act! {
    /// Send an order by the rules
    ///
    /// To the unit that the first fitting rule names, and where the rule balances, to whoever is filled least.
    route_order(VersionRequest) at "/api/voice/orders/{id}/route" = "route_order", |call, id, json| {
        let (version, actor) = (json.value.version, call.actor.clone());
        carry_out(call, id, json.print, move |unit, order| {
            permitted(order, Verb::Route, &actor)?;
            let command = routing::command(unit, order)?.ok_or_else(|| desk::refused(RoutingRefusal::NoRoute.into()))?;
            Ok(Act::new(id, Some(version), Command::Route(command)))
        })
        .await
    }
}

/// Why an order cannot wait.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkUrgentRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why, of the closed list.
    pub ground: UrgentGround,
    /// Why, in words.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub why: Option<String>,
}

act! {
    /// Put an order on the rapid lane
    ///
    /// Clocks in minutes start, and whoever is on call for the unit has it in their queue.
    mark_urgent(MarkUrgentRequest) at "/api/voice/orders/{id}/mark_urgent" = "mark_urgent", |call, id, json| {
        let MarkUrgentRequest { version, ground, why } = json.value;
        let why = why.as_deref().filter(|why| !why.trim().is_empty()).map(|why| prose(why, REMARK_CHARS_MAX));
        let why = why.transpose().map_err(|text| Problem::invalid("/why", text))?;
        let opened = reading::open(&call, &call.actor, id).await?;
        let (why, words) = match why {
            None => (None, String::new()),
            Some(why) => (Some(opened.seal("urgency", &why, &call.shared)?), opened.words("urgency", &why)?),
        };
        let place = opened.order.unit.clone();
        carry_out(call, id, json.print, move |unit, _| {
            let now = unit.now();
            let on_call = book::on_call(unit.connection(), &place, now)?;
            let command = Command::Rapid(RapidCommand::Mark { ground, why: why.clone(), on_call });
            Ok(Act::new(id, Some(version), command).with_words(words.clone()))
        })
        .await
    }
}

/// Why an order can wait again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalmRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Take an order off the rapid lane
    calm_order(CalmRequest) at "/api/voice/orders/{id}/calm" = "calm_order", |call, id, json| {
        let CalmRequest { version, why } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "urgency", &why, REMARK_CHARS_MAX);
            Ok((Command::Rapid(RapidCommand::Calm { why }), Beside::Nothing))
        })
        .await
    }
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(preview_route, route_order))
        .routes(routes!(mark_urgent))
        .routes(routes!(calm_order))
}
