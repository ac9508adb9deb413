//! The list row of every order, written with its events and read by id, receipt or place in time.

use diesel::{AsChangeset, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::{
    OrgPath, Problem, Timestamp,
    id::{CustomerId, OrderId},
};
use ledger::{Connection, StoreError, on_each};
use seal::{DataKey, Keyring, WrappedKey};

pub use super::{
    insert::insert,
    rows::{OrderRow, row},
};
use super::{
    members, one_row, parse, parts,
    schema::{order_persons, orders},
};
use crate::{
    figures::Facts,
    intake::{Masks, Numbers},
    model::{
        Order, Stage,
        parts::{AxisKey, Outcome},
    },
};

pub(super) const TABLE: &str = "orders";

/// The place of an order in time, unique and growing with its id: milliseconds, the fraction behind them, and nine random
/// bits that keep orders of one quarter of a microsecond apart.
pub fn seq_of(id: OrderId) -> i64 {
    let bits = id.bits();
    let millis = (bits >> 80) as u64 & ((1 << 42) - 1);
    let fraction = (bits >> 64) as u64 & 0xfff;
    let random = bits as u64 & 0x1ff;
    (millis << 21 | fraction << 9 | random) as i64
}

/// The lowest `seq` of an order made at `at`.
pub fn seq_at(at: Timestamp) -> i64 {
    ((at.as_micros().max(0).unsigned_abs() / 1000) & ((1 << 42) - 1)).cast_signed() << 21
}

/// The columns that change with the order's state.
#[derive(AsChangeset)]
#[diesel(table_name = orders, treat_none_as_null = true)]
pub(super) struct StateColumns<'a> {
    pub(super) version: i64,
    pub(super) stage: &'a str,
    pub(super) matter: &'a str,
    pub(super) unit_path: &'a str,
    pub(super) handler: Option<String>,
    pub(super) channel: Option<&'a str>,
    pub(super) business: Option<&'a str>,
    pub(super) reason: Option<&'a str>,
    pub(super) outcome: Option<&'a str>,
    pub(super) ended_at: Option<i64>,
    pub(super) next_due: Option<i64>,
    pub(super) provisional: i32,
    pub(super) alarm_at: Option<i64>,
    pub(super) transfers: i32,
    pub(super) round: i32,
    pub(super) satisfaction: Option<i32>,
    pub(super) facts: String,
}

impl<'a> StateColumns<'a> {
    pub(super) fn of(order: &'a Order, alarm: Option<Timestamp>) -> Self {
        let classes = order.classification.as_ref();
        let channel = classes.map(|classes| &classes.channel).or(order.channel.as_ref());
        Self {
            version: order.version.cast_signed(),
            stage: order.stage.name().as_str(),
            matter: order.matter.as_str(),
            unit_path: order.unit.as_str(),
            handler: order.handler.map(|id| id.to_string()),
            channel: channel.map(AxisKey::as_str),
            business: classes.map(|classes| classes.business.as_str()),
            reason: classes.map(|classes| classes.reason.as_str()),
            outcome: outcome_of(order).map(Outcome::as_str),
            ended_at: ended_at(order).map(Timestamp::as_micros),
            next_due: order.next_due().map(Timestamp::as_micros),
            provisional: i32::from(order.open_clocks().any(|clock| clock.provisional)),
            alarm_at: alarm.map(Timestamp::as_micros),
            transfers: i32::try_from(order.transfers).unwrap_or(i32::MAX),
            round: i32::try_from(order.round).unwrap_or(i32::MAX),
            satisfaction: order.satisfaction.map(|said| i32::from(said.get())),
            facts: Facts::of(order).to_text(),
        }
    }
}

fn outcome_of(order: &Order) -> Option<Outcome> {
    let decided = order.stage.decision().map(|decision| decision.outcome);
    decided.or_else(|| order.past.as_ref().and_then(|past| past.outcome))
}

fn ended_at(order: &Order) -> Option<Timestamp> {
    match order.stage {
        Stage::Closed { at, .. } | Stage::Withdrawn { at } => Some(at),
        Stage::Filed
        | Stage::Registered
        | Stage::Classified
        | Stage::Assigned { .. }
        | Stage::Handling { .. }
        | Stage::Decided { .. }
        | Stage::Notified { .. } => None,
    }
}

/// Brings the rows of an order from one state to the next.
pub fn update(
    conn: &mut Connection,
    seq: i64,
    before: &Order,
    after: &Order,
    alarm: Option<Timestamp>,
) -> Result<(), StoreError> {
    let columns = StateColumns::of(after, alarm);
    let rows = on_each!(conn, |c| diesel::update(orders::table.find(seq)).set(columns).execute(c))?;
    one_row(rows, TABLE, seq)?;
    if before.unit != after.unit {
        mark_pending(conn, seq)?;
    }
    if before.filed_unit != after.filed_unit {
        let there = diesel::update(orders::table.find(seq)).set(orders::filed_unit.eq(after.filed_unit.as_str()));
        on_each!(conn, |c| there.execute(c))?;
    }
    parts::sync(conn, seq, Some(before), after)
}

