//! Taking rows of staff and of customers: some at a time, each batch one unit of work.
//!
//! Good rows are taken and wrong ones reported. A row is found again by its number, so an import that was interrupted may
//! simply run again: what was taken is unchanged the second time.

use std::collections::HashMap;

use kernel::{ActorRef, Problem, ProblemKind, Text, UnitId};
use ledger::Unit;

use super::{customers as customer_acts, staff as staff_acts};
use crate::{
    model::{
        customer::{CustomerForm, FieldFault},
        customer_import::CustomerRow,
        import::RowErrors,
        organisation::{Unit as Place, UnitStatus},
        patch::Patch,
        staff::{NewStaff, RoleAssignment, StaffStatus},
        staff_import::{self, CheckedStaff, RoleInRow, StaffRow},
    },
    store::{
        staff::{self, StaffRecord},
        units,
    },
};

/// Rows to take at once: some tens of milliseconds in the writer, and few enough to be done again after an interruption.
pub const BATCH_ROWS: usize = 200;

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchReport {
    /// People who were entered.
    pub added: u64,
    /// People whose record changed.
    pub changed: u64,
    /// Rows that changed nothing.
    pub unchanged: u64,
    /// What is wrong with the rows that were not taken.
    pub errors: RowErrors,
}

impl BatchReport {
    /// Adds another batch to this one.
    pub fn add(&mut self, other: Self) {
        self.added += other.added;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.errors.merge(other.errors);
    }

    /// Counts what became of a row, or notes why it was refused. What is no refusal ends the batch.
    fn count(&mut self, line: u64, taken: Result<Taken, Problem>, columns: &[&'static str]) -> Result<(), Problem> {
        match taken {
            Ok(Taken::Added) => self.added += 1,
            Ok(Taken::Changed) => self.changed += 1,
            Ok(Taken::Unchanged) => self.unchanged += 1,
            Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Refused) => {
                if problem.fields.is_empty() {
                    self.errors.add(line, "number", problem.message.clone());
                }
                for field in &problem.fields {
                    let head = field.pointer.trim_start_matches('/').split('/').next().unwrap_or_default();
                    let column = columns.iter().find(|column| **column == head).copied().unwrap_or("number");
                    self.errors.add(line, column, field.message.clone());
                }
            }
            Err(problem) => return Err(problem),
        }
        Ok(())
    }
}

enum Taken {
    Added,
    Changed,
    Unchanged,
}

type Places = HashMap<String, Place>;

/// The units that rows name, by code.
fn places<'a>(unit: &mut Unit<'_>, codes: impl Iterator<Item = &'a str>) -> Result<Places, Problem> {
    let mut codes: Vec<&str> = codes.collect();
    codes.sort_unstable();
    codes.dedup();
    let mut places = Places::new();
    for some in codes.chunks(BATCH_ROWS) {
        let found = units::find_by_codes(unit.connection(), some)?;
        places.extend(found.into_iter().map(|place| (place.code.clone(), place)));
    }
    Ok(places)
}

fn place_of<'a>(places: &'a Places, code: &str, column: &str) -> Result<&'a Place, Problem> {
    match places.get(code.trim()) {
        Some(place) if place.status == UnitStatus::Open => Ok(place),
        Some(_) => Err(Problem::invalid(format!("/{column}"), Text::fixed("这个机构已撤销。", "This unit is closed."))),
        None => Err(Problem::invalid(format!("/{column}"), Text::fixed("没有这个机构。", "There is no such unit."))),
    }
}

/// Takes rows of staff. New people cannot sign in before an administrator resets their account.
pub fn take_staff(unit: &mut Unit<'_>, actor: &ActorRef, rows: &[StaffRow]) -> Result<BatchReport, Problem> {
    let columns = staff_import::COLUMNS.map(|column| column.key);
    let (checked, errors) = staff_import::check(rows);
    let mut report = BatchReport { errors, ..BatchReport::default() };
    let scopes = checked.iter().flat_map(|row| row.roles.iter().flatten()).filter_map(|(_, scope)| scope.as_deref());
    let places = places(unit, scopes.chain(checked.iter().map(|row| row.unit.as_str())))?;
    for row in &checked {
        let taken = take_one(unit, actor, row, &places);
        report.count(row.line, taken, &columns)?;
    }
    Ok(report)
}

