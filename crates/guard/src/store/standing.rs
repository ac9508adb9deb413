//! Whether what decisions rest on has changed: a number for each kind of thing that grows with every change of one. It says
//! nothing of what changed.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types};
use ledger::{Connection, StoreError, on_each};

/// How often lists, scenarios and score models were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub struct Standing {
    #[diesel(sql_type = sql_types::BigInt)]
    lists: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    scenarios: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    models: i64,
}

/// How it stands now.
pub fn now(conn: &mut Connection) -> Result<Standing, StoreError> {
    // A version counts the events of its thing, so that no change leaves the sums as they were.
    let sum = |table: &str| format!("(SELECT CAST(coalesce(sum(version), 0) AS BIGINT) FROM {table})");
    let text = format!(
        "SELECT {} AS lists, {} AS scenarios, {} AS models",
        sum("guard_list_changes"),
        sum("guard_scenarios"),
        sum("guard_score_models")
    );
    Ok(on_each!(conn, |c| sql_query(text).get_result(c))?)
}
