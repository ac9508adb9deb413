//! What the room does on its own: reminds and escalates when the regulation files say so, computes deadlines anew when the
//! calendar or the law changed, follows units that the organisation moved, and keeps the look-up tables up to date.
//!
//! A job looks at the state when it runs: nothing is reminded, escalated or moved for a clock that was answered meanwhile.
//! Each run does a bounded piece and puts its successor in the queue, so that it never holds the writer for long and goes
//! on after a stop where it was.

mod abnormal;
mod alarms;
pub(crate) mod bulk;
mod columns;
mod deadlines;
mod erasure;
mod follow_ups;
mod hot;
mod moves;
mod rectifications;
mod rotation;
pub(crate) mod routing;
mod seal_files;
#[cfg(test)]
mod tests;
mod visits;
mod words;

pub(crate) use alarms::due as alerts_due;

use std::sync::Arc;

use endpoint::{BlockingObjects, Shared};
use kernel::{Actor, ActorKind, ActorRef, OrgPath, Timestamp};
use ledger::{Event as _, Handlers, Job, JobError, JobHandler, NewJob, Reaction, Unit};
use people::model::events::{CustomerEvent, OrganisationEvent};
use serde_json::{Value, json};

use crate::{
    model::{Law, OrderEvent},
    store::{invitations, listings, lookups, messages, portal},
};

/// The job that finds orders whose next reminder or escalation is due.
pub const ALARMS: &str = "voice.alarms";
/// The job that sends what is due for one order.
pub const ALERT: &str = "voice.alert";
/// The job that computes deadlines anew.
pub const DEADLINES: &str = "voice.deadlines";
/// The job that carries orders along with a unit that was moved.
pub const MOVE: &str = "voice.move";
/// The job that puts new orders into the look-up tables.
pub const INDEX: &str = "voice.index";
/// The job that puts orders into the columns from which figures are counted.
pub const COLUMNS: &str = "voice.columns";
/// The job that sends a newly classified order where an automatic rule says.
pub const ROUTE: &str = "voice.route";
/// The job that proposes to the president what the rules name.
pub const LEAD: &str = "voice.lead";
/// The job that erases the people of orders after their customer was erased.
pub const ERASE: &str = "voice.erase";
/// The job that sees that the orders of every erased customer are looked after.
pub const ERASE_EARLIER: &str = "voice.erase_earlier";
/// The job that seals files which came before objects were sealed.
pub const SEAL_FILES: &str = "voice.seal_files";
/// The job that invites complainants to answer the return visit.
pub const INVITE: &str = "voice.invite";
/// The job that opens an order when another room says that a customer is to be visited.
pub const FOLLOW_UP: &str = "voice.follow_up";
/// The job that looks for conspicuous evidence of abnormal complaints.
pub const ABNORMAL: &str = "voice.abnormal";
/// The job that sketches the texts of orders that came before there were sketches.
pub const SKETCH: &str = "voice.sketch";
/// The job that removes one-time codes and messages that have expired.
pub const PRUNE: &str = "voice.prune";

/// The job that goes on with something done to many orders.
pub const BULK: &str = "voice.bulk";
/// The job that looks for hot issues.
pub const HOT: &str = "voice.hot";
/// The job that finds rectifications of which something is due.
pub const OVERSEE: &str = "voice.oversee";
/// The job that reminds and escalates for one rectification.
pub const PRESS: &str = "voice.press";
/// The job that opens rectifications again whose cause came back.
pub const RECURRENCE: &str = "voice.recurrence";
/// The job that carries rectifications along with a unit that was moved.
pub const MOVE_RECTIFICATIONS: &str = "voice.move_rectifications";

/// The job that carries wrapped keys and blind indexes over a rotation of the house's keys.
pub const ROTATE: &str = "voice.rotate";

