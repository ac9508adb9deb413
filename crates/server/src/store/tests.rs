//! The house's own tables on both engines: every column has a privacy class, and checks run, stop and tell what they found.

use std::collections::BTreeMap;

use diesel::{RunQueryDsl, sql_query, sql_types::Text as SqlText};
use kernel::{ActorRef, id::LedgerCheckId};
use ledger::{
    Cause, Checkpoint, Connection, Event, Ledger, Migrations, StoreError, UpgradeError,
    testkit::{TestDatabase, each_database},
};
use serde::{Deserialize, Serialize};

use super::checks::{self, Check, CheckState};
use crate::checking;

/// `internal`: says nothing about a person but who acted, by id. `text`: words of the program itself.
const CLASSES: &str = "
dropped_jobs: internal id kind key tries error created_at dropped_by dropped_at; text reason
holiday_years: internal year body imported_by imported_at
ledger_checks: internal id started_by started_at touched_at ended_at state cancelled_by compared reached until_position events streams checkpoints unsigned; text finding
";

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Noted {
    words: String,
}

impl Event for Noted {
    const TYPE: &'static str = "test.note";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        "noted"
    }

    fn upgrade(kind: &str, from: u16, _: serde_json::Value) -> Result<serde_json::Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

fn migrations() -> Vec<Migrations> {
    let rooms = crate::rooms();
    crate::migrations(&rooms)
}

fn by() -> ActorRef {
    ActorRef::program("test")
}

fn note(ledger: &Ledger, stream: &'static str, words: &'static str) {
    let noted = ledger.write(&Cause::new("test:note"), move |unit| -> Result<(), StoreError> {
        let version = unit.load::<Noted>(stream)?.version;
        unit.append(stream, version, &by(), &[Noted { words: words.to_owned() }]).map(drop)
    });
    noted.expect("a note is kept");
}

fn begin(db: &TestDatabase, compared: Option<i64>) -> LedgerCheckId {
    let id = LedgerCheckId::new(db.now(), &*db.random);
    let begun = db.ledger.write(&Cause::new("test:check"), move |unit| {
        let now = unit.now();
        checks::begin(unit.connection(), id, &by(), compared, now)
    });
    assert_eq!(begun.expect("it begins").state, CheckState::Running);
    id
}

fn checked(db: &TestDatabase, kept: Option<Checkpoint>) -> Check {
    let id = begin(db, kept.as_ref().map(|checkpoint| checkpoint.statement.number));
    checking::run(&db.ledger, id, kept).expect("it ends");
    find(db, id)
}

fn find(db: &TestDatabase, id: LedgerCheckId) -> Check {
    db.ledger.read(|connection| checks::find(connection, id)).expect("a read").expect("it is there")
}

/// Alters the database behind the ledger's back.
fn tamper(db: &TestDatabase, sql: &'static str) {
    let done = db.ledger.write(&Cause::new("test:tamper"), move |unit| -> Result<(), StoreError> {
        let rows = ledger::on_each!(unit.connection(), |c| sql_query(sql).execute(c))?;
        assert!(rows > 0, "the statement found something");
        Ok(())
    });
    done.expect("the statement runs");
}

#[test]
fn a_check_counts_what_it_saw_and_compares_with_a_checkpoint_kept_elsewhere() {
    each_database(&migrations(), |db| {
        note(&db.ledger, "note_1", "one");
        note(&db.ledger, "note_1", "two");
        let kept = db.ledger.checkpoint(&Cause::new("test:checkpoint")).expect("a checkpoint").expect("of something");
        note(&db.ledger, "note_2", "three");
        let check = checked(db, Some(kept));
        assert_eq!((check.state, check.compared), (CheckState::Intact, Some(1)));
        assert_eq!((check.events, check.streams, check.checkpoints, check.unsigned), (3, 2, 1, 1));
        assert_eq!((check.fault, check.ended_at.is_some()), (None, true));
    });
}

#[test]
fn a_check_names_the_first_event_that_was_altered() {
    each_database(&migrations(), |db| {
        note(&db.ledger, "note_1", "one");
        note(&db.ledger, "note_2", "two");
        tamper(db, "UPDATE events SET payload = '{\"words\":\"other\"}' WHERE stream = 'note_2'");
        let check = checked(db, None);
        let fault = check.fault.expect("a fault");
        assert_eq!((check.state, fault.kind.as_str()), (CheckState::Broken, "altered"));
        assert_eq!((fault.stream.as_deref(), fault.version), (Some("note_2"), Some(1)));
        assert!(fault.zh.contains("note_2") && fault.en.contains("note_2"));
        assert!(!fault.en.contains("other"), "what the event says is not repeated");
    });
}

#[test]
fn a_check_stops_when_somebody_asks_and_writes_go_on_meanwhile() {
    each_database(&migrations(), |db| {
        note(&db.ledger, "note_1", "one");
        let id = begin(db, None);
        let asked =
            db.ledger.write(&Cause::new("test:cancel"), move |unit| checks::cancel(unit.connection(), id, &by()));
        assert!(asked.expect("it is asked"));
        checking::run(&db.ledger, id, None).expect("it ends");
        let check = find(db, id);
        assert_eq!((check.state, check.cancelled_by), (CheckState::Cancelled, Some(by())));
        note(&db.ledger, "note_1", "two");
        let again =
            db.ledger.write(&Cause::new("test:cancel"), move |unit| checks::cancel(unit.connection(), id, &by()));
        assert!(!again.expect("it is asked"), "what has ended cannot be stopped");
    });
}

#[test]
fn one_check_runs_at_a_time_and_a_silent_one_was_broken_off() {
    each_database(&migrations(), |db| {
        let id = begin(db, None);
        let under_way = || db.ledger.read(|connection| checks::under_way(connection, db.now())).expect("a read");
        assert_eq!(under_way().map(|check| check.id), Some(id));
        db.clock.advance_micros(16 * 60 * 1_000_000);
        assert_eq!(under_way(), None);
        assert_eq!(find(db, id).state_at(db.now()), CheckState::BrokenOff);
    });
}

#[derive(diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = SqlText)]
    place: String,
}

fn columns(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    let found: Vec<Column> = match connection {
        Connection::Sqlite(c) => sql_query(
            "SELECT m.name || '.' || p.name AS place FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name IN ('dropped_jobs', 'holiday_years', 'ledger_checks')",
        )
        .load(c)?,
        Connection::Postgres(c) => sql_query(
            "SELECT table_name || '.' || column_name AS place FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name IN ('dropped_jobs', 'holiday_years', 'ledger_checks')",
        )
        .load(c)?,
    };
    Ok(found.into_iter().map(|column| column.place).collect())
}

#[test]
fn every_column_has_a_privacy_class() {
    let mut classes: BTreeMap<String, &str> = BTreeMap::new();
    for line in CLASSES.lines().filter(|line| !line.is_empty()) {
        let (table, rest) = line.split_once(':').expect("a table");
        for part in rest.split(';') {
            let (class, names) = part.trim().split_once(' ').expect("a class");
            assert!(["internal", "text"].contains(&class));
            classes.extend(names.split(' ').map(|name| (format!("{table}.{name}"), class)));
        }
    }
    each_database(&migrations(), |db| {
        let mut live = db.ledger.read(columns).expect("a read");
        live.sort();
        assert_eq!(live, classes.keys().cloned().collect::<Vec<_>>());
    });
}
