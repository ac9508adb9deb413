//! Signing in and out, and who the caller is.

use axum::response::{IntoResponse, Response};
use endpoint::{
    AccountCall, Credentials, Failure, Json, ProblemBody, PublicCall, RateLimit, SESSION_COOKIE, Shared,
    credentials::{Authenticated, Session},
};
use http::{HeaderMap, HeaderValue, header};
use kernel::{
    Actor, ActorKind, OrgPath, Pii, Problem, Role,
    id::{SessionId, StaffId},
};
use ledger::Connection;
use seal::Keyring;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    body::{RoleBody, UnitRef, mention, role_bodies, unit_refs},
    client, hashing, own_staff,
};
use crate::{
    access::{
        changed,
        password::{self, Verdict},
    },
    store::{credentials, staff, staff_seal, units},
    use_cases::{
        own_account,
        sign_in::{self, Attempt, Check, NewSession, SESSION_MICROS_MAX},
    },
};

/// Tries to sign in from one address: a branch of two hundred behind one address, all at half past eight, twice.
const TRIES: RateLimit = RateLimit { name: "people.sign_in", times_max: 400, window_seconds: 60 };

/// What a person signs in with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInRequest {
    /// The staff number.
    #[schema(example = "gz1001")]
    pub staff_number: String,
    /// The password.
    #[schema(value_type = String, format = Password)]
    pub password: Pii<String>,
    /// The code of the authenticator, or a recovery code; needed when the answer says `code-needed`.
    pub code: Option<String>,
}

/// Who the caller is.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionBody {
    /// The actor reference, as events store it.
    #[schema(example = "staff:st_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub actor: String,
    /// The member of staff; absent for systems.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff: Option<OwnStaffBody>,
    /// The unit the caller belongs to.
    pub unit: UnitRef,
    /// The roles held, each with its scope; empty for systems.
    pub roles: Vec<RoleBody>,
    /// What the caller may do where.
    pub permissions: Vec<PermissionBody>,
    /// What must be done before anything else: `change_password`, `enrol_second_factor`.
    pub duties: Vec<&'static str>,
    /// The token to repeat in `X-CSRF-Token` on every unsafe request; absent for systems.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub csrf_token: Option<String>,
}

/// The member of staff who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnStaffBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: StaffId,
    /// The staff number.
    pub number: String,
    /// The name.
    pub name: String,
    /// The session.
    #[schema(value_type = String)]
    pub session: SessionId,
    /// Whether a second factor is in use.
    pub has_second_factor: bool,
}

/// A permission and where it holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionBody {
    /// The permission, for instance `people.customer.see`.
    pub permission: &'static str,
    /// The places at and below which it holds.
    #[schema(value_type = Vec<String>)]
    pub scopes: Vec<OrgPath>,
}

