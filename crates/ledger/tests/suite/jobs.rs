//! Jobs: effect and completion together, retries, keys, parking, leases.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use kernel::{Cursor, PageRequest, Timestamp};
use ledger::{
    ExternalJob, Handlers, Job, JobError, JobHandler, NewJob, Reaction, StoreError, Unit, Worker, WorkerOptions,
    testkit::{TestDatabase, databases_with, each_database},
};
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::matter::*;

/// Writes a row for each job; fails the first so many tries.
struct RowJob {
    failures: AtomicU32,
    error: fn() -> JobError,
}

impl RowJob {
    fn failing(times: u32, error: fn() -> JobError) -> Arc<Self> {
        Arc::new(Self { failures: AtomicU32::new(times), error })
    }
}

impl JobHandler for RowJob {
    fn kind(&self) -> &'static str {
        "test.row"
    }

    fn tries_max(&self) -> u32 {
        3
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        put_row(unit.connection(), job.payload["id"].as_str().unwrap(), i64::from(job.tries))?;
        let left = self.failures.load(Ordering::SeqCst);
        if left > 0 {
            self.failures.store(left - 1, Ordering::SeqCst);
            return Err((self.error)());
        }
        Ok(())
    }
}

fn retry() -> JobError {
    JobError::Retry("not yet".to_owned())
}

fn handlers(handler: Arc<RowJob>) -> Handlers {
    Handlers::new().with(handler)
}

fn enqueue(db: &TestDatabase, key: Option<&str>, due: Timestamp, payload: Value) {
    let key = key.map(str::to_owned);
    write(&db.ledger, move |unit| {
        unit.enqueue(NewJob { kind: "test.row", key: key.clone(), due, payload: payload.clone() })
    })
    .unwrap();
}

#[test]
fn a_job_runs_when_due_and_once() {
    each_database(&[], |db| {
        make_rows(db);
        let handlers = handlers(RowJob::failing(0, retry));
        let due = db.now().plus_days(1);
        enqueue(db, None, due, json!({"id": "r1"}));
        assert_eq!(db.ledger.run_due_jobs(&handlers, due.plus_micros(-1)).unwrap().done, 0);
        assert_eq!(db.ledger.run_due_jobs(&handlers, due).unwrap().done, 1);
        assert_eq!(db.ledger.run_due_jobs(&handlers, due).unwrap().done, 0);
        assert_eq!(rows(&db.ledger), [("r1".to_owned(), 1)]);
        assert_eq!(db.ledger.job_counts().unwrap().waiting, 0);
    });
}

#[test]
fn a_failing_job_backs_off_leaves_no_trace_and_is_parked() {
    each_database(&[], |db| {
        make_rows(db);
        let handlers = handlers(RowJob::failing(3, retry));
        enqueue(db, Some("k"), db.now(), json!({"id": "r1"}));
        for round in 1..=3 {
            let run = db.ledger.run_due_jobs(&handlers, db.now()).unwrap();
            assert_eq!(run.failed, [("test.row".to_owned(), "not yet".to_owned())], "round {round}");
            assert_eq!(run.parked, usize::from(round == 3));
            assert_eq!(rows(&db.ledger), [], "the failed try left nothing");
            assert!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().failed.is_empty(), "it waits");
            db.clock.advance_micros(3_600_000_000);
        }
        let page = db.ledger.parked_jobs(&PageRequest::new(None, None)).unwrap();
        assert_eq!((page.items.len(), page.items[0].tries, page.items[0].error.as_str()), (1, 3, "not yet"));
        let id = page.items[0].id.clone();
        assert!(db.ledger.retry_job(&cause(), &id).unwrap());
        assert!(!db.ledger.retry_job(&cause(), &id).unwrap(), "it is no longer parked");
        assert_eq!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().done, 1);
        assert_eq!(rows(&db.ledger).len(), 1);
    });
}

#[test]
fn a_job_that_cannot_work_is_parked_at_once_and_can_be_dropped() {
    each_database(&[], |db| {
        make_rows(db);
        let handlers = handlers(RowJob::failing(9, || JobError::Park("never".to_owned())));
        for id in ["a", "b", "c"] {
            enqueue(db, None, db.now(), json!({ "id": id }));
        }
        assert_eq!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().parked, 3);
        let first = db.ledger.parked_jobs(&PageRequest::new(Some(2), None)).unwrap();
        assert_eq!(first.items.len(), 2);
        let next = PageRequest::new(Some(2), first.next.map(Cursor::from_text));
        let second = db.ledger.parked_jobs(&next).unwrap();
        assert_eq!((second.items.len(), second.next), (1, None));
        for job in first.items.iter().chain(&second.items) {
            let id = job.id.clone();
            let drop = move |unit: &mut Unit<'_>| unit.drop_parked_job(&id);
            assert_eq!(db.ledger.write(&cause(), drop.clone()).unwrap().as_ref(), Some(job));
            assert_eq!(db.ledger.write(&cause(), drop).unwrap(), None, "it is gone");
        }
        assert_eq!(db.ledger.job_counts().unwrap().parked, 0);
        assert!(db.ledger.parked_jobs(&PageRequest::new(None, Some(Cursor::from_text("x".into())))).is_err());
    });
}

