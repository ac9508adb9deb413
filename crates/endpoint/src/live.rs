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

use crate::{Call, call::authenticated};

/// Hints kept for a slow listener; one who falls further behind is told to reload.
const BACKLOG_MAX: usize = 4096;

/// Seconds between comments that keep the connection open through proxies.
const KEEP_ALIVE_SECONDS: u64 = 15;

/// Seconds after which a stream ends; the browser opens it again by itself. What a proxy forgot does not stay open for ever.
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

    /// The stream of hints on `topic` within the caller's scopes of `see`. Who the caller is and what they may see is asked before
    /// each hint: whoever signed out, was disabled or lost a right hears nothing more.
    pub fn stream(&self, call: &Call, topic: &'static str, see: Permission) -> Response {
        let end = tokio::time::sleep(Duration::from_secs(STREAM_SECONDS_MAX));
        let (shared, credentials) = (call.shared.clone(), call.credentials.clone());
        let scopes = move || {
            let (shared, credentials) = (shared.clone(), credentials.clone());
            async move { authenticated(&shared, &credentials).await.ok().map(|caller| caller.actor.scopes(see)) }
        };
        let events = hints(self.0.subscribe(), topic, scopes, end);
        let keep_alive = KeepAlive::new().interval(Duration::from_secs(KEEP_ALIVE_SECONDS));
        Sse::new(events).keep_alive(keep_alive).into_response()
    }
}

/// The hints on `topic` within the `scopes` of the moment, until `end` or until there are none because the caller is known no more.
fn hints<S: Future<Output = Option<Vec<OrgPath>>>>(
    receiver: broadcast::Receiver<Arc<Announcement>>,
    topic: &'static str,
    scopes: impl Fn() -> S,
    end: impl Future<Output = ()>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let events = BroadcastStream::new(receiver)
        // What is of no topic of this stream costs nobody a question.
        .filter(move |received| std::future::ready(received.as_ref().map_or(true, |hint| hint.topic == topic)))
        .then(move |received| {
            let scopes = scopes();
            async move { scopes.await.map(|scopes| (received, scopes)) }
        })
        .take_while(|known| std::future::ready(known.is_some()))
        .filter_map(move |known| std::future::ready(known.and_then(|(received, scopes)| event(&received, &scopes))));
    events.take_until(end).map(Ok)
}

/// What the listener is told of something that was received.
fn event(received: &Result<Arc<Announcement>, BroadcastStreamRecvError>, scopes: &[OrgPath]) -> Option<Event> {
    match received {
        Ok(hint) if scopes.iter().any(|scope| scope.contains(&hint.unit)) => {
            let body = Hint { topic: hint.topic, id: &hint.id, kind: &hint.kind };
            Event::default().event("changed").json_data(body).ok()
        }
        Ok(_) => None,
        Err(BroadcastStreamRecvError::Lagged(_)) => Some(Event::default().event("reload").data("{}")),
    }
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
        let scopes = || std::future::ready(Some(vec![scope.clone()]));
        let mut hints = std::pin::pin!(hints(live.0.subscribe(), "test.thing", scopes, end));
        let hint = || Announcement { topic: "test.thing", id: "th_1".into(), unit: scope.clone(), kind: "put".into() };
        live.publish(&hint());
        assert!(hints.next().await.is_some());
        live.publish(&hint());
        over.send(()).unwrap();
        assert!(hints.next().await.is_none(), "also when there is more to tell");
    }

    #[tokio::test]
    async fn a_stream_ends_before_it_tells_anything_to_somebody_who_is_known_no_more() {
        let live = Live::new();
        let scope = OrgPath::parse("/HO/").unwrap();
        let known = std::cell::Cell::new(true);
        let scopes = || std::future::ready(known.get().then(|| vec![scope.clone()]));
        let mut hints = std::pin::pin!(hints(live.0.subscribe(), "test.thing", scopes, std::future::pending()));
        let hint = |topic| Announcement { topic, id: "th_1".into(), unit: scope.clone(), kind: "put".into() };
        live.publish(&hint("another.thing"));
        live.publish(&hint("test.thing"));
        assert!(hints.next().await.is_some());
        known.set(false);
        live.publish(&hint("test.thing"));
        assert!(hints.next().await.is_none());
    }
}
