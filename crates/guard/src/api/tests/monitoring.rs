//! What is watched: counted once whatever happens, by hour, beside a reference period; and alarms that are raised and cleared.

use kernel::id::InterceptionId;
use ledger::{Cause, StoreError};
use serde_json::{Value, json};

use super::house::{House, each_house};
use crate::{
    proof::monitor::{Counted, Watching},
    store::{
        monitor::{self as store, Cells, HOUR_MICROS},
        tests::ended,
    },
    testing::proof,
};

const ONE: &str = "officer@/HO/";
const TILL: &str = "system@/HO/";
const AT: &str = "/api/guard/monitoring";

fn decide(house: &House<'_>, number: u64) -> Value {
    house.post(TILL, "/api/guard/decisions", proof::transfer(house.db, number)).is(200)
}

/// One round of counting.
fn round(house: &House<'_>) {
    house.db.clock.advance_micros(61_000_000);
    house.db.ledger.run_due_jobs(crate::jobs::outside(&house.shared), house.db.now()).unwrap();
}

/// Puts counts of an hour so many hours ago, as earlier days would have left them.
fn counted(house: &House<'_>, hours_ago: i64, cells: &[(Counted, &str, &str, u64)]) {
    let hour = crate::jobs::monitor::hour_of(house.db.now()) - hours_ago * HOUR_MICROS;
    let cells: Cells = cells
        .iter()
        .map(|(what, name, part, count)| ((hour, *what, (*name).to_owned(), (*part).to_owned()), *count))
        .collect();
    let put = move |unit: &mut ledger::Unit<'_>| store::add(unit.connection(), &cells);
    house.db.ledger.write::<_, StoreError, _>(&Cause::new("test:counted"), put).unwrap();
}

fn share<'v>(page: &'v Value, list: &str, name: &str) -> &'v Value {
    page[list].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap_or(&Value::Null)
}

#[test]
fn decisions_are_counted_once_with_who_is_disturbed() {
    each_house(|house| {
        house.start();
        house.customer("11010519491231002x", "6222020000000001");
        let answers: Vec<Value> = (0..20).map(|number| decide(house, number)).collect();
        let credit = json!({ "id": "c-1", "type": "credit", "time": house.db.now().to_string(),
            "payer": { "account": "6222020000000001" }, "payee": { "account": "62309999" }, "amount": 5_000 });
        house.post(TILL, "/api/guard/decisions", credit).is(200);
        let alarmed = answers.iter().find(|answer| answer["outcome"] != "allow").unwrap();
        let (id, at) = (alarmed["decision"].as_str().unwrap().to_owned(), house.db.now());
        let put = move |unit: &mut ledger::Unit<'_>| {
            let interception = InterceptionId::new(at, unit.random());
            ended(unit.connection(), interception, &id, "false_alarm", at)
        };
        house.db.ledger.write::<_, StoreError, _>(&Cause::new("test:alarm"), put).unwrap();
        round(house);
        round(house);
        let page = house.get(ONE, AT).is(200);
        assert_eq!(
            (&page["decided"], &page["unscreened"], &page["latency"]["count"]),
            (&json!(20), &json!(0), &json!(21))
        );
        for outcome in ["allow", "advise", "verify", "delay", "hold", "block"] {
            let expect = answers.iter().filter(|answer| answer["outcome"] == outcome).count();
            assert_eq!(share(&page, "outcomes", outcome)["count"], expect, "{outcome}: {page}");
        }
        let held = |rule: &str| {
            let has = |answer: &&Value| answer["parts"].as_array().unwrap().iter().any(|part| part["rule"] == rule);
            answers.iter().filter(has).count()
        };
        assert_eq!(share(&page, "rules", "elder_protection/remote_guidance")["count"], held("remote_guidance"));
        let bands: u64 =
            page["scores"]["bands"].as_array().unwrap().iter().map(|band| band["count"].as_u64().unwrap()).sum();
        assert_eq!(bands, 20);
        let fresh = |name: &str| {
            page["freshness"].as_array().unwrap().iter().find(|one| one["event_type"] == name).unwrap().clone()
        };
        assert_eq!((&fresh("transfer")["count"], &fresh("credit")["count"]), (&json!(20), &json!(1)));
        assert_eq!(fresh("transfer")["silent_hours"], 0);
        // Of seven payers one is known, and old.
        let group = |name: &str| {
            page["age_groups"].as_array().unwrap().iter().find(|one| one["group"] == name).unwrap().clone()
        };
        assert_eq!((&group("elder")["decided"], &group("other")["decided"]), (&json!(3), &json!(0)), "{page}");
        let false_alarms: u64 =
            ["elder", "other", "unknown"].iter().map(|name| group(name)["false_alarms"].as_u64().unwrap()).sum();
        assert_eq!(false_alarms, 1);
        assert!(!page.to_string().contains("62220200"));
        house.get("officer@/HO/GZ/", AT).is(403);
        house.get(ONE, &format!("{AT}?from={}&to={}", "2026-01-01T00:00:00Z", "2025-01-01T00:00:00Z")).is(422);
        house.get(ONE, &format!("{AT}?from=2020-01-01T00:00:00Z")).is(422);
    });
}

