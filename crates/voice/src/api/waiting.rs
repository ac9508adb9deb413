//! The queues: what waits for the caller, or for the units where the caller acts.

use endpoint::{Call, Failure, PageBody, ProblemBody, Query};
use kernel::{
    Cursor, OrgPath, PageRequest, Problem, Timestamp,
    id::{OrderId, StaffId, UnitId},
};
use people::store::units;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    model::waits::WaitKind,
    store::waits::{self, WaitRow, Whose},
};

/// Which queue.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct WaitingQuery {
    /// For what things wait.
    #[param(inline)]
    pub kind: WaitKind,
    /// At and below this unit; everywhere the caller may act when absent.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// Only what waits for the caller by name.
    pub mine: Option<bool>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// Something that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitBody {
    /// Its order.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// The order's receipt number.
    pub receipt: String,
    /// The order's title without names and numbers.
    pub title: String,
    /// Its number on the order, 0 where there is only one.
    pub number: i32,
    /// The unit that has to act.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The person who has to act.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub person: Option<StaffId>,
    /// Since when it waits.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// When it should be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due: Option<Timestamp>,
}

impl From<WaitRow> for WaitBody {
    fn from(row: WaitRow) -> Self {
        Self {
            order: row.order,
            receipt: row.receipt,
            title: row.title,
            number: row.number,
            unit: row.unit,
            person: row.person,
            since: row.since,
            due: row.due,
        }
    }
}

/// List what waits
///
/// One queue at a time, longest waiting first, within the scopes where the caller holds the queue's permission; with
/// `mine`, what waits for the caller by name, wherever.
#[utoipa::path(
    get, path = "/api/voice/waiting", operation_id = "list_waiting", tag = "voice", params(WaitingQuery),
    responses(
        (status = 200, description = "A page of the queue", body = PageBody<WaitBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks the queue's permission there", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
    )
)]
pub async fn list_waiting(
    call: Call,
    Query(query): Query<WaitingQuery>,
) -> Result<axum::Json<PageBody<WaitBody>>, Failure> {
    let permission = query.kind.permission();
    let mine = query.mine.unwrap_or_default();
    if !mine {
        call.require(permission)?;
    }
    let actor = call.actor.clone();
    let page = call
        .read(move |conn| {
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            let whose = if mine {
                match actor.reference.id().parse() {
                    Ok(person) => Whose::Person(person),
                    Err(_) => Whose::Below(Vec::new()),
                }
            } else if let Some(id) = query.unit {
                let place = units::find(conn, id)?.ok_or_else(|| Problem::not_found("机构", "unit"))?.path;
                if !actor.may(permission, &place) {
                    return Err(endpoint::call::lacks(permission));
                }
                Whose::Below(vec![place])
            } else {
                Whose::Below(actor.scopes(permission))
            };
            waits::queue(conn, query.kind, &whose, &request)
        })
        .await?;
    Ok(axum::Json(page.map(WaitBody::from).into()))
}
