//! Rules, the on-call list, the president's page and re-examination over HTTP.

use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, classes, decision, each_house, unit_id};

const HEAD: &str = "branch_president@/HO/GZ/";
const CARD: &str = "handler@/HO/CARD/";
const TOP: &str = "officer@/HO/";

fn rule(unit: &str) -> Value {
    json!({
        "name": "年费", "rank": 10, "keywords": ["年费"], "filed_below": unit_id("GZ").to_string(),
        "unit": unit_id(unit).to_string(), "skills": ["card"], "balanced": true,
    })
}

fn classified(house: &House<'_>) -> String {
    let id = house.file();
    house.act(OFFICER, &id, "register", json!({})).is(200);
    house.act(OFFICER, &id, "classify", json!({ "classification": classes() })).is(200);
    id
}

fn order(house: &House<'_>, who: &str, id: &str) -> Value {
    house.get(who, &format!("/api/voice/orders/{id}")).is(200)
}

#[test]
fn a_rule_sends_an_order_to_whoever_has_the_least_and_says_why() {
    each_house(|house| {
        let id = classified(house);
        assert_eq!(house.act(OFFICER, &id, "route", json!({})).reason(409), "no-route");
        let person = house.employ(CARD);
        let skills = json!({ "unit": unit_id("CARD").to_string(), "skills": ["card"], "capacity": 2 });
        assert_eq!(house.put(OFFICER, &format!("/api/voice/handlers/{person}"), skills.clone()).status.as_u16(), 403);
        house.put(TOP, &format!("/api/voice/handlers/{person}"), skills).is(200);
        house.put(HANDLER, "/api/voice/routes/card-fees", rule("CARD")).is(403);
        let mut everywhere = rule("CARD");
        everywhere["filed_below"] = Value::Null;
        assert_eq!(
            house.put(OFFICER, "/api/voice/routes/card-fees", everywhere).status.as_u16(),
            403,
            "a branch writes no rule for the bank"
        );
        let mut wrong = rule("CARD");
        wrong["businesses"] = json!(["no-such-business"]);
        assert_eq!(
            house.put(OFFICER, "/api/voice/routes/card-fees", wrong).is(422)["errors"][0]["pointer"],
            "/businesses"
        );
        house.put(OFFICER, "/api/voice/routes/card-fees", rule("CARD")).is(200);
        let seen = house.get(HANDLER, &format!("/api/voice/orders/{id}/route")).is(200);
        assert_eq!((&seen["route"], &seen["person"]), (&json!("card-fees"), &json!(person)));
        house.act(OFFICER, &id, "route", json!({})).is(200);
        let body = order(house, CARD, &id);
        assert_eq!(
            (&body["stage"], &body["handler"], &body["answerable"]),
            (&json!("assigned"), &json!(person), &json!("/HO/GZ/GZ001/"))
        );
        let why: Vec<&str> =
            body["routed"]["because"].as_array().unwrap().iter().map(|text| text["zh"].as_str().unwrap()).collect();
        assert_eq!(why, ["登记机构：GZ", "关键词：年费", "具备技能：card", "在办最少（0 件，1 人中）"]);
        let second = classified(house);
        house.act(OFFICER, &second, "route", json!({})).is(200);
        let third = classified(house);
        house.act(OFFICER, &third, "route", json!({})).is(200);
        let body = order(house, OFFICER, &third);
        assert_eq!((&body["unit"], body.get("handler")), (&json!("/HO/CARD/"), None), "no room is left: the queue");
        house.post(OFFICER, "/api/voice/routes/card-fees/end", json!({})).is(204);
        assert!(house.get(OFFICER, "/api/voice/routes").is(200)["items"].as_array().unwrap().is_empty());
        let book = house.get(OFFICER, "/api/voice/routing/history").is(200);
        assert_eq!(book["items"].as_array().unwrap().len(), 3, "{book}");
        assert_eq!(book["items"][0]["sentence"]["zh"], "停用分派规则 card-fees");
    });
}

