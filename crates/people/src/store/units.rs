//! Units as rows. Everything is found by id, code or place; a scope is a range of paths.

use std::collections::{HashMap, HashSet};

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl,
    Queryable, RunQueryDsl, Selectable, SelectableHelper, TextExpressionMethods,
};
use kernel::{OrgPath, Page, PageRequest, Problem, Timestamp, id::UnitId};
use ledger::{Connection, StoreError, on_each};

use super::{
    one_row, parse, parse_path,
    schema::{api_tokens, customers, staff, units},
};
use crate::model::organisation::{Unit, UnitKind, UnitStatus};

pub(crate) const TABLE: &str = "units";

/// Units that a look-up by ids takes at once; a page has at most 200 rows.
const IDS_MAX: usize = 1_000;

diesel::define_sql_function! {
    /// Lower case, for searching.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = units)]
struct UnitRow {
    id: String,
    code: String,
    name: String,
    kind: String,
    parent_id: Option<String>,
    path: String,
    region: String,
    status: String,
}

#[derive(Insertable)]
#[diesel(table_name = units)]
struct NewUnitRow<'a> {
    id: String,
    code: &'a str,
    name: &'a str,
    kind: &'a str,
    parent_id: Option<String>,
    path: &'a str,
    region: &'a str,
    status: &'a str,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<UnitRow> for Unit {
    type Error = StoreError;

    fn try_from(row: UnitRow) -> Result<Self, StoreError> {
        let parent = row.parent_id.as_deref().map(|id| parse(TABLE, "parent_id", &row.id, id)).transpose()?;
        Ok(Self {
            id: parse(TABLE, "id", &row.id, &row.id)?,
            kind: parse(TABLE, "kind", &row.id, &row.kind)?,
            path: parse_path(TABLE, "path", &row.id, &row.path)?,
            status: parse(TABLE, "status", &row.id, &row.status)?,
            parent,
            code: row.code,
            name: row.name,
            region: row.region,
        })
    }
}

fn convert(rows: Vec<UnitRow>) -> Result<Vec<Unit>, StoreError> {
    rows.into_iter().map(Unit::try_from).collect()
}

/// Every unit, in the order of the tree.
pub fn all(conn: &mut Connection) -> Result<Vec<Unit>, StoreError> {
    let query = units::table.order(units::path);
    convert(on_each!(conn, |c| query.select(UnitRow::as_select()).load(c))?)
}

/// One unit.
pub fn find(conn: &mut Connection, id: UnitId) -> Result<Option<Unit>, StoreError> {
    let query = units::table.find(id.to_string());
    on_each!(conn, |c| query.select(UnitRow::as_select()).first(c)).optional()?.map(Unit::try_from).transpose()
}

/// One unit by its code.
pub fn find_by_code(conn: &mut Connection, code: &str) -> Result<Option<Unit>, StoreError> {
    let query = units::table.filter(units::code.eq(code));
    on_each!(conn, |c| query.select(UnitRow::as_select()).first(c)).optional()?.map(Unit::try_from).transpose()
}

/// The top of the organisation, once there is one.
pub fn top(conn: &mut Connection) -> Result<Option<Unit>, StoreError> {
    let query = units::table.filter(units::parent_id.is_null()).order(units::path);
    on_each!(conn, |c| query.select(UnitRow::as_select()).first(c)).optional()?.map(Unit::try_from).transpose()
}

/// One unit by its place.
pub fn find_by_path(conn: &mut Connection, path: &OrgPath) -> Result<Option<Unit>, StoreError> {
    let query = units::table.filter(units::path.eq(path.as_str()));
    on_each!(conn, |c| query.select(UnitRow::as_select()).first(c)).optional()?.map(Unit::try_from).transpose()
}

/// The units of these ids, in no order; at most a thousand are looked up.
pub fn find_all(conn: &mut Connection, ids: &[UnitId]) -> Result<Vec<Unit>, StoreError> {
    let ids: Vec<String> = ids.iter().take(IDS_MAX).map(UnitId::to_string).collect();
    let query = units::table.filter(units::id.eq_any(ids));
    convert(on_each!(conn, |c| query.select(UnitRow::as_select()).load(c))?)
}

