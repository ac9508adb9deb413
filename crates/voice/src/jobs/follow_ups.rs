//! Opens an order when another room says that a customer is to be visited: the bank has lost sight of somebody whom it kept
//! from losing money. What is known of them is filled in, so that a handler can call.
//!
//! The contract is the events of `guard.interception` as they are stored: the first says where and who, a later one that the
//! visit is due. An event that comes twice opens nothing twice.

use std::sync::Arc;

use kernel::{
    OrgPath, Pii, Problem, ProblemKind,
    id::{CustomerId, OrderId},
};
use ledger::{Event, Job, JobError, JobHandler, Unit, UpgradeError};
use people::store::customers;
use regulation::MatterKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{FOLLOW_UP, LawSource, program};
use crate::{
    desk,
    intake::{Intake, Person, prepare},
    model::{
        Command,
        parts::{Nature, Origin},
    },
    store::imports,
};

/// Under which name orders opened by such events are remembered; no list can have it, for it holds a colon.
const SOURCE: &str = "event:guard.interception";
/// The type of the events that are reacted to, and the kind that asks for a visit.
pub(super) const ANNOUNCED: (&str, &str) = (Announced::TYPE, "visit_due");

/// What this room reads of the other room's events.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Announced {
    /// Where it was, and who pays.
    Opened { unit: OrgPath, payer: Payer },
    /// Everything else.
    #[serde(other)]
    Else,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Payer {
    #[serde(default)]
    customer: Option<CustomerId>,
}

impl Event for Announced {
    const TYPE: &'static str = "guard.interception";
    const VERSION: u16 = 1;

    /// Nothing of this is ever written.
    fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Else => "else",
        }
    }

    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

/// Opens the order of one interception's visit.
pub(super) struct FollowUp(pub(super) Arc<dyn LawSource>);

impl JobHandler for FollowUp {
    fn kind(&self) -> &'static str {
        FOLLOW_UP
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let stream = job.payload.get("stream").and_then(Value::as_str);
        let stream = stream.ok_or_else(|| JobError::Park("the payload has no stream".to_owned()))?.to_owned();
        unit.lock(SOURCE)?;
        if !imports::known(unit.connection(), SOURCE, &[&stream])?.is_empty() {
            return Ok(());
        }
        let events = unit.load::<Announced>(&stream)?.events;
        let opened = events.into_iter().find_map(|recorded| match recorded.event {
            Announced::Opened { unit, payer } => Some((unit, payer.customer)),
            Announced::Else => None,
        });
        let (place, customer) =
            opened.ok_or_else(|| JobError::Park("the stream does not say where it was".to_owned()))?;
        let person = match customer {
            Some(id) => held(unit, id)?,
            None => None,
        };
        let now = unit.now();
        let id = OrderId::new(now, unit.random());
        let intake = intake(&stream, place, customer.zip(person), now);
        let prepared = prepare(&intake, id, now, unit.keyring(), unit.random());
        let command = Command::File(Box::new(prepared.filing.clone()));
        desk::file(unit, &prepared, command, &program(), &self.0.law())?;
        let print = unit.keyring().blind_index(SOURCE, &stream);
        imports::remember(unit.connection(), (SOURCE, &stream), id, &print)?;
        Ok(())
    }
}

/// What the bank holds of a customer, to reach them by; `None` when they are gone or were erased.
fn held(unit: &mut Unit<'_>, id: CustomerId) -> Result<Option<Person>, Problem> {
    let Some(record) = customers::find(unit.connection(), id)? else { return Ok(None) };
    match people::use_cases::customers::open(unit, &record) {
        Ok(details) => Ok(Some(Person { name: Some(details.name), phone: details.phone, ..Person::default() })),
        Err(problem) if problem.kind == ProblemKind::Refused => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn intake(stream: &str, place: OrgPath, who: Option<(CustomerId, Person)>, now: kernel::Timestamp) -> Intake {
    let nature = if who.is_some() { Nature::Natural } else { Nature::Anonymous };
    let (customer, person) = who.map_or_else(|| (None, Person::default()), |(id, person)| (Some(id), person));
    let narrative = format!(
        "反诈拦截（编号 {stream}）已处置，到了回访时间。请联系客户，了解近况和是否需要帮助，提醒防范再次受骗，并在该拦截中登记回访结果。"
    );
    Intake {
        matter: MatterKind::HelpRequest,
        origin: Origin::DIRECT,
        unit: place,
        received_at: now,
        nature,
        customer,
        person,
        representative: None,
        title: Pii::new("反诈拦截后的回访".to_owned()),
        narrative: Pii::new(narrative),
        request: None,
        amount: None,
        occurred_on: None,
        channel: None,
    }
}
