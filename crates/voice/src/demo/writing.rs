//! Writes down what was played: every event with its own time and hand, in the order of time, and then the rows of each order
//! as it stands. Playing needs no database, so a bank of months is there in seconds.

use std::sync::Arc;

use kernel::{ActorRef, Problem, Timestamp, id::OrderId};
use ledger::Ledger;

use super::script::cause;
use crate::{
    desk,
    intake::Kept,
    model::{Order, OrderEvent},
    store::orders,
};

/// Acts written in one unit of work: enough to share one wait for the disk, few enough to show that something happens.
const ACTS_TOGETHER: usize = 500;
/// Orders whose rows are written in one unit of work.
const ORDERS_TOGETHER: usize = 100;

/// What somebody did to an order.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    pub(super) order: OrderId,
    /// The order's version before.
    pub(super) expected: u64,
    pub(super) by: ActorRef,
    pub(super) at: Timestamp,
    pub(super) events: Vec<OrderEvent>,
}

/// An order as it stands in the end.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    pub(super) order: Order,
    pub(super) kept: Kept,
    pub(super) alarm: Option<Timestamp>,
}

/// Writes all of it.
pub(super) fn write(ledger: &Ledger, deeds: Vec<Deed>, standing: Vec<Standing>) -> Result<(), Problem> {
    let deeds = Arc::new(deeds);
    for from in (0..deeds.len()).step_by(ACTS_TOGETHER) {
        let deeds = Arc::clone(&deeds);
        ledger.write(&cause(), move |unit| -> Result<(), Problem> {
            for deed in deeds.iter().skip(from).take(ACTS_TOGETHER) {
                unit.append_at(&desk::stream(deed.order), deed.expected, &deed.by, deed.at, &deed.events)?;
            }
            Ok(())
        })?;
    }
    let standing = Arc::new(standing);
    for from in (0..standing.len()).step_by(ORDERS_TOGETHER) {
        let standing = Arc::clone(&standing);
        ledger.write(&cause(), move |unit| -> Result<(), Problem> {
            for one in standing.iter().skip(from).take(ORDERS_TOGETHER) {
                orders::insert(unit.connection(), &one.order, &one.kept, one.alarm)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}
