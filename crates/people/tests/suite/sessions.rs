//! Sessions: how they end, and how soon a change takes effect.

use endpoint::{Authenticator, Credentials};
use kernel::{Problem, Role};
use ledger::testkit::TestDatabase;
use people::{
    Access, AccessOptions,
    model::{lockout, permissions},
    store::sessions,
    use_cases::{
        own_account,
        sign_in::{self, NewSession},
        staff as acts,
    },
};

use crate::{
    door::{Came, MINUTE, PASSWORD, access, cookie, is_out, sign_in, signed_in},
    house::{actor, each_bank, hire, place, record, set_password, take, write},
};

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
fn a_caller_who_is_remembered_costs_next_to_nothing() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let (access, session) = (access(db), signed_in(db, "gz1", None));
        let credentials = cookie(&session);
        const CALLS: u32 = 20_000;
        let mut best = std::time::Duration::MAX;
        for _ in 0..5 {
            access.authenticate(&credentials).unwrap();
            let started = std::time::Instant::now();
            let remembered = (0..CALLS).filter(|_| access.recall(&credentials).is_some()).count();
            if remembered == CALLS as usize {
                best = best.min(started.elapsed() / CALLS);
            }
        }
        eprintln!("{}: a remembered caller in {best:?}", db.name);
        // Two microseconds in a release build; an unoptimised one on a busy machine may take ten times that.
        assert!(best.as_micros() < 20 || best == std::time::Duration::MAX);
    });
}
