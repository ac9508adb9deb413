//! What became known of events, said over HTTP by whoever knows: one at a time or a file's worth, by the decision or by the
//! sender's own name of the event.

pub mod import;

use axum::extract::DefaultBodyLimit;
use endpoint::{Call, Failure, Json, OpenApiRouter, ProblemBody, Reply, Shared, typed::one_line};
use kernel::{Actor, Problem, ProblemKind, Text, Timestamp, id::DecisionId, mask};
use ledger::Unit;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::decisions::{BatchProblemBody, list::unknown, settled};
use crate::{
    labels,
    lists::everywhere,
    model::{
        label::{Label, LabelState},
        permission::LABEL,
    },
    screen::event_key,
    store::{
        decisions,
        labels::{LabelRow, NewLabel},
    },
};

/// Characters of who says so.
const SOURCE_CHARS_MAX: usize = 200;
/// Labels of one request: as many as events of one file.
const BATCH_MAX: usize = 1_000;

/// What became known of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct LabelBody {
    /// The decision on the event.
    #[schema(value_type = String)]
    pub decision: DecisionId,
    /// What became known.
    pub label: Label,
    /// When it became known.
    #[schema(value_type = String, format = DateTime)]
    pub known_at: Timestamp,
    /// Who says so.
    pub source: String,
    /// Who said it here, as an actor reference.
    pub said_by: String,
    /// When it was said.
    #[schema(value_type = String, format = DateTime)]
    pub said_at: Timestamp,
    /// What the engine made of it.
    pub state: LabelState,
}

impl From<LabelRow> for LabelBody {
    fn from(row: LabelRow) -> Self {
        Self {
            decision: row.decision,
            label: row.label,
            known_at: row.known_at,
            source: row.source,
            said_by: row.said_by.as_str().to_owned(),
            said_at: row.said_at,
            state: row.state,
        }
    }
}

/// What became known of an event, by the decision on it or by the sender's own id of it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelRequest {
    /// The decision.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub decision: Option<DecisionId>,
    /// What the caller called the event.
    #[serde(default)]
    #[schema(max_length = 128)]
    pub event: Option<String>,
    /// What became known.
    pub label: Label,
    /// When it became known: not before the event, and not in the future.
    #[schema(value_type = String, format = DateTime)]
    pub known_at: Timestamp,
    /// Who says so: the police, the customer, a colleague's check.
    #[schema(max_length = 200)]
    pub source: String,
}

