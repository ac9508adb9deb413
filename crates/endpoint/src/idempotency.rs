//! Writes that may be sent again: the same key and body gives the same answer, another body is refused.
//!
//! The answer is kept in the transaction of the write itself, so that there is no moment in which the write is durable
//! and its key is not. A write that failed keeps nothing, and its key may be used again.

use std::sync::Arc;

use bytes::Bytes;
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    prelude::*,
    query_builder::Query,
    sqlite::Sqlite,
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use http::StatusCode;
use kernel::{Problem, ProblemKind, Text, Timestamp};
use ledger::{Connection, Job, JobError, JobHandler, NewJob, StoreError, Unit, on_each};

pub(crate) use self::recent::Recent;
use self::schema::idempotency;
use crate::{Reply, Shared};

mod recent;

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
    ledger::Migrations { room: "endpoint", sqlite: &SQLITE, postgres: &POSTGRES, projections: &[] }
}

mod schema {
    diesel::table! {
        idempotency (seq) {
            seq -> BigInt,
            slot -> Binary,
            print -> Binary,
            status -> SmallInt,
            location -> Nullable<Text>,
            body -> Binary,
            at -> BigInt,
            settled -> Integer,
        }
    }
}

/// Bytes of a slot: enough that no two keys ever meet in one, and no more, because the index of slots is what a write
/// touches in the middle of the table.
const SLOT_BYTES: usize = 16;

ledger::statement! {
    /// PostgreSQL: fills a claimed slot.
    struct FillSlot<'a> {
        "UPDATE idempotency SET status = " status: i16 => SmallInt,
        ", location = " location: Option<&'a str> => Nullable<Text>,
        ", body = " body: &'a [u8] => Binary,
        " WHERE slot = " slot: &'a [u8] => Binary,
    }
}

ledger::insert_row! {
    /// SQLite: keeps an answer, of which the index will learn later.
    struct KeepAnswer<'a> into "idempotency" {
        seq: i64 => BigInt,
        slot: &'a [u8] => Binary,
        print: &'a [u8] => Binary,
        status: i16 => SmallInt,
        location: Option<&'a str> => Nullable<Text>,
        body: &'a [u8] => Binary,
        at: i64 => BigInt,
        settled: i32 => Integer,
    }
}

ledger::statement! {
    /// SQLite: an answer that the index of slots knows.
    struct FindSettled<'a> {
        "SELECT print, status, location, body FROM idempotency WHERE settled = 1 AND slot = " slot: &'a [u8] => Binary,
    }
}

impl Query for FindSettled<'_> {
    type SqlType = SqlTypeOf<AsSelect<Answer, Sqlite>>;
}

ledger::insert_row! {
    /// PostgreSQL: keeps a place for an answer, unless somebody has it.
    struct ClaimSlot<'a> into "idempotency" else "ON CONFLICT DO NOTHING" {
        slot: &'a [u8] => Binary,
        print: &'a [u8] => Binary,
        status: i16 => SmallInt,
        location: Option<&'a str> => Nullable<Text>,
        body: &'a [u8] => Binary,
        at: i64 => BigInt,
    }
}

/// What is kept of a request beside its answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Print {
    /// A hash over method, address and body.
    pub(crate) request: [u8; 32],
    /// A hash over what the caller may do; `None` for a caller who is not known, whose request itself holds what lets them.
    pub(crate) rights: Option<[u8; 32]>,
}

/// Bytes of each of the two hashes that are kept: enough that nobody finds another request, or other rights, of the same hash.
const HALF: usize = 16;

impl Print {
    /// As it is kept: half of each hash; the whole hash of the request where there are no rights.
    fn stored(&self) -> [u8; 2 * HALF] {
        let mut stored = self.request;
        if let Some(rights) = &self.rights {
            stored[HALF..].copy_from_slice(&rights[..HALF]);
        }
        stored
    }
}

/// One use of a key.
#[derive(Debug, Clone)]
pub(crate) struct Use {
    recent: Arc<Recent>,
    slot: [u8; SLOT_BYTES],
    print: Print,
}

impl Use {
    /// The use of `key` by `caller`, which is an actor's reference or stands for all unknown callers.
    pub(crate) fn new(shared: &Shared, caller: &str, key: &str, print: Print) -> Self {
        let mut hasher = shared.ledger().ports().keyring.hasher();
        hasher.update(caller.as_bytes());
        // A reference holds no line end, so no two pairs give the same bytes.
        hasher.update(b"\n");
        hasher.update(key.as_bytes());
        let mut slot = [0; SLOT_BYTES];
        slot.copy_from_slice(&hasher.finish().0[..SLOT_BYTES]);
        Self { recent: Arc::clone(shared.recent()), slot, print }
    }
}

