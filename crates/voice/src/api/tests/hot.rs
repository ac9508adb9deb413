//! Hot issues: found by the morning's work, listed with their method, with exactly the orders behind them, and told once.

use std::sync::Arc;

use kernel::Clock as _;
use ledger::{Cause, JobHandler, Unit};
use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, classes, each_house, each_house_under, unit_id};
use crate::{
    jobs::{LawSource, at_start, handlers},
    products,
    store::hot as store,
};

/// Lets the morning's work be done, however many pieces it takes.
fn morning(house: &House<'_>) {
    let law: Arc<dyn LawSource> = Arc::new(house.law.clone());
    let handlers: Vec<Arc<dyn JobHandler>> = handlers(&law);
    start(house);
    let now = house.db.clock.now();
    let yesterday = crate::hot::back(now.date(), 1);
    // A piece for each day of the baseline, and some for the rest.
    for _ in 0..120 {
        let run = house.db.ledger.run_due_jobs(&handlers, house.db.clock.now()).unwrap();
        assert_eq!(run.failed, Vec::new());
        if house.db.ledger.read(|conn| store::last_day(conn, yesterday)).unwrap() == Some(yesterday) {
            return;
        }
        house.db.clock.advance_micros(50_000);
    }
    panic!("the morning's work does not end");
}

/// Queues what the start of the program queues.
fn start(house: &House<'_>) {
    let now = house.db.clock.now();
    let queue = move |unit: &mut Unit<'_>| at_start(now).into_iter().try_for_each(|job| unit.enqueue(job));
    house.db.ledger.write(&Cause::new("test:start"), queue).unwrap();
}

/// Files so many complaints about a new product, classified.
fn complain(house: &House<'_>, count: usize) {
    complain_of(house, count, "雪球产品");
}

fn complain_of(house: &House<'_>, count: usize, product: &str) {
    for n in 0..count {
        let body = json!({
            "matter": "complaint",
            "title": format!("{product}亏损"),
            "narrative": format!("第{n}位客户称购买{product}后亏损。"),
            "party": { "name": "王大力", "phone": "13900001111" },
        });
        let filed = house.post("teller@/HO/GZ/GZ001/", "/api/voice/orders", body).is(201);
        let id = filed["id"].as_str().unwrap().to_owned();
        house.act(OFFICER, &id, "register", json!({})).is(200);
        house.act(OFFICER, &id, "classify", json!({ "classification": classes() })).is(200);
    }
}

fn hot(house: &House<'_>, who: &str, query: &str) -> Value {
    house.get(who, &format!("/api/voice/hot-issues{query}")).is(200)
}

#[test]
fn a_new_trouble_is_found_told_and_followed() {
    each_house(|house| {
        assert_eq!(hot(house, OFFICER, "")["items"], json!([]));
        complain(house, 8);
        house.pass_days(1);
        morning(house);
        let body = hot(house, "officer@/HO/", "");
        assert_eq!(body["tests"], 3, "the outlet, the branch, the head office");
        let units: Vec<&str> =
            body["items"].as_array().unwrap().iter().map(|item| item["unit"].as_str().unwrap()).collect();
        assert_eq!(units.len(), 3, "{body}");
        let item = &body["items"][0];
        assert_eq!((&item["seen"], &item["before"], &item["is_new"]), (&json!(8), &json!(0), &json!(true)));
        assert!(item["chance_ppb"].as_u64().unwrap() < 1_000);
        assert!(body["method"]["zh"].as_str().unwrap().contains("Benjamini–Hochberg"));
        let words: Vec<&str> =
            body["words"].as_array().unwrap().iter().map(|word| word["word"].as_str().unwrap()).collect();
        assert!(words.iter().any(|word| word.contains("雪球")), "{words:?}");
        assert!(!body.to_string().contains("王大力"));
        // Who sees less of the bank sees less of it here.
        assert_eq!(hot(house, OFFICER, "")["items"].as_array().unwrap().len(), 2);
        assert_eq!(hot(house, "officer@/HO/SZ/", "")["items"], json!([]));
        assert_eq!(
            hot(house, "officer@/HO/", &format!("?unit={}", unit_id("GZ001")))["items"].as_array().unwrap().len(),
            1
        );
        // Every number is the length of its list.
        let id = item["id"].as_str().unwrap();
        let listed = |side: &str| {
            let page = house.get("officer@/HO/", &format!("/api/voice/hot-issues/{id}/orders?side={side}")).is(200);
            page["items"].as_array().unwrap().len()
        };
        assert_eq!((listed("seen"), listed("before")), (8, 0));
        let kinds: Vec<String> = house.db.ledger.history(id).unwrap().into_iter().map(|event| event.kind).collect();
        assert_eq!(kinds, ["found"]);
        // The next day it is still hot, and nobody is told again.
        house.pass_days(1);
        morning(house);
        let next = hot(house, "officer@/HO/", "");
        assert_eq!((&next["items"][0]["is_new"], &next["items"][0]["hot_since"]), (&json!(false), &item["day"]));
        let id = next["items"][0]["id"].as_str().unwrap();
        assert_eq!(house.db.ledger.history(id).unwrap().len(), 0);
    });
}

