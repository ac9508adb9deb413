//! Checkpoints: what they notice, what they refuse to sign, when they are made.

use ledger::{
    Checkpoint, CheckpointError, FindingKind, VerifyOptions,
    testkit::{TestDatabase, each_database},
};

use crate::{
    matter::*,
    tamper::{fill, found, position, sign, verify, verify_with},
};

#[test]
fn an_altered_removed_or_forged_checkpoint_is_found() {
    let check = |db: &TestDatabase, change: &str, number: i64| {
        let db = db.fresh();
        fill(&db);
        sign(&db);
        for round in 0..2 {
            story(&db.ledger, &format!("wo_more_{round}"), vec![opened("x"), noted("y")]);
            sign(&db);
        }
        assert_eq!(verify(&db).checkpoints, 3);
        sql(&db, change);
        let finding = found(&db);
        let got = (finding.kind, finding.checkpoint);
        assert_eq!(got, (FindingKind::Checkpoint, Some(number)), "{change}: {}", finding.text.en);
    };
    each_database(&[], |db| {
        check(db, "UPDATE checkpoints SET body = replace(body, '\"events\":30', '\"events\":29') WHERE number = 1", 1);
        check(db, "UPDATE checkpoints SET body = 'x' WHERE number = 2", 2);
        check(db, "UPDATE checkpoints SET signature = 'g1.k.AAAA' WHERE number = 2", 2);
        let borrowed =
            "UPDATE checkpoints SET signature = (SELECT signature FROM checkpoints WHERE number = 1) WHERE number = 2";
        check(db, borrowed, 2);
        check(db, "UPDATE checkpoints SET position = 1000 WHERE number = 3", 3);
        check(db, "UPDATE checkpoints SET position = 3 WHERE number = 1", 1);
        check(db, "UPDATE checkpoints SET trace = substr(trace, 1, 4) WHERE number = 1", 1);
        check(db, "DELETE FROM checkpoints WHERE number = 1", 1);
        check(db, "DELETE FROM checkpoints WHERE number = 2", 2);
        check(db, "UPDATE checkpoints SET number = 4 WHERE number = 3", 4);
    });
}

#[test]
fn a_checkpoint_kept_elsewhere_guards_the_end() {
    each_database(&[], |db| {
        fill(db);
        sign(db);
        story(&db.ledger, "wo_more", vec![opened("x"), noted("y")]);
        let text = sign(db).to_text();
        let kept = VerifyOptions { exported: Some(Checkpoint::from_text(&text).unwrap()) };
        assert!(verify_with(db, &kept).is_intact());
        // Events, head and checkpoint cut off together: nothing in the database tells.
        sql(db, "DELETE FROM checkpoints WHERE number = 2");
        sql(db, "DELETE FROM events WHERE stream = 'wo_more'");
        sql(db, "DELETE FROM streams WHERE stream = 'wo_more'");
        assert!(verify(db).is_intact());
        let finding = verify_with(db, &kept).finding.unwrap();
        assert_eq!((finding.kind, finding.checkpoint), (FindingKind::Checkpoint, Some(2)));
        // A new second checkpoint does not pass for the one that was kept.
        story(&db.ledger, "wo_other", vec![opened("x"), noted("y")]);
        sign(db);
        assert_eq!(verify_with(db, &kept).finding.unwrap().checkpoint, Some(2));
        // A doctored file is told apart from a doctored database.
        let doctored = text.replace("\\\"number\\\":2", "\\\"number\\\":1");
        assert_ne!(doctored, text);
        let doctored = VerifyOptions { exported: Some(Checkpoint::from_text(&doctored).unwrap()) };
        assert!(verify_with(db, &doctored).finding.unwrap().text.en.contains("given file"));
        for bad in ["", "{}", "x", "{\"checkpoint\":\"{}\",\"signature\":\"\"}"] {
            assert!(Checkpoint::from_text(bad).is_err(), "{bad}");
        }
    });
}

