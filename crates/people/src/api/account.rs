//! A person's own sessions, password and second factor. They need no permission: everybody has an account.

use endpoint::{AccountCall, BodyPrint, Call, Failure, Json, Path, ProblemBody, Reply};
use kernel::{
    Pii, Problem, Timestamp,
    id::{SessionId, StaffId},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{hashing, own_staff, session::begin};
use crate::{
    access::{changed, password},
    store::{sessions, staff},
    use_cases::own_account,
};

/// One session of the caller.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnSessionBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: SessionId,
    /// Whether this is the session of the request.
    pub is_present: bool,
    /// What the browser called itself.
    pub client: String,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    #[schema(value_type = String, format = DateTime)]
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// The sessions of the caller; at most ten.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnSessionsBody {
    /// Newest first.
    pub items: Vec<OwnSessionBody>,
}

/// List my sessions
#[utoipa::path(
    get, path = "/api/people/sessions", operation_id = "list_sessions", tag = "people",
    responses(
        (status = 200, description = "The caller's sessions", body = OwnSessionsBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller is a system", body = ProblemBody),
    )
)]
pub async fn list_sessions(AccountCall(call): AccountCall) -> Result<axum::Json<OwnSessionsBody>, Failure> {
    let staff = own_staff(&call)?;
    let present = call.session.as_ref().map(|session| session.id);
    let found = call.read(move |conn| sessions::of_staff(conn, staff).map_err(Problem::from)).await?;
    let body = |session: sessions::Session| OwnSessionBody {
        id: session.id,
        is_present: Some(session.id) == present,
        client: session.client,
        created_at: session.created_at,
        seen_at: session.seen_at,
        expires_at: session.expires_at,
    };
    Ok(axum::Json(OwnSessionsBody { items: found.into_iter().map(body).collect() }))
}

/// End one of my sessions
#[utoipa::path(
    post, path = "/api/people/sessions/{id}/revoke", operation_id = "revoke_session", tag = "people",
    params(("id" = String, Path, description = "The session")),
    responses(
        (status = 204, description = "The session has ended"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller is a system", body = ProblemBody),
        (status = 404, description = "The caller has no such session", body = ProblemBody),
    )
)]
pub async fn revoke_session(AccountCall(call): AccountCall, Path(id): Path<SessionId>) -> Result<Reply, Failure> {
    let staff = own_staff(&call)?;
    let done = move |unit: &mut ledger::Unit<'_>| own_account::end_session(unit, staff, id).map(|()| Reply::done());
    let reply = call.write(BodyPrint::none(), done).await?;
    changed();
    Ok(reply)
}

/// How many sessions ended.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndedBody {
    /// How many.
    pub ended: usize,
}

/// End all my other sessions
#[utoipa::path(
    post, path = "/api/people/sessions/revoke-others", operation_id = "revoke_other_sessions", tag = "people",
    responses(
        (status = 200, description = "The others have ended", body = EndedBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller is a system", body = ProblemBody),
    )
)]
pub async fn revoke_other_sessions(AccountCall(call): AccountCall) -> Result<Reply, Failure> {
    let staff = own_staff(&call)?;
    let present = call.session.as_ref().map(|session| session.id);
    let done = move |unit: &mut ledger::Unit<'_>| {
        Reply::ok(&EndedBody { ended: own_account::end_other_sessions(unit, staff, present)? })
    };
    let reply = call.write(BodyPrint::none(), done).await?;
    changed();
    Ok(reply)
}

/// A change of the caller's password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePasswordRequest {
    /// The password in use.
    #[schema(value_type = String, format = Password)]
    pub present: Pii<String>,
    /// The new password.
    #[schema(value_type = String, format = Password, min_length = 10, max_length = 128)]
    pub new: Pii<String>,
}