/// Orders that one run puts into the look-up tables: some tens of milliseconds.
const INDEX_ORDERS_MAX: i64 = 200;
/// How long new orders are looked for where they wait before they are indexed; a reader scans what came in meanwhile.
const INDEX_PAUSE_MICROS: i64 = 2_000_000;
/// Rows of each kind that one run removes.
const PRUNE_ROWS_MAX: i64 = 500;
/// Days for which an invitation that has expired can still say so.
const INVITATIONS_KEPT_DAYS: i64 = 30;
/// Codes hold for minutes, so that what is left of them is never much older than this.
const PRUNE_PAUSE_MICROS: i64 = 10 * 60 * 1_000_000;
/// Between two pieces of the same work, so that people's own writes come in between.
const PIECE_PAUSE_MICROS: i64 = 20_000;
/// The key of jobs that are in the queue once.
const NEXT: &str = "next";

/// Where the law in force and the working days known come from; they may change while the program runs.
pub trait LawSource: Send + Sync {
    /// The law as it is now.
    fn law(&self) -> Law;

    /// The address under which customers reach the pages; empty where none was set.
    fn public_url(&self) -> String {
        String::new()
    }
}

impl LawSource for Shared {
    fn law(&self) -> Law {
        let rules = Self::law(self);
        let calendar = Arc::clone(rules.calendar());
        Law::new(rules, calendar)
    }

    fn public_url(&self) -> String {
        self.settings().public_url.clone()
    }
}

impl LawSource for Law {
    fn law(&self) -> Law {
        self.clone()
    }
}

/// The jobs of the room.
pub fn handlers(law: &Arc<dyn LawSource>) -> Vec<Arc<dyn JobHandler>> {
    vec![
        Arc::new(alarms::Alarms),
        Arc::new(alarms::Alert(Arc::clone(law))),
        Arc::new(deadlines::Deadlines(Arc::clone(law))),
        Arc::new(moves::Move(Arc::clone(law))),
        Arc::new(rotation::Rotate),
        Arc::new(bulk::Bulk(Arc::clone(law))),
        Arc::new(hot::Watch(Arc::clone(law))),
        Arc::new(rectifications::Oversee),
        Arc::new(rectifications::Press(Arc::clone(law))),
        Arc::new(rectifications::Recurrence(Arc::clone(law))),
        Arc::new(rectifications::Carry(Arc::clone(law))),
        Arc::new(routing::Route(Arc::clone(law))),
        Arc::new(routing::Lead(Arc::clone(law))),
        Arc::new(erasure::Erase(Arc::clone(law))),
        Arc::new(erasure::EraseEarlier),
        Arc::new(visits::Invite(Arc::clone(law))),
        Arc::new(follow_ups::FollowUp(Arc::clone(law))),
        Arc::new(abnormal::Look(Arc::clone(law))),
        Arc::new(abnormal::SketchOlder(Arc::clone(law))),
        Arc::new(columns::Columns(Arc::clone(law))),
        Arc::new(Index),
        Arc::new(Prune),
    ]
}

/// The jobs of the room whose effect is in the object store.
pub fn outside(objects: &BlockingObjects) -> Handlers {
    Handlers::new().with_external(Arc::new(seal_files::SealFiles(objects.clone())))
}

/// The job that seals older files.
#[cfg(test)]
pub(crate) fn seal_files(objects: BlockingObjects) -> impl ledger::ExternalJob {
    seal_files::SealFiles(objects)
}

/// The one job that puts orders into the columns.
#[cfg(test)]
pub(crate) fn columns_job() -> Arc<dyn JobHandler> {
    Arc::new(columns::Columns(Arc::new(crate::testing::LAW.clone())))
}

/// Which events start which of the jobs.
pub fn reactions() -> Vec<Reaction> {
    vec![
        Reaction { event_type: OrganisationEvent::TYPE, kind: "moved", job: MOVE },
        Reaction { event_type: OrganisationEvent::TYPE, kind: "moved", job: MOVE_RECTIFICATIONS },
        Reaction { event_type: OrderEvent::TYPE, kind: "cause_found", job: RECURRENCE },
        Reaction { event_type: OrderEvent::TYPE, kind: "classified", job: ROUTE },
        Reaction { event_type: OrderEvent::TYPE, kind: "letter_delivered", job: INVITE },
        Reaction { event_type: CustomerEvent::TYPE, kind: "erased", job: ERASE },
        Reaction { event_type: follow_ups::ANNOUNCED.0, kind: follow_ups::ANNOUNCED.1, job: FOLLOW_UP },
    ]
}

