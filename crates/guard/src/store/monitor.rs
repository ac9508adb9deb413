//! What is counted hour by hour of decisions, how far the counting has come, and the alarms.

use std::collections::BTreeMap;

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::{Page, PageRequest, Problem, Timestamp};
use ledger::{
    Connection, StoreError, on_each,
    rows::{one_row, word},
};

use super::schema::{
    guard_alarms as alarms, guard_decisions as decisions, guard_followers as followers,
    guard_interceptions as interceptions, guard_monitor as table,
};
use crate::{
    model::words::{GuardEnding, GuardOutcome},
    proof::{
        latency::Latencies,
        monitor::{AgeGroup, Counted, Period},
    },
};

const TABLE: &str = "guard_monitor";
/// Microseconds of an hour.
pub const HOUR_MICROS: i64 = 3_600_000_000;
/// Rows of the log that one round counts: some tens of milliseconds.
pub const COUNTED_ROWS_MAX: i64 = 1_000;
/// Counts of one period that are read at once: a year of hours of a bank with a hundred rules.
const CELLS_MAX: i64 = 2_000_000;
/// False alarms of one period that are looked at.
const FALSE_ALARMS_MAX: i64 = 20_000;

/// A decision as it is counted.
#[derive(Debug)]
pub struct CountedRow {
    /// Its place.
    pub seq: i64,
    /// The event's type.
    pub event_type: String,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// The layout of what was seen.
    pub layout: i64,
    /// What was seen.
    pub seen: Vec<u8>,
    /// What was demanded; none when the event was only recorded.
    pub outcome: Option<GuardOutcome>,
    /// Whether every step was taken.
    pub is_screened: bool,
    /// The score.
    pub score: i64,
    /// The answer.
    pub answer: String,
}

/// A decision as it is read for counting.
type CountedColumns = (i64, String, i64, i64, Vec<u8>, Option<String>, Option<String>, i64, String);

/// The decisions behind a place, in their order.
pub fn uncounted(conn: &mut Connection, behind: i64) -> Result<Vec<CountedRow>, StoreError> {
    let rows: Vec<CountedColumns> = on_each!(conn, |c| decisions::table
        .filter(decisions::seq.gt(behind))
        .order(decisions::seq)
        .limit(COUNTED_ROWS_MAX)
        .select((
            decisions::seq,
            decisions::event_type,
            decisions::decided_at,
            decisions::layout,
            decisions::seen,
            decisions::outcome,
            decisions::screening,
            decisions::score,
            decisions::answer,
        ))
        .load(c))?;
    let read = |(seq, event_type, decided_at, layout, seen, outcome, screening, score, answer): CountedColumns| {
        let outcome = outcome.map(|text| word("guard_decisions", "outcome", seq, GuardOutcome::from_stored(&text)));
        Ok(CountedRow {
            seq,
            event_type,
            decided_at: Timestamp::from_micros(decided_at),
            layout,
            seen,
            outcome: outcome.transpose()?,
            is_screened: screening.as_deref() == Some("screened"),
            score,
            answer,
        })
    };
    rows.into_iter().map(read).collect()
}

/// How far a follower of the log has come; 0 before its first round.
pub fn followed(conn: &mut Connection, name: &str) -> Result<i64, StoreError> {
    let query = followers::table.find(name).select(followers::done_seq);
    let found: Option<i64> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(found.unwrap_or_default())
}

/// Says how far a follower of the log has come.
pub fn follow(conn: &mut Connection, name: &str, done: i64) -> Result<(), StoreError> {
    let row = (followers::name.eq(name), followers::done_seq.eq(done));
    on_each!(conn, |c| diesel::insert_into(followers::table)
        .values(row)
        .on_conflict(followers::name)
        .do_update()
        .set(followers::done_seq.eq(done))
        .execute(c))?;
    Ok(())
}

/// Counts of one round: hour, what, name, part.
pub type Cells = BTreeMap<(i64, Counted, String, String), u64>;

