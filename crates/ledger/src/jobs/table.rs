//! The rows of the jobs table: put in, found, claimed, put back, parked. Must never run a job.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper, dsl::count_star,
};
use kernel::{Page, PageRequest, Problem, Random, Text, Timestamp, id::JobId};
use serde::Serialize;

use super::{Job, NewJob};
use crate::{Connection, StoreError, on_each, schema::jobs};

/// Waiting for its due time.
pub(crate) const WAITING: &str = "waiting";
/// Leased by a worker that works outside the database; `due` is when the lease ends.
pub(crate) const RUNNING: &str = "running";
/// Failed its last try.
pub(crate) const PARKED: &str = "parked";

/// Characters of an error kept with a job.
const ERROR_CHARS_MAX: usize = 500;
/// Bytes of a job's payload: ids and a few words.
const PAYLOAD_BYTES_MAX: usize = 64 * 1024;
/// Tries to place a keyed job between others that do the same; two suffice unless a third interferes at the same instant.
const PLACING_TRIES: usize = 4;

#[derive(Insertable)]
#[diesel(table_name = jobs)]
struct NewRow<'a> {
    id: String,
    kind: &'a str,
    key: Option<&'a str>,
    slot: Option<&'a str>,
    state: &'a str,
    due: i64,
    tries: i32,
    payload: &'a str,
    created_at: i64,
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = jobs)]
pub(crate) struct Row {
    id: String,
    kind: String,
    key: Option<String>,
    pub(crate) state: String,
    due: i64,
    pub(crate) tries: i32,
    payload: String,
    error: Option<String>,
    created_at: i64,
}

/// A job that failed its last try, for the administrator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ParkedJob {
    /// Its id.
    pub id: String,
    /// What kind of work.
    pub kind: String,
    /// Its key, if it has one.
    pub key: Option<String>,
    /// How often it was tried.
    pub tries: u32,
    /// Why the last try failed.
    pub error: String,
    /// When it was put in the queue.
    pub created_at: Timestamp,
}

/// How many jobs are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct JobCounts {
    /// Waiting for their due time.
    pub waiting: u64,
    /// Due already and not yet run.
    pub due: u64,
    /// Leased by a worker.
    pub running: u64,
    /// Parked.
    pub parked: u64,
}

pub(crate) fn enqueue(
    connection: &mut Connection,
    now: Timestamp,
    random: &dyn Random,
    job: NewJob,
) -> Result<(), StoreError> {
    let payload = job.payload.to_string();
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(StoreError::Misuse(format!("the payload of a {} job has {} bytes", job.kind, payload.len())));
    }
    for _ in 0..PLACING_TRIES {
        if let Some(key) = &job.key
            && replace(connection, job.kind, key, job.due, &payload)?
        {
            return Ok(());
        }
        let row = NewRow {
            id: JobId::new(now, random).to_string(),
            kind: job.kind,
            key: job.key.as_deref(),
            slot: job.key.as_deref(),
            state: WAITING,
            due: job.due.as_micros(),
            tries: 0,
            payload: &payload,
            created_at: now.as_micros(),
        };
        let placed =
            on_each!(connection, |c| diesel::insert_into(jobs::table).values(row).on_conflict_do_nothing().execute(c))?;
        if placed == 1 {
            return Ok(());
        }
    }
    Err(StoreError::Unavailable(format!("a {} job could not be placed among others of its key", job.kind)))
}

fn replace(
    connection: &mut Connection,
    kind: &str,
    key: &str,
    due: Timestamp,
    payload: &str,
) -> Result<bool, StoreError> {
    let slot = jobs::table.filter(jobs::kind.eq(kind)).filter(jobs::slot.eq(key));
    let change = (jobs::due.eq(due.as_micros()), jobs::payload.eq(payload), jobs::tries.eq(0));
    Ok(on_each!(connection, |c| diesel::update(slot).set(change).execute(c))? > 0)
}

pub(crate) fn cancel(connection: &mut Connection, kind: &str, key: &str) -> Result<bool, StoreError> {
    let slot = jobs::table.filter(jobs::kind.eq(kind)).filter(jobs::slot.eq(key));
    Ok(on_each!(connection, |c| diesel::delete(slot).execute(c))? > 0)
}

