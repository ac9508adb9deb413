//! The demo's bank: complete, repeatable, and of people who cannot be.

use std::collections::BTreeSet;

use kernel::{Pii, Role};
use people::{
    demo::{self, DemoOptions},
    model::{customer::age_on, organisation::UnitKind},
};

use crate::house::each_empty;

fn options() -> DemoOptions {
    DemoOptions { seed: 2026, password: Pii::new("Quiet-river-7".to_owned()) }
}

#[test]
fn the_demo_is_a_believable_bank() {
    each_empty(|db| {
        let bank = demo::furnish(&db.ledger, &options()).unwrap().expect("the bank was empty");
        let count = |kind| bank.units.iter().filter(|unit| unit.kind == kind).count();
        assert_eq!((count(UnitKind::HeadOffice), count(UnitKind::Branch), count(UnitKind::Outlet)), (1, 3, 14));
        assert!(count(UnitKind::Department) > 3);
        let roles: BTreeSet<Role> = bank.staff.iter().map(|staff| staff.role).collect();
        let expect: BTreeSet<Role> =
            Role::ALL.into_iter().filter(|r| !matches!(r, Role::Customer | Role::System)).collect();
        assert_eq!(roles, expect);
        let today = db.now().date();
        let elders = bank.customers.iter().filter(|customer| {
            let details = customer.form.check(today).expect("every number passes its check");
            age_on(details.birth.unwrap().into_exposed(), today).unwrap() >= 60
        });
        assert_eq!(bank.customers.len(), 200);
        assert!((60..=75).contains(&elders.count()));
        assert!(bank.customers.iter().all(|customer| &customer.form.identity[2..6] == "0099"));
        assert!(bank.customers.iter().all(|customer| customer.form.phone.starts_with("154")));
        // A second start keeps what is there.
        assert!(demo::furnish(&db.ledger, &options()).unwrap().is_none());
    });
}

#[test]
fn the_same_seed_gives_the_same_people() {
    let names = || {
        let mut names = Vec::new();
        for db in ledger::testkit::databases(&crate::house::ROOMS) {
            let bank = demo::furnish(&db.ledger, &options()).unwrap().unwrap();
            names.push(bank.customers.iter().map(|customer| customer.form.name.clone()).collect::<Vec<_>>());
        }
        names
    };
    let (first, second) = (names(), names());
    assert_eq!(first, second);
    assert!(first.windows(2).all(|pair| pair[0] == pair[1]));
}
