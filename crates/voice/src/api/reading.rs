//! How handlers come by an order and its key: from its events, checked against the caller, away from the event loop.

use std::sync::Arc;

use endpoint::{Failure, PublicCall, Shared};
use kernel::{Actor, Problem, Timestamp, id::OrderId};
use ledger::{RawEvent, Recorded, StoreError};
use seal::{DataKey, Keyring, Sealed};

use crate::{
    desk::{authorised, stream, unknown},
    intake::OrderKey,
    model::{Fact, Order, OrderEvent},
    search_text::{Names, Section, section},
    store::orders,
};

/// An order with its history and its key.
pub struct Opened {
    /// The order.
    pub order: Order,
    /// Its events, oldest first.
    pub events: Vec<Recorded<OrderEvent>>,
    /// Its key; `None` when the personal data was erased.
    pub key: Option<DataKey>,
    /// The keys of the house.
    pub keyring: Arc<Keyring>,
}

impl Opened {
    /// Opens a text at its place.
    ///
    /// # Errors
    /// When the personal data was erased, or the value is not at its place.
    pub fn open(&self, field: &str, sealed: &Sealed) -> Result<String, Problem> {
        self.key()?.open(field, sealed).map(kernel::Pii::into_exposed)
    }

    /// The key with which the order's texts are sealed.
    ///
    /// # Errors
    /// When the personal data was erased.
    pub fn key(&self) -> Result<OrderKey<'_>, Problem> {
        let key = self.key.as_ref().ok_or_else(orders::erased)?;
        Ok(OrderKey { keyring: &self.keyring, key, order: self.order.id })
    }

    /// The names that are taken out of what searches find.
    pub fn names(&self) -> Result<Names, Problem> {
        Names::of(self.events.iter().map(|recorded| &recorded.event), &self.key()?)
    }

    /// A text at the place `field` as searches find it.
    pub fn words(&self, field: &str, text: &str) -> Result<String, Problem> {
        Ok(section(Section::of_field(field), text, &self.names()?))
    }

    /// Seals a text for its place.
    pub fn seal(&self, field: &str, text: &str, shared: &Shared) -> Result<Sealed, Problem> {
        Ok(self.key()?.seal(field, text, &*shared.ledger().ports().random))
    }
}

/// Runs work that reads the ledger away from the event loop.
pub async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(Problem::internal_error)?.map_err(Failure::from)
}

/// The order with its history and its key, if `actor` may know of it.
pub async fn open(call: &PublicCall, actor: &Actor, id: OrderId) -> Result<Opened, Failure> {
    let (shared, actor) = (call.shared.clone(), actor.clone());
    blocking(move || open_now(&shared, &actor, id)).await
}

/// The same, on a thread that may wait.
pub fn open_now(shared: &Shared, actor: &Actor, id: OrderId) -> Result<Opened, Problem> {
    let ledger = shared.ledger();
    let raw = ledger.history(&stream(id))?;
    let events = raw.into_iter().map(RawEvent::decode).collect::<Result<Vec<_>, StoreError>>()?;
    let facts = events.iter().map(|recorded| Fact { at: recorded.at, by: &recorded.actor, event: &recorded.event });
    let order = facts.fold(None, Order::evolve).ok_or_else(unknown)?;
    let order = authorised(order, actor)?.into_inner();
    let place = ledger.read(|conn| orders::place(conn, id))?.ok_or_else(unknown)?;
    let keyring = Arc::clone(&ledger.ports().keyring);
    let key = match place.wrapped {
        Some(_) => Some(place.key(&keyring)?),
        None => None,
    };
    Ok(Opened { order, events, key, keyring })
}

/// The time as the ledger tells it.
pub fn now(shared: &Shared) -> Timestamp {
    shared.ledger().ports().clock.now()
}
