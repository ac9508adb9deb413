//! The score model over HTTP: its versions, uploading a file that the engine must be able to run, approval by a second person,
//! retirement, and going back to an older version.

pub mod upload;

use axum::extract::DefaultBodyLimit;
use decide::Fault;
use endpoint::{
    BodyPrint, Call, Failure, Json, OpenApiRouter, PageBody, Path, ProblemBody, Query, Reply, Shared, typed::prose,
};
use kernel::{
    Actor, Cursor, PageRequest, Problem, ProblemKind, Text, Timestamp, id::ScoreModelId, mask, text::Language,
};
use people::api::body::ActionBody;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::decisions::screen;
use crate::{
    model::{
        permission::{APPROVE_MODEL, PROPOSE_MODEL, SEE_MODELS},
        score_model::{
            Proposed, ScoreModel, ScoreModelCommand, ScoreModelEvent, ScoreModelFormat, ScoreModelState, approvable,
            evolve, proposable, retirable,
        },
    },
    score_models,
    store::score_models::{self as kept, ScoreModelRow},
};

/// Characters of a reason.
pub(super) const REASON_CHARS_MAX: usize = 500;
/// Faults of one model that are told; the first say enough.
const FAULTS_MAX: usize = 50;

/// A version of the score model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreModelBody {
    /// The version's id.
    #[schema(value_type = String, example = "sm_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: ScoreModelId,
    /// How many events it has; every act names it.
    pub version: u64,
    /// Which version it is.
    pub number: u32,
    /// How it stands.
    pub state: ScoreModelState,
    /// Which program's file it is.
    pub format: ScoreModelFormat,
    /// Bytes of the file.
    pub bytes: u64,
    /// The file's hash, in hexadecimal digits.
    pub digest: String,
    /// The fields, features and computed values that it looks at.
    pub inputs: Vec<String>,
    /// How many trees it has.
    pub trees: u64,
    /// What it was learnt from and why; of one that came back, why it came back.
    pub reason: String,
    /// Who proposed it last, as an actor reference.
    pub proposed_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub proposed_at: Timestamp,
    /// Who approved it last, as an actor reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// When it went live last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub live_at: Option<Timestamp>,
    /// When it was retired.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub retired_at: Option<Timestamp>,
    /// What the caller can do, and why not what they cannot; of one version only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed_actions: Vec<ActionBody>,
}

impl ScoreModelBody {
    fn of_row(row: ScoreModelRow) -> Self {
        let Proposed { model, number, format, bytes, digest, inputs, trees, reason } = row.proposed;
        Self {
            id: model,
            version: row.version,
            number,
            state: row.state,
            format,
            bytes,
            digest,
            inputs,
            trees,
            reason,
            proposed_by: row.proposed_by.as_str().to_owned(),
            proposed_at: row.proposed_at,
            approved_by: row.approved_by.map(|by| by.as_str().to_owned()),
            live_at: row.live_at,
            retired_at: row.retired_at,
            allowed_actions: Vec::new(),
        }
    }

    pub(super) fn of(state: &ScoreModel, actor: &Actor, language: Language) -> Self {
        let held = |permission, result: Result<(), Problem>| match actor.holds(permission) {
            true => result.err(),
            false => Some(endpoint::call::lacks(permission)),
        };
        let actions = [
            ("approve", held(APPROVE_MODEL, approvable(state, actor))),
            ("retire", held(APPROVE_MODEL, retirable(state))),
            ("propose", held(PROPOSE_MODEL, proposable(state))),
        ];
        let row = ScoreModelRow {
            proposed: state.proposed.clone(),
            version: state.version,
            state: state.state,
            proposed_by: state.proposers.last().cloned().unwrap_or_else(|| actor.reference.clone()),
            proposed_at: state.proposed_at,
            approved_by: state.approved.as_ref().map(|(by, _)| by.clone()),
            live_at: state.approved.as_ref().map(|(_, at)| *at),
            retired_at: state.retired_at,
        };
        let allowed_actions = actions.map(|(action, why)| ActionBody::new(action, why, language)).into();
        Self { allowed_actions, ..Self::of_row(row) }
    }
}

