//! Entering, changing, disabling and resetting members of staff.

use kernel::{
    ActorKind, ActorRef, Pii, Problem, Text, Timestamp,
    id::{StaffId, UnitId},
};
use ledger::{StoreError, Unit};

use super::{ACCESS_TOPIC, STAFF_TOPIC, announce, open_unit, record, refused, tokens};
use crate::{
    access::RoleTable,
    model::{
        events::{RoleInEvent, StaffEvent},
        organisation::Unit as Place,
        patch::Patch,
        permissions::{self, TOKEN_MANAGE},
        staff::{NewStaff, RoleAssignment, Staff, StaffStatus, check_roles},
    },
    store::{
        credentials::{self, NewPassword},
        sessions,
        staff::{self, StaffRecord},
        staff_seal, subject_keys,
        tokens::ApiToken,
        units,
    },
};

/// How long a temporary password lives, in days: over a weekend.
pub const TEMPORARY_DAYS: i64 = 3;

fn in_events(roles: &[RoleAssignment]) -> Vec<RoleInEvent> {
    let one = |role: &RoleAssignment| RoleInEvent { role: role.role, scope: role.scope, from: role.from, to: role.to };
    roles.iter().map(one).collect()
}

/// Checks the roles as a whole and that every scope is there.
fn check_assignments(unit: &mut Unit<'_>, roles: &[RoleAssignment]) -> Result<(), Problem> {
    check_roles(roles).map_err(|(at, fault)| Problem::invalid(format!("/roles/{at}"), fault.text()))?;
    let scopes: Vec<UnitId> = roles.iter().map(|role| role.scope).collect();
    let known = units::find_all(unit.connection(), &scopes)?;
    match scopes.iter().position(|scope| known.iter().all(|place| place.id != *scope)) {
        None => Ok(()),
        Some(at) => {
            let text = Text::fixed("没有这个机构。", "There is no such unit.");
            Err(Problem::invalid(format!("/roles/{at}/scope"), text))
        }
    }
}

/// Enters a member of staff, who cannot sign in until a password is set.
pub fn register(unit: &mut Unit<'_>, actor: &ActorRef, new: &NewStaff) -> Result<Staff, Problem> {
    check_assignments(unit, &new.roles)?;
    let place = open_unit(unit.connection(), new.unit, "/unit")?;
    if find_by_number(unit, &new.number)?.is_some() {
        let text = Text::fixed("这个工号已登记。", "This staff number is registered.");
        return Err(refused("number-taken", text.clone()).field("/number", text));
    }
    let (now, random, keyring) = (unit.now(), unit.random(), unit.keyring());
    let id = StaffId::new(now, random);
    let (subject, key) = subject_keys::create(unit, &id.to_string())?;
    let person = staff_seal::seal(keyring, &key, id, (&new.name, new.phone.as_ref()), random);
    staff::insert(unit.connection(), (id, subject, &new.number), &person, &place, now)?;
    staff::replace_roles(unit.connection(), id, &new.roles)?;
    credentials::insert(unit.connection(), id, now)?;
    let event = StaffEvent::Registered { unit: place.id, roles: in_events(&new.roles) };
    unit.append(&id.to_string(), 0, actor, &[event])?;
    announce(unit, STAFF_TOPIC, id.to_string(), &place.path, "registered");
    Ok(Staff {
        id,
        number: new.number.clone(),
        name_masked: person.name_masked,
        phone_masked: person.phone_masked,
        unit: place.id,
        unit_path: place.path,
        status: StaffStatus::Active,
        revision: 1,
    })
}

/// The member of staff with this number. Nobody else can enter the number until the unit of work ends.
pub(crate) fn find_by_number(unit: &mut Unit<'_>, number: &str) -> Result<Option<StaffRecord>, StoreError> {
    unit.lock(&format!("people.staff.{number}"))?;
    staff::find_by_number(unit.connection(), number)
}

