//! Many orders at once: previewed, done with one's own rights, stopped, and undone where that can be.

use std::sync::Arc;

use kernel::Clock as _;
use ledger::JobHandler;
use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, classes, each_house, unit_id};
use crate::{
    jobs::{LawSource, handlers},
    testing::LAW,
};

fn run_jobs(house: &House<'_>) {
    let law: Arc<dyn LawSource> = Arc::new(LAW.clone());
    let handlers: Vec<Arc<dyn JobHandler>> = handlers(&law);
    for _ in 0..5 {
        let run = house.db.ledger.run_due_jobs(&handlers, house.db.clock.now()).unwrap();
        assert_eq!(run.failed, Vec::new());
        house.db.clock.advance_micros(1_000_000);
    }
}

fn classify(ids: &[String]) -> Value {
    let mut action = classes();
    action["verb"] = json!("classify");
    json!({ "action": action, "selection": { "orders": ids } })
}

fn assign(unit: &str, selection: Value) -> Value {
    json!({ "action": { "verb": "assign", "unit": unit_id(unit).to_string() }, "selection": selection })
}

#[track_caller]
fn start(house: &House<'_>, who: &str, body: Value) -> String {
    let started = house.post(who, "/api/voice/bulk", body).is(202);
    assert_eq!(started["state"], "running");
    started["id"].as_str().unwrap().to_owned()
}

fn stage(house: &House<'_>, id: &str) -> (Value, Value) {
    let order = house.get("auditor@/HO/", &format!("/api/voice/orders/{id}")).is(200);
    (order["stage"].clone(), order["unit"].clone())
}

#[test]
fn many_orders_are_previewed_done_and_undone() {
    each_house(|house| {
        house.engage(OFFICER);
        house.engage("officer@/HO/");
        let ids: Vec<String> = (0..30).map(|_| house.file()).collect();
        for id in &ids[..29] {
            house.act(OFFICER, id, "register", json!({})).is(200);
        }
        let preview = house.post(OFFICER, "/api/voice/bulk/preview", classify(&ids)).is(200);
        assert_eq!((&preview["total"], &preview["allowed"], &preview["refused"]), (&json!(30), &json!(29), &json!(1)));
        assert_eq!(preview["items"][29]["reason"], "not-registered");
        assert_eq!(stage(house, &ids[0]).0, "registered", "a preview changes nothing");
        let run = start(house, OFFICER, classify(&ids));
        run_jobs(house);
        let body = house.get(OFFICER, &format!("/api/voice/bulk/{run}")).is(200);
        assert_eq!((&body["state"], &body["done"], &body["refused"]), (&json!("ended"), &json!(29), &json!(1)));
        let refused = house.get(OFFICER, &format!("/api/voice/bulk/{run}/orders?state=refused")).is(200);
        assert_eq!(
            (&refused["items"][0]["order"], &refused["items"][0]["reason"]),
            (&json!(ids[29]), &json!("not-registered"))
        );
        // Given to another branch, and taken back, except the one that went on.
        let chosen = json!({ "filter": { "stage": "classified" } });
        let run = start(house, "officer@/HO/", assign("SZ", chosen));
        run_jobs(house);
        assert_eq!(stage(house, &ids[0]), (json!("assigned"), json!("/HO/SZ/")));
        house.act("handler@/HO/SZ/", &ids[0], "accept", json!({})).is(200);
        house.post("officer@/HO/", &format!("/api/voice/bulk/{run}/undo"), json!({})).is(202);
        run_jobs(house);
        let body = house.get("officer@/HO/", &format!("/api/voice/bulk/{run}")).is(200);
        assert_eq!((&body["state"], &body["undone"], &body["kept"]), (&json!("undone"), &json!(28), &json!(1)));
        assert_eq!(stage(house, &ids[0]).1, "/HO/SZ/");
        assert_eq!(stage(house, &ids[1]).1, "/HO/GZ/GZ001/");
        let kept = house.get("officer@/HO/", &format!("/api/voice/bulk/{run}/orders?state=kept")).is(200);
        assert_eq!(kept["items"][0]["reason"], "changed-since");
        let kinds: Vec<String> = house.db.ledger.history(&run).unwrap().into_iter().map(|event| event.kind).collect();
        assert_eq!(kinds, ["started", "ended", "undo_started", "undo_ended"]);
    });
}

