//! The decision log: append-only rows with the facts of every event and what was answered, and the keys and layouts by which
//! they are read. Nothing is ever changed.

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::{OrgPath, Page, PageRequest, Problem, Timestamp, id::DecisionId};
use ledger::{
    Connection, StoreError, on_each,
    rows::{parse, parse_path, word},
};
use seal::{Sealed, WrappedKey};

use super::labels;
use super::schema::{guard_decisions as table, guard_keys as keys, guard_layouts as layouts};
use crate::{model::words::GuardOutcome, screen::facts::Layout};

const TABLE: &str = "guard_decisions";

/// Rows that one step of a rebuilding reads: some megabytes.
pub const REBUILD_ROWS_MAX: i64 = 5_000;

ledger::insert_row! {
    /// Adds a decision.
    struct InsertDecision<'a> into "guard_decisions" {
        seq: i64 => BigInt,
        id: &'a str => Text,
        event_key: &'a [u8] => Binary,
        print: &'a [u8] => Binary,
        caller: &'a str => Text,
        event_type: &'a str => Text,
        unit_path: &'a str => Text,
        at: i64 => BigInt,
        decided_at: i64 => BigInt,
        layout: i64 => BigInt,
        facts: &'a [u8] => Binary,
        seen: &'a [u8] => Binary,
        sealed: &'a str => Text,
        outcome: Option<&'a str> => Nullable<Text>,
        screening: Option<&'a str> => Nullable<Text>,
        score: i64 => BigInt,
        answer: &'a str => Text,
    }
}

/// A decision on its way into the log.
#[derive(Debug, Clone)]
pub struct NewDecision {
    /// Its place in the order of decisions.
    pub seq: i64,
    /// Its id.
    pub id: DecisionId,
    /// A hash of who sent the event and what they call it.
    pub event_key: [u8; 16],
    /// A hash of the event as it was sent.
    pub print: [u8; 16],
    /// Who sent it, as an actor reference.
    pub caller: String,
    /// The event's type.
    pub event_type: String,
    /// Where it happened.
    pub unit: OrgPath,
    /// The event's own time.
    pub at: Timestamp,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The layout of facts and of what was seen.
    pub layout: i64,
    /// The facts.
    pub facts: Vec<u8>,
    /// What the decision saw.
    pub seen: Vec<u8>,
    /// The event, sealed under the key of its day.
    pub sealed: Sealed,
    /// What was demanded; none when the event was only recorded.
    pub outcome: Option<GuardOutcome>,
    /// Whether every step was taken.
    pub is_screened: bool,
    /// The score.
    pub score: i32,
    /// The answer as it was given.
    pub answer: String,
    /// The label that it counts, if it counts one.
    pub label: Option<i64>,
}

/// Adds a decision to the log.
pub fn insert(conn: &mut Connection, new: &NewDecision) -> Result<(), StoreError> {
    let id = new.id.to_string();
    let screening = new.outcome.map(|_| if new.is_screened { "screened" } else { "not_screened" });
    let row = InsertDecision {
        seq: new.seq,
        id: &id,
        event_key: &new.event_key,
        print: &new.print,
        caller: &new.caller,
        event_type: &new.event_type,
        unit_path: new.unit.as_str(),
        at: new.at.as_micros(),
        decided_at: new.decided_at.as_micros(),
        layout: new.layout,
        facts: &new.facts,
        seen: &new.seen,
        sealed: new.sealed.as_str(),
        outcome: new.outcome.map(GuardOutcome::as_str),
        screening,
        score: i64::from(new.score),
        answer: &new.answer,
    };
    on_each!(conn, |c| row.execute(c))?;
    new.label.map_or(Ok(()), |label| labels::taken(conn, label, Some(new.seq)))
}

/// The print and the answer of an event that was decided before.
pub fn answered(conn: &mut Connection, event_key: &[u8; 16]) -> Result<Option<(Vec<u8>, String)>, StoreError> {
    let query = table::table.filter(table::event_key.eq(event_key.to_vec())).select((table::print, table::answer));
    Ok(on_each!(conn, |c| query.first(c)).optional()?)
}