/// What changes of a member of staff.
#[derive(Debug, Clone, Default)]
pub struct StaffChange {
    /// The name.
    pub name: Option<Pii<String>>,
    /// The telephone number, normalised.
    pub phone: Patch<Pii<String>>,
    /// The unit.
    pub unit: Option<UnitId>,
    /// All roles as they shall be.
    pub roles: Option<Vec<RoleAssignment>>,
}

/// Changes a member of staff as seen at revision `seen`. Returns whether anything changed.
pub fn change(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    before: &StaffRecord,
    seen: i64,
    change: &StaffChange,
) -> Result<bool, Problem> {
    let (id, keyring) = (before.staff.id, unit.keyring());
    let key = staff_seal::key_of(unit.connection(), keyring, before)?;
    let open = staff_seal::open(keyring, &key, before)?;
    let name = change.name.clone().unwrap_or_else(|| open.name.clone());
    let phone = change.phone.clone().apply(open.phone.clone());
    let place = match change.unit.filter(|id| *id != before.staff.unit) {
        Some(id) => Some(open_unit(unit.connection(), id, "/unit")?),
        None => None,
    };
    let mut events = Vec::new();
    let fields: Vec<String> = [("name", name != open.name), ("phone", phone != open.phone)]
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(field, _)| field.to_owned())
        .collect();
    if !fields.is_empty() {
        events.push(StaffEvent::Changed { fields });
    }
    if let Some(place) = &place {
        events.push(StaffEvent::Transferred { from: before.staff.unit, to: place.id });
    }
    if let Some(roles) = &change.roles
        && differ(unit, id, roles)?
    {
        check_assignments(unit, roles)?;
        staff::replace_roles(unit.connection(), id, roles)?;
        revoke_beyond(unit, actor, id)?;
        events.push(StaffEvent::RolesChanged { roles: in_events(roles) });
    }
    if events.is_empty() {
        return Ok(false);
    }
    let place = match place {
        Some(place) => place,
        None => present_unit(unit, before)?,
    };
    let (now, random) = (unit.now(), unit.random());
    let person = staff_seal::seal(keyring, &key, id, (&name, phone.as_ref()), random);
    staff::update(unit.connection(), id, seen, &person, &place, now)?;
    record(unit, &id.to_string(), actor, &events)?;
    tell(unit, id, &place, "changed");
    Ok(true)
}

/// Revokes the tokens that somebody issued where, with the roles that they now hold, they could issue none.
fn revoke_beyond(unit: &mut Unit<'_>, actor: &ActorRef, id: StaffId) -> Result<(), Problem> {
    let now = unit.now();
    let held = staff::roles_held(unit.connection(), id, now)?;
    let grants = RoleTable::new(&permissions::specs()).grants(&held);
    let may_issue = |token: &ApiToken| {
        grants.iter().any(|grant| grant.permission == TOKEN_MANAGE && grant.scope.contains(&token.unit_path))
    };
    tokens::revoke_of(unit, actor, &ActorRef::new(ActorKind::Staff, id), may_issue)?;
    Ok(())
}

fn differ(unit: &mut Unit<'_>, id: StaffId, roles: &[RoleAssignment]) -> Result<bool, StoreError> {
    let mut before = staff::roles_of(unit.connection(), &[id])?.remove(&id).unwrap_or_default();
    let mut after = roles.to_vec();
    before.sort_unstable();
    after.sort_unstable();
    Ok(before != after)
}

fn present_unit(unit: &mut Unit<'_>, record: &StaffRecord) -> Result<Place, Problem> {
    let place = units::find(unit.connection(), record.staff.unit)?;
    place.ok_or_else(|| Problem::internal_error(format!("the unit of {} is missing", record.staff.id)))
}

