//! Signing in: locks, temporary passwords, second factors, sessions, and how quickly a change takes effect.

use std::sync::Arc;

use endpoint::{Authenticator, Credentials};
use kernel::{Pii, Problem, ProblemKind, Role};
use ledger::testkit::TestDatabase;
use people::{
    Access, AccessOptions,
    access::{
        password::{self, Verdict},
        second_factor, secret,
    },
    model::{lockout, permissions},
    store::{sessions, staff},
    use_cases::{
        own_account,
        sign_in::{self, Check, NewSession, Refusal},
        staff as acts,
    },
};

use crate::house::{actor, each_bank, hire, kinds, place, record, set_password, take, write};

const PASSWORD: &str = "Quiet-river-7";
const MINUTE: i64 = 60_000_000;

/// What came of a whole sign-in.
#[derive(Debug)]
enum Came {
    In(NewSession),
    Refused(Refusal),
    Locked,
}

fn sign_in(db: &TestDatabase, number: &str, typed: &str, code: Option<&str>) -> Came {
    let (number, code) = (number.to_owned(), code.map(str::to_owned));
    let Ok(attempt) = write(db, move |unit| sign_in::begin(unit, &number).map_err(Problem::from)) else {
        return Came::Locked;
    };
    let verdict = password::verify(typed, attempt.stored.as_deref());
    let check = Check { verdict, rehashed: None, code, client: "test browser".to_owned() };
    match write(db, move |unit| sign_in::finish(unit, &attempt, &check)) {
        Ok(session) => Came::In(session),
        Err(refusal) => Came::Refused(refusal),
    }
}

#[track_caller]
fn signed_in(db: &TestDatabase, number: &str, code: Option<&str>) -> NewSession {
    match sign_in(db, number, PASSWORD, code) {
        Came::In(session) => session,
        other => panic!("{number} on {}: {other:?}", db.name),
    }
}

fn access(db: &TestDatabase) -> Arc<Access> {
    Access::new(db.ledger.clone(), &permissions::specs(), AccessOptions::default())
}

fn cookie(session: &NewSession) -> Credentials {
    Credentials::Session(session.token.clone())
}

#[track_caller]
fn is_out(access: &Access, credentials: &Credentials) {
    assert!(access.recall(credentials).is_none());
    assert_eq!(access.authenticate(credentials).unwrap_err().kind, ProblemKind::Unauthenticated);
}

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
                            sign_in::begin(unit, "gz1").map_err(Problem::from)
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
        let attempt = write(db, |unit| sign_in::begin(unit, "gz1").map_err(Problem::from)).unwrap();
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
            let attempt = write(db, |unit| sign_in::begin(unit, "gz1").map_err(Problem::from)).unwrap();
            let done = write(db, move |unit| {
                own_account::change_password(unit, id, None, (&attempt, Verdict::Wrong), "$argon2id$never")
            });
            assert!(!done);
        }
        assert!(write(db, |unit| sign_in::begin(unit, "gz1").map_err(Problem::from)).is_err());
        db.clock.advance_micros(15 * MINUTE);
        signed_in(db, "gz1", None);
    });
}

/// Enrols a second factor and confirms it; gives its secret and the recovery codes.
fn enrol(db: &TestDatabase, id: kernel::StaffId) -> (Vec<u8>, Vec<String>) {
    let enrolment = write(db, move |unit| own_account::enrol(unit, id));
    let secret = base32(&enrolment.secret);
    let code = second_factor::code_at(&secret, db.now()).unwrap();
    let codes = write(db, move |unit| own_account::confirm(unit, id, &code));
    (secret, codes)
}

/// RFC 4648 base 32, as an authenticator reads it.
fn base32(text: &str) -> Vec<u8> {
    let mut bits = 0u64;
    let mut count = 0;
    let mut bytes = Vec::new();
    for c in text.bytes().filter(|c| *c != b'=') {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|known| *known == c).unwrap();
        bits = (bits << 5) | value as u64;
        count += 5;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    bytes
}

