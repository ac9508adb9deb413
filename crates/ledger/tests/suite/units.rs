//! What one unit of work keeps, refuses and undoes.

use diesel::{QueryDsl, RunQueryDsl, sql_query};
use kernel::{OrgPath, Problem, ProblemKind, Timestamp};
use ledger::{Announcement, Cause, StoreError, on_each, testkit::each_database};
use parking_lot::Mutex;
use serde_json::json;

use crate::matter::*;

#[test]
fn a_stream_is_read_back_as_written() {
    each_database(&[], |db| {
        story(&db.ledger, "wo_1", vec![opened("card swallowed"), noted("called back")]);
        assert_eq!(append(&db.ledger, "wo_1", 2, MatterEvent::Closed).unwrap(), 3);
        let stream = load(&db.ledger, "wo_1");
        assert_eq!(stream.version, 3);
        let events: Vec<_> = stream.events.iter().map(|e| e.event.clone()).collect();
        assert_eq!(events, [opened("card swallowed"), noted("called back"), MatterEvent::Closed]);
        assert_eq!(stream.events[2].at, db.now());
        assert_eq!(stream.events[2].actor, staff());
        assert_eq!(stream.events[2].cause, "request:rq_1");
        let history = db.ledger.history("wo_1").unwrap();
        assert_eq!(history.iter().map(|e| e.kind.as_str()).collect::<Vec<_>>(), ["opened", "noted", "closed"]);
        assert_eq!(history[0].event_type, "test.matter");
        assert_eq!(history[0].payload["title"], "card swallowed");
        assert!(history.windows(2).all(|pair| pair[0].position < pair[1].position));
        assert!(history.windows(2).all(|pair| pair[0].hash != pair[1].hash));
        assert_eq!(load(&db.ledger, "wo_2").version, 0);
    });
}

#[test]
fn an_append_at_the_wrong_version_is_a_conflict_and_changes_nothing() {
    each_database(&[], |db| {
        story(&db.ledger, "wo_1", vec![opened("a"), noted("b")]);
        for (stream, expected, found) in [("wo_1", 0, 2), ("wo_1", 1, 2), ("wo_1", 3, 2), ("wo_9", 1, 0)] {
            match append(&db.ledger, stream, expected, MatterEvent::Closed) {
                Err(StoreError::Conflict { stream: s, expected: e, found: f }) => {
                    assert_eq!((s.as_str(), e, f), (stream, expected, found), "{}", db.name);
                }
                other => panic!("{stream} at {expected}: {other:?}"),
            }
        }
        assert_eq!(load(&db.ledger, "wo_1").version, 2);
        let problem = Problem::from(append(&db.ledger, "wo_1", 1, MatterEvent::Closed).unwrap_err());
        assert_eq!(problem.kind, ProblemKind::Conflict);
    });
}

#[test]
fn a_refused_closure_leaves_nothing_behind() {
    each_database(&[], |db| {
        make_rows(db);
        let refused: Answer<()> = db.ledger.write(&cause(), |unit| {
            unit.append("wo_1", 0, &staff(), &[opened("a")])?;
            put_row(unit.connection(), "r1", 1)?;
            let job = ledger::NewJob { kind: "test.job", key: None, due: unit.now(), payload: json!({}) };
            unit.enqueue(job)?;
            Err(Problem::not_found("工单", "work order"))
        });
        assert_eq!(refused.unwrap_err().kind, ProblemKind::NotFound);
        assert_eq!(load(&db.ledger, "wo_1").version, 0);
        assert_eq!(rows(&db.ledger), []);
        assert_eq!(db.ledger.job_counts().unwrap().waiting, 0);
    });
}

