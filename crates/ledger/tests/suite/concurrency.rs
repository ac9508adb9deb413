//! Many writers at once: nobody's work is lost, nobody's is done twice.

use std::sync::{
    Barrier,
    atomic::{AtomicU32, AtomicU64, Ordering},
};

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use ledger::{StoreError, on_each, testkit::each_database};

use crate::matter::*;

#[test]
fn of_two_who_saw_the_same_version_one_wins() {
    each_database(&[], |db| {
        story(&db.ledger, "wo_1", vec![opened("a")]);
        for round in 0..30u64 {
            let barrier = Barrier::new(2);
            let results: Vec<_> = std::thread::scope(|scope| {
                let one = || {
                    barrier.wait();
                    append(&db.ledger, "wo_1", round + 1, noted("mine"))
                };
                let threads = [scope.spawn(one), scope.spawn(one)];
                threads.map(|thread| thread.join().unwrap()).into_iter().collect()
            });
            let won = results.iter().filter(|r| r.is_ok()).count();
            let lost = results.iter().filter(|r| matches!(r, Err(StoreError::Conflict { .. }))).count();
            assert_eq!((won, lost), (1, 1), "round {round} on {}: {results:?}", db.name);
        }
        assert_eq!(load(&db.ledger, "wo_1").version, 31);
    });
}

#[test]
fn closures_that_load_what_they_build_on_all_succeed() {
    each_database(&[], |db| {
        story(&db.ledger, "wo_1", vec![opened("a")]);
        let runs = shared(AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let runs = runs.clone();
                        write(&db.ledger, move |unit| {
                            runs.fetch_add(1, Ordering::Relaxed);
                            let stream = unit.load::<MatterEvent>("wo_1")?;
                            let text = format!("note {}", stream.version);
                            unit.append("wo_1", stream.version, &staff(), &[noted(&text)])
                        })
                        .unwrap();
                    }
                });
            }
        });
        let stream = load(&db.ledger, "wo_1");
        assert_eq!(stream.version, 161);
        for recorded in &stream.events[1..] {
            assert_eq!(recorded.event, noted(&format!("note {}", recorded.version - 1)));
        }
        assert!(runs.load(Ordering::Relaxed) >= 160);
    });
}

#[test]
fn look_then_insert_answers_alike_on_both() {
    each_database(&[], |db| {
        make_rows(db);
        let inserted = shared(AtomicU64::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for number in 0..30i64 {
                        let found = write(&db.ledger, move |unit| {
                            let id = format!("r{number}");
                            let query = test_rows::table.find(&id).select(test_rows::number);
                            let there: Option<i64> = on_each!(unit.connection(), |c| query.first(c)).optional()?;
                            if there.is_none() {
                                put_row(unit.connection(), &id, number)?;
                            }
                            Ok(there.is_some())
                        });
                        // As on a single writer, nobody sees a uniqueness error: who comes second finds the row.
                        if !found.unwrap() {
                            inserted.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                });
            }
        });
        assert_eq!(inserted.load(Ordering::Relaxed), 30);
    });
}

#[test]
fn deadlocks_are_tried_again_unseen() {
    each_database(&[], |db| {
        make_rows(db);
        write(&db.ledger, |unit| {
            put_row(unit.connection(), "a", 0)?;
            put_row(unit.connection(), "b", 0)
        })
        .unwrap();
        let add = |first: &'static str, second: &'static str| {
            move |unit: &mut ledger::Unit<'_>| {
                for id in [first, second] {
                    let row = test_rows::table.find(id);
                    let more = test_rows::number.eq(test_rows::number + 1);
                    on_each!(unit.connection(), |c| diesel::update(row).set(more).execute(c))?;
                }
                Ok(())
            }
        };
        std::thread::scope(|scope| {
            for (first, second) in [("a", "b"), ("b", "a")] {
                scope.spawn(move || {
                    for _ in 0..10 {
                        write(&db.ledger, add(first, second)).unwrap();
                    }
                });
            }
        });
        assert_eq!(rows(&db.ledger), [("a".to_owned(), 20), ("b".to_owned(), 20)]);
    });
}

#[test]
fn a_named_lock_lets_one_through_at_a_time() {
    each_database(&[], |db| {
        make_rows(db);
        std::thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || {
                    for number in 0..10 {
                        write(&db.ledger, move |unit| {
                            unit.lock("at most five rows")?;
                            let count: i64 = on_each!(unit.connection(), |c| test_rows::table.count().get_result(c))?;
                            if count < 5 {
                                put_row(unit.connection(), &format!("{thread}-{number}"), 0)?;
                            }
                            Ok(())
                        })
                        .unwrap();
                    }
                });
            }
        });
        assert_eq!(rows(&db.ledger).len(), 5);
    });
}

#[test]
fn two_processes_share_a_database() {
    each_database(&[], |db| {
        let other = db.second();
        std::thread::scope(|scope| {
            for (name, ledger) in [("x", &db.ledger), ("y", &other)] {
                scope.spawn(move || {
                    for number in 0..50 {
                        story(ledger, &format!("wo_{name}{number}"), vec![opened("a")]);
                    }
                });
            }
        });
        for name in ["x", "y"] {
            assert_eq!(load(&db.ledger, &format!("wo_{name}49")).version, 1);
        }
    });
}
