//! The list of orders: newest first, within scopes, filtered, a page at a time.
//!
//! A scope is a range of `unit_path`, and newest first is another order than that of paths. Three ways were weighed, at
//! 1,000,000 orders and 20,000 units. A row for each place above an order makes every list one range, and was left: a filing
//! then touches a dozen pages of a B-tree that are nobody else's, and the log it writes is ten times as long. An index for
//! each level of the tree has the same cost. What is done instead is to choose by the size of the scope, which one bounded
//! count tells: a **small** scope (up to [`SMALL_MAX`] orders) is read whole through
//! `orders_unit` and sorted; a **large** one is dense among all orders, so that walking down in time meets a page of it soon.
//! At the border between the two, 0.5 % of the orders, a walk meets a page of 50 after about 10,000 rows of a narrow table.
//! A scope of **few units** (up to [`UNITS_MAX`] that have orders, which every outlet is) needs neither: each unit is walked
//! down in time through `orders_unit`, so that a busy outlet's list costs what the head office's does.
//!
//! The way is forced, because neither engine's statistics know that scopes are dense or sparse: `+column` (SQLite) and an
//! empty concatenation (PostgreSQL) keep an index from being used.

mod arm;

use diesel::{RunQueryDsl, sql_query, sql_types};
use kernel::{OrgPath, Page, PageRequest, Problem, Text, Timestamp};
use ledger::{Connection, StoreError, on_each};

use super::{
    filter::{OrderFilter, Value},
    rows::{OrderRow, Stored},
};
use arm::{Arm, Way};

/// Orders of a scope up to which it is read whole: about 2 ms on either engine.
pub const SMALL_MAX: i64 = 5_000;

/// Units with orders up to which a scope is walked through unit by unit: an outlet and its counters.
const UNITS_MAX: usize = 4;

/// Queries of one page at most; more scopes and steps than that are checked row by row instead.
const ARMS_MAX: usize = 12;

/// One page of the orders within `scopes` that the filter lets through, newest first.
pub fn page(
    conn: &mut Connection,
    scopes: &[OrgPath],
    filter: &OrderFilter,
    request: &PageRequest,
    now: Timestamp,
) -> Result<Page<OrderRow>, Problem> {
    let before = match &request.after {
        Some(cursor) => cursor.key::<i64>().map_err(|_| wrong_cursor())?,
        None => i64::MAX,
    };
    let rows = rows(conn, scopes, filter, (before, request.fetch()), now)?;
    Ok(Page::from_rows(request, rows, |row| row.seq))
}

/// The newest `limit` orders before a place in time within `scopes` that the filter lets through, newest first.
pub fn rows(
    conn: &mut Connection,
    scopes: &[OrgPath],
    filter: &OrderFilter,
    (before, limit): (i64, i64),
    now: Timestamp,
) -> Result<Vec<OrderRow>, StoreError> {
    let scopes = narrowed(scopes, filter.within.as_ref());
    let mut rows: Vec<Stored> = Vec::new();
    for arm in arms(conn, &scopes, filter)? {
        rows.extend(arm.load(conn, filter, before, limit, now)?);
    }
    let mut rows = rows.into_iter().map(OrderRow::try_from).collect::<Result<Vec<_>, StoreError>>()?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.seq));
    rows.dedup_by_key(|row| row.seq);
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(rows)
}

/// The problem of a cursor that a list did not give out.
pub fn wrong_cursor() -> Problem {
    let text = Text::fixed(
        "翻页位置无效，请从第一页重新开始。",
        "The cursor is not one of this list; start from the first page.",
    );
    Problem::invalid("?after", text)
}

/// The queries of a first page, for looking at their plans.
#[cfg(test)]
pub(super) fn written(
    conn: &mut Connection,
    scopes: &[OrgPath],
    filter: &OrderFilter,
    now: Timestamp,
) -> Result<Vec<Written>, StoreError> {
    let sqlite = conn.is_sqlite();
    let arms = arms(conn, &narrowed(scopes, filter.within.as_ref()), filter)?;
    Ok(arms.iter().map(|arm| arm.query(sqlite, filter, i64::MAX, 51, now, &[])).collect())
}

/// The scopes, cut down to `within`.
pub fn narrowed(scopes: &[OrgPath], within: Option<&OrgPath>) -> Vec<OrgPath> {
    let cut = |scope: &OrgPath| match within {
        None => Some(scope.clone()),
        Some(within) if scope.contains(within) => Some(within.clone()),
        Some(within) if within.contains(scope) => Some(scope.clone()),
        Some(_) => None,
    };
    let mut scopes: Vec<OrgPath> = scopes.iter().filter_map(cut).collect();
    scopes.sort();
    scopes.dedup();
    scopes
}

