//! Keys of data subjects: made, found, carried over a rotation, and destroyed.

use std::sync::Arc;

use diesel::{RunQueryDsl, sql_query};
use kernel::{OrgPath, Problem};
use ledger::{Cause, Ledger, Options, Ports, StoreError, on_each};
use people::{
    jobs,
    store::customers::{self, LookUp},
    subject_keys,
};
use seal::{BlindIndex, KeyFile, Keyring, Part, SuiteName, WrappedKey};

use crate::house::{ROOMS, each_bank, each_empty, enter, write};

#[test]
fn an_erased_key_is_gone_at_once() {
    each_empty(|db| {
        let (subject, sealed) = write(db, |unit| {
            let (keyring, random) = (unit.keyring(), unit.random());
            let (subject, key) = subject_keys::create(unit, "wo_test")?;
            Ok((subject, keyring.seal(&key, "wo_test/name", b"secret", random)))
        });
        let fetch = || db.ledger.read(|conn| subject_keys::fetch(conn, &db.keyring, subject)).unwrap();
        let key = fetch().expect("the key is there");
        assert_eq!(db.keyring.open_bytes(&key, "wo_test/name", &sealed).unwrap(), b"secret");
        assert!(db.keyring.open_bytes(&key, "wo_test/phone", &sealed).is_err(), "another place");
        assert!(write(db, move |unit| Ok(subject_keys::erase(unit, subject)?)));
        assert!(fetch().is_none());
        assert!(!write(db, move |unit| Ok(subject_keys::erase(unit, subject)?)), "a second time");
    });
}

#[test]
fn a_unit_that_fails_leaves_no_key() {
    each_empty(|db| {
        let (sender, receiver) = std::sync::mpsc::channel();
        let refused = crate::house::try_write(db, move |unit| {
            let (subject, _) = subject_keys::create(unit, "wo_test")?;
            let _ = sender.send(subject);
            Err::<(), _>(Problem::internal_error("refused after all"))
        });
        assert!(refused.is_err());
        let subject = receiver.recv().unwrap();
        assert!(db.ledger.read(|conn| subject_keys::fetch(conn, &db.keyring, subject)).unwrap().is_none());
    });
}

#[test]
fn many_keys_are_fetched_at_once_and_erased_ones_are_absent() {
    each_empty(|db| {
        let subjects = write(db, |unit| {
            let mut subjects = Vec::new();
            for number in 0..20 {
                subjects.push(subject_keys::create(unit, &format!("wo_{number}"))?.0);
            }
            subject_keys::erase(unit, subjects[3])?;
            Ok(subjects)
        });
        let keys = db.ledger.read(|conn| subject_keys::fetch_all(conn, &db.keyring, &subjects)).unwrap();
        assert_eq!(keys.len(), 19);
        assert!(!keys.contains_key(&subjects[3]));
    });
}

/// The keys of the test databases with a new master and a new index key; the testkit makes them from this seed.
fn rotated() -> Keyring {
    let random = kernel::SeededRandom::new(7);
    let mut file: KeyFile = Keyring::generate(SuiteName::Sm, &random);
    let random = kernel::SeededRandom::new(8);
    file.rotate(Part::Master, &random).unwrap();
    file.rotate(Part::Index, &random).unwrap();
    Keyring::open(file).unwrap()
}

#[derive(diesel::QueryableByName)]
struct Stored {
    #[diesel(sql_type = diesel::sql_types::Text)]
    value: String,
}

fn stored(ledger: &Ledger, sql: &str) -> Vec<String> {
    let rows: Vec<Stored> =
        ledger.read(|conn| on_each!(conn, |c| sql_query(sql).load(c)).map_err(StoreError::from)).unwrap();
    rows.into_iter().map(|row| row.value).collect()
}

#[test]
fn keys_and_indexes_are_carried_over_a_rotation() {
    each_bank(|db| {
        for number in 0..5 {
            enter(db, &format!("C{number}"), "GZ001");
        }
        let keyring = Arc::new(rotated());
        let ports = Ports { keyring: Arc::clone(&keyring), ..db.ledger.ports().clone() };
        let ledger = Ledger::open(Options::new(db.url.clone()), ports, &ROOMS).unwrap();
        let find = |ledger: &Ledger| {
            let indexes = keyring.blind_index_all("phone", "13800138000");
            let scope = [OrgPath::parse("/HO/").unwrap()];
            let found = ledger.read(|conn| customers::find_by_index(conn, &scope, LookUp::Phone, &indexes));
            found.unwrap().len()
        };
        assert_eq!(find(&ledger), 5, "before anything was carried over");
        ledger
            .write(&Cause::new("test"), |unit| {
                let now = unit.now();
                jobs::at_start(now).into_iter().try_for_each(|job| unit.enqueue(job))
            })
            .unwrap();
        ledger.run_due_jobs(jobs::handlers(), db.now()).unwrap();
        let wrapped = stored(&ledger, "SELECT wrapped AS value FROM subject_keys");
        assert!(!wrapped.is_empty());
        assert!(wrapped.into_iter().all(|text| !keyring.needs_rewrap(&WrappedKey::from_stored(text))));
        for column in ["number_index", "phone_index", "identity_index"] {
            let indexes = stored(&ledger, &format!("SELECT {column} AS value FROM customers"));
            assert!(indexes.into_iter().all(|text| !keyring.needs_reindex(&BlindIndex::from_stored(text))), "{column}");
        }
        let accounts = stored(&ledger, "SELECT account_index AS value FROM customer_accounts");
        assert!(accounts.into_iter().all(|text| !keyring.needs_reindex(&BlindIndex::from_stored(text))));
        assert_eq!(find(&ledger), 5, "after");
    });
}
