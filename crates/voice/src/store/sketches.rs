//! The bands of the sketches of all orders, by which texts of one template are found. They follow a moment after the orders
//! themselves, with the other look-up tables.

use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl, sql_query, sql_types};
use ledger::{Connection, StoreError, on_each};

use super::{
    one_row,
    schema::{order_persons, order_sketches, orders},
};
use crate::{
    guess::text_of,
    matching::pairs,
    sketch::{BANDS, Sketch},
};

/// Puts the sketch of an order's text where it is found by. `old` is the sketch that is there, if there is one.
pub fn put(conn: &mut Connection, seq: i64, old: Option<&[u8]>, words: &str) -> Result<(), StoreError> {
    let sketch = Sketch::of(&pairs(&text_of(words)));
    // What is too short has a sketch too, an empty one, so that it is not looked at again and again.
    let stored = sketch.map(Sketch::to_bytes).unwrap_or_default();
    if old == Some(stored.as_slice()) {
        return Ok(());
    }
    for band in old.and_then(Sketch::from_bytes).iter().flat_map(Sketch::bands) {
        on_each!(conn, |c| diesel::delete(order_sketches::table.find((*band, seq))).execute(c))?;
    }
    for band in sketch.iter().flat_map(Sketch::bands) {
        let row = (order_sketches::band.eq(*band), order_sketches::seq.eq(seq));
        let add = diesel::insert_into(order_sketches::table).values(row);
        on_each!(conn, |c| add.on_conflict_do_nothing().execute(c))?;
    }
    let there = order_persons::table.find(seq);
    let rows = on_each!(conn, |c| diesel::update(there).set(order_persons::sketch.eq(Some(&stored))).execute(c))?;
    one_row(rows, "order_persons", seq)
}

/// Forgets every sketch.
pub fn forget(conn: &mut Connection) -> Result<(), StoreError> {
    on_each!(conn, |c| diesel::delete(order_sketches::table).execute(c))?;
    let none = order_persons::sketch.eq(None::<Vec<u8>>);
    on_each!(conn, |c| diesel::update(order_persons::table).set(none).execute(c))?;
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Place {
    #[diesel(sql_type = sql_types::BigInt)]
    seq: i64,
}

/// The orders from a place in time on, but for `seq` itself, that share bands with a sketch: those with most bands first.
pub fn sharing(
    conn: &mut Connection,
    sketch: &Sketch,
    seq: i64,
    from: i64,
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    let marks = (1..=BANDS).map(|at| format!("${at}")).collect::<Vec<_>>().join(", ");
    let (own, first, most) = (BANDS + 1, BANDS + 2, BANDS + 3);
    let text = format!(
        "SELECT seq FROM order_sketches WHERE band IN ({marks}) AND seq <> ${own} AND seq >= ${first} GROUP BY seq \
         ORDER BY count(*) DESC, seq DESC LIMIT ${most}"
    );
    let rows: Vec<Place> = on_each!(conn, |c| {
        let mut query = sql_query(text).into_boxed();
        for value in sketch.bands().iter().copied().chain([seq, from, limit]) {
            query = query.bind::<sql_types::BigInt, _>(value);
        }
        query.load(c)
    })?;
    Ok(rows.into_iter().map(|row| row.seq).collect())
}

/// Orders before `before` and from `from` on whose text has no sketch yet, newest first, with their words.
pub fn without(
    conn: &mut Connection,
    (from, before): (i64, i64),
    limit: i64,
) -> Result<Vec<(i64, String)>, StoreError> {
    let query = order_persons::table
        .inner_join(orders::table.on(orders::seq.eq(order_persons::seq)))
        .filter(order_persons::seq.ge(from))
        .filter(order_persons::seq.lt(before))
        .filter(order_persons::sketch.is_null())
        .filter(order_persons::pending.ne(1))
        .order(order_persons::seq.desc())
        .limit(limit)
        .select((order_persons::seq, order_persons::words));
    Ok(on_each!(conn, |c| query.load(c))?)
}

/// The words of an order.
pub fn words(conn: &mut Connection, seq: i64) -> Result<String, StoreError> {
    let query = order_persons::table.find(seq).select(order_persons::words);
    let found: Option<String> = on_each!(conn, |c| query.first(c)).optional()?;
    found.ok_or_else(|| StoreError::corrupt("order_persons", "seq", seq, "the row is missing"))
}
