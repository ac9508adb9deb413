//! Makes the search texts of orders anew where a name became known later or an act did not say what it wrote.

use kernel::{Problem, id::OrderId};
use ledger::{StoreError, Unit};

use crate::{
    desk,
    intake::OrderKey,
    model::OrderEvent,
    search_text,
    store::{lookups, orders},
};

/// Orders of one run: each is read with its history and opened, about a millisecond.
const RENEWED_MAX: i64 = 50;

/// Renews some. Returns whether more may be waiting.
pub(super) fn renew(unit: &mut Unit<'_>) -> Result<bool, StoreError> {
    let stale = lookups::stale(unit.connection(), RENEWED_MAX)?;
    for (seq, order) in &stale {
        let words = match words(unit, *order) {
            Ok(words) => words,
            Err(problem) => {
                // One order that does not open must not keep all others from being found.
                tracing::error!(order.id = %order, ?problem, "the search text of an order could not be made anew");
                None
            }
        };
        lookups::renew_words(unit.connection(), *seq, words.as_deref())?;
    }
    Ok(i64::try_from(stale.len()).is_ok_and(|count| count >= RENEWED_MAX))
}

/// The search text of an order; `None` when its texts were erased.
fn words(unit: &mut Unit<'_>, id: OrderId) -> Result<Option<String>, Problem> {
    let place = orders::place(unit.connection(), id)?.ok_or_else(desk::unknown)?;
    if place.wrapped.is_none() {
        return Ok(None);
    }
    let keyring = unit.keyring();
    let key = place.key(keyring)?;
    let history = unit.load::<OrderEvent>(&desk::stream(id))?;
    let events = history.events.iter().map(|recorded| &recorded.event);
    search_text::of_history(events, &OrderKey { keyring, key: &key, order: id }).map(Some)
}
