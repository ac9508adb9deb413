//! How the engines find the rows of lists: each way uses the index it was made for.

use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};
use kernel::{Clock as _, Role, id::StaffId};
use ledger::{Connection, StoreError, testkit::each_database};

use super::super::{
    filter::{ClockFilter, OrderFilter, Value},
    list::{self, Written},
};
use crate::{
    model::StageName,
    testing::{file, intake, migrations, path, staff},
    words::Query,
};

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[derive(diesel::QueryableByName)]
struct PostgresLine {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

fn plan(conn: &mut Connection, query: &Written) -> Result<String, StoreError> {
    match conn {
        Connection::Sqlite(c) => {
            let mut explained = sql_query(format!("EXPLAIN QUERY PLAN {}", query.sql)).into_boxed();
            for value in &query.values {
                explained = match value {
                    Value::Text(text) => explained.bind::<Text, _>(text),
                    Value::Number(number) => explained.bind::<diesel::sql_types::BigInt, _>(number),
                };
            }
            let lines: Vec<Line> = explained.load(c)?;
            Ok(lines.into_iter().map(|line| line.detail + "\n").collect())
        }
        Connection::Postgres(c) => {
            // A handful of rows is always cheapest to read whole; what counts is what is possible.
            c.batch_execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")?;
            let mut sql = query.sql.clone();
            for (at, value) in query.values.iter().enumerate().rev() {
                let text = match value {
                    Value::Text(text) => format!("'{}'", text.replace('\'', "''")),
                    Value::Number(number) => number.to_string(),
                };
                sql = sql.replace(&format!("${}", at + 1), &text);
            }
            let lines: Vec<PostgresLine> = sql_query(format!("EXPLAIN {sql}")).load(c)?;
            Ok(lines.into_iter().map(|line| line.line + "\n").collect())
        }
    }
}

#[test]
fn every_way_uses_its_index() {
    each_database(&migrations(), |db| {
        let teller = staff(1, Role::Teller, "/HO/");
        for unit in ["/HO/GZ/", "/HO/SZ/"] {
            file(db, &teller, &intake(unit, db.clock.now())).unwrap();
        }
        let none = OrderFilter::default;
        let words = || OrderFilter { words: Query::parse("年费"), ..none() };
        let cases: [(&str, &str, OrderFilter, &[&str]); 8] = [
            ("an outlet", "/HO/GZ/", none(), &["orders_unit"]),
            (
                "an outlet's closed",
                "/HO/GZ/",
                OrderFilter { stages: vec![StageName::Closed], ..none() },
                &["orders_unit"],
            ),
            ("the head office", "/HO/", none(), &["PRIMARY KEY", "orders_pkey"]),
            ("a step", "/HO/", OrderFilter { stages: vec![StageName::Filed], ..none() }, &["orders_stage"]),
            ("overdue", "/HO/", OrderFilter { clock: Some(ClockFilter::Overdue), ..none() }, &["orders_running"]),
            ("a person", "/HO/", OrderFilter { handler: Some(StaffId::from_bits(2)), ..none() }, &["orders_handler"]),
            ("words", "/HO/", words(), &["VIRTUAL TABLE INDEX", "order_persons"]),
            (
                "an outlet's overdue",
                "/HO/GZ/",
                OrderFilter { clock: Some(ClockFilter::Overdue), ..none() },
                &["orders_unit"],
            ),
        ];
        for (name, scope, filter, expect) in cases {
            let now = db.clock.now();
            let plans = db.ledger.read(|conn| -> Result<Vec<String>, StoreError> {
                let queries = list::written(conn, &[path(scope)], &filter, now)?;
                queries.iter().map(|query| plan(conn, query)).collect()
            });
            let plans = plans.unwrap();
            let first = &plans[0];
            assert!(expect.iter().any(|index| first.contains(index)), "{name} on {}:\n{first}", db.name);
            let sorts = first.contains("TEMP B-TREE FOR ORDER BY") || first.contains("Sort");
            let walks = scope == "/HO/" || !filter.open_only();
            let may_sort = !walks || filter.handler.is_some() || filter.words.is_some();
            assert!(may_sort || !sorts, "{name} on {} sorts:\n{first}", db.name);
        }
    });
}
