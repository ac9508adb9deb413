//! What the room's tests share: a law, people, and matters to file. Compiled for tests only.

use std::sync::{Arc, LazyLock};

use kernel::{
    Actor, ActorKind, ActorRef, Clock, Grant, Money, OrgPath, PermissionSpec, Pii, Problem, Role, Timestamp,
    id::{OrderId, StaffId},
};
use ledger::{Cause, testkit::TestDatabase};
use regulation::{Axis, MatterKind, Regulations};

use crate::{
    MIGRATIONS,
    desk::{self, Act},
    intake::{Intake, Person, prepare},
    model::{
        Command, Law, Order,
        parts::{AxisKey, Classification, Decision, Nature, Origin, Outcome, Principle},
        permission,
    },
};

/// The tables that tests of this room need.
pub fn migrations() -> Vec<ledger::Migrations> {
    vec![endpoint::idempotency::migrations(), people::MIGRATIONS, MIGRATIONS]
}

/// Payloads of every kind of event as version 1 stored them, one line each: `kind<TAB>payload`.
pub const SAMPLES: &str =
    concat!(include_str!("../samples/order-events-1.tsv"), include_str!("../samples/handling-events-1.tsv"));

/// The law as built in.
pub static LAW: LazyLock<Law> = LazyLock::new(|| {
    let rules = Arc::new(Regulations::builtin().expect("the built-in files are good"));
    let calendar = rules.calendar().clone();
    Law::new(rules, calendar)
});

pub fn path(text: &str) -> OrgPath {
    OrgPath::parse(text).unwrap()
}

/// Somebody with the permissions of `role` at and below `unit`.
pub fn staff(number: u128, role: Role, unit: &str) -> Actor {
    let held = |spec: &PermissionSpec| spec.roles.contains(&role);
    let specs = permission::specs().into_iter().chain(people::model::permissions::specs());
    let grants = specs.filter(held);
    Actor {
        reference: ActorRef::new(ActorKind::Staff, StaffId::from_bits(number)),
        kind: ActorKind::Staff,
        roles: Arc::new([role]),
        posts: Arc::new([(role, path(unit))]),
        unit: path(unit),
        grants: grants.map(|spec| Grant { permission: spec.permission, scope: path(unit) }).collect(),
    }
}

/// A matter that somebody may bring; tests change what they are about.
pub fn intake(unit: &str, now: Timestamp) -> Intake {
    Intake {
        matter: MatterKind::Complaint,
        origin: Origin::DIRECT,
        unit: path(unit),
        received_at: now,
        nature: Nature::Natural,
        customer: None,
        person: Person {
            name: Some(Pii::new("李小明".to_owned())),
            phone: Some(Pii::new("13812345678".to_owned())),
            ..Person::default()
        },
        representative: None,
        title: Pii::new("信用卡年费争议".to_owned()),
        narrative: Pii::new("李小明称未经同意被收取年费300元，要求退还。".to_owned()),
        request: None,
        amount: Some(Money::fen(30_000)),
        occurred_on: None,
        channel: None,
    }
}

/// Files a matter.
pub fn file(db: &TestDatabase, actor: &Actor, intake: &Intake) -> Result<Order, Problem> {
    let now = db.clock.now();
    let id = OrderId::new(now, &*db.random);
    let prepared = prepare(intake, id, now, &db.keyring, &*db.random);
    let actor = actor.clone();
    db.ledger.write(&Cause::new("test:file"), move |unit| {
        let command = Command::File(Box::new(prepared.filing.clone()));
        desk::file(unit, &prepared, command, &actor, &LAW)
    })
}

/// Does something to an order as of the version given.
pub fn act(db: &TestDatabase, actor: &Actor, order: &Order, command: Command) -> Result<Order, Problem> {
    let (actor, act) = (actor.clone(), Act::new(order.id, Some(order.version), command));
    db.ledger.write(&Cause::new("test:act"), move |unit| desk::act(unit, &act, &actor, &LAW))
}

/// Takes an order as far as being handled.
pub fn handled(db: &TestDatabase, officer: &Actor, handler: &Actor, order: Order) -> Order {
    let unit = order.unit.clone();
    let order = act(db, officer, &order, Command::Register).unwrap();
    let order = act(db, officer, &order, Command::Classify(classes())).unwrap();
    let order = act(db, officer, &order, Command::Assign { unit, person: None, why: None }).unwrap();
    act(db, handler, &order, Command::Accept).unwrap()
}

/// Some classes of the three axes.
pub fn classes() -> Classification {
    let key = |axis: Axis| {
        let axes = LAW.rules.axes("2026-03-02".parse().unwrap());
        let view = axes.into_iter().find(|view| view.axis.body.axis == axis).unwrap();
        AxisKey::new(view.categories[0].body.key.clone())
    };
    Classification { channel: key(Axis::Channel), business: key(Axis::Business), reason: key(Axis::Reason) }
}

/// A decision that names the remedies of `order`.
pub fn decision(order: &Order, outcome: Outcome, now: Timestamp) -> Decision {
    let sealed = || seal::Sealed::from_stored("s1.test");
    Decision {
        outcome,
        facts: sealed(),
        basis: sealed(),
        answer: sealed(),
        remedies: LAW.remedies(order.matter, now.date()),
        compensation: None,
        waiver: None,
        principles: vec![Principle::UnreasonableExplained],
    }
}
