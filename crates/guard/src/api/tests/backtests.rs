//! A scenario tried on history: at once on the newest decisions, and in the background with progress, labels, an end and a restart.

use kernel::{
    Timestamp,
    id::{BacktestId, InterceptionId},
};
use ledger::Cause;
use serde_json::{Value, json};

use super::house::{House, each_house};
use crate::{
    jobs,
    store::backtests::{self, BacktestState},
    testing::proof,
};

const ONE: &str = "officer@/HO/";
const TILL: &str = "system@/HO/";
const AT: &str = "/api/guard/backtests";

/// A scenario that holds every transfer above an amount.
fn spec(when: &str) -> Value {
    json!({
        "name": "large", "title": { "zh": "大额", "en": "Large" }, "events": ["transfer"],
        "rules": [
            { "name": "large", "when": when, "points": 300, "reason": { "zh": "大额", "en": "large" } },
            { "name": "called", "when": "app.in_call", "points": 200, "reason": { "zh": "通话", "en": "in a call" } },
        ],
        "thresholds": [{ "score": 300, "outcome": "hold" }],
    })
}

/// Forty transfers of 101,000 fen and more, growing; the ids of their decisions.
fn history(house: &House<'_>) -> Vec<String> {
    let send = |number: u64| {
        let made = house.post(TILL, "/api/guard/decisions", proof::transfer(house.db, number)).is(200);
        made["decision"].as_str().unwrap().to_owned()
    };
    house.start();
    (0..40).map(send).collect()
}

/// Opens and settles the interception of a decision.
fn settle(house: &House<'_>, decision: &str, ending: &str) {
    let id = decision.to_owned();
    let (ending, at) = (ending.to_owned(), house.db.now());
    // As the desk would leave it; how an interception comes to its end is tested where it is done.
    let put = move |unit: &mut ledger::Unit<'_>| {
        let random = unit.random();
        let interception = InterceptionId::new(at, random);
        crate::store::tests::ended(unit.connection(), interception, &id, &ending, at)
    };
    house.db.ledger.write::<_, ledger::StoreError, _>(&Cause::new("test:settle"), put).unwrap();
}

/// Does what is due, and what that leaves for a moment later.
fn work(house: &House<'_>) {
    for _ in 0..3 {
        house.db.clock.advance_micros(1_000_000);
        house.db.ledger.run_due_jobs(jobs::outside(&house.shared), house.db.now()).unwrap();
    }
}

fn start(house: &House<'_>, when: &str) -> String {
    let drafted = house.post(ONE, "/api/guard/scenarios", json!({ "spec": spec(when) })).is(201);
    let (from, to) = (house.db.now().plus_days(-1), house.db.now().plus_days(1));
    let body = json!({ "scenario": drafted["id"], "from": from.to_string(), "to": to.to_string() });
    let run = house.post(ONE, AT, body).is(202);
    assert_eq!((&run["state"], &run["done"], &run["total"]), (&json!("running"), &json!(0), &json!(40)));
    format!("{AT}/{}", run["id"].as_str().unwrap())
}

