//! The list of orders: newest first, within scopes, filtered, a page at a time.
//!
//! A scope is a range of `unit_path`, and newest first is another order than that of paths. Three ways were weighed, at
//! 1,000,000 orders and 20,000 units. A row for each place above an order makes every list one range, and was left: a filing
//! then touches a dozen pages of a B-tree that are nobody else's, and the log it writes is ten times as long. An index for
//! each level of the tree has the same cost. What is done instead is to choose by the size of the scope, which one bounded
//! count tells: a **small** scope (up to [`SMALL_MAX`] orders, which every outlet is) is read whole through
//! `orders_unit` and sorted; a **large** one is dense among all orders, so that walking down in time meets a page of it soon.
//! At the border between the two, 0.5 % of the orders, a walk meets a page of 50 after about 10,000 rows of a narrow table.
//!
//! The way is forced, because neither engine's statistics know that scopes are dense or sparse: `+column` (SQLite) and an
//! empty concatenation (PostgreSQL) keep an index from being used.

use diesel::{RunQueryDsl, sql_query, sql_types};
use kernel::{OrgPath, Page, PageRequest, Problem, Text, Timestamp};
use ledger::{Connection, StoreError, on_each};

use super::{
    filter::{OrderFilter, Value},
    orders::seq_at,
    rows::{COLUMNS, OrderRow, Stored},
    search,
};
use crate::model::StageName;

/// Orders of a scope up to which it is read whole: about 2 ms on either engine.
pub const SMALL_MAX: i64 = 5_000;

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

/// How one query of a page finds its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The scope's own orders, all of them, sorted.
    Scope,
    /// Down in time, through all orders or those of one step.
    Time,
    /// Down in time, through orders with a running clock.
    Running,
    /// By an index of the filter's own: a person, a customer, a number.
    Selective,
    /// By words, in the search index.
    Words,
    /// By words, in what waits to be put into the search index.
    Waiting,
    /// By words, in what is longer than the search index takes.
    TooLong,
}

/// One query of a page.
#[derive(Debug, Clone)]
struct Arm {
    way: Way,
    /// The places; more than one only where they are checked row by row.
    scopes: Vec<OrgPath>,
    /// The steps; more than one only where they are checked row by row.
    stages: Vec<StageName>,
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
        if is_small(conn, scope)? {
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

impl Arm {
    fn load(
        &self,
        conn: &mut Connection,
        filter: &OrderFilter,
        before: i64,
        fetch: i64,
        now: Timestamp,
    ) -> Result<Vec<Stored>, StoreError> {
        let sqlite = conn.is_sqlite();
        if self.way == Way::Words && !sqlite {
            let from = filter.received_from.map_or(i64::MIN, |day| seq_at(Timestamp::start_of(day)));
            return search::widening(conn, (from, before), fetch, |conn, stretches| {
                self.query(sqlite, filter, before, fetch, now, stretches).load(conn)
            });
        }
        self.query(sqlite, filter, before, fetch, now, &[]).load(conn)
    }

    /// `stretches` of time narrow a search on PostgreSQL; empty they narrow nothing.
    fn query(
        &self,
        sqlite: bool,
        filter: &OrderFilter,
        before: i64,
        fetch: i64,
        now: Timestamp,
        stretches: &[String],
    ) -> Written {
        let mut query = Written::default();
        query.push(&format!("SELECT {COLUMNS} FROM "), []);
        self.push_tables(&mut query, sqlite, filter);
        query.push(" WHERE o.seq < ?", [Value::Number(before)]);
        if self.way == Way::Words
            && let Some(words) = &filter.words
        {
            search::push_match(&mut query, sqlite, words, &self.scopes, before, stretches);
        }
        if let Some(from) = filter.received_from {
            // Nothing is filed before it is received, so the walk down in time can end here.
            query.push(" AND o.seq >= ?", [Value::Number(seq_at(Timestamp::start_of(from)))]);
        }
        match self.way {
            Way::Waiting => query.push(" AND p.pending = 1", []),
            Way::TooLong => query.push(" AND p.pending = 2", []),
            Way::Scope | Way::Time | Way::Running | Way::Selective | Way::Words => {}
        }
        if self.way == Way::Running || filter.running_only() {
            query.push(" AND o.next_due IS NOT NULL", []);
        }
        self.push_places(&mut query, sqlite);
        self.push_stages(&mut query, sqlite);
        for (condition, values) in filter.conditions(now) {
            query.push(" AND ", []);
            query.push(condition, values);
        }
        self.push_numbers(&mut query, filter);
        search::push_runs(&mut query, filter);
        query.push(&format!(" ORDER BY {} DESC LIMIT ?", self.sort_key(sqlite)), [Value::Number(fetch)]);
        query
    }

    /// SQLite takes the index it is told, or says that it cannot.
    const fn hint(&self) -> &'static str {
        match self.way {
            Way::Scope => " INDEXED BY orders_unit",
            Way::Running => " INDEXED BY orders_running",
            Way::Time if self.stages.len() == 1 => " INDEXED BY orders_stage",
            Way::Time => " NOT INDEXED",
            Way::Selective | Way::Words | Way::Waiting | Way::TooLong => "",
        }
    }

    /// The order of time is that of the index, but where rows are gathered first and then sorted.
    const fn sort_key(&self, sqlite: bool) -> &'static str {
        match (self.way, sqlite) {
            (Way::Scope | Way::Selective | Way::Waiting | Way::TooLong, true) => "+o.seq",
            // PostgreSQL's index of words knows no order; without this it would rather walk through all orders in time.
            (Way::Scope | Way::Selective | Way::Waiting | Way::TooLong | Way::Words, false) => "(o.seq + 0)",
            (Way::Words, true) => "f.rowid",
            (Way::Time | Way::Running, _) => "o.seq",
        }
    }

