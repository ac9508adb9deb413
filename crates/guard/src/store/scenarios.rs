//! The versions of scenarios as rows beside their streams.

use decide::scenario::ScenarioSpec;
use diesel::{
    AsChangeset, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper,
};
use kernel::{ActorRef, Page, PageRequest, Problem, Timestamp, id::ScenarioId};
use ledger::{
    Connection, StoreError, on_each,
    rows::{one_row, parse, word},
};

use super::schema::guard_scenarios as table;
use crate::model::scenario::{Scenario, ScenarioState};

const TABLE: &str = "guard_scenarios";

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = table, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Stored {
    id: String,
    version: i64,
    name: String,
    number: i64,
    state: String,
    spec: String,
    drafted_by: String,
    drafted_at: i64,
    approved_by: Option<String>,
    live_at: Option<i64>,
    retired_at: Option<i64>,
}

/// A version as lists and the engine read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioRow {
    /// The version's id.
    pub id: ScenarioId,
    /// How many events it has.
    pub version: u64,
    /// Which version of its name it is.
    pub number: u32,
    /// How it stands.
    pub state: ScenarioState,
    /// What it says.
    pub spec: ScenarioSpec,
    /// Who drafted it.
    pub drafted_by: ActorRef,
    /// When.
    pub drafted_at: Timestamp,
    /// Who approved it.
    pub approved_by: Option<ActorRef>,
    /// When it went live.
    pub live_at: Option<Timestamp>,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
}

impl Stored {
    fn of(state: &Scenario) -> Result<Self, StoreError> {
        let spec = serde_json::to_string(&state.spec);
        let spec = spec.map_err(|_| StoreError::Misuse("a scenario that is no JSON".to_owned()))?;
        Ok(Self {
            id: state.id.to_string(),
            version: state.version.cast_signed(),
            name: state.spec.name.clone(),
            number: i64::from(state.number),
            state: state.state.as_str().to_owned(),
            spec,
            drafted_by: state.authors.first().map_or_else(String::new, |author| author.as_str().to_owned()),
            drafted_at: state.drafted_at.as_micros(),
            approved_by: state.approved.as_ref().map(|(by, _)| by.as_str().to_owned()),
            live_at: state.approved.as_ref().map(|(_, at)| at.as_micros()),
            retired_at: state.retired_at.map(Timestamp::as_micros),
        })
    }

    fn row(self) -> Result<ScenarioRow, StoreError> {
        let id = self.id.as_str();
        let corrupt = |column, detail: &str| StoreError::corrupt(TABLE, column, id, detail);
        Ok(ScenarioRow {
            id: parse(TABLE, "id", id, id)?,
            version: u64::try_from(self.version).map_err(|_| corrupt("version", "negative"))?,
            number: u32::try_from(self.number).map_err(|_| corrupt("number", "out of range"))?,
            state: word(TABLE, "state", id, ScenarioState::from_stored(&self.state))?,
            spec: serde_json::from_str(&self.spec).map_err(|_| corrupt("spec", "not a scenario"))?,
            drafted_by: ActorRef::from_stored(self.drafted_by),
            drafted_at: Timestamp::from_micros(self.drafted_at),
            approved_by: self.approved_by.map(ActorRef::from_stored),
            live_at: self.live_at.map(Timestamp::from_micros),
            retired_at: self.retired_at.map(Timestamp::from_micros),
        })
    }
}

/// Adds the row of a new version.
pub fn insert(conn: &mut Connection, state: &Scenario) -> Result<(), StoreError> {
    let row = Stored::of(state)?;
    on_each!(conn, |c| diesel::insert_into(table::table).values(row).execute(c))?;
    Ok(())
}

/// Brings the row to a state.
pub fn update(conn: &mut Connection, state: &Scenario) -> Result<(), StoreError> {
    let (there, row) = (table::table.find(state.id.to_string()), Stored::of(state)?);
    let rows = on_each!(conn, |c| diesel::update(there).set(row).execute(c))?;
    one_row(rows, TABLE, state.id)
}

/// The versions that decide, by name.
pub fn live(conn: &mut Connection) -> Result<Vec<ScenarioRow>, StoreError> {
    let rows: Vec<Stored> = on_each!(conn, |c| table::table
        .filter(table::state.eq(ScenarioState::Live.as_str()))
        .order((table::name, table::number))
        .select(Stored::as_select())
        .load(c))?;
    rows.into_iter().map(Stored::row).collect()
}

/// The number that the next version of a name has, from 1.
pub fn next_number(conn: &mut Connection, name: &str) -> Result<u32, StoreError> {
    let query = table::table.filter(table::name.eq(name)).select(diesel::dsl::max(table::number));
    let last: Option<i64> = on_each!(conn, |c| query.first(c))?;
    Ok(u32::try_from(last.unwrap_or_default() + 1).unwrap_or(u32::MAX))
}

/// A version by its id.
pub fn find(conn: &mut Connection, id: ScenarioId) -> Result<Option<ScenarioRow>, StoreError> {
    let found: Option<Stored> =
        on_each!(conn, |c| table::table.find(id.to_string()).select(Stored::as_select()).first(c)).optional()?;
    found.map(Stored::row).transpose()
}

/// What a version of a name says, if it ever decided.
pub fn spec_of(conn: &mut Connection, name: &str, number: u32) -> Result<Option<ScenarioSpec>, StoreError> {
    let found: Option<Stored> = on_each!(conn, |c| table::table
        .filter(table::name.eq(name))
        .filter(table::number.eq(i64::from(number)))
        .filter(table::live_at.is_not_null())
        .select(Stored::as_select())
        .first(c))
    .optional()?;
    Ok(found.map(Stored::row).transpose()?.map(|row| row.spec))
}

/// Whether there is any version of any scenario.
pub fn is_any_there(conn: &mut Connection) -> Result<bool, StoreError> {
    let count: i64 = on_each!(conn, |c| table::table.count().get_result(c))?;
    Ok(count > 0)
}

/// A page of versions, newest first; of one name, and in one state, where those are given.
pub fn page(
    conn: &mut Connection,
    (name, state): (Option<&str>, Option<ScenarioState>),
    request: &PageRequest,
) -> Result<Page<ScenarioRow>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<String>).transpose().map_err(people::wrong_cursor)?;
    let rows: Vec<Stored> = on_each!(conn, |c| {
        let mut query =
            table::table.select(Stored::as_select()).order(table::id.desc()).limit(request.fetch()).into_boxed();
        if let Some(name) = name {
            query = query.filter(table::name.eq(name));
        }
        if let Some(state) = state {
            query = query.filter(table::state.eq(state.as_str()));
        }
        if let Some(before) = &before {
            query = query.filter(table::id.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows = rows.into_iter().map(Stored::row).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, rows, |row| row.id.to_string()))
}
