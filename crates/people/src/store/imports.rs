//! Lists that were uploaded, as rows: how far each is, what became of it, and which of its rows were not taken. An error names
//! line, column and reason; a value of the list is never kept.

use diesel::{
    ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use kernel::{ActorRef, Page, PageRequest, Problem, Text, Timestamp, id::ImportId};
use ledger::{Connection, StoreError, on_each};

use super::{
    one_row, parse,
    schema::{import_errors, imports},
};
use crate::model::upload::{Counts, Refused, Upload, UploadKind, UploadState};

const TABLE: &str = "imports";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = imports)]
struct Row {
    id: String,
    kind: String,
    taken_by: String,
    digest: String,
    bytes: i64,
    bytes_read: i64,
    state: String,
    started_at: i64,
    touched_at: i64,
    added: i64,
    changed: i64,
    unchanged: i64,
    refused: i64,
    failure_zh: String,
    failure_en: String,
}

impl TryFrom<Row> for Upload {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let count = |column, value: i64| {
            u64::try_from(value).map_err(|_| StoreError::corrupt(TABLE, column, &row.id, "negative"))
        };
        Ok(Self {
            id: parse(TABLE, "id", &row.id, &row.id)?,
            kind: parse(TABLE, "kind", &row.id, &row.kind)?,
            state: parse(TABLE, "state", &row.id, &row.state)?,
            counts: Counts {
                added: count("added", row.added)?,
                changed: count("changed", row.changed)?,
                unchanged: count("unchanged", row.unchanged)?,
                refused: count("refused", row.refused)?,
            },
            bytes: count("bytes", row.bytes)?,
            bytes_read: count("bytes_read", row.bytes_read)?,
            taken_by: ActorRef::from_stored(row.taken_by),
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

/// Adds an upload.
pub fn insert(conn: &mut Connection, upload: &Upload) -> Result<(), StoreError> {
    let failure = upload.failure.clone().unwrap_or_else(|| Text::fixed("", ""));
    let row = Row {
        id: upload.id.to_string(),
        kind: upload.kind.as_str().to_owned(),
        taken_by: upload.taken_by.as_str().to_owned(),
        digest: upload.digest.clone(),
        bytes: column(upload.bytes),
        bytes_read: column(upload.bytes_read),
        state: upload.state.as_str().to_owned(),
        started_at: upload.started_at.as_micros(),
        touched_at: upload.touched_at.as_micros(),
        added: column(upload.counts.added),
        changed: column(upload.counts.changed),
        unchanged: column(upload.counts.unchanged),
        refused: column(upload.counts.refused),
        failure_zh: failure.zh.into_owned(),
        failure_en: failure.en.into_owned(),
    };
    on_each!(conn, |c| diesel::insert_into(imports::table).values(row).execute(c))?;
    Ok(())
}

/// Adds what a piece of the list came to, and says how far it is read.
pub fn advance(
    conn: &mut Connection,
    id: ImportId,
    piece: &Counts,
    bytes_read: u64,
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = imports::table.find(id.to_string());
    let change = (
        imports::added.eq(imports::added + column(piece.added)),
        imports::changed.eq(imports::changed + column(piece.changed)),
        imports::unchanged.eq(imports::unchanged + column(piece.unchanged)),
        imports::refused.eq(imports::refused + column(piece.refused)),
        imports::bytes_read.eq(column(bytes_read)),
        imports::touched_at.eq(now.as_micros()),
    );
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, TABLE, id)
}

/// Keeps rows that were not taken; `from` is the place of the first.
pub fn refuse(conn: &mut Connection, id: ImportId, from: usize, refused: &[Refused]) -> Result<(), StoreError> {
    for (error, place) in refused.iter().zip(from..) {
        let row = (
            import_errors::import_id.eq(id.to_string()),
            import_errors::place.eq(i64::try_from(place).unwrap_or(i64::MAX)),
            import_errors::line.eq(column(error.line)),
            import_errors::column_name.eq(&error.column),
            import_errors::reason_zh.eq(error.reason.zh.as_ref()),
            import_errors::reason_en.eq(error.reason.en.as_ref()),
        );
        on_each!(conn, |c| diesel::insert_into(import_errors::table).values(row).execute(c))?;
    }
    Ok(())
}

/// Says how an upload ended.
pub fn end(
    conn: &mut Connection,
    id: ImportId,
    state: UploadState,
    failure: Option<&Text>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = imports::table.find(id.to_string());
    let change = (
        imports::state.eq(state.as_str()),
        imports::bytes_read.eq(imports::bytes),
        imports::touched_at.eq(now.as_micros()),
        imports::failure_zh.eq(failure.map_or("", |text| text.zh.as_ref())),
        imports::failure_en.eq(failure.map_or("", |text| text.en.as_ref())),
    );
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, TABLE, id)
}

/// An upload.
pub fn find(conn: &mut Connection, id: ImportId) -> Result<Option<Upload>, StoreError> {
    let id = id.to_string();
    let row: Option<Row> = on_each!(conn, |c| imports::table.find(&id).select(Row::as_select()).first(c)).optional()?;
    row.map(Upload::try_from).transpose()
}

/// The rows of an upload that were not taken, in the order of their lines.
pub fn errors(conn: &mut Connection, id: ImportId) -> Result<Vec<Refused>, StoreError> {
    let query = import_errors::table
        .filter(import_errors::import_id.eq(id.to_string()))
        .order((import_errors::line, import_errors::place))
        .select((import_errors::line, import_errors::column_name, import_errors::reason_zh, import_errors::reason_en));
    let rows: Vec<(i64, String, String, String)> = on_each!(conn, |c| query.load(c))?;
    let refused = |(line, column, zh, en): (i64, String, String, String)| Refused {
        line: u64::try_from(line).unwrap_or_default(),
        column,
        reason: Text::of(zh, en),
    };
    Ok(rows.into_iter().map(refused).collect())
}

/// A page of uploads of some kinds, newest first.
pub fn page(conn: &mut Connection, kinds: &[UploadKind], request: &PageRequest) -> Result<Page<Upload>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<String>).transpose().map_err(crate::wrong_cursor)?;
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let rows: Vec<Row> = on_each!(conn, |c| {
        let mut query = imports::table
            .select(Row::as_select())
            .filter(imports::kind.eq_any(&kinds))
            .order(imports::id.desc())
            .limit(request.fetch())
            .into_boxed();
        if let Some(before) = &before {
            query = query.filter(imports::id.lt(before));
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    let rows = rows.into_iter().map(Upload::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, rows, |upload| upload.id.to_string()))
}
