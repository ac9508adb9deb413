//! The furniture in use: a tiny room with one thing that can be put and read, on both databases.

use std::sync::Arc;

use axum::{Router, body::Body, extract::DefaultBodyLimit, middleware, routing::get};
use endpoint::{
    AccountCall, Authenticated, Authenticator, Call, Credentials, Failure, Json, Objects, PublicCall, Query, Reply,
    Settings, Shared,
    call::unauthenticated,
    credentials::{Duty, Session},
    idempotency, request,
};
use http::{Request, Response, StatusCode};
use kernel::{
    Actor, ActorKind, ActorRef, Grant, OrgPath, Permission, Problem, SeededRandom, SessionId, Text, Timestamp,
};
use ledger::{Announcement, Event, UpgradeError, testkit};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower::ServiceExt;

const SEE: Permission = Permission("test.thing.see");
const BODY_BYTES_MAX: usize = 4096;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum ThingEvent {
    Put { word: String },
}

impl Event for ThingEvent {
    const TYPE: &'static str = "test.thing";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        "put"
    }

    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Put {
    id: String,
    word: String,
}

async fn put(call: Call, json: Json<Put>) -> Result<Reply, Failure> {
    let Put { id, word } = json.value;
    let actor = call.actor.clone();
    call.write(json.print, move |unit| {
        let event = ThingEvent::Put { word: word.clone() };
        let version = unit.append(&id, 0, &actor.reference, &[event])?;
        unit.announce(Announcement {
            topic: "test.thing",
            id: id.clone(),
            unit: actor.unit.clone(),
            kind: "put".into(),
        });
        Reply::created(format!("/things/{id}"), &json!({ "id": id, "version": version }))
    })
    .await
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    limit: Option<u8>,
}

async fn list(_call: PublicCall, Query(filter): Query<Filter>) -> Result<axum::Json<Value>, Failure> {
    Ok(axum::Json(json!({ "limit": filter.limit })))
}

async fn broken(_call: PublicCall) -> Result<Reply, Failure> {
    Err(Problem::internal_error("the secret cause").into())
}

async fn live(call: Call) -> Result<axum::response::Response, Failure> {
    call.require(SEE)?;
    Ok(call.shared.live().stream(&call, "test.thing", SEE))
}

async fn account(AccountCall(_): AccountCall) -> Reply {
    Reply::done()
}

struct Door;

impl Authenticator for Door {
    fn recall(&self, _credentials: &Credentials) -> Option<Authenticated> {
        None
    }

    fn authenticate(&self, credentials: &Credentials) -> Result<Authenticated, Problem> {
        let unit = OrgPath::parse("/HO/GZ/").expect("a path");
        let actor = Actor {
            reference: ActorRef::new(ActorKind::Staff, "st_test"),
            kind: ActorKind::Staff,
            roles: Arc::new([]),
            posts: Arc::new([]),
            unit: unit.clone(),
            grants: Arc::new([Grant { permission: SEE, scope: unit }]),
        };
        match credentials {
            Credentials::Bearer(token) if token == "good" => Ok(Authenticated { actor, session: None }),
            // The same person, who has lost every right since.
            Credentials::Bearer(token) if token == "stripped" => {
                Ok(Authenticated { actor: Actor { grants: Arc::new([]), ..actor }, session: None })
            }
            Credentials::Session(cookie) if cookie == "hindered" => {
                let id = SessionId::new(Timestamp::from_micros(0), &SeededRandom::new(1));
                let duty = Duty { reason: "do-this-first", text: Text::fixed("先做这件事。", "Do this first.") };
                Ok(Authenticated { actor, session: Some(Session { id, csrf_token: "token".into(), duty: Some(duty) }) })
            }
            Credentials::Session(cookie) if cookie == "good" => {
                let id = SessionId::new(Timestamp::from_micros(0), &SeededRandom::new(1));
                Ok(Authenticated { actor, session: Some(Session { id, csrf_token: "token".into(), duty: None }) })
            }
            Credentials::Bearer(_) | Credentials::Session(_) => Err(unauthenticated()),
        }
    }
}

fn app(db: &testkit::TestDatabase) -> (Router, Shared) {
    let objects = Objects::new(Arc::new(object_store::memory::InMemory::new()));
    let law = Arc::new(regulation::Regulations::builtin().expect("the built-in regulations load"));
    let shared = Shared::new(db.ledger.clone(), Arc::new(Door), objects, law, Settings::default());
    let router = Router::new()
        .route("/things", get(list).post(put))
        .route("/broken", get(broken))
        .route("/live", get(live))
        .route("/account", get(account))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn_with_state(shared.clone(), request::layer))
        .with_state(shared.clone());
    (router, shared)
}

