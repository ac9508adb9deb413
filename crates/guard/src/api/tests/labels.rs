//! What becomes known of events: windows count a confirmed fraud from when it was known and not before, also after a restart;
//! what an interception found flows back; what nobody can have known is refused.

use kernel::Timestamp;
use serde_json::{Value, json};

use super::house::{House, each_house};
use crate::{
    model::label::Label,
    screen::Screen,
    store::labels::{self, NewLabel},
};

const TILL: &str = "system@/HO/";
const OFFICER: &str = "officer@/HO/";
const AT: &str = "/api/guard/labels";
/// The id of no decision.
const NOBODYS: &str = "de_01jd8x4c3e7tq9v2m5k6n8p0r1";

fn event(id: &str, payer: &str, at: Timestamp) -> Value {
    json!({
        "id": id, "type": "transfer", "time": at.to_string(), "channel": "counter", "outlet": "GZ001",
        "amount": 9_000_000, "balance": 10_000_000, "app": { "in_call": true },
        "payer": { "account": payer }, "payee": { "account": "6217000000000001" },
    })
}

fn decide(house: &House<'_>, id: &str, at: Timestamp) -> Value {
    house.post(TILL, "/api/guard/decisions", event(id, &format!("62220202{id}"), at)).is(200)
}

/// How many frauds of the payee a decision saw.
fn frauds_seen(house: &House<'_>, decision: &Value) -> Value {
    let page = house.get(OFFICER, &format!("/api/guard/decisions/{}", decision["decision"].as_str().unwrap())).is(200);
    let is_known = |seen: &&Value| seen["name"] == "payee.frauds_30d";
    page["seen"].as_array().unwrap().iter().find(is_known).unwrap()["value"].clone()
}

fn count(house: &House<'_>) {
    house.shared.known_part::<Screen>().unwrap().count_labels().unwrap();
}

fn page(house: &House<'_>, decision: &Value) -> Value {
    house.get(OFFICER, &format!("/api/guard/decisions/{}", decision["decision"].as_str().unwrap())).is(200)
}

fn bytes(house: &House<'_>) -> Vec<u8> {
    house.get(OFFICER, "/api/guard/engine").is(200);
    house.shared.known_part::<Screen>().unwrap().windows_as_bytes()
}

#[test]
fn windows_count_a_fraud_from_when_it_was_known() {
    each_house(|house| {
        let now = house.db.now();
        let minute = |minutes: i64| now.plus_micros(minutes * 60_000_000);
        let first = decide(house, "0001", minute(-120));
        assert_eq!(frauds_seen(house, &first), 0);
        let label = json!({ "event": "0001", "label": "fraud", "known_at": minute(-60).to_string(), "source": "警方" });
        let said = house.post(TILL, AT, label.clone()).is(200);
        assert_eq!((&said["label"], &said["decision"]), (&json!("fraud"), &first["decision"]));
        count(house);
        // What is known is not said again; somebody else's name of an event is not the caller's.
        assert_eq!(house.post(TILL, AT, label.clone()).reason(409), "said-already");
        house.post(OFFICER, AT, label).is(404);
        count(house);
        assert_eq!(frauds_seen(house, &decide(house, "0002", minute(-61))), 0);
        assert_eq!(frauds_seen(house, &decide(house, "0003", minute(-60))), 1);
        let shown = page(house, &first);
        assert_eq!((shown["labels"].as_array().unwrap().len(), &shown["labels"][0]["state"]), (1, &json!("counted")));
        // After a restart the same, to the byte.
        let fresh = House::on(house.db);
        assert!(bytes(&fresh) == bytes(house));
        assert_eq!(frauds_seen(&fresh, &decide(&fresh, "0004", minute(-61))), 0);
        assert_eq!(frauds_seen(&fresh, &decide(&fresh, "0005", minute(0))), 1);
        // A decision of before is taken again as it was: what was said later was not known to it.
        let again = |decision: &Value| {
            let at = format!("/api/guard/decisions/{}/recompute", decision["decision"].as_str().unwrap());
            fresh.get(OFFICER, &at).is(200)["is_equal"].clone()
        };
        assert_eq!(again(&first), true);
    });
}

