//! Members of staff: list, enter, change, disable, reset.

use endpoint::{Call, Failure, Json, PageBody, Path, ProblemBody, Query, Reply};
use kernel::{
    Actor, Cursor, PageRequest, Pii, Problem, ProblemKind, Role, Text, Timestamp,
    id::{StaffId, UnitId},
};
use ledger::{Connection, Unit};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    body::{ActionBody, RoleBody, RoleRequest, SeenRequest, TextBody, UnitRef, mention, role_bodies, unit_refs},
    hashing,
};
use crate::{
    access::{changed, declared, password, secret},
    model::{
        numbers,
        patch::Patch,
        permissions::{STAFF_MANAGE, STAFF_SEE},
        staff::{NewStaff, RoleAssignment, StaffStatus, check_person_name, is_for_staff, normalise_number},
    },
    store::{
        staff::{self, StaffFilter, StaffRecord},
        staff_seal, subject_keys, units,
    },
    use_cases::staff as acts,
};

const NOUNS: (&str, &str) = ("员工", "member of staff");

/// A member of staff. Colleagues know each other by name; the telephone number is masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffBody {
    /// The id.
    #[schema(value_type = String, example = "st_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: StaffId,
    /// The staff number.
    pub number: String,
    /// The name.
    pub name: String,
    /// The masked telephone number; empty when there is none.
    pub phone_masked: String,
    /// The unit the person belongs to.
    pub unit: UnitRef,
    /// The roles, those of the past and the future included.
    pub roles: Vec<RoleBody>,
    /// Whether the person works here.
    pub status: StaffStatus,
    /// How often the record has changed; a change names the revision it saw.
    pub revision: i64,
    /// What the caller can do.
    pub allowed_actions: Vec<ActionBody>,
}

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

/// The roles that staff may hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct RolesBody {
    /// In their order.
    pub items: Vec<RoleKindBody>,
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
    let body = |role: Role| RoleKindBody {
        role,
        title: role.title().into(),
        permissions: table.of(role).iter().map(|permission| permission.0).collect(),
    };
    Ok(axum::Json(RolesBody { items: Role::ALL.into_iter().filter(|role| is_for_staff(*role)).map(body).collect() }))
}

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
            Ok(kernel::Page { items: viewer.bodies(conn, &page.items)?, next: page.next })
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// Who looks, and what is needed to show them something.
#[derive(Clone)]
struct Viewer {
    actor: Actor,
    language: kernel::text::Language,
    keyring: std::sync::Arc<seal::Keyring>,
}

impl Viewer {
    fn of(call: &Call) -> Self {
        let keyring = call.shared.ledger().ports().keyring.clone();
        Self { actor: call.actor.clone(), language: call.language, keyring }
    }

    fn bodies(&self, conn: &mut Connection, records: &[StaffRecord]) -> Result<Vec<StaffBody>, Problem> {
        let ids: Vec<StaffId> = records.iter().map(|record| record.staff.id).collect();
        let subjects: Vec<_> = records.iter().map(|record| record.subject).collect();
        let keys = subject_keys::fetch_all(conn, &self.keyring, &subjects)?;
        let mut roles = staff::roles_of(conn, &ids)?;
        let scopes = roles.values().flatten().map(|role| role.scope);
        let refs = unit_refs(conn, scopes.chain(records.iter().map(|record| record.staff.unit)))?;
        let mut bodies = Vec::with_capacity(records.len());
        for record in records {
            let Some(key) = keys.get(&record.subject) else {
                return Err(Problem::internal_error(format!("member of staff {} has no key", record.staff.id)));
            };
            let open = staff_seal::open(&self.keyring, key, record)?;
            let roles = roles.remove(&record.staff.id).unwrap_or_default();
            bodies.push(StaffBody {
                id: record.staff.id,
                number: record.staff.number.clone(),
                name: open.name.into_exposed(),
                phone_masked: record.staff.phone_masked.clone(),
                unit: mention(&refs, record.staff.unit)?,
                roles: role_bodies(&refs, &roles)?,
                status: record.staff.status,
                revision: record.staff.revision,
                allowed_actions: self.actions(record),
            });
        }
        Ok(bodies)
    }

