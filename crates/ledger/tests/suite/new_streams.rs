//! Streams whose first events were made ready before the write, and the log of SQLite that is copied beside it.

use ledger::{
    Cause, DatabaseUrl, NewStream, StoreError,
    testkit::{TestDatabase, each_database, sqlite},
};

use crate::{matter::*, tamper::verify};

fn ready(db: &TestDatabase, cause: &Cause, stream: &str, events: &[MatterEvent]) -> NewStream {
    NewStream::ready(&db.keyring, cause, stream, &staff(), db.now(), events).unwrap()
}

fn open(db: &TestDatabase, new: NewStream) -> Result<u64, StoreError> {
    write(&db.ledger, move |unit| unit.open(&new))
}

#[test]
fn a_stream_made_ready_is_the_same_as_one_appended() {
    each_database(&[], |db| {
        let events = vec![opened("card swallowed"), noted("called back")];
        assert_eq!(open(db, ready(db, &cause(), "wo_1", &events)).unwrap(), 2);
        assert_eq!(append(&db.ledger, "wo_1", 2, MatterEvent::Closed).unwrap(), 3);
        let stream = load(&db.ledger, "wo_1");
        assert_eq!(stream.events.iter().map(|e| e.event.clone()).collect::<Vec<_>>()[..2], events);
        assert_eq!((stream.events[0].at, &stream.events[0].actor), (db.now(), &staff()));
        assert_eq!(stream.events[0].cause, cause().as_str());
        assert!(verify(db).is_intact(), "the hashes begin where an append's begin");
    });
}

#[test]
fn a_stream_is_opened_once_and_for_its_own_cause() {
    each_database(&[], |db| {
        story(&db.ledger, "wo_1", vec![opened("a")]);
        match open(db, ready(db, &cause(), "wo_1", &[opened("b")])) {
            Err(StoreError::Conflict { expected: 0, found: 1, .. }) => {}
            other => panic!("{other:?}"),
        }
        let foreign = ready(db, &Cause::new("request:rq_2"), "wo_2", &[opened("b")]);
        assert!(matches!(open(db, foreign), Err(StoreError::Misuse(_))));
        assert_eq!((load(&db.ledger, "wo_1").version, load(&db.ledger, "wo_2").version), (1, 0));
    });
}

#[test]
fn the_log_starts_over_however_much_is_written() {
    const WRITES: usize = 220;
    const LOG_BYTES_MAX: u64 = 140 * 1024 * 1024;
    let db = sqlite(&[], &[]);
    let DatabaseUrl::Sqlite(path) = &db.url else { panic!("another engine") };
    // 1,000,000 bytes each: more than the log may hold.
    let text = "0123456789".repeat(100_000);
    for number in 0..WRITES {
        story(&db.ledger, &format!("wo_{number}"), vec![noted(&text)]);
    }
    let mut log = path.clone().into_os_string();
    log.push("-wal");
    let bytes = std::fs::metadata(log).unwrap().len();
    assert!(bytes < LOG_BYTES_MAX, "{bytes} bytes");
    assert_eq!(load(&db.ledger, "wo_0").version, 1);
    assert!(verify(&db).is_intact());
}
