//! Personal data in clear: for a permission and a reason, and never without an event.

use endpoint::{Call, Failure, Json, Path, ProblemBody};
use http::{HeaderName, HeaderValue, header};
use kernel::{Problem, id::OrderId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{law, reading};
use crate::{
    desk::{self, Act},
    model::{
        Command,
        parts::{PersonalField, RevealGround},
    },
};

/// Which fields, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealOrderRequest {
    /// Which fields.
    pub fields: Vec<PersonalField>,
    /// Of which member of the group; `representative_name` and `representative_phone` are theirs then. Of the complainant and
    /// the representative when absent.
    #[serde(default)]
    pub member: Option<u32>,
    /// Why, of the closed list.
    pub ground: RevealGround,
}

/// One field in clear.
#[derive(Serialize, ToSchema)]
pub struct RevealedFieldBody {
    /// Which field.
    pub field: PersonalField,
    /// Its value.
    pub value: String,
}

/// Fields in clear. Asking for them left an event.
#[derive(Serialize, ToSchema)]
pub struct RevealedOrderBody {
    /// The fields.
    pub fields: Vec<RevealedFieldBody>,
}

/// Nothing on the way keeps what it carried.
pub(super) const NO_STORE: (HeaderName, HeaderValue) = (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// Reveal personal data of an order
#[utoipa::path(
    post, path = "/api/voice/orders/{id}/reveal", operation_id = "reveal_order", tag = "voice",
    request_body = RevealOrderRequest, params(("id" = String, Path, description = "The order")),
    responses(
        (status = 200, description = "The fields in clear; an event says who asked, and why", body = RevealedOrderBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.reveal`", body = ProblemBody),
        (status = 404, description = "There is no such order, or the caller may not see it", body = ProblemBody),
        (status = 409, description = "The personal data was erased", body = ProblemBody),
        (status = 422, description = "The order does not hold a field", body = ProblemBody),
    )
)]
pub async fn reveal_order(
    call: Call,
    Path(id): Path<OrderId>,
    json: Json<RevealOrderRequest>,
) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<RevealedOrderBody>), Failure> {
    let RevealOrderRequest { fields, member, ground } = json.value;
    let opened = reading::open(&call, &call.actor, id).await?;
    // Opened before the event is left: a value that cannot be shown leaves no trace of having been seen.
    let open = |field: &PersonalField| {
        let Some(sealed) = opened.order.sealed_of(*field, member) else { return Ok(None) };
        let value = opened.open(field.as_str(), sealed)?;
        Ok::<_, Problem>(Some(RevealedFieldBody { field: *field, value }))
    };
    let values = fields.iter().filter_map(|field| open(field).transpose()).collect::<Result<Vec<_>, _>>()?;
    let (actor, law) = (call.actor.clone(), law(&call.shared));
    let act = Act::new(id, None, Command::Reveal { fields, member, ground });
    // The answer holds what must not be kept, so no idempotency key applies; asking twice leaves two events, as it should.
    call.write_unkept(move |unit| desk::act(unit, &act, &actor, &law).map(drop)).await?;
    Ok(([NO_STORE], axum::Json(RevealedOrderBody { fields: values })))
}