/// A decision as a rebuilding reads it.
#[derive(Debug, Clone)]
pub struct PastDecision {
    /// Its place.
    pub seq: i64,
    /// A hash of who sent the event and what they call it.
    pub event_key: Vec<u8>,
    /// The layout of its facts.
    pub layout: i64,
    /// The facts.
    pub facts: Vec<u8>,
    /// What was demanded.
    pub outcome: Option<GuardOutcome>,
}

/// A decision as a rebuilding reads it: place, key, layout, facts, outcome.
type PastColumns = (i64, Vec<u8>, i64, Vec<u8>, Option<String>);

/// The decisions behind a place, in their order.
pub fn behind(conn: &mut Connection, seq: i64) -> Result<Vec<PastDecision>, StoreError> {
    let rows: Vec<PastColumns> = on_each!(conn, |c| table::table
        .filter(table::seq.gt(seq))
        .order(table::seq)
        .limit(REBUILD_ROWS_MAX)
        .select((table::seq, table::event_key, table::layout, table::facts, table::outcome))
        .load(c))?;
    let read = |(seq, event_key, layout, facts, outcome): PastColumns| {
        let outcome = outcome.map(|text| word(TABLE, "outcome", seq, GuardOutcome::from_stored(&text))).transpose()?;
        Ok(PastDecision { seq, event_key, layout, facts, outcome })
    };
    rows.into_iter().map(read).collect()
}

/// The first and the last place of what was decided in a period; `None` when nothing was.
pub fn stretch(conn: &mut Connection, from: Timestamp, to: Timestamp) -> Result<Option<(i64, i64)>, StoreError> {
    let (from, to) = (from.as_micros(), to.as_micros());
    let within = table::table.filter(table::decided_at.ge(from).and(table::decided_at.lt(to)));
    let query = within.select((diesel::dsl::min(table::seq), diesel::dsl::max(table::seq)));
    let (first, last): (Option<i64>, Option<i64>) = on_each!(conn, |c| query.first(c))?;
    Ok(first.zip(last))
}

/// The last place; 0 before the first.
pub fn last_seq(conn: &mut Connection) -> Result<i64, StoreError> {
    let query = table::table.select(diesel::dsl::max(table::seq));
    let last: Option<i64> = on_each!(conn, |c| query.first(c))?;
    Ok(last.unwrap_or_default())
}

/// The facts of a decision by its place.
pub fn facts_of(conn: &mut Connection, seq: i64) -> Result<Option<Vec<u8>>, StoreError> {
    let query = table::table.find(seq).select(table::facts);
    Ok(on_each!(conn, |c| query.first(c)).optional()?)
}

/// The id of the decision at a place.
pub fn id_at(conn: &mut Connection, seq: i64) -> Result<Option<String>, StoreError> {
    Ok(on_each!(conn, |c| table::table.find(seq).select(table::id).first(c)).optional()?)
}

/// Keys that one step of remembering reads: some megabytes.
const KEYS_MAX: i64 = 50_000;

/// The keys of the events behind a place and up to another, in their order, each with its place.
pub fn keys_between(conn: &mut Connection, behind: i64, to: i64) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    Ok(on_each!(conn, |c| table::table
        .filter(table::seq.gt(behind))
        .filter(table::seq.le(to))
        .order(table::seq)
        .limit(KEYS_MAX)
        .select((table::seq, table::event_key))
        .load(c))?)
}

/// The layouts by number.
pub fn all_layouts(conn: &mut Connection) -> Result<Vec<(i64, Layout)>, StoreError> {
    let rows: Vec<(i64, String)> =
        on_each!(conn, |c| layouts::table.order(layouts::id).select((layouts::id, layouts::names)).load(c))?;
    let read = |(id, names): (i64, String)| {
        let layout = serde_json::from_str(&names);
        Ok((id, layout.map_err(|_| StoreError::corrupt("guard_layouts", "names", id, "not a layout"))?))
    };
    rows.into_iter().map(read).collect()
}