/// Sign in
///
/// Answers with the caller and sets the session cookie. Names that do not exist are answered like wrong passwords.
#[utoipa::path(
    post, path = "/api/people/sign-in", operation_id = "sign_in", tag = "people", security(()),
    request_body = SignInRequest,
    responses(
        (status = 200, description = "Signed in; the cookie is set", body = SessionBody),
        (status = 401, description = "Wrong name, password or code, or a code is needed (`reason`)", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
        (status = 429, description = "Too many wrong tries", body = ProblemBody),
    )
)]
pub async fn sign_in(call: PublicCall, headers: HeaderMap, json: Json<SignInRequest>) -> Result<Response, Failure> {
    let ports = call.shared.ledger().ports();
    call.shared.limiter().check(TRIES, call.address, ports.clock.now())?;
    let SignInRequest { staff_number, password, code } = json.value;
    let attempt = begin(&call, staff_number).await?;
    let (random, stored) = (ports.random.clone(), attempt.stored.clone());
    let (verdict, rehashed) = hashing(move || {
        let verdict = password::verify(password.expose(), stored.as_deref());
        let outdated = verdict == Verdict::Right { outdated: true };
        (verdict, outdated.then(|| password::hash(password.expose(), random.as_ref())))
    })
    .await?;
    let check = Check { verdict, rehashed, code, client: client(&headers) };
    let ended = call.write_unkept(move |unit| sign_in::finish(unit, &attempt, &check)).await?;
    let new = ended.map_err(sign_in::Refusal::problem)?;
    changed();
    let body = first_view(&call.shared, &new).await?;
    let mut response = axum::Json(body).into_response();
    let cookie = cookie(&new.token, SESSION_MICROS_MAX / 1_000_000, call.shared.settings().secure_cookies);
    response.headers_mut().insert(header::SET_COOKIE, cookie?);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Counts a try, or refuses it unheard.
pub(super) async fn begin(call: &PublicCall, typed: String) -> Result<Attempt, Failure> {
    let begun = call.write_unkept(move |unit| sign_in::begin(unit, &typed).map_err(Problem::from)).await?;
    let now = call.shared.ledger().ports().clock.now();
    begun.map_err(|locked| sign_in::locked(locked, now).into())
}

async fn first_view(shared: &Shared, new: &NewSession) -> Result<SessionBody, Failure> {
    let credentials = Credentials::Session(new.token.clone());
    let (authenticator, ledger) = (shared.authenticator().clone(), shared.ledger().clone());
    let done = tokio::task::spawn_blocking(move || {
        let caller = authenticator.authenticate(&credentials)?;
        let keyring = ledger.ports().keyring.clone();
        ledger.read(|conn| view(conn, &keyring, &caller))
    });
    Ok(done.await.map_err(Problem::internal_error)??)
}

/// The cookie of a session; with zero seconds it takes the cookie away.
fn cookie(token: &str, seconds: i64, secure: bool) -> Result<HeaderValue, Problem> {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!("{SESSION_COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::from_str(&text).map_err(Problem::internal_error)
}

/// Sign out
#[utoipa::path(
    post, path = "/api/people/sign-out", operation_id = "sign_out", tag = "people",
    responses(
        (status = 204, description = "The session has ended and the cookie is taken away"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller is a system", body = ProblemBody),
    )
)]
pub async fn sign_out(AccountCall(call): AccountCall) -> Result<Response, Failure> {
    let staff = own_staff(&call)?;
    if let Some(Session { id, .. }) = call.session.clone() {
        call.write_unkept(move |unit| own_account::end_session(unit, staff, id)).await?;
        changed();
    }
    let mut response = http::StatusCode::NO_CONTENT.into_response();
    let cookie = cookie("", 0, call.shared.settings().secure_cookies)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Who am I
#[utoipa::path(
    get, path = "/api/people/session", operation_id = "get_session", tag = "people",
    responses(
        (status = 200, description = "The caller, with roles, permissions and duties", body = SessionBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
    )
)]
pub async fn get_session(AccountCall(call): AccountCall) -> Result<Response, Failure> {
    let keyring = call.shared.ledger().ports().keyring.clone();
    let caller = Authenticated { actor: call.actor.clone(), session: call.session.clone() };
    let body = call.read(move |conn| view(conn, &keyring, &caller)).await?;
    let mut response = axum::Json(body).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn view(conn: &mut Connection, keyring: &Keyring, caller: &Authenticated) -> Result<SessionBody, Problem> {
    let actor = &caller.actor;
    let csrf_token = caller.session.as_ref().map(|session| session.csrf_token.clone());
    let reference = actor.reference.as_str().to_owned();
    let staff_id: Option<StaffId> =
        if actor.kind == ActorKind::Staff { actor.reference.id().parse().ok() } else { None };
    let (Some(id), Some(session)) = (staff_id, &caller.session) else {
        let unit = units::find_by_path(conn, &actor.unit)?;
        let unit = unit.ok_or_else(|| Problem::internal_error("the caller's unit is missing"))?;
        return Ok(SessionBody {
            actor: reference,
            staff: None,
            unit: UnitRef::from(&unit),
            roles: Vec::new(),
            permissions: permissions(actor),
            duties: Vec::new(),
            csrf_token,
        });
    };
    let record = staff::find(conn, id)?.ok_or_else(|| Problem::not_found("员工", "member of staff"))?;
    let key = staff_seal::key_of(conn, keyring, &record)?;
    let open = staff_seal::open(keyring, &key, &record)?;
    let held = credentials::of(conn, id)?;
    let roles = staff::roles_of(conn, &[id])?.remove(&id).unwrap_or_default();
    let refs = unit_refs(conn, roles.iter().map(|role| role.scope).chain([record.staff.unit]))?;
    Ok(SessionBody {
        actor: reference,
        staff: Some(OwnStaffBody {
            id,
            number: record.staff.number.clone(),
            name: open.name.into_exposed(),
            session: session.id,
            has_second_factor: held.totp.is_some(),
        }),
        unit: mention(&refs, record.staff.unit)?,
        roles: role_bodies(&refs, &roles)?,
        permissions: permissions(actor),
        duties: duties(actor, &held),
        csrf_token,
    })
}

/// What hinders a session is told by its actor: one with roles and no permission at all has a duty to do first.
fn duties(actor: &Actor, held: &credentials::Credentials) -> Vec<&'static str> {
    let hindered = actor.grants.is_empty() && actor.roles.iter().any(|role| *role != Role::Customer);
    let mut duties = Vec::new();
    if held.must_change {
        duties.push("change_password");
    }
    if hindered && !held.must_change && held.totp.is_none() {
        duties.push("enrol_second_factor");
    }
    duties
}

fn permissions(actor: &Actor) -> Vec<PermissionBody> {
    let mut names: Vec<_> = actor.grants.iter().map(|grant| grant.permission).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .map(|permission| PermissionBody { permission: permission.0, scopes: actor.scopes(permission) })
        .collect()
}