#[test]
fn a_code_is_asked_for_taken_once_and_not_guessed() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let (secret, _) = enrol(db, staff.id);
        let asked = |came: Came| matches!(came, Came::Refused(Refusal::CodeNeeded));
        // Asking for the code is no wrong try, however often.
        for _ in 0..lockout::FAILURES_MAX + 2 {
            assert!(asked(sign_in(db, "gz1", PASSWORD, None)));
        }
        let code = second_factor::code_at(&secret, db.now()).unwrap();
        let wrong = |came: Came| matches!(came, Came::Refused(Refusal::WrongCode));
        assert!(wrong(sign_in(db, "gz1", PASSWORD, Some(&code))), "the code that confirmed the factor was used");
        db.clock.advance_micros(MINUTE);
        let code = second_factor::code_at(&secret, db.now()).unwrap();
        signed_in(db, "gz1", Some(&code));
        assert!(wrong(sign_in(db, "gz1", PASSWORD, Some(&code))), "a replay");
        // Who has the password does not get to guess for ever by asking in between.
        for _ in 0..lockout::FAILURES_MAX - 1 {
            assert!(asked(sign_in(db, "gz1", PASSWORD, None)));
            assert!(wrong(sign_in(db, "gz1", PASSWORD, Some("000000"))));
        }
        assert!(matches!(sign_in(db, "gz1", PASSWORD, None), Came::Locked));
    });
}

#[test]
fn a_recovery_code_stands_in_once() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let (_, codes) = enrol(db, staff.id);
        assert_eq!(codes.len(), secret::RECOVERY_CODES);
        signed_in(db, "gz1", Some(&codes[0].to_uppercase()));
        assert!(matches!(sign_in(db, "gz1", PASSWORD, Some(&codes[0])), Came::Refused(Refusal::WrongCode)));
        signed_in(db, "gz1", Some(&codes[1]));
        let expect =
            ["registered", "password_changed", "second_factor_confirmed", "recovery_code_used", "recovery_code_used"];
        assert_eq!(kinds(db, staff.id), expect);
        let again = crate::house::try_write(db, move |unit| own_account::enrol(unit, staff.id)).unwrap_err();
        assert_eq!(again.reason, Some("already-enrolled"));
        // A reset takes the factor and its codes away.
        let (before, hash) = (record(db, &staff), password::hash(PASSWORD, db.random.as_ref()));
        write(db, move |unit| acts::reset(unit, &actor(), &before, &hash));
        signed_in(db, "gz1", None);
    });
}

#[test]
fn a_wrong_code_confirms_nothing() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        let id = staff.id;
        let early = crate::house::try_write(db, move |unit| own_account::confirm(unit, id, "000000")).unwrap_err();
        assert_eq!(early.reason, Some("not-begun"));
        write(db, move |unit| own_account::enrol(unit, id).map(drop));
        let wrong = crate::house::try_write(db, move |unit| own_account::confirm(unit, id, "000000")).unwrap_err();
        assert_eq!(wrong.reason, Some("wrong-code"));
        set_password(db, &staff, PASSWORD);
        signed_in(db, "gz1", None);
    });
}