fn take_one(unit: &mut Unit<'_>, actor: &ActorRef, row: &CheckedStaff, places: &Places) -> Result<Taken, Problem> {
    let home = place_of(places, &row.unit, "unit")?;
    let before = staff_acts::find_by_number(unit, &row.number)?;
    let held = match &before {
        Some(record) => {
            staff::roles_of(unit.connection(), &[record.staff.id])?.remove(&record.staff.id).unwrap_or_default()
        }
        None => Vec::new(),
    };
    let now = unit.now();
    let roles = match &row.roles {
        Some(roles) => Some(assignments(roles, home.id, places, &held, now)?),
        None => None,
    };
    if before.as_ref().is_some_and(|record| actor.id() == record.staff.id.to_string()) {
        let text = Text::fixed(
            "不能通过导入修改自己的账号，请由另一位管理员操作。",
            "Another administrator must change your own account.",
        );
        return Err(Problem::new(ProblemKind::Refused, text).because("own-account"));
    }
    let Some(record) = before else {
        let new = NewStaff {
            number: row.number.clone(),
            name: row.name.clone(),
            phone: row.phone.clone(),
            unit: home.id,
            roles: roles.unwrap_or_default(),
        };
        staff_acts::register(unit, actor, &new)?;
        if row.status == Some(StaffStatus::Disabled) {
            set_status(unit, actor, &row.number, StaffStatus::Disabled)?;
        }
        return Ok(Taken::Added);
    };
    let change = staff_acts::StaffChange {
        name: Some(row.name.clone()),
        phone: row.phone.clone().map_or(Patch::Keep, Patch::Set),
        unit: Some(home.id),
        roles,
    };
    let mut changed = staff_acts::change(unit, actor, &record, record.staff.revision, &change)?;
    if let Some(status) = row.status.filter(|status| *status != record.staff.status) {
        set_status(unit, actor, &row.number, status)?;
        changed = true;
    }
    Ok(if changed { Taken::Changed } else { Taken::Unchanged })
}

fn set_status(unit: &mut Unit<'_>, actor: &ActorRef, number: &str, status: StaffStatus) -> Result<(), Problem> {
    let record: StaffRecord = staff::find_by_number(unit.connection(), number)?
        .ok_or_else(|| Problem::internal_error("a member of staff vanished within a unit of work"))?;
    match status {
        StaffStatus::Active => staff_acts::enable(unit, actor, &record, record.staff.revision),
        StaffStatus::Disabled => staff_acts::disable(unit, actor, &record, record.staff.revision),
    }
}

/// The roles of a row. One that is held already keeps its times, so that taking the same list again changes nothing.
fn assignments(
    roles: &[RoleInRow],
    home: UnitId,
    places: &Places,
    held: &[RoleAssignment],
    now: kernel::Timestamp,
) -> Result<Vec<RoleAssignment>, Problem> {
    let mut assignments = Vec::with_capacity(roles.len());
    for (role, scope) in roles {
        let scope = match scope {
            Some(code) => place_of(places, code, "roles")?.id,
            None => home,
        };
        let same = |other: &&RoleAssignment| other.role == *role && other.scope == scope && other.is_held(now);
        let assignment = held.iter().find(same).copied();
        assignments.push(assignment.unwrap_or_else(|| staff_acts::from_now(*role, scope, now)));
    }
    Ok(assignments)
}

/// Takes rows of customers.
pub fn take_customers(unit: &mut Unit<'_>, actor: &ActorRef, rows: &[CustomerRow]) -> Result<BatchReport, Problem> {
    let columns = crate::model::customer_import::COLUMNS.map(|column| column.key);
    let mut report = BatchReport::default();
    let places = places(unit, rows.iter().map(|row| row.unit.trim()))?;
    for row in rows {
        let taken = take_customer(unit, actor, row, &places);
        report.count(row.line, taken, &columns)?;
    }
    Ok(report)
}

fn take_customer(unit: &mut Unit<'_>, actor: &ActorRef, row: &CustomerRow, places: &Places) -> Result<Taken, Problem> {
    let today = unit.now().date();
    let invalid = |faults: Vec<FieldFault>| customer_acts::invalid(faults);
    let number =
        crate::model::customer::check_number(row.number.expose()).map_err(|text| Problem::invalid("/number", text))?;
    let home = place_of(places, &row.unit, "unit")?;
    match customer_acts::find_by_number(unit, &number)? {
        None => {
            let form = row.over(CustomerForm::default()).map_err(invalid)?;
            let details = form.check(today).map_err(invalid)?;
            customer_acts::register_details(unit, actor, &details, home)?;
            Ok(Taken::Added)
        }
        Some(record) => {
            let before = customer_acts::open(unit, &record)?;
            let form = row.over(customer_acts::form_of(&before)).map_err(invalid)?;
            let details = form.check(today).map_err(invalid)?;
            let seen = record.customer.revision;
            let changed = customer_acts::change_details(unit, actor, &record, seen, (&details, home.id))?;
            Ok(if changed { Taken::Changed } else { Taken::Unchanged })
        }
    }
}
