//! One query of a page of orders: the way on which it finds its rows, and its text for each engine.

use kernel::{OrgPath, Timestamp};
use ledger::{Connection, StoreError};

use super::Written;
use crate::{
    model::StageName,
    store::{
        filter::{OrderFilter, Value},
        orders::seq_at,
        rows::{COLUMNS, Stored},
        search,
    },
    words::Query,
};

/// How one query of a page finds its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The scope's own orders, all of them, sorted.
    Scope,
    /// Down in time, through the orders of one unit and of none below it.
    Unit,
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
pub(super) struct Arm {
    pub(super) way: Way,
    /// The places; more than one only where they are checked row by row.
    pub(super) scopes: Vec<OrgPath>,
    /// The steps; more than one only where they are checked row by row.
    pub(super) stages: Vec<StageName>,
}

impl Arm {
    pub(super) fn load(
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
    pub(super) fn query(
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
            // Nothing is filed before it is received, so the walk down in time can end here. SQLite does not tell the search
            // index what it knows of the order's row.
            let column = if self.way == Way::Words && sqlite { "f.rowid" } else { "o.seq" };
            query.push(&format!(" AND {column} >= ?"), [Value::Number(seq_at(Timestamp::start_of(from)))]);
        }
        match self.way {
            Way::Waiting => query.push(" AND p.pending = 1", []),
            Way::TooLong => query.push(" AND p.pending = 2", []),
            Way::Scope | Way::Unit | Way::Time | Way::Running | Way::Selective | Way::Words => {}
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
            Way::Scope | Way::Unit => " INDEXED BY orders_unit",
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
            (Way::Unit | Way::Time | Way::Running, _) => "o.seq",
        }
    }

    /// The tables, in the order in which SQLite shall walk them: a cross join keeps it.
    fn push_tables(&self, query: &mut Written, sqlite: bool, filter: &OrderFilter) {
        let persons = " JOIN order_persons AS p ON p.seq = o.seq";
        match (self.way, sqlite) {
            // Where the text must be read to tell an order that has the words, most orders end there: its own row waits.
            (Way::Words, true) if filter.words.as_ref().is_some_and(Query::is_longer_than_pairs) => query.push(
                "order_search AS f CROSS JOIN order_persons AS p ON p.seq = f.rowid CROSS JOIN orders AS o ON o.seq = p.seq",
                [],
            ),
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
        if let (Way::Unit, [unit]) = (self.way, self.scopes.as_slice()) {
            return query.push(" AND o.unit_path = ?", [Value::Text(unit.as_str().to_owned())]);
        }
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
