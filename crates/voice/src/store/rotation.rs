//! Which orders still have a key or an index of the keys before a rotation. Looked for a stretch at a time, without an index:
//! one would cost every filing, and a rotation comes once in a year.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl,
    TextExpressionMethods,
};
use kernel::{Random, id::OrderId};
use ledger::{Connection, StoreError, on_each};
use seal::{Keyring, WrappedKey};

use super::{
    parse,
    schema::{order_persons, orders},
};

/// Orders that one look goes through: some ten milliseconds.
const STRETCH: i64 = 5_000;
/// Stale orders that one look gives at most; renewing an index opens what was sealed.
pub const STALE_MAX: i64 = 100;

/// An order with something old.
#[derive(Debug)]
pub struct Stale {
    /// Its place in time.
    pub seq: i64,
    /// The order.
    pub order: OrderId,
    /// Its key, when that is under an older master key.
    pub wrapped: Option<WrappedKey>,
    /// One of its blind indexes was made with an older key.
    pub has_old_index: bool,
}

/// What one look found, and behind which order to look next; `None` at the end.
pub type Look = (Vec<Stale>, Option<i64>);

type Row = (i64, String, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);

/// Goes through the orders behind `after`.
pub fn look(conn: &mut Connection, keyring: &Keyring, random: &dyn Random, after: i64) -> Result<Look, StoreError> {
    let query = order_persons::table
        .filter(order_persons::seq.gt(after))
        .order(order_persons::seq)
        .offset(STRETCH - 1)
        .select(order_persons::seq);
    let end: Option<i64> = on_each!(conn, |c| query.first(c)).optional()?;
    let last = end.unwrap_or(i64::MAX);
    // The id of the current master key is known from any key wrapped now.
    let (_, probe) = keyring.new_subject_key(random);
    let rows = stale_rows(conn, keyring, probe.key_id().unwrap_or_default(), (after, last))?;
    // A full batch means that more of the stretch is waiting.
    let full = i64::try_from(rows.len()).is_ok_and(|count| count >= STALE_MAX);
    let next = if full { rows.last().map(|row| row.0) } else { end };
    let stale = rows.into_iter().map(|row| stale(keyring, row)).collect::<Result<_, StoreError>>()?;
    Ok((stale, next))
}

fn stale_rows(
    conn: &mut Connection,
    keyring: &Keyring,
    master_key_id: &str,
    (after, last): (i64, i64),
) -> Result<Vec<Row>, StoreError> {
    let index = keyring.blind_index("", "");
    let index = format!("{}.%", index.key_id().unwrap_or_default());
    let key = format!("w1.{}.%", master_key_id);
    let old = order_persons::wrapped_key
        .not_like(key)
        .or(order_persons::phone_index.not_like(index.clone()))
        .or(order_persons::identity_index.not_like(index.clone()))
        .or(order_persons::account_index.not_like(index.clone()))
        .or(order_persons::agent_phone_index.not_like(index));
    let query = order_persons::table
        .inner_join(orders::table.on(orders::seq.eq(order_persons::seq)))
        .filter(order_persons::seq.gt(after))
        .filter(order_persons::seq.le(last))
        .filter(old)
        .order(order_persons::seq)
        .limit(STALE_MAX)
        .select((
            order_persons::seq,
            orders::id,
            order_persons::wrapped_key,
            order_persons::phone_index,
            order_persons::identity_index,
            order_persons::account_index,
            order_persons::agent_phone_index,
        ));
    Ok(on_each!(conn, |c| query.load(c))?)
}

fn stale(keyring: &Keyring, row: Row) -> Result<Stale, StoreError> {
    let (seq, id, wrapped, phone, identity, account, agent) = row;
    let old =
        |index: Option<String>| index.is_some_and(|index| keyring.needs_reindex(&seal::BlindIndex::from_stored(index)));
    let wrapped = wrapped.map(WrappedKey::from_stored).filter(|wrapped| keyring.needs_rewrap(wrapped));
    let has_old_index = [phone, identity, account, agent].into_iter().any(old);
    Ok(Stale { seq, order: parse("orders", "id", &id, &id)?, wrapped, has_old_index })
}

/// Puts a key under the current master key, unless somebody else has or the key was destroyed meanwhile.
pub fn put_key(conn: &mut Connection, seq: i64, old: &WrappedKey, new: &WrappedKey) -> Result<(), StoreError> {
    let there = order_persons::table.find(seq).filter(order_persons::wrapped_key.eq(old.as_str()));
    let change = order_persons::wrapped_key.eq(Some(new.as_str()));
    on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    Ok(())
}

/// The tables whose rows have a key of their own beside the orders, each with the column that names a row.
pub const KEYED: [(&str, &str); 3] = [("rectifications", "id"), ("teaching_cases", "id"), ("listings", "id")];
