//! What staff sign in with, and the record of tries. Nothing here can be turned back into a password or a code.

use diesel::{ExpressionMethods, OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper};
use kernel::{
    Timestamp,
    id::{SessionId, StaffId},
};
use ledger::{Connection, StoreError, on_each};
use seal::Sealed;

use super::{
    one_row,
    schema::{recovery_codes, sign_in_guards, sign_ins, staff_credentials},
};
use crate::model::lockout::Guard;

const TABLE: &str = "staff_credentials";

/// What a member of staff signs in with.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// The PHC string of the password; `None` until an administrator or the person sets one.
    pub password_hash: Option<String>,
    /// When a temporary password ends.
    pub password_expires_at: Option<Timestamp>,
    /// Whether the password must be changed before anything else.
    pub must_change: bool,
    /// The sealed secret of the second factor, once confirmed.
    pub totp: Option<Sealed>,
    /// The step of the last code taken.
    pub totp_step: i64,
    /// The sealed secret of a second factor that waits to be confirmed.
    pub totp_pending: Option<Sealed>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = staff_credentials)]
struct CredentialsRow {
    password_hash: Option<String>,
    password_expires_at: Option<i64>,
    must_change: bool,
    totp_sealed: Option<String>,
    totp_step: i64,
    totp_pending: Option<String>,
}

impl From<CredentialsRow> for Credentials {
    fn from(row: CredentialsRow) -> Self {
        Self {
            password_hash: row.password_hash,
            password_expires_at: row.password_expires_at.map(Timestamp::from_micros),
            must_change: row.must_change,
            totp: row.totp_sealed.map(Sealed::from_stored),
            totp_step: row.totp_step,
            totp_pending: row.totp_pending.map(Sealed::from_stored),
        }
    }
}

/// The credentials of a person; empty ones when there are none.
pub fn of(conn: &mut Connection, staff: StaffId) -> Result<Credentials, StoreError> {
    let query = staff_credentials::table.find(staff.to_string());
    Ok(on_each!(conn, |c| query.select(CredentialsRow::as_select()).first(c))
        .optional()?
        .map(Credentials::from)
        .unwrap_or_default())
}

/// Adds the empty credentials of a new person.
pub fn insert(conn: &mut Connection, staff: StaffId, now: Timestamp) -> Result<(), StoreError> {
    let values = (
        staff_credentials::staff_id.eq(staff.to_string()),
        staff_credentials::must_change.eq(true),
        staff_credentials::totp_step.eq(0),
        staff_credentials::updated_at.eq(now.as_micros()),
    );
    on_each!(conn, |c| diesel::insert_into(staff_credentials::table).values(values).execute(c))?;
    Ok(())
}

/// A password as it is stored.
#[derive(Debug, Clone, Copy)]
pub struct NewPassword<'a> {
    /// The PHC string.
    pub hash: &'a str,
    /// Whether it must be changed before anything else.
    pub must_change: bool,
    /// When it ends, if it is temporary.
    pub expires_at: Option<Timestamp>,
}

/// Sets the password.
pub fn set_password(
    conn: &mut Connection,
    staff: StaffId,
    password: NewPassword<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = staff_credentials::table.find(staff.to_string());
    let values = (
        staff_credentials::password_hash.eq(password.hash),
        staff_credentials::password_expires_at.eq(password.expires_at.map(Timestamp::as_micros)),
        staff_credentials::must_change.eq(password.must_change),
        staff_credentials::updated_at.eq(now.as_micros()),
    );
    let rows = on_each!(conn, |c| diesel::update(there).set(values).execute(c))?;
    one_row(rows, TABLE, staff)
}

/// Replaces the hash by one of the same password with today's parameters, if it is still the one that was checked.
pub fn rehash(conn: &mut Connection, staff: StaffId, checked: &str, hash: &str) -> Result<(), StoreError> {
    let there = staff_credentials::table.find(staff.to_string()).filter(staff_credentials::password_hash.eq(checked));
    on_each!(conn, |c| diesel::update(there).set(staff_credentials::password_hash.eq(hash)).execute(c))?;
    Ok(())
}

