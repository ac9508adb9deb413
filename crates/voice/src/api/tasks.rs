//! Tasks that wait: for the caller, or for the units where the caller answers.

use endpoint::{Call, Failure, PageBody, ProblemBody, Query};
use kernel::{
    Cursor, OrgPath, PageRequest, Problem, Timestamp,
    id::{OrderId, StaffId, TaskId, UnitId},
};
use people::store::units;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    model::permission::ANSWER,
    store::tasks::{self, TaskRow},
};

/// Which tasks to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TasksQuery {
    /// Of the units at and below this one; the caller's own unit when absent.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// Only those given to the caller by name, wherever.
    pub mine: Option<bool>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// A task that waits for an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskRowBody {
    /// The task.
    #[schema(value_type = String)]
    pub id: TaskId,
    /// Its order.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// The order's title without names and numbers.
    pub title: String,
    /// The department.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub person: Option<StaffId>,
    /// When the answer is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due: Option<Timestamp>,
    /// When it was asked.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
}

impl From<TaskRow> for TaskRowBody {
    fn from(row: TaskRow) -> Self {
        Self {
            id: row.id,
            order: row.order,
            title: row.title,
            unit: row.unit,
            person: row.person,
            due: row.due,
            opened_at: row.opened_at,
        }
    }
}

/// List tasks
///
/// Those that wait for an answer, newest first.
#[utoipa::path(
    get, path = "/api/voice/tasks", operation_id = "list_tasks", tag = "voice", params(TasksQuery),
    responses(
        (status = 200, description = "A page of tasks", body = PageBody<TaskRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.task.answer` there", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
    )
)]
pub async fn list_tasks(
    call: Call,
    Query(query): Query<TasksQuery>,
) -> Result<axum::Json<PageBody<TaskRowBody>>, Failure> {
    call.require(ANSWER)?;
    let actor = call.actor.clone();
    let page = call
        .read(move |conn| {
            let place = match query.unit {
                None => actor.unit.clone(),
                Some(id) => units::find(conn, id)?.ok_or_else(|| Problem::not_found("机构", "unit"))?.path,
            };
            let mine = query.mine.unwrap_or_default();
            let me = if mine { actor.reference.id().parse().ok() } else { None };
            if mine && me.is_none() {
                return Ok(kernel::Page { items: Vec::new(), next: None });
            }
            if !mine && !actor.may(ANSWER, &place) {
                return Err(endpoint::call::lacks(ANSWER));
            }
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            tasks::open_tasks(conn, &place, me, &request)
        })
        .await?;
    Ok(axum::Json(page.map(TaskRowBody::from).into()))
}
