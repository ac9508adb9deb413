//! Organisation lists in the database: what changes, what is told, and how long twenty thousand units take.

use kernel::{Cursor, OrgPath, PageRequest, Problem, Role};
use people::{
    model::organisation_import::UnitRow,
    store::{
        customers, staff,
        units::{self, UnitFilter},
    },
};

use crate::house::{BANK, each_bank, each_empty, enter, hire, kinds, place, rows, take, text_of, write};

#[test]
fn the_same_list_again_leaves_an_event_and_nothing_else() {
    each_bank(|db| {
        let list = rows(&BANK);
        let summary = write(db, move |unit| take(unit, &list));
        assert_eq!((summary.rows, summary.unchanged, summary.changed), (7, 7, 0));
        assert_eq!(kinds(db, "people.organisation"), ["imported", "imported"]);
        assert!(text_of(db, "people.organisation").contains(r#""digest":"digest""#));
    });
}

#[test]
fn a_refused_list_changes_nothing() {
    each_bank(|db| {
        let mut list = rows(&BANK);
        list[1].name = "renamed".to_owned();
        list[2].parent = "nowhere".to_owned();
        let refused = db.ledger.write(&ledger::Cause::new("test"), move |unit| {
            people::use_cases::organisation::import(unit, &crate::house::actor(), &list, "x")
        });
        let people::use_cases::organisation::OrganisationImportError::Rows(errors) = refused.unwrap_err() else {
            panic!("the rows should be refused");
        };
        assert_eq!(errors.total(), 1);
        assert_eq!(place(db, "GZ").name, "GZ name");
        assert_eq!(kinds(db, "people.organisation"), ["imported"]);
    });
}

#[test]
fn a_move_takes_staff_and_customers_along() {
    each_bank(|db| {
        let teller = hire(db, "t1", "GZ001", Role::Teller);
        let customer = enter(db, "C1", "GZ002");
        let list = rows(&[("GZ", "branch", "SZ"), ("GZ3", "outlet", "GZ")]);
        let summary = write(db, move |unit| take(unit, &list));
        assert_eq!((summary.opened, summary.moved, summary.changed), (1, 1, 3));
        assert_eq!(place(db, "GZ3").path.as_str(), "/HO/SZ/GZ/GZ3/");
        assert_eq!(place(db, "GZ").parent, Some(place(db, "SZ").id));
        let (staff, customer) = db
            .ledger
            .read(|conn| Ok::<_, Problem>((staff::find(conn, teller.id)?, customers::find(conn, customer)?)))
            .unwrap();
        assert_eq!(staff.unwrap().staff.unit_path.as_str(), "/HO/SZ/GZ/GZ001/");
        assert_eq!(customer.unwrap().customer.unit_path.as_str(), "/HO/SZ/GZ/GZ002/");
        assert_eq!(kinds(db, "people.organisation"), ["imported", "imported", "moved"]);
        let held = db.ledger.read(|conn| staff::roles_held(conn, teller.id, db.now()).map_err(Problem::from)).unwrap();
        assert_eq!(held, [(Role::Teller, OrgPath::parse("/HO/SZ/GZ/GZ001/").unwrap())]);
    });
}

#[test]
fn the_chart_is_opened_by_level_and_searched_by_words() {
    each_bank(|db| {
        let mut list = rows(&[("GZ001", "outlet", "GZ"), ("SZ_1%", "outlet", "SZ")]);
        list[0].name = "天河支行".to_owned();
        list.truncate(1);
        list.extend(rows(&[("SZ_1", "outlet", "SZ"), ("SZX1", "outlet", "SZ")]));
        write(db, move |unit| take(unit, &list).map(drop));
        let search = |within: Option<OrgPath>, words: &str| -> Vec<String> {
            let filter = UnitFilter::Words { within, words: words.to_owned() };
            let page = db.ledger.read(|conn| units::page(conn, &filter, &PageRequest::new(None, None))).unwrap();
            page.items.into_iter().map(|unit| unit.code).collect()
        };
        assert_eq!(search(None, "天河"), ["GZ001"]);
        assert_eq!(search(None, "gz00"), ["GZ001", "GZ002"]);
        assert_eq!(search(Some(place(db, "SZ").path), "gz00"), Vec::<String>::new());
        // Signs with a meaning in patterns are looked for as they are.
        assert_eq!(search(None, "sz_1"), ["SZ_1"]);
        assert_eq!(search(None, "%"), Vec::<String>::new());
        let level = |filter: UnitFilter, request: PageRequest| {
            let page = db.ledger.read(|conn| units::page(conn, &filter, &request)).unwrap();
            (page.items.into_iter().map(|unit| unit.code).collect::<Vec<_>>(), page.next)
        };
        assert_eq!(level(UnitFilter::Top, PageRequest::new(None, None)).0, ["HO"]);
        let below = UnitFilter::Below(place(db, "HO").id);
        let (first, next) = level(below.clone(), PageRequest::new(Some(2), None));
        assert_eq!(first, ["GZ", "HO-CP"]);
        let (second, next) = level(below, PageRequest::new(Some(2), next.map(Cursor::from_text)));
        assert_eq!((second, next), (vec!["SZ".to_owned()], None));
    });
}

/// A bank of twenty thousand units at six levels, as a large bank's list would have it.
fn large_bank() -> Vec<UnitRow> {
    let row = |line: usize, code: String, kind: &str, parent: String| UnitRow {
        line: line as u64,
        name: format!("{code} 机构"),
        code,
        kind: kind.to_owned(),
        parent,
        region: "示范省".to_owned(),
        status: String::new(),
    };
    let mut list = vec![row(2, "HO".to_owned(), "head_office", String::new())];
    for i in 1..20_000 {
        // Levels of 1, 36, 300, 1,500, 5,000 and the rest.
        let (level, parent, kind) = match i {
            1..=36 => ("B", "HO".to_owned(), "branch"),
            37..=336 => ("C", format!("B{}", 1 + i % 36), "branch"),
            337..=1_836 => ("D", format!("C{}", 37 + i % 300), "sub_branch"),
            1_837..=6_836 => ("E", format!("D{}", 337 + i % 1_500), "sub_branch"),
            _ => ("F", format!("E{}", 1_837 + i % 5_000), "outlet"),
        };
        list.push(row(i + 2, format!("{level}{i}"), kind, parent));
    }
    list
}

#[test]
fn twenty_thousand_units_are_taken_in_seconds() {
    each_empty(|db| {
        let list = large_bank();
        let again = list.clone();
        let started = std::time::Instant::now();
        let summary = write(db, move |unit| take(unit, &list));
        let first = started.elapsed();
        assert_eq!(summary.opened, 20_000);
        let started = std::time::Instant::now();
        let summary = write(db, move |unit| take(unit, &again));
        let second = started.elapsed();
        assert_eq!((summary.unchanged, summary.changed), (20_000, 0));
        // A whole first-level branch goes below another.
        let mut moving = rows(&[("B1", "branch", "B2")]);
        moving[0].name = "B1 机构".to_owned();
        let started = std::time::Instant::now();
        let summary = write(db, move |unit| take(unit, &moving));
        let third = started.elapsed();
        assert!(summary.moved == 1 && summary.changed > 500, "{summary:?}");
        eprintln!("{}: 20,000 units opened in {first:?}, again in {second:?}, a branch moved in {third:?}", db.name);
        // Debug builds on a busy machine are slow; what this guards against is a quadratic plan.
        assert!(first.as_secs() < 60 && second.as_secs() < 30 && third.as_secs() < 30);
    });
}
