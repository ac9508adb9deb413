//! Lists: proposed by one person, approved by another, in the engine at once, from a file too.

use http::Method;
use serde_json::{Value, json};

use super::house::{House, each_house};
use crate::screen::Screen;

const ONE: &str = "officer@/HO/";
/// Another officer of the same place; the house makes people of their tokens.
const OTHER: &str = "branch_president@/HO/";
const TILL: &str = "system@/HO/";
const CHANGES: &str = "/api/guard/list-changes";

/// A transfer by somebody new each time, so that one that was stopped says nothing about the next.
fn transfer(house: &House<'_>, id: &str, payee: &str) -> Value {
    let payer =
        format!("62220202123456{:05}", id.bytes().fold(0u32, |sum, byte| (sum * 31 + u32::from(byte)) % 99_991));
    json!({
        "id": id, "type": "transfer", "time": house.db.now().to_string(), "channel": "app", "amount": 100,
        "payer": { "account": payer }, "payee": { "account": payee },
    })
}

fn outcome(house: &House<'_>, id: &str, payee: &str) -> Value {
    house.post(TILL, "/api/guard/decisions", transfer(house, id, payee)).is(200)["outcome"].clone()
}

/// What the bell does within a second, without waiting for it.
fn catch_up(house: &House<'_>) {
    house.shared.known_part::<Screen>().unwrap().catch_up().unwrap();
}

fn change(list: &str, what: &str, values: Value) -> Value {
    json!({ "list": list, "what": what, "reason": "警方通报，电话13812345678", "source": "市反诈中心", "values": values })
}

#[test]
fn two_people_put_a_payee_on_a_list_and_take_it_off() {
    each_house(|house| {
        let payee = "6217000012345678";
        assert_eq!(outcome(house, "l-1", payee), "allow");
        let values = json!([{ "value": "6217 0000 1234 5678" }, { "value": "6230****0001" }]);
        let proposed = house.post(ONE, CHANGES, change("police", "add", values)).is(201);
        assert_eq!((&proposed["state"], &proposed["entries"]), (&json!("proposed"), &json!(2)));
        assert!(!proposed["reason"].as_str().unwrap().contains("138"));
        let at = format!("{CHANGES}/{}", proposed["id"].as_str().unwrap());
        let shown = house.get(OTHER, &format!("{at}/entries")).is(200);
        assert_eq!(shown["items"][0]["masked"], "************5678");
        let version = json!({ "version": 1 });
        assert_eq!(house.post(ONE, &format!("{at}/approve"), version.clone()).reason(409), "own-work");
        assert_eq!(outcome(house, "l-2", payee), "allow", "what is only proposed does not hold");
        assert_eq!(house.post(OTHER, &format!("{at}/approve"), version.clone()).is(200)["state"], "approved");
        assert_eq!(house.post(OTHER, &format!("{at}/approve"), version.clone()).reason(409), "raced");
        catch_up(house);
        house.db.clock.advance_micros(1_000_000);
        assert_eq!(outcome(house, "l-3", payee), "block");
        assert_eq!(outcome(house, "l-4", "623099990001"), "block", "a masked entry matches what it hides");
        assert_eq!(outcome(house, "l-5", "623099990002"), "allow");
        let check =
            |value: &str| house.post(ONE, "/api/guard/lists/check", json!({ "value": value })).is(200)["lists"].clone();
        assert_eq!((check("6217-0000-1234-5678"), check("1")), (json!(["police"]), json!([])));
        // Taken off again, by two people.
        let ending = house.post(OTHER, CHANGES, change("police", "end", json!([{ "value": payee }]))).is(403);
        assert!(ending["detail"].is_string());
        let ending = house.post(ONE, CHANGES, change("police", "end", json!([{ "value": payee }]))).is(201);
        let at = format!("{CHANGES}/{}", ending["id"].as_str().unwrap());
        house.post(OTHER, &format!("{at}/approve"), version).is(200);
        catch_up(house);
        house.db.clock.advance_micros(1_000_000);
        assert_eq!(outcome(house, "l-6", payee), "allow");
        // A start reads the same from the log of changes.
        let fresh = House::on(house.db);
        assert_eq!(
            (outcome(&fresh, "l-7", payee), outcome(&fresh, "l-8", "623011110001")),
            (json!("allow"), json!("block"))
        );
    });
}

