//! Two nodes on one PostgreSQL: what two people agree on at one soon holds at the other; windows are each node's own.

use std::time::{Duration, Instant};

use ledger::testkit::databases;
use serde_json::{Value, json};

use super::house::House;
use crate::{screen::Screen, testing::migrations};

const ONE: &str = "officer@/HO/";
const OTHER: &str = "branch_president@/HO/";
const TILL: &str = "system@/HO/";
/// When to give up. It is not the promise of a second, which a debug build on a machine that compiles beside it cannot keep; what it
/// took is printed.
const WITHIN: Duration = Duration::from_secs(30);

/// Looks at a node until something holds there.
#[track_caller]
fn soon(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < WITHIN, "{what} does not hold after {:?}", started.elapsed());
        std::thread::yield_now();
    }
    eprintln!("{what} after {:?}", started.elapsed());
}

fn event(house: &House<'_>, id: &str, amount: i64) -> Value {
    json!({
        "id": id, "type": "transfer", "time": house.db.now().to_string(), "channel": "app", "amount": amount,
        "payer": { "account": "6222020000000001" }, "payee": { "account": "6217000000000001" },
    })
}

/// What a node would decide now.
fn outcome(house: &House<'_>, amount: i64) -> Value {
    house.post(TILL, "/api/guard/decisions:screen", event(house, "look", amount)).is(200)["outcome"].clone()
}

/// Approves what somebody else proposed.
fn approve(house: &House<'_>, at: &str, proposed: &Value) {
    let id = proposed["id"].as_str().unwrap();
    house.post(OTHER, &format!("{at}/{id}/approve"), json!({ "version": 1 })).is(200);
}

#[test]
fn changes_hold_on_every_node_without_being_asked_for() {
    // SQLite has one node.
    for db in databases(&migrations()).iter().filter(|db| db.name == "postgres") {
        let one = House::on(db);
        one.build();
        one.start();
        let two = House::node(db, db.second());
        for house in [&one, &two] {
            assert_eq!(outcome(house, 100), "allow");
        }
        // A payee is put on a list, and taken off again.
        let change = |what: &str| {
            json!({ "list": "police", "what": what, "reason": "通报", "source": "公安",
                "values": [{ "value": "6217000000000001" }] })
        };
        for (what, expect) in [("add", "block"), ("end", "allow")] {
            let proposed = one.post(ONE, "/api/guard/list-changes", change(what)).is(201);
            db.clock.advance_micros(1_000_000);
            approve(&one, "/api/guard/list-changes", &proposed);
            db.clock.advance_micros(1_000_000);
            soon("a change of a list", || outcome(&two, 100) == expect);
        }
        // A scenario goes live at the second node, and holds at the first.
        let spec = json!({ "name": "large", "title": { "zh": "大额", "en": "Large" }, "events": ["transfer"],
            "rules": [{ "name": "large", "when": "amount > 1000000", "points": 1, "outcome": "hold",
                "reason": { "zh": "大额", "en": "large" } }] });
        let drafted = two.post(ONE, "/api/guard/scenarios", json!({ "spec": spec })).is(201);
        approve(&two, "/api/guard/scenarios", &drafted);
        soon("a scenario", || outcome(&one, 2_000_000) == "hold");
        soon("a scenario where it was approved", || outcome(&two, 2_000_000) == "hold");
        // A model goes live.
        let proposed = super::score_models::proposed_model(&one);
        approve(&one, "/api/guard/models", &proposed);
        let scores = |house: &House<'_>| house.shared.known_part::<Screen>().unwrap().report().model.is_some();
        soon("a score model", || scores(&two));
        soon("a score model where it was approved", || scores(&one));
    }
}

#[test]
fn windows_are_each_nodes_own_and_the_log_refuses_a_second_writer() {
    for db in databases(&migrations()).iter().filter(|db| db.name == "postgres") {
        let one = House::on(db);
        one.build();
        let two = House::node(db, db.second());
        let windows = |house: &House<'_>| house.shared.known_part::<Screen>().unwrap().windows_as_bytes();
        for house in [&one, &two] {
            house.get(ONE, "/api/guard/engine").is(200);
        }
        let decide = |house: &House<'_>, id: &str| house.post(TILL, "/api/guard/decisions", event(house, id, 100));
        decide(&one, "a").is(200);
        assert!(windows(&one) != windows(&two), "the second node has not counted it");
        // Its place in the log is taken: it is told to send it again, and then decides on what the log holds.
        decide(&two, "b").is(503);
        decide(&two, "b").is(200);
        let rebuilt = House::node(db, db.second());
        rebuilt.get(ONE, "/api/guard/engine").is(200);
        assert!(windows(&two) == windows(&rebuilt));
    }
}