/// Which versions to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ScoreModelsQuery {
    /// Only in this state.
    #[param(inline)]
    pub state: Option<ScoreModelState>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List versions of the score model
#[utoipa::path(
    get, path = "/api/guard/models", operation_id = "list_score_models", tag = "guard",
    params(ScoreModelsQuery),
    responses(
        (status = 200, description = "A page of versions, newest first", body = PageBody<ScoreModelBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.model.see`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_score_models(
    call: Call,
    Query(query): Query<ScoreModelsQuery>,
) -> Result<axum::Json<PageBody<ScoreModelBody>>, Failure> {
    call.require(SEE_MODELS)?;
    let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
    let page = call.read(move |conn| kept::page(conn, query.state, &request)).await?;
    Ok(axum::Json(page.map(ScoreModelBody::of_row).into()))
}

/// Get a version of the score model
#[utoipa::path(
    get, path = "/api/guard/models/{id}", operation_id = "get_score_model", tag = "guard",
    params(("id" = String, Path, description = "The version")),
    responses(
        (status = 200, description = "The version", body = ScoreModelBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.model.see`", body = ProblemBody),
        (status = 404, description = "There is no such version", body = ProblemBody),
    )
)]
pub async fn get_score_model(call: Call, Path(id): Path<ScoreModelId>) -> Result<axum::Json<ScoreModelBody>, Failure> {
    call.require(SEE_MODELS)?;
    let ledger = call.shared.ledger().clone();
    let read = move || {
        let raw = ledger.history(&id.to_string())?;
        let events = raw.into_iter().map(ledger::RawEvent::decode).collect::<Result<Vec<_>, _>>()?;
        let facts = events.iter().map(|one: &ledger::Recorded<ScoreModelEvent>| (one.at, &one.actor, &one.event));
        facts.fold(None, evolve).ok_or_else(score_models::unknown)
    };
    let state = tokio::task::spawn_blocking(read).await.map_err(Problem::internal_error)??;
    Ok(axum::Json(ScoreModelBody::of(&state, &call.actor, call.language)))
}

/// What is wrong with a model, as the problem of a caller: all of it at the file.
pub(super) fn faulty(faults: &[Fault]) -> Problem {
    let public = Text::fixed(
        "模型与本行的字段和特征不符，未作任何改变。",
        "The model does not fit the fields and features of this bank; nothing was changed.",
    );
    let problem = Problem::new(ProblemKind::Invalid, public).because("model-faulty");
    let text = |fault: &Fault| {
        let hint = |language| fault.hint.as_ref().map_or_else(String::new, |hint| format!(" {}", hint.get(language)));
        let (zh, en) = (&fault.message.zh, &fault.message.en);
        Text::of(format!("{zh}{}", hint(Language::Zh)), format!("{en}{}", hint(Language::En)))
    };
    faults.iter().take(FAULTS_MAX).fold(problem, |problem, fault| problem.field("/file", text(fault)))
}

/// The version that the caller saw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveScoreModelRequest {
    /// The version that the caller saw.
    pub version: u64,
}