/// The jobs to have in the queue when the program starts; putting them in again changes nothing but their time.
///
/// Deadlines are looked through at every start, because the holidays of a year may have been imported in between.
pub fn at_start(now: Timestamp) -> Vec<NewJob> {
    vec![
        next(ALARMS, now, Value::Null),
        calendar_changed(now),
        next(INDEX, now, Value::Null),
        next(ROTATE, now, Value::Null),
        next(COLUMNS, now, Value::Null),
        next(PRUNE, now, Value::Null),
        next(OVERSEE, now, Value::Null),
        next(HOT, now, Value::Null),
        next(SKETCH, now, Value::Null),
        next(ABNORMAL, now, Value::Null),
        next(SEAL_FILES, now, Value::Null),
        next(ERASE_EARLIER, now, Value::Null),
    ]
}

/// The job to put in the queue when the law or the calendar of a running program was replaced.
pub fn calendar_changed(now: Timestamp) -> NewJob {
    next(DEADLINES, now, Value::Null)
}

fn next(kind: &'static str, due: Timestamp, payload: Value) -> NewJob {
    NewJob { kind, key: Some(NEXT.to_owned()), due, payload }
}

/// The program at its own work; it acts on every order and needs no permission for its own commands.
pub(crate) fn program() -> Actor {
    Actor {
        reference: ActorRef::program("voice"),
        kind: ActorKind::Program,
        roles: Arc::new([]),
        posts: Arc::new([]),
        unit: OrgPath::root("program").expect("the word is a code"),
        grants: Arc::new([]),
    }
}

/// Reads a field of a job's payload; a payload that this program did not write is for an administrator to look at.
fn read<T: std::str::FromStr>(job: &Job, field: &str) -> Result<T, JobError> {
    let text = job.payload.get(field).and_then(Value::as_str);
    text.and_then(|text| text.parse().ok()).ok_or_else(|| JobError::Park(format!("the payload has no {field}")))
}

/// Puts new and changed orders into the look-up tables.
struct Index;

impl JobHandler for Index {
    fn kind(&self) -> &'static str {
        INDEX
    }

    /// It must go on by itself once the database is well again.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<(), JobError> {
        let now = unit.now();
        let renewed = words::renew(unit)?;
        let count = lookups::index_some(unit.connection(), INDEX_ORDERS_MAX)?;
        let full = renewed || i64::try_from(count).is_ok_and(|count| count >= INDEX_ORDERS_MAX);
        let pause = if full { PIECE_PAUSE_MICROS } else { INDEX_PAUSE_MICROS };
        unit.enqueue(next(INDEX, now.plus_micros(pause), Value::Null))?;
        Ok(())
    }
}

/// Removes what has expired.
struct Prune;

impl JobHandler for Prune {
    fn kind(&self) -> &'static str {
        PRUNE
    }

    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<(), JobError> {
        let now = unit.now();
        let codes = portal::prune(unit.connection(), now, PRUNE_ROWS_MAX)?;
        let sent = messages::prune(unit.connection(), now, PRUNE_ROWS_MAX)?;
        let unasked = invitations::prune(unit.connection(), now.plus_days(-INVITATIONS_KEPT_DAYS), PRUNE_ROWS_MAX)?;
        let over = listings::prune(unit.connection(), now, PRUNE_ROWS_MAX)?;
        let full = [codes, sent, unasked, over]
            .into_iter()
            .any(|rows| i64::try_from(rows).is_ok_and(|rows| rows >= PRUNE_ROWS_MAX));
        let pause = if full { PIECE_PAUSE_MICROS } else { PRUNE_PAUSE_MICROS };
        unit.enqueue(next(PRUNE, now.plus_micros(pause), Value::Null))?;
        Ok(())
    }
}

/// The payload of a job about one order.
fn about(order: kernel::id::OrderId) -> Value {
    json!({ "order": order.to_string() })
}
