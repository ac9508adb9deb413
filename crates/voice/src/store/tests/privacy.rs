//! Every column of the room's tables has a privacy class, and the list is compared with the live schema both ways.

use std::collections::BTreeMap;

use diesel::{RunQueryDsl, sql_query, sql_types::Text};
use ledger::{Connection, StoreError, testkit::each_database};

use crate::testing::migrations;

/// `internal`: says nothing about a person. `masked`: a form that lists may show. `sealed`: ciphertext. `index`: a keyed
/// hash. `redacted`: text from which names and numbers were taken out; it may still tell a story, so it stays within the
/// scopes that see the order.
const CLASSES: &str = "
guess_choices: internal seq version aspect at unit_path model guessed percent place chosen
guess_models: internal id aspect trained_at examples held_out macro_f1_ppm accuracy_ppm baseline_f1_ppm model
listings: internal id version order_id unit_path listed_by listed_at until_at state; masked masked; sealed wrapped_key
listing_numbers: internal listing place until_at; index blind
order_abnormal: internal seq score parts seen_at verdict
order_sketches: internal seq; redacted band
order_approvals: internal clock seq unit_path rule proposed_by proposed_at
order_attachments: internal id seq purpose media size digest is_sealed
order_bases: internal id unit_path since customers set_by set_at
order_blocks: internal first_seq last_seq held received_from received_to head tail
order_clocks: internal id seq rule first_rule stop start_at due provisional extensions ended_at answered
order_imports: internal source external id print
order_links: internal seq other relation
order_members: internal seq number; index phone_index
order_messages: internal id kind created_at expires_at taken_at; sealed wrapped_key recipient body
order_numbers: internal seq; index blind
order_outcomes: internal seq principles granted_minor granted_currency
order_origins: internal seq entry hotline report_due report_open
order_persons: internal seq indexed pending stale; sealed wrapped_key; index phone_index identity_index account_index agent_phone_index; redacted words search sketch
order_duty: internal unit_path from_at person to_at
order_handlers: internal person unit_path skills capacity away_until
order_leads: internal seq round state unit_path president grounds proposed_at changed_at business reason
order_recomputations: internal began_at ended_at looked moved
order_routes: internal key body
order_waits: internal seq kind number unit_path person since due
order_tasks: internal id seq unit_path person state due opened_at ended_at
orders: internal seq id receipt version stage matter source origin_number unit_path filed_unit filed_by handler channel business reason outcome customer amount_minor currency received_at filed_at ended_at next_due provisional alarm_at transfers round satisfaction facts product; masked name_masked phone_masked; redacted title
bulk_items: internal run place order_id state reason reason_zh reason_en version before
bulk_runs: internal id unit_path by action grants state total started_at ended_at
exports: internal id list format unit_path by ground started_at ended_at rows is_whole
hot_days: internal day tests made_at; redacted rising
hot_issues: internal id day unit_path subject reason seen before days_seen days_before chance_ppb first_at hot_since noted_by noted_at; redacted note
hot_words: internal day orders; redacted counts
reports: internal id version kind unit_path first_day last_day as_of received made_by made_at
rectification_orders: internal rectification order_id
rectifications: internal id version stage unit_path scope_path owner cause business reason due look_back_at opened_by opened_at checked_at ended_at round alarm_at is_sealed; sealed wrapped_key; redacted title
teaching_cases: internal id version stage edition order_id unit_path business reason cause made_by made_at published_at; sealed wrapped_key; redacted title body tags
past_list_errors: internal list place line column_name reason_zh reason_en
past_lists: internal id source unit_path taken_by digest bytes bytes_read state started_at touched_at taken already repeated skipped refused failure_zh failure_en
past_mappings: internal source body saved_by saved_at
regulator_list_rows: internal list line number outcome order_id fields notes
regulator_lists: internal id source unit_path taken_by taken_at digest counts unknown_columns
portal_codes: internal tries expires_at; index slot code
portal_invitations: internal order_id round tries expires_at answered_at; index print slot code
";

/// What the names of this room's tables begin with.
const OWN: [&str; 12] = [
    "order",
    "listing",
    "portal",
    "regulator",
    "rectification",
    "export",
    "report",
    "hot_",
    "bulk",
    "teaching",
    "guess",
    "past",
];

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
         WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND m.name NOT LIKE 'order_search%'"
    } else {
        "SELECT table_name::text AS owner, column_name::text AS name FROM information_schema.columns \
         WHERE table_schema = 'public'"
    };
    let rows: Vec<Column> = ledger::on_each!(conn, |c| sql_query(sql).load(c))?;
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows.into_iter().filter(|row| OWN.iter().any(|own| row.owner.starts_with(own))) {
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
            for group in groups.split("; ") {
                let columns = group.split(' ').skip(1).map(str::to_owned);
                classed.entry(table.to_owned()).or_default().extend(columns);
            }
        }
        // Only PostgreSQL keeps the search terms in a column; on SQLite they are a table of their own.
        if db.ledger.is_sqlite() {
            classed.get_mut("order_persons").unwrap().retain(|column| column != "search");
        }
        classed.values_mut().for_each(|columns| columns.sort());
        assert_eq!(db.ledger.read(live).unwrap(), classed, "on {}", db.name);
    });
}