#[test]
fn what_is_done_is_said_and_a_week_is_summed_up() {
    each_house(|house| {
        complain(house, 8);
        house.pass_days(1);
        morning(house);
        let body = hot(house, "officer@/HO/", "");
        let id = body["items"][0]["id"].as_str().unwrap();
        let note = |who: &str| {
            house.post(who, &format!("/api/voice/hot-issues/{id}/note"), json!({ "words": "已下架，电话13812345678" }))
        };
        assert_eq!(note("handler@/HO/").status.as_u16(), 403);
        assert_eq!(note("officer@/HO/SZ/").status.as_u16(), 404);
        assert_eq!(note("officer@/HO/").is(200)["note"]["words"], "已下架，电话＊");
        let day = body["day"].as_str().unwrap();
        let digest = house.get("officer@/HO/", &format!("/api/voice/hot-issues/digest?day={day}")).is(200);
        assert_eq!(digest["items"].as_array().unwrap().len(), 3);
        let page = house.get("officer@/HO/", &format!("/api/voice/hot-issues/digest/print?day={day}"));
        assert!(page.text().contains("投诉热点周报") && page.text().contains("已下架"), "{}", page.text());
        // A week later the digest of the week has been told of.
        for _ in 0..6 {
            house.pass_days(1);
            morning(house);
        }
        let told = house.db.ledger.history(crate::model::hot::DIGESTS).unwrap();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].payload["issues"], 3);
        let future = house.get(HANDLER, "/api/voice/hot-issues/digest?day=2099-01-01");
        assert_eq!(future.status.as_u16(), 422);
    });
}

#[test]
fn a_product_of_the_banks_own_dictionary_is_found_counted_and_hot() {
    let law = products::tests::law();
    each_house_under(&law, endpoint::Settings::default(), |house| {
        complain_of(house, 4, "快贷");
        complain_of(house, 4, "闪电贷");
        start(house);
        house.work();
        // Whatever name is typed finds what was written under any of them.
        for typed in ["%E5%BF%AB%E8%B4%B7", "%E9%97%AA%E7%94%B5%E8%B4%B7", "quick%20loan%E3%80%80", "flash"] {
            let found = house.get(OFFICER, &format!("/api/voice/orders?text={typed}")).is(200);
            let expect = if typed.starts_with("quick") { 0 } else { 8 };
            assert_eq!(found["items"].as_array().unwrap().len(), expect, "{typed}: a word stands by itself");
        }
        let asked = "/api/voice/figures?from=2026-01-01&to=2026-12-31";
        let figures = house.get(OFFICER, &format!("{asked}&by=product")).is(200).to_string();
        assert!(figures.contains("quick_loan") && figures.contains("快贷"), "{figures}");
        let only = house.get(OFFICER, &format!("{asked}&product=quick_loan")).is(200).to_string();
        let none = house.get(OFFICER, &format!("{asked}&product=quick_loan_plus")).is(200).to_string();
        assert_ne!(only, none);
        house.pass_days(1);
        morning(house);
        let body = hot(house, "officer@/HO/", "");
        let item = &body["items"][0];
        assert_eq!((&item["subject"], &item["subject_title"]), (&json!("quick_loan"), &json!("快贷")), "{body}");
        assert_eq!(item["seen"], 8, "both names are one product");
        let id = item["id"].as_str().unwrap();
        let behind = house.get("officer@/HO/", &format!("/api/voice/hot-issues/{id}/orders?side=seen")).is(200);
        assert_eq!(behind["items"].as_array().unwrap().len(), 8);
        // The list goes out as it is shown.
        let body = json!({ "format": "csv", "list": { "kind": "hot_issues" } });
        let out = house.post("officer@/HO/", "/api/voice/exports", body);
        assert_eq!(out.text().lines().count(), 4, "{}", out.text());
        assert!(out.text().lines().nth(1).unwrap().contains("快贷"), "{}", out.text());
    });
}
