//! Who does what in the demo: the bank's staff as actors, found by their role and the place it is held for.

use std::sync::Arc;

use kernel::{Actor, ActorKind, ActorRef, Grant, OrgPath, Problem, Role};
use people::demo::{DemoBank, DemoStaff};

use crate::model::{Order, permission};

/// The staff who look after one place.
pub(super) struct Team<'a> {
    pub(super) officer: &'a DemoStaff,
    pub(super) handler: &'a DemoStaff,
    pub(super) president: &'a DemoStaff,
}

/// The team for a place: for each role whoever holds it nearest; `turn` takes handlers in turn.
pub(super) fn team<'a>(bank: &'a DemoBank, place: &OrgPath, turn: usize) -> Result<Team<'a>, Problem> {
    Ok(Team {
        officer: nearest(bank, Role::Officer, place, 0)?,
        handler: nearest(bank, Role::Handler, place, turn)?,
        president: nearest(bank, Role::BranchPresident, place, 0)?,
    })
}

fn nearest<'a>(bank: &'a DemoBank, role: Role, place: &OrgPath, turn: usize) -> Result<&'a DemoStaff, Problem> {
    let held = || bank.staff.iter().filter(|person| person.role == role && person.scope.contains(place));
    let depth = held().map(|person| person.scope.depth()).max();
    let near: Vec<&DemoStaff> = held().filter(|person| Some(person.scope.depth()) == depth).collect();
    let person = near.get(turn % near.len().max(1)).copied();
    person.ok_or_else(|| Problem::internal_error(format!("the demo has no {} for {place}", role.as_str())))
}

/// Whoever takes a matter in at a place: its own people at the counter, else those who answer the telephone.
pub(super) fn receiver<'a>(bank: &'a DemoBank, place: &OrgPath, turn: usize) -> Result<&'a DemoStaff, Problem> {
    let at = |role: Role| bank.staff.iter().find(|person| person.role == role && person.unit_path == *place);
    let counter = if turn.is_multiple_of(2) { at(Role::Teller) } else { at(Role::LobbyManager) };
    counter.map_or_else(|| nearest(bank, Role::Handler, place, turn), Ok)
}

/// Somebody of another department than `place` who may answer what it is asked.
pub(super) fn asked<'a>(bank: &'a DemoBank, place: &OrgPath, turn: usize) -> Option<&'a DemoStaff> {
    let may = |person: &&DemoStaff| person.role == Role::Handler && person.unit_path != *place;
    let all: Vec<&DemoStaff> = bank.staff.iter().filter(may).collect();
    all.get(turn % all.len().max(1)).copied()
}

/// A member of staff with the permissions of their role.
pub(super) fn actor(person: &DemoStaff) -> Actor {
    let held = permission::specs().into_iter().filter(|spec| spec.roles.contains(&person.role));
    Actor {
        reference: ActorRef::new(ActorKind::Staff, person.id),
        kind: ActorKind::Staff,
        roles: Arc::new([person.role]),
        posts: Arc::new([(person.role, person.scope.clone())]),
        unit: person.unit_path.clone(),
        grants: held.map(|spec| Grant { permission: spec.permission, scope: person.scope.clone() }).collect(),
    }
}

/// The complainant at the portal.
pub(super) fn complainant(order: &Order) -> Actor {
    Actor {
        reference: order.complainant(),
        kind: ActorKind::Customer,
        roles: Arc::new([Role::Customer]),
        posts: Arc::new([]),
        unit: order.unit.clone(),
        grants: Arc::new([]),
    }
}