/// Approve a version of the score model
///
/// By somebody who did not propose it. Events are scored by it from now on, on other nodes once they hear of it, and the version
/// before is retired.
#[utoipa::path(
    post, path = "/api/guard/models/{id}/approve", operation_id = "approve_score_model", tag = "guard",
    request_body = ApproveScoreModelRequest, params(("id" = String, Path, description = "The version")),
    responses(
        (status = 200, description = "The version as it now is", body = ScoreModelBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.model.approve` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such version", body = ProblemBody),
        (status = 409, description = "It does not wait, or the caller proposed it", body = ProblemBody),
        (status = 422, description = "The engine can no longer run it", body = ProblemBody),
    )
)]
pub async fn approve_score_model(
    call: Call,
    Path(id): Path<ScoreModelId>,
    json: Json<ApproveScoreModelRequest>,
) -> Result<Reply, Failure> {
    call.require_everywhere(APPROVE_MODEL)?;
    // Fields and features may have changed since it was proposed.
    let screen = screen(&call.shared).await?;
    let check = move || screen.check_kept_model(id);
    let checked = tokio::task::spawn_blocking(check).await.map_err(Problem::internal_error)??;
    checked.map_err(|faults| faulty(&faults))?;
    act(call, json.print, (id, json.value.version), ScoreModelCommand::Approve).await
}

/// Why something is done to a version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreModelReasonRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why.
    #[schema(max_length = 500)]
    pub reason: String,
}

/// Retire a version of the score model
///
/// Rules then decide without a score. One that waits is refused by it.
#[utoipa::path(
    post, path = "/api/guard/models/{id}/retire", operation_id = "retire_score_model", tag = "guard",
    request_body = ScoreModelReasonRequest, params(("id" = String, Path, description = "The version")),
    responses(
        (status = 200, description = "The version as it now is", body = ScoreModelBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.model.approve` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such version", body = ProblemBody),
        (status = 409, description = "It is retired already", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn retire_score_model(
    call: Call,
    Path(id): Path<ScoreModelId>,
    json: Json<ScoreModelReasonRequest>,
) -> Result<Reply, Failure> {
    call.require_everywhere(APPROVE_MODEL)?;
    let ScoreModelReasonRequest { version, reason } = json.value;
    let reason = words(&reason)?;
    act(call, json.print, (id, version), ScoreModelCommand::Retire { reason }).await
}

/// Propose a retired version of the score model again
///
/// To go back to it: somebody else approves it, as at first.
#[utoipa::path(
    post, path = "/api/guard/models/{id}/propose", operation_id = "propose_score_model", tag = "guard",
    request_body = ScoreModelReasonRequest, params(("id" = String, Path, description = "The version")),
    responses(
        (status = 200, description = "The version as it now is", body = ScoreModelBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.model.propose` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such version", body = ProblemBody),
        (status = 409, description = "It is not retired", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn propose_score_model(
    call: Call,
    Path(id): Path<ScoreModelId>,
    json: Json<ScoreModelReasonRequest>,
) -> Result<Reply, Failure> {
    call.require_everywhere(PROPOSE_MODEL)?;
    let ScoreModelReasonRequest { version, reason } = json.value;
    let reason = words(&reason)?;
    act(call, json.print, (id, version), ScoreModelCommand::Propose { reason }).await
}

/// A reason without names and numbers.
pub(super) fn words(reason: &str) -> Result<String, Problem> {
    let reason = prose(reason, REASON_CHARS_MAX).map_err(|text| Problem::invalid("/reason", text))?;
    Ok(mask::redact(&reason, &[]))
}

async fn act(
    call: Call,
    print: BodyPrint,
    which: (ScoreModelId, u64),
    command: ScoreModelCommand,
) -> Result<Reply, Failure> {
    let (actor, language) = (call.actor.clone(), call.language);
    call.write(print, move |unit| {
        let state = score_models::act(unit, which, command.clone(), &actor)?;
        Reply::ok(&ScoreModelBody::of(&state, &actor, language))
    })
    .await
}

/// The endpoints of this folder.
pub fn routes() -> OpenApiRouter<Shared> {
    // An upload has a bound of its own; the limit for JSON bodies would cut it off.
    let uploads = OpenApiRouter::new().routes(routes!(upload::upload_score_model)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(list_score_models))
        .routes(routes!(get_score_model))
        .routes(routes!(approve_score_model))
        .routes(routes!(retire_score_model))
        .routes(routes!(propose_score_model))
        .merge(uploads)
}
