//! Running the house over HTTP: the law for all to read, calendars, checks of the ledger, and who did what.

use std::sync::Arc;

use crate::house::House;
use axum::body::Body;
use http::{Method, Request, StatusCode};
use kernel::ActorRef;
use ledger::{Cause, Event, Handlers, Job, JobError, JobHandler, NewJob, StoreError, Unit, UpgradeError};
use regulation::Regulations;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use voice::{jobs::LawSource, model::Law};

/// How often a check in the background is asked for; each time the runtime lets its thread go on.
const ASKED_MAX: usize = 5_000;

/// An act of seeing personal data, as the room voice would record it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Seen {}

impl Event for Seen {
    const TYPE: &'static str = "voice.order";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        "revealed"
    }

    fn upgrade(kind: &str, from: u16, _: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

/// Work that can never be done.
struct Hopeless;

impl JobHandler for Hopeless {
    fn kind(&self) -> &'static str {
        "test.hopeless"
    }

    fn run(&self, _: &mut Unit<'_>, _: &Job) -> Result<(), JobError> {
        Err(JobError::Park("the other system is gone".to_owned()))
    }
}

impl House {
    /// Lets a job fail for good.
    fn park_a_job(&self) {
        let now = self.ledger.ports().clock.now();
        let job = NewJob { kind: "test.hopeless", key: Some("thing".to_owned()), due: now, payload: json!({}) };
        let put = move |unit: &mut Unit<'_>| unit.enqueue(job.clone());
        self.ledger.write(&Cause::new("test:park"), put).expect("the job is put in the queue");
        let run = self.ledger.run_due_jobs(Handlers::new().with(Arc::new(Hopeless)), now).expect("jobs run");
        assert!(run.parked >= 1, "the job is parked");
    }

    /// Somebody looks at somebody's data in clear.
    fn reveal_somebody(&self) {
        let seen = self.ledger.write(&Cause::new("test:seen"), |unit| -> Result<(), StoreError> {
            unit.append("wo_01jd8x4c3e7tq9v2m5k6n8p0r1", 0, &ActorRef::program("test"), &[Seen {}]).map(drop)
        });
        seen.expect("the act is recorded");
    }

    fn make_checkpoint(&self) {
        let made = self.ledger.checkpoint(&Cause::new("test:checkpoint")).expect("a checkpoint");
        assert!(made.is_some(), "there is something to sign");
    }

    /// Runs what the room voice has to do within some seconds.
    fn run_jobs_in(&self, seconds: i64) {
        let rules = Arc::new(Regulations::builtin().expect("the built-in law loads"));
        let law: Arc<dyn LawSource> = Arc::new(Law::new(Arc::clone(&rules), Arc::clone(rules.calendar())));
        let then = self.ledger.ports().clock.now().plus_micros(seconds * 1_000_000);
        let run = self.ledger.run_due_jobs(voice::jobs::handlers(&law), then).expect("jobs run");
        assert_eq!(run.failed, [], "no job fails");
    }

    async fn ask(&self, who: &str, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {who}"));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.expect("a request")).await
    }

