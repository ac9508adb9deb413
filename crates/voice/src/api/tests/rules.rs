//! What every endpoint keeps: who is not signed in gets nothing, keys answer once, bad input changes nothing.

use http::{Method, Request};
use serde_json::{Value, json};

use super::house::{HANDLER, OFFICER, each_house, matter};

#[test]
fn nobody_gets_in_without_a_name() {
    let (_, description) = super::super::routes().split_for_parts();
    let mut asked = Vec::new();
    for (address, item) in &description.paths.paths {
        for (method, operation) in [(Method::GET, &item.get), (Method::POST, &item.post)] {
            let Some(operation) = operation else { continue };
            assert!(operation.operation_id.is_some(), "{address}");
            asked.push((method, address.clone(), address.contains("/portal/")));
        }
    }
    assert!(asked.len() > 40, "{}", asked.len());
    each_house(|house| {
        for (method, address, public) in &asked {
            let id = "wo_01jd8x4c3e7tq9v2m5k6n8p0r1";
            let address = address.replace("{id}", id).replace("{letter}", "x").replace("{attachment}", "x");
            let request = Request::builder().method(method).uri(&address).header("content-type", "application/json");
            let answer = house.send(request.body("{}".into()).unwrap());
            // What is published can be read by anybody; what a customer sends is looked at without asking who it is.
            let expect = match (*public, method == Method::GET) {
                (true, true) => 200,
                // A file comes in a form, and this is none.
                (true, false) if address.ends_with("/attachments") => 400,
                (true, false) => 422,
                (false, _) => 401,
            };
            assert_eq!(answer.status.as_u16(), expect, "{method} {address}: {}", answer.text());
        }
    });
}

#[test]
fn an_order_of_others_is_not_there_whatever_is_asked_of_it() {
    let (_, description) = super::super::routes().split_for_parts();
    let acts: Vec<String> =
        description.paths.paths.iter().filter(|(_, item)| item.post.is_some()).map(|(at, _)| at.clone()).collect();
    let acts: Vec<String> = acts.into_iter().filter(|at| at.starts_with("/api/voice/orders/{id}/")).collect();
    assert!(acts.len() > 50, "{}", acts.len());
    let unknown = "wo_01jd8x4c3e7tq9v2m5k6n8p0r1";
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        for who in ["administrator@/HO/", "officer@/HO/SZ/", "handler@/HO/SZ/", "branch_president@/HO/SZ/"] {
            for act in &acts {
                let ask = |order: &str| {
                    let at = act.replace("{id}", order).replace("{letter}", unknown).replace("{attachment}", unknown);
                    house.post(who, &at, json!({ "version": 1 }))
                };
                let (there, absent) = (ask(&id), ask(unknown));
                assert_eq!(there.status, absent.status, "{who} {act}: {} / {}", there.text(), absent.text());
                // Where the body fits, nothing but its absence is told.
                assert!([400, 403, 404, 415, 422].contains(&there.status.as_u16()), "{who} {act}: {}", there.text());
            }
            let sent = house.post(who, &format!("/api/voice/orders/{id}/route"), json!({ "version": 1 }));
            assert_eq!(sent.status.as_u16(), 404, "{who}: {}", sent.text());
        }
        assert_eq!(
            house.post("auditor@/HO/", &format!("/api/voice/orders/{id}/route"), json!({ "version": 1 })).reason(403),
            "lacks-permission"
        );
    });
}

