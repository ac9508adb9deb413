//! The customers' door: a code for a telephone or a receipt number, filing, and looking up progress.

use endpoint::{Failure, Json, OpenApiRouter, ProblemBody, PublicCall, RateLimit, Reply, Shared};
use http::{HeaderName, HeaderValue};
use kernel::{Date, Pii, Problem, Text, Timestamp, id::OrderId};
use ledger::{Connection, Unit};
use people::{
    model::{numbers, organisation::UnitStatus},
    store::units,
};
use seal::Keyring;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{
    body::{AmountBody, MatterWord},
    law,
    orders::{self, FiledBody, PersonRequest},
    portal_acts::{ProgressBody, progress_of},
    reading,
    reveal::NO_STORE,
};
use crate::{
    intake::{Faults, Intake, MatterTexts, OrderKey, prepare},
    model::parts::{Entry, Nature, Origin, PersonalField},
    portal::{self, CODE_SECONDS, Holder, WRONG_CODE},
    store::{
        messages::{self, NewMessage},
        orders as rows, portal as codes,
    },
};

/// Codes that one address may ask for: a family behind one connection, not a dialler.
const CODES_BY_ADDRESS: RateLimit = RateLimit { name: "portal.codes.address", times_max: 20, window_seconds: 600 };
/// Codes for one telephone or receipt number: each is a text message somebody receives.
const CODES_BY_SLOT: RateLimit = RateLimit { name: "portal.codes.slot", times_max: 3, window_seconds: 600 };
/// Codes that one address may try.
const TRIES_BY_ADDRESS: RateLimit = RateLimit { name: "portal.tries.address", times_max: 60, window_seconds: 600 };
/// Tries for one telephone or receipt number, on this node; the row counts for all nodes.
const TRIES_BY_SLOT: RateLimit = RateLimit { name: "portal.tries.slot", times_max: 10, window_seconds: 600 };

/// For what a code is wanted: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    /// The telephone number with which to file.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "13800138000")]
    pub phone: Option<Pii<String>>,
    /// The receipt number to look up; the code goes to the telephone of that matter.
    #[serde(default)]
    #[schema(example = "XB20260302-7K3F9-Q2M8N")]
    pub receipt: Option<String>,
}

/// A code is on its way, if there is anybody to send it to.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeBody {
    /// Seconds for which it holds.
    pub expires_in_seconds: i64,
    /// The code itself; only where the demo shows codes on screen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Ask for a one-time code
///
/// The answer is the same for known and unknown numbers.
#[utoipa::path(
    post, path = "/api/voice/portal/codes", operation_id = "request_code", tag = "portal", request_body = CodeRequest,
    responses(
        (status = 200, description = "A code is on its way, if the number is known", body = CodeBody),
        (status = 422, description = "Neither or both numbers are given, or the telephone number is none", body = ProblemBody),
        (status = 429, description = "Too many codes; wait", body = ProblemBody),
    )
)]
pub async fn request_code(
    call: PublicCall,
    json: Json<CodeRequest>,
) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<CodeBody>), Failure> {
    let CodeRequest { phone, receipt } = json.value;
    let now = reading::now(&call.shared);
    let phone = phone.map(|phone| numbers::phone(phone.expose())).transpose();
    let phone = phone.map_err(|text| Problem::invalid("/phone", text))?;
    let receipt = receipt.map(|typed| portal::receipt(&typed));
    let keyring = &call.shared.ledger().ports().keyring;
    let slot = match (&phone, &receipt) {
        (Some(phone), None) => Holder::Phone(phone).slot(keyring),
        (None, Some(receipt)) => Holder::Receipt(receipt).slot(keyring),
        (_, _) => {
            let text =
                Text::fixed("请填写手机号或受理编号之一。", "Give either a telephone number or a receipt number.");
            return Err(Problem::invalid("", text).into());
        }
    };
    call.shared.limiter().check(CODES_BY_ADDRESS, call.address, now)?;
    call.shared.limiter().check(CODES_BY_SLOT, &slot, now)?;
    let code = portal::code(&*call.shared.ledger().ports().random);
    let shown = call.shared.settings().codes_on_screen.then(|| code.clone());
    call.write_unkept(move |unit| send_code(unit, &slot, &code, phone.as_deref(), receipt.as_deref())).await?;
    Ok(([NO_STORE], axum::Json(CodeBody { expires_in_seconds: CODE_SECONDS, code: shown })))
}

fn send_code(
    unit: &mut Unit<'_>,
    slot: &str,
    code: &str,
    phone: Option<&str>,
    receipt: Option<&str>,
) -> Result<(), Problem> {
    let (keyring, random, now) = (unit.keyring(), unit.random(), unit.now());
    let expires_at = now.plus_micros(CODE_SECONDS * 1_000_000);
    codes::put(unit.connection(), slot, &portal::code_print(keyring, slot, code), expires_at)?;
    let recipient = match (phone, receipt) {
        (Some(phone), _) => Some(Pii::new(phone.to_owned())),
        (None, Some(receipt)) => phone_of(unit, receipt)?,
        (None, None) => None,
    };
    let Some(recipient) = recipient else { return Ok(()) };
    let body = portal::message(code);
    let new = NewMessage { kind: "code", recipient: recipient.expose(), body: &body, now, expires_at };
    messages::put(unit.connection(), new, keyring, random)?;
    Ok(())
}

/// The telephone of a matter: the complainant's, else that of whoever speaks for them.
fn phone_of(unit: &mut Unit<'_>, receipt: &str) -> Result<Option<Pii<String>>, Problem> {
    let keyring = unit.keyring();
    let Some(id) = rows::by_receipt(unit.connection(), receipt)? else { return Ok(None) };
    let order = crate::desk::load(unit, id)?;
    let Some(place) = rows::place(unit.connection(), id)? else { return Ok(None) };
    if place.wrapped.is_none() {
        return Ok(None);
    }
    let key = place.key(keyring)?;
    let key = OrderKey { keyring, key: &key, order: id };
    let fields = [PersonalField::Phone, PersonalField::RepresentativePhone];
    let held = fields.into_iter().find_map(|field| Some((field, order.sealed(field)?)));
    held.map(|(field, sealed)| key.open(field.as_str(), sealed)).transpose()
}

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

/// File a matter as a customer
#[utoipa::path(
    post, path = "/api/voice/portal/orders", operation_id = "file_portal_order", tag = "portal",
    request_body = PortalFileRequest,
    responses(
        (status = 201, description = "The matter is filed", body = FiledBody),
        (status = 422, description = "The code is wrong or has expired, or fields are wrong", body = ProblemBody),
        (status = 429, description = "Too many tries; wait", body = ProblemBody),
    )
)]
pub async fn file_portal_order(call: PublicCall, json: Json<PortalFileRequest>) -> Result<Reply, Failure> {
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
    count_try(&call, slot, filed).await
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
    let own_slot = slot.clone();
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
    let id = count_try(&call, slot, found).await?;
    Ok(([NO_STORE], axum::Json(progress_of(&call, id).await?)))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(request_code)).routes(routes!(file_portal_order)).routes(routes!(get_progress))
}
