//! Ways through the door for tests: sign in, and see who is in.

use std::sync::Arc;

use endpoint::{Authenticator, Credentials};
use kernel::{Problem, ProblemKind};
use ledger::testkit::TestDatabase;
use people::{
    Access, AccessOptions,
    access::password,
    model::permissions,
    use_cases::sign_in::{self, Check, NewSession, Refusal},
};

use crate::house::write;

/// The password of everybody in these tests.
pub const PASSWORD: &str = "Quiet-river-7";
/// Microseconds of a minute.
pub const MINUTE: i64 = 60_000_000;

/// What came of a whole sign-in.
#[derive(Debug)]
pub enum Came {
    In(Box<NewSession>),
    Refused(Refusal),
    Locked,
}

pub fn sign_in(db: &TestDatabase, number: &str, typed: &str, code: Option<&str>) -> Came {
    let (number, code) = (number.to_owned(), code.map(str::to_owned));
    let Ok(attempt) = write(db, move |unit| sign_in::begin(unit, &number).map_err(Problem::from)) else {
        return Came::Locked;
    };
    let verdict = password::verify(typed, attempt.stored.as_deref());
    let check = Check { verdict, rehashed: None, code, client: "test browser".to_owned() };
    match write(db, move |unit| sign_in::finish(unit, &attempt, &check)) {
        Ok(session) => Came::In(Box::new(session)),
        Err(refusal) => Came::Refused(refusal),
    }
}

#[track_caller]
pub fn signed_in(db: &TestDatabase, number: &str, code: Option<&str>) -> NewSession {
    match sign_in(db, number, PASSWORD, code) {
        Came::In(session) => *session,
        other @ (Came::Refused(_) | Came::Locked) => panic!("{number} on {}: {other:?}", db.name),
    }
}

pub fn access(db: &TestDatabase) -> Arc<Access> {
    Access::new(db.ledger.clone(), &permissions::specs(), AccessOptions::default())
}

pub fn cookie(session: &NewSession) -> Credentials {
    Credentials::Session(session.token.clone())
}

#[track_caller]
pub fn is_out(access: &Access, credentials: &Credentials) {
    assert!(access.recall(credentials).is_none());
    assert_eq!(access.authenticate(credentials).unwrap_err().kind, ProblemKind::Unauthenticated);
}
