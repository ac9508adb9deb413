//! The look-up tables: words and numbers by which orders are found. They follow a moment after the orders themselves, in
//! batches, because their pages are spread over the whole table and would make every filing write ten times as much;
//! until then look-ups read what waits, so that nothing is missed.

use diesel::{ExpressionMethods, Insertable, JoinOnDsl, QueryDsl, RunQueryDsl, sql_query, sql_types};
use kernel::OrgPath;
use ledger::{Connection, StoreError, Unit, on_each};

use super::{
    parse_path,
    schema::{order_numbers, order_persons, orders},
};
use crate::words;

#[derive(Insertable)]
#[diesel(table_name = order_numbers)]
struct NumberRow<'a> {
    blind: &'a str,
    seq: i64,
}

/// What waits to be put into the look-up tables.
#[derive(diesel::Queryable)]
struct Waiting {
    seq: i64,
    unit_path: String,
    words: String,
    indexed: Option<String>,
    phone: Option<String>,
    identity: Option<String>,
    account: Option<String>,
    agent_phone: Option<String>,
}

/// Puts up to `limit` waiting orders into the look-up tables. Returns how many there were.
pub fn index_some(conn: &mut Connection, limit: i64) -> Result<usize, StoreError> {
    let query = order_persons::table
        .inner_join(orders::table.on(orders::seq.eq(order_persons::seq)))
        .filter(order_persons::pending.eq(1))
        .order(order_persons::seq)
        .limit(limit)
        .select((
            order_persons::seq,
            orders::unit_path,
            order_persons::words,
            order_persons::indexed,
            order_persons::phone_index,
            order_persons::identity_index,
            order_persons::account_index,
            order_persons::agent_phone_index,
        ));
    let waiting: Vec<Waiting> = on_each!(conn, |c| query.load(c))?;
    let count = waiting.len();
    for order in waiting {
        index(conn, &order)?;
    }
    Ok(count)
}

fn index(conn: &mut Connection, order: &Waiting) -> Result<(), StoreError> {
    let unit = parse_path("orders", "unit_path", order.seq, &order.unit_path)?;
    let terms = words::terms(&order.words);
    put_words(conn, order, &terms, &unit)?;
    put_numbers(conn, order)?;
    let done = (order_persons::pending.eq(0), order_persons::indexed.eq(unit.as_str()));
    let there = diesel::update(order_persons::table.find(order.seq)).set(done);
    on_each!(conn, |c| there.execute(c))?;
    Ok(())
}

fn put_words(conn: &mut Connection, order: &Waiting, terms: &str, unit: &OrgPath) -> Result<(), StoreError> {
    let new = format!("{terms}{}", words::places(unit));
    match conn {
        Connection::Sqlite(c) => {
            if let Some(old) = &order.indexed {
                // An index without its text must be told what it held in order to forget it.
                let old = parse_path("order_persons", "indexed", order.seq, old)?;
                let held = format!("{terms}{}", words::places(&old));
                sql_query("INSERT INTO order_search (order_search, rowid, words) VALUES ('delete', $1, $2)")
                    .bind::<sql_types::BigInt, _>(order.seq)
                    .bind::<sql_types::Text, _>(held)
                    .execute(c)?;
            }
            sql_query("INSERT INTO order_search (rowid, words) VALUES ($1, $2)")
                .bind::<sql_types::BigInt, _>(order.seq)
                .bind::<sql_types::Text, _>(new)
                .execute(c)?;
        }
        Connection::Postgres(c) => {
            // Terms are made here, so that no parser of the database has a say in them.
            sql_query("UPDATE order_persons SET search = array_to_tsvector(string_to_array($1, ' ')) WHERE seq = $2")
                .bind::<sql_types::Text, _>(new.trim())
                .bind::<sql_types::BigInt, _>(order.seq)
                .execute(c)?;
        }
    }
    Ok(())
}

fn put_numbers(conn: &mut Connection, order: &Waiting) -> Result<(), StoreError> {
    if order.indexed.is_some() {
        let old = order_numbers::table.filter(order_numbers::seq.eq(order.seq));
        on_each!(conn, |c| diesel::delete(old).execute(c))?;
    }
    for blind in [&order.phone, &order.identity, &order.account, &order.agent_phone].into_iter().flatten() {
        let row = NumberRow { blind, seq: order.seq };
        on_each!(conn, |c| diesel::insert_into(order_numbers::table).values(row).on_conflict_do_nothing().execute(c))?;
    }
    Ok(())
}

/// Forgets the look-up tables and lets every order wait for them again.
pub fn forget(unit: &mut Unit<'_>) -> Result<(), StoreError> {
    let conn = unit.connection();
    if let Connection::Sqlite(c) = conn {
        sql_query("INSERT INTO order_search (order_search) VALUES ('delete-all')").execute(c)?;
    }
    on_each!(conn, |c| diesel::delete(order_numbers::table).execute(c))?;
    let waits = (order_persons::pending.eq(1), order_persons::indexed.eq(None::<String>));
    on_each!(conn, |c| diesel::update(order_persons::table).set(waits).execute(c))?;
    Ok(())
}

/// Whether anything waits.
pub fn is_anything_waiting(conn: &mut Connection) -> Result<bool, StoreError> {
    let query = order_persons::table.filter(order_persons::pending.eq(1)).select(order_persons::seq).limit(1);
    let rows: Vec<i64> = on_each!(conn, |c| query.load(c))?;
    Ok(!rows.is_empty())
}
