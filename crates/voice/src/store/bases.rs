//! What figures are divided by that no order tells: outlets, from the organisation, and customers, as the bank says it.

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::{ActorRef, Date, OrgPath, Timestamp};
use ledger::{Connection, StoreError, on_each};

use super::{parse, parse_path, schema::order_bases};

const TABLE: &str = "order_bases";

/// Rows of a unit's history that are shown.
const SHOWN_MAX: i64 = 200;

/// How many customers a unit has, from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomerBase {
    /// The unit.
    pub unit: OrgPath,
    /// From this day on.
    pub since: Date,
    /// How many.
    pub customers: i64,
    /// Who said so.
    pub set_by: ActorRef,
    /// When.
    pub set_at: Timestamp,
}

/// Adds what the bank says; what was said before for the same day stays as history and counts no more.
pub fn add(conn: &mut Connection, base: &CustomerBase) -> Result<(), StoreError> {
    let row = (
        order_bases::unit_path.eq(base.unit.as_str()),
        order_bases::since.eq(base.since.to_string()),
        order_bases::customers.eq(base.customers),
        order_bases::set_by.eq(base.set_by.as_str()),
        order_bases::set_at.eq(base.set_at.as_micros()),
    );
    on_each!(conn, |c| diesel::insert_into(order_bases::table).values(row).execute(c))?;
    Ok(())
}

/// How many customers a unit has on a day.
pub fn customers(conn: &mut Connection, unit: &OrgPath, on: Date) -> Result<Option<u64>, StoreError> {
    let query = order_bases::table
        .filter(order_bases::unit_path.eq(unit.as_str()).and(order_bases::since.le(on.to_string())))
        .order((order_bases::since.desc(), order_bases::id.desc()))
        .select(order_bases::customers);
    let found: Option<i64> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(found.and_then(|count| u64::try_from(count).ok()))
}

/// Everything that was said of a unit, the last first.
pub fn history(conn: &mut Connection, unit: &OrgPath) -> Result<Vec<CustomerBase>, StoreError> {
    let query = order_bases::table
        .filter(order_bases::unit_path.eq(unit.as_str()))
        .order(order_bases::id.desc())
        .limit(SHOWN_MAX)
        .select((
            order_bases::id,
            order_bases::unit_path,
            order_bases::since,
            order_bases::customers,
            order_bases::set_by,
            order_bases::set_at,
        ));
    let rows: Vec<(i64, String, String, i64, String, i64)> = on_each!(conn, |c| query.load(c))?;
    let read = |(id, unit, since, customers, by, at): (i64, String, String, i64, String, i64)| {
        Ok(CustomerBase {
            unit: parse_path(TABLE, "unit_path", id, &unit)?,
            since: parse(TABLE, "since", id, &since)?,
            customers,
            set_by: ActorRef::from_stored(by),
            set_at: Timestamp::from_micros(at),
        })
    };
    rows.into_iter().map(read).collect()
}
