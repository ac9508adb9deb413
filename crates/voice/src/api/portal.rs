//! The customers' door: filing, and looking up progress, each with a code that [`portal_codes`](super::portal_codes) sent.

use axum::response::{IntoResponse, Response};
use endpoint::{Failure, Json, OpenApiRouter, ProblemBody, PublicCall, RateLimit, Reply, Shared};
use http::{HeaderName, HeaderValue};
use kernel::{Date, Pii, Problem, Text, Timestamp, id::OrderId};
use ledger::Connection;
use people::{model::organisation::UnitStatus, store::units};
use seal::Keyring;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{
    body::{AmountBody, MatterWord},
    law,
    orders::{self, FiledBody, PersonRequest},
    portal_acts::{ProgressBody, progress_of, visitor_now},
    reading,
    reveal::NO_STORE,
};
use crate::{
    intake::{Faults, Intake, MatterTexts, prepare},
    model::parts::{Entry, Nature, Origin},
    portal::{self, Holder, WRONG_CODE},
    store::{orders as rows, portal as codes},
};

/// Codes that one address may try.
const TRIES_BY_ADDRESS: RateLimit = RateLimit { name: "portal.tries.address", times_max: 60, window_seconds: 600 };
/// Tries for one telephone or receipt number, on this node; the row counts for all nodes.
const TRIES_BY_SLOT: RateLimit = RateLimit { name: "portal.tries.slot", times_max: 10, window_seconds: 600 };

/// Refuses unless the code is the slot's; the caller takes it out of use, or counts the try.
fn check_code(
    conn: &mut Connection,
    keyring: &Keyring,
    slot: &str,
    code: &str,
    now: Timestamp,
) -> Result<String, Problem> {
    let print = portal::code_print(keyring, slot, code);
    let held = codes::get(conn, slot, now)?;
    // Compared even when there is nothing to compare with, so that both take as long.
    let expected = held.map_or_else(|| "0".repeat(print.len()), |held| held.code);
    if portal::same(&expected, &print) { Ok(print) } else { Err(portal::wrong_code()) }
}

/// A failure of the code counts as a try, in a unit of its own because the first one was rolled back.
async fn count_try<T>(call: &PublicCall, slot: String, result: Result<T, Failure>) -> Result<T, Failure> {
    if let Err(Failure(problem)) = &result
        && problem.reason == Some(WRONG_CODE)
    {
        call.write_unkept(move |unit| Ok(codes::count_try(unit.connection(), &slot)?)).await?;
    }
    result
}

fn limit_tries(call: &PublicCall, slot: &str) -> Result<(), Problem> {
    let now = reading::now(&call.shared);
    call.shared.limiter().check(TRIES_BY_ADDRESS, call.address, now)?;
    call.shared.limiter().check(TRIES_BY_SLOT, slot, now)
}

/// A matter that a customer brings.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PortalFileRequest {
    /// The telephone number to which the code was sent.
    #[schema(value_type = String)]
    pub phone: Pii<String>,
    /// The code.
    pub code: String,
    /// The name.
    #[schema(value_type = String, max_length = 100)]
    pub name: Pii<String>,
    /// The identity number, if they wish to give it.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub identity: Option<Pii<String>>,
    /// The account or card in question.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub account: Option<Pii<String>>,
    /// What kind of matter.
    pub matter: MatterWord,
    /// The code of the outlet it is about, as printed there; the head office when absent.
    #[serde(default)]
    pub unit_code: Option<String>,
    /// The matter in one line.
    #[schema(value_type = String, max_length = 120)]
    pub title: Pii<String>,
    /// The matter in full.
    #[schema(value_type = String, max_length = 20000)]
    pub narrative: Pii<String>,
    /// What they ask for.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub request: Option<Pii<String>>,
    /// The amount in question.
    #[serde(default)]
    pub amount: Option<AmountBody>,
    /// When the matter happened.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub occurred_on: Option<Date>,
}

/// The header in which a filing carries the token for what follows it, such as photos. It is no part of the body, which is
/// kept under the idempotency key.
const TOKEN_HEADER: HeaderName = HeaderName::from_static("x-portal-token");

/// File a matter as a customer
///
/// The answer's header `x-portal-token` holds a token for the new matter, as the look-up gives one.
#[utoipa::path(
    post, path = "/api/voice/portal/orders", operation_id = "file_portal_order", tag = "portal",
    request_body = PortalFileRequest,
    responses(
        (status = 201, description = "The matter is filed", body = FiledBody),
        (status = 422, description = "The code is wrong or has expired, or fields are wrong", body = ProblemBody),
        (status = 429, description = "Too many tries; wait", body = ProblemBody),
    )
)]
pub async fn file_portal_order(call: PublicCall, json: Json<PortalFileRequest>) -> Result<Response, Failure> {
    let request = json.value;
    let now = reading::now(&call.shared);
    let unit_code = request.unit_code.clone();
    let unit = call.read(move |conn| receiving_unit(conn, unit_code.as_deref())).await?;
    let intake = intake(&request, unit.clone(), now)?;
    let ports = call.shared.ledger().ports();
    let phone = intake.person.phone.as_ref().map_or("", |phone| phone.expose().as_str());
    let slot = Holder::Phone(phone).slot(&ports.keyring);
    limit_tries(&call, &slot)?;
    let id = OrderId::new(now, &*ports.random);
    let prepared = prepare(&intake, id, now, &ports.keyring, &*ports.random);
    let reference = kernel::ActorRef::new(kernel::ActorKind::Customer, prepared.filing.party.subject);
    let (actor, law, own_slot, code) =
        (portal::complainant(reference, unit), law(&call.shared), slot.clone(), request.code);
    let filed = call
        .write(json.print, move |unit| {
            let (keyring, now) = (unit.keyring(), unit.now());
            let print = check_code(unit.connection(), keyring, &own_slot, &code, now)?;
            if !codes::take(unit.connection(), &own_slot, &print)? {
                return Err(portal::wrong_code());
            }
            let order = orders::file(unit, &prepared, &actor, &law)?;
            Reply::created("/api/voice/portal/progress".to_owned(), &FiledBody::from(&order))
        })
        .await;
    let reply = count_try(&call, slot, filed).await?;
    with_token(&call, reply).await
}

