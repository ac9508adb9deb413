//! Organisation tree, staff, roles, sign-in, sessions, API tokens and customers.
//!
//! Every other room stands on this one: it knows who calls and what they may do where, and it keeps the keys under which
//! personal data is sealed. It must never know another room, never store personal data in clear, and never show it without
//! the permission, the reason and the event.

pub mod access;
pub mod api;
pub mod demo;
pub mod jobs;
pub mod model;
pub mod sealing;
pub mod store;
pub mod use_cases;

use diesel_migrations::EmbeddedMigrations;
use endpoint::Room;
use kernel::{Problem, Text, page::CursorError};
use ledger::{Migrations, Projection};

pub use access::{Access, AccessOptions};
pub use store::subject_keys;

const SQLITE: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/sqlite");
const POSTGRES: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/postgres");

/// The tables of this room.
pub const MIGRATIONS: Migrations =
    Migrations { room: "people", sqlite: SQLITE, postgres: POSTGRES, projections: &PROJECTIONS };

// One row, one stream; how many events it has is not kept in the row.
const PROJECTIONS: [Projection; 2] =
    [Projection { table: "staff", versioned: false }, Projection { table: "customers", versioned: false }];

/// The room, to be put in the house.
pub fn room() -> Room {
    Room {
        name: "people",
        title: Text::fixed("机构与人员", "People"),
        migrations: Some(MIGRATIONS),
        routes: api::routes(),
        permissions: model::permissions::specs(),
        jobs: |_| jobs::handlers(),
        outside: endpoint::room::stays_inside,
        at_start: jobs::at_start,
        reactions: Vec::new(),
        at_stop: endpoint::room::leaves_nothing,
        derive_anew: endpoint::room::derives_nothing,
    }
}

/// The problem of a cursor that a list did not give out.
pub fn wrong_cursor(_: CursorError) -> Problem {
    let text = Text::fixed(
        "翻页位置无效，请从第一页重新开始。",
        "The cursor is not one of this list; start from the first page.",
    );
    Problem::invalid("?after", text)
}