#[test]
fn a_draft_is_tried_on_history_beside_what_is_live() {
    each_house(|house| {
        let decisions = history(house);
        settle(house, &decisions[39], "police");
        settle(house, &decisions[38], "false_alarm");
        settle(house, &decisions[2], "reported_later");
        settle(house, &decisions[1], "insisted");
        house.db.clock.advance_micros(1_000_000);
        let at = start(house, "amount > 120000");
        work(house);
        let run = house.get(ONE, &at).is(200);
        assert_eq!((&run["state"], &run["done"]), (&json!("done"), &json!(40)), "{run}");
        let result = &run["result"];
        // 121,000 fen and more: the transfers 21 to 39.
        assert_eq!(result["decided"], 40);
        let held =
            |name: &str| result["rules"].as_array().unwrap().iter().find(|rule| rule["name"] == name).unwrap().clone();
        assert_eq!((&held("large")["held"], &held("large")["decisive"]), (&json!(19), &json!(19)), "{result}");
        assert_eq!(held("called")["held"], 4);
        assert_eq!(result["overlap"], json!([{ "first": "large", "second": "called", "count": 2 }]));
        assert_eq!((&result["fraud"], &result["genuine"]), (&json!(2), &json!(1)));
        assert_eq!((&result["candidate"]["fraud"], &result["candidate"]["genuine"]), (&json!(1), &json!(1)));
        assert_eq!((&result["candidate"]["precision"], &result["candidate"]["recall"]), (&json!(0.5), &json!(0.5)));
        assert_eq!((&result["candidate"]["saved"], &result["fraud_amount"]), (&json!(139_000), &json!(241_000)));
        let count = |of: &str| -> u64 {
            let cells = result["matrix"].as_array().unwrap().iter();
            cells
                .filter(|cell| (cell["live"] != cell["candidate"]) == (of == "differing"))
                .map(|cell| cell["count"].as_u64().unwrap())
                .sum()
        };
        assert_eq!(result["differing"], count("differing"));
        assert_eq!(count("differing") + count("same"), 40);
        assert_eq!(
            (&result["days"][0]["decided"], &result["days"][0]["candidate"]),
            (&json!(40), &result["candidate"]["alerts"])
        );
        // Whatever the threshold, the page computes nothing: from the highest score down.
        let thresholds = result["thresholds"].as_array().unwrap();
        let scores: Vec<(i64, u64)> =
            thresholds.iter().map(|at| (at["score"].as_i64().unwrap(), at["alerts"].as_u64().unwrap())).collect();
        assert_eq!(scores, [(500, 2), (300, 19), (200, 21), (0, 40)]);
        // Page by page, each with the way to its decision.
        let first = house.get(ONE, &format!("{at}/differences?limit=5")).is(200);
        let next = house
            .get(ONE, &format!("{at}/differences?limit=200&after={}", first["page"]["next"].as_str().unwrap()))
            .is(200);
        let both = first["items"].as_array().unwrap().len() + next["items"].as_array().unwrap().len();
        assert_eq!(both as u64, count("differing"));
        let one = &first["items"][0];
        let page = house.get(ONE, &format!("/api/guard/decisions/{}", one["decision"].as_str().unwrap())).is(200);
        assert_eq!((&page["answer"]["outcome"], &page["seq"]), (&one["live"], &one["seq"]));
        let known = house.get(ONE, &format!("{at}/differences?known=genuine")).is(200);
        assert_eq!(known["items"].as_array().unwrap().len(), 1);
        // What became known only now is not known to a backtest of before.
        let listed = house.get(ONE, AT).is(200);
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert!(listed["items"][0].get("result").is_none());
    });
}

#[test]
fn labels_count_from_when_they_were_known() {
    each_house(|house| {
        let decisions = history(house);
        let before = house.db.now();
        house.db.clock.advance_micros(1_000_000);
        settle(house, &decisions[39], "police");
        house.db.clock.advance_micros(1_000_000);
        let drafted = house.post(ONE, "/api/guard/scenarios", json!({ "spec": spec("amount > 1") })).is(201);
        let run = |until: Timestamp| {
            let (from, to) = (before.plus_days(-1), before.plus_days(1));
            let body = json!({ "scenario": drafted["id"], "from": from.to_string(), "to": to.to_string(),
                "labels_until": until.to_string() });
            let run = house.post(ONE, AT, body).is(202);
            work(house);
            house.get(ONE, &format!("{AT}/{}", run["id"].as_str().unwrap())).is(200)["result"]["fraud"].clone()
        };
        assert_eq!(run(before), 0);
        assert_eq!(run(house.db.now()), 1);
        // What is said of a decision knows better than how its interception ended, from when it was known.
        let said = |decision: &str, label: &str| {
            let body = json!({ "decision": decision, "label": label, "known_at": house.db.now().to_string(),
                "source": "核查" });
            house.post(ONE, "/api/guard/labels", body).is(200);
        };
        // The newest of the transfers lie some seconds ahead.
        house.db.clock.advance_micros(60_000_000);
        let between = house.db.now();
        said(&decisions[39], "genuine");
        said(&decisions[38], "fraud");
        said(&decisions[37], "fraud");
        house.db.clock.advance_micros(1_000_000);
        assert_eq!(run(between), 1);
        assert_eq!(run(house.db.now()), 2);
    });
}

#[test]
fn a_backtest_goes_on_after_a_stop_and_ends_when_told() {
    each_house(|house| {
        history(house);
        let at = start(house, "amount > 120000");
        let id: BacktestId = at.rsplit('/').next().unwrap().parse().unwrap();
        let body = json!({ "scenario": house.get(ONE, &at).is(200)["scenario"],
            "from": house.db.now().plus_days(-1).to_string(), "to": house.db.now().to_string() });
        assert_eq!(house.post(ONE, AT, body).reason(409), "one-at-a-time");
        // A stop in the middle: what was kept is a third of the way, and another process takes it up.
        work(house);
        let whole = house.get(ONE, &at).is(200);
        let again = start_from(house, id, 13);
        let fresh = House::on(house.db);
        work(&fresh);
        let resumed = fresh.get(ONE, &format!("{AT}/{again}")).is(200);
        assert_eq!((&resumed["state"], &resumed["done"]), (&json!("done"), &json!(40)));
        assert_eq!(resumed["result"], whole["result"]);
        assert_eq!(house.post(ONE, &format!("{at}/cancel"), json!({})).reason(409), "ended-already");
        // Ended before its first piece, it counts nothing more.
        let at = start(house, "amount > 130000");
        assert_eq!(house.post(ONE, &format!("{at}/cancel"), json!({})).is(200)["state"], "cancelled");
        work(house);
        let run = house.get(ONE, &at).is(200);
        assert_eq!((&run["state"], &run["result"]["decided"]), (&json!("cancelled"), &json!(0)));
    });
}

