//! The endpoints in use: an in-process router, a database of its own for each test, a client for each role.

mod attachments;
mod fairness;
mod figures;
mod house;
mod journey;
mod lists;
mod origins;
mod portal;
mod rules;
mod search;
