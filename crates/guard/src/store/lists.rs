//! Lists: changes as rows beside their streams, and the entries that they put on or take off.

use diesel::{
    AsChangeset, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper,
};
use kernel::{ActorRef, Page, PageRequest, Problem, Timestamp, id::ListChangeId};
use ledger::{
    Connection, StoreError, on_each,
    rows::{one_row, parse, word},
};
use seal::{Sealed, WrappedKey};

use super::schema::{guard_list_changes as changes, guard_list_entries as entries};
use crate::model::list_change::{ChangeKind, ChangeState, ListChange};

const TABLE: &str = "guard_list_changes";

/// Entries that one step reads or writes: some tens of milliseconds.
pub const ENTRIES_STEP: usize = 2_000;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = changes, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Stored {
    id: String,
    version: i64,
    list: String,
    kind: String,
    state: String,
    entries: i64,
    reason: String,
    source: String,
    until_at: Option<i64>,
    proposed_by: String,
    proposed_at: i64,
    decided_by: Option<String>,
    decided_at: Option<i64>,
}

/// A change as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// The change.
    pub id: ListChangeId,
    /// Its version.
    pub version: u64,
    /// The list.
    pub list: String,
    /// What it does.
    pub kind: ChangeKind,
    /// How it stands.
    pub state: ChangeState,
    /// How many values.
    pub entries: u64,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub source: String,
    /// Until when the values stay.
    pub until: Option<Timestamp>,
    /// Who proposed it.
    pub proposed_by: ActorRef,
    /// When.
    pub proposed_at: Timestamp,
    /// Who decided, and when.
    pub decided: Option<(ActorRef, Timestamp)>,
}

impl Stored {
    fn of(change: &ListChange) -> Self {
        let proposed = &change.proposed;
        Self {
            id: proposed.change.to_string(),
            version: change.version.cast_signed(),
            list: proposed.list.clone(),
            kind: proposed.what.as_str().to_owned(),
            state: change.state.as_str().to_owned(),
            entries: proposed.entries.cast_signed(),
            reason: proposed.reason.clone(),
            source: proposed.source.clone(),
            until_at: proposed.until.map(Timestamp::as_micros),
            proposed_by: change.by.as_str().to_owned(),
            proposed_at: change.at.as_micros(),
            decided_by: change.decided.as_ref().map(|(by, _)| by.as_str().to_owned()),
            decided_at: change.decided.as_ref().map(|(_, at)| at.as_micros()),
        }
    }

    fn row(self) -> Result<ChangeRow, StoreError> {
        let id = self.id.as_str();
        let number =
            |column, value: i64| u64::try_from(value).map_err(|_| StoreError::corrupt(TABLE, column, id, "negative"));
        let by = self.decided_by.map(ActorRef::from_stored);
        Ok(ChangeRow {
            id: parse(TABLE, "id", id, id)?,
            version: number("version", self.version)?,
            kind: word(TABLE, "kind", id, ChangeKind::from_stored(&self.kind))?,
            state: word(TABLE, "state", id, ChangeState::from_stored(&self.state))?,
            entries: number("entries", self.entries)?,
            until: self.until_at.map(Timestamp::from_micros),
            proposed_by: ActorRef::from_stored(self.proposed_by),
            proposed_at: Timestamp::from_micros(self.proposed_at),
            decided: by.zip(self.decided_at.map(Timestamp::from_micros)),
            list: self.list,
            reason: self.reason,
            source: self.source,
        })
    }
}

/// Adds the row of a new change, with the key of its values.
pub fn insert(conn: &mut Connection, change: &ListChange, wrapped: &WrappedKey) -> Result<(), StoreError> {
    let row = (Stored::of(change), changes::wrapped_key.eq(Some(wrapped.as_str())));
    on_each!(conn, |c| diesel::insert_into(changes::table).values(row).execute(c))?;
    Ok(())
}

/// Brings the row to a state.
pub fn update(conn: &mut Connection, change: &ListChange) -> Result<(), StoreError> {
    let id = change.proposed.change;
    let there = changes::table.find(id.to_string());
    let rows = on_each!(conn, |c| diesel::update(there).set(Stored::of(change)).execute(c))?;
    one_row(rows, TABLE, id)
}