/// Writes what lists show of a person, and by what they are found.
pub fn update_person(
    conn: &mut Connection,
    seq: i64,
    masks: &Masks,
    customer: Option<CustomerId>,
    numbers: &Numbers,
) -> Result<(), StoreError> {
    let shown = (
        orders::name_masked.eq(&masks.name),
        orders::phone_masked.eq(&masks.phone),
        orders::customer.eq(customer.map(|id| id.to_string())),
    );
    on_each!(conn, |c| diesel::update(orders::table.find(seq)).set(shown).execute(c))?;
    write_numbers(conn, seq, numbers)?;
    mark_stale(conn, seq)
}

/// Up to `limit` orders of a customer behind `after` that still hold personal data, oldest first, with their places in time.
pub fn unerased(
    conn: &mut Connection,
    customer: CustomerId,
    after: i64,
    limit: usize,
) -> Result<Vec<(i64, OrderId)>, StoreError> {
    let query = orders::table
        .inner_join(order_persons::table.on(order_persons::seq.eq(orders::seq)))
        .filter(orders::customer.eq(customer.to_string()))
        .filter(orders::seq.gt(after))
        .filter(order_persons::wrapped_key.is_not_null())
        .order(orders::seq)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select((orders::seq, orders::id));
    let rows: Vec<(i64, String)> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(|(seq, id)| Ok((seq, parse(TABLE, "id", &id, &id)?))).collect()
}

/// Destroys the key of an order, and empties every column that shows or finds a person; what searches find goes a moment
/// later.
pub fn erase(conn: &mut Connection, seq: i64) -> Result<(), StoreError> {
    let shown = (orders::title.eq(""), orders::name_masked.eq(""), orders::phone_masked.eq(""));
    let rows = on_each!(conn, |c| diesel::update(orders::table.find(seq)).set(shown).execute(c))?;
    one_row(rows, TABLE, seq)?;
    update_numbers(conn, seq, &Numbers::default())?;
    members::forget_phones(conn, seq)?;
    let gone = (order_persons::wrapped_key.eq(None::<String>), order_persons::words.eq(""));
    let rows = on_each!(conn, |c| diesel::update(order_persons::table.find(seq)).set(gone).execute(c))?;
    one_row(rows, "order_persons", seq)?;
    mark_stale(conn, seq)
}

/// Writes the title without names and numbers.
pub fn update_title(conn: &mut Connection, seq: i64, title: &str) -> Result<(), StoreError> {
    let there = diesel::update(orders::table.find(seq)).set(orders::title.eq(title));
    let rows = on_each!(conn, |c| there.execute(c))?;
    one_row(rows, TABLE, seq)
}

/// The words lack a text, or hold a name that nobody knew as one when they were written; they are made anew soon.
pub fn mark_stale(conn: &mut Connection, seq: i64) -> Result<(), StoreError> {
    let there = diesel::update(order_persons::table.find(seq)).set(order_persons::stale.eq(1));
    let rows = on_each!(conn, |c| there.execute(c))?;
    one_row(rows, "order_persons", seq)
}

/// Writes by what the complainant is found; the representative's number stays.
fn write_numbers(conn: &mut Connection, seq: i64, numbers: &Numbers) -> Result<(), StoreError> {
    let found = (
        order_persons::phone_index.eq(numbers.phone.as_ref().map(seal::BlindIndex::as_str)),
        order_persons::identity_index.eq(numbers.identity.as_ref().map(seal::BlindIndex::as_str)),
        order_persons::account_index.eq(numbers.account.as_ref().map(seal::BlindIndex::as_str)),
        order_persons::pending.eq(1),
    );
    let rows = on_each!(conn, |c| diesel::update(order_persons::table.find(seq)).set(found).execute(c))?;
    one_row(rows, "order_persons", seq)
}

/// By what the complainant's telephone number is found; `None` when there is none, or it was erased.
pub fn phone_index(conn: &mut Connection, id: OrderId) -> Result<Option<String>, StoreError> {
    let query = order_persons::table
        .inner_join(orders::table.on(orders::seq.eq(order_persons::seq)))
        .filter(orders::id.eq(id.to_string()))
        .select(order_persons::phone_index);
    let row: Option<Option<String>> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(row.flatten())
}

/// Writes by what everybody of an order is found.
pub fn update_numbers(conn: &mut Connection, seq: i64, numbers: &Numbers) -> Result<(), StoreError> {
    write_numbers(conn, seq, numbers)?;
    update_agent(conn, seq, numbers.agent_phone.as_ref())
}

/// Writes by what a newly named representative is found.
pub fn name_agent(conn: &mut Connection, seq: i64, phone: Option<&seal::BlindIndex>) -> Result<(), StoreError> {
    update_agent(conn, seq, phone)?;
    mark_stale(conn, seq)
}

