//! Hot issues, the words of each day, and the days that were looked at.

use std::collections::{HashMap, HashSet};

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    Selectable, SelectableHelper,
};
use kernel::{ActorRef, Date, OrgPath, Timestamp, id::HotIssueId};
use ledger::{Connection, StoreError, on_each};

use super::{
    one_row, parse, parse_path,
    schema::{hot_days, hot_issues, hot_words, order_persons, orders},
};
use crate::hot::{
    Cell, Hot, Plan,
    words::{Rising, ppb},
};

const TABLE: &str = "hot_issues";

/// Hot issues of one day that are shown at most, the least likely first.
const SHOWN_MAX: i64 = 500;
/// Orders of one day whose words are counted at most: more say nothing new.
const ORDERS_MAX: i64 = 20_000;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = hot_issues, treat_none_as_default_value = false)]
struct Stored {
    id: String,
    day: String,
    unit_path: String,
    subject: String,
    reason: String,
    seen: i64,
    before: i64,
    days_seen: i64,
    days_before: i64,
    chance_ppb: i64,
    first_at: i64,
    hot_since: String,
    noted_by: Option<String>,
    noted_at: Option<i64>,
    note: Option<String>,
}

/// A hot issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotIssue {
    /// The id.
    pub id: HotIssueId,
    /// The last of the days that were looked at.
    pub day: Date,
    /// Where, about what and why.
    pub cell: Cell,
    /// Orders in the days that were looked at.
    pub seen: u64,
    /// Orders in the days before.
    pub before: u64,
    /// How many days were looked at.
    pub days_seen: u32,
    /// How many before them.
    pub days_before: u32,
    /// How likely that would be if nothing had changed, in parts per thousand million.
    pub chance_ppb: u64,
    /// When the first order within all these days was received.
    pub first_at: Timestamp,
    /// Since which day it was found hot without a break.
    pub hot_since: Date,
    /// What is done about it: who said so, when, and what.
    pub note: Option<(ActorRef, Timestamp, String)>,
}

impl TryFrom<Stored> for HotIssue {
    type Error = StoreError;

    fn try_from(row: Stored) -> Result<Self, StoreError> {
        let id = row.id.as_str();
        let count =
            |column, value: i64| u64::try_from(value).map_err(|_| StoreError::corrupt(TABLE, column, id, "negative"));
        let days =
            |column, value: i64| u32::try_from(value).map_err(|_| StoreError::corrupt(TABLE, column, id, "no days"));
        let note = row.noted_by.zip(row.noted_at).zip(row.note);
        Ok(Self {
            id: parse(TABLE, "id", id, id)?,
            day: parse(TABLE, "day", id, &row.day)?,
            cell: Cell {
                place: parse_path(TABLE, "unit_path", id, &row.unit_path)?,
                subject: row.subject,
                reason: row.reason,
            },
            seen: count("seen", row.seen)?,
            before: count("before", row.before)?,
            days_seen: days("days_seen", row.days_seen)?,
            days_before: days("days_before", row.days_before)?,
            chance_ppb: count("chance_ppb", row.chance_ppb)?,
            first_at: Timestamp::from_micros(row.first_at),
            hot_since: parse(TABLE, "hot_since", id, &row.hot_since)?,
            note: note.map(|((by, at), text)| (ActorRef::from_stored(by), Timestamp::from_micros(at), text)),
        })
    }
}