#[test]
fn what_the_law_counts_is_not_undone() {
    each_house(|house| {
        house.engage(OFFICER);
        let ids = [house.file()];
        let body = json!({ "action": { "verb": "register" }, "selection": { "orders": ids } });
        let run = start(house, OFFICER, body);
        let undo = |run: &str| house.post(OFFICER, &format!("/api/voice/bulk/{run}/undo"), json!({}));
        assert_eq!(undo(&run).reason(409), "wrong-state");
        run_jobs(house);
        undo(&run).is(202);
        run_jobs(house);
        let kept = house.get(OFFICER, &format!("/api/voice/bulk/{run}/orders?state=kept")).is(200);
        assert_eq!(kept["items"][0]["reason"], "clocks-started");
        assert_eq!(stage(house, &ids[0]).0, "registered");
    });
}

#[test]
fn nobody_does_more_to_many_than_to_one() {
    each_house(|house| {
        house.engage(OFFICER);
        house.engage("officer@/HO/SZ/");
        let id = house.file();
        assert_eq!(
            house.post("auditor@/HO/", "/api/voice/bulk", classify(std::slice::from_ref(&id))).status.as_u16(),
            403
        );
        assert_eq!(
            house.post(HANDLER, "/api/voice/bulk", assign("SZ", json!({ "orders": [id] }))).status.as_u16(),
            403
        );
        assert_eq!(house.post(OFFICER, "/api/voice/bulk", assign("SZ", json!({ "orders": [] }))).status.as_u16(), 422);
        // An order of another branch is not there for this officer.
        let run = start(house, "officer@/HO/SZ/", classify(std::slice::from_ref(&id)));
        assert_eq!(house.get(OFFICER, &format!("/api/voice/bulk/{run}")).status.as_u16(), 404);
        run_jobs(house);
        let refused = house.get("officer@/HO/SZ/", &format!("/api/voice/bulk/{run}/orders")).is(200);
        assert_eq!(
            (&refused["items"][0]["state"], &refused["items"][0]["reason"]),
            (&json!("refused"), &json!("not-found"))
        );
        // Stopped before its turn, nothing is done.
        let run = start(house, OFFICER, json!({ "action": { "verb": "register" }, "selection": { "orders": [id] } }));
        house.post(OFFICER, &format!("/api/voice/bulk/{run}/stop"), json!({})).is(202);
        run_jobs(house);
        assert_eq!(stage(house, &id).0, "filed");
        assert_eq!(house.get(OFFICER, &format!("/api/voice/bulk/{run}")).is(200)["waiting"], 1);
    });
}

#[test]
fn a_run_stops_doing_what_the_person_may_do_no_longer() {
    each_house(|house| {
        house.engage(OFFICER);
        let ids: Vec<String> = (0..30).map(|_| house.file()).collect();
        let run = start(house, OFFICER, json!({ "action": { "verb": "register" }, "selection": { "orders": ids } }));
        house.work();
        house.hold(OFFICER, false);
        run_jobs(house);
        let body = house.get(OFFICER, &format!("/api/voice/bulk/{run}")).is(200);
        assert_eq!((&body["state"], &body["done"], &body["refused"]), (&json!("ended"), &json!(25), &json!(5)));
        let refused = house.get(OFFICER, &format!("/api/voice/bulk/{run}/orders?state=refused")).is(200);
        assert_eq!(refused["items"][0]["reason"], "lacks-permission");
        assert_eq!(stage(house, &ids[29]).0, "filed");
    });
}

