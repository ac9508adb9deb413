//! Answering a return visit through a link or a short code, without signing in.
//!
//! Must never tell whether a receipt number exists, nor anything of the matter but its number and kind.

use endpoint::{Failure, Json, OpenApiRouter, ProblemBody, PublicCall, RateLimit, Shared};
use http::{HeaderName, HeaderValue};
use kernel::{Problem, Text, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{body::MatterWord, law, portal_acts::seal_words, reading, reveal::NO_STORE};
use crate::{
    desk::{self, Act},
    invitation::{self, Key, WRONG_CODE},
    model::{
        Command, Order, Stage,
        parts::{Means, Satisfaction, VisitAnswer},
    },
    portal,
    store::invitations::Invitation,
};

/// Invitations that one address may try: a hall of customers on the branch's own network, not a dialler.
const TRIES_BY_ADDRESS: RateLimit = RateLimit { name: "invitation.tries.address", times_max: 60, window_seconds: 600 };
/// Tries for one receipt number or link, on this node; the row counts wrong codes for all nodes.
const TRIES_BY_SLOT: RateLimit = RateLimit { name: "invitation.tries.slot", times_max: 20, window_seconds: 600 };

/// With what somebody comes: the token of the link, or the receipt number and the short code.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewInvitationRequest {
    /// The token of the link: what stands behind `#`.
    #[serde(default)]
    pub token: Option<String>,
    /// The receipt number, with `code`.
    #[serde(default)]
    #[schema(example = "XB20260302-7K3F9-Q2M8N")]
    pub receipt: Option<String>,
    /// The short code, with `receipt`.
    #[serde(default)]
    pub code: Option<String>,
}

/// What somebody was invited to speak about.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationBody {
    /// The receipt number.
    pub receipt: String,
    /// What kind of matter.
    pub matter: MatterWord,
    /// When the bank told its answer.
    #[schema(value_type = String, format = DateTime)]
    pub answered_at: Timestamp,
    /// Until when the invitation holds.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// What the complainant says of the answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerInvitationRequest {
    /// The token of the link: what stands behind `#`.
    #[serde(default)]
    pub token: Option<String>,
    /// The receipt number, with `code`.
    #[serde(default)]
    pub receipt: Option<String>,
    /// The short code, with `receipt`.
    #[serde(default)]
    pub code: Option<String>,
    /// How satisfied they are, 1 to 5.
    #[schema(minimum = 1, maximum = 5)]
    pub satisfaction: u8,
    /// Whether the matter is settled for them.
    pub is_settled: bool,
    /// Their words.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub words: Option<String>,
}

/// That an answer was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitationAnsweredBody {
    /// The receipt number.
    pub receipt: String,
    /// The matter is handled anew, because it is not settled.
    pub is_reopened: bool,
}

fn key(token: Option<String>, receipt: Option<String>, code: Option<String>) -> Result<Key, Problem> {
    match (token, receipt, code) {
        (Some(token), None, None) => Ok(Key::Token(token.trim().to_owned())),
        (None, Some(receipt), Some(code)) => Ok(Key::Code(portal::receipt(&receipt), code)),
        (_, _, _) => {
            let text = Text::fixed(
                "请给出链接中的 token，或同时给出 receipt 和 code。",
                "Give either the token of the link, or both receipt and code.",
            );
            Err(Problem::invalid("", text))
        }
    }
}

/// The invitation that a key opens, with its order; wrong codes are counted.
async fn open(call: &PublicCall, key: &Key) -> Result<(Invitation, Order), Failure> {
    let now = reading::now(&call.shared);
    let slot = key.slot(&call.shared.ledger().ports().keyring);
    call.shared.limiter().check(TRIES_BY_ADDRESS, call.address, now)?;
    call.shared.limiter().check(TRIES_BY_SLOT, slot, now)?;
    let own = key.clone();
    let found = call
        .write_unkept(move |unit| {
            let found = own.find(unit)?;
            let order = invitation::waiting(unit, &found)?;
            Ok((found, order))
        })
        .await;
    if let Err(Failure(problem)) = &found
        && problem.reason == Some(WRONG_CODE)
    {
        let own = key.clone();
        call.write_unkept(move |unit| own.count_try(unit)).await?;
    }
    found
}

/// See what one was invited to speak about
///
/// Takes nothing out of use. Unknown numbers and wrong codes get the same answer.
#[utoipa::path(
    post, path = "/api/voice/portal/invitations/view", operation_id = "view_invitation", tag = "portal",
    request_body = ViewInvitationRequest,
    responses(
        (status = 200, description = "What the invitation is about", body = InvitationBody),
        (status = 409, description = "It was answered (`invitation-answered`), has expired (`invitation-expired`), or the visit is over (`invitation-overtaken`)", body = ProblemBody),
        (status = 422, description = "The link (`wrong-link`) or the code (`wrong-code`) is wrong", body = ProblemBody),
        (status = 429, description = "Too many tries; wait", body = ProblemBody),
    )
)]
pub async fn view_invitation(
    call: PublicCall,
    json: Json<ViewInvitationRequest>,
) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<InvitationBody>), Failure> {
    let ViewInvitationRequest { token, receipt, code } = json.value;
    let (invitation, order) = open(&call, &key(token, receipt, code)?).await?;
    let body = InvitationBody {
        receipt: order.receipt.clone(),
        matter: order.matter.into(),
        answered_at: super::detail::told_at(&order).unwrap_or(order.changed_at),
        until: invitation.expires_at,
    };
    Ok(([NO_STORE], axum::Json(body)))
}

/// Answer a return visit by invitation
///
/// Once for each invitation. What is not settled is handled anew, as the bank's policy says.
#[utoipa::path(
    post, path = "/api/voice/portal/invitations/answer", operation_id = "answer_invitation", tag = "portal",
    request_body = AnswerInvitationRequest,
    responses(
        (status = 200, description = "The answer is recorded", body = InvitationAnsweredBody),
        (status = 409, description = "It was answered (`invitation-answered`), has expired (`invitation-expired`), or the visit is over (`invitation-overtaken`)", body = ProblemBody),
        (status = 422, description = "The link (`wrong-link`) or the code (`wrong-code`) is wrong, or fields are", body = ProblemBody),
        (status = 429, description = "Too many tries; wait", body = ProblemBody),
    )
)]
pub async fn answer_invitation(
    call: PublicCall,
    json: Json<AnswerInvitationRequest>,
) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<InvitationAnsweredBody>), Failure> {
    let AnswerInvitationRequest { token, receipt, code, satisfaction, is_settled, words } = json.value;
    let satisfaction = Satisfaction::new(satisfaction).map_err(desk::refused)?;
    let (invitation, order) = open(&call, &key(token, receipt, code)?).await?;
    let (words, found_by) = seal_words(&call, order.id, "visit", words).await?;
    let answer = VisitAnswer { satisfaction, settled: is_settled, words };
    let law = law(&call.shared);
    let after = call
        .write_unkept(move |unit| {
            let order = invitation::take(unit, &invitation)?;
            let actor = portal::complainant(order.complainant(), order.unit.clone());
            let (answer, means, at) = (Some(answer.clone()), Means::Online, unit.now());
            let act = Act::new(order.id, None, Command::Visit { answer, means, at }).with_words(found_by.clone());
            desk::act(unit, &act, &actor, &law)
        })
        .await?;
    let is_reopened = !matches!(after.stage, Stage::Notified { .. });
    Ok(([NO_STORE], axum::Json(InvitationAnsweredBody { receipt: after.receipt, is_reopened })))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(view_invitation)).routes(routes!(answer_invitation))
}
