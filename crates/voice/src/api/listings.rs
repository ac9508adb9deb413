//! The shared list of abnormal complaints over HTTP: to list somebody for a time, to appeal, to answer the appeal, to lift.

mod acts;

use std::sync::Arc;

use endpoint::{Call, Failure, Json, OpenApiRouter, PageBody, Path, ProblemBody, Query, Reply, Shared};
use kernel::{
    Actor, Cursor, OrgPath, PageRequest, Problem, Timestamp,
    id::{ListingId, OrderId},
    mask,
    text::Language,
};
use ledger::{Recorded, Stream, Unit};
use people::api::body::ActionBody;
use seal::BlindIndex;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{
    detail::bodies::EventBody,
    law,
    reading::{self, Opened, blocking},
};
use crate::{
    desk,
    intake::{Faults, REMARK_CHARS_MAX, prose},
    model::{
        abnormal::Verdict,
        listing::{ListedNumber, Listing, ListingEvent, ListingRefusal, ListingState, ListingVerb},
        parts::PersonalField,
        permission::{DECIDE_ABNORMAL, SEE_ABNORMAL},
    },
    sealing::MatterKey,
    store::{
        list::wrong_cursor,
        listings::{self, ListingRow},
        rows,
    },
};

fn unknown() -> Problem {
    Problem::not_found("名单条目", "listing")
}

fn fold(events: &[Recorded<ListingEvent>]) -> Option<Listing> {
    events.iter().map(|one| (one.at, &one.actor, &one.event)).fold(None, Listing::evolve)
}

/// The listing as its events tell it.
pub(crate) fn load(unit: &mut Unit<'_>, id: ListingId) -> Result<Listing, Problem> {
    let stream: Stream<ListingEvent> = unit.load(&id.to_string())?;
    fold(&stream.events).ok_or_else(unknown)
}

/// A listing.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: ListingId,
    /// How many events it has.
    pub version: u64,
    /// How it stands now.
    pub state: ListingState,
    /// The order that was called abnormal.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// The place of the order.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The numbers, masked.
    pub masked: Vec<String>,
    /// Who listed them, as an actor reference.
    pub listed_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub listed_at: Timestamp,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

impl From<ListingRow> for ListingBody {
    fn from(row: ListingRow) -> Self {
        Self {
            id: row.id,
            version: row.version,
            state: row.state,
            order: row.order,
            unit: row.unit,
            masked: row.masked,
            listed_by: row.listed_by.as_str().to_owned(),
            listed_at: row.listed_at,
            until: row.until,
        }
    }
}

/// A reason that somebody gave.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingReasonBody {
    /// The version of the event.
    pub version: u64,
    /// The reason, numbers taken out.
    pub text: String,
}

/// A listing, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingDetailBody {
    /// The listing.
    #[serde(flatten)]
    pub listing: ListingBody,
    /// What happened, oldest first.
    pub history: Vec<EventBody>,
    /// Why, event by event.
    pub reasons: Vec<ListingReasonBody>,
    /// What the caller may do now, and for what they may not the reason.
    pub allowed_actions: Vec<ActionBody>,
}

/// Who is to be listed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListPersonRequest {
    /// The order that was called abnormal.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// By which of its numbers: `phone`, `identity`, `representative_phone`, `representative_identity`.
    pub fields: Vec<PersonalField>,
    /// Of which member of a group; of the complainant and the representative when absent.
    #[serde(default)]
    pub member: Option<u32>,
    /// For how many days; as long as the policy lets when absent.
    #[serde(default)]
    pub days: Option<u32>,
    /// Why.
    #[schema(max_length = 4000)]
    pub why: String,
}

/// Numbers of a person, opened: sealed anew, masked, and indexed.
struct Numbers {
    sealed: Vec<ListedNumber>,
    masked: Vec<String>,
    blinds: Vec<BlindIndex>,
}

