//! Runs over many orders: how far each has come, and what became of every order.

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::{
    ActorRef, OrgPath, Text, Timestamp,
    id::{BulkId, OrderId},
};
use ledger::{Connection, StoreError, on_each};

use super::{
    one_row, parse, parse_path,
    schema::{bulk_items, bulk_runs},
    word,
};
use crate::model::bulk::{Before, BulkAction, BulkItemState, BulkState};

const RUNS: &str = "bulk_runs";
const ITEMS: &str = "bulk_items";
/// Rows that are inserted at once.
const TOGETHER: usize = 500;

/// A permission and where it is held, as they were when the run was started.
pub type Held = Vec<(String, OrgPath)>;

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkRun {
    /// The id.
    pub id: BulkId,
    /// The place of whoever started it.
    pub unit: OrgPath,
    /// Who did.
    pub by: ActorRef,
    /// What is done.
    pub action: BulkAction,
    /// With which rights, for the record. Each order is decided with those that the person holds when its turn comes.
    pub grants: Held,
    /// How far it has come.
    pub state: BulkState,
    /// How many orders.
    pub total: u64,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// One order of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkItem {
    /// Its place in the run.
    pub place: i64,
    /// The order.
    pub order: OrderId,
    /// How far it has come.
    pub state: BulkItemState,
    /// Why it was refused, or could not be undone: a word and a sentence.
    pub reason: Option<(String, Text)>,
    /// The order's version after it was done.
    pub version: Option<u64>,
    /// What the order was before.
    pub before: Option<Before>,
}

/// Adds a run with its orders.
pub fn insert(conn: &mut Connection, run: &BulkRun, orders: &[OrderId]) -> Result<(), StoreError> {
    let json = |text: Result<String, serde_json::Error>| text.unwrap_or_default();
    let row = (
        bulk_runs::id.eq(run.id.to_string()),
        bulk_runs::unit_path.eq(run.unit.as_str()),
        bulk_runs::by.eq(run.by.as_str()),
        bulk_runs::action.eq(json(serde_json::to_string(&run.action))),
        bulk_runs::grants.eq(json(serde_json::to_string(&run.grants))),
        bulk_runs::state.eq(run.state.as_str()),
        bulk_runs::total.eq(run.total.cast_signed()),
        bulk_runs::started_at.eq(run.started_at.as_micros()),
    );
    on_each!(conn, |c| diesel::insert_into(bulk_runs::table).values(row).execute(c))?;
    let rows: Vec<_> = orders
        .iter()
        .zip(0_i64..)
        .map(|(order, place)| {
            (
                bulk_items::run.eq(run.id.to_string()),
                bulk_items::place.eq(place),
                bulk_items::order_id.eq(order.to_string()),
                bulk_items::state.eq(BulkItemState::Waiting.as_str()),
            )
        })
        .collect();
    for some in rows.chunks(TOGETHER) {
        // SQLite takes one row at a time here; both engines take them within one transaction.
        for row in some {
            on_each!(conn, |c| diesel::insert_into(bulk_items::table).values(row.clone()).execute(c))?;
        }
    }
    Ok(())
}

type StoredRun = (String, String, String, String, String, String, i64, i64, Option<i64>);

/// A run by its id.
pub fn find(conn: &mut Connection, id: BulkId) -> Result<Option<BulkRun>, StoreError> {
    let query = bulk_runs::table.find(id.to_string());
    let row: Option<StoredRun> = on_each!(conn, |c| query.first(c)).optional()?;
    let Some((key, unit, by, action, grants, state, total, started_at, ended_at)) = row else { return Ok(None) };
    let unreadable = |column| StoreError::corrupt(RUNS, column, &key, "not what this program wrote");
    Ok(Some(BulkRun {
        id,
        unit: parse_path(RUNS, "unit_path", &key, &unit)?,
        by: ActorRef::from_stored(by),
        action: serde_json::from_str(&action).map_err(|_| unreadable("action"))?,
        grants: serde_json::from_str(&grants).map_err(|_| unreadable("grants"))?,
        state: word(RUNS, "state", &key, BulkState::from_stored(&state))?,
        total: u64::try_from(total).map_err(|_| unreadable("total"))?,
        started_at: Timestamp::from_micros(started_at),
        ended_at: ended_at.map(Timestamp::from_micros),
    }))
}