#[test]
fn a_panic_is_an_error_and_the_writer_lives_on() {
    each_database(&[], |db| {
        make_rows(db);
        for _ in 0..20 {
            let panicked: Result<(), StoreError> = write(&db.ledger, |unit| {
                put_row(unit.connection(), "r1", 1)?;
                // The panic leaves two nested transactions open.
                let connection = unit.connection();
                on_each!(connection, |c| diesel::Connection::transaction(c, |c| {
                    diesel::Connection::transaction(c, |c| -> diesel::QueryResult<()> {
                        sql_query("DELETE FROM test_rows").execute(c)?;
                        panic!("a bug")
                    })
                }))?;
                Ok(())
            });
            assert!(matches!(panicked, Err(StoreError::Panicked)), "{panicked:?}");
        }
        write(&db.ledger, |unit| put_row(unit.connection(), "r2", 2)).unwrap();
        assert_eq!(rows(&db.ledger), [("r2".to_owned(), 2)]);
    });
}

#[test]
fn a_refused_closure_within_a_group_takes_no_other_with_it() {
    each_database(&[], |db| {
        make_rows(db);
        let (sender, receiver) = std::sync::mpsc::channel();
        for number in 0..300i64 {
            let sender = sender.clone();
            let act = move |unit: &mut ledger::Unit<'_>| {
                put_row(unit.connection(), &format!("r{number:03}"), number)?;
                match number % 3 {
                    0 => Ok(number),
                    1 => Err(StoreError::Misuse("refused".to_owned())),
                    _ => panic!("a bug"),
                }
            };
            db.ledger.write_then(&cause(), act, move |result| sender.send(result).unwrap());
        }
        drop(sender);
        let answers: Vec<_> = receiver.into_iter().collect();
        assert_eq!(answers.len(), 300);
        let mut kept: Vec<i64> = answers.into_iter().filter_map(Result::ok).collect();
        kept.sort_unstable();
        assert_eq!(kept, (0..300).step_by(3).collect::<Vec<_>>());
        assert_eq!(rows(&db.ledger).into_iter().map(|(_, n)| n).collect::<Vec<_>>(), kept);
    });
}

/// What only the commit can refuse must not cost the others of the group their work.
#[test]
fn a_commit_that_one_closure_spoils_is_repeated_without_it() {
    each_database(&[], |db| {
        make_rows(db);
        let (key, number) = if db.ledger.is_sqlite() { ("TEXT", "INTEGER") } else { ("TEXT", "BIGINT") };
        sql(
            db,
            &format!(
                "CREATE TABLE test_children (number {number} PRIMARY KEY, \
             row {key} NOT NULL REFERENCES test_rows (id) DEFERRABLE INITIALLY DEFERRED)"
            ),
        );
        let (sender, receiver) = std::sync::mpsc::channel();
        for number in 0..60i64 {
            let sender = sender.clone();
            let act = move |unit: &mut ledger::Unit<'_>| -> Result<(), StoreError> {
                if number != 17 {
                    put_row(unit.connection(), &format!("r{number}"), number)?;
                }
                let child = format!("INSERT INTO test_children VALUES ({number}, 'r{number}')");
                sql_query(child).execute(unit.connection())?;
                Ok(())
            };
            db.ledger.write_then(&cause(), act, move |result| sender.send((number, result.is_ok())).unwrap());
        }
        drop(sender);
        let refused: Vec<i64> = receiver.into_iter().filter(|(_, ok)| !ok).map(|(number, _)| number).collect();
        assert_eq!(refused, [17], "on {}", db.name);
        assert_eq!(rows(&db.ledger).len(), 59);
    });
}

#[test]
fn a_server_that_was_restarted_is_found_again() {
    let Some(db) = ledger::testkit::postgres(&[], &[]) else { return };
    story(&db.ledger, "wo_1", vec![opened("x")]);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| db.ledger.history("wo_1").unwrap());
        }
    });
    // From the client's side a restart is the end of all its connections.
    let other = db.second();
    write(&other, |unit| {
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        sql_query(end).execute(unit.connection())?;
        Ok(())
    })
    .unwrap();
    for number in 1..9 {
        assert_eq!(db.ledger.history("wo_1").unwrap().len(), number);
        append(&db.ledger, "wo_1", number as u64, noted("y")).unwrap();
    }
}

