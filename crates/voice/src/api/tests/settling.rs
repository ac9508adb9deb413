//! Mediation and negotiated repayment over HTTP.

use serde_json::json;

use super::house::{HANDLER, each_house};

#[test]
fn a_mediation_runs_from_the_reference_to_the_performance() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        let refused =
            house.act(HANDLER, &id, "refer_mediation", json!({ "mediator": "nobody", "why": "双方争议较大" })).is(422);
        assert_eq!(refused["errors"][0]["pointer"], "/mediator");
        house.act(HANDLER, &id, "refer_mediation", json!({ "mediator": "finance", "why": "李小明要求调解" })).is(200);
        let taken = house.act(HANDLER, &id, "accept_mediation", json!({ "why": "调解期间不计时" })).is(200);
        assert!(taken["clocks"].as_array().unwrap().iter().any(|clock| clock["mood"] == "paused"), "{taken}");
        house.pass_days(2);
        let by = house.db.now().plus_days(5);
        let terms = json!({ "terms": "退还年费", "amount": { "minor": 30000, "currency": "CNY" }, "perform_by": by });
        house.act(HANDLER, &id, "agree_mediation", terms).is(200);
        house.act(HANDLER, &id, "perform_mediation", json!({})).is(200);
        let order = house.get(HANDLER, &format!("/api/voice/orders/{id}")).is(200);
        let mediation = &order["mediations"][0];
        assert_eq!(
            (&mediation["state"], &mediation["why"]),
            (&json!("performed"), &json!("＊要求调解")),
            "{mediation}"
        );
    });
}

#[test]
fn a_customer_without_a_ground_is_told_why_and_a_plan_is_agreed() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        let terms =
            json!({ "total": { "minor": 1_000_000, "currency": "CNY" }, "instalments": 24, "first_on": "2099-01-01" });
        let asked = json!({ "side": "customer", "terms": terms, "words": "李小明失业" });
        house.act(HANDLER, &id, "propose_repayment", asked).is(200);
        let bare = json!({ "number": 1, "is_agreed": false });
        assert_eq!(house.act(HANDLER, &id, "answer_repayment", bare).reason(422), "ground-missing");
        let told = json!({ "number": 1, "is_agreed": false, "ground": "no_legal_ground", "words": "合同没有约定" });
        house.act(HANDLER, &id, "answer_repayment", told).is(200);
        let offered = json!({ "side": "bank", "terms": terms });
        house.act(HANDLER, &id, "propose_repayment", offered).is(200);
        house.act(HANDLER, &id, "answer_repayment", json!({ "number": 2, "is_agreed": true })).is(200);
        let order = house.get(HANDLER, &format!("/api/voice/orders/{id}")).is(200);
        let states: Vec<_> = order["repayments"].as_array().unwrap().iter().map(|one| one["state"].clone()).collect();
        assert_eq!(states, [json!("refused"), json!("agreed")]);
        assert_eq!(order["repayments"][0]["words"], "＊失业");
    });
}
