//! By what the members of a group are found: blind indexes of their telephone numbers, beside the events that hold the sealed
//! numbers. Never a number in clear.

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl, TextExpressionMethods};
use kernel::id::OrderId;
use ledger::{Connection, StoreError, on_each};
use seal::{BlindIndex, Keyring};

use super::{
    one_row, parse,
    schema::{order_members, orders},
};

/// Stale indexes that one look gives at most; renewing one opens what was sealed.
pub const STALE_MAX: i64 = 100;

/// Adds a member, by their place and number.
pub fn insert(conn: &mut Connection, (seq, number): (i64, u32), phone: Option<&BlindIndex>) -> Result<(), StoreError> {
    let row = (
        order_members::seq.eq(seq),
        order_members::number.eq(column(number)),
        order_members::phone_index.eq(phone.map(BlindIndex::as_str)),
    );
    on_each!(conn, |c| diesel::insert_into(order_members::table).values(row).execute(c))?;
    Ok(())
}

fn column(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Forgets by what the members of an order were found.
pub fn forget_phones(conn: &mut Connection, seq: i64) -> Result<(), StoreError> {
    let there = order_members::table.filter(order_members::seq.eq(seq));
    let none = order_members::phone_index.eq(None::<String>);
    on_each!(conn, |c| diesel::update(there).set(none).execute(c))?;
    Ok(())
}

/// The indexes of an order's members.
pub fn phones(conn: &mut Connection, seq: i64) -> Result<Vec<String>, StoreError> {
    let query = order_members::table
        .filter(order_members::seq.eq(seq))
        .order(order_members::number)
        .select(order_members::phone_index);
    let rows: Vec<Option<String>> = on_each!(conn, |c| query.load(c))?;
    Ok(rows.into_iter().flatten().collect())
}

/// A member whose index was made with an older key.
pub struct StaleMember {
    /// Their order's place in time.
    pub seq: i64,
    /// Their order.
    pub order: OrderId,
    /// Their number on it.
    pub number: u32,
}

/// Members whose index was made with an older key, up to [`STALE_MAX`].
pub fn stale(conn: &mut Connection, keyring: &Keyring) -> Result<Vec<StaleMember>, StoreError> {
    let current = keyring.blind_index("", "");
    let query = order_members::table
        .inner_join(orders::table.on(orders::seq.eq(order_members::seq)))
        .filter(order_members::phone_index.not_like(format!("{}.%", current.key_id().unwrap_or_default())))
        .order((order_members::seq, order_members::number))
        .limit(STALE_MAX)
        .select((order_members::seq, orders::id, order_members::number));
    let rows: Vec<(i64, String, i32)> = on_each!(conn, |c| query.load(c))?;
    let read = |(seq, id, number): (i64, String, i32)| {
        let order = parse("orders", "id", &id, &id)?;
        let number =
            u32::try_from(number).map_err(|_| StoreError::corrupt("order_members", "number", seq, "negative"))?;
        Ok(StaleMember { seq, order, number })
    };
    rows.into_iter().map(read).collect()
}

/// Writes by what a member is found; `None` when what was sealed is gone.
pub fn set_phone(
    conn: &mut Connection,
    (seq, number): (i64, u32),
    phone: Option<&BlindIndex>,
) -> Result<(), StoreError> {
    let there = order_members::table.find((seq, column(number)));
    let change = order_members::phone_index.eq(phone.map(BlindIndex::as_str));
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, "order_members", seq)
}
