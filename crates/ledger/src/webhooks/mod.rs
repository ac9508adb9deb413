//! The outbox: other systems subscribe to kinds of events and are told of each by a signed message, at least once.
//!
//! A message is a CloudEvents 1.0 envelope that carries ids and kinds only; whoever may know more asks the API.
//! The row of a delivery is written in the transaction of its event, so that no event is missed and none is announced that was
//! rolled back. Sending is a job: retried, then parked.

pub(crate) mod deliveries;
mod guard;
mod send;
mod sign;
mod subscriptions;

use std::time::Duration;

use crate::{Connection, StoreError, context::Context, stream::Common};

pub use deliveries::{Delivery, DeliveryState, deliveries, delivery, resend};
pub use send::{Message, Sender, SenderOptions};
pub use subscriptions::{NewWebhook, Webhook, WebhookChange};
pub use subscriptions::{change, create, get, list, remove};

/// How long a writer trusts the subscriptions it has read: another process may have changed them.
const REFRESH_AFTER: Duration = Duration::from_secs(10);

/// An active subscription as the writers keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) id: String,
    /// Full kinds (`voice.order.closed`), types with a star (`voice.order.*`), or `*`.
    pub(crate) kinds: Vec<String>,
}

/// An appended event as a delivery records it.
#[derive(Debug)]
pub(crate) struct Note<'a> {
    pub(crate) position: i64,
    pub(crate) version: i64,
    pub(crate) kind: &'a str,
    pub(crate) common: Common<'a>,
}

impl Subscription {
    /// Whether it wants events of this full kind.
    pub(crate) fn wants(&self, full_kind: &str) -> bool {
        self.kinds.iter().any(|pattern| matches(pattern, full_kind))
    }

    /// Whether it may want some event of this type.
    pub(crate) fn may_want(&self, event_type: &str) -> bool {
        self.kinds
            .iter()
            .any(|pattern| pattern == "*" || pattern.rsplit_once('.').is_some_and(|(wanted, _)| wanted == event_type))
    }
}

/// Whether a pattern (`voice.order.closed`, `voice.order.*`, `*`) covers a full kind.
fn matches(pattern: &str, full_kind: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some("") => true,
        Some(prefix) => full_kind.strip_prefix(prefix).is_some_and(|rest| !rest.contains('.')),
        None => pattern == full_kind,
    }
}

/// Reads the subscriptions again when they changed here or may have changed elsewhere.
pub(crate) fn refresh(connection: &mut Connection, context: &Context) -> Result<(), StoreError> {
    if context.subscriptions_age().is_some_and(|age| age < REFRESH_AFTER) {
        return Ok(());
    }
    let changes = context.subscriptions_changes();
    // Before the first migration there is no table; then there is nothing to subscribe to either.
    let list = if crate::dialect::table_exists(connection, "webhooks")? {
        subscriptions::active(connection)?
    } else {
        Vec::new()
    };
    context.set_subscriptions(list, changes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_cover_kinds_of_one_type() {
        let check = |pattern: &str, kind: &str, covered: bool| {
            let subscription = Subscription { id: "wh".into(), kinds: vec![pattern.into()] };
            assert_eq!(subscription.wants(kind), covered, "{pattern} {kind}");
            if covered {
                assert!(subscription.may_want(kind.rsplit_once('.').unwrap().0), "{pattern} {kind}");
            }
        };
        check("*", "voice.order.closed", true);
        check("voice.order.*", "voice.order.closed", true);
        check("voice.order.closed", "voice.order.closed", true);
        check("voice.order.closed", "voice.order.opened", false);
        check("voice.*", "voice.order.closed", false);
        check("voice.order.*", "voice.orders.closed", false);
    }
}
