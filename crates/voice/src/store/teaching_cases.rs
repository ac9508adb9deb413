//! The list of teaching cases, and how they are found.

use diesel::{
    AsChangeset, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable,
    SelectableHelper,
};
use kernel::{
    ActorRef, OrgPath, Timestamp,
    id::{OrderId, TeachingCaseId},
};
use ledger::{Connection, StoreError, on_each};
use seal::WrappedKey;

use super::{one_row, parse, parse_path, schema::teaching_cases, word};
use crate::model::teaching_case::{CaseStage, TeachingCase};

const TABLE: &str = "teaching_cases";

/// Cases of a bank at most that a search goes through: some hundreds a year for decades.
const SEARCHED_MAX: i64 = 20_000;

#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = teaching_cases, treat_none_as_null = true, treat_none_as_default_value = false)]
struct Stored {
    id: String,
    version: i64,
    stage: String,
    edition: i64,
    order_id: String,
    unit_path: String,
    business: Option<String>,
    reason: Option<String>,
    cause: Option<String>,
    title: String,
    body: String,
    tags: String,
    made_by: String,
    made_at: i64,
    published_at: Option<i64>,
}

/// A teaching case in the list: what was published last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRow {
    /// The id.
    pub id: TeachingCaseId,
    /// How many events it has.
    pub version: u64,
    /// The step.
    pub stage: CaseStage,
    /// How many editions were published.
    pub edition: u64,
    /// The order it came from.
    pub order: OrderId,
    /// The place of the order.
    pub unit: OrgPath,
    /// Axis B.
    pub business: Option<String>,
    /// Axis C.
    pub reason: Option<String>,
    /// The root cause.
    pub cause: Option<String>,
    /// The title as published; empty before.
    pub title: String,
    /// All texts as published, for searches.
    pub body: String,
    /// The tags as published.
    pub tags: Vec<String>,
    /// Who wrote it.
    pub made_by: ActorRef,
    /// When.
    pub made_at: Timestamp,
    /// When it was published last.
    pub published_at: Option<Timestamp>,
}

impl TryFrom<Stored> for CaseRow {
    type Error = StoreError;

    fn try_from(row: Stored) -> Result<Self, StoreError> {
        let id = row.id.as_str();
        let count =
            |column, value: i64| u64::try_from(value).map_err(|_| StoreError::corrupt(TABLE, column, id, "negative"));
        Ok(Self {
            id: parse(TABLE, "id", id, id)?,
            version: count("version", row.version)?,
            stage: word(TABLE, "stage", id, CaseStage::from_stored(&row.stage))?,
            edition: count("edition", row.edition)?,
            order: parse(TABLE, "order_id", id, &row.order_id)?,
            unit: parse_path(TABLE, "unit_path", id, &row.unit_path)?,
            made_at: Timestamp::from_micros(row.made_at),
            published_at: row.published_at.map(Timestamp::from_micros),
            tags: row.tags.lines().map(str::to_owned).collect(),
            made_by: ActorRef::from_stored(row.made_by),
            business: row.business,
            reason: row.reason,
            cause: row.cause,
            title: row.title,
            body: row.body,
        })
    }
}

/// What lists and searches have of an edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// The title.
    pub title: String,
    /// All texts.
    pub body: String,
    /// When it was published.
    pub at: Option<Timestamp>,
}

fn stored(case: &TeachingCase, shown: &Shown, now: Timestamp) -> Stored {
    let key = |key: &Option<crate::model::parts::AxisKey>| key.as_ref().map(|key| key.as_str().to_owned());
    Stored {
        id: case.id.to_string(),
        version: case.version.cast_signed(),
        stage: case.stage.as_str().to_owned(),
        edition: i64::try_from(case.editions.len()).unwrap_or(i64::MAX),
        order_id: case.order.to_string(),
        unit_path: case.unit.as_str().to_owned(),
        business: key(&case.business),
        reason: key(&case.reason),
        cause: key(&case.cause),
        title: shown.title.clone(),
        body: shown.body.clone(),
        tags: case.editions.last().map(|(texts, ..)| texts.tags.join("\n")).unwrap_or_default(),
        made_by: case.written_by.as_str().to_owned(),
        made_at: now.as_micros(),
        published_at: shown.at.map(Timestamp::as_micros),
    }
}

/// Adds the row of a new case.
pub fn insert(
    conn: &mut Connection,
    case: &TeachingCase,
    wrapped: &WrappedKey,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (stored(case, &Shown::default(), now), teaching_cases::wrapped_key.eq(Some(wrapped.as_str())));
    on_each!(conn, |c| diesel::insert_into(teaching_cases::table).values(row).execute(c))?;
    Ok(())
}

/// Brings the row of a case up to date; what is shown stays when `shown` is `None`.
pub fn update(
    conn: &mut Connection,
    case: &TeachingCase,
    shown: Option<Shown>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let shown = match shown {
        Some(shown) => shown,
        None => find(conn, case.id)?.map_or_else(Shown::default, |row| Shown {
            title: row.title,
            body: row.body,
            at: row.published_at,
        }),
    };
    let there = teaching_cases::table.find(case.id.to_string());
    let rows = on_each!(conn, |c| diesel::update(there).set(stored(case, &shown, now)).execute(c))?;
    one_row(rows, TABLE, case.id)
}

/// One row.
pub fn find(conn: &mut Connection, id: TeachingCaseId) -> Result<Option<CaseRow>, StoreError> {
    let query = teaching_cases::table.find(id.to_string());
    on_each!(conn, |c| query.select(Stored::as_select()).first(c)).optional()?.map(CaseRow::try_from).transpose()
}

/// The key of a case's texts.
pub fn key(conn: &mut Connection, id: TeachingCaseId) -> Result<Option<WrappedKey>, StoreError> {
    let query = teaching_cases::table.find(id.to_string()).select(teaching_cases::wrapped_key);
    let found: Option<Option<String>> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(found.flatten().map(WrappedKey::from_stored))
}

/// All cases at these steps, newest first.
pub fn all(conn: &mut Connection, stages: &[CaseStage]) -> Result<Vec<CaseRow>, StoreError> {
    let stages: Vec<&str> = stages.iter().map(|stage| stage.as_str()).collect();
    let query = teaching_cases::table
        .filter(teaching_cases::stage.eq_any(stages))
        .order(teaching_cases::id.desc())
        .limit(SEARCHED_MAX);
    let rows: Vec<Stored> = on_each!(conn, |c| query.select(Stored::as_select()).load(c))?;
    rows.into_iter().map(CaseRow::try_from).collect()
}
