//! How each engine would run the scoped list: one range of one index, for the head office and for an outlet alike.

use diesel::{
    ExpressionMethods, QueryDsl, QueryResult, RunQueryDsl, SelectableHelper,
    connection::SimpleConnection,
    dsl::{exists, sql},
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Bool, Integer, Text},
};
use kernel::OrgPath;
use ledger::{
    Connection, StoreError, on_each,
    testkit::{self, TestDatabase},
};

use super::{
    customer_rows::CustomerRow,
    customers::{CustomerFilter, range_query},
    schema::{customer_tags, customers},
    scoped::{self, Range},
};
use crate::MIGRATIONS;

/// Customers to fill in: enough that reading them all is dearer than an index.
const ROWS: usize = 20_000;
/// Outlets they are spread over.
const OUTLETS: usize = 100;

/// A query whose plan is asked for instead of its rows; SQLite answers in four columns, PostgreSQL in one.
struct OnSqlite<Q>(Q);
struct OnPostgres<Q>(Q);

macro_rules! explained {
    ($name:ident, $backend:ty, $words:literal, $sql_type:ty) => {
        impl<Q: QueryFragment<$backend>> QueryFragment<$backend> for $name<Q> {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, $backend>) -> QueryResult<()> {
                out.push_sql($words);
                self.0.walk_ast(out.reborrow())
            }
        }

        impl<Q> QueryId for $name<Q> {
            type QueryId = ();
            const HAS_STATIC_QUERY_ID: bool = false;
        }

        impl<Q> Query for $name<Q> {
            type SqlType = $sql_type;
        }

        impl<Q, C> RunQueryDsl<C> for $name<Q> {}
    };
}

explained!(OnSqlite, diesel::sqlite::Sqlite, "EXPLAIN QUERY PLAN ", (Integer, Integer, Integer, Text));
explained!(OnPostgres, diesel::pg::Pg, "EXPLAIN ", Text);

/// The plan for the first page within a scope.
fn plan(db: &TestDatabase, scope: &str) -> String {
    let scopes = [OrgPath::parse(scope).unwrap()];
    let ranges = scoped::ranges(&scopes, None, None).unwrap();
    let filter = CustomerFilter::default();
    db.ledger
        .read(|conn| -> Result<String, StoreError> {
            match conn {
                Connection::Sqlite(c) => {
                    let query = range_query!(&filter, &ranges[0], 51);
                    let rows: Vec<(i32, i32, i32, String)> = OnSqlite(query).load(c)?;
                    Ok(rows.into_iter().map(|row| row.3 + "\n").collect())
                }
                Connection::Postgres(c) => {
                    let query = range_query!(&filter, &ranges[0], 51);
                    let rows: Vec<String> = OnPostgres(query).load(c)?;
                    Ok(rows.join("\n"))
                }
            }
        })
        .unwrap()
}

/// Rows without meaning, spread over outlets, put in by SQL because only their places matter here.
fn fill(db: &TestDatabase) {
    let series = if db.ledger.is_sqlite() {
        format!(
            "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n",
            ROWS - 1
        )
    } else {
        format!("SELECT i FROM generate_series(0, {}) AS s (i)", ROWS - 1)
    };
    let fill = format!(
        "INSERT INTO units VALUES ('un_1', 'HO', 'HO', 'head_office', NULL, '/HO/', '', 'open', 0, 0);
         INSERT INTO customers (id, subject_id, number_masked, name_masked, phone_masked, identity_masked, address_masked,
           unit_id, unit_path, language, edition, revision, created_at, updated_at)
         SELECT 'cu_' || (1000000 + i), 'su_', '', '', '', '', '', 'un_1', '/HO/A' || (i % {OUTLETS}) || '/', 'zh',
           'standard', 1, 0, 0 FROM ({series}) AS numbers;
         ANALYZE;"
    );
    db.ledger
        .write(&ledger::Cause::new("test"), move |unit| -> Result<(), StoreError> {
            on_each!(unit.connection(), |c| c.batch_execute(&fill))?;
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_scoped_list_is_one_range_of_one_index() {
    testkit::each_database(&[MIGRATIONS], |db| {
        fill(db);
        for scope in ["/HO/", "/HO/A7/"] {
            let plan = plan(db, scope);
            assert!(plan.contains("customers_place"), "{scope} on {}: {plan}", db.name);
            for slow in ["SCAN customers\n", "TEMP B-TREE", "Seq Scan", "Sort"] {
                assert!(!plan.contains(slow), "{slow} in the plan for {scope} on {}: {plan}", db.name);
            }
        }
    });
}
