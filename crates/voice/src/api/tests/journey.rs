//! One complaint from filing to closing, over HTTP.

use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, classes, decision, each_house, unit_id};

/// Whether an action is allowed, and the reason when it is not.
fn allowed(order: &Value, action: &str) -> Result<(), String> {
    let actions = order["allowed_actions"].as_array().unwrap();
    let found = actions.iter().find(|entry| entry["action"] == action).unwrap();
    if found["allowed"] == true { Ok(()) } else { Err(found["reason"].as_str().unwrap().to_owned()) }
}

fn letter(order: &Value, kind: &str) -> String {
    let letters = order["letters"].as_array().unwrap();
    letters.iter().find(|letter| letter["kind"] == kind).unwrap()["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_complaint_goes_from_filing_to_closing() {
    each_house(|house| {
        let id = house.file();
        let address = format!("/api/voice/orders/{id}");
        let order = house.get(OFFICER, &address).is(200);
        assert_eq!(order["stage"], "filed");
        assert_eq!(order["party"]["name_masked"], "李**");
        assert_eq!(order["narrative"], "＊（电话＊）称未经同意被收取年费300元，要求退还。");
        assert_eq!(order["unit_name"], "GZ001机构");
        let clock = &order["clocks"][0];
        assert!(clock["explanation"]["zh"].as_str().unwrap().len() > 10, "{clock}");
        assert!(allowed(&order, "decide").unwrap_err().contains("尚未受理"));
        house.handle(&id);
        house
            .act(HANDLER, &id, "contact", json!({ "means": "phone", "is_reached": true, "words": "已说明流程" }))
            .is(200);
        house.act(HANDLER, &id, "note", json!({ "text": "李小明情绪平稳，卡号6222021234567890123" })).is(200);
        let card = unit_id("CARD").to_string();
        let order = house.act(HANDLER, &id, "open_task", json!({ "unit": card, "ask": "请核实年费代扣记录" })).is(200);
        assert!(allowed(&order, "decide").is_err());
        answer_task(house, &id);
        let decided = house.act(HANDLER, &id, "decide", decision()).is(200);
        assert_eq!(decided["stage"], "decided");
        let letter = letter(&decided, "decision");
        let preview = house.get(HANDLER, &format!("{address}/letters/{letter}"));
        assert!(preview.text().contains("李**") && !preview.text().contains("李小明"), "{}", preview.text());
        assert!(preview.text().contains("退还年费300元"));
        let told = house.act(HANDLER, &id, "notify", json!({ "letter": letter, "means": "sms" })).is(200);
        assert_eq!(told["stage"], "notified");
        let statutory = told["clocks"].as_array().unwrap().iter().find(|c| c["rule"] == "cp.nfra.simple@1").unwrap();
        assert_eq!((&statutory["mood"], &statutory["is_verified"]), (&json!("met"), &json!(true)));
        house.act(HANDLER, &id, "visit", json!({ "satisfaction": 5, "words": "谢谢" })).is(200);
        assert_eq!(house.act(HANDLER, &id, "close", json!({})).is(200)["stage"], "closed");
        check_history(house, &address);
        assert_eq!(house.act(HANDLER, &id, "note", json!({ "text": "再看看" })).reason(409), "ended");
    });
}

fn answer_task(house: &House<'_>, id: &str) {
    let department = "handler@/HO/CARD/";
    let tasks = house.get(department, "/api/voice/tasks").is(200);
    let task = tasks["items"][0]["id"].clone();
    assert_eq!(tasks["items"][0]["order"], id);
    // The department sees the order because it is asked, answers, and can do nothing else.
    let order = house.get(department, &format!("/api/voice/orders/{id}")).is(200);
    assert!(allowed(&order, "answer_task").is_ok() && allowed(&order, "decide").is_err());
    house.act(department, id, "answer_task", json!({ "task": task, "text": "无代扣签约记录" })).is(200);
    assert!(house.get(department, "/api/voice/tasks").is(200)["items"].as_array().unwrap().is_empty());
}

fn check_history(house: &House<'_>, address: &str) {
    let order = house.get(HANDLER, address).is(200);
    let history = order["history"].as_array().unwrap();
    let kinds: Vec<&str> = history.iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            "filed",
            "registered",
            "classified",
            "assigned",
            "accepted",
            "contacted",
            "noted",
            "task_opened",
            "task_answered",
            "decided",
            "letter_delivered",
            "visited",
            "closed"
        ]
    );
    assert!(history.iter().all(|event| !event["sentence"]["zh"].as_str().unwrap().is_empty()));
    assert_eq!(order["notes"][0]["text"], "＊情绪平稳，卡号＊");
    assert_eq!(order["decision"]["facts"], "经核实，＊名下信用卡未开通年费代扣。");
    assert_eq!(order["tasks"][0]["answer"], "无代扣签约记录");
    let stored = house.db.ledger.history(order["id"].as_str().unwrap()).unwrap();
    for event in stored {
        let payload = event.payload.to_string();
        assert!(
            !payload.contains("李小明") && !payload.contains("13812345678") && !payload.contains("年费"),
            "{payload}"
        );
    }
}

