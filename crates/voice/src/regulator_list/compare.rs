//! What a row says differently from the order that it became: its texts are opened and compared, and only what differs is
//! sealed anew. A cell that is empty now leaves what was said before as it is.

use kernel::{Pii, Problem, Random, mask};
use ledger::{Ledger, StoreError};
use seal::{DataKey, Keyring, Sealed};

use super::row::ListedRow;
use crate::{
    desk::{self, Act, Beside, CorrectedRows},
    intake::{OrderKey, Person, masks_of, seal_person},
    model::{
        Command, Fact, Order, OrderEvent,
        correction::{CorrectedField, Correction, ListRow},
        parts::{Nature, Origin, Party, PersonalField},
    },
    store::orders,
};

/// An order with its key.
pub(super) struct Known {
    pub(super) order: Order,
    key: Option<DataKey>,
}

/// Loads an order; `None` when there is none.
pub(super) fn load(ledger: &Ledger, id: kernel::id::OrderId) -> Result<Option<Known>, Problem> {
    let history = ledger.history(&desk::stream(id))?;
    let mut order = None;
    for raw in history {
        let unreadable = |_| StoreError::corrupt("events", "payload", &raw.stream, "not a payload of today's version");
        let event: OrderEvent = serde_json::from_value(raw.payload.clone()).map_err(unreadable)?;
        order = Order::evolve(order, Fact { at: raw.at, by: &raw.actor, event: &event });
    }
    let Some(order) = order else { return Ok(None) };
    let place = ledger.read(|conn| orders::place(conn, id))?.ok_or_else(desk::unknown)?;
    let key = match place.wrapped {
        Some(_) => Some(place.key(&ledger.ports().keyring)?),
        None => None,
    };
    Ok(Some(Known { order, key }))
}

/// The origin as the row has it now.
fn origin(row: &ListedRow, order: &Order) -> Origin {
    let old = &order.origin;
    Origin {
        source: old.source,
        number: old.number.clone(),
        deadline: row.deadline.or(old.deadline),
        hotline: row.hotline.or(old.hotline),
        entry: old.entry,
        wanted: if row.wanted.is_empty() { old.wanted.clone() } else { row.wanted.clone() },
        sent_on: row.sent_on.or(old.sent_on),
    }
}

/// The act that makes the order say what the row says; `None` when it does already. `entered` says that the order was
/// taken from a list: what a clerk typed is not written over, because the list's words are not better.
pub(super) fn correction(
    row: &ListedRow,
    known: &Known,
    entered: bool,
    at: ListRow,
    keyring: &Keyring,
    random: &dyn Random,
) -> Result<Option<(Act, Vec<CorrectedField>)>, Problem> {
    let order = &known.order;
    let mut correction = Correction { row: Some(at), ..Correction::of(origin(row, order)) };
    let mut rows = CorrectedRows::default();
    if let (true, Some(key)) = (entered, &known.key) {
        let key = OrderKey { keyring, key, order: order.id };
        correct_texts(row, order, &key, random, &mut correction, &mut rows)?;
        correct_person(row, order, &key, random, &mut correction, &mut rows)?;
        correction.amount = row.amount.filter(|amount| Some(*amount) != order.amount);
        correction.occurred_on = row.occurred_on.filter(|day| Some(*day) != order.occurred_on);
    }
    let fields = correction.fields(order);
    if fields.is_empty() {
        return Ok(None);
    }
    let beside = Beside::Corrected(Box::new(rows));
    let act = Act { beside, ..Act::new(order.id, Some(order.version), Command::Correct(Box::new(correction))) };
    Ok(Some((act, fields)))
}

fn correct_texts(
    row: &ListedRow,
    order: &Order,
    key: &OrderKey<'_>,
    random: &dyn Random,
    correction: &mut Correction,
    rows: &mut CorrectedRows,
) -> Result<(), Problem> {
    let differs =
        |field: &str, held: &Sealed, now: &str| -> Result<bool, Problem> { Ok(key.open(field, held)?.expose() != now) };
    let sealed = |field: &str, text: &str| Some(key.seal(field, text, random));
    if differs("narrative", &order.narrative, row.narrative.expose())? {
        correction.narrative = sealed("narrative", row.narrative.expose());
    }
    // A title made from the narrative stays as it is while nobody names another: officers know the order by it.
    if row.title_given && differs("title", &order.title, row.title.expose())? {
        correction.title = sealed("title", row.title.expose());
        let name = row.person.name.as_ref().map(|name| name.expose().as_str());
        rows.title = Some(mask::redact(row.title.expose(), name.as_slice()));
    }
    if let Some(request) = &row.request {
        let same = match &order.request {
            Some(held) => !differs("request", held, request.expose())?,
            None => false,
        };
        if !same {
            correction.request = sealed("request", request.expose());
        }
    }
    Ok(())
}

fn correct_person(
    row: &ListedRow,
    order: &Order,
    key: &OrderKey<'_>,
    random: &dyn Random,
    correction: &mut Correction,
    rows: &mut CorrectedRows,
) -> Result<(), Problem> {
    let held = |field: PersonalField| -> Result<Option<Pii<String>>, Problem> {
        order.sealed(field).map(|sealed| key.open(field.as_str(), sealed)).transpose()
    };
    let before = Person {
        name: held(PersonalField::Name)?,
        phone: held(PersonalField::Phone)?,
        identity: held(PersonalField::Identity)?,
        account: held(PersonalField::Account)?,
        email: held(PersonalField::Email)?,
        address: held(PersonalField::Address)?,
    };
    let now = &row.person;
    let pick = |now: &Option<Pii<String>>, before: &Option<Pii<String>>| now.clone().or_else(|| before.clone());
    let after = Person {
        name: pick(&now.name, &before.name),
        phone: pick(&now.phone, &before.phone),
        identity: pick(&now.identity, &before.identity),
        account: pick(&now.account, &before.account),
        email: pick(&now.email, &before.email),
        address: pick(&now.address, &before.address),
    };
    if after == before {
        return Ok(());
    }
    let (sealed, numbers) = seal_person(&after, key, random);
    let nature = if after.name.is_some() && order.party.nature == Nature::Anonymous {
        Nature::Natural
    } else {
        order.party.nature
    };
    let customer = order.party.customer;
    correction.party = Some(Party { nature, customer, ..sealed });
    rows.person = Some((masks_of(&after), customer, numbers));
    Ok(())
}
