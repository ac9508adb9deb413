//! Whether links lead from one order to another, so that nothing becomes a duplicate of itself.

use std::collections::HashSet;

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl};
use kernel::id::OrderId;
use ledger::{Connection, StoreError, on_each};

use super::schema::{order_links, orders};
use crate::model::parts::Relation;

/// Orders that one look follows: more than the longest row of the same matter filed again that a bank has seen.
const FOLLOWED_MAX: usize = 2_000;

/// Whether links lead from one order to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// They do.
    There,
    /// They do not.
    Apart,
    /// Too many hang on it to say.
    TooFar,
}

/// Whether links of this relation lead from `from` to `goal`, over any number of orders.
pub fn reach(conn: &mut Connection, relation: Relation, from: OrderId, goal: OrderId) -> Result<Reach, StoreError> {
    let goal = goal.to_string();
    let mut seen: HashSet<String> = HashSet::from([from.to_string()]);
    let mut front: Vec<String> = seen.iter().cloned().collect();
    while !front.is_empty() {
        let query = order_links::table
            .inner_join(orders::table.on(orders::seq.eq(order_links::seq)))
            .filter(orders::id.eq_any(&front))
            .filter(order_links::relation.eq(relation.as_str()))
            .select(order_links::other);
        let others: Vec<String> = on_each!(conn, |c| query.load(c))?;
        if others.contains(&goal) {
            return Ok(Reach::There);
        }
        front = others.into_iter().filter(|other| seen.insert(other.clone())).collect();
        if seen.len() > FOLLOWED_MAX {
            return Ok(Reach::TooFar);
        }
    }
    Ok(Reach::Apart)
}
