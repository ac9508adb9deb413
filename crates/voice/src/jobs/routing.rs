//! Sends orders where the bank's rules say: finds the rule and the person, and does so by itself for rules that are automatic.

use std::sync::Arc;

use kernel::{Problem, ProblemKind, Timestamp, id::OrderId};
use ledger::{Connection, Job, JobError, JobHandler, StoreError, Unit};
use seal::Sealed;
use serde_json::Value;

use super::{LEAD, LawSource, ROUTE, program, read};
use crate::{
    desk::{self, Act},
    intake::OrderKey,
    model::{
        Command, Order, Stage,
        lead::LeadCommand,
        routing::{self, RouteCommand},
    },
    store::{book, orders},
};

/// What the rules look at of an order's words, opened by `open`.
pub(crate) fn text_of(
    order: &Order,
    open: impl Fn(&str, &Sealed) -> Result<String, Problem>,
) -> Result<String, Problem> {
    let mut text = open("title", &order.title)?;
    for (field, sealed) in [("narrative", Some(&order.narrative)), ("request", order.request.as_ref())] {
        if let Some(sealed) = sealed {
            text.push('\n');
            text.push_str(&open(field, sealed)?);
        }
    }
    Ok(text)
}

/// Where the rules send an order that says `text`, and to whom; `None` when no rule fits.
pub(crate) fn find(
    conn: &mut Connection,
    order: &Order,
    text: &str,
    now: Timestamp,
) -> Result<Option<RouteCommand>, StoreError> {
    let routes = book::routes(conn)?;
    let Some((route, mut because)) = routing::choose(&routes, order, text) else { return Ok(None) };
    let candidates = if route.balanced { book::candidates(conn, &route.unit, now)? } else { Vec::new() };
    let (person, picked) = routing::pick(route, order, &candidates);
    because.extend(picked);
    let (route, name, unit) = (route.key.clone(), route.name.clone(), route.unit.clone());
    Ok(Some(RouteCommand { route, name, unit, person, because }))
}

/// The same within a unit of work, which reads the order's words by itself.
pub(crate) fn command(unit: &mut Unit<'_>, order: &Order) -> Result<Option<RouteCommand>, Problem> {
    let text = opened(unit, order)?;
    let now = unit.now();
    Ok(find(unit.connection(), order, &text, now)?)
}

/// The order's words; none when its personal data was erased.
fn opened(unit: &mut Unit<'_>, order: &Order) -> Result<String, Problem> {
    let place = orders::place(unit.connection(), order.id)?.ok_or_else(desk::unknown)?;
    if place.wrapped.is_none() {
        return Ok(String::new());
    }
    let keyring = unit.keyring();
    let key = place.key(keyring)?;
    let key = OrderKey { keyring, key: &key, order: order.id };
    text_of(order, |field, sealed| key.open(field, sealed).map(kernel::Pii::into_exposed))
}

/// Sends a newly classified order where an automatic rule says.
pub(super) struct Route(pub(super) Arc<dyn LawSource>);

impl JobHandler for Route {
    fn kind(&self) -> &'static str {
        ROUTE
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let id: OrderId = read(job, "stream")?;
        let order = desk::load(unit, id)?;
        // Somebody was faster, or it was classified again later.
        if order.stage != Stage::Classified {
            return Ok(());
        }
        let text = opened(unit, &order)?;
        let now = unit.now();
        let routes: Vec<_> = book::routes(unit.connection())?;
        let automatic = routing::choose(&routes, &order, &text).is_some_and(|(route, _)| route.automatic);
        if !automatic {
            return Ok(());
        }
        let Some(command) = find(unit.connection(), &order, &text, now)? else { return Ok(()) };
        as_program(unit, &self.0, id, Command::Route(command))
    }
}

/// Proposes to the president what the rules name.
pub(super) struct Lead(pub(super) Arc<dyn LawSource>);

impl JobHandler for Lead {
    fn kind(&self) -> &'static str {
        LEAD
    }

    fn run(&self, unit: &mut Unit<'_>, job: &Job) -> Result<(), JobError> {
        let id: OrderId = read(job, "order")?;
        let order = desk::load(unit, id)?;
        let grounds = self.0.law().lead_grounds(&order, unit.now());
        if grounds.is_empty() {
            return Ok(());
        }
        as_program(unit, &self.0, id, Command::Lead(LeadCommand::Propose { grounds, why: None }))
    }
}

/// Does something to an order, unless its state forbids it by now.
fn as_program(unit: &mut Unit<'_>, law: &Arc<dyn LawSource>, id: OrderId, command: Command) -> Result<(), JobError> {
    match desk::act(unit, &Act::new(id, None, command), &program(), &law.law()) {
        Ok(_) => Ok(()),
        Err(problem) if matches!(problem.kind, ProblemKind::Refused | ProblemKind::Invalid) => Ok(()),
        Err(problem) => Err(problem.into()),
    }
}

/// The payload of the job that proposes an order to the president.
pub(crate) fn proposal(order: OrderId) -> Value {
    super::about(order)
}
