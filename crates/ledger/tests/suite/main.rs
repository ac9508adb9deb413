//! The store suite: every test runs on SQLite and on PostgreSQL.

mod backup;
mod common;
mod concurrency;
mod jobs;
mod migrations;
mod tamper;
mod units;
mod webhooks;
