//! What `verify` must notice: every way of editing, removing or reordering that we can think of.

use std::ops::ControlFlow;

use ledger::{
    Checkpoint, Finding, FindingKind, VerifyOptions, VerifyReport,
    testkit::{TestDatabase, each_database},
};

use crate::matter::*;

/// Six streams of five events, written in turns, so that every stream is spread over all positions.
pub fn fill(db: &TestDatabase) {
    for version in 0..5u64 {
        for stream in 0..6 {
            let event = if version == 0 { opened("fee") } else { noted("call") };
            append(&db.ledger, &format!("wo_{stream}"), version, event).unwrap();
        }
    }
}

pub fn verify_with(db: &TestDatabase, options: &VerifyOptions) -> VerifyReport {
    db.ledger.verify(options, &mut |_| ControlFlow::Continue(())).unwrap()
}

pub fn verify(db: &TestDatabase) -> VerifyReport {
    verify_with(db, &VerifyOptions::default())
}

pub fn found(db: &TestDatabase) -> Finding {
    let report = verify(db);
    let finding = report.finding.unwrap_or_else(|| panic!("nothing found on {}", db.name));
    assert!(!finding.text.zh.is_empty() && !finding.text.en.is_empty());
    finding
}

pub fn sign(db: &TestDatabase) -> Checkpoint {
    db.ledger.checkpoint(&cause()).unwrap().unwrap()
}

pub fn position(db: &TestDatabase, stream: &str, version: usize) -> i64 {
    db.ledger.history(stream).unwrap()[version - 1].position
}

#[test]
fn an_untouched_ledger_is_intact() {
    each_database(&[], |db| {
        assert!(verify(db).is_intact(), "an empty one too");
        assert!(db.ledger.checkpoint(&cause()).unwrap().is_none());
        fill(db);
        assert_eq!((verify(db).events, verify(db).streams, verify(db).unsigned), (30, 6, 30));
        let first = sign(db);
        assert_eq!(sign(db), first, "nothing new, nothing signed");
        story(&db.ledger, "wo_new", vec![opened("x")]);
        append(&db.ledger, "wo_0", 5, MatterEvent::Closed).unwrap();
        let second = sign(db);
        assert_eq!((second.statement.number, second.statement.events, second.statement.events_total), (2, 2, 32));
        assert_eq!((second.statement.opened, second.statement.streams_total), (1, 7));
        story(&db.ledger, "wo_last", vec![opened("x")]);
        let report = verify(db);
        assert!(report.is_intact(), "{report:?}");
        assert_eq!((report.checkpoints, report.unsigned, report.last_checkpoint), (2, 1, Some(db.now())));
        let stopped = db.ledger.verify(&VerifyOptions::default(), &mut |_| ControlFlow::Break(())).unwrap();
        assert!(stopped.stopped && !stopped.is_intact());
    });
}

/// Each column of an event, altered alone, without and with a checkpoint over it.
#[test]
fn every_altered_column_is_found_at_its_event() {
    let alterations = [
        ("payload", "payload = '{\"kind\":\"noted\",\"text\":\"Call\"}'"),
        ("payload blank", "payload = payload || ' '"),
        ("actor", "actor = 'staff:st_2'"),
        ("cause", "cause = 'request:rq_2'"),
        ("at", "at = at + 1"),
        ("kind", "kind = 'test.matter.closed'"),
        ("schema", "schema = 2"),
        ("version", "version = 9"),
        ("version down", "version = -3"),
        ("stream", "stream = 'wo_x'"),
    ];
    each_database(&[], |db| {
        for signed in [false, true] {
            for (name, change) in alterations {
                let db = db.fresh();
                fill(&db);
                if signed {
                    sign(&db);
                }
                let place = position(&db, "wo_2", 3);
                assert_eq!(sql(&db, &format!("UPDATE events SET {change} WHERE position = {place}")), 1);
                let finding = found(&db);
                assert_eq!(finding.position, Some(place), "{name}, signed {signed}, {}: {finding:?}", db.name);
            }
        }
    });
}

#[test]
fn a_hash_altered_alone_is_found() {
    each_database(&[], |db| {
        fill(db);
        let (place, other) = (position(db, "wo_2", 3), position(db, "wo_3", 3));
        sql(
            db,
            &format!(
                "UPDATE events SET hash = (SELECT hash FROM events WHERE position = {other}) WHERE position = {place}"
            ),
        );
        assert_eq!((found(db).kind, found(db).position), (FindingKind::Altered, Some(place)));
    });
}

