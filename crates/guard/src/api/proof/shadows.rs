//! Versions in the shadow over HTTP: started, compared with what was decided live, and ended.

use endpoint::{BodyPrint, Call, Failure, Json, PageBody, Path, ProblemBody, Query, Reply};
use kernel::{
    Cursor, PageRequest, Problem, Text, Timestamp,
    id::{BacktestId, ScenarioId},
};
use ledger::Connection;
use people::api::body::TextBody;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    backtests::{BacktestsQuery, DifferencesQuery, refused},
    result::{TrialDifferenceBody, TrialModelBody, TrialResultBody},
};
use crate::{
    api::{decisions::settled, scenarios::faulty},
    jobs::shadow,
    model::permission::{RUN_BACKTEST, SEE_SCENARIOS},
    proof::{latency::Latencies, tally::Tally, trial::live_now},
    scenarios,
    store::{
        backtests::{self, Backtest, BacktestState, TrialKind},
        decisions, scenarios as versions,
    },
};

/// What is to run in the shadow.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartShadowRequest {
    /// The version of a scenario, as it is now; what is revised later runs when it is started anew.
    #[schema(value_type = String, example = "sc_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub scenario: ScenarioId,
}

/// How long things took.
#[derive(Debug, Serialize, ToSchema)]
pub struct LatencyBody {
    /// How many.
    pub count: u64,
    /// Half of them took no longer, in microseconds; told at most a quarter too high, as all of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_micros: Option<u64>,
    /// 95 of a hundred took no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95_micros: Option<u64>,
    /// 99 of a hundred took no longer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_micros: Option<u64>,
    /// The longest.
    pub max_micros: u64,
}

impl From<&Latencies> for LatencyBody {
    fn from(took: &Latencies) -> Self {
        Self {
            count: took.count(),
            p50_micros: took.percentile(500),
            p95_micros: took.percentile(950),
            p99_micros: took.percentile(990),
            max_micros: took.max_micros(),
        }
    }
}

/// A version in the shadow.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShadowBody {
    /// The run's id.
    #[schema(value_type = String, example = "bt_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: BacktestId,
    /// The version.
    #[schema(value_type = String)]
    pub scenario: ScenarioId,
    /// The scenario's name in data.
    pub name: String,
    /// Its name on screen.
    pub title: TextBody,
    /// Which version of the name.
    pub number: u32,
    /// How it stands; `cancelled` when somebody ended it.
    pub state: BacktestState,
    /// Who started it, as an actor reference.
    pub started_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Why it cannot go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TextBody>)]
    pub fault: Option<TextBody>,
    /// The score model that it scores by: the one that is live, which it follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<TrialModelBody>,
    /// Events that it left out because it was too far behind.
    pub dropped: u64,
    /// Events that it has not come to yet; of one run that goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behind: Option<i64>,
    /// How long its decisions took.
    pub latency: LatencyBody,
    /// How it compares with what was decided live; of one run only. Nothing is known of frauds yet: a backtest tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<TrialResultBody>,
}

impl From<&Backtest> for ShadowBody {
    fn from(run: &Backtest) -> Self {
        let fault = run.fault.as_deref().and_then(|text| serde_json::from_str::<Text>(text).ok());
        Self {
            id: run.id,
            scenario: run.scenario,
            name: run.spec.name.clone(),
            title: run.spec.title.clone().into(),
            number: run.number,
            state: run.state,
            started_by: run.by.as_str().to_owned(),
            started_at: run.started_at,
            ended_at: run.ended_at,
            fault: fault.map(Into::into),
            model: run.model.map(Into::into),
            dropped: run.dropped,
            behind: None,
            latency: LatencyBody::from(&run.took),
            result: None,
        }
    }
}

fn unknown() -> Problem {
    Problem::not_found("试运行", "shadow run")
}

fn found(conn: &mut Connection, id: BacktestId) -> Result<Backtest, Problem> {
    backtests::find(conn, id)?.filter(|run| run.kind == TrialKind::Shadow).ok_or_else(unknown)
}

