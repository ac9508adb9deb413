//! The list of reports.

use diesel::{BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl};
use kernel::{ActorRef, Date, OrgPath, Page, PageRequest, Problem, Timestamp, id::ReportId};
use ledger::{Connection, StoreError, on_each};

use super::{list::wrong_cursor, one_row, parse, parse_path, schema::reports, word};
use crate::model::report::{Report, ReportKind};

const TABLE: &str = "reports";

/// A report in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    /// The report.
    pub id: ReportId,
    /// How many editions it has.
    pub version: u64,
    /// What kind.
    pub kind: ReportKind,
    /// The place it is about.
    pub scope: OrgPath,
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
    /// As of when its last edition counts.
    pub as_of: Timestamp,
    /// Complaints in its last edition.
    pub received: u64,
    /// Who made that.
    pub made_by: ActorRef,
    /// When.
    pub made_at: Timestamp,
}

/// Adds or renews the row of a report.
pub fn put(conn: &mut Connection, report: &Report, by: &ActorRef, now: Timestamp) -> Result<(), StoreError> {
    let version = i64::try_from(report.editions.len()).unwrap_or(i64::MAX);
    let last = report.editions.last();
    let received = last.map_or(0, |edition| edition.content.received.cast_signed());
    let as_of = last.map_or(now, |edition| edition.as_of).as_micros();
    let changing = (
        reports::version.eq(version),
        reports::as_of.eq(as_of),
        reports::received.eq(received),
        reports::made_by.eq(by.as_str()),
        reports::made_at.eq(now.as_micros()),
    );
    if version > 1 {
        let there = reports::table.find(report.id.to_string());
        let rows = on_each!(conn, |c| diesel::update(there).set(changing).execute(c))?;
        return one_row(rows, TABLE, report.id);
    }
    let row = (
        reports::id.eq(report.id.to_string()),
        reports::kind.eq(report.kind.as_str()),
        reports::unit_path.eq(report.scope.as_str()),
        reports::first_day.eq(report.from.to_string()),
        reports::last_day.eq(report.to.to_string()),
        changing,
    );
    on_each!(conn, |c| diesel::insert_into(reports::table).values(row).execute(c))?;
    Ok(())
}

/// The report of this kind, place and period, if there is one.
pub fn same(
    conn: &mut Connection,
    kind: ReportKind,
    scope: &OrgPath,
    (from, to): (Date, Date),
) -> Result<Option<ReportId>, StoreError> {
    let query = reports::table
        .filter(reports::kind.eq(kind.as_str()).and(reports::unit_path.eq(scope.as_str())))
        .filter(reports::first_day.eq(from.to_string()).and(reports::last_day.eq(to.to_string())))
        .select(reports::id);
    let found: Option<String> = on_each!(conn, |c| query.first(c)).optional()?;
    found.map(|id| parse(TABLE, "id", &id, &id)).transpose()
}

type Stored = (String, i64, String, String, String, String, i64, i64, String, i64);

/// A page of the reports about places within the scopes, newest first.
pub fn page(conn: &mut Connection, scopes: &[OrgPath], request: &PageRequest) -> Result<Page<ReportRow>, Problem> {
    let before = request.after.as_ref().map(kernel::Cursor::key::<String>).transpose().map_err(|_| wrong_cursor())?;
    // Every id lies before this one.
    let before = before.unwrap_or_else(|| "~".to_owned());
    let mut rows: Vec<Stored> = Vec::new();
    for scope in scopes {
        let (from, end) = scope.range();
        let query = reports::table
            .filter(reports::unit_path.ge(from).and(reports::unit_path.lt(end)))
            .filter(reports::id.lt(&before))
            .order(reports::id.desc())
            .limit(request.fetch());
        rows.extend(on_each!(conn, |c| query.load::<Stored>(c)).map_err(StoreError::from)?);
    }
    rows.sort_by(|one, other| other.0.cmp(&one.0));
    rows.dedup_by(|one, other| one.0 == other.0);
    let rows = rows.into_iter().map(read).collect::<Result<Vec<_>, StoreError>>()?;
    Ok(Page::from_rows(request, rows, |row| row.id.to_string()))
}

fn read(row: Stored) -> Result<ReportRow, StoreError> {
    let (id, version, kind, unit, from, to, as_of, received, made_by, made_at) = row;
    Ok(ReportRow {
        version: u64::try_from(version).map_err(|_| StoreError::corrupt(TABLE, "version", &id, "negative"))?,
        kind: word(TABLE, "kind", &id, ReportKind::from_stored(&kind))?,
        scope: parse_path(TABLE, "unit_path", &id, &unit)?,
        from: parse(TABLE, "first_day", &id, &from)?,
        to: parse(TABLE, "last_day", &id, &to)?,
        as_of: Timestamp::from_micros(as_of),
        received: u64::try_from(received).unwrap_or_default(),
        made_by: ActorRef::from_stored(made_by),
        made_at: Timestamp::from_micros(made_at),
        id: parse(TABLE, "id", &id, &id)?,
    })
}
