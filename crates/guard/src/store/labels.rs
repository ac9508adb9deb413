//! What became known of events that were decided: rows in the order in which it was said.

use std::collections::HashMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::{ActorRef, Timestamp, id::DecisionId};
use ledger::{
    Connection, StoreError, on_each,
    rows::{one_row, parse, word},
};

use super::schema::guard_labels as table;
use crate::model::label::{Label, LabelState, Said};

const TABLE: &str = "guard_labels";
/// Labels that one step counts: they go into the log with one commit.
pub const STEP: i64 = 500;
/// Labels of one event that are shown; what is said more often than that is said in vain.
const OF_DECISION_MAX: i64 = 50;

/// What became known of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelRow {
    /// Its number in the order in which it was said.
    pub number: i64,
    /// The decision on the event.
    pub decision: DecisionId,
    /// What became known.
    pub label: Label,
    /// When.
    pub known_at: Timestamp,
    /// Who says so.
    pub source: String,
    /// Who said it to the house.
    pub said_by: ActorRef,
    /// When.
    pub said_at: Timestamp,
    /// What the engine made of it.
    pub state: LabelState,
}

impl LabelRow {
    /// What it says.
    pub const fn said(&self) -> Said {
        Said { label: self.label, known_at: self.known_at }
    }
}

/// A label that is yet to be kept.
#[derive(Debug, Clone)]
pub struct NewLabel {
    /// The decision on the event.
    pub decision: DecisionId,
    /// What became known.
    pub label: Label,
    /// When.
    pub known_at: Timestamp,
    /// Who says so.
    pub source: String,
}

type Columns = (i64, String, String, i64, String, String, i64, String);

macro_rules! columns {
    () => {
        (
            table::number,
            table::decision,
            table::label,
            table::known_at,
            table::source,
            table::said_by,
            table::said_at,
            table::state,
        )
    };
}

fn row((number, decision, label, known_at, source, said_by, said_at, state): Columns) -> Result<LabelRow, StoreError> {
    Ok(LabelRow {
        number,
        decision: parse(TABLE, "decision", number, &decision)?,
        label: word(TABLE, "label", number, Label::from_stored(&label))?,
        known_at: Timestamp::from_micros(known_at),
        source,
        said_by: ActorRef::from_stored(said_by),
        said_at: Timestamp::from_micros(said_at),
        state: word(TABLE, "state", number, LabelState::from_stored(&state))?,
    })
}

/// Keeps a label.
pub fn add(conn: &mut Connection, new: &NewLabel, by: &ActorRef, now: Timestamp) -> Result<(), StoreError> {
    let values = (
        table::decision.eq(new.decision.to_string()),
        table::label.eq(new.label.as_str()),
        table::known_at.eq(new.known_at.as_micros()),
        table::source.eq(&new.source),
        table::said_by.eq(by.as_str()),
        table::said_at.eq(now.as_micros()),
        table::state.eq(LabelState::Waiting.as_str()),
    );
    on_each!(conn, |c| diesel::insert_into(table::table).values(values).execute(c))?;
    Ok(())
}

/// What was said of an event, oldest first.
pub fn of_decision(conn: &mut Connection, decision: DecisionId) -> Result<Vec<LabelRow>, StoreError> {
    let there = table::table.filter(table::decision.eq(decision.to_string())).order(table::number);
    let rows: Vec<Columns> = on_each!(conn, |c| there.limit(OF_DECISION_MAX).select(columns!()).load(c))?;
    rows.into_iter().map(row).collect()
}

/// The newest label of an event, which is the one that holds.
pub fn newest(conn: &mut Connection, decision: DecisionId) -> Result<Option<LabelRow>, StoreError> {
    newest_before(conn, decision, i64::MAX)
}

/// The label of an event that was said last before another.
pub fn newest_before(conn: &mut Connection, decision: DecisionId, number: i64) -> Result<Option<LabelRow>, StoreError> {
    let there = table::table.filter(table::decision.eq(decision.to_string()).and(table::number.lt(number)));
    let newest = there.order(table::number.desc()).select(columns!());
    let found: Option<Columns> = on_each!(conn, |c| newest.first(c)).optional()?;
    found.map(row).transpose()
}

/// Whether any label waits for the engine.
pub fn are_waiting(conn: &mut Connection) -> Result<bool, StoreError> {
    let there = table::table.filter(table::state.eq(LabelState::Waiting.as_str())).select(table::number);
    let found: Option<i64> = on_each!(conn, |c| there.first(c)).optional()?;
    Ok(found.is_some())
}

/// The labels that the engine has yet to count, in their order, as many as one step takes.
pub fn waiting(conn: &mut Connection) -> Result<Vec<LabelRow>, StoreError> {
    let there = table::table.filter(table::state.eq(LabelState::Waiting.as_str())).order(table::number);
    let rows: Vec<Columns> = on_each!(conn, |c| there.limit(STEP).select(columns!()).load(c))?;
    rows.into_iter().map(row).collect()
}

/// Notes what the engine made of a label that waited, and where in the decision log it stands.
pub fn taken(conn: &mut Connection, number: i64, seq: Option<i64>) -> Result<(), StoreError> {
    let state = if seq.is_some() { LabelState::Counted } else { LabelState::Kept };
    let there = table::table.filter(table::number.eq(number).and(table::state.eq(LabelState::Waiting.as_str())));
    let change = (table::state.eq(state.as_str()), table::seq.eq(seq));
    // Where another node was faster, nothing of this one's is kept.
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, TABLE, number)
}

/// What holds of events, as far as it was known before a time: for each the label that was said last. When more are known than
/// can be held, those said last.
pub fn known_before(
    conn: &mut Connection,
    time: Timestamp,
    rows_max: i64,
) -> Result<Vec<(DecisionId, Label)>, StoreError> {
    let there = table::table.filter(table::known_at.lt(time.as_micros()));
    let newest =
        there.order(table::number.desc()).limit(rows_max).select((table::number, table::decision, table::label));
    let rows: Vec<(i64, String, String)> = on_each!(conn, |c| newest.load(c))?;
    // Oldest first, so that whoever puts them into a map keeps the last of each.
    let read = |(number, decision, label): (i64, String, String)| {
        Ok((parse(TABLE, "decision", number, &decision)?, word(TABLE, "label", number, Label::from_stored(&label))?))
    };
    rows.into_iter().rev().map(read).collect()
}

/// The label that holds of each of these events, as far as it was known before a time; as many events as one question takes.
pub fn holding(
    conn: &mut Connection,
    decisions: &[String],
    known_before: Timestamp,
) -> Result<HashMap<DecisionId, LabelRow>, StoreError> {
    let there = table::table.filter(table::decision.eq_any(decisions));
    let there = there.filter(table::known_at.lt(known_before.as_micros())).order(table::number);
    let rows: Vec<Columns> = on_each!(conn, |c| there.select(columns!()).load(c))?;
    // The last of each is kept.
    rows.into_iter().map(|columns| row(columns).map(|label| (label.decision, label))).collect()
}