/// The ids and kinds of up to `limit` jobs of `kinds` that are due, earliest first; ended leases count as due.
pub(crate) fn due(
    connection: &mut Connection,
    kinds: &[&str],
    now: Timestamp,
    limit: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    let mut found: Vec<(i64, String, String)> = Vec::new();
    // One query for each state, so that each is a range of the index.
    for state in [WAITING, RUNNING] {
        let query = jobs::table
            .filter(jobs::state.eq(state))
            .filter(jobs::due.le(now.as_micros()))
            .filter(jobs::kind.eq_any(kinds))
            .order((jobs::due, jobs::id))
            .limit(limit)
            .select((jobs::due, jobs::id, jobs::kind));
        let rows: Vec<(i64, String, String)> = on_each!(connection, |c| query.load(c))?;
        found.extend(rows);
    }
    found.sort_unstable();
    found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(found.into_iter().map(|(_, id, kind)| (id, kind)).collect())
}

/// When the next job of `kinds` is due.
pub(crate) fn next_due(connection: &mut Connection, kinds: &[&str]) -> Result<Option<Timestamp>, StoreError> {
    let mut earliest: Option<i64> = None;
    for state in [WAITING, RUNNING] {
        let query = jobs::table
            .filter(jobs::state.eq(state))
            .filter(jobs::kind.eq_any(kinds))
            .order((jobs::due, jobs::id))
            .select(jobs::due);
        let due: Option<i64> = on_each!(connection, |c| query.first(c)).optional()?;
        earliest = [earliest, due].into_iter().flatten().min();
    }
    Ok(earliest.map(Timestamp::from_micros))
}

/// Takes the job for this transaction if it is due and nobody else has it: on PostgreSQL the row lock is the claim and
/// vanishes with the worker, on SQLite there is only one writer.
pub(crate) fn claim(connection: &mut Connection, id: &str, now: Timestamp) -> Result<Option<Row>, StoreError> {
    let free = jobs::table.filter(jobs::id.eq(id)).filter(jobs::state.ne(PARKED)).filter(jobs::due.le(now.as_micros()));
    let row = match connection {
        Connection::Sqlite(c) => free.select(Row::as_select()).first(c).optional()?,
        Connection::Postgres(c) => free.for_update().skip_locked().select(Row::as_select()).first(c).optional()?,
    };
    Ok(row)
}

/// Marks a claimed job as leased until `until`; this try counts.
pub(crate) fn lease(connection: &mut Connection, row: &mut Row, until: Timestamp) -> Result<(), StoreError> {
    row.tries += 1;
    RUNNING.clone_into(&mut row.state);
    let change = (
        jobs::state.eq(RUNNING),
        jobs::slot.eq(None::<&str>),
        jobs::due.eq(until.as_micros()),
        jobs::tries.eq(row.tries),
    );
    on_each!(connection, |c| diesel::update(jobs::table.find(&row.id)).set(change).execute(c))?;
    Ok(())
}

/// Removes a job that is done. With `lease`, only if it is still leased by that try; returns whether it was.
pub(crate) fn finish(connection: &mut Connection, id: &str, lease: Option<i32>) -> Result<bool, StoreError> {
    let removed = match lease {
        None => on_each!(connection, |c| diesel::delete(jobs::table.find(id)).execute(c))?,
        Some(tries) => {
            let own = jobs::table.filter(jobs::id.eq(id)).filter(jobs::state.eq(RUNNING).and(jobs::tries.eq(tries)));
            on_each!(connection, |c| diesel::delete(own).execute(c))?
        }
    };
    Ok(removed > 0)
}

/// Records a failed try: back in the queue at `again`, or parked when that is `None`.
pub(crate) fn fail(
    connection: &mut Connection,
    job: &Job,
    error: &str,
    again: Option<Timestamp>,
) -> Result<(), StoreError> {
    let error: String = error.chars().take(ERROR_CHARS_MAX).collect();
    let tries = i32::try_from(job.tries).unwrap_or(i32::MAX);
    let Some(again) = again else {
        let change =
            (jobs::state.eq(PARKED), jobs::slot.eq(None::<&str>), jobs::tries.eq(tries), jobs::error.eq(error));
        on_each!(connection, |c| diesel::update(jobs::table.find(&job.id)).set(change).execute(c))?;
        return Ok(());
    };
    if let Some(key) = &job.key {
        let newer = jobs::table
            .filter(jobs::kind.eq(&job.kind))
            .filter(jobs::slot.eq(key))
            .filter(jobs::id.ne(&job.id))
            .select(jobs::id);
        let newer: Option<String> = on_each!(connection, |c| newer.first(c)).optional()?;
        if newer.is_some() {
            // While this one ran, a newer one of the same key was put in the queue: it replaces this one.
            finish(connection, &job.id, None)?;
            return Ok(());
        }
    }
    let change = (
        jobs::state.eq(WAITING),
        jobs::slot.eq(job.key.as_deref()),
        jobs::due.eq(again.as_micros()),
        jobs::tries.eq(tries),
        jobs::error.eq(error),
    );
    on_each!(connection, |c| diesel::update(jobs::table.find(&job.id)).set(change).execute(c))?;
    Ok(())
}

