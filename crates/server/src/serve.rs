//! Listening, background work, and a clean stop.

use std::{future::Future, sync::Arc, time::Duration};

use axum::{Router, routing::get};
use endpoint::{BlockingObjects, Objects, Removal};
use ledger::{
    Cause, Handlers, JobHandler, Ledger, NewJob, StoreError, Worker, WorkerHandle, WorkerOptions,
    checkpoint::{self, Checkpoints},
    webhooks::{Sender, SenderOptions},
};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;

use crate::{
    connections,
    rooms::{AtStop, Outside},
};

/// How long open requests may take to finish once the stop was asked for; live updates never end by themselves.
const STOP_SECONDS_MAX: u64 = 5;

/// The parts of a running server.
pub struct Serving {
    /// The application.
    pub router: Router,
    /// The system of record.
    pub ledger: Ledger,
    /// The work that rooms do on their own.
    pub jobs: Vec<Arc<dyn JobHandler>>,
    /// The work that rooms do outside the database.
    pub outside: Outside,
    /// Where attachments lie.
    pub objects: Objects,
    /// The jobs to have in the queue from the start.
    pub at_start: Vec<NewJob>,
    /// What the rooms bring to its end behind the last request.
    pub at_stop: AtStop,
    /// How webhooks are sent.
    pub webhooks: SenderOptions,
    /// How often a signed checkpoint is made.
    pub checkpoint_every: Duration,
    /// How the work is paced.
    pub worker: WorkerOptions,
    /// The figures for `/metrics`; absent where the process keeps none.
    pub metrics: Option<PrometheusHandle>,
}

/// Serves on `listener` until `stop` is ready, then lets open requests finish and ends the background work.
pub async fn serve(serving: Serving, listener: TcpListener, stop: impl Future<Output = ()>) -> std::io::Result<()> {
    enqueue(&serving.ledger, serving.at_start).await?;
    schedule_checkpoints(&serving.ledger).await?;
    let objects = BlockingObjects::new(serving.objects, tokio::runtime::Handle::current());
    let handlers = Handlers::from(serving.jobs)
        .and((serving.outside)(objects.clone()))
        .with_external(Arc::new(Sender::new(serving.webhooks)))
        .with_external(Arc::new(Removal(objects)))
        .with_external(Arc::new(Checkpoints::new(serving.ledger.clone(), serving.checkpoint_every)));
    let worker = Worker::start(&serving.ledger, handlers, serving.worker).map_err(std::io::Error::other)?;
    let serving_ends = serving.at_stop;
    let router = with_metrics(serving.router, serving.metrics);
    let (asked, stopping) = tokio::sync::watch::channel(false);
    let serving = connections::serve(listener, router, connections::Bounds::default(), stopping);
    let patience = async move {
        stop.await;
        let _ = asked.send(true);
        tokio::time::sleep(Duration::from_secs(STOP_SECONDS_MAX)).await;
    };
    tokio::select! {
        () = serving => {}
        () = patience => {}
    }
    stop_worker(worker).await;
    tokio::task::spawn_blocking(serving_ends).await.map_err(std::io::Error::other)
}

async fn enqueue(ledger: &Ledger, jobs: Vec<NewJob>) -> std::io::Result<()> {
    let ledger = ledger.clone();
    let write = move || {
        ledger.write(&Cause::new("server:start"), move |unit| -> Result<(), StoreError> {
            jobs.iter().try_for_each(|job| unit.enqueue(job.clone()))
        })
    };
    tokio::task::spawn_blocking(write).await?.map_err(std::io::Error::other)
}

async fn schedule_checkpoints(ledger: &Ledger) -> std::io::Result<()> {
    let ledger = ledger.clone();
    tokio::task::spawn_blocking(move || checkpoint::ensure_scheduled(&ledger)).await?.map_err(std::io::Error::other)
}

async fn stop_worker(worker: WorkerHandle) {
    if let Err(error) = tokio::task::spawn_blocking(move || worker.stop()).await {
        tracing::error!(%error, "the background work did not stop cleanly");
    }
}

fn with_metrics(router: Router, metrics: Option<PrometheusHandle>) -> Router {
    match metrics {
        Some(handle) => router.route(
            "/metrics",
            get(move || {
                let text = handle.render();
                async move { ([(http::header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
            }),
        ),
        None => router,
    }
}
