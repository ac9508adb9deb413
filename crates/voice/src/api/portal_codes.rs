//! One-time codes for the customers' door: asked for by telephone or receipt number, sent, and dear to ask for in numbers.
//!
//! Must never tell whether a number is known.

use endpoint::{
    Failure, Json, OpenApiRouter, ProblemBody, PublicCall, RateLimit, Shared,
    puzzle::{ProofRequest, Toll},
};
use http::{HeaderName, HeaderValue};
use kernel::{Pii, Problem, Text};
use ledger::Unit;
use people::model::numbers;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{reading, reveal::NO_STORE};
use crate::{
    invitation,
    portal::{self, CODE_SECONDS, Holder},
    store::{
        messages::{self, NewMessage},
        orders as rows, portal as codes,
    },
};

/// Codes that one address may ask for: without proof of work a family behind one connection, not a dialler; with proof a full
/// hall of customers on the branch's own network.
const CODES: Toll = Toll {
    free: RateLimit { name: "portal.codes.address", times_max: 20, window_seconds: 600 },
    proven: RateLimit { name: "portal.codes.proven", times_max: 300, window_seconds: 600 },
};
/// Codes for one telephone or receipt number: each is a text message somebody receives.
const CODES_BY_SLOT: RateLimit = RateLimit { name: "portal.codes.slot", times_max: 3, window_seconds: 600 };
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
    /// The answer to a puzzle, when one was asked for (`reason` is `proof-needed`).
    #[serde(default)]
    pub proof: Option<ProofRequest>,
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
        (status = 429, description = "Too many codes; wait, or solve a puzzle (`proof-needed`)", body = ProblemBody),
    )
)]
pub async fn request_code(
    call: PublicCall,
    json: Json<CodeRequest>,
) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<CodeBody>), Failure> {
    let CodeRequest { phone, receipt, proof } = json.value;
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
    CODES.take(&call, proof.as_ref(), now)?;
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
    let Some(id) = rows::by_receipt(unit.connection(), receipt)? else { return Ok(None) };
    let order = crate::desk::load(unit, id)?;
    invitation::phone_of(unit, &order)
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(request_code))
}
