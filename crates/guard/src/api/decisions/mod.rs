//! Decisions over HTTP: one event, a file of events, the live feed, one decision with each value it saw, the interception that
//! follows, and how the engine stands.

pub mod body;
mod explain;
pub(crate) mod list;
mod open;

use std::sync::Arc;

use endpoint::{Call, Failure, Json, OpenApiRouter, ProblemBody, Query, Shared};
use kernel::{Problem, ProblemKind, Text, text::Language};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::sync::oneshot;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use self::body::{DecisionBody, EngineBody, EventRequest, ScreenedBody};
pub(super) use self::list::{seen, shown};
use crate::{
    model::permission::{DECIDE, SEE_DECISIONS},
    screen::{Patience, Screen, Submitted, Untaken},
};

/// Events of one file: what a batch of an evening's standing orders has; more are sent in several.
const BATCH_MAX: usize = 1_000;

/// The engine of this process, opened when it is first asked for.
pub(super) async fn screen(shared: &Shared) -> Result<Arc<Screen>, Failure> {
    let state = shared.clone();
    let open = move || Screen::of(&state);
    match shared.known_part::<Screen>() {
        Some(screen) => Ok(screen),
        None => tokio::task::spawn_blocking(open).await.map_err(Problem::internal_error)?.map_err(Failure::from),
    }
}

/// The same once the database has every decision that was answered so far, for whoever reads them there.
pub(super) async fn settled(shared: &Shared) -> Result<Arc<Screen>, Failure> {
    let screen = screen(shared).await?;
    let settling = Arc::clone(&screen);
    tokio::task::spawn_blocking(move || settling.settle()).await.map_err(Problem::internal_error)??;
    Ok(screen)
}

/// How an event is decided on.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DecideQuery {
    /// Say what moved the score model's score, also when it is low.
    #[serde(default)]
    pub explain: bool,
}

/// Decide on an event
///
/// The event's type says which fields it has; an unknown field or type, an amount out of range, or a time too far in the past or
/// future is refused. The same `id` with the same content gives the same answer, with another content it is refused. The answer
/// comes when the decision is on disk.
#[utoipa::path(
    post, path = "/api/guard/decisions", operation_id = "make_decision", tag = "guard",
    request_body = EventRequest, params(DecideQuery),
    responses(
        (status = 200, description = "The decision", body = DecisionBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.decision.make` there", body = ProblemBody),
        (status = 422, description = "The event is wrong, or its id was used with another content", body = ProblemBody),
    )
)]
pub async fn make_decision(
    call: Call,
    Query(query): Query<DecideQuery>,
    json: Json<Box<RawValue>>,
) -> Result<axum::response::Response, Failure> {
    call.require(DECIDE)?;
    let screen = screen(&call.shared).await?;
    let submitted = Submitted { actor: call.actor.clone(), event: json.value.get().as_bytes().to_vec() };
    let answer = answer(hand_over(&screen, submitted).await?).await?;
    let answer = explain::explained(&call.shared, screen, answer, query.explain).await;
    Ok(axum::response::IntoResponse::into_response(([(axum::http::header::CONTENT_TYPE, "application/json")], answer)))
}

/// Where the answer to an event that was handed over arrives.
type Answered = oneshot::Receiver<Result<String, Problem>>;

/// Hands an event over, which takes microseconds unless the database must be asked first.
async fn hand_over(screen: &Arc<Screen>, submitted: Submitted) -> Result<Answered, Problem> {
    fn submit(screen: &Screen, submitted: &Submitted, patience: Patience) -> Result<Answered, Untaken> {
        let (answer, answered) = oneshot::channel();
        screen.submit(submitted, patience, move |result| {
            // The caller may have gone; the decision stands all the same.
            let _ = answer.send(result);
        })?;
        Ok(answered)
    }
    match submit(screen, &submitted, Patience::None) {
        Err(Untaken::MustWait) => {
            let screen = Arc::clone(screen);
            let submit = move || submit(&screen, &submitted, Patience::Any).map_err(Problem::from);
            tokio::task::spawn_blocking(submit).await.map_err(Problem::internal_error)?
        }
        handed_over => handed_over.map_err(Problem::from),
    }
}

/// The answer to an event, once the log has it.
async fn answer(answered: Answered) -> Result<String, Problem> {
    answered.await.map_err(|_| Problem::internal_error("the writer went away"))?
}

/// Screen an event
///
/// Decides on what the windows and lists hold now, and keeps nothing: no window counts the event, and the answer has no id. For
/// looking ahead; money moves on a decision, not on this.
#[utoipa::path(
    post, path = "/api/guard/decisions:screen", operation_id = "screen_event", tag = "guard",
    request_body = EventRequest,
    responses(
        (status = 200, description = "What would be decided now", body = ScreenedBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.decision.make` there", body = ProblemBody),
        (status = 422, description = "The event is wrong, or of a type that is only recorded", body = ProblemBody),
    )
)]
pub async fn screen_event(call: Call, json: Json<Box<RawValue>>) -> Result<axum::response::Response, Failure> {
    call.require(DECIDE)?;
    let screen = screen(&call.shared).await?;
    let submitted = Submitted { actor: call.actor.clone(), event: json.value.get().as_bytes().to_vec() };
    let answer = match screen.look(&submitted, Patience::None) {
        Err(Untaken::MustWait) => {
            let look = move || screen.look(&submitted, Patience::Any).map_err(Problem::from);
            tokio::task::spawn_blocking(look).await.map_err(Problem::internal_error)??
        }
        looked => looked.map_err(Problem::from)?,
    };
    Ok(axum::response::IntoResponse::into_response(([(axum::http::header::CONTENT_TYPE, "application/json")], answer)))
}

