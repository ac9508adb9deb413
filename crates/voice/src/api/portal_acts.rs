//! What a customer does with their own matter once a code was right: see it, withdraw it, answer the return visit.

use endpoint::{Failure, Json, OpenApiRouter, ProblemBody, PublicCall, Shared};
use http::{HeaderName, HeaderValue};
use kernel::{ActorRef, Timestamp, id::OrderId};
use people::api::body::{ActionBody, TextBody};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{body::MatterWord, detail, law, reading, reveal::NO_STORE};
use crate::{
    desk::{self, Act},
    intake::{REMARK_CHARS_MAX, prose},
    model::{
        Command, LetterKind, Order, StageName, allowed_actions,
        parts::{Means, Satisfaction, VisitAnswer},
        review::ReviewCommand,
        verb::ANSWER,
    },
    portal::{self, Visitor},
    store::orders as rows,
};

/// A letter that was delivered.
#[derive(Debug, Serialize, ToSchema)]
pub struct PortalLetterBody {
    /// What it tells.
    pub kind: LetterKind,
    /// When it was delivered.
    #[schema(value_type = String, format = DateTime)]
    pub delivered_at: Timestamp,
    /// The letter as it went out: a page of HTML without scripts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
}

/// How a matter stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProgressBody {
    /// The receipt number.
    pub receipt: String,
    /// What kind of matter.
    pub matter: MatterWord,
    /// The step it has reached.
    pub stage: StageName,
    /// The step in words.
    pub stage_title: TextBody,
    /// When the bank received it.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// Until when it will be answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answer_due: Option<Timestamp>,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// The letters that were delivered.
    pub letters: Vec<PortalLetterBody>,
    /// What can be done.
    pub allowed_actions: Vec<ActionBody>,
    /// What shows that the code was right, for the requests that follow.
    pub token: String,
    /// Until when the token holds.
    #[schema(value_type = String, format = DateTime)]
    pub token_until: Timestamp,
}

/// A token that a right code gave.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// The token.
    pub token: String,
}

pub(super) type Private<T> = ([(HeaderName, HeaderValue); 1], axum::Json<T>);

/// How the order stands, for its complainant.
pub(super) async fn progress_of(call: &PublicCall, visitor: Visitor) -> Result<ProgressBody, Failure> {
    let id = visitor.order;
    let shared = call.shared.clone();
    let opened = reading::blocking(move || reading::open_now(&shared, &program(), id)).await?;
    let (order, now) = (&opened.order, reading::now(&call.shared));
    let actor = portal::complainant(order.complainant(), order.unit.clone());
    let law = law(&call.shared);
    let own = |action: &crate::model::ActionState| action.verb.by_complainant();
    let actions = allowed_actions(order, &actor, now, &law).into_iter().filter(own);
    let action = |action: crate::model::ActionState| {
        ActionBody::new(action.verb.as_str(), action.refusal.map(Into::into), call.language)
    };
    let letter = |letter: &crate::model::Letter| {
        let delivery = letter.delivery.as_ref()?;
        let html = delivery.text.as_ref().map(|text| opened.open("letter", text));
        Some(html.transpose().map(|html| PortalLetterBody { kind: letter.kind, delivered_at: delivery.at, html }))
    };
    let (token, token_until) = portal::token(&call.shared.ledger().ports().keyring, visitor, now);
    Ok(ProgressBody {
        receipt: order.receipt.clone(),
        matter: order.matter.into(),
        stage: order.stage.name(),
        stage_title: order.stage.name().title().into(),
        received_at: order.received_at,
        answer_due: answer_due(order),
        answered_at: detail::told_at(order),
        letters: order.letters.iter().filter_map(letter).collect::<Result<_, _>>()?,
        allowed_actions: actions.map(action).collect(),
        token,
        token_until,
    })
}

fn answer_due(order: &Order) -> Option<Timestamp> {
    order.open_for(&[ANSWER]).into_iter().filter_map(|id| order.clock(id)).map(|clock| clock.due).min()
}

/// The portal itself, which has checked the code or the token.
pub(super) fn program() -> kernel::Actor {
    kernel::Actor {
        reference: ActorRef::program("portal"),
        kind: kernel::ActorKind::Program,
        roles: std::sync::Arc::new([]),
        posts: std::sync::Arc::new([]),
        unit: kernel::OrgPath::root("PORTAL").expect("a plain code"),
        grants: std::sync::Arc::new([]),
    }
}

/// Whom the token was given to, and for which order, while its complainant is the same.
pub(super) async fn visitor_of(call: &PublicCall, token: &str) -> Result<Visitor, Failure> {
    let keyring = &call.shared.ledger().ports().keyring;
    let visitor = portal::visitor_of(keyring, token, reading::now(&call.shared)).ok_or_else(portal::expired)?;
    if visitor_now(call, visitor.order, visitor.since).await? == visitor {
        Ok(visitor)
    } else {
        Err(portal::expired().into())
    }
}

/// Whoever the order's complainant is now, as a visitor who showed a code at `since`.
pub(super) async fn visitor_now(call: &PublicCall, order: OrderId, since: Timestamp) -> Result<Visitor, Failure> {
    let phone = call.read(move |conn| Ok(rows::phone_index(conn, order)?)).await?;
    let holder = portal::holder(&call.shared.ledger().ports().keyring, phone.as_deref());
    Ok(Visitor { order, since, holder })
}

/// See one's own matter
#[utoipa::path(
    post, path = "/api/voice/portal/view", operation_id = "view_own_order", tag = "portal", request_body = TokenRequest,
    responses(
        (status = 200, description = "How the matter stands", body = ProgressBody),
        (status = 401, description = "The token has expired or is not good", body = ProblemBody),
    )
)]
pub async fn view_own_order(call: PublicCall, json: Json<TokenRequest>) -> Result<Private<ProgressBody>, Failure> {
    let visitor = visitor_of(&call, &json.value.token).await?;
    Ok(([NO_STORE], axum::Json(progress_of(&call, visitor).await?)))
}

