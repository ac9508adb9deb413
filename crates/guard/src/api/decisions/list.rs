//! The feed of decisions, and one with everything that it saw.

use std::collections::BTreeMap;

use decide::{Kind, schema::SchemaSpec};
use endpoint::{Call, Failure, PageBody, Path, ProblemBody, Query};
use kernel::{Actor, Cursor, PageRequest, Problem, id::DecisionId, mask};
use ledger::Connection;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::{
    body::{DecisionDetailBody, DecisionRowBody, SeenBody},
    explain, settled,
};
use crate::{
    api::labels::LabelBody,
    model::{
        permission::{SEE, SEE_DECISIONS},
        words::GuardOutcome,
    },
    screen::{Screen, facts},
    store::{
        decisions::{self, DecisionFilter, DecisionRow},
        interceptions::{self, InterceptionFilter},
        labels,
    },
};

/// Which decisions to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DecisionsQuery {
    /// Only with this outcome.
    #[param(inline)]
    pub outcome: Option<GuardOutcome>,
    /// Only of this type.
    pub event_type: Option<String>,
    /// Only those that were not screened in time.
    #[serde(default)]
    pub only_unscreened: bool,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

impl From<&DecisionRow> for DecisionRowBody {
    fn from(row: &DecisionRow) -> Self {
        Self {
            id: row.id,
            seq: row.seq,
            event_type: row.event_type.clone(),
            unit: row.unit.clone(),
            at: row.at,
            decided_at: row.decided_at,
            outcome: row.outcome,
            is_screened: row.is_screened,
            score: row.score,
        }
    }
}

/// List decisions
///
/// Newest first, within the caller's scopes.
#[utoipa::path(
    get, path = "/api/guard/decisions", operation_id = "list_decisions", tag = "guard",
    params(DecisionsQuery),
    responses(
        (status = 200, description = "A page of decisions", body = PageBody<DecisionRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.decision.see`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_decisions(
    call: Call,
    Query(query): Query<DecisionsQuery>,
) -> Result<axum::Json<PageBody<DecisionRowBody>>, Failure> {
    call.require(SEE_DECISIONS)?;
    let scopes = call.actor.scopes(SEE_DECISIONS);
    let DecisionsQuery { outcome, event_type, only_unscreened, limit, after } = query;
    let filter = DecisionFilter { outcome, event_type, only_unscreened };
    let request = PageRequest::new(limit, after.map(Cursor::from_text));
    settled(&call.shared).await?;
    let page = call.read(move |conn| decisions::page(conn, &scopes, &filter, &request)).await?;
    Ok(axum::Json(page.map(|row| DecisionRowBody::from(&row)).into()))
}

/// The problem of a decision that is not there, or that the caller may not know of.
pub(crate) fn unknown() -> Problem {
    Problem::not_found("决策", "decision")
}

/// The decision, if the caller may know of it.
pub(crate) fn seen(conn: &mut Connection, id: DecisionId, actor: &Actor) -> Result<DecisionRow, Problem> {
    let row = decisions::find(conn, id)?.ok_or_else(unknown)?;
    if actor.may(SEE_DECISIONS, &row.unit) { Ok(row) } else { Err(unknown()) }
}

/// Get a decision
///
/// With the answer as it was given, the event with personal fields masked, and each value that the decision saw.
#[utoipa::path(
    get, path = "/api/guard/decisions/{id}", operation_id = "get_decision", tag = "guard",
    params(("id" = String, Path, description = "The decision")),
    responses(
        (status = 200, description = "The decision", body = DecisionDetailBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such decision, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn get_decision(call: Call, Path(id): Path<DecisionId>) -> Result<axum::Json<DecisionDetailBody>, Failure> {
    let (actor, screen) = (call.actor.clone(), settled(&call.shared).await?);
    let body = call
        .read(move |conn| {
            let row = seen(conn, id, &actor)?;
            let filter = InterceptionFilter { decision: Some(id), ..InterceptionFilter::default() };
            let request = PageRequest::new(Some(1), None);
            let found = interceptions::page(conn, &actor.scopes(SEE), &actor.reference, &filter, &request)?;
            let said = labels::of_decision(conn, id)?.into_iter().map(LabelBody::from).collect();
            Ok((row, found.items.first().map(|row| row.id), said))
        })
        .await?;
    let shown = tokio::task::spawn_blocking(move || {
        let (row, interception, labels) = body;
        detail(&screen, &row).map(|body| DecisionDetailBody { interception, labels, ..body })
    });
    Ok(axum::Json(shown.await.map_err(Problem::internal_error)??))
}

fn detail(screen: &Screen, row: &DecisionRow) -> Result<DecisionDetailBody, Problem> {
    let corrupt = || Problem::internal_error(format!("decision {} cannot be read", row.seq));
    let layout = screen.layout(row.layout)?.ok_or_else(corrupt)?;
    let values = facts::seen(&row.seen, &layout).ok_or_else(corrupt)?;
    let value = |(name, kind, value): (String, Kind, Option<decide::Value>)| SeenBody {
        name,
        kind: kind.cel(),
        is_known: value.is_some(),
        value: value.as_ref().map_or(Value::Null, shown),
    };
    let sent: Value = serde_json::from_str(screen.opened(row)?.expose()).map_err(|_| corrupt())?;
    let (mut event, mut masked) = (BTreeMap::new(), BTreeMap::new());
    part(&sent, "", screen.schema(), &mut event, &mut masked);
    Ok(DecisionDetailBody {
        row: row.into(),
        caller: row.caller.clone(),
        answer: serde_json::from_str(&row.answer).map_err(|_| corrupt())?,
        event,
        masked,
        seen: values.into_iter().map(value).collect(),
        moved: explain::bodies(screen, row)?,
        labels: Vec::new(),
        interception: None,
    })
}

/// A value as JSON; a text is known by its hash alone and is not shown.
pub(crate) fn shown(value: &decide::Value) -> Value {
    match value {
        decide::Value::Bool(value) => Value::from(*value),
        decide::Value::Int(value) | decide::Value::Time(value) | decide::Value::Duration(value) => Value::from(*value),
        decide::Value::Double(value) => Value::from(*value),
        decide::Value::Text(_) => Value::Null,
    }
}

/// Parts the fields of an event: what says nothing about a person, and masks of what does.
fn part(
    value: &Value,
    path: &str,
    schema: &SchemaSpec,
    event: &mut BTreeMap<String, Value>,
    masked: &mut BTreeMap<String, String>,
) {
    if let Value::Object(fields) = value {
        for (name, field) in fields {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            part(field, &path, schema, event, masked);
        }
        return;
    }
    let known = schema.fields.iter().find(|field| field.name == path);
    let house = matches!(path, "type" | "time" | "id");
    if known.is_some_and(|field| !field.personal) || house {
        event.insert(path.to_owned(), value.clone());
        return;
    }
    let text = value.as_str().unwrap_or_default();
    let mask = match path.rsplit('.').next().unwrap_or_default() {
        "name" => mask::name(text),
        "phone" => mask::phone(text),
        "account" => mask::account(text),
        _ => "***".to_owned(),
    };
    masked.insert(path.to_owned(), mask);
}
