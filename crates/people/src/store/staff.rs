//! Members of staff and their roles as rows. Names and telephone numbers are sealed under the person's own key.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, OptionalExtension,
    QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, TextExpressionMethods,
    dsl::{exists, sql},
    sql_types::{Bool, Text},
};
use kernel::{
    OrgPath, Page, PageRequest, Problem, Role, Timestamp,
    id::{StaffId, SubjectId, UnitId},
};
use ledger::{Connection, StoreError, on_each};
use seal::Sealed;

use super::{
    parse, parse_path,
    schema::{staff, staff_roles, units},
    scoped::{self, Range},
};
use crate::model::{
    organisation::Unit,
    staff::{RoleAssignment, Staff, StaffStatus},
};

const TABLE: &str = "staff";
/// Holders of a role that a look-up gives at most: a choice on one screen.
pub const HOLDERS_MAX: i64 = 200;

/// What is sealed of a person, with the masked forms beside it.
#[derive(Debug, Clone)]
pub struct SealedPerson {
    /// The name.
    pub name_sealed: Sealed,
    /// The masked name.
    pub name_masked: String,
    /// The telephone number.
    pub phone_sealed: Option<Sealed>,
    /// The masked telephone number.
    pub phone_masked: String,
}

/// A member of staff with what is sealed.
#[derive(Debug, Clone)]
pub struct StaffRecord {
    /// What may be shown.
    pub staff: Staff,
    /// The subject whose key seals the rest.
    pub subject: SubjectId,
    /// The name.
    pub name_sealed: Sealed,
    /// The telephone number.
    pub phone_sealed: Option<Sealed>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = staff)]
struct StaffRow {
    id: String,
    number: String,
    subject_id: String,
    name_sealed: String,
    name_masked: String,
    phone_sealed: Option<String>,
    phone_masked: String,
    unit_id: String,
    unit_path: String,
    status: String,
    revision: i64,
}

#[derive(Insertable)]
#[diesel(table_name = staff)]
struct NewStaffRow<'a> {
    id: String,
    number: &'a str,
    subject_id: String,
    name_sealed: &'a str,
    name_masked: &'a str,
    phone_sealed: Option<&'a str>,
    phone_masked: &'a str,
    unit_id: String,
    unit_path: &'a str,
    status: &'a str,
    revision: i64,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<StaffRow> for StaffRecord {
    type Error = StoreError;

    fn try_from(row: StaffRow) -> Result<Self, StoreError> {
        Ok(Self {
            staff: Staff {
                id: parse(TABLE, "id", &row.id, &row.id)?,
                unit: parse(TABLE, "unit_id", &row.id, &row.unit_id)?,
                unit_path: parse_path(TABLE, "unit_path", &row.id, &row.unit_path)?,
                status: parse(TABLE, "status", &row.id, &row.status)?,
                number: row.number,
                name_masked: row.name_masked,
                phone_masked: row.phone_masked,
                revision: row.revision,
            },
            subject: parse(TABLE, "subject_id", &row.id, &row.subject_id)?,
            name_sealed: Sealed::from_stored(row.name_sealed),
            phone_sealed: row.phone_sealed.map(Sealed::from_stored),
        })
    }
}

/// Adds a member of staff.
pub fn insert(
    conn: &mut Connection,
    (id, subject, number): (StaffId, SubjectId, &str),
    person: &SealedPerson,
    unit: &Unit,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = NewStaffRow {
        id: id.to_string(),
        number,
        subject_id: subject.to_string(),
        name_sealed: person.name_sealed.as_str(),
        name_masked: &person.name_masked,
        phone_sealed: person.phone_sealed.as_ref().map(Sealed::as_str),
        phone_masked: &person.phone_masked,
        unit_id: unit.id.to_string(),
        unit_path: unit.path.as_str(),
        status: StaffStatus::Active.as_str(),
        revision: 1,
        created_at: now.as_micros(),
        updated_at: now.as_micros(),
    };
    on_each!(conn, |c| diesel::insert_into(staff::table).values(&row).execute(c))?;
    Ok(())
}

/// One member of staff.
pub fn find(conn: &mut Connection, id: StaffId) -> Result<Option<StaffRecord>, StoreError> {
    let query = staff::table.find(id.to_string());
    on_each!(conn, |c| query.select(StaffRow::as_select()).first(c)).optional()?.map(StaffRecord::try_from).transpose()
}

/// One member of staff by the staff number in its normal form.
pub fn find_by_number(conn: &mut Connection, number: &str) -> Result<Option<StaffRecord>, StoreError> {
    let query = staff::table.filter(staff::number.eq(number));
    on_each!(conn, |c| query.select(StaffRow::as_select()).first(c)).optional()?.map(StaffRecord::try_from).transpose()
}

