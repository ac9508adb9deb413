//! The look-up tables: words and numbers by which orders are found. They follow a moment after the orders themselves, in
//! batches, because their pages are spread over the whole table and would make every filing write ten times as much;
//! until then look-ups read what waits, so that nothing is missed.

use std::collections::HashMap;

use diesel::{ExpressionMethods, Insertable, JoinOnDsl, QueryDsl, RunQueryDsl, sql_query, sql_types};
use kernel::{OrgPath, id::OrderId};
use ledger::{Connection, StoreError, Unit, on_each};

use super::{
    members, one_row, parse, parse_path,
    schema::{order_numbers, order_persons, orders},
    search, sketches,
};
use crate::words;

/// Whether an order waits for the look-up tables, as `order_persons.pending` says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pending {
    /// The look-up tables hold it.
    No = 0,
    /// It is looked for where it waits.
    Yes = 1,
    /// Its words are longer than the search index takes; they are always read where they are.
    TooLong = 2,
}

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
    sketch: Option<Vec<u8>>,
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
            order_persons::sketch,
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
    let fits = put_words(conn, order, &unit)?;
    put_numbers(conn, order)?;
    sketches::put(conn, order.seq, order.sketch.as_deref(), &order.words)?;
    let pending = if fits { Pending::No } else { Pending::TooLong };
    let done = (order_persons::pending.eq(pending as i32), order_persons::indexed.eq(unit.as_str()));
    let there = diesel::update(order_persons::table.find(order.seq)).set(done);
    on_each!(conn, |c| there.execute(c))?;
    Ok(())
}

/// Bytes of terms that PostgreSQL's index takes of one text; SQLite takes the same, so that both behave alike.
const TERMS_BYTES_MAX: usize = 1_000_000;

/// Puts the words of an order into the search index. Returns whether it took them.
fn put_words(conn: &mut Connection, order: &Waiting, unit: &OrgPath) -> Result<bool, StoreError> {
    let terms = words::terms(&order.words) + &words::places(unit);
    let fits = terms.len() <= TERMS_BYTES_MAX;
    match conn {
        Connection::Sqlite(c) => {
            if order.indexed.is_some() {
                sql_query("DELETE FROM order_search WHERE rowid = $1")
                    .bind::<sql_types::BigInt, _>(order.seq)
                    .execute(c)?;
            }
            if fits {
                sql_query("INSERT INTO order_search (rowid, words) VALUES ($1, $2)")
                    .bind::<sql_types::BigInt, _>(order.seq)
                    .bind::<sql_types::Text, _>(terms)
                    .execute(c)?;
            }
        }
        Connection::Postgres(c) => {
            // Terms are made here, so that no parser of the database has a say in them.
            let terms = if fits { terms + &search::stretches_of(order.seq) } else { String::new() };
            sql_query("UPDATE order_persons SET search = array_to_tsvector(string_to_array($1, ' ')) WHERE seq = $2")
                .bind::<sql_types::Text, _>(terms.trim())
                .bind::<sql_types::BigInt, _>(order.seq)
                .execute(c)?;
        }
    }
    Ok(fits)
}

fn put_numbers(conn: &mut Connection, order: &Waiting) -> Result<(), StoreError> {
    if order.indexed.is_some() {
        let old = order_numbers::table.filter(order_numbers::seq.eq(order.seq));
        on_each!(conn, |c| diesel::delete(old).execute(c))?;
    }
    let members = members::phones(conn, order.seq)?;
    let own = [&order.phone, &order.identity, &order.account, &order.agent_phone].into_iter().flatten();
    for blind in own.chain(&members) {
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
    sketches::forget(conn)?;
    let waits = (order_persons::pending.eq(Pending::Yes as i32), order_persons::indexed.eq(None::<String>));
    on_each!(conn, |c| diesel::update(order_persons::table).set(waits).execute(c))?;
    Ok(())
}

/// Orders whose words are to be made anew, up to `limit`, with their places.
pub fn stale(conn: &mut Connection, limit: i64) -> Result<Vec<(i64, OrderId)>, StoreError> {
    let query = order_persons::table
        .inner_join(orders::table.on(orders::seq.eq(order_persons::seq)))
        .filter(order_persons::stale.eq(1))
        .order(order_persons::seq)
        .limit(limit)
        .select((order_persons::seq, orders::id));
    let rows: Vec<(i64, String)> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(|(seq, id)| Ok((seq, parse("orders", "id", &id, &id)?))).collect()
}

/// Sets the words of an order; `None` when they cannot be made because what they come from was erased.
pub fn renew_words(conn: &mut Connection, seq: i64, words: Option<&str>) -> Result<(), StoreError> {
    let there = order_persons::table.find(seq);
    let fresh = order_persons::stale.eq(0);
    let rows = match words {
        Some(words) => {
            let change = (order_persons::words.eq(words), order_persons::pending.eq(Pending::Yes as i32), fresh);
            on_each!(conn, |c| diesel::update(there).set(change).execute(c))?
        }
        None => on_each!(conn, |c| diesel::update(there).set(fresh).execute(c))?,
    };
    one_row(rows, "order_persons", seq)
}

/// Adds to the words of an order.
pub fn add_words(conn: &mut Connection, seq: i64, words: &str) -> Result<(), StoreError> {
    use diesel::TextExpressionMethods;
    let there = order_persons::table.find(seq);
    let change =
        (order_persons::words.eq(order_persons::words.concat(words)), order_persons::pending.eq(Pending::Yes as i32));
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, "order_persons", seq)
}

/// The words of orders, by their places in time.
pub fn words_of(conn: &mut Connection, seqs: &[i64]) -> Result<HashMap<i64, String>, StoreError> {
    let query = order_persons::table
        .filter(order_persons::seq.eq_any(seqs.to_vec()))
        .select((order_persons::seq, order_persons::words));
    let rows: Vec<(i64, String)> = on_each!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().collect())
}

/// Whether anything waits.
pub fn is_anything_waiting(conn: &mut Connection) -> Result<bool, StoreError> {
    let query = order_persons::table.filter(order_persons::pending.eq(1)).select(order_persons::seq).limit(1);
    let rows: Vec<i64> = on_each!(conn, |c| query.load(c))?;
    Ok(!rows.is_empty())
}
