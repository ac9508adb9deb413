//! What decisions say beyond the outcome word: the principles they follow and what they grant. A row once there is a decision.

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use ledger::{Connection, StoreError, on_each};

use super::{rows::currency_word, schema::order_outcomes};
use crate::model::{Order, award::Grant, parts::Decision};

/// Brings the row up to date when the decision changed or fell away.
pub fn sync(conn: &mut Connection, seq: i64, before: Option<&Order>, after: &Order) -> Result<(), StoreError> {
    let old = before.and_then(|order| order.stage.decision());
    let new = after.stage.decision();
    if old == new {
        return Ok(());
    }
    if old.is_some() {
        on_each!(conn, |c| diesel::delete(order_outcomes::table.find(seq)).execute(c))?;
    }
    match new {
        Some(decision) => insert(conn, seq, decision),
        None => Ok(()),
    }
}

fn insert(conn: &mut Connection, seq: i64, decision: &Decision) -> Result<(), StoreError> {
    let principles: Vec<&str> = decision.principles.iter().map(|principle| principle.as_str()).collect();
    // The model let no sum through that cannot be counted.
    let granted = Grant::of(decision).total().ok().flatten();
    let row = (
        order_outcomes::seq.eq(seq),
        order_outcomes::principles.eq(principles.join(" ")),
        order_outcomes::granted_minor.eq(granted.map(kernel::Money::minor)),
        order_outcomes::granted_currency.eq(granted.map(|amount| currency_word(amount.currency()))),
    );
    on_each!(conn, |c| diesel::insert_into(order_outcomes::table).values(row).execute(c))?;
    Ok(())
}