/// Adds counts to those that are there.
pub fn add(conn: &mut Connection, cells: &Cells) -> Result<(), StoreError> {
    for ((hour, what, name, part), count) in cells {
        let count = count.cast_signed();
        let row = (
            table::hour.eq(hour),
            table::what.eq(what.as_str()),
            table::name.eq(name),
            table::part.eq(part),
            table::count.eq(count),
        );
        on_each!(conn, |c| diesel::insert_into(table::table)
            .values(row)
            .on_conflict((table::hour, table::what, table::name, table::part))
            .do_update()
            .set(table::count.eq(table::count + count))
            .execute(c))?;
    }
    Ok(())
}

/// What was counted in a period of whole hours.
pub fn period(conn: &mut Connection, (from, to): (Timestamp, Timestamp)) -> Result<Period, StoreError> {
    let (from, to) = (from.as_micros(), to.as_micros());
    let cells: Vec<(String, String, String, i64)> = on_each!(conn, |c| table::table
        .filter(table::hour.ge(from).and(table::hour.lt(to)))
        .limit(CELLS_MAX)
        .select((table::what, table::name, table::part, table::count))
        .load(c))?;
    // Over all hours; how many hours there were is what tells a source that never sleeps.
    let mut folded: BTreeMap<(String, String, String), (i64, u64)> = BTreeMap::new();
    for (what, name, part, count) in cells {
        let cell = folded.entry((what, name, part)).or_default();
        *cell = (cell.0 + count, cell.1 + 1);
    }
    let mut period = Period::default();
    for ((what, name, part), (count, hours)) in folded {
        let count = u64::try_from(count).map_err(|_| StoreError::corrupt(TABLE, "count", &name, "negative"))?;
        match word(TABLE, "what", &name, Counted::from_stored(&what))? {
            Counted::Outcome => {
                let outcome = word(TABLE, "name", &name, GuardOutcome::from_stored(&name))?;
                let group = word(TABLE, "part", &part, AgeGroup::from_stored(&part))?;
                *period.outcomes.entry((outcome, group)).or_default() += count;
            }
            Counted::Rule => *period.rules.entry(name).or_default() += count,
            Counted::Band => {
                let band = name.parse().map_err(|_| StoreError::corrupt(TABLE, "name", &name, "no band"))?;
                *period.bands.entry(band).or_default() += count;
            }
            Counted::Unscreened => period.unscreened += count,
            Counted::Event => {
                period.event_hours.insert(name.clone(), hours);
                *period.events.entry(name).or_default() += count;
            }
            Counted::Blank => *period.blanks.entry(name).or_default() += count,
            Counted::Took => {
                let bucket = name.parse().map_err(|_| StoreError::corrupt(TABLE, "name", &name, "no bucket"))?;
                period.took.merge(&Latencies::of_bucket(bucket, count));
            }
        }
    }
    Ok(period)
}

/// The last hour in which an event of each type came.
pub fn last_hours(conn: &mut Connection) -> Result<BTreeMap<String, Timestamp>, StoreError> {
    let rows: Vec<(String, Option<i64>)> = on_each!(conn, |c| table::table
        .filter(table::what.eq(Counted::Event.as_str()))
        .group_by(table::name)
        .select((table::name, diesel::dsl::max(table::hour)))
        .load(c))?;
    Ok(rows.into_iter().filter_map(|(name, hour)| Some((name, Timestamp::from_micros(hour?)))).collect())
}

