//! What the room's tests share: the rules and people. Compiled for tests only.

pub mod proof;

use std::sync::{Arc, LazyLock};

use kernel::{Actor, ActorKind, ActorRef, Grant, OrgPath, PermissionSpec, Role, id::StaffId};
use regulation::Regulations;

use crate::{
    MIGRATIONS,
    model::{interception::Rules, law::Law, permission},
    rules,
};

/// The rules as built in.
pub static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let law = Regulations::builtin().expect("the built-in files are good");
    rules::with(Law(Arc::new(law))).expect("the built-in dialogues are good")
});

/// The tables that tests of this room need.
pub fn migrations() -> Vec<ledger::Migrations> {
    vec![endpoint::idempotency::migrations(), people::MIGRATIONS, MIGRATIONS]
}

pub fn path(text: &str) -> OrgPath {
    OrgPath::parse(text).unwrap()
}

/// Somebody with the permissions of `role` at and below `unit`.
pub fn staff(number: u128, role: Role, unit: &str) -> Actor {
    let held = |spec: &PermissionSpec| spec.roles.contains(&role);
    let grants = permission::specs().into_iter().filter(held);
    Actor {
        reference: ActorRef::new(ActorKind::Staff, StaffId::from_bits(number)),
        kind: ActorKind::Staff,
        roles: Arc::new([role]),
        posts: Arc::new([(role, path(unit))]),
        unit: path(unit),
        grants: grants.map(|spec| Grant { permission: spec.permission, scope: path(unit) }).collect(),
    }
}
