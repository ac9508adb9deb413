//! Filing: by staff on somebody's behalf, or by a system of the bank.

use std::sync::Arc;

use endpoint::{Call, Failure, Json, ProblemBody, Reply};
use kernel::{
    Actor, Date, Pii, Problem, Text, Timestamp,
    id::{CustomerId, OrderId, UnitId},
};
use people::{
    model::permissions::CUSTOMER_SEE,
    store::{customer_seal, customers, subject_keys, units},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    body::{AmountBody, MatterWord},
    law,
    origin::OriginRequest,
    reading,
};
use crate::{
    desk,
    intake::{Faults, Intake, MatterTexts, Person, Prepared, TypedPerson, prepare},
    model::{
        Command, Order, StageName,
        parts::{AxisKey, Nature, Reference, Standing},
        permission::FILE,
    },
};

/// A person as typed in. Whatever the bank already holds of a customer need not be typed again.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonRequest {
    /// The name.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 100)]
    pub name: Option<Pii<String>>,
    /// The telephone number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Pii<String>>,
    /// The identity number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub identity: Option<Pii<String>>,
    /// The account or card in question.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub account: Option<Pii<String>>,
    /// The e-mail address.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub email: Option<Pii<String>>,
    /// The postal address.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub address: Option<Pii<String>>,
}

impl PersonRequest {
    /// The person, checked; faults are noted below `base`.
    pub fn check(&self, base: &str, today: Date, faults: &mut Faults) -> Person {
        fn of(value: &Option<Pii<String>>) -> Option<&str> {
            value.as_ref().map(|value| value.expose().as_str())
        }
        let typed = TypedPerson {
            name: of(&self.name),
            phone: of(&self.phone),
            identity: of(&self.identity),
            account: of(&self.account),
            email: of(&self.email),
            address: of(&self.address),
        };
        typed.check(base, today, faults)
    }
}

/// Who speaks for the complainant. The papers follow as attachments.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RepresentativeRequest {
    /// As what.
    pub standing: Standing,
    /// The name.
    #[schema(value_type = String)]
    pub name: Pii<String>,
    /// The telephone number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub phone: Option<Pii<String>>,
    /// The identity number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub identity: Option<Pii<String>>,
}

impl RepresentativeRequest {
    /// The representative, checked.
    pub fn check(&self, base: &str, today: Date, faults: &mut Faults) -> (Standing, Person) {
        let request = PersonRequest {
            name: Some(self.name.clone()),
            phone: self.phone.clone(),
            identity: self.identity.clone(),
            ..PersonRequest::default()
        };
        let person = request.check(base, today, faults);
        if person.name.is_none() && self.name.expose().trim().is_empty() {
            faults.add(format!("{base}/name"), Text::fixed("请填写姓名。", "The name is missing."));
        }
        (self.standing, person)
    }
}

/// A matter to be filed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileOrderRequest {
    /// What kind of matter.
    pub matter: MatterWord,
    /// The matter in one line.
    #[schema(value_type = String, max_length = 120, example = "信用卡年费争议")]
    pub title: Pii<String>,
    /// The matter in the complainant's words.
    #[schema(value_type = String, max_length = 20000)]
    pub narrative: Pii<String>,
    /// What they ask for.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub request: Option<Pii<String>>,
    /// Who passed it on; nobody when absent.
    #[serde(default)]
    pub origin: OriginRequest,
    /// The unit that received it; the caller's own when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// When the bank received it; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub received_at: Option<Timestamp>,
    /// What kind of person complains.
    #[serde(default)]
    pub nature: Option<Nature>,
    /// The customer, when the bank knows them as one: what it holds of them is filled in.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub customer: Option<CustomerId>,
    /// Who complains.
    #[serde(default)]
    pub party: PersonRequest,
    /// Who speaks for them.
    #[serde(default)]
    pub representative: Option<RepresentativeRequest>,
    /// The amount in question.
    #[serde(default)]
    pub amount: Option<AmountBody>,
    /// When the matter happened.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub occurred_on: Option<Date>,
    /// Axis A, when it is known.
    #[serde(default)]
    pub channel: Option<String>,
}

