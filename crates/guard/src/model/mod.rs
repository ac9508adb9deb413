//! What may happen in this room, and what it means: pure functions over plain values. No database, no HTTP, no clock and no
//! randomness; the same input gives the same events.

pub mod dialogue;
pub mod export;
pub mod interception;
pub mod label;
pub mod law;
pub mod list_change;
pub mod permission;
pub mod scenario;
pub mod score_model;
pub mod sign;
pub mod words;
