//! Lists of past complaints that were uploaded, the rows of them that were not taken, and saved mappings. A fault names line,
//! column and reason; a value of a list is never kept.

use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::{ActorRef, Page, PageRequest, Problem, Text, Timestamp, id::ImportId};
use ledger::{Connection, StoreError, on_each};
use people::model::upload::UploadState;
use table::RowError;

use super::{
    list::wrong_cursor,
    one_row, parse, parse_path,
    schema::{past_list_errors as faults, past_lists as lists, past_mappings as mappings},
};
use crate::past_list::{Counts, PastList, mapping::Mapping};

const LISTS: &str = "past_lists";
/// Mappings that are offered: a bank has some tens of lists.
pub const MAPPINGS_MAX: i64 = 200;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = lists)]
struct StoredList {
    id: String,
    source: String,
    unit_path: String,
    taken_by: String,
    digest: String,
    bytes: i64,
    bytes_read: i64,
    state: String,
    started_at: i64,
    touched_at: i64,
    taken: i64,
    already: i64,
    repeated: i64,
    skipped: i64,
    refused: i64,
    failure_zh: String,
    failure_en: String,
}

impl TryFrom<StoredList> for PastList {
    type Error = StoreError;

    fn try_from(row: StoredList) -> Result<Self, StoreError> {
        let count = |column, value: i64| {
            u64::try_from(value).map_err(|_| StoreError::corrupt(LISTS, column, &row.id, "negative"))
        };
        Ok(Self {
            id: parse(LISTS, "id", &row.id, &row.id)?,
            unit: parse_path(LISTS, "unit_path", &row.id, &row.unit_path)?,
            state: parse(LISTS, "state", &row.id, &row.state)?,
            counts: Counts {
                taken: count("taken", row.taken)?,
                already: count("already", row.already)?,
                repeated: count("repeated", row.repeated)?,
                skipped: count("skipped", row.skipped)?,
                refused: count("refused", row.refused)?,
            },
            bytes: count("bytes", row.bytes)?,
            bytes_read: count("bytes_read", row.bytes_read)?,
            taken_by: ActorRef::from_stored(row.taken_by),
            source: row.source,
            digest: row.digest,
            started_at: Timestamp::from_micros(row.started_at),
            touched_at: Timestamp::from_micros(row.touched_at),
            failure: (!row.failure_zh.is_empty()).then(|| Text::of(row.failure_zh, row.failure_en)),
        })
    }
}

/// A count as a column.
fn column(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// Adds a list of which no row was looked at yet.
pub fn insert(conn: &mut Connection, list: &PastList) -> Result<(), StoreError> {
    let row = StoredList {
        id: list.id.to_string(),
        source: list.source.clone(),
        unit_path: list.unit.as_str().to_owned(),
        taken_by: list.taken_by.as_str().to_owned(),
        digest: list.digest.clone(),
        bytes: column(list.bytes),
        bytes_read: 0,
        state: list.state.as_str().to_owned(),
        started_at: list.started_at.as_micros(),
        touched_at: list.touched_at.as_micros(),
        taken: 0,
        already: 0,
        repeated: 0,
        skipped: 0,
        refused: 0,
        failure_zh: String::new(),
        failure_en: String::new(),
    };
    on_each!(conn, |c| diesel::insert_into(lists::table).values(row).execute(c))?;
    Ok(())
}

/// Adds what a batch came to, and says how far the list is read.
pub fn advance(
    conn: &mut Connection,
    id: ImportId,
    batch: &Counts,
    bytes_read: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = lists::table.find(id.to_string());
    let change = (
        lists::taken.eq(lists::taken + column(batch.taken)),
        lists::already.eq(lists::already + column(batch.already)),
        lists::repeated.eq(lists::repeated + column(batch.repeated)),
        lists::skipped.eq(lists::skipped + column(batch.skipped)),
        lists::refused.eq(lists::refused + column(batch.refused)),
        lists::bytes_read.eq(column(bytes_read)),
        lists::touched_at.eq(now.as_micros()),
    );
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, LISTS, id)
}

