//! What is done about a listing: an appeal and its answer, and lifting it before its time.

use endpoint::{BodyPrint, Call, Failure, Reply};
use kernel::{Problem, ProblemKind, Text, Timestamp, id::ListingId, mask};
use seal::Sealed;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{ListingBody, load, unknown};
use crate::{
    api::{acts::act, reading},
    desk,
    intake::{REMARK_CHARS_MAX, prose},
    model::{
        listing::{ListingEvent, ListingVerb},
        parts::Means,
        permission::{APPEAL_LISTING, DECIDE_ABNORMAL, SEE_ABNORMAL},
        refusal::Refusal,
    },
    sealing::MatterKey,
    store::listings,
};

/// An appeal of somebody who is listed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppealListingRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// How it reached the bank.
    pub means: Means,
    /// When; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// What they say.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Record an appeal
    ///
    /// Wherever they come to; somebody other than who listed them answers.
    appeal_listing(AppealListingRequest) of [ListingId] giving [ListingBody]
    "The listing", "The listing as it now is", "The caller lacks `voice.abnormal.appeal`",
    "There is no such listing",
    "Its state forbids it, or somebody else was faster";
    at "/api/voice/listings/{id}/appeal" = "appeal_listing", |call, id, json| {
        let AppealListingRequest { version, means, at, why } = json.value;
        let now = reading::now(&call.shared);
        let at = at.unwrap_or(now);
        if at > now {
            return Err(Problem::from(Refusal::InFuture).into());
        }
        let event = |why: Sealed| ListingEvent::Appealed { means, at, why };
        append(call, id, (json.print, version), (ListingVerb::Appeal, &why), event).await
    }
}

/// The answer to an appeal.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideAppealRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Whether they stay on the list.
    pub stays: bool,
    /// Why.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Answer an appeal
    decide_appeal(DecideAppealRequest) of [ListingId] giving [ListingBody]
    "The listing", "The listing as it now is", "The caller lacks `voice.abnormal.decide` there",
    "There is no such listing",
    "The caller listed them, nobody appealed, or somebody else was faster";
    at "/api/voice/listings/{id}/decide_appeal" = "decide_appeal", |call, id, json| {
        let DecideAppealRequest { version, stays, why } = json.value;
        let event = |why: Sealed| ListingEvent::AppealDecided { stays, why };
        append(call, id, (json.print, version), (ListingVerb::DecideAppeal, &why), event).await
    }
}

/// Why somebody is lifted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LiftListingRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Lift a listing before its time
    lift_listing(LiftListingRequest) of [ListingId] giving [ListingBody]
    "The listing", "The listing as it now is", "The caller lacks `voice.abnormal.decide` there",
    "There is no such listing",
    "Its state forbids it, or somebody else was faster";
    at "/api/voice/listings/{id}/lift" = "lift_listing", |call, id, json| {
        let LiftListingRequest { version, why } = json.value;
        let event = |why: Sealed| ListingEvent::Lifted { why };
        append(call, id, (json.print, version), (ListingVerb::Lift, &why), event).await
    }
}

/// Appends an event with its reason, which the listing's state and the caller's rights let happen.
async fn append(
    call: Call,
    id: ListingId,
    (print, version): (BodyPrint, u64),
    (verb, why): (ListingVerb, &str),
    event: impl FnOnce(Sealed) -> ListingEvent,
) -> Result<Reply, Failure> {
    let knows = [SEE_ABNORMAL, DECIDE_ABNORMAL, APPEAL_LISTING].into_iter().any(|one| call.actor.holds(one));
    if !knows {
        return Err(unknown().into());
    }
    let why = prose(why, REMARK_CHARS_MAX).map_err(|text| Problem::invalid("/why", text))?;
    let wrapped = call.read(move |conn| Ok(listings::key(conn, id)?)).await?.ok_or_else(unknown)?;
    let ports = call.shared.ledger().ports();
    let key = MatterKey::kept(&ports.keyring, id, Some(&wrapped))?;
    let event = event(key.seal(verb.place(), &mask::redact(&why, &[]), &*ports.random));
    let actor = call.actor.clone();
    call.write(print, move |unit| {
        let (mut listing, now) = (load(unit, id)?, unit.now());
        // The organisation may have moved the order since: whoever answers for it now decides.
        listing.unit = desk::load(unit, listing.order)?.unit;
        listing.gate(verb, &actor, now)?;
        if listing.version != version {
            let text = Text::fixed(
                "名单条目已被他人办理；请刷新后再试。",
                "Somebody else has changed the listing; load it again.",
            );
            return Err(Problem::new(ProblemKind::Conflict, text).because("raced"));
        }
        unit.append(&id.to_string(), version, &actor.reference, std::slice::from_ref(&event))?;
        let after = load(unit, id)?;
        listings::update(unit.connection(), &after, now)?;
        let row = listings::find(unit.connection(), id, now)?.ok_or_else(unknown)?;
        Reply::ok(&ListingBody::from(row))
    })
    .await
}