#[test]
fn a_panicking_job_counts_as_failed() {
    each_database(&[], |db| {
        make_rows(db);
        let handlers = handlers(RowJob::failing(1, || panic!("a bug")));
        enqueue(db, None, db.now(), json!({"id": "r1"}));
        // The panic struck before the count went down, so each try panics until the job is parked.
        assert_eq!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().failed.len(), 1);
        assert_eq!(rows(&db.ledger), []);
    });
}

#[test]
fn a_key_keeps_one_waiting_job() {
    each_database(&[], |db| {
        make_rows(db);
        let handlers = handlers(RowJob::failing(0, retry));
        let (soon, late) = (db.now(), db.now().plus_days(3));
        enqueue(db, Some("wo_1"), soon, json!({"id": "old"}));
        enqueue(db, Some("wo_1"), late, json!({"id": "new"}));
        enqueue(db, Some("wo_2"), soon, json!({"id": "other"}));
        assert_eq!(db.ledger.run_due_jobs(&handlers, soon).unwrap().done, 1);
        assert_eq!(db.ledger.run_due_jobs(&handlers, late).unwrap().done, 1);
        assert_eq!(rows(&db.ledger).into_iter().map(|r| r.0).collect::<Vec<_>>(), ["new", "other"]);
        enqueue(db, Some("wo_3"), soon, json!({"id": "third"}));
        let cancel = |key: &'static str| write(&db.ledger, move |unit| unit.cancel_job("test.row", key)).unwrap();
        assert!(cancel("wo_3"));
        assert!(!cancel("wo_3"));
        assert_eq!(db.ledger.job_counts().unwrap().waiting, 0);
    });
}

#[test]
fn many_workers_do_each_job_once() {
    each_database(&[], |db| {
        make_rows(db);
        for number in 0..200 {
            // A second run of a job would break the row's key and leave a parked job.
            enqueue(db, None, db.now(), json!({ "id": format!("r{number:03}") }));
        }
        let other = db.second();
        let handlers = handlers(RowJob::failing(0, retry));
        let workers = [&db.ledger, &other].map(|ledger| {
            Worker::start(ledger, &handlers, WorkerOptions { poll: Duration::from_millis(20), ..Default::default() })
                .unwrap()
        });
        let until = std::time::Instant::now() + Duration::from_secs(30);
        while rows(&db.ledger).len() < 200 {
            assert!(std::time::Instant::now() < until, "the workers are too slow: {}", rows(&db.ledger).len());
            std::thread::yield_now();
        }
        workers.into_iter().for_each(ledger::WorkerHandle::stop);
        assert_eq!(db.ledger.job_counts().unwrap(), ledger::JobCounts::default());
        assert!(rows(&db.ledger).iter().all(|(_, tries)| *tries == 1));
    });
}

#[test]
fn an_appended_event_wakes_its_reaction() {
    struct Copy(Mutex<Vec<Value>>);
    impl JobHandler for Copy {
        fn kind(&self) -> &'static str {
            "test.copy"
        }
        fn run(&self, _: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
            self.0.lock().push(job.payload.clone());
            Ok(())
        }
    }
    let reactions = [
        Reaction { event_type: "test.matter", kind: "closed", job: "test.copy" },
        Reaction { event_type: "other.matter", kind: "*", job: "test.copy" },
    ];
    for db in databases_with(&[], &reactions) {
        let copy = Arc::new(Copy(Mutex::new(Vec::new())));
        story(&db.ledger, "wo_1", vec![opened("a"), noted("b"), MatterEvent::Closed]);
        let handlers = Handlers::new().with(copy.clone());
        assert_eq!(db.ledger.run_due_jobs(handlers, db.now()).unwrap().done, 1);
        let position = db.ledger.history("wo_1").unwrap()[2].position;
        let expected = json!({
            "stream": "wo_1", "version": 3, "position": position, "type": "test.matter", "kind": "closed",
        });
        assert_eq!(*copy.0.lock(), [expected]);
    }
}

