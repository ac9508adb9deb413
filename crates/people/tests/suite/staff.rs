//! Members of staff: entered, changed, disabled, and found by scope and role.

use kernel::{OrgPath, PageRequest, Pii, Problem, ProblemKind, Role, Timestamp};
use people::{
    model::{
        patch::Patch,
        staff::{NewStaff, StaffStatus},
    },
    store::staff::{self, StaffFilter},
    use_cases::staff as acts,
};

use crate::house::{actor, each_bank, held, hire, kinds, place, record, text_of, try_write, write};

fn path(text: &str) -> OrgPath {
    OrgPath::parse(text).unwrap()
}

#[test]
fn a_number_is_taken_once_and_no_name_is_in_the_events() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        assert_eq!((staff.name_masked.as_str(), staff.phone_masked.as_str()), ("张*", "138****8000"));
        let home = place(db, "SZ").id;
        let new = NewStaff {
            number: "gz1".to_owned(),
            name: Pii::new("李四".to_owned()),
            phone: None,
            unit: home,
            roles: vec![],
        };
        let refused = try_write(db, move |unit| acts::register(unit, &actor(), &new)).unwrap_err();
        assert_eq!((refused.kind, refused.reason), (ProblemKind::Refused, Some("number-taken")));
        assert_eq!(kinds(db, staff.id), ["registered"]);
        let text = text_of(db, staff.id);
        assert!(!text.contains("张三") && !text.contains("13800138000") && !text.contains("gz1"), "{text}");
    });
}

#[test]
fn wrong_units_and_roles_are_refused_with_their_place() {
    each_bank(|db| {
        let home = place(db, "GZ").id;
        let stranger = kernel::UnitId::from_bits(7);
        for (unit, roles, pointer) in [
            (stranger, vec![], "/unit"),
            (home, vec![held(Role::Handler, home), held(Role::Officer, stranger)], "/roles/1/scope"),
            (home, vec![held(Role::System, home)], "/roles/0"),
        ] {
            let name = Pii::new("李四".to_owned());
            let new = NewStaff { number: "x".to_owned(), name, phone: None, unit, roles };
            let refused = try_write(db, move |unit| acts::register(unit, &actor(), &new)).unwrap_err();
            assert_eq!(refused.kind, ProblemKind::Invalid);
            assert_eq!(refused.fields[0].pointer, pointer);
        }
        let nobody = db.ledger.read(|conn| staff::find_by_number(conn, "x").map_err(Problem::from)).unwrap();
        assert!(nobody.is_none());
    });
}

#[test]
fn a_change_says_what_changed_and_a_late_one_loses() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        let before = record(db, &staff);
        let change = acts::StaffChange {
            name: Some(Pii::new("李四".to_owned())),
            phone: Patch::Clear,
            unit: Some(place(db, "SZ").id),
            roles: Some(vec![held(Role::Officer, place(db, "SZ").id)]),
        };
        let (first, second) = ((before.clone(), change.clone()), (before.clone(), change));
        assert!(write(db, move |unit| acts::change(unit, &actor(), &first.0, 1, &first.1)));
        assert_eq!(kinds(db, staff.id), ["registered", "changed", "transferred", "roles_changed"]);
        let after = record(db, &staff);
        assert_eq!((after.staff.name_masked.as_str(), after.staff.phone_masked.as_str()), ("李*", ""));
        assert_eq!((after.staff.unit_path, after.staff.revision), (path("/HO/SZ/"), 2));
        // Who still has the first revision in mind is told, and leaves nothing.
        let late = acts::StaffChange { phone: Patch::Set(Pii::new("13900139000".to_owned())), ..second.1 };
        let problem = try_write(db, move |unit| acts::change(unit, &actor(), &second.0, 1, &late)).unwrap_err();
        assert_eq!(problem.kind, ProblemKind::Conflict);
        assert_eq!(kinds(db, staff.id).len(), 4);
        // The same change again is none.
        let (again, same) = (record(db, &staff), acts::StaffChange::default());
        assert!(!write(db, move |unit| acts::change(unit, &actor(), &again, 2, &same)));
    });
}