    fn actions(&self, record: &StaffRecord) -> Vec<ActionBody> {
        let active = record.staff.status == StaffStatus::Active;
        let hindrance = || may_manage(&self.actor, record).err();
        let state = |wrong: bool, zh: &'static str, en: &'static str| {
            hindrance().or_else(|| wrong.then(|| Problem::new(ProblemKind::Refused, Text::fixed(zh, en))))
        };
        vec![
            ActionBody::new("update", hindrance(), self.language),
            ActionBody::new(
                "disable",
                state(!active, "该员工已停用。", "The person is disabled already."),
                self.language,
            ),
            ActionBody::new("enable", state(active, "该员工未停用。", "The person is not disabled."), self.language),
            ActionBody::new("reset", hindrance(), self.language),
        ]
    }

    fn body(&self, conn: &mut Connection, id: StaffId) -> Result<StaffBody, Problem> {
        let record = staff::find(conn, id)?.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
        self.bodies(conn, &[record])?.pop().ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))
    }
}

/// Managing needs the permission where the person belongs, and is never done to oneself.
fn may_manage(actor: &Actor, record: &StaffRecord) -> Result<(), Problem> {
    endpoint::call::authorise(actor, STAFF_SEE, STAFF_MANAGE, record.staff.clone(), NOUNS)?;
    if actor.reference.id() == record.staff.id.to_string() {
        let text = Text::fixed(
            "不能管理自己的账号，请由另一位管理员操作。",
            "Another administrator must manage your own account.",
        );
        return Err(Problem::new(ProblemKind::Refused, text).because("own-account"));
    }
    Ok(())
}

/// The member of staff that the caller is about to manage.
fn managed(unit: &mut Unit<'_>, actor: &Actor, id: StaffId) -> Result<StaffRecord, Problem> {
    let record = staff::find(unit.connection(), id)?.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
    may_manage(actor, &record)?;
    Ok(record)
}

/// Nobody gives a role in a place, or puts a person in a unit, that they do not manage themselves.
fn check_scopes(
    conn: &mut Connection,
    actor: &Actor,
    unit: Option<UnitId>,
    roles: &[RoleAssignment],
) -> Result<(), Problem> {
    let ids: Vec<UnitId> = roles.iter().map(|role| role.scope).chain(unit).collect();
    let known = units::find_all(conn, &ids)?;
    let outside = |id: UnitId| known.iter().any(|place| place.id == id && !actor.may(STAFF_MANAGE, &place.path));
    let text = || Text::fixed("这个机构不在您的管理范围内。", "This unit is outside of what you manage.");
    if unit.is_some_and(outside) {
        return Err(Problem::invalid("/unit", text()));
    }
    match roles.iter().position(|role| outside(role.scope)) {
        Some(at) => Err(Problem::invalid(format!("/roles/{at}/scope"), text())),
        None => Ok(()),
    }
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
            endpoint::call::authorise(&viewer.actor, STAFF_SEE, STAFF_SEE, record.staff, NOUNS)?;
            viewer.body(conn, id)
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

fn name(name: &Pii<String>) -> Result<Pii<String>, Problem> {
    let name = check_person_name(name.expose()).map_err(|text| Problem::invalid("/name", text))?;
    Ok(Pii::new(name.to_owned()))
}

fn phone(phone: &Pii<String>) -> Result<Pii<String>, Problem> {
    numbers::phone(phone.expose()).map(Pii::new).map_err(|text| Problem::invalid("/phone", text))
}

fn assignments(roles: &[RoleRequest], now: Timestamp) -> Vec<RoleAssignment> {
    roles.iter().map(|role| role.assignment(now)).collect()
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

/// Disable a member of staff
///
/// All their sessions end at once.
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