/// A page of changes, newest first; of one list, and in one state, where those are given.
pub fn page(
    conn: &mut Connection,
    (list, state): (Option<&str>, Option<ChangeState>),
    request: &PageRequest,
) -> Result<Page<ChangeRow>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<String>).transpose().map_err(people::wrong_cursor)?;
    let rows: Vec<Stored> = on_each!(conn, |c| {
        let mut query =
            changes::table.select(Stored::as_select()).order(changes::id.desc()).limit(request.fetch()).into_boxed();
        if let Some(list) = list {
            query = query.filter(changes::list.eq(list));
        }
        if let Some(state) = state {
            query = query.filter(changes::state.eq(state.as_str()));
        }
        if let Some(before) = &before {
            query = query.filter(changes::id.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows = rows.into_iter().map(Stored::row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, rows, |row| row.id.to_string()))
}

/// Every change that holds, in the order in which they were approved.
pub fn approved(conn: &mut Connection) -> Result<Vec<ChangeRow>, StoreError> {
    let rows: Vec<Stored> = on_each!(conn, |c| changes::table
        .filter(changes::state.eq(ChangeState::Approved.as_str()))
        .order((changes::decided_at, changes::id))
        .select(Stored::as_select())
        .load(c))?;
    rows.into_iter().map(Stored::row).collect()
}

ledger::insert_row! {
    /// Adds an entry.
    struct InsertEntry<'a> into "guard_list_entries" {
        change: &'a str => Text,
        list: &'a str => Text,
        masked: &'a str => Text,
        hash: i64 => BigInt,
        head: i64 => BigInt,
        stars: i64 => BigInt,
        tail: i64 => BigInt,
        sealed: &'a str => Text,
    }
}

/// An entry of a change.
#[derive(Debug, Clone)]
pub struct NewEntry {
    /// What lists show of the value.
    pub masked: String,
    /// The engine's hash.
    pub hash: u64,
    /// Characters in clear before what is hidden, hidden ones, and in clear behind; all zero for an exact value.
    pub shape: (usize, usize, usize),
    /// The value.
    pub sealed: Sealed,
}

/// Adds entries of a change.
pub fn add_entries(
    conn: &mut Connection,
    change: ListChangeId,
    list: &str,
    new: &[NewEntry],
) -> Result<(), StoreError> {
    let change = change.to_string();
    for entry in new {
        let (head, stars, tail) = entry.shape;
        let row = InsertEntry {
            change: &change,
            list,
            masked: &entry.masked,
            hash: entry.hash.cast_signed(),
            head: head as i64,
            stars: stars as i64,
            tail: tail as i64,
            sealed: entry.sealed.as_str(),
        };
        on_each!(conn, |c| row.execute(c))?;
    }
    Ok(())
}

/// An entry as the engine and lists read it.
#[derive(Debug, Clone)]
pub struct EntryRow {
    /// Its place.
    pub seq: i64,
    /// The change that holds it.
    pub change: String,
    /// What lists show of the value.
    pub masked: String,
    /// The engine's hash.
    pub hash: u64,
    /// What a mask hides.
    pub shape: (usize, usize, usize),
}

/// An entry as it is read.
type EntryColumns = (i64, String, String, i64, i64, i64, i64);

macro_rules! entry_columns {
    () => {
        (entries::seq, entries::change, entries::masked, entries::hash, entries::head, entries::stars, entries::tail)
    };
}

fn entry((seq, change, masked, hash, head, stars, tail): EntryColumns) -> EntryRow {
    let size = |number: i64| usize::try_from(number).unwrap_or_default();
    EntryRow { seq, change, masked, hash: hash.cast_unsigned(), shape: (size(head), size(stars), size(tail)) }
}

/// An entry with its value.
#[derive(Debug, Clone)]
pub struct SealedEntry {
    /// What is known of it.
    pub row: EntryRow,
    /// The value.
    pub sealed: Sealed,
}

/// The entries of a change behind a place with their values, in order.
pub fn sealed_entries_of(
    conn: &mut Connection,
    change: ListChangeId,
    behind: i64,
) -> Result<Vec<SealedEntry>, StoreError> {
    let there = entries::table.filter(entries::change.eq(change.to_string())).filter(entries::seq.gt(behind));
    let next = there.order(entries::seq).limit(ENTRIES_STEP as i64).select((entry_columns!(), entries::sealed));
    let rows: Vec<(EntryColumns, String)> = on_each!(conn, |c| next.load(c))?;
    let read = |(columns, sealed)| SealedEntry { row: entry(columns), sealed: Sealed::from_stored(sealed) };
    Ok(rows.into_iter().map(read).collect())
}

/// The wrapped key of a change's values; none when they were erased.
pub fn key_of(conn: &mut Connection, change: ListChangeId) -> Result<Option<WrappedKey>, StoreError> {
    let there = changes::table.find(change.to_string()).select(changes::wrapped_key);
    let found: Option<Option<String>> = on_each!(conn, |c| there.first(c)).optional()?;
    Ok(found.flatten().map(WrappedKey::from_stored))
}

/// The entries of a change behind a place, in order.
pub fn entries_of(conn: &mut Connection, change: ListChangeId, behind: i64) -> Result<Vec<EntryRow>, StoreError> {
    let rows: Vec<EntryColumns> = on_each!(conn, |c| entries::table
        .filter(entries::change.eq(change.to_string()))
        .filter(entries::seq.gt(behind))
        .order(entries::seq)
        .limit(ENTRIES_STEP as i64)
        .select(entry_columns!())
        .load(c))?;
    Ok(rows.into_iter().map(entry).collect())
}