/// Many events.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BatchRequest {
    events: Vec<Box<RawValue>>,
}

/// Many events at once.
#[derive(Debug, ToSchema)]
#[schema(as = DecideBatchRequest)]
pub struct BatchSchema {
    /// The events, each as for one decision; 1,000 at most. They are decided in their order.
    #[schema(max_items = 1000)]
    pub events: Vec<EventRequest>,
}

/// What became of one event of a file.
#[derive(Serialize, ToSchema)]
pub struct BatchItemBody {
    /// Its place in the file, from 0.
    pub index: usize,
    /// The decision, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<DecisionBody>)]
    pub decision: Option<Box<RawValue>>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<BatchProblemBody>,
}

/// What is wrong with one event of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchProblemBody {
    /// What kind of problem.
    pub kind: &'static str,
    /// What is wrong, in the caller's language.
    pub message: String,
    /// The field, as a JSON pointer within the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
}

impl BatchProblemBody {
    /// A problem in the language of the caller: its first field, where it has one.
    pub(super) fn of(problem: &Problem, language: Language) -> Self {
        let first = problem.fields.first();
        Self {
            kind: problem.kind.slug(),
            message: first.map_or(&problem.message, |field| &field.message).get(language).to_owned(),
            pointer: first.map(|field| field.pointer.clone()),
        }
    }
}

/// What became of a file.
#[derive(Serialize, ToSchema)]
pub struct BatchBody {
    /// Decided, or recorded.
    pub taken: usize,
    /// Refused.
    pub refused: usize,
    /// Each event in its order.
    pub items: Vec<BatchItemBody>,
}

/// Decide on many events
///
/// Each is taken or refused by itself, in order; one that is wrong does not hold up the others. Events that were taken before are
/// answered as before, so a file may be sent again.
#[utoipa::path(
    post, path = "/api/guard/decisions:batch", operation_id = "make_decisions", tag = "guard",
    request_body = BatchSchema,
    responses(
        (status = 200, description = "What became of each event", body = BatchBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.decision.make`", body = ProblemBody),
        (status = 422, description = "There are no events, or too many", body = ProblemBody),
    )
)]
pub async fn make_decisions(call: Call, json: Json<Box<RawValue>>) -> Result<axum::Json<BatchBody>, Failure> {
    call.require(DECIDE)?;
    let BatchRequest { events } = endpoint::input::parse(json.value.get().as_bytes())?;
    if events.is_empty() || events.len() > BATCH_MAX {
        let text =
            Text::of(format!("一次提交 1 至 {BATCH_MAX} 个事件。"), format!("Send 1 to {BATCH_MAX} events at a time."));
        return Err(Problem::invalid("/events", text).into());
    }
    let screen = screen(&call.shared).await?;
    let mut body = BatchBody { taken: 0, refused: 0, items: Vec::with_capacity(events.len()) };
    // All are handed over before the first answer is waited for, so that one commit takes many.
    let mut handed_over = Vec::with_capacity(events.len());
    for event in events {
        let submitted = Submitted { actor: call.actor.clone(), event: event.get().as_bytes().to_vec() };
        handed_over.push(hand_over(&screen, submitted).await);
    }
    for (index, answered) in handed_over.into_iter().enumerate() {
        let answered = match answered {
            Ok(answered) => answer(answered).await,
            Err(problem) => Err(problem),
        };
        let (decision, problem) = match answered {
            Ok(answer) => {
                let answer = explain::explained(&call.shared, Arc::clone(&screen), answer, false).await;
                (Some(RawValue::from_string(answer).map_err(Problem::internal_error)?), None)
            }
            Err(problem) if problem.kind == ProblemKind::Internal => return Err(problem.into()),
            Err(problem) => (None, Some(problem)),
        };
        if decision.is_some() {
            body.taken += 1
        } else {
            body.refused += 1
        }
        let problem = problem.map(|problem| BatchProblemBody::of(&problem, call.language));
        body.items.push(BatchItemBody { index, decision, problem });
    }
    Ok(axum::Json(body))
}

/// Get how the engine stands
///
/// What it has decided since the start, what was not screened in time, and what the windows hold and cost.
#[utoipa::path(
    get, path = "/api/guard/engine", operation_id = "get_engine", tag = "guard",
    responses(
        (status = 200, description = "How it stands", body = EngineBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.decision.see`", body = ProblemBody),
    )
)]
pub async fn get_engine(call: Call) -> Result<axum::Json<EngineBody>, Failure> {
    call.require(SEE_DECISIONS)?;
    Ok(axum::Json(screen(&call.shared).await?.report().into()))
}

/// The endpoints of this folder.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(make_decision, list::list_decisions))
        .routes(routes!(make_decisions))
        .routes(routes!(screen_event))
        .routes(routes!(list::get_decision))
        .routes(routes!(open::open_decision))
        .routes(routes!(get_engine))
}