#[test]
fn undoing_asks_for_the_rights_of_today() {
    each_house(|house| {
        house.engage(OFFICER);
        let id = house.file();
        house.act(OFFICER, &id, "register", json!({})).is(200);
        house.act(OFFICER, &id, "classify", json!({ "classification": classes() })).is(200);
        let run = start(house, OFFICER, assign("GZ", json!({ "orders": [id] })));
        run_jobs(house);
        assert_eq!(stage(house, &id).1, "/HO/GZ/");
        let undo = |who: &str| house.post(who, &format!("/api/voice/bulk/{run}/undo"), json!({}));
        assert_eq!(undo(&format!("{OFFICER}!")).status.as_u16(), 403);
        // The right went between the asking and the doing.
        undo(OFFICER).is(202);
        house.hold(OFFICER, false);
        run_jobs(house);
        let kept = house.get(OFFICER, &format!("/api/voice/bulk/{run}/orders?state=kept")).is(200);
        assert_eq!(kept["items"][0]["reason"], "lacks-permission");
        assert_eq!(stage(house, &id).1, "/HO/GZ/", "nothing was undone");
    });
}

#[test]
fn nothing_is_given_back_to_a_closed_unit_or_somebody_who_left() {
    each_house(|house| {
        house.engage(OFFICER);
        let handler = house.engage(HANDLER);
        let ids: Vec<String> = (0..2).map(|_| house.file()).collect();
        for id in &ids {
            house.act(OFFICER, id, "register", json!({})).is(200);
            house.act(OFFICER, id, "classify", json!({ "classification": classes() })).is(200);
        }
        let given = json!({ "unit": unit_id("GZ").to_string(), "person": handler });
        house.act(OFFICER, &ids[1], "assign", given).is(200);
        let run = start(house, OFFICER, assign("GZ", json!({ "orders": ids })));
        run_jobs(house);
        house.close_unit("GZ001");
        house.disable(HANDLER);
        house.post(OFFICER, &format!("/api/voice/bulk/{run}/undo"), json!({})).is(202);
        run_jobs(house);
        let kept = house.get(OFFICER, &format!("/api/voice/bulk/{run}/orders?state=kept")).is(200);
        let reasons: Vec<&Value> = kept["items"].as_array().unwrap().iter().map(|item| &item["reason"]).collect();
        assert_eq!(reasons, ["unit-closed", "person-gone"]);
        // Nor is anything more given to a unit that was closed while the run went on.
        let id = house.file();
        house.act(OFFICER, &id, "register", json!({})).is(200);
        house.act(OFFICER, &id, "classify", json!({ "classification": classes() })).is(200);
        let run = start(house, "officer@/HO/", assign("SZ", json!({ "orders": [id] })));
        house.engage("officer@/HO/");
        house.close_unit("SZ");
        run_jobs(house);
        let refused = house.get("officer@/HO/", &format!("/api/voice/bulk/{run}/orders?state=refused")).is(200);
        assert_eq!(refused["items"][0]["reason"], "unit-closed");
    });
}

#[test]
fn nobody_reads_an_order_by_being_named_on_it_alone() {
    each_house(|house| {
        let handler = house.engage("handler@/HO/SZ/");
        let id = house.file();
        house.act(OFFICER, &id, "register", json!({})).is(200);
        house.act(OFFICER, &id, "classify", json!({ "classification": classes() })).is(200);
        let given = json!({ "unit": unit_id("SZ").to_string(), "person": handler });
        house.act("officer@/HO/", &id, "assign", given).is(200);
        let read = |who: &str| house.get(who, &format!("/api/voice/orders/{id}")).status.as_u16();
        assert_eq!((read("handler@/HO/SZ/"), read("handler@/HO/SZ/!")), (200, 404));
        assert_eq!(read("teller@/HO/GZ/GZ001/!"), 404, "nor by having filed it");
    });
}
