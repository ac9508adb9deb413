//! API tokens of the bank's other systems: list, issue, revoke.

use endpoint::{BodyPrint, Call, Failure, Json, ListQuery, PageBody, Path, ProblemBody, Query, Reply};
use kernel::{
    Actor, Problem, Text, Timestamp,
    id::{TokenId, UnitId},
    text::Language,
};
use ledger::Connection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{ActionBody, UnitRef, mention, unit_refs};
use crate::{
    access::{changed, declared},
    model::permissions::TOKEN_MANAGE,
    store::{
        tokens::{self, ApiToken},
        units,
    },
    use_cases::{refused, tokens as acts},
};

const NOUNS: (&str, &str) = ("接口令牌", "API token");

/// An API token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct TokenBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: TokenId,
    /// Which system it is for.
    pub name: String,
    /// The unit in which it works.
    pub unit: UnitRef,
    /// The permissions it is narrowed to; empty when it has all of the system role.
    pub permissions: Vec<String>,
    /// Who issued it, as an actor reference.
    pub created_by: String,
    /// When it was issued.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// When it was last used, to the quarter of an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub used_at: Option<Timestamp>,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Timestamp>,
    /// What the caller can do.
    pub allowed_actions: Vec<ActionBody>,
}

fn bodies(conn: &mut Connection, found: Vec<ApiToken>, language: Language) -> Result<Vec<TokenBody>, Problem> {
    let refs = unit_refs(conn, found.iter().map(|token| token.unit))?;
    let body = |token: ApiToken| {
        let revoked = token
            .revoked_at
            .map(|_| refused("already-revoked", Text::fixed("这个令牌已撤销。", "This token is revoked already.")));
        Ok(TokenBody {
            id: token.id,
            unit: mention(&refs, token.unit)?,
            created_by: token.created_by.as_str().to_owned(),
            name: token.name,
            permissions: token.permissions,
            created_at: token.created_at,
            expires_at: token.expires_at,
            used_at: token.used_at,
            revoked_at: token.revoked_at,
            allowed_actions: vec![ActionBody::new("revoke", revoked, language)],
        })
    };
    found.into_iter().map(body).collect()
}

fn body(conn: &mut Connection, token: ApiToken, language: Language) -> Result<TokenBody, Problem> {
    bodies(conn, vec![token], language)?.pop().ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))
}

/// List API tokens
#[utoipa::path(
    get, path = "/api/people/tokens", operation_id = "list_tokens", tag = "people", params(ListQuery),
    responses(
        (status = 200, description = "A page of the tokens the caller manages", body = PageBody<TokenBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.token.manage`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_tokens(
    call: Call,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<TokenBody>>, Failure> {
    call.require(TOKEN_MANAGE)?;
    let (scopes, language) = (call.actor.scopes(TOKEN_MANAGE), call.language);
    let page = call
        .read(move |conn| {
            let page = tokens::page(conn, &scopes, &query.page())?;
            Ok(kernel::Page { items: bodies(conn, page.items, language)?, next: page.next })
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// A new API token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateTokenRequest {
    /// Which system it is for.
    #[schema(max_length = 80, example = "core banking")]
    pub name: String,
    /// The unit in which, and below which, it works.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// The permissions it is narrowed to; empty for all of the system role but what stands alone. Reading messages to send
    /// stands alone: a token that names it names no other.
    #[serde(default)]
    pub permissions: Vec<String>,
    /// When it ends; within 400 days.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// A new token with its secret, which is shown this once.
#[derive(Serialize, ToSchema)]
pub struct NewTokenBody {
    /// The token.
    #[serde(flatten)]
    pub token: TokenBody,
    /// The secret, to be sent as `Authorization: Bearer …`.
    pub secret: String,
}

/// Issue an API token
///
/// The answer holds the secret and is not kept: an `Idempotency-Key` has no effect here.
#[utoipa::path(
    post, path = "/api/people/tokens", operation_id = "create_token", tag = "people",
    request_body = CreateTokenRequest,
    responses(
        (status = 201, description = "The token; its secret is shown this once", body = NewTokenBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.token.manage`", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn create_token(
    call: Call,
    json: Json<CreateTokenRequest>,
) -> Result<(http::StatusCode, axum::Json<NewTokenBody>), Failure> {
    call.require(TOKEN_MANAGE)?;
    let (actor, language, table) = (call.actor.clone(), call.language, declared());
    let CreateTokenRequest { name, unit: place, permissions, expires_at } = json.value;
    let new = acts::NewToken { name, unit: place, permissions, expires_at };
    let body = call
        .write_unkept(move |unit| {
            check_scope(unit.connection(), &actor, new.unit)?;
            let (token, secret) = acts::issue(unit, &actor.reference, &new, &table)?;
            Ok(NewTokenBody { token: body(unit.connection(), token, language)?, secret })
        })
        .await?;
    Ok((http::StatusCode::CREATED, axum::Json(body)))
}

fn check_scope(conn: &mut Connection, actor: &Actor, id: UnitId) -> Result<(), Problem> {
    match units::find(conn, id)? {
        Some(place) if !actor.may(TOKEN_MANAGE, &place.path) => {
            let text = Text::fixed("这个机构不在您的管理范围内。", "This unit is outside of what you manage.");
            Err(Problem::invalid("/unit", text))
        }
        _ => Ok(()),
    }
}

/// Revoke an API token
#[utoipa::path(
    post, path = "/api/people/tokens/{id}/revoke", operation_id = "revoke_token", tag = "people",
    params(("id" = String, Path, description = "The token")),
    responses(
        (status = 200, description = "The token, revoked", body = TokenBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such token, or the caller does not manage it", body = ProblemBody),
        (status = 409, description = "It was revoked before", body = ProblemBody),
    )
)]
pub async fn revoke_token(call: Call, Path(id): Path<TokenId>) -> Result<Reply, Failure> {
    let (actor, language) = (call.actor.clone(), call.language);
    let write = move |unit: &mut ledger::Unit<'_>| {
        let token = tokens::find(unit.connection(), id)?.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
        let token = endpoint::call::authorise(&actor, TOKEN_MANAGE, TOKEN_MANAGE, token, NOUNS)?.into_inner();
        acts::revoke(unit, &actor.reference, &token)?;
        let token = tokens::find(unit.connection(), id)?.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
        Reply::ok(&body(unit.connection(), token, language)?)
    };
    let reply = call.write(BodyPrint::none(), write).await?;
    changed();
    Ok(reply)
}
