//! The accounts of members of staff: disable, enable, reset.

use endpoint::{Call, Failure, Json, Path, ProblemBody, Reply};
use kernel::{Problem, StaffId, Timestamp};
use ledger::Unit;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body::SeenRequest,
    hashing,
    staff_body::{StaffBody, Viewer, managed},
};
use crate::{
    access::{changed, password, secret},
    store::staff::StaffRecord,
    use_cases::staff as acts,
};

/// Disable a member of staff
///
/// All their sessions end at once, and so do the API tokens that they issued: they have seen the secrets. Enabling the person
/// again brings no token back.
#[utoipa::path(
    post, path = "/api/people/staff/{id}/disable", operation_id = "disable_staff", tag = "people",
    params(("id" = String, Path, description = "The member of staff")),
    request_body = SeenRequest,
    responses(
        (status = 200, description = "The member of staff, disabled", body = StaffBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.staff.manage`", body = ProblemBody),
        (status = 404, description = "There is no such member of staff, or the caller may not see them", body = ProblemBody),
        (status = 409, description = "Disabled already, changed by somebody else, or the caller's own", body = ProblemBody),
    )
)]
pub async fn disable_staff(call: Call, Path(id): Path<StaffId>, json: Json<SeenRequest>) -> Result<Reply, Failure> {
    set_status(call, id, json, acts::disable).await
}

/// Enable a member of staff again
#[utoipa::path(
    post, path = "/api/people/staff/{id}/enable", operation_id = "enable_staff", tag = "people",
    params(("id" = String, Path, description = "The member of staff")),
    request_body = SeenRequest,
    responses(
        (status = 200, description = "The member of staff, active", body = StaffBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.staff.manage`", body = ProblemBody),
        (status = 404, description = "There is no such member of staff, or the caller may not see them", body = ProblemBody),
        (status = 409, description = "Not disabled, changed by somebody else, or the caller's own", body = ProblemBody),
    )
)]
pub async fn enable_staff(call: Call, Path(id): Path<StaffId>, json: Json<SeenRequest>) -> Result<Reply, Failure> {
    set_status(call, id, json, acts::enable).await
}

async fn set_status(
    call: Call,
    id: StaffId,
    json: Json<SeenRequest>,
    act: fn(&mut Unit<'_>, &kernel::ActorRef, &StaffRecord, i64) -> Result<(), Problem>,
) -> Result<Reply, Failure> {
    let viewer = Viewer::of(&call);
    let write = move |unit: &mut Unit<'_>| {
        let before = managed(unit, &viewer.actor, id)?;
        act(unit, &viewer.actor.reference, &before, json.value.revision)?;
        Reply::ok(&viewer.body(unit.connection(), id)?)
    };
    let reply = call.write(json.print, write).await?;
    changed();
    Ok(reply)
}

/// A temporary password, shown this once.
#[derive(Serialize, ToSchema)]
pub struct TemporaryPasswordBody {
    /// To be given to the person by word of mouth; it must be changed at the first sign-in.
    pub temporary_password: String,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// Reset a member of staff's account
///
/// Gives a temporary password, removes the second factor, ends all sessions and lifts a lock.
#[utoipa::path(
    post, path = "/api/people/staff/{id}/reset", operation_id = "reset_staff", tag = "people",
    params(("id" = String, Path, description = "The member of staff")),
    responses(
        (status = 200, description = "The temporary password, shown this once", body = TemporaryPasswordBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.staff.manage`", body = ProblemBody),
        (status = 404, description = "There is no such member of staff, or the caller may not see them", body = ProblemBody),
        (status = 409, description = "It is the caller's own account", body = ProblemBody),
    )
)]
pub async fn reset_staff(call: Call, Path(id): Path<StaffId>) -> Result<axum::Json<TemporaryPasswordBody>, Failure> {
    let (actor, ports) = (call.actor.clone(), call.shared.ledger().ports().clone());
    let before = actor.clone();
    // Whoever may not do it is told before the costly part.
    call.write_unkept(move |unit| managed(unit, &before, id).map(drop)).await?;
    let temporary_password = secret::temporary_password(ports.random.as_ref());
    let shown = temporary_password.clone();
    let hash = hashing(move || password::hash(&shown, ports.random.as_ref())).await?;
    let reset = move |unit: &mut Unit<'_>| {
        let before = managed(unit, &actor, id)?;
        acts::reset(unit, &actor.reference, &before, &hash)?;
        Ok(unit.now())
    };
    let now = call.write_unkept(reset).await?;
    changed();
    let expires_at = now.plus_days(acts::TEMPORARY_DAYS);
    Ok(axum::Json(TemporaryPasswordBody { temporary_password, expires_at }))
}
