//! Scenarios over HTTP: the versions, drafting with every fault told at its place, approval by a second person, retirement, and
//! the names that expressions may use.

use decide::{Fault, scenario::ScenarioSpec};
use endpoint::{
    BodyPrint, Call, Failure, Json, OpenApiRouter, PageBody, Path, ProblemBody, Query, Reply, Shared, typed::prose,
};
use kernel::{Actor, Cursor, PageRequest, Problem, Text, Timestamp, id::ScenarioId, mask, text::Language};
use people::api::body::{ActionBody, TextBody};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::decisions::screen;
use crate::{
    model::{
        permission::{APPROVE_SCENARIO, DRAFT_SCENARIO, SEE_SCENARIOS},
        scenario::{
            Drafted, Scenario, ScenarioCommand, ScenarioEvent, ScenarioState, approvable, editable, evolve, retirable,
        },
    },
    scenarios,
    store::scenarios::{self as kept, ScenarioRow},
};

/// Characters of a reason.
const REASON_CHARS_MAX: usize = 500;

/// A version of a scenario.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScenarioBody {
    /// The version's id.
    #[schema(value_type = String, example = "sc_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: ScenarioId,
    /// How many events it has; every act names it.
    pub version: u64,
    /// The scenario's name in data.
    pub name: String,
    /// Its name on screen.
    pub title: TextBody,
    /// Which version of the name it is.
    pub number: u32,
    /// How it stands.
    pub state: ScenarioState,
    /// What it says: rules, thresholds, sentences.
    #[schema(value_type = Object)]
    pub spec: Value,
    /// When it was drafted.
    #[schema(value_type = String, format = DateTime)]
    pub drafted_at: Timestamp,
    /// Who approved it, as an actor reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved_by: Option<String>,
    /// When it went live.
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

fn as_value(spec: &ScenarioSpec) -> Result<Value, Problem> {
    serde_json::to_value(spec).map_err(Problem::internal_error)
}

impl ScenarioBody {
    fn of_row(row: ScenarioRow) -> Result<Self, Problem> {
        Ok(Self {
            id: row.id,
            version: row.version,
            name: row.spec.name.clone(),
            title: row.spec.title.clone().into(),
            number: row.number,
            state: row.state,
            spec: as_value(&row.spec)?,
            drafted_at: row.drafted_at,
            approved_by: row.approved_by.map(|by| by.as_str().to_owned()),
            live_at: row.live_at,
            retired_at: row.retired_at,
            allowed_actions: Vec::new(),
        })
    }

    fn of(state: &Scenario, actor: &Actor, language: Language) -> Result<Self, Problem> {
        let held = |permission, result: Result<(), Problem>| match actor.holds(permission) {
            true => result.err(),
            false => Some(endpoint::call::lacks(permission)),
        };
        let actions = [
            ("revise", held(DRAFT_SCENARIO, editable(state))),
            ("approve", held(APPROVE_SCENARIO, approvable(state, actor))),
            ("retire", held(APPROVE_SCENARIO, retirable(state))),
        ];
        Ok(Self {
            id: state.id,
            version: state.version,
            name: state.spec.name.clone(),
            title: state.spec.title.clone().into(),
            number: state.number,
            state: state.state,
            spec: as_value(&state.spec)?,
            drafted_at: state.drafted_at,
            approved_by: state.approved.as_ref().map(|(by, _)| by.as_str().to_owned()),
            live_at: state.approved.as_ref().map(|(_, at)| *at),
            retired_at: state.retired_at,
            allowed_actions: actions.map(|(action, why)| ActionBody::new(action, why, language)).into(),
        })
    }
}

/// Which versions to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ScenariosQuery {
    /// Only of this name.
    pub name: Option<String>,
    /// Only in this state.
    #[param(inline)]
    pub state: Option<ScenarioState>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List versions of scenarios
