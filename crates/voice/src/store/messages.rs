//! Messages for the bank's own gateway: sealed under a key of their own, fetched once, gone when they expire.

use diesel::{ExpressionMethods, Insertable, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::{Pii, Problem, Random, Timestamp, id::DeliveryId};
use ledger::{Connection, StoreError, on_each};
use seal::{Keyring, Sealed, WrappedKey};

use super::schema::order_messages;

/// Messages that one fetch takes at most.
pub const TAKE_MAX: i64 = 100;

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = order_messages, treat_none_as_default_value = false)]
struct Row {
    id: String,
    kind: String,
    wrapped_key: String,
    recipient: String,
    body: String,
    created_at: i64,
    expires_at: i64,
    taken_at: Option<i64>,
}

/// A message in clear, on its way to the gateway.
#[derive(Debug, Clone)]
pub struct Message {
    /// The id, so that the gateway sends it once.
    pub id: String,
    /// What it is, for instance `code`.
    pub kind: String,
    /// The telephone number.
    pub recipient: Pii<String>,
    /// The text.
    pub body: Pii<String>,
    /// After this it need not be sent any more.
    pub expires_at: Timestamp,
}

/// What is to be sent.
#[derive(Debug, Clone, Copy)]
pub struct NewMessage<'a> {
    /// What it is.
    pub kind: &'static str,
    /// The telephone number.
    pub recipient: &'a str,
    /// The text.
    pub body: &'a str,
    /// When it was made.
    pub now: Timestamp,
    /// After this it need not be sent any more.
    pub expires_at: Timestamp,
}

/// Puts a message out for the gateway.
pub fn put(
    conn: &mut Connection,
    new: NewMessage<'_>,
    keyring: &Keyring,
    random: &dyn Random,
) -> Result<(), StoreError> {
    let id = DeliveryId::new(new.now, random).to_string();
    let (key, wrapped) = keyring.new_subject_key(random);
    let seal = |field: &str, text: &str| keyring.seal(&key, &format!("{id}/{field}"), text.as_bytes(), random);
    let row = Row {
        kind: new.kind.to_owned(),
        wrapped_key: wrapped.into_string(),
        recipient: seal("recipient", new.recipient).into_string(),
        body: seal("body", new.body).into_string(),
        created_at: new.now.as_micros(),
        expires_at: new.expires_at.as_micros(),
        taken_at: None,
        id,
    };
    on_each!(conn, |c| diesel::insert_into(order_messages::table).values(row).execute(c))?;
    Ok(())
}

/// Takes the oldest messages that wait, and marks them as taken.
pub fn take(conn: &mut Connection, keyring: &Keyring, now: Timestamp, limit: i64) -> Result<Vec<Message>, Problem> {
    let query = order_messages::table
        .filter(order_messages::taken_at.is_null())
        .filter(order_messages::expires_at.gt(now.as_micros()))
        .order(order_messages::id)
        .limit(limit.clamp(1, TAKE_MAX));
    let rows: Vec<Row> = on_each!(conn, |c| query.select(Row::as_select()).load(c)).map_err(StoreError::from)?;
    let mut messages = Vec::with_capacity(rows.len());
    for row in rows {
        let there = order_messages::table.find(&row.id).filter(order_messages::taken_at.is_null());
        let mark = order_messages::taken_at.eq(Some(now.as_micros()));
        let marked = on_each!(conn, |c| diesel::update(there).set(mark).execute(c)).map_err(StoreError::from)?;
        if marked == 1 {
            messages.push(open(row, keyring)?);
        }
    }
    Ok(messages)
}

fn open(row: Row, keyring: &Keyring) -> Result<Message, Problem> {
    let key = keyring.unwrap(&WrappedKey::from_stored(row.wrapped_key))?;
    let open = |field: &str, sealed: String| {
        keyring.open_text(&key, &format!("{}/{field}", row.id), &Sealed::from_stored(sealed)).map_err(Problem::from)
    };
    Ok(Message {
        kind: row.kind,
        recipient: open("recipient", row.recipient)?,
        body: open("body", row.body)?,
        expires_at: Timestamp::from_micros(row.expires_at),
        id: row.id,
    })
}

/// Removes messages that have expired, up to `limit`; their keys go with them.
pub fn prune(conn: &mut Connection, now: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let query = order_messages::table
        .filter(order_messages::expires_at.le(now.as_micros()))
        .order(order_messages::expires_at)
        .limit(limit)
        .select(order_messages::id);
    let ids: Vec<String> = on_each!(conn, |c| query.load(c))?;
    for id in &ids {
        let there = order_messages::table.find(id);
        on_each!(conn, |c| diesel::delete(there).execute(c))?;
    }
    Ok(ids.len())
}