#[test]
fn sessions_end_by_time_by_hand_and_by_number() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let access = access(db);
        let first = signed_in(db, "gz1", None);
        // The number of changes is the process's, so a test beside this one may raise it between the two calls.
        let remembered = || access.authenticate(&cookie(&first)).is_ok() && access.recall(&cookie(&first)).is_some();
        assert!((0..1_000).any(|_| remembered()));
        // By hand: gone at the next request of this process.
        let (id, session) = (staff.id, first.session.id);
        write(db, move |unit| own_account::end_session(unit, id, session));
        people::access::changed();
        is_out(&access, &cookie(&first));
        // Idle for half an hour.
        let idle = signed_in(db, "gz1", None);
        db.clock.advance_micros(30 * MINUTE);
        is_out(&access, &cookie(&idle));
        // Used every twenty minutes it lives, but no longer than twelve hours.
        let busy = signed_in(db, "gz1", None);
        for _ in 0..(12 * 60 / 20 - 1) {
            db.clock.advance_micros(20 * MINUTE);
            assert!(access.authenticate(&cookie(&busy)).is_ok());
            // The note of the use goes through the writer; a unit of ours behind it waits for it.
            write(db, |_| Ok(()));
            wait_for_touch(db, &busy);
        }
        db.clock.advance_micros(20 * MINUTE);
        is_out(&access, &cookie(&busy));
        // The eleventh session ends the oldest.
        let many: Vec<_> = (0..=sign_in::SESSIONS_MAX)
            .map(|_| {
                db.clock.advance_micros(1);
                signed_in(db, "gz1", None)
            })
            .collect();
        is_out(&access, &cookie(&many[0]));
        assert!(access.authenticate(&cookie(&many[1])).is_ok());
        let others = many[1].session.id;
        let ended = write(db, move |unit| own_account::end_other_sessions(unit, id, Some(others)));
        assert!(ended >= sign_in::SESSIONS_MAX - 1);
        people::access::changed();
        assert!(access.authenticate(&cookie(&many[1])).is_ok());
        is_out(&access, &cookie(&many[2]));
    });
}

/// Reads until the last use is noted; on PostgreSQL several writers work side by side.
fn wait_for_touch(db: &TestDatabase, session: &NewSession) {
    let id = session.session.id;
    for _ in 0..100_000 {
        let all =
            db.ledger.read(|conn| sessions::of_staff(conn, session.session.staff).map_err(Problem::from)).unwrap();
        if all.iter().any(|other| other.id == id && other.seen_at == db.now()) {
            return;
        }
        std::thread::yield_now();
    }
    panic!("the use was not noted");
}

#[test]
fn a_change_of_roles_takes_effect_at_the_next_request() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Teller);
        set_password(db, &staff, PASSWORD);
        let access = access(db);
        let session = signed_in(db, "gz1", None);
        let before = access.authenticate(&cookie(&session)).unwrap().actor;
        assert!(!before.holds(permissions::CUSTOMER_REVEAL));
        let (old, scope) = (record(db, &staff), place(db, "GZ").id);
        let change =
            acts::StaffChange { roles: Some(vec![crate::house::held(Role::Handler, scope)]), ..Default::default() };
        write(db, move |unit| acts::change(unit, &actor(), &old, 1, &change));
        people::access::changed();
        assert!(access.recall(&cookie(&session)).is_none());
        let after = access.authenticate(&cookie(&session)).unwrap().actor;
        assert!(after.may(permissions::CUSTOMER_REVEAL, &place(db, "GZ001").path));
        assert!(!after.may(permissions::CUSTOMER_REVEAL, &place(db, "SZ001").path));
        // The branch moves, and the scope with it.
        let list = crate::house::rows(&[("GZ", "branch", "SZ")]);
        write(db, move |unit| take(unit, &list).map(drop));
        people::access::changed();
        let moved = access.authenticate(&cookie(&session)).unwrap().actor;
        assert_eq!(moved.scopes(permissions::CUSTOMER_REVEAL), [place(db, "GZ").path]);
        assert_eq!(moved.unit.as_str(), "/HO/SZ/GZ/");
    });
}

