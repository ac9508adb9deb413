//! Customers: sealed at rest, masked in lists, found exactly, revealed with a reason, erased by two people.

use diesel::{QueryableByName, RunQueryDsl, sql_query, sql_types::Text};
use kernel::{ActorKind, ActorRef, Cursor, Date, OrgPath, PageRequest, Pii, Problem, ProblemKind, StaffId};
use ledger::{StoreError, on_each, testkit::TestDatabase};
use people::{
    model::{
        customer::{CustomerForm, CustomerTag, Edition, IdentityKind, age_on, check_reason},
        numbers,
    },
    store::{
        customers::{self, CustomerFilter, CustomerRecord, LookUp},
        subject_keys,
    },
    use_cases::customers as acts,
};

use crate::house::{actor, each_bank, enter, form, kinds, place, text_of, try_write, write};

fn path(text: &str) -> OrgPath {
    OrgPath::parse(text).unwrap()
}

fn load(db: &TestDatabase, id: kernel::CustomerId) -> CustomerRecord {
    db.ledger.read(|conn| customers::find(conn, id).map_err(Problem::from)).unwrap().expect("the customer is there")
}

fn somebody(number: u128) -> ActorRef {
    ActorRef::new(ActorKind::Staff, StaffId::from_bits(number))
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Every text of every table of the room, in one.
fn all_text(db: &TestDatabase) -> String {
    let mut all = String::new();
    for (table, column, _) in people::model::privacy::COLUMNS {
        let sql = format!("SELECT CAST({column} AS TEXT) AS value FROM {table} WHERE {column} IS NOT NULL");
        let bytes = ["token_hash", "code_mac", "name_mac"].contains(column);
        if bytes {
            continue;
        }
        let rows: Vec<Row> =
            db.ledger.read(|conn| on_each!(conn, |c| sql_query(&sql).load(c)).map_err(StoreError::from)).unwrap();
        rows.iter().for_each(|row| {
            all.push_str(&row.value);
            all.push('\n');
        });
    }
    all
}

#[test]
fn nothing_personal_is_stored_in_clear() {
    each_bank(|db| {
        let mut form = form("C-1001");
        form.birth = Some(Date::constant(1949, 12, 31));
        let home = place(db, "GZ001").id;
        let id = write(db, move |unit| acts::register(unit, &actor(), &form, home));
        let all = all_text(db) + &text_of(db, id);
        for personal in [
            "王小明",
            "小明",
            "13800138000",
            "11010519491231002X",
            "1949-12-31",
            "体育西路",
            "6222021234567890",
            "C-1001",
        ] {
            assert!(!all.contains(personal), "{personal} on {}", db.name);
        }
        let customer = load(db, id).customer;
        assert_eq!((customer.name_masked.as_str(), customer.phone_masked.as_str()), ("王**", "138****8000"));
        assert_eq!(customer.identity_masked, "110***********002X");
        assert_eq!(customer.address_masked, "广东省广州市***");
    });
}

#[test]
fn customers_are_found_by_exact_numbers_within_scope() {
    each_bank(|db| {
        let here = enter(db, "C1", "GZ001");
        let there = enter(db, "C2", "SZ001");
        let find = |scopes: &[&str], what: LookUp, domain: &str, number: &str| {
            let scopes: Vec<OrgPath> = scopes.iter().map(|scope| path(scope)).collect();
            let indexes = db.keyring.blind_index_all(domain, number);
            let found =
                db.ledger.read(|conn| customers::find_by_index(conn, &scopes, what, &indexes).map_err(Problem::from));
            found.unwrap().into_iter().map(|record| record.customer.id).collect::<Vec<_>>()
        };
        assert_eq!(find(&["/HO/"], LookUp::Phone, numbers::PHONE, "13800138000"), [here, there]);
        assert_eq!(find(&["/HO/GZ/"], LookUp::Phone, numbers::PHONE, "13800138000"), [here]);
        assert_eq!(find(&["/HO/GZ/"], LookUp::Identity, numbers::IDENTITY, "11010519491231002X"), [here]);
        assert_eq!(find(&["/HO/SZ/"], LookUp::Account, numbers::ACCOUNT, "6222021234567890"), [there]);
        assert_eq!(find(&["/HO/SZ/"], LookUp::Number, numbers::CUSTOMER, "C1"), []);
        assert_eq!(find(&["/HO/"], LookUp::Number, numbers::CUSTOMER, "C1"), [here]);
        // A number of one kind is not found as another.
        assert_eq!(find(&["/HO/"], LookUp::Phone, numbers::ACCOUNT, "13800138000"), []);
        assert_eq!(find(&["/HO/"], LookUp::Account, numbers::ACCOUNT, "13800138000"), []);
    });
}

#[test]
fn a_customer_number_is_taken_once() {
    each_bank(|db| {
        enter(db, "C1", "GZ001");
        let (again, home) = (form("c1"), place(db, "SZ001").id);
        let refused = try_write(db, move |unit| acts::register(unit, &actor(), &again, home)).unwrap_err();
        assert_eq!(refused.reason, Some("number-taken"));
        assert_eq!(refused.fields[0].pointer, "/number");
    });
}

#[test]
fn of_two_who_enter_one_number_at_once_one_is_told() {
    each_bank(|db| {
        let home = place(db, "GZ001").id;
        let results: Vec<Result<_, Problem>> = std::thread::scope(|scope| {
            let both: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| try_write(db, move |unit| acts::register(unit, &actor(), &form("C1"), home))))
                .collect();
            both.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        for refused in results.into_iter().filter_map(Result::err) {
            assert_eq!(refused.reason, Some("number-taken"), "{refused:?}");
        }
    });
}

#[test]
fn wrong_fields_are_named_together_and_never_repeated() {
    let today = Date::constant(2026, 11, 22);
    let wrong = CustomerForm {
        number: "客户".to_owned(),
        name: "张3".to_owned(),
        phone: "12345".to_owned(),
        identity: "110105194912310021".to_owned(),
        birth: Some(Date::constant(2030, 1, 1)),
        address: "地".repeat(201),
        accounts: vec!["x".to_owned()],
        ..CustomerForm::default()
    };
    let faults = wrong.check(today).unwrap_err();
    let fields: Vec<_> = faults.iter().map(|(field, _)| *field).collect();
    assert_eq!(fields, ["number", "name", "phone", "identity", "birth_date", "address", "accounts"]);
    assert!(!format!("{faults:?}").contains("12345"));
    let other_birth = CustomerForm { birth: Some(Date::constant(1949, 12, 30)), ..form("C1") };
    assert_eq!(other_birth.check(today).unwrap_err()[0].0, "birth_date");
    let passport =
        CustomerForm { identity_kind: Some(IdentityKind::Passport), identity: "e 12345678".to_owned(), ..form("C1") };
    let details = passport.check(today).unwrap();
    assert_eq!(details.identity, Some((IdentityKind::Passport, Pii::new("E12345678".to_owned()))));
    assert_eq!(details.birth, None);
    assert_eq!(form("C1").check(today).unwrap().birth, Some(Pii::new(Date::constant(1949, 12, 31))));
}

#[test]
fn an_age_is_full_on_the_birthday() {
    let date = Date::constant;
    for (birth, on, age) in [
        (date(1966, 11, 22), date(2026, 11, 21), Some(59)),
        (date(1966, 11, 22), date(2026, 11, 22), Some(60)),
        (date(1964, 2, 29), date(2024, 2, 28), Some(59)),
        (date(1964, 2, 29), date(2024, 2, 29), Some(60)),
        (date(1964, 2, 29), date(2025, 2, 28), Some(60)),
        (date(1964, 2, 29), date(2025, 3, 1), Some(61)),
        (date(2026, 1, 1), date(2026, 1, 1), Some(0)),
        (date(2026, 1, 2), date(2026, 1, 1), None),
    ] {
        assert_eq!(age_on(birth, on), age, "{birth} on {on}");
    }
    let birth = Pii::new(date(1966, 11, 22));
    assert_eq!(acts::is_elder(Some(&birth), date(2026, 11, 22), Some(60)), Some(true));
    assert_eq!(acts::is_elder(Some(&birth), date(2026, 11, 21), Some(60)), Some(false));
    assert_eq!(acts::is_elder(None, date(2026, 11, 22), Some(60)), None);
}

#[test]
fn a_change_names_its_fields_and_a_late_one_loses() {
    each_bank(|db| {
        let id = enter(db, "C1", "GZ001");
        let before = load(db, id);
        let (record, home) = (before.clone(), place(db, "SZ001").id);
        let changed = write(db, move |unit| {
            let mut form = acts::form_of(&acts::open(unit, &record)?);
            form.name = "李小红".to_owned();
            form.phone = String::new();
            form.tags.insert(CustomerTag::NewCitizen);
            form.edition = Some(Edition::Elder);
            acts::change(unit, &actor(), &record, 1, (&form, home))
        });
        assert!(changed);
        let after = load(db, id).customer;
        assert_eq!((after.revision, after.unit_path.as_str()), (2, "/HO/SZ/SZ001/"));
        assert_eq!((after.name_masked.as_str(), after.phone_masked.as_str()), ("李**", ""));
        assert_eq!((after.tags, after.edition), (vec![CustomerTag::NewCitizen], Edition::Elder));
        assert_eq!(kinds(db, id), ["registered", "changed", "transferred"]);
        assert!(text_of(db, id).contains(r#"["name","phone","tags","edition"]"#));
        assert!(!text_of(db, id).contains("new_citizen"), "tags tell of hardship");
        let late = try_write(db, move |unit| {
            let mut form = acts::form_of(&acts::open(unit, &before)?);
            form.address = "别处".to_owned();
            acts::change(unit, &actor(), &before, 1, (&form, before.customer.unit))
        });
        assert_eq!(late.unwrap_err().kind, ProblemKind::Conflict);
        let record = load(db, id);
        let same = write(db, move |unit| {
            let form = acts::form_of(&acts::open(unit, &record)?);
            acts::change(unit, &actor(), &record, 2, (&form, record.customer.unit))
        });
        assert!(!same);
    });
}

#[test]
fn a_reveal_needs_a_reason_and_leaves_it_without_numbers_or_names() {
    each_bank(|db| {
        let id = enter(db, "C1", "GZ001");
        let record = load(db, id);
        for short in ["", "   ", "核对", "。。。。。。。。", "12 34"] {
            let (record, short) = (record.clone(), short.to_owned());
            let refused = try_write(db, move |unit| acts::reveal(unit, &somebody(1), &record, &short)).unwrap_err();
            assert_eq!(refused.fields[0].pointer, "/reason");
        }
        assert_eq!(kinds(db, id), ["registered"]);
        let details = write(db, move |unit| {
            acts::reveal(unit, &somebody(1), &record, "回访王小明的投诉，电话13800138000无人接听")
        });
        assert_eq!(details.phone, Some(Pii::new("13800138000".to_owned())));
        let history = db.ledger.history(&id.to_string()).unwrap();
        let event = history.last().unwrap();
        assert_eq!((event.event_type.as_str(), event.kind.as_str()), ("people.customer", "revealed"));
        assert_eq!(event.actor, somebody(1));
        assert_eq!(event.payload["reason"], "回访＊的投诉，电话＊无人接听");
    });
    assert!(check_reason(&"长".repeat(501), None).is_err());
}

#[test]
fn an_erasure_takes_two_people_and_leaves_nothing_readable() {
    each_bank(|db| {
        let id = enter(db, "C1", "GZ001");
        let erase = |by: u128| {
            let record = load(db, id);
            try_write(db, move |unit| acts::erase(unit, &somebody(by), &record))
        };
        let propose = |by: u128| {
            let record = load(db, id);
            try_write(db, move |unit| acts::propose_erasure(unit, &somebody(by), &record, "客户要求删除个人信息"))
        };
        let decline = |by: u128| {
            let record = load(db, id);
            try_write(db, move |unit| acts::decline_erasure(unit, &somebody(by), &record, "仍有未结的投诉工单"))
        };
        assert_eq!(erase(2).unwrap_err().reason, Some("nothing-proposed"));
        assert_eq!(decline(2).unwrap_err().reason, Some("nothing-proposed"));
        propose(1).unwrap();
        assert_eq!(propose(3).unwrap_err().reason, Some("erasure-waiting"));
        assert_eq!(erase(1).unwrap_err().reason, Some("four-eyes"));
        decline(2).unwrap();
        propose(1).unwrap();
        let subject = load(db, id).customer.subject;
        let before = load(db, id);
        erase(2).unwrap();
        let after = load(db, id);
        assert!(after.sealed.is_none() && after.customer.erased_at.is_some());
        assert_eq!((after.customer.name_masked.as_str(), after.customer.identity_kind), ("", None));
        assert!(db.ledger.read(|conn| subject_keys::fetch(conn, &db.keyring, subject)).unwrap().is_none());
        assert_eq!(erase(3).unwrap_err().reason, Some("erased"));
        assert_eq!(propose(3).unwrap_err().reason, Some("erased"));
        // Not even who still holds the old row can open it.
        let late = try_write(db, move |unit| acts::reveal(unit, &somebody(3), &before, "只是想看看这个人"));
        assert!(late.is_err());
        let expect = ["registered", "erasure_proposed", "erasure_declined", "erasure_proposed", "erased"];
        assert_eq!(kinds(db, id), expect);
        let indexes = db.keyring.blind_index_all(numbers::PHONE, "13800138000");
        let scope = [path("/HO/")];
        let found = db
            .ledger
            .read(|conn| customers::find_by_index(conn, &scope, LookUp::Phone, &indexes).map_err(Problem::from));
        assert!(found.unwrap().is_empty());
        // The number is free again, for a customer who comes back.
        enter(db, "C1", "GZ001");
    });
}

#[test]
fn lists_stay_within_scopes_and_filter() {
    each_bank(|db| {
        for (number, code) in (0..10).zip(["GZ001", "GZ002", "SZ001"].into_iter().cycle()) {
            let (mut form, home) = (form(&format!("C{number}")), place(db, code).id);
            if number % 2 == 0 {
                form.tags.insert(CustomerTag::Disabled);
            }
            write(db, move |unit| acts::register(unit, &actor(), &form, home));
        }
        let list = |scope: &str, filter: &CustomerFilter, limit: usize| {
            let mut paths = Vec::new();
            let mut after = None;
            loop {
                let request = PageRequest::new(Some(limit), after.take());
                let scopes = [path(scope)];
                let page = db.ledger.read(|conn| customers::page(conn, &scopes, filter, &request)).unwrap();
                paths.extend(page.items.into_iter().map(|record| record.customer.unit_path.code().to_owned()));
                match page.next {
                    Some(next) => after = Some(Cursor::from_text(next)),
                    None => return paths,
                }
            }
        };
        let any = CustomerFilter::default();
        assert_eq!(list("/HO/", &any, 3).len(), 10);
        assert_eq!(list("/HO/GZ/", &any, 2), ["GZ001", "GZ001", "GZ001", "GZ001", "GZ002", "GZ002", "GZ002"]);
        let tagged = CustomerFilter { tag: Some(CustomerTag::Disabled), ..CustomerFilter::default() };
        assert_eq!(list("/HO/", &tagged, 2).len(), 5);
        let waiting = CustomerFilter { erasure_waiting: true, ..CustomerFilter::default() };
        assert!(list("/HO/", &waiting, 50).is_empty());
    });
}
