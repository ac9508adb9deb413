//! The rows of an order's parts: clocks, tasks, files, links, and longer times that wait. Each state is compared with the
//! one before it, and only what differs is written.

use diesel::{AsChangeset, ExpressionMethods, Insertable, PgConnection, QueryDsl, RunQueryDsl};
use kernel::Timestamp;
use ledger::{Connection, StoreError, on_each};

use super::{
    abnormal, leads, origins, outcomes,
    schema::{order_approvals, order_attachments, order_clocks, order_links, order_tasks},
    waits,
};
use crate::model::{
    Clock, Order,
    clock::{ClockEnd, OwnStop, Stop},
    order::Proposal,
    parts::{Attachment, Link, Task, TaskState},
};

ledger::insert_row! {
    /// SQLite: adds a clock.
    struct InsertClock<'a> into "order_clocks" {
        id: &'a str => Text,
        seq: i64 => BigInt,
        rule: &'a str => Text,
        first_rule: &'a str => Text,
        stop: &'a str => Text,
        start_at: i64 => BigInt,
        due: i64 => BigInt,
        provisional: i32 => Integer,
        extensions: i32 => Integer,
        ended_at: Option<i64> => Nullable<BigInt>,
        answered: i32 => Integer,
    }
}

#[derive(Clone, Insertable, AsChangeset)]
#[diesel(table_name = order_clocks, treat_none_as_null = true, treat_none_as_default_value = false)]
struct ClockRow {
    id: String,
    seq: i64,
    rule: String,
    first_rule: String,
    stop: String,
    start_at: i64,
    due: i64,
    provisional: i32,
    extensions: i32,
    ended_at: Option<i64>,
    answered: i32,
}

impl ClockRow {
    fn of(seq: i64, clock: &Clock) -> Self {
        let (ended_at, answered) = match clock.end {
            None => (None, 0),
            Some(ClockEnd::Answered(at)) => (Some(at.as_micros()), 1),
            Some(ClockEnd::Cancelled(at)) => (Some(at.as_micros()), 0),
        };
        Self {
            id: clock.id.to_string(),
            seq,
            rule: clock.rule.to_string(),
            first_rule: clock.first_rule.to_string(),
            stop: stop_word(clock.stop),
            start_at: clock.start.as_micros(),
            due: clock.due.as_micros(),
            provisional: i32::from(clock.provisional),
            extensions: i32::from(clock.extensions),
            ended_at,
            answered,
        }
    }

    fn insert(&self) -> InsertClock<'_> {
        InsertClock {
            id: &self.id,
            seq: self.seq,
            rule: &self.rule,
            first_rule: &self.first_rule,
            stop: &self.stop,
            start_at: self.start_at,
            due: self.due,
            provisional: self.provisional,
            extensions: self.extensions,
            ended_at: self.ended_at,
            answered: self.answered,
        }
    }
}

/// The stored word of what stops a clock.
pub fn stop_word(stop: Stop) -> String {
    match stop {
        Stop::Own(OwnStop::ReportedBack) => "reported_back".to_owned(),
        Stop::Law(milestone) => match serde_json::to_value(milestone) {
            Ok(serde_json::Value::String(word)) => word,
            Ok(_) | Err(_) => format!("{milestone:?}"),
        },
    }
}

/// Writes what differs between two states of an order; `before` is `None` for a new one.
pub fn sync(conn: &mut Connection, seq: i64, before: Option<&Order>, after: &Order) -> Result<(), StoreError> {
    let old = before.map_or(&[][..], |order| &order.clocks);
    // Clocks are only ever added at the end.
    let (known, new) = after.clocks.split_at(old.len().min(after.clocks.len()));
    for (old, clock) in old.iter().zip(known) {
        if old != clock {
            let row = ClockRow::of(seq, clock);
            let there = order_clocks::table.find((seq, row.id.clone()));
            on_each!(conn, |c| diesel::update(there).set(row).execute(c))?;
        }
    }
    insert_clocks(conn, new.iter().map(|clock| ClockRow::of(seq, clock)).collect())?;
    waits::sync(conn, seq, before, after)?;
    outcomes::sync(conn, seq, before, after)?;
    origins::sync(conn, seq, before, after)?;
    leads::sync(conn, seq, before, after)?;
    abnormal::sync(conn, seq, before, after)?;
    for task in &after.tasks {
        let old = before.and_then(|order| order.task(task.id));
        if old != Some(task) {
            put_task(conn, seq, task, old.is_some())?;
        }
    }
    let known = before.map_or(0, |order| order.attachments.len());
    for attachment in after.attachments.iter().skip(known) {
        insert_attachment(conn, seq, attachment)?;
    }
    sync_links(conn, seq, before.map_or(&[], |order| &order.links), &after.links)?;
    sync_proposals(conn, seq, before, after)
}

/// Adds clocks: one by one where a statement costs no round trip, up to four in one where it does. Either way the text is one
/// of a few, each prepared once per connection.
fn insert_clocks(conn: &mut Connection, rows: Vec<ClockRow>) -> Result<(), StoreError> {
    const TOGETHER: usize = 4;
    match conn {
        Connection::Sqlite(c) => {
            for row in rows {
                row.insert().execute(c)?;
            }
        }
        Connection::Postgres(c) => {
            for some in rows.chunks(TOGETHER) {
                match some {
                    [a, b, third, d] => insert_array(c, [a.clone(), b.clone(), third.clone(), d.clone()])?,
                    [a, b, third] => insert_array(c, [a.clone(), b.clone(), third.clone()])?,
                    [a, b] => insert_array(c, [a.clone(), b.clone()])?,
                    rows => rows.iter().try_for_each(|row| insert_array(c, [row.clone()]))?,
                }
            }
        }
    }
    Ok(())
}

