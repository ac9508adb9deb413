//! The room's endpoints, one file for each family. Wire types are not domain types; nothing here decides a rule.

pub mod ask;
pub mod decisions;
pub mod dialogues;
pub mod exports;
pub mod interceptions;
pub mod labels;
pub mod lists;
pub mod names;
pub mod proof;
pub mod scenarios;
pub mod score_models;
#[cfg(test)]
mod tests;

use endpoint::{Call, Failure, OpenApiRouter, ProblemBody, Shared};
use utoipa_axum::routes;

use crate::{desk::TOPIC, model::permission::SEE};

/// Every endpoint of the room.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(ask::routes())
        .merge(interceptions::routes())
        .merge(dialogues::routes())
        .merge(exports::routes())
        .merge(decisions::routes())
        .merge(labels::routes())
        .merge(lists::routes())
        .merge(names::routes())
        .merge(proof::routes())
        .merge(scenarios::routes())
        .merge(score_models::routes())
        .routes(routes!(watch_interceptions))
}

/// Watch interceptions
///
/// A stream of server-sent events: `changed` names an interception that changed within the caller's scopes and how; `reload`
/// says that some were missed.
#[utoipa::path(
    get, path = "/api/guard/live", operation_id = "watch_interceptions", tag = "guard",
    responses(
        (status = 200, description = "The stream", content_type = "text/event-stream", body = String),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.interception.see`", body = ProblemBody),
    )
)]
pub async fn watch_interceptions(call: Call) -> Result<axum::response::Response, Failure> {
    call.require(SEE)?;
    Ok(call.shared.live().stream(&call, TOPIC, SEE))
}
