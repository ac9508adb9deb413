//! The customers' door: codes, filing, looking up, withdrawing, answering the return visit.

use endpoint::Settings;
use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, decision, each_house, each_house_with};

const PHONE: &str = "13800138000";

fn code_for(house: &House<'_>, of: Value) -> String {
    let answer = house.post("", "/api/voice/portal/codes", of).is(200);
    answer["code"].as_str().unwrap().to_owned()
}

fn filing(code: &str) -> Value {
    json!({
        "phone": PHONE, "code": code, "name": "王大爷", "matter": "complaint", "unit_code": "GZ001",
        "title": "转账未到账", "narrative": "上周转账500元，至今没有到账。",
    })
}

fn filed(house: &House<'_>) -> (String, String) {
    let code = code_for(house, json!({ "phone": PHONE }));
    let filed = house.post("", "/api/voice/portal/orders", filing(&code)).is(201);
    let text = |field: &str| filed[field].as_str().unwrap().to_owned();
    (text("id"), text("receipt"))
}

fn progress(house: &House<'_>, receipt: &str) -> Value {
    let code = code_for(house, json!({ "receipt": receipt }));
    house.post("", "/api/voice/portal/progress", json!({ "receipt": receipt, "code": code })).is(200)
}

#[test]
fn a_customer_files_looks_up_and_withdraws() {
    each_house(|house| {
        let (id, receipt) = filed(house);
        let order = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200);
        assert_eq!((&order["unit"], &order["party"]["phone_masked"]), (&json!("/HO/GZ/GZ001/"), &json!("138****8000")));
        assert!(order["filed_by"].as_str().unwrap().starts_with("customer:su_"), "{}", order["filed_by"]);
        // However it is typed.
        let seen = progress(house, &format!(" {} ", receipt.to_lowercase()));
        assert_eq!((&seen["stage"], &seen["receipt"]), (&json!("filed"), &json!(receipt)));
        assert!(seen["answer_due"].is_string());
        let token = seen["token"].clone();
        let body = json!({ "token": token, "words": "已经解决了" });
        assert_eq!(house.post("", "/api/voice/portal/withdraw", body.clone()).is(200)["stage"], "withdrawn");
        assert_eq!(house.post("", "/api/voice/portal/withdraw", body).reason(409), "ended");
        house.pass_days(1);
        assert_eq!(house.post("", "/api/voice/portal/view", json!({ "token": token })).reason(401), "portal-expired");
    });
}

#[test]
fn a_customer_reads_the_decision_and_says_what_they_think() {
    each_house(|house| {
        let (id, receipt) = filed(house);
        house.handle(&id);
        let decided = house.act(HANDLER, &id, "decide", decision()).is(200);
        let letter =
            decided["letters"].as_array().unwrap().iter().find(|l| l["kind"] == "decision").unwrap()["id"].clone();
        let early = progress(house, &receipt);
        assert!(early["letters"].as_array().unwrap().is_empty(), "what was not delivered is not shown");
        let visit = |token: &Value| json!({ "token": token, "satisfaction": 2, "is_settled": false, "words": "太慢" });
        assert_eq!(house.post("", "/api/voice/portal/visit", visit(&early["token"])).reason(409), "not-notified");
        house.act(HANDLER, &id, "notify", json!({ "letter": letter, "means": "online" })).is(200);
        let seen = house.post("", "/api/voice/portal/view", json!({ "token": early["token"] })).is(200);
        assert!(seen["letters"][0]["html"].as_str().unwrap().contains("尊敬的王大爷"));
        house.post("", "/api/voice/portal/visit", visit(&early["token"])).is(200);
        let row = &house.get(HANDLER, "/api/voice/orders").is(200)["items"][0];
        assert_eq!(row["satisfaction"], 2);
    });
}

