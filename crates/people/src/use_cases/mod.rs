//! What people do here, each as one unit of work: check, append the events, change the rows, tell whoever listens.
//!
//! It must never know a transport or ask who the caller is allowed to be: that is settled before it is called.

pub mod customers;
pub mod imports;
pub mod organisation;
pub mod own_account;
pub mod sign_in;
pub mod staff;
pub mod tokens;
pub mod uploads;

use kernel::{ActorRef, OrgPath, Problem, ProblemKind, Text, id::UnitId};
use ledger::{Announcement, Connection, Event, StoreError, Unit};

use crate::{
    model::organisation::{Unit as Place, UnitStatus},
    store::units,
};

/// The topic under which changes to who may do what are announced, also to other nodes.
pub const ACCESS_TOPIC: &str = "people.access";
/// The topic under which changes to members of staff are announced.
pub const STAFF_TOPIC: &str = "people.staff";
/// The topic under which changes to customers are announced.
pub const CUSTOMER_TOPIC: &str = "people.customer";
/// The topic under which changes to the organisation are announced.
pub const ORGANISATION_TOPIC: &str = "people.organisation";

/// Appends events behind whatever the stream has. The rows beside the stream guard against lost updates.
pub(crate) fn record<E: Event>(
    unit: &mut Unit<'_>,
    stream: &str,
    actor: &ActorRef,
    events: &[E],
) -> Result<(), StoreError> {
    if events.is_empty() {
        return Ok(());
    }
    let version = unit.load::<E>(stream)?.version;
    unit.append(stream, version, actor, events)?;
    Ok(())
}

/// Tells whoever listens that something of this topic changed.
pub(crate) fn announce(unit: &mut Unit<'_>, topic: &'static str, id: String, place: &OrgPath, kind: &str) {
    unit.announce(Announcement { topic, id, unit: place.clone(), kind: kind.to_owned() });
}

/// The unit that new things may belong to: it must be there and open.
pub(crate) fn open_unit(conn: &mut Connection, id: UnitId, pointer: &str) -> Result<Place, Problem> {
    match units::find(conn, id)? {
        Some(place) if place.status == UnitStatus::Open => Ok(place),
        Some(_) => Err(Problem::invalid(pointer, Text::fixed("这个机构已撤销。", "This unit is closed."))),
        None => Err(Problem::invalid(pointer, Text::fixed("没有这个机构。", "There is no such unit."))),
    }
}

/// A refusal that says why.
pub(crate) fn refused(reason: &'static str, text: Text) -> Problem {
    Problem::new(ProblemKind::Refused, text).because(reason)
}
