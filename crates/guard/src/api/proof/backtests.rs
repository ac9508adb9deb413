//! Backtests over HTTP: started, looked at while they go on, ended, and their differences page by page; and a scenario tried at once
//! on the newest decisions.

use decide::scenario::ScenarioSpec;
use endpoint::{BodyPrint, Call, Failure, Json, PageBody, Path, ProblemBody, Query, Reply};
use kernel::{
    Cursor, PageRequest, Problem, ProblemKind, Text, Timestamp,
    id::{BacktestId, ScenarioId, ScoreModelId},
};
use ledger::Connection;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Turn,
    result::{BacktestBody, TrialDifferenceBody, TrialResultBody},
};
use crate::{
    api::{decisions::settled, scenarios::faulty},
    jobs::backtest,
    model::{
        permission::{DRAFT_SCENARIO, RUN_BACKTEST, SEE_SCENARIOS},
        words::GuardOutcome,
    },
    proof::{
        latency::Latencies,
        tally::{Known, Tally},
        trial::{Trial, live_now},
    },
    scenarios,
    screen::Screen,
    store::{
        backtests::{self, Backtest, BacktestState, DifferenceFilter, TrialKind},
        decisions, scenarios as versions,
    },
};

/// Days of one backtest: more than a year, so that a season stands beside the one before.
const PERIOD_DAYS_MAX: i64 = 400;
/// Decisions that a scenario is tried on at once; somebody waits for it.
const TRY_DECISIONS_MAX: i64 = 1_000;
/// Differences that are told of a try.
const TRY_DIFFERENCES_MAX: usize = 100;

/// What is tried on what.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartBacktestRequest {
    /// The version of a scenario: a draft, or any other.
    #[schema(value_type = String, example = "sc_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub scenario: ScenarioId,
    /// Decisions from then on.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Decisions before then; 400 days at most.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// What became known from then on is not taken for known; now when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub labels_until: Option<Timestamp>,
    /// The version of the score model that both sides score by; the one that is live now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub model: Option<ScoreModelId>,
}

fn unknown() -> Problem {
    Problem::not_found("回测", "backtest")
}

pub(super) fn refused(zh: &'static str, en: &'static str, because: &'static str) -> Problem {
    Problem::new(ProblemKind::Refused, Text::fixed(zh, en)).because(because)
}

fn found(conn: &mut Connection, id: BacktestId) -> Result<Backtest, Problem> {
    backtests::find(conn, id)?.filter(|run| run.kind == TrialKind::Backtest).ok_or_else(unknown)
}

/// From when on what became known is not taken for known; refuses periods that are none.
fn labels_at(request: &StartBacktestRequest, now: Timestamp) -> Result<Timestamp, Problem> {
    if request.from >= request.to || request.to > request.from.plus_days(PERIOD_DAYS_MAX) {
        let text = Text::of(
            format!("截止须晚于起始，最长 {PERIOD_DAYS_MAX} 天。"),
            format!("The end comes after the beginning, by {PERIOD_DAYS_MAX} days at most."),
        );
        return Err(Problem::invalid("/to", text));
    }
    let labels_at = request.labels_until.unwrap_or(now);
    if labels_at > now {
        let text = Text::fixed("标签截止不能在未来。", "Labels of the future are not known.");
        return Err(Problem::invalid("/labels_until", text));
    }
    Ok(labels_at)
}