#[test]
fn a_key_files_once() {
    each_house(|house| {
        let ask = |key: &str, body: &Value| {
            let request = Request::post("/api/voice/orders")
                .header("authorization", "Bearer teller@/HO/GZ/GZ001/")
                .header("content-type", "application/json")
                .header("idempotency-key", key);
            house.send(request.body(body.to_string().into()).unwrap())
        };
        let first = ask("k1", &matter());
        let place = first.headers["location"].to_str().unwrap().to_owned();
        let first = first.is(201);
        assert_eq!(place, format!("/api/voice/orders/{}", first["id"].as_str().unwrap()));
        assert_eq!(ask("k1", &matter()).is(201), first);
        let mut other = matter();
        other["title"] = json!("另一件事");
        assert_eq!(ask("k1", &other).is(422)["type"], "/problems/idempotency-mismatch");
        assert_eq!(house.get(OFFICER, "/api/voice/orders").is(200)["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn bad_matters_are_told_field_by_field_and_change_nothing() {
    each_house(|house| {
        let file = |change: &dyn Fn(&mut Value)| {
            let mut body = matter();
            change(&mut body);
            house.post("teller@/HO/GZ/GZ001/", "/api/voice/orders", body)
        };
        type Change<'a> = &'a dyn Fn(&mut Value);
        let cases: [(Change<'_>, &str); 14] = [
            (&|b| b["title"] = json!("  "), "/title"),
            (&|b| b["title"] = json!("长".repeat(121)), "/title"),
            (&|b| b["narrative"] = json!("a\u{0}b"), "/narrative"),
            (&|b| b["party"]["phone"] = json!("12345"), "/party/phone"),
            (&|b| b["party"]["identity"] = json!("110105194912310021"), "/party/identity"),
            (&|b| b["party"]["email"] = json!("nobody"), "/party/email"),
            (&|b| b["party"]["name"] = json!(""), "/party/name"),
            (&|b| b["party"]["nickname"] = json!("x"), "/party"),
            (&|b| b["amount"]["minor"] = json!(0), "/amount"),
            (&|b| b["amount"]["currency"] = json!("XXX"), "/amount/currency"),
            (&|b| b["origin"] = json!({ "source": "nfra" }), "/origin/number"),
            (&|b| b["channel"] = json!("nowhere"), "/classification"),
            (&|b| b["received_at"] = json!("2099-01-01T00:00:00Z"), "/received_at"),
            (&|b| b["matter"] = json!("gossip"), "/matter"),
        ];
        for (change, pointer) in cases {
            let problem = file(change).is(422);
            let told = problem["errors"][0]["pointer"].as_str().unwrap_or_default();
            assert!(told.starts_with(pointer), "{pointer}: {problem}");
            let shown = problem.to_string();
            assert!(!shown.contains("12345") && !shown.contains("110105"), "a value came back: {shown}");
        }
        assert_eq!(file(&|b| b["unit"] = json!("un_01jd8x4c3e7tq9v2m5k6n8p0r1")).status.as_u16(), 422);
        assert_eq!(house.post("auditor@/HO/", "/api/voice/orders", matter()).status.as_u16(), 403);
        assert!(house.get(OFFICER, "/api/voice/orders").is(200)["items"].as_array().unwrap().is_empty());
    });
}

#[test]
fn personal_data_is_shown_for_a_reason_and_with_a_trace() {
    each_house(|house| {
        let id = house.file();
        let address = format!("/api/voice/orders/{id}/reveal");
        let body = json!({ "fields": ["name", "phone", "account", "narrative"], "ground": "verification" });
        assert_eq!(house.post("branch_president@/HO/GZ/", &address, body.clone()).reason(403), "lacks-permission");
        assert_eq!(house.post("handler@/HO/SZ/", &address, body.clone()).status.as_u16(), 404);
        let shown = house.post(HANDLER, &address, body);
        assert_eq!(shown.headers["cache-control"], "no-store");
        let shown = shown.is(200);
        let value = |field: &str| {
            let fields = shown["fields"].as_array().unwrap();
            fields.iter().find(|entry| entry["field"] == field).unwrap()["value"].as_str().unwrap().to_owned()
        };
        assert_eq!((value("name").as_str(), value("phone").as_str()), ("李小明", "13812345678"));
        assert!(value("narrative").contains("13812345678"));
        let order = house.get(HANDLER, &format!("/api/voice/orders/{id}")).is(200);
        let last = order["history"].as_array().unwrap().last().unwrap().clone();
        assert_eq!(last["kind"], "revealed");
        assert!(last["sentence"]["zh"].as_str().unwrap().contains("姓名、电话"), "{last}");
        let none = json!({ "fields": ["email"], "ground": "contact" });
        assert_eq!(house.post(HANDLER, &address, none).reason(422), "field-absent");
        assert_eq!(house.version(&id), 2, "a refused look leaves no event");
    });
}
