//! What members of staff look like outside, and who may manage whom.

use endpoint::Call;
use kernel::{Actor, Pii, Problem, ProblemKind, StaffId, Text, Timestamp, UnitId};
use ledger::{Connection, Unit};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::{ActionBody, RoleBody, RoleRequest, UnitRef, mention, role_bodies, unit_refs};
use crate::{
    model::{
        numbers,
        permissions::{STAFF_MANAGE, STAFF_SEE},
        staff::{RoleAssignment, StaffStatus, check_person_name},
    },
    store::{
        staff::{self, StaffRecord},
        staff_seal, units,
    },
};

/// How people call the thing.
pub(super) const NOUNS: (&str, &str) = ("员工", "member of staff");

/// A member of staff. Colleagues know each other by name; the telephone number is masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct StaffBody {
    /// The id.
    #[schema(value_type = String, example = "st_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: StaffId,
    /// The staff number.
    pub number: String,
    /// The masked name.
    #[schema(example = "张*")]
    pub name_masked: String,
    /// The name; absent in the answers to changes, because those are kept under their idempotency key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
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

/// Who looks, and what is needed to show them something.
#[derive(Clone)]
pub(super) struct Viewer {
    pub(super) actor: Actor,
    language: kernel::text::Language,
    keyring: std::sync::Arc<seal::Keyring>,
}

impl Viewer {
    pub(super) fn of(call: &Call) -> Self {
        let keyring = call.shared.ledger().ports().keyring.clone();
        Self { actor: call.actor.clone(), language: call.language, keyring }
    }

    /// The members of staff with their names.
    pub(super) fn named(&self, conn: &mut Connection, records: &[StaffRecord]) -> Result<Vec<StaffBody>, Problem> {
        let mut names = staff_seal::names(conn, &self.keyring, records)?;
        let mut bodies = self.bodies(conn, records)?;
        for body in &mut bodies {
            body.name = names.remove(&body.id).map(Pii::into_exposed);
        }
        Ok(bodies)
    }

    fn bodies(&self, conn: &mut Connection, records: &[StaffRecord]) -> Result<Vec<StaffBody>, Problem> {
        let ids: Vec<StaffId> = records.iter().map(|record| record.staff.id).collect();
        let mut roles = staff::roles_of(conn, &ids)?;
        let scopes = roles.values().flatten().map(|role| role.scope);
        let refs = unit_refs(conn, scopes.chain(records.iter().map(|record| record.staff.unit)))?;
        let mut bodies = Vec::with_capacity(records.len());
        for record in records {
            let roles = roles.remove(&record.staff.id).unwrap_or_default();
            bodies.push(StaffBody {
                id: record.staff.id,
                number: record.staff.number.clone(),
                name_masked: record.staff.name_masked.clone(),
                name: None,
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

    /// One member of staff as the answer to a change, without the name.
    pub(super) fn body(&self, conn: &mut Connection, id: StaffId) -> Result<StaffBody, Problem> {
        let record = staff::find(conn, id)?.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
        self.bodies(conn, &[record])?.pop().ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))
    }
}

/// Managing needs the permission where the person belongs, and is never done to oneself.
pub(super) fn may_manage(actor: &Actor, record: &StaffRecord) -> Result<(), Problem> {
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
pub(super) fn managed(unit: &mut Unit<'_>, actor: &Actor, id: StaffId) -> Result<StaffRecord, Problem> {
    let record = staff::find(unit.connection(), id)?.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
    may_manage(actor, &record)?;
    Ok(record)
}

/// Nobody gives a role in a place, or puts a person in a unit, that they do not manage themselves.
pub(super) fn check_scopes(
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

pub(super) fn name(name: &Pii<String>) -> Result<Pii<String>, Problem> {
    let name = check_person_name(name.expose()).map_err(|text| Problem::invalid("/name", text))?;
    Ok(Pii::new(name.to_owned()))
}

pub(super) fn phone(phone: &Pii<String>) -> Result<Pii<String>, Problem> {
    numbers::phone(phone.expose()).map(Pii::new).map_err(|text| Problem::invalid("/phone", text))
}

pub(super) fn assignments(roles: &[RoleRequest], now: Timestamp) -> Vec<RoleAssignment> {
    roles.iter().map(|role| role.assignment(now)).collect()
}
