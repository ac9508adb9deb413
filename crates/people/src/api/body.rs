//! Small bodies that several families of endpoints share.

use std::collections::HashMap;

use kernel::{OrgPath, Problem, Role, Text, Timestamp, id::UnitId, text::Language};
use ledger::Connection;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    model::{
        organisation::{Unit, UnitKind, UnitStatus},
        staff::RoleAssignment,
    },
    store::units,
};

/// A name in both languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TextBody {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl From<Text> for TextBody {
    fn from(text: Text) -> Self {
        Self { zh: text.zh.into_owned(), en: text.en.into_owned() }
    }
}

/// A unit as others mention it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct UnitRef {
    /// Its id.
    #[schema(value_type = String, example = "un_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: UnitId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What kind it is.
    pub kind: UnitKind,
    /// Its place, for instance `/HO/GZ/GZ001/`.
    #[schema(value_type = String)]
    pub path: OrgPath,
    /// Whether it works.
    pub status: UnitStatus,
}

impl From<&Unit> for UnitRef {
    fn from(unit: &Unit) -> Self {
        Self {
            id: unit.id,
            code: unit.code.clone(),
            name: unit.name.clone(),
            kind: unit.kind,
            path: unit.path.clone(),
            status: unit.status,
        }
    }
}

/// The units of these ids, for mentioning them.
pub fn unit_refs(
    conn: &mut Connection,
    ids: impl IntoIterator<Item = UnitId>,
) -> Result<HashMap<UnitId, UnitRef>, Problem> {
    let mut ids: Vec<UnitId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(units::find_all(conn, &ids)?.iter().map(|unit| (unit.id, UnitRef::from(unit))).collect())
}

/// The mention of a unit that a row refers to.
pub fn mention(refs: &HashMap<UnitId, UnitRef>, id: UnitId) -> Result<UnitRef, Problem> {
    refs.get(&id).cloned().ok_or_else(|| Problem::internal_error(format!("the unit {id} is missing")))
}

/// A role within a scope.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RoleBody {
    /// The role, for instance `handler`.
    #[schema(value_type = String, example = "handler")]
    pub role: Role,
    /// The unit in which, and below which, it is held.
    pub scope: UnitRef,
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
}

/// The roles with their scopes mentioned.
pub fn role_bodies(refs: &HashMap<UnitId, UnitRef>, roles: &[RoleAssignment]) -> Result<Vec<RoleBody>, Problem> {
    let one = |role: &RoleAssignment| {
        Ok(RoleBody { role: role.role, scope: mention(refs, role.scope)?, from: role.from, to: role.to })
    };
    roles.iter().map(one).collect()
}

/// A role to be given.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoleRequest {
    /// The role, for instance `handler`.
    #[schema(value_type = String, example = "handler")]
    pub role: Role,
    /// The unit in which, and below which, it is held.
    #[schema(value_type = String)]
    pub scope: UnitId,
    /// When it begins; now when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// When it ends; never when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
}

impl RoleRequest {
    /// The role to be given.
    pub fn assignment(&self, now: Timestamp) -> RoleAssignment {
        RoleAssignment { role: self.role, scope: self.scope, from: self.from.unwrap_or(now), to: self.to }
    }
}

/// Something that can be done with a thing, or why it cannot be done now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActionBody {
    /// The last part of the action's address, or `update`.
    pub action: &'static str,
    /// Whether it can be done now by this caller.
    pub allowed: bool,
    /// Why not, in the caller's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl ActionBody {
    /// An action and what hinders it.
    pub fn new(action: &'static str, hindrance: Option<Problem>, language: Language) -> Self {
        let reason = hindrance.map(|problem| problem.message.get(language).to_owned());
        Self { action, allowed: reason.is_none(), reason }
    }
}

/// A change that saw a thing at a revision.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenRequest {
    /// The `revision` that the caller saw.
    pub revision: i64,
}

/// A reason in words.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonRequest {
    /// Why; at least six characters. Numbers and the customer's name are taken out before it is kept.
    #[schema(min_length = 6, max_length = 500)]
    pub reason: String,
}