/// Keeps a layout under a number of its own.
pub fn put_layout(conn: &mut Connection, id: i64, digest: &str, names: &str) -> Result<(), StoreError> {
    let row = (layouts::id.eq(id), layouts::digest.eq(digest), layouts::names.eq(names));
    on_each!(conn, |c| diesel::insert_into(layouts::table).values(row).execute(c))?;
    Ok(())
}

/// A wrapped key by its name, and what is sealed with it.
pub fn key(conn: &mut Connection, name: &str) -> Result<Option<(WrappedKey, Option<Sealed>)>, StoreError> {
    let query = keys::table.find(name).select((keys::wrapped_key, keys::sealed));
    let found: Option<(String, Option<String>)> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(found.map(|(wrapped, sealed)| (WrappedKey::from_stored(wrapped), sealed.map(Sealed::from_stored))))
}

/// Keeps a wrapped key under a new name.
pub fn put_key(
    conn: &mut Connection,
    name: &str,
    wrapped: &WrappedKey,
    sealed: Option<&Sealed>,
) -> Result<(), StoreError> {
    let row = (
        keys::name.eq(name),
        keys::wrapped_key.eq(wrapped.as_str()),
        keys::sealed.eq(sealed.map(|sealed| sealed.as_str().to_owned())),
    );
    on_each!(conn, |c| diesel::insert_into(keys::table).values(row).execute(c))?;
    Ok(())
}

/// A decision as it is shown.
#[derive(Debug, Clone)]
pub struct DecisionRow {
    /// Its place in the order of decisions.
    pub seq: i64,
    /// Its id.
    pub id: DecisionId,
    /// Who sent the event, as an actor reference.
    pub caller: String,
    /// The event's type.
    pub event_type: String,
    /// Where it happened.
    pub unit: OrgPath,
    /// The event's own time.
    pub at: Timestamp,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The layout of what was seen.
    pub layout: i64,
    /// What the decision saw.
    pub seen: Vec<u8>,
    /// The event, sealed under the key of its day.
    pub sealed: Sealed,
    /// What was demanded; none when the event was only recorded.
    pub outcome: Option<GuardOutcome>,
    /// Whether every step was taken.
    pub is_screened: bool,
    /// The score.
    pub score: i64,
    /// The answer as it was given.
    pub answer: String,
}

/// A decision as it is read.
type Columns = (
    (i64, String, String, String, String, i64, i64),
    (i64, Vec<u8>, String, Option<String>, Option<String>, i64, String),
);

macro_rules! columns {
    () => {
        (
            (table::seq, table::id, table::caller, table::event_type, table::unit_path, table::at, table::decided_at),
            (table::layout, table::seen, table::sealed, table::outcome, table::screening, table::score, table::answer),
        )
    };
}

/// At and below some places; nowhere without any.
macro_rules! within {
    ($scopes:expr) => {{
        let mut within: Box<dyn diesel::BoxableExpression<table::table, _, SqlType = diesel::sql_types::Bool>> =
            Box::new(table::seq.lt(i64::MIN));
        for scope in $scopes {
            let (from, end) = scope.range();
            within = Box::new(within.or(table::unit_path.ge(from).and(table::unit_path.lt(end))));
        }
        within
    }};
}

fn row((first, second): Columns) -> Result<DecisionRow, StoreError> {
    let (seq, id, caller, event_type, unit, at, decided_at) = first;
    let (layout, seen, sealed, outcome, screening, score, answer) = second;
    Ok(DecisionRow {
        seq,
        id: parse(TABLE, "id", seq, &id)?,
        caller,
        event_type,
        unit: parse_path(TABLE, "unit_path", seq, &unit)?,
        at: Timestamp::from_micros(at),
        decided_at: Timestamp::from_micros(decided_at),
        layout,
        seen,
        sealed: Sealed::from_stored(sealed),
        outcome: outcome.map(|text| word(TABLE, "outcome", seq, GuardOutcome::from_stored(&text))).transpose()?,
        is_screened: screening.as_deref() == Some("screened"),
        score,
        answer,
    })
}