#[utoipa::path(
    get, path = "/api/guard/scenarios", operation_id = "list_scenarios", tag = "guard",
    params(ScenariosQuery),
    responses(
        (status = 200, description = "A page of versions, newest first", body = PageBody<ScenarioBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_scenarios(
    call: Call,
    Query(query): Query<ScenariosQuery>,
) -> Result<axum::Json<PageBody<ScenarioBody>>, Failure> {
    call.require(SEE_SCENARIOS)?;
    let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
    let (name, state) = (query.name, query.state);
    let page = call.read(move |conn| kept::page(conn, (name.as_deref(), state), &request)).await?;
    let items = page.items.into_iter().map(ScenarioBody::of_row).collect::<Result<Vec<_>, _>>()?;
    Ok(axum::Json(kernel::Page { items, next: page.next }.into()))
}

/// Get a version of a scenario
#[utoipa::path(
    get, path = "/api/guard/scenarios/{id}", operation_id = "get_scenario", tag = "guard",
    params(("id" = String, Path, description = "The version")),
    responses(
        (status = 200, description = "The version", body = ScenarioBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see`", body = ProblemBody),
        (status = 404, description = "There is no such version", body = ProblemBody),
    )
)]
pub async fn get_scenario(call: Call, Path(id): Path<ScenarioId>) -> Result<axum::Json<ScenarioBody>, Failure> {
    call.require(SEE_SCENARIOS)?;
    let ledger = call.shared.ledger().clone();
    let read = move || {
        let raw = ledger.history(&id.to_string())?;
        let events = raw.into_iter().map(ledger::RawEvent::decode).collect::<Result<Vec<_>, _>>()?;
        let facts = events.iter().map(|one: &ledger::Recorded<ScenarioEvent>| (one.at, &one.actor, &one.event));
        facts.fold(None, evolve).ok_or_else(scenarios::unknown)
    };
    let state = tokio::task::spawn_blocking(read).await.map_err(Problem::internal_error)??;
    Ok(axum::Json(ScenarioBody::of(&state, &call.actor, call.language)?))
}

/// What a scenario is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftScenarioRequest {
    /// Name, title, rules, thresholds; as in `spec` of a version.
    #[schema(value_type = Object)]
    pub spec: ScenarioSpec,
}

/// The faults of a scenario as the problem of a caller: each at its place, with the place within the expression and a hint.
pub(super) fn faulty(faults: Vec<Fault>) -> Problem {
    let text = |fault: &Fault| {
        let place = fault.place.map_or_else(String::new, |place| format!(" [{}–{}]", place.start, place.end));
        let hint = |language| fault.hint.as_ref().map_or_else(String::new, |hint| format!(" {}", hint.get(language)));
        let (zh, en) = (&fault.message.zh, &fault.message.en);
        Text::of(format!("{zh}{place}{}", hint(Language::Zh)), format!("{en}{place}{}", hint(Language::En)))
    };
    let pointer = |path: &str| {
        let inner =
            path.split_once('.').filter(|(head, _)| head.starts_with("scenarios[")).map_or(path, |(_, rest)| rest);
        format!("/spec/{}", inner.replace(['.', '['], "/").replace(']', ""))
    };
    let public = Text::fixed("情景有需要更正之处，见下列位置。", "The scenario needs correction; see the places.");
    let problem = Problem::new(kernel::ProblemKind::Invalid, public).because("scenario-faulty");
    faults.iter().fold(problem, |problem, fault| problem.field(pointer(&fault.path), text(fault)))
}

async fn checked(call: &Call, spec: &ScenarioSpec) -> Result<(), Failure> {
    let (screen, spec) = (screen(&call.shared).await?, spec.clone());
    let checked = tokio::task::spawn_blocking(move || screen.check(&spec)).await.map_err(Problem::internal_error)?;
    Ok(checked.map_err(faulty)?)
}

/// Check a scenario
///
/// Nothing is kept. Every fault is told at its place, with what may have been meant.
#[utoipa::path(
    post, path = "/api/guard/scenarios/check", operation_id = "check_scenario", tag = "guard",
    request_body = DraftScenarioRequest,
    responses(
        (status = 204, description = "It compiles"),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.draft` for the whole bank", body = ProblemBody),
        (status = 422, description = "It does not compile", body = ProblemBody),
    )
)]
pub async fn check_scenario(call: Call, json: Json<DraftScenarioRequest>) -> Result<Reply, Failure> {
    call.require_everywhere(DRAFT_SCENARIO)?;
    checked(&call, &json.value.spec).await?;
    Ok(Reply::done())
}

/// Draft a version of a scenario
///
/// It must compile against the event types, features and lists. It decides nothing until a second person approves it.
#[utoipa::path(
    post, path = "/api/guard/scenarios", operation_id = "draft_scenario", tag = "guard",
    request_body = DraftScenarioRequest,
    responses(
        (status = 201, description = "It was drafted", body = ScenarioBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.draft` for the whole bank", body = ProblemBody),
        (status = 422, description = "It does not compile", body = ProblemBody),
    )
)]
pub async fn draft_scenario(call: Call, json: Json<DraftScenarioRequest>) -> Result<Reply, Failure> {
    call.require_everywhere(DRAFT_SCENARIO)?;
    let spec = json.value.spec;
    checked(&call, &spec).await?;
    let ports = call.shared.ledger().ports();
    let id = ScenarioId::new(ports.clock.now(), &*ports.random);
    let (actor, language) = (call.actor.clone(), call.language);
    let drafted = Drafted { scenario: id, number: 0, spec };
    call.write(json.print, move |unit| {
        let state = scenarios::draft(unit, &drafted, &actor)?;
        Reply::created(format!("/api/guard/scenarios/{id}"), &ScenarioBody::of(&state, &actor, language)?)
    })
    .await
}

/// What a draft is to say now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviseScenarioRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Name, title, rules, thresholds.
    #[schema(value_type = Object)]
    pub spec: ScenarioSpec,
}

/// Revise a draft
#[utoipa::path(
    post, path = "/api/guard/scenarios/{id}/revise", operation_id = "revise_scenario", tag = "guard",
    request_body = ReviseScenarioRequest, params(("id" = String, Path, description = "The version")),
    responses(
        (status = 200, description = "The version as it now is", body = ScenarioBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.draft` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such version", body = ProblemBody),
        (status = 409, description = "It is no draft, or somebody else was faster", body = ProblemBody),
        (status = 422, description = "It does not compile", body = ProblemBody),
    )
)]
pub async fn revise_scenario(
    call: Call,
    Path(id): Path<ScenarioId>,
    json: Json<ReviseScenarioRequest>,
) -> Result<Reply, Failure> {
    call.require_everywhere(DRAFT_SCENARIO)?;
    let ReviseScenarioRequest { version, spec } = json.value;
    checked(&call, &spec).await?;
    act(call, json.print, (id, Some(version)), ScenarioCommand::Revise(Box::new(spec))).await
}