/// Several members of staff, in no order.
pub fn find_all(conn: &mut Connection, ids: &[StaffId]) -> Result<Vec<StaffRecord>, StoreError> {
    let ids: Vec<String> = ids.iter().map(StaffId::to_string).collect();
    let query = staff::table.filter(staff::id.eq_any(ids));
    on_each!(conn, |c| query.select(StaffRow::as_select()).load(c))?.into_iter().map(StaffRecord::try_from).collect()
}

/// Changes details and unit, if the record is still at revision `seen`; otherwise somebody else was faster.
pub fn update(
    conn: &mut Connection,
    id: StaffId,
    seen: i64,
    person: &SealedPerson,
    unit: &Unit,
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = staff::table.find(id.to_string()).filter(staff::revision.eq(seen));
    let values = (
        staff::name_sealed.eq(person.name_sealed.as_str()),
        staff::name_masked.eq(&person.name_masked),
        staff::phone_sealed.eq(person.phone_sealed.as_ref().map(Sealed::as_str)),
        staff::phone_masked.eq(&person.phone_masked),
        staff::unit_id.eq(unit.id.to_string()),
        staff::unit_path.eq(unit.path.as_str()),
        staff::revision.eq(seen + 1),
        staff::updated_at.eq(now.as_micros()),
    );
    let rows = on_each!(conn, |c| diesel::update(there).set(values).execute(c))?;
    moved_on(rows, id, seen)
}

/// Sets the status, if the record is still at revision `seen`.
pub fn set_status(
    conn: &mut Connection,
    id: StaffId,
    seen: i64,
    status: StaffStatus,
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = staff::table.find(id.to_string()).filter(staff::revision.eq(seen));
    let values =
        (staff::status.eq(status.as_str()), staff::revision.eq(seen + 1), staff::updated_at.eq(now.as_micros()));
    let rows = on_each!(conn, |c| diesel::update(there).set(values).execute(c))?;
    moved_on(rows, id, seen)
}

fn moved_on(rows: usize, id: StaffId, seen: i64) -> Result<(), StoreError> {
    if rows == 1 {
        return Ok(());
    }
    let expected = seen.unsigned_abs();
    Err(StoreError::Conflict { stream: id.to_string(), expected, found: expected + 1 })
}

/// Which members of staff a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaffFilter {
    /// Only at or below this place.
    pub within: Option<OrgPath>,
    /// Only those who hold this role anywhere at this time.
    pub role: Option<(Role, Timestamp)>,
    /// Only these.
    pub status: Option<StaffStatus>,
    /// Only those whose number begins so.
    pub number: Option<String>,
}

/// A page of the members of staff within the scopes, by place and id.
pub fn page(
    conn: &mut Connection,
    scopes: &[OrgPath],
    filter: &StaffFilter,
    request: &PageRequest,
) -> Result<Page<StaffRecord>, Problem> {
    let ranges = scoped::ranges(scopes, filter.within.as_ref(), request.after.as_ref())?;
    let read = |range: &Range, limit| read_range(conn, filter, range, limit).map_err(Problem::from);
    scoped::page(request, &ranges, read, |record| {
        (record.staff.unit_path.as_str().to_owned(), record.staff.id.to_string())
    })
}

fn read_range(
    conn: &mut Connection,
    filter: &StaffFilter,
    range: &Range,
    limit: i64,
) -> Result<Vec<StaffRecord>, StoreError> {
    let rows: Vec<StaffRow> = on_each!(conn, |c| {
        let mut query = staff::table
            .filter(
                sql::<Bool>("(staff.unit_path, staff.id) > (")
                    .bind::<Text, _>(&range.lower.0)
                    .sql(", ")
                    .bind::<Text, _>(&range.lower.1)
                    .sql(")"),
            )
            .filter(staff::unit_path.lt(&range.end))
            .order((staff::unit_path, staff::id))
            .limit(limit)
            .select(StaffRow::as_select())
            .into_boxed();
        if let Some(status) = filter.status {
            query = query.filter(staff::status.eq(status.as_str()));
        }
        if let Some(number) = &filter.number {
            query = query.filter(staff::number.like(prefix(number)).escape('\\'));
        }
        if let Some((role, now)) = filter.role {
            let now = now.as_micros();
            let held = staff_roles::table
                .filter(staff_roles::staff_id.eq(staff::id))
                .filter(staff_roles::role.eq(role.as_str()))
                .filter(staff_roles::valid_from.le(now))
                .filter(staff_roles::valid_to.is_null().or(staff_roles::valid_to.gt(now)));
            query = query.filter(exists(held));
        }
        query.load(c)
    })?;
    rows.into_iter().map(StaffRecord::try_from).collect()
}

fn prefix(number: &str) -> String {
    let mut pattern = String::new();
    for c in number.trim().chars().take(crate::model::staff::NUMBER_CHARS_MAX) {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c.to_ascii_lowercase());
    }
    pattern.push('%');
    pattern
}