/// Rows of the log that a proof reads at a time: a megabyte or two.
pub const LOGGED_ROWS_MAX: i64 = 500;

/// The decisions behind a place up to another, in their order, each with its facts.
pub fn logged(conn: &mut Connection, behind: i64, upto: i64) -> Result<Vec<(DecisionRow, Vec<u8>)>, StoreError> {
    let rows: Vec<(Columns, Vec<u8>)> = on_each!(conn, |c| table::table
        .filter(table::seq.gt(behind).and(table::seq.le(upto)))
        .order(table::seq)
        .limit(LOGGED_ROWS_MAX)
        .select((columns!(), table::facts))
        .load(c))?;
    rows.into_iter().map(|(columns, facts)| Ok((row(columns)?, facts))).collect()
}

/// The decisions on events of a type, of a stretch and period, within the scopes, in their order, each with its facts.
pub fn taken_out(
    conn: &mut Connection,
    (behind, upto): (i64, i64),
    (from, to): (Timestamp, Timestamp),
    event_type: &str,
    scopes: &[OrgPath],
) -> Result<Vec<(DecisionRow, Vec<u8>)>, StoreError> {
    let rows: Vec<(Columns, Vec<u8>)> = on_each!(conn, |c| table::table
        .filter(table::seq.gt(behind).and(table::seq.le(upto)))
        .filter(table::decided_at.ge(from.as_micros()).and(table::decided_at.lt(to.as_micros())))
        .filter(table::event_type.eq(event_type).and(table::outcome.is_not_null()))
        .filter(within!(scopes))
        .order(table::seq)
        .limit(LOGGED_ROWS_MAX)
        .select((columns!(), table::facts))
        .load(c))?;
    rows.into_iter().map(|(columns, facts)| Ok((row(columns)?, facts))).collect()
}

/// A decision by its id.
pub fn find(conn: &mut Connection, id: DecisionId) -> Result<Option<DecisionRow>, StoreError> {
    let query = table::table.filter(table::id.eq(id.to_string())).select(columns!());
    on_each!(conn, |c| query.first(c)).optional()?.map(row).transpose()
}

/// The decision on an event, by the hash of who sent it and what they call it.
pub fn find_by_key(conn: &mut Connection, key: &[u8; 16]) -> Result<Option<DecisionRow>, StoreError> {
    let query = table::table.filter(table::event_key.eq(key.to_vec())).select(columns!());
    on_each!(conn, |c| query.first(c)).optional()?.map(row).transpose()
}

/// Which decisions a list shows; what is `None` does not narrow it.
#[derive(Debug, Clone, Default)]
pub struct DecisionFilter {
    /// Only with this outcome.
    pub outcome: Option<GuardOutcome>,
    /// Only of this type.
    pub event_type: Option<String>,
    /// Only those that were not screened.
    pub only_unscreened: bool,
}

/// A page of the decisions within the scopes, newest first.
pub fn page(
    conn: &mut Connection,
    scopes: &[OrgPath],
    filter: &DecisionFilter,
    request: &PageRequest,
) -> Result<Page<DecisionRow>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<i64>).transpose().map_err(people::wrong_cursor)?;
    let rows: Vec<Columns> = on_each!(conn, |c| {
        let mut query = table::table.select(columns!()).order(table::seq.desc()).limit(request.fetch()).into_boxed();
        query = query.filter(within!(scopes));
        if let Some(outcome) = filter.outcome {
            query = query.filter(table::outcome.eq(outcome.as_str()));
        }
        if let Some(event_type) = &filter.event_type {
            query = query.filter(table::event_type.eq(event_type));
        }
        if filter.only_unscreened {
            query = query.filter(table::screening.eq("not_screened"));
        }
        if let Some(before) = before {
            query = query.filter(table::seq.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows = rows.into_iter().map(row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, rows, |row| row.seq))
}
