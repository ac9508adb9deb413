//! The list of exports: who took out what and when.

use diesel::{BoolExpressionMethods, ExpressionMethods, QueryDsl, RunQueryDsl};
use kernel::{ActorRef, OrgPath, Page, PageRequest, Problem, Timestamp, id::ExportId};
use ledger::{Connection, StoreError, on_each};

use super::{list::wrong_cursor, one_row, parse, schema::exports, word};
use crate::model::{
    export::{ExportFormat, ExportList, Started},
    parts::RevealGround,
};

const TABLE: &str = "exports";

/// An export in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportRow {
    /// The export.
    pub id: ExportId,
    /// Which list.
    pub list: ExportList,
    /// In which form.
    pub format: ExportFormat,
    /// Who.
    pub by: ActorRef,
    /// Why in clear; masked when absent.
    pub ground: Option<RevealGround>,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Rows that went out.
    pub rows: Option<u64>,
    /// Whether all rows did.
    pub is_whole: bool,
}

/// Adds an export that begins; `unit` is the place of whoever takes it out.
pub fn insert(
    conn: &mut Connection,
    started: &Started,
    unit: &OrgPath,
    by: &ActorRef,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = (
        exports::id.eq(started.export.to_string()),
        exports::list.eq(started.list.as_str()),
        exports::format.eq(started.format.as_str()),
        exports::unit_path.eq(unit.as_str()),
        exports::by.eq(by.as_str()),
        exports::ground.eq(started.ground.map(RevealGround::as_str)),
        exports::started_at.eq(now.as_micros()),
        exports::is_whole.eq(0),
    );
    on_each!(conn, |c| diesel::insert_into(exports::table).values(row).execute(c))?;
    Ok(())
}

/// Writes how an export ended.
pub fn end(
    conn: &mut Connection,
    id: ExportId,
    (rows, is_whole): (u64, bool),
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = exports::table.find(id.to_string());
    let change = (
        exports::ended_at.eq(now.as_micros()),
        exports::rows.eq(rows.cast_signed()),
        exports::is_whole.eq(i32::from(is_whole)),
    );
    let rows = on_each!(conn, |c| diesel::update(there).set(change).execute(c))?;
    one_row(rows, TABLE, id)
}

type Stored = (String, String, String, String, Option<String>, i64, Option<i64>, Option<i64>, i32);

/// A page of the exports by people within the scopes, newest first.
pub fn page(conn: &mut Connection, scopes: &[OrgPath], request: &PageRequest) -> Result<Page<ExportRow>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<String>).transpose().map_err(|_| wrong_cursor())?;
    // Every id lies before this one.
    let before = before.unwrap_or_else(|| "~".to_owned());
    let mut rows: Vec<Stored> = Vec::new();
    for scope in scopes {
        let (from, end) = scope.range();
        let query = exports::table
            .filter(exports::unit_path.ge(from).and(exports::unit_path.lt(end)))
            .filter(exports::id.lt(&before))
            .order(exports::id.desc())
            .limit(request.fetch())
            .select((
                exports::id,
                exports::list,
                exports::format,
                exports::by,
                exports::ground,
                exports::started_at,
                exports::ended_at,
                exports::rows,
                exports::is_whole,
            ));
        rows.extend(on_each!(conn, |c| query.load::<Stored>(c)).map_err(StoreError::from)?);
    }
    rows.sort_by(|one, other| other.0.cmp(&one.0));
    rows.dedup_by(|one, other| one.0 == other.0);
    let rows = rows.into_iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Page::from_rows(request, rows, |row| row.id.to_string()))
}

fn read(row: Stored) -> Result<ExportRow, StoreError> {
    let (id, list, format, by, ground, started_at, ended_at, rows, is_whole) = row;
    let why = ground.as_deref().map(|text| word(TABLE, "ground", &id, RevealGround::from_stored(text)));
    Ok(ExportRow {
        list: word(TABLE, "list", &id, ExportList::from_stored(&list))?,
        format: word(TABLE, "format", &id, ExportFormat::from_stored(&format))?,
        by: ActorRef::from_stored(by),
        ground: why.transpose()?,
        started_at: Timestamp::from_micros(started_at),
        ended_at: ended_at.map(Timestamp::from_micros),
        rows: rows.and_then(|rows| u64::try_from(rows).ok()),
        is_whole: is_whole != 0,
        id: parse(TABLE, "id", &id, &id)?,
    })
}
