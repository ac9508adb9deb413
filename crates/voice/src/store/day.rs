//! What one person has to do: their running deadlines, the most urgent first, and what came back to them.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};
use kernel::{Timestamp, id::StaffId};
use ledger::{Connection, StoreError, on_each};

use super::{
    rows::{OrderRow, Stored},
    schema::orders,
};

/// From this mark down a return visit was not satisfied. Migration 0495 has an index for exactly these rows.
pub const DISSATISFIED_MAX: i32 = 2;

/// The orders of a person with a running clock, the next deadline first.
pub fn due(conn: &mut Connection, handler: StaffId, limit: i64) -> Result<Vec<OrderRow>, StoreError> {
    let query = orders::table
        .filter(orders::handler.eq(handler.to_string()).and(orders::next_due.is_not_null()))
        .order((orders::next_due, orders::seq))
        .limit(limit);
    read(on_each!(conn, |c| query.select(Stored::as_select()).load(c))?)
}

/// How many orders of a person have a deadline at or before `end`: most fall on the last instant of a day.
pub fn due_by(conn: &mut Connection, handler: StaffId, end: Timestamp) -> Result<i64, StoreError> {
    let query =
        orders::table.filter(orders::handler.eq(handler.to_string()).and(orders::next_due.le(end.as_micros()))).count();
    Ok(on_each!(conn, |c| query.get_result(c))?)
}

/// The orders of a person that were opened again and still are, or whose complainant was not satisfied since `from`;
/// newest first.
pub fn unhappy(
    conn: &mut Connection,
    handler: StaffId,
    from: Timestamp,
    limit: i64,
) -> Result<Vec<OrderRow>, StoreError> {
    let reopened = orders::round.gt(1).and(orders::ended_at.is_null());
    let dissatisfied = orders::satisfaction
        .le(DISSATISFIED_MAX)
        .and(orders::ended_at.is_null().or(orders::ended_at.ge(from.as_micros())));
    let query = orders::table
        .filter(orders::handler.eq(handler.to_string()))
        .filter(orders::round.gt(1).or(orders::satisfaction.le(DISSATISFIED_MAX)))
        .filter(reopened.or(dissatisfied))
        .order(orders::seq.desc())
        .limit(limit);
    read(on_each!(conn, |c| query.select(Stored::as_select()).load(c))?)
}

fn read(rows: Vec<Stored>) -> Result<Vec<OrderRow>, StoreError> {
    rows.into_iter().map(OrderRow::try_from).collect()
}
