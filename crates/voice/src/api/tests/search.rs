//! Searching: every text of an order is found at once and after it is indexed, names and numbers never are, and what was found
//! is shown in pieces.

use ledger::Cause;
use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, decision, each_house, matter, unit_id};
use crate::{jobs, store::lookups, testing::LAW};

fn search(house: &House<'_>, who: &str, typed: &str) -> Vec<Value> {
    let mut address = "/api/voice/orders?text=".to_owned();
    for byte in typed.bytes() {
        address.push_str(&format!("%{byte:02X}"));
    }
    house.get(who, &address).is(200)["items"].as_array().unwrap().clone()
}

fn is_found(house: &House<'_>, typed: &str) -> bool {
    !search(house, HANDLER, typed).is_empty()
}

fn letter(order: &Value, kind: &str) -> Value {
    let letters = order["letters"].as_array().unwrap();
    letters.iter().find(|letter| letter["kind"] == kind).unwrap()["id"].clone()
}

/// Lets the room's own work be done.
fn work(house: &House<'_>) {
    let law: std::sync::Arc<dyn jobs::LawSource> = std::sync::Arc::new(LAW.clone());
    let now = house.db.now();
    let start =
        move |unit: &mut ledger::Unit<'_>| jobs::at_start(now).into_iter().try_for_each(|job| unit.enqueue(job));
    house.db.ledger.write(&Cause::new("test"), start).unwrap();
    assert_eq!(house.db.ledger.run_due_jobs(jobs::handlers(&law), now).unwrap().failed, []);
}

fn checked(house: &House<'_>, words: &[&str]) {
    for word in words {
        assert!(is_found(house, word), "{word} on {}", house.db.name);
    }
    for secret in ["李小明", "李晓明", "13812345678", "6222021234567890123", "王律师"] {
        assert!(!is_found(house, secret), "{secret} on {}", house.db.name);
    }
}

#[test]
fn every_text_of_an_order_is_found() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        house
            .act(HANDLER, &id, "note", json!({ "text": "李小明提到理财经理口头承诺，卡号6222021234567890123" }))
            .is(200);
        house
            .act(HANDLER, &id, "contact", json!({ "means": "phone", "is_reached": true, "words": "已说明流程" }))
            .is(200);
        let ask = json!({ "unit": unit_id("CARD").to_string(), "ask": "请调取代扣协议" });
        let order = house.act(HANDLER, &id, "open_task", ask).is(200);
        let task = house.get("handler@/HO/CARD/", "/api/voice/tasks").is(200)["items"][0]["id"].clone();
        house.act("handler@/HO/CARD/", &id, "answer_task", json!({ "task": task, "text": "协议无签章" })).is(200);
        let words = [
            "年费",
            "信用卡年费争议",
            "要求退还",
            "退还年费",
            "口头承诺",
            "理财经理",
            "说明流程",
            "调取代扣协议",
            "无签章",
        ];
        checked(house, &words);
        work(house);
        checked(house, &words);
        let decided = house.act(HANDLER, &id, "decide", decision()).is(200);
        checked(house, &["领用合约第3条", "未开通年费代扣"]);
        assert!(!is_found(house, "尊敬的"), "the letter has not gone out");
        house.act(HANDLER, &id, "notify", json!({ "letter": letter(&decided, "decision"), "means": "sms" })).is(200);
        for _ in 0..2 {
            checked(house, &["尊敬的", "口头承诺", "现将处理决定告知如下", "口头承诺 合约第3条 年费"]);
            assert!(!is_found(house, "口头承诺 存款") && !is_found(house, "承诺口头"));
            work(house);
        }
        drop(order);
    });
}

#[test]
fn names_that_become_known_later_are_taken_out() {
    each_house(|house| {
        let mut typed = matter();
        typed["narrative"] = json!("李晓明委托王律师致电，称被收年费。");
        let id =
            house.post("teller@/HO/GZ/GZ001/", "/api/voice/orders", typed).is(201)["id"].as_str().unwrap().to_owned();
        assert!(is_found(house, "王律师"), "nobody knew that it is a name");
        let agent = json!({ "representative": { "standing": "agent", "name": "王律师", "phone": "13900001111" } });
        house.act(OFFICER, &id, "name_representative", agent).is(200);
        let party = json!({ "nature": "natural", "party": { "name": "李晓明", "phone": "13700000000" } });
        house.act(OFFICER, &id, "amend", party).is(200);
        work(house);
        checked(house, &["委托", "致电", "年费"]);
    });
}

#[test]
fn the_complainants_own_address_is_taken_out() {
    each_house(|house| {
        let mut typed = matter();
        typed["narrative"] = json!("请寄到幸福路八号三栋，年费争议。");
        typed["party"]["address"] = json!("幸福路八号三栋");
        let id =
            house.post("teller@/HO/GZ/GZ001/", "/api/voice/orders", typed).is(201)["id"].as_str().unwrap().to_owned();
        assert!(!is_found(house, "幸福路") && is_found(house, "年费争议"));
        let order = house.get("auditor@/HO/", &format!("/api/voice/orders/{id}")).is(200);
        assert!(!order.to_string().contains("幸福路"), "{order}");
        work(house);
        assert!(!is_found(house, "幸福路"));
    });
}

#[test]
fn what_was_found_is_shown_in_pieces() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        house.act(HANDLER, &id, "note", json!({ "text": "<b>年费</b>已核对" })).is(200);
        let row = &search(house, HANDLER, "年费 已核")[0];
        let title = json!([
            { "text": "信用卡", "is_hit": false }, { "text": "年费", "is_hit": true }, { "text": "争议", "is_hit": false }
        ]);
        assert_eq!(row["title_pieces"], title);
        let note = row["snippets"].as_array().unwrap().iter().find(|snippet| snippet["section"] == "note").unwrap();
        let pieces = json!([
            { "text": "<b>", "is_hit": false }, { "text": "年费", "is_hit": true }, { "text": "</b>", "is_hit": false },
            { "text": "已核", "is_hit": true }, { "text": "对", "is_hit": false }
        ]);
        assert_eq!(note["pieces"], pieces);
        // Without words there is nothing to show.
        let plain = &house.get(HANDLER, "/api/voice/orders").is(200)["items"][0];
        assert!(plain.get("snippets").is_none() && plain.get("title_pieces").is_none());
    });
}

#[test]
fn words_are_searched_within_the_scope_of_the_list() {
    each_house(|house| {
        house.file();
        let other = house.post("teller@/HO/SZ/", "/api/voice/orders", matter()).is(201)["id"].clone();
        for _ in 0..2 {
            assert_eq!(search(house, "officer@/HO/", "年费").len(), 2);
            assert_eq!(
                search(house, "officer@/HO/SZ/", "年费").iter().map(|row| &row["id"]).collect::<Vec<_>>(),
                [&other]
            );
            assert_eq!(search(house, "officer@/HO/CARD/", "年费").len(), 0);
            assert_eq!(house.get("teller@/HO/", "/api/voice/orders?text=%E5%B9%B4%E8%B4%B9").status.as_u16(), 403);
            work(house);
        }
        let waiting = house.db.ledger.read(lookups::is_anything_waiting).unwrap();
        assert!(!waiting);
    });
}
