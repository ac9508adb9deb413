//! The customers' door: codes, filing, looking up, withdrawing, answering the return visit.

use endpoint::{Contact, Settings};
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

/// Decides an order and gives the id of the letter that tells so.
fn decided(house: &House<'_>, id: &str) -> Value {
    let decided = house.act(HANDLER, id, "decide", decision()).is(200);
    decided["letters"].as_array().unwrap().iter().find(|letter| letter["kind"] == "decision").unwrap()["id"].clone()
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
        let letter = decided(house, &id);
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
fn a_token_shows_nothing_to_whoever_is_the_complainant_no_more() {
    each_house(|house| {
        let (id, receipt) = filed(house);
        let token = progress(house, &receipt)["token"].clone();
        let view = |token: &Value| house.post("", "/api/voice/portal/view", json!({ "token": token }));
        view(&token).is(200);
        let amend = |phone: &str| {
            let party = json!({ "nature": "natural", "party": { "name": "李四", "phone": phone } });
            house.act(OFFICER, &id, "amend", party).is(200);
        };
        amend(PHONE);
        view(&token).is(200);
        let waiting = code_for(house, json!({ "receipt": receipt }));
        amend("13700000000");
        let late = json!({ "receipt": receipt, "code": waiting });
        assert_eq!(house.post("", "/api/voice/portal/progress", late).reason(422), "wrong-code");
        assert_eq!(view(&token).reason(401), "portal-expired");
        let withdraw = json!({ "token": token, "words": "不投诉了" });
        assert_eq!(house.post("", "/api/voice/portal/withdraw", withdraw).reason(401), "portal-expired");
        assert_eq!(send_file(house, token.as_str().unwrap(), b"%PDF-1.7").reason(401), "portal-expired");
        view(&progress(house, &receipt)["token"]).is(200);
    });
}

#[test]
fn a_token_that_is_used_all_the_time_ends_all_the_same() {
    each_house(|house| {
        let (_, receipt) = filed(house);
        let mut token = progress(house, &receipt)["token"].clone();
        for renewed in 1..=8 {
            house.db.clock.advance_micros(14 * 60 * 1_000_000);
            let seen = house.post("", "/api/voice/portal/view", json!({ "token": token }));
            token = seen.is(200)["token"].clone();
            assert!(token.is_string(), "{renewed}");
        }
        house.db.clock.advance_micros(14 * 60 * 1_000_000);
        assert_eq!(house.post("", "/api/voice/portal/view", json!({ "token": token })).reason(401), "portal-expired");
        progress(house, &receipt);
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

#[test]
fn what_the_bank_publishes_needs_no_code() {
    let contact = Contact { hotline: "400-000-0000".to_owned(), ..Contact::default() };
    each_house_with(Settings { contact, ..Settings::default() }, |house| {
        let about = house.get("", "/api/voice/portal/about").is(200);
        assert_eq!(about["bank"], "HO机构");
        assert_eq!(about["contact"], json!({ "hotline": "400-000-0000" }));
        assert_eq!(about["elder_age"], 60);
        let limits = about["limits"].as_array().unwrap();
        let simple = limits.iter().find(|limit| limit["matter"] == "complaint").unwrap();
        assert_eq!((&simple["period"]["zh"], &simple["is_verified"]), (&json!("15日"), &json!(true)));
        let longer: Vec<&str> =
            simple["longer"].as_array().unwrap().iter().map(|step| step["period"]["zh"].as_str().unwrap()).collect();
        assert_eq!(longer, ["30日", "60日"]);
        assert!(limits.iter().all(|limit| limit["is_verified"] == true || limit["article"].is_null()), "{limits:?}");
        assert!(!about["remedies"].as_array().unwrap().is_empty());
    });
}

fn solve(puzzle: &str, zero_bits: u32) -> u64 {
    let zeros = |number: u64| {
        let mut hasher = seal::Hasher::new(seal::SuiteName::Intl);
        hasher.update(format!("{puzzle}:{number}").as_bytes());
        u128::from_be_bytes(hasher.finish().0[..16].try_into().unwrap()).leading_zeros()
    };
    (0..).find(|number| zeros(*number) >= zero_bits).unwrap()
}

#[test]
fn after_a_handful_of_codes_each_costs_a_puzzle_that_is_good_once() {
    each_house(|house| {
        let ask = |number: u64, proof: Option<&Value>| {
            let mut body = json!({ "phone": format!("138{number:08}") });
            if let Some(proof) = proof {
                body["proof"] = proof.clone();
            }
            house.post("", "/api/voice/portal/codes", body)
        };
        for number in 0..20 {
            ask(number, None).is(200);
        }
        assert_eq!(ask(20, None).reason(429), "proof-needed");
        let puzzle = house.get("", "/api/voice/portal/puzzle").is(200);
        let text = puzzle["puzzle"].as_str().unwrap();
        let answer = solve(text, u32::try_from(puzzle["zero_bits"].as_u64().unwrap()).unwrap());
        let proof = json!({ "puzzle": text, "answer": answer });
        assert_eq!(ask(21, Some(&json!({ "puzzle": "pz1.made.up", "answer": 1 }))).reason(429), "proof-needed");
        ask(21, Some(&proof)).is(200);
        assert_eq!(ask(22, Some(&proof)).reason(429), "proof-needed", "a puzzle is good once");
    });
}

fn send_file(house: &House<'_>, token: &str, content: &[u8]) -> super::house::Answer {
    let mut body = format!("--b\r\ncontent-disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n").into_bytes();
    body.extend(b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"photo.png\"\r\n\r\n");
    body.extend_from_slice(content);
    body.extend(b"\r\n--b--\r\n");
    let request =
        http::Request::post("/api/voice/portal/attachments").header("content-type", "multipart/form-data; boundary=b");
    house.send(request.body(body.into()).unwrap())
}

#[test]
fn a_customer_adds_photos_with_the_token_of_the_filing() {
    each_house(|house| {
        let code = code_for(house, json!({ "phone": PHONE }));
        let answer = house.post("", "/api/voice/portal/orders", filing(&code));
        let token = answer.headers["x-portal-token"].to_str().unwrap().to_owned();
        assert_eq!(answer.headers["cache-control"], "no-store");
        let id = answer.is(201)["id"].as_str().unwrap().to_owned();

        let photo = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR pretend picture";
        assert_eq!(send_file(house, &token, photo).is(200)["stage"], "filed");
        let order = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200);
        assert_eq!(order["attachments"][0]["purpose"], "evidence");
        assert_eq!(order["attachments"][0]["media"], "image/png");

        assert_eq!(send_file(house, "pt1.made.up", photo).reason(401), "portal-expired");
        assert_eq!(send_file(house, &token, b"MZ\0\x90 no picture").status.as_u16(), 415);
        let seen = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200);
        assert_eq!(seen["attachments"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_customer_asks_for_re_examination_and_the_unit_above_has_it() {
    each_house(|house| {
        let (id, receipt) = filed(house);
        house.handle(&id);
        let letter = decided(house, &id);
        let ask = |token: &Value, why: &str| {
            house.post("", "/api/voice/portal/review", json!({ "token": token, "why": why }))
        };
        let token = progress(house, &receipt)["token"].clone();
        assert_eq!(ask(&token, "不服").reason(409), "nothing-to-review");
        house.act(HANDLER, &id, "notify", json!({ "letter": letter, "means": "online" })).is(200);
        assert_eq!(ask(&json!("nonsense"), "不服").status.as_u16(), 401);
        assert_eq!(ask(&token, "  ").is(422)["errors"][0]["pointer"], "/why");
        let seen = ask(&token, "王大爷认为利息也应当退还").is(200);
        assert_eq!(seen["receipt"], json!(receipt));
        assert_eq!(ask(&token, "再次申请").reason(409), "review-open");
        let queue = house.get("officer@/HO/", "/api/voice/waiting?kind=review").is(200);
        assert_eq!(queue["items"][0]["order"], json!(id));
        let review = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200)["reviews"][0].clone();
        assert_eq!((&review["why"], &review["unit"]), (&json!("＊认为利息也应当退还"), &json!("/HO/")));
        let (late, late_receipt) = filed(house);
        house.handle(&late);
        let letter = decided(house, &late);
        house.act(HANDLER, &late, "notify", json!({ "letter": letter, "means": "online" })).is(200);
        house.pass_days(31);
        let token = progress(house, &late_receipt)["token"].clone();
        assert_eq!(ask(&token, "不服").reason(422), "review-late");
    });
}