#[test]
fn an_error_that_the_closure_swallows_is_not_acknowledged_on_postgres() {
    each_database(&[], |db| {
        make_rows(db);
        let outcome = write(&db.ledger, |unit| {
            put_row(unit.connection(), "r1", 1)?;
            // The second insert fails; PostgreSQL then refuses everything else, SQLite only that statement.
            let twice = put_row(unit.connection(), "r1", 2);
            assert!(matches!(twice, Err(StoreError::Unique { .. })), "{twice:?}");
            Ok(())
        });
        let kept = rows(&db.ledger).len();
        if db.ledger.is_sqlite() {
            assert!(outcome.is_ok() && kept == 1);
        } else {
            assert!(outcome.is_err() && kept == 0, "{outcome:?} {kept}");
        }
    });
}

#[test]
fn a_uniqueness_error_names_the_columns_alike_on_both() {
    each_database(&[], |db| {
        make_rows(db);
        write(&db.ledger, |unit| put_row(unit.connection(), "r1", 1)).unwrap();
        let error = write(&db.ledger, |unit| put_row(unit.connection(), "r1", 2)).unwrap_err();
        assert!(error.is_unique("test_rows.id"), "{error}");
        assert!(!error.is_unique("test_rows.number"));
        assert!(!error.to_string().contains("r1"), "the value stays out of the message: {error}");
    });
}

#[test]
fn a_read_cannot_write_and_sees_one_moment() {
    each_database(&[], |db| {
        make_rows(db);
        let refused = db.ledger.read(|connection| put_row(connection, "r1", 1));
        assert!(refused.is_err());
        let (before, after) = db
            .ledger
            .read(|connection| -> Result<_, StoreError> {
                let before: i64 = test_rows::table.count().get_result(connection)?;
                write(&db.ledger, |unit| put_row(unit.connection(), "r2", 2))?;
                let after: i64 = test_rows::table.count().get_result(connection)?;
                Ok((before, after))
            })
            .unwrap();
        assert_eq!((before, after), (0, 0));
        assert_eq!(rows(&db.ledger).len(), 1);
        // A reader that panics costs its connection, not the pool.
        for _ in 0..10 {
            let read = || db.ledger.read(|_| -> Result<(), StoreError> { panic!("a bug") });
            assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).is_err());
        }
        assert_eq!(rows(&db.ledger).len(), 1);
    });
}

