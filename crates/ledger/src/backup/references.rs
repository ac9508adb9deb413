//! References between rows during a load, and the counters that give out numbers after it.

use diesel::{QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types};

use super::quoted;
use crate::{Connection, StoreError};

#[derive(QueryableByName)]
struct ConstraintRow {
    #[diesel(sql_type = sql_types::Text)]
    on_table: String,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Text)]
    definition: String,
}

#[derive(QueryableByName)]
struct IdentityRow {
    #[diesel(sql_type = sql_types::Text)]
    on_table: String,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Violations {
    #[diesel(sql_type = sql_types::BigInt)]
    count: i64,
}

/// PostgreSQL's foreign keys, dropped for the load and made again after it, all within its transaction.
/// SQLite's are switched off on the connection and checked as a whole.
pub(super) struct References {
    constraints: Vec<ConstraintRow>,
}

impl References {
    pub(super) fn put_aside(connection: &mut Connection) -> Result<Self, StoreError> {
        if connection.is_sqlite() {
            return Ok(Self { constraints: Vec::new() });
        }
        let constraints: Vec<ConstraintRow> = sql_query(
            "SELECT t.relname::text AS on_table, k.conname::text AS name, pg_get_constraintdef(k.oid) AS definition \
             FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid \
             WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace ORDER BY 1, 2",
        )
        .load(connection)?;
        for row in &constraints {
            let drop = format!("ALTER TABLE {} DROP CONSTRAINT {}", quoted(&row.on_table), quoted(&row.name));
            connection.batch_execute(&drop)?;
        }
        Ok(Self { constraints })
    }

    /// Makes them again, which checks every row.
    pub(super) fn put_back(&self, connection: &mut Connection) -> Result<(), StoreError> {
        if connection.is_sqlite() {
            let broken: Violations =
                sql_query("SELECT count(*) AS count FROM pragma_foreign_key_check").get_result(connection)?;
            if broken.count > 0 {
                return Err(StoreError::Misuse(format!("{} rows refer to rows that are not there", broken.count)));
            }
        }
        for row in &self.constraints {
            let (table, name) = (quoted(&row.on_table), quoted(&row.name));
            connection.batch_execute(&format!("ALTER TABLE {table} ADD CONSTRAINT {name} {}", row.definition))?;
        }
        Ok(())
    }
}

/// PostgreSQL: the next number behind the highest that was loaded. SQLite looks at the table itself.
pub(super) fn set_identities(connection: &mut Connection) -> Result<(), StoreError> {
    if connection.is_sqlite() {
        return Ok(());
    }
    let columns: Vec<IdentityRow> = sql_query(
        "SELECT t.relname::text AS on_table, a.attname::text AS name FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid \
         WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind IN ('r', 'p') AND a.attnum > 0 \
         AND NOT a.attisdropped AND pg_get_serial_sequence(quote_ident(t.relname), a.attname) IS NOT NULL",
    )
    .load(connection)?;
    for IdentityRow { on_table, name } in columns {
        let (table, column) = (quoted(&on_table), quoted(&name));
        let set = format!(
            "SELECT setval(pg_get_serial_sequence($1, $2), coalesce(max({column}), 1), max({column}) IS NOT NULL) FROM {table}"
        );
        sql_query(set).bind::<sql_types::Text, _>(&table).bind::<sql_types::Text, _>(&name).execute(connection)?;
    }
    Ok(())
}
