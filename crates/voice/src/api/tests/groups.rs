//! Group complaints over HTTP: members, who speaks for them, and the procedure of a major event.

use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, decision, each_house};
use crate::testing::LAW;

const HEAD: &str = "branch_president@/HO/GZ/";

fn order(house: &House<'_>, id: &str) -> Value {
    house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200)
}

fn member(number: usize, speaks: bool) -> Value {
    json!({ "name": format!("赵六{number}"), "phone": format!("139{number:08}"), "speaks": speaks })
}

#[test]
fn members_are_masked_found_by_their_number_and_revealed_for_a_reason() {
    each_house(|house| {
        let id = house.file();
        assert!(order(house, &id).get("group").is_none());
        let story = json!({ "text": "赵六1来电，称与李小明同一事项" });
        house.act(HANDLER, &id, "note", story).is(200);
        house.act(OFFICER, &id, "register", json!({})).is(200);
        assert_eq!(
            house.act("teller@/HO/GZ/GZ001/", &id, "add_member", member(1, true)).reason(403),
            "lacks-permission"
        );
        let nameless = json!({ "name": " ", "phone": "13900000001" });
        assert_eq!(house.act(OFFICER, &id, "add_member", nameless).is(422)["errors"][0]["pointer"], "/name");
        house.act(OFFICER, &id, "add_member", member(1, true)).is(200);
        assert_eq!(house.act(OFFICER, &id, "add_member", member(1, false)).reason(422), "member-twice");
        let complainant = json!({ "name": "李小明", "phone": "138 1234 5678" });
        assert_eq!(house.act(OFFICER, &id, "add_member", complainant).reason(422), "member-twice");
        let body = order(house, &id);
        let group = &body["group"];
        assert_eq!((&group["persons"], &group["speakers_max"]), (&json!(2), &json!(5)));
        assert_eq!(
            group["members"][0],
            json!({ "number": 1, "name_masked": "赵**", "phone_masked": "139****0001", "speaks": true, "has_left": false })
        );
        assert_eq!(body["notes"][0]["text"], "＊来电，称与＊同一事项", "a member's name is taken out");
        assert!(!body.to_string().contains("赵六1") && !body.to_string().contains("13900000001"));
        house.work();
        let asked = json!({ "by": "phone", "value": "13900000001" });
        let found = house.post(OFFICER, "/api/voice/orders/find", asked).is(200);
        assert_eq!(found["items"][0]["id"], json!(id), "found by the member's number");
        let asked = json!({ "fields": ["representative_phone"], "member": 1, "ground": "contact" });
        let shown = house.post(HANDLER, &format!("/api/voice/orders/{id}/reveal"), asked).is(200);
        assert_eq!(shown["fields"][0]["value"], "13900000001");
        let history = order(house, &id)["history"].as_array().unwrap().last().unwrap()["sentence"]["zh"].clone();
        assert!(history.as_str().unwrap().starts_with("查看了成员 1 的"), "{history}");
        let asked = json!({ "fields": ["representative_phone"], "member": 2, "ground": "contact" });
        assert_eq!(house.post(HANDLER, &format!("/api/voice/orders/{id}/reveal"), asked).reason(422), "field-absent");
    });
}

#[test]
fn a_sixth_representative_is_refused_in_words() {
    each_house(|house| {
        let id = house.file();
        house.act(OFFICER, &id, "register", json!({})).is(200);
        for number in 1..=5 {
            house.act(OFFICER, &id, "add_member", member(number, true)).is(200);
        }
        let sixth = house.act(OFFICER, &id, "add_member", member(6, true)).is(422);
        assert_eq!((&sixth["reason"], &sixth["errors"][0]["pointer"]), (&json!("speakers-full"), &json!("/speaks")));
        assert!(sixth["detail"].as_str().unwrap().contains('5'), "{sixth}");
        assert_eq!(order(house, &id)["group"]["persons"], 6, "nothing changed");
        house.act(OFFICER, &id, "add_member", member(6, false)).is(200);
        assert_eq!(
            house.act(OFFICER, &id, "set_speaker", json!({ "number": 6, "speaks": true })).reason(422),
            "speakers-full"
        );
        house.act(OFFICER, &id, "remove_member", json!({ "number": 2 })).is(200);
        house.act(OFFICER, &id, "set_speaker", json!({ "number": 6, "speaks": true })).is(200);
        let group = order(house, &id)["group"].clone();
        assert_eq!((&group["persons"], &group["members"][1]["has_left"]), (&json!(6), &json!(true)));
    });
}

#[test]
fn a_large_group_is_a_major_event_with_a_plan_a_report_and_somebody_in_charge() {
    each_house(|house| {
        let threshold = LAW.rules.group_threshold(house.db.now().date()).unwrap() as usize;
        let id = house.file();
        house.handle(&id);
        for number in 1..threshold - 1 {
            house.act(OFFICER, &id, "add_member", member(number, number < 3)).is(200);
        }
        assert!(order(house, &id)["group"].get("major").is_none(), "one too few");
        assert_eq!(house.act(OFFICER, &id, "report_major", json!({ "means": "online" })).reason(409), "not-major");
        let raised = house.act(OFFICER, &id, "add_member", member(threshold - 1, false)).is(200);
        assert!(raised["clocks"].to_string().contains("policy.major.report"), "{raised}");
        house.work();
        let body = order(house, &id);
        assert_eq!(body["lead"]["grounds"], json!(["group"]), "proposed to the president by rule");
        let waiting = house.get(OFFICER, "/api/voice/waiting?kind=major").is(200);
        assert_eq!(waiting["items"][0]["order"], json!(id));
        let unknown = json!({ "person": "st_00000000000000000000000009" });
        assert_eq!(house.act(OFFICER, &id, "put_in_charge", unknown).is(422)["errors"][0]["pointer"], "/person");
        let person = house.employ(HEAD);
        house.act(OFFICER, &id, "put_in_charge", json!({ "person": person })).is(200);
        house.act(OFFICER, &id, "report_major", json!({ "means": "online", "reference": "SJ-2026-1" })).is(200);
        assert_eq!(house.act(OFFICER, &id, "tick_plan", json!({ "item": "nothing" })).reason(422), "not-in-plan");
        let items: Vec<String> = body["group"]["major"]["plan"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["item"].as_str().unwrap().to_owned())
            .collect();
        assert!(items.len() >= 3);
        finish(house, &id, &items);
    });
}

/// Answers the order and closes it, which the open plan forbids until its last item is done.
fn finish(house: &House<'_>, id: &str, items: &[String]) {
    house.act(HEAD, id, "decline_lead", json!({ "why": "由分行牵头处置" })).is(200);
    let decided = house.act(HANDLER, id, "decide", decision()).is(200);
    for letter in decided["letters"].as_array().unwrap() {
        let sent = json!({ "letter": letter["id"], "means": "sms" });
        house.act(HANDLER, id, "notify", sent).is(200);
    }
    house.act(HANDLER, id, "visit", json!({ "satisfaction": 5, "is_settled": true, "means": "phone" })).is(200);
    for item in items {
        let refused = house.act(OFFICER, id, "close", json!({}));
        assert_eq!(refused.reason(409), "major-open");
        house.act(HANDLER, id, "tick_plan", json!({ "item": item })).is(200);
    }
    house.act(OFFICER, id, "close", json!({})).is(200);
    let major = order(house, id)["group"]["major"].clone();
    assert_eq!((&major["missing"], major["plan"][0]["is_done"].as_bool()), (&json!([]), Some(true)));
}