#[test]
fn nobody_learns_which_numbers_exist() {
    each_house(|house| {
        let (_, receipt) = filed(house);
        let unknown = "XB20200101-AAAAA-BBBBB";
        let ask = |receipt: &str| {
            let answer = house.post("", "/api/voice/portal/codes", json!({ "receipt": receipt })).is(200);
            (answer["expires_in_seconds"].clone(), answer["code"].as_str().unwrap().len())
        };
        assert_eq!(ask(&receipt), ask(unknown));
        let look = |receipt: &str, code: &str| {
            let mut problem =
                house.post("", "/api/voice/portal/progress", json!({ "receipt": receipt, "code": code })).is(422);
            problem["request_id"] = Value::Null;
            problem
        };
        assert_eq!(look(&receipt, "000000"), look(unknown, "000000"));
        // Even the right code of an unknown number gets the same answer.
        let code = code_for(house, json!({ "receipt": unknown }));
        assert_eq!(look(unknown, &code), look(unknown, "nonsense"));
    });
}

#[test]
fn a_code_is_used_once_and_guessed_a_few_times() {
    each_house(|house| {
        let code = code_for(house, json!({ "phone": PHONE }));
        house.post("", "/api/voice/portal/orders", filing(&code)).is(201);
        assert_eq!(house.post("", "/api/voice/portal/orders", filing(&code)).reason(422), "wrong-code");
        let code = code_for(house, json!({ "phone": PHONE }));
        for _ in 0..5 {
            assert_eq!(house.post("", "/api/voice/portal/orders", filing("99999x")).reason(422), "wrong-code");
        }
        let late = house.post("", "/api/voice/portal/orders", filing(&code)).reason(422);
        assert_eq!(late, "wrong-code", "after five wrong tries the right one is void");
        let code = code_for(house, json!({ "phone": PHONE }));
        house.db.clock.advance_micros(301 * 1_000_000);
        assert_eq!(house.post("", "/api/voice/portal/orders", filing(&code)).reason(422), "wrong-code");
        let answer = house.post("", "/api/voice/portal/codes", json!({ "phone": PHONE }));
        assert_eq!(answer.status.as_u16(), 429, "a telephone is not pestered");
    });
}

#[test]
fn bad_filings_use_up_no_code() {
    each_house(|house| {
        let code = code_for(house, json!({ "phone": PHONE }));
        let mut bad = filing(&code);
        bad["title"] = json!("");
        bad["name"] = json!(" ");
        let problem = house.post("", "/api/voice/portal/orders", bad).is(422);
        assert_eq!(problem["errors"].as_array().unwrap().len(), 2, "{problem}");
        let mut lost = filing(&code);
        lost["unit_code"] = json!("XX999");
        assert_eq!(house.post("", "/api/voice/portal/orders", lost).is(422)["errors"][0]["pointer"], "/unit_code");
        house.post("", "/api/voice/portal/orders", filing(&code)).is(201);
        for body in [json!({}), json!({ "phone": PHONE, "receipt": "x" }), json!({ "phone": "1" })] {
            assert_eq!(house.post("", "/api/voice/portal/codes", body).status.as_u16(), 422);
        }
    });
}

#[test]
fn codes_go_to_the_gateway_and_are_not_shown() {
    each_house_with(Settings::default(), |house| {
        let answer = house.post("", "/api/voice/portal/codes", json!({ "phone": PHONE })).is(200);
        assert!(answer["code"].is_null());
        for who in [OFFICER, "system@/HO/GZ/"] {
            assert_eq!(house.post(who, "/api/voice/messages/take", json!({})).status.as_u16(), 403, "{who}");
        }
        let taken = house.post("system@/HO/", "/api/voice/messages/take", json!({})).is(200);
        let message = &taken["items"][0];
        assert_eq!(message["recipient"], PHONE);
        let body = message["body"].as_str().unwrap();
        let code: String = body.chars().filter(char::is_ascii_digit).take(6).collect();
        house.post("", "/api/voice/portal/orders", filing(&code)).is(201);
        let again = house.post("system@/HO/", "/api/voice/messages/take", json!({})).is(200);
        assert!(again["items"].as_array().unwrap().is_empty(), "each message is given out once");
        // A code for a receipt number nobody has is sent to nobody.
        house.post("", "/api/voice/portal/codes", json!({ "receipt": "XB20200101-AAAAA-BBBBB" })).is(200);
        let none = house.post("system@/HO/", "/api/voice/messages/take", json!({})).is(200);
        assert!(none["items"].as_array().unwrap().is_empty());
    });
}