/// A job outside: counts its runs, may fail or outlive its lease.
#[derive(Default)]
struct Post {
    runs: AtomicU32,
    failures: AtomicU32,
    failed: Mutex<Vec<(String, bool)>>,
    during: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl ExternalJob for Post {
    type Input = String;
    type Output = String;

    fn kind(&self) -> &'static str {
        "test.post"
    }
    fn tries_max(&self) -> u32 {
        2
    }
    fn lease(&self) -> Duration {
        Duration::from_secs(60)
    }
    fn prepare(&self, _: &mut Unit<'_>, job: &Job) -> Result<Option<String>, JobError> {
        Ok(job.payload["id"].as_str().map(str::to_owned))
    }
    fn run(&self, _: &Job, input: String) -> Result<String, JobError> {
        self.runs.fetch_add(1, Ordering::SeqCst);
        let during = self.during.lock().take();
        if let Some(during) = during {
            during();
        }
        if self.failures.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok() {
            return Err(JobError::Retry("no answer".to_owned()));
        }
        Ok(input)
    }
    fn complete(&self, unit: &mut Unit<'_>, job: &Job, output: &String) -> Result<(), JobError> {
        Ok(put_row(unit.connection(), output, i64::from(job.tries))?)
    }
    fn failed(&self, _: &mut Unit<'_>, _: &Job, error: &str, parked: bool) -> Result<(), StoreError> {
        self.failed.lock().push((error.to_owned(), parked));
        Ok(())
    }
}

fn enqueue_post(db: &TestDatabase, payload: Value) {
    write(&db.ledger, move |unit| {
        let due = unit.now();
        unit.enqueue(NewJob { kind: "test.post", key: Some("k".into()), due, payload: payload.clone() })
    })
    .unwrap();
}

#[test]
fn a_job_outside_is_completed_in_one_unit_and_parked_after_its_last_try() {
    each_database(&[], |db| {
        make_rows(db);
        let post = Arc::new(Post::default());
        let handlers = Handlers::new().with_external(post.clone());
        enqueue_post(db, json!({"id": "r1"}));
        assert_eq!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().done, 1);
        assert_eq!(rows(&db.ledger), [("r1".to_owned(), 1)]);

        post.failures.store(2, Ordering::SeqCst);
        enqueue_post(db, json!({"id": "r2"}));
        assert_eq!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().failed.len(), 1);
        db.clock.advance_micros(3_600_000_000);
        assert_eq!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().parked, 1);
        assert_eq!(*post.failed.lock(), [("no answer".to_owned(), false), ("no answer".to_owned(), true)]);

        // Nothing left to do: the job is gone without a run.
        let runs = post.runs.load(Ordering::SeqCst);
        enqueue_post(db, json!({}));
        assert_eq!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().done, 1);
        assert_eq!(post.runs.load(Ordering::SeqCst), runs);
    });
}

#[test]
fn the_job_of_a_worker_that_died_is_taken_over_when_its_lease_ends() {
    each_database(&[], |db| {
        make_rows(db);
        let post = Arc::new(Post::default());
        let handlers = Handlers::new().with_external(post.clone());
        enqueue_post(db, json!({"id": "r1"}));
        // While the first worker is outside, its lease ends and a second one does the job.
        let (ledger, clock, others) = (db.ledger.clone(), db.clock.clone(), handlers.clone());
        *post.during.lock() = Some(Box::new(move || {
            let now = |clock: &kernel::ManualClock| kernel::Clock::now(clock);
            assert_eq!(ledger.run_due_jobs(&others, now(&clock)).unwrap(), ledger::JobsRun::default(), "it is leased");
            clock.advance_micros(61_000_000);
            assert_eq!(ledger.run_due_jobs(&others, now(&clock)).unwrap().done, 1);
        }));
        assert_eq!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().done, 0, "the first worker's result is void");
        assert_eq!(post.runs.load(Ordering::SeqCst), 2);
        assert_eq!(rows(&db.ledger), [("r1".to_owned(), 2)]);
    });
}

#[test]
fn a_job_whose_last_worker_never_came_back_is_parked() {
    each_database(&[], |db| {
        make_rows(db);
        let post = Arc::new(Post::default());
        let handlers = Handlers::new().with_external(post.clone());
        enqueue_post(db, json!({"id": "r1"}));
        sql(db, "UPDATE jobs SET state = 'running', slot = NULL, tries = 2");
        assert_eq!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().parked, 1);
        assert_eq!(post.runs.load(Ordering::SeqCst), 0);
        assert_eq!(post.failed.lock().len(), 1);
    });
}

#[test]
fn a_newer_job_of_the_key_replaces_one_that_fails_outside() {
    each_database(&[], |db| {
        make_rows(db);
        let post = Arc::new(Post::default());
        let handlers = Handlers::new().with_external(post.clone());
        post.failures.store(1, Ordering::SeqCst);
        enqueue_post(db, json!({"id": "old"}));
        let ledger = db.ledger.clone();
        *post.during.lock() = Some(Box::new(move || {
            write(&ledger, |unit| {
                let due = unit.now();
                unit.enqueue(NewJob { kind: "test.post", key: Some("k".into()), due, payload: json!({"id": "new"}) })
            })
            .unwrap();
        }));
        db.ledger.run_due_jobs(&handlers, db.now()).unwrap();
        assert_eq!(rows(&db.ledger), [("new".to_owned(), 1)]);
        assert_eq!(db.ledger.job_counts().unwrap(), ledger::JobCounts::default());
    });
}
