//! Every column of the room's tables is classified, and every classified column is there.

use std::collections::BTreeSet;

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use endpoint::idempotency;
use ledger::{
    StoreError, on_each,
    testkit::{self, TestDatabase},
};
use people::model::privacy::{COLUMNS, PrivacyClass};

use crate::house::ROOMS;

#[derive(QueryableByName, PartialEq, Eq, PartialOrd, Ord)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

fn columns(db: &TestDatabase) -> BTreeSet<(String, String)> {
    let sql = if db.ledger.is_sqlite() {
        "SELECT m.name AS table_name, c.name AS column_name FROM sqlite_master m, pragma_table_info(m.name) c \
         WHERE m.type = 'table'"
    } else {
        "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'"
    };
    let rows: Vec<Column> =
        db.ledger.read(|conn| on_each!(conn, |c| sql_query(sql).load(c)).map_err(StoreError::from)).unwrap();
    rows.into_iter().map(|column| (column.table_name, column.column_name)).collect()
}

#[test]
fn every_column_is_classified() {
    let others = testkit::databases(&[idempotency::migrations()]);
    for (with, without) in testkit::databases(&ROOMS).iter().zip(&others) {
        assert_eq!(with.name, without.name);
        let own: BTreeSet<_> = columns(with).difference(&columns(without)).cloned().collect();
        let classified: BTreeSet<_> =
            COLUMNS.iter().map(|(table, column, _)| ((*table).to_owned(), (*column).to_owned())).collect();
        let unclassified: Vec<_> = own.difference(&classified).collect();
        let absent: Vec<_> = classified.difference(&own).collect();
        assert!(unclassified.is_empty() && absent.is_empty(), "unclassified {unclassified:?}, absent {absent:?}");
        assert_eq!(classified.len(), COLUMNS.len(), "a column is classified twice");
    }
}

#[test]
fn what_is_sealed_masked_or_indexed_says_so_in_its_name() {
    for (table, column, class) in COLUMNS {
        let ending = match class {
            PrivacyClass::Sealed => "_sealed",
            PrivacyClass::Masked => "_masked",
            PrivacyClass::Index if *table != "sign_in_guards" => "_index",
            PrivacyClass::Internal
            | PrivacyClass::Index
            | PrivacyClass::Personal
            | PrivacyClass::Sensitive
            | PrivacyClass::Secret => continue,
        };
        assert!(column.ends_with(ending), "{table}.{column}");
    }
}
