//! Members of staff: list, enter, change.

use endpoint::{Call, Failure, Json, PageBody, Path, ProblemBody, Query, Reply};
use kernel::{Cursor, PageRequest, Pii, Problem, Role, StaffId, UnitId};
use ledger::Unit;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    body::RoleRequest,
    staff_body::{NOUNS, StaffBody, Viewer, assignments, check_scopes, managed, name, phone},
};
use crate::{
    access::changed,
    model::{
        patch::Patch,
        permissions::{STAFF_MANAGE, STAFF_SEE},
        staff::{NewStaff, StaffStatus, normalise_number},
    },
    store::{
        staff::{self, StaffFilter},
        units,
    },
    use_cases::staff as acts,
};

/// Which members of staff to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StaffQuery {
    /// Only at or below this unit.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// Only those who hold this role now.
    #[param(value_type = Option<String>)]
    pub role: Option<Role>,
    /// Only these.
    pub status: Option<StaffStatus>,
    /// Only those whose number begins so.
    pub number: Option<String>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List members of staff
#[utoipa::path(
    get, path = "/api/people/staff", operation_id = "list_staff", tag = "people", params(StaffQuery),
    responses(
        (status = 200, description = "A page of the members of staff the caller may see", body = PageBody<StaffBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.staff.see`", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_staff(
    call: Call,
    Query(query): Query<StaffQuery>,
) -> Result<axum::Json<PageBody<StaffBody>>, Failure> {
    call.require(STAFF_SEE)?;
    let viewer = Viewer::of(&call);
    let now = call.shared.ledger().ports().clock.now();
    let page = call
        .read(move |conn| {
            let within = match query.unit {
                Some(id) => Some(units::find(conn, id)?.ok_or_else(|| Problem::not_found("机构", "unit"))?.path),
                None => None,
            };
            let role = query.role.map(|role| (role, now));
            let filter = StaffFilter { within, role, status: query.status, number: query.number };
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            let page = staff::page(conn, &viewer.actor.scopes(STAFF_SEE), &filter, &request)?;
            Ok(kernel::Page { items: viewer.named(conn, &page.items)?, next: page.next })
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// Get a member of staff
#[utoipa::path(
    get, path = "/api/people/staff/{id}", operation_id = "get_staff", tag = "people",
    params(("id" = String, Path, description = "The member of staff")),
    responses(
        (status = 200, description = "The member of staff", body = StaffBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such member of staff, or the caller may not see them", body = ProblemBody),
    )
)]
pub async fn get_staff(call: Call, Path(id): Path<StaffId>) -> Result<axum::Json<StaffBody>, Failure> {
    let viewer = Viewer::of(&call);
    let body = call
        .read(move |conn| {
            let record = staff::find(conn, id)?.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
            endpoint::call::authorise(&viewer.actor, STAFF_SEE, STAFF_SEE, record.staff.clone(), NOUNS)?;
            viewer.named(conn, &[record])?.pop().ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))
        })
        .await?;
    Ok(axum::Json(body))
}

/// A new member of staff.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateStaffRequest {
    /// The staff number; letters are taken in lower case.
    #[schema(example = "gz1001", max_length = 32)]
    pub number: String,
    /// The name.
    #[schema(value_type = String, max_length = 60)]
    pub name: Pii<String>,
    /// The telephone number.
    #[schema(value_type = Option<String>)]
    pub phone: Option<Pii<String>>,
    /// The unit the person belongs to.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// The roles.
    pub roles: Vec<RoleRequest>,
}

/// Enter a member of staff
///
/// The person cannot sign in before an administrator resets the account, which gives a temporary password.
#[utoipa::path(
    post, path = "/api/people/staff", operation_id = "create_staff", tag = "people",
    request_body = CreateStaffRequest,
    responses(
        (status = 201, description = "The new member of staff", body = StaffBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.staff.manage`", body = ProblemBody),
        (status = 409, description = "The staff number is taken", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn create_staff(call: Call, json: Json<CreateStaffRequest>) -> Result<Reply, Failure> {
    call.require(STAFF_MANAGE)?;
    let viewer = Viewer::of(&call);
    let Json { value: request, print } = json;
    let write = move |unit: &mut Unit<'_>| {
        let new = NewStaff {
            number: normalise_number(&request.number).map_err(|text| Problem::invalid("/number", text))?,
            name: name(&request.name)?,
            phone: request.phone.as_ref().map(phone).transpose()?,
            unit: request.unit,
            roles: assignments(&request.roles, unit.now()),
        };
        check_scopes(unit.connection(), &viewer.actor, Some(new.unit), &new.roles)?;
        let staff = acts::register(unit, &viewer.actor.reference, &new)?;
        Reply::created(format!("/api/people/staff/{}", staff.id), &viewer.body(unit.connection(), staff.id)?)
    };
    call.write(print, write).await
}

/// A change of a member of staff; what is absent stays, a null telephone number is removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateStaffRequest {
    /// The `revision` that the caller saw.
    pub revision: i64,
    /// The name.
    #[schema(value_type = Option<String>, max_length = 60)]
    pub name: Option<Pii<String>>,
    /// The telephone number.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub phone: Patch<Pii<String>>,
    /// The unit the person belongs to.
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// All roles as they shall be.
    pub roles: Option<Vec<RoleRequest>>,
}

/// Change a member of staff
#[utoipa::path(
    patch, path = "/api/people/staff/{id}", operation_id = "update_staff", tag = "people",
    params(("id" = String, Path, description = "The member of staff")),
    request_body = UpdateStaffRequest,
    responses(
        (status = 200, description = "The member of staff as changed", body = StaffBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.staff.manage`", body = ProblemBody),
        (status = 404, description = "There is no such member of staff, or the caller may not see them", body = ProblemBody),
        (status = 409, description = "Somebody else changed the record, or it is the caller's own", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn update_staff(
    call: Call,
    Path(id): Path<StaffId>,
    json: Json<UpdateStaffRequest>,
) -> Result<Reply, Failure> {
    let viewer = Viewer::of(&call);
    let Json { value: request, print } = json;
    let write = move |unit: &mut Unit<'_>| {
        let before = managed(unit, &viewer.actor, id)?;
        let change = acts::StaffChange {
            name: request.name.as_ref().map(name).transpose()?,
            phone: match &request.phone {
                Patch::Set(number) => Patch::Set(phone(number)?),
                Patch::Clear => Patch::Clear,
                Patch::Keep => Patch::Keep,
            },
            unit: request.unit,
            roles: request.roles.as_deref().map(|roles| assignments(roles, unit.now())),
        };
        check_scopes(unit.connection(), &viewer.actor, change.unit, change.roles.as_deref().unwrap_or_default())?;
        acts::change(unit, &viewer.actor.reference, &before, request.revision, &change)?;
        Reply::ok(&viewer.body(unit.connection(), id)?)
    };
    let reply = call.write(print, write).await?;
    changed();
    Ok(reply)
}
