//! Asking before one pays: by anybody, answered without telling what an answer rests on, and dear to ask in numbers.

use endpoint::puzzle;
use serde_json::{Value, json};

use super::house::{Answer, House, each_house};
use crate::{
    model::sign::{Number, Signs},
    screen::Screen,
};

const AT: &str = "/api/guard/portal/ask";
const CHANGES: &str = "/api/guard/list-changes";
const OFFICER: &str = "officer@/HO/";
const PRESIDENT: &str = "branch_president@/HO/";
const TILL: &str = "system@/HO/";

/// A question with a solved puzzle, so that a test may ask as often as it likes.
fn ask(house: &House<'_>, mut question: Value) -> Answer {
    let ports = house.db.ledger.ports();
    let text = puzzle::new(&ports.keyring, &*ports.random, house.db.now());
    let is_solved = |answer: &u64| puzzle::is_solved(&ports.keyring, &text, *answer, house.db.now());
    let answer = (0..).find(is_solved).unwrap();
    question["proof"] = json!({ "puzzle": text, "answer": answer });
    house.post("", AT, question)
}

fn stands_out(house: &House<'_>, account: &str) -> bool {
    let number = Number::Account(account.to_owned());
    house.shared.known_part::<Screen>().unwrap().stands_out(&number, Signs::builtin().unwrap()).unwrap()
}

/// The first account from `number` on that nobody has anything against and that is no decoy, or one that is.
fn account(house: &House<'_>, number: u64, is_decoy: bool) -> String {
    (number..).map(|number| format!("62170001{number:08}")).find(|text| stands_out(house, text) == is_decoy).unwrap()
}

fn list(house: &House<'_>, list: &str, value: &str) {
    let change =
        json!({ "list": list, "what": "add", "reason": "通报", "source": "公安", "values": [{ "value": value }] });
    let proposed = house.post(OFFICER, CHANGES, change).is(201);
    let at = format!("{CHANGES}/{}/approve", proposed["id"].as_str().unwrap());
    house.post(PRESIDENT, &at, json!({ "version": 1 })).is(200);
    house.shared.known_part::<Screen>().unwrap().catch_up().unwrap();
    house.db.clock.advance_micros(1_000_000);
}

#[test]
fn a_listed_account_a_known_victim_and_a_decoy_are_answered_alike() {
    each_house(|house| {
        house.get(OFFICER, "/api/guard/lists").is(200);
        let [listed, paid] = [account(house, 1, false), account(house, 2_000, false)];
        let of = |account: &str| ask(house, json!({ "account": account })).is(200);
        let quiet = of(&listed);
        assert_eq!((&quiet["level"], &quiet["signs"]), (&json!("care"), &json!([])));
        assert_eq!(quiet["line"]["number"], "96110");
        assert_eq!(of(&paid), quiet);
        list(house, "police", &listed);
        let fraud =
            json!({ "id": "k-1", "type": "fraud", "time": house.db.now().to_string(), "payee": { "account": paid } });
        house.post(TILL, "/api/guard/decisions", fraud).is(200);
        let loud = of(&listed);
        assert_eq!(loud["level"], "check");
        // The same to the last word, and asked again the same again.
        assert_eq!(of(&paid), loud);
        assert_eq!(of(&account(house, 4_000, true)), loud);
        assert_eq!(of(&listed), loud);
        let words = loud.to_string();
        assert!(!words.contains("名单") && !words.contains("police_list") && !words.contains(&listed), "{words}");
        // Nor does the list of telephones say anything of an account.
        let other = account(house, 6_000, false);
        list(house, "phones", &other);
        assert_eq!(of(&other)["level"], "care");
    });
}

#[test]
fn numbers_in_a_message_count_and_its_signs_say_why_and_what_to_do() {
    each_house(|house| {
        house.get(OFFICER, "/api/guard/lists").is(200);
        let listed = account(house, 1, false);
        let message = format!("请把货款打到 {listed} 谢谢");
        let of = |message: &str| ask(house, json!({ "message": message })).is(200);
        assert_eq!(of(&message)["level"], "care");
        list(house, "watched", &listed);
        assert_eq!(of(&message)["level"], "check");
        let body = of("我是民警，您涉嫌洗钱，把钱转到安全账户，不要告诉家人");
        assert_eq!(body["level"], "stop");
        let keys: Vec<&str> =
            body["signs"].as_array().unwrap().iter().map(|sign| sign["key"].as_str().unwrap()).collect();
        assert_eq!(keys, ["safe_account", "warrant", "secret"]);
        for sign in body["signs"].as_array().unwrap() {
            for part in ["title", "why", "act"] {
                assert!(
                    !sign[part]["zh"].as_str().unwrap().is_empty() && !sign[part]["en"].as_str().unwrap().is_empty()
                );
            }
        }
    });
}

#[test]
fn after_a_handful_of_questions_each_costs_a_puzzle_and_nothing_is_kept() {
    each_house(|house| {
        house.get(OFFICER, "/api/guard/lists").is(200);
        let seq = house.shared.known_part::<Screen>().unwrap().report().seq;
        let before = house.events();
        let free = |number: u32| house.post("", AT, json!({ "account": format!("62170000{number:08}") }));
        for number in 0..5 {
            free(number).is(200);
        }
        assert_eq!(free(5).reason(429), "proof-needed");
        let made_up = json!({ "account": "6217000000000001", "proof": { "puzzle": "pz1.made.up", "answer": 1 } });
        assert_eq!(house.post("", AT, made_up).reason(429), "proof-needed");
        ask(house, json!({ "phone": "13812345678" })).is(200);
        assert_eq!(house.events(), before, "a question leaves no event");
        assert_eq!(house.shared.known_part::<Screen>().unwrap().report().seq, seq, "and no window counts it");
    });
}

#[test]
fn what_is_no_question_is_refused() {
    each_house(|house| {
        for question in [
            json!({}),
            json!({ "account": "一二三" }),
            json!({ "phone": "12" }),
            json!({ "message": " " }),
            json!({ "message": "好".repeat(2_001) }),
            json!({ "account": "6217000000000001", "name": "陈大文" }),
        ] {
            house.post("", AT, question).is(422);
        }
    });
}