/// Says how far a run has come.
pub fn set_state(
    conn: &mut Connection,
    id: BulkId,
    state: BulkState,
    ended_at: Option<Timestamp>,
) -> Result<(), StoreError> {
    let there = bulk_runs::table.find(id.to_string());
    let change = (bulk_runs::state.eq(state.as_str()), bulk_runs::ended_at.eq(ended_at.map(Timestamp::as_micros)));
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, RUNS, id)
}

/// How many orders of a run have come how far.
pub fn counts(conn: &mut Connection, id: BulkId) -> Result<Vec<(BulkItemState, u64)>, StoreError> {
    let mut counts = Vec::new();
    for state in BulkItemState::ALL {
        let query = bulk_items::table
            .filter(bulk_items::run.eq(id.to_string()).and(bulk_items::state.eq(state.as_str())))
            .count();
        let count: i64 = on_each!(conn, |c| query.get_result(c))?;
        counts.push((*state, u64::try_from(count).unwrap_or_default()));
    }
    Ok(counts)
}

type StoredItem =
    (String, i64, String, String, Option<String>, Option<String>, Option<String>, Option<i64>, Option<String>);

/// Orders of a run that have come so far, behind `after`, in order.
pub fn items(
    conn: &mut Connection,
    id: BulkId,
    states: &[BulkItemState],
    (after, limit): (i64, i64),
) -> Result<Vec<BulkItem>, StoreError> {
    let states: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    let query = bulk_items::table
        .filter(bulk_items::run.eq(id.to_string()).and(bulk_items::state.eq_any(states)))
        .filter(bulk_items::place.gt(after))
        .order(bulk_items::place)
        .limit(limit);
    let rows: Vec<StoredItem> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(read).collect()
}

fn read(row: StoredItem) -> Result<BulkItem, StoreError> {
    let (run, place, order, state, reason, zh, en, version, before) = row;
    let key = format!("{run}/{place}");
    let before = before.map(|text| serde_json::from_str(&text)).transpose();
    Ok(BulkItem {
        place,
        order: parse(ITEMS, "order_id", &key, &order)?,
        state: word(ITEMS, "state", &key, BulkItemState::from_stored(&state))?,
        reason: reason.map(|reason| (reason, Text::of(zh.unwrap_or_default(), en.unwrap_or_default()))),
        version: version.and_then(|version| u64::try_from(version).ok()),
        before: before.map_err(|_| StoreError::corrupt(ITEMS, "before", &key, "not what this program wrote"))?,
    })
}

/// What became of an order of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// It was done: the version then, and what it was before.
    Done(u64, Box<Before>),
    /// It could not be done.
    Refused(String, Text),
    /// It was undone.
    Undone,
    /// It could not be undone.
    Kept(String, Text),
}

/// Keeps what became of an order.
pub fn put(conn: &mut Connection, id: BulkId, place: i64, became: &Became) -> Result<(), StoreError> {
    let there = bulk_items::table.find((id.to_string(), place));
    let rows = match became {
        Became::Done(version, before) => {
            let change = (
                bulk_items::state.eq(BulkItemState::Done.as_str()),
                bulk_items::version.eq(version.cast_signed()),
                bulk_items::before.eq(serde_json::to_string(before).ok()),
            );
            on_each!(conn, |c| diesel::update(there).set(change).execute(c))?
        }
        Became::Undone => {
            let change = bulk_items::state.eq(BulkItemState::Undone.as_str());
            on_each!(conn, |c| diesel::update(there).set(change).execute(c))?
        }
        Became::Refused(slug, text) | Became::Kept(slug, text) => {
            let state = if matches!(became, Became::Kept(..)) { BulkItemState::Kept } else { BulkItemState::Refused };
            let change = (
                bulk_items::state.eq(state.as_str()),
                bulk_items::reason.eq(slug),
                bulk_items::reason_zh.eq(text.zh.as_ref()),
                bulk_items::reason_en.eq(text.en.as_ref()),
            );
            on_each!(conn, |c| diesel::update(there).set(change).execute(c))?
        }
    };
    one_row(rows, ITEMS, place)
}