#[test]
fn an_alarm_is_raised_shown_and_cleared() {
    each_house(|house| {
        house.start();
        let watching = Watching::builtin().unwrap();
        let alerts = watching.alarm.iter().find(|alarm| alarm.name == "alerts").unwrap();
        let alarms =
            |open: bool| house.get(ONE, &format!("/api/guard/alarms?only_open={open}")).is(200)["items"].clone();
        counted(house, 1, &[(Counted::Outcome, "allow", "other", 800), (Counted::Outcome, "hold", "other", 200)]);
        round(house);
        let open = alarms(true);
        assert_eq!(open.as_array().unwrap().len(), 1, "{open}");
        assert_eq!(
            (&open[0]["name"], &open[0]["value"], &open[0]["above"]),
            (&json!("alerts"), &json!(200_000), &json!(alerts.above))
        );
        assert_eq!(house.get(ONE, AT).is(200)["alarms"], open);
        // Looked at again it is the same alarm, with its value of now.
        counted(house, 1, &[(Counted::Outcome, "allow", "other", 600)]);
        round(house);
        assert_eq!((&alarms(true)[0]["id"], &alarms(true)[0]["value"]), (&open[0]["id"], &json!(125_000)));
        counted(house, 1, &[(Counted::Outcome, "allow", "other", 8_000)]);
        round(house);
        assert_eq!(alarms(true), json!([]));
        let all = alarms(false);
        assert_eq!((all.as_array().unwrap().len(), &all[0]["value"]), (1, &json!(20_833)));
        assert!(all[0]["cleared_at"].is_string());
        house.get("teller@/HO/GZ/GZ001/", "/api/guard/alarms").is(403);
    });
}

#[test]
fn scores_and_sources_are_held_against_the_reference_period() {
    each_house(|house| {
        house.start();
        // Two days ago all was quiet; since then scores have moved, and no credit came.
        counted(
            house,
            48,
            &[
                (Counted::Outcome, "allow", "other", 1_000),
                (Counted::Band, "0", "", 900),
                (Counted::Band, "5", "", 100),
            ],
        );
        for hours in 30..(30 + 620) {
            counted(house, hours, &[(Counted::Event, "credit", "", 1)]);
        }
        counted(
            house,
            2,
            &[
                (Counted::Outcome, "allow", "other", 1_000),
                (Counted::Band, "0", "", 500),
                (Counted::Band, "5", "", 500),
            ],
        );
        round(house);
        let page = house.get(ONE, AT).is(200);
        let raised: Vec<(&str, &str)> = page["alarms"]
            .as_array()
            .unwrap()
            .iter()
            .map(|alarm| (alarm["name"].as_str().unwrap(), alarm["subject"].as_str().unwrap()))
            .collect();
        assert_eq!(raised, [("drift", ""), ("silent", "credit")], "{page}");
        assert!(page["scores"]["index_ppm"].as_u64().unwrap() > 800_000);
        assert_eq!(page["scores"]["bands"][1]["reference_ppm"], 100_000);
        // The reference period can be named: beside itself nothing has moved.
        let now = house.db.now();
        let (from, to) = (now.plus_days(-3), now.plus_days(-1));
        let same = house.get(ONE, &format!("{AT}?from={from}&to={to}&reference_from={from}&reference_to={to}")).is(200);
        assert_eq!(same["scores"]["index_ppm"], 0, "{same}");
    });
}
