//! Rectifications over HTTP: the whole life, who may do what, and a cause that comes back.

use std::sync::Arc;

use http::Request;
use kernel::{
    Clock as _, Problem,
    id::{AttachmentId, RectificationId, StaffId, SubjectId},
};
use ledger::{Cause, JobHandler};
use people::store::{staff, units};
use seal::Sealed;
use serde_json::{Value, json};

use super::house::{Answer, HANDLER, House, OFFICER, caller, decision, each_house, unit_id};
use crate::{
    jobs::{LawSource, at_start, handlers},
    model::{parts::Attachment, rectification::RectificationCommand},
    rectify,
    store::files,
    testing::LAW,
};

const OWNER: &str = "outlet_head@/HO/GZ/GZ001/";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR pretend picture";

/// The id of the person behind a token.
fn id_of(who: &str) -> StaffId {
    caller(who).unwrap().reference.id().parse().unwrap()
}

/// Puts the person behind a token on the bank's list of staff.
fn employ(house: &House<'_>, who: &'static str, unit: &'static str) {
    let id = id_of(who);
    house
        .db
        .ledger
        .write(&Cause::new("test:employ"), move |work| -> Result<(), Problem> {
            let now = work.now();
            let place = units::find(work.connection(), unit_id(unit))?.unwrap();
            let person = staff::SealedPerson {
                name_sealed: Sealed::from_stored("s1.name"),
                name_masked: "王*".to_owned(),
                phone_sealed: None,
                phone_masked: String::new(),
            };
            let keys = (id, SubjectId::from_bits(77), "0001");
            Ok(staff::insert(work.connection(), keys, &person, &place, now)?)
        })
        .unwrap();
}

/// An order of the outlet that was answered, with its cause.
fn caused(house: &House<'_>) -> String {
    let id = house.file();
    house.handle(&id);
    house.act(HANDLER, &id, "decide", decision()).is(200);
    house.act(HANDLER, &id, "find_cause", json!({ "cause": "charges" })).is(200);
    id
}

fn plan(house: &House<'_>, orders: &[&str]) -> Value {
    json!({
        "cause": "charges",
        "scope": unit_id("GZ").to_string(),
        "unit": unit_id("GZ001").to_string(),
        "owner": id_of(OWNER).to_string(),
        "title": "年费收取提示不足（卡号6222021234567890123）",
        "finding": "柜面未提示年费标准。",
        "measures": [{ "text": "修订柜面提示话术" }, { "text": "更新公示牌" }],
        "due": house.db.clock.now().plus_days(20).date().to_string(),
        "orders": orders,
    })
}

struct Case<'h, 'a> {
    house: &'h House<'a>,
    id: String,
}

impl Case<'_, '_> {
    fn get(&self) -> Value {
        self.house.get(OFFICER, &format!("/api/voice/rectifications/{}", self.id)).is(200)
    }

    fn act(&self, who: &str, verb: &str, mut body: Value) -> Answer {
        body["version"] = self.get()["version"].clone();
        self.house.post(who, &format!("/api/voice/rectifications/{}/{verb}", self.id), body)
    }

    fn upload(&self, who: &str, content: &[u8]) -> Answer {
        let version = self.get()["version"].clone();
        let mut body =
            format!("--b\r\ncontent-disposition: form-data; name=\"version\"\r\n\r\n{version}\r\n").into_bytes();
        body.extend(b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"photo.png\"\r\n\r\n");
        body.extend_from_slice(content);
        body.extend(b"\r\n--b--\r\n");
        let request = Request::post(format!("/api/voice/rectifications/{}/evidence", self.id))
            .header("authorization", format!("Bearer {who}"))
            .header("content-type", "multipart/form-data; boundary=b");
        self.house.send(request.body(body.into()).unwrap())
    }

    fn run_jobs(&self) {
        let now = self.house.db.clock.now();
        let queue = move |unit: &mut ledger::Unit<'_>| at_start(now).into_iter().try_for_each(|job| unit.enqueue(job));
        self.house.db.ledger.write(&Cause::new("test:start"), queue).unwrap();
        let law: Arc<dyn LawSource> = Arc::new(LAW.clone());
        let handlers: Vec<Arc<dyn JobHandler>> = handlers(&law);
        let run = self.house.db.ledger.run_due_jobs(&handlers, self.house.db.clock.now()).unwrap();
        assert_eq!(run.failed, Vec::new());
    }
}

