//! What the book of routing says now: rules, who may be given orders and how much they have in hand, who is on call.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, dsl::count_star};
use kernel::{OrgPath, Timestamp, id::StaffId};
use ledger::{Connection, StoreError, on_each};

use super::{
    parse, parse_path,
    schema::{order_duty, order_handlers, order_routes, orders},
};
use crate::model::{
    book::BookEvent,
    routing::{Candidate, Route},
};

/// Rules of a bank: one for each business of each branch, and room.
pub const ROUTES_MAX: i64 = 2_000;
/// Handlers of one unit that a rule looks at.
const CANDIDATES_MAX: i64 = 500;
/// Rows that a list of handlers or of turns shows.
pub const LISTED_MAX: i64 = 1_000;

/// Writes an entry of the book into the rows.
pub fn apply(conn: &mut Connection, event: &BookEvent) -> Result<(), StoreError> {
    match event {
        BookEvent::RouteSaved { route } => {
            remove_route(conn, route.key.as_str())?;
            let body = serde_json::to_string(route).map_err(|_| broken(route.key.as_str()))?;
            let row = (order_routes::key.eq(route.key.as_str()), order_routes::body.eq(body));
            on_each!(conn, |c| diesel::insert_into(order_routes::table).values(row).execute(c))?;
        }
        BookEvent::RouteEnded { key } => remove_route(conn, key.as_str())?,
        BookEvent::HandlerSet { person, unit, skills, capacity, away_until } => {
            let id = person.to_string();
            on_each!(conn, |c| diesel::delete(order_handlers::table.find(&id)).execute(c))?;
            let row = (
                order_handlers::person.eq(&id),
                order_handlers::unit_path.eq(unit.as_str()),
                order_handlers::skills.eq(skills.join("\n")),
                order_handlers::capacity.eq(i32::try_from(*capacity).unwrap_or(i32::MAX)),
                order_handlers::away_until.eq(away_until.map(Timestamp::as_micros)),
            );
            on_each!(conn, |c| diesel::insert_into(order_handlers::table).values(row).execute(c))?;
        }
        BookEvent::DutySet { unit, person, from, to } => {
            let row = (
                order_duty::unit_path.eq(unit.as_str()),
                order_duty::from_at.eq(from.as_micros()),
                order_duty::person.eq(person.to_string()),
                order_duty::to_at.eq(to.as_micros()),
            );
            on_each!(conn, |c| diesel::insert_into(order_duty::table).values(row).execute(c))?;
        }
        BookEvent::DutyEnded { unit, person, from } => {
            let there = order_duty::table.find((unit.as_str(), from.as_micros(), person.to_string()));
            on_each!(conn, |c| diesel::delete(there).execute(c))?;
        }
    }
    Ok(())
}

fn remove_route(conn: &mut Connection, key: &str) -> Result<(), StoreError> {
    on_each!(conn, |c| diesel::delete(order_routes::table.find(key)).execute(c))?;
    Ok(())
}

fn broken(key: &str) -> StoreError {
    StoreError::corrupt("order_routes", "body", key, "not a rule")
}

/// Every rule that holds, by key.
pub fn routes(conn: &mut Connection) -> Result<Vec<Route>, StoreError> {
    let query = order_routes::table.order(order_routes::key).limit(ROUTES_MAX);
    let rows: Vec<(String, String)> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(|(key, body)| serde_json::from_str(&body).map_err(|_| broken(&key))).collect()
}

/// Somebody who may be given orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerRow {
    /// Who.
    pub person: StaffId,
    /// Where they work.
    pub unit: OrgPath,
    /// What they can do.
    pub skills: Vec<String>,
    /// Open orders they take at most.
    pub capacity: u32,
    /// Until when they are away.
    pub away_until: Option<Timestamp>,
}

/// The handlers at and below a unit, by place.
pub fn handlers(conn: &mut Connection, below: &OrgPath, limit: i64) -> Result<Vec<HandlerRow>, StoreError> {
    let (from, end) = below.range();
    let query = order_handlers::table
        .filter(order_handlers::unit_path.ge(from))
        .filter(order_handlers::unit_path.lt(end))
        .order((order_handlers::unit_path, order_handlers::person))
        .limit(limit);
    let rows: Vec<(String, String, String, i32, Option<i64>)> = on_each!(conn, |c| query.load(c))?;
    let read = |(person, unit, skills, capacity, away): (String, String, String, i32, Option<i64>)| {
        Ok(HandlerRow {
            unit: parse_path("order_handlers", "unit_path", &person, &unit)?,
            skills: skills.lines().map(str::to_owned).collect(),
            capacity: u32::try_from(capacity).unwrap_or(0),
            away_until: away.map(Timestamp::from_micros),
            person: parse("order_handlers", "person", &person, &person)?,
        })
    };
    rows.into_iter().map(read).collect()
}

