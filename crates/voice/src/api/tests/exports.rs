//! Lists that leave the house: whole, masked, within scopes, with an event; in clear only for those who may.

use std::io::Cursor;

use kernel::PageRequest;
use serde_json::{Value, json};

use super::house::{Answer, HANDLER, House, OFFICER, each_house, matter, unit_id};
use crate::store::exports;

fn take(house: &House<'_>, who: &str, body: Value) -> Answer {
    house.post(who, "/api/voice/exports", body)
}

fn orders(format: &str) -> Value {
    json!({ "format": format, "list": { "kind": "orders", "filter": {} } })
}

/// The lines of a CSV answer, without the mark at its beginning.
fn lines(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
    let text = answer.text();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(Cursor::new(text.strip_prefix('\u{feff}').unwrap()));
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn a_list_goes_out_whole_and_masked() {
    each_house(|house| {
        let ids: Vec<String> = (0..3).map(|_| house.file()).collect();
        house.post("teller@/HO/SZ/", "/api/voice/orders", matter()).is(201);
        let answer = take(house, OFFICER, orders("csv"));
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
        assert!(answer.headers["content-disposition"].to_str().unwrap().ends_with(".csv"));
        let rows = lines(&answer);
        assert_eq!((rows.len(), rows[0][0].as_str(), rows[0].len()), (4, "受理编号", 23));
        // All of them were filed at one instant, so that nothing tells which is the newest.
        let mut out: Vec<String> = rows[1..].iter().map(|row| row[22].clone()).collect();
        out.sort();
        let mut ids = ids;
        ids.sort();
        assert_eq!(out, ids);
        let text = answer.text();
        assert!(text.contains("李**") || text.contains("李＊"), "{text}");
        for secret in ["李小明", "13812345678", "6222021234567890123"] {
            assert!(!text.contains(secret), "{secret}");
        }
        assert_eq!(rows[1][14], "300.00");
        // The workbook holds the same.
        let book = take(house, OFFICER, orders("xlsx"));
        assert_eq!(&book.bytes[..4], b"PK\x03\x04");
        assert_eq!(lines(&take(house, "officer@/HO/", orders("csv"))).len(), 5);
        let filter =
            json!({ "format": "csv", "list": { "kind": "orders", "filter": { "unit": unit_id("SZ").to_string() } } });
        assert_eq!(lines(&take(house, "officer@/HO/", filter.clone())).len(), 2);
        assert_eq!(lines(&take(house, OFFICER, filter)).len(), 1);
    });
}

#[test]
fn what_a_figure_counts_goes_out_too() {
    each_house(|house| {
        let id = house.file();
        let filter = json!({ "from": "2026-01-01", "to": "2026-12-31" });
        let body =
            json!({ "format": "csv", "list": { "kind": "figure_orders", "figure": "received", "filter": filter } });
        let rows = lines(&take(house, OFFICER, body));
        assert_eq!((rows.len(), &rows[1][22]), (2, &id));
        let body = json!({ "format": "csv", "list": { "kind": "rectifications", "filter": {} } });
        assert_eq!(lines(&take(house, OFFICER, body)).len(), 1);
    });
}

#[test]
fn clear_data_leaves_an_event_at_every_order() {
    each_house(|house| {
        let id = house.file();
        let mut body = orders("csv");
        body["in_clear"] = json!("contact");
        assert_eq!(take(house, "auditor@/HO/", body.clone()).status.as_u16(), 403);
        let rows = lines(&take(house, OFFICER, body));
        assert_eq!((rows[1][5].as_str(), rows[1][6].as_str()), ("李小明", "13812345678"));
        let history = house.get(OFFICER, &format!("/api/voice/orders/{id}")).is(200)["history"].clone();
        assert_eq!(history.as_array().unwrap().last().unwrap()["kind"], "revealed");
    });
}

#[test]
fn who_took_what_is_kept() {
    each_house(|house| {
        house.file();
        assert_eq!(take(house, HANDLER, orders("csv")).status.as_u16(), 403);
        assert_eq!(take(house, "", orders("csv")).status.as_u16(), 401);
        assert_eq!(
            take(house, OFFICER, json!({ "format": "pdf", "list": { "kind": "orders", "filter": {} } }))
                .status
                .as_u16(),
            422
        );
        let unknown = json!({ "format": "csv", "list": { "kind": "orders", "filter": { "colour": "red" } } });
        assert_eq!(take(house, OFFICER, unknown).status.as_u16(), 422);
        take(house, OFFICER, orders("csv"));
        // The end is recorded when the writing thread has seen it; it holds the last piece until then.
        let ended = || {
            let page = PageRequest::new(None, None);
            let read = |conn: &mut ledger::Connection| exports::page(conn, &[crate::testing::path("/HO/")], &page);
            house.db.ledger.read(read).unwrap().items.remove(0)
        };
        while ended().ended_at.is_none() {
            std::thread::yield_now();
        }
        assert_eq!((ended().rows, ended().is_whole), (Some(1), true));
        let list = house.get("auditor@/HO/", "/api/voice/exports").is(200);
        assert_eq!((&list["items"][0]["list"], &list["items"][0]["rows"]), (&json!("orders"), &json!(1)));
        assert_eq!(house.get("officer@/HO/SZ/", "/api/voice/exports").is(200)["items"], json!([]));
        let history = house.db.ledger.history(list["items"][0]["id"].as_str().unwrap()).unwrap();
        assert_eq!(history.iter().map(|event| event.kind.clone()).collect::<Vec<_>>(), ["started", "ended"]);
        // Nobody empties the house by asking again and again.
        let answers: Vec<u16> = (0..12).map(|_| take(house, OFFICER, orders("csv")).status.as_u16()).collect();
        assert_eq!(answers.last(), Some(&429));
    });
}

#[test]
fn queues_and_other_lists_go_out_as_they_are_shown() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        let urgent = house.file();
        house.act(HANDLER, &urgent, "mark_urgent", json!({ "ground": "funds_at_risk" })).is(200);
        let due = house.db.now().plus_days(2).to_string();
        let ask = json!({ "unit": unit_id("CARD").to_string(), "ask": "请协查", "due": due });
        house.act(HANDLER, &id, "open_task", ask).is(200);
        let list = |who: &str, list: Value| {
            let answer = take(house, who, json!({ "format": "csv", "list": list }));
            lines(&answer)
        };
        let queue = json!({ "kind": "waiting", "queue": "urgent" });
        let waits = list("officer@/HO/", queue.clone());
        assert_eq!((waits.len(), waits[1][2].as_str(), waits[1][3].as_str()), (2, "信用卡年费争议", "GZ001机构"));
        assert_eq!(list("officer@/HO/SZ/", queue).len(), 1, "of others nothing");
        assert_eq!(list("officer@/HO/", json!({ "kind": "tasks" })).len(), 2);
        assert_eq!(list("officer@/HO/SZ/", json!({ "kind": "tasks" })).len(), 1, "of others nothing");
        for kind in ["approvals", "cases", "hot_issues", "conspicuous", "listings"] {
            assert_eq!(list("officer@/HO/", json!({ "kind": kind })).len(), 1, "{kind}: headings alone");
        }
        let refused = |who: &str, body: Value| take(house, who, body).status.as_u16();
        let queue = json!({ "format": "csv", "list": { "kind": "waiting", "queue": "lead" } });
        assert_eq!(refused(HANDLER, queue.clone()), 403, "who may not take lists out");
        assert_eq!(refused("officer@/HO/", queue), 403, "who may not see the queue");
        let mut clear = json!({ "format": "csv", "list": { "kind": "tasks" } });
        clear["in_clear"] = json!("contact");
        assert_eq!(refused("officer@/HO/", clear), 422);
        let unknown = json!({ "kind": "regulator_list_rows", "list": "rl_01jd8x4c3e7tq9v2m5k6n8p0r1" });
        assert_eq!(refused("officer@/HO/", json!({ "format": "csv", "list": unknown })), 404);
    });
}
