//! Resolves session cookies and API tokens to actors.
//!
//! What was resolved is remembered for a few seconds and until something changes. Each remembered caller carries the number
//! of changes that had been seen when it was loaded; any change to sessions, staff, roles, tokens or the organisation raises
//! that number, so nothing older is used again. On other nodes the change arrives as an announcement a moment later, and at
//! the latest the few seconds pass.

use std::{
    collections::HashMap,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};

use endpoint::{Authenticated, Authenticator, Credentials, credentials::Session};
use kernel::{Actor, ActorKind, ActorRef, Grant, OrgPath, Permission, PermissionSpec, Problem, Role, Text, Timestamp};
use ledger::{Cause, Connection, Ledger, StoreError};
use parking_lot::{Mutex, RwLock};

use super::secret;
use crate::{
    model::staff::StaffStatus,
    store::{credentials, sessions, staff, tokens},
    use_cases::{ACCESS_TOPIC, ORGANISATION_TOPIC, sign_in::SESSION_IDLE_MICROS_MAX},
};

/// How long a resolved caller is remembered, in microseconds: the longest that a change made on another node, whose
/// announcement was lost, can stay without effect.
pub const REMEMBER_MICROS: i64 = 5 * 1_000_000;
/// Callers remembered at once: more than a large bank's staff at work; each has some hundred bytes.
const REMEMBERED_MAX: usize = 50_000;
/// How often a session's last use is noted, in microseconds; between two notes no row is written.
const TOUCH_SESSION_MICROS: i64 = 60 * 1_000_000;
/// How often a token's last use is noted, in microseconds.
const TOUCH_TOKEN_MICROS: i64 = 15 * 60 * 1_000_000;

/// Changes seen by this process to who may do what. One number for all ledgers: an extra reload costs one index read.
static CHANGES: AtomicU64 = AtomicU64::new(0);

/// Tells every [`Access`] of this process that something changed. Handlers call it when their write is committed, so that
/// the caller's next request already sees the change.
pub fn changed() {
    CHANGES.fetch_add(1, Ordering::AcqRel);
}

/// The permissions of this process's rooms, for endpoints that must know which there are.
static DECLARED: LazyLock<RwLock<Arc<RoleTable>>> = LazyLock::new(RwLock::default);

/// The permissions that the rooms of this process declare, by role; empty until an [`Access`] is made.
pub fn declared() -> Arc<RoleTable> {
    DECLARED.read().clone()
}

/// Which permissions each role has: the declarations of all rooms, turned round.
#[derive(Debug, Clone, Default)]
pub struct RoleTable {
    by_role: HashMap<Role, Vec<Permission>>,
    titles: Vec<(Permission, Text)>,
    /// Those that a system holds only when it holds nothing else.
    alone: Vec<Permission>,
}

impl RoleTable {
    /// The table of all rooms' permissions.
    pub fn new(specs: &[PermissionSpec]) -> Self {
        let mut table = Self::default();
        for spec in specs {
            if !table.titles.iter().any(|(permission, _)| *permission == spec.permission) {
                table.titles.push((spec.permission, spec.title.clone()));
            }
            for role in spec.roles {
                let permissions = table.by_role.entry(*role).or_default();
                if !permissions.contains(&spec.permission) {
                    permissions.push(spec.permission);
                }
            }
        }
        table.alone = specs.iter().filter(|spec| spec.alone).map(|spec| spec.permission).collect();
        table
    }

    /// Every permission with what it lets one do, in the order in which the rooms declare them.
    pub fn titles(&self) -> &[(Permission, Text)] {
        &self.titles
    }

    /// The permissions of a role.
    pub fn of(&self, role: Role) -> &[Permission] {
        self.by_role.get(&role).map_or(&[], Vec::as_slice)
    }

    /// Whether a system that holds the permission of this name may hold nothing else.
    pub fn stands_alone(&self, name: &str) -> bool {
        self.alone.iter().any(|permission| permission.0 == name)
    }

    /// What the holder of these roles may do where.
    pub fn grants(&self, held: &[(Role, OrgPath)]) -> Vec<Grant> {
        let mut grants: Vec<Grant> = Vec::new();
        for (role, scope) in held {
            for permission in self.of(*role) {
                // A grant within a wider one of the same permission would only make every check longer.
                let covered = |g: &Grant| g.permission == *permission && g.scope.contains(scope);
                if !grants.iter().any(covered) {
                    grants.retain(|g| g.permission != *permission || !scope.contains(&g.scope));
                    grants.push(Grant { permission: *permission, scope: scope.clone() });
                }
            }
        }
        grants
    }
}

/// How people are let in.
#[derive(Debug, Clone, Copy, Default)]
pub struct AccessOptions {
    /// Whether every member of staff must have a second factor before doing anything else. Off lets people choose.
    pub second_factor_required: bool,
}

/// What a session still asks of its person before it lets them do anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// The password is temporary.
    ChangePassword,
    /// The bank requires a second factor, and there is none yet.
    EnrolSecondFactor,
}

