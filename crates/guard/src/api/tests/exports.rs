//! What leaves the house as a table: decisions with their labels, and lists; hidden unless somebody may and says why, and never
//! without an event.

use std::ops::ControlFlow;

use serde_json::{Value, json};
use table::{Headers, Row, RowError, Sink, TableError, TableOptions};

use super::house::{Answer, House, each_house};
use crate::{model::export::GuardExportEvent, screen::Screen, store::tests::stream_of};

const OFFICER: &str = "officer@/HO/";
const SECOND: &str = "branch_president@/HO/";
const TILL: &str = "system@/HO/";
const DECISIONS: &str = "/api/guard/decisions:export";

fn event(house: &House<'_>, id: &str, outlet: &str, payer: &str) -> Value {
    json!({
        "id": id, "type": "transfer", "time": house.db.now().to_string(), "channel": "counter", "outlet": outlet,
        "amount": 12_345, "app": { "in_call": true },
        "payer": { "account": payer, "name": "李小明" }, "payee": { "account": "6217000000000001" },
    })
}

/// Rows of a table, each by its headings.
#[derive(Default)]
struct Rows {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Sink<TableError> for Rows {
    fn start(&mut self, headers: &Headers) -> Result<(), TableError> {
        self.names = headers.names().to_vec();
        Ok(())
    }

    fn row(&mut self, headers: &Headers, row: Row) -> Result<ControlFlow<()>, TableError> {
        self.rows.push((0..headers.names().len()).map(|at| row.get(at).to_owned()).collect());
        Ok(ControlFlow::Continue(()))
    }

    fn bad(&mut self, error: RowError) -> Result<ControlFlow<()>, TableError> {
        panic!("line {}: {}", error.line, error.reason.en);
    }
}

impl Rows {
    fn of(answer: Answer) -> Self {
        let text = answer.is(200).as_str().unwrap().to_owned();
        let mut rows = Self::default();
        let from = std::io::Cursor::new(text.into_bytes());
        table::read(from, &TableOptions::default(), &table::Meter::default(), &mut rows).unwrap();
        rows
    }

