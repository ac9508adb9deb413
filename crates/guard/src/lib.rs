//! The guard: real-time screening of transfers for telecom fraud, and what people do about what it finds.
//!
//! `model` judges and folds, `desk` makes each act one unit of work, `store` keeps and finds, `api` speaks HTTP, `jobs` ends
//! delays and calls for visits. This room must never hold a legal number as a constant, keep or show personal data in clear
//! without a permission and an event, or tell a customer what is on a list.

pub mod api;
pub mod demo;
pub mod desk;
pub mod figures;
pub mod intake;
pub mod jobs;
pub mod labels;
pub mod list_export;
pub mod lists;
pub mod model;
pub mod proof;
pub mod rules;
pub mod scenarios;
pub mod score_models;
pub mod screen;
pub mod store;
#[cfg(test)]
mod testing;

use diesel_migrations::EmbeddedMigrations;
use endpoint::Room;
use kernel::Text;
use ledger::{Migrations, Projection};

const SQLITE: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/sqlite");
const POSTGRES: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/postgres");

/// The tables of this room.
pub const MIGRATIONS: Migrations =
    Migrations { room: "guard", sqlite: SQLITE, postgres: POSTGRES, projections: &PROJECTIONS };

const PROJECTIONS: [Projection; 4] = [
    Projection { table: "guard_interceptions", versioned: true },
    Projection { table: "guard_list_changes", versioned: true },
    Projection { table: "guard_scenarios", versioned: true },
    Projection { table: "guard_score_models", versioned: true },
];

/// The room, to be put in the house.
pub fn room() -> Room {
    Room {
        name: "guard",
        title: Text::fixed("反诈拦截", "Guard"),
        migrations: Some(MIGRATIONS),
        routes: api::routes(),
        permissions: model::permission::specs(),
        jobs: jobs::handlers,
        outside: |shared, _| jobs::outside(shared),
        at_start: jobs::at_start,
        reactions: Vec::new(),
        at_stop: |shared| {
            let settled = shared.known_part::<screen::Screen>().map_or(Ok(()), |screen| screen.settle());
            if let Err(problem) = settled {
                // The next start takes them over from the journal.
                tracing::error!(internal = problem.internal(), "decisions stay in the journal until the next start");
            }
        },
        derive_anew: endpoint::room::derives_nothing,
    }
}
