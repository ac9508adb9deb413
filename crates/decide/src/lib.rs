//! The decision engine of real-time screening: what an event is, what its history says, which rules and models judge it,
//! and what follows.
//!
//! Everything is data that is compiled once and then only run: schemas give rows of fixed places, features give windows,
//! expressions give flat tables and short programs. The same rows in the same order give the same decisions to the bit.
//! This crate must never do I/O, read a clock, or hold a rule, a threshold or a legal figure of its own.

pub mod engine;
pub mod expression;
pub mod fault;
pub mod hash;
pub mod list;
pub mod scenario;
pub mod schema;
pub mod shipped;
pub mod trees;
pub mod value;
pub mod window;

pub use engine::{Decision, Engine, EngineOptions, EngineSpec, Memory, Screening};
pub use fault::Fault;
pub use hash::HashKeys;
pub use list::List;
pub use scenario::{Outcome, ScenarioSpec};
pub use schema::{Row, Schema, SchemaSpec};
pub use value::{Kind, Slot, Value};