/// Start a backtest
///
/// A version of a scenario against the decisions of a period, beside the scenarios that are live, in the background. It goes on
/// after a stop of the program. One goes on at a time.
#[utoipa::path(
    post, path = "/api/guard/backtests", operation_id = "start_backtest", tag = "guard",
    request_body = StartBacktestRequest,
    responses(
        (status = 202, description = "It was started; look at its address for how far it has come", body = BacktestBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.backtest.run` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such version", body = ProblemBody),
        (status = 409, description = "Another one goes on, or nothing was decided in the period", body = ProblemBody),
        (status = 422, description = "The period is wrong, or the version no longer compiles", body = ProblemBody),
    )
)]
pub async fn start_backtest(call: Call, json: Json<StartBacktestRequest>) -> Result<Reply, Failure> {
    call.require_everywhere(RUN_BACKTEST)?;
    let ports = call.shared.ledger().ports();
    let now = ports.clock.now();
    let labels_at = labels_at(&json.value, now)?;
    let StartBacktestRequest { scenario, from, to, model, .. } = json.value;
    let screen = settled(&call.shared).await?;
    let row = call.read(move |conn| versions::find(conn, scenario)?.ok_or_else(scenarios::unknown)).await?;
    let (spec, checker) = (row.spec.clone(), screen.clone());
    let check = move || {
        checker.check(&spec).map_err(faulty)?;
        let used = model.map_or_else(|| Ok(checker.live_model()), |id| checker.model_by(id))?;
        // What it looks at must be there, whoever once approved it.
        checker.engine_with(&[], &used)?;
        Ok::<_, Problem>(used.named())
    };
    let model = tokio::task::spawn_blocking(check).await.map_err(Problem::internal_error)??;
    let id = BacktestId::new(now, &*ports.random);
    let by = call.actor.reference.clone();
    call.write(json.print, move |unit| {
        unit.lock(backtest::BACKTEST)?;
        if !backtests::running(unit.connection(), TrialKind::Backtest)?.is_empty() {
            return Err(refused(
                "已有回测正在进行。",
                "Another backtest goes on; wait for it or end it.",
                "one-at-a-time",
            ));
        }
        let stretch = decisions::stretch(unit.connection(), from, to)?;
        let (first_seq, last_seq) = stretch
            .ok_or_else(|| refused("该期间没有决策。", "Nothing was decided in the period.", "nothing-there"))?;
        let run = Backtest {
            id,
            kind: TrialKind::Backtest,
            scenario,
            number: row.number,
            spec: row.spec.clone(),
            live: live_now(unit.connection(), &screen)?,
            first_seq,
            last_seq,
            done_seq: first_seq - 1,
            period: (from, to),
            labels_at,
            state: BacktestState::Running,
            tally: Tally::default(),
            dropped: 0,
            took: Latencies::default(),
            fault: None,
            by: by.clone(),
            started_at: unit.now(),
            ended_at: None,
            model,
        };
        backtests::insert(unit.connection(), &run)?;
        let due = unit.now();
        unit.enqueue(backtest::go_on(id, due))?;
        Reply::accepted(&BacktestBody::from(&run))
    })
    .await
}

/// Which backtests to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct BacktestsQuery {
    /// Only of this version.
    #[param(value_type = Option<String>)]
    pub scenario: Option<ScenarioId>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List backtests
#[utoipa::path(
    get, path = "/api/guard/backtests", operation_id = "list_backtests", tag = "guard", params(BacktestsQuery),
    responses(
        (status = 200, description = "A page of backtests, newest first, without what they counted", body = PageBody<BacktestBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see` for the whole bank", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_backtests(
    call: Call,
    Query(query): Query<BacktestsQuery>,
) -> Result<axum::Json<PageBody<BacktestBody>>, Failure> {
    call.require_everywhere(SEE_SCENARIOS)?;
    let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
    let which = (TrialKind::Backtest, query.scenario);
    let page = call.read(move |conn| backtests::page(conn, which, &request)).await?;
    Ok(axum::Json(page.map(|run| BacktestBody::from(&run)).into()))
}

/// Get a backtest
///
/// How far it has come, and what was counted so far.
#[utoipa::path(
    get, path = "/api/guard/backtests/{id}", operation_id = "get_backtest", tag = "guard",
    params(("id" = String, Path, description = "The backtest")),
    responses(
        (status = 200, description = "The backtest", body = BacktestBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such backtest", body = ProblemBody),
    )
)]
pub async fn get_backtest(call: Call, Path(id): Path<BacktestId>) -> Result<axum::Json<BacktestBody>, Failure> {
    call.require_everywhere(SEE_SCENARIOS)?;
    let run = call.read(move |conn| found(conn, id)).await?;
    let result = Some(TrialResultBody::from(&run.tally));
    Ok(axum::Json(BacktestBody { result, ..BacktestBody::from(&run) }))
}