/// Since when each cell of a day has been hot.
pub fn since(conn: &mut Connection, day: Date) -> Result<HashMap<Cell, Date>, StoreError> {
    let query = hot_issues::table.filter(hot_issues::day.eq(day.to_string()));
    let rows: Vec<Stored> = on_each!(conn, |c| query.select(Stored::as_select()).load(c))?;
    let issues = rows.into_iter().map(HotIssue::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(issues.into_iter().map(|issue| (issue.cell, issue.hot_since)).collect())
}

/// Adds a hot cell of a day.
pub fn insert(
    conn: &mut Connection,
    (id, plan): (HotIssueId, &Plan),
    hot: &Hot,
    since: Date,
) -> Result<(), StoreError> {
    let row = Stored {
        id: id.to_string(),
        day: plan.day.to_string(),
        unit_path: hot.cell.place.as_str().to_owned(),
        subject: hot.cell.subject.clone(),
        reason: hot.cell.reason.clone(),
        seen: hot.seen.cast_signed(),
        before: hot.before.cast_signed(),
        days_seen: plan.days_seen.into(),
        days_before: plan.days_before.into(),
        chance_ppb: ppb(hot.chance).cast_signed(),
        first_at: hot.first_at.as_micros(),
        hot_since: since.to_string(),
        noted_by: None,
        noted_at: None,
        note: None,
    };
    on_each!(conn, |c| diesel::insert_into(hot_issues::table).values(&row).execute(c))?;
    Ok(())
}

/// One hot issue.
pub fn find(conn: &mut Connection, id: HotIssueId) -> Result<Option<HotIssue>, StoreError> {
    let query = hot_issues::table.find(id.to_string());
    on_each!(conn, |c| query.select(Stored::as_select()).first(c)).optional()?.map(HotIssue::try_from).transpose()
}

/// The hot issues of some days within the scopes, the least likely first.
pub fn within(
    conn: &mut Connection,
    scopes: &[OrgPath],
    (from, to): (Date, Date),
) -> Result<Vec<HotIssue>, StoreError> {
    let mut issues: Vec<HotIssue> = Vec::new();
    for scope in scopes {
        let (first, end) = scope.range();
        let days = hot_issues::day.ge(from.to_string()).and(hot_issues::day.le(to.to_string()));
        let query = hot_issues::table
            .filter(days)
            .filter(hot_issues::unit_path.ge(first).and(hot_issues::unit_path.lt(end)))
            .order((hot_issues::chance_ppb, hot_issues::seen.desc(), hot_issues::id))
            .limit(SHOWN_MAX);
        let rows: Vec<Stored> = on_each!(conn, |c| query.select(Stored::as_select()).load(c))?;
        for row in rows {
            issues.push(row.try_into()?);
        }
    }
    let mut known = HashSet::new();
    issues.retain(|issue| known.insert(issue.id));
    issues.sort_by_key(|issue| (issue.chance_ppb, std::cmp::Reverse(issue.seen)));
    Ok(issues)
}

/// Keeps what is done about a hot issue.
pub fn note(
    conn: &mut Connection,
    id: HotIssueId,
    (by, at, text): (&ActorRef, Timestamp, &str),
) -> Result<(), StoreError> {
    let there = hot_issues::table.find(id.to_string());
    let change =
        (hot_issues::noted_by.eq(by.as_str()), hot_issues::noted_at.eq(at.as_micros()), hot_issues::note.eq(text));
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, TABLE, id)
}

/// The last day that was looked at, not after `day`.
pub fn last_day(conn: &mut Connection, day: Date) -> Result<Option<Date>, StoreError> {
    let query =
        hot_days::table.filter(hot_days::day.le(day.to_string())).order(hot_days::day.desc()).select(hot_days::day);
    let found: Option<String> = on_each!(conn, |c| query.first(c)).optional()?;
    found.map(|day| parse("hot_days", "day", &day, &day)).transpose()
}

/// A day that was looked at: how many cells, and the words that rose.
pub fn looked(conn: &mut Connection, day: Date) -> Result<Option<(u64, Vec<Rising>)>, StoreError> {
    let query = hot_days::table.find(day.to_string()).select((hot_days::tests, hot_days::rising));
    let found: Option<(i64, String)> = on_each!(conn, |c| query.first(c)).optional()?;
    found
        .map(|(tests, rising)| {
            let rising = serde_json::from_str(&rising);
            let rising = rising.map_err(|_| StoreError::corrupt("hot_days", "rising", day, "not a list of words"))?;
            Ok((u64::try_from(tests).unwrap_or_default(), rising))
        })
        .transpose()
}

