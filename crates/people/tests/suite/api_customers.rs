//! Customers over HTTP: masked, in scope, revealed with an event, erased by two.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use http::{Method, StatusCode, header};
use kernel::Role;
use ledger::{StoreError, on_each, testkit::TestDatabase};
use serde_json::json;

use crate::{
    app::{App, Client},
    house::{each_bank, enter, kinds, place},
};

#[test]
fn customers_are_masked_in_scope_and_revealed_with_an_event() {
    each_bank(|db| {
        let app = App::new(db);
        let handler = app.persona("gz1", "GZ", Role::Handler);
        let teller = app.persona("t1", "GZ001", Role::Teller);
        let body = json!({
            "number": "C-77", "name": "王小明", "phone": "138 0013 8000", "identity": "11010519491231002x",
            "accounts": ["6222021234567890"], "unit": place(db, "GZ001").id, "tags": ["lives_alone"],
        });
        let key = [("idempotency-key", "till-1/7")];
        let send = |body: &serde_json::Value| {
            let bytes = Some(body.to_string().into_bytes());
            app.send_raw(&teller, Method::POST, "/api/people/customers", bytes, &key)
        };
        let made = send(&body);
        assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
        assert_eq!(made.body["is_elder"], true);
        assert_eq!(send(&body).body, made.body, "the same key and body give the same answer");
        let mut other = body.clone();
        other["name"] = json!("李小红");
        assert_eq!(send(&other).status, StatusCode::UNPROCESSABLE_ENTITY);
        let path = format!("/api/people/customers/{}", made.body["id"].as_str().unwrap());
        for answer in [&made, &app.get(&handler, &path), &app.get(&handler, "/api/people/customers")] {
            let text = answer.body.to_string();
            for personal in ["王小明", "13800138000", "11010519491231002X", "6222021234567890", "C-77", "1949"] {
                assert!(!text.contains(personal), "{personal} in {text}");
            }
        }
        assert!(!kept(db).contains("王小明") && !kept(db).contains("13800138000"), "what is kept under a key");
        let reveal =
            |client: &Client, reason: &str| app.post(client, &format!("{path}/reveal"), json!({ "reason": reason }));
        assert_eq!(reveal(&teller, "核对客户的联系电话").status, StatusCode::FORBIDDEN);
        assert_eq!(reveal(&handler, "看").pointers(), ["/reason"]);
        let shown = reveal(&handler, "核对客户的联系电话");
        assert_eq!((shown.body["phone"].as_str(), shown.body["age"].as_i64()), (Some("13800138000"), Some(76)));
        assert_eq!(shown.headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(kinds(db, made.body["id"].as_str().unwrap()), ["registered", "revealed"]);
        let found = app.post(
            &handler,
            "/api/people/customers/find",
            json!({ "by": "identity", "value": "11010519491231002X" }),
        );
        assert_eq!(found.body["items"][0]["id"], made.body["id"]);
        // Elsewhere the customer does not exist.
        let elsewhere = app.persona("sz1", "SZ", Role::Handler);
        assert_eq!(app.get(&elsewhere, &path).status, StatusCode::NOT_FOUND);
        assert_eq!(reveal(&elsewhere, "核对客户的联系电话").status, StatusCode::NOT_FOUND);
        let found =
            app.post(&elsewhere, "/api/people/customers/find", json!({ "by": "phone", "value": "13800138000" }));
        assert_eq!(found.body["items"], json!([]));
        let change = app.patch(&elsewhere, &path, json!({ "revision": 1, "name": "李四" }));
        assert_eq!(change.status, StatusCode::NOT_FOUND);
    });
}

#[derive(QueryableByName)]
struct Kept {
    #[diesel(sql_type = Text)]
    body: String,
}

/// Every answer that is kept under an idempotency key.
fn kept(db: &TestDatabase) -> String {
    let sql = if db.ledger.is_sqlite() {
        "SELECT CAST(body AS TEXT) AS body FROM idempotency"
    } else {
        "SELECT convert_from(body, 'UTF8') AS body FROM idempotency"
    };
    let rows: Vec<Kept> =
        db.ledger.read(|conn| on_each!(conn, |c| sql_query(sql).load(c)).map_err(StoreError::from)).unwrap();
    assert!(!rows.is_empty());
    rows.into_iter().map(|row| row.body).collect()
}

#[test]
fn a_change_touches_only_what_it_mentions() {
    each_bank(|db| {
        let app = App::new(db);
        let handler = app.persona("gz1", "GZ", Role::Handler);
        let id = enter(db, "C1", "GZ001");
        let path = format!("/api/people/customers/{id}");
        let changed = app.patch(&handler, &path, json!({ "revision": 1, "phone": null, "tags": ["disabled"] }));
        assert_eq!(
            (changed.body["phone_masked"].as_str(), changed.body["name_masked"].as_str()),
            (Some(""), Some("王**"))
        );
        assert_eq!((changed.body["revision"].as_i64(), changed.body["is_elder"].as_bool()), (Some(2), Some(true)));
        let late = app.patch(&handler, &path, json!({ "revision": 1, "name": "李四" }));
        assert_eq!(late.status, StatusCode::CONFLICT);
        let wrong = app.patch(&handler, &path, json!({ "revision": 2, "phone": "12", "birth_date": "1950-01-01" }));
        assert_eq!(wrong.pointers(), ["/phone", "/birth_date"]);
        let away = app.patch(&handler, &path, json!({ "revision": 2, "unit": place(db, "SZ001").id }));
        assert_eq!(away.pointers(), ["/unit"]);
        let to_next = app.patch(&handler, &path, json!({ "revision": 2, "unit": place(db, "GZ002").id }));
        assert_eq!(to_next.body["unit"]["code"], "GZ002");
    });
}

#[test]
fn one_proposes_another_erases() {
    each_bank(|db| {
        let app = App::new(db);
        let first = app.persona("gz1", "GZ", Role::Officer);
        let second = app.persona("gz2", "GZ", Role::Officer);
        let handler = app.persona("gz3", "GZ", Role::Handler);
        let id = enter(db, "C1", "GZ001");
        let path = format!("/api/people/customers/{id}");
        let reason = json!({ "reason": "客户要求删除个人信息" });
        let act = |client: &Client, verb: &str| app.post(client, &format!("{path}/{verb}"), reason.clone());
        let erase = |client: &Client| app.send(client, Method::POST, &format!("{path}/erase"), None);
        assert_eq!(erase(&second).reason(), "nothing-proposed");
        let proposed = act(&first, "propose-erasure");
        assert_eq!(proposed.body["erasure"]["reason"], "客户要求删除个人信息");
        let waiting = app.get(&second, "/api/people/customers?erasure_waiting=true");
        assert_eq!(waiting.body["items"].as_array().unwrap().len(), 1);
        assert_eq!(erase(&first).reason(), "four-eyes");
        assert_eq!(erase(&handler).status, StatusCode::FORBIDDEN);
        assert_eq!(act(&handler, "decline-erasure").status, StatusCode::FORBIDDEN);
        assert_eq!(act(&first, "decline-erasure").status, StatusCode::OK, "who proposed may take it back");
        act(&handler, "propose-erasure");
        assert_eq!(act(&handler, "decline-erasure").status, StatusCode::OK);
        act(&first, "propose-erasure");
        let erased = erase(&second);
        assert_eq!((erased.status, erased.body["name_masked"].as_str()), (StatusCode::OK, Some("")));
        assert_eq!(act(&first, "reveal").reason(), "erased");
    });
}

#[test]
fn nobody_tries_out_a_range_of_numbers() {
    each_bank(|db| {
        let app = App::new(db);
        let handler = app.persona("gz1", "GZ", Role::Handler);
        let find = |number: u64| {
            let body = json!({ "by": "phone", "value": format!("1380013{number:04}") });
            app.post(&handler, "/api/people/customers/find", body)
        };
        let answers: Vec<StatusCode> = (0..61).map(|number| find(number).status).collect();
        assert!(answers[..60].iter().all(|status| *status == StatusCode::OK));
        assert_eq!(answers[60], StatusCode::TOO_MANY_REQUESTS);
    });
}
