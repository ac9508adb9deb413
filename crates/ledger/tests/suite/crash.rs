//! Killing the process at any moment: what was acknowledged is there, the chain is sound, no job is lost or done twice.

use std::{
    io::{BufRead, BufReader, Write},
    ops::ControlFlow,
    process::{Child, Command, Stdio},
    sync::Arc,
};

use ledger::{
    Handlers, Job, JobError, JobHandler, NewJob, Unit, VerifyOptions, Worker, WorkerOptions,
    testkit::{TestDatabase, each_database, reopen},
};
use serde_json::json;

use crate::matter::*;

const ROUNDS: usize = 10;
/// The variables by which the child knows its database and the round it is in.
const URL: &str = "XIAOBAO_TEST_CRASH_URL";
const ROUND: &str = "XIAOBAO_TEST_CRASH_ROUND";

/// Writes a row for each stream; a second run for the same stream would break the row's key and be parked.
struct Count;

impl JobHandler for Count {
    fn kind(&self) -> &'static str {
        "test.count"
    }

    fn tries_max(&self) -> u32 {
        1
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let stream = job.payload["stream"].as_str().unwrap_or_default();
        Ok(put_row(unit.connection(), stream, 1)?)
    }
}

fn handlers() -> Handlers {
    Handlers::new().with(Arc::new(Count))
}

/// Not a test of its own: the process that is killed. Without its variables it has nothing to do.
#[test]
#[expect(clippy::disallowed_methods, reason = "the child is told of its work by the environment")]
fn the_process_that_is_killed() {
    let (Ok(url), Ok(round)) = (std::env::var(URL), std::env::var(ROUND)) else { return };
    let ledger = reopen(url.parse().unwrap(), &[]);
    let _worker = Worker::start(&ledger, handlers(), WorkerOptions::default()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (ledger, round) = (&ledger, &round);
            scope.spawn(move || {
                for number in 0.. {
                    let stream = format!("wo_{round}_{thread}_{number}");
                    let name = stream.clone();
                    write(ledger, move |unit| {
                        unit.append(&name, 0, &staff(), &[opened("x"), noted("y")])?;
                        let due = unit.now();
                        unit.enqueue(NewJob { kind: "test.count", key: None, due, payload: json!({ "stream": name }) })
                    })
                    .unwrap();
                    let mut out = std::io::stdout().lock();
                    writeln!(out, "ACK {stream}").unwrap();
                    out.flush().unwrap();
                }
            });
        }
    });
}

fn start(db: &TestDatabase, round: usize) -> Child {
    let url = db.url.with_password();
    Command::new(std::env::current_exe().unwrap())
        .args(["crash::the_process_that_is_killed", "--exact", "--nocapture"])
        .env(URL, url)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Lets the child acknowledge some writes, kills it, and returns what it acknowledged.
fn run_and_kill(db: &TestDatabase, round: usize) -> Vec<String> {
    let mut child = start(db, round);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = Vec::new();
    let enough = 5 + round * 17;
    while acknowledged.len() < enough {
        let line = lines.next().expect("the child writes until it is killed").unwrap();
        acknowledged.extend(line.split("ACK ").nth(1).map(str::to_owned));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What it managed to say before it died counts too; its last line may be torn.
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    let whole = rest.len().saturating_sub(1);
    acknowledged.extend(rest[..whole].iter().filter_map(|line| Some(line.split("ACK ").nth(1)?.to_owned())));
    acknowledged
}

/// PostgreSQL finishes a commit that it was sent even when the sender is dead by then.
fn wait_for_the_dead(db: &TestDatabase) {
    let busy = "SELECT 1 FROM pg_stat_activity \
                WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()";
    while !db.ledger.is_sqlite() && sql(db, busy) > 0 {
        std::thread::yield_now();
    }
}

#[test]
fn what_was_acknowledged_survives_the_death_of_the_process() {
    each_database(&[], |db| {
        make_rows(db);
        let mut acknowledged = Vec::new();
        for round in 0..ROUNDS {
            acknowledged.extend(run_and_kill(db, round));
        }
        wait_for_the_dead(db);
        let report = db.ledger.verify(&VerifyOptions::default(), &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(report.is_intact(), "{report:?}");
        for stream in &acknowledged {
            assert_eq!(db.ledger.history(stream).unwrap().len(), 2, "{stream} was acknowledged");
        }
        assert!(report.streams >= acknowledged.len() as u64);
        // The child's clock is the machine's, which is what its jobs are due by.
        let late = kernel::Timestamp::MAX;
        db.ledger.run_due_jobs(handlers(), late).unwrap();
        assert_eq!(db.ledger.job_counts().unwrap().parked, 0, "no job ran twice");
        assert_eq!(rows(&db.ledger).len() as u64, report.streams, "every job ran");
    });
}
