//! Event streams, inline projections, jobs and the outbox on SQLite and PostgreSQL.
//!
//! A write is a closure over a [`Unit`]: it loads streams, appends events at an expected version, updates the room's own
//! tables, enqueues jobs, and is kept whole or not at all. `Ok` from [`Ledger::write`] means that it is on disk.
//!
//! This crate must never know a room, a permission or a transport; never put personal data into an error, a log, a job or an
//! outgoing message; never write an event except behind an expected version.

mod announce;
pub mod audit;
mod backup;
mod chain;
pub mod checkpoint;
mod connect;
mod connection;
mod context;
mod dialect;
mod error;
mod event;
mod jobs;
mod ledger;
mod log_copier;
mod migrate;
mod new_stream;
mod options;
mod postgres;
pub mod rows;
mod schema;
mod snapshot;
mod sqlite;
mod statement;
mod stream;
#[cfg(feature = "testkit")]
pub mod testkit;
mod unit;
mod url;
mod verify;
pub mod webhooks;
mod writer;

pub use announce::{Announcement, Listener};
pub use backup::{BackupError, BackupProgress, BackupReport, Engine};
pub use checkpoint::{Checkpoint, CheckpointError, CheckpointTextError};
pub use connection::{EngineConnection as Connection, MultiBackend};
pub use error::{OpenError, StoreError};
pub use event::{Event, RawEvent, Recorded, Stream, UpgradeError};
pub use jobs::{
    ExternalJob, Handlers, Job, JobCounts, JobError, JobHandler, JobsRun, NewJob, ParkedJob, Reaction, Worker,
    WorkerHandle, WorkerOptions,
};
pub use ledger::Ledger;
pub use migrate::Migrations;
pub use new_stream::NewStream;
pub use options::{Options, Ports};
pub use unit::{Cause, Unit};
pub use url::{DatabaseUrl, DatabaseUrlError};
pub use verify::{Finding, FindingKind, Projection, VerifyOptions, VerifyProgress, VerifyReport};