/// The roles of several members of staff, those of the past and the future included.
pub fn roles_of(conn: &mut Connection, ids: &[StaffId]) -> Result<HashMap<StaffId, Vec<RoleAssignment>>, StoreError> {
    let ids: Vec<String> = ids.iter().map(StaffId::to_string).collect();
    let query = staff_roles::table
        .filter(staff_roles::staff_id.eq_any(ids))
        .order((staff_roles::staff_id, staff_roles::role, staff_roles::scope_id))
        .select((
            staff_roles::staff_id,
            staff_roles::role,
            staff_roles::scope_id,
            staff_roles::valid_from,
            staff_roles::valid_to,
        ));
    let rows: Vec<(String, String, String, i64, Option<i64>)> = on_each!(conn, |c| query.load(c))?;
    let mut roles: HashMap<StaffId, Vec<RoleAssignment>> = HashMap::new();
    for (id, role, scope, from, to) in rows {
        let assignment = RoleAssignment {
            role: parse("staff_roles", "role", &id, &role)?,
            scope: parse("staff_roles", "scope_id", &id, &scope)?,
            from: Timestamp::from_micros(from),
            to: to.map(Timestamp::from_micros),
        };
        roles.entry(parse("staff_roles", "staff_id", &id, &id)?).or_default().push(assignment);
    }
    Ok(roles)
}

/// The roles a person holds at `now`, each with the place of its scope.
pub fn roles_held(conn: &mut Connection, id: StaffId, now: Timestamp) -> Result<Vec<(Role, OrgPath)>, StoreError> {
    let (row, now) = (id.to_string(), now.as_micros());
    let query = staff_roles::table
        .inner_join(units::table.on(units::id.eq(staff_roles::scope_id)))
        .filter(staff_roles::staff_id.eq(&row))
        .filter(staff_roles::valid_from.le(now))
        .filter(staff_roles::valid_to.is_null().or(staff_roles::valid_to.gt(now)))
        .order((staff_roles::role, units::path))
        .select((staff_roles::role, units::path));
    let rows: Vec<(String, String)> = on_each!(conn, |c| query.load(c))?;
    rows.into_iter()
        .map(|(role, path)| {
            Ok((parse("staff_roles", "role", &row, &role)?, parse_path(super::units::TABLE, "path", &row, &path)?))
        })
        .collect()
}

/// Replaces all roles of a person.
pub fn replace_roles(conn: &mut Connection, id: StaffId, roles: &[RoleAssignment]) -> Result<(), StoreError> {
    let row = id.to_string();
    let there = staff_roles::table.filter(staff_roles::staff_id.eq(&row));
    on_each!(conn, |c| diesel::delete(there).execute(c))?;
    for role in roles {
        let values = (
            staff_roles::staff_id.eq(&row),
            staff_roles::role.eq(role.role.as_str()),
            staff_roles::scope_id.eq(role.scope.to_string()),
            staff_roles::valid_from.eq(role.from.as_micros()),
            staff_roles::valid_to.eq(role.to.map(Timestamp::as_micros)),
        );
        on_each!(conn, |c| diesel::insert_into(staff_roles::table).values(values).execute(c))?;
    }
    Ok(())
}

/// The active members of staff who hold `role` at `now` for things that belong to `place`, nearest scope first; at most
/// [`HOLDERS_MAX`]. For choosing whom to give a matter.
pub fn holders(
    conn: &mut Connection,
    role: Role,
    place: &OrgPath,
    now: Timestamp,
) -> Result<Vec<StaffRecord>, StoreError> {
    let scopes: Vec<UnitId> = super::units::line_of(conn, place)?.iter().map(|unit| unit.id).collect();
    let scopes: Vec<String> = scopes.iter().map(UnitId::to_string).collect();
    let now = now.as_micros();
    let query = staff::table
        .inner_join(staff_roles::table.on(staff_roles::staff_id.eq(staff::id)))
        .inner_join(units::table.on(units::id.eq(staff_roles::scope_id)))
        .filter(staff_roles::role.eq(role.as_str()))
        .filter(staff_roles::scope_id.eq_any(scopes))
        .filter(staff_roles::valid_from.le(now))
        .filter(staff_roles::valid_to.is_null().or(staff_roles::valid_to.gt(now)))
        .filter(staff::status.eq(StaffStatus::Active.as_str()))
        // On one line of the tree, the later path in order is the lower one.
        .order((units::path.desc(), staff::number))
        .limit(HOLDERS_MAX);
    let rows: Vec<StaffRow> = on_each!(conn, |c| query.select(StaffRow::as_select()).load(c))?;
    let mut records: Vec<StaffRecord> = Vec::with_capacity(rows.len());
    for row in rows {
        let record = StaffRecord::try_from(row)?;
        if records.iter().all(|other| other.staff.id != record.staff.id) {
            records.push(record);
        }
    }
    Ok(records)
}

/// Whether the bank has anybody yet.
pub fn is_anybody_there(conn: &mut Connection) -> Result<bool, StoreError> {
    let query = staff::table.select(staff::id).limit(1);
    let found: Option<String> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(found.is_some())
}
