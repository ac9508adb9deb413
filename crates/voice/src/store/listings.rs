//! The shared list of abnormal complaints: who is on it until when, found by blind index alone.

use diesel::{
    ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
    TextExpressionMethods,
};
use kernel::{
    ActorRef, OrgPath, Timestamp,
    id::{ListingId, OrderId},
};
use ledger::{Connection, StoreError, on_each};
use seal::{BlindIndex, Keyring, WrappedKey};

use super::{
    one_row, parse, parse_path,
    schema::{listing_numbers, listings},
    word,
};
use crate::model::listing::{Listing, ListingState};

const TABLE: &str = "listings";
/// Numbers with an old index that one look gives at most.
pub const STALE_MAX: i64 = 100;

/// A listing in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListingRow {
    /// The id.
    pub id: ListingId,
    /// How many events it has.
    pub version: u64,
    /// The order that was called abnormal.
    pub order: OrderId,
    /// The place of the order.
    pub unit: OrgPath,
    /// The numbers, masked.
    pub masked: Vec<String>,
    /// Who listed them.
    pub listed_by: ActorRef,
    /// When.
    pub listed_at: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// How it stands at the time of reading.
    pub state: ListingState,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = listings)]
struct Stored {
    id: String,
    version: i64,
    order_id: String,
    unit_path: String,
    masked: String,
    listed_by: String,
    listed_at: i64,
    until_at: i64,
    state: String,
}

impl Stored {
    fn row(self, now: Timestamp) -> Result<ListingRow, StoreError> {
        let id = self.id.as_str();
        let until = Timestamp::from_micros(self.until_at);
        let state = match word(TABLE, "state", id, ListingState::from_stored(&self.state))? {
            ListingState::Listed | ListingState::Appealed | ListingState::Expired if now >= until => {
                ListingState::Expired
            }
            state @ (ListingState::Listed | ListingState::Appealed | ListingState::Lifted | ListingState::Expired) => {
                state
            }
        };
        Ok(ListingRow {
            id: parse(TABLE, "id", id, id)?,
            version: u64::try_from(self.version).map_err(|_| StoreError::corrupt(TABLE, "version", id, "negative"))?,
            order: parse(TABLE, "order_id", id, &self.order_id)?,
            unit: parse_path(TABLE, "unit_path", id, &self.unit_path)?,
            masked: self.masked.lines().map(str::to_owned).collect(),
            listed_at: Timestamp::from_micros(self.listed_at),
            listed_by: ActorRef::from_stored(self.listed_by),
            until,
            state,
        })
    }
}

/// Adds somebody, with what the list shows of their numbers and by what they are found.
pub fn insert(
    conn: &mut Connection,
    listing: &Listing,
    wrapped: &WrappedKey,
    (masked, blinds): (&[String], &[BlindIndex]),
) -> Result<(), StoreError> {
    let row = (
        listings::id.eq(listing.id.to_string()),
        listings::version.eq(listing.version.cast_signed()),
        listings::order_id.eq(listing.order.to_string()),
        listings::unit_path.eq(listing.unit.as_str()),
        listings::masked.eq(masked.join("\n")),
        listings::listed_by.eq(listing.listed_by.as_str()),
        listings::listed_at.eq(listing.listed_at.as_micros()),
        listings::until_at.eq(listing.until.as_micros()),
        listings::state.eq(ListingState::Listed.as_str()),
        listings::wrapped_key.eq(Some(wrapped.as_str())),
    );
    on_each!(conn, |c| diesel::insert_into(listings::table).values(row).execute(c))?;
    for (place, blind) in (0i32..).zip(blinds) {
        let row = (
            listing_numbers::listing.eq(listing.id.to_string()),
            listing_numbers::place.eq(place),
            listing_numbers::blind.eq(blind.as_str()),
            listing_numbers::until_at.eq(listing.until.as_micros()),
        );
        on_each!(conn, |c| diesel::insert_into(listing_numbers::table).values(row).execute(c))?;
    }
    Ok(())
}

/// Brings the row up to date. Whoever is lifted is found by no number any more.
pub fn update(conn: &mut Connection, listing: &Listing, now: Timestamp) -> Result<(), StoreError> {
    let state = listing.state(now);
    let change = (listings::version.eq(listing.version.cast_signed()), listings::state.eq(state.as_str()));
    let there = listings::table.find(listing.id.to_string());
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, TABLE, listing.id)?;
    if state == ListingState::Lifted {
        let numbers = listing_numbers::table.filter(listing_numbers::listing.eq(listing.id.to_string()));
        on_each!(conn, |c| diesel::delete(numbers).execute(c))?;
    }
    Ok(())
}

