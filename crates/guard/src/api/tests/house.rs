//! The house of these tests: a head office, two branches, an outlet, and a caller for each role.

use std::sync::Arc;

use axum::{Router, body::Body, middleware};
use endpoint::{Authenticated, Authenticator, Credentials, Objects, Settings, Shared, call::unauthenticated, request};
use http::{Method, Request};
use kernel::{ActorRef, Problem, id::UnitId};
use ledger::{
    Cause, JobHandler, Ledger,
    testkit::{TestDatabase, databases},
};
use people::{
    model::customer::CustomerForm,
    model::organisation::{Unit, UnitKind, UnitStatus},
    store::units,
    use_cases::customers,
};
use serde_json::Value;
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::testing::{RULES, migrations, path, staff};

/// Answers bearer tokens such as `teller@/HO/GZ/` with somebody of that role and place.
struct Door;

impl Authenticator for Door {
    fn recall(&self, credentials: &Credentials) -> Option<Authenticated> {
        let Credentials::Bearer(token) = credentials else { return None };
        let (role, place) = token.split_once('@')?;
        let number = token.bytes().fold(0u128, |sum, byte| sum * 31 % 1_000_003 + u128::from(byte));
        Some(Authenticated { actor: staff(number, role.parse().ok()?, place), session: None })
    }

    fn authenticate(&self, _: &Credentials) -> Result<Authenticated, Problem> {
        Err(unauthenticated())
    }
}

/// The room behind HTTP on one database.
pub struct House<'a> {
    pub db: &'a TestDatabase,
    pub shared: Shared,
    router: Router,
    runtime: Runtime,
}

/// A status and a body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
}

impl Answer {
    /// The body, when the status is the one expected.
    #[track_caller]
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The word of the refusal, when the status is the one expected.
    #[track_caller]
    pub fn reason(self, status: u16) -> String {
        self.is(status)["reason"].as_str().unwrap_or_default().to_owned()
    }
}

/// The id of a unit of the house.
pub fn unit_id(code: &str) -> UnitId {
    UnitId::from_bits(code.bytes().fold(0, |sum, byte| sum * 256 + u128::from(byte)))
}

/// Runs a test in a house on each engine.
pub fn each_house(test: impl Fn(&House<'_>)) {
    for db in &databases(&migrations()) {
        eprintln!("on {}", db.name);
        let house = House::on(db);
        house.build();
        test(&house);
    }
}

impl<'a> House<'a> {
    /// A house on a database that has its units.
    pub fn on(db: &'a TestDatabase) -> Self {
        Self::node(db, db.ledger.clone())
    }

    /// The same with the files beside the database that a server keeps.
    pub fn serving(db: &'a TestDatabase) -> Self {
        Self::with(db, db.ledger.clone(), Settings { files_beside_database: true, ..Settings::default() })
    }

    /// The same by a way to the database of its own, as another node has it.
    pub fn node(db: &'a TestDatabase, ledger: Ledger) -> Self {
        Self::with(db, ledger, Settings::default())
    }

    fn with(db: &'a TestDatabase, ledger: Ledger, settings: Settings) -> Self {
        let objects = Objects::new(Arc::new(object_store::memory::InMemory::new()));
        let law = RULES.law.0.clone();
        let shared = Shared::new(ledger, Arc::new(Door), objects, law, settings);
        let (routes, _) = crate::api::routes().split_for_parts();
        let layer = middleware::from_fn_with_state(shared.clone(), request::layer);
        let router = routes.layer(layer).with_state(shared.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { db, shared, router, runtime }
    }

    pub fn build(&self) {
        let units = [
            ("HO", UnitKind::HeadOffice, "/HO/"),
            ("GZ", UnitKind::Branch, "/HO/GZ/"),
            ("GZ001", UnitKind::Outlet, "/HO/GZ/GZ001/"),
            ("SZ", UnitKind::Branch, "/HO/SZ/"),
        ];
        let write = move |unit: &mut ledger::Unit<'_>| -> Result<(), ledger::StoreError> {
            for (code, kind, place) in units {
                let place = path(place);
                let row = Unit {
                    id: unit_id(code),
                    code: code.to_owned(),
                    name: format!("{code}机构"),
                    kind,
                    parent: place.parent().map(|above| unit_id(above.code())),
                    path: place,
                    region: String::new(),
                    status: UnitStatus::Open,
                };
                let now = unit.now();
                units::insert(unit.connection(), &row, now)?;
            }
            Ok(())
        };
        self.db.ledger.write(&Cause::new("test:build"), write).unwrap();
    }

    /// Enters a customer with this identity number and account.
    pub fn customer(&self, identity: &str, account: &str) {
        let form = CustomerForm {
            number: "C-1".to_owned(),
            name: "李小明".to_owned(),
            identity: identity.to_owned(),
            accounts: vec![account.to_owned()],
            ..CustomerForm::default()
        };
        let enter = move |unit: &mut ledger::Unit<'_>| {
            customers::register(unit, &ActorRef::program("test"), &form, unit_id("GZ001")).map(drop)
        };
        self.db.ledger.write::<_, Problem, _>(&Cause::new("test:customer"), enter).unwrap();
    }

    /// Sends a request as whom a token names.
    pub fn send(&self, token: &str, method: Method, at: &str, body: Option<Value>, key: Option<&str>) -> Answer {
        let bytes = body.as_ref().map(ToString::to_string).unwrap_or_default();
        self.send_raw(token, method, at, ("application/json", bytes.into_bytes()), key)
    }

    /// The same with bytes as they are.
    pub fn send_raw(
        &self,
        token: &str,
        method: Method,
        at: &str,
        (media, bytes): (&str, Vec<u8>),
        key: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(at).header("content-type", media);
        request = request.header("authorization", format!("Bearer {token}"));
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(Body::from(bytes)).unwrap();
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let response = router.oneshot(request).await.unwrap();
            let status = response.status().as_u16();
            let bytes = axum::body::to_bytes(response.into_body(), 16 << 20).await.unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let body = serde_json::from_slice(&bytes).unwrap_or(Value::String(text));
            Answer { status, body }
        })
    }

    /// How many events the ledger has.
    pub fn events(&self) -> u64 {
        let each = &mut |_| std::ops::ControlFlow::Continue(());
        self.db.ledger.verify(&ledger::VerifyOptions::default(), each).unwrap().events
    }

    pub fn get(&self, token: &str, at: &str) -> Answer {
        self.send(token, Method::GET, at, None, None)
    }

    pub fn post(&self, token: &str, at: &str, body: Value) -> Answer {
        self.send(token, Method::POST, at, Some(body), None)
    }

    /// What the program does when it starts.
    pub fn start(&self) {
        let put = |unit: &mut ledger::Unit<'_>| {
            let now = unit.now();
            crate::jobs::at_start(now).into_iter().try_for_each(|job| unit.enqueue(job))
        };
        self.db.ledger.write::<_, ledger::StoreError, _>(&Cause::new("test:start"), put).unwrap();
        self.run_jobs();
    }

    /// Runs the jobs of the room that are due.
    pub fn run_jobs(&self) {
        let handlers: Vec<Arc<dyn JobHandler>> = crate::jobs::handlers(&self.shared);
        let handlers = handlers.into_iter().fold(ledger::Handlers::new(), ledger::Handlers::with);
        self.db.ledger.run_due_jobs(handlers, self.db.now()).unwrap();
    }
}