/// Say what became known of an event
///
/// Windows count a confirmed fraud from when it was known, in decisions from now on; those that were made stay as they were. A later
/// label corrects an earlier one, and nothing is taken back: what was said is kept. What is known already is refused.
#[utoipa::path(
    post, path = "/api/guard/labels", operation_id = "put_label", tag = "guard",
    request_body = LabelRequest,
    responses(
        (status = 200, description = "It is kept", body = LabelBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.label.put`", body = ProblemBody),
        (status = 404, description = "There is no such decision, or it is not the caller's", body = ProblemBody),
        (status = 409, description = "That is known already, or nothing was decided", body = ProblemBody),
        (status = 422, description = "Fields are wrong, or nobody can have known it then", body = ProblemBody),
    )
)]
pub async fn put_label(call: Call, json: Json<LabelRequest>) -> Result<Reply, Failure> {
    call.require(LABEL)?;
    // Opened before, so that it hears of the label.
    settled(&call.shared).await?;
    let (actor, request) = (call.actor.clone(), json.value);
    call.write(json.print, move |unit| {
        let body = take(unit, &request, &actor)?;
        labels::announce(unit, body.decision, everywhere(&actor));
        Reply::ok(&body)
    })
    .await
}

/// Many labels.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelBatchRequest {
    /// The labels; 1,000 at most.
    #[schema(max_items = 1000)]
    pub labels: Vec<LabelRequest>,
}

/// What became of one label of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct LabelItemBody {
    /// Its place in the file, from 0.
    pub index: usize,
    /// The label as it is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<LabelBody>,
    /// Why it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<BatchProblemBody>,
}

/// What became of a file of labels.
#[derive(Debug, Serialize, ToSchema)]
pub struct LabelBatchBody {
    /// Kept.
    pub taken: usize,
    /// Refused.
    pub refused: usize,
    /// Each label in its order.
    pub items: Vec<LabelItemBody>,
}

/// Say what became known of many events
///
/// Each is kept or refused by itself, in order; what is known already is refused, so a file may be sent again.
#[utoipa::path(
    post, path = "/api/guard/labels:batch", operation_id = "put_labels", tag = "guard",
    request_body = LabelBatchRequest,
    responses(
        (status = 200, description = "What became of each", body = LabelBatchBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.label.put`", body = ProblemBody),
        (status = 422, description = "There are no labels, or too many", body = ProblemBody),
    )
)]
pub async fn put_labels(call: Call, json: Json<LabelBatchRequest>) -> Result<Reply, Failure> {
    call.require(LABEL)?;
    let requests = json.value.labels;
    if requests.is_empty() || requests.len() > BATCH_MAX {
        let text =
            Text::of(format!("一次提交 1 至 {BATCH_MAX} 条。"), format!("Send 1 to {BATCH_MAX} labels at a time."));
        return Err(Problem::invalid("/labels", text).into());
    }
    settled(&call.shared).await?;
    let (actor, language) = (call.actor.clone(), call.language);
    call.write(json.print, move |unit| {
        let mut body = LabelBatchBody { taken: 0, refused: 0, items: Vec::with_capacity(requests.len()) };
        for (index, (label, problem)) in take_all(unit, &requests, &actor)?.into_iter().enumerate() {
            body.taken += usize::from(label.is_some());
            body.refused += usize::from(problem.is_some());
            let problem = problem.map(|problem| BatchProblemBody::of(&problem, language));
            body.items.push(LabelItemBody { index, label, problem });
        }
        Reply::ok(&body)
    })
    .await
}

/// What became of one label of several.
type Taken = (Option<LabelBody>, Option<Problem>);

/// Keeps each label or says why not, and tells the engine once.
fn take_all(unit: &mut Unit<'_>, requests: &[LabelRequest], actor: &Actor) -> Result<Vec<Taken>, Problem> {
    let mut taken: Vec<Taken> = Vec::with_capacity(requests.len());
    for request in requests {
        match take(unit, request, actor) {
            Ok(label) => taken.push((Some(label), None)),
            Err(problem) if problem.kind == ProblemKind::Internal => return Err(problem),
            Err(problem) => taken.push((None, Some(problem))),
        }
    }
    if let Some(first) = taken.iter().find_map(|(label, _)| label.as_ref()) {
        labels::announce(unit, first.decision, everywhere(actor));
    }
    Ok(taken)
}

fn take(unit: &mut Unit<'_>, request: &LabelRequest, actor: &Actor) -> Result<LabelBody, Problem> {
    let found = match (request.decision, &request.event) {
        (Some(id), None) => decisions::find(unit.connection(), id)?,
        (None, Some(event)) => {
            let key = event_key(unit.keyring(), actor.reference.as_str(), event.as_bytes());
            decisions::find_by_key(unit.connection(), &key)?
        }
        (Some(_), Some(_)) | (None, None) => {
            let text = Text::fixed("请给出 decision 或 event 之一。", "Give either `decision` or `event`.");
            return Err(Problem::invalid("/decision", text));
        }
    };
    let row = found.filter(|row| actor.may(LABEL, &row.unit)).ok_or_else(unknown)?;
    let source = one_line(&request.source, SOURCE_CHARS_MAX).map_err(|text| Problem::invalid("/source", text))?;
    let source = mask::redact(&source, &[]);
    let new = NewLabel { decision: row.id, label: request.label, known_at: request.known_at, source };
    Ok(labels::put(unit, &row, &new, actor)?.into())
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    // An upload has a bound of its own; the limit for JSON bodies would cut it off.
    let uploads = OpenApiRouter::new().routes(routes!(import::import_labels)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new().routes(routes!(put_label)).routes(routes!(put_labels)).merge(uploads)
}
