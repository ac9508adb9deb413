//! The room's SQL: projections beside the event streams, and the queries behind lists and figures.
//!
//! A row that cannot be what it must be names its table, column and key. Nothing here decides who may see what: scopes and
//! filters come in as values.

pub mod backtests;
pub mod decisions;
pub mod filed;
pub mod interceptions;
pub mod labels;
pub mod lists;
pub mod marks;
pub mod monitor;
pub mod rotation;
pub mod scenarios;
pub(crate) mod schema;
pub mod score_models;
pub mod snapshots;
pub mod standing;
#[cfg(test)]
pub(crate) mod tests;
