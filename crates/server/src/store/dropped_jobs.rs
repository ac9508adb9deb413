//! Parked jobs that were given up, each with the reason. What a job was about is its kind and key; no payload is kept.

use diesel::{BoolExpressionMethods, ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl};
use kernel::{ActorRef, Page, PageRequest, Problem, Timestamp};
use ledger::{Connection, ParkedJob, StoreError, on_each};

use super::{schema::dropped_jobs, wrong_cursor};

/// A job that was given up.
#[derive(Debug, Clone, PartialEq)]
pub struct DroppedJob {
    /// The job as it was parked.
    pub job: ParkedJob,
    /// Why it was given up.
    pub reason: String,
    /// By whom.
    pub dropped_by: ActorRef,
    /// When.
    pub dropped_at: Timestamp,
}

#[derive(Insertable, Queryable)]
#[diesel(table_name = dropped_jobs)]
struct Row {
    id: String,
    kind: String,
    key: Option<String>,
    tries: i64,
    error: String,
    created_at: i64,
    reason: String,
    dropped_by: String,
    dropped_at: i64,
}

impl From<Row> for DroppedJob {
    fn from(row: Row) -> Self {
        let job = ParkedJob {
            id: row.id,
            kind: row.kind,
            key: row.key,
            tries: u32::try_from(row.tries).unwrap_or(0),
            error: row.error,
            created_at: Timestamp::from_micros(row.created_at),
        };
        let (dropped_by, dropped_at) = (ActorRef::from_stored(row.dropped_by), Timestamp::from_micros(row.dropped_at));
        Self { job, reason: row.reason, dropped_by, dropped_at }
    }
}

/// Keeps that a job was given up.
///
/// # Errors
/// When the database fails.
pub fn insert(conn: &mut Connection, dropped: &DroppedJob) -> Result<(), StoreError> {
    let job = &dropped.job;
    let row = Row {
        id: job.id.clone(),
        kind: job.kind.clone(),
        key: job.key.clone(),
        tries: i64::from(job.tries),
        error: job.error.clone(),
        created_at: job.created_at.as_micros(),
        reason: dropped.reason.clone(),
        dropped_by: dropped.dropped_by.as_str().to_owned(),
        dropped_at: dropped.dropped_at.as_micros(),
    };
    on_each!(conn, |c| diesel::insert_into(dropped_jobs::table).values(row).execute(c))?;
    Ok(())
}

/// A page of them, the last one first.
///
/// # Errors
/// When the cursor is not of this list, or the database fails.
pub fn page(conn: &mut Connection, request: &PageRequest) -> Result<Page<DroppedJob>, Problem> {
    let before: Option<(i64, String)> =
        request.after.as_ref().map(kernel::Cursor::key).transpose().map_err(wrong_cursor)?;
    let rows: Vec<Row> = on_each!(conn, |c| {
        let all = dropped_jobs::table.order((dropped_jobs::dropped_at.desc(), dropped_jobs::id.desc()));
        let mut query = all.limit(request.fetch()).into_boxed();
        if let Some((at, id)) = &before {
            let same = dropped_jobs::dropped_at.eq(*at).and(dropped_jobs::id.lt(id));
            query = query.filter(dropped_jobs::dropped_at.lt(*at).or(same));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let page = Page::from_rows(request, rows, |row| (row.dropped_at, row.id.clone()));
    Ok(page.map(DroppedJob::from))
}
