//! Grants above a limit, recusal and second pairs of eyes over HTTP, with the queue of what waits.

use serde_json::json;

use super::house::{HANDLER, OFFICER, decision, each_house};

fn money(fen: i64) -> serde_json::Value {
    json!({ "minor": fen, "currency": "CNY" })
}

#[test]
fn a_grant_above_the_limit_is_approved_by_somebody_else() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        let mut large = decision();
        large["compensation"] = money(300_000);
        let refused = house.act(HANDLER, &id, "decide", large.clone()).is(422);
        assert_eq!(
            (&refused["reason"], &refused["errors"][0]["pointer"]),
            (&json!("above-authority"), &json!("/compensation"))
        );
        assert!(refused["detail"].as_str().unwrap().contains("¥500.00"), "{refused}");
        let asked = json!({ "compensation": money(300_000), "waiver": money(20_000), "why": "李小明的损失由我行造成" });
        house.act(HANDLER, &id, "propose_award", asked).is(200);
        assert_eq!(house.act(HANDLER, &id, "approve_award", json!({ "number": 1 })).reason(403), "lacks-permission");
        let queue = |who: &str| house.get(who, "/api/voice/waiting?kind=award");
        assert_eq!(queue(HANDLER).status.as_u16(), 403);
        assert!(
            queue("officer@/HO/SZ/").is(200)["items"].as_array().unwrap().is_empty(),
            "another branch sees nothing"
        );
        let waiting = queue(OFFICER).is(200);
        assert_eq!((&waiting["items"][0]["order"], &waiting["items"][0]["number"]), (&json!(id), &json!(1)));
        house.act(OFFICER, &id, "approve_award", json!({ "number": 1 })).is(200);
        assert!(queue(OFFICER).is(200)["items"].as_array().unwrap().is_empty());
        house.act(HANDLER, &id, "decide", large).is(200);
        let order = house.get(HANDLER, &format!("/api/voice/orders/{id}")).is(200);
        let award = &order["awards"][0];
        assert_eq!((&award["state"], &award["why"]), (&json!("approved"), &json!("＊的损失由我行造成")), "{award}");
        assert_eq!(order["decision"]["principles"], json!(["reasonable_settled"]));
        assert_ne!(award["by"], award["answered_by"]);
    });
}

#[test]
fn a_second_request_and_a_refusal_are_told_apart() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        let asked = |fen: i64| json!({ "compensation": money(fen), "why": "按核实结果" });
        assert_eq!(house.act(HANDLER, &id, "propose_award", asked(50_000)).reason(422), "within-authority");
        house.act(HANDLER, &id, "propose_award", asked(60_000)).is(200);
        assert_eq!(house.act(HANDLER, &id, "propose_award", asked(70_000)).reason(409), "award-open");
        house.act(OFFICER, &id, "refuse_award", json!({ "number": 1, "why": "依据不足" })).is(200);
        assert_eq!(house.act(OFFICER, &id, "approve_award", json!({ "number": 1 })).reason(422), "no-award");
        house.act(HANDLER, &id, "propose_award", asked(70_000)).is(200);
        house.act(HANDLER, &id, "recall_award", json!({ "number": 2 })).is(200);
        let order = house.get(HANDLER, &format!("/api/voice/orders/{id}")).is(200);
        let states: Vec<_> = order["awards"].as_array().unwrap().iter().map(|award| award["state"].clone()).collect();
        assert_eq!(states, [json!("refused"), json!("recalled")]);
        assert_eq!(order["awards"][0]["refusal"], "依据不足");
    });
}

#[test]
fn whoever_is_recused_can_do_nothing_more() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        let me = super::house::caller(HANDLER).unwrap().reference.id().to_owned();
        let body = json!({ "person": me, "ground": "related", "why": "被投诉人是亲属" });
        let nobody = json!({ "person": "st_01jd8x4c3e7tq9v2m5k6n8p0r1", "ground": "related" });
        assert_eq!(house.act(OFFICER, &id, "recuse", nobody).is(422)["errors"][0]["pointer"], "/person");
        let after = house.act(HANDLER, &id, "recuse", body).is(200);
        assert_eq!(after["stage"], "assigned");
        assert_eq!(house.act(HANDLER, &id, "note", json!({ "text": "再看看" })).reason(409), "recused");
        let order = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200);
        assert_eq!(order["recusals"][0]["ground"], "related");
        let history = order["history"].as_array().unwrap().last().unwrap();
        assert_eq!(
            (history["kind"].as_str().unwrap(), history["sentence"]["zh"].as_str().unwrap()),
            ("recused", "回避：与当事人有亲属或利害关系")
        );
    });
}

#[test]
fn whoever_decided_does_not_close_what_a_regulator_passed_on() {
    each_house(|house| {
        let mut matter = super::house::matter();
        matter["origin"] = json!({ "source": "nfra", "number": "NFRA-2026-0077" });
        let filed = house.post("regulator_liaison@/HO/GZ/", "/api/voice/orders", matter).is(201);
        let id = filed["id"].as_str().unwrap().to_owned();
        house.handle(&id);
        let decided = house.act(HANDLER, &id, "decide", decision()).is(200);
        let letters = decided["letters"].as_array().unwrap();
        let letter = letters.iter().find(|letter| letter["kind"] == "decision").unwrap()["id"].clone();
        house.act(HANDLER, &id, "notify", json!({ "letter": letter, "means": "sms" })).is(200);
        house.act(HANDLER, &id, "report_back", json!({ "means": "online" })).is(200);
        house.act(HANDLER, &id, "visit", json!({ "satisfaction": 5 })).is(200);
        let refused = house.act(HANDLER, &id, "close", json!({})).is(409);
        assert!(refused["detail"].as_str().unwrap().contains("监管机构转办"), "{refused}");
        house.act(OFFICER, &id, "close", json!({})).is(200);
    });
}
