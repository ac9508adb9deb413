//! The queues: what on orders waits for somebody, written with the order and read longest waiting first.

use diesel::{BoolExpressionMethods, ExpressionMethods, JoinOnDsl, QueryDsl, Queryable, RunQueryDsl};
use kernel::{
    OrgPath, Page, PageRequest, Problem, Timestamp,
    id::{OrderId, StaffId},
};
use ledger::{Connection, StoreError, on_each};

use super::{
    list::wrong_cursor,
    parse, parse_path,
    schema::{order_waits, orders},
};
use crate::model::{
    Order,
    waits::{Wait, WaitKind},
};

const TABLE: &str = "order_waits";

/// Writes what differs between what waited and what waits.
pub fn sync(conn: &mut Connection, seq: i64, before: Option<&Order>, after: &Order) -> Result<(), StoreError> {
    let (old, new) = (before.map(Order::waits).unwrap_or_default(), after.waits());
    for wait in old.iter().filter(|wait| !new.contains(wait)) {
        let there = order_waits::table.find((seq, wait.kind.as_str(), number(wait)));
        on_each!(conn, |c| diesel::delete(there).execute(c))?;
    }
    for wait in new.iter().filter(|wait| !old.contains(wait)) {
        let row = (
            order_waits::seq.eq(seq),
            order_waits::kind.eq(wait.kind.as_str()),
            order_waits::number.eq(number(wait)),
            order_waits::unit_path.eq(wait.unit.as_str()),
            order_waits::person.eq(wait.person.map(|person| person.to_string())),
            order_waits::since.eq(wait.since.as_micros()),
            order_waits::due.eq(wait.due.map(Timestamp::as_micros)),
        );
        on_each!(conn, |c| diesel::insert_into(order_waits::table).values(row).execute(c))?;
    }
    Ok(())
}

fn number(wait: &Wait) -> i32 {
    i32::try_from(wait.number).unwrap_or(i32::MAX)
}

/// Something that waits, as a queue shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitRow {
    /// Its order's place in time.
    pub seq: i64,
    /// Its order.
    pub order: OrderId,
    /// The order's receipt number.
    pub receipt: String,
    /// The order's title without names and numbers.
    pub title: String,
    /// Its number on the order.
    pub number: i32,
    /// The unit that has to act.
    pub unit: OrgPath,
    /// The person who has to act.
    pub person: Option<StaffId>,
    /// Since when it waits.
    pub since: Timestamp,
    /// When it should be done.
    pub due: Option<Timestamp>,
}

#[derive(Queryable)]
struct Stored {
    seq: i64,
    order: String,
    receipt: String,
    title: String,
    number: i32,
    unit_path: String,
    person: Option<String>,
    since: i64,
    due: Option<i64>,
}

impl TryFrom<Stored> for WaitRow {
    type Error = StoreError;

    fn try_from(row: Stored) -> Result<Self, StoreError> {
        let person = row.person.as_deref().map(|person| parse(TABLE, "person", row.seq, person)).transpose()?;
        Ok(Self {
            order: parse("orders", "id", row.seq, &row.order)?,
            unit: parse_path(TABLE, "unit_path", row.seq, &row.unit_path)?,
            person,
            since: Timestamp::from_micros(row.since),
            due: row.due.map(Timestamp::from_micros),
            seq: row.seq,
            receipt: row.receipt,
            title: row.title,
            number: row.number,
        })
    }
}

/// Whose part of a queue.
#[derive(Debug, Clone)]
pub enum Whose {
    /// What waits at or below these places; none means nothing.
    Below(Vec<OrgPath>),
    /// What waits for this person.
    Person(StaffId),
}

/// A page of a queue, longest waiting first.
pub fn queue(
    conn: &mut Connection,
    kind: WaitKind,
    whose: &Whose,
    request: &PageRequest,
) -> Result<Page<WaitRow>, Problem> {
    let after = request.after.as_ref().map(kernel::Cursor::key::<Key>).transpose();
    let after = after.map_err(|_| wrong_cursor())?;
    // One range for each scope; a caller has few, and they do not overlap.
    let mut rows = match whose {
        Whose::Person(person) => part(conn, kind, None, Some(*person), after, request.fetch())?,
        Whose::Below(places) => {
            let mut rows = Vec::new();
            for place in places {
                rows.extend(part(conn, kind, Some(place), None, after, request.fetch())?);
            }
            rows
        }
    };
    rows.sort_by_key(key);
    rows.truncate(usize::try_from(request.fetch()).unwrap_or(usize::MAX));
    Ok(Page::from_rows(request, rows, key))
}

type Key = (i64, i64, i32);

fn key(row: &WaitRow) -> Key {
    (row.since.as_micros(), row.seq, row.number)
}

fn part(
    conn: &mut Connection,
    kind: WaitKind,
    place: Option<&OrgPath>,
    person: Option<StaffId>,
    after: Option<Key>,
    limit: i64,
) -> Result<Vec<WaitRow>, StoreError> {
    let rows: Vec<Stored> = on_each!(conn, |c| {
        let mut query = order_waits::table
            .inner_join(orders::table.on(orders::seq.eq(order_waits::seq)))
            .filter(order_waits::kind.eq(kind.as_str()))
            .select((
                order_waits::seq,
                orders::id,
                orders::receipt,
                orders::title,
                order_waits::number,
                order_waits::unit_path,
                order_waits::person,
                order_waits::since,
                order_waits::due,
            ))
            .order((order_waits::since, order_waits::seq, order_waits::number))
            .limit(limit)
            .into_boxed();
        if let Some(place) = place {
            let (from, end) = place.range();
            query = query.filter(order_waits::unit_path.ge(from).and(order_waits::unit_path.lt(end)));
        }
        if let Some(person) = person {
            query = query.filter(order_waits::person.eq(person.to_string()));
        }
        if let Some((since, seq, number)) = after {
            let later = order_waits::since.gt(since).or(order_waits::since
                .eq(since)
                .and(order_waits::seq.gt(seq).or(order_waits::seq.eq(seq).and(order_waits::number.gt(number)))));
            query = query.filter(later);
        }
        query.load(c)
    })?;
    rows.into_iter().map(WaitRow::try_from).collect()
}

/// Orders on which something waits at or below a place, behind `after`; what a moved unit takes along.
pub fn waiting_below(
    conn: &mut Connection,
    place: &OrgPath,
    after: (&str, i64),
    limit: i64,
) -> Result<Vec<(String, i64, OrderId)>, StoreError> {
    let (from, end) = place.range();
    let (after_path, after_seq) = after;
    let behind = order_waits::unit_path
        .gt(after_path)
        .or(order_waits::unit_path.eq(after_path).and(order_waits::seq.gt(after_seq)));
    let query = order_waits::table
        .inner_join(orders::table.on(orders::seq.eq(order_waits::seq)))
        .filter(order_waits::unit_path.ge(from))
        .filter(order_waits::unit_path.lt(end))
        .filter(behind)
        .order((order_waits::unit_path, order_waits::seq))
        .limit(limit)
        .select((order_waits::unit_path, order_waits::seq, orders::id));
    let rows: Vec<(String, i64, String)> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(|(path, seq, id)| Ok((path, seq, parse("orders", "id", &id, &id)?))).collect()
}
