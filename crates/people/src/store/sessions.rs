//! Sessions of staff as rows. A row is a good session; ending one deletes it. Only a hash of the secret is kept.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::{
    Timestamp,
    id::{SessionId, StaffId},
};
use ledger::{Connection, StoreError, on_each};

use super::{parse, schema::sessions};

const TABLE: &str = "sessions";

/// One session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub staff: StaffId,
    /// The browser it was begun with, in short.
    pub client: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct SessionRow {
    id: String,
    staff_id: String,
    client: String,
    created_at: i64,
    seen_at: i64,
    expires_at: i64,
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(TABLE, "id", &row.id, &row.id)?,
            staff: parse(TABLE, "staff_id", &row.id, &row.staff_id)?,
            client: row.client,
            created_at: Timestamp::from_micros(row.created_at),
            seen_at: Timestamp::from_micros(row.seen_at),
            expires_at: Timestamp::from_micros(row.expires_at),
        })
    }
}

/// Adds a session.
pub fn insert(conn: &mut Connection, session: &Session, token_hash: &[u8; 32]) -> Result<(), StoreError> {
    let values = (
        sessions::id.eq(session.id.to_string()),
        sessions::staff_id.eq(session.staff.to_string()),
        sessions::token_hash.eq(token_hash.as_slice()),
        sessions::client.eq(&session.client),
        sessions::created_at.eq(session.created_at.as_micros()),
        sessions::seen_at.eq(session.seen_at.as_micros()),
        sessions::expires_at.eq(session.expires_at.as_micros()),
    );
    on_each!(conn, |c| diesel::insert_into(sessions::table).values(values).execute(c))?;
    Ok(())
}

/// The session of a secret, by its hash.
pub fn find_by_hash(conn: &mut Connection, token_hash: &[u8; 32]) -> Result<Option<Session>, StoreError> {
    let query = sessions::table.filter(sessions::token_hash.eq(token_hash.as_slice()));
    on_each!(conn, |c| query.select(SessionRow::as_select()).first(c)).optional()?.map(Session::try_from).transpose()
}

/// The sessions of a person, newest first. There are at most as many as sign-in lets live.
pub fn of_staff(conn: &mut Connection, staff: StaffId) -> Result<Vec<Session>, StoreError> {
    let query = sessions::table
        .filter(sessions::staff_id.eq(staff.to_string()))
        .order((sessions::created_at.desc(), sessions::id.desc()));
    on_each!(conn, |c| query.select(SessionRow::as_select()).load(c))?.into_iter().map(Session::try_from).collect()
}

/// Ends one session of a person. Returns whether there was one.
pub fn delete(conn: &mut Connection, staff: StaffId, id: SessionId) -> Result<bool, StoreError> {
    let this = sessions::table.find(id.to_string()).filter(sessions::staff_id.eq(staff.to_string()));
    Ok(on_each!(conn, |c| diesel::delete(this).execute(c))? == 1)
}

/// Ends all sessions of a person, but for one. Returns how many ended.
pub fn delete_all(conn: &mut Connection, staff: StaffId, but: Option<SessionId>) -> Result<usize, StoreError> {
    let but = but.map(|id| id.to_string()).unwrap_or_default();
    let these = sessions::table.filter(sessions::staff_id.eq(staff.to_string())).filter(sessions::id.ne(but));
    Ok(on_each!(conn, |c| diesel::delete(these).execute(c))?)
}

/// Notes that a session was used; an older note does not overwrite a newer one.
pub fn touch(conn: &mut Connection, id: SessionId, now: Timestamp) -> Result<(), StoreError> {
    let this = sessions::table.find(id.to_string()).filter(sessions::seen_at.lt(now.as_micros()));
    on_each!(conn, |c| diesel::update(this).set(sessions::seen_at.eq(now.as_micros())).execute(c))?;
    Ok(())
}

/// Removes up to `limit` sessions that ended by themselves. Returns how many went.
pub fn prune(conn: &mut Connection, now: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let old = sessions::table.filter(sessions::expires_at.le(now.as_micros())).order(sessions::expires_at).limit(limit);
    let ids: Vec<String> = on_each!(conn, |c| old.select(sessions::id).load(c))?;
    let old = sessions::table.filter(sessions::id.eq_any(ids));
    Ok(on_each!(conn, |c| diesel::delete(old).execute(c))?)
}