fn each(test: impl Fn(Router, Shared) -> std::pin::Pin<Box<dyn Future<Output = ()>>>) {
    let tables = [idempotency::migrations()];
    testkit::each_database(&tables, |db| {
        let (router, shared) = app(db);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(test(router, shared));
    });
}

fn post() -> http::request::Builder {
    Request::post("/things").header("authorization", "Bearer good").header("content-type", "application/json")
}

async fn send(router: &Router, request: Request<Body>) -> (Response<()>, Value) {
    let response = router.clone().oneshot(request).await.expect("an answer");
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
    let value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    (Response::from_parts(parts, ()), value)
}

fn thing(id: &str, word: &str) -> Body {
    Body::from(json!({ "id": id, "word": word }).to_string())
}

#[test]
fn the_same_key_and_body_gives_the_same_answer_once() {
    each(|router, shared| {
        Box::pin(async move {
            let ask = |key: &str, word: &str| post().header("idempotency-key", key).body(thing("th_1", word)).unwrap();
            let (first, body) = send(&router, ask("k1", "a")).await;
            assert_eq!(first.status(), StatusCode::CREATED, "{body}");
            assert_eq!(first.headers()["location"], "/things/th_1");
            let (again, same) = send(&router, ask("k1", "a")).await;
            assert_eq!((again.status(), same), (StatusCode::CREATED, body));
            assert_eq!(again.headers()["idempotent-replayed"], "true");
            let (other, problem) = send(&router, ask("k1", "b")).await;
            assert_eq!(other.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(problem["type"], "/problems/idempotency-mismatch");
            // A refused write keeps nothing: its key is free for a corrected request.
            let (lost, problem) = send(&router, ask("k2", "a")).await;
            assert_eq!(lost.status(), StatusCode::CONFLICT, "{problem}");
            let (kept, _) =
                send(&router, post().header("idempotency-key", "k2").body(thing("th_2", "a")).unwrap()).await;
            assert_eq!(kept.status(), StatusCode::CREATED);
            assert_eq!(shared.ledger().history("th_1").unwrap().len(), 1);
        })
    });
}

#[test]
fn an_answer_is_not_told_again_to_somebody_whose_rights_have_changed() {
    each(|router, shared| {
        Box::pin(async move {
            let ask = |token: &str| {
                let head = Request::post("/things").header("content-type", "application/json");
                let head = head.header("authorization", format!("Bearer {token}")).header("idempotency-key", "k1");
                head.body(thing("th_1", "hush")).unwrap()
            };
            let (first, _) = send(&router, ask("good")).await;
            assert_eq!(first.status(), StatusCode::CREATED);
            let (after, problem) = send(&router, ask("stripped")).await;
            assert_eq!((after.status(), &problem["reason"]), (StatusCode::FORBIDDEN, &json!("rights-changed")));
            assert!(!problem.to_string().contains("hush"));
            assert_eq!(shared.ledger().history("th_1").unwrap().len(), 1, "nor done again");
            let (again, _) = send(&router, ask("good")).await;
            assert_eq!(
                (again.status(), &again.headers()["idempotent-replayed"]),
                (StatusCode::CREATED, &"true".parse().unwrap())
            );
        })
    });
}

#[test]
fn whoever_must_do_something_first_is_told_so() {
    each(|router, _| {
        Box::pin(async move {
            let ask = Request::get("/live").header("cookie", "xiaobao_session=hindered").body(Body::empty()).unwrap();
            let (head, problem) = send(&router, ask).await;
            assert_eq!((head.status(), &problem["reason"]), (StatusCode::FORBIDDEN, &json!("do-this-first")));
            assert_eq!(problem["detail"], "先做这件事。");
            let own =
                Request::get("/account").header("cookie", "xiaobao_session=hindered").body(Body::empty()).unwrap();
            assert_eq!(send(&router, own).await.0.status(), StatusCode::NO_CONTENT);
        })
    });
}

#[test]
fn two_requests_with_one_key_at_once_write_once() {
    each(|router, shared| {
        Box::pin(async move {
            let ask = || post().header("idempotency-key", "same").body(thing("th_9", "a")).unwrap();
            let (a, b) = tokio::join!(send(&router, ask()), send(&router, ask()));
            assert_eq!((a.0.status(), b.0.status()), (StatusCode::CREATED, StatusCode::CREATED), "{} {}", a.1, b.1);
            assert_eq!(a.1, b.1);
            assert_eq!(shared.ledger().history("th_9").unwrap().len(), 1);
        })
    });
}

#[test]
fn bad_requests_get_problems_in_the_callers_language() {
    each(|router, _| {
        Box::pin(async move {
            let (head, body) = send(&router, post().body(Body::from("{")).unwrap()).await;
            assert_eq!(head.status(), StatusCode::BAD_REQUEST);
            assert_eq!(head.headers()["content-type"], "application/problem+json");
            assert!(body["detail"].as_str().unwrap().contains("JSON"), "{body}");
            assert_eq!(body["request_id"], head.headers()["x-request-id"].to_str().unwrap());

            let english = post().header("accept-language", "en").body(Body::from(r#"{"id":"x","word":7}"#)).unwrap();
            let (head, body) = send(&router, english).await;
            assert_eq!(head.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert_eq!(body["errors"][0]["pointer"], "/word");
            assert!(body["errors"][0]["detail"].as_str().unwrap().starts_with("Wrong type"), "{body}");

            let unknown = post().body(Body::from(r#"{"id":"x","word":"w","phone":"13812345678"}"#)).unwrap();
            let (head, body) = send(&router, unknown).await;
            assert_eq!(head.status(), StatusCode::UNPROCESSABLE_ENTITY);
            assert!(!body.to_string().contains("138"), "{body}");

            let (head, _) = send(&router, post().body(Body::from(vec![b' '; BODY_BYTES_MAX + 1])).unwrap()).await;
            assert_eq!(head.status(), StatusCode::PAYLOAD_TOO_LARGE);
            let plain = Request::post("/things").header("authorization", "Bearer good").body(thing("x", "w")).unwrap();
            assert_eq!(send(&router, plain).await.0.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
            let (head, body) = send(&router, Request::get("/nowhere").body(Body::empty()).unwrap()).await;
            assert_eq!((head.status(), &body["type"]), (StatusCode::NOT_FOUND, &json!("/problems/not-found")));
            let (head, body) = send(&router, Request::delete("/things").body(Body::empty()).unwrap()).await;
            assert_eq!(
                (head.status(), &body["type"]),
                (StatusCode::METHOD_NOT_ALLOWED, &json!("/problems/method-not-allowed"))
            );
            let (head, _) = send(&router, Request::get("/things?limit=300").body(Body::empty()).unwrap()).await;
            assert_eq!(head.status(), StatusCode::UNPROCESSABLE_ENTITY);
            let (head, _) = send(&router, Request::get("/things?colour=red").body(Body::empty()).unwrap()).await;
            assert_eq!(head.status(), StatusCode::UNPROCESSABLE_ENTITY);
        })
    });
}

#[test]
fn internal_context_stays_inside() {
    each(|router, _| {
        Box::pin(async move {
            let (head, body) = send(&router, Request::get("/broken").body(Body::empty()).unwrap()).await;
            assert_eq!(head.status(), StatusCode::INTERNAL_SERVER_ERROR);
            assert!(!body.to_string().contains("secret"), "{body}");
        })
    });
}

#[test]
fn a_browser_must_repeat_its_token_and_strangers_are_refused() {
    each(|router, _| {
        Box::pin(async move {
            let ask = |token: Option<&str>, id: &str| {
                let request = Request::post("/things").header("content-type", "application/json");
                let request = request.header("cookie", "xiaobao_session=good");
                let request = match token {
                    Some(token) => request.header("x-csrf-token", token),
                    None => request,
                };
                request.body(thing(id, "w")).unwrap()
            };
            assert_eq!(send(&router, ask(None, "th_1")).await.0.status(), StatusCode::FORBIDDEN);
            assert_eq!(send(&router, ask(Some("tokes"), "th_1")).await.0.status(), StatusCode::FORBIDDEN);
            assert_eq!(send(&router, ask(Some("token"), "th_1")).await.0.status(), StatusCode::CREATED);
            let stranger = Request::post("/things").header("content-type", "application/json");
            let (head, _) = send(&router, stranger.body(thing("th_2", "w")).unwrap()).await;
            assert_eq!(head.status(), StatusCode::UNAUTHORIZED);
            assert_eq!(head.headers()["www-authenticate"], "Bearer");
        })
    });
}

#[test]
fn a_listener_hears_of_commits_within_scope() {
    use futures_util::StreamExt;
    each(|router, shared| {
        Box::pin(async move {
            let ask = Request::get("/live").header("authorization", "Bearer good").body(Body::empty()).unwrap();
            let response = router.clone().oneshot(ask).await.unwrap();
            let mut hints = response.into_body().into_data_stream();
            let elsewhere = OrgPath::parse("/HO/SZ/").unwrap();
            shared.live().publish(&Announcement {
                topic: "test.thing",
                id: "far".into(),
                unit: elsewhere,
                kind: "put".into(),
            });
            let (head, _) = send(&router, post().body(thing("th_near", "w")).unwrap()).await;
            assert_eq!(head.status(), StatusCode::CREATED);
            let hint = hints.next().await.unwrap().unwrap();
            let hint = String::from_utf8(hint.to_vec()).unwrap();
            assert!(hint.contains("th_near") && !hint.contains("far"), "{hint}");
        })
    });
}
