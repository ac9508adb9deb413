//! What speaks for abnormal complaints, as far as rows tell it: who stands behind which orders, by blind index alone, and which
//! orders were found conspicuous.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, JoinOnDsl, OptionalExtension, QueryDsl, Queryable, RunQueryDsl,
    sql_query, sql_types,
};
use kernel::{
    OrgPath, Timestamp,
    id::{CustomerId, OrderId},
};
use ledger::{Connection, StoreError, on_each};

use super::{
    lookups::Pending,
    members, parse, parse_path,
    schema::{order_abnormal, order_numbers, order_persons, orders},
    word,
};
use crate::model::{Order, abnormal::Verdict};

const TABLE: &str = "order_abnormal";

/// By what the people of an order are found.
#[derive(Debug, Clone, Default)]
pub struct Behind {
    /// The complainant's identity number.
    pub identity: Option<String>,
    /// Every telephone number: the complainant's, the representative's, those of members of a group.
    pub phones: Vec<String>,
    /// The representative's.
    pub agent: Option<String>,
}

impl Behind {
    /// Every number.
    pub fn all(&self) -> Vec<String> {
        self.phones.iter().chain(&self.identity).cloned().collect()
    }
}

/// By what the people of the order at this place are found.
pub fn behind(conn: &mut Connection, seq: i64) -> Result<Behind, StoreError> {
    let query = order_persons::table.find(seq).select((
        order_persons::phone_index,
        order_persons::identity_index,
        order_persons::agent_phone_index,
    ));
    let row: Option<(Option<String>, Option<String>, Option<String>)> =
        on_each!(conn, |c| query.first(c)).optional()?;
    let (phone, identity, agent) = row.unwrap_or_default();
    let members = members::phones(conn, seq)?;
    let phones = phone.into_iter().chain(agent.clone()).chain(members).collect();
    Ok(Behind { identity, phones, agent })
}

/// An order and who is behind it, so far as two orders can be told to be of one person.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Tied {
    /// Its place in time.
    pub seq: i64,
    /// The masked name of the complainant.
    pub name_masked: String,
    /// The customer.
    pub customer: Option<String>,
    /// The complainant's telephone number, as an index.
    pub phone: Option<String>,
    /// The complainant's identity number, as an index.
    pub identity: Option<String>,
    /// What kind of matter.
    pub matter: String,
}

impl Tied {
    /// Whether the other one is of the same person, as far as numbers tell: the same identity number or customer, or the same
    /// telephone number and masked name. One number under two names is two people.
    pub fn same_person(&self, other: &Self) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        same(&self.identity, &other.identity)
            || same(&self.customer, &other.customer)
            || (same(&self.phone, &other.phone) && self.name_masked == other.name_masked)
    }
}

macro_rules! tied {
    () => {
        order_persons::table.inner_join(orders::table.on(orders::seq.eq(order_persons::seq))).select((
            orders::seq,
            orders::name_masked,
            orders::customer,
            order_persons::phone_index,
            order_persons::identity_index,
            orders::matter,
        ))
    };
}

/// The orders at these places.
pub fn at(conn: &mut Connection, seqs: &[i64]) -> Result<Vec<Tied>, StoreError> {
    let query = tied!().filter(orders::seq.eq_any(seqs.to_vec())).order(orders::seq.desc());
    Ok(on_each!(conn, |c| query.load(c))?)
}

/// The newest orders from a place in time on that one of these numbers or this customer stands behind, but for `seq` itself.
pub fn of_people(
    conn: &mut Connection,
    (numbers, customer): (&[String], Option<CustomerId>),
    (seq, from): (i64, i64),
    limit: i64,
) -> Result<Vec<Tied>, StoreError> {
    let by_number = order_numbers::table
        .filter(order_numbers::blind.eq_any(numbers.to_vec()))
        .filter(order_numbers::seq.ge(from).and(order_numbers::seq.ne(seq)))
        .order(order_numbers::seq.desc())
        .limit(limit)
        .select(order_numbers::seq);
    let mut seqs: Vec<i64> = on_each!(conn, |c| by_number.load(c))?;
    if let Some(customer) = customer {
        let by_customer = orders::table
            .filter(orders::customer.eq(customer.to_string()))
            .filter(orders::seq.ge(from).and(orders::seq.ne(seq)))
            .order(orders::seq.desc())
            .limit(limit)
            .select(orders::seq);
        let more: Vec<i64> = on_each!(conn, |c| by_customer.load(c))?;
        seqs.extend(more);
    }
    seqs.sort_unstable_by(|one, other| other.cmp(one));
    seqs.dedup();
    seqs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    at(conn, &seqs)
}

/// Orders behind a place in time, oldest first, up to the first that is not in the look-up tables yet.
pub fn next_indexed(conn: &mut Connection, after: i64, limit: i64) -> Result<Vec<(i64, OrderId)>, StoreError> {
    let query = order_persons::table
        .inner_join(orders::table.on(orders::seq.eq(order_persons::seq)))
        .filter(order_persons::seq.gt(after))
        .order(order_persons::seq)
        .limit(limit)
        .select((order_persons::seq, orders::id, order_persons::pending));
    let rows: Vec<(i64, String, i32)> = on_each!(conn, |c| query.load(c))?;
    let there = rows.into_iter().take_while(|(.., pending)| *pending != Pending::Yes as i32);
    there.map(|(seq, id, _)| Ok((seq, parse("orders", "id", &id, &id)?))).collect()
}

