//! The house of these tests: a head office, two branches, an outlet, a department, and a caller for each role.

use std::sync::Arc;

use axum::{Router, body::Body, middleware};
use endpoint::{
    Authenticated, Authenticator, BlockingObjects, Credentials, Objects, Settings, Shared, call::unauthenticated,
    request,
};
use http::{Method, Request, StatusCode};
use kernel::{Actor, Problem, Role, id::UnitId};
use ledger::{
    Cause,
    testkit::{TestDatabase, databases_with},
};
use object_store::{ObjectStoreExt, memory::InMemory, path::Path as Place};
use people::{
    model::organisation::{Unit, UnitKind, UnitStatus},
    store::units,
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

use crate::{
    jobs::reactions,
    model::Law,
    testing::{LAW, migrations, path, staff},
};

/// Bytes of an answer at most.
const ANSWER_BYTES_MAX: usize = 4 << 20;

/// Answers bearer tokens such as `handler@/HO/GZ/` with somebody of that role and place.
struct Door;

impl Authenticator for Door {
    fn recall(&self, credentials: &Credentials) -> Option<Authenticated> {
        let Credentials::Bearer(token) = credentials else { return None };
        Some(Authenticated { actor: caller(token)?, session: None })
    }

    fn authenticate(&self, _: &Credentials) -> Result<Authenticated, Problem> {
        Err(unauthenticated())
    }
}

/// The caller behind a token; with `!` at its end the same person, who has lost every right.
pub(super) fn caller(token: &str) -> Option<Actor> {
    if let Some(token) = token.strip_suffix('!') {
        return Some(Actor { grants: Arc::new([]), ..caller(token)? });
    }
    let (role, place) = token.split_once('@')?;
    let role: Role = role.parse().ok()?;
    let number = token.bytes().fold(0u128, |sum, byte| sum * 31 % 1_000_003 + u128::from(byte));
    Some(staff(number, role, place))
}

/// One test's house.
pub(super) struct House<'a> {
    pub(super) db: &'a TestDatabase,
    pub(super) router: Router,
    runtime: Runtime,
    /// The law that the house's work is done by.
    pub(super) law: Law,
    /// What lies in the object store, as it lies there.
    pub(super) store: Arc<InMemory>,
}

/// An answer: status, headers and body.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: http::HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The body, when the status is the one expected.
    #[track_caller]
    pub(super) fn is(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text());
        if self.bytes.is_empty() { Value::Null } else { self.json() }
    }

    /// The word of the refusal, when the status is the one expected.
    #[track_caller]
    pub(super) fn reason(self, status: u16) -> String {
        let body = self.is(status);
        body["reason"].as_str().unwrap_or_default().to_owned()
    }
}

