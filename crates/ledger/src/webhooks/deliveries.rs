//! The messages of the outbox: one row for one event and one subscriber, from waiting to delivered or parked.

use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::{Page, PageRequest, Problem, Timestamp, id::DeliveryId};
use serde::Serialize;
use serde_json::json;

use super::{Note, Subscription};
use crate::{
    Connection, StoreError, Unit,
    jobs::{NewJob, table::wrong_cursor},
    on_each,
    schema::deliveries,
};

/// The kind of job that sends one delivery.
pub(crate) const SEND: &str = "ledger.deliver";

/// Characters of an error kept with a delivery.
const ERROR_CHARS_MAX: usize = 300;

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Not delivered yet.
    Waiting,
    /// The subscriber answered with success.
    Delivered,
    /// Given up after the last try.
    Parked,
}

impl DeliveryState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Parked => "parked",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Waiting, Self::Delivered, Self::Parked].into_iter().find(|state| state.as_str() == text)
    }
}

/// One message for one subscriber.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Its id, sent as `webhook-id`.
    pub id: String,
    /// The subscription.
    pub webhook: String,
    /// The event's place among all events.
    pub position: i64,
    /// The event's stream.
    pub stream: String,
    /// The event's place in its stream.
    pub version: i64,
    /// What happened, for instance `voice.order.closed`.
    pub kind: String,
    /// When it happened.
    pub at: Timestamp,
    /// Where the message stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub tries: i32,
    /// The HTTP status of the last answer.
    pub status: Option<i32>,
    /// Why the last try failed.
    pub error: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it was delivered.
    pub delivered_at: Option<Timestamp>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = deliveries)]
struct Row {
    id: String,
    webhook: String,
    position: i64,
    stream: String,
    version: i64,
    kind: String,
    at: i64,
    state: String,
    tries: i32,
    status: Option<i32>,
    error: Option<String>,
    created_at: i64,
    delivered_at: Option<i64>,
}

impl TryFrom<Row> for Delivery {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let state = DeliveryState::parse(&row.state)
            .ok_or_else(|| StoreError::corrupt("deliveries", "state", &row.id, "not a state"))?;
        Ok(Self {
            id: row.id,
            webhook: row.webhook,
            position: row.position,
            stream: row.stream,
            version: row.version,
            kind: row.kind,
            at: Timestamp::from_micros(row.at),
            state,
            tries: row.tries,
            status: row.status,
            error: row.error,
            created_at: Timestamp::from_micros(row.created_at),
            delivered_at: row.delivered_at.map(Timestamp::from_micros),
        })
    }
}

/// Writes the delivery of an event that is being appended, and the job that sends it.
pub(crate) fn enqueue(unit: &mut Unit<'_>, subscription: &Subscription, note: &Note<'_>) -> Result<(), StoreError> {
    let now = unit.now();
    let id = DeliveryId::new(now, unit.random()).to_string();
    let row = Row {
        id: id.clone(),
        webhook: subscription.id.clone(),
        position: note.position,
        stream: note.common.stream.to_owned(),
        version: note.version,
        kind: note.kind.to_owned(),
        at: note.common.at.as_micros(),
        state: DeliveryState::Waiting.as_str().to_owned(),
        tries: 0,
        status: None,
        error: None,
        created_at: now.as_micros(),
        delivered_at: None,
    };
    on_each!(unit.connection(), |c| diesel::insert_into(deliveries::table).values(&row).execute(c))?;
    unit.enqueue(NewJob { kind: SEND, key: Some(id.clone()), due: now, payload: json!({ "delivery": id }) })
}

/// One delivery.
pub fn delivery(connection: &mut Connection, id: &str) -> Result<Option<Delivery>, StoreError> {
    let query = deliveries::table.filter(deliveries::id.eq(id));
    let row: Option<Row> = on_each!(connection, |c| query.select(Row::as_select()).first(c)).optional()?;
    row.map(Delivery::try_from).transpose()
}

/// One page of a subscription's deliveries, newest first.
pub fn deliveries(
    connection: &mut Connection,
    webhook: &str,
    request: &PageRequest,
) -> Result<Page<Delivery>, Problem> {
    let before: Option<String> = match &request.after {
        None => None,
        Some(cursor) => Some(cursor.key().map_err(|_| wrong_cursor())?),
    };
    // `~` sorts behind every character of an id.
    let query = deliveries::table
        .filter(deliveries::webhook.eq(webhook))
        .filter(deliveries::id.lt(before.unwrap_or_else(|| "~".to_owned())))
        .order(deliveries::id.desc())
        .limit(request.fetch());
    let rows: Vec<Row> = on_each!(connection, |c| query.select(Row::as_select()).load(c)).map_err(StoreError::from)?;
    let items: Result<Vec<Delivery>, StoreError> = rows.into_iter().map(Delivery::try_from).collect();
    Ok(Page::from_rows(request, items?, |delivery| delivery.id.clone()))
}

/// Sends a parked delivery once more, as one of its kind and with fresh tries. Returns whether there was one.
pub fn resend(unit: &mut Unit<'_>, id: &str) -> Result<bool, StoreError> {
    let parked =
        deliveries::table.filter(deliveries::id.eq(id)).filter(deliveries::state.eq(DeliveryState::Parked.as_str()));
    let set = deliveries::state.eq(DeliveryState::Waiting.as_str());
    if on_each!(unit.connection(), |c| diesel::update(parked).set(set).execute(c))? == 0 {
        return Ok(false);
    }
    let due = unit.now();
    unit.enqueue(NewJob { kind: SEND, key: Some(id.to_owned()), due, payload: json!({ "delivery": id }) })?;
    Ok(true)
}

/// Records an answer that was a success.
pub(crate) fn delivered(
    connection: &mut Connection,
    id: &str,
    tries: u32,
    status: u16,
    now: Timestamp,
) -> Result<(), StoreError> {
    let set = (
        deliveries::state.eq(DeliveryState::Delivered.as_str()),
        deliveries::tries.eq(i32::try_from(tries).unwrap_or(i32::MAX)),
        deliveries::status.eq(Some(i32::from(status))),
        deliveries::error.eq(None::<String>),
        deliveries::delivered_at.eq(Some(now.as_micros())),
    );
    on_each!(connection, |c| diesel::update(deliveries::table.find(id)).set(set).execute(c))?;
    Ok(())
}

/// Records a failed try.
pub(crate) fn failed(
    connection: &mut Connection,
    id: &str,
    tries: u32,
    error: &str,
    parked: bool,
) -> Result<(), StoreError> {
    let state = if parked { DeliveryState::Parked } else { DeliveryState::Waiting };
    let set = (
        deliveries::state.eq(state.as_str()),
        deliveries::tries.eq(i32::try_from(tries).unwrap_or(i32::MAX)),
        deliveries::error.eq(Some(error.chars().take(ERROR_CHARS_MAX).collect::<String>())),
    );
    on_each!(connection, |c| diesel::update(deliveries::table.find(id)).set(set).execute(c))?;
    Ok(())
}