fn opened<'h, 'a>(house: &'h House<'a>, orders: &[&str]) -> Case<'h, 'a> {
    employ(house, OWNER, "GZ001");
    let body = house.post(OFFICER, "/api/voice/rectifications", plan(house, orders)).is(201);
    Case { house, id: body["id"].as_str().unwrap().to_owned() }
}

fn checked<'h, 'a>(house: &'h House<'a>, orders: &[&str]) -> Case<'h, 'a> {
    let case = opened(house, orders);
    case.act(OWNER, "measure", json!({ "measure": 1, "words": "已修订" })).is(200);
    case.act(OWNER, "measure", json!({ "measure": 2 })).is(200);
    case.upload(OWNER, PNG).is(200);
    case.act(OWNER, "submit", json!({ "words": "整改完毕" })).is(200);
    case.act(OFFICER, "check", json!({ "is_done": true, "words": "现场核对无误" })).is(200);
    case
}

#[test]
fn a_rectification_goes_from_its_cause_to_its_look_back() {
    each_house(|house| {
        let order = caused(house);
        house.pass_days(3);
        let case = checked(house, &[&order]);
        let body = case.get();
        assert_eq!((&body["stage"], &body["title"]), (&json!("checked"), &json!("年费收取提示不足（卡号＊）")));
        assert_eq!(body["measures"][0]["words"], "已修订");
        assert_eq!(body["remarks"][1]["step"], "check");
        assert_eq!(
            case.act(OFFICER, "look_back", json!({ "is_effective": true, "words": "好" })).reason(409),
            "too-early"
        );
        house.pass_days(91);
        let early = case.get()["counted"].clone();
        assert_eq!((&early["before"], &early["after"], &early["days"]), (&json!(1), &json!(0), &json!(90)));
        let address = format!("/api/voice/rectifications/{}/orders?side=before", case.id);
        let before = house.get(OFFICER, &address).is(200);
        assert_eq!(before["items"].as_array().unwrap().len(), 1);
        assert_eq!(before["items"][0]["id"], json!(order));
        case.act(OFFICER, "look_back", json!({ "is_effective": true, "words": "未再发生" })).is(200);
        let body = case.get();
        assert_eq!((&body["stage"], &body["look_backs"][0]["counted"]), (&json!("closed"), &early));
        let kinds: Vec<&str> =
            body["history"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
        let expected =
            ["opened", "measure_done", "measure_done", "evidence_added", "submitted", "check_passed", "looked_back"];
        assert_eq!(kinds, expected);
    });
}

#[test]
fn a_cause_that_comes_back_opens_it_again_by_itself() {
    each_house(|house| {
        let first = caused(house);
        house.pass_days(1);
        let case = checked(house, &[&first]);
        case.run_jobs();
        assert_eq!(case.get()["stage"], "checked");
        house.pass_days(2);
        let again = caused(house);
        case.run_jobs();
        let body = case.get();
        assert_eq!((&body["stage"], &body["round"]), (&json!("open"), &json!(2)));
        assert_eq!(body["orders"], json!([first, again]));
        // And one that is late is brought before the unit above.
        house.pass_days(120);
        case.run_jobs();
        let kinds: Vec<Value> =
            case.get()["history"].as_array().unwrap().iter().map(|event| event["kind"].clone()).collect();
        assert!(kinds.contains(&json!("recurred")) && kinds.contains(&json!("escalated")), "{kinds:?}");
        let late = house.get(OFFICER, "/api/voice/rectifications?is_overdue=true").is(200);
        assert_eq!(late["items"][0]["id"], json!(case.id));
    });
}

#[test]
fn rectifications_are_seen_and_done_by_those_who_may() {
    each_house(|house| {
        let order = caused(house);
        employ(house, OWNER, "GZ001");
        let open = |who: &str, change: Value| {
            let mut body = plan(house, &[&order]);
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            house.post(who, "/api/voice/rectifications", body)
        };
        assert_eq!(open(HANDLER, json!({})).status.as_u16(), 403);
        assert_eq!(open("officer@/HO/SZ/", json!({})).status.as_u16(), 403);
        for (change, pointer) in [
            (json!({ "cause": "weather" }), "/cause"),
            (json!({ "measures": [] }), "/measures"),
            (json!({ "title": " " }), "/title"),
            (json!({ "unit": unit_id("SZ").to_string() }), "/unit"),
            (json!({ "owner": id_of(OFFICER).to_string() }), "/owner"),
            (json!({ "orders": ["wo_00000000000000000000000001"] }), "/orders/0"),
            (json!({ "due": "2020-01-01" }), "/due"),
        ] {
            let problem = open(OFFICER, change).is(422);
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        }
        let id = open(OFFICER, json!({})).is(201)["id"].as_str().unwrap().to_owned();
        let address = format!("/api/voice/rectifications/{id}");
        assert_eq!(house.get("officer@/HO/SZ/", &address).status.as_u16(), 404);
        assert_eq!(house.get(OWNER, &address).status.as_u16(), 200);
        assert_eq!(house.get("auditor@/HO/", &address).status.as_u16(), 200);
        let count = |who: &str| house.get(who, "/api/voice/rectifications").is(200)["items"].as_array().unwrap().len();
        assert_eq!(
            (count(OFFICER), count(OWNER), count("officer@/HO/SZ/"), count("teller@/HO/GZ/GZ001/")),
            (1, 1, 0, 0)
        );
        let case = Case { house, id };
        assert_eq!(case.act(OFFICER, "measure", json!({ "measure": 1 })).reason(409), "not-owner");
        assert_eq!(case.act("auditor@/HO/", "cancel", json!({ "words": "不需要" })).status.as_u16(), 403);
        let stale = house.post(OFFICER, &format!("{address}/supervise"), json!({ "version": 9, "words": "请加快" }));
        assert_eq!(stale.reason(409), "raced");
        case.act(OFFICER, "supervise", json!({ "words": "请加快" })).is(200);
        case.act(OFFICER, "circulate", json!({ "words": "各网点自查" })).is(200);
        case.act(OFFICER, "cancel", json!({ "words": "并入另一项" })).is(200);
        assert_eq!(case.act(OWNER, "measure", json!({ "measure": 1 })).reason(409), "wrong-stage");
    });
}

/// A rectification with a piece of evidence from before objects were sealed; both ids.
pub(super) fn with_older_evidence(house: &House<'_>, content: &'static [u8]) -> (String, String) {
    let case = opened(house, &[]);
    let (id, old): (RectificationId, _) = (case.id.parse().unwrap(), AttachmentId::from_bits(7));
    case.upload(OWNER, PNG).is(200);
    let (digest, owner) = (house.digest(content), caller(OWNER).unwrap());
    let add = move |unit: &mut ledger::Unit<'_>| {
        let held = rectify::load(unit, id)?.evidence[0].clone();
        let (size, digest) = (content.len() as u64, digest.clone());
        let file = Attachment { id: old, size, digest, sealed: false, ..held };
        let command = RectificationCommand::AddEvidence(file);
        rectify::act(unit, &rectify::Act { id, version: None, command }, &owner, &LAW)?;
        Ok::<_, Problem>(files::mark_rectification_clear(unit.connection(), id)?)
    };
    house.db.ledger.write(&Cause::new("test:older"), add).unwrap();
    house.lay(&old.to_string(), content);
    (case.id, old.to_string())
}

#[test]
fn evidence_comes_in_and_goes_out_as_it_was() {
    each_house(|house| {
        let case = opened(house, &[]);
        assert_eq!(case.upload(OWNER, b"MZ\x90\0 a program").status.as_u16(), 415);
        assert_eq!(case.upload("auditor@/HO/", PNG).status.as_u16(), 403);
        case.upload(OWNER, PNG).is(200);
        let file = case.get()["evidence"][0].clone();
        let address = format!("/api/voice/rectifications/{}/evidence/{}", case.id, file["id"].as_str().unwrap());
        assert_eq!(house.get("officer@/HO/SZ/", &address).status.as_u16(), 404);
        assert_eq!(house.get(OFFICER, &address).bytes, PNG);
        let history = case.get()["history"].clone();
        assert_eq!(history.as_array().unwrap().last().unwrap()["kind"], "evidence_read");
    });
}
