//! An interception from the counter to the visit, who may see it, and what is kept of whom.

use serde_json::{Value, json};

use super::house::{House, each_house, unit_id};

const TELLER: &str = "teller@/HO/GZ/GZ001/";
const HEAD: &str = "outlet_head@/HO/GZ/GZ001/";
const OFFICER: &str = "officer@/HO/GZ/";
const ELSEWHERE: &str = "officer@/HO/SZ/";

fn request() -> Value {
    json!({
        "unit": unit_id("GZ001"), "channel": "counter", "amount": 8_000_000,
        "payer": { "name": "李小明", "phone": "138 1234 5678", "account": "6222020212345678901" },
        "payee": { "name": "陈大文", "account": "6217000012345678" },
        "purpose": "李小明说要投资，对方电话13900001111",
        "reason": "李小明神色紧张，要向陌生人转账", "dialogue": ["stranger", "purpose"],
    })
}

fn open(house: &House<'_>) -> (String, u64) {
    let body = house.post(TELLER, "/api/guard/interceptions", request()).is(201);
    (format!("/api/guard/interceptions/{}", body["id"].as_str().unwrap()), body["version"].as_u64().unwrap())
}

#[test]
fn a_transfer_is_stopped_talked_over_settled_and_visited() {
    each_house(|house| {
        let (at, mut version) = open(house);
        let mut act = |who: &str, verb: &str, mut body: Value| {
            body["version"] = json!(version);
            let body = house.post(who, &format!("{at}/{verb}"), body).is(200);
            version = body["version"].as_u64().unwrap();
            body
        };
        let body = act(TELLER, "answer", json!({ "part": "purpose", "step": "what_for", "answer": "safe_account" }));
        assert_eq!((&body["outcome"], &body["steps_left"]), (&json!("block"), &json!(6)));
        act(TELLER, "call_relative", json!({ "says": "doubts", "words": "女儿说不认识陈大文" }));
        act(TELLER, "call_police", json!({ "says": "takes_over", "words": "民警将到场" }));
        act(TELLER, "delay", json!({ "ground": "risk" }));
        let body =
            act(TELLER, "settle", json!({ "ending": "police", "scam": "authority", "sent": 0, "words": "移交" }));
        assert_eq!((&body["saved"], &body["stage"]), (&json!(8_000_000), &json!("settled")));
        // The visit comes by itself, and so does the end of the delay.
        house.db.clock.advance_micros(4 * 86_400_000_000);
        house.run_jobs();
        let body = house.get(TELLER, &at).is(200);
        assert_eq!((&body["delay"]["ended"], &body["version"]), (&json!("ran_out"), &json!(version + 2)));
        let kinds: Vec<&str> =
            body["history"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds[6..], ["delay_ended", "visit_due"]);
        let visit = json!({ "version": version + 2, "finding": "fine", "words": "客户平安" });
        assert_eq!(house.post(TELLER, &format!("{at}/visit"), visit).is(200)["stage"], "closed");
        let figures = "/api/guard/interception-figures?from=2020-01-01&to=2029-12-30";
        let body = house.get(TELLER, figures).is(200);
        assert_eq!((&body["saved"], &body["endings"][0]["ending"]), (&json!(8_000_000), &json!("police")));
        assert!(body["definition"]["zh"].as_str().unwrap().contains("挽回金额"));
        house.get(TELLER, &format!("{figures}&unit={}", unit_id("HO"))).is(403);
    });
}

