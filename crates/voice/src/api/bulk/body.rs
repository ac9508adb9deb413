//! Runs over many orders as they go over the wire.

use kernel::{
    Problem, Timestamp,
    id::{BulkId, OrderId},
    text::Language,
};
use ledger::Connection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::bulk::{BulkItemState, BulkState},
    store::bulk::{self as store, BulkRun},
};

/// A run.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: BulkId,
    /// What is done, as a word.
    pub verb: String,
    /// What is done, in the caller's language.
    pub title: String,
    /// How far it has come.
    pub state: BulkState,
    /// Orders chosen.
    pub total: u64,
    /// Orders whose turn is to come.
    pub waiting: u64,
    /// Orders that were done.
    pub done: u64,
    /// Orders that could not be.
    pub refused: u64,
    /// Orders that were undone.
    pub undone: u64,
    /// Orders that could not be undone.
    pub kept: u64,
    /// Who started it, as an actor reference.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
}

impl BulkBody {
    pub(super) fn of(conn: &mut Connection, run: &BulkRun, language: Language) -> Result<Self, Problem> {
        let counts = store::counts(conn, run.id)?;
        let of = |state| counts.iter().find(|(known, _)| *known == state).map_or(0, |(_, count)| *count);
        Ok(Self {
            id: run.id,
            verb: serde_json::to_value(&run.action)
                .ok()
                .and_then(|action| action["verb"].as_str().map(str::to_owned))
                .unwrap_or_default(),
            title: run.action.title().get(language).to_owned(),
            state: run.state,
            total: run.total,
            waiting: of(BulkItemState::Waiting),
            done: of(BulkItemState::Done),
            refused: of(BulkItemState::Refused),
            undone: of(BulkItemState::Undone),
            kept: of(BulkItemState::Kept),
            by: run.by.as_str().to_owned(),
            started_at: run.started_at,
            ended_at: run.ended_at,
        })
    }
}

/// One order of a run.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkItemBody {
    /// Its place in the run.
    pub place: i64,
    /// The order.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// How far it has come.
    pub state: BulkItemState,
    /// Why it was refused or could not be undone, as a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The same as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// Some orders of a run; at most 200.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkItemsBody {
    /// The rows, in the order in which they are taken.
    pub items: Vec<BulkItemBody>,
}