    /// The tables, in the order in which SQLite shall walk them: a cross join keeps it.
    fn push_tables(&self, query: &mut Written, sqlite: bool, filter: &OrderFilter) {
        let persons = " JOIN order_persons AS p ON p.seq = o.seq";
        match (self.way, sqlite) {
            (Way::Words, true) => {
                query.push("order_search AS f CROSS JOIN orders AS o ON o.seq = f.rowid CROSS", []);
                query.push(persons, []);
            }
            (Way::Waiting | Way::TooLong, true) => {
                let index = if self.way == Way::Waiting { "order_persons_pending" } else { "order_persons_too_long" };
                let text = format!("order_persons AS p INDEXED BY {index} CROSS JOIN orders AS o ON o.seq = p.seq");
                query.push(&text, []);
            }
            (_, _) => {
                query.push("orders AS o", []);
                if sqlite {
                    query.push(self.hint(), []);
                }
                if filter.words.is_some() {
                    query.push(persons, []);
                }
            }
        }
    }

    fn push_places(&self, query: &mut Written, sqlite: bool) {
        let column = match (self.way, sqlite) {
            (Way::Scope, _) => "o.unit_path",
            (_, true) => "+o.unit_path",
            // The collation of an expression is the database's, which is not byte by byte.
            (_, false) => "(o.unit_path || '') COLLATE \"C\"",
        };
        query.push(" AND (", []);
        for (at, scope) in self.scopes.iter().enumerate() {
            let (from, end) = scope.range();
            let or = if at == 0 { "" } else { " OR " };
            let text = format!("{or}({column} >= ? AND {column} < ?)");
            query.push(&text, [Value::Text(from), Value::Text(end)]);
        }
        query.push(")", []);
    }

    fn push_stages(&self, query: &mut Written, sqlite: bool) {
        match self.stages.as_slice() {
            [] => {}
            [stage] if self.way == Way::Time => {
                query.push(" AND o.stage = ?", [Value::Text(stage.as_str().to_owned())]);
            }
            stages => {
                let column = if sqlite { "+o.stage" } else { "(o.stage || '')" };
                let marks = vec!["?"; stages.len()].join(", ");
                let values = stages.iter().map(|stage| Value::Text(stage.as_str().to_owned()));
                query.push(&format!(" AND {column} IN ({marks})"), values);
            }
        }
    }

    fn push_numbers(&self, query: &mut Written, filter: &OrderFilter) {
        if filter.number.is_empty() {
            return;
        }
        let marks = vec!["?"; filter.number.len()].join(", ");
        let values = || filter.number.iter().map(|index| Value::Text(index.as_str().to_owned()));
        // What the look-up table does not hold yet is read where it waits.
        query.push(&format!(" AND o.seq IN (SELECT seq FROM order_numbers WHERE blind IN ({marks})"), values());
        for column in ["phone_index", "identity_index", "account_index", "agent_phone_index"] {
            let text = format!(" UNION SELECT seq FROM order_persons WHERE pending = 1 AND {column} IN ({marks})");
            query.push(&text, values());
        }
        let text = format!(
            " UNION SELECT m.seq FROM order_members m JOIN order_persons p ON p.seq = m.seq WHERE p.pending = 1 AND \
             m.phone_index IN ({marks})"
        );
        query.push(&text, values());
        query.push(")", []);
    }
}
