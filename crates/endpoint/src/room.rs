//! A room as a value: everything `server` needs in order to put it in the house.

use std::sync::Arc;

use kernel::{PermissionSpec, Text};
use ledger::{JobHandler, Migrations, Reaction};
use utoipa_axum::router::OpenApiRouter;

use crate::Shared;

/// One capability of the platform. Rooms never import each other; they meet through events, ids and indicators.
pub struct Room {
    /// The room's one word in Rust, SQL and URLs, for instance `voice`.
    pub name: &'static str,
    /// The room's name on screen.
    pub title: Text,
    /// The room's tables, one set of files for each engine.
    pub migrations: Option<Migrations>,
    /// The endpoints, documented; all under `/api/<room>/`.
    pub routes: OpenApiRouter<Shared>,
    /// The permissions that the room's endpoints ask for.
    pub permissions: Vec<PermissionSpec>,
    /// The work the room does on its own: timers and reactions.
    pub jobs: Vec<Arc<dyn JobHandler>>,
    /// Which events of any room start which of the jobs.
    pub reactions: Vec<Reaction>,
}
