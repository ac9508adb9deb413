//! The hot path counted: one filing over HTTP, with its idempotency key, is a handful of statements.
//!
//! Counted on SQLite. On PostgreSQL the ledger watches its connections itself, so that nobody else can; there the statements
//! are the same, with the two of the append in one.
//!
//! A test program of its own, because what counts the statements counts for the whole process.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use axum::{Router, body::Body, middleware};
use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use endpoint::{Authenticated, Authenticator, Credentials, Objects, Settings, Shared, request};
use http::Request;
use kernel::{Actor, ActorKind, ActorRef, Grant, OrgPath, Problem, Role};
use regulation::Regulations;
use tower::ServiceExt;
use voice::model::permission::FILE;

/// Statements of one filing at most, savepoint and commit aside: they are shared by the group.
const STATEMENTS_MAX: usize = 10;

static COUNTING: AtomicBool = AtomicBool::new(false);
static STATEMENTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

fn watch() -> Option<Box<dyn Instrumentation>> {
    Some(Box::new(|event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event
            && COUNTING.load(Ordering::SeqCst)
        {
            STATEMENTS.lock().unwrap().push(query.to_string());
        }
    }))
}

/// Lets everybody in as a teller.
struct Door;

impl Authenticator for Door {
    fn recall(&self, _: &Credentials) -> Option<Authenticated> {
        let unit = OrgPath::parse("/HO/GZ/GZ001/").unwrap();
        let actor = Actor {
            reference: ActorRef::new(ActorKind::Staff, "st_teller"),
            kind: ActorKind::Staff,
            roles: Arc::new([Role::Teller]),
            posts: Arc::new([]),
            unit: unit.clone(),
            grants: Arc::new([Grant { permission: FILE, scope: unit }]),
        };
        Some(Authenticated { actor, session: None })
    }

    fn authenticate(&self, _: &Credentials) -> Result<Authenticated, Problem> {
        Err(endpoint::call::unauthenticated())
    }
}

async fn file(router: &Router, key: &str) {
    let body = serde_json::json!({
        "matter": "complaint", "title": "信用卡年费争议", "narrative": "称未经同意被收取年费300元，要求退还。",
        "party": { "name": "李小明", "phone": "13812345678", "identity": "11010519491231002X" },
        "amount": { "minor": 30000, "currency": "CNY" },
    });
    let request = Request::post("/api/voice/orders")
        .header("authorization", "Bearer any")
        .header("content-type", "application/json")
        .header("idempotency-key", key);
    let answer = router.clone().oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 201);
}

#[test]
fn a_filing_is_at_most_ten_statements() {
    set_default_instrumentation(watch).unwrap();
    let tables = [endpoint::idempotency::migrations(), people::MIGRATIONS, voice::MIGRATIONS];
    // No PostgreSQL beside it: its listener reconnects when it likes, and would be counted.
    let db = ledger::testkit::sqlite(&tables, &[]);
    let objects = Objects::new(Arc::new(object_store::memory::InMemory::new()));
    let law = Arc::new(Regulations::builtin().unwrap());
    let shared = Shared::new(db.ledger.clone(), Arc::new(Door), objects, law, Settings::default());
    let (routes, _) = voice::api::routes().split_for_parts();
    let layer = middleware::from_fn_with_state(shared.clone(), request::layer);
    let router = routes.layer(layer).with_state(shared);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(file(&router, "warm-up"));
    STATEMENTS.lock().unwrap().clear();
    COUNTING.store(true, Ordering::SeqCst);
    runtime.block_on(file(&router, "counted"));
    COUNTING.store(false, Ordering::SeqCst);
    let statements = STATEMENTS.lock().unwrap().clone();
    let frame = ["SAVEPOINT", "RELEASE", "BEGIN", "COMMIT"];
    let counted: Vec<_> = statements.iter().filter(|s| !frame.iter().any(|word| s.starts_with(word))).collect();
    assert!(counted.len() <= STATEMENTS_MAX, "on {}:\n{counted:#?}", db.name);
    assert!(counted.len() >= 5, "the count sees the statements: {counted:#?}");
}
