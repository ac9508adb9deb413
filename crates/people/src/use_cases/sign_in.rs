//! Signing in: count the try, check the password outside, and finish.
//!
//! The three steps are apart because checking a password takes longer than a unit of work may: [`begin`] and [`finish`] run
//! in the writer, `access::password::verify` between them does not. A try is counted before it is checked, so a hundred
//! tries at once get no further than five after another.

use kernel::{
    ActorKind, ActorRef, Problem, ProblemKind, Text, Timestamp,
    id::{SessionId, StaffId},
};
use ledger::{StoreError, Unit};

use super::{ACCESS_TOPIC, announce, record};
use crate::{
    access::{password::Verdict, second_factor, secret},
    model::{
        events::StaffEvent,
        lockout::{Guard, Locked},
        staff::{StaffStatus, normalise_number},
    },
    store::{
        credentials::{self, Credentials, SignInOutcome},
        sessions::{self, Session},
        staff::{self, StaffRecord},
        staff_seal,
    },
};

/// How long a session lives at most, in microseconds: one working day with its overtime.
pub const SESSION_MICROS_MAX: i64 = 12 * 3_600_000_000;
/// How long a session lives unused, in microseconds: a counter left alone over the lunch break must not stay open.
pub const SESSION_IDLE_MICROS_MAX: i64 = 30 * 60 * 1_000_000;
/// Sessions of one person at once: a desk, a counter, a tablet, and some that were not signed out. The oldest goes.
pub const SESSIONS_MAX: usize = 10;
/// Characters kept of the browser's name.
pub const CLIENT_CHARS_MAX: usize = 120;

/// A try that was let through and counted.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The person, if there is one of that name.
    pub staff: Option<StaffId>,
    /// The stored password to check against; check against nothing, in equal time, when there is none.
    pub stored: Option<String>,
    guard_key: [u8; 32],
    guard: Guard,
}

impl Attempt {
    /// What the record of tries knows of the typed name.
    pub(crate) const fn guard_key(&self) -> [u8; 32] {
        self.guard_key
    }
}

/// Lets a try through and counts it, or refuses it. Whether the name exists makes no difference.
pub fn begin(unit: &mut Unit<'_>, typed: &str) -> Result<Result<Attempt, Locked>, StoreError> {
    let guard_key = secret::guard_key(unit.keyring(), typed);
    unit.lock(&format!("people.guard.{}", hex::encode(guard_key)))?;
    let now = unit.now();
    let guard = match credentials::guard(unit.connection(), &guard_key)?.enter(now) {
        Ok(guard) => guard,
        Err(locked) => return Ok(Err(locked)),
    };
    credentials::set_guard(unit.connection(), &guard_key, guard)?;
    let record = match normalise_number(typed) {
        Ok(number) => staff::find_by_number(unit.connection(), &number)?,
        Err(_) => None,
    };
    let record = record.filter(|record| record.staff.status == StaffStatus::Active);
    let stored = match &record {
        Some(record) => credentials::of(unit.connection(), record.staff.id)?.password_hash,
        None => None,
    };
    Ok(Ok(Attempt { staff: record.map(|record| record.staff.id), stored, guard_key, guard }))
}

/// The answer to a try that was refused unheard.
pub fn locked(locked: Locked, now: Timestamp) -> Problem {
    const SECOND_MICROS: i64 = 1_000_000;
    let seconds = (locked.until.micros_since(now).max(0) + SECOND_MICROS - 1) / SECOND_MICROS;
    let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
    let minutes = seconds.div_ceil(60);
    let message = Text::of(
        format!("连续输错次数过多，请 {minutes} 分钟后再试。"),
        format!("Too many wrong tries. Try again in {minutes} minutes."),
    );
    Problem::new(ProblemKind::TooMany, message).because("locked").after_seconds(seconds)
}

/// What finishing needs beside the attempt.
#[derive(Debug, Clone)]
pub struct Check {
    /// What came of the password.
    pub verdict: Verdict,
    /// The same password under today's parameters, if the stored one is outdated.
    pub rehashed: Option<String>,
    /// The code of the second factor, or a recovery code.
    pub code: Option<String>,
    /// The browser's name.
    pub client: String,
}

/// A session that began. The secret is given to the browser and kept nowhere.
#[derive(Clone)]
pub struct NewSession {
    /// The session.
    pub session: Session,
    /// Its secret.
    pub token: String,
    /// Whose it is.
    pub record: StaffRecord,
}

impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewSession({})", self.session.id)
    }
}

/// Why a sign-in did not succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The name or the password is wrong.
    WrongPassword,
    /// The password is right; a code of the second factor is needed.
    CodeNeeded,
    /// The password is right and the code is not.
    WrongCode,
    /// The temporary password has ended.
    Expired,
}

impl Refusal {
    /// The answer to the person.
    pub fn problem(self) -> Problem {
        let (reason, text) = match self {
            Self::WrongPassword => {
                ("wrong-password", Text::fixed("工号或密码不正确。", "The staff number or the password is wrong."))
            }
            Self::CodeNeeded => {
                ("code-needed", Text::fixed("请输入动态验证码。", "Enter the code of your authenticator."))
            }
            Self::WrongCode => {
                ("wrong-code", Text::fixed("动态验证码不正确或已用过。", "The code is wrong or was used before."))
            }
            Self::Expired => (
                "password-expired",
                Text::fixed(
                    "临时密码已过期，请联系管理员重置。",
                    "The temporary password has ended. Ask your administrator to reset it.",
                ),
            ),
        };
        Problem::new(ProblemKind::Unauthenticated, text).because(reason)
    }
}

