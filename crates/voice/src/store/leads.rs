//! What was proposed to presidents and what they have in hand, as rows: for the page that a president sees, and its counts.

use diesel::{ExpressionMethods, JoinOnDsl, QueryDsl, RunQueryDsl};
use kernel::{OrgPath, Timestamp, id::OrderId};
use ledger::{Connection, StoreError, on_each};

use super::{
    parse,
    schema::{order_leads, orders},
    word,
};
use crate::model::{
    Order,
    lead::{Lead, LeadGround, LeadState},
};

const TABLE: &str = "order_leads";
/// Leads that one count looks at: those of a large bank's year.
const COUNTED_MAX: i64 = 50_000;

/// Brings the rows up to date with the order.
pub fn sync(conn: &mut Connection, seq: i64, before: Option<&Order>, after: &Order) -> Result<(), StoreError> {
    let old = before.map_or(&[][..], |order| &order.leads);
    let moved = before.is_some_and(|order| order.unit != after.unit || order.classification != after.classification);
    for (index, lead) in after.leads.iter().enumerate() {
        let was = old.get(index);
        if was == Some(lead) && !moved {
            continue;
        }
        if let Some(was) = was {
            let there = order_leads::table.find((seq, round(was)));
            on_each!(conn, |c| diesel::delete(there).execute(c))?;
        }
        insert(conn, seq, lead, after)?;
    }
    Ok(())
}

fn round(lead: &Lead) -> i32 {
    i32::try_from(lead.round).unwrap_or(i32::MAX)
}

fn insert(conn: &mut Connection, seq: i64, lead: &Lead, order: &Order) -> Result<(), StoreError> {
    let grounds: Vec<&str> = lead.grounds.iter().map(|ground| ground.as_str()).collect();
    let classes = order.classification.as_ref();
    let row = (
        order_leads::seq.eq(seq),
        order_leads::round.eq(round(lead)),
        order_leads::state.eq(lead.state.as_str()),
        order_leads::unit_path.eq(order.unit.as_str()),
        order_leads::president.eq(lead.president.as_ref().map(|by| by.as_str().to_owned())),
        order_leads::grounds.eq(grounds.join(" ")),
        order_leads::proposed_at.eq(lead.proposed_at.as_micros()),
        order_leads::changed_at.eq(lead.changed_at.as_micros()),
        order_leads::business.eq(classes.map(|classes| classes.business.as_str())),
        order_leads::reason.eq(classes.map(|classes| classes.reason.as_str())),
    );
    on_each!(conn, |c| diesel::insert_into(order_leads::table).values(row).execute(c))?;
    Ok(())
}

/// A lead as a president's page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadRow {
    /// Its order.
    pub order: OrderId,
    /// The order's receipt number.
    pub receipt: String,
    /// The order's title without names and numbers.
    pub title: String,
    /// How far it has come.
    pub state: LeadState,
    /// The president, as an actor reference.
    pub president: Option<String>,
    /// Why it was proposed.
    pub grounds: Vec<LeadGround>,
    /// When.
    pub proposed_at: Timestamp,
    /// The order's next deadline.
    pub next_due: Option<Timestamp>,
}

type Stored = (i64, String, String, String, String, Option<String>, String, i64, Option<i64>);

/// The leads in a state at and below a unit, longest first; at most `limit`.
pub fn list(conn: &mut Connection, state: LeadState, below: &OrgPath, limit: i64) -> Result<Vec<LeadRow>, StoreError> {
    let (from, end) = below.range();
    let query = order_leads::table
        .inner_join(orders::table.on(orders::seq.eq(order_leads::seq)))
        .filter(order_leads::state.eq(state.as_str()))
        .filter(order_leads::unit_path.ge(from))
        .filter(order_leads::unit_path.lt(end))
        .order((order_leads::proposed_at, order_leads::seq))
        .limit(limit)
        .select((
            order_leads::seq,
            orders::id,
            orders::receipt,
            orders::title,
            order_leads::state,
            order_leads::president,
            order_leads::grounds,
            order_leads::proposed_at,
            orders::next_due,
        ));
    let rows: Vec<Stored> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter().map(read).collect()
}

fn read(
    (seq, id, receipt, title, state, president, grounds, proposed_at, next_due): Stored,
) -> Result<LeadRow, StoreError> {
    let ground = |text: &str| word(TABLE, "grounds", seq, LeadGround::from_stored(text));
    Ok(LeadRow {
        order: parse("orders", "id", seq, &id)?,
        receipt,
        title,
        state: word(TABLE, "state", seq, LeadState::from_stored(&state))?,
        president,
        grounds: grounds.split_whitespace().map(ground).collect::<Result<_, _>>()?,
        proposed_at: Timestamp::from_micros(proposed_at),
        next_due: next_due.map(Timestamp::from_micros),
    })
}

/// One lead as counts see it: its state, its grounds, its business and its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// How far it has come.
    pub state: LeadState,
    /// Why it was proposed.
    pub grounds: Vec<LeadGround>,
    /// What it is about, when it was classified.
    pub subject: Option<(String, String)>,
}

type StoredCount = (i64, String, String, Option<String>, Option<String>);

/// Every lead at and below a unit that was proposed from `from` until before `to`, for counting.
pub fn counted(
    conn: &mut Connection,
    below: &OrgPath,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Counted>, StoreError> {
    let (low, high) = below.range();
    let query = order_leads::table
        .filter(order_leads::proposed_at.ge(from.as_micros()))
        .filter(order_leads::proposed_at.lt(to.as_micros()))
        .filter(order_leads::unit_path.ge(low))
        .filter(order_leads::unit_path.lt(high))
        .limit(COUNTED_MAX)
        .select((
            order_leads::seq,
            order_leads::state,
            order_leads::grounds,
            order_leads::business,
            order_leads::reason,
        ));
    let rows: Vec<StoredCount> = on_each!(conn, |c| query.load(c))?;
    let read = |(seq, state, grounds, business, reason): StoredCount| {
        let ground = |text: &str| word(TABLE, "grounds", seq, LeadGround::from_stored(text));
        Ok(Counted {
            state: word(TABLE, "state", seq, LeadState::from_stored(&state))?,
            grounds: grounds.split_whitespace().map(ground).collect::<Result<_, _>>()?,
            subject: business.zip(reason),
        })
    };
    rows.into_iter().map(read).collect()
}