/// The key of a listing's texts and numbers.
pub fn key(conn: &mut Connection, id: ListingId) -> Result<Option<WrappedKey>, StoreError> {
    let query = listings::table.find(id.to_string()).select(listings::wrapped_key);
    let found: Option<Option<String>> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(found.flatten().map(WrappedKey::from_stored))
}

/// One row.
pub fn find(conn: &mut Connection, id: ListingId, now: Timestamp) -> Result<Option<ListingRow>, StoreError> {
    let query = listings::table.find(id.to_string());
    let row: Option<Stored> = on_each!(conn, |c| query.select(Stored::as_select()).first(c)).optional()?;
    row.map(|row| row.row(now)).transpose()
}

/// The list, newest first; those that hold at `now`, or all.
pub fn page(
    conn: &mut Connection,
    all: bool,
    before: Option<String>,
    (now, limit): (Timestamp, i64),
) -> Result<Vec<ListingRow>, StoreError> {
    let rows: Vec<Stored> = on_each!(conn, |c| {
        let mut query =
            listings::table.order(listings::id.desc()).limit(limit).select(Stored::as_select()).into_boxed();
        if let Some(before) = &before {
            query = query.filter(listings::id.lt(before.clone()));
        }
        if !all {
            query = query
                .filter(listings::until_at.gt(now.as_micros()))
                .filter(listings::state.ne(ListingState::Lifted.as_str()));
        }
        query.load(c)
    })?;
    rows.into_iter().map(|row| row.row(now)).collect()
}

/// The listings that hold at `now` and are found by one of these numbers.
pub fn by_numbers(conn: &mut Connection, blinds: &[String], now: Timestamp) -> Result<Vec<ListingId>, StoreError> {
    let query = listing_numbers::table
        .filter(listing_numbers::blind.eq_any(blinds.to_vec()))
        .filter(listing_numbers::until_at.gt(now.as_micros()))
        .order(listing_numbers::listing)
        .select(listing_numbers::listing);
    let mut ids: Vec<String> = on_each!(conn, |c| query.load(c))?;
    ids.dedup();
    ids.into_iter().map(|id| parse(TABLE, "id", &id, &id)).collect()
}

/// Removes the numbers of listings whose time is over, up to `limit`. Returns how many there were.
pub fn prune(conn: &mut Connection, now: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let query = listing_numbers::table
        .filter(listing_numbers::until_at.le(now.as_micros()))
        .limit(limit)
        .select((listing_numbers::listing, listing_numbers::place));
    let over: Vec<(String, i32)> = on_each!(conn, |c| query.load(c))?;
    for number in &over {
        let there = listing_numbers::table.find((number.0.clone(), number.1));
        on_each!(conn, |c| diesel::delete(there).execute(c))?;
    }
    Ok(over.len())
}

/// Numbers whose index was made with an older key, with their places in the listing.
pub fn stale(conn: &mut Connection, keyring: &Keyring) -> Result<Vec<(ListingId, usize)>, StoreError> {
    let current = keyring.blind_index("", "");
    let query = listing_numbers::table
        .filter(listing_numbers::blind.not_like(format!("{}.%", current.key_id().unwrap_or_default())))
        .order((listing_numbers::listing, listing_numbers::place))
        .limit(STALE_MAX)
        .select((listing_numbers::listing, listing_numbers::place));
    let rows: Vec<(String, i32)> = on_each!(conn, |c| query.load(c))?;
    let read = |(id, place): (String, i32)| {
        let place =
            usize::try_from(place).map_err(|_| StoreError::corrupt("listing_numbers", "place", &id, "negative"))?;
        Ok((parse(TABLE, "id", &id, &id)?, place))
    };
    rows.into_iter().map(read).collect()
}

/// Writes by what a listed number is found; `None` takes it away.
pub fn set_number(
    conn: &mut Connection,
    (id, place): (ListingId, usize),
    blind: Option<&BlindIndex>,
) -> Result<(), StoreError> {
    let there = listing_numbers::table.find((id.to_string(), i32::try_from(place).unwrap_or(i32::MAX)));
    match blind {
        Some(blind) => {
            let change = listing_numbers::blind.eq(blind.as_str());
            on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
        }
        None => {
            on_each!(conn, |c| diesel::delete(there).execute(c))?;
        }
    }
    Ok(())
}