#[test]
fn people_see_masks_and_only_their_own_places() {
    each_house(|house| {
        let (at, _) = open(house);
        let body = house.get(OFFICER, &at).is(200);
        assert_eq!(body["name_masked"], "李**");
        assert_eq!(body["phone_masked"], "138****5678");
        let text = body.to_string();
        for clear in ["李小明", "13812345678", "6222020212345678901", "6217000012345678", "13900001111", "陈大文"]
        {
            assert!(!text.contains(clear), "{clear} in {text}");
        }
        house.get(ELSEWHERE, &at).is(404);
        assert_eq!(house.get(ELSEWHERE, "/api/guard/interceptions").is(200)["items"], json!([]));
        assert_eq!(
            house.get(OFFICER, "/api/guard/interceptions?stage=open").is(200)["items"][0]["name_masked"],
            "李**"
        );
        assert_eq!(house.get(OFFICER, "/api/guard/interceptions?stage=closed").is(200)["items"], json!([]));
        let find = |account: &str| {
            house.post(OFFICER, "/api/guard/interceptions/find", json!({ "payee_account": account })).is(200)
        };
        assert_eq!(find("6217 0000 1234 5678")["items"].as_array().unwrap().len(), 1);
        assert_eq!(find("6217000012345679")["items"], json!([]));
        let what = json!({ "fields": ["phone", "payee_account"], "ground": "contact" });
        house.post(TELLER, &format!("{at}/reveal"), what.clone()).is(403);
        house.post(ELSEWHERE, &format!("{at}/reveal"), what.clone()).is(404);
        let body = house.post(HEAD, &format!("{at}/reveal"), what).is(200);
        assert_eq!(body["fields"][0]["value"], "13812345678");
        let history = house.get(OFFICER, &at).is(200);
        assert_eq!(history["history"][1]["kind"], "revealed");
    });
}

#[test]
fn nothing_personal_is_kept_in_clear() {
    each_house(|house| {
        let (at, version) = open(house);
        let words = json!({ "version": version, "says": "confirms", "words": "李小明的儿子李强，电话13711112222" });
        house.post(TELLER, &format!("{at}/call_relative"), words).is(200);
        let id = at.rsplit('/').next().unwrap();
        let text: String = house.db.ledger.history(id).unwrap().iter().map(|event| event.payload.to_string()).collect();
        for clear in ["李小明", "陈大文", "1381234", "6222", "6217", "137111", "李强"] {
            assert!(!text.contains(clear), "{clear}");
        }
        assert!(text.contains("神色紧张"), "the reason stays, without the name");
        // What was said is shown without names of the parties and numbers.
        let said = &house.get(OFFICER, &at).is(200)["said"][0]["text"];
        assert_eq!(said, "＊的儿子李强，电话＊");
    });
}

#[test]
fn races_repeats_and_nonsense_are_told_apart() {
    each_house(|house| {
        let (at, version) = open(house);
        let answer = json!({ "version": version, "part": "observe", "step": "company", "answer": "alone" });
        let key = Some("till-1-0001");
        let send = |body: &Value, key| {
            house.send(TELLER, http::Method::POST, &format!("{at}/answer"), Some(body.clone()), key)
        };
        let first = send(&answer, key).is(200);
        assert_eq!(send(&answer, key).is(200), first);
        send(&json!({ "version": version, "part": "observe", "step": "papers", "answer": "slip" }), key).is(422);
        assert_eq!(send(&answer, None).reason(409), "raced");
        let late = json!({ "version": version + 1, "part": "observe", "step": "company", "answer": "flying" });
        assert_eq!(send(&late, None).reason(422), "unknown-answer");
        let mut wrong = request();
        wrong["payer"]["account"] = json!("12");
        wrong["payee"]["account"] = json!("x");
        wrong["dialogue"] = json!(["weather"]);
        let body = house.post(TELLER, "/api/guard/interceptions", wrong).is(422);
        assert_eq!(body["errors"].as_array().unwrap().len(), 3, "{body}");
        let mut elsewhere = request();
        elsewhere["unit"] = json!(unit_id("SZ"));
        house.post(TELLER, "/api/guard/interceptions", elsewhere).is(422);
        let mut nothing = request();
        nothing["amount"] = json!(0);
        assert_eq!(house.post(TELLER, "/api/guard/interceptions", nothing).reason(422), "bad-amount");
        let mut huge = request();
        huge["amount"] = json!(1e30);
        house.post(TELLER, "/api/guard/interceptions", huge).is(422);
        house.post("auditor@/HO/", "/api/guard/interceptions", request()).is(403);
    });
}
