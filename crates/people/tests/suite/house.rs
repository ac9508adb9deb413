//! A little bank for tests: one head office, two branches, three outlets, and ways to fill it.

use endpoint::idempotency;
use kernel::{ActorRef, Pii, Problem, Role, Timestamp, UnitId};
use ledger::{
    Cause, Migrations, Unit,
    testkit::{self, TestDatabase},
};
use people::{
    model::{
        customer::CustomerForm,
        organisation::Unit as Place,
        organisation_import::UnitRow,
        staff::{NewStaff, RoleAssignment, Staff},
    },
    store::{
        staff::{self, StaffRecord},
        units,
    },
    use_cases::{customers, organisation, staff as staff_acts},
};

/// The tables that an endpoint of this room needs.
pub const ROOMS: [Migrations; 2] = [idempotency::migrations(), people::MIGRATIONS];

/// The organisation of the little bank: code, kind, parent.
pub const BANK: [(&str, &str, &str); 7] = [
    ("HO", "head_office", ""),
    ("GZ", "branch", "HO"),
    ("SZ", "branch", "HO"),
    ("GZ001", "outlet", "GZ"),
    ("GZ002", "outlet", "GZ"),
    ("SZ001", "outlet", "SZ"),
    ("HO-CP", "department", "HO"),
];

/// Runs a test on an empty bank on each database.
pub fn each_empty(test: impl Fn(&TestDatabase)) {
    testkit::each_database(&ROOMS, test);
}

/// Runs a test on the little bank on each database.
pub fn each_bank(test: impl Fn(&TestDatabase)) {
    each_empty(|db| {
        let rows = rows(&BANK);
        write(db, move |unit| take(unit, &rows).map(drop));
        test(db);
    });
}

/// Rows of an organisation list, each named like its code, from line 2 on.
pub fn rows(list: &[(&str, &str, &str)]) -> Vec<UnitRow> {
    list.iter()
        .zip(2..)
        .map(|((code, kind, parent), line)| UnitRow {
            line,
            code: (*code).to_owned(),
            name: format!("{code} name"),
            kind: (*kind).to_owned(),
            parent: (*parent).to_owned(),
            region: String::new(),
            status: String::new(),
        })
        .collect()
}

/// Takes an organisation list that must be right.
pub fn take(unit: &mut Unit<'_>, rows: &[UnitRow]) -> Result<organisation::OrganisationSummary, Problem> {
    organisation::import(unit, &actor(), rows, "digest").map_err(Problem::internal_error)
}

/// Who acts in tests.
pub fn actor() -> ActorRef {
    ActorRef::program("test")
}

/// Writes what must succeed.
#[track_caller]
pub fn write<T: Send + 'static>(
    db: &TestDatabase,
    act: impl FnMut(&mut Unit<'_>) -> Result<T, Problem> + Send + 'static,
) -> T {
    try_write(db, act).unwrap_or_else(|problem| panic!("on {}: {problem:?}", db.name))
}

/// Writes what may be refused.
pub fn try_write<T: Send + 'static>(
    db: &TestDatabase,
    act: impl FnMut(&mut Unit<'_>) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    db.ledger.write(&Cause::new("test"), act)
}

/// The unit of this code.
pub fn place(db: &TestDatabase, code: &str) -> Place {
    let found = db.ledger.read(|conn| units::find_by_code(conn, code).map_err(Problem::from)).unwrap();
    found.unwrap_or_else(|| panic!("no unit {code}"))
}

/// A role without an end.
pub fn held(role: Role, scope: UnitId) -> RoleAssignment {
    RoleAssignment { role, scope, from: Timestamp::from_micros(0), to: None }
}

/// Enters a member of staff with one role in their own unit.
pub fn hire(db: &TestDatabase, number: &str, code: &str, role: Role) -> Staff {
    // Ids sort by time, so who comes later sorts later.
    db.clock.advance_micros(1_000);
    let home = place(db, code).id;
    let new = NewStaff {
        number: number.to_owned(),
        name: Pii::new("张三".to_owned()),
        phone: Some(Pii::new("13800138000".to_owned())),
        unit: home,
        roles: vec![held(role, home)],
    };
    write(db, move |unit| staff_acts::register(unit, &actor(), &new))
}

/// The record of a member of staff.
pub fn record(db: &TestDatabase, staff: &Staff) -> StaffRecord {
    let found = db.ledger.read(|conn| staff::find(conn, staff.id).map_err(Problem::from)).unwrap();
    found.expect("the member of staff is there")
}

/// Gives a member of staff a password that need not be changed.
pub fn set_password(db: &TestDatabase, staff: &Staff, password: &str) {
    let (record, hash) = (record(db, staff), people::access::password::hash(password, db.random.as_ref()));
    write(db, move |unit| staff_acts::set_password(unit, &actor(), &record, &hash));
}

/// A customer's form.
pub fn form(number: &str) -> CustomerForm {
    CustomerForm {
        number: number.to_owned(),
        name: "王小明".to_owned(),
        phone: "138 0013 8000".to_owned(),
        identity: "11010519491231002x".to_owned(),
        address: "广东省广州市天河区体育西路1号".to_owned(),
        accounts: vec!["6222 0212 3456 7890".to_owned()],
        ..CustomerForm::default()
    }
}

/// Enters a customer.
pub fn enter(db: &TestDatabase, number: &str, code: &str) -> kernel::CustomerId {
    db.clock.advance_micros(1_000);
    let (form, home) = (form(number), place(db, code).id);
    write(db, move |unit| customers::register(unit, &actor(), &form, home))
}

/// The kinds of events of a stream, oldest first.
pub fn kinds(db: &TestDatabase, stream: impl ToString) -> Vec<String> {
    db.ledger.history(&stream.to_string()).unwrap().into_iter().map(|event| event.kind).collect()
}

/// Everything the ledger keeps of a stream, as text, to look for what must not be there.
pub fn text_of(db: &TestDatabase, stream: impl ToString) -> String {
    db.ledger.history(&stream.to_string()).unwrap().iter().map(|event| event.payload.to_string()).collect()
}