/// Runs `write` under the key: gives the kept answer, refuses another body, or keeps the new answer.
pub(crate) fn once(
    unit: &mut Unit<'_>,
    this: &Use,
    write: impl FnOnce(&mut Unit<'_>) -> Result<Reply, Problem>,
) -> Result<Reply, Problem> {
    if !unit.connection().is_sqlite() && claim(unit, this)? {
        let reply = write(unit)?;
        fill(unit, this, &reply)?;
        return Ok(reply);
    }
    if let Some(kept) = kept(unit, this)? {
        return replay(this, kept);
    }
    // Nobody else writes while a unit runs on SQLite, so the key is still free when the answer is there.
    let reply = write(unit)?;
    keep(unit, this, &reply)?;
    Ok(reply)
}

/// PostgreSQL: takes the key if nobody has. Two requests with one key meet at its slot: the later waits for the earlier.
fn claim(unit: &mut Unit<'_>, this: &Use) -> Result<bool, StoreError> {
    let row = ClaimSlot {
        slot: &this.slot,
        print: &this.print.stored(),
        status: 0,
        location: None,
        body: &[],
        at: unit.now().as_micros(),
    };
    Ok(on_each!(unit.connection(), |c| row.execute(c))? == 1)
}

/// PostgreSQL: keeps the answer in the slot that was claimed.
fn fill(unit: &mut Unit<'_>, this: &Use, reply: &Reply) -> Result<(), StoreError> {
    let statement = FillSlot {
        slot: &this.slot,
        status: stored(reply.status),
        location: reply.location.as_deref(),
        body: reply.body.as_ref(),
    };
    on_each!(unit.connection(), |c| statement.execute(c))?;
    Ok(())
}

/// SQLite: keeps the answer under its key.
fn keep(unit: &mut Unit<'_>, this: &Use, reply: &Reply) -> Result<(), StoreError> {
    let at = unit.now().as_micros();
    if let Connection::Sqlite(c) = unit.connection() {
        let seq = this.recent.next();
        let row = KeepAnswer {
            seq,
            slot: &this.slot,
            print: &this.print.stored(),
            status: stored(reply.status),
            location: reply.location.as_deref(),
            body: reply.body.as_ref(),
            at,
            settled: 0,
        };
        row.execute(c)?;
        this.recent.keep(c, this.slot, seq)?;
    }
    Ok(())
}

/// An answer as it is kept.
#[derive(Queryable, Selectable)]
#[diesel(table_name = idempotency)]
struct Answer {
    print: Vec<u8>,
    status: i16,
    location: Option<String>,
    body: Vec<u8>,
}

fn kept(unit: &mut Unit<'_>, this: &Use) -> Result<Option<Answer>, StoreError> {
    let there = idempotency::table.filter(idempotency::slot.eq(this.slot.as_slice()));
    match unit.connection() {
        Connection::Postgres(c) => Ok(there.select(Answer::as_select()).get_result(c).optional()?),
        Connection::Sqlite(c) => {
            // Not `first`: SQLite prepares a statement anew for each value of its LIMIT.
            if let Some(seq) = this.recent.place(c, &this.slot)? {
                let there = there.filter(idempotency::seq.eq(seq)).select(Answer::as_select());
                if let Some(answer) = there.get_result(c).optional()? {
                    return Ok(Some(answer));
                }
            }
            Ok(FindSettled { slot: &this.slot }.get_result(c).optional()?)
        }
    }
}

fn replay(this: &Use, kept: Answer) -> Result<Reply, Problem> {
    let Answer { print, status, location, body } = kept;
    // What was kept before rights were is the whole hash of the request.
    let same = print == this.print.stored() || print == this.print.request;
    if !same && print.get(..HALF) == Some(&this.print.request[..HALF]) {
        // The stored answer tells what the caller may perhaps see no longer, and doing it again might do it twice.
        let message = Text::fixed(
            "您的权限在首次提交后有变化，不再返回当时的结果；请打开该事项查看是否已办理。",
            "Your permissions have changed since this was first sent, so its answer is not given again; open the matter to see \
             whether it was done.",
        );
        return Err(Problem::new(ProblemKind::Forbidden, message).because("rights-changed"));
    }
    if !same {
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

fn stored(status: StatusCode) -> i16 {
    i16::try_from(status.as_u16()).expect("an HTTP status has three digits")
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
        // Answers lie in the order in which they were given, so the old ones are the first.
        let first: Vec<(i64, i64)> = idempotency::table
            .order(idempotency::seq)
            .select((idempotency::seq, idempotency::at))
            .limit(PRUNE_ROWS_MAX)
            .load(unit.connection())
            .map_err(StoreError::from)?;
        if let Some((last, _)) = first.iter().take_while(|(_, at)| *at < limit).last() {
            diesel::delete(idempotency::table.filter(idempotency::seq.le(*last)))
                .execute(unit.connection())
                .map_err(StoreError::from)?;
        }
        // What is left waits for the next round.
        let now = unit.now();
        unit.enqueue(Self::next(now))?;
        Ok(())
    }
}
