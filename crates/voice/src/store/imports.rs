//! Which rows of which lists were imported, and what they said: an import that runs again takes nothing twice.
//!
//! The print of a row is keyed, so that nobody can find out from the table what a row said about whom.

use std::collections::HashMap;

use diesel::{ExpressionMethods, Insertable, QueryDsl, RunQueryDsl};
use kernel::id::OrderId;
use ledger::{Connection, StoreError, on_each};
use seal::BlindIndex;

use super::{one_row, parse, schema::order_imports};

/// Rows that one question asks after; both engines take far more values in one statement.
pub const ROWS_MAX: usize = 1_000;

/// A row that was imported before.
#[derive(Debug, Clone)]
pub struct Known {
    /// The order it became.
    pub order: OrderId,
    /// The print of what it said then.
    pub print: BlindIndex,
}

#[derive(Insertable)]
#[diesel(table_name = order_imports)]
struct NewImport<'a> {
    source: &'a str,
    external: &'a str,
    id: &'a str,
    print: &'a str,
}

/// What is known of these rows of a list, by their numbers; at most [`ROWS_MAX`] are asked after.
pub fn known(conn: &mut Connection, source: &str, externals: &[&str]) -> Result<HashMap<String, Known>, StoreError> {
    let externals = &externals[..externals.len().min(ROWS_MAX)];
    let query = order_imports::table
        .filter(order_imports::source.eq(source))
        .filter(order_imports::external.eq_any(externals))
        .select((order_imports::external, order_imports::id, order_imports::print));
    let rows: Vec<(String, String, String)> = on_each!(conn, |c| query.load(c))?;
    let known = |(external, id, print): (String, String, String)| {
        let order = parse("order_imports", "id", &external, &id)?;
        Ok((external, Known { order, print: BlindIndex::from_stored(print) }))
    };
    rows.into_iter().map(known).collect()
}

/// Keeps what a row that was imported before says now.
pub fn renew(conn: &mut Connection, (source, external): (&str, &str), print: &BlindIndex) -> Result<(), StoreError> {
    let there = order_imports::table.find((source, external));
    let rows = on_each!(conn, |c| diesel::update(there).set(order_imports::print.eq(print.as_str())).execute(c))?;
    one_row(rows, "order_imports", external)
}

/// Keeps that a row of a list became an order.
pub fn remember(
    conn: &mut Connection,
    (source, external): (&str, &str),
    order: OrderId,
    print: &BlindIndex,
) -> Result<(), StoreError> {
    let id = order.to_string();
    let row = NewImport { source, external, id: &id, print: print.as_str() };
    on_each!(conn, |c| diesel::insert_into(order_imports::table).values(row).execute(c))?;
    Ok(())
}
