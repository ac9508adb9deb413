//! Figures over HTTP: what is counted, what stands behind each number, and who may know.

use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, classes, decision, each_house, matter, unit_id};

const YEAR: &str = "from=2026-01-01&to=2026-12-31";

fn ask(house: &House<'_>, who: &str, query: &str) -> Value {
    house.get(who, &format!("/api/voice/figures?{query}")).is(200)
}

fn figure<'v>(of: &'v Value, name: &str) -> &'v Value {
    of["figures"].as_array().unwrap().iter().find(|figure| figure["figure"] == name).unwrap()
}

fn listed(house: &House<'_>, who: &str, name: &str, query: &str) -> Vec<String> {
    let (mut ids, mut after) = (Vec::new(), String::new());
    loop {
        let page = house.get(who, &format!("/api/voice/figures/{name}/orders?{query}&limit=2{after}")).is(200);
        ids.extend(page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        match page["page"]["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => return ids,
        }
    }
}

/// Takes an order to its answer, with a return visit.
fn answer(house: &House<'_>, id: &str, satisfaction: u8) {
    house.handle(id);
    house.act(HANDLER, id, "contact", json!({ "means": "phone", "is_reached": true })).is(200);
    let decided = house.act(HANDLER, id, "decide", decision()).is(200);
    let letters = decided["letters"].as_array().unwrap();
    let letter = letters.iter().find(|letter| letter["kind"] == "decision").unwrap()["id"].clone();
    house.act(HANDLER, id, "notify", json!({ "letter": letter, "means": "sms" })).is(200);
    house.act(HANDLER, id, "visit", json!({ "satisfaction": satisfaction })).is(200);
    house.act(HANDLER, id, "find_cause", json!({ "cause": "charges", "detail": "收费提示不充分" })).is(200);
}

#[test]
fn figures_say_what_was_counted_and_list_exactly_that() {
    each_house(|house| {
        let ids: Vec<String> = (0..5).map(|_| house.file()).collect();
        answer(house, &ids[0], 5);
        answer(house, &ids[1], 2);
        house.post("teller@/HO/SZ/", "/api/voice/orders", matter()).is(201);
        let query = format!("{YEAR}&by=organisation,business,cause,month,clock,matter&compare=true");
        let answer = ask(house, "officer@/HO/", &query);
        let value = |name: &str| figure(&answer, name)["value"].clone();
        assert_eq!((value("received"), value("satisfaction")), (json!(6), json!(350)));
        assert_eq!((value("satisfied"), value("substantiated")), (json!(500_000), json!(1_000_000)));
        assert_eq!(value("per_thousand_outlets"), json!(600_000));
        assert!(figure(&answer, "per_ten_million_customers").get("value").is_none(), "nobody said how many there are");
        assert_eq!(answer["is_whole"], true);
        // Every number of every group is the length of its list.
        let mut compared = 0;
        for groups in answer["groups"].as_array().unwrap() {
            let by = groups["by"].as_str().unwrap();
            for item in groups["items"].as_array().unwrap() {
                assert!(!item["title"].as_str().unwrap().is_empty());
                for name in ["received", "on_time", "satisfied", "transfers", "substantiated"] {
                    let key = item["key"].as_str().unwrap().replace('/', "%2F");
                    let query = format!("{YEAR}&by={by}&key={key}&part=denominator");
                    let list = listed(house, "officer@/HO/", name, &query);
                    assert_eq!(json!(list.len()), figure(item, name)["denominator"], "{name} by {by} {key}");
                    compared += list.len();
                }
            }
        }
        assert!(compared > 50, "{compared}");
        let satisfied = listed(house, "officer@/HO/", "satisfied", &format!("{YEAR}&part=numerator"));
        assert_eq!(satisfied, [ids[0].clone()]);
        let causes = listed(house, "officer@/HO/", "received", &format!("{YEAR}&cause=charges"));
        assert_eq!(causes, [ids[1].clone(), ids[0].clone()]);
        let order = house.get(OFFICER, &format!("/api/voice/orders/{}", ids[0])).is(200);
        assert_eq!((&order["cause"]["key"], &order["cause"]["detail"]), (&json!("charges"), &json!("收费提示不充分")));
    });
}

#[test]
fn figures_are_counted_within_the_callers_scope() {
    each_house(|house| {
        house.file();
        house.post("teller@/HO/SZ/", "/api/voice/orders", matter()).is(201);
        let received =
            |who: &str, query: &str| figure(&ask(house, who, &format!("{YEAR}{query}")), "received")["value"].clone();
        assert_eq!(received("officer@/HO/", ""), 2);
        assert_eq!(received(OFFICER, ""), 1);
        assert_eq!(received("officer@/HO/CARD/", ""), 0);
        assert_eq!(received("officer@/HO/", &format!("&unit={}", unit_id("SZ"))), 1);
        assert_eq!(received(OFFICER, &format!("&unit={}", unit_id("SZ"))), 0);
        assert_eq!(listed(house, OFFICER, "received", YEAR).len(), 1);
        assert_eq!(house.get("teller@/HO/", &format!("/api/voice/figures?{YEAR}")).status.as_u16(), 403);
        assert_eq!(house.get("", &format!("/api/voice/figures?{YEAR}")).status.as_u16(), 401);
        for wrong in ["from=2026-02-01&to=2026-01-01", "from=2000-01-01&to=2026-01-01", &format!("{YEAR}&by=weather")] {
            assert_eq!(house.get(OFFICER, &format!("/api/voice/figures?{wrong}")).status.as_u16(), 422, "{wrong}");
        }
        let filter = format!("{YEAR}&business={}", classes()["business"].as_str().unwrap());
        assert_eq!(received("officer@/HO/", &filter[YEAR.len()..]), 0, "nothing is classified yet");
    });
}

#[test]
fn customers_are_entered_and_kept() {
    each_house(|house| {
        house.file();
        let unit = unit_id("GZ").to_string();
        let set = |who: &str, since: &str, customers: i64| {
            house.post(
                who,
                "/api/voice/figures/customers",
                json!({ "unit": unit, "since": since, "customers": customers }),
            )
        };
        assert_eq!(set(HANDLER, "2026-01-01", 10).status.as_u16(), 403);
        assert_eq!(set("officer@/HO/SZ/", "2026-01-01", 10).status.as_u16(), 404);
        assert_eq!(set(OFFICER, "2026-01-01", 0).status.as_u16(), 422);
        assert_eq!(set(OFFICER, "2099-01-01", 10).status.as_u16(), 422);
        set(OFFICER, "2025-06-30", 1_000_000).is(201);
        set(OFFICER, "2026-01-01", 3_000_000).is(201);
        set(OFFICER, "2026-01-01", 2_000_000).is(201);
        let list = house.get(OFFICER, &format!("/api/voice/figures/customers?unit={unit}")).is(200);
        assert_eq!(list.as_array().unwrap().len(), 3);
        assert_eq!((&list[0]["customers"], &list[0]["since"]), (&json!(2_000_000), &json!("2026-01-01")));
        let value = |to: &str| {
            let answer = ask(house, OFFICER, &format!("from=2026-01-01&to={to}&unit={unit}"));
            figure(&answer, "per_ten_million_customers").get("value").cloned()
        };
        assert_eq!(value("2026-12-31"), Some(json!(500)));
        assert_eq!(
            house.get("officer@/HO/SZ/", &format!("/api/voice/figures/customers?unit={unit}")).status.as_u16(),
            404
        );
    });
}

#[test]
fn every_figure_has_a_definition_in_both_languages() {
    each_house(|house| {
        let definitions = house.get(HANDLER, "/api/voice/figures/definitions").is(200);
        let served = ask(house, HANDLER, YEAR);
        assert_eq!(definitions, served["definitions"]);
        for definition in definitions.as_array().unwrap() {
            let words = &definition["definition"];
            assert!(words["zh"].as_str().unwrap().len() > 20 && words["en"].as_str().unwrap().len() > 20);
        }
        let causes = house.get(HANDLER, "/api/voice/causes").is(200);
        assert!(causes["causes"].as_array().unwrap().len() > 10);
    });
}
