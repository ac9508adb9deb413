//! A small matter to tell stories about, and a table of its own to project it into.

use std::sync::Arc;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl, sql_query};
use kernel::{ActorRef, Problem};
use ledger::{Cause, Connection, Event, Ledger, StoreError, Unit, UpgradeError, on_each, testkit::TestDatabase};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MatterEvent {
    Opened { title: String, channel: String },
    Noted { text: String },
    Closed,
}

impl Event for MatterEvent {
    const TYPE: &'static str = "test.matter";
    const VERSION: u16 = 3;

    fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Noted { .. } => "noted",
            Self::Closed => "closed",
        }
    }

    fn upgrade(kind: &str, from: u16, mut payload: Value) -> Result<Value, UpgradeError> {
        // Version 1 called the title a name; version 2 had no channel.
        if !(1..=2).contains(&from) {
            return Err(UpgradeError::unknown(kind, from));
        }
        if kind == "opened" {
            if from == 1 {
                payload["title"] = payload["name"].take();
            }
            payload["channel"] = json!("counter");
        }
        Ok(payload)
    }
}

pub fn opened(title: &str) -> MatterEvent {
    MatterEvent::Opened { title: title.to_owned(), channel: "app".to_owned() }
}

pub fn noted(text: &str) -> MatterEvent {
    MatterEvent::Noted { text: text.to_owned() }
}

pub fn staff() -> ActorRef {
    ActorRef::from_stored("staff:st_1")
}

pub fn cause() -> Cause {
    Cause::new("request:rq_1")
}

/// Writes with `StoreError`, so that the closure's type need not be told.
pub fn write<T: Send + 'static>(
    ledger: &Ledger,
    act: impl FnMut(&mut Unit<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    ledger.write(&cause(), act)
}

/// A stream with these events, one after the other in one unit.
pub fn story(ledger: &Ledger, stream: &str, events: Vec<MatterEvent>) {
    let stream = stream.to_owned();
    write(ledger, move |unit| unit.append(&stream, 0, &staff(), &events)).unwrap();
}

pub fn append(ledger: &Ledger, stream: &str, expected: u64, event: MatterEvent) -> Result<u64, StoreError> {
    let stream = stream.to_owned();
    write(ledger, move |unit| unit.append(&stream, expected, &staff(), std::slice::from_ref(&event)))
}

pub fn load(ledger: &Ledger, stream: &str) -> ledger::Stream<MatterEvent> {
    let stream = stream.to_owned();
    write(ledger, move |unit| unit.load(&stream)).unwrap()
}

diesel::table! {
    test_rows (id) {
        id -> Text,
        number -> BigInt,
    }
}

/// A table as a room would have one.
pub fn make_rows(db: &TestDatabase) {
    let statement = if db.ledger.is_sqlite() {
        "CREATE TABLE test_rows (id TEXT NOT NULL PRIMARY KEY, number INTEGER NOT NULL) STRICT"
    } else {
        "CREATE TABLE test_rows (id TEXT COLLATE \"C\" NOT NULL PRIMARY KEY, number BIGINT NOT NULL)"
    };
    sql(db, statement);
}

pub fn sql(db: &TestDatabase, statement: &str) -> usize {
    let statement = statement.to_owned();
    write(&db.ledger, move |unit| Ok(sql_query(&statement).execute(unit.connection())?)).unwrap()
}

pub fn put_row(connection: &mut Connection, id: &str, number: i64) -> Result<(), StoreError> {
    let row = (test_rows::id.eq(id), test_rows::number.eq(number));
    on_each!(connection, |c| diesel::insert_into(test_rows::table).values(row).execute(c))?;
    Ok(())
}

pub fn rows(ledger: &Ledger) -> Vec<(String, i64)> {
    ledger
        .read(|connection| -> Result<_, StoreError> { Ok(test_rows::table.order(test_rows::id).load(connection)?) })
        .unwrap()
}

/// What a request's closure would return.
pub type Answer<T> = Result<T, Problem>;

pub fn shared<T>(value: T) -> Arc<T> {
    Arc::new(value)
}
