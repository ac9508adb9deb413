//! The rows of the list of orders, read back as values.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::{
    Currency, Money, OrgPath, Timestamp,
    id::{CustomerId, OrderId, StaffId},
};
use ledger::{Connection, StoreError, on_each};
use regulation::{MatterKind, MatterSource};

use super::{parse, parse_path, schema::orders, word};
use crate::model::{StageName, parts::Outcome};

const TABLE: &str = "orders";

/// Rows that are read at once where some of them may not be seen.
const SOUGHT_TOGETHER: usize = 500;

/// A row of the list of orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// Its place in time.
    pub seq: i64,
    /// The order.
    pub id: OrderId,
    /// The number the complainant was given.
    pub receipt: String,
    /// How many events it has.
    pub version: u64,
    /// The step it has reached.
    pub stage: StageName,
    /// What kind of matter.
    pub matter: MatterKind,
    /// Who passed it on.
    pub source: MatterSource,
    /// Their number.
    pub origin_number: Option<String>,
    /// The unit that is answerable.
    pub unit: OrgPath,
    /// The person it was given to.
    pub handler: Option<StaffId>,
    /// Axis A.
    pub channel: Option<String>,
    /// Axis B.
    pub business: Option<String>,
    /// Axis C.
    pub reason: Option<String>,
    /// What was found.
    pub outcome: Option<Outcome>,
    /// The title without names and numbers.
    pub title: String,
    /// The masked name.
    pub name_masked: String,
    /// The masked telephone number.
    pub phone_masked: String,
    /// The customer.
    pub customer: Option<CustomerId>,
    /// The amount in question.
    pub amount: Option<Money>,
    /// When the bank received it.
    pub received_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The next deadline of a running clock.
    pub next_due: Option<Timestamp>,
    /// A deadline may still move.
    pub provisional: bool,
    /// How often it was passed on.
    pub transfers: u32,
    /// How often it was opened.
    pub round: u32,
    /// What the complainant said on the last return visit.
    pub satisfaction: Option<u8>,
}

/// The columns of a list row, as stored.
#[derive(Debug, Clone, Queryable, Selectable, diesel::QueryableByName)]
#[diesel(table_name = orders)]
pub(super) struct Stored {
    seq: i64,
    id: String,
    receipt: String,
    version: i64,
    stage: String,
    matter: String,
    source: String,
    origin_number: Option<String>,
    unit_path: String,
    handler: Option<String>,
    channel: Option<String>,
    business: Option<String>,
    reason: Option<String>,
    outcome: Option<String>,
    title: String,
    name_masked: String,
    phone_masked: String,
    customer: Option<String>,
    amount_minor: Option<i64>,
    currency: Option<String>,
    received_at: i64,
    ended_at: Option<i64>,
    next_due: Option<i64>,
    provisional: i32,
    transfers: i32,
    round: i32,
    satisfaction: Option<i32>,
}

/// The columns of [`Stored`] for hand-written queries.
pub(super) const COLUMNS: &str = "o.seq, o.id, o.receipt, o.version, o.stage, o.matter, o.source, o.origin_number, \
    o.unit_path, o.handler, o.channel, o.business, o.reason, o.outcome, o.title, o.name_masked, o.phone_masked, \
    o.customer, o.amount_minor, o.currency, o.received_at, o.ended_at, o.next_due, o.provisional, o.transfers, o.round, \
    o.satisfaction";

impl TryFrom<Stored> for OrderRow {
    type Error = StoreError;