#[test]
fn a_trusted_pair_is_left_in_peace() {
    each_house(|house| {
        let event = |id: &str| {
            let mut event = transfer(house, id, "6217000000000001");
            event["payer"]["account"] = json!("6222020212345678901");
            house.post(TILL, "/api/guard/decisions", event).is(200)["outcome"].clone()
        };
        let fraud = json!({ "id": "k-1", "type": "fraud", "time": house.db.now().to_string(),
            "payee": { "account": "6217000000000001" } });
        house.post(TILL, "/api/guard/decisions", fraud).is(200);
        assert_eq!(event("p-1"), "hold");
        let pair = json!([{ "value": "6222020212345678901", "second": "6217000000000001" }]);
        let proposed = house.post(ONE, CHANGES, change("trusted", "add", pair)).is(201);
        let at = format!("{CHANGES}/{}", proposed["id"].as_str().unwrap());
        house.post(OTHER, &format!("{at}/approve"), json!({ "version": 1 })).is(200);
        catch_up(house);
        house.db.clock.advance_micros(1_000_000);
        assert_eq!(event("p-2"), "allow");
        house.post(ONE, CHANGES, change("trusted", "add", json!([{ "value": "1" }]))).is(422);
        house.post(ONE, CHANGES, change("police", "add", json!([{ "value": "1", "second": "2" }]))).is(422);
    });
}

fn form(file: &str) -> (String, Vec<u8>) {
    let field =
        |name: &str, text: &str| format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
    let head = field("what", "add") + &field("reason", "通报") + &field("source", "公安");
    let file =
        format!("--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"l.csv\"\r\n\r\n{file}\r\n--x--\r\n");
    ("multipart/form-data; boundary=x".to_owned(), (head + &file).into_bytes())
}

#[test]
fn a_file_is_taken_row_by_row_and_bad_rows_are_told() {
    each_house(|house| {
        let rows: String = (0..5_000).map(|number| format!("62179999{number:08}\r\n")).collect();
        let (media, bytes) = form(&format!("值\r\n{rows}****\r\n6*2*3\r\n"));
        let at = "/api/guard/lists/watched/import";
        let body = house.send_raw(ONE, Method::POST, at, (&media, bytes), None).is(201);
        assert_eq!((&body["change"]["entries"], &body["refused"]), (&json!(5_000), &json!(2)));
        assert_eq!(body["faults"][0]["line"], 5_002);
        let change = format!("{CHANGES}/{}", body["change"]["id"].as_str().unwrap());
        house.post(OTHER, &format!("{change}/approve"), json!({ "version": 1 })).is(200);
        house.get(ONE, "/api/guard/lists").is(200);
        catch_up(house);
        house.db.clock.advance_micros(1_000_000);
        assert_eq!(outcome(house, "f-1", "6217999900004999"), "hold");
        let (media, bytes) = form("值\r\n****\r\n");
        house.send_raw(ONE, Method::POST, at, (&media, bytes), None).is(422);
        let (media, bytes) = form("a,b\r\n1,2\r\n");
        house.send_raw(ONE, Method::POST, at, (&media, bytes), None).is(422);
        house
            .send_raw(ONE, Method::POST, "/api/guard/lists/weather/import", (&media, form("值\r\n1\r\n").1), None)
            .is(422);
        house.send_raw(TILL, Method::POST, at, (&media, form("值\r\n1\r\n").1), None).is(403);
    });
}
