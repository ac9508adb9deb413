//! The engine on its log: what comes back after a restart, after a failed write, and in a replay; and events that come twice.

use std::sync::{Arc, Barrier, mpsc};

use kernel::{Actor, Problem, ProblemKind, Role};
use ledger::{
    Cause, DatabaseUrl, Ledger, StoreError,
    testkit::{TestDatabase, each_database},
};
use people::{
    model::organisation::{Unit, UnitKind, UnitStatus},
    store::units,
};
use serde_json::{Value, json};

use super::{Beside, Patience, Screen, Submitted, Untaken, definition::Definition, filing};
use crate::{
    store::decisions,
    testing::{RULES, migrations, path, staff},
};

fn sender() -> Actor {
    staff(77, Role::System, "/HO/")
}

fn screen(db: &TestDatabase) -> Arc<Screen> {
    Screen::open(&db.ledger, Arc::new(RULES.clone()), Definition::builtin().unwrap(), Beside::default()).unwrap()
}

/// The same with a journal beside a SQLite database.
fn journaled(ledger: &Ledger) -> Arc<Screen> {
    let beside = Beside { journal: true, ..Beside::default() };
    Screen::open(ledger, Arc::new(RULES.clone()), Definition::builtin().unwrap(), beside).unwrap()
}

/// Hands an event in and waits for the log.
pub(super) fn submit(screen: &Screen, event: &Value) -> Result<Value, Problem> {
    let (answer, answered) = mpsc::channel();
    let submitted = Submitted { actor: sender(), event: event.to_string().into_bytes() };
    screen.submit(&submitted, Patience::Any, move |result| answer.send(result).unwrap())?;
    answered.recv().unwrap().map(|text| serde_json::from_str(&text).unwrap())
}

pub(super) fn transfer(db: &TestDatabase, number: u64) -> Value {
    let second = db.now().plus_micros(number as i64 * 1_000_000);
    json!({
        "id": format!("t-{number}"), "type": "transfer", "time": second.to_string(), "channel": "app",
        "payer": { "account": format!("62220200000{:05}", number % 7) },
        "payee": { "account": format!("62170000000{:05}", number % 3) },
        "amount": 100_000 + number * 1_000, "balance": 900_000, "app": { "in_call": number.is_multiple_of(11) },
    })
}

pub(super) fn each_bank(test: impl Fn(&TestDatabase)) {
    each_database(&migrations(), |db| {
        let outlet = Unit {
            id: kernel::id::UnitId::from_bits(9),
            code: "GZ001".to_owned(),
            name: "网点".to_owned(),
            kind: UnitKind::Outlet,
            parent: None,
            path: path("/HO/GZ/GZ001/"),
            region: String::new(),
            status: UnitStatus::Open,
        };
        let put = move |unit: &mut ledger::Unit<'_>| {
            let now = unit.now();
            units::insert(unit.connection(), &outlet, now)
        };
        db.ledger.write::<_, StoreError, _>(&Cause::new("test"), put).unwrap();
        test(db);
    });
}

#[test]
fn windows_after_a_restart_equal_windows_before() {
    each_bank(|db| {
        let first = screen(db);
        for number in 0..300 {
            submit(&first, &transfer(db, number)).unwrap();
        }
        let credit = json!({ "id": "c-1", "type": "credit", "time": db.now().plus_micros(1).to_string(),
            "payer": { "account": "6222020000000001" }, "payee": { "account": "62309999" }, "amount": 5_000_000 });
        assert_eq!(submit(&first, &credit).unwrap()["screening"], "recorded");
        let fraud = json!({ "id": "f-1", "type": "fraud", "time": db.now().to_string(),
            "payee": { "account": "6217000000000000" } });
        submit(&first, &fraud).unwrap();
        let second = screen(db);
        assert_eq!(second.report().seq, 302);
        assert!(second.windows_as_bytes() == first.windows_as_bytes());
        // Both go on to the same decision.
        let next = submit(&second, &transfer(db, 300)).unwrap();
        assert_eq!(next["outcome"], "hold", "the payee is known for a fraud: {next}");
    });
}

#[test]
fn a_replay_gives_the_same_decisions_to_the_bit() {
    each_bank(|db| {
        let live = screen(db);
        for number in 0..120 {
            submit(&live, &transfer(db, number)).unwrap();
        }
        let again = db.fresh();
        let rows = db.ledger.read(|conn| decisions::behind(conn, 0)).unwrap();
        assert_eq!(rows.len(), 120);
        let replayed = screen(&again);
        for number in 0..120 {
            let event = transfer(db, number);
            let answers = [&live, &replayed].map(|screen| submit(screen, &event).unwrap());
            for field in ["outcome", "score", "parts", "reasons", "dialogue", "until"] {
                assert_eq!(answers[0][field], answers[1][field], "{field} of {number}");
            }
        }
    });
}