fn update_agent(conn: &mut Connection, seq: i64, phone: Option<&seal::BlindIndex>) -> Result<(), StoreError> {
    let found =
        (order_persons::agent_phone_index.eq(phone.map(seal::BlindIndex::as_str)), order_persons::pending.eq(1));
    let rows = on_each!(conn, |c| diesel::update(order_persons::table.find(seq)).set(found).execute(c))?;
    one_row(rows, "order_persons", seq)
}

/// The look-up tables hold the order under an old place; they are brought up to date soon.
pub fn mark_pending(conn: &mut Connection, seq: i64) -> Result<(), StoreError> {
    let there = diesel::update(order_persons::table.find(seq)).set(order_persons::pending.eq(1));
    let rows = on_each!(conn, |c| there.execute(c))?;
    one_row(rows, "order_persons", seq)
}

/// Where the rows of an order are, and its key.
pub struct Place {
    /// Its place in time.
    pub seq: i64,
    /// Its key, wrapped; `None` when the personal data was erased.
    pub wrapped: Option<WrappedKey>,
}

impl Place {
    /// The order's key, ready to use.
    pub fn key(&self, keyring: &Keyring) -> Result<DataKey, Problem> {
        let wrapped = self.wrapped.as_ref().ok_or_else(erased)?;
        keyring.unwrap(wrapped).map_err(Problem::from)
    }
}

/// The problem of texts whose key was destroyed.
pub fn erased() -> Problem {
    let message = kernel::Text::fixed("该工单的个人信息已删除。", "The personal data of this order was erased.");
    Problem::new(kernel::ProblemKind::Refused, message).because("erased")
}

/// Where the rows of an order are; `None` when there is no such order.
pub fn place(conn: &mut Connection, id: OrderId) -> Result<Option<Place>, StoreError> {
    let query = orders::table
        .inner_join(order_persons::table.on(order_persons::seq.eq(orders::seq)))
        .filter(orders::id.eq(id.to_string()))
        .select((orders::seq, order_persons::wrapped_key));
    let row: Option<(i64, Option<String>)> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(row.map(|(seq, wrapped)| Place { seq, wrapped: wrapped.map(WrappedKey::from_stored) }))
}

/// The id of the order with this receipt number.
pub fn by_receipt(conn: &mut Connection, receipt: &str) -> Result<Option<OrderId>, StoreError> {
    let query = orders::table.filter(orders::receipt.eq(receipt)).select(orders::id);
    let row: Option<String> = on_each!(conn, |c| query.first(c)).optional()?;
    row.map(|id| parse(TABLE, "id", &id, &id)).transpose()
}

/// The orders whose next reminder or escalation is due, earliest first.
pub fn alarming(conn: &mut Connection, now: Timestamp, limit: i64) -> Result<Vec<OrderId>, StoreError> {
    let query = orders::table
        .filter(orders::alarm_at.le(now.as_micros()))
        .order(orders::alarm_at)
        .limit(limit)
        .select(orders::id);
    let ids: Vec<String> = on_each!(conn, |c| query.load(c))?;
    ids.into_iter().map(|id| parse(TABLE, "id", &id, &id)).collect()
}

/// Sets when an order rings next.
pub fn set_alarm(conn: &mut Connection, id: OrderId, alarm: Option<Timestamp>) -> Result<(), StoreError> {
    let there = orders::table.filter(orders::id.eq(id.to_string()));
    let change = orders::alarm_at.eq(alarm.map(Timestamp::as_micros));
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, TABLE, id)
}

/// Orders with a running clock behind `after`, in order of time: what a new calendar may concern.
pub fn running(conn: &mut Connection, after: i64, limit: i64) -> Result<Vec<(i64, OrderId)>, StoreError> {
    let query = orders::table
        .filter(orders::next_due.is_not_null())
        .filter(orders::seq.gt(after))
        .order(orders::seq)
        .limit(limit)
        .select((orders::seq, orders::id));
    let rows: Vec<(i64, String)> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(|(seq, id)| Ok((seq, parse(TABLE, "id", &id, &id)?))).collect()
}

/// Orders at or below a place, behind `after`; what a moved unit takes along.
pub fn below(
    conn: &mut Connection,
    place: &OrgPath,
    after: (&str, i64),
    limit: i64,
) -> Result<Vec<(String, i64, OrderId)>, StoreError> {
    use diesel::BoolExpressionMethods;
    let (from, end) = place.range();
    let (after_path, after_seq) = after;
    let behind = orders::unit_path.gt(after_path).or(orders::unit_path.eq(after_path).and(orders::seq.gt(after_seq)));
    let query = orders::table
        .filter(orders::unit_path.ge(from))
        .filter(orders::unit_path.lt(end))
        .filter(behind)
        .order((orders::unit_path, orders::seq))
        .limit(limit)
        .select((orders::unit_path, orders::seq, orders::id));
    let rows: Vec<(String, i64, String)> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(|(path, seq, id)| Ok((path, seq, parse(TABLE, "id", &id, &id)?))).collect()
}
