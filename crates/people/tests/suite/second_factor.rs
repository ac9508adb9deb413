//! Second factors: asked for, taken once, stood in for, and required.

use endpoint::Authenticator;
use kernel::Role;
use ledger::testkit::TestDatabase;
use people::{
    Access, AccessOptions,
    access::{password, second_factor, secret},
    model::{lockout, permissions},
    use_cases::{own_account, sign_in::Refusal, staff as acts},
};

use crate::{
    door::{Came, MINUTE, PASSWORD, cookie, sign_in, signed_in},
    house::{actor, each_bank, hire, kinds, record, set_password, write},
};

/// Enrols a second factor and confirms it; gives its secret and the recovery codes.
fn enrol(db: &TestDatabase, id: kernel::StaffId) -> (Vec<u8>, Vec<String>) {
    let enrolment = write(db, move |unit| own_account::enrol(unit, id));
    let secret = base32(&enrolment.secret);
    let code = second_factor::code_at(&secret, db.now()).unwrap();
    let codes = write(db, move |unit| own_account::confirm(unit, id, &code));
    (secret, codes)
}

/// RFC 4648 base 32, as an authenticator reads it.
pub fn base32(text: &str) -> Vec<u8> {
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
fn where_a_second_factor_is_required_nothing_goes_without_it() {
    each_bank(|db| {
        let staff = hire(db, "gz1", "GZ", Role::Handler);
        set_password(db, &staff, PASSWORD);
        let options = AccessOptions { second_factor_required: true };
        let access = Access::new(db.ledger.clone(), &permissions::specs(), options);
        let session = signed_in(db, "gz1", None);
        let caller = access.authenticate(&cookie(&session)).unwrap();
        assert!(caller.actor.grants.is_empty());
        assert_eq!(caller.session.unwrap().duty.unwrap().reason, "enrol-second-factor-first");
        enrol(db, staff.id);
        people::access::changed();
        assert!(!access.authenticate(&cookie(&session)).unwrap().actor.grants.is_empty());
    });
}
