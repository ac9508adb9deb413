//! Lists of past complaints by the API: looked at, taken, taken again, and refused in words.

use std::sync::mpsc::channel;

use axum::body::Body;
use http::Request;
use parking_lot::Mutex;
use serde_json::{Value, json};

use super::house::{Answer, House, classes, each_house};
use crate::past_list::taking::TOPIC;

const HEAD: &str = "officer@/HO/";
const LIST: &str = "投诉编号,受理日期,办结日期,被投诉机构,投诉内容,业务类别,处理结果,投诉人,涉及金额（万元）\n\
    A1,2025-03-02,2025-03-10,GZ,李小明称年费多收,信用卡,属实,李小明,0.03\n\
    A2,2025-03-05,2025-03-09,NOWHERE,柜台排队太久,储蓄,不属实,,\n\
    A3,昨天,2025-03-09,GZ,日期写成了字,信用卡,属实,,\n\
    A1,2025-03-02,2025-03-10,GZ,李小明称年费多收,信用卡,属实,李小明,0.03\n";

fn send(house: &House<'_>, who: &str, path: &str, parts: &[(&str, &str)], file: &[u8]) -> Answer {
    let mut body = Vec::new();
    for (name, value) in parts {
        let part = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let head = "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"Ledger-2025.csv\"\r\n\r\n";
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--b--\r\n");
    let request = Request::post(format!("/api/voice/past_lists{path}"))
        .header("authorization", format!("Bearer {who}"))
        .header("content-type", "multipart/form-data; boundary=b");
    house.send(request.body(Body::from(body)).unwrap())
}

fn look(house: &House<'_>, parts: &[(&str, &str)], file: &[u8]) -> Answer {
    send(house, HEAD, "/look", parts, file)
}

/// Uploads a list, waits until its end is announced, and gives it with its faults.
fn take(house: &House<'_>, mapping: &str, file: &[u8]) -> Value {
    let (tell, ended) = channel();
    let tell = Mutex::new(tell);
    house.db.ledger.subscribe(Box::new(move |announcement| {
        if announcement.topic == TOPIC {
            // Nobody waits for a list of another test's step.
            let _ = tell.lock().send(announcement.id.clone());
        }
    }));
    let begun = send(house, HEAD, "", &[("mapping", mapping)], file).is(201);
    assert_eq!(begun["state"], "running");
    let id = ended.recv().unwrap();
    assert_eq!(begun["id"], id.as_str());
    house.get(HEAD, &format!("/api/voice/past_lists/{id}")).is(200)
}

/// A mapping in which every word of the list has a meaning.
fn complete(mapping: &Value) -> String {
    let mut mapping = mapping.clone();
    let classes = classes();
    for word in ["信用卡", "储蓄"] {
        mapping["fields"]["business"] = json!({ "column": "业务类别", "map": { word: classes["business"] } });
    }
    mapping["fields"]["business"]["default"] = classes["business"].clone();
    mapping["labels"] = json!({});
    mapping.to_string()
}

#[test]
fn a_list_is_looked_at_taken_and_taken_again() {
    each_house(|house| {
        let seen = look(house, &[], LIST.as_bytes()).is(200);
        assert_eq!(seen["mapping"]["source"], "ledger");
        let fields = &seen["mapping"]["fields"];
        assert_eq!(fields["external"]["column"], "投诉编号");
        assert_eq!(fields["received"]["column"], "受理日期");
        assert_eq!(fields["amount"]["unit"], "wan_yuan");
        assert_eq!(fields["outcome"]["map"], json!({ "属实": "substantiated", "不属实": "not_substantiated" }));
        assert_eq!((seen["looked"].clone(), seen["repeated"].clone()), (json!(4), json!(1)));
        assert_eq!(seen["columns"][0], json!({ "name": "投诉编号", "filled": 4 }));
        let text = seen.to_string();
        assert!(!text.contains("李小明") && text.contains("李**"), "persons are masked: {text}");
        assert_eq!(house.get(HEAD, "/api/voice/orders").is(200)["items"], json!([]), "a look changes nothing");

        let mapping = complete(&seen["mapping"]);
        let tried = look(house, &[("mapping", &mapping)], LIST.as_bytes()).is(200);
        assert_eq!((tried["good"].clone(), tried["refused"].clone()), (json!(1), json!(2)), "{tried}");
        let lines: Vec<u64> = tried["faults"].as_array().unwrap().iter().map(|f| f["line"].as_u64().unwrap()).collect();
        assert_eq!(lines, [3, 4]);
        assert_eq!(tried["faults"][0]["column"], "被投诉机构");

        let list = take(house, &mapping, LIST.as_bytes());
        assert_eq!((list["state"].as_str(), list["taken"].as_u64()), (Some("done"), Some(1)), "{list}");
        assert_eq!((list["repeated"].as_u64(), list["refused"].as_u64()), (Some(1), Some(2)));
        assert_eq!(list["errors"][1]["line"], 4);
        assert!(!list.to_string().contains("昨天"), "a fault repeats no value");
        let orders = house.get(HEAD, "/api/voice/orders").is(200);
        assert_eq!(orders["items"].as_array().unwrap().len(), 1);
        assert_eq!(orders["items"][0]["stage"], "closed");

        // The mapping was kept: the next file of the same shape needs none, and what was taken is known.
        let again = look(house, &[], LIST.as_bytes()).is(200);
        assert_eq!(again["mapping"].to_string(), serde_json::from_str::<Value>(&mapping).unwrap().to_string());
        let mended = LIST.replace("NOWHERE", "SZ").replace("昨天", "2025-03-07");
        let list = take(house, &mapping, mended.as_bytes());
        let counts = ["taken", "already", "repeated", "refused"].map(|name| list[name].as_u64().unwrap());
        assert_eq!(counts, [2, 1, 1, 0], "{list}");
        let lists = house.get(HEAD, "/api/voice/past_lists").is(200);
        assert_eq!(lists["items"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn faults_are_downloaded_row_by_row() {
    each_house(|house| {
        let mapping = complete(&look(house, &[], LIST.as_bytes()).is(200)["mapping"]);
        let list = take(house, &mapping, LIST.as_bytes());
        let id = list["id"].as_str().unwrap();
        let answer = house.get(HEAD, &format!("/api/voice/past_lists/{id}/errors"));
        assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
        let text = String::from_utf8(answer.bytes).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3, "{text}");
        assert!(lines[1].starts_with("3,被投诉机构,") && lines[2].starts_with("4,受理日期,"), "{text}");
    });
}

#[test]
fn only_who_may_for_the_whole_bank_takes_lists() {
    each_house(|house| {
        for who in ["officer@/HO/GZ/", "handler@/HO/", "administrator@/HO/", "auditor@/HO/"] {
            send(house, who, "/look", &[], LIST.as_bytes()).is(403);
            send(house, who, "", &[("mapping", "{}")], LIST.as_bytes()).is(403);
            house.get(who, "/api/voice/past_lists").is(403);
        }
    });
}

#[test]
fn what_is_no_list_or_no_mapping_is_refused_in_words() {
    each_house(|house| {
        let zip_bomb_head = b"PK\x03\x04\0\0\0\0not a zip at all";
        let old_excel = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
        for file in [&b""[..], b"\0\x01\x02,\x03\n", zip_bomb_head, &old_excel] {
            assert_eq!(look(house, &[], file).reason(422), "no-list", "{file:?}");
        }
        for mapping in [
            "",
            "{}",
            "[]",
            r#"{"source":"x","fields":{}}"#,
            r#"{"source":"A b","fields":{"received":{"column":"受理日期"}}}"#,
            r#"{"source":"x","fields":{"received":{"column":"没有"}}}"#,
            r#"{"source":"x","fields":{"received":{"column":"受理日期"},"salary":{"column":"a"}}}"#,
        ] {
            assert_eq!(look(house, &[("mapping", mapping)], LIST.as_bytes()).reason(422), "wrong-mapping", "{mapping}");
        }
        look(house, &[("encoding", "klingon")], LIST.as_bytes()).is(422);
        send(house, HEAD, "", &[], LIST.as_bytes()).is(422);
        // A file that fits the mapping no more: begun, and said to have failed.
        let mapping = r#"{"source":"x","fields":{"received":{"column":"受理日期"}}}"#;
        let list = take(house, mapping, b"a,b\n1,2\n");
        assert_eq!(list["state"], "failed");
        assert!(list["failure"]["zh"].as_str().unwrap().contains("受理日期"), "{list}");
        let large = vec![b'a'; super::super::past_lists::PAST_LIST_BYTES_MAX + 1];
        look(house, &[], &large).is(413);
    });
}