/// Run a version in the shadow
///
/// Each decision from now on is taken once more with it, from the log: recorded, compared, never acted on. Live decisions wait for
/// nothing; what the shadow cannot keep up with is left out and counted.
#[utoipa::path(
    post, path = "/api/guard/shadows", operation_id = "start_shadow", tag = "guard", request_body = StartShadowRequest,
    responses(
        (status = 201, description = "It runs", body = ShadowBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.backtest.run` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such version", body = ProblemBody),
        (status = 409, description = "It runs already, or too many do", body = ProblemBody),
        (status = 422, description = "It no longer compiles", body = ProblemBody),
    )
)]
pub async fn start_shadow(call: Call, json: Json<StartShadowRequest>) -> Result<Reply, Failure> {
    call.require_everywhere(RUN_BACKTEST)?;
    let scenario = json.value.scenario;
    let screen = settled(&call.shared).await?;
    let row = call.read(move |conn| versions::find(conn, scenario)?.ok_or_else(scenarios::unknown)).await?;
    let (spec, checker) = (row.spec.clone(), screen.clone());
    let check = move || checker.check(&spec);
    tokio::task::spawn_blocking(check).await.map_err(Problem::internal_error)?.map_err(faulty)?;
    let ports = call.shared.ledger().ports();
    let id = BacktestId::new(ports.clock.now(), &*ports.random);
    let by = call.actor.reference.clone();
    call.write(json.print, move |unit| {
        unit.lock(shadow::SHADOW)?;
        let running = backtests::running(unit.connection(), TrialKind::Shadow)?;
        if running.iter().any(|run| run.scenario == scenario) {
            return Err(refused("该版本已在试运行。", "The version runs in the shadow already.", "runs-already"));
        }
        if running.len() >= shadow::SHADOWS_MAX {
            return Err(refused(
                "试运行的版本过多，请先结束一个。",
                "Too many versions run in the shadow; end one first.",
                "too-many",
            ));
        }
        let (now, last) = (unit.now(), decisions::last_seq(unit.connection())?);
        let run = Backtest {
            id,
            kind: TrialKind::Shadow,
            scenario,
            number: row.number,
            spec: row.spec.clone(),
            live: live_now(unit.connection(), &screen)?,
            first_seq: last + 1,
            last_seq: i64::MAX,
            done_seq: last,
            period: (now, Timestamp::MAX),
            labels_at: now,
            state: BacktestState::Running,
            tally: Tally::default(),
            dropped: 0,
            took: Latencies::default(),
            fault: None,
            by: by.clone(),
            started_at: now,
            ended_at: None,
            model: screen.live_model().named(),
        };
        backtests::insert(unit.connection(), &run)?;
        unit.enqueue(shadow::next(now))?;
        Reply::created(format!("/api/guard/shadows/{id}"), &ShadowBody::from(&run))
    })
    .await
}

/// List versions in the shadow
#[utoipa::path(
    get, path = "/api/guard/shadows", operation_id = "list_shadows", tag = "guard", params(BacktestsQuery),
    responses(
        (status = 200, description = "A page of runs, newest first, ended ones too", body = PageBody<ShadowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see` for the whole bank", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_shadows(
    call: Call,
    Query(query): Query<BacktestsQuery>,
) -> Result<axum::Json<PageBody<ShadowBody>>, Failure> {
    call.require_everywhere(SEE_SCENARIOS)?;
    let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
    let which = (TrialKind::Shadow, query.scenario);
    let page = call.read(move |conn| backtests::page(conn, which, &request)).await?;
    Ok(axum::Json(page.map(|run| ShadowBody::from(&run)).into()))
}

/// Get a version in the shadow
///
/// How it compares with what was decided live, how long its decisions take, and what it left out.
#[utoipa::path(
    get, path = "/api/guard/shadows/{id}", operation_id = "get_shadow", tag = "guard",
    params(("id" = String, Path, description = "The run")),
    responses(
        (status = 200, description = "The run", body = ShadowBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such run", body = ProblemBody),
    )
)]
pub async fn get_shadow(call: Call, Path(id): Path<BacktestId>) -> Result<axum::Json<ShadowBody>, Failure> {
    call.require_everywhere(SEE_SCENARIOS)?;
    let read = move |conn: &mut Connection| Ok((found(conn, id)?, decisions::last_seq(conn)?));
    let (run, last) = call.read(read).await?;
    let behind = (run.state == BacktestState::Running).then_some(last - run.done_seq);
    let result = Some(TrialResultBody::from(&run.tally));
    Ok(axum::Json(ShadowBody { behind, result, ..ShadowBody::from(&run) }))
}

/// End a run in the shadow
///
/// What was compared so far stays.
#[utoipa::path(
    post, path = "/api/guard/shadows/{id}/stop", operation_id = "stop_shadow", tag = "guard",
    params(("id" = String, Path, description = "The run")),
    responses(
        (status = 200, description = "The run as it now is", body = ShadowBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.backtest.run` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such run", body = ProblemBody),
        (status = 409, description = "It has ended already", body = ProblemBody),
    )
)]
pub async fn stop_shadow(call: Call, Path(id): Path<BacktestId>) -> Result<Reply, Failure> {
    call.require_everywhere(RUN_BACKTEST)?;
    call.write(BodyPrint::none(), move |unit| {
        let mut run = found(unit.connection(), id)?;
        if run.state != BacktestState::Running {
            return Err(refused("该试运行已结束。", "It has ended already.", "ended-already"));
        }
        (run.state, run.ended_at) = (BacktestState::Cancelled, Some(unit.now()));
        backtests::update(unit.connection(), &run)?;
        Reply::ok(&ShadowBody::from(&run))
    })
    .await
}

/// List where a shadow differs
///
/// The decisions on which it and the live versions differ, in the order in which they were taken; the first 100,000.
#[utoipa::path(
    get, path = "/api/guard/shadows/{id}/differences", operation_id = "list_shadow_differences", tag = "guard",
    params(("id" = String, Path, description = "The run"), DifferencesQuery),
    responses(
        (status = 200, description = "A page of differences", body = PageBody<TrialDifferenceBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such run", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_shadow_differences(
    call: Call,
    Path(id): Path<BacktestId>,
    Query(query): Query<DifferencesQuery>,
) -> Result<axum::Json<PageBody<TrialDifferenceBody>>, Failure> {
    call.require_everywhere(SEE_SCENARIOS)?;
    let (filter, request) = query.into_parts();
    let read = move |conn: &mut Connection| {
        found(conn, id)?;
        backtests::differences_page(conn, id, filter, &request)
    };
    Ok(axum::Json(call.read(read).await?.map(TrialDifferenceBody::from).into()))
}