    async fn get(&self, who: &str, path: &str) -> Value {
        let (status, body) = self.ask(who, Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    async fn post(&self, who: &str, path: &str, body: Value) -> (StatusCode, Value) {
        self.ask(who, Method::POST, path, Some(body)).await
    }
}

fn references(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().expect("items");
    items.iter().map(|item| item["reference"].as_str().expect("a reference")).collect()
}

#[test]
fn the_law_is_listed_searched_and_paged_with_what_is_not_verified_marked() {
    House::each(|house| async move {
        let page = house.get("teller", "/api/operations/regulations?words=cp.nfra.simple%20clock&table=clock").await;
        assert_eq!(references(&page), Vec::<&str>::new(), "every word must stand somewhere in the row");
        let page = house.get("teller", "/api/operations/regulations?words=cp.nfra.simple&table=clock").await;
        assert_eq!(references(&page), ["cp.nfra.simple@1"]);
        let row = &page["items"][0];
        assert_eq!((&row["says"]["en"], &row["is_in_force"]), (&json!("15 days"), &json!(true)));
        assert!(row["law"]["title"]["zh"].as_str().is_some_and(|title| !title.is_empty()));
        assert!(row["sources"].as_array().is_some_and(|sources| !sources.is_empty()));

        let mut seen = Vec::new();
        let mut path = "/api/operations/regulations?limit=100".to_owned();
        loop {
            let page = house.get("auditor", &path).await;
            seen.extend(references(&page).into_iter().map(str::to_owned));
            let Some(next) = page["page"]["next"].as_str() else { break };
            path = format!("/api/operations/regulations?limit=100&after={next}");
        }
        let mut unique = seen.clone();
        unique.sort();
        unique.dedup();
        assert!(seen.len() > 100 && unique.len() == seen.len(), "{} rows, {} of them once", seen.len(), unique.len());

        let open = house.get("officer", "/api/operations/regulations?verified=false&limit=200").await;
        for row in open["items"].as_array().expect("items") {
            assert_eq!((&row["is_verified"], row.get("article")), (&json!(false), None), "{row}");
        }
        let (status, _) = house.ask("customer", Method::GET, "/api/operations/regulations", None).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, _) = house.ask("teller", Method::GET, "/api/operations/regulations?after=x", None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    });
}

/// The paper for 2027 as somebody might type it; the dates are made up for the test.
const PAPER: &str = r#"{"year": 2027, "papers": ["https://example.test/2027"], "days": [
    {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
    {"name": "元旦", "date": "2027-01-02", "isOffDay": true},
    {"name": "元旦", "date": "2027-01-03", "isOffDay": false}
]}"#;

#[test]
fn a_year_of_holidays_is_previewed_refused_whole_or_taken_whole() {
    House::each(|house| async move {
        let before = house.get("handler", "/api/operations/calendars").await;
        assert_eq!((&before["last_known_year"], &before["may_import"]), (&json!(2026), &json!(false)));
        let unknown = house.get("handler", "/api/operations/calendars/2027").await;
        assert_eq!((unknown["is_known"].clone(), unknown["days"].as_array().unwrap().len()), (json!(false), 365));
        assert_eq!(unknown["days"][2]["is_workday"], json!(false), "a Sunday");

        let broken = PAPER.replace("2027-01-02", "2027-02-30").replace("2027-01-03", "2031-01-03");
        let (status, preview) =
            house.post("administrator", "/api/operations/calendars/preview", json!({ "text": broken })).await;
        assert_eq!(status, StatusCode::OK);
        let rows: Vec<_> = preview["faults"].as_array().unwrap().iter().map(|fault| fault["row"].clone()).collect();
        assert_eq!(rows, [json!("2027-02-30"), json!("2031-01-03")], "each wrong date is named");
        let (status, problem) =
            house.post("administrator", "/api/operations/calendars", json!({ "text": broken })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        assert_eq!(house.get("administrator", "/api/operations/calendars").await["last_known_year"], json!(2026));

        let (status, preview) =
            house.post("administrator", "/api/operations/calendars/preview", json!({ "text": PAPER })).await;
        assert_eq!((status, &preview["replaces"]), (StatusCode::OK, &json!(false)));
        let changed: Vec<_> = preview["changes"].as_array().unwrap().iter().map(|day| day["date"].clone()).collect();
        assert_eq!(changed, [json!("2027-01-01"), json!("2027-01-03")], "2 January is a Saturday and off anyway");

        let text = json!({ "text": PAPER });
        let (status, _) = house.post("auditor", "/api/operations/calendars", text.clone()).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, _) = house.post("administrator", "/api/operations/calendars", text).await;
        assert_eq!(status, StatusCode::CREATED);
        let after = house.get("administrator", "/api/operations/calendars").await;
        let newest = &after["years"][0];
        assert_eq!(
            (&newest["year"], &newest["days_off"], &newest["makeup_days"]),
            (&json!(2027), &json!(2), &json!(1))
        );
        assert!(newest["imported_by"].as_str().is_some_and(|by| by.starts_with("staff:")));
        let known = house.get("handler", "/api/operations/calendars/2027").await;
        assert_eq!((&known["is_known"], &known["days"][2]["is_workday"]), (&json!(true), &json!(true)));

        // What was looked through afterwards is told, and the import stands in the trail.
        house.run_jobs_in(60);
        let done = house.get("administrator", "/api/operations/calendars").await;
        assert_eq!(done["recomputations"].as_array().unwrap().len(), 1);
        let trail = house.get("administrator", "/api/operations/audit?kind=operations.calendar.imported").await;
        assert_eq!(trail["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_parked_job_is_given_up_with_a_reason_that_stays() {
    House::each(|house| async move {
        house.park_a_job();
        let parked = house.get("administrator", "/api/operations/jobs/parked").await;
        let jobs = parked["items"].as_array().unwrap();
        let job = jobs.iter().find(|job| job["kind"] == "test.hopeless").unwrap();
        let path = format!("/api/operations/jobs/{}/drop", job["id"].as_str().unwrap());
        for reason in [json!({}), json!({ "reason": "  " }), json!({ "reason": "长".repeat(501) })] {
            let (status, problem) = house.post("administrator", &path, reason).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");
        }
        let reason = json!({ "reason": "对方系统已停用，联系人 13812345678" });
        let (status, _) = house.post("auditor", &path, reason.clone()).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, _) = house.post("administrator", &path, reason.clone()).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
        let (status, _) = house.post("administrator", &path, reason).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "it is given up once");
        let dropped = house.get("auditor", "/api/operations/jobs/dropped").await;
        let one = &dropped["items"][0];
        assert_eq!((&one["kind"], &one["key"]), (&json!("test.hopeless"), &json!("thing")));
        assert_eq!(one["reason"], json!("对方系统已停用，联系人 ＊"), "numbers are taken out");
        assert!(one["dropped_by"].as_str().is_some_and(|by| by.starts_with("staff:")));
        let trail = house.get("auditor", "/api/operations/audit?kind=operations.job.dropped").await;
        assert_eq!(trail["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_check_of_the_ledger_runs_beside_everything_and_is_seen_by_those_who_may() {
    House::each(|house| async move {
        let (status, _) = house.post("officer", "/api/operations/ledger-checks", json!({})).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
        let (status, _) = house.post("auditor", "/api/operations/ledger-checks", json!({ "checkpoint": "{}" })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        house.make_checkpoint();
        let list = house.get("administrator", "/api/operations/checkpoints").await;
        assert_eq!(list["items"][0]["number"], json!(1));
        let kept = house.get("administrator", "/api/operations/checkpoints/1").await["text"].clone();
        let (status, begun) =
            house.post("auditor", "/api/operations/ledger-checks", json!({ "checkpoint": kept })).await;
        assert_eq!(status, StatusCode::CREATED, "{begun}");
        let id = begun["id"].as_str().expect("an id");
        let mut check = begun.clone();
        for _ in 0..ASKED_MAX {
            check = house.get("auditor", &format!("/api/operations/ledger-checks/{id}")).await;
            if check["state"] != json!("running") {
                break;
            }
            tokio::task::yield_now().await;
        }
        assert_eq!((&check["state"], &check["compared"]), (&json!("intact"), &json!(1)), "{check}");
        assert!(check["events"].as_u64().is_some_and(|events| events > 0));
        let (status, _) = house.post("auditor", &format!("/api/operations/ledger-checks/{id}/cancel"), json!({})).await;
        assert_eq!(status, StatusCode::CONFLICT, "it has ended");
        assert_eq!(house.get("auditor", "/api/operations/ledger-checks").await["items"][0]["id"], json!(id));
        assert_eq!(check["events"].as_u64(), Some(house.event_count()), "it saw what the command line sees");
        assert!(house.description["paths"].get("/api/operations/ledger-checks/{id}/cancel").is_some());
    });
}

#[test]
fn auditors_look_through_all_acts_and_administrators_through_those_on_people_and_settings() {
    House::each(|house| async move {
        house.reveal_somebody();
        let all = house.get("auditor", "/api/operations/audit").await;
        let items = all["items"].as_array().unwrap();
        let positions: Vec<i64> = items.iter().map(|item| item["position"].as_i64().unwrap()).collect();
        assert!(positions.windows(2).all(|pair| pair[0] > pair[1]), "newest first");
        assert!(items.iter().all(|item| item.get("payload").is_none()), "what an event says is not shown here");
        assert_eq!(all["page"].get("next"), None, "everything was looked through");

        let revealing = house.get("auditor", "/api/operations/audit?revealing=true").await;
        let kinds: Vec<_> = revealing["items"].as_array().unwrap().iter().map(|item| item["kind"].clone()).collect();
        assert_eq!(kinds, [json!("voice.order.revealed")]);
        assert_eq!(revealing["items"][0]["is_revealing"], json!(true));

        let own = house.get("administrator", "/api/operations/audit?limit=200").await;
        let own = own["items"].as_array().unwrap();
        assert!(!own.is_empty() && own.iter().all(|item| item["kind"].as_str().unwrap().starts_with("people.")));
        let hidden = house.get("administrator", "/api/operations/audit?revealing=true&kind=voice.order.*").await;
        assert_eq!(hidden["items"], json!([]));

        let first = house.get("auditor", "/api/operations/audit?limit=1").await;
        let next = first["page"]["next"].as_str().expect("a next page").to_owned();
        let second = house.get("auditor", &format!("/api/operations/audit?limit=1&after={next}")).await;
        assert_eq!(second["items"][0]["position"], items[1]["position"]);
        let stream = items[0]["stream"].as_str().unwrap();
        let one = house.get("auditor", &format!("/api/operations/audit?stream={stream}&actor=program:nobody")).await;
        assert_eq!(one["items"], json!([]));
        let day = house.get("auditor", "/api/operations/audit?from=1999-01-01&until=1999-12-31").await;
        assert_eq!(day["items"], json!([]));

        for (who, path) in [("handler", "/api/operations/audit"), ("officer", "/api/operations/audit?revealing=true")] {
            assert_eq!(house.ask(who, Method::GET, path, None).await.0, StatusCode::FORBIDDEN, "{who}");
        }
    });
}
