//! A decision over HTTP: made, found in the feed, explained, and turned into an interception.

use serde_json::{Value, json};

use super::house::{House, each_house};

const TILL: &str = "system@/HO/";
const TELLER: &str = "teller@/HO/GZ/GZ001/";
const OFFICER: &str = "officer@/HO/GZ/";

fn event(house: &House<'_>, id: &str) -> Value {
    json!({
        "id": id, "type": "transfer", "time": house.db.now().to_string(), "channel": "counter", "outlet": "GZ001",
        "payer": { "name": "李小明", "account": "6222021234567890" },
        "payee": { "name": "陈大文", "account": "6217000012345678" },
        "amount": 9_000_000, "balance": 10_000_000, "purpose": "投资", "app": { "in_call": true },
    })
}

#[test]
fn a_decision_is_made_explained_and_followed_by_an_interception() {
    each_house(|house| {
        house.customer("11010519491231002x", "6222 0212 3456 7890");
        let made = house.post(TILL, "/api/guard/decisions", event(house, "t-1")).is(200);
        assert_eq!((&made["outcome"], &made["screening"]), (&json!("delay"), &json!("screened")));
        let rules: Vec<&str> =
            made["parts"].as_array().unwrap().iter().map(|part| part["rule"].as_str().unwrap()).collect();
        assert_eq!(rules, ["stranger_large", "remote_guidance"]);
        assert_eq!(made["score"], 750);
        assert_eq!(made["dialogue"], json!(["observe", "stranger", "purpose", "savings", "screen_sharing"]));
        // A delay without a length lasts as long as the policy says.
        let until = made["until"].as_str().unwrap().parse::<kernel::Timestamp>().unwrap();
        assert_eq!(until, house.db.now().plus_days(1));
        assert!(made["reasons"][0]["zh"].as_str().unwrap().contains("90000.00"), "{made}");
        let at = format!("/api/guard/decisions/{}", made["decision"].as_str().unwrap());
        // The same again is the same; another content is refused.
        assert_eq!(house.post(TILL, "/api/guard/decisions", event(house, "t-1")).is(200), made);
        let mut other = event(house, "t-1");
        other["amount"] = json!(1);
        house.post(TILL, "/api/guard/decisions", other).is(422);
        // The feed and the page, for whoever may see the outlet.
        assert_eq!(house.get(OFFICER, "/api/guard/decisions?outcome=delay").is(200)["items"][0]["seq"], 1);
        assert_eq!(house.get("officer@/HO/SZ/", "/api/guard/decisions").is(200)["items"], json!([]));
        house.get("officer@/HO/SZ/", &at).is(404);
        let page = house.get(OFFICER, &at).is(200);
        assert_eq!((&page["answer"], &page["event"]["amount"]), (&made, &json!(9_000_000)));
        assert_eq!(page["masked"]["payer.name"], "李**");
        let seen = |name: &str| {
            let found = page["seen"].as_array().unwrap().iter().find(|seen| seen["name"] == name).unwrap();
            found["value"].clone()
        };
        assert_eq!(
            (seen("pair.new"), seen("payer.sum_1d"), seen("share")),
            (json!(true), json!(9_000_000), json!(0.9))
        );
        assert_eq!(seen("customer.is_elderly"), true, "the house knows the customer");
        let text = page.to_string();
        for clear in ["李小明", "6222021234567890", "6217000012345678", "投资"] {
            assert!(!text.contains(clear), "{clear} in {text}");
        }
        // A teller takes it up, once.
        let opened = house.post(TELLER, &format!("{at}/open"), json!({})).is(201);
        assert_eq!((&opened["outcome"], &opened["steps_left"]), (&json!("delay"), &json!(9)));
        assert_eq!(house.post(TELLER, &format!("{at}/open"), json!({})).reason(409), "opened-already");
        let interception = format!("/api/guard/interceptions/{}", opened["id"].as_str().unwrap());
        let page = house.get(TELLER, &interception).is(200);
        assert_eq!((&page["payee_masked"], &page["amount"]), (&json!("************5678"), &json!(9_000_000)));
        assert_eq!(house.get(OFFICER, &at).is(200)["interception"], opened["id"]);
    });
}

#[test]
fn a_file_of_events_is_taken_row_by_row() {
    each_house(|house| {
        let mut wrong = event(house, "b-2");
        wrong["weather"] = json!("fine");
        let events = json!({ "events": [event(house, "b-1"), wrong, event(house, "b-3"), 7] });
        let body = house.post(TILL, "/api/guard/decisions:batch", events.clone()).is(200);
        assert_eq!((&body["taken"], &body["refused"]), (&json!(2), &json!(2)));
        assert_eq!(body["items"][1]["problem"]["pointer"], "/weather");
        // Sent again it gives the same decisions.
        assert_eq!(house.post(TILL, "/api/guard/decisions:batch", events).is(200)["items"], body["items"]);
        assert_eq!(house.get("officer@/HO/", "/api/guard/engine").is(200)["logged"], 2);
        house.post(TILL, "/api/guard/decisions:batch", json!({ "events": [] })).is(422);
        house.post("auditor@/HO/", "/api/guard/decisions:batch", json!({ "events": [event(house, "b-4")] })).is(403);
    });
}

#[test]
fn a_system_decides_for_its_own_places_only() {
    each_house(|house| {
        house.post("system@/HO/SZ/", "/api/guard/decisions", event(house, "s-1")).is(403);
        house.post("auditor@/HO/", "/api/guard/decisions", event(house, "s-1")).is(403);
        house.post("system@/HO/GZ/", "/api/guard/decisions", event(house, "s-1")).is(200);
    });
}

#[test]
fn what_is_only_screened_is_answered_alike_and_counts_nowhere() {
    each_house(|house| {
        let at = "/api/guard/decisions:screen";
        let screened = house.post(TILL, at, event(house, "s-1")).is(200);
        assert!(screened.get("decision").is_none(), "{screened}");
        assert_eq!(house.post(TILL, at, event(house, "s-1")).is(200), screened);
        assert_eq!(house.get("officer@/HO/", "/api/guard/engine").is(200)["recorded"], 0);
        assert_eq!(house.get("officer@/HO/", "/api/guard/decisions").is(200)["items"], json!([]));
        let made = house.post(TILL, "/api/guard/decisions", event(house, "s-1")).is(200);
        for field in ["outcome", "score", "parts", "reasons", "dialogue", "until", "scenarios"] {
            assert_eq!(made[field], screened[field], "{field}");
        }
        // What was decided counts for what is screened after it.
        assert_ne!(house.post(TILL, at, event(house, "s-2")).is(200)["reasons"], screened["reasons"]);
        let mut wrong = event(house, "s-3");
        wrong["weather"] = json!("fine");
        house.post(TILL, at, wrong).is(422);
        let refusal = json!({ "id": "r-1", "type": "fraud", "time": house.db.now().to_string(),
            "payee": { "account": "6217000000000000" } });
        assert_eq!(house.post(TILL, at, refusal).reason(422), "recorded-only");
        house.post("auditor@/HO/", at, event(house, "s-4")).is(403);
    });
}
