//! The roles that staff may hold.

use endpoint::{Call, Failure, ProblemBody};
use kernel::Role;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::TextBody;
use crate::{
    access::declared,
    model::{permissions::STAFF_SEE, staff::is_for_staff},
};

/// A role that staff may hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoleKindBody {
    /// The role.
    #[schema(value_type = String, example = "handler")]
    pub role: Role,
    /// Its name.
    pub title: TextBody,
    /// The permissions it gives within its scope.
    pub permissions: Vec<&'static str>,
}

/// A permission in words.
#[derive(Debug, Serialize, ToSchema)]
pub struct PermissionKindBody {
    /// The permission.
    #[schema(value_type = String, example = "people.staff.see")]
    pub permission: &'static str,
    /// What it lets one do.
    pub title: TextBody,
}

/// The roles that staff may hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct RolesBody {
    /// In their order.
    pub items: Vec<RoleKindBody>,
    /// Every permission there is, room by room.
    pub permissions: Vec<PermissionKindBody>,
    /// The permissions that another system may be given with a token.
    pub for_systems: Vec<&'static str>,
}

/// List the roles
#[utoipa::path(
    get, path = "/api/people/roles", operation_id = "list_roles", tag = "people",
    responses(
        (status = 200, description = "The roles that staff may hold", body = RolesBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `people.staff.see`", body = ProblemBody),
    )
)]
pub async fn list_roles(call: Call) -> Result<axum::Json<RolesBody>, Failure> {
    call.require(STAFF_SEE)?;
    let table = declared();
    let held = |role: Role| table.of(role).iter().map(|permission| permission.0).collect();
    let body = |role: Role| RoleKindBody { role, title: role.title().into(), permissions: held(role) };
    let permissions = table
        .titles()
        .iter()
        .map(|(permission, title)| PermissionKindBody { permission: permission.0, title: title.clone().into() });
    Ok(axum::Json(RolesBody {
        items: Role::ALL.into_iter().filter(|role| is_for_staff(*role)).map(body).collect(),
        permissions: permissions.collect(),
        for_systems: held(Role::System),
    }))
}