#[test]
fn whoever_is_on_call_has_what_is_urgent() {
    each_house(|house| {
        let person = house.employ(HANDLER);
        let now = house.db.now();
        let mut turn =
            json!({ "unit": unit_id("GZ").to_string(), "person": person, "from": now, "to": now.plus_days(1) });
        house.post(HANDLER, "/api/voice/duty", turn.clone()).is(403);
        house.post(OFFICER, "/api/voice/duty", turn.clone()).is(204);
        assert_eq!(house.post(OFFICER, "/api/voice/duty", turn.clone()).is(422)["errors"][0]["pointer"], "/to");
        let listed = house.get(OFFICER, &format!("/api/voice/duty?unit={}", unit_id("GZ"))).is(200);
        assert_eq!(listed["items"][0]["person"], json!(person));
        let id = house.file();
        let marked = house
            .act(OFFICER, &id, "mark_urgent", json!({ "ground": "funds_at_risk", "why": "李小明的钱正被转走" }))
            .is(200);
        let due: Vec<&str> =
            marked["clocks"].as_array().unwrap().iter().filter_map(|clock| clock["rule"].as_str()).collect();
        assert!(due.iter().any(|rule| rule.starts_with("policy.urgent.take_on")), "{due:?}");
        let mine = house.get(HANDLER, "/api/voice/waiting?kind=urgent&mine=true").is(200);
        assert_eq!(mine["items"][0]["order"], json!(id));
        assert_eq!(order(house, OFFICER, &id)["urgent"]["on_call"], json!(person));
        assert_eq!(house.act(OFFICER, &id, "mark_urgent", json!({ "ground": "media" })).reason(409), "urgent-already");
        house.act(OFFICER, &id, "calm", json!({ "why": "已止付" })).is(200);
        assert!(
            house.get(HANDLER, "/api/voice/waiting?kind=urgent&mine=true").is(200)["items"]
                .as_array()
                .unwrap()
                .is_empty()
        );
        turn["to"] = turn["from"].clone();
        house.post(OFFICER, "/api/voice/duty", turn.clone()).is(204);
        house.post(OFFICER, "/api/voice/duty", turn).is(404);
    });
}

#[test]
fn the_president_sees_everything_at_one_glance() {
    each_house(|house| {
        let mut matter = super::house::matter();
        matter["origin"] = json!({ "source": "nfra", "number": "NFRA-2026-0077" });
        let filed = house.post("regulator_liaison@/HO/GZ/", "/api/voice/orders", matter).is(201);
        let id = filed["id"].as_str().unwrap().to_owned();
        house.work();
        let glance = house.get(HEAD, "/api/voice/leads/glance").is(200);
        assert_eq!(
            (&glance["proposed"][0]["order"], &glance["proposed"][0]["grounds"]),
            (&json!(id), &json!(["transferred"]))
        );
        house.get(HANDLER, "/api/voice/leads/glance").is(403);
        house.handle(&id);
        assert_eq!(house.act(OFFICER, &id, "take_lead", json!({})).reason(403), "lacks-permission");
        house.act(HEAD, &id, "take_lead", json!({})).is(200);
        let due = house.db.now().plus_days(2);
        let asked = json!({ "unit": unit_id("CARD").to_string(), "text": "说明李小明年费的收取依据", "due": due });
        house.act(HEAD, &id, "instruct", asked).is(200);
        house.get(CARD, &format!("/api/voice/orders/{id}")).is(200);
        assert_eq!(
            house
                .act("handler@/HO/SZ/", &id, "report_instruction", json!({ "number": 1, "text": "与我无关" }))
                .status
                .as_u16(),
            404
        );
        assert_eq!(
            house.act(HANDLER, &id, "report_instruction", json!({ "number": 1, "text": "代报" })).reason(403),
            "lacks-permission"
        );
        house.act(CARD, &id, "report_instruction", json!({ "number": 1, "text": "系统参数有误" })).is(200);
        let glance = house.get(HEAD, "/api/voice/leads/glance").is(200);
        assert_eq!((glance["reports"].as_array().unwrap().len(), glance["taken_count"].as_u64()), (1, Some(1)));
        assert_eq!(glance["by_subject"][0]["count"], 1);
        let more = json!({ "number": 1, "text": "何时改好？", "due": due });
        house.act(HEAD, &id, "demand_more", more).is(200);
        assert_eq!(house.act(HEAD, &id, "close_lead", json!({ "why": "已整改" })).reason(409), "reports-open");
        house.act(CARD, &id, "report_instruction", json!({ "number": 1, "text": "今晚" })).is(200);
        house.act(HEAD, &id, "close_lead", json!({ "why": "已整改" })).is(200);
        let lead = &order(house, HEAD, &id)["lead"];
        assert_eq!(
            (&lead["state"], &lead["instructions"][0]["text"]),
            (&json!("closed"), &json!("说明＊年费的收取依据")),
            "{lead}"
        );
        assert_eq!(house.get(HEAD, "/api/voice/leads/glance").is(200)["closed_count"], 1);
        assert_eq!(house.get(HEAD, "/api/voice/leads/glance?year=1").status.as_u16(), 422);
    });
}

