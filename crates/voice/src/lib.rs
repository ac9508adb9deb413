//! The voice of the customer: complaints and other matters from filing to closing, within their statutory clocks.
//!
//! `model` judges and folds, `desk` makes each act one unit of work, `store` keeps and finds, `api` speaks HTTP, `jobs`
//! watches the clocks. This room must never hold a legal number as a constant, nor keep or show personal data in clear
//! without a permission and an event.

pub mod abnormal;
pub mod anonymous;
pub mod api;
pub mod demo;
pub mod desk;
pub mod figures;
pub mod files;
pub mod guess;
pub mod historical;
pub mod hot;
pub mod intake;
pub mod invitation;
pub mod jobs;
pub mod letters;
pub mod matching;
pub mod model;
pub mod past_list;
pub mod portal;
pub mod products;
pub mod rectify;
pub mod regulator_list;
pub mod report;
pub mod sealing;
pub mod search_text;
pub mod sketch;
pub mod store;
#[cfg(test)]
mod testing;
pub mod words;

use std::sync::Arc;

use diesel_migrations::EmbeddedMigrations;
use endpoint::{Room, Shared};
use kernel::Text;
use ledger::{JobHandler, Migrations, Projection};

const SQLITE: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/sqlite");
const POSTGRES: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/postgres");

/// The tables of this room.
pub const MIGRATIONS: Migrations =
    Migrations { room: "voice", sqlite: SQLITE, postgres: POSTGRES, projections: &PROJECTIONS };

const PROJECTIONS: [Projection; 5] = [
    Projection { table: "orders", versioned: true },
    Projection { table: "listings", versioned: true },
    Projection { table: "rectifications", versioned: true },
    Projection { table: "reports", versioned: true },
    Projection { table: "teaching_cases", versioned: true },
];

/// The room, to be put in the house.
pub fn room() -> Room {
    Room {
        name: "voice",
        title: Text::fixed("客户之声", "Voice of the customer"),
        migrations: Some(MIGRATIONS),
        routes: api::routes(),
        permissions: model::permission::specs(),
        jobs: job_handlers,
        outside: |_, objects| jobs::outside(objects),
        at_start: jobs::at_start,
        reactions: jobs::reactions(),
        at_stop: endpoint::room::leaves_nothing,
        derive_anew: store::lookups::forget,
    }
}

fn job_handlers(shared: &Shared) -> Vec<Arc<dyn JobHandler>> {
    let law: Arc<dyn jobs::LawSource> = Arc::new(shared.clone());
    jobs::handlers(&law)
}
