//! The list of rooms.

use std::sync::Arc;

use endpoint::{BlockingObjects, Room, Shared};
use kernel::{PermissionSpec, Timestamp};
use ledger::{Handlers, JobHandler, Migrations, NewJob, Reaction};

use crate::operations;

/// Every room of this house.
pub fn rooms() -> Vec<Room> {
    vec![people::room(), voice::room(), guard::room(), operations::room()]
}

/// The tables of the house: the ledger's own, the endpoints', then the rooms', in the order in which they build on each other.
pub fn migrations(rooms: &[Room]) -> Vec<Migrations> {
    let own = [endpoint::idempotency::migrations()];
    own.into_iter().chain(rooms.iter().filter_map(|room| room.migrations)).collect()
}

/// Which events start which jobs.
pub fn reactions(rooms: &[Room]) -> Vec<Reaction> {
    rooms.iter().flat_map(|room| room.reactions.iter().cloned()).collect()
}

/// The work that the rooms do on their own.
pub fn jobs(rooms: &[Room], shared: &Shared) -> Vec<Arc<dyn JobHandler>> {
    rooms.iter().flat_map(|room| (room.jobs)(shared)).collect()
}

/// What makes the work outside the database, once there is a runtime to do it on.
pub type Outside = Box<dyn FnOnce(BlockingObjects) -> Handlers + Send>;

/// The work of the rooms outside the database.
pub fn outside(rooms: &[Room], shared: &Shared) -> Outside {
    let (makers, shared): (Vec<_>, _) = (rooms.iter().map(|room| room.outside).collect(), shared.clone());
    Box::new(move |objects| makers.iter().fold(Handlers::new(), |all, make| all.and(make(&shared, &objects))))
}

/// What is done when the server stops, on a thread that may wait.
pub type AtStop = Box<dyn FnOnce() + Send>;

/// What the rooms bring to its end.
pub fn at_stop(rooms: &[Room], shared: &Shared) -> AtStop {
    let (ends, shared): (Vec<_>, _) = (rooms.iter().map(|room| room.at_stop).collect(), shared.clone());
    Box::new(move || ends.iter().for_each(|end| end(&shared)))
}

/// The jobs to have in the queue from the start.
pub fn at_start(rooms: &[Room], now: Timestamp) -> Vec<NewJob> {
    rooms.iter().flat_map(|room| (room.at_start)(now)).collect()
}

/// The permissions of all rooms, from which roles get their grants.
pub fn permissions(rooms: &[Room]) -> Vec<PermissionSpec> {
    rooms.iter().flat_map(|room| room.permissions.iter().cloned()).collect()
}
