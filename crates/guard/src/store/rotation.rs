//! What of the room's rows still hangs on keys before a rotation.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, TextExpressionMethods};
use kernel::id::InterceptionId;
use ledger::{Connection, StoreError, on_each, rows::parse};
use seal::{BlindIndex, Keyring};

use super::schema::guard_interceptions as table;

/// Rows of a kind that one look gives at most; renewing an index opens what was sealed.
pub const STALE_MAX: i64 = 100;

/// The tables whose rows have a key of their own, each with the column that names a row.
pub const KEYED: [(&str, &str); 3] =
    [("guard_interceptions", "id"), ("guard_list_changes", "id"), ("guard_keys", "name")];

/// Interceptions with a blind index of an older key.
pub fn stale(conn: &mut Connection, keyring: &Keyring) -> Result<Vec<InterceptionId>, StoreError> {
    let index = keyring.blind_index("", "");
    let current = format!("{}.%", index.key_id().unwrap_or_default());
    let old = table::payer_index.not_like(current.clone()).or(table::payee_index.not_like(current));
    let query = table::table.filter(old).order(table::id).limit(STALE_MAX).select(table::id);
    let ids: Vec<String> = on_each!(conn, |c| query.load(c))?;
    ids.iter().map(|id| parse("guard_interceptions", "id", id, id)).collect()
}

/// Puts the indexes of both sides of an interception.
pub fn put_indexes(
    conn: &mut Connection,
    id: InterceptionId,
    payer: Option<&BlindIndex>,
    payee: Option<&BlindIndex>,
) -> Result<(), StoreError> {
    let there = table::table.find(id.to_string());
    let change =
        (table::payer_index.eq(payer.map(BlindIndex::as_str)), table::payee_index.eq(payee.map(BlindIndex::as_str)));
    on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    Ok(())
}

/// The payee's index, to see that it is the new one.
#[cfg(test)]
pub fn payee_index(conn: &mut Connection, id: InterceptionId) -> Result<Option<BlindIndex>, StoreError> {
    let query = table::table.find(id.to_string()).select(table::payee_index);
    let index: Option<String> = on_each!(conn, |c| query.first(c))?;
    Ok(index.map(BlindIndex::from_stored))
}