impl Numbers {
    fn of(opened: &Opened, request: &ListPersonRequest, key: &MatterKey<'_>, shared: &Shared) -> Result<Self, Problem> {
        let mut fields = request.fields.clone();
        fields.sort_unstable();
        fields.dedup();
        let ports = shared.ledger().ports();
        let mut numbers = Self { sealed: Vec::new(), masked: Vec::new(), blinds: Vec::new() };
        for field in fields {
            let held = opened.order.sealed_of(field, request.member);
            let (Some(domain), Some(held)) = (ListedNumber::domain(field), held) else {
                return Err(ListingRefusal::Numberless.into());
            };
            let value = opened.open(field.as_str(), held)?;
            numbers.masked.push(if domain == people::model::numbers::PHONE {
                mask::phone(&value)
            } else {
                mask::identity(&value)
            });
            numbers.blinds.push(ports.keyring.blind_index(domain, &value));
            let value = key.seal(field.as_str(), &value, &*ports.random);
            numbers.sealed.push(ListedNumber { field, value });
        }
        if numbers.sealed.is_empty() { Err(ListingRefusal::Numberless.into()) } else { Ok(numbers) }
    }
}

/// Put somebody on the list
///
/// For an order that somebody else called abnormal. Nothing follows from it but that later orders of the same numbers show it
/// as one part of their evidence.
#[utoipa::path(
    post, path = "/api/voice/listings", operation_id = "list_person", tag = "voice", request_body = ListPersonRequest,
    responses(
        (status = 201, description = "They are listed", body = ListingBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.abnormal.decide` there", body = ProblemBody),
        (status = 404, description = "There is no such order, or the caller may not see it", body = ProblemBody),
        (status = 409, description = "The caller called it abnormal, they are listed, or the data was erased", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn list_person(call: Call, json: Json<ListPersonRequest>) -> Result<Reply, Failure> {
    let request = json.value;
    let opened = reading::open(&call, &call.actor, request.order).await?;
    let (now, law) = (reading::now(&call.shared), law(&call.shared));
    let most = law.abnormal(now.date()).map_or(0, |policy| policy.listing_days);
    let days = request.days.unwrap_or(most);
    check(&opened, &call.actor, days, most)?;
    let mut faults = Faults::default();
    let why = faults.take("/why", prose(&request.why, REMARK_CHARS_MAX)).unwrap_or_default();
    faults.check()?;
    let why = mask::redact(&opened.names()?.taken_out_of(&why), &[]);
    let ports = call.shared.ledger().ports();
    let id = ListingId::new(now, &*ports.random);
    let (key, wrapped) = MatterKey::new(&ports.keyring, id, &*ports.random);
    let numbers = Numbers::of(&opened, &request, &key, &call.shared)?;
    let event = ListingEvent::Listed {
        listing: id,
        order: request.order,
        unit: opened.order.unit.clone(),
        numbers: numbers.sealed,
        until: now.plus_days(i64::from(days)),
        why: key.seal("why", &why, &*ports.random),
    };
    let (masked, blinds, actor) = (numbers.masked, numbers.blinds, call.actor.clone());
    let order = request.order;
    call.write(json.print, move |unit| {
        // What was decided about the order may have changed since it was opened.
        let judged = desk::authorised(desk::load(unit, order)?, &actor)?.into_inner().abnormal;
        if judged.is_none_or(|judged| judged.verdict != Verdict::Abnormal) {
            return Err(ListingRefusal::NotAbnormal.into());
        }
        let now = unit.now();
        let known: Vec<String> = blinds.iter().map(|blind| blind.as_str().to_owned()).collect();
        if !listings::by_numbers(unit.connection(), &known, now)?.is_empty() {
            return Err(ListingRefusal::ListedAlready.into());
        }
        unit.append(&id.to_string(), 0, &actor.reference, std::slice::from_ref(&event))?;
        let listing = load(unit, id)?;
        listings::insert(unit.connection(), &listing, &wrapped, (&masked, &blinds))?;
        let row = listings::find(unit.connection(), id, now)?.ok_or_else(unknown)?;
        Reply::created(format!("/api/voice/listings/{id}"), &ListingBody::from(row))
    })
    .await
}

/// Whether the caller may list somebody for this order, for so many days.
fn check(opened: &Opened, actor: &Actor, days: u32, most: u32) -> Result<(), Problem> {
    if !actor.may(DECIDE_ABNORMAL, &opened.order.unit) {
        return Err(ListingRefusal::Lacks(DECIDE_ABNORMAL).into());
    }
    match &opened.order.abnormal {
        Some(judged) if judged.verdict == Verdict::Abnormal => {
            if judged.by == actor.reference {
                return Err(ListingRefusal::OwnVerdict.into());
            }
        }
        Some(_) | None => return Err(ListingRefusal::NotAbnormal.into()),
    }
    if (1..=most).contains(&days) { Ok(()) } else { Err(ListingRefusal::TooLong(most).into()) }
}

/// Which listings.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListingsQuery {
    /// Those that ended too; only those that hold when absent.
    #[serde(default)]
    pub all: bool,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List the shared list
///
/// Newest first, of the whole bank: the list is shared by all who may see evidence.
#[utoipa::path(
    get, path = "/api/voice/listings", operation_id = "list_listings", tag = "voice", params(ListingsQuery),
    responses(
        (status = 200, description = "A page of the list", body = PageBody<ListingBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.abnormal.see`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_listings(
    call: Call,
    Query(query): Query<ListingsQuery>,
) -> Result<axum::Json<PageBody<ListingBody>>, Failure> {
    call.require(SEE_ABNORMAL)?;
    let now = reading::now(&call.shared);
    let page = call
        .read(move |conn| {
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            let before: Option<String> =
                request.after.as_ref().map(Cursor::key).transpose().map_err(|_| wrong_cursor())?;
            let rows = listings::page(conn, query.all, before, (now, request.fetch()))?;
            Ok(kernel::Page::from_rows(&request, rows, |row| row.id.to_string()).map(ListingBody::from))
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// Get a listing
#[utoipa::path(
    get, path = "/api/voice/listings/{id}", operation_id = "get_listing", tag = "voice",
    params(("id" = String, Path, description = "The listing")),
    responses(
        (status = 200, description = "The listing", body = ListingDetailBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such listing, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn get_listing(call: Call, Path(id): Path<ListingId>) -> Result<axum::Json<ListingDetailBody>, Failure> {
    let (shared, actor, language) = (call.shared.clone(), call.actor.clone(), call.language);
    let body = blocking(move || detail(&shared, &actor, id, language)).await?;
    Ok(axum::Json(body))
}

fn detail(shared: &Shared, actor: &Actor, id: ListingId, language: Language) -> Result<ListingDetailBody, Problem> {
    if !actor.holds(SEE_ABNORMAL) {
        return Err(unknown());
    }
    let ledger = shared.ledger();
    let now = reading::now(shared);
    let raw = ledger.history(&id.to_string())?;
    let events: Vec<Recorded<ListingEvent>> =
        raw.into_iter().map(ledger::RawEvent::decode).collect::<Result<_, ledger::StoreError>>()?;
    let mut listing = fold(&events).ok_or_else(unknown)?;
    let order = listing.order;
    let (row, wrapped, present) = ledger.read(|conn| {
        let present = rows::row(conn, order)?.map(|row| row.unit);
        Ok::<_, Problem>((listings::find(conn, id, now)?, listings::key(conn, id)?, present))
    })?;
    // The organisation may have moved the order since: whoever answers for it now decides.
    listing.unit = present.unwrap_or(listing.unit);
    let keyring = Arc::clone(&ledger.ports().keyring);
    let key = MatterKey::kept(&keyring, id, wrapped.as_ref())?;
    let reason = |one: &Recorded<ListingEvent>| {
        let (field, sealed) = one.event.text();
        let text = key.open(field, sealed)?.into_exposed();
        Ok::<_, Problem>(ListingReasonBody { version: one.version, text })
    };
    let told = |one: &Recorded<ListingEvent>| EventBody::of(one, one.event.sentence());
    let action = |verb: &ListingVerb| {
        ActionBody::new(verb.as_str(), listing.gate(*verb, actor, now).err().map(Into::into), language)
    };
    Ok(ListingDetailBody {
        listing: row.ok_or_else(unknown)?.into(),
        history: events.iter().map(told).collect(),
        reasons: events.iter().map(reason).collect::<Result<_, _>>()?,
        allowed_actions: ListingVerb::ALL.iter().map(action).collect(),
    })
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_person, list_listings))
        .routes(routes!(get_listing))
        .routes(routes!(acts::appeal_listing))
        .routes(routes!(acts::decide_appeal))
        .routes(routes!(acts::lift_listing))
}