#[test]
fn somebody_above_examines_a_decision_again_and_the_letter_says_what_was_found() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        let decided = house.act(HANDLER, &id, "decide", decision()).is(200);
        let owed = |body: &Value, kind: &str| {
            body["letters"].as_array().unwrap().iter().find(|letter| letter["kind"] == kind).unwrap()["id"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        let letter = owed(&decided, "decision");
        let docx = house.post(HANDLER, &format!("/api/voice/orders/{id}/letters/{letter}/docx"), json!({}));
        assert_eq!((docx.status.as_u16(), &docx.bytes[..2]), (200, &b"PK"[..]));
        assert!(docx.headers["content-disposition"].to_str().unwrap().ends_with("-decision.docx\""));
        house.act(HANDLER, &id, "notify", json!({ "letter": letter, "means": "sms" })).is(200);
        let asked = json!({ "means": "post", "reference": "SQ-2026-1", "why": "李小明认为利息也应退" });
        house.act(OFFICER, &id, "request_review", asked).is(200);
        assert_eq!(house.act(OFFICER, &id, "take_review", json!({})).reason(403), "lacks-permission");
        let queue = house.get(TOP, "/api/voice/waiting?kind=review").is(200);
        assert_eq!(queue["items"][0]["order"], json!(id));
        house.act(TOP, &id, "take_review", json!({})).is(200);
        let found = json!({ "outcome": "remanded", "facts": "利息确有误", "basis": "合同第5条" });
        let found = house.act(TOP, &id, "find_review", found).is(200);
        let letter = owed(&found, "review");
        let page = house.get(OFFICER, &format!("/api/voice/orders/{id}/letters/{letter}"));
        assert!(page.text().contains("责令重新处理") && page.text().contains("合同第5条"), "{}", page.text());
        assert!(!page.text().contains("申请核查。"), "no second re-examination of a complaint");
        let told = house.act(HANDLER, &id, "notify", json!({ "letter": letter, "means": "sms" })).is(200);
        assert_eq!((&told["stage"], order(house, OFFICER, &id)["round"].as_u64()), (&json!("assigned"), Some(2)));
    });
}

#[test]
fn an_automatic_rule_sends_what_is_classified_unless_somebody_was_faster() {
    each_house(|house| {
        let save = |automatic: bool| {
            let mut rule = rule("CARD");
            rule["automatic"] = json!(automatic);
            rule["skills"] = json!([]);
            rule["balanced"] = json!(false);
            house.put(OFFICER, "/api/voice/routes/card-fees", rule).is(200);
        };
        save(false);
        let left = classified(house);
        house.work();
        assert_eq!(
            order(house, OFFICER, &left)["stage"],
            "classified",
            "a rule that is not automatic waits to be asked"
        );
        save(true);
        let sent = classified(house);
        assert_eq!(order(house, OFFICER, &sent)["stage"], "classified", "a moment later, not at once");
        let faster = classified(house);
        house.act(OFFICER, &faster, "assign", json!({ "unit": unit_id("GZ").to_string() })).is(200);
        let mut other = super::house::matter();
        other["title"] = json!("排队时间长");
        other["narrative"] = json!("网点排队一小时。");
        other["request"] = Value::Null;
        let filed = house.post("teller@/HO/GZ/GZ001/", "/api/voice/orders", other).is(201);
        let unfit = filed["id"].as_str().unwrap().to_owned();
        house.act(OFFICER, &unfit, "register", json!({})).is(200);
        house.act(OFFICER, &unfit, "classify", json!({ "classification": classes() })).is(200);
        house.work();
        let body = order(house, CARD, &sent);
        assert_eq!((&body["stage"], &body["unit"]), (&json!("assigned"), &json!("/HO/CARD/")));
        assert_eq!(body["routed"]["route"], "card-fees");
        let last = body["history"].as_array().unwrap().last().unwrap();
        assert!(last["kind"] == "routed" && last["by"].as_str().unwrap().starts_with("program:"), "{last}");
        assert_eq!(order(house, OFFICER, &faster)["unit"], "/HO/GZ/", "somebody was faster");
        assert_eq!(order(house, OFFICER, &unfit)["stage"], "classified", "no rule fits");
        assert_eq!(order(house, OFFICER, &left)["stage"], "classified", "what was classified before stays");
    });
}
