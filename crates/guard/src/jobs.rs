//! What the room does on its own: ends delays whose time is over, calls for visits, puts the
//! shipped scenarios there at the first start, and carries keys over their rotation. A job looks at the state when it runs:
//! what was revoked, released or visited meanwhile is left alone.

pub mod backtest;
pub mod monitor;
mod rotation;
pub mod shadow;

use std::sync::Arc;

use endpoint::Shared;
use kernel::{Actor, ActorKind, ActorRef, OrgPath, ProblemKind, Timestamp, id::InterceptionId};
use ledger::{Handlers, Job, JobError, JobHandler, NewJob, Unit};

use crate::{
    desk::{self, Act},
    rules::RulesSource,
    scenarios,
    screen::definition::Definition,
};

/// The job that does what is due for one interception.
pub const RING: &str = "guard.ring";

/// The job that puts the shipped scenarios there at the first start.
pub const SHIP: &str = "guard.ship";

/// The job that brings wrapped keys and blind indexes under the current keys.
pub const ROTATE: &str = "guard.rotate";

/// The jobs to have in the queue when the program starts; putting them in again changes nothing but their time.
pub fn at_start(now: Timestamp) -> Vec<NewJob> {
    vec![next(SHIP, now), next(ROTATE, now), shadow::next(now), monitor::next(now)]
}

fn next(kind: &'static str, due: Timestamp) -> NewJob {
    NewJob { kind, key: Some("next".to_owned()), due, payload: serde_json::Value::Null }
}

/// The jobs of the room.
pub fn handlers(shared: &Shared) -> Vec<Arc<dyn JobHandler>> {
    let source: Arc<dyn RulesSource> = Arc::new(shared.clone());
    vec![Arc::new(Ring(source)), Arc::new(Ship), Arc::new(rotation::Rotate)]
}

/// The jobs of the room that compute outside a transaction.
pub fn outside(shared: &Shared) -> Handlers {
    Handlers::new()
        .with_external(Arc::new(backtest::Backtests::new(shared.clone())))
        .with_external(Arc::new(shadow::Shadows::new(shared.clone())))
        .with_external(Arc::new(monitor::Monitor::new(shared.clone())))
}

/// The program at its own work; it acts on every interception and needs no permission for its own commands.
pub(crate) fn program() -> Actor {
    Actor {
        reference: ActorRef::program("guard"),
        kind: ActorKind::Program,
        roles: Arc::new([]),
        posts: Arc::new([]),
        unit: OrgPath::root("program").expect("the word is a code"),
        grants: Arc::new([]),
    }
}

/// Does what is due for one interception.
pub(crate) struct Ring(pub(crate) Arc<dyn RulesSource>);

impl JobHandler for Ring {
    fn kind(&self) -> &'static str {
        RING
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let text = job.payload.get("interception").and_then(serde_json::Value::as_str);
        let id: Option<InterceptionId> = text.and_then(|text| text.parse().ok());
        let id = id.ok_or_else(|| JobError::Park("the payload has no interception".to_owned()))?;
        let (rules, now) = (self.0.rules()?, unit.now());
        for command in desk::load(unit, id)?.owed(now) {
            match desk::act(unit, &Act { id, version: None, command }, &program(), &rules) {
                Ok(_) => {}
                Err(problem) if problem.kind == ProblemKind::Refused => {}
                Err(problem) => return Err(problem.into()),
            }
        }
        Ok(())
    }
}

/// Puts the shipped scenarios there.
struct Ship;

impl JobHandler for Ship {
    fn kind(&self) -> &'static str {
        SHIP
    }

    fn run(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<(), JobError> {
        let definition = Definition::builtin().map_err(|error| JobError::Park(error.to_string()))?;
        Ok(scenarios::ship(unit, &definition.shipped())?)
    }
}
