//! Writes that may be sent again: the same key and body gives the same answer, another body is refused.
//!
//! The answer is kept in the transaction of the write itself, so that there is no moment in which the write is durable
//! and its key is not. A write that failed keeps nothing, and its key may be used again.

use bytes::Bytes;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use http::StatusCode;
use kernel::{Problem, ProblemKind, Text, Timestamp};
use ledger::{Job, JobError, JobHandler, NewJob, StoreError, Unit, on_each};

use crate::Reply;
use schema::idempotency;

/// Characters of a key at most.
pub const KEY_CHARS_MAX: usize = 255;

/// How long an answer is kept, in days: a till that was off over a long weekend may still ask again.
const KEEP_DAYS: i64 = 4;

/// Answers removed in one go, so that the clean-up never holds the writer for long.
const PRUNE_ROWS_MAX: i64 = 2_000;

/// The tables of this crate.
pub const fn migrations() -> ledger::Migrations {
    const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
    const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");
    ledger::Migrations { room: "endpoint", sqlite: &SQLITE, postgres: &POSTGRES }
}

mod schema {
    diesel::table! {
        idempotency (caller, key) {
            caller -> Text,
            key -> Text,
            print -> Binary,
            status -> SmallInt,
            location -> Nullable<Text>,
            body -> Binary,
            at -> BigInt,
        }
    }
}

/// One use of a key.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    /// The actor, or the address of an unknown caller.
    pub caller: String,
    /// The key as sent.
    pub key: String,
    /// A hash over method, address and body.
    pub print: [u8; 32],
}

/// Runs `write` under the key: gives the kept answer, refuses another body, or keeps the new answer.
pub(crate) fn once(
    unit: &mut Unit<'_>,
    this: &Use,
    write: impl FnOnce(&mut Unit<'_>) -> Result<Reply, Problem>,
) -> Result<Reply, Problem> {
    if !claim(unit, this)? {
        return replay(unit, this);
    }
    let reply = write(unit)?;
    keep(unit, this, &reply)?;
    Ok(reply)
}

/// Takes the key if nobody has. Two requests with one key meet at the primary key: the later waits for the earlier.
fn claim(unit: &mut Unit<'_>, this: &Use) -> Result<bool, StoreError> {
    let now = unit.now().as_micros();
    let row = (
        idempotency::caller.eq(&this.caller),
        idempotency::key.eq(&this.key),
        idempotency::print.eq(this.print.as_slice()),
        idempotency::status.eq(0),
        idempotency::body.eq(&[] as &[u8]),
        idempotency::at.eq(now),
    );
    let rows = on_each!(unit.connection(), |c| {
        diesel::insert_into(idempotency::table).values(row).on_conflict_do_nothing().execute(c)
    })?;
    Ok(rows == 1)
}

fn replay(unit: &mut Unit<'_>, this: &Use) -> Result<Reply, Problem> {
    let found: (Vec<u8>, i16, Option<String>, Vec<u8>) = idempotency::table
        .find((&this.caller, &this.key))
        .select((idempotency::print, idempotency::status, idempotency::location, idempotency::body))
        .first(unit.connection())
        .map_err(StoreError::from)?;
    let (print, status, location, body) = found;
    if print != this.print {
        let message = Text::fixed(
            "这个幂等键已用于另一个请求；请换一个新的键。",
            "This idempotency key was used with another request; use a new key.",
        );
        return Err(Problem::new(ProblemKind::IdempotencyMismatch, message));
    }
    let status = u16::try_from(status).ok().and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or_else(|| Problem::internal_error("idempotency: a kept answer has no status"))?;
    Ok(Reply { status, location, body: Bytes::from(body), replayed: true })
}

fn keep(unit: &mut Unit<'_>, this: &Use, reply: &Reply) -> Result<(), StoreError> {
    let status = i16::try_from(reply.status.as_u16()).expect("an HTTP status has three digits");
    let row = idempotency::table.find((&this.caller, &this.key));
    diesel::update(row)
        .set((
            idempotency::status.eq(status),
            idempotency::location.eq(reply.location.as_deref()),
            idempotency::body.eq(reply.body.as_ref()),
        ))
        .execute(unit.connection())?;
    Ok(())
}

/// The job that forgets old answers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Prune;

/// The name of the clean-up job.
pub const PRUNE: &str = "endpoint.idempotency.prune";

impl Prune {
    /// The next clean-up: within the hour.
    pub fn next(now: Timestamp) -> NewJob {
        const HOUR_MICROS: i64 = 3_600_000_000;
        NewJob {
            kind: PRUNE,
            key: Some("next".to_owned()),
            due: now.plus_micros(HOUR_MICROS),
            payload: serde_json::Value::Null,
        }
    }
}

impl JobHandler for Prune {
    fn kind(&self) -> &'static str {
        PRUNE
    }

    fn run(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<(), JobError> {
        let limit = unit.now().plus_days(-KEEP_DAYS).as_micros();
        let old: Vec<(String, String)> = idempotency::table
            .filter(idempotency::at.lt(limit))
            .select((idempotency::caller, idempotency::key))
            .limit(PRUNE_ROWS_MAX)
            .load(unit.connection())
            .map_err(StoreError::from)?;
        for (caller, key) in &old {
            diesel::delete(idempotency::table.find((caller, key)))
                .execute(unit.connection())
                .map_err(StoreError::from)?;
        }
        // What is left waits for the next round.
        let now = unit.now();
        unit.enqueue(Self::next(now))?;
        Ok(())
    }
}
