//! Return visits answered by link or code, without signing in.

use endpoint::Settings;
use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, decision, each_house_with};
use crate::store::invitations;

const VIEW: &str = "/api/voice/portal/invitations/view";
const ANSWER: &str = "/api/voice/portal/invitations/answer";

fn each(test: impl Fn(&House<'_>)) {
    each_house_with(Settings { public_url: "https://bank.example/".to_owned(), ..Settings::default() }, test);
}

/// A complaint whose decision was told, by its id and receipt number.
fn told(house: &House<'_>) -> (String, String) {
    let id = house.file();
    house.handle(&id);
    let decided = house.act(HANDLER, &id, "decide", decision()).is(200);
    let letters = decided["letters"].as_array().unwrap();
    let letter = letters.iter().find(|letter| letter["kind"] == "decision").unwrap()["id"].clone();
    house.act(HANDLER, &id, "notify", json!({ "letter": letter, "means": "sms" })).is(200);
    let receipt = decided["receipt"].as_str().unwrap().to_owned();
    (id, receipt)
}

/// The messages that wait for the gateway.
fn messages(house: &House<'_>) -> Vec<Value> {
    let taken = house.post("system@/HO/", "/api/voice/messages/take", json!({})).is(200);
    taken["items"].as_array().unwrap().clone()
}

/// Sends an invitation and gives the token of its link and the short code.
fn invite(house: &House<'_>, id: &str) -> (String, String) {
    let answer = house.act(HANDLER, id, "invite_visit", json!({}));
    let shown = answer.text();
    answer.is(200);
    let (token, code) = read(&messages(house)[0]);
    assert!(!shown.contains(&token), "whoever sends it does not see it");
    (token, code)
}

fn read(message: &Value) -> (String, String) {
    assert_eq!((&message["kind"], &message["recipient"]), (&json!("visit"), &json!("13812345678")));
    let body = message["body"].as_str().unwrap();
    let token = body.split_once("https://bank.example/portal/visit#").map_or("", |(_, rest)| rest);
    let code = body.split_once("回访码").unwrap().1.chars().take(6).collect();
    (token.chars().take_while(char::is_ascii_hexdigit).collect(), code)
}

fn by_link(token: &str) -> Value {
    json!({ "token": token, "satisfaction": 2, "is_settled": false, "words": "李小明仍未收到退款" })
}

fn by_code(receipt: &str, code: &str) -> Value {
    json!({ "receipt": receipt, "code": code, "satisfaction": 5, "is_settled": true })
}

#[test]
fn a_link_is_answered_once_and_what_is_not_settled_opens_again() {
    each(|house| {
        let (id, receipt) = told(house);
        let (token, _) = invite(house, &id);
        assert_eq!(token.len(), 32);
        let seen = house.post("", VIEW, json!({ "token": token })).is(200);
        assert_eq!((&seen["receipt"], &seen["matter"]), (&json!(receipt), &json!("complaint")));
        assert_eq!(house.post("", ANSWER, by_link(&token)).is(200)["is_reopened"], true);
        for (address, body) in [(ANSWER, by_link(&token)), (VIEW, json!({ "token": token }))] {
            assert_eq!(house.post("", address, body).reason(409), "invitation-answered");
        }
        let answer = house.get(HANDLER, &format!("/api/voice/orders/{id}"));
        assert!(!answer.text().contains(&token));
        let order = answer.is(200);
        assert_ne!(order["stage"], "notified");
        let visited = order["history"].as_array().unwrap().iter().find(|event| event["kind"] == "visited").unwrap();
        let said = visited["said"].as_str().unwrap();
        assert!(said.contains("仍未收到退款") && !said.contains("李小明"), "staff read the words without the name");
        assert_eq!(visited["sentence"]["zh"], "回访：没有解决，满意度 2 分");
        let row = &house.get(HANDLER, "/api/voice/orders").is(200)["items"][0];
        assert_eq!(row["satisfaction"], 2);
        let kept = house.db.ledger.read(|conn| invitations::by_token(conn, std::slice::from_ref(&token))).unwrap();
        assert_eq!(kept, None, "a row holds a hash and no token");
    });
}

#[test]
fn what_is_old_forged_or_overtaken_is_refused_in_words() {
    each(|house| {
        let (id, _) = told(house);
        let (first, _) = invite(house, &id);
        let (second, _) = invite(house, &id);
        let other = "0".repeat(32);
        for forged in [first.as_str(), other.as_str(), "", "é", &"a".repeat(500), "' OR 1=1 --"] {
            assert_eq!(house.post("", ANSWER, by_link(forged)).reason(422), "wrong-link", "{forged}");
        }
        for bad in [json!({}), json!({ "token": second, "code": "1", "receipt": "x" }), json!({ "receipt": "x" })] {
            house.post("", VIEW, bad).is(422);
        }
        house.act(HANDLER, &id, "visit", json!({ "satisfaction": 4 })).is(200);
        assert_eq!(house.post("", ANSWER, by_link(&second)).reason(409), "invitation-overtaken");
        assert_eq!(house.act(HANDLER, &id, "invite_visit", json!({})).reason(409), "visit-answered");
        let (late, _) = told(house);
        let (token, code) = invite(house, &late);
        invite(house, &late);
        let (last, _) = invite(house, &late);
        assert_eq!(house.act(HANDLER, &late, "invite_visit", json!({})).reason(409), "too-many");
        house.pass_days(7);
        assert_eq!(house.post("", ANSWER, by_link(&last)).reason(409), "invitation-expired");
        assert_eq!(house.post("", ANSWER, by_link(&token)).reason(422), "wrong-link");
        let none = house.get(OFFICER, &format!("/api/voice/orders/{late}")).is(200);
        assert_eq!((&none["stage"], none["invitations"].as_array().unwrap().len()), (&json!("notified"), 3));
        assert!(!code.is_empty());
    });
}

#[test]
fn a_short_code_is_guessed_a_few_times_and_tells_nobody_which_numbers_exist() {
    each(|house| {
        let (id, receipt) = told(house);
        let (token, code) = invite(house, &id);
        let wrong = if code == "000000" { "000001" } else { "000000" };
        let refused = |receipt: &str, code: &str| {
            let mut problem = house.post("", ANSWER, by_code(receipt, code)).is(422);
            problem["request_id"] = Value::Null;
            problem
        };
        assert_eq!(refused(&receipt, wrong), refused("XB20200101-AAAAA-BBBBB", &code));
        for _ in 0..4 {
            refused(&receipt, wrong);
        }
        assert_eq!(refused(&receipt, &code)["reason"], "wrong-code", "after five wrong tries the right one is void");
        house.post("", VIEW, json!({ "token": token })).is(200);
        let (_, code) = invite(house, &id);
        let typed = format!(" {} ", receipt.to_lowercase());
        assert_eq!(house.post("", ANSWER, by_code(&typed, &code)).is(200)["is_reopened"], false);
        assert_eq!(house.post("", ANSWER, by_code(&receipt, &code)).reason(409), "invitation-answered");
        // Whoever dials through numbers is stopped.
        let mut last = 0;
        for _ in 0..30 {
            last = house.post("", VIEW, json!({ "receipt": receipt, "code": wrong })).status.as_u16();
        }
        assert_eq!(last, 429);
    });
}

#[test]
fn an_invitation_goes_out_by_itself_when_nobody_has_asked() {
    each(|house| {
        let (waiting, _) = told(house);
        let (visited, _) = told(house);
        house.act(HANDLER, &visited, "visit", json!({ "satisfaction": 5 })).is(200);
        house.work();
        assert!(messages(house).is_empty(), "a colleague may ask first");
        house.pass_days(1);
        house.work();
        let sent = messages(house);
        assert_eq!(sent.len(), 1);
        let (token, code) = read(&sent[0]);
        assert!(token.is_empty(), "these jobs know of no address");
        house.pass_days(1);
        house.work();
        assert!(messages(house).is_empty(), "once");
        let order = house.get(OFFICER, &format!("/api/voice/orders/{waiting}")).is(200);
        let receipt = order["receipt"].as_str().unwrap();
        house.post("", ANSWER, by_code(receipt, &code)).is(200);
    });
}