/// Keeps the secret of a second factor that waits to be confirmed.
pub fn set_pending_factor(
    conn: &mut Connection,
    staff: StaffId,
    secret: &Sealed,
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = staff_credentials::table.find(staff.to_string());
    let values =
        (staff_credentials::totp_pending.eq(secret.as_str()), staff_credentials::updated_at.eq(now.as_micros()));
    let rows = on_each!(conn, |c| diesel::update(there).set(values).execute(c))?;
    one_row(rows, TABLE, staff)
}

/// Makes the waiting second factor the one in use, with fresh recovery codes. `step` is that of the code that confirmed it.
pub fn confirm_factor(
    conn: &mut Connection,
    staff: StaffId,
    secret: &Sealed,
    step: i64,
    codes: &[[u8; 32]],
    now: Timestamp,
) -> Result<(), StoreError> {
    let there = staff_credentials::table.find(staff.to_string());
    let values = (
        staff_credentials::totp_sealed.eq(secret.as_str()),
        staff_credentials::totp_step.eq(step),
        staff_credentials::totp_pending.eq(None::<String>),
        staff_credentials::updated_at.eq(now.as_micros()),
    );
    let rows = on_each!(conn, |c| diesel::update(there).set(values).execute(c))?;
    one_row(rows, TABLE, staff)?;
    forget_codes(conn, staff)?;
    for code in codes {
        let values = (recovery_codes::staff_id.eq(staff.to_string()), recovery_codes::code_mac.eq(code.as_slice()));
        on_each!(conn, |c| diesel::insert_into(recovery_codes::table).values(values).execute(c))?;
    }
    Ok(())
}

/// Takes the second factor and its recovery codes away.
pub fn remove_factor(conn: &mut Connection, staff: StaffId, now: Timestamp) -> Result<(), StoreError> {
    let there = staff_credentials::table.find(staff.to_string());
    let values = (
        staff_credentials::totp_sealed.eq(None::<String>),
        staff_credentials::totp_pending.eq(None::<String>),
        staff_credentials::totp_step.eq(0),
        staff_credentials::updated_at.eq(now.as_micros()),
    );
    let rows = on_each!(conn, |c| diesel::update(there).set(values).execute(c))?;
    one_row(rows, TABLE, staff)?;
    forget_codes(conn, staff)
}

fn forget_codes(conn: &mut Connection, staff: StaffId) -> Result<(), StoreError> {
    let codes = recovery_codes::table.filter(recovery_codes::staff_id.eq(staff.to_string()));
    on_each!(conn, |c| diesel::delete(codes).execute(c))?;
    Ok(())
}

/// Records that the code of `step` was taken. Returns false when a code of this or a later step was taken first.
pub fn take_step(conn: &mut Connection, staff: StaffId, step: i64) -> Result<bool, StoreError> {
    let there = staff_credentials::table.find(staff.to_string()).filter(staff_credentials::totp_step.lt(step));
    let rows = on_each!(conn, |c| diesel::update(there).set(staff_credentials::totp_step.eq(step)).execute(c))?;
    Ok(rows == 1)
}

/// Uses up a recovery code. Returns how many are left, or `None` when it is none of this person's.
pub fn take_recovery_code(conn: &mut Connection, staff: StaffId, macs: &[[u8; 32]]) -> Result<Option<u32>, StoreError> {
    let macs: Vec<&[u8]> = macs.iter().map(<[u8; 32]>::as_slice).collect();
    let row = staff.to_string();
    let this =
        recovery_codes::table.filter(recovery_codes::staff_id.eq(&row)).filter(recovery_codes::code_mac.eq_any(macs));
    if on_each!(conn, |c| diesel::delete(this).execute(c))? == 0 {
        return Ok(None);
    }
    let left = recovery_codes::table.filter(recovery_codes::staff_id.eq(&row)).count();
    let left: i64 = on_each!(conn, |c| left.get_result(c))?;
    Ok(Some(u32::try_from(left).unwrap_or(u32::MAX)))
}

