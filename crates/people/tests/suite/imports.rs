//! Lists of staff and customers: good rows are taken, wrong ones named, and a second run changes nothing.

use kernel::{PageRequest, Problem, Role};
use ledger::testkit::TestDatabase;
use people::{
    model::{customer_import::CustomerRow, staff_import::StaffRow},
    store::{customers, staff},
    use_cases::imports::{self, BatchReport},
};

use crate::house::{actor, each_bank, kinds, place, write};

fn staff_row(line: u64, cells: &[(&str, &str)]) -> StaffRow {
    StaffRow::read(line, |key| cells.iter().find(|(k, _)| *k == key).map_or("", |(_, cell)| cell).to_owned())
}

fn customer_row(line: u64, cells: &[(&str, &str)]) -> CustomerRow {
    CustomerRow::read(line, |key| cells.iter().find(|(k, _)| *k == key).map_or("", |(_, cell)| cell).to_owned())
}

fn take_staff(db: &TestDatabase, rows: Vec<StaffRow>) -> BatchReport {
    write(db, move |unit| imports::take_staff(unit, &actor(), &rows))
}

fn take_customers(db: &TestDatabase, rows: Vec<CustomerRow>) -> BatchReport {
    write(db, move |unit| imports::take_customers(unit, &actor(), &rows))
}

fn counts(report: &BatchReport) -> (u64, u64, u64, Vec<(u64, &'static str)>) {
    let errors = report.errors.listed().iter().map(|error| (error.line, error.column)).collect();
    (report.added, report.changed, report.unchanged, errors)
}

#[test]
fn staff_are_taken_updated_and_left_alone() {
    each_bank(|db| {
        let rows = || {
            vec![
                staff_row(2, &[("number", "A1"), ("name", "张三"), ("unit", "GZ001"), ("roles", "teller;handler@GZ")]),
                staff_row(3, &[("number", "A2"), ("name", "李四"), ("unit", "NOWHERE")]),
                staff_row(4, &[("number", "A3"), ("name", "王五"), ("unit", "GZ"), ("roles", "handler@XX")]),
                staff_row(5, &[("number", ""), ("name", "赵六"), ("unit", "GZ")]),
                staff_row(6, &[("number", "A4"), ("name", "孙七"), ("unit", "SZ"), ("status", "disabled")]),
            ]
        };
        let wrong = vec![(3, "unit"), (4, "roles"), (5, "number")];
        let report = take_staff(db, rows());
        let mut sorted = counts(&report);
        sorted.3.sort_unstable();
        assert_eq!(sorted, (2, 0, 0, wrong.clone()));
        db.clock.advance_micros(1_000_000);
        let mut again = counts(&take_staff(db, rows()));
        again.3.sort_unstable();
        assert_eq!(again, (0, 0, 2, wrong));
        let update = [
            staff_row(2, &[("number", "a1"), ("name", "张三"), ("unit", "GZ002"), ("phone", "13800138000")]),
            staff_row(3, &[("number", "a4"), ("name", "孙七"), ("unit", "SZ"), ("status", "active"), ("roles", "无")]),
        ];
        assert_eq!(counts(&take_staff(db, update.to_vec())), (0, 2, 0, vec![]));
        let found = db.ledger.read(|conn| staff::find_by_number(conn, "a1").map_err(Problem::from)).unwrap().unwrap();
        assert_eq!(found.staff.unit_path, place(db, "GZ002").path);
        let roles =
            db.ledger.read(|conn| staff::roles_held(conn, found.staff.id, db.now()).map_err(Problem::from)).unwrap();
        // The teller's role was held in the unit of the day it was given.
        assert_eq!(roles, [(Role::Handler, place(db, "GZ").path), (Role::Teller, place(db, "GZ001").path)]);
    });
}

#[test]
fn customers_are_taken_updated_and_left_alone() {
    each_bank(|db| {
        let rows = || {
            vec![
                customer_row(
                    2,
                    &[
                        ("number", "C1"),
                        ("name", "王小明"),
                        ("unit", "GZ001"),
                        ("phone", "13800138000"),
                        ("tags", "新市民"),
                    ],
                ),
                customer_row(
                    3,
                    &[
                        ("number", "C2"),
                        ("name", "李小红"),
                        ("unit", "GZ001"),
                        ("birth_date", "1956/3/9"),
                        ("identity", "11010519491231002X"),
                    ],
                ),
                customer_row(4, &[("number", "C3"), ("name", "周一"), ("unit", "HERE")]),
                customer_row(5, &[("number", "C4"), ("name", ""), ("unit", "GZ001"), ("phone", "1"), ("tags", "rich")]),
                customer_row(6, &[("number", "C5"), ("name", "吴二"), ("unit", "SZ001"), ("edition", "elder")]),
            ]
        };
        let wrong = vec![(3, "birth_date"), (4, "unit"), (5, "tags")];
        assert_eq!(counts(&take_customers(db, rows())), (2, 0, 0, wrong.clone()));
        assert_eq!(counts(&take_customers(db, rows())), (0, 0, 2, wrong));
        let mut next = rows();
        next.truncate(1);
        next.push(customer_row(9, &[("number", "c1"), ("name", "王大明"), ("unit", "SZ001")]));
        assert_eq!(counts(&take_customers(db, next)), (0, 1, 1, vec![]));
        let scope = [place(db, "HO").path];
        let page = db
            .ledger
            .read(|conn| customers::page(conn, &scope, &Default::default(), &PageRequest::new(None, None)))
            .unwrap();
        assert_eq!(page.items.len(), 2);
        let moved = page.items.iter().find(|record| !record.customer.tags.is_empty()).unwrap();
        assert_eq!(moved.customer.unit_path, place(db, "SZ001").path);
        assert_eq!(moved.customer.phone_masked, "138****8000");
        assert_eq!(kinds(db, moved.customer.id), ["registered", "changed", "transferred"]);
    });
}

#[test]
fn a_batch_of_customers_is_quick() {
    each_bank(|db| {
        let rows: Vec<CustomerRow> = (0..1_000u64)
            .map(|i| {
                let phone = format!("1541{i:07}");
                let number = format!("C{i}");
                customer_row(i + 2, &[("number", &number), ("name", "王小明"), ("unit", "GZ001"), ("phone", &phone)])
            })
            .collect();
        let started = std::time::Instant::now();
        let mut total = BatchReport::default();
        for batch in rows.chunks(imports::BATCH_ROWS) {
            total.add(take_customers(db, batch.to_vec()));
        }
        eprintln!("{}: 1,000 customers in {:?}", db.name, started.elapsed());
        assert_eq!(counts(&total), (1_000, 0, 0, vec![]));
    });
}