    #[track_caller]
    fn column(&self, name: &str) -> Vec<&str> {
        let at = self.names.iter().position(|known| known == name).expect(name);
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }
}

fn period(house: &House<'_>) -> Value {
    let (from, to) = (house.db.now().plus_days(-1).to_string(), house.db.now().plus_days(1).to_string());
    json!({ "format": "csv", "from": from, "to": to })
}

fn with(body: &Value, name: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[name] = value;
    body
}

#[test]
fn decisions_leave_with_their_labels_and_without_accounts() {
    each_house(|house| {
        let send = |id: &str, outlet: &str, payer: &str| -> Value {
            house.post(TILL, "/api/guard/decisions", event(house, id, outlet, payer)).is(200)["decision"].clone()
        };
        let first = send("e-1", "GZ001", "6222020000000001");
        let second = send("e-2", "GZ001", "6222020000000001");
        let third = send("e-3", "GZ001", "6222020000000002");
        let credit = json!({ "id": "c-1", "type": "credit", "time": house.db.now().to_string(), "amount": 1,
            "payer": { "account": "6222" }, "payee": { "account": "6217" } });
        house.post(TILL, "/api/guard/decisions", credit).is(200);
        house.db.clock.advance_micros(60_000_000);
        let early = house.db.now();
        let say = |decision: &Value, label: &str| {
            let body = json!({ "decision": decision, "label": label, "known_at": house.db.now().to_string(),
                "source": "核查" });
            house.post(OFFICER, "/api/guard/labels", body).is(200);
        };
        say(&first, "fraud");
        house.db.clock.advance_micros(60_000_000);
        let late = house.db.now();
        say(&first, "genuine");
        say(&third, "fraud");
        house.db.clock.advance_micros(60_000_000);
        let body = period(house);
        let rows = Rows::of(house.post(OFFICER, DECISIONS, body.clone()));
        // In order; labels as they hold, with when they were known.
        assert_eq!(rows.column("decision"), [&first, &second, &third].map(|id| id.as_str().unwrap()));
        assert_eq!(rows.column("label"), ["genuine", "", "fraud"]);
        let late = late.to_string();
        assert_eq!(rows.column("known_at"), [late.as_str(), "", late.as_str()]);
        assert_eq!(rows.column("amount"), ["12345"; 3]);
        assert_eq!((rows.column("channel"), rows.column("app.in_call")), (vec!["counter"; 3], vec!["true"; 3]));
        // The same account has the same hash, and no other.
        let payers = rows.column("payer.account");
        assert_eq!((payers[0] == payers[1], payers[0] == payers[2]), (true, false));
        let text = house.post(OFFICER, DECISIONS, body.clone()).is(200).to_string();
        for clear in ["622202", "621700", "李小明"] {
            assert!(!text.contains(clear), "{clear}");
        }
        // What became known later is not taken for known.
        let then = with(&body, "labels_until", json!(early.plus_micros(1).to_string()));
        assert_eq!(Rows::of(house.post(OFFICER, DECISIONS, then)).column("label"), ["fraud", "", ""]);
        let before = with(&body, "labels_until", json!(early.to_string()));
        assert_eq!(Rows::of(house.post(OFFICER, DECISIONS, before)).column("label"), ["", "", ""]);
        // In clear for who may, and with a reason.
        let clear = with(&body, "in_clear", json!("公安机关调取"));
        let shown = Rows::of(house.post(OFFICER, DECISIONS, clear.clone()));
        assert_eq!(shown.column("payer.account"), ["6222020000000001", "6222020000000001", "6222020000000002"]);
        assert_eq!(shown.column("payer.name"), ["李小明"; 3]);
        house.post(OFFICER, DECISIONS, with(&body, "in_clear", json!(""))).is(422);
        house.post("officer@/HO/GZ/", DECISIONS, clear).is(403);
        // Within the caller's places only.
        assert_eq!(Rows::of(house.post("officer@/HO/GZ/", DECISIONS, body.clone())).rows.len(), 3);
        assert_eq!(Rows::of(house.post("officer@/HO/SZ/", DECISIONS, body.clone())).rows.len(), 0);
        house.post("teller@/HO/", DECISIONS, body.clone()).is(403);
        house.post(OFFICER, DECISIONS, with(&body, "event_type", json!("credit"))).is(422);
        let to = with(&body, "to", body["from"].clone());
        house.post(OFFICER, DECISIONS, to).is(422);
        // A workbook is one.
        let answer = house.post(OFFICER, DECISIONS, with(&body, "format", json!("xlsx"))).is(200);
        assert!(answer.as_str().unwrap().starts_with("PK"));
    });
}

#[test]
fn who_took_what_is_kept() {
    each_house(|house| {
        house.post(TILL, "/api/guard/decisions", event(house, "e-1", "GZ001", "6222020000000001")).is(200);
        let body = with(&period(house), "in_clear", json!("核对，电话13812345678"));
        house.post(OFFICER, DECISIONS, body).is(200);
        let read = |unit: &mut ledger::Unit<'_>| -> Result<Vec<GuardExportEvent>, kernel::Problem> {
            let export = stream_of(unit.connection(), "xp_")?;
            Ok(unit.load::<GuardExportEvent>(&export)?.events.into_iter().map(|one| one.event).collect())
        };
        let events = house.db.ledger.write(&ledger::Cause::new("test:read"), read).unwrap();
        let GuardExportEvent::Started(started) = &events[0] else { panic!("{events:?}") };
        assert!(started.in_clear.as_ref().is_some_and(|reason| !reason.contains("138")));
        assert_eq!(events[1], GuardExportEvent::Ended { rows: 1, is_whole: true });
    });
}

