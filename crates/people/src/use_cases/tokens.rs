//! Issuing and revoking API tokens of the bank's other systems.

use kernel::{
    ActorRef, Problem, Role, Text, Timestamp,
    id::{TokenId, UnitId},
};
use ledger::Unit;

use super::{ACCESS_TOPIC, announce, open_unit, record, refused};
use crate::{
    access::{RoleTable, secret},
    model::{events::TokenEvent, import::check_line},
    store::tokens::{self, ApiToken},
};

/// Characters of a token's name at most.
pub const NAME_CHARS_MAX: usize = 80;
/// Days a token lives at most: a year and the month in which it is replaced.
pub const LIFE_DAYS_MAX: i64 = 400;

/// A token to be issued.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Which system it is for.
    pub name: String,
    /// The unit in which it works.
    pub unit: UnitId,
    /// The permissions it is narrowed to; empty for all of the system role.
    pub permissions: Vec<String>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Issues a token. `table` says what the system role may hold. Returns the token and its secret, shown this once.
pub fn issue(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    new: &NewToken,
    table: &RoleTable,
) -> Result<(ApiToken, String), Problem> {
    let name = check_line(&new.name, NAME_CHARS_MAX).map_err(|text| Problem::invalid("/name", text))?;
    let now = unit.now();
    if new.expires_at <= now || new.expires_at > now.plus_days(LIFE_DAYS_MAX) {
        let text = Text::of(
            format!("有效期须在今后 {LIFE_DAYS_MAX} 天内。"),
            format!("A token ends within the next {LIFE_DAYS_MAX} days."),
        );
        return Err(Problem::invalid("/expires_at", text));
    }
    let mut permissions = new.permissions.clone();
    permissions.sort_unstable();
    permissions.dedup();
    let allowed = table.of(Role::System);
    if let Some(at) = new.permissions.iter().position(|name| allowed.iter().all(|known| known.0 != name)) {
        let text = Text::fixed("外部系统没有这项权限。", "Systems do not have this permission.");
        return Err(Problem::invalid(format!("/permissions/{at}"), text));
    }
    // Whoever issues a token sees its secret: one that read one-time codes and acted besides would let them act as a customer.
    if permissions.len() > 1
        && let Some(at) = new.permissions.iter().position(|name| table.stands_alone(name))
    {
        let text = Text::fixed(
            "这项权限只能单独签发，请另行签发一个只含这项权限的令牌。",
            "A token with this permission holds no other; issue a token of its own for it.",
        );
        return Err(Problem::invalid(format!("/permissions/{at}"), text));
    }
    let place = open_unit(unit.connection(), new.unit, "/unit")?;
    let (id, token) = (TokenId::new(now, unit.random()), secret::api_token(unit.random()));
    let issued = ApiToken {
        id,
        name: name.to_owned(),
        unit: place.id,
        unit_path: place.path,
        permissions: permissions.clone(),
        created_by: actor.clone(),
        created_at: now,
        expires_at: new.expires_at,
        used_at: None,
        revoked_at: None,
    };
    let hash = secret::token_hash(unit.keyring(), &token);
    tokens::insert(unit.connection(), &issued, &hash)?;
    let event = TokenEvent::Issued { unit: issued.unit, permissions, expires: issued.expires_at };
    unit.append(&id.to_string(), 0, actor, &[event])?;
    Ok((issued, token))
}

/// Tokens that end together when their maker is disabled: an administrator of a large bank issues some dozens in a career.
const OF_ONE_MAX: i64 = 1_000;

/// Revokes the tokens of somebody who might no longer issue them, being disabled or without the role there: they saw the
/// secrets. `keep` says which they still might. Returns how many ended.
pub fn revoke_of(
    unit: &mut Unit<'_>,
    actor: &ActorRef,
    maker: &ActorRef,
    keep: impl Fn(&ApiToken) -> bool,
) -> Result<usize, Problem> {
    let now = unit.now();
    let live = tokens::live_of(unit.connection(), maker, now, OF_ONE_MAX)?;
    let mut ended = 0;
    for token in live.iter().filter(|token| !keep(token)) {
        revoke(unit, actor, token)?;
        ended += 1;
    }
    if i64::try_from(live.len()).is_ok_and(|count| count >= OF_ONE_MAX) {
        let text = Text::fixed(
            "该员工签发的令牌过多，请先逐个撤销。",
            "The person issued too many tokens; revoke some of them first.",
        );
        return Err(refused("too-many-tokens", text));
    }
    Ok(ended)
}

/// Revokes a token; it lets nobody in from now on.
pub fn revoke(unit: &mut Unit<'_>, actor: &ActorRef, token: &ApiToken) -> Result<(), Problem> {
    let now = unit.now();
    if !tokens::revoke(unit.connection(), token.id, now)? {
        let text = Text::fixed("这个令牌已撤销。", "This token is revoked already.");
        return Err(refused("already-revoked", text));
    }
    record(unit, &token.id.to_string(), actor, &[TokenEvent::Revoked])?;
    announce(unit, ACCESS_TOPIC, token.id.to_string(), &token.unit_path, "revoked");
    Ok(())
}
