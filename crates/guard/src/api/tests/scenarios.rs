//! Scenarios: shipped ones live from the first start, drafts that must compile, approval by somebody else, and what decides.

use serde_json::{Value, json};

use super::house::{House, each_house};
use crate::screen::Screen;

const ONE: &str = "officer@/HO/";
const OTHER: &str = "branch_president@/HO/";
const TILL: &str = "system@/HO/";
const AT: &str = "/api/guard/scenarios";

fn spec(when: &str) -> Value {
    json!({
        "name": "large", "title": { "zh": "大额", "en": "Large" }, "events": ["transfer"],
        "rules": [{ "name": "large", "when": when, "points": 10, "outcome": "verify",
            "reason": { "zh": "金额 {amount:yuan} 元", "en": "{amount:yuan} yuan" } }],
    })
}

fn decide(house: &House<'_>, id: &str, amount: i64) -> Value {
    let event = json!({
        "id": id, "type": "transfer", "time": house.db.now().to_string(), "channel": "app", "amount": amount,
        "payer": { "account": format!("62220202{id}") }, "payee": { "account": "6217000000000001" },
    });
    house.post(TILL, "/api/guard/decisions", event).is(200)
}

fn catch_up(house: &House<'_>) {
    house.shared.known_part::<Screen>().unwrap().catch_up().unwrap();
}

#[test]
fn a_draft_decides_once_somebody_else_approved_it_and_the_version_before_is_retired() {
    each_house(|house| {
        // Until the first start has put them there, the shipped ones decide all the same.
        assert_eq!(decide(house, "0000", 100)["scenarios"].as_array().unwrap().len(), 2);
        house.start();
        house.start();
        let shipped = house.get(ONE, &format!("{AT}?state=live")).is(200);
        let mut names: Vec<(&str, u64)> = shipped["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (item["name"].as_str().unwrap(), item["number"].as_u64().unwrap()))
            .collect();
        names.sort_unstable();
        assert_eq!(names, [("elder_protection", 1), ("watched_payees", 1)]);
        catch_up(house);
        assert_eq!(decide(house, "0001", 2_000_000)["outcome"], "allow");
        let approve = |when: &str| {
            let drafted = house.post(ONE, AT, json!({ "spec": spec(when) })).is(201);
            let at = format!("{AT}/{}", drafted["id"].as_str().unwrap());
            assert_eq!(house.post(ONE, &format!("{at}/approve"), json!({ "version": 1 })).reason(409), "own-work");
            house.post(OTHER, &format!("{at}/approve"), json!({ "version": 1 })).is(200);
            catch_up(house);
            (at, drafted["number"].clone())
        };
        let (first, number) = approve("amount >= yuan(10000)");
        assert_eq!(number, 1);
        let answer = decide(house, "0002", 2_000_000);
        assert_eq!((&answer["outcome"], &answer["reasons"][0]["zh"]), (&json!("verify"), &json!("金额 20000.00 元")));
        assert_eq!(
            answer["scenarios"],
            json!([{ "name": "elder_protection", "version": 1 }, { "name": "large", "version": 1 }, { "name": "watched_payees", "version": 1 }])
        );
        let (_, number) = approve("amount >= yuan(50000)");
        assert_eq!(number, 2);
        assert_eq!(house.get(ONE, &first).is(200)["state"], "retired");
        assert_eq!(decide(house, "0003", 2_000_000)["outcome"], "allow");
        // A start decides by the same.
        let fresh = House::on(house.db);
        let answer = decide(&fresh, "0004", 6_000_000);
        assert_eq!((&answer["outcome"], &answer["parts"][0]["version"]), (&json!("verify"), &json!(2)));
    });
}

#[test]
fn every_fault_is_told_at_its_place() {
    each_house(|house| {
        let mut wrong = spec("amuont >= yuan(10000)");
        wrong["rules"][0]["dialogue"] = json!(["weather"]);
        wrong["events"] = json!(["barter"]);
        for at in [AT.to_owned(), format!("{AT}/check")] {
            let body = house.post(ONE, &at, json!({ "spec": wrong })).is(422);
            let pointers: Vec<&str> =
                body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect();
            for expect in ["/spec/rules/0/when", "/spec/rules/0/dialogue/0", "/spec/events"] {
                assert!(pointers.contains(&expect), "{expect} in {pointers:?}");
            }
            assert!(body.to_string().contains("amount"), "the hint: {body}");
        }
        house.post(ONE, &format!("{AT}/check"), json!({ "spec": spec("amount > 1") })).is(204);
        // Bounded, whatever is sent.
        for when in ["(".repeat(10_000), "amount + ".repeat(5_000) + "1 > 0", "x".repeat(900_000)] {
            house.post(ONE, &format!("{AT}/check"), json!({ "spec": spec(&when) })).is(422);
        }
        house.post("auditor@/HO/", &format!("{AT}/check"), json!({ "spec": spec("amount > 1") })).is(403);
        house.post("officer@/HO/GZ/", AT, json!({ "spec": spec("amount > 1") })).is(403);
    });
}

#[test]
fn the_editor_is_told_every_name_with_its_type() {
    each_house(|house| {
        house.start();
        let names = house.get("officer@/HO/", "/api/guard/names").is(200);
        let of = |name: &str| {
            let found = names.as_array().unwrap().iter().find(|one| one["name"] == name);
            found.unwrap_or_else(|| panic!("{name} is missing")).clone()
        };
        for (name, stands_for, kind) in [
            ("amount", "field", "int"),
            ("time", "field", "timestamp"),
            ("payer.account", "field", "string"),
            ("pair.new", "feature", "bool"),
            ("payer.idle", "feature", "duration"),
            ("share", "derived", "double"),
            ("elder.large_amount", "parameter", "int"),
            ("model.score", "score", "double"),
            ("has(", "function", "bool"),
        ] {
            assert_eq!((&of(name)["of"], &of(name)["kind"]), (&json!(stands_for), &json!(kind)), "{name}");
        }
        assert_eq!((&of("payer.account")["is_personal"], &of("amount")["is_personal"]), (&json!(true), &json!(false)));
        assert!(of("balance")["events"].as_array().unwrap().contains(&json!("transfer")));
        assert_eq!(of("lists.police")["of"], "list");
        // Every rule that is live asks nothing but these.
        let live = house.get("officer@/HO/", "/api/guard/scenarios?state=live").is(200);
        for rule in live["items"].as_array().unwrap().iter().flat_map(|one| one["spec"]["rules"].as_array().unwrap()) {
            let text = rule["when"].as_str().unwrap();
            let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
            for word in words.filter(|word| word.contains('.') && !word.starts_with(|c: char| c.is_ascii_digit())) {
                let word = word.strip_suffix(".getHours").unwrap_or(word);
                assert!(word == "time" || of(word)["of"].is_string(), "{word}");
            }
        }
        house.get("teller@/HO/", "/api/guard/names").is(403);
    });
}