#[test]
fn a_missing_event_is_named() {
    let check = |db: &TestDatabase,
                 signed: bool,
                 remove: &str,
                 expected: (FindingKind, Option<i64>, Option<&str>, Option<i64>)| {
        let db = db.fresh();
        fill(&db);
        if signed {
            sign(&db);
        }
        sql(&db, remove);
        let finding = found(&db);
        let got = (finding.kind, finding.position, finding.stream.as_deref(), finding.version);
        assert_eq!(got, expected, "{remove}, signed {signed}, {}: {}", db.name, finding.text.en);
    };
    each_database(&[], |db| {
        // In the middle of a stream: the chain shows the gap at the next event; the checkpoint shows the place itself.
        let middle = "DELETE FROM events WHERE stream = 'wo_2' AND version = 3";
        check(db, false, middle, (FindingKind::Missing, Some(21), Some("wo_2"), Some(3)));
        check(db, true, middle, (FindingKind::Missing, Some(15), None, None));
        // The last of a stream: the head tells.
        let last = "DELETE FROM events WHERE stream = 'wo_2' AND version = 5";
        check(db, false, last, (FindingKind::Missing, None, Some("wo_2"), Some(5)));
        check(db, true, last, (FindingKind::Missing, Some(27), None, None));
        // A whole stream, its head left or not.
        let whole = "DELETE FROM events WHERE stream = 'wo_2'";
        check(db, false, whole, (FindingKind::Missing, None, Some("wo_2"), Some(1)));
        check(db, true, whole, (FindingKind::Missing, Some(3), None, None));
        // Everything at the end.
        let end = "DELETE FROM events WHERE position > 25";
        check(db, false, end, (FindingKind::Missing, None, Some("wo_1"), Some(5)));
        check(db, true, end, (FindingKind::Missing, Some(26), None, None));
        check(db, true, "DELETE FROM events", (FindingKind::Missing, Some(1), None, None));
    });
}

#[test]
fn removals_with_the_head_set_right_are_found_under_a_checkpoint() {
    each_database(&[], |db| {
        fill(db);
        sign(db);
        sql(db, "DELETE FROM events WHERE stream = 'wo_2'");
        sql(db, "DELETE FROM streams WHERE stream = 'wo_2'");
        assert_eq!((found(db).kind, found(db).position), (FindingKind::Missing, Some(3)));
    });
    each_database(&[], |db| {
        fill(db);
        sign(db);
        sql(db, "DELETE FROM events WHERE stream = 'wo_5' AND version = 5");
        sql(
            db,
            "UPDATE streams SET version = 4, hash = (SELECT hash FROM events WHERE stream = 'wo_5' AND version = 4) WHERE stream = 'wo_5'",
        );
        assert_eq!((found(db).kind, found(db).position), (FindingKind::Missing, Some(30)));
    });
}

/// Behind the last checkpoint a stream may go with its head and no chain tells; on SQLite the gap it leaves does. PostgreSQL
/// leaves such gaps by itself, so there only a checkpoint or a room's table can tell.
#[test]
fn a_gap_behind_the_last_checkpoint_is_found_where_the_ledger_leaves_none() {
    each_database(&[], |db| {
        for signed in [false, true] {
            let db = db.fresh();
            if signed {
                story(&db.ledger, "wo_before", vec![opened("x")]);
                sign(&db);
            }
            fill(&db);
            // What is refused takes no position with it.
            let refused: Answer<()> = db.ledger.write(&cause(), |unit| {
                unit.append("wo_refused", 0, &staff(), &[opened("a")])?;
                Err(kernel::Problem::not_found("工单", "work order"))
            });
            assert!(refused.is_err());
            story(&db.ledger, "wo_last", vec![opened("x")]);
            assert!(verify(&db).is_intact(), "{}", db.name);
            let first = position(&db, "wo_2", 1);
            sql(&db, "DELETE FROM events WHERE stream = 'wo_2'");
            sql(&db, "DELETE FROM streams WHERE stream = 'wo_2'");
            let finding = verify(&db).finding.map(|finding| (finding.kind, finding.position));
            let expected = db.ledger.is_sqlite().then_some((FindingKind::Missing, Some(first)));
            assert_eq!(finding, expected, "{}, signed {signed}", db.name);
        }
    });
}

