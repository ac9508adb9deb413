//! Teaching cases: nobody's name in them, confirmed by somebody else, found, revised, withdrawn.

use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, each_house};

const OTHER: &str = "officer@/HO/";

/// A decided order, and a case drafted from it by the officer.
fn drafted(house: &House<'_>) -> String {
    let order = house.file();
    house.handle(&order);
    let mut decision = super::house::decision();
    decision["facts"] = json!("经核实，李小明于2026年3月5日在天河路网点由王经理办理，电话13812345678。");
    house.act(HANDLER, &order, "decide", decision).is(200);
    let body = json!({ "order": order, "lessons": "收费前须逐项提示。", "tags": ["年费", "收费提示"] });
    let case = house.post(OFFICER, "/api/voice/cases", body).is(201);
    assert_eq!(case["stage"], "draft");
    case["id"].as_str().unwrap().to_owned()
}

fn act(house: &House<'_>, who: &str, id: &str, verb: &str, mut body: Value) -> super::house::Answer {
    let case = house.get(OTHER, &format!("/api/voice/cases/{id}?draft=true")).is(200);
    body["version"] = case["version"].clone();
    house.post(who, &format!("/api/voice/cases/{id}/{verb}"), body)
}

#[test]
fn a_case_tells_nobody_who_and_where() {
    each_house(|house| {
        let id = drafted(house);
        let draft = house.get(OFFICER, &format!("/api/voice/cases/{id}")).is(200);
        let text = draft.to_string();
        for secret in ["李小明", "13812345678", "2026年3月5日", "天河路", "王经理"] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
        assert_eq!(
            draft["handling"].as_str().unwrap().lines().next().unwrap(),
            "经核实，某某于某日在某路网点由某经理办理，电话＊。"
        );
        assert!(draft["story"].as_str().unwrap().contains("300元"), "amounts stay: {draft}");
        let removed = draft["removed"].as_array().unwrap();
        assert!(removed.iter().any(|it| it["kind"] == "name" && it["count"].as_u64() >= Some(3)), "{removed:?}");
        // Nothing in clear was stored.
        for event in house.db.ledger.history(&id).unwrap() {
            assert!(!event.payload.to_string().contains("年费300"), "{}", event.payload);
        }
        // Nobody else reads a draft, and its writer does not confirm it.
        assert_eq!(house.get(HANDLER, &format!("/api/voice/cases/{id}")).status.as_u16(), 404);
        assert_eq!(act(house, OFFICER, &id, "confirm", json!({})).reason(409), "own-work");
        assert_eq!(house.get(HANDLER, "/api/voice/cases").is(200)["items"], json!([]));
        act(house, OTHER, &id, "confirm", json!({})).is(200);
        let read = house.get(HANDLER, &format!("/api/voice/cases/{id}")).is(200);
        assert_eq!((&read["shown_edition"], &read["lessons"]), (&json!(1), &json!("收费前须逐项提示。")));
        for hidden in ["order", "unit", "history", "removed"] {
            assert!(read.get(hidden).is_none(), "{hidden}");
        }
    });
}

#[test]
fn cases_are_found_and_every_edition_stays() {
    each_house(|house| {
        let id = drafted(house);
        act(house, OTHER, &id, "confirm", json!({})).is(200);
        let count = |query: &str| {
            let list = house.get("teller@/HO/SZ/", &format!("/api/voice/cases{query}")).is(200);
            list["items"].as_array().unwrap().len()
        };
        let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        assert_eq!(
            (
                count(""),
                count(&format!("?text={}", encoded("提示 年费"))),
                count(&format!("?text={}", encoded("理财")))
            ),
            (1, 1, 0)
        );
        assert_eq!((count(&format!("?tag={}", encoded("年费"))), count("?business=none")), (1, 0));
        let text = json!({
            "title": "年费提示不足", "story": "赵六说柜面未提示理财风险。", "handling": "已退费。", "lessons": "双录。", "tags": ["双录"],
        });
        assert_eq!(act(house, HANDLER, &id, "revise", text.clone()).status.as_u16(), 403);
        act(house, OFFICER, &id, "revise", text.clone()).is(200);
        assert_eq!(count(&format!("?text={}", encoded("收费前"))), 0, "a case under revision is not listed");
        let read = |query: &str| house.get(HANDLER, &format!("/api/voice/cases/{id}{query}"));
        assert_eq!(read("").is(200)["lessons"], "收费前须逐项提示。", "what was published stays to be read");
        let draft = house.get(OTHER, &format!("/api/voice/cases/{id}?draft=true")).is(200);
        assert_eq!(draft["story"], "某某说柜面未提示理财风险。");
        act(house, OTHER, &id, "confirm", json!({})).is(200);
        assert_eq!(read("").is(200)["lessons"], "双录。");
        assert_eq!(read("?edition=1").is(200)["lessons"], "收费前须逐项提示。");
        assert_eq!(read("?edition=3").status.as_u16(), 404);
        assert_eq!(count(&format!("?text={}", encoded("理财风险"))), 1);
        act(house, OFFICER, &id, "withdraw", json!({ "why": "制度已更新" })).is(200);
        assert_eq!((count(""), read("").status.as_u16()), (0, 404));
        assert_eq!(act(house, OFFICER, &id, "revise", text).reason(409), "wrong-stage");
    });
}

#[test]
fn a_case_needs_a_decided_order_and_the_right_to_write() {
    each_house(|house| {
        let order = house.file();
        let body = |lessons: &str| json!({ "order": order, "lessons": lessons });
        assert_eq!(house.post(HANDLER, "/api/voice/cases", body("x")).status.as_u16(), 403);
        assert_eq!(house.post(OFFICER, "/api/voice/cases", body("x")).reason(409), "not-decided");
        assert_eq!(house.post(OFFICER, "/api/voice/cases", body(" ")).status.as_u16(), 422);
        let far = house.post("officer@/HO/SZ/", "/api/voice/cases", body("x")).is(422);
        assert_eq!(far["errors"][0]["pointer"], "/order");
        let id = drafted(house);
        let stale = house.post(OTHER, &format!("/api/voice/cases/{id}/confirm"), json!({ "version": 9 }));
        assert_eq!(stale.reason(409), "raced");
    });
}