/// What was seen by the decisions whose interceptions were found to be false alarms in a period, each with its layout.
pub fn false_alarms(
    conn: &mut Connection,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<(i64, Vec<u8>)>, StoreError> {
    let known: Vec<Option<String>> = on_each!(conn, |c| interceptions::table
        .filter(interceptions::result.eq(GuardEnding::FalseAlarm.as_str()))
        .filter(interceptions::settled_at.ge(from.as_micros()).and(interceptions::settled_at.lt(to.as_micros())))
        .filter(interceptions::decision.is_not_null())
        .order(interceptions::settled_at.desc())
        .limit(FALSE_ALARMS_MAX)
        .select(interceptions::decision)
        .load(c))?;
    let known: Vec<String> = known.into_iter().flatten().collect();
    let mut found = Vec::with_capacity(known.len());
    for some in known.chunks(TOGETHER) {
        let rows: Vec<(i64, Vec<u8>)> = on_each!(conn, |c| decisions::table
            .filter(decisions::id.eq_any(some))
            .select((decisions::layout, decisions::seen))
            .load(c))?;
        found.extend(rows);
    }
    Ok(found)
}

/// Ids of one question: below what SQLite binds at once.
const TOGETHER: usize = 500;

/// An alarm that was raised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Its number.
    pub id: i64,
    /// Its name in data.
    pub name: String,
    /// The rule, event type or feature; empty of the whole.
    pub subject: String,
    /// The value when it was last looked at, or when it was cleared.
    pub value: u64,
    /// The threshold then.
    pub above: u64,
    /// When it was raised.
    pub raised_at: Timestamp,
    /// When it was cleared.
    pub cleared_at: Option<Timestamp>,
}

type AlarmColumns = (i64, String, String, i64, i64, i64, Option<i64>);

fn alarm((id, name, subject, value, above, raised_at, cleared_at): AlarmColumns) -> Alarm {
    Alarm {
        id,
        name,
        subject,
        value: value.cast_unsigned(),
        above: above.cast_unsigned(),
        raised_at: Timestamp::from_micros(raised_at),
        cleared_at: cleared_at.map(Timestamp::from_micros),
    }
}

macro_rules! columns {
    () => {
        (alarms::id, alarms::name, alarms::subject, alarms::value, alarms::above, alarms::raised_at, alarms::cleared_at)
    };
}

/// Alarms that are raised and not cleared.
pub fn open_alarms(conn: &mut Connection) -> Result<Vec<Alarm>, StoreError> {
    let rows: Vec<AlarmColumns> = on_each!(conn, |c| alarms::table
        .filter(alarms::cleared_at.is_null())
        .order(alarms::id)
        .select(columns!())
        .load(c))?;
    Ok(rows.into_iter().map(alarm).collect())
}

/// Raises an alarm.
pub fn raise(
    conn: &mut Connection,
    (name, subject): (&str, &str),
    (value, above): (u64, u64),
    at: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        alarms::name.eq(name),
        alarms::subject.eq(subject),
        alarms::value.eq(value.cast_signed()),
        alarms::above.eq(above.cast_signed()),
        alarms::raised_at.eq(at.as_micros()),
    );
    on_each!(conn, |c| diesel::insert_into(alarms::table).values(row).execute(c))?;
    Ok(())
}

/// Says how an alarm stands now, and that it is cleared where it is.
pub fn renew(conn: &mut Connection, id: i64, value: u64, cleared_at: Option<Timestamp>) -> Result<(), StoreError> {
    let change = (alarms::value.eq(value.cast_signed()), alarms::cleared_at.eq(cleared_at.map(Timestamp::as_micros)));
    let there = alarms::table.find(id);
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, "guard_alarms", id)
}

/// A page of alarms, newest first; only open ones where that is asked.
pub fn alarms_page(conn: &mut Connection, only_open: bool, request: &PageRequest) -> Result<Page<Alarm>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<i64>).transpose().map_err(people::wrong_cursor)?;
    let rows: Vec<AlarmColumns> = on_each!(conn, |c| {
        let mut query = alarms::table.select(columns!()).order(alarms::id.desc()).limit(request.fetch()).into_boxed();
        if only_open {
            query = query.filter(alarms::cleared_at.is_null());
        }
        if let Some(before) = before {
            query = query.filter(alarms::id.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows: Vec<Alarm> = rows.into_iter().map(alarm).collect();
    Ok(Page::from_rows(request, rows, |row| row.id))
}
