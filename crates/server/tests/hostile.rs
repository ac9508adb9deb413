//! The API against its own description: every operation, without a caller and with hostile requests of every sort.
//!
//! Whatever arrives, the answer is a problem with a 4xx status, nothing panics, and the ledger stays as it was.

mod house;

use axum::body::{Body, Bytes};
use house::House;
use http::{Method, Request, StatusCode};
use serde_json::Value;

/// Operations that anybody may call; the list may only change with a reason.
const PUBLIC: &[&str] = &[
    "answer_invitation",
    "answer_own_visit",
    "ask_before_paying",
    "attach_own_file",
    "file_portal_order",
    "get_portal_about",
    "get_progress",
    "get_puzzle",
    "request_code",
    "request_own_review",
    "sign_in",
    "view_invitation",
    "view_own_order",
    "withdraw_own_order",
];

/// What stands in the place of an id: a well-formed one of nothing, then nonsense.
const FILLS: [&str; 6] =
    ["wo_01jd8x4c3e7tq9v2m5k6n8p0r1", "x", "%00", "..%2f..%2fetc", "%ff%fe", "9999999999999999999999"];

/// One operation of the description.
struct Operation {
    id: String,
    method: Method,
    path: String,
    has_body: bool,
    multipart: bool,
}

fn operations(description: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in description["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("a path item") {
            let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
            let id = operation["operationId"].as_str().expect("every operation has an id").to_owned();
            let content = &operation["requestBody"]["content"];
            found.push(Operation {
                id,
                method,
                path: path.clone(),
                has_body: content.is_object(),
                multipart: content.get("multipart/form-data").is_some(),
            });
        }
    }
    assert!(found.len() > 30, "only {} operations", found.len());
    found
}

/// The path with an id in each place: well-formed ones of things that do not exist, or nonsense.
fn address(path: &str, fill: &str) -> String {
    let mut out = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (_, behind) = after.split_once('}').expect("a closed brace");
        out.push_str(before);
        out.push_str(fill);
        rest = behind;
    }
    out + rest
}

#[test]
fn operation_ids_are_verb_noun_and_unique() {
    House::each(|house| async move {
        let mut ids: Vec<String> = operations(&house.description).into_iter().map(|operation| operation.id).collect();
        let good = |id: &String| {
            id.contains('_') && id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
        };
        assert!(ids.iter().all(good), "{ids:?}");
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "two operations share an id");
    });
}

#[test]
fn nobody_passes_without_signing_in_but_on_public_operations() {
    House::each(|house| async move {
        let mut open = Vec::new();
        for operation in operations(&house.description) {
            let request = Request::builder()
                .method(operation.method.clone())
                .uri(address(&operation.path, "wo_01jd8x4c3e7tq9v2m5k6n8p0r1"))
                .header("content-type", "application/json")
                .body(Body::from("{}"))
                .expect("a request");
            let (status, _) = house.send(request).await;
            if status != StatusCode::UNAUTHORIZED {
                open.push(operation.id);
            }
        }
        open.sort();
        assert_eq!(open, PUBLIC, "the operations that answer strangers");
    });
}

#[test]
fn hostile_requests_change_nothing() {
    House::each(|house| async move {
        let before = house.event_count();
        let huge = Bytes::from(format!("{{\"x\":\"{}\"}}", "y".repeat(10 * 1024 * 1024)));
        for operation in operations(&house.description) {
            for (n, fill) in FILLS.into_iter().enumerate() {
                // Every body meets a well-formed id; every malformed id meets the first body.
                let bodies = bodies(&operation, &huge).into_iter().take(if n == 0 { usize::MAX } else { 1 });
                for (content_type, body) in bodies {
                    let request = Request::builder()
                        .method(operation.method.clone())
                        .uri(address(&operation.path, fill))
                        .header("authorization", "Bearer all")
                        .header("content-type", content_type)
                        .body(body)
                        .expect("a request");
                    let (status, answer) = house.send(request).await;
                    assert!(!status.is_server_error(), "{} {fill}: {status} {answer}", operation.id);
                    let reading = operation.method == Method::GET || !operation.has_body;
                    assert!(reading || status.is_client_error(), "{} {fill}: {status} {answer}", operation.id);
                    if status.is_client_error() {
                        let named = answer["type"].as_str().is_some_and(|name| name.starts_with("/problems/"));
                        assert!(named && answer["request_id"].is_string(), "{}: {status} {answer}", operation.id);
                    }
                }
            }
        }
        assert_eq!(house.event_count(), before, "a hostile request left an event");
    });
}

/// Bodies that no operation takes.
fn bodies(operation: &Operation, huge: &Bytes) -> Vec<(&'static str, Body)> {
    let json = "application/json";
    if !operation.has_body {
        return vec![(json, Body::empty())];
    }
    if operation.multipart {
        return vec![
            ("multipart/form-data", Body::from("no boundary")),
            ("multipart/form-data; boundary=x", Body::from("--x\r\nbroken")),
            (json, Body::from("{}")),
        ];
    }
    let deep = "[".repeat(50_000);
    vec![
        (json, Body::empty()),
        (json, Body::from("{")),
        (json, Body::from("null")),
        (json, Body::from("[]")),
        (json, Body::from("\"text\"")),
        (json, Body::from(deep)),
        (json, Body::from(huge.clone())),
        (json, Body::from(&b"{\"a\":\"\xff\xfe\"}"[..])),
        (json, Body::from(r#"{"surely_unknown":1}"#)),
        (json, Body::from(r#"{"version":-1}"#)),
        (json, Body::from(r#"{"version":1e400}"#)),
        (json, Body::from(r#"{"version":"1"}"#)),
        (json, Body::from(r#"{"version":1,"version":1}"#)),
        ("text/plain", Body::from("{}")),
        ("application/xml", Body::from("<a/>")),
    ]
}

#[test]
fn hostile_query_parameters_are_refused() {
    House::each(|house| async move {
        for operation in operations(&house.description) {
            if operation.method != Method::GET || operation.path.contains('{') {
                continue;
            }
            for query in [
                "limit=-1",
                "limit=abc",
                "after=%F0%9F",
                "surely_unknown=1",
                "after=e30",
                "text=%00",
                "limit=1&limit=2",
            ] {
                let request = Request::get(format!("{}?{query}", operation.path))
                    .header("authorization", "Bearer all")
                    .body(Body::empty())
                    .expect("a request");
                let (status, answer) = house.send(request).await;
                assert!(!status.is_server_error(), "{}?{query}: {status} {answer}", operation.id);
            }
        }
    });
}