#[test]
fn a_later_label_corrects_an_earlier_one_and_both_stay() {
    each_house(|house| {
        let first = decide(house, "0001", house.db.now());
        house.db.clock.advance_micros(60_000_000);
        let known_at = house.db.now();
        let say = |label: &str, at: Timestamp| {
            let body = json!({ "decision": first["decision"], "label": label, "known_at": at.to_string(),
                "source": "核查" });
            let answer = house.post(OFFICER, AT, body);
            count(house);
            answer
        };
        say("fraud", known_at).is(200);
        house.db.clock.advance_micros(60_000_000);
        assert_eq!(frauds_seen(house, &decide(house, "0002", house.db.now())), 1);
        assert_eq!(say("genuine", known_at.plus_micros(-1)).reason(422), "before-the-label");
        let corrected_at = house.db.now();
        say("genuine", corrected_at).is(200);
        assert_eq!(say("genuine", corrected_at).reason(409), "said-already");
        assert_eq!(frauds_seen(house, &decide(house, "0003", house.db.now())), 0);
        let labels = page(house, &first)["labels"].clone();
        let words: Vec<&Value> = labels.as_array().unwrap().iter().map(|label| &label["label"]).collect();
        assert_eq!(words, ["fraud", "genuine"]);
        // When the first leaves the window, so does its correction: a fraud of that day counts as one, not as none.
        let other = decide(house, "0004", house.db.now());
        let body = json!({ "decision": other["decision"], "label": "fraud", "known_at": house.db.now().to_string(),
            "source": "核查" });
        house.post(OFFICER, AT, body).is(200);
        count(house);
        house.db.clock.advance_micros(30 * 86_400_000_000 - 60_000_000);
        assert_eq!(frauds_seen(house, &decide(house, "0005", house.db.now())), 1);
        assert!(bytes(&House::on(house.db)) == bytes(house));
    });
}

#[test]
fn one_that_was_known_long_ago_counts_as_long_as_its_window_reaches() {
    each_house(|house| {
        let first = decide(house, "0001", house.db.now());
        let known_at = house.db.now().to_string();
        // Later than events may come late.
        house.db.clock.advance_micros(5 * 86_400_000_000);
        let second = decide(house, "0002", house.db.now());
        let label =
            json!({ "decision": first["decision"], "label": "fraud", "known_at": known_at, "source": "客户报案" });
        house.post(OFFICER, AT, label).is(200);
        count(house);
        assert_eq!(frauds_seen(house, &second), 0, "what was decided stays as it was");
        assert_eq!(frauds_seen(house, &decide(house, "0003", house.db.now())), 1);
        house.db.clock.advance_micros(25 * 86_400_000_000 - 1);
        assert_eq!(frauds_seen(house, &decide(house, "0004", house.db.now())), 1);
        house.db.clock.advance_micros(1);
        assert_eq!(frauds_seen(house, &decide(house, "0005", house.db.now())), 0);
        assert!(bytes(&House::on(house.db)) == bytes(house));
    });
}

#[test]
fn what_was_said_while_nobody_screened_counts_before_the_next_decision() {
    each_house(|house| {
        let first = decide(house, "0001", house.db.now());
        let decision = first["decision"].as_str().unwrap().parse().unwrap();
        // As a process leaves it that ends between its answer and the counting.
        let put = move |unit: &mut ledger::Unit<'_>| -> Result<(), kernel::Problem> {
            let (known_at, by) = (unit.now(), kernel::ActorRef::program("test"));
            let new = NewLabel { decision, label: Label::Fraud, known_at, source: "警方".to_owned() };
            Ok(labels::add(unit.connection(), &new, &by, known_at)?)
        };
        house.db.ledger.write(&ledger::Cause::new("test:label"), put).unwrap();
        let fresh = House::on(house.db);
        assert_eq!(frauds_seen(&fresh, &decide(&fresh, "0002", house.db.now())), 1);
        assert!(bytes(&House::on(house.db)) == bytes(&fresh));
    });
}

#[test]
fn what_nobody_can_have_known_is_refused() {
    each_house(|house| {
        let now = house.db.now();
        let first = decide(house, "0001", now);
        let good =
            json!({ "decision": first["decision"], "label": "genuine", "known_at": now.to_string(), "source": "核实" });
        let with = |name: &str, value: Value| {
            let mut label = good.clone();
            label[name] = value;
            label
        };
        let reason = |label: Value| house.post(OFFICER, AT, label).reason(422);
        assert_eq!(reason(with("known_at", json!(now.plus_micros(1).to_string()))), "in-the-future");
        assert_eq!(reason(with("known_at", json!(now.plus_micros(-1).to_string()))), "before-the-event");
        house.post(OFFICER, AT, with("source", json!(""))).is(422);
        house.post(OFFICER, AT, with("source", json!("长".repeat(300)))).is(422);
        house.post(OFFICER, AT, with("label", json!("perhaps"))).is(422);
        house.post(OFFICER, AT, with("event", json!("0001"))).is(422);
        house.post(OFFICER, AT, with("decision", Value::Null)).is(422);
        house.post(OFFICER, AT, with("decision", json!(NOBODYS))).is(404);
        house.post("officer@/HO/SZ/", AT, good.clone()).is(404);
        house.post("auditor@/HO/", AT, good.clone()).is(403);
        let credit = json!({ "id": "c-1", "type": "credit", "time": now.to_string(), "amount": 1,
            "payer": { "account": "6222" }, "payee": { "account": "6217" } });
        let credit = house.post(TILL, "/api/guard/decisions", credit).is(200);
        assert_eq!(house.post(OFFICER, AT, with("decision", credit["decision"].clone())).reason(409), "recorded-only");
        // One that is wrong does not hold up the others, and the same key gives the same answer.
        let batch = json!({ "labels": [with("decision", json!(NOBODYS)), good] });
        let send = || house.send(OFFICER, http::Method::POST, &format!("{AT}:batch"), Some(batch.clone()), Some("k1"));
        let body = send().is(200);
        assert_eq!((&body["taken"], &body["refused"]), (&json!(1), &json!(1)));
        assert_eq!(body["items"][1]["label"]["label"], "genuine");
        assert_eq!(send().is(200), body);
        house.post(OFFICER, &format!("{AT}:batch"), json!({ "labels": [] })).is(422);
        count(house);
        // That there was nothing in it is kept for learning; windows count frauds.
        let shown = page(house, &first);
        assert_eq!((shown["labels"].as_array().unwrap().len(), &shown["labels"][0]["state"]), (1, &json!("kept")));
        assert_eq!(frauds_seen(house, &decide(house, "0002", now)), 0);
    });
}