#[test]
fn stored_samples_of_old_versions_are_read_as_todays() {
    let check = |db: &ledger::testkit::TestDatabase, schema: i16, payload: &str, expected: Option<MatterEvent>| {
        let stream = format!("wo_{schema}");
        story(&db.ledger, &stream, vec![opened("x")]);
        sql(db, &format!("UPDATE events SET schema = {schema}, payload = '{payload}' WHERE stream = '{stream}'"));
        let name = stream.clone();
        let loaded = write(&db.ledger, move |unit| unit.load::<MatterEvent>(&name));
        match expected {
            Some(event) => assert_eq!(loaded.unwrap().events[0].event, event),
            None => {
                let error = loaded.unwrap_err();
                assert!(matches!(error, StoreError::Corrupt { .. }), "{error}");
                assert!(!error.to_string().contains("secret"), "values stay out of messages: {error}");
            }
        }
    };
    each_database(&[], |db| {
        let at_the_counter = |title: &str| MatterEvent::Opened { title: title.into(), channel: "counter".into() };
        check(db, 1, r#"{"kind":"opened","name":"fee"}"#, Some(at_the_counter("fee")));
        check(db, 2, r#"{"kind":"opened","title":"fee"}"#, Some(at_the_counter("fee")));
        check(db, 3, r#"{"kind":"opened","title":"fee","channel":"app"}"#, Some(opened("fee")));
        check(db, 4, r#"{"kind":"opened","title":"secret"}"#, None);
        check(db, 0, r#"{"kind":"opened","title":"secret"}"#, None);
        check(db, 5, r#"{"kind":"opened","title":{"secret":1}}"#, None);
    });
}

#[test]
fn historical_events_keep_their_own_time() {
    each_database(&[], |db| {
        let then = Timestamp::from_micros(1_600_000_000_000_000);
        let import = Cause::new("import:im_1");
        let done: Result<u64, StoreError> =
            db.ledger.write(&import, move |unit| unit.append_at("wo_1", 0, &staff(), then, &[opened("old")]));
        done.unwrap();
        let stream = load(&db.ledger, "wo_1");
        assert_eq!((stream.events[0].at, stream.events[0].cause.as_str()), (then, "import:im_1"));
    });
}

#[test]
fn announcements_follow_the_commit_and_only_the_commit() {
    each_database(&[], |db| {
        let heard = shared(Mutex::new(Vec::new()));
        let (sender, receiver) = std::sync::mpsc::channel();
        let list = heard.clone();
        db.ledger.subscribe(Box::new(move |announcement| {
            list.lock().push(announcement.clone());
            if announcement.kind == "last" {
                sender.send(()).unwrap();
            }
        }));
        let say = |kind: &'static str, keep: bool| {
            let _: Result<(), StoreError> = write(&db.ledger, move |unit| {
                let place = OrgPath::parse("/HO/GZ/").unwrap();
                unit.announce(Announcement { topic: "test.matter", id: "wo_1".into(), unit: place, kind: kind.into() });
                if keep { Ok(()) } else { Err(StoreError::Misuse("refused".into())) }
            });
        };
        say("kept", true);
        say("refused", false);
        say("last", true);
        receiver.recv_timeout(std::time::Duration::from_secs(10)).unwrap();
        let kinds: Vec<_> = heard.lock().iter().map(|a| a.kind.clone()).collect();
        assert_eq!(kinds, ["kept", "last"]);
    });
}

#[test]
fn announcements_reach_the_other_nodes_of_a_cluster() {
    let Some(db) = ledger::testkit::postgres(&[], &[]) else { return };
    let other = db.second();
    let (sender, receiver) = std::sync::mpsc::channel();
    other.subscribe(Box::new(move |announcement| drop(sender.send(announcement.clone()))));
    // The other node may not listen yet; what it hears in the end is what counts.
    let mut heard = None;
    for _ in 0..100 {
        write(&db.ledger, |unit| {
            let place = OrgPath::parse("/HO/").unwrap();
            unit.announce(Announcement { topic: "test.matter", id: "wo_1".into(), unit: place, kind: "closed".into() });
            Ok(())
        })
        .unwrap();
        heard = receiver.recv_timeout(std::time::Duration::from_millis(200)).ok();
        if heard.is_some() {
            break;
        }
    }
    let heard = heard.expect("the other node hears of it");
    assert_eq!((heard.topic, heard.id.as_str(), heard.kind.as_str()), ("test.matter", "wo_1", "closed"));
}

#[test]
fn what_is_too_large_is_refused() {
    each_database(&[], |db| {
        let huge = noted(&"x".repeat(2 * 1024 * 1024));
        assert!(matches!(append(&db.ledger, "wo_1", 0, huge), Err(StoreError::Misuse(_))));
        let name = "s".repeat(300);
        assert!(matches!(append(&db.ledger, &name, 0, MatterEvent::Closed), Err(StoreError::Misuse(_))));
        assert!(matches!(append(&db.ledger, "wo_1", u64::MAX, MatterEvent::Closed), Err(StoreError::Misuse(_))));
        let many = vec![MatterEvent::Closed; 1_001];
        assert!(matches!(
            write(&db.ledger, move |unit| unit.append("wo_1", 0, &staff(), &many)),
            Err(StoreError::Misuse(_))
        ));
        assert_eq!(load(&db.ledger, "wo_1").version, 0);
    });
}
