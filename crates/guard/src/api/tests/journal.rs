//! A house that serves: decisions become durable in a journal beside the SQLite database, and whoever asks the database afterwards
//! finds them there. PostgreSQL has no journal and answers alike.

use kernel::Timestamp;
use ledger::testkit::databases;
use serde_json::{Value, json};

use super::house::House;
use crate::{screen::Screen, testing::migrations};

const TILL: &str = "system@/HO/";
const OFFICER: &str = "officer@/HO/";
const DECISIONS: &str = "/api/guard/decisions";

fn event(id: &str, at: Timestamp) -> Value {
    json!({
        "id": id, "type": "transfer", "time": at.to_string(), "channel": "counter", "outlet": "GZ001",
        "amount": 9_000_000, "balance": 10_000_000, "app": { "in_call": true },
        "payer": { "account": "6222020200000001" }, "payee": { "account": "6217000000000001" },
    })
}

fn at(decision: &Value) -> String {
    format!("{DECISIONS}/{}", decision["decision"].as_str().unwrap())
}

#[test]
fn whoever_asks_after_an_answer_finds_what_was_answered() {
    for db in &databases(&migrations()) {
        let (house, now) = (House::serving(db), db.now());
        house.build();
        let mut made: Vec<Value> = Vec::new();
        for number in 1..=12 {
            made.push(house.post(TILL, DECISIONS, event(&format!("one-{number}"), now)).is(200));
            // The feed, the page and the same event again, each right behind the answer.
            let feed = house.get(OFFICER, DECISIONS).is(200);
            assert_eq!(feed["items"][0]["seq"], number, "{}", db.name);
            let last = made.last().unwrap();
            assert_eq!(&house.get(OFFICER, &at(last)).is(200)["answer"], last);
            assert_eq!(&house.post(TILL, DECISIONS, event(&format!("one-{number}"), now)).is(200), last);
        }
        let events: Vec<Value> = (1..=50).map(|number| event(&format!("many-{number}"), now)).collect();
        let batch = house.post(TILL, "/api/guard/decisions:batch", json!({ "events": events })).is(200);
        assert_eq!((&batch["taken"], &batch["refused"]), (&json!(50), &json!(0)));
        let label = json!({ "event": "many-50", "label": "fraud", "known_at": now.to_string(), "source": "警方" });
        house.post(TILL, "/api/guard/labels", label).is(200);
        house.shared.known_part::<Screen>().unwrap().count_labels().unwrap();
        assert!(house.get(OFFICER, &format!("{}/recompute", at(&made[11]))).is(200)["is_equal"] == json!(true));
        let open = house.post("teller@/HO/GZ/GZ001/", &format!("{}/open", at(&made[0])), json!({}));
        assert_eq!(open.status, 201, "{}", open.body);
        // The room's end leaves nothing in the journal alone: memory is made of the database to the byte.
        (crate::room().at_stop)(&house.shared);
        let windows = house.shared.known_part::<Screen>().unwrap().windows_as_bytes();
        let again = House::on(db);
        again.get(OFFICER, "/api/guard/engine").is(200);
        let screen = again.shared.known_part::<Screen>().unwrap();
        assert_eq!(screen.report().seq, 63, "62 transfers and one label");
        assert!(screen.windows_as_bytes() == windows);
        assert_eq!(again.post(TILL, DECISIONS, event("one-3", now)).is(200), made[2]);
    }
}