fn insert_array<const N: usize>(c: &mut PgConnection, rows: [ClockRow; N]) -> Result<(), StoreError> {
    diesel::insert_into(order_clocks::table).values(rows).execute(c)?;
    Ok(())
}

fn put_task(conn: &mut Connection, seq: i64, task: &Task, known: bool) -> Result<(), StoreError> {
    let ended_at = match &task.state {
        TaskState::Open => None,
        TaskState::Answered { at, .. } | TaskState::Cancelled { at } => Some(at.as_micros()),
    };
    let columns = (
        order_tasks::seq.eq(seq),
        order_tasks::unit_path.eq(task.unit.as_str()),
        order_tasks::person.eq(task.person.map(|person| person.to_string())),
        order_tasks::state.eq(task.state.as_str()),
        order_tasks::due.eq(task.due.map(Timestamp::as_micros)),
        order_tasks::opened_at.eq(task.opened_at.as_micros()),
        order_tasks::ended_at.eq(ended_at),
    );
    let id = task.id.to_string();
    if known {
        on_each!(conn, |c| diesel::update(order_tasks::table.find(id)).set(columns).execute(c))?;
    } else {
        let row = (order_tasks::id.eq(id), columns);
        on_each!(conn, |c| diesel::insert_into(order_tasks::table).values(row).execute(c))?;
    }
    Ok(())
}

fn insert_attachment(conn: &mut Connection, seq: i64, attachment: &Attachment) -> Result<(), StoreError> {
    let row = (
        order_attachments::id.eq(attachment.id.to_string()),
        order_attachments::seq.eq(seq),
        order_attachments::purpose.eq(attachment.purpose.as_str()),
        order_attachments::media.eq(&attachment.media),
        order_attachments::size.eq(i64::try_from(attachment.size).unwrap_or(i64::MAX)),
        order_attachments::digest.eq(&attachment.digest),
        order_attachments::is_sealed.eq(i32::from(attachment.sealed)),
    );
    on_each!(conn, |c| diesel::insert_into(order_attachments::table).values(row).execute(c))?;
    Ok(())
}

fn sync_links(conn: &mut Connection, seq: i64, before: &[Link], after: &[Link]) -> Result<(), StoreError> {
    for link in before.iter().filter(|link| !after.contains(link)) {
        let there = order_links::table.find((seq, link.other.to_string()));
        on_each!(conn, |c| diesel::delete(there).execute(c))?;
    }
    for link in after.iter().filter(|link| !before.contains(link)) {
        let row = (
            order_links::seq.eq(seq),
            order_links::other.eq(link.other.to_string()),
            order_links::relation.eq(link.relation.as_str()),
        );
        on_each!(conn, |c| diesel::insert_into(order_links::table).values(row).execute(c))?;
    }
    Ok(())
}

fn sync_proposals(conn: &mut Connection, seq: i64, before: Option<&Order>, after: &Order) -> Result<(), StoreError> {
    let old: &[Proposal] = before.map_or(&[], |order| &order.proposals);
    let moved = before.is_some_and(|order| order.unit != after.unit);
    for proposal in old.iter().filter(|proposal| moved || !after.proposals.contains(proposal)) {
        let there = order_approvals::table.find(proposal.clock.to_string());
        on_each!(conn, |c| diesel::delete(there).execute(c))?;
    }
    for proposal in after.proposals.iter().filter(|proposal| moved || !old.contains(proposal)) {
        let row = (
            order_approvals::clock.eq(proposal.clock.to_string()),
            order_approvals::seq.eq(seq),
            order_approvals::unit_path.eq(after.unit.as_str()),
            order_approvals::rule.eq(proposal.rule.to_string()),
            order_approvals::proposed_by.eq(proposal.by.as_str()),
            order_approvals::proposed_at.eq(proposal.at.as_micros()),
        );
        on_each!(conn, |c| diesel::insert_into(order_approvals::table).values(row).execute(c))?;
    }
    Ok(())
}

#[derive(diesel::QueryableByName)]
struct Merged {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    raw: i64,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    merged: i64,
}

/// How many orders at or below `scopes` were received from the first to the last instant of `span`, all of them and without
/// those that are duplicates of another.
pub fn count_merged(
    conn: &mut Connection,
    scopes: &[kernel::OrgPath],
    span: (Timestamp, Timestamp),
) -> Result<(u64, u64), StoreError> {
    use diesel::sql_types::{BigInt, Text};
    let text = "SELECT count(*) AS raw, count(CASE WHEN NOT EXISTS (SELECT 1 FROM order_links AS l \
                WHERE l.seq = o.seq AND l.relation = 'duplicate_of') THEN 1 END) AS merged FROM orders AS o \
                WHERE o.received_at >= $1 AND o.received_at <= $2 AND o.unit_path >= $3 AND o.unit_path < $4";
    let (mut raw, mut merged) = (0, 0);
    for scope in scopes {
        let (low, high) = scope.range();
        let sums: Merged = on_each!(conn, |c| {
            diesel::sql_query(text)
                .bind::<BigInt, _>(span.0.as_micros())
                .bind::<BigInt, _>(span.1.as_micros())
                .bind::<Text, _>(low)
                .bind::<Text, _>(high)
                .get_result(c)
        })?;
        raw += u64::try_from(sums.raw).unwrap_or_default();
        merged += u64::try_from(sums.merged).unwrap_or_default();
    }
    Ok((raw, merged))
}