/// Runs a test in a house on each engine.
pub(super) fn each_house(test: impl Fn(&House<'_>)) {
    each_house_with(Settings { codes_on_screen: true, attachment_bytes_max: 64 * 1024, ..Settings::default() }, test);
}

pub(super) fn each_house_with(settings: Settings, test: impl Fn(&House<'_>)) {
    each_house_under(&LAW, settings, test);
}

/// The same under another law than what is built in.
pub(super) fn each_house_under(law: &Law, settings: Settings, test: impl Fn(&House<'_>)) {
    for db in &databases_with(&migrations(), &reactions()) {
        eprintln!("on {}", db.name);
        let store = Arc::new(InMemory::new());
        let objects = Objects::new(store.clone());
        let rules = law.rules.clone();
        let shared = Shared::new(db.ledger.clone(), Arc::new(Door), objects, rules, settings.clone());
        let (routes, _) = super::super::routes().split_for_parts();
        let router =
            routes.layer(middleware::from_fn_with_state(shared.clone(), request::layer)).with_state(shared.clone());
        // Jobs wait for the store on threads of their own, so somebody else must drive what it does.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let house = House { db, router, runtime, law: law.clone(), store };
        house.build();
        test(&house);
    }
}

impl House<'_> {
    fn build(&self) {
        let units = [
            ("HO", UnitKind::HeadOffice, "/HO/"),
            ("GZ", UnitKind::Branch, "/HO/GZ/"),
            ("GZ001", UnitKind::Outlet, "/HO/GZ/GZ001/"),
            ("SZ", UnitKind::Branch, "/HO/SZ/"),
            ("CARD", UnitKind::Department, "/HO/CARD/"),
        ];
        self.db
            .ledger
            .write(&Cause::new("test:build"), move |unit| -> Result<(), ledger::StoreError> {
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
            })
            .unwrap();
    }

    /// Lets the jobs run that are due.
    pub(super) fn work(&self) {
        let law: Arc<dyn crate::jobs::LawSource> = Arc::new(self.law.clone());
        let handlers = crate::jobs::handlers(&law);
        let run = self.db.ledger.run_due_jobs(&handlers, self.db.now()).unwrap();
        assert_eq!(run.failed, Vec::new());
    }

    /// The object of a file as it lies in the store; `None` when there is none.
    pub(super) fn object(&self, file: &str) -> Option<Vec<u8>> {
        self.runtime.block_on(async {
            let found = self.store.get(&Place::from(format!("voice/{file}"))).await.ok()?;
            Some(found.bytes().await.unwrap().to_vec())
        })
    }

    /// Puts an object of a file into the store as it is.
    pub(super) fn lay(&self, file: &str, content: &'static [u8]) {
        let place = Place::from(format!("voice/{file}"));
        self.runtime.block_on(self.store.put(&place, content.into())).unwrap();
    }

    /// Takes an object of a file away.
    pub(super) fn forget_object(&self, file: &str) {
        self.runtime.block_on(self.store.delete(&Place::from(format!("voice/{file}")))).unwrap();
    }

    /// Begins to put an object of a file, as a program does that is then killed.
    pub(super) fn begin_upload(&self, file: &str) -> Box<dyn object_store::MultipartUpload> {
        let place = Place::from(format!("voice/{file}"));
        self.runtime.block_on(async {
            let mut upload = self.store.put_multipart(&place).await.unwrap();
            upload.put_part(b"XBO1".to_vec().into()).await.unwrap();
            upload
        })
    }

    /// The hash of a file, as events have it.
    pub(super) fn digest(&self, content: &[u8]) -> String {
        let mut hasher = self.db.keyring.hasher();
        hasher.update(content);
        hasher.finish().0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Files of which the database does not know that they lie sealed.
    pub(super) fn left_clear(&self) -> usize {
        usize::from(self.db.ledger.read(|conn| crate::store::files::next_clear(conn, "")).unwrap().is_some())
    }

    /// Whether an answer begins well and breaks off.
    pub(super) fn breaks_off(&self, who: &str, address: &str) -> bool {
        let request = Request::get(address).header("authorization", format!("Bearer {who}"));
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            axum::body::to_bytes(response.into_body(), ANSWER_BYTES_MAX).await.is_err()
        })
    }

    /// The store, as jobs see it.
    pub(super) fn objects(&self) -> BlockingObjects {
        BlockingObjects::new(Objects::new(self.store.clone()), self.runtime.handle().clone())
    }

    /// Lets the store be rid of what is to be removed.
    pub(super) fn remove_objects(&self) {
        let handlers = ledger::Handlers::new().with_external(Arc::new(endpoint::Removal(self.objects())));
        assert_eq!(self.db.ledger.run_due_jobs(handlers, self.db.now()).unwrap().failed, Vec::new());
    }

    pub(super) fn put(&self, who: &str, address: &str, body: Value) -> Answer {
        self.ask(who, Method::PUT, address, Some(&body))
    }

    /// Sends a request as it is.
    pub(super) fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, ANSWER_BYTES_MAX).await.unwrap().to_vec();
            Answer { status: parts.status, headers: parts.headers, bytes }
        })
    }

    fn ask(&self, who: &str, method: Method, address: &str, body: Option<&Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(address);
        if !who.is_empty() {
            request = request.header("authorization", format!("Bearer {who}"));
        }
        let body = match body {
            None => Body::empty(),
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
        };
        self.send(request.body(body).unwrap())
    }

    pub(super) fn get(&self, who: &str, address: &str) -> Answer {
        self.ask(who, Method::GET, address, None)
    }

    pub(super) fn post(&self, who: &str, address: &str, body: Value) -> Answer {
        self.ask(who, Method::POST, address, Some(&body))
    }

    /// Files a complaint at the outlet and gives its id.
    #[track_caller]
    pub(super) fn file(&self) -> String {
        let filed = self.post("teller@/HO/GZ/GZ001/", "/api/voice/orders", matter()).is(201);
        filed["id"].as_str().unwrap().to_owned()
    }

    /// The present version of an order, as somebody who sees everything reads it.
    #[track_caller]
    pub(super) fn version(&self, id: &str) -> u64 {
        self.get("auditor@/HO/", &format!("/api/voice/orders/{id}")).is(200)["version"].as_u64().unwrap()
    }

    /// Does something to an order at its present version.
    pub(super) fn act(&self, who: &str, id: &str, verb: &str, mut body: Value) -> Answer {
        body["version"] = json!(self.version(id));
        self.post(who, &format!("/api/voice/orders/{id}/{verb}"), body)
    }

    /// Takes an order as far as being handled by the branch.
    #[track_caller]
    pub(super) fn handle(&self, id: &str) {
        self.act(OFFICER, id, "register", json!({})).is(200);
        self.act(OFFICER, id, "classify", json!({ "classification": classes() })).is(200);
        self.act(OFFICER, id, "assign", json!({ "unit": unit_id("GZ").to_string() })).is(200);
        self.act(HANDLER, id, "accept", json!({})).is(200);
    }

    /// Moves the clock on.
    pub(super) fn pass_days(&self, days: i64) {
        self.db.clock.advance_micros(days * kernel::timestamp::DAY_MICROS);
    }
}

pub(super) const OFFICER: &str = "officer@/HO/GZ/";
pub(super) const HANDLER: &str = "handler@/HO/GZ/";

/// The id of the unit with this code.
pub(super) fn unit_id(code: &str) -> UnitId {
    UnitId::from_bits(code.bytes().fold(7u128, |sum, byte| sum << 8 | u128::from(byte)))
}

/// A complaint as a teller types it.
pub(super) fn matter() -> Value {
    json!({
        "matter": "complaint",
        "title": "信用卡年费争议",
        "narrative": "李小明（电话13812345678）称未经同意被收取年费300元，要求退还。",
        "request": "退还年费",
        "party": { "name": "李小明", "phone": "13812345678", "account": "6222021234567890123" },
        "amount": { "minor": 30000, "currency": "CNY" },
        "occurred_on": "2026-10-01",
    })
}

/// Some classes of the three axes.
pub(super) fn classes() -> Value {
    let classes = crate::testing::classes();
    json!({
        "channel": classes.channel.as_str(), "business": classes.business.as_str(), "reason": classes.reason.as_str(),
    })
}

/// A decision as a handler types it.
pub(super) fn decision() -> Value {
    json!({
        "outcome": "substantiated",
        "facts": "经核实，李小明名下信用卡未开通年费代扣。",
        "basis": "领用合约第3条。",
        "answer": "退还年费300元。",
        "principles": ["reasonable_settled"],
        "compensation": { "minor": 30000, "currency": "CNY" },
    })
}
