//! Reports: the same for a past date whatever happened since, and corrected with a trail.

use kernel::Clock as _;
use serde_json::{Value, json};

use super::house::{HANDLER, House, OFFICER, decision, each_house, matter, unit_id};

const LIAISON: &str = "regulator_liaison@/HO/";

fn make(house: &House<'_>, who: &str, change: Value) -> super::house::Answer {
    let now = house.db.clock.now().date();
    let mut body = json!({ "kind": "yearly_disclosure", "year": now.year(), "unit": unit_id("HO").to_string() });
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    house.post(who, "/api/voice/reports", body)
}

fn table<'v>(report: &'v Value, name: &str) -> &'v Vec<Value> {
    let tables = report["tables"].as_array().unwrap();
    tables.iter().find(|table| table["table"] == name).unwrap()["lines"].as_array().unwrap()
}

#[test]
fn a_report_says_the_same_again_after_everything_has_changed() {
    each_house(|house| {
        let ids: Vec<String> = (0..3).map(|_| house.file()).collect();
        house.handle(&ids[0]);
        house.post("teller@/HO/SZ/", "/api/voice/orders", matter()).is(201);
        house.pass_days(1);
        let report = make(house, LIAISON, json!({})).is(201);
        assert_eq!(report["received"], 4);
        let counts = |report: &Value, name: &str| -> Vec<u64> {
            table(report, name).iter().map(|line| line["count"].as_u64().unwrap()).collect()
        };
        assert_eq!(counts(&report, "business"), [3, 1], "three are not classified yet");
        assert_eq!(table(&report, "business")[0]["titles"], json!(["未填写"]));
        let address = format!("/api/voice/reports/{}", report["id"].as_str().unwrap());
        // Orders move on, and more of them come in.
        house.db.clock.advance_micros(1);
        house.handle(&ids[1]);
        house.act(HANDLER, &ids[0], "decide", decision()).is(200);
        house.pass_days(2);
        house.file();
        let check = house.get(LIAISON, &format!("{address}/check")).is(200);
        assert_eq!(check, json!({ "as_of": report["as_of"], "is_same": true, "differences": [] }));
        // A correction counts anew, says why, and leaves the first edition as it was.
        let stale = json!({ "version": 7, "why": "补录" });
        assert_eq!(house.post(LIAISON, &format!("{address}/correct"), stale).reason(409), "raced");
        let why = json!({ "version": 1, "why": "漏报一件，联系人13812345678" });
        let corrected = house.post(LIAISON, &format!("{address}/correct"), why.clone()).is(200);
        assert_eq!((&corrected["received"], &corrected["version"]), (&json!(5), &json!(2)));
        let trail = &corrected["editions"][1];
        assert_eq!(trail["sentence"]["zh"], "更正：漏报一件，联系人＊");
        assert_eq!(trail["differences"][0], json!({ "keys": [], "before": 4, "after": 5 }));
        let first = house.get(LIAISON, &format!("{address}?edition=1")).is(200);
        assert_eq!((&first["received"], &first["tables"]), (&json!(4), &report["tables"]));
        assert_eq!(house.get(LIAISON, &format!("{address}/check?edition=1")).is(200)["is_same"], true);
        let again = json!({ "version": 2, "why": "再更正" });
        assert_eq!(house.post(LIAISON, &format!("{address}/correct"), again).reason(409), "nothing-changed");
        assert_eq!(house.get(LIAISON, &format!("{address}?edition=3")).status.as_u16(), 404);
    });
}

#[test]
fn a_report_can_be_made_for_a_day_that_has_passed() {
    each_house(|house| {
        let id = house.file();
        let then = house.db.clock.now().date();
        house.pass_days(3);
        house.handle(&id);
        house.file();
        let quarter = (then.month() + 2) / 3;
        let body = json!({ "kind": "quarterly_table", "quarter": quarter, "as_of": then.to_string() });
        let report = make(house, OFFICER, json!({})).status.as_u16();
        assert_eq!(report, 403, "the officer of a branch makes none for the bank");
        let report = make(house, LIAISON, body.clone()).is(201);
        assert_eq!(report["received"], 1);
        assert_eq!(table(&report, "business")[0]["keys"], json!([""]), "it was not classified then");
        assert_eq!(make(house, LIAISON, body).reason(409), "report-exists");
        let own = json!({ "kind": "quarterly_table", "quarter": quarter, "unit": unit_id("GZ").to_string() });
        assert_eq!(make(house, OFFICER, own).is(201)["received"], 2);
        for wrong in [
            json!({ "quarter": 1 }),
            json!({ "kind": "quarterly_table" }),
            json!({ "kind": "quarterly_table", "quarter": 5 }),
            json!({ "year": 1990 }),
            json!({ "as_of": "2000-01-01" }),
        ] {
            assert_eq!(make(house, LIAISON, wrong.clone()).status.as_u16(), 422, "{wrong}");
        }
        let list = |who: &str| house.get(who, "/api/voice/reports").is(200)["items"].as_array().unwrap().len();
        assert_eq!((list(LIAISON), list(OFFICER), list("officer@/HO/SZ/")), (2, 1, 0));
        assert_eq!(house.get(HANDLER, "/api/voice/reports").status.as_u16(), 403);
    });
}

#[test]
fn a_report_is_printed_and_downloaded() {
    each_house(|house| {
        let id = house.file();
        house.handle(&id);
        let report = make(house, LIAISON, json!({})).is(201);
        let address = format!("/api/voice/reports/{}", report["id"].as_str().unwrap());
        let page = house.get(LIAISON, &format!("{address}/print"));
        assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
        let title = table(&report, "business")[0]["titles"][0].as_str().unwrap().to_owned();
        for words in ["年度投诉情况披露", "投诉受理总量：1 件", "100.00", title.as_str()] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        assert!(house.get(LIAISON, &format!("{address}/print?language=en")).text().contains("Complaints received: 1"));
        let book = house.get(LIAISON, &format!("{address}/download"));
        assert_eq!(&book.bytes[..4], b"PK\x03\x04");
        for path in ["", "/print", "/download", "/check"] {
            assert_eq!(house.get("officer@/HO/SZ/", &format!("{address}{path}")).status.as_u16(), 404, "{path}");
        }
    });
}