impl Duty {
    /// What refuses everything else until it is done.
    fn first(self) -> endpoint::credentials::Duty {
        match self {
            Self::ChangePassword => endpoint::credentials::Duty {
                reason: "change-password-first",
                text: Text::fixed("当前为临时密码，请先修改密码。", "Your password is temporary; change it first."),
            },
            Self::EnrolSecondFactor => endpoint::credentials::Duty {
                reason: "enrol-second-factor-first",
                text: Text::fixed(
                    "本行要求使用动态验证码，请先绑定验证器。",
                    "The bank requires a second factor; bind your authenticator first.",
                ),
            },
        }
    }
}

/// What a person must do first, given their credentials.
pub fn duties(held: &credentials::Credentials, options: AccessOptions) -> Vec<Duty> {
    let mut duties = Vec::new();
    if held.must_change {
        duties.push(Duty::ChangePassword);
    }
    if options.second_factor_required && held.totp.is_none() {
        duties.push(Duty::EnrolSecondFactor);
    }
    duties
}

/// By which door a caller comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Door {
    Session,
    Token,
}

type Key = (Door, [u8; 32]);

struct Remembered {
    caller: Authenticated,
    changes: u64,
    until: Timestamp,
}

/// The `Authenticator` of the house.
pub struct Access {
    ledger: Ledger,
    table: Arc<RoleTable>,
    options: AccessOptions,
    remembered: Mutex<HashMap<Key, Remembered>>,
}

impl Access {
    /// An authenticator over the permissions of all rooms. It listens to announcements of changes on other nodes.
    pub fn new(ledger: Ledger, specs: &[PermissionSpec], options: AccessOptions) -> Arc<Self> {
        ledger.subscribe(Box::new(|announcement| {
            if announcement.topic == ACCESS_TOPIC || announcement.topic == ORGANISATION_TOPIC {
                changed();
            }
        }));
        let table = Arc::new(RoleTable::new(specs));
        *DECLARED.write() = Arc::clone(&table);
        Arc::new(Self { ledger, table, options, remembered: Mutex::default() })
    }

    /// The permissions of each role.
    pub fn table(&self) -> &RoleTable {
        &self.table
    }

    fn now(&self) -> Timestamp {
        self.ledger.ports().clock.now()
    }

    /// A cookie that holds a token's secret, or the other way round, is not the same caller.
    fn key(&self, credentials: &Credentials) -> Key {
        let keyring = &self.ledger.ports().keyring;
        match credentials {
            Credentials::Session(token) => (Door::Session, secret::token_hash(keyring, token)),
            Credentials::Bearer(token) => (Door::Token, secret::token_hash(keyring, token)),
        }
    }

    fn remember(&self, key: Key, caller: &Authenticated, changes: u64, until: Timestamp) {
        let mut remembered = self.remembered.lock();
        if remembered.len() >= REMEMBERED_MAX && !remembered.contains_key(&key) {
            let now = self.now();
            remembered.retain(|_, entry| entry.changes == changes && now < entry.until);
            if remembered.len() >= REMEMBERED_MAX {
                // All of them are in use within seconds; starting afresh costs each one index read.
                remembered.clear();
            }
        }
        remembered.insert(key, Remembered { caller: caller.clone(), changes, until });
    }

    fn load_session(&self, token: &str, hash: &[u8; 32]) -> Result<Loaded, Problem> {
        let now = self.now();
        let (table, options) = (&self.table, self.options);
        let found = self.ledger.read(|conn| session_caller(conn, hash, now, table, options))?;
        let Some((session, mut actor, duties)) = found else { return Err(endpoint::call::unauthenticated()) };
        if !duties.is_empty() {
            actor.grants = Arc::new([]);
        }
        if now.micros_since(session.seen_at) >= TOUCH_SESSION_MICROS {
            self.touch(move |conn| sessions::touch(conn, session.id, now));
        }
        let csrf_token = secret::csrf_token(&self.ledger.ports().keyring, token);
        let duty = duties.first().map(|duty| duty.first());
        let caller = Authenticated { actor, session: Some(Session { id: session.id, csrf_token, duty }) };
        Ok(Loaded { caller, until: session.expires_at.min(now.plus_micros(REMEMBER_MICROS)) })
    }

    fn load_token(&self, hash: &[u8; 32]) -> Result<Loaded, Problem> {
        let now = self.now();
        let found = self.ledger.read(|conn| tokens::find_by_hash(conn, hash).map_err(Problem::from))?;
        let Some(token) = found.filter(|token| token.is_good(now)) else {
            return Err(endpoint::call::unauthenticated());
        };
        if token.used_at.is_none_or(|used| now.micros_since(used) >= TOUCH_TOKEN_MICROS) {
            let id = token.id;
            self.touch(move |conn| tokens::touch(conn, id, now));
        }
        let actor = token_actor(&token, &self.table);
        let until = token.expires_at.min(now.plus_micros(REMEMBER_MICROS));
        Ok(Loaded { caller: Authenticated { actor, session: None }, until })
    }