#[test]
fn whoever_is_slower_gets_the_new_state() {
    each_house(|house| {
        let id = house.file();
        let body = json!({ "version": 1 });
        house.post(OFFICER, &format!("/api/voice/orders/{id}/register"), body.clone()).is(200);
        let problem = house.post("officer@/HO/", &format!("/api/voice/orders/{id}/register"), body).is(409);
        assert_eq!((&problem["reason"], &problem["type"]), (&json!("raced"), &json!("/problems/conflict")));
        let told: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|e| (e["pointer"].clone(), e["detail"].clone())).collect();
        assert_eq!(told, [(json!("/version"), json!("2")), (json!("/stage"), json!("registered"))]);
        // Reading personal data is an event, and changes nothing that somebody who acts had to see.
        let reveal = json!({ "fields": ["phone"], "ground": "contact" });
        house.post(OFFICER, &format!("/api/voice/orders/{id}/reveal"), reveal).is(200);
        let classify = json!({ "version": 2, "classification": classes() });
        let order = house.post(OFFICER, &format!("/api/voice/orders/{id}/classify"), classify).is(200);
        assert_eq!(order["version"], 4);
    });
}

#[test]
fn an_extension_is_asked_for_by_one_and_granted_by_another() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        let clock = |order: &Value| {
            let clocks = order["clocks"].as_array().unwrap().clone();
            let found = clocks.into_iter().find(|clock| clock["rule"].as_str().unwrap().starts_with("cp.nfra"));
            found.unwrap()
        };
        let order = house.get(HANDLER, &format!("/api/voice/orders/{id}")).is(200);
        let which = clock(&order)["id"].clone();
        let ask = json!({ "clock": which, "why": "需要调取异地录音" });
        let order = house.act(HANDLER, &id, "propose_extension", ask.clone()).is(200);
        assert_eq!(clock(&order)["rule"], "cp.nfra.complex@1");
        house.act(HANDLER, &id, "notify", json!({ "letter": letter(&order, "extension"), "means": "sms" })).is(200);
        house.act(OFFICER, &id, "propose_extension", ask).is(200);
        let waiting = house.get("officer@/HO/", "/api/voice/approvals").is(200);
        assert_eq!((&waiting["items"][0]["order"], waiting["items"].as_array().unwrap().len()), (&json!(id), 1));
        let grant = json!({ "clock": which });
        assert_eq!(house.act(OFFICER, &id, "approve_extension", grant.clone()).reason(409), "own-proposal");
        let president = "branch_president@/HO/GZ/";
        assert_eq!(house.act(president, &id, "approve_extension", grant.clone()).reason(409), "approver-too-low");
        assert_eq!(house.act(HANDLER, &id, "approve_extension", grant.clone()).reason(403), "lacks-permission");
        let order = house.act("officer@/HO/", &id, "approve_extension", grant).is(200);
        assert_eq!(clock(&order)["rule"], "cp.nfra.special@1");
        assert!(house.get("officer@/HO/", "/api/voice/approvals").is(200)["items"].as_array().unwrap().is_empty());
        let text =
            house.get(HANDLER, &format!("/api/voice/orders/{id}/letters/{}", letter(&order, "extension"))).text();
        assert!(text.contains("需要调取异地录音"), "{text}");
    });
}

#[test]
fn a_printed_letter_shows_the_name_and_leaves_an_event() {
    each_house(|house| {
        let id = house.file();
        let order = house.act(OFFICER, &id, "register", json!({})).is(200);
        let print = format!("/api/voice/orders/{id}/letters/{}/print", letter(&order, "acceptance"));
        assert_eq!(house.post("branch_president@/HO/GZ/", &print, json!({})).reason(403), "lacks-permission");
        let printed = house.post(OFFICER, &print, json!({}));
        assert!(printed.text().contains("尊敬的李小明"), "{}", printed.text());
        assert_eq!(printed.headers["cache-control"], "no-store");
        let order = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200);
        assert_eq!(order["history"].as_array().unwrap().last().unwrap()["kind"], "revealed");
        // What went out is kept as it went out.
        let body =
            json!({ "letter": letter(&order, "acceptance"), "means": "post", "reference": "EMS001", "language": "en" });
        house.act(OFFICER, &id, "notify", body).is(200);
        let kept = house.post(OFFICER, &print, json!({})).text();
        assert!(kept.contains("Dear 李小明"), "{kept}");
        let masked = house.get(OFFICER, &print.replace("/print", "")).text();
        assert!(masked.contains("Dear 李**") && !masked.contains("李小明"), "{masked}");
        assert!(masked.contains(order["receipt"].as_str().unwrap()), "{masked}");
    });
}

#[test]
fn representatives_papers_and_particulars() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        let agent = json!({ "representative": { "standing": "agent", "name": "王律师", "phone": "13900001111" } });
        house.act(OFFICER, &id, "name_representative", agent).is(200);
        let problem = house.act(HANDLER, &id, "decide", decision()).is(409);
        assert_eq!(problem["reason"], "papers-missing");
        assert!(problem["detail"].as_str().unwrap().contains("授权委托书"), "{problem}");
        let find = |phone: &str| {
            let found = house.post(OFFICER, "/api/voice/orders/find", json!({ "by": "phone", "value": phone })).is(200);
            found["items"].as_array().unwrap().len()
        };
        assert_eq!((find("13900001111"), find("13812345678"), find("13700000000")), (1, 1, 0));
        let amended = json!({ "nature": "natural", "party": { "name": "李晓明", "phone": "13700000000" } });
        house.act(OFFICER, &id, "amend", amended).is(200);
        assert_eq!((find("13812345678"), find("13700000000")), (0, 1));
        let order = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200);
        assert_eq!(order["party"]["phone_masked"], "137****0000");
        assert_eq!(
            order["party"]["held"],
            json!(["name", "phone", "representative_name", "representative_phone", "narrative"])
        );
    });
}
