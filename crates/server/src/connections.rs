//! Takes connections and speaks HTTP/1.1 on each, within bounds: how many there are at once, and how long one may take over the
//! head of a request. It must never know a route.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
};
use tower::Service;

/// How long a connection may be silent before a request, and take over its head: longer than proxies keep an idle connection
/// (nginx 60 s), so that it is they who close it and no request meets a closed door.
const HEAD_SECONDS_MAX: Duration = Duration::from_secs(75);
/// Connections at once: a live stream and some requests of every clerk of a large bank. Further ones wait at the door.
const CONNECTIONS_MAX: usize = 16_384;
/// How long to wait when the machine gives out no more connections, which ends when others close theirs.
const ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// The bounds of connections.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How long a connection may take over the head of a request.
    pub head: Duration,
    /// How many there are at once.
    pub connections_max: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { head: HEAD_SECONDS_MAX, connections_max: CONNECTIONS_MAX }
    }
}

/// Serves until `stop` turns true, then lets open requests finish.
pub async fn serve(listener: TcpListener, router: Router, bounds: Bounds, mut stop: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(bounds.connections_max));
    let graceful = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(bounds.head);
    loop {
        let taken = tokio::select! {
            taken = take(&listener, &places) => taken,
            // An error means that the sender is gone, which is a stop as well.
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Some((stream, peer, place)) = taken else { continue };
        let router = router.clone();
        let service = service_fn(move |mut request: http::Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            // A router is always ready.
            router.clone().call(request)
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::trace!(%error, "a connection ended early");
            }
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection and its place; `None` when there was none to be had.
async fn take(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> Option<(TcpStream, SocketAddr, tokio::sync::OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, peer)) => {
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "a connection kept Nagle's algorithm");
            }
            Some((stream, peer, place))
        }
        Err(error) if is_of_the_peer(&error) => None,
        Err(error) => {
            tracing::error!(%error, "no connection can be taken; trying again");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

/// Whether it was the peer who went away while waiting at the door.
fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
