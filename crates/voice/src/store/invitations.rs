//! Invitations to answer a return visit without signing in. Neither token, receipt number nor code can be read back from a
//! row, and a row tells nothing of the person.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::{Timestamp, id::OrderId};
use ledger::{Connection, StoreError, on_each};

use super::{parse, schema::portal_invitations};

/// Wrong tries of one short code before it is void: with six digits, a guesser has one chance in 200,000 for each
/// invitation. The link is not touched by them.
pub const TRIES_MAX: i32 = 5;

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The keyed hash of the link's token.
    pub print: String,
    /// The order.
    pub order: OrderId,
    /// The round of the order that it asks about.
    pub round: u32,
    /// The keyed hash of the receipt number.
    pub slot: String,
    /// The keyed hash of the short code.
    pub code: String,
    /// Wrong tries of the short code so far.
    pub tries: i32,
    /// Until when it holds.
    pub expires_at: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = portal_invitations)]
struct Row {
    print: String,
    order_id: String,
    round: i32,
    slot: String,
    code: String,
    tries: i32,
    expires_at: i64,
    answered_at: Option<i64>,
}

impl TryFrom<Row> for Invitation {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            order: parse("portal_invitations", "order_id", &row.order_id, &row.order_id)?,
            round: u32::try_from(row.round)
                .map_err(|_| StoreError::corrupt("portal_invitations", "round", &row.order_id, "below zero"))?,
            print: row.print,
            slot: row.slot,
            code: row.code,
            tries: row.tries,
            expires_at: Timestamp::from_micros(row.expires_at),
            answered_at: row.answered_at.map(Timestamp::from_micros),
        })
    }
}

/// Keeps an invitation, in place of an older one of the same order.
pub fn put(conn: &mut Connection, new: &Invitation) -> Result<(), StoreError> {
    let older = portal_invitations::table.filter(portal_invitations::order_id.eq(new.order.to_string()));
    on_each!(conn, |c| diesel::delete(older).execute(c))?;
    let row = (
        portal_invitations::print.eq(&new.print),
        portal_invitations::order_id.eq(new.order.to_string()),
        portal_invitations::round.eq(i32::try_from(new.round).unwrap_or(i32::MAX)),
        portal_invitations::slot.eq(&new.slot),
        portal_invitations::code.eq(&new.code),
        portal_invitations::tries.eq(new.tries),
        portal_invitations::expires_at.eq(new.expires_at.as_micros()),
        portal_invitations::answered_at.eq(new.answered_at.map(Timestamp::as_micros)),
    );
    on_each!(conn, |c| diesel::insert_into(portal_invitations::table).values(row).execute(c))?;
    Ok(())
}

/// The invitation whose token has one of these prints.
pub fn by_token(conn: &mut Connection, prints: &[String]) -> Result<Option<Invitation>, StoreError> {
    let query = portal_invitations::table.filter(portal_invitations::print.eq_any(prints));
    first(on_each!(conn, |c| query.select(Row::as_select()).first(c)).optional()?)
}

/// The invitation whose receipt number has one of these prints.
pub fn by_receipt(conn: &mut Connection, slots: &[String]) -> Result<Option<Invitation>, StoreError> {
    let query = portal_invitations::table.filter(portal_invitations::slot.eq_any(slots));
    first(on_each!(conn, |c| query.select(Row::as_select()).first(c)).optional()?)
}

fn first(row: Option<Row>) -> Result<Option<Invitation>, StoreError> {
    row.map(Invitation::try_from).transpose()
}

/// Counts a wrong try of the short code.
pub fn count_try(conn: &mut Connection, slots: &[String]) -> Result<(), StoreError> {
    let there = portal_invitations::table.filter(portal_invitations::slot.eq_any(slots));
    let more = portal_invitations::tries.eq(portal_invitations::tries + 1);
    on_each!(conn, |c| diesel::update(there).set(more).execute(c))?;
    Ok(())
}

/// Marks an invitation as answered. Returns whether this call was the one that did.
pub fn answer(conn: &mut Connection, print: &str, now: Timestamp) -> Result<bool, StoreError> {
    let there = portal_invitations::table.find(print).filter(portal_invitations::answered_at.is_null());
    let mark = portal_invitations::answered_at.eq(Some(now.as_micros()));
    Ok(on_each!(conn, |c| diesel::update(there).set(mark).execute(c))? == 1)
}

/// Removes invitations that expired before `before`, up to `limit`.
pub fn prune(conn: &mut Connection, before: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let query = portal_invitations::table
        .filter(portal_invitations::expires_at.le(before.as_micros()))
        .order(portal_invitations::expires_at)
        .limit(limit)
        .select(portal_invitations::print);
    let prints: Vec<String> = on_each!(conn, |c| query.load(c))?;
    for print in &prints {
        let there = portal_invitations::table.find(print);
        on_each!(conn, |c| diesel::delete(there).execute(c))?;
    }
    Ok(prints.len())
}
