//! Every column of the room's tables has a privacy class, and the list is compared with the live schema both ways.

use std::collections::BTreeMap;

use diesel::{RunQueryDsl, sql_query, sql_types::Text};
use ledger::{Connection, StoreError, testkit::each_database};

use crate::testing::migrations;

/// `internal`: says nothing about a person. `masked`: a form that lists may show. `sealed`: ciphertext. `index`: a keyed hash.
const CLASSES: &str = "
guard_interceptions: internal id version stage unit_path decision channel amount outcome result scam saved opened_by opened_at settled_at delay_until visit_at; masked name_masked payee_masked; index payer_index payee_index; sealed wrapped_key
guard_decisions: internal seq id caller event_type unit_path at decided_at layout outcome screening score answer; index event_key print facts seen; sealed sealed
guard_layouts: internal id digest names
guard_keys: internal name; sealed wrapped_key sealed
guard_list_changes: internal id version list kind state entries reason source until_at proposed_by proposed_at decided_by decided_at; sealed wrapped_key
guard_scenarios: internal id version name number state spec drafted_by drafted_at approved_by live_at retired_at
guard_list_entries: internal seq change list head stars tail; masked masked; index hash; sealed sealed
";

#[derive(diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    name: String,
}

fn live(conn: &mut Connection) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
    let sql = if conn.is_sqlite() {
        "SELECT m.name AS owner, c.name AS name FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c \
         WHERE m.type = 'table'"
    } else {
        "SELECT table_name::text AS owner, column_name::text AS name FROM information_schema.columns \
         WHERE table_schema = 'public'"
    };
    let rows: Vec<Column> = ledger::on_each!(conn, |c| sql_query(sql).load(c))?;
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| row.owner.starts_with("guard_")) {
        tables.entry(row.owner).or_default().push(row.name);
    }
    tables.values_mut().for_each(|columns| columns.sort());
    Ok(tables)
}

#[test]
fn every_column_has_a_class() {
    each_database(&migrations(), |db| {
        let mut classed: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in CLASSES.lines().filter(|line| !line.is_empty()) {
            let (table, groups) = line.split_once(": ").unwrap();
            let columns = groups.split("; ").flat_map(|group| group.split(' ').skip(1)).map(str::to_owned);
            classed.entry(table.to_owned()).or_default().extend(columns);
        }
        classed.values_mut().for_each(|columns| columns.sort());
        assert_eq!(db.ledger.read(live).unwrap(), classed, "on {}", db.name);
    });
}
