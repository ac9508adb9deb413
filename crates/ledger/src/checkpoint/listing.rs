//! Checkpoints for people to look at. Whether one is genuine, `verify` tells; nothing is proved here.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl, SelectableHelper};
use kernel::{Page, PageRequest, Problem, Text};

use super::{Checkpoint, Row};
use crate::{Connection, StoreError, on_each, schema::checkpoints};

/// A page of checkpoints, newest first.
///
/// # Errors
/// When the cursor is not one of this list, or a row does not read.
pub fn page(connection: &mut Connection, request: &PageRequest) -> Result<Page<Checkpoint>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<i64>).transpose().map_err(|_| wrong_cursor())?;
    let query = checkpoints::table
        .filter(checkpoints::number.lt(before.unwrap_or(i64::MAX)))
        .order(checkpoints::number.desc())
        .limit(request.fetch());
    let rows: Vec<Row> = on_each!(connection, |c| query.select(Row::as_select()).load(c)).map_err(StoreError::from)?;
    let list = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::from_rows(request, list, |checkpoint| checkpoint.statement.number))
}

/// One checkpoint.
///
/// # Errors
/// When the row does not read.
pub fn find(connection: &mut Connection, number: i64) -> Result<Option<Checkpoint>, StoreError> {
    let query = checkpoints::table.find(number);
    let row: Option<Row> = on_each!(connection, |c| query.select(Row::as_select()).first(c)).optional()?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Checkpoint, StoreError> {
    let read = Checkpoint::parse(&row.body, &row.signature);
    read.ok_or_else(|| StoreError::corrupt("checkpoints", "body", row.number, "not a statement"))
}

fn wrong_cursor() -> Problem {
    let text = Text::fixed(
        "翻页位置无效，请从第一页重新开始。",
        "The cursor is not one of this list; start from the first page.",
    );
    Problem::invalid("?after", text)
}