#[test]
fn an_event_that_comes_twice_is_decided_once() {
    each_bank(|db| {
        let first = screen(db);
        let event = transfer(db, 1);
        let answer = submit(&first, &event).unwrap();
        assert_eq!(submit(&first, &event).unwrap(), answer);
        let mut other = event.clone();
        other["amount"] = json!(1);
        assert_eq!(submit(&first, &other).unwrap_err().kind, ProblemKind::IdempotencyMismatch);
        assert_eq!((first.report().seq, first.report().again), (1, 2));
        // Also after a restart.
        let second = screen(db);
        assert_eq!(submit(&second, &event).unwrap(), answer);
        assert_eq!(submit(&second, &other).unwrap_err().kind, ProblemKind::IdempotencyMismatch);
    });
}

#[test]
fn whoever_has_no_patience_is_told_before_anything_changes() {
    each_bank(|db| {
        let screen = screen(db);
        let hand_over = |number: u64| {
            let submitted = Submitted { actor: sender(), event: transfer(db, number).to_string().into_bytes() };
            let (answer, answered) = mpsc::channel();
            screen.submit(&submitted, Patience::None, move |result| answer.send(result).unwrap()).map(|()| answered)
        };
        // The account is unknown, and the day has no key yet.
        assert!(matches!(hand_over(1), Err(Untaken::MustWait)));
        assert_eq!(screen.report().seq, 0);
        submit(&screen, &transfer(db, 1)).unwrap();
        // The seventh after it pays from the same account.
        assert!(matches!(hand_over(2), Err(Untaken::MustWait)), "another account");
        hand_over(8).unwrap().recv().unwrap().unwrap();
        let busy = screen.state.lock();
        assert!(matches!(hand_over(15), Err(Untaken::MustWait)), "others hold the lock");
        drop(busy);
        hand_over(15).unwrap().recv().unwrap().unwrap();
        assert_eq!(screen.report().seq, 3);
    });
}