/// The version that the caller saw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveScenarioRequest {
    /// The version that the caller saw.
    pub version: u64,
}

/// Approve a draft
///
/// By somebody who wrote none of it. It decides from now on, on other nodes once they hear of it, and the version before is retired.
#[utoipa::path(
    post, path = "/api/guard/scenarios/{id}/approve", operation_id = "approve_scenario", tag = "guard",
    request_body = ApproveScenarioRequest, params(("id" = String, Path, description = "The version")),
    responses(
        (status = 200, description = "The version as it now is", body = ScenarioBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.approve` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such version", body = ProblemBody),
        (status = 409, description = "It is no draft, or the caller wrote on it", body = ProblemBody),
    )
)]
pub async fn approve_scenario(
    call: Call,
    Path(id): Path<ScenarioId>,
    json: Json<ApproveScenarioRequest>,
) -> Result<Reply, Failure> {
    call.require_everywhere(APPROVE_SCENARIO)?;
    screen(&call.shared).await?;
    let version = json.value.version;
    act(call, json.print, (id, Some(version)), ScenarioCommand::Approve).await
}

/// Why a version is retired.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetireScenarioRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why.
    #[schema(max_length = 500)]
    pub reason: String,
}

/// Retire a version
#[utoipa::path(
    post, path = "/api/guard/scenarios/{id}/retire", operation_id = "retire_scenario", tag = "guard",
    request_body = RetireScenarioRequest, params(("id" = String, Path, description = "The version")),
    responses(
        (status = 200, description = "The version as it now is", body = ScenarioBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.approve` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such version", body = ProblemBody),
        (status = 409, description = "It is retired already", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn retire_scenario(
    call: Call,
    Path(id): Path<ScenarioId>,
    json: Json<RetireScenarioRequest>,
) -> Result<Reply, Failure> {
    call.require_everywhere(APPROVE_SCENARIO)?;
    let RetireScenarioRequest { version, reason } = json.value;
    let reason = prose(&reason, REASON_CHARS_MAX).map_err(|text| Problem::invalid("/reason", text))?;
    let reason = mask::redact(&reason, &[]);
    act(call, json.print, (id, Some(version)), ScenarioCommand::Retire { reason }).await
}

async fn act(
    call: Call,
    print: BodyPrint,
    which: (ScenarioId, Option<u64>),
    command: ScenarioCommand,
) -> Result<Reply, Failure> {
    let (actor, language) = (call.actor.clone(), call.language);
    call.write(print, move |unit| {
        let state = scenarios::act(unit, which, command.clone(), &actor)?;
        Reply::ok(&ScenarioBody::of(&state, &actor, language)?)
    })
    .await
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(draft_scenario, list_scenarios))
        .routes(routes!(check_scenario))
        .routes(routes!(get_scenario))
        .routes(routes!(revise_scenario))
        .routes(routes!(approve_scenario))
        .routes(routes!(retire_scenario))
}
