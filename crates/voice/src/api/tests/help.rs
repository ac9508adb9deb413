//! Help while a matter is entered: what its words speak for, likely same orders, and what is kept of people's choices.

use ledger::{Cause, Unit};
use people::{model::customer::CustomerForm, use_cases::customers};
use serde_json::{Value, json};

use super::house::{HANDLER, OFFICER, each_house, matter, unit_id};

const TELLER: &str = "teller@/HO/GZ/GZ001/";

fn first<'a>(guesses: &'a Value, aspect: &str) -> &'a Value {
    let aspects = guesses["aspects"].as_array().unwrap();
    &aspects.iter().find(|one| one["aspect"] == aspect).unwrap()["classes"][0]
}

#[test]
fn classes_are_guessed_while_a_matter_is_entered() {
    each_house(|house| {
        let body = json!({ "title": "我要投诉信用卡年费", "narrative": "未经同意扣了年费，要求退还。" });
        let guesses = house.post(TELLER, "/api/voice/guesses", body.clone()).is(200);
        let kind = first(&guesses, "matter");
        assert_eq!(kind["key"], "complaint");
        assert!(kind["because"]["zh"].is_string() && !kind["clocks"].as_array().unwrap().is_empty(), "{kind}");
        assert!(kind["words"].as_array().unwrap().contains(&json!("要求退还")), "{kind}");
        assert_eq!(first(&guesses, "reason")["key"], "pricing");
        assert_eq!(first(&guesses, "business")["key"], "cards.credit");
        house.post("auditor@/HO/", "/api/voice/guesses", body).is(403);
        house.post(TELLER, "/api/voice/guesses", json!({ "title": "", "narrative": "x" })).is(422);
    });
}

#[test]
fn every_kind_of_matter_has_a_clock_of_its_own() {
    each_house(|house| {
        for (text, kind) in [
            ("建议贵行网点增加座椅", "suggestion"),
            ("特此表扬柜员，非常感谢", "praise"),
            ("请问如何办理，我想咨询", "consultation"),
            ("老人行动不便，紧急求助，恳请帮助", "help_request"),
        ] {
            let guesses = house.post(TELLER, "/api/voice/guesses", json!({ "title": text, "narrative": text })).is(200);
            let guess = first(&guesses, "matter");
            assert_eq!(guess["key"], kind, "{guess}");
            assert!(!guess["clocks"].as_array().unwrap().is_empty(), "{kind} has no clock");
        }
    });
}

#[test]
fn what_people_choose_is_kept_and_reported() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        let guesses = house.get(OFFICER, &format!("/api/voice/orders/{id}/guesses")).is(200);
        assert_eq!(guesses["aspects"].as_array().unwrap().len(), 4);
        let lines = house.get("officer@/HO/", "/api/voice/guesses/drift").is(200)["lines"].clone();
        let lines = lines.as_array().unwrap();
        let of = |aspect: &str| lines.iter().find(|line| line["aspect"] == aspect).unwrap();
        for aspect in ["matter", "channel", "business", "reason"] {
            assert_eq!(of(aspect)["choices"], 1, "{aspect}");
            assert_eq!(of(aspect)["drifts"], false);
        }
        let elsewhere = house.get("officer@/HO/SZ/", "/api/voice/guesses/drift").is(200);
        assert_eq!(elsewhere["lines"], json!([]), "another branch's choices are not counted");
        house.get(TELLER, "/api/voice/guesses/drift").is(403);
        house.get("officer@/HO/", "/api/voice/guesses/drift?from=2026-03-02&to=2026-03-01").is(422);
    });
}

#[test]
fn likely_same_orders_are_shown_masked_and_links_keep_both_numbers() {
    each_house(|house| {
        let (one, other) = (house.file(), house.file());
        let typed = matter();
        let body = json!({ "party": typed["party"], "title": typed["title"], "narrative": typed["narrative"] });
        let found = house.post(TELLER, "/api/voice/matches", body.clone()).is(200);
        let ids: Vec<&str> =
            found["matches"].as_array().unwrap().iter().map(|found| found["id"].as_str().unwrap()).collect();
        assert!(ids.contains(&one.as_str()) && ids.contains(&other.as_str()), "{found}");
        let best = &found["matches"][0];
        assert!(best["parts"].as_array().unwrap().iter().any(|part| part["part"] == "words"), "{best}");
        let sum: u64 = best["parts"].as_array().unwrap().iter().map(|part| part["points"].as_u64().unwrap()).sum();
        assert_eq!(best["score"], sum);
        let name = typed["party"]["name"].as_str().unwrap();
        assert!(!found.to_string().contains(name), "names are masked");
        let elsewhere = house.post("teller@/HO/SZ/", "/api/voice/matches", body).is(200);
        assert_eq!(elsewhere["matches"], json!([]));
        house.post("auditor@/HO/", "/api/voice/matches", json!({})).is(403);
        house.post(TELLER, "/api/voice/matches", json!({ "party": { "phone": "12" } })).is(422);

        let day = best["received_at"].as_str().unwrap()[..10].to_owned();
        let counts = || house.get(OFFICER, &format!("/api/voice/matches/counts?from={day}&to={day}")).is(200);
        assert_eq!(counts(), json!({ "raw": 2, "merged": 2 }));
        house.act("handler@/HO/GZ/", &other, "link", json!({ "other": one, "relation": "duplicate_of" })).is(200);
        assert_eq!(counts(), json!({ "raw": 2, "merged": 1 }));
        house.get(OFFICER, "/api/voice/matches/counts?from=2026-03-02&to=2026-03-01").is(422);
    });
}

#[test]
fn what_the_bank_holds_of_a_customer_is_filled_in_and_what_was_typed_goes_before_it() {
    each_house(|house| {
        let form = CustomerForm {
            number: "C001".to_owned(),
            name: "李小明".to_owned(),
            phone: "13812345678".to_owned(),
            address: "天河路1号".to_owned(),
            ..CustomerForm::default()
        };
        let enter = move |unit: &mut Unit<'_>| {
            customers::register(unit, &kernel::ActorRef::program("test"), &form, unit_id("GZ001"))
        };
        let customer = house.db.ledger.write(&Cause::new("test:enter"), enter).unwrap().to_string();
        let mut body = matter();
        body["customer"] = json!(customer);
        body["party"] = json!({ "phone": "13900001111" });
        let id = house.post(TELLER, "/api/voice/orders", body.clone()).is(201)["id"].as_str().unwrap().to_owned();
        let asked = json!({ "fields": ["name", "phone", "address"], "ground": "contact" });
        let shown = house.post(HANDLER, &format!("/api/voice/orders/{id}/reveal"), asked).is(200);
        let values: Vec<&str> =
            shown["fields"].as_array().unwrap().iter().map(|field| field["value"].as_str().unwrap()).collect();
        assert_eq!(values, ["李小明", "13900001111", "天河路1号"]);
        // Who may not see the customer learns nothing of them by filing.
        body["party"] = json!({});
        house.post("teller@/HO/SZ/", "/api/voice/orders", body).is(404);
    });
}
