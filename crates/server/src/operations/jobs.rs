//! Background jobs: how many there are, and what to do with those that failed for good.

use endpoint::{Call, Failure, ListQuery, PageBody, Path, Query, Reply};
use kernel::{Problem, Timestamp};
use ledger::{Cause, JobCounts, Ledger, ParkedJob, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

use super::{JOB_DECIDE, JOB_SEE};

/// How many jobs are in which state.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobCountsBody {
    /// Waiting for their time.
    waiting: u64,
    /// Due and not yet taken up.
    due: u64,
    /// Being done.
    running: u64,
    /// Given up after the last try; somebody must look.
    parked: u64,
}

impl From<JobCounts> for JobCountsBody {
    fn from(counts: JobCounts) -> Self {
        Self { waiting: counts.waiting, due: counts.due, running: counts.running, parked: counts.parked }
    }
}

/// A job that failed for good.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParkedJobBody {
    /// Its id.
    id: String,
    /// What kind of work.
    kind: String,
    /// The thing it is about, where there is one.
    key: Option<String>,
    /// How often it was tried.
    tries: u32,
    /// Why the last try failed.
    error: String,
    /// When it was put in the queue.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<ParkedJob> for ParkedJobBody {
    fn from(job: ParkedJob) -> Self {
        let ParkedJob { id, kind, key, tries, error, created_at } = job;
        Self { id, kind, key, tries, error, created_at }
    }
}

/// Counts the background jobs by state.
#[utoipa::path(get, path = "/api/operations/jobs", operation_id = "count_jobs", tag = "operations",
    responses((status = 200, body = JobCountsBody)))]
pub async fn count_jobs(call: Call) -> Result<axum::Json<JobCountsBody>, Failure> {
    call.require_everywhere(JOB_SEE)?;
    let ledger = call.shared.ledger().clone();
    let counts = tokio::task::spawn_blocking(move || ledger.job_counts()).await.map_err(Problem::internal_error)??;
    Ok(axum::Json(counts.into()))
}

/// Lists the jobs that failed for good.
#[utoipa::path(get, path = "/api/operations/jobs/parked", operation_id = "list_parked_jobs", tag = "operations",
    params(ListQuery), responses((status = 200, body = PageBody<ParkedJobBody>)))]
pub async fn list_parked_jobs(
    call: Call,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<ParkedJobBody>>, Failure> {
    call.require_everywhere(JOB_SEE)?;
    let ledger = call.shared.ledger().clone();
    let page = query.page();
    let parked =
        tokio::task::spawn_blocking(move || ledger.parked_jobs(&page)).await.map_err(Problem::internal_error)??;
    Ok(axum::Json(parked.map(ParkedJobBody::from).into()))
}

/// Runs a parked job again.
#[utoipa::path(post, path = "/api/operations/jobs/{id}/retry", operation_id = "retry_job", tag = "operations",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn retry_job(call: Call, Path(id): Path<String>) -> Result<Reply, Failure> {
    decide(call, id, Ledger::retry_job).await
}

/// Gives a parked job up.
#[utoipa::path(post, path = "/api/operations/jobs/{id}/drop", operation_id = "drop_job", tag = "operations",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn drop_job(call: Call, Path(id): Path<String>) -> Result<Reply, Failure> {
    decide(call, id, Ledger::drop_job).await
}

async fn decide(
    call: Call,
    id: String,
    what: fn(&Ledger, &Cause, &str) -> Result<bool, StoreError>,
) -> Result<Reply, Failure> {
    call.require_everywhere(JOB_DECIDE)?;
    let (ledger, cause) = (call.shared.ledger().clone(), call.cause());
    let found =
        tokio::task::spawn_blocking(move || what(&ledger, &cause, &id)).await.map_err(Problem::internal_error)??;
    if found { Ok(Reply::done()) } else { Err(Problem::not_found("搁置的作业", "parked job").into()) }
}
