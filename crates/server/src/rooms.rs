//! The list of rooms.

use endpoint::Room;
use kernel::PermissionSpec;
use ledger::{Migrations, Reaction};

use crate::operations;

/// Every room of this house.
pub fn rooms() -> Vec<Room> {
    vec![people::room(), voice::room(), operations::room()]
}

/// The tables of the house: the ledger's own, the endpoints', then the rooms', in the order in which they build on each other.
pub fn migrations(rooms: &[Room]) -> Vec<Migrations> {
    let own = [endpoint::idempotency::migrations()];
    own.into_iter().chain(rooms.iter().filter_map(|room| room.migrations.clone())).collect()
}

/// Which events start which jobs.
pub fn reactions(rooms: &[Room]) -> Vec<Reaction> {
    rooms.iter().flat_map(|room| room.reactions.iter().cloned()).collect()
}

/// The permissions of all rooms, from which roles get their grants.
pub fn permissions(rooms: &[Room]) -> Vec<PermissionSpec> {
    rooms.iter().flat_map(|room| room.permissions.iter().cloned()).collect()
}