/// A withdrawal by the complainant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnWithdrawRequest {
    /// The token.
    pub token: String,
    /// Why, if they wish to say.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub words: Option<String>,
}

/// Withdraw one's own matter
///
/// The procedure ends on the day of this request.
#[utoipa::path(
    post, path = "/api/voice/portal/withdraw", operation_id = "withdraw_own_order", tag = "portal",
    request_body = OwnWithdrawRequest,
    responses(
        (status = 200, description = "The matter is withdrawn", body = ProgressBody),
        (status = 401, description = "The token has expired or is not good", body = ProblemBody),
        (status = 409, description = "The matter's state forbids it", body = ProblemBody),
    )
)]
pub async fn withdraw_own_order(
    call: PublicCall,
    json: Json<OwnWithdrawRequest>,
) -> Result<Private<ProgressBody>, Failure> {
    let OwnWithdrawRequest { token, words } = json.value;
    let visitor = visitor_of(&call, &token).await?;
    let (words, found_by) = seal_words(&call, visitor.order, "withdrawal", words).await?;
    let command = move |at| Command::Withdraw { at, means: Means::Online, paper: None, words: words.clone() };
    act(&call, visitor, found_by, command).await
}

/// A request for re-examination by the complainant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnReviewRequest {
    /// The token.
    pub token: String,
    /// Why they do not accept the decision.
    #[schema(max_length = 4000)]
    pub why: String,
}

/// Ask for re-examination of one's own matter
///
/// The superior unit answers, by somebody who had no hand in the matter.
#[utoipa::path(
    post, path = "/api/voice/portal/review", operation_id = "request_own_review", tag = "portal",
    request_body = OwnReviewRequest,
    responses(
        (status = 200, description = "The request is recorded", body = ProgressBody),
        (status = 401, description = "The token has expired or is not good", body = ProblemBody),
        (status = 409, description = "There is nothing to re-examine, or the time to ask has passed", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn request_own_review(
    call: PublicCall,
    json: Json<OwnReviewRequest>,
) -> Result<Private<ProgressBody>, Failure> {
    let OwnReviewRequest { token, why } = json.value;
    let visitor = visitor_of(&call, &token).await?;
    let (why, found_by) = seal_words(&call, visitor.order, "review", Some(why)).await?;
    let Some(why) = why else {
        let text = kernel::Text::fixed("请写明不接受处理决定的理由。", "Say why you do not accept the decision.");
        return Err(kernel::Problem::invalid("/why", text).into());
    };
    let command = move |at| {
        let (means, why) = (Means::Online, why.clone());
        Command::Review(ReviewCommand::Request { at, means, reference: None, why })
    };
    act(&call, visitor, found_by, command).await
}

/// What the complainant says of the answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnVisitRequest {
    /// The token.
    pub token: String,
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

/// Answer the return visit
#[utoipa::path(
    post, path = "/api/voice/portal/visit", operation_id = "answer_own_visit", tag = "portal",
    request_body = OwnVisitRequest,
    responses(
        (status = 200, description = "The answer is recorded", body = ProgressBody),
        (status = 401, description = "The token has expired or is not good", body = ProblemBody),
        (status = 409, description = "There is no answer to speak about yet", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn answer_own_visit(call: PublicCall, json: Json<OwnVisitRequest>) -> Result<Private<ProgressBody>, Failure> {
    let OwnVisitRequest { token, satisfaction, is_settled, words } = json.value;
    let visitor = visitor_of(&call, &token).await?;
    let satisfaction = Satisfaction::new(satisfaction).map_err(desk::refused)?;
    let (words, found_by) = seal_words(&call, visitor.order, "visit", words).await?;
    let answer = VisitAnswer { satisfaction, settled: is_settled, words };
    act(&call, visitor, found_by, move |at| Command::Visit { answer: Some(answer.clone()), means: Means::Online, at })
        .await
}

/// The complainant's words, sealed, and as searches find them.
pub(super) async fn seal_words(
    call: &PublicCall,
    id: OrderId,
    field: &'static str,
    words: Option<String>,
) -> Result<(Option<seal::Sealed>, String), Failure> {
    let Some(words) = words.filter(|words| !words.trim().is_empty()) else { return Ok((None, String::new())) };
    let words = prose(&words, REMARK_CHARS_MAX).map_err(|text| kernel::Problem::invalid("/words", text))?;
    let shared = call.shared.clone();
    let opened = reading::blocking(move || reading::open_now(&shared, &program(), id)).await?;
    Ok((Some(opened.seal(field, &words, &call.shared)?), opened.words(field, &words)?))
}

/// Does something as the complainant, and shows how the matter then stands.
pub(super) async fn act(
    call: &PublicCall,
    visitor: Visitor,
    found_by: String,
    command: impl Fn(Timestamp) -> Command + Send + 'static,
) -> Result<Private<ProgressBody>, Failure> {
    let (law, id) = (law(&call.shared), visitor.order);
    call.write_unkept(move |unit| {
        let order = desk::load(unit, id)?;
        let actor = portal::complainant(order.complainant(), order.unit.clone());
        let act = Act::new(id, None, command(unit.now())).with_words(found_by.clone());
        desk::act(unit, &act, &actor, &law).map(drop)
    })
    .await?;
    Ok(([NO_STORE], axum::Json(progress_of(call, visitor).await?)))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(view_own_order))
        .routes(routes!(withdraw_own_order))
        .routes(routes!(answer_own_visit))
        .routes(routes!(request_own_review))
}
