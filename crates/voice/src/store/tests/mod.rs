//! Tests of the store, on every engine at hand.

mod columns;
mod plans;
mod privacy;
mod queries;
mod removed;
mod words;
