//! Signing in: locks, strangers, temporary passwords.

use endpoint::Authenticator;
use kernel::{Pii, Problem, Role};
use people::{
    access::password::{self, Verdict},
    model::lockout,
    store::staff,
    use_cases::{
        own_account,
        sign_in::{self as acts_of_sign_in, Check, Refusal},
        staff as acts,
    },
};

use crate::{
    door::{Came, MINUTE, PASSWORD, access, cookie, sign_in, signed_in},
    house::{actor, each_bank, hire, kinds, record, set_password, write},
};

#[test]
fn five_wrong_tries_lock_whether_or_not_the_name_exists() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        for number in ["GZ1", "nobody", "not a number!"] {
            for _ in 0..lockout::FAILURES_MAX {
                assert!(
                    matches!(sign_in(db, number, "wrong", None), Came::Refused(Refusal::WrongPassword)),
                    "{number}"
                );
            }
            assert!(matches!(sign_in(db, number, PASSWORD, None), Came::Locked), "{number}");
        }
        assert_eq!(kinds(db, staff.id).last().map(String::as_str), Some("locked"));
        db.clock.advance_micros(15 * MINUTE);
        signed_in(db, "gz1", None);
    });
}

#[test]
fn being_right_forgets_the_wrong_tries() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        for _ in 0..3 {
            for _ in 0..lockout::FAILURES_MAX - 1 {
                assert!(matches!(sign_in(db, "gz1", "wrong", None), Came::Refused(_)));
            }
            signed_in(db, "gz1", None);
        }
        assert!(!kinds(db, staff.id).contains(&"locked".to_owned()));
    });
}

#[test]
fn many_tries_at_once_get_no_further_than_one_after_another() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let let_through: usize = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..24)
                .map(|_| {
                    let ledger = db.ledger.clone();
                    scope.spawn(move || {
                        let begun = ledger.write(&ledger::Cause::new("test"), |unit| {
                            acts_of_sign_in::begin(unit, "gz1").map_err(Problem::from)
                        });
                        usize::from(begun.unwrap().is_ok())
                    })
                })
                .collect();
            tries.into_iter().map(|one| one.join().unwrap()).sum()
        });
        assert_eq!(let_through, lockout::FAILURES_MAX as usize);
    });
}

#[test]
fn who_has_no_password_or_is_disabled_is_answered_like_a_stranger() {
    each_bank(|db| {
        hire(db, "fresh", "GZ", Role::Handler);
        assert!(matches!(sign_in(db, "fresh", PASSWORD, None), Came::Refused(Refusal::WrongPassword)));
        let staff = hire(db, "gone", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let before = record(db, &staff);
        write(db, move |unit| acts::disable(unit, &actor(), &before, 1));
        assert!(matches!(sign_in(db, "gone", PASSWORD, None), Came::Refused(Refusal::WrongPassword)));
    });
}

#[test]
fn a_temporary_password_ends_and_asks_to_be_changed() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        let before = record(db, &staff);
        let hash = password::hash(PASSWORD, db.random.as_ref());
        write(db, move |unit| acts::reset(unit, &actor(), &before, &hash));
        let session = signed_in(db, "gz1", None);
        let access = access(db);
        let caller = access.authenticate(&cookie(&session)).unwrap();
        assert!(caller.actor.grants.is_empty(), "nothing may be done before the password is changed");
        assert_eq!(caller.actor.roles.as_ref(), [Role::Handler]);
        let attempt = write(db, |unit| acts_of_sign_in::begin(unit, "gz1").map_err(Problem::from)).unwrap();
        let (verdict, new) = (Verdict::Right { outdated: false }, password::hash("Other-river-8", db.random.as_ref()));
        let (id, own) = (staff.id, session.session.id);
        assert!(write(db, move |unit| own_account::change_password(unit, id, Some(own), (&attempt, verdict), &new)));
        people::access::changed();
        assert!(!access.authenticate(&cookie(&session)).unwrap().actor.grants.is_empty());
        // Reset again, and let the three days pass.
        let before = record(db, &staff);
        let hash = password::hash(PASSWORD, db.random.as_ref());
        write(db, move |unit| acts::reset(unit, &actor(), &before, &hash));
        db.clock.advance_micros(3 * 24 * 60 * MINUTE);
        assert!(matches!(sign_in(db, "gz1", PASSWORD, None), Came::Refused(Refusal::Expired)));
    });
}

#[test]
fn a_wrong_present_password_changes_nothing_and_counts() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let id = staff.id;
        for _ in 0..lockout::FAILURES_MAX {
            let attempt = write(db, |unit| acts_of_sign_in::begin(unit, "gz1").map_err(Problem::from)).unwrap();
            let done = write(db, move |unit| {
                own_account::change_password(unit, id, None, (&attempt, Verdict::Wrong), "$argon2id$never")
            });
            assert!(!done);
        }
        assert!(write(db, |unit| acts_of_sign_in::begin(unit, "gz1").map_err(Problem::from)).is_err());
        db.clock.advance_micros(15 * MINUTE);
        signed_in(db, "gz1", None);
    });
}

#[test]
fn an_outdated_hash_is_renewed_at_sign_in() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let attempt = write(db, |unit| acts_of_sign_in::begin(unit, "gz1").map_err(Problem::from)).unwrap();
        let new = password::hash(PASSWORD, db.random.as_ref());
        let check = Check {
            verdict: Verdict::Right { outdated: true },
            rehashed: Some(new.clone()),
            code: None,
            client: String::new(),
        };
        assert!(write(db, move |unit| acts_of_sign_in::finish(unit, &attempt, &check)).is_ok());
        let held =
            db.ledger.read(|conn| people::store::credentials::of(conn, staff.id).map_err(Problem::from)).unwrap();
        assert_eq!(held.password_hash, Some(new));
    });
}

#[test]
fn what_is_kept_of_a_person_can_be_opened() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        let open = db
            .ledger
            .read(|conn| {
                let record = staff::find(conn, staff.id)?.unwrap();
                let key = people::store::staff_seal::key_of(conn, &db.keyring, &record)?;
                people::store::staff_seal::open(&db.keyring, &key, &record)
            })
            .unwrap();
        assert_eq!(open.name, Pii::new("张三".to_owned()));
        assert_eq!(open.phone, Some(Pii::new("13800138000".to_owned())));
    });
}