#[test]
fn a_file_of_labels_is_taken_row_by_row_and_bad_rows_are_told() {
    each_house(|house| {
        let now = house.db.now();
        let made: Vec<Value> = (1..=3).map(|number| decide(house, &format!("{number:04}"), now)).collect();
        let id = |at: usize| made[at]["decision"].as_str().unwrap();
        let rows = [
            format!("{},确认欺诈,{now},警方", id(0)),
            format!("{},genuine,{now},核实", id(1)),
            format!("{},确认欺诈,{now},警方", id(0)),
            format!("{NOBODYS},fraud,{now},警方"),
            format!("{},perhaps,{now},警方", id(2)),
            format!("{},fraud,yesterday,警方", id(2)),
            format!("{},fraud,{},警方", id(2), now.plus_days(1)),
            format!("nobody,fraud,{now},警方"),
        ];
        let table = format!("决策,结论,获知时间,认定方\r\n{}\r\n", rows.join("\r\n"));
        let send = |token: &str, file: &str| {
            let part = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"l.csv\"\r\n\r\n";
            let bytes = format!("{part}{file}\r\n--x--\r\n").into_bytes();
            let at = format!("{AT}/import");
            house.send_raw(token, http::Method::POST, &at, ("multipart/form-data; boundary=x", bytes), None)
        };
        let body = send(OFFICER, &table).is(200);
        assert_eq!((&body["taken"], &body["refused"]), (&json!(2), &json!(6)), "{body}");
        let lines: Vec<u64> =
            body["faults"].as_array().unwrap().iter().map(|fault| fault["line"].as_u64().unwrap()).collect();
        assert_eq!(lines, [4, 5, 6, 7, 8, 9]);
        count(house);
        assert_eq!(frauds_seen(house, &decide(house, "0009", now)), 1);
        // Sent again, nothing is said twice.
        assert_eq!(send(OFFICER, &table).is(200)["taken"], 0);
        send(OFFICER, "a,b\r\n1,2\r\n").is(422);
        send("auditor@/HO/", &table).is(403);
    });
}

#[test]
fn what_an_interception_found_flows_back() {
    each_house(|house| {
        let teller = "teller@/HO/GZ/GZ001/";
        let first = decide(house, "0001", house.db.now());
        let at = format!("/api/guard/decisions/{}", first["decision"].as_str().unwrap());
        let opened = house.post(teller, &format!("{at}/open"), json!({})).is(201);
        let interception = format!("/api/guard/interceptions/{}", opened["id"].as_str().unwrap());
        let act = |verb: &str, version: u64, mut body: Value| {
            body["version"] = json!(version);
            house.post(teller, &format!("{interception}/{verb}"), body).is(200)["version"].as_u64().unwrap()
        };
        let version = opened["version"].as_u64().unwrap();
        let version = act("call_police", version, json!({ "says": "takes_over", "words": "民警到场" }));
        assert_eq!(house.get(OFFICER, &at).is(200)["labels"], json!([]));
        act("settle", version, json!({ "ending": "police", "scam": "authority", "sent": 0, "words": "移交" }));
        count(house);
        let label = house.get(OFFICER, &at).is(200)["labels"][0].clone();
        assert_eq!(
            (&label["label"], &label["source"], &label["state"]),
            (&json!("fraud"), &json!("interception"), &json!("counted"))
        );
        assert_eq!(frauds_seen(house, &decide(house, "0002", house.db.now())), 1);
    });
}
