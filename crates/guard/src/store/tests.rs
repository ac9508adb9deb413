//! Every column of the room's tables has a privacy class, and the list is compared with the live schema both ways.

use std::collections::BTreeMap;

use diesel::{ExpressionMethods, RunQueryDsl, sql_query, sql_types::Text};
use kernel::{Timestamp, id::InterceptionId};
use ledger::{Connection, StoreError, testkit::each_database};

use super::schema::guard_interceptions as table;
use crate::testing::migrations;

/// `internal`: says nothing about a person. `masked`: a form that lists may show. `sealed`: ciphertext. `index`: a keyed hash.
const CLASSES: &str = "
guard_interceptions: internal id version stage unit_path decision channel amount outcome result scam saved opened_by opened_at settled_at delay_until visit_at; masked name_masked payee_masked; index payer_index payee_index; sealed wrapped_key
guard_decisions: internal seq id caller event_type unit_path at decided_at layout outcome screening score answer; index event_key print facts seen; sealed sealed
guard_layouts: internal id digest names
guard_keys: internal name; sealed wrapped_key sealed
guard_list_changes: internal id version list kind state entries reason source until_at proposed_by proposed_at decided_by decided_at; sealed wrapped_key
guard_scenarios: internal id version name number state spec drafted_by drafted_at approved_by live_at retired_at
guard_backtests: internal id kind dropped took scenario name number spec live first_seq last_seq done_seq from_at to_at labels_at state fault started_by started_at ended_at model model_number; index tally
guard_backtest_differences: internal backtest seq decision at baseline candidate baseline_score candidate_score known
guard_monitor: internal hour what name part count
guard_followers: internal name done_seq
guard_alarms: internal id name subject value above raised_at cleared_at
guard_filed: internal id number
guard_marks: internal id seq kind change upto changes
guard_labels: internal number decision label known_at source said_by said_at state seq
guard_snapshots: internal seq object decision definition bytes taken_at
guard_score_models: internal id version number state format bytes digest inputs trees reason proposed_by proposed_at approved_by live_at retired_at
guard_score_model_parts: internal model part bytes
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

/// The row of an interception of a decision that has ended, for tests that need nothing else of it.
pub fn ended(
    conn: &mut Connection,
    id: InterceptionId,
    decision: &str,
    ending: &str,
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        table::id.eq(id.to_string()),
        table::version.eq(2),
        table::stage.eq("settled"),
        table::unit_path.eq("/HO/"),
        table::decision.eq(Some(decision)),
        table::channel.eq("app"),
        (table::name_masked.eq(""), table::payee_masked.eq(""), table::amount.eq(0), table::outcome.eq("hold")),
        (table::result.eq(Some(ending)), table::saved.eq(0), table::opened_by.eq("program:test")),
        (table::opened_at.eq(at.as_micros()), table::settled_at.eq(Some(at.as_micros()))),
    );
    ledger::on_each!(conn, |c| diesel::insert_into(table::table).values(row).execute(c))?;
    Ok(())
}

/// The newest stream of things whose ids begin so, for tests that have not its name.
pub fn stream_of(conn: &mut Connection, prefix: &str) -> Result<String, StoreError> {
    #[derive(diesel::QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        stream: String,
    }
    // Said by the test itself, so it may stand in the text.
    let sql = format!("SELECT stream FROM events WHERE stream LIKE '{prefix}%' ORDER BY position DESC LIMIT 1");
    let found: Found = ledger::on_each!(conn, |c| sql_query(sql).get_result(c))?;
    Ok(found.stream)
}
