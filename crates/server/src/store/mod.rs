//! The house's own tables: checks of the ledger, years of holidays, and jobs given up. Must never hold anything of a room.

pub mod calendars;
pub mod checks;
pub mod dropped_jobs;
mod schema;
#[cfg(test)]
mod tests;

use diesel_migrations::EmbeddedMigrations;
use kernel::{Problem, Text, page::CursorError};
use ledger::Migrations;

const SQLITE: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/sqlite");
const POSTGRES: &EmbeddedMigrations = &diesel_migrations::embed_migrations!("migrations/postgres");

/// The house's own tables.
pub const MIGRATIONS: Migrations =
    Migrations { room: "operations", sqlite: SQLITE, postgres: POSTGRES, projections: &[] };

/// The problem of a cursor that a list did not give out.
pub(crate) fn wrong_cursor(_: CursorError) -> Problem {
    let text = Text::fixed(
        "翻页位置无效，请从第一页重新开始。",
        "The cursor is not one of this list; start from the first page.",
    );
    Problem::invalid("?after", text)
}