impl Row {
    /// The job as a handler sees it. `tries` is the number of this try.
    pub(crate) fn job(&self, tries: i32) -> Result<Job, StoreError> {
        let payload = serde_json::from_str(&self.payload).map_err(|e| {
            StoreError::corrupt("jobs", "payload", &self.id, format!("not JSON at column {}", e.column()))
        })?;
        Ok(Job {
            id: self.id.clone(),
            kind: self.kind.clone(),
            key: self.key.clone(),
            due: Timestamp::from_micros(self.due),
            tries: u32::try_from(tries).unwrap_or(0),
            payload,
        })
    }

    fn parked(self) -> ParkedJob {
        ParkedJob {
            id: self.id,
            kind: self.kind,
            key: self.key,
            tries: u32::try_from(self.tries).unwrap_or(0),
            error: self.error.unwrap_or_default(),
            created_at: Timestamp::from_micros(self.created_at),
        }
    }
}

/// One page of the parked jobs, oldest first.
pub(crate) fn parked(connection: &mut Connection, request: &PageRequest) -> Result<Page<ParkedJob>, Problem> {
    let after: Option<String> = match &request.after {
        None => None,
        Some(cursor) => Some(cursor.key().map_err(|_| wrong_cursor())?),
    };
    let query = jobs::table
        .filter(jobs::state.eq(PARKED))
        .filter(jobs::id.gt(after.unwrap_or_default()))
        .order(jobs::id)
        .limit(request.fetch());
    let rows: Vec<Row> = on_each!(connection, |c| query.select(Row::as_select()).load(c)).map_err(StoreError::from)?;
    let page = Page::from_rows(request, rows, |row| row.id.clone());
    Ok(page.map(Row::parked))
}

pub(crate) fn wrong_cursor() -> Problem {
    let message = Text::fixed(
        "翻页标记无效，请从第一页重新开始。",
        "The page marker is not valid. Start again at the first page.",
    );
    Problem::invalid("/cursor", message)
}

/// Puts a parked job back in the queue, due now, its tries counted anew. Returns whether there was one.
pub(crate) fn retry(connection: &mut Connection, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    let parked = jobs::table.filter(jobs::id.eq(id)).filter(jobs::state.eq(PARKED));
    // It comes back without its key: a newer job of the key may be waiting, and an administrator asked for this one.
    let change = (jobs::state.eq(WAITING), jobs::due.eq(now.as_micros()), jobs::tries.eq(0));
    Ok(on_each!(connection, |c| diesel::update(parked).set(change).execute(c))? > 0)
}

/// Removes a parked job and gives it as it was; `None` when there is no such one.
pub(crate) fn drop_parked(connection: &mut Connection, id: &str) -> Result<Option<ParkedJob>, StoreError> {
    let parked = jobs::table.filter(jobs::id.eq(id)).filter(jobs::state.eq(PARKED));
    let found: Option<Row> = on_each!(connection, |c| parked.select(Row::as_select()).first(c)).optional()?;
    let removed = on_each!(connection, |c| diesel::delete(parked).execute(c))?;
    // Somebody else may have taken it between the two.
    Ok(found.filter(|_| removed > 0).map(Row::parked))
}

/// How many jobs are in which state.
pub(crate) fn counts(connection: &mut Connection, now: Timestamp) -> Result<JobCounts, StoreError> {
    let count = |connection: &mut Connection, state: &str, until: i64| -> Result<u64, StoreError> {
        let query = jobs::table.filter(jobs::state.eq(state)).filter(jobs::due.le(until)).select(count_star());
        let count: i64 = on_each!(connection, |c| query.first(c))?;
        Ok(count.unsigned_abs())
    };
    Ok(JobCounts {
        waiting: count(connection, WAITING, i64::MAX)?,
        due: count(connection, WAITING, now.as_micros())?,
        running: count(connection, RUNNING, i64::MAX)?,
        parked: count(connection, PARKED, i64::MAX)?,
    })
}

/// The job's row, locked against other workers until the transaction ends.
pub(crate) fn find(connection: &mut Connection, id: &str) -> Result<Option<Row>, StoreError> {
    let query = jobs::table.filter(jobs::id.eq(id));
    let row = match connection {
        Connection::Sqlite(c) => query.select(Row::as_select()).first(c).optional()?,
        Connection::Postgres(c) => query.for_update().select(Row::as_select()).first(c).optional()?,
    };
    Ok(row)
}
