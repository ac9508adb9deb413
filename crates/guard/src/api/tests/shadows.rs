//! A version in the shadow: compared with what was answered, never acted on, left behind and counted when it cannot keep up.

use ledger::Cause;
use serde_json::{Value, json};

use super::house::{House, each_house};
use crate::{
    jobs::{self, shadow::LAG_EVENTS_MAX},
    screen::Screen,
    store::backtests,
    testing::proof,
};

const ONE: &str = "officer@/HO/";
const TILL: &str = "system@/HO/";
const AT: &str = "/api/guard/shadows";

fn spec(when: &str) -> Value {
    json!({
        "name": "large", "title": { "zh": "大额", "en": "Large" }, "events": ["transfer"],
        "rules": [{ "name": "large", "when": when, "points": 300, "outcome": "block",
            "reason": { "zh": "大额", "en": "large" } }],
    })
}

fn draft(house: &House<'_>, when: &str) -> Value {
    house.post(ONE, "/api/guard/scenarios", json!({ "spec": spec(when) })).is(201)["id"].clone()
}

fn decide(house: &House<'_>, number: u64) -> Value {
    house.post(TILL, "/api/guard/decisions", proof::transfer(house.db, number)).is(200)
}

/// One round of following the log.
fn round(house: &House<'_>) {
    house.db.clock.advance_micros(1_000_000);
    house.db.ledger.run_due_jobs(jobs::outside(&house.shared), house.db.now()).unwrap();
}

#[test]
fn a_shadow_is_compared_and_never_acted_on() {
    each_house(|house| {
        house.start();
        decide(house, 1);
        let scenario = draft(house, "amount > 110000");
        let run = house.post(ONE, AT, json!({ "scenario": scenario })).is(201);
        let at = format!("{AT}/{}", run["id"].as_str().unwrap());
        assert_eq!(house.post(ONE, AT, json!({ "scenario": scenario })).reason(409), "runs-already");
        let answers: Vec<Value> = (2..22).map(|number| decide(house, number)).collect();
        assert!(answers.iter().all(|answer| answer["outcome"] != "block"), "nothing acts on it");
        assert_eq!(house.get(ONE, &at).is(200)["behind"], 20);
        round(house);
        let shadow = house.get(ONE, &at).is(200);
        assert_eq!((&shadow["behind"], &shadow["dropped"]), (&json!(0), &json!(0)), "{shadow}");
        // What was decided before it began is not its own; 111,000 fen and more are the transfers 11 to 21.
        assert_eq!((&shadow["result"]["decided"], &shadow["result"]["differing"]), (&json!(20), &json!(11)));
        assert_eq!((&shadow["latency"]["count"], &shadow["result"]["candidate"]["alerts"]), (&json!(20), &json!(11)));
        assert!(shadow["latency"]["p99_micros"].as_u64().unwrap() <= shadow["latency"]["max_micros"].as_u64().unwrap());
        let page = house.get(ONE, &format!("{at}/differences?candidate=block&limit=200")).is(200);
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), 11);
        for item in items {
            let of = answers.iter().find(|answer| answer["decision"] == item["decision"]).unwrap();
            assert_eq!(
                (&of["outcome"], &of["score"]),
                (&item["live"], &item["live_score"]),
                "live is what was answered"
            );
        }
        // It goes on in another process, once.
        decide(house, 30);
        let other = House::on(house.db);
        round(&other);
        round(house);
        assert_eq!(house.get(ONE, &at).is(200)["result"]["decided"], 21);
        assert_eq!(house.post(ONE, &format!("{at}/stop"), json!({})).is(200)["state"], "cancelled");
        assert_eq!(house.post(ONE, &format!("{at}/stop"), json!({})).reason(409), "ended-already");
        decide(house, 31);
        round(house);
        let ended = house.get(ONE, &at).is(200);
        assert_eq!((&ended["result"]["decided"], ended.get("behind")), (&json!(21), None));
        // A backtest is none, and the other way round.
        assert_eq!(house.get(ONE, "/api/guard/backtests").is(200)["items"], json!([]));
        house.get(ONE, &format!("/api/guard/backtests/{}", run["id"].as_str().unwrap())).is(404);
        house.post("auditor@/HO/", AT, json!({ "scenario": scenario })).is(403);
        house.get("teller@/HO/GZ/GZ001/", AT).is(403);
        house.post(ONE, AT, json!({ "scenario": "sc_00000000000000000000000001" })).is(404);
    });
}