    /// Notes a use without making the caller wait; a note that is lost only makes a session look idle a minute longer.
    fn touch(&self, note: impl Fn(&mut Connection) -> Result<(), StoreError> + Send + 'static) {
        let cause = Cause::new("access:touch");
        self.ledger.write_then(
            &cause,
            move |unit| note(unit.connection()),
            |noted: Result<(), StoreError>| {
                if let Err(error) = noted {
                    tracing::warn!(%error, "the last use of a session or token was not noted");
                }
            },
        );
    }
}

struct Loaded {
    caller: Authenticated,
    until: Timestamp,
}

/// The person behind a session that is good at `now`.
fn session_caller(
    conn: &mut Connection,
    hash: &[u8; 32],
    now: Timestamp,
    table: &RoleTable,
    options: AccessOptions,
) -> Result<Option<(sessions::Session, Actor, Vec<Duty>)>, Problem> {
    let Some(session) = sessions::find_by_hash(conn, hash)? else { return Ok(None) };
    if now >= session.expires_at || now.micros_since(session.seen_at) >= SESSION_IDLE_MICROS_MAX {
        return Ok(None);
    }
    let Some(record) = staff::find(conn, session.staff)? else { return Ok(None) };
    if record.staff.status != StaffStatus::Active {
        return Ok(None);
    }
    let duties = duties(&credentials::of(conn, session.staff)?, options);
    let actor = staff_actor(conn, &record, now, table)?;
    Ok(Some((session, actor, duties)))
}

/// A member of staff with the rights that they have at `now`.
fn staff_actor(
    conn: &mut Connection,
    record: &staff::StaffRecord,
    now: Timestamp,
    table: &RoleTable,
) -> Result<Actor, StoreError> {
    let held = staff::roles_held(conn, record.staff.id, now)?;
    let mut roles: Vec<Role> = held.iter().map(|(role, _)| *role).collect();
    roles.sort_unstable();
    roles.dedup();
    Ok(Actor {
        reference: ActorRef::new(ActorKind::Staff, record.staff.id),
        kind: ActorKind::Staff,
        roles: roles.into(),
        grants: table.grants(&held).into(),
        posts: held.into(),
        unit: record.staff.unit_path.clone(),
    })
}

/// A system with what its token gives it.
fn token_actor(token: &tokens::ApiToken, table: &RoleTable) -> Actor {
    let narrowed = |grant: &Grant| {
        let name = grant.permission.0;
        match token.permissions.as_slice() {
            // All of the system role is still not what stands alone.
            [] => !table.stands_alone(name),
            [only] => only == name,
            // A token issued before this was asked may name both; then it has the rest.
            several => !table.stands_alone(name) && several.iter().any(|held| held == name),
        }
    };
    let held = [(Role::System, token.unit_path.clone())];
    Actor {
        reference: ActorRef::new(ActorKind::System, token.id),
        kind: ActorKind::System,
        roles: Arc::new([Role::System]),
        grants: table.grants(&held).into_iter().filter(narrowed).collect(),
        posts: Arc::new(held),
        unit: token.unit_path.clone(),
    }
}

/// Who stands behind a reference, with the rights that they have at `now`, for what goes on in their name in the background;
/// `None` when they are not known, work here no more, or their token ended.
pub fn present(
    conn: &mut Connection,
    reference: &ActorRef,
    now: Timestamp,
    table: &RoleTable,
) -> Result<Option<Actor>, StoreError> {
    if let Ok(id) = reference.id().parse() {
        let found = staff::find(conn, id)?.filter(|record| record.staff.status == StaffStatus::Active);
        return found.map(|record| staff_actor(conn, &record, now, table)).transpose();
    }
    if let Ok(id) = reference.id().parse() {
        let found = tokens::find(conn, id)?.filter(|token| token.is_good(now));
        return Ok(found.map(|token| token_actor(&token, table)));
    }
    Ok(None)
}

impl Authenticator for Access {
    fn recall(&self, credentials: &Credentials) -> Option<Authenticated> {
        let key = self.key(credentials);
        let remembered = self.remembered.lock();
        let entry = remembered.get(&key)?;
        let good = entry.changes == CHANGES.load(Ordering::Acquire) && self.now() < entry.until;
        good.then(|| entry.caller.clone())
    }

    fn authenticate(&self, credentials: &Credentials) -> Result<Authenticated, Problem> {
        // The number is read before the rows: a change in between makes what is loaded here stale at once.
        let changes = CHANGES.load(Ordering::Acquire);
        let key = self.key(credentials);
        let loaded = match credentials {
            Credentials::Session(token) => self.load_session(token, &key.1)?,
            Credentials::Bearer(_) => self.load_token(&key.1)?,
        };
        self.remember(key, &loaded.caller, changes, loaded.until);
        Ok(loaded.caller)
    }
}