/// The units of these codes by code; at most a thousand are looked up.
pub fn find_by_codes(conn: &mut Connection, codes: &[&str]) -> Result<Vec<Unit>, StoreError> {
    let codes = &codes[..codes.len().min(IDS_MAX)];
    let query = units::table.filter(units::code.eq_any(codes));
    convert(on_each!(conn, |c| query.select(UnitRow::as_select()).load(c))?)
}

/// The places of open units by what lists of other bodies call them: a code, or a name that one unit alone has. At most a
/// thousand are looked up.
pub fn find_by_names(conn: &mut Connection, names: &[String]) -> Result<HashMap<String, OrgPath>, StoreError> {
    let names = &names[..names.len().min(IDS_MAX)];
    let query = units::table.filter(units::code.eq_any(names).or(units::name.eq_any(names)));
    let found = convert(on_each!(conn, |c| query.select(UnitRow::as_select()).load(c))?)?;
    let open = || found.iter().filter(|unit| unit.status == UnitStatus::Open);
    let mut places = HashMap::new();
    for name in names {
        let mut named = open().filter(|unit| unit.name == *name);
        let by_name = named.next().filter(|_| named.next().is_none());
        let unit = open().find(|unit| unit.code == *name).or(by_name);
        places.extend(unit.map(|unit| (name.clone(), unit.path.clone())));
    }
    Ok(places)
}

/// The units at and above a place, the top first.
pub fn line_of(conn: &mut Connection, path: &OrgPath) -> Result<Vec<Unit>, StoreError> {
    let mut paths = vec![path.as_str().to_owned()];
    let mut next = path.parent();
    while let Some(above) = next {
        paths.push(above.as_str().to_owned());
        next = above.parent();
    }
    let query = units::table.filter(units::path.eq_any(paths)).order(units::path);
    convert(on_each!(conn, |c| query.select(UnitRow::as_select()).load(c))?)
}

/// The places of the open units of a kind at and below a place, in the order of the tree.
pub fn open_of_kind(conn: &mut Connection, kind: UnitKind, scope: &OrgPath) -> Result<Vec<OrgPath>, StoreError> {
    let (from, end) = scope.range();
    let query = units::table
        .filter(units::path.ge(from).and(units::path.lt(end)))
        .filter(units::kind.eq(kind.as_str()).and(units::status.eq(UnitStatus::Open.as_str())))
        .order(units::path)
        .select((units::id, units::path));
    paths(on_each!(conn, |c| query.load(c))?)
}

/// The places of the units directly below one, in the order of the tree.
pub fn paths_below(conn: &mut Connection, parent: UnitId) -> Result<Vec<OrgPath>, StoreError> {
    let query = units::table
        .filter(units::parent_id.eq(parent.to_string()))
        .order(units::path)
        .select((units::id, units::path));
    paths(on_each!(conn, |c| query.load(c))?)
}

fn paths(rows: Vec<(String, String)>) -> Result<Vec<OrgPath>, StoreError> {
    rows.into_iter().map(|(id, path)| parse_path(TABLE, "path", &id, &path)).collect()
}

/// Adds a unit; the unit above it must be there.
pub fn insert(conn: &mut Connection, unit: &Unit, now: Timestamp) -> Result<(), StoreError> {
    let row = NewUnitRow {
        id: unit.id.to_string(),
        code: &unit.code,
        name: &unit.name,
        kind: unit.kind.as_str(),
        parent_id: unit.parent.map(|id| id.to_string()),
        path: unit.path.as_str(),
        region: &unit.region,
        status: unit.status.as_str(),
        created_at: now.as_micros(),
        updated_at: now.as_micros(),
    };
    on_each!(conn, |c| diesel::insert_into(units::table).values(&row).execute(c))?;
    Ok(())
}