fn tell(unit: &mut Unit<'_>, id: StaffId, place: &Place, kind: &str) {
    announce(unit, STAFF_TOPIC, id.to_string(), &place.path, kind);
    announce(unit, ACCESS_TOPIC, id.to_string(), &place.path, kind);
}

/// Disables a member of staff: no sign-in any more, all sessions end, and so do the API tokens that they issued.
pub fn disable(unit: &mut Unit<'_>, actor: &ActorRef, before: &StaffRecord, seen: i64) -> Result<(), Problem> {
    if before.staff.status == StaffStatus::Disabled {
        return Err(refused("already-disabled", Text::fixed("该员工已停用。", "The person is disabled already.")));
    }
    set_status(unit, actor, before, seen, StaffStatus::Disabled)
}

/// Lets a member of staff sign in again.
pub fn enable(unit: &mut Unit<'_>, actor: &ActorRef, before: &StaffRecord, seen: i64) -> Result<(), Problem> {
    if before.staff.status == StaffStatus::Active {
        return Err(refused("already-active", Text::fixed("该员工未停用。", "The person is not disabled.")));
    }
    set_status(unit, actor, before, seen, StaffStatus::Active)
}

fn set_status(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    before: &StaffRecord,
    seen: i64,
    status: StaffStatus,
) -> Result<(), Problem> {
    let (id, now) = (before.staff.id, unit.now());
    staff::set_status(unit.connection(), id, seen, status, now)?;
    let (event, kind) = match status {
        StaffStatus::Active => (StaffEvent::Enabled, "enabled"),
        StaffStatus::Disabled => (StaffEvent::Disabled, "disabled"),
    };
    if status == StaffStatus::Disabled {
        sessions::delete_all(unit.connection(), id, None)?;
        tokens::revoke_of(unit, actor, &ActorRef::new(ActorKind::Staff, id), |_| false)?;
    }
    record(unit, &id.to_string(), actor, &[event])?;
    let place = present_unit(unit, before)?;
    tell(unit, id, &place, kind);
    Ok(())
}

/// Sets a temporary password, takes the second factor away, ends all sessions and the lock. `hash` is the password's, made
/// outside the writer; the password itself is shown to the administrator once.
pub fn reset(unit: &mut Unit<'_>, actor: &ActorRef, before: &StaffRecord, hash: &str) -> Result<(), Problem> {
    let (id, now) = (before.staff.id, unit.now());
    let password = NewPassword { hash, must_change: true, expires_at: Some(now.plus_days(TEMPORARY_DAYS)) };
    credentials::set_password(unit.connection(), id, password, now)?;
    credentials::remove_factor(unit.connection(), id, now)?;
    sessions::delete_all(unit.connection(), id, None)?;
    unlock(unit, &before.staff.number)?;
    record(unit, &id.to_string(), actor, &[StaffEvent::Reset])?;
    let place = present_unit(unit, before)?;
    tell(unit, id, &place, "reset");
    Ok(())
}

/// Sets a password that need not be changed; for the first administrator and for the demo.
pub fn set_password(unit: &mut Unit<'_>, actor: &ActorRef, before: &StaffRecord, hash: &str) -> Result<(), Problem> {
    let (id, now) = (before.staff.id, unit.now());
    let password = NewPassword { hash, must_change: false, expires_at: None };
    credentials::set_password(unit.connection(), id, password, now)?;
    unlock(unit, &before.staff.number)?;
    record(unit, &id.to_string(), actor, &[StaffEvent::PasswordChanged])?;
    Ok(())
}

fn unlock(unit: &mut Unit<'_>, number: &str) -> Result<(), StoreError> {
    let key = crate::access::secret::guard_key(unit.keyring(), number);
    credentials::set_guard(unit.connection(), &key, crate::model::lockout::Guard::default())
}

/// A role held from now on without an end.
pub fn from_now(role: kernel::Role, scope: UnitId, now: Timestamp) -> RoleAssignment {
    RoleAssignment { role, scope, from: now, to: None }
}