/// Another backtest of the same, which has come as far as `done`, as a stop between two pieces leaves it.
fn start_from(house: &House<'_>, like: BacktestId, done: i64) -> BacktestId {
    let screen = crate::screen::Screen::of(&house.shared).unwrap();
    let mut run = house.db.ledger.read(|conn| backtests::find(conn, like)).unwrap().unwrap();
    run.id = BacktestId::new(house.db.now(), &*house.db.ledger.ports().random);
    (run.state, run.ended_at, run.done_seq, run.tally) = (BacktestState::Running, None, done, Default::default());
    let mut trial =
        crate::proof::trial::Trial::new(&screen, (&run.live, &screen.live_model()), &run.spec, Default::default())
            .unwrap();
    let rows = house.db.ledger.read(|conn| crate::store::decisions::logged(conn, 0, done)).unwrap();
    for row in &rows {
        trial.step(&screen, row, &mut run.tally).unwrap();
    }
    let id = run.id;
    let put = move |unit: &mut ledger::Unit<'_>| {
        let now = unit.now();
        backtests::insert(unit.connection(), &run)?;
        unit.enqueue(jobs::backtest::go_on(run.id, now))
    };
    house.db.ledger.write::<_, ledger::StoreError, _>(&Cause::new("test:stop"), put).unwrap();
    id
}

#[test]
fn a_scenario_is_tried_on_the_newest_decisions_and_nothing_is_kept() {
    each_house(|house| {
        history(house);
        let tried =
            house.post(ONE, "/api/guard/scenarios/try", json!({ "spec": spec("amount > 120000"), "last": 10 })).is(200);
        assert_eq!(
            (&tried["result"]["decided"], &tried["result"]["rules"][1]["held"]),
            (&json!(10), &json!(10)),
            "{tried}"
        );
        assert_eq!(tried["differences"][0]["seq"], 40);
        let all = house.post(ONE, "/api/guard/scenarios/try", json!({ "spec": spec("amount > 120000") })).is(200);
        assert_eq!(all["result"]["decided"], 40);
        assert_eq!(house.get(ONE, AT).is(200)["items"], json!([]));
        assert_eq!(house.get(ONE, "/api/guard/scenarios?name=large").is(200)["items"], json!([]));
        let at = "/api/guard/scenarios/try";
        house.post(ONE, at, json!({ "spec": spec("amuont > 1") })).is(422);
        house.post(ONE, at, json!({ "spec": spec("amount > 1"), "last": 0 })).is(422);
        house.post(ONE, at, json!({ "spec": spec("amount > 1"), "last": 1001 })).is(422);
        house.post("auditor@/HO/", at, json!({ "spec": spec("amount > 1") })).is(403);
    });
}

#[test]
fn what_is_no_backtest_is_refused() {
    each_house(|house| {
        history(house);
        let drafted = house.post(ONE, "/api/guard/scenarios", json!({ "spec": spec("amount > 1") })).is(201);
        let now = house.db.now();
        let body = |from: Timestamp, to: Timestamp| json!({ "scenario": drafted["id"], "from": from.to_string(), "to": to.to_string() });
        house.post(ONE, AT, body(now, now)).is(422);
        house.post(ONE, AT, body(now.plus_days(-500), now)).is(422);
        assert_eq!(house.post(ONE, AT, body(now.plus_days(-9), now.plus_days(-8))).reason(409), "nothing-there");
        let mut future = body(now.plus_days(-1), now.plus_days(1));
        future["labels_until"] = json!(now.plus_days(1).to_string());
        house.post(ONE, AT, future).is(422);
        let mut none = body(now.plus_days(-1), now.plus_days(1));
        none["scenario"] = json!("sc_00000000000000000000000001");
        house.post(ONE, AT, none).is(404);
        house.post("auditor@/HO/", AT, body(now.plus_days(-1), now.plus_days(1))).is(403);
        house.post("officer@/HO/GZ/", AT, body(now.plus_days(-1), now.plus_days(1))).is(403);
        house.get(ONE, &format!("{AT}/bt_00000000000000000000000001")).is(404);
        house.get(ONE, &format!("{AT}/bt_00000000000000000000000001/differences")).is(404);
        house.get("officer@/HO/GZ/", AT).is(403);
    });
}
