//! What the room's own jobs ask of the rows, a page at a time: running clocks, and open tasks below a moved unit.

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl};
use kernel::{OrgPath, Timestamp, id::OrderId};
use ledger::{Connection, StoreError, on_each};
use regulation::RuleRef;

use super::{
    orders, parse,
    schema::{order_clocks, order_tasks, orders as order_rows},
};

/// A clock that waits for its answer, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningClock {
    /// The rule it follows.
    pub rule: RuleRef,
    /// When it started.
    pub start: Timestamp,
    /// When it is due.
    pub due: Timestamp,
    /// The deadline may move when the next year's holidays are known.
    pub provisional: bool,
}

/// An order with its running clocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    /// Its place in time.
    pub seq: i64,
    /// The order.
    pub order: OrderId,
    /// Its clocks that wait for an answer.
    pub clocks: Vec<RunningClock>,
}

/// Up to `limit` orders behind `after` in which a clock runs, in order of time.
pub fn running(conn: &mut Connection, after: i64, limit: i64) -> Result<Vec<Running>, StoreError> {
    let list = orders::running(conn, after, limit)?;
    let seqs: Vec<i64> = list.iter().map(|(seq, _)| *seq).collect();
    let query =
        order_clocks::table.filter(order_clocks::seq.eq_any(seqs)).filter(order_clocks::ended_at.is_null()).select((
            order_clocks::seq,
            order_clocks::id,
            order_clocks::rule,
            order_clocks::start_at,
            order_clocks::due,
            order_clocks::provisional,
        ));
    let rows: Vec<(i64, String, String, i64, i64, i32)> = on_each!(conn, |c| query.load(c))?;
    let mut running: Vec<Running> =
        list.into_iter().map(|(seq, order)| Running { seq, order, clocks: Vec::new() }).collect();
    for (seq, id, rule, start, due, provisional) in rows {
        let clock = RunningClock {
            rule: parse("order_clocks", "rule", &id, &rule)?,
            start: Timestamp::from_micros(start),
            due: Timestamp::from_micros(due),
            provisional: provisional != 0,
        };
        if let Ok(at) = running.binary_search_by_key(&seq, |order| order.seq) {
            running[at].clocks.push(clock);
        }
    }
    Ok(running)
}

/// The orders of up to `limit` open tasks at or below a place, behind the task `after`; what a moved unit was asked.
pub fn asked_below(
    conn: &mut Connection,
    place: &OrgPath,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<(String, String, OrderId)>, StoreError> {
    use diesel::BoolExpressionMethods;
    let (from, end) = place.range();
    let behind =
        order_tasks::unit_path.gt(after.0).or(order_tasks::unit_path.eq(after.0).and(order_tasks::id.gt(after.1)));
    let query = order_tasks::table
        .inner_join(order_rows::table.on(order_rows::seq.eq(order_tasks::seq)))
        .filter(order_tasks::state.eq("open"))
        .filter(order_tasks::unit_path.ge(from))
        .filter(order_tasks::unit_path.lt(end))
        .filter(behind)
        .order((order_tasks::unit_path, order_tasks::id))
        .limit(limit)
        .select((order_tasks::unit_path, order_tasks::id, order_rows::id));
    let rows: Vec<(String, String, String)> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(|(path, task, id)| Ok((path, task, parse("orders", "id", &id, &id)?))).collect()
}
