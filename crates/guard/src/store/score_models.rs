//! The versions of the score model as rows beside their streams, and their files in parts.

use diesel::{
    AsChangeset, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper,
};
use kernel::{ActorRef, Page, PageRequest, Problem, Timestamp, id::ScoreModelId};
use ledger::{
    Connection, StoreError, on_each,
    rows::{one_row, parse, word},
};

use super::schema::{guard_score_model_parts as parts, guard_score_models as table};
use crate::model::score_model::{Proposed, ScoreModel, ScoreModelFormat, ScoreModelState};

const TABLE: &str = "guard_score_models";

/// Bytes of a part: what one commit may write without holding up the others for long.
pub const PART_BYTES: usize = 512 * 1024;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Stored {
    id: String,
    version: i64,
    number: i64,
    state: String,
    format: String,
    bytes: i64,
    digest: String,
    inputs: String,
    trees: i64,
    reason: String,
    proposed_by: String,
    proposed_at: i64,
    approved_by: Option<String>,
    live_at: Option<i64>,
    retired_at: Option<i64>,
}

/// A version as lists and the engine read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreModelRow {
    /// What it was proposed as.
    pub proposed: Proposed,
    /// How many events it has.
    pub version: u64,
    /// How it stands.
    pub state: ScoreModelState,
    /// Who proposed it last.
    pub proposed_by: ActorRef,
    /// When.
    pub proposed_at: Timestamp,
    /// Who approved it.
    pub approved_by: Option<ActorRef>,
    /// When it went live.
    pub live_at: Option<Timestamp>,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
}

impl Stored {
    fn of(state: &ScoreModel) -> Result<Self, StoreError> {
        let proposed = &state.proposed;
        let inputs = serde_json::to_string(&proposed.inputs);
        let number = |value: u64| i64::try_from(value).map_err(|_| StoreError::Misuse("a count too large".to_owned()));
        Ok(Self {
            id: proposed.model.to_string(),
            version: number(state.version)?,
            number: i64::from(proposed.number),
            state: state.state.as_str().to_owned(),
            format: proposed.format.as_str().to_owned(),
            bytes: number(proposed.bytes)?,
            digest: proposed.digest.clone(),
            inputs: inputs.map_err(|_| StoreError::Misuse("names that are no JSON".to_owned()))?,
            trees: number(proposed.trees)?,
            reason: proposed.reason.clone(),
            proposed_by: state.proposers.last().map_or_else(String::new, |by| by.as_str().to_owned()),
            proposed_at: state.proposed_at.as_micros(),
            approved_by: state.approved.as_ref().map(|(by, _)| by.as_str().to_owned()),
            live_at: state.approved.as_ref().map(|(_, at)| at.as_micros()),
            retired_at: state.retired_at.map(Timestamp::as_micros),
        })
    }

    fn row(self) -> Result<ScoreModelRow, StoreError> {
        let id = self.id.as_str();
        let corrupt = |column, detail: &str| StoreError::corrupt(TABLE, column, id, detail);
        let count = |column, value: i64| u64::try_from(value).map_err(|_| corrupt(column, "negative"));
        Ok(ScoreModelRow {
            version: count("version", self.version)?,
            state: word(TABLE, "state", id, ScoreModelState::from_stored(&self.state))?,
            proposed: Proposed {
                model: parse(TABLE, "id", id, id)?,
                number: u32::try_from(self.number).map_err(|_| corrupt("number", "out of range"))?,
                format: word(TABLE, "format", id, ScoreModelFormat::from_stored(&self.format))?,
                bytes: count("bytes", self.bytes)?,
                digest: self.digest,
                inputs: serde_json::from_str(&self.inputs).map_err(|_| corrupt("inputs", "not names"))?,
                trees: count("trees", self.trees)?,
                reason: self.reason,
            },
            proposed_by: ActorRef::from_stored(self.proposed_by),
            proposed_at: Timestamp::from_micros(self.proposed_at),
            approved_by: self.approved_by.map(ActorRef::from_stored),
            live_at: self.live_at.map(Timestamp::from_micros),
            retired_at: self.retired_at.map(Timestamp::from_micros),
        })
    }
}