/// Keeps that a day was looked at.
pub fn put_day(
    conn: &mut Connection,
    day: Date,
    (tests, rising): (usize, &[Rising]),
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        hot_days::day.eq(day.to_string()),
        hot_days::tests.eq(i64::try_from(tests).unwrap_or(i64::MAX)),
        hot_days::rising.eq(serde_json::to_string(rising).unwrap_or_default()),
        hot_days::made_at.eq(now.as_micros()),
    );
    on_each!(conn, |c| diesel::insert_into(hot_days::table).values(row).execute(c))?;
    Ok(())
}

/// The days of a period whose words were counted.
pub fn counted_days(conn: &mut Connection, (from, to): (Date, Date)) -> Result<HashSet<Date>, StoreError> {
    let query = hot_words::table
        .filter(hot_words::day.ge(from.to_string()).and(hot_words::day.le(to.to_string())))
        .select(hot_words::day);
    let rows: Vec<String> = on_each!(conn, |c| query.load(c))?;
    rows.iter().map(|day| parse("hot_words", "day", day, day)).collect()
}

/// The texts of the orders received on a day, names and numbers taken out.
pub fn texts(conn: &mut Connection, day: Date) -> Result<Vec<String>, StoreError> {
    let (from, to) = (Timestamp::start_of(day).as_micros(), Timestamp::end_of(day).as_micros());
    // Nothing is filed before it is received, nor here long after: the walk is over few orders.
    let first = super::orders::seq_at(Timestamp::start_of(day));
    let query = orders::table
        .inner_join(diesel::JoinOnDsl::on(order_persons::table, order_persons::seq.eq(orders::seq)))
        .filter(orders::seq.ge(first))
        .filter(orders::received_at.ge(from).and(orders::received_at.le(to)))
        .order(orders::seq)
        .limit(ORDERS_MAX)
        .select(order_persons::words);
    Ok(on_each!(conn, |c| query.load(c))?)
}

/// Keeps in how many orders of a day each word stood.
pub fn put_words(
    conn: &mut Connection,
    day: Date,
    (orders, counts): (usize, &[(String, u64)]),
) -> Result<(), StoreError> {
    let row = (
        hot_words::day.eq(day.to_string()),
        hot_words::orders.eq(i64::try_from(orders).unwrap_or(i64::MAX)),
        hot_words::counts.eq(serde_json::to_string(counts).unwrap_or_default()),
    );
    on_each!(conn, |c| diesel::insert_into(hot_words::table).values(row).execute(c))?;
    Ok(())
}

/// In how many orders of a period each word stood.
pub fn words(conn: &mut Connection, (from, to): (Date, Date)) -> Result<HashMap<String, u64>, StoreError> {
    let query = hot_words::table
        .filter(hot_words::day.ge(from.to_string()).and(hot_words::day.le(to.to_string())))
        .select((hot_words::day, hot_words::counts));
    let rows: Vec<(String, String)> = on_each!(conn, |c| query.load(c))?;
    let mut all: HashMap<String, u64> = HashMap::new();
    for (day, counts) in rows {
        let counts: Vec<(String, u64)> = serde_json::from_str(&counts)
            .map_err(|_| StoreError::corrupt("hot_words", "counts", &day, "not counts of words"))?;
        for (word, count) in counts {
            *all.entry(word).or_default() += count;
        }
    }
    Ok(all)
}

/// Removes the words of days before `day`: nothing is compared with them any more.
pub fn forget_words(conn: &mut Connection, day: Date) -> Result<(), StoreError> {
    let old = hot_words::table.filter(hot_words::day.lt(day.to_string()));
    on_each!(conn, |c| diesel::delete(old).execute(c))?;
    Ok(())
}