/// The tries under a name.
pub fn guard(conn: &mut Connection, name: &[u8; 32]) -> Result<Guard, StoreError> {
    let query = sign_in_guards::table.find(name.as_slice()).select((
        sign_in_guards::tries,
        sign_in_guards::since,
        sign_in_guards::locked_until,
    ));
    let row: Option<(i32, i64, Option<i64>)> = on_each!(conn, |c| query.first(c)).optional()?;
    Ok(row.map_or_else(Guard::default, |(tries, since, locked_until)| Guard {
        tries: u32::try_from(tries).unwrap_or(u32::MAX),
        since: Some(Timestamp::from_micros(since)),
        locked_until: locked_until.map(Timestamp::from_micros),
    }))
}

/// Writes the tries under a name; a guard without tries is removed.
pub fn set_guard(conn: &mut Connection, name: &[u8; 32], guard: Guard) -> Result<(), StoreError> {
    let there = sign_in_guards::table.find(name.as_slice());
    let Some(since) = guard.since.filter(|_| guard.tries > 0) else {
        on_each!(conn, |c| diesel::delete(there).execute(c))?;
        return Ok(());
    };
    let values = (
        sign_in_guards::tries.eq(i32::try_from(guard.tries).unwrap_or(i32::MAX)),
        sign_in_guards::since.eq(since.as_micros()),
        sign_in_guards::locked_until.eq(guard.locked_until.map(Timestamp::as_micros)),
    );
    if on_each!(conn, |c| diesel::update(there).set(values).execute(c))? == 0 {
        let row = (sign_in_guards::name_mac.eq(name.as_slice()), values);
        on_each!(conn, |c| diesel::insert_into(sign_in_guards::table).values(row).execute(c))?;
    }
    Ok(())
}

/// How a sign-in ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignInOutcome {
    /// A session began.
    SignedIn,
    /// The name or the password was wrong, or the account is disabled.
    WrongPassword,
    /// The password was right and the code wrong.
    WrongCode,
    /// The temporary password had ended.
    Expired,
}

impl SignInOutcome {
    /// The stored form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedIn => "signed_in",
            Self::WrongPassword => "wrong_password",
            Self::WrongCode => "wrong_code",
            Self::Expired => "expired",
        }
    }
}

/// Keeps how a sign-in ended. `id` is that of the session, or of the try.
pub fn insert_sign_in(
    conn: &mut Connection,
    id: SessionId,
    staff: Option<StaffId>,
    outcome: SignInOutcome,
    now: Timestamp,
) -> Result<(), StoreError> {
    let values = (
        sign_ins::id.eq(id.to_string()),
        sign_ins::staff_id.eq(staff.map(|id| id.to_string())),
        sign_ins::outcome.eq(outcome.as_str()),
        sign_ins::at.eq(now.as_micros()),
    );
    on_each!(conn, |c| diesel::insert_into(sign_ins::table).values(values).execute(c))?;
    Ok(())
}

/// Removes up to `limit` records of sign-ins from before `before`. Returns how many went.
pub fn prune_sign_ins(conn: &mut Connection, before: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let old = sign_ins::table.filter(sign_ins::at.lt(before.as_micros())).order(sign_ins::at).limit(limit);
    let ids: Vec<String> = on_each!(conn, |c| old.select(sign_ins::id).load(c))?;
    let old = sign_ins::table.filter(sign_ins::id.eq_any(ids));
    Ok(on_each!(conn, |c| diesel::delete(old).execute(c))?)
}

/// Removes up to `limit` records of tries that were begun before `before` and are not locked at `now`.
pub fn prune_guards(conn: &mut Connection, before: Timestamp, now: Timestamp, limit: i64) -> Result<usize, StoreError> {
    let old = sign_in_guards::table.filter(sign_in_guards::since.lt(before.as_micros())).limit(limit);
    let rows: Vec<(Vec<u8>, Option<i64>)> =
        on_each!(conn, |c| old.select((sign_in_guards::name_mac, sign_in_guards::locked_until)).load(c))?;
    let open = rows.into_iter().filter(|(_, until)| until.is_none_or(|until| until <= now.as_micros()));
    let names: Vec<Vec<u8>> = open.map(|(name, _)| name).collect();
    let stale = sign_in_guards::table.filter(sign_in_guards::name_mac.eq_any(names));
    Ok(on_each!(conn, |c| diesel::delete(stale).execute(c))?)
}
