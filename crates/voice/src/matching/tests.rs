//! Which orders are found, in what order, and what each part gives.

use kernel::{Clock, Pii, Role};
use ledger::{
    Cause,
    testkit::{TestDatabase, each_database},
};
use people::model::numbers;
use proptest::prelude::*;

use super::{Entered, Match, Part, SCORE_MIN, find, likeness, pairs, telling};
use crate::{
    intake::{Intake, Numbers},
    store::lookups,
    testing::{file, intake, migrations, path, staff},
};

fn entered(db: &TestDatabase, phone: Option<&str>, text: &str) -> Entered {
    let phone = phone.map(|phone| db.keyring.blind_index(numbers::PHONE, phone));
    Entered { numbers: Numbers { phone, ..Numbers::default() }, text: text.to_owned(), ..Entered::default() }
}

fn search(db: &TestDatabase, scope: &str, entered: &Entered) -> Vec<Match> {
    let (scopes, now) = ([path(scope)], db.clock.now());
    db.ledger.read(|conn| find(conn, &scopes, entered, now)).unwrap()
}

fn matter(db: &TestDatabase, unit: &str, phone: &str, title: &str) -> Intake {
    let mut intake = intake(unit, db.clock.now());
    intake.person.phone = Some(Pii::new(phone.to_owned()));
    (intake.title, intake.narrative) = (Pii::new(title.to_owned()), Pii::new(title.to_owned()));
    intake
}

#[test]
fn the_same_person_and_the_same_words_are_found_with_their_parts() {
    each_database(&migrations(), |db| {
        let teller = staff(1, Role::Teller, "/HO/");
        let text = "贵宾理财账户被重复扣除管理费";
        let same = file(db, &teller, &matter(db, "/HO/GZ/", "13812345678", text)).unwrap();
        let words = file(db, &teller, &matter(db, "/HO/GZ/", "13900000001", text)).unwrap();
        let person = file(db, &teller, &matter(db, "/HO/GZ/", "13812345678", "自助机吞卡三天没有退回")).unwrap();
        file(db, &teller, &matter(db, "/HO/GZ/", "13900000002", "纪念币预约没有成功")).unwrap();
        let elsewhere = file(db, &teller, &matter(db, "/HO/SZ/", "13812345678", text)).unwrap();
        for indexed in [false, true] {
            if indexed {
                db.ledger.write(&Cause::new("test:index"), |unit| lookups::index_some(unit.connection(), 100)).unwrap();
            }
            let found = search(db, "/HO/GZ/", &entered(db, Some("13812345678"), text));
            let ids: Vec<_> = found.iter().map(|found| found.row.id).collect();
            assert_eq!(ids, [same.id, words.id, person.id], "on {}", db.name);
            assert_eq!(found[0].parts, [(Part::Phone, 30), (Part::Words, 40), (Part::Recent, 12)]);
            assert_eq!(found[1].parts, [(Part::Words, 40), (Part::Recent, 12)]);
            assert_eq!(found[2].parts, [(Part::Phone, 30), (Part::Recent, 12)]);
            assert!(!ids.contains(&elsewhere.id), "another branch's orders are not shown");
            assert!(found.iter().all(|found| found.score == found.parts.iter().map(|(_, points)| points).sum::<u32>()));
        }
        assert!(search(db, "/HO/GZ/", &entered(db, None, "外币现钞")).is_empty());
        assert!(search(db, "/HO/GZ/", &Entered::default()).is_empty());
    });
}

#[test]
fn old_orders_of_a_person_are_found_and_old_words_are_not() {
    each_database(&migrations(), |db| {
        let teller = staff(1, Role::Teller, "/HO/");
        let text = "贵宾理财账户被重复扣除管理费";
        let old = file(db, &teller, &matter(db, "/HO/GZ/", "13812345678", text)).unwrap();
        db.clock.advance_micros(200 * kernel::timestamp::DAY_MICROS);
        let found = search(db, "/HO/", &entered(db, Some("13812345678"), text));
        assert_eq!(found.iter().map(|found| found.row.id).collect::<Vec<_>>(), [old.id]);
        assert_eq!(found[0].parts, [(Part::Phone, 30), (Part::Words, 40)], "no longer recent");
        assert!(search(db, "/HO/", &entered(db, None, text)).is_empty());
    });
}

#[test]
fn the_longest_words_are_looked_for() {
    let asked: Vec<String> =
        telling("的 手机银行转账不到账").iter().map(|query| query.runs().collect::<Vec<_>>().join(" ")).collect();
    assert!(asked[0].starts_with("手机银行") && asked.len() == 2, "{asked:?}");
    assert!(telling("的").is_empty());
    const { assert!(SCORE_MIN > Part::Business.points_max() + Part::Recent.points_max()) };
}

proptest! {
    #[test]
    fn likeness_is_bounded_symmetric_and_whole_for_the_same(one in "[一-十a-c]{0,30}", other in "[一-十a-c]{0,30}") {
        let (a, b) = (pairs(&one), pairs(&other));
        prop_assert_eq!(likeness(&a, &b), likeness(&b, &a));
        prop_assert!(likeness(&a, &b) <= 1000);
        prop_assert!(a.len() < super::PAIRS_MIN || likeness(&a, &a) == 1000);
    }
}