/// Keeps rows that were not taken; `from` is the place of the first.
pub fn refuse(conn: &mut Connection, id: ImportId, from: usize, errors: &[RowError]) -> Result<(), StoreError> {
    for (error, place) in errors.iter().zip(from..) {
        let row = (
            faults::list.eq(id.to_string()),
            faults::place.eq(i64::try_from(place).unwrap_or(i64::MAX)),
            faults::line.eq(column(error.line)),
            faults::column_name.eq(&error.column),
            faults::reason_zh.eq(error.reason.zh.as_ref()),
            faults::reason_en.eq(error.reason.en.as_ref()),
        );
        on_each!(conn, |c| diesel::insert_into(faults::table).values(row).execute(c))?;
    }
    Ok(())
}

/// Says how a list ended.
pub fn end(
    conn: &mut Connection,
    id: ImportId,
    state: UploadState,
    failure: Option<&Text>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = lists::table.find(id.to_string());
    let change = (
        lists::state.eq(state.as_str()),
        lists::bytes_read.eq(lists::bytes),
        lists::touched_at.eq(now.as_micros()),
        lists::failure_zh.eq(failure.map_or("", |text| text.zh.as_ref())),
        lists::failure_en.eq(failure.map_or("", |text| text.en.as_ref())),
    );
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, LISTS, id)
}

/// A list.
pub fn find(conn: &mut Connection, id: ImportId) -> Result<Option<PastList>, StoreError> {
    let id = id.to_string();
    let row: Option<StoredList> =
        on_each!(conn, |c| lists::table.find(&id).select(StoredList::as_select()).first(c)).optional()?;
    row.map(PastList::try_from).transpose()
}

/// The rows of a list that were not taken, in the order in which they were found; at most `count_max`.
pub fn errors(conn: &mut Connection, id: ImportId, count_max: usize) -> Result<Vec<RowError>, StoreError> {
    let query = faults::table
        .filter(faults::list.eq(id.to_string()))
        .order(faults::place)
        .limit(i64::try_from(count_max).unwrap_or(i64::MAX))
        .select((faults::line, faults::column_name, faults::reason_zh, faults::reason_en));
    let rows: Vec<(i64, String, String, String)> = on_each!(conn, |c| query.load(c))?;
    let error = |(line, column, zh, en): (i64, String, String, String)| RowError {
        line: u64::try_from(line).unwrap_or_default(),
        column,
        reason: Text::of(zh, en),
    };
    Ok(rows.into_iter().map(error).collect())
}

/// A page of lists, newest first.
pub fn page(conn: &mut Connection, request: &PageRequest) -> Result<Page<PastList>, Problem> {
    let before: Option<String> =
        request.after.as_ref().map(kernel::Cursor::key).transpose().map_err(|_| wrong_cursor())?;
    let rows: Vec<StoredList> = on_each!(conn, |c| {
        let all = lists::table.select(StoredList::as_select()).order(lists::id.desc());
        let mut query = all.limit(request.fetch()).into_boxed();
        if let Some(before) = &before {
            query = query.filter(lists::id.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows = rows.into_iter().map(PastList::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, rows, |list| list.id.to_string()))
}

/// Saves a mapping under the name of its list, in the place of an older one.
pub fn save_mapping(conn: &mut Connection, mapping: &Mapping, by: &ActorRef, now: Timestamp) -> Result<(), StoreError> {
    let body = serde_json::to_string(mapping)
        .map_err(|_| StoreError::corrupt("past_mappings", "body", &mapping.source, "cannot be written as JSON"))?;
    let there = mappings::table.find(&mapping.source);
    on_each!(conn, |c| diesel::delete(there).execute(c))?;
    let row = (
        mappings::source.eq(&mapping.source),
        mappings::body.eq(&body),
        mappings::saved_by.eq(by.as_str()),
        mappings::saved_at.eq(now.as_micros()),
    );
    on_each!(conn, |c| diesel::insert_into(mappings::table).values(row).execute(c))?;
    Ok(())
}

/// The saved mappings, the last saved first; at most [`MAPPINGS_MAX`].
pub fn saved_mappings(conn: &mut Connection) -> Result<Vec<Mapping>, StoreError> {
    let query = mappings::table
        .order((mappings::saved_at.desc(), mappings::source))
        .limit(MAPPINGS_MAX)
        .select((mappings::source, mappings::body));
    let rows: Vec<(String, String)> = on_each!(conn, |c| query.load(c))?;
    let mapping = |(source, body): (String, String)| {
        Mapping::parse_json(&body)
            .map_err(|_| StoreError::corrupt("past_mappings", "body", &source, "not what this program writes"))
    };
    rows.into_iter().map(mapping).collect()
}
