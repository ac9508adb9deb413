//! The voice of the customer: complaints and other matters from filing to closing, within their statutory clocks.
//!
//! `model` judges and folds, `desk` makes each act one unit of work, `store` keeps and finds, `api` speaks HTTP, `jobs`
//! watches the clocks. This room must never hold a legal number as a constant, nor keep or show personal data in clear
//! without a permission and an event.

pub mod desk;
pub mod historical;
pub mod intake;
pub mod jobs;
pub mod model;
pub mod store;
#[cfg(test)]
mod testing;
pub mod words;

use diesel_migrations::EmbeddedMigrations;
use ledger::Migrations;

const SQLITE: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/sqlite");
const POSTGRES: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/postgres");

/// The tables of this room.
pub const MIGRATIONS: Migrations = Migrations { room: "voice", sqlite: SQLITE, postgres: POSTGRES };