    fn try_from(row: Stored) -> Result<Self, StoreError> {
        let id = row.id.as_str();
        let source = MatterSource::ALL.into_iter().find(|source| source.as_str() == row.source);
        let matter = MatterKind::ALL.into_iter().find(|kind| kind.as_str() == row.matter);
        let outcome = row.outcome.as_deref().map(|text| word(TABLE, "outcome", id, Outcome::from_stored(text)));
        let optional =
            |column, text: &Option<String>| text.as_deref().map(|text| parse(TABLE, column, id, text)).transpose();
        Ok(Self {
            seq: row.seq,
            id: parse(TABLE, "id", id, id)?,
            version: u64::try_from(row.version).map_err(|_| StoreError::corrupt(TABLE, "version", id, "negative"))?,
            stage: word(TABLE, "stage", id, StageName::from_stored(&row.stage))?,
            matter: word(TABLE, "matter", id, matter)?,
            source: word(TABLE, "source", id, source)?,
            unit: parse_path(TABLE, "unit_path", id, &row.unit_path)?,
            handler: optional("handler", &row.handler)?,
            customer: row.customer.as_deref().map(|text| parse(TABLE, "customer", id, text)).transpose()?,
            outcome: outcome.transpose()?,
            amount: amount(id, row.amount_minor, row.currency.as_deref())?,
            received_at: Timestamp::from_micros(row.received_at),
            ended_at: row.ended_at.map(Timestamp::from_micros),
            next_due: row.next_due.map(Timestamp::from_micros),
            provisional: row.provisional != 0,
            transfers: u32::try_from(row.transfers).unwrap_or_default(),
            round: u32::try_from(row.round).unwrap_or_default(),
            satisfaction: row.satisfaction.and_then(|figure| u8::try_from(figure).ok()),
            receipt: row.receipt,
            origin_number: row.origin_number,
            channel: row.channel,
            business: row.business,
            reason: row.reason,
            title: row.title,
            name_masked: row.name_masked,
            phone_masked: row.phone_masked,
        })
    }
}

/// The list row of one order.
pub fn row(conn: &mut Connection, id: OrderId) -> Result<Option<OrderRow>, StoreError> {
    let query = orders::table.filter(orders::id.eq(id.to_string()));
    on_each!(conn, |c| query.select(Stored::as_select()).first(c)).optional()?.map(OrderRow::try_from).transpose()
}

/// The list rows of these places in time, newest first.
pub fn rows_at(conn: &mut Connection, seqs: &[i64]) -> Result<Vec<OrderRow>, StoreError> {
    let query = orders::table.filter(orders::seq.eq_any(seqs.to_vec())).order(orders::seq.desc());
    let rows: Vec<Stored> = on_each!(conn, |c| query.select(Stored::as_select()).load(c))?;
    rows.into_iter().map(OrderRow::try_from).collect()
}

/// Of the list rows of these orders the newest `limit` that lie within the scopes, newest first; `seqs` are newest first.
pub fn seen_at(
    conn: &mut Connection,
    seqs: &[i64],
    scopes: &[OrgPath],
    limit: i64,
) -> Result<Vec<OrderRow>, StoreError> {
    let wanted = usize::try_from(limit).unwrap_or_default();
    let mut seen = Vec::new();
    for some in seqs.chunks(SOUGHT_TOGETHER) {
        if seen.len() >= wanted {
            break;
        }
        let rows = rows_at(conn, some)?;
        seen.extend(rows.into_iter().filter(|row| scopes.iter().any(|scope| scope.contains(&row.unit))));
    }
    seen.truncate(wanted);
    Ok(seen)
}

/// The stored word of a currency.
pub(super) const fn currency_word(currency: Currency) -> &'static str {
    match currency {
        Currency::Cny => "CNY",
        Currency::Hkd => "HKD",
        Currency::Usd => "USD",
        Currency::Eur => "EUR",
        Currency::Gbp => "GBP",
        Currency::Jpy => "JPY",
    }
}

fn amount(id: &str, minor: Option<i64>, currency: Option<&str>) -> Result<Option<Money>, StoreError> {
    let (Some(minor), Some(text)) = (minor, currency) else { return Ok(None) };
    let all = [Currency::Cny, Currency::Hkd, Currency::Usd, Currency::Eur, Currency::Gbp, Currency::Jpy];
    let currency = all.into_iter().find(|currency| currency_word(*currency) == text);
    Ok(Some(Money::new(minor, word(TABLE, "currency", id, currency)?)))
}