#[test]
fn swapped_positions_are_found() {
    let swap = |db: &TestDatabase, one: i64, other: i64| {
        sql(db, &format!("UPDATE events SET position = -1 WHERE position = {one}"));
        sql(db, &format!("UPDATE events SET position = {one} WHERE position = {other}"));
        sql(db, &format!("UPDATE events SET position = {other} WHERE position = -1"));
    };
    each_database(&[], |db| {
        fill(db);
        // Within one stream the chain tells, without any checkpoint.
        swap(db, 9, 15);
        assert_eq!((found(db).stream.as_deref(), found(db).position), (Some("wo_2"), Some(9)));
        swap(db, 9, 15);
        assert!(verify(db).is_intact());
        // Between streams only the checkpoint can.
        sign(db);
        swap(db, 9, 10);
        assert_eq!((found(db).kind, found(db).position), (FindingKind::Reordered, Some(9)));
        swap(db, 9, 10);
        assert!(verify(db).is_intact());
        sql(db, "UPDATE events SET position = 1000 WHERE position = 30");
        assert_eq!((found(db).kind, found(db).position), (FindingKind::Missing, Some(30)));
    });
}

/// Somebody who knows the hash rewrites a stream from an event on, head included: the chain is sound, the checkpoint is not.
#[test]
fn a_rewritten_stream_is_found_under_a_checkpoint() {
    each_database(&[], |db| {
        fill(db);
        sign(db);
        let place = position(db, "wo_2", 2);
        let other = db.fresh();
        append(&other.ledger, "wo_2", 0, opened("fee")).unwrap();
        for version in 1..5 {
            append(&other.ledger, "wo_2", version, noted(if version == 1 { "rewritten" } else { "call" })).unwrap();
        }
        let told = load(&other.ledger, "wo_2").events;
        for (event, told) in other.ledger.history("wo_2").unwrap().iter().zip(told) {
            let payload = serde_json::to_string(&told.event).unwrap();
            let hash: String = event.hash.iter().map(|b| format!("{b:02x}")).collect();
            let hash = if db.ledger.is_sqlite() { format!("x'{hash}'") } else { format!("decode('{hash}', 'hex')") };
            sql(
                db,
                &format!(
                    "UPDATE events SET payload = '{payload}', hash = {hash} WHERE stream = 'wo_2' AND version = {}",
                    event.version
                ),
            );
            sql(db, &format!("UPDATE streams SET hash = {hash} WHERE stream = 'wo_2'"));
        }
        let finding = found(db);
        assert_eq!((finding.kind, finding.position, finding.version), (FindingKind::Altered, Some(place), Some(2)));
        assert_eq!(finding.checkpoint, Some(1));
    });
}

#[test]
fn an_altered_head_is_found() {
    let check = |db: &TestDatabase, change: &str, kind: FindingKind| {
        let db = db.fresh();
        fill(&db);
        sign(&db);
        sql(&db, change);
        let finding = found(&db);
        assert_eq!((finding.kind, finding.stream.as_deref()), (kind, Some("wo_4")), "{change}: {}", finding.text.en);
    };
    each_database(&[], |db| {
        check(db, "UPDATE streams SET version = 4 WHERE stream = 'wo_4'", FindingKind::Head);
        check(db, "UPDATE streams SET version = 6 WHERE stream = 'wo_4'", FindingKind::Missing);
        let borrowed = "UPDATE streams SET hash = (SELECT hash FROM events WHERE position = 1) WHERE stream = 'wo_4'";
        check(db, borrowed, FindingKind::Head);
        check(db, "DELETE FROM streams WHERE stream = 'wo_4'", FindingKind::Head);
    });
}

#[test]
fn an_event_put_in_by_hand_is_found() {
    each_database(&[], |db| {
        fill(db);
        sign(db);
        sql(db, "DELETE FROM events WHERE position = 30");
        sql(
            db,
            "INSERT INTO events SELECT 30, 'wo_z', 1, kind, schema, payload, actor, cause, at, hash FROM events WHERE position = 29",
        );
        assert_eq!(found(db).position, Some(30));
    });
}

/// A reader of the stream would meet such an event; a walk that begins at the first position would not.
#[test]
fn an_event_before_the_first_position_is_found() {
    each_database(&[], |db| {
        for (place, signed) in [(0, false), (-5, true), (i64::MIN, true)] {
            let db = db.fresh();
            fill(&db);
            if signed {
                sign(&db);
            }
            let last = position(&db, "wo_2", 5);
            let forged = format!(
                "INSERT INTO events (position, stream, version, kind, schema, payload, actor, cause, at, hash) \
                 SELECT {place}, stream, version + 1, kind, schema, payload, actor, cause, at, hash FROM events WHERE position = {last}"
            );
            assert_eq!(sql(&db, &forged), 1);
            let finding = found(&db);
            let expected = (FindingKind::Inserted, Some(place), Some("wo_2"), Some(6));
            assert_eq!(
                (finding.kind, finding.position, finding.stream.as_deref(), finding.version),
                expected,
                "{}",
                db.name
            );
        }
    });
}
