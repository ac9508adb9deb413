//! What people do to their own account: password, second factor, sessions.

use kernel::{
    ActorKind, ActorRef, Problem, ProblemKind, Text,
    id::{SessionId, StaffId},
};
use ledger::Unit;

use super::{ACCESS_TOPIC, announce, record, refused};
use crate::{
    access::{
        password::Verdict,
        second_factor::{self, Enrolment},
        secret,
    },
    model::{events::StaffEvent, lockout::Guard},
    store::{
        credentials::{self, NewPassword},
        sessions,
        staff::{self, StaffRecord},
        staff_seal,
    },
    use_cases::sign_in::Attempt,
};

/// The person behind a session.
pub fn person(unit: &mut Unit<'_>, id: StaffId) -> Result<StaffRecord, Problem> {
    staff::find(unit.connection(), id)?.ok_or_else(|| Problem::not_found("员工", "member of staff"))
}

/// Sets the password that the person chose, if the present one was right. The other sessions end.
///
/// `attempt` is that of `sign_in::begin` under the person's own number: guessing through a stolen session is counted too.
pub fn change_password(
    unit: &mut Unit<'_>,
    id: StaffId,
    session: Option<SessionId>,
    (attempt, verdict): (&Attempt, Verdict),
    hash: &str,
) -> Result<bool, Problem> {
    if !knows(unit, id, attempt, &verdict)? {
        return Ok(false);
    }
    let now = unit.now();
    let password = NewPassword { hash, must_change: false, expires_at: None };
    credentials::set_password(unit.connection(), id, password, now)?;
    sessions::delete_all(unit.connection(), id, session)?;
    let record_of = person(unit, id)?;
    let actor = ActorRef::new(ActorKind::Staff, id);
    record(unit, &id.to_string(), &actor, &[StaffEvent::PasswordChanged])?;
    announce(unit, ACCESS_TOPIC, id.to_string(), &record_of.staff.unit_path, "password_changed");
    Ok(true)
}

/// Whether the present password was right; what was counted against the person then falls away.
fn knows(unit: &mut Unit<'_>, id: StaffId, attempt: &Attempt, verdict: &Verdict) -> Result<bool, Problem> {
    let held = credentials::of(unit.connection(), id)?;
    let right = matches!(verdict, Verdict::Right { .. });
    if !right || attempt.staff != Some(id) || held.password_hash != attempt.stored {
        return Ok(false);
    }
    credentials::set_guard(unit.connection(), &attempt.guard_key(), Guard::default())?;
    Ok(true)
}

/// Makes the secret of a second factor that waits to be confirmed; a secret that waited before is replaced.
pub fn enrol(unit: &mut Unit<'_>, id: StaffId) -> Result<Enrolment, Problem> {
    let record = person(unit, id)?;
    if credentials::of(unit.connection(), id)?.totp.is_some() {
        let text = Text::fixed(
            "已绑定动态验证码；更换手机请联系管理员重置。",
            "A second factor is in use; ask your administrator to reset it for another telephone.",
        );
        return Err(refused("already-enrolled", text));
    }
    let (now, random, keyring) = (unit.now(), unit.random(), unit.keyring());
    let shared = second_factor::new_secret(random);
    let key = staff_seal::key_of(unit.connection(), keyring, &record)?;
    let sealed = staff_seal::seal_factor(keyring, &key, id, &shared, random);
    credentials::set_pending_factor(unit.connection(), id, &sealed, now)?;
    second_factor::enrolment(&shared, &record.staff.number)
        .ok_or_else(|| Problem::internal_error("a fresh secret gives no address"))
}

/// Takes the second factor into use for whoever also knows the password: a session left open must not be enough to shut its
/// person out. The refusal of a wrong code is inside, so that the right password is remembered all the same.
pub fn confirm_knowing(
    unit: &mut Unit<'_>,
    id: StaffId,
    code: &str,
    (attempt, verdict): (&Attempt, &Verdict),
) -> Result<Result<Vec<String>, Problem>, Problem> {
    if !knows(unit, id, attempt, verdict)? {
        return Ok(Err(wrong_present_password()));
    }
    match confirm(unit, id, code) {
        // Nothing was written when the code is wrong.
        Err(problem) if problem.reason == Some(WRONG_CODE) => Ok(Err(problem)),
        done => done.map(Ok),
    }
}

/// The word of the refusal of a wrong code.
const WRONG_CODE: &str = "wrong-code";

/// Takes the second factor into use if the code is right. Returns recovery codes, shown this once.
pub fn confirm(unit: &mut Unit<'_>, id: StaffId, code: &str) -> Result<Vec<String>, Problem> {
    let person = person(unit, id)?;
    let held = credentials::of(unit.connection(), id)?;
    let Some(pending) = held.totp_pending.filter(|_| held.totp.is_none()) else {
        let text = Text::fixed("请先获取绑定二维码。", "Begin the enrolment first.");
        return Err(refused("not-begun", text));
    };
    let (now, random, keyring) = (unit.now(), unit.random(), unit.keyring());
    let key = staff_seal::key_of(unit.connection(), keyring, &person)?;
    let shared = staff_seal::open_factor(keyring, &key, id, &pending)?;
    let Some(step) = second_factor::accept(&shared, code, now, held.totp_step) else {
        let text =
            Text::fixed("动态验证码不正确，请核对手机时间。", "The code is wrong; check your telephone's clock.");
        return Err(Problem::invalid("/code", text).because(WRONG_CODE));
    };
    let codes = secret::recovery_codes(random);
    let macs: Vec<[u8; 32]> = codes
        .iter()
        .filter_map(|code| secret::normalise_recovery_code(code))
        .map(|code| secret::recovery_mac(keyring, &code))
        .collect();
    credentials::confirm_factor(unit.connection(), id, &pending, step, &macs, now)?;
    let actor = ActorRef::new(ActorKind::Staff, id);
    record(unit, &id.to_string(), &actor, &[StaffEvent::SecondFactorConfirmed])?;
    announce(unit, ACCESS_TOPIC, id.to_string(), &person.staff.unit_path, "second_factor_confirmed");
    Ok(codes)
}

/// Ends one of the person's sessions; signing out is ending the present one.
pub fn end_session(unit: &mut Unit<'_>, id: StaffId, session: SessionId) -> Result<(), Problem> {
    if !sessions::delete(unit.connection(), id, session)? {
        return Err(Problem::not_found("会话", "session"));
    }
    let person = person(unit, id)?;
    announce(unit, ACCESS_TOPIC, session.to_string(), &person.staff.unit_path, "session_ended");
    Ok(())
}

/// Ends all of the person's sessions but one. Returns how many ended.
pub fn end_other_sessions(unit: &mut Unit<'_>, id: StaffId, but: Option<SessionId>) -> Result<usize, Problem> {
    let ended = sessions::delete_all(unit.connection(), id, but)?;
    let person = person(unit, id)?;
    announce(unit, ACCESS_TOPIC, id.to_string(), &person.staff.unit_path, "session_ended");
    Ok(ended)
}

/// The answer to a wrong present password.
pub fn wrong_present_password() -> Problem {
    let text = Text::fixed("当前密码不正确。", "The present password is wrong.");
    let public = Text::fixed("有内容需要更正，见下列字段。", "Some fields need correction; see the list.");
    Problem::new(ProblemKind::Invalid, public).field("/present", text).because("wrong-password")
}