/// Notes that an order was found conspicuous, or how its evidence is now.
pub fn note(conn: &mut Connection, seq: i64, (score, parts): (u32, &str), now: Timestamp) -> Result<(), StoreError> {
    let text = "INSERT INTO order_abnormal (seq, score, parts, seen_at) VALUES ($1, $2, $3, $4) \
                ON CONFLICT (seq) DO UPDATE SET score = $2, parts = $3";
    on_each!(conn, |c| {
        sql_query(text)
            .bind::<sql_types::BigInt, _>(seq)
            .bind::<sql_types::Integer, _>(i32::try_from(score).unwrap_or(i32::MAX))
            .bind::<sql_types::Text, _>(parts)
            .bind::<sql_types::BigInt, _>(now.as_micros())
            .execute(c)
    })?;
    Ok(())
}

/// Whether an order was noted already.
pub fn is_noted(conn: &mut Connection, seq: i64) -> Result<bool, StoreError> {
    let query = order_abnormal::table.find(seq).select(order_abnormal::seq);
    let row: Option<i64> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(row.is_some())
}

/// Writes what was decided, where that changed.
pub fn sync(conn: &mut Connection, seq: i64, before: Option<&Order>, after: &Order) -> Result<(), StoreError> {
    let Some(judged) = &after.abnormal else { return Ok(()) };
    if before.is_some_and(|before| before.abnormal.as_ref() == Some(judged)) {
        return Ok(());
    }
    let parts = serde_json::to_string(&judged.parts)
        .map_err(|_| StoreError::corrupt(TABLE, "parts", seq, "the parts cannot be written"))?;
    note(conn, seq, (judged.score, &parts), judged.at)?;
    let verdict = order_abnormal::verdict.eq(Some(judged.verdict.as_str()));
    on_each!(conn, |c| diesel::update(order_abnormal::table.find(seq)).set(verdict).execute(c))?;
    Ok(())
}

/// An order with conspicuous evidence, as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conspicuous {
    /// Its place in time.
    pub seq: i64,
    /// The order.
    pub order: OrderId,
    /// The order's receipt number.
    pub receipt: String,
    /// The order's title without names and numbers.
    pub title: String,
    /// The unit that answers for it.
    pub unit: OrgPath,
    /// The score when it was looked at last.
    pub score: u32,
    /// What the score was made of, as stored.
    pub parts: String,
    /// What a person decided.
    pub verdict: Option<Verdict>,
    /// When it was found.
    pub seen_at: Timestamp,
}

#[derive(Queryable)]
struct Stored {
    seq: i64,
    id: String,
    receipt: String,
    title: String,
    unit_path: String,
    score: i32,
    parts: String,
    verdict: Option<String>,
    seen_at: i64,
}

impl TryFrom<Stored> for Conspicuous {
    type Error = StoreError;

    fn try_from(row: Stored) -> Result<Self, StoreError> {
        let seq = row.seq;
        let verdict = row.verdict.as_deref().map(|text| word(TABLE, "verdict", seq, Verdict::from_stored(text)));
        Ok(Self {
            seq,
            order: parse("orders", "id", &row.id, &row.id)?,
            unit: parse_path("orders", "unit_path", seq, &row.unit_path)?,
            score: u32::try_from(row.score).map_err(|_| StoreError::corrupt(TABLE, "score", seq, "negative"))?,
            verdict: verdict.transpose()?,
            seen_at: Timestamp::from_micros(row.seen_at),
            receipt: row.receipt,
            title: row.title,
            parts: row.parts,
        })
    }
}

/// Conspicuous orders within `scope`, before a place in time, newest first; `open` ones only, or those that were decided too.
pub fn conspicuous(
    conn: &mut Connection,
    scope: &OrgPath,
    open: bool,
    before: i64,
    limit: i64,
) -> Result<Vec<Conspicuous>, StoreError> {
    let (low, high) = scope.range();
    let query = order_abnormal::table
        .inner_join(orders::table.on(orders::seq.eq(order_abnormal::seq)))
        .filter(order_abnormal::seq.lt(before))
        .filter(orders::unit_path.ge(low).and(orders::unit_path.lt(high)))
        .order(order_abnormal::seq.desc())
        .limit(limit)
        .select((
            order_abnormal::seq,
            orders::id,
            orders::receipt,
            orders::title,
            orders::unit_path,
            order_abnormal::score,
            order_abnormal::parts,
            order_abnormal::verdict,
            order_abnormal::seen_at,
        ));
    let rows: Vec<Stored> = if open {
        let query = query.filter(order_abnormal::verdict.is_null());
        on_each!(conn, |c| query.load(c))?
    } else {
        on_each!(conn, |c| query.load(c))?
    };
    rows.into_iter().map(Conspicuous::try_from).collect()
}