#[test]
fn what_is_not_intact_is_not_signed() {
    each_database(&[], |db| {
        fill(db);
        sign(db);
        append(&db.ledger, "wo_2", 5, noted("new")).unwrap();
        sql(db, "UPDATE events SET actor = 'staff:st_2' WHERE stream = 'wo_2' AND version = 6");
        match db.ledger.checkpoint(&cause()) {
            Err(CheckpointError::Broken(finding)) => {
                assert_eq!((finding.stream.as_deref(), finding.version), (Some("wo_2"), Some(6)));
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(db.ledger.last_checkpoint().unwrap().unwrap().statement.number, 1);
    });
}

#[test]
fn gaps_that_rollbacks_leave_are_no_finding() {
    each_database(&[], |db| {
        for round in 0..5 {
            fill_one(db, round);
            let _: Result<(), ledger::StoreError> = write(&db.ledger, move |unit| {
                unit.append("wo_void", 0, &staff(), &[opened("void")])?;
                Err(ledger::StoreError::Misuse("refused".into()))
            });
        }
        let checkpoint = sign(db);
        let gaps = checkpoint.statement.absent.clone().unwrap();
        assert_eq!(gaps.is_empty(), db.ledger.is_sqlite(), "{gaps:?}");
        assert!(verify(db).is_intact());
        let place = position(db, "wo_r3", 1);
        sql(db, &format!("DELETE FROM events WHERE position = {place}"));
        assert_eq!((found(db).kind, found(db).position), (FindingKind::Missing, Some(place)));
    });
}

fn fill_one(db: &TestDatabase, round: i32) {
    story(&db.ledger, &format!("wo_r{round}"), vec![opened("x")]);
}

#[test]
fn checkpoints_are_made_on_schedule() {
    use ledger::{Handlers, checkpoint};
    each_database(&[], |db| {
        let every = std::time::Duration::from_secs(3_600);
        let handlers =
            Handlers::new().with_external(std::sync::Arc::new(checkpoint::Checkpoints::new(db.ledger.clone(), every)));
        checkpoint::ensure_scheduled(&db.ledger).unwrap();
        checkpoint::ensure_scheduled(&db.ledger).unwrap();
        assert_eq!(db.ledger.job_counts().unwrap().waiting, 1);
        for round in 1..=3 {
            story(&db.ledger, &format!("wo_{round}"), vec![opened("x")]);
            assert_eq!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().done, 1);
            assert_eq!(db.ledger.last_checkpoint().unwrap().unwrap().statement.number, round);
            db.clock.advance_micros(3_600_000_000);
        }
        // A broken ledger parks the job for an administrator, and the next checkpoint is tried nevertheless.
        story(&db.ledger, "wo_9", vec![opened("x")]);
        sql(db, "UPDATE events SET actor = 'x' WHERE stream = 'wo_9'");
        assert_eq!(db.ledger.run_due_jobs(&handlers, db.now()).unwrap().parked, 1);
        assert_eq!(db.ledger.job_counts().unwrap().waiting, 1);
    });
}

/// Writers that have taken a position and not committed while a checkpoint is made must not end up below it, unseen.
#[test]
fn a_checkpoint_among_busy_writers_misses_nothing() {
    each_database(&[], |db| {
        std::thread::scope(|scope| {
            for thread in 0..4 {
                scope.spawn(move || {
                    for number in 0..40 {
                        story(&db.ledger, &format!("wo_{thread}_{number}"), vec![opened("x"), noted("y")]);
                    }
                });
            }
            scope.spawn(|| {
                for _ in 0..10 {
                    db.ledger.checkpoint(&cause()).unwrap();
                }
            });
        });
        sign(db);
        let report = verify(db);
        assert!(report.is_intact(), "{report:?}");
        assert_eq!((report.events, report.unsigned), (320, 0));
    });
}
