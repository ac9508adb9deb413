//! The raw history of a matter, as it stands in the ledger. Payloads hold sealed values and ids; nothing is opened here.

use endpoint::{Call, Failure, Path};
use kernel::{Problem, Timestamp};
use ledger::RawEvent;
use serde::Serialize;
use utoipa::ToSchema;

use super::HISTORY_SEE;

/// One event as stored.
#[derive(Debug, Serialize, ToSchema)]
pub struct RawEventBody {
    /// Its place among all events.
    position: i64,
    /// Its place in the stream.
    version: u64,
    /// What happened, `room.noun.kind`.
    kind: String,
    /// The payload version it was written in.
    schema: u16,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// Who did it.
    actor: String,
    /// Which request, job or import caused it.
    cause: String,
    /// The payload as stored.
    #[schema(value_type = Object)]
    payload: serde_json::Value,
    /// The hash that chains it to the event before it, in hexadecimal digits.
    hash: String,
}

impl From<RawEvent> for RawEventBody {
    fn from(event: RawEvent) -> Self {
        Self {
            position: event.position,
            version: event.version,
            kind: format!("{}.{}", event.event_type, event.kind),
            schema: event.schema,
            at: event.at,
            actor: event.actor.as_str().to_owned(),
            cause: event.cause,
            payload: event.payload,
            hash: event.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        }
    }
}

/// Reads the whole history of one stream, oldest first.
#[utoipa::path(get, path = "/api/operations/streams/{stream}", operation_id = "get_history", tag = "operations",
    params(("stream" = String, Path)), responses((status = 200, body = Vec<RawEventBody>)))]
pub async fn get_history(call: Call, Path(stream): Path<String>) -> Result<axum::Json<Vec<RawEventBody>>, Failure> {
    call.require_everywhere(HISTORY_SEE)?;
    let ledger = call.shared.ledger().clone();
    let events =
        tokio::task::spawn_blocking(move || ledger.history(&stream)).await.map_err(Problem::internal_error)??;
    if events.is_empty() {
        return Err(Problem::not_found("历史", "stream").into());
    }
    Ok(axum::Json(events.into_iter().map(RawEventBody::from).collect()))
}
