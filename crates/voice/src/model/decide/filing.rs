//! How a matter comes in: filed anew, or taken over closed from another system.

use kernel::{Timestamp, id::OrderId};
use regulation::{Axis, Milestone};

use super::{Bench, RECEIVED_DAYS_MAX, numbered};
use crate::model::{
    OrderEvent, StepEvent,
    clock::ClockStart,
    command::Filing,
    event::Filed,
    law::Law,
    order::situation,
    parts::{Nature, Outcome, Past},
    refusal::{OCCURRED_YEAR_MIN, Refusal},
    verb::ANSWER,
};

/// Milliseconds in the eighth of a second that a receipt number tells.
const MILLIS_IN_EIGHTH: u128 = 125;

/// The number that the complainant is given: the day of receipt, and ten characters for the eighth of a second in which the
/// order was made and for 30 bits of its id's chance.
///
/// Numbers of one day grow as the orders come in, so the index of numbers grows at its end; with chance alone each filing
/// rewrote a page of its own. The time comes round again after a day and a half, which the day of receipt tells apart.
pub fn receipt(filing: &Filing) -> String {
    let bits = filing.id.bits();
    let (eighths, chance) = ((bits >> 80) / MILLIS_IN_EIGHTH, bits & 0x3fff_ffff);
    let place = OrderId::from_bits(eighths << 30 | chance).to_string();
    let tail = place[place.len() - 10..].to_ascii_uppercase();
    let day = filing.received_at.date().strftime("%Y%m%d");
    format!("XB{day}-{}-{}", &tail[..5], &tail[5..])
}

pub(super) fn file(filing: &Filing, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    if filing.received_at > bench.now {
        return Err(Refusal::NotYetReceived);
    }
    if filing.received_at < bench.now.plus_days(-RECEIVED_DAYS_MAX) {
        return Err(Refusal::TooOld);
    }
    check(filing, bench.law)?;
    let clocks = opening(filing, filing.received_at, bench.law)?;
    Ok(vec![OrderEvent::Step(StepEvent::Filed(Box::new(filed(filing, clocks))))])
}

pub(super) fn import(filing: &Filing, past: &Past, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let answered = past.answered_at.unwrap_or(past.closed_at);
    let start = past.clock_start.unwrap_or(filing.received_at);
    let ordered =
        filing.received_at <= start && start <= answered && answered <= past.closed_at && past.closed_at <= bench.now;
    if !ordered || past.outcome == Some(Outcome::Declined) && past.answered_at.is_none() {
        return Err(Refusal::PastUnfit);
    }
    check(filing, bench.law)?;
    // Of a list's past only the answer is known, so only the clocks that it answers are kept.
    let mut clocks = opening(filing, start, bench.law)?;
    clocks.retain(|clock| clock.stop == ANSWER);
    Ok(vec![OrderEvent::Step(StepEvent::Imported { filed: Box::new(filed(filing, clocks)), past: past.clone() })])
}

fn check(filing: &Filing, law: &Law) -> Result<(), Refusal> {
    let anonymous = filing.party.nature == Nature::Anonymous;
    if anonymous == filing.party.name.is_some() {
        return Err(Refusal::NameUnfit);
    }
    if let Some(fault) = filing.origin.fault(filing.received_at) {
        return Err(fault.into());
    }
    if filing.amount.is_some_and(|amount| amount.minor() <= 0) {
        return Err(Refusal::AmountNotPositive);
    }
    let on = filing.received_at.date();
    if filing.occurred_on.is_some_and(|day| day > on || day.year() < OCCURRED_YEAR_MIN) {
        return Err(Refusal::OccurredUnfit);
    }
    match &filing.channel {
        Some(key) if !law.on_axis(Axis::Channel, key.as_str(), on) => Err(Refusal::NotOnAxis(Axis::Channel)),
        Some(_) | None => Ok(()),
    }
}

fn opening(filing: &Filing, start: Timestamp, law: &Law) -> Result<Vec<ClockStart>, Refusal> {
    let situation = situation(filing.matter, &filing.origin, &filing.party);
    let mut planned = law.starting(&situation, Milestone::Received, start, start.date());
    planned.extend(filing.origin.deadline.and_then(Law::origin_deadline));
    numbered(filing.id, 0, start, planned)
}

fn filed(filing: &Filing, clocks: Vec<ClockStart>) -> Filed {
    Filed {
        receipt: receipt(filing),
        order: filing.id,
        matter: filing.matter,
        origin: filing.origin.clone(),
        unit: filing.unit.clone(),
        received_at: filing.received_at,
        party: filing.party.clone(),
        representative: filing.representative.clone(),
        title: filing.title.clone(),
        narrative: filing.narrative.clone(),
        request: filing.request.clone(),
        amount: filing.amount,
        occurred_on: filing.occurred_on,
        channel: filing.channel.clone(),
        clocks,
    }
}
