//! The store suite: every test runs on SQLite and on PostgreSQL.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests may fail as tests do")]

mod backup;
mod checkpoints;

mod concurrency;
mod crash;
mod jobs;
mod matter;
mod migrations;
mod new_streams;
mod tamper;
mod units;
mod webhooks;