/// A matter that was filed.
#[derive(Debug, Serialize, ToSchema)]
pub struct FiledBody {
    /// The order's id.
    #[schema(value_type = String, example = "wo_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: OrderId,
    /// The number to give to the complainant.
    #[schema(example = "XB20260302-7K3F9-Q2M8N")]
    pub receipt: String,
    /// Its version.
    pub version: u64,
    /// The step it has reached.
    pub stage: StageName,
    /// The first deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_due: Option<Timestamp>,
}

impl From<&Order> for FiledBody {
    fn from(order: &Order) -> Self {
        Self {
            id: order.id,
            receipt: order.receipt.clone(),
            version: order.version,
            stage: order.stage.name(),
            next_due: order.next_due(),
        }
    }
}

/// File an order
///
/// By staff on somebody's behalf, or by a system of the bank. The statutory clocks start with `received_at`.
#[utoipa::path(
    post, path = "/api/voice/orders", operation_id = "file_order", tag = "voice", request_body = FileOrderRequest,
    responses(
        (status = 201, description = "The order is filed and on disk", body = FiledBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.file` for the unit", body = ProblemBody),
        (status = 404, description = "There is no such customer", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn file_order(call: Call, json: Json<FileOrderRequest>) -> Result<Reply, Failure> {
    let request = json.value;
    call.require(FILE)?;
    let found = find(&call, request.unit, request.customer).await?;
    let now = reading::now(&call.shared);
    let intake = intake(&request, found, &call.actor, now)?;
    if !call.actor.may(FILE, &intake.unit) {
        return Err(endpoint::call::lacks(FILE).into());
    }
    let ports = call.shared.ledger().ports();
    let id = OrderId::new(now, &*ports.random);
    let Prepared { filing, kept } = prepare(&intake, id, now, &ports.keyring, &*ports.random);
    // Judged, hashed and answered before the write, which then only stores: there is one writer and there are many of us.
    let ground = (now, &call.cause(), &*ports.keyring);
    let ready = desk::judge_filing(Command::File(Box::new(filing)), &call.actor, &law(&call.shared), ground);
    let ready = ready.and_then(|ready| {
        let place = format!("/api/voice/orders/{}", ready.order.id);
        let reply = Reply::created(place, &FiledBody::from(&ready.order))?;
        Ok((ready, reply))
    });
    // Shared, so that it is let go here and costs the one writer no time.
    let matter = Arc::new((ready, kept));
    let shared = Arc::clone(&matter);
    let answer = call.write(json.print, move |unit| {
        let (ready, kept) = &*shared;
        // A refusal waits until here, because an answer that is kept under the key goes before it.
        let (ready, reply) = ready.as_ref().map_err(Problem::clone)?;
        desk::place(unit, kept, ready)?;
        Ok(reply.clone())
    });
    let answer = answer.await;
    drop(matter);
    answer
}

/// Files what was prepared.
pub(super) fn file(
    unit: &mut ledger::Unit<'_>,
    prepared: &Prepared,
    actor: &Actor,
    law: &crate::model::Law,
) -> Result<Order, Problem> {
    let command = Command::File(Box::new(prepared.filing.clone()));
    desk::file(unit, prepared, command, actor, law)
}

/// What the request names and the bank holds: the unit's place, and the customer.
#[derive(Default)]
struct Found {
    unit: Option<kernel::OrgPath>,
    customer: Option<(CustomerId, Person)>,
}

/// Looks up what the request names; nothing is read when it names nothing.
async fn find(call: &Call, unit: Option<UnitId>, customer: Option<CustomerId>) -> Result<Found, Failure> {
    if unit.is_none() && customer.is_none() {
        return Ok(Found::default());
    }
    let (actor, keyring) = (call.actor.clone(), call.shared.ledger().ports().keyring.clone());
    call.read(move |conn| {
        let unit = unit.map(|id| open_unit(conn, id, "/unit")).transpose()?;
        let Some(id) = customer else { return Ok(Found { unit, customer: None }) };
        let nouns = ("客户", "customer");
        let record = customers::find(conn, id)?.ok_or_else(|| Problem::not_found(nouns.0, nouns.1))?;
        let held = endpoint::call::authorise(&actor, CUSTOMER_SEE, CUSTOMER_SEE, record.customer.clone(), nouns)?;
        let subject = held.subject;
        let (Some(sealed), Some(key)) = (&record.sealed, subject_keys::fetch(conn, &keyring, subject)?) else {
            return Err(people::use_cases::customers::erased());
        };
        let plain = (held.tags.iter().copied().collect(), held.language, held.edition);
        let details = customer_seal::open(&keyring, &key, id, sealed, &[], plain)?;
        let person = Person {
            name: Some(details.name),
            phone: details.phone,
            identity: details.identity.map(|(_, number)| number),
            address: details.address,
            ..Person::default()
        };
        Ok(Found { unit, customer: Some((id, person)) })
    })
    .await
}

/// The place of a unit that things may be given to: it must be there and open.
pub(super) fn open_unit(conn: &mut ledger::Connection, id: UnitId, pointer: &str) -> Result<kernel::OrgPath, Problem> {
    use people::model::organisation::UnitStatus;
    match units::find(conn, id)? {
        Some(unit) if unit.status == UnitStatus::Open => Ok(unit.path),
        Some(_) => Err(Problem::invalid(pointer, Text::fixed("这个机构已撤销。", "This unit is closed."))),
        None => Err(Problem::invalid(pointer, Text::fixed("没有这个机构。", "There is no such unit."))),
    }
}

fn intake(request: &FileOrderRequest, found: Found, actor: &Actor, now: Timestamp) -> Result<Intake, Problem> {
    let mut faults = Faults::default();
    let today = now.date();
    let typed = request.party.check("/party", today, &mut faults);
    let (customer, person) = match found.customer {
        Some((id, held)) => (Some(id), fill(typed, held)),
        None => (None, typed),
    };
    let asked = request.request.as_ref().map(|text| text.expose().as_str());
    let texts = MatterTexts::check(request.title.expose(), request.narrative.expose(), asked, &mut faults);
    let representative =
        request.representative.as_ref().map(|person| person.check("/representative", today, &mut faults));
    let origin = request.origin.read(&mut faults);
    faults.check()?;
    let texts = texts.ok_or_else(|| Problem::internal_error("a fault was not noted"))?;
    Ok(Intake {
        matter: request.matter.into(),
        origin,
        unit: found.unit.unwrap_or_else(|| actor.unit.clone()),
        received_at: request.received_at.unwrap_or(now),
        nature: request.nature.unwrap_or(Nature::Natural),
        customer,
        person,
        representative,
        title: texts.title,
        narrative: texts.narrative,
        request: texts.request,
        amount: request.amount.map(Into::into),
        occurred_on: request.occurred_on,
        channel: request.channel.clone().map(AxisKey::new),
    })
}

/// What was typed goes before what is held.
fn fill(typed: Person, held: Person) -> Person {
    Person {
        name: typed.name.or(held.name),
        phone: typed.phone.or(held.phone),
        identity: typed.identity.or(held.identity),
        account: typed.account.or(held.account),
        email: typed.email.or(held.email),
        address: typed.address.or(held.address),
    }
}

/// A number that somebody else gave.
pub(super) fn reference(text: &str) -> Result<Reference, Text> {
    Reference::parse(text).ok_or_else(|| {
        Text::fixed(
            "编号为 1 至 64 个字母、数字、汉字或 - _ . / : # 及括号。",
            "A number has 1 to 64 letters, digits, or - _ . / : # and brackets.",
        )
    })
}