/// End a backtest
///
/// What was counted so far stays.
#[utoipa::path(
    post, path = "/api/guard/backtests/{id}/cancel", operation_id = "cancel_backtest", tag = "guard",
    params(("id" = String, Path, description = "The backtest")),
    responses(
        (status = 200, description = "The backtest as it now is", body = BacktestBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.backtest.run` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such backtest", body = ProblemBody),
        (status = 409, description = "It has ended already", body = ProblemBody),
    )
)]
pub async fn cancel_backtest(call: Call, Path(id): Path<BacktestId>) -> Result<Reply, Failure> {
    call.require_everywhere(RUN_BACKTEST)?;
    call.write(BodyPrint::none(), move |unit| {
        let mut run = found(unit.connection(), id)?;
        if run.state != BacktestState::Running {
            return Err(refused("该回测已结束。", "It has ended already.", "ended-already"));
        }
        (run.state, run.ended_at) = (BacktestState::Cancelled, Some(unit.now()));
        backtests::update(unit.connection(), &run)?;
        Reply::ok(&BacktestBody::from(&run))
    })
    .await
}

/// Which differences to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DifferencesQuery {
    /// Only those of which this is known.
    #[param(inline)]
    pub known: Option<Known>,
    /// Only those that the live versions decide so.
    #[param(inline)]
    pub live: Option<GuardOutcome>,
    /// Only those that the candidate decides so.
    #[param(inline)]
    pub candidate: Option<GuardOutcome>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

impl DifferencesQuery {
    /// What the page shows, and which page.
    pub(super) fn into_parts(self) -> (DifferenceFilter, PageRequest) {
        let filter = DifferenceFilter { known: self.known, baseline: self.live, candidate: self.candidate };
        (filter, PageRequest::new(self.limit, self.after.map(Cursor::from_text)))
    }
}

/// List the differences of a backtest
///
/// The decisions on which the candidate and the live versions differ, in the order in which they were taken; the first 100,000.
#[utoipa::path(
    get, path = "/api/guard/backtests/{id}/differences", operation_id = "list_backtest_differences", tag = "guard",
    params(("id" = String, Path, description = "The backtest"), DifferencesQuery),
    responses(
        (status = 200, description = "A page of differences", body = PageBody<TrialDifferenceBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such backtest", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_backtest_differences(
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

/// A scenario to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TryScenarioRequest {
    /// Name, title, rules, thresholds.
    #[schema(value_type = Object)]
    pub spec: ScenarioSpec,
    /// How many of the newest decisions; 1 to 1,000, and 1,000 when absent.
    #[schema(minimum = 1, maximum = 1000)]
    pub last: Option<i64>,
}

/// What a try came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct TryBody {
    /// What was counted.
    pub result: TrialResultBody,
    /// The newest 100 decisions on which the outcomes differ, newest first.
    pub differences: Vec<TrialDifferenceBody>,
}

/// Try a scenario
///
/// On the newest events of the log, beside the scenarios that are live. Nothing is kept.
#[utoipa::path(
    post, path = "/api/guard/scenarios/try", operation_id = "try_scenario", tag = "guard",
    request_body = TryScenarioRequest,
    responses(
        (status = 200, description = "What it would have decided", body = TryBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.draft` for the whole bank", body = ProblemBody),
        (status = 422, description = "It does not compile, or the number is out of range", body = ProblemBody),
        (status = 503, description = "Another proof is being worked out", body = ProblemBody),
    )
)]
pub async fn try_scenario(call: Call, json: Json<TryScenarioRequest>) -> Result<axum::Json<TryBody>, Failure> {
    call.require_everywhere(DRAFT_SCENARIO)?;
    let TryScenarioRequest { spec, last } = json.value;
    let last = last.unwrap_or(TRY_DECISIONS_MAX);
    if !(1..=TRY_DECISIONS_MAX).contains(&last) {
        let text = Text::of(format!("须为 1 至 {TRY_DECISIONS_MAX}。"), format!("From 1 to {TRY_DECISIONS_MAX}."));
        return Err(Problem::invalid("/last", text).into());
    }
    let (screen, turn) = (settled(&call.shared).await?, Turn::of(&call.shared)?);
    let work = move || {
        screen.check(&spec).map_err(faulty)?;
        let _turn = turn.take()?;
        tried(&screen, &spec, last)
    };
    Ok(axum::Json(tokio::task::spawn_blocking(work).await.map_err(Problem::internal_error)??))
}

fn tried(screen: &Screen, spec: &ScenarioSpec, last: i64) -> Result<TryBody, Problem> {
    let now = screen.ledger().ports().clock.now();
    let (live, upto, known) = screen.ledger().read(|conn| {
        let (live, upto) = (live_now(conn, screen)?, decisions::last_seq(conn)?);
        Ok::<_, ledger::StoreError>((live, upto, backtest::known_before(conn, now)?))
    })?;
    let model = screen.live_model();
    let (mut trial, mut tally) = (Trial::new(screen, (&live, &model), spec, known)?, Tally::default());
    let mut done = upto.saturating_sub(last);
    let differences = trial.go(screen, (&mut done, upto), &mut tally, &|| false)?;
    let newest = differences.into_iter().rev().take(TRY_DIFFERENCES_MAX);
    Ok(TryBody { result: TrialResultBody::from(&tally), differences: newest.map(Into::into).collect() })
}
