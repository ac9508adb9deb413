//! The room's SQL: projections beside the event streams, and the queries behind lists, look-ups and timers.
//!
//! A row that cannot be what it must be names its table, column and key. Nothing here decides who may see what: scopes and
//! filters come in as values.

pub mod abnormal;
pub mod bases;
pub mod book;
pub mod bulk;
pub mod columns;
pub mod day;
pub mod exports;
pub mod files;
pub mod filter;
pub mod guesses;
pub mod hot;
pub mod imports;
mod insert;
pub mod invitations;
pub mod leads;
pub mod links;
pub mod list;
pub mod listings;
pub mod lookups;
pub mod members;
pub mod messages;
pub mod orders;
pub mod origins;
pub mod outcomes;
pub mod parts;
pub mod past_lists;
pub mod portal;
pub mod recomputations;
pub mod rectifications;
pub mod regulator_lists;
pub mod reports;
pub mod rotation;
pub mod rows;
pub(crate) mod schema;
pub mod search;
pub mod sketches;
pub mod sweeps;
pub mod tasks;
pub mod teaching_cases;
pub mod waits;

#[cfg(test)]
mod tests;

pub(crate) use ledger::rows::{one_row, parse, parse_path, word};