/// Adds the row of a new version.
pub fn insert(conn: &mut Connection, state: &ScoreModel) -> Result<(), StoreError> {
    let row = Stored::of(state)?;
    on_each!(conn, |c| diesel::insert_into(table::table).values(row).execute(c))?;
    Ok(())
}

/// Brings the row to a state.
pub fn update(conn: &mut Connection, state: &ScoreModel) -> Result<(), StoreError> {
    let (there, row) = (table::table.find(state.proposed.model.to_string()), Stored::of(state)?);
    let rows = on_each!(conn, |c| diesel::update(there).set(row).execute(c))?;
    one_row(rows, TABLE, state.proposed.model)
}

/// The version by which events are scored.
pub fn live(conn: &mut Connection) -> Result<Option<ScoreModelRow>, StoreError> {
    let live = table::table.filter(table::state.eq(ScoreModelState::Live.as_str())).order(table::number.desc());
    let found: Option<Stored> = on_each!(conn, |c| live.select(Stored::as_select()).first(c)).optional()?;
    found.map(Stored::row).transpose()
}

/// A version by its id.
pub fn find(conn: &mut Connection, id: ScoreModelId) -> Result<Option<ScoreModelRow>, StoreError> {
    let there = table::table.find(id.to_string());
    let found: Option<Stored> = on_each!(conn, |c| there.select(Stored::as_select()).first(c)).optional()?;
    found.map(Stored::row).transpose()
}

/// The number that the next version has, from 1.
pub fn next_number(conn: &mut Connection) -> Result<u32, StoreError> {
    let query = table::table.select(diesel::dsl::max(table::number));
    let last: Option<i64> = on_each!(conn, |c| query.first(c))?;
    Ok(u32::try_from(last.unwrap_or_default() + 1).unwrap_or(u32::MAX))
}

/// A page of versions, newest first; in one state, where that is given.
pub fn page(
    conn: &mut Connection,
    state: Option<ScoreModelState>,
    request: &PageRequest,
) -> Result<Page<ScoreModelRow>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<i64>).transpose().map_err(people::wrong_cursor)?;
    let rows: Vec<Stored> = on_each!(conn, |c| {
        let mut query =
            table::table.select(Stored::as_select()).order(table::number.desc()).limit(request.fetch()).into_boxed();
        if let Some(state) = state {
            query = query.filter(table::state.eq(state.as_str()));
        }
        if let Some(before) = before {
            query = query.filter(table::number.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows = rows.into_iter().map(Stored::row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, rows, |row| i64::from(row.proposed.number)))
}

/// Keeps a part of a file.
pub fn put_part(conn: &mut Connection, model: ScoreModelId, part: i64, bytes: &[u8]) -> Result<(), StoreError> {
    let row = (parts::model.eq(model.to_string()), parts::part.eq(part), parts::bytes.eq(bytes));
    on_each!(conn, |c| diesel::insert_into(parts::table).values(row).execute(c))?;
    Ok(())
}

/// A file, its parts put together.
pub fn file(conn: &mut Connection, model: ScoreModelId) -> Result<Vec<u8>, StoreError> {
    let query = parts::table.filter(parts::model.eq(model.to_string())).order(parts::part).select(parts::bytes);
    let found: Vec<Vec<u8>> = on_each!(conn, |c| query.load(c))?;
    Ok(found.concat())
}

/// Damages a file, to see that it is found out.
#[cfg(test)]
pub fn spoil(conn: &mut Connection, model: ScoreModelId) -> Result<(), StoreError> {
    let there = parts::table.filter(parts::model.eq(model.to_string()));
    on_each!(conn, |c| diesel::update(there).set(parts::bytes.eq(vec![b'x'; 9])).execute(c))?;
    Ok(())
}

/// How many parts of files there are.
#[cfg(test)]
pub fn parts_kept(conn: &mut Connection) -> Result<i64, StoreError> {
    Ok(on_each!(conn, |c| parts::table.count().get_result(c))?)
}
