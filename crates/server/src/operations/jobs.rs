//! Background jobs: how many there are, and what to do with those that failed for good.

use endpoint::{Call, Failure, Json, ListQuery, PageBody, Path, ProblemBody, Query, Reply};
use kernel::{Problem, Timestamp, mask};
use ledger::{Event, JobCounts, ParkedJob, Unit, UpgradeError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{JOB_DECIDE, JOB_SEE};
use crate::store::dropped_jobs::{self, DroppedJob};

/// Characters of a reason: some sentences.
const REASON_CHARS_MAX: usize = 500;

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

/// Why a job is given up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DropJobRequest {
    /// Why: 1 to 500 characters. Numbers that may be somebody's are taken out.
    #[schema(example = "对方系统已停用，无需再推送")]
    pub reason: String,
}

/// A job that was given up.
#[derive(Debug, Serialize, ToSchema)]
pub struct DroppedJobBody {
    /// The job as it was parked.
    #[serde(flatten)]
    job: ParkedJobBody,
    /// Why it was given up.
    reason: String,
    /// Who gave it up, as an actor reference.
    dropped_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    dropped_at: Timestamp,
}

impl From<DroppedJob> for DroppedJobBody {
    fn from(dropped: DroppedJob) -> Self {
        Self {
            job: dropped.job.into(),
            reason: dropped.reason,
            dropped_by: dropped.dropped_by.as_str().to_owned(),
            dropped_at: dropped.dropped_at,
        }
    }
}

/// Runs a parked job again.
#[utoipa::path(post, path = "/api/operations/jobs/{id}/retry", operation_id = "retry_job", tag = "operations",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn retry_job(call: Call, Path(id): Path<String>) -> Result<Reply, Failure> {
    call.require_everywhere(JOB_DECIDE)?;
    let (ledger, cause) = (call.shared.ledger().clone(), call.cause());
    let found = tokio::task::spawn_blocking(move || ledger.retry_job(&cause, &id)).await;
    if found.map_err(Problem::internal_error)?? { Ok(Reply::done()) } else { Err(unknown().into()) }
}

/// Gives a parked job up.
///
/// The reason is kept beside the job's kind and key, and who gave it up.
#[utoipa::path(post, path = "/api/operations/jobs/{id}/drop", operation_id = "drop_job", tag = "operations",
    request_body = DropJobRequest, params(("id" = String, Path)),
    responses(
        (status = 204, description = "It is given up"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.job.decide`", body = ProblemBody),
        (status = 404, description = "There is no such parked job", body = ProblemBody),
        (status = 422, description = "There is no reason", body = ProblemBody),
    ))]
pub async fn drop_job(call: Call, Path(id): Path<String>, json: Json<DropJobRequest>) -> Result<Reply, Failure> {
    call.require_everywhere(JOB_DECIDE)?;
    let reason = mask::redact(
        people::model::import::check_line(&json.value.reason, REASON_CHARS_MAX)
            .map_err(|text| Problem::invalid("/reason", text))?,
        &[],
    );
    let actor = call.actor.reference.clone();
    let act = move |unit: &mut Unit<'_>| {
        let job = unit.drop_parked_job(&id)?.ok_or_else(unknown)?;
        let event = JobEvent::Dropped { of: job.kind.clone(), key: job.key.clone(), reason: reason.clone() };
        unit.append(&job.id, 0, &actor, &[event])?;
        let now = unit.now();
        let dropped = DroppedJob { job, reason: reason.clone(), dropped_by: actor.clone(), dropped_at: now };
        dropped_jobs::insert(unit.connection(), &dropped)?;
        Ok(Reply::done())
    };
    call.write(json.print, act).await
}

/// Lists the jobs that were given up.
///
/// The last one first, each with the reason.
#[utoipa::path(get, path = "/api/operations/jobs/dropped", operation_id = "list_dropped_jobs", tag = "operations",
    params(ListQuery), responses((status = 200, body = PageBody<DroppedJobBody>)))]
pub async fn list_dropped_jobs(
    call: Call,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<DroppedJobBody>>, Failure> {
    call.require_everywhere(JOB_SEE)?;
    let page = call.read(move |conn| dropped_jobs::page(conn, &query.page())).await?;
    Ok(axum::Json(page.map(DroppedJobBody::from).into()))
}

fn unknown() -> Problem {
    Problem::not_found("搁置的作业", "parked job")
}

/// What happens to a job that a person decides on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum JobEvent {
    /// It was given up.
    Dropped {
        /// What kind of work it was.
        of: String,
        /// The thing it was about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
        /// Why.
        reason: String,
    },
}

impl Event for JobEvent {
    const TYPE: &'static str = "operations.job";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Dropped { .. } => "dropped",
        }
    }

    fn upgrade(kind: &str, from: u16, _payload: serde_json::Value) -> Result<serde_json::Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}
