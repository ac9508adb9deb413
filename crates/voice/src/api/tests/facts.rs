//! New facts over HTTP.

use serde_json::json;

use super::house::{HANDLER, OFFICER, each_house};

#[test]
fn a_duplicate_with_new_facts_starts_the_clock_anew_and_both_clocks_are_shown() {
    each_house(|house| {
        let (first, again) = (house.file(), house.file());
        house.handle(&first);
        house.pass_days(5);
        let said = |material: serde_json::Value| json!({ "material": material, "is_new": true, "why": "李小明补充了转账记录" });
        let material = json!({ "from": "duplicate", "order": again });
        let refused = house.act(OFFICER, &first, "judge_facts", said(material.clone())).is(422);
        assert_eq!(refused["errors"][0]["pointer"], "/material/order", "not linked");
        house.act(OFFICER, &again, "link", json!({ "other": first, "relation": "duplicate_of" })).is(200);
        house.act(HANDLER, &first, "judge_facts", said(material.clone())).is(403);
        let outsider = house.act("officer@/HO/SZ/", &first, "judge_facts", said(material.clone()));
        assert_eq!(outsider.status.as_u16(), 404);
        house.act(OFFICER, &first, "judge_facts", said(material.clone())).is(200);
        assert_eq!(house.act(OFFICER, &first, "judge_facts", said(material)).reason(409), "facts-judged");
        let order = house.get(OFFICER, &format!("/api/voice/orders/{first}")).is(200);
        let judged = &order["facts"][0];
        assert_eq!(judged["why"], "＊补充了转账记录");
        let one = &judged["restarted"][0];
        assert_eq!((&one["is_verified"], &one["ground"]), (&json!(false), &json!("cp.nfra.restart.new_facts@1")));
        let clocks = order["clocks"].as_array().unwrap();
        let clock = clocks.iter().find(|clock| clock["rule"] == "cp.nfra.simple@1").unwrap();
        assert_eq!((&clock["due"], &clock["start"]), (&one["due"], &one["start"]));
        assert_ne!(one["due"], one["was_due"]);
        for strange in [json!({ "from": "dream" }), json!({ "from": "attachment" }), json!("told")] {
            assert!(matches!(house.act(OFFICER, &first, "judge_facts", said(strange)).status.as_u16(), 400 | 422));
        }
    });
}
