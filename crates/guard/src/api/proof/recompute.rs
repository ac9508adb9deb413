//! One decision taken again.

use endpoint::{Call, Failure, Path, ProblemBody};
use kernel::{Problem, Text, id::DecisionId};

use super::{Turn, body::RecomputedBody};
use crate::{
    api::decisions::{seen, settled},
    model::permission::{SEE_DECISIONS, SEE_SCENARIOS},
    proof::recompute::recompute,
    screen::Screen,
};

/// Take a decision again
///
/// On the same event, by the versions that decided, with lists and windows as of its place in the log; each value beside the
/// recorded one, and each rule with what its parts came to. `is_equal` says whether everything is the same to the bit. Nothing is
/// kept. Where too many events lie before it, the features are taken as recorded and `windows` says so.
#[utoipa::path(
    get, path = "/api/guard/decisions/{id}/recompute", operation_id = "recompute_decision", tag = "guard",
    params(("id" = String, Path, description = "The decision")),
    responses(
        (status = 200, description = "The decision taken again", body = RecomputedBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see`", body = ProblemBody),
        (status = 404, description = "There is no such decision, or the caller may not see it", body = ProblemBody),
        (status = 409, description = "The event was only recorded, or what decided is not there any more", body = ProblemBody),
        (status = 503, description = "Another proof is being worked out", body = ProblemBody),
    )
)]
pub async fn recompute_decision(call: Call, Path(id): Path<DecisionId>) -> Result<axum::Json<RecomputedBody>, Failure> {
    call.require(SEE_DECISIONS)?;
    call.require(SEE_SCENARIOS)?;
    let (actor, screen, turn) = (call.actor.clone(), settled(&call.shared).await?, Turn::of(&call.shared)?);
    let row = call.read(move |conn| seen(conn, id, &actor)).await?;
    let work = move || {
        let _turn = turn.take()?;
        let found = recompute(&screen, &row)?;
        RecomputedBody::of(&row, found, &|name| title(&screen, name)).map_err(Problem::internal_error)
    };
    Ok(axum::Json(tokio::task::spawn_blocking(work).await.map_err(Problem::internal_error)??))
}

/// What a value is called on screen.
fn title(screen: &Screen, name: &str) -> Option<Text> {
    let engine = &screen.definition().engine;
    let fields = engine.schema.fields.iter().find(|field| field.name == name).map(|field| &field.title);
    let features = || engine.features.iter().find(|feature| feature.name == name).map(|feature| &feature.title);
    let derived = || engine.derived.iter().find(|derived| derived.name == name).map(|derived| &derived.title);
    fields.or_else(features).or_else(derived).cloned()
}
