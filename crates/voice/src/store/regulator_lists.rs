//! Lists that were passed on, and what became of their rows, written once and read a page at a time.

use diesel::{ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl};
use kernel::{ActorRef, OrgPath, Page, PageRequest, Problem, Timestamp, id::RegulatorListId};
use ledger::{Connection, StoreError, on_each};
use regulation::MatterSource;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    list::wrong_cursor,
    parse, parse_path,
    schema::{regulator_list_rows as list_rows, regulator_lists as lists},
    word,
};
use crate::{
    model::correction::CorrectedField,
    regulator_list::{Counts, Report, RowOutcome, RowReport, UnknownColumn},
};

const LISTS: &str = "regulator_lists";
const ROWS: &str = "regulator_list_rows";
/// Rows that one statement adds, well below the values that either engine takes in one.
const ROWS_TOGETHER: usize = 500;
/// Lists read at a time while those are looked for that the caller may see; a bank takes in a few a week.
const READ_TOGETHER: i64 = 500;

/// A list as its own row says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRecord {
    /// The list.
    pub id: RegulatorListId,
    /// Who passed it on.
    pub source: MatterSource,
    /// Where its rows went whose unit was not named.
    pub unit: OrgPath,
    /// Who took it in.
    pub taken_by: ActorRef,
    /// When.
    pub taken_at: Timestamp,
    /// The hash of the file in hexadecimal.
    pub digest: String,
    /// How many rows became what.
    pub counts: Counts,
    /// Columns that were passed over.
    pub unknown_columns: Vec<UnknownColumn>,
}

#[derive(Insertable, Queryable)]
#[diesel(table_name = lists)]
struct StoredList {
    id: String,
    source: String,
    unit_path: String,
    taken_by: String,
    taken_at: i64,
    digest: String,
    counts: String,
    unknown_columns: String,
}

#[derive(Insertable, Queryable)]
#[diesel(table_name = list_rows)]
struct StoredRow {
    list: String,
    line: i64,
    number: Option<String>,
    outcome: String,
    order_id: Option<String>,
    fields: String,
    notes: String,
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn from_json<T: DeserializeOwned>(
    table: &'static str,
    column: &'static str,
    row: &str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::corrupt(table, column, row, "not what this program writes"))
}

/// Keeps a list and what became of its rows.
pub fn insert(conn: &mut Connection, record: &ListRecord, report: &Report) -> Result<(), StoreError> {
    let id = record.id.to_string();
    let row = StoredList {
        id: id.clone(),
        source: record.source.as_str().to_owned(),
        unit_path: record.unit.as_str().to_owned(),
        taken_by: record.taken_by.as_str().to_owned(),
        taken_at: record.taken_at.as_micros(),
        digest: record.digest.clone(),
        counts: json(&record.counts),
        unknown_columns: json(&record.unknown_columns),
    };
    on_each!(conn, |c| diesel::insert_into(lists::table).values(row).execute(c))?;
    for some in report.rows.chunks(ROWS_TOGETHER) {
        for row in some {
            let row = StoredRow {
                list: id.clone(),
                line: i64::try_from(row.line).unwrap_or(i64::MAX),
                number: row.number.clone(),
                outcome: row.outcome.as_str().to_owned(),
                order_id: row.order.map(|order| order.to_string()),
                fields: json(&row.fields),
                notes: json(&row.notes),
            };
            on_each!(conn, |c| diesel::insert_into(list_rows::table).values(row).execute(c))?;
        }
    }
    Ok(())
}

impl TryFrom<StoredList> for ListRecord {
    type Error = StoreError;

    fn try_from(row: StoredList) -> Result<Self, StoreError> {
        let id = row.id.as_str();
        let source = MatterSource::ALL.into_iter().find(|source| source.as_str() == row.source);
        Ok(Self {
            id: parse(LISTS, "id", id, id)?,
            source: word(LISTS, "source", id, source)?,
            unit: parse_path(LISTS, "unit_path", id, &row.unit_path)?,
            taken_by: ActorRef::from_stored(row.taken_by.clone()),
            taken_at: Timestamp::from_micros(row.taken_at),
            counts: from_json(LISTS, "counts", id, &row.counts)?,
            unknown_columns: from_json(LISTS, "unknown_columns", id, &row.unknown_columns)?,
            digest: row.digest,
        })
    }
}

impl TryFrom<StoredRow> for RowReport {
    type Error = StoreError;

    fn try_from(row: StoredRow) -> Result<Self, StoreError> {
        let key = format!("{}/{}", row.list, row.line);
        let fields: Vec<CorrectedField> = from_json(ROWS, "fields", &key, &row.fields)?;
        Ok(Self {
            line: u64::try_from(row.line).map_err(|_| StoreError::corrupt(ROWS, "line", &key, "negative"))?,
            outcome: word(ROWS, "outcome", &key, RowOutcome::from_stored(&row.outcome))?,
            order: row.order_id.as_deref().map(|order| parse(ROWS, "order_id", &key, order)).transpose()?,
            fields,
            notes: from_json(ROWS, "notes", &key, &row.notes)?,
            number: row.number,
        })
    }
}

/// One list.
pub fn find(conn: &mut Connection, id: RegulatorListId) -> Result<Option<ListRecord>, StoreError> {
    let query = lists::table.find(id.to_string());
    let row: Option<StoredList> = on_each!(conn, |c| query.first(c)).optional()?;
    row.map(ListRecord::try_from).transpose()
}

/// The lists of units at or below one of `scopes`, newest first.
pub fn page(conn: &mut Connection, scopes: &[OrgPath], request: &PageRequest) -> Result<Page<ListRecord>, Problem> {
    let mut before: String = match &request.after {
        Some(cursor) => cursor.key().map_err(|_| wrong_cursor())?,
        // Behind every id: `~` sorts after all of their characters.
        None => "~".to_owned(),
    };
    let mut found = Vec::new();
    // Ends, because each turn begins behind the last one, or there is no more to read.
    while found.len() <= request.limit() {
        let query = lists::table.filter(lists::id.lt(before.clone())).order(lists::id.desc()).limit(READ_TOGETHER);
        let rows: Vec<StoredList> = on_each!(conn, |c| query.load(c)).map_err(StoreError::from)?;
        let Some(last) = rows.last() else { break };
        before.clone_from(&last.id);
        for row in rows {
            let record = ListRecord::try_from(row)?;
            if scopes.iter().any(|scope| scope.contains(&record.unit)) {
                found.push(record);
            }
        }
    }
    found.truncate(request.limit() + 1);
    Ok(Page::from_rows(request, found, |record| record.id.to_string()))
}

/// What became of the rows of a list, in order, a page at a time.
pub fn rows(conn: &mut Connection, id: RegulatorListId, request: &PageRequest) -> Result<Page<RowReport>, Problem> {
    let after: i64 = match &request.after {
        Some(cursor) => cursor.key().map_err(|_| wrong_cursor())?,
        None => 0,
    };
    let query = list_rows::table
        .filter(list_rows::list.eq(id.to_string()))
        .filter(list_rows::line.gt(after))
        .order(list_rows::line)
        .limit(request.fetch());
    let rows: Vec<StoredRow> = on_each!(conn, |c| query.load(c)).map_err(StoreError::from)?;
    let rows = rows.into_iter().map(RowReport::try_from).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Page::from_rows(request, rows, |row| row.line))
}