#[test]
fn many_threads_with_the_same_events_decide_each_once() {
    each_bank(|db| {
        let screen = screen(db);
        let (threads, events) = (4, 40u64);
        let start = Arc::new(Barrier::new(threads));
        let events: Vec<Value> = (0..events).map(|number| transfer(db, number)).collect();
        let answers: Vec<Vec<Value>> = std::thread::scope(|scope| {
            let run = || {
                start.wait();
                events.iter().map(|event| submit(&screen, event).unwrap()).collect::<Vec<_>>()
            };
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(answers.iter().all(|one| *one == answers[0]));
        assert_eq!(screen.report().seq, 40);
        let rows = db.ledger.read(|conn| decisions::behind(conn, 0)).unwrap();
        assert!(rows.iter().map(|row| row.seq).eq(1..=40));
    });
}

#[test]
fn a_write_that_fails_leaves_no_trace_in_memory() {
    each_bank(|db| {
        let screen = screen(db);
        submit(&screen, &transfer(db, 1)).unwrap();
        let before = screen.windows_as_bytes();
        // Somebody else has put a decision under the next number, so that the log refuses ours.
        let stranger = {
            let other = screen_of_another_node(db);
            submit(&other, &transfer(db, 2)).unwrap()
        };
        assert!(submit(&screen, &transfer(db, 3)).is_err());
        assert!(screen.windows_as_bytes() != before, "memory was ahead of the log");
        // The next one is decided on what the log holds, the stranger's included.
        let answer = submit(&screen, &transfer(db, 3)).unwrap();
        assert_ne!(answer["decision"], stranger["decision"]);
        assert_eq!(screen.report().seq, 3);
        let fresh = screen_of_another_node(db);
        assert!(fresh.windows_as_bytes() == screen.windows_as_bytes());
    });
}

fn screen_of_another_node(db: &TestDatabase) -> Arc<Screen> {
    screen(db)
}

#[test]
fn wrong_events_change_nothing_and_are_told_where() {
    each_bank(|db| {
        let screen = screen(db);
        let good = transfer(db, 1);
        let check = |change: &dyn Fn(&mut Value), pointer: &str| {
            let mut event = good.clone();
            change(&mut event);
            let problem = submit(&screen, &event).unwrap_err();
            assert_eq!(problem.kind, ProblemKind::Invalid, "{problem:?}");
            assert_eq!(problem.fields[0].pointer, pointer, "{problem:?}");
            assert!(!format!("{problem:?}").contains("6222"), "{problem:?}");
        };
        check(&|event| event["weather"] = json!("fine"), "/weather");
        check(&|event| event["type"] = json!("barter"), "/type");
        check(&|event| event["amount"] = json!(1e30), "/amount");
        check(&|event| event["amount"] = json!(-1), "/amount");
        check(&|event| event["amount"] = serde_json::from_str("99999999999999999999").unwrap(), "/amount");
        check(&|event| event["outlet"] = json!("NOWHERE"), "/outlet");
        check(&|event| event["time"] = json!(db.now().plus_days(2).to_string()), "/time");
        check(&|event| event["channel"] = json!("pigeon"), "/channel");
        check(&|event| drop(event.as_object_mut().unwrap().remove("id")), "/id");
        assert_eq!(screen.report().seq, 0);
        // An id whose event was refused may be used for the event put right.
        submit(&screen, &good).unwrap();
        // Far behind the newest it would count in no window any more.
        let mut late = transfer(db, 2);
        late["time"] = json!(db.now().plus_days(-400).to_string());
        assert_eq!(submit(&screen, &late).unwrap_err().reason, Some("too-late"));
        late["time"] = transfer(db, 2)["time"].clone();
        submit(&screen, &late).unwrap();
    });
}

#[test]
fn what_takes_too_long_is_not_screened_and_counted() {
    each_bank(|db| {
        let definition = Definition { budget_micros: -1, ..Definition::builtin().unwrap() };
        let screen = Screen::open(&db.ledger, Arc::new(RULES.clone()), definition, Beside::default()).unwrap();
        let answer = submit(&screen, &transfer(db, 1)).unwrap();
        assert_eq!((&answer["outcome"], &answer["screening"]), (&json!("verify"), &json!("not_screened")));
        assert!(answer["reasons"][0]["zh"].as_str().unwrap().contains("未完成筛查"));
        assert_eq!(screen.report().not_screened, 1);
    });
}

#[test]
fn the_log_holds_no_text_in_clear() {
    each_bank(|db| {
        let screen = screen(db);
        let mut event = transfer(db, 1);
        event["payer"]["name"] = json!("李小明");
        event["outlet"] = json!("GZ001");
        let answer = submit(&screen, &event).unwrap();
        let id = answer["decision"].as_str().unwrap().parse().unwrap();
        let row = db.ledger.read(|conn| decisions::find(conn, id)).unwrap().unwrap();
        assert_eq!(row.unit, path("/HO/GZ/GZ001/"));
        let kept = format!("{row:?}");
        for clear in ["李小明", "62220200000", "62170000000"] {
            assert!(!kept.contains(clear), "{clear} in {kept}");
        }
        assert_eq!(serde_json::from_str::<Value>(screen.opened(&row).unwrap().expose()).unwrap(), event);
    });
}

/// What is on the disk is copied while the database's writer is busy, as a crash in that moment would leave it.
#[test]
fn what_was_answered_while_the_database_was_busy_is_there_after_a_crash() {
    each_bank(|db| {
        let DatabaseUrl::Sqlite(path) = &db.ledger.options().database else { return };
        let before = journaled(&db.ledger);
        (0..5).for_each(|number| drop(submit(&before, &transfer(db, number)).unwrap()));
        before.settle().unwrap();
        let ((begin, begun), (free, freed)) = (mpsc::channel(), mpsc::channel::<()>());
        let crash = tempfile::tempdir().unwrap();
        let copy = crash.path().join("crash.db");
        let (answers, windows) = std::thread::scope(|scope| {
            scope.spawn(move || {
                let busy = move |_: &mut ledger::Unit<'_>| {
                    begin.send(()).unwrap();
                    freed.recv().unwrap();
                    Ok::<_, StoreError>(())
                };
                db.ledger.write(&Cause::new("test:busy"), busy).unwrap();
            });
            begun.recv().unwrap();
            let answers: Vec<Value> = (5..25).map(|number| submit(&before, &transfer(db, number)).unwrap()).collect();
            for ending in ["", "-wal", "-guard-1", "-guard-2"] {
                let with = |path: &std::path::Path| format!("{}{ending}", path.display());
                std::fs::copy(with(path), with(&copy)).unwrap();
            }
            let windows = before.windows_as_bytes();
            free.send(()).unwrap();
            (answers, windows)
        });
        let crashed = ledger::testkit::reopen(DatabaseUrl::Sqlite(copy), &migrations());
        let after = journaled(&crashed);
        assert_eq!((after.report().seq, after.windows_as_bytes()), (25, windows));
        for (number, answer) in (5..25).zip(&answers) {
            assert_eq!(&submit(&after, &transfer(db, number)).unwrap(), answer);
        }
        // Nobody else takes the journal meanwhile.
        let journal = format!("{}-guard-1", path.display());
        assert_eq!(filing::locked(journal.as_ref(), 2).unwrap_err().kind, ProblemKind::Unavailable);
        // The first goes on as if nothing had been.
        before.settle().unwrap();
        assert_eq!(db.ledger.read(decisions::last_seq).unwrap(), 25);
    });
}