#[test]
fn what_a_shadow_cannot_keep_up_with_is_left_out_and_counted() {
    each_house(|house| {
        house.start();
        for number in 0..3 {
            decide(house, number);
        }
        let run = house.post(ONE, AT, json!({ "scenario": draft(house, "amount > 1") })).is(201);
        let (id, at) = (run["id"].as_str().unwrap().parse().unwrap(), format!("{AT}/{}", run["id"].as_str().unwrap()));
        // As if it had stopped that many events ago.
        let put = move |unit: &mut ledger::Unit<'_>| {
            let mut run = backtests::find(unit.connection(), id)?.unwrap();
            run.done_seq -= LAG_EVENTS_MAX + 5;
            backtests::update(unit.connection(), &run)
        };
        house.db.ledger.write::<_, ledger::StoreError, _>(&Cause::new("test:behind"), put).unwrap();
        round(house);
        let shadow = house.get(ONE, &at).is(200);
        assert_eq!((&shadow["dropped"], &shadow["behind"]), (&json!(5), &json!(0)));
    });
}

#[test]
fn a_shadow_follows_what_is_live() {
    each_house(|house| {
        house.start();
        let run = house.post(ONE, AT, json!({ "scenario": draft(house, "amount > 900000") })).is(201);
        let at = format!("{AT}/{}", run["id"].as_str().unwrap());
        decide(house, 1);
        round(house);
        // Another scenario goes live: both sides have it, so that nothing differs by it.
        let other = json!({ "spec": { "name": "all", "title": { "zh": "全部", "en": "All" }, "events": ["transfer"],
            "rules": [{ "name": "all", "when": "amount > 0", "points": 1, "outcome": "verify",
                "reason": { "zh": "全部", "en": "all" } }] } });
        let drafted = house.post(ONE, "/api/guard/scenarios", other).is(201);
        let version = format!("/api/guard/scenarios/{}/approve", drafted["id"].as_str().unwrap());
        house.post("branch_president@/HO/", &version, json!({ "version": 1 })).is(200);
        house.shared.known_part::<Screen>().unwrap().catch_up().unwrap();
        assert_eq!(decide(house, 2)["outcome"], "verify");
        round(house);
        let shadow = house.get(ONE, &at).is(200);
        assert_eq!((&shadow["result"]["decided"], &shadow["result"]["differing"]), (&json!(2), &json!(0)), "{shadow}");
    });
}

#[test]
fn a_shadow_hears_of_changes_of_lists() {
    each_house(|house| {
        house.start();
        let run = house.post(ONE, AT, json!({ "scenario": draft(house, "amount > 900000") })).is(201);
        let at = format!("{AT}/{}", run["id"].as_str().unwrap());
        decide(house, 1);
        round(house);
        let payees: Value = (0..3).map(|number| json!({ "value": format!("62170000000{number:05}") })).collect();
        let change = json!({ "list": "police", "what": "add", "reason": "通报", "source": "公安", "values": payees });
        let change = house.post(ONE, "/api/guard/list-changes", change).is(201);
        let approve = format!("/api/guard/list-changes/{}/approve", change["id"].as_str().unwrap());
        house.post("branch_president@/HO/", &approve, json!({ "version": 1 })).is(200);
        house.shared.known_part::<Screen>().unwrap().catch_up().unwrap();
        house.db.clock.advance_micros(1_000_000);
        assert_eq!(decide(house, 2)["outcome"], "block");
        round(house);
        let shadow = house.get(ONE, &at).is(200);
        assert_eq!((&shadow["result"]["decided"], &shadow["result"]["differing"]), (&json!(2), &json!(0)), "{shadow}");
    });
}
