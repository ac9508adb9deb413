//! Lists, look-ups and what lies behind permissions.

use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, each_house, matter, unit_id};

fn ids(answer: &Value) -> Vec<String> {
    answer["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

fn list(house: &House<'_>, who: &str, query: &str) -> Vec<String> {
    ids(&house.get(who, &format!("/api/voice/orders{query}")).is(200))
}

#[test]
fn lists_are_scoped_filtered_and_paged() {
    each_house(|house| {
        let mut filed = Vec::new();
        for _ in 0..5 {
            house.pass_days(1);
            filed.push(house.file());
        }
        filed.reverse();
        assert_eq!(list(house, HANDLER, ""), filed);
        assert_eq!(list(house, "handler@/HO/SZ/", ""), [] as [String; 0]);
        assert_eq!(list(house, "auditor@/HO/", &format!("?unit={}", unit_id("GZ"))), filed);
        assert_eq!(list(house, "auditor@/HO/", &format!("?unit={}", unit_id("SZ"))), [] as [String; 0]);
        house.handle(&filed[1]);
        assert_eq!(list(house, HANDLER, "?stage=handling"), [filed[1].clone()]);
        assert_eq!(list(house, HANDLER, "?handler=me"), [filed[1].clone()]);
        assert_eq!(list(house, HANDLER, "?stage=handling,filed"), filed);
        assert_eq!(list(house, HANDLER, "?matter=praise"), [] as [String; 0]);
        assert_eq!(list(house, HANDLER, "?text=年费"), filed);
        assert_eq!(list(house, HANDLER, "?text=李小明"), [] as [String; 0]);
        let first = house.get(HANDLER, "/api/voice/orders?limit=2").is(200);
        assert_eq!(ids(&first), filed[..2]);
        let next = first["page"]["next"].as_str().unwrap();
        assert_eq!(list(house, HANDLER, &format!("?limit=9&after={next}")), filed[2..]);
        house.pass_days(30);
        assert_eq!(list(house, HANDLER, "?clock=overdue"), filed);
        assert_eq!(list(house, HANDLER, "?clock=due_soon"), [] as [String; 0]);
        let row = &house.get(HANDLER, "/api/voice/orders").is(200)["items"][0];
        assert_eq!(
            (&row["is_overdue"], &row["unit_name"], &row["name_masked"]),
            (&json!(true), &json!("GZ001机构"), &json!("李**"))
        );
    });
}

#[test]
fn bad_filters_are_told() {
    each_house(|house| {
        for (query, status, pointer) in [
            ("?stage=nowhere", 422, "?stage"),
            ("?handler=somebody", 422, "?handler"),
            ("?text=%EF%BC%8C", 422, "?text"),
            ("?after=nonsense", 422, "?after"),
            ("?clock=late", 422, "?"),
            ("?nonsense=1", 422, "?"),
            ("?received_from=2026-02-30", 422, "?"),
        ] {
            let problem = house.get(HANDLER, &format!("/api/voice/orders{query}")).is(status);
            assert!(problem["errors"][0]["pointer"].as_str().unwrap().starts_with(pointer), "{query}: {problem}");
        }
        let missing = house.get(HANDLER, "/api/voice/orders?unit=un_01jd8x4c3e7tq9v2m5k6n8p0r1");
        assert_eq!(missing.status.as_u16(), 404);
    });
}

#[test]
fn what_may_not_be_seen_does_not_exist() {
    each_house(|house| {
        let id = house.file();
        let address = format!("/api/voice/orders/{id}");
        for (who, status) in [
            (OFFICER, 200),
            ("auditor@/HO/", 200),
            ("teller@/HO/GZ/GZ001/", 200),
            ("teller@/HO/GZ/", 404),
            ("handler@/HO/SZ/", 404),
            ("administrator@/HO/", 404),
        ] {
            assert_eq!(house.get(who, &address).status.as_u16(), status, "{who}");
        }
        let unknown = house.get(OFFICER, "/api/voice/orders/wo_01jd8x4c3e7tq9v2m5k6n8p0r1").is(404);
        let hidden = house.get("handler@/HO/SZ/", &address).is(404);
        assert_eq!(unknown["detail"], hidden["detail"], "the two cannot be told apart");
        assert_eq!(house.get(OFFICER, "/api/voice/orders/nonsense").status.as_u16(), 404);
        // A secondary id is checked like the first.
        let other = house.post("teller@/HO/SZ/", "/api/voice/orders", matter()).is(201)["id"].clone();
        let link = json!({ "other": other, "relation": "duplicate_of" });
        let problem = house.act(HANDLER, &id, "link", link.clone()).is(422);
        assert_eq!(problem["errors"][0]["pointer"], "/other");
        house.act("officer@/HO/", &id, "link", link).is(200);
        let linked = house.get("officer@/HO/", &format!("/api/voice/orders/{}", other.as_str().unwrap())).is(200);
        assert_eq!((&linked["links"][0]["other"], &linked["links"][0]["is_incoming"]), (&json!(id), &json!(true)));
    });
}

#[test]
fn axes_are_those_of_the_files() {
    each_house(|house| {
        let axes = house.get(HANDLER, "/api/voice/axes").is(200);
        let axes = axes["axes"].as_array().unwrap();
        let letters: Vec<_> = axes.iter().map(|axis| axis["letter"].as_str().unwrap()).collect();
        assert_eq!(letters, ["A", "B", "C"]);
        assert!(axes.iter().all(|axis| axis["classes"].as_array().unwrap().len() > 3));
    });
}

#[test]
fn nothing_becomes_a_duplicate_of_itself() {
    each_house(|house| {
        let [a, b, c] = [house.file(), house.file(), house.file()];
        let link = |from: &str, to: &str, relation: &str| {
            house.act(OFFICER, from, "link", json!({ "other": to, "relation": relation }))
        };
        link(&a, &b, "duplicate_of").is(200);
        assert_eq!(link(&b, &a, "duplicate_of").reason(422), "link-circle");
        link(&b, &c, "duplicate_of").is(200);
        assert_eq!(link(&c, &a, "duplicate_of").reason(422), "link-circle", "over another order");
        // Two may be related both ways, and another relation is another matter.
        link(&c, &a, "follow_up_of").is(200);
        assert_eq!(link(&a, &c, "related_to").is(200)["id"], json!(a));
        house.act(OFFICER, &a, "unlink", json!({ "other": b })).is(200);
        house.act(OFFICER, &c, "unlink", json!({ "other": a })).is(200);
        link(&c, &a, "duplicate_of").is(200);
        assert_eq!(link(&a, &b, "duplicate_of").reason(422), "link-circle");
    });
}
