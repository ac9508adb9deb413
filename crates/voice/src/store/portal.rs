//! One-time codes of the portal. Neither the telephone number nor the code can be read back from a row.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::Timestamp;
use ledger::{Connection, StoreError, on_each};

use super::schema::portal_codes;

/// Wrong tries of one code before it is void: with six digits, a guesser has one chance in 200,000.
pub const TRIES_MAX: i32 = 5;

/// Gives a slot a new code, in place of an older one.
pub fn put(conn: &mut Connection, slot: &str, code: &str, expires_at: Timestamp) -> Result<(), StoreError> {
    let columns =
        (portal_codes::code.eq(code), portal_codes::tries.eq(0), portal_codes::expires_at.eq(expires_at.as_micros()));
    let row = (portal_codes::slot.eq(slot), columns);
    on_each!(conn, |c| {
        diesel::insert_into(portal_codes::table)
            .values(row)
            .on_conflict(portal_codes::slot)
            .do_update()
            .set(columns)
            .execute(c)
    })?;
    Ok(())
}

/// A code that somebody must repeat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The keyed hash of the code, in hexadecimal.
    pub code: String,
    /// Wrong tries so far.
    pub tries: i32,
}

/// The code of a slot, if it still holds.
pub fn get(conn: &mut Connection, slot: &str, now: Timestamp) -> Result<Option<Held>, StoreError> {
    let query = portal_codes::table
        .find(slot)
        .filter(portal_codes::expires_at.gt(now.as_micros()))
        .filter(portal_codes::tries.lt(TRIES_MAX))
        .select((portal_codes::code, portal_codes::tries));
    let row: Option<(String, i32)> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(row.map(|(code, tries)| Held { code, tries }))
}

/// Counts a wrong try.
pub fn count_try(conn: &mut Connection, slot: &str) -> Result<(), StoreError> {
    let there = diesel::update(portal_codes::table.find(slot)).set(portal_codes::tries.eq(portal_codes::tries + 1));
    on_each!(conn, |c| there.execute(c))?;
    Ok(())
}

/// Takes a code out of use. Returns whether this call was the one that did.
pub fn take(conn: &mut Connection, slot: &str, code: &str) -> Result<bool, StoreError> {
    let there = portal_codes::table.find(slot).filter(portal_codes::code.eq(code));
    Ok(on_each!(conn, |c| diesel::delete(there).execute(c))? == 1)
}

/// Takes whatever code a slot has out of use.
pub fn forget(conn: &mut Connection, slot: &str) -> Result<(), StoreError> {
    let there = portal_codes::table.find(slot);
    on_each!(conn, |c| diesel::delete(there).execute(c))?;
    Ok(())
}

/// Removes codes that have expired, up to `limit`.
pub fn prune(conn: &mut Connection, now: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let query = portal_codes::table
        .filter(portal_codes::expires_at.le(now.as_micros()))
        .order(portal_codes::expires_at)
        .limit(limit)
        .select(portal_codes::slot);
    let slots: Vec<String> = on_each!(conn, |c| query.load(c))?;
    for slot in &slots {
        let there = portal_codes::table.find(slot);
        on_each!(conn, |c| diesel::delete(there).execute(c))?;
    }
    Ok(slots.len())
}