/// Change my password
///
/// The other sessions end. Wrong tries count like those at sign-in.
#[utoipa::path(
    post, path = "/api/people/password/change", operation_id = "change_password", tag = "people",
    request_body = ChangePasswordRequest,
    responses(
        (status = 204, description = "The password is changed"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller is a system", body = ProblemBody),
        (status = 422, description = "The present password is wrong, or the new one is not good enough", body = ProblemBody),
        (status = 429, description = "Too many wrong tries", body = ProblemBody),
    )
)]
pub async fn change_password(
    AccountCall(call): AccountCall,
    json: Json<ChangePasswordRequest>,
) -> Result<Reply, Failure> {
    let staff_id = own_staff(&call)?;
    let ChangePasswordRequest { present, new } = json.value;
    let number = own_number(&call, staff_id).await?;
    let fault =
        if new == present { Some(password::PasswordFault::Same) } else { password::check(new.expose(), &number).err() };
    if let Some(fault) = fault {
        return Err(Problem::invalid("/new", fault.text()).into());
    }
    let attempt = begin(&call, number).await?;
    let (random, stored) = (call.shared.ledger().ports().random.clone(), attempt.stored.clone());
    let (verdict, hash) = hashing(move || {
        let verdict = password::verify(present.expose(), stored.as_deref());
        (verdict, password::hash(new.expose(), random.as_ref()))
    })
    .await?;
    let session = call.session.as_ref().map(|session| session.id);
    let done = call
        .write_unkept(move |unit| own_account::change_password(unit, staff_id, session, (&attempt, verdict), &hash))
        .await?;
    if !done {
        return Err(own_account::wrong_present_password().into());
    }
    changed();
    Ok(Reply::done())
}

async fn own_number(call: &Call, id: StaffId) -> Result<String, Failure> {
    call.read(move |conn| {
        let record = staff::find(conn, id)?.ok_or_else(|| Problem::not_found("员工", "member of staff"))?;
        Ok(record.staff.number)
    })
    .await
}

/// What an authenticator needs; shown this once.
#[derive(Serialize, ToSchema)]
pub struct EnrolmentBody {
    /// The secret in base 32, to be typed.
    pub secret: String,
    /// The `otpauth://` address, to be shown as a QR code.
    pub uri: String,
}

/// Begin to use a second factor
///
/// The second factor is in use only when a code has confirmed it.
#[utoipa::path(
    post, path = "/api/people/second-factor/enrol", operation_id = "enrol_second_factor", tag = "people",
    responses(
        (status = 200, description = "The secret, to be confirmed by a code", body = EnrolmentBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller is a system", body = ProblemBody),
        (status = 409, description = "A second factor is in use", body = ProblemBody),
    )
)]
pub async fn enrol_second_factor(AccountCall(call): AccountCall) -> Result<axum::Json<EnrolmentBody>, Failure> {
    let staff = own_staff(&call)?;
    let enrolment = call.write_unkept(move |unit| own_account::enrol(unit, staff)).await?;
    Ok(axum::Json(EnrolmentBody { secret: enrolment.secret, uri: enrolment.uri }))
}

/// A code of the new authenticator, and the password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmRequest {
    /// The six digits.
    #[schema(example = "123456")]
    pub code: String,
    /// The password in use: a session that was left open is not enough.
    #[schema(value_type = String, format = Password)]
    pub present: Pii<String>,
}

/// Codes that stand in for a lost authenticator, once each; shown this once.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodesBody {
    /// The codes.
    pub recovery_codes: Vec<String>,
}

/// Confirm the second factor
///
/// Wrong passwords count like those at sign-in.
#[utoipa::path(
    post, path = "/api/people/second-factor/confirm", operation_id = "confirm_second_factor", tag = "people",
    request_body = ConfirmRequest,
    responses(
        (status = 200, description = "The second factor is in use; the recovery codes are shown this once", body = RecoveryCodesBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller is a system", body = ProblemBody),
        (status = 409, description = "No enrolment was begun", body = ProblemBody),
        (status = 422, description = "The code or the password is wrong", body = ProblemBody),
        (status = 429, description = "Too many wrong tries", body = ProblemBody),
    )
)]
pub async fn confirm_second_factor(
    AccountCall(call): AccountCall,
    json: Json<ConfirmRequest>,
) -> Result<axum::Json<RecoveryCodesBody>, Failure> {
    let staff = own_staff(&call)?;
    let ConfirmRequest { code, present } = json.value;
    let attempt = begin(&call, own_number(&call, staff).await?).await?;
    let stored = attempt.stored.clone();
    let verdict = hashing(move || password::verify(present.expose(), stored.as_deref())).await?;
    let confirm =
        move |unit: &mut ledger::Unit<'_>| own_account::confirm_knowing(unit, staff, &code, (&attempt, &verdict));
    let recovery_codes = call.write_unkept(confirm).await??;
    changed();
    Ok(axum::Json(RecoveryCodesBody { recovery_codes }))
}
