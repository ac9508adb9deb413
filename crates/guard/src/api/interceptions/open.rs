//! Opening an interception by hand: a teller noticed something that no rule did.

use endpoint::{
    Call, Failure, Json, ProblemBody, Reply,
    typed::{Faults, prose},
};
use kernel::{
    Actor, OrgPath, Problem, Text,
    id::{CustomerId, InterceptionId, UnitId},
    mask,
};
use ledger::Connection;
use people::{
    model::{organisation::UnitStatus, permissions::CUSTOMER_SEE},
    store::{customers, units},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{body::InterceptionStateBody, now};
use crate::{
    desk,
    intake::{self, Sides, TypedSides},
    model::{
        interception::{Command, Rules, event::Opened},
        permission::OPEN,
        words::{Channel, GuardOutcome},
    },
    rules::RulesSource,
};

/// Characters of a reason: one sentence.
const REASON_CHARS_MAX: usize = 200;

/// Who pays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayerRequest {
    /// The customer, when the bank knows them as one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub customer: Option<CustomerId>,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// The telephone number.
    #[serde(default)]
    pub phone: Option<String>,
    /// The account that pays.
    #[serde(default)]
    pub account: Option<String>,
}

/// Who gets the money.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayeeRequest {
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// The account.
    #[serde(default)]
    pub account: Option<String>,
}

/// A transfer that somebody wants looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpenInterceptionRequest {
    /// The unit where it is.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// Where the transfer was asked for.
    pub channel: Channel,
    /// Who pays.
    #[serde(default)]
    pub payer: PayerRequest,
    /// Who gets the money.
    #[serde(default)]
    pub payee: PayeeRequest,
    /// The amount in fen.
    #[schema(minimum = 1)]
    pub amount: i64,
    /// What the customer says it is for.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub purpose: Option<String>,
    /// What is demanded for now; `verify` when absent.
    #[serde(default)]
    pub outcome: Option<GuardOutcome>,
    /// What was noticed, in one sentence that names nobody.
    #[schema(max_length = 200)]
    pub reason: String,
    /// The parts of the dialogue to hold, by name, beside the first and the last.
    #[serde(default)]
    pub dialogue: Vec<String>,
}

/// Open an interception by hand
#[utoipa::path(
    post, path = "/api/guard/interceptions", operation_id = "open_interception", tag = "guard",
    request_body = OpenInterceptionRequest,
    responses(
        (status = 201, description = "It was opened", body = InterceptionStateBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.interception.open` there", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn open_interception(call: Call, json: Json<OpenInterceptionRequest>) -> Result<Reply, Failure> {
    call.require(OPEN)?;
    let (rules, request) = (call.shared.rules()?, json.value);
    let ports = call.shared.ledger().ports();
    let at = now(&call.shared);
    let id = InterceptionId::new(at, &*ports.random);
    let (sides, reason) = check(&request, &rules)?;
    let sealed = intake::seal(&sides, id, at, &ports.keyring, &*ports.random);
    let parts = rules.book.choose(request.dialogue.iter().map(String::as_str));
    let (actor, language) = (call.actor.clone(), call.language);
    call.write(json.print, move |unit| {
        let place = place(unit.connection(), request.unit, &actor)?;
        known_customer(unit.connection(), request.payer.customer, &actor)?;
        let opened = Opened {
            interception: id,
            unit: place,
            decision: None,
            channel: request.channel,
            payer: sealed.payer.clone(),
            payee: sealed.payee.clone(),
            amount: request.amount,
            purpose: sealed.purpose.clone(),
            outcome: request.outcome.unwrap_or(GuardOutcome::Verify),
            reasons: vec![Text::of(reason.clone(), reason.clone())],
            book: rules.book.version,
            parts: parts.clone(),
        };
        let state = desk::open(unit, Command::Open(Box::new(opened)), &sealed.kept, &actor, &rules)?;
        let body = InterceptionStateBody::of(&state, &rules, (&actor, unit.now(), language));
        Reply::created(format!("/api/guard/interceptions/{id}"), &body)
    })
    .await
}

/// Both sides in normal form, and the reason without names and numbers.
fn check(request: &OpenInterceptionRequest, rules: &Rules) -> Result<(Sides, String), Problem> {
    let mut faults = Faults::default();
    let reason = faults.take("/reason", prose(&request.reason, REASON_CHARS_MAX)).unwrap_or_default();
    let typed = TypedSides {
        name: request.payer.name.as_deref(),
        phone: request.payer.phone.as_deref(),
        account: request.payer.account.as_deref(),
        payee_name: request.payee.name.as_deref(),
        payee_account: request.payee.account.as_deref(),
        purpose: request.purpose.as_deref(),
    };
    let sides = typed.check(request.payer.customer, &mut faults);
    for (at, _) in request.dialogue.iter().enumerate().filter(|(_, name)| rules.book.part(name).is_none()) {
        let text = Text::fixed("没有这个对话部分。", "There is no such part of a dialogue.");
        faults.add(format!("/dialogue/{at}"), text);
    }
    faults.check()?;
    let names = [&sides.name, &sides.payee_name].into_iter().flatten();
    let names: Vec<&str> = names.map(|name| name.expose().as_str()).collect();
    let reason = mask::redact(&reason, &names);
    Ok((sides, reason))
}

/// The open unit in which the caller may open interceptions.
fn place(conn: &mut Connection, id: UnitId, actor: &Actor) -> Result<OrgPath, Problem> {
    let found = units::find(conn, id)?.filter(|found| found.status == UnitStatus::Open);
    let found = found.filter(|found| actor.may(OPEN, &found.path));
    found.map(|found| found.path).ok_or_else(|| {
        let text =
            Text::fixed("没有这个机构，或您无权在此办理。", "There is no such unit, or you may not do this there.");
        Problem::invalid("/unit", text)
    })
}

/// A customer that is named must be one that the caller may know of.
fn known_customer(conn: &mut Connection, id: Option<CustomerId>, actor: &Actor) -> Result<(), Problem> {
    let Some(id) = id else { return Ok(()) };
    let nouns = ("客户", "customer");
    let record = customers::find(conn, id)?.ok_or_else(|| Problem::not_found(nouns.0, nouns.1))?;
    endpoint::call::authorise(actor, CUSTOMER_SEE, CUSTOMER_SEE, record.customer, nouns).map(drop)
}
