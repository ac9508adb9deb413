//! The whole house on a test database, with a door that lets in callers of any role by name.

use std::sync::Arc;

use axum::{Router, body::Body};
use endpoint::{Authenticated, Authenticator, Credentials, Objects, Settings, Shared, call::unauthenticated};
use http::{Request, StatusCode};
use kernel::{Actor, ActorKind, ActorRef, Grant, OrgPath, PermissionSpec, Pii, Problem, Role, StaffId};
use ledger::testkit;
use people::{
    model::{organisation_import::UnitRow, staff::NewStaff},
    store::units,
    use_cases::{organisation, staff},
};
use serde_json::Value;
use tower::ServiceExt;

/// Bytes of an answer at most.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A house without people in it.
pub struct House {
    /// The application.
    pub router: Router,
    /// Its description.
    pub description: Value,
    /// The system of record behind it.
    pub ledger: ledger::Ledger,
}

/// Lets in `Bearer all`, who may do everything, and `Bearer <role>`, who may do what the rooms give that role.
struct Door(Vec<PermissionSpec>, StaffId);

impl Authenticator for Door {
    fn recall(&self, _credentials: &Credentials) -> Option<Authenticated> {
        None
    }

    fn authenticate(&self, credentials: &Credentials) -> Result<Authenticated, Problem> {
        let Credentials::Bearer(name) = credentials else { return Err(unauthenticated()) };
        let role = name.parse::<Role>().ok();
        if role.is_none() && name != "all" {
            return Err(unauthenticated());
        }
        let top = OrgPath::root("HO").expect("a path");
        let held = |spec: &&PermissionSpec| role.is_none_or(|role| spec.roles.contains(&role));
        let grant = |spec: &PermissionSpec| Grant { permission: spec.permission, scope: top.clone() };
        let actor = Actor {
            reference: ActorRef::new(ActorKind::Staff, self.1),
            kind: ActorKind::Staff,
            roles: role.into_iter().collect(),
            posts: role.into_iter().map(|role| (role, top.clone())).collect(),
            unit: top.clone(),
            grants: self.0.iter().filter(held).map(grant).collect(),
        };
        Ok(Authenticated { actor, session: None })
    }
}

impl House {
    /// Runs `test` in a house on each engine.
    pub fn each<F: Future<Output = ()>>(test: impl Fn(House) -> F) {
        let rooms = server::rooms();
        let (tables, reactions) = (server::migrations(&rooms), server::reactions(&rooms));
        for db in testkit::databases_with(&tables, &reactions) {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async { test(Self::on(&db)).await });
        }
    }

    fn on(db: &testkit::TestDatabase) -> Self {
        let rooms = server::rooms();
        let door = Arc::new(Door(server::rooms::permissions(&rooms), somebody(&db.ledger)));
        let objects = Objects::new(Arc::new(object_store::memory::InMemory::new()));
        let law = Arc::new(regulation::Regulations::builtin().expect("the built-in regulations load"));
        let shared = Shared::new(db.ledger.clone(), door, objects, law, Settings::default());
        let (router, description) = server::app(shared, rooms);
        let description = serde_json::to_value(description).expect("plain data");
        Self { router, description, ledger: db.ledger.clone() }
    }

    /// Sends a request and reads the answer; what is not JSON reads as null.
    pub async fn send(&self, request: Request<Body>) -> (StatusCode, Value) {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let status = response.status();
        if response.headers().get("content-type").is_some_and(|media| media == "text/event-stream") {
            // Live updates never end.
            return (status, Value::Null);
        }
        let bytes = axum::body::to_bytes(response.into_body(), ANSWER_BYTES_MAX).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    /// How many events there are, after proving that they are sound.
    pub fn event_count(&self) -> u64 {
        let all = self.ledger.verify(&ledger::VerifyOptions::default(), &mut |_| std::ops::ControlFlow::Continue(()));
        let report = all.expect("a report");
        assert!(report.is_intact());
        report.events
    }
}

/// A member of staff at the head office, so that whoever is let in is somebody.
fn somebody(ledger: &ledger::Ledger) -> StaffId {
    let actor = ActorRef::program("test");
    let cause = ledger::Cause::new("test:house");
    let row = UnitRow {
        line: 1,
        code: "HO".to_owned(),
        name: "总行".to_owned(),
        kind: "head_office".to_owned(),
        ..UnitRow::default()
    };
    let by = actor.clone();
    let opened = ledger.write(&cause, move |unit| organisation::import(unit, &by, std::slice::from_ref(&row), ""));
    assert!(opened.is_ok(), "the head office opens");
    let staff = ledger.write(&cause, move |unit| {
        let place = units::top(unit.connection())?.ok_or_else(|| Problem::internal_error("no head office"))?;
        let new = NewStaff {
            number: "T0001".to_owned(),
            name: Pii::new("测试".to_owned()),
            phone: None,
            unit: place.id,
            roles: Vec::new(),
        };
        staff::register(unit, &actor, &new)
    });
    staff.expect("somebody is entered").id
}