/// Finishes a try: a session, or the reason why not. Both are kept, so this returns `Ok` for both.
pub fn finish(unit: &mut Unit<'_>, attempt: &Attempt, check: &Check) -> Result<Result<NewSession, Refusal>, Problem> {
    unit.lock(&format!("people.guard.{}", hex::encode(attempt.guard_key)))?;
    let known = match attempt.staff {
        Some(id) => staff::find(unit.connection(), id)?.filter(|record| record.staff.status == StaffStatus::Active),
        None => None,
    };
    let Some(record) = known else { return wrong(unit, attempt, None, SignInOutcome::WrongPassword) };
    let held = credentials::of(unit.connection(), record.staff.id)?;
    let right = matches!(check.verdict, Verdict::Right { .. });
    // A password that was changed while it was being checked was checked in vain.
    if !right || held.password_hash != attempt.stored {
        return wrong(unit, attempt, Some(&record), SignInOutcome::WrongPassword);
    }
    if held.password_expires_at.is_some_and(|end| end <= unit.now()) {
        return wrong(unit, attempt, Some(&record), SignInOutcome::Expired);
    }
    if held.totp.is_some() {
        let Some(code) = &check.code else {
            let guard = credentials::guard(unit.connection(), &attempt.guard_key)?.withdraw();
            credentials::set_guard(unit.connection(), &attempt.guard_key, guard)?;
            return Ok(Err(Refusal::CodeNeeded));
        };
        if !take_code(unit, &record, &held, code)? {
            return wrong(unit, attempt, Some(&record), SignInOutcome::WrongCode);
        }
    }
    credentials::set_guard(unit.connection(), &attempt.guard_key, Guard::default())?;
    if let (Some(hash), Some(checked)) = (&check.rehashed, &attempt.stored) {
        credentials::rehash(unit.connection(), record.staff.id, checked, hash)?;
    }
    open_session(unit, record, &check.client).map(Ok)
}

/// Keeps a wrong try; the one that set the lock leaves an event, since somebody may be guessing.
fn wrong(
    unit: &mut Unit<'_>,
    attempt: &Attempt,
    record_of: Option<&StaffRecord>,
    outcome: SignInOutcome,
) -> Result<Result<NewSession, Refusal>, Problem> {
    let (now, id) = (unit.now(), SessionId::new(unit.now(), unit.random()));
    let staff_id = record_of.map(|known| known.staff.id);
    credentials::insert_sign_in(unit.connection(), id, staff_id, outcome, now)?;
    if let (Some(known), Some(until)) = (record_of, attempt.guard.locked_until) {
        let event = StaffEvent::Locked { until };
        record(unit, &known.staff.id.to_string(), &ActorRef::program("sign-in"), &[event])?;
    }
    Ok(Err(match outcome {
        SignInOutcome::Expired => Refusal::Expired,
        SignInOutcome::WrongCode => Refusal::WrongCode,
        SignInOutcome::WrongPassword | SignInOutcome::SignedIn => Refusal::WrongPassword,
    }))
}

/// Takes a code of the second factor, or a recovery code, once.
fn take_code(unit: &mut Unit<'_>, person: &StaffRecord, held: &Credentials, code: &str) -> Result<bool, Problem> {
    let (id, keyring) = (person.staff.id, unit.keyring());
    let Some(sealed) = &held.totp else { return Ok(false) };
    let key = staff_seal::key_of(unit.connection(), keyring, person)?;
    let shared = staff_seal::open_factor(keyring, &key, id, sealed)?;
    if let Some(step) = second_factor::accept(&shared, code, unit.now(), held.totp_step) {
        return Ok(credentials::take_step(unit.connection(), id, step)?);
    }
    let Some(code) = secret::normalise_recovery_code(code) else { return Ok(false) };
    let macs = secret::recovery_macs(keyring, &code);
    let Some(left) = credentials::take_recovery_code(unit.connection(), id, &macs)? else { return Ok(false) };
    let actor = ActorRef::new(ActorKind::Staff, id);
    record(unit, &id.to_string(), &actor, &[StaffEvent::RecoveryCodeUsed { left }])?;
    Ok(true)
}

/// Begins a session; the oldest goes when there are too many.
fn open_session(unit: &mut Unit<'_>, person: StaffRecord, client: &str) -> Result<NewSession, Problem> {
    let now = unit.now();
    let (id, token) = (SessionId::new(now, unit.random()), secret::session_token(unit.random()));
    let staff_id = person.staff.id;
    unit.lock(&format!("people.sessions.{staff_id}"))?;
    let living = sessions::of_staff(unit.connection(), staff_id)?;
    for old in living.iter().skip(SESSIONS_MAX - 1) {
        sessions::delete(unit.connection(), staff_id, old.id)?;
        announce(unit, ACCESS_TOPIC, old.id.to_string(), &person.staff.unit_path, "session_ended");
    }
    let session = Session {
        id,
        staff: staff_id,
        client: short_client(client),
        created_at: now,
        seen_at: now,
        expires_at: now.plus_micros(SESSION_MICROS_MAX),
    };
    let hash = secret::token_hash(unit.keyring(), &token);
    sessions::insert(unit.connection(), &session, &hash)?;
    credentials::insert_sign_in(unit.connection(), id, Some(staff_id), SignInOutcome::SignedIn, now)?;
    Ok(NewSession { session, token, record: person })
}

fn short_client(client: &str) -> String {
    client.chars().filter(|c| !c.is_control()).take(CLIENT_CHARS_MAX).collect()
}