#[test]
fn a_role_of_the_past_or_the_future_gives_nothing() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Teller);
        set_password(db, &staff, PASSWORD);
        let (old, scope, now) = (record(db, &staff), place(db, "GZ").id, db.now());
        let past = people::model::staff::RoleAssignment {
            role: Role::Handler,
            scope,
            from: now.plus_days(-2),
            to: Some(now.plus_days(-1)),
        };
        let future = people::model::staff::RoleAssignment {
            role: Role::Officer,
            scope,
            from: now.plus_micros(10 * MINUTE),
            to: None,
        };
        let change = acts::StaffChange { roles: Some(vec![past, future]), ..Default::default() };
        write(db, move |unit| acts::change(unit, &actor(), &old, 1, &change));
        let access = access(db);
        let session = signed_in(db, "gz1", None);
        assert!(access.authenticate(&cookie(&session)).unwrap().actor.grants.is_empty());
        db.clock.advance_micros(10 * MINUTE);
        assert!(access.recall(&cookie(&session)).is_none(), "what was remembered lasts seconds");
        let actor = access.authenticate(&cookie(&session)).unwrap().actor;
        assert_eq!(actor.roles.as_ref(), [Role::Officer]);
    });
}

#[test]
fn where_a_second_factor_is_required_nothing_goes_without_it() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let options = AccessOptions { second_factor_required: true };
        let access = Access::new(db.ledger.clone(), &permissions::specs(), options);
        let session = signed_in(db, "gz1", None);
        assert!(access.authenticate(&cookie(&session)).unwrap().actor.grants.is_empty());
        enrol(db, staff.id);
        people::access::changed();
        assert!(!access.authenticate(&cookie(&session)).unwrap().actor.grants.is_empty());
    });
}

#[test]
fn a_session_is_good_on_a_second_node_and_its_end_is_seen_there() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let second = db.second();
        let elsewhere = Access::new(second, &permissions::specs(), AccessOptions::default());
        let session = signed_in(db, "gz1", None);
        assert!(elsewhere.authenticate(&cookie(&session)).is_ok());
        let (id, own) = (staff.id, session.session.id);
        write(db, move |unit| own_account::end_session(unit, id, own));
        // Even if no announcement ever comes, what was remembered lasts five seconds.
        db.clock.advance_micros(5_000_000);
        is_out(&elsewhere, &cookie(&session));
    });
}

#[test]
fn secrets_of_one_door_do_not_open_the_other() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let access = access(db);
        let session = signed_in(db, "gz1", None);
        assert!(access.authenticate(&cookie(&session)).is_ok());
        is_out(&access, &Credentials::Bearer(session.token.clone()));
        is_out(&access, &Credentials::Session(String::new()));
        is_out(&access, &Credentials::Session("x".repeat(500)));
    });
}

#[test]
fn an_outdated_hash_is_renewed_at_sign_in() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let attempt = write(db, |unit| sign_in::begin(unit, "gz1").map_err(Problem::from)).unwrap();
        let new = password::hash(PASSWORD, db.random.as_ref());
        let check = Check {
            verdict: Verdict::Right { outdated: true },
            rehashed: Some(new.clone()),
            code: None,
            client: String::new(),
        };
        assert!(write(db, move |unit| sign_in::finish(unit, &attempt, &check)).is_ok());
        let held =
            db.ledger.read(|conn| people::store::credentials::of(conn, staff.id).map_err(Problem::from)).unwrap();
        assert_eq!(held.password_hash, Some(new));
    });
}

#[test]
fn the_clean_up_removes_what_has_ended_and_nothing_else() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        signed_in(db, "gz1", None);
        for _ in 0..lockout::FAILURES_MAX {
            sign_in(db, "stranger", "wrong", None);
        }
        let run = || {
            let at_start = |unit: &mut ledger::Unit<'_>| {
                let now = unit.now();
                people::jobs::at_start(now).into_iter().try_for_each(|job| unit.enqueue(job)).map_err(Problem::from)
            };
            write(db, at_start);
            db.ledger.run_due_jobs(people::jobs::handlers(), db.now()).unwrap();
        };
        run();
        assert!(matches!(sign_in(db, "stranger", "wrong", None), Came::Locked), "the lock stands");
        let count = || db.ledger.read(|conn| sessions::of_staff(conn, staff.id).map_err(Problem::from)).unwrap().len();
        assert_eq!(count(), 1);
        db.clock.advance_micros(13 * 60 * MINUTE);
        run();
        assert_eq!(count(), 0);
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