/// Who at and below a unit may be given an order at `now`, with what they have in hand.
pub fn candidates(conn: &mut Connection, unit: &OrgPath, now: Timestamp) -> Result<Vec<Candidate>, StoreError> {
    let there = handlers(conn, unit, CANDIDATES_MAX)?;
    let mut candidates = Vec::with_capacity(there.len());
    for row in there.into_iter().filter(|row| row.away_until.is_none_or(|until| until <= now)) {
        let HandlerRow { person, skills, capacity, .. } = row;
        let query = orders::table
            .filter(orders::handler.eq(person.to_string()))
            .filter(orders::ended_at.is_null())
            .select(count_star());
        let open: i64 = on_each!(conn, |c| query.first(c))?;
        candidates.push(Candidate { person, skills, capacity, open: u32::try_from(open).unwrap_or(u32::MAX) });
    }
    Ok(candidates)
}

/// A turn on call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyRow {
    /// For this unit and all below it.
    pub unit: OrgPath,
    /// From when.
    pub from: Timestamp,
    /// Who.
    pub person: StaffId,
    /// Until when.
    pub to: Timestamp,
}

type StoredDuty = (String, i64, String, i64);

fn duty_row((unit, from, person, to): StoredDuty) -> Result<DutyRow, StoreError> {
    Ok(DutyRow {
        unit: parse_path("order_duty", "unit_path", from, &unit)?,
        from: Timestamp::from_micros(from),
        person: parse("order_duty", "person", from, &person)?,
        to: Timestamp::from_micros(to),
    })
}

/// The turns at and below a unit that have not ended at `now`, by place and time.
pub fn duty(conn: &mut Connection, below: &OrgPath, now: Timestamp) -> Result<Vec<DutyRow>, StoreError> {
    let (from, end) = below.range();
    let query = order_duty::table
        .filter(order_duty::unit_path.ge(from))
        .filter(order_duty::unit_path.lt(end))
        .filter(order_duty::to_at.gt(now.as_micros()))
        .order((order_duty::unit_path, order_duty::from_at, order_duty::person))
        .limit(LISTED_MAX);
    let rows: Vec<StoredDuty> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(duty_row).collect()
}

/// Who is on call at `now` for the unit, or for the nearest above it that has somebody; of several, whoever came last.
pub fn on_call(conn: &mut Connection, unit: &OrgPath, now: Timestamp) -> Result<Option<StaffId>, StoreError> {
    let mut place = Some(unit.clone());
    while let Some(at) = place {
        let query = order_duty::table
            .filter(order_duty::unit_path.eq(at.as_str()))
            .filter(order_duty::from_at.le(now.as_micros()))
            .filter(order_duty::to_at.gt(now.as_micros()))
            .order((order_duty::from_at.desc(), order_duty::person))
            .limit(1);
        let row: Option<StoredDuty> = on_each!(conn, |c| query.first(c)).optional()?;
        if let Some(row) = row {
            return duty_row(row).map(|row| Some(row.person));
        }
        place = at.parent();
    }
    Ok(None)
}

/// Carries the book along when the organisation moved a unit.
pub fn relocate(conn: &mut Connection, from: &OrgPath, to: &OrgPath) -> Result<(), StoreError> {
    let moved = |place: &OrgPath| {
        let rest = place.as_str().strip_prefix(from.as_str())?;
        OrgPath::parse(&format!("{to}{rest}")).ok()
    };
    for row in handlers(conn, from, LISTED_MAX)? {
        let Some(place) = moved(&row.unit) else { continue };
        let there = order_handlers::table.find(row.person.to_string());
        let change = order_handlers::unit_path.eq(place.as_str().to_owned());
        on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    }
    for row in duty(conn, from, Timestamp::from_micros(0))? {
        let Some(place) = moved(&row.unit) else { continue };
        let there = order_duty::table.find((row.unit.as_str(), row.from.as_micros(), row.person.to_string()));
        let change = order_duty::unit_path.eq(place.as_str().to_owned());
        on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    }
    for mut route in routes(conn)? {
        let (unit, below) = (moved(&route.unit), route.filed_below.as_ref().and_then(moved));
        if unit.is_none() && below.is_none() {
            continue;
        }
        route.unit = unit.unwrap_or(route.unit);
        route.filed_below = below.or(route.filed_below);
        apply(conn, &BookEvent::RouteSaved { route })?;
    }
    Ok(())
}
