//! A room as a value: everything `server` needs in order to put it in the house.

use std::sync::Arc;

use kernel::{PermissionSpec, Text, Timestamp};
use ledger::{Handlers, JobHandler, Migrations, NewJob, Reaction, StoreError, Unit};
use utoipa_axum::router::OpenApiRouter;

use crate::{BlockingObjects, Shared};

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
    /// The work the room does on its own, timers and reactions, once there is something to work with.
    pub jobs: fn(&Shared) -> Vec<Arc<dyn JobHandler>>,
    /// The work whose effect is outside the database, in the object store.
    pub outside: fn(&Shared, &BlockingObjects) -> Handlers,
    /// The jobs to have in the queue when the program starts; putting them in again changes nothing but their time.
    pub at_start: fn(Timestamp) -> Vec<NewJob>,
    /// Which events of any room start which of the jobs.
    pub reactions: Vec<Reaction>,
    /// Brings to its end what the room has under way beside the database; asked for when the server stops, behind the last request.
    pub at_stop: fn(&Shared),
    /// Empties what the room derives from its other tables in an engine's own way, such as a search index, and leaves word
    /// to derive it anew; asked for after a restore from the other engine, whose backup holds none of it.
    pub derive_anew: fn(&mut Unit<'_>) -> Result<(), StoreError>,
}

/// Of a room that does nothing outside the database.
pub fn stays_inside(_: &Shared, _: &BlockingObjects) -> Handlers {
    Handlers::new()
}

/// Of a room that has nothing under way beside the database.
pub const fn leaves_nothing(_: &Shared) {}

/// Of a room that derives nothing in an engine's own way.
pub fn derives_nothing(_: &mut Unit<'_>) -> Result<(), StoreError> {
    Ok(())
}
