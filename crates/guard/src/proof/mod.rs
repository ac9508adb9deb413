//! Proofs: what was decided and what would be, computed anew from the log beside the engine that decides.
//!
//! A decision depends on the events before it in the order of the log, on what lists held at its place in that order, and on the
//! scenarios that it names. All three are in the database, so that a proof needs nothing of the engine's memory. It must never
//! take the lock under which events are decided, and never change what was decided.

pub mod history;
pub mod latency;
pub mod monitor;
pub mod recompute;
pub mod tally;
pub mod trial;
pub mod versions;
pub mod world;

#[cfg(test)]
mod tests;