fn arms(conn: &mut Connection, scopes: &[OrgPath], filter: &OrderFilter) -> Result<Vec<Arm>, StoreError> {
    if scopes.is_empty() {
        return Ok(Vec::new());
    }
    let whole = |way| vec![Arm { way, scopes: scopes.to_vec(), stages: filter.stages.clone() }];
    if filter.words.is_some() && !filter.selective() && !filter.open_only() {
        return Ok([whole(Way::Words), whole(Way::Waiting), whole(Way::TooLong)].concat());
    }
    if filter.selective() {
        return Ok(whole(Way::Selective));
    }
    if scopes.len() > ARMS_MAX {
        return Ok(whole(Way::Time));
    }
    let mut arms = Vec::new();
    for scope in scopes {
        let one = |way, stages| Arm { way, scopes: vec![scope.clone()], stages };
        // What has ended is most of all; a step before it is rare, and its own index meets it sooner.
        let units = if filter.open_only() { None } else { units_of(conn, scope)? };
        if let Some(units) = units {
            let of = |unit| Arm { way: Way::Unit, scopes: vec![unit], stages: filter.stages.clone() };
            arms.extend(units.into_iter().map(of));
        } else if is_small(conn, scope)? {
            arms.push(one(Way::Scope, filter.stages.clone()));
        } else if filter.running_only() {
            arms.push(one(Way::Running, filter.stages.clone()));
        } else if filter.stages.is_empty() || filter.stages.len() > ARMS_MAX {
            arms.push(one(Way::Time, filter.stages.clone()));
        } else {
            arms.extend(filter.stages.iter().map(|stage| one(Way::Time, vec![*stage])));
        }
    }
    Ok(arms)
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    count: i64,
}

#[derive(diesel::QueryableByName)]
struct UnitPath {
    #[diesel(sql_type = sql_types::Text)]
    unit_path: String,
}

/// The units of a scope that have orders, where they are few: one look into the index for each. The top of the tree is not
/// asked: it has more.
fn units_of(conn: &mut Connection, scope: &OrgPath) -> Result<Option<Vec<OrgPath>>, StoreError> {
    if scope.depth() == 1 {
        return Ok(None);
    }
    let (from, end) = scope.range();
    let next = |above: &str| {
        format!("SELECT min(o.unit_path) FROM orders AS o WHERE o.unit_path {above} AND o.unit_path < $2")
    };
    let text = format!(
        "WITH RECURSIVE found(unit_path) AS (SELECT ({}) UNION ALL SELECT ({}) FROM found WHERE found.unit_path IS NOT NULL) \
         SELECT unit_path FROM found WHERE unit_path IS NOT NULL LIMIT {}",
        next(">= $1"),
        next("> found.unit_path"),
        UNITS_MAX + 1
    );
    let found: Vec<UnitPath> = on_each!(conn, |c| {
        sql_query(&text).bind::<sql_types::Text, _>(&from).bind::<sql_types::Text, _>(&end).load(c)
    })?;
    if found.len() > UNITS_MAX {
        return Ok(None);
    }
    found
        .iter()
        .map(|unit| super::parse_path("orders", "unit_path", scope, &unit.unit_path))
        .collect::<Result<_, _>>()
        .map(Some)
}

/// Whether the scope has few orders. The top of the tree is not asked: it has all of them.
fn is_small(conn: &mut Connection, scope: &OrgPath) -> Result<bool, StoreError> {
    if scope.depth() == 1 {
        return Ok(false);
    }
    let (from, end) = scope.range();
    let text = format!(
        "SELECT count(*) AS count FROM (SELECT 1 FROM orders WHERE unit_path >= $1 AND unit_path < $2 LIMIT {}) AS few",
        SMALL_MAX + 1
    );
    let count: Count = on_each!(conn, |c| {
        sql_query(&text).bind::<sql_types::Text, _>(&from).bind::<sql_types::Text, _>(&end).get_result(c)
    })?;
    Ok(count.count <= SMALL_MAX)
}

/// A hand-written query with its values in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Written {
    pub(super) sql: String,
    pub(super) values: Vec<Value>,
}

impl Written {
    /// Adds text; each `?` in it takes the next of `values`.
    pub(super) fn push(&mut self, text: &str, values: impl IntoIterator<Item = Value>) {
        let mut values = values.into_iter();
        for (at, piece) in text.split('?').enumerate() {
            if at > 0
                && let Some(value) = values.next()
            {
                self.values.push(value);
                self.sql.push_str(&format!("${}", self.values.len()));
            }
            self.sql.push_str(piece);
        }
    }

    /// Runs it for list rows.
    pub(super) fn load(self, conn: &mut Connection) -> Result<Vec<Stored>, StoreError> {
        Ok(on_each!(conn, |c| {
            let mut query = sql_query(&self.sql).into_boxed();
            for value in &self.values {
                query = match value {
                    Value::Text(text) => query.bind::<sql_types::Text, _>(text),
                    Value::Number(number) => query.bind::<sql_types::BigInt, _>(number),
                };
            }
            query.load(c)
        })?)
    }
}
