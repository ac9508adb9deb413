//! Interceptions over HTTP: opening one by hand, the list, one with its dialogue and history, what is done to it, and the
//! figures. Personal data leaves masked; in clear only by `reveal`.

mod acts;
mod body;
mod figures;
mod open;
mod parts;

use std::sync::Arc;

use endpoint::{Call, Failure, OpenApiRouter, PageBody, Path, ProblemBody, Query, Shared};
use kernel::{
    Cursor, PageRequest, Problem, Text, Timestamp,
    id::{DecisionId, InterceptionId},
};
use ledger::{RawEvent, Recorded};
use people::{model::numbers, sealing::MatterKey};
use seal::{Keyring, WrappedKey};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

pub(super) use self::body::InterceptionStateBody;
use self::body::{InterceptionBody, InterceptionRowBody};
use crate::{
    desk,
    model::{
        interception::{Fact, Interception, InterceptionEvent},
        permission::SEE,
        words::{GuardEnding, GuardField, GuardOutcome, Stage},
    },
    rules::RulesSource,
    store::interceptions::{self, InterceptionFilter},
};

/// An interception with its history and its key.
pub(super) struct Opened {
    pub(super) state: Interception,
    pub(super) events: Vec<Recorded<InterceptionEvent>>,
    wrapped: Option<WrappedKey>,
    keyring: Arc<Keyring>,
}

impl Opened {
    /// The key of its texts.
    pub(super) fn key(&self) -> Result<MatterKey<'_>, Problem> {
        MatterKey::kept(&self.keyring, self.state.id, self.wrapped.as_ref())
    }

    /// A text without the names of both sides and without numbers.
    pub(super) fn redacted(&self, text: &str) -> Result<String, Problem> {
        let key = self.key()?;
        let name =
            |field: GuardField| self.state.sealed_of(field).map(|sealed| key.open(field.as_str(), sealed)).transpose();
        let names = [name(GuardField::Name)?, name(GuardField::PayeeName)?];
        let names: Vec<&str> = names.iter().flatten().map(|name| name.expose().as_str()).collect();
        Ok(kernel::mask::redact(text, &names))
    }
}

/// The interception with its history, if the caller may know of it.
pub(super) async fn opened(call: &Call, id: InterceptionId) -> Result<Opened, Failure> {
    let (shared, actor) = (call.shared.clone(), call.actor.clone());
    let read = move || {
        let ledger = shared.ledger();
        let raw = ledger.history(&desk::stream(id))?;
        let events = raw.into_iter().map(RawEvent::decode).collect::<Result<Vec<_>, _>>()?;
        let facts =
            events.iter().map(|r: &Recorded<InterceptionEvent>| Fact { at: r.at, by: &r.actor, event: &r.event });
        let state = facts.fold(None, Interception::evolve).ok_or_else(desk::unknown)?;
        let state = desk::authorised(state, &actor)?.into_inner();
        let wrapped = ledger.read(|conn| interceptions::key(conn, id))?.ok_or_else(desk::unknown)?;
        Ok::<_, Problem>(Opened { state, events, wrapped, keyring: Arc::clone(&ledger.ports().keyring) })
    };
    tokio::task::spawn_blocking(read).await.map_err(Problem::internal_error)?.map_err(Failure::from)
}

/// The time as the ledger tells it.
pub(super) fn now(shared: &Shared) -> Timestamp {
    shared.ledger().ports().clock.now()
}

/// Which interceptions to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InterceptionsQuery {
    /// Only at this step.
    #[param(inline)]
    pub stage: Option<Stage>,
    /// Only with this ending.
    #[param(inline)]
    pub ending: Option<GuardEnding>,
    /// Only of this kind of scam.
    pub scam: Option<String>,
    /// Only while this is demanded.
    #[param(inline)]
    pub outcome: Option<GuardOutcome>,
    /// Only of this decision.
    #[param(value_type = Option<String>)]
    pub decision: Option<DecisionId>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List interceptions
///
/// Newest first: those within the caller's scopes, and those that the caller opened.
#[utoipa::path(
    get, path = "/api/guard/interceptions", operation_id = "list_interceptions", tag = "guard",
    params(InterceptionsQuery),
    responses(
        (status = 200, description = "A page of interceptions", body = PageBody<InterceptionRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_interceptions(
    call: Call,
    Query(query): Query<InterceptionsQuery>,
) -> Result<axum::Json<PageBody<InterceptionRowBody>>, Failure> {
    let InterceptionsQuery { stage, ending, scam, outcome, decision, limit, after } = query;
    let filter = InterceptionFilter { stage, ending, scam, outcome, decision, payee: None };
    page(call, filter, PageRequest::new(limit, after.map(Cursor::from_text))).await
}

async fn page(
    call: Call,
    filter: InterceptionFilter,
    request: PageRequest,
) -> Result<axum::Json<PageBody<InterceptionRowBody>>, Failure> {
    let (scopes, me) = (call.actor.scopes(SEE), call.actor.reference.clone());
    let now = now(&call.shared);
    let page = call.read(move |conn| interceptions::page(conn, &scopes, &me, &filter, &request)).await?;
    Ok(axum::Json(page.map(|row| InterceptionRowBody::of(row, now)).into()))
}

/// Whose interceptions to look for.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindInterceptionsRequest {
    /// The payee's account. It is looked for by a keyed hash and kept nowhere.
    pub payee_account: String,
}

/// Find interceptions of a payee
///
/// The newest within the caller's scopes. The account stands in the body, so that no address or log holds it.
#[utoipa::path(
    post, path = "/api/guard/interceptions/find", operation_id = "find_interceptions", tag = "guard",
    request_body = FindInterceptionsRequest,
    responses(
        (status = 200, description = "The newest interceptions", body = PageBody<InterceptionRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 422, description = "The account is none", body = ProblemBody),
    )
)]
pub async fn find_interceptions(
    call: Call,
    json: endpoint::Json<FindInterceptionsRequest>,
) -> Result<axum::Json<PageBody<InterceptionRowBody>>, Failure> {
    call.require(SEE)?;
    let account = numbers::account(&json.value.payee_account);
    let account = account.map_err(|text: Text| Problem::invalid("/payee_account", text))?;
    let payee = call.shared.ledger().ports().keyring.blind_index_all(numbers::ACCOUNT, &account);
    page(call, InterceptionFilter { payee: Some(payee), ..InterceptionFilter::default() }, PageRequest::new(None, None))
        .await
}

/// Get an interception
///
/// With its dialogue and the answers so far, what was said, the delay, the limit, the law it rests on, and its whole history.
#[utoipa::path(
    get, path = "/api/guard/interceptions/{id}", operation_id = "get_interception", tag = "guard",
    params(("id" = String, Path, description = "The interception")),
    responses(
        (status = 200, description = "The interception", body = InterceptionBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such interception, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn get_interception(
    call: Call,
    Path(id): Path<InterceptionId>,
) -> Result<axum::Json<InterceptionBody>, Failure> {
    let opened = opened(&call, id).await?;
    let (rules, now) = (call.shared.rules()?, now(&call.shared));
    Ok(axum::Json(InterceptionBody::of(&opened, &rules, (&call.actor, now, call.language))?))
}

/// The endpoints of this folder.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(open::open_interception, list_interceptions))
        .routes(routes!(find_interceptions))
        .routes(routes!(get_interception))
        .routes(routes!(figures::get_interception_figures))
        .merge(acts::routes())
}