/// The answer with a token for the order that its body names; the same order when the answer was given before.
async fn with_token(call: &PublicCall, reply: Reply) -> Result<Response, Failure> {
    #[derive(Deserialize)]
    struct Filed {
        id: OrderId,
    }
    let filed: Filed = serde_json::from_slice(reply.body()).map_err(Problem::internal_error)?;
    let visitor = visitor_now(call, filed.id, reading::now(&call.shared)).await?;
    let (token, _) = portal::token(&call.shared.ledger().ports().keyring, visitor, visitor.since);
    let mut response = reply.into_response();
    response.headers_mut().insert(TOKEN_HEADER, HeaderValue::from_str(&token).map_err(Problem::internal_error)?);
    response.headers_mut().insert(NO_STORE.0, NO_STORE.1);
    Ok(response)
}

/// The unit that receives what customers file: the outlet whose code they give, else the top of the tree.
fn receiving_unit(conn: &mut Connection, code: Option<&str>) -> Result<kernel::OrgPath, Problem> {
    if let Some(code) = code.map(str::trim).filter(|code| !code.is_empty()) {
        let found = units::find_by_code(conn, code)?.filter(|unit| unit.status == UnitStatus::Open);
        let text = || Text::fixed("没有这个网点编号。", "There is no outlet with this code.");
        return found.map(|unit| unit.path).ok_or_else(|| Problem::invalid("/unit_code", text()));
    }
    units::top(conn)?.map(|unit| unit.path).ok_or_else(|| {
        let text = Text::fixed("系统尚未建立机构，暂不能受理。", "The organisation has not been entered yet.");
        Problem::new(kernel::ProblemKind::Unavailable, text)
    })
}

fn intake(request: &PortalFileRequest, unit: kernel::OrgPath, now: Timestamp) -> Result<Intake, Problem> {
    let mut faults = Faults::default();
    let party = PersonRequest {
        name: Some(request.name.clone()),
        phone: Some(request.phone.clone()),
        identity: request.identity.clone(),
        account: request.account.clone(),
        ..PersonRequest::default()
    };
    let person = party.check("", now.date(), &mut faults);
    if request.name.expose().trim().is_empty() {
        faults.add("/name", Text::fixed("请填写姓名。", "The name is missing."));
    }
    let asked = request.request.as_ref().map(|text| text.expose().as_str());
    let texts = MatterTexts::check(request.title.expose(), request.narrative.expose(), asked, &mut faults);
    faults.check()?;
    let texts = texts.ok_or_else(|| Problem::internal_error("a fault was not noted"))?;
    Ok(Intake {
        matter: request.matter.into(),
        origin: Origin { entry: Some(Entry::Web), ..Origin::DIRECT },
        unit,
        received_at: now,
        nature: Nature::Natural,
        customer: None,
        person,
        representative: None,
        title: texts.title,
        narrative: texts.narrative,
        request: texts.request,
        amount: request.amount.map(Into::into),
        occurred_on: request.occurred_on,
        channel: None,
    })
}

/// Which matter to look up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgressRequest {
    /// The receipt number.
    pub receipt: String,
    /// The code that was sent to the telephone of that matter.
    pub code: String,
}

/// Look up a matter
///
/// Unknown numbers and wrong codes get the same answer.
#[utoipa::path(
    post, path = "/api/voice/portal/progress", operation_id = "get_progress", tag = "portal",
    request_body = ProgressRequest,
    responses(
        (status = 200, description = "How the matter stands, and a token for what can be done with it", body = ProgressBody),
        (status = 422, description = "The number or the code is wrong, or the code has expired", body = ProblemBody),
        (status = 429, description = "Too many tries; wait", body = ProblemBody),
    )
)]
pub async fn get_progress(
    call: PublicCall,
    json: Json<ProgressRequest>,
) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<ProgressBody>), Failure> {
    let ProgressRequest { receipt, code } = json.value;
    let receipt = portal::receipt(&receipt);
    let slot = Holder::Receipt(&receipt).slot(&call.shared.ledger().ports().keyring);
    limit_tries(&call, &slot)?;
    let (own_slot, now) = (slot.clone(), reading::now(&call.shared));
    let found = call
        .write_unkept(move |unit| {
            let (keyring, now) = (unit.keyring(), unit.now());
            let print = check_code(unit.connection(), keyring, &own_slot, &code, now)?;
            let id = rows::by_receipt(unit.connection(), &receipt)?;
            if !codes::take(unit.connection(), &own_slot, &print)? {
                return Err(portal::wrong_code());
            }
            id.ok_or_else(portal::wrong_code)
        })
        .await;
    let visitor = visitor_now(&call, count_try(&call, slot, found).await?, now).await?;
    Ok(([NO_STORE], axum::Json(progress_of(&call, visitor).await?)))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(file_portal_order)).routes(routes!(get_progress))
}