#[test]
fn disabling_is_undone_by_enabling_and_neither_happens_twice() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        let one = record(db, &staff);
        write(db, move |unit| acts::disable(unit, &actor(), &one, 1));
        let two = record(db, &staff);
        assert_eq!((two.staff.status, two.staff.revision), (StaffStatus::Disabled, 2));
        let refused = try_write(db, move |unit| acts::disable(unit, &actor(), &two, 2)).unwrap_err();
        assert_eq!(refused.kind, ProblemKind::Refused);
        let two = record(db, &staff);
        write(db, move |unit| acts::enable(unit, &actor(), &two, 2));
        assert_eq!(kinds(db, staff.id), ["registered", "disabled", "enabled"]);
    });
}

#[test]
fn lists_stay_within_scopes_and_go_on_where_they_ended() {
    each_bank(|db| {
        for (number, code) in [("a", "HO"), ("b", "GZ"), ("c", "GZ001"), ("d", "GZ001"), ("e", "GZ002"), ("f", "SZ001")]
        {
            let role = if code == "GZ001" { Role::Teller } else { Role::Handler };
            hire(db, number, code, role);
        }
        let list = |scopes: &[&str], filter: StaffFilter, limit: usize| -> Vec<String> {
            let scopes: Vec<OrgPath> = scopes.iter().map(|scope| path(scope)).collect();
            let mut numbers = Vec::new();
            let mut after = None;
            loop {
                let request = PageRequest::new(Some(limit), after.take());
                let page = db.ledger.read(|conn| staff::page(conn, &scopes, &filter, &request)).unwrap();
                assert!(page.items.len() <= limit);
                numbers.extend(page.items.into_iter().map(|record| record.staff.number));
                match page.next {
                    Some(next) => after = Some(kernel::Cursor::from_text(next)),
                    None => return numbers,
                }
            }
        };
        for limit in [1, 2, 3, 50] {
            assert_eq!(list(&["/HO/"], StaffFilter::default(), limit), ["a", "b", "c", "d", "e", "f"], "{limit}");
            assert_eq!(list(&["/HO/GZ/", "/HO/SZ/SZ001/"], StaffFilter::default(), limit), ["b", "c", "d", "e", "f"]);
        }
        assert_eq!(list(&["/HO/GZ/GZ001/"], StaffFilter::default(), 50), ["c", "d"]);
        assert_eq!(list(&[], StaffFilter::default(), 50), Vec::<String>::new());
        let within = StaffFilter { within: Some(path("/HO/GZ/")), ..StaffFilter::default() };
        assert_eq!(list(&["/HO/"], within.clone(), 50), ["b", "c", "d", "e"]);
        assert_eq!(list(&["/HO/SZ/"], within, 50), Vec::<String>::new());
        let tellers = StaffFilter { role: Some((Role::Teller, db.now())), ..StaffFilter::default() };
        assert_eq!(list(&["/HO/"], tellers, 50), ["c", "d"]);
        let number = StaffFilter { number: Some("E".to_owned()), ..StaffFilter::default() };
        assert_eq!(list(&["/HO/"], number, 50), ["e"]);
        let disabled = StaffFilter { status: Some(StaffStatus::Disabled), ..StaffFilter::default() };
        assert_eq!(list(&["/HO/"], disabled, 50), Vec::<String>::new());
    });
}

#[test]
fn whoever_holds_a_role_over_a_place_is_found_nearest_first() {
    each_bank(|db| {
        hire(db, "head", "HO", Role::Handler);
        hire(db, "near", "GZ", Role::Handler);
        hire(db, "other", "SZ", Role::Handler);
        hire(db, "below", "GZ001", Role::Handler);
        hire(db, "officer", "GZ", Role::Officer);
        let find = |place: &str, now: Timestamp| -> Vec<String> {
            let found =
                db.ledger.read(|conn| staff::holders(conn, Role::Handler, &path(place), now).map_err(Problem::from));
            found.unwrap().into_iter().map(|record| record.staff.number).collect()
        };
        assert_eq!(find("/HO/GZ/GZ001/", db.now()), ["below", "near", "head"]);
        assert_eq!(find("/HO/GZ/GZ002/", db.now()), ["near", "head"]);
        assert_eq!(find("/HO/", Timestamp::from_micros(-1)), Vec::<String>::new());
    });
}
