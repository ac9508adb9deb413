//! Erases the people of orders after their customer was erased: at once where the time is over for which the law keeps the
//! file, else when it is. The key of the order is destroyed, and with it everything that was sealed, files included wherever a
//! copy of them lies; the objects themselves are then removed.

use std::sync::Arc;

use endpoint::removal_of;
use kernel::{
    Timestamp,
    id::{CustomerId, OrderId},
};
use ledger::{Job, JobError, JobHandler, NewJob, Unit};
use people::store::customer_erasure;
use serde_json::{Value, json};

use super::{ERASE, ERASE_EARLIER, LawSource, PIECE_PAUSE_MICROS, next, program, read};
use crate::{
    api::attachments::object,
    desk::{self, Act},
    model::Command,
    store::orders,
};

/// Orders of one customer that one run looks at: each is read with its history, about a millisecond.
const ORDERS_MAX: usize = 50;
/// Days after which an order of which no end is known is looked at again.
const AGAIN_DAYS: i64 = 30;

/// Erased customers of one run; each gets a job of their own.
const CUSTOMERS_MAX: usize = 200;

/// Sees that the orders of every erased customer are looked after, of those as well who were erased before orders were.
pub(super) struct EraseEarlier;

impl JobHandler for EraseEarlier {
    fn kind(&self) -> &'static str {
        ERASE_EARLIER
    }

    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let after = job.payload.get("after").and_then(Value::as_str).unwrap_or_default();
        let now = unit.now();
        let erased = customer_erasure::erased(unit.connection(), after, CUSTOMERS_MAX)?;
        for customer in &erased {
            let stream = customer.to_string();
            let payload = json!({ "stream": stream });
            unit.enqueue(NewJob { kind: ERASE, key: Some(stream), due: now, payload })?;
        }
        if let Some(last) = erased.last().filter(|_| erased.len() == CUSTOMERS_MAX) {
            let payload = json!({ "after": last.to_string() });
            unit.enqueue(next(ERASE_EARLIER, now.plus_micros(PIECE_PAUSE_MICROS), payload))?;
        }
        Ok(())
    }
}

/// Erases the people of the orders of one customer, behind the one in the payload.
pub(super) struct Erase(pub(super) Arc<dyn LawSource>);

impl JobHandler for Erase {
    fn kind(&self) -> &'static str {
        ERASE
    }

    /// What was promised to a customer is not given up on.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let customer: CustomerId = read(job, "stream")?;
        let number = |field: &str| job.payload.get(field).and_then(Value::as_i64);
        let now = unit.now();
        let after = number("after").unwrap_or(i64::MIN);
        let held = orders::unerased(unit.connection(), customer, after, ORDERS_MAX)?;
        // The soonest time at which one of those that wait may be erased, over all runs of this walk.
        let mut soonest = number("soonest");
        for (_, id) in &held {
            if let Some(later) = self.erase(unit, *id, now)? {
                let later = later.as_micros();
                soonest = Some(soonest.map_or(later, |soonest| soonest.min(later)));
            }
        }
        let stream = customer.to_string();
        let next = match (held.last(), soonest) {
            (Some((last, _)), _) if held.len() == ORDERS_MAX => {
                let payload = json!({ "stream": stream, "after": last, "soonest": soonest });
                Some((now.plus_micros(PIECE_PAUSE_MICROS), payload))
            }
            (_, Some(soonest)) => Some((Timestamp::from_micros(soonest), json!({ "stream": stream }))),
            (_, None) => None,
        };
        if let Some((due, payload)) = next {
            unit.enqueue(NewJob { kind: ERASE, key: Some(stream), due, payload })?;
        }
        Ok(())
    }
}

impl Erase {
    /// Erases the person of one order; when it must wait, until when.
    fn erase(&self, unit: &mut Unit<'_>, id: OrderId, now: Timestamp) -> Result<Option<Timestamp>, JobError> {
        let (order, law) = (desk::load(unit, id)?, self.0.law());
        match law.kept_until(&order, now) {
            None => return Ok(Some(now.plus_days(AGAIN_DAYS))),
            Some(until) if now <= until => return Ok(Some(until.plus_micros(1))),
            Some(_) => {}
        }
        desk::act(unit, &Act::new(id, None, Command::Erase), &program(), &law)?;
        let place = orders::place(unit.connection(), id)?.ok_or_else(desk::unknown)?;
        orders::erase(unit.connection(), place.seq)?;
        for file in &order.attachments {
            unit.enqueue(removal_of(&object(file.id), now))?;
        }
        Ok(None)
    }
}
