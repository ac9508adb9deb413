//! Reminders and escalations. One job finds the orders that ring; each of them gets a job of its own, so that one that
//! fails is tried again or parked by itself and silences no other.

use std::sync::Arc;

use kernel::{
    Timestamp,
    id::{ClockId, OrderId},
};
use ledger::{Job, JobError, JobHandler, NewJob, Unit};
use regulation::RuleRef;
use serde_json::Value;

use super::{ALARMS, ALERT, LawSource, PIECE_PAUSE_MICROS, about, next, program, read};
use crate::{
    desk::{self, Act},
    model::{Command, Law, Order},
    store::orders,
};

/// Orders that one run finds.
const FOUND_MAX: i64 = 200;
/// How often orders that ring are looked for. The files name times by the minute at the finest.
const LOOK_MICROS: i64 = 15 * 1_000_000;

/// Finds the orders whose next reminder or escalation is due.
pub(super) struct Alarms;

impl JobHandler for Alarms {
    fn kind(&self) -> &'static str {
        ALARMS
    }

    /// Whatever failed, the alarms of a bank must not stay off.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<(), JobError> {
        let now = unit.now();
        let found = orders::alarming(unit.connection(), now, FOUND_MAX)?;
        for order in &found {
            // The order's own job sets the next alarm when it has run.
            orders::set_alarm(unit.connection(), *order, None)?;
            unit.enqueue(NewJob { kind: ALERT, key: Some(order.to_string()), due: now, payload: about(*order) })?;
        }
        let full = i64::try_from(found.len()).is_ok_and(|count| count >= FOUND_MAX);
        let pause = if full { PIECE_PAUSE_MICROS } else { LOOK_MICROS };
        unit.enqueue(next(ALARMS, now.plus_micros(pause), Value::Null))?;
        Ok(())
    }
}

/// Sends what is due for one order, if it still is.
pub(super) struct Alert(pub(super) Arc<dyn LawSource>);

impl JobHandler for Alert {
    fn kind(&self) -> &'static str {
        ALERT
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let id: OrderId = read(job, "order")?;
        let (law, now, actor) = (self.0.law(), unit.now(), program());
        let order = desk::load(unit, id)?;
        let due = due(&order, &law, now);
        if due.is_empty() {
            // It was answered, paused or extended since, or the law asks for another time now.
            orders::set_alarm(unit.connection(), id, law.next_alarm(&order, now))?;
        }
        for (clock, alert) in due {
            desk::act(unit, &Act::new(id, None, Command::Alert { clock, alert }), &actor, &law)?;
        }
        Ok(())
    }
}

/// The reminders and escalations of an order that are due and have not gone out.
pub(crate) fn due(order: &Order, law: &Law, now: Timestamp) -> Vec<(ClockId, RuleRef)> {
    let of_clock = |clock: &crate::model::Clock| {
        let alerts = law.alerts(clock, now).into_iter().filter(|alert| alert.at <= now);
        alerts.map(|alert| (clock.id, alert.rule)).collect::<Vec<_>>()
    };
    order.open_clocks().flat_map(of_clock).collect()
}
