//! Which files still lie in clear in the object store, because they came before objects were sealed. Says where to look next;
//! must never hold a key that is not wrapped.

use diesel::{ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::id::{AttachmentId, OrderId, RectificationId};
use ledger::{Connection, StoreError, on_each};
use seal::WrappedKey;

use super::{
    one_row, parse,
    schema::{order_attachments, order_persons, orders, rectifications},
};

const TABLE: &str = "order_attachments";

/// A file of an order that may lie in clear.
#[derive(Debug)]
pub struct ClearFile {
    /// The file.
    pub id: AttachmentId,
    /// Its order.
    pub order: OrderId,
    /// The key of its order; `None` when that was destroyed.
    pub wrapped: Option<WrappedKey>,
    /// The bytes of its content.
    pub bytes: u64,
    /// The hash of its content.
    pub digest: String,
}

/// The first file of an order behind `after` that may lie in clear.
pub fn next_clear(conn: &mut Connection, after: &str) -> Result<Option<ClearFile>, StoreError> {
    let query = order_attachments::table
        .inner_join(orders::table.on(orders::seq.eq(order_attachments::seq)))
        .inner_join(order_persons::table.on(order_persons::seq.eq(order_attachments::seq)))
        .filter(order_attachments::is_sealed.eq(0))
        .filter(order_attachments::id.gt(after))
        .order(order_attachments::id)
        .select((
            order_attachments::id,
            orders::id,
            order_persons::wrapped_key,
            order_attachments::size,
            order_attachments::digest,
        ));
    let row: Option<(String, String, Option<String>, i64, String)> = on_each!(conn, |c| query.first(c)).optional()?;
    let Some((id, order, wrapped, bytes, digest)) = row else { return Ok(None) };
    Ok(Some(ClearFile {
        order: parse(TABLE, "seq", &id, &order)?,
        bytes: u64::try_from(bytes).map_err(|_| StoreError::corrupt(TABLE, "size", &id, "negative"))?,
        id: parse(TABLE, "id", &id, &id)?,
        wrapped: wrapped.map(WrappedKey::from_stored),
        digest,
    }))
}

/// The file lies sealed, or not at all.
pub fn mark_sealed(conn: &mut Connection, id: AttachmentId) -> Result<(), StoreError> {
    let there = diesel::update(order_attachments::table.find(id.to_string())).set(order_attachments::is_sealed.eq(1));
    let rows = on_each!(conn, |c| there.execute(c))?;
    one_row(rows, TABLE, id)
}

/// The first rectification behind `after` of which files may lie in clear, with its key.
pub fn next_clear_rectification(
    conn: &mut Connection,
    after: &str,
) -> Result<Option<(RectificationId, Option<WrappedKey>)>, StoreError> {
    let query = rectifications::table
        .filter(rectifications::is_sealed.eq(0))
        .filter(rectifications::id.gt(after))
        .order(rectifications::id)
        .select((rectifications::id, rectifications::wrapped_key));
    let row: Option<(String, Option<String>)> = on_each!(conn, |c| query.first(c)).optional()?;
    row.map(|(id, key)| Ok((parse("rectifications", "id", &id, &id)?, key.map(WrappedKey::from_stored)))).transpose()
}

/// All files of the rectification lie sealed.
pub fn mark_rectification_sealed(conn: &mut Connection, id: RectificationId) -> Result<(), StoreError> {
    let there = diesel::update(rectifications::table.find(id.to_string())).set(rectifications::is_sealed.eq(1));
    let rows = on_each!(conn, |c| there.execute(c))?;
    one_row(rows, "rectifications", id)
}

/// Puts the column of a rectification to what it was when the migration added it.
#[cfg(test)]
pub fn mark_rectification_clear(conn: &mut Connection, id: RectificationId) -> Result<(), StoreError> {
    let there = diesel::update(rectifications::table.find(id.to_string())).set(rectifications::is_sealed.eq(0));
    let rows = on_each!(conn, |c| there.execute(c))?;
    one_row(rows, "rectifications", id)
}