/// Replaces everything of a unit but its id and code.
pub fn update(conn: &mut Connection, unit: &Unit, now: Timestamp) -> Result<(), StoreError> {
    let there = units::table.find(unit.id.to_string());
    let values = (
        units::name.eq(&unit.name),
        units::kind.eq(unit.kind.as_str()),
        units::parent_id.eq(unit.parent.map(|id| id.to_string())),
        units::path.eq(unit.path.as_str()),
        units::region.eq(&unit.region),
        units::status.eq(unit.status.as_str()),
        units::updated_at.eq(now.as_micros()),
    );
    let rows = on_each!(conn, |c| diesel::update(there).set(values).execute(c))?;
    one_row(rows, TABLE, unit.id)
}

/// Writes a unit's new place into everything of this room that repeats it.
pub fn update_places(conn: &mut Connection, unit: UnitId, path: &OrgPath) -> Result<(), StoreError> {
    let (id, path) = (unit.to_string(), path.as_str());
    let of_staff = staff::table.filter(staff::unit_id.eq(&id));
    on_each!(conn, |c| diesel::update(of_staff).set(staff::unit_path.eq(path)).execute(c))?;
    let of_customers = customers::table.filter(customers::unit_id.eq(&id));
    on_each!(conn, |c| diesel::update(of_customers).set(customers::unit_path.eq(path)).execute(c))?;
    let of_tokens = api_tokens::table.filter(api_tokens::unit_id.eq(&id));
    on_each!(conn, |c| diesel::update(of_tokens).set(api_tokens::unit_path.eq(path)).execute(c))?;
    Ok(())
}

/// Which units a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitFilter {
    /// The unit at the top.
    Top,
    /// The units directly below one.
    Below(UnitId),
    /// The units, anywhere at or below a place, whose code or name holds the words.
    Words {
        /// Where to look; everywhere when absent.
        within: Option<OrgPath>,
        /// What to look for, in any case.
        words: String,
    },
}

/// Characters of a search that count; the rest is cut off.
const WORDS_CHARS_MAX: usize = 50;

/// A page of units, in the order of the tree.
pub fn page(conn: &mut Connection, filter: &UnitFilter, request: &PageRequest) -> Result<Page<Unit>, Problem> {
    let after: String = match &request.after {
        Some(cursor) => cursor.key().map_err(crate::wrong_cursor)?,
        None => String::new(),
    };
    let rows: Vec<UnitRow> = on_each!(conn, |c| {
        let mut query = units::table
            .filter(units::path.gt(&after))
            .order(units::path)
            .limit(request.fetch())
            .select(UnitRow::as_select())
            .into_boxed();
        match filter {
            UnitFilter::Top => query = query.filter(units::parent_id.is_null()),
            UnitFilter::Below(parent) => query = query.filter(units::parent_id.eq(parent.to_string())),
            UnitFilter::Words { within, words } => {
                if let Some((from, to)) = within.as_ref().map(OrgPath::range) {
                    query = query.filter(units::path.ge(from).and(units::path.lt(to)));
                }
                let pattern = pattern(words);
                let code = lower(units::code).like(pattern.clone()).escape('\\');
                query = query.filter(code.or(lower(units::name).like(pattern).escape('\\')));
            }
        }
        query.load(c)
    })
    .map_err(StoreError::from)?;
    Ok(Page::from_rows(request, convert(rows)?, |unit| unit.path.as_str().to_owned()))
}

/// A pattern that finds the words as they are, whatever signs they hold.
fn pattern(words: &str) -> String {
    let mut pattern = String::from("%");
    for c in words.trim().chars().take(WORDS_CHARS_MAX) {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.extend(c.to_lowercase());
    }
    pattern.push('%');
    pattern
}

/// Which of these units have units below them.
pub fn with_children(conn: &mut Connection, ids: &[UnitId]) -> Result<HashSet<UnitId>, StoreError> {
    let ids: Vec<String> = ids.iter().take(IDS_MAX).map(UnitId::to_string).collect();
    let query = units::table.filter(units::parent_id.eq_any(ids)).select(units::parent_id).distinct();
    let parents: Vec<Option<String>> = on_each!(conn, |c| query.load(c))?;
    parents.into_iter().flatten().map(|id| parse(TABLE, "parent_id", &id, &id)).collect()
}
