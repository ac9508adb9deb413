//! Live updates: hints that something changed, by server-sent events. A hint names a thing; the client loads it again.

use std::{convert::Infallible, future::Future, sync::Arc, time::Duration};

use axum::response::{
    IntoResponse, Response,
    sse::{Event, KeepAlive, Sse},
};
use futures_util::{Stream, StreamExt};
use kernel::{OrgPath, Permission};
use ledger::Announcement;
use serde::Serialize;
use tokio::sync::broadcast;
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};

use crate::Call;

/// Hints kept for a slow listener; one who falls further behind is told to reload.
const BACKLOG_MAX: usize = 4096;

/// Seconds between comments that keep the connection open through proxies.
const KEEP_ALIVE_SECONDS: u64 = 15;

/// Seconds after which a stream ends. The browser opens it again by itself and is asked anew who it is, so that whoever was
/// signed out or lost a right hears no more than this long.
const STREAM_SECONDS_MAX: u64 = 300;

/// The hub between the ledger and the listeners.
#[derive(Clone)]
pub struct Live(broadcast::Sender<Arc<Announcement>>);

/// What a listener is told: which thing changed and how, no content.
#[derive(Debug, Serialize)]
struct Hint<'a> {
    topic: &'a str,
    id: &'a str,
    kind: &'a str,
}

impl Live {
    /// A hub without listeners.
    #[expect(clippy::new_without_default, reason = "a hub is made once, on purpose")]
    pub fn new() -> Self {
        Self(broadcast::channel(BACKLOG_MAX).0)
    }

    /// Passes a committed change on; cheap when nobody listens.
    pub fn publish(&self, announcement: &Announcement) {
        if self.0.receiver_count() > 0 {
            // An error means that the last listener has just gone.
            let _ = self.0.send(Arc::new(announcement.clone()));
        }
    }

    /// The stream of hints on `topic` within the caller's scopes of `see`.
    pub fn stream(&self, call: &Call, topic: &'static str, see: Permission) -> Response {
        let end = tokio::time::sleep(Duration::from_secs(STREAM_SECONDS_MAX));
        let events = hints(self.0.subscribe(), topic, call.actor.scopes(see), end);
        let keep_alive = KeepAlive::new().interval(Duration::from_secs(KEEP_ALIVE_SECONDS));
        Sse::new(events).keep_alive(keep_alive).into_response()
    }
}

/// The hints on `topic` within `scopes`, until `end`.
fn hints(
    receiver: broadcast::Receiver<Arc<Announcement>>,
    topic: &'static str,
    scopes: Vec<OrgPath>,
    end: impl Future<Output = ()>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let events = BroadcastStream::new(receiver).filter_map(move |received| {
        let event = match received {
            Ok(hint) if hint.topic == topic && scopes.iter().any(|scope| scope.contains(&hint.unit)) => {
                let body = Hint { topic, id: &hint.id, kind: &hint.kind };
                Event::default().event("changed").json_data(body).ok()
            }
            Ok(_) => None,
            Err(BroadcastStreamRecvError::Lagged(_)) => Some(Event::default().event("reload").data("{}")),
        };
        std::future::ready(event.map(Ok))
    });
    events.take_until(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stream_ends_when_its_time_is_over() {
        let live = Live::new();
        let (over, ends) = tokio::sync::oneshot::channel::<()>();
        let end = async {
            let _ = ends.await;
        };
        let scope = OrgPath::parse("/HO/").unwrap();
        let mut hints = std::pin::pin!(hints(live.0.subscribe(), "test.thing", vec![scope.clone()], end));
        let hint = || Announcement { topic: "test.thing", id: "th_1".into(), unit: scope.clone(), kind: "put".into() };
        live.publish(&hint());
        assert!(hints.next().await.is_some());
        live.publish(&hint());
        over.send(()).unwrap();
        assert!(hints.next().await.is_none(), "also when there is more to tell");
    }
}