#[test]
fn a_list_leaves_as_it_stands_and_comes_back_as_it_was() {
    each_house(|house| {
        let change = |list: &str, what: &str, values: Value, until: Option<String>| {
            let body = json!({ "list": list, "what": what, "reason": "通报", "source": "公安", "values": values,
                "until": until });
            let proposed = house.post(OFFICER, "/api/guard/list-changes", body).is(201);
            let at = format!("/api/guard/list-changes/{}/approve", proposed["id"].as_str().unwrap());
            house.post(SECOND, &at, json!({ "version": 1 })).is(200);
            house.shared.known_part::<Screen>().unwrap().catch_up().unwrap();
            house.db.clock.advance_micros(1_000_000);
        };
        house.get(OFFICER, "/api/guard/lists").is(200);
        let values = |texts: &[&str]| -> Value { texts.iter().map(|text| json!({ "value": text })).collect() };
        let soon = house.db.now().plus_days(1).to_string();
        change("police", "add", values(&["6217000000000001", "6217000000000002", "6230****0001"]), None);
        change("police", "end", values(&["6217000000000002", "6217000000000003"]), None);
        change("police", "add", values(&["6217000000000003", "6217000000000001"]), None);
        change("police", "add", values(&["6217000000000004"]), Some(soon));
        change("watched", "add", values(&["6217000000000005"]), None);
        house.db.clock.advance_micros(2 * 86_400_000_000);
        let at = "/api/guard/lists/police/export";
        // Each value once, without what ended and what expired; masked, and not under a heading that an import reads.
        let masked = Rows::of(house.post(OFFICER, at, json!({ "format": "csv" })));
        assert_eq!(masked.column("masked"), ["************0001", "6230****0001", "************0003"]);
        assert!(!masked.names.iter().any(|name| name == "value"));
        let body = json!({ "format": "csv", "in_clear": "迁移" });
        let answer = house.post(OFFICER, at, body.clone());
        let file = answer.body.as_str().unwrap().to_owned();
        let clear = Rows::of(answer);
        let stands = clear.column("value");
        assert_eq!(stands, ["6217000000000001", "6230****0001", "6217000000000003"]);
        assert_eq!((clear.column("source")[0], clear.column("until")[0]), ("公安", ""));
        // The file is one that the import takes.
        let head = |name: &str, text: &str| {
            format!("--x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        let part = "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"l.csv\"\r\n\r\n";
        let form =
            head("what", "add") + &head("reason", "迁移") + &head("source", "导出") + part + &file + "\r\n--x--\r\n";
        let media = ("multipart/form-data; boundary=x", form.into_bytes());
        let import = "/api/guard/lists/watched/import";
        let taken = house.send_raw(OFFICER, http::Method::POST, import, media, None).is(201);
        assert_eq!((&taken["change"]["entries"], &taken["refused"]), (&json!(3), &json!(0)));
        // Who may not, and what is not there.
        house.post("branch_president@/HO/", at, json!({ "format": "csv" })).is(403);
        house.post("officer@/HO/GZ/", at, json!({ "format": "csv" })).is(403);
        house.post(OFFICER, "/api/guard/lists/weather/export", json!({ "format": "csv" })).is(404);
        // The list of changes says what each may do with them.
        let waiting = house.get(OFFICER, "/api/guard/list-changes?state=proposed").is(200)["items"][0].clone();
        let allowed = |token: &str| -> Vec<(Value, Value, bool)> {
            let items = house.get(token, "/api/guard/list-changes?state=proposed").is(200)["items"].clone();
            let actions = items[0]["allowed_actions"].as_array().unwrap().clone();
            let one =
                |action: Value| (action["action"].clone(), action["allowed"].clone(), action["reason"].is_string());
            actions.into_iter().map(one).collect()
        };
        assert!(waiting["allowed_actions"].is_array());
        assert_eq!(allowed(SECOND), ["approve", "refuse"].map(|action| (json!(action), json!(true), false)));
        for cannot in [OFFICER, "auditor@/HO/", "branch_president@/HO/GZ/"] {
            assert_eq!(allowed(cannot), ["approve", "refuse"].map(|action| (json!(action), json!(false), true)));
        }
    });
}
