//! Who acts, in which role, and what that lets them do where.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{OrgPath, Text};

/// The roles of design §5. A role gives permissions; a permission applies within a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A customer on the portal; sees only what they filed.
    Customer,
    /// A teller at the counter.
    Teller,
    /// A lobby manager.
    LobbyManager,
    /// A complaint handler.
    Handler,
    /// A consumer-protection officer of a branch or the head office.
    Officer,
    /// The head of an outlet.
    OutletHead,
    /// The president of a branch.
    BranchPresident,
    /// A reviewer of products and advertisements.
    Reviewer,
    /// An inspector.
    Inspector,
    /// An auditor; reads everything, changes nothing.
    Auditor,
    /// The regulator's liaison; exports that must be right.
    RegulatorLiaison,
    /// An administrator of the system; runs it, does not handle matters.
    Administrator,
    /// Another system of the bank, by API token.
    System,
}

impl Role {
    /// Every role, in order.
    pub const ALL: [Self; 13] = [
        Self::Customer,
        Self::Teller,
        Self::LobbyManager,
        Self::Handler,
        Self::Officer,
        Self::OutletHead,
        Self::BranchPresident,
        Self::Reviewer,
        Self::Inspector,
        Self::Auditor,
        Self::RegulatorLiaison,
        Self::Administrator,
        Self::System,
    ];

    /// The stored and wire form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Teller => "teller",
            Self::LobbyManager => "lobby_manager",
            Self::Handler => "handler",
            Self::Officer => "officer",
            Self::OutletHead => "outlet_head",
            Self::BranchPresident => "branch_president",
            Self::Reviewer => "reviewer",
            Self::Inspector => "inspector",
            Self::Auditor => "auditor",
            Self::RegulatorLiaison => "regulator_liaison",
            Self::Administrator => "administrator",
            Self::System => "system",
        }
    }

    /// The name on screen.
    pub const fn title(self) -> Text {
        match self {
            Self::Customer => Text::fixed("客户", "Customer"),
            Self::Teller => Text::fixed("柜员", "Teller"),
            Self::LobbyManager => Text::fixed("大堂经理", "Lobby manager"),
            Self::Handler => Text::fixed("投诉处理人员", "Complaint handler"),
            Self::Officer => Text::fixed("消保专员", "Consumer-protection officer"),
            Self::OutletHead => Text::fixed("网点负责人", "Outlet head"),
            Self::BranchPresident => Text::fixed("分行行长", "Branch president"),
            Self::Reviewer => Text::fixed("消保审查人员", "Reviewer"),
            Self::Inspector => Text::fixed("检查人员", "Inspector"),
            Self::Auditor => Text::fixed("审计人员", "Auditor"),
            Self::RegulatorLiaison => Text::fixed("监管联络人", "Regulator liaison"),
            Self::Administrator => Text::fixed("系统管理员", "Administrator"),
            Self::System => Text::fixed("外部系统", "System"),
        }
    }
}

/// The text names no role.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a role")]
pub struct RoleError;

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or(RoleError)
    }
}

/// A permission by its name, `room.noun.verb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Permission(pub &'static str);

/// A permission as a room declares it: what it is for and which roles have it from the start.
#[derive(Debug, Clone)]
pub struct PermissionSpec {
    /// The permission.
    pub permission: Permission,
    /// What it lets one do.
    pub title: Text,
    /// The roles that have it.
    pub roles: &'static [Role],
    /// Whether a system that holds it may hold nothing else: with it one reads what must not be put to use by the same hands.
    pub alone: bool,
}

/// One permission within one scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What may be done.
    pub permission: Permission,
    /// Where: this unit and all below it.
    pub scope: OrgPath,
}

/// What kind of actor stands behind an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A member of staff.
    Staff,
    /// Another system, by token.
    System,
    /// A customer on the portal.
    Customer,
    /// The program itself: a job, an import, a command on the server.
    Program,
}

/// Who did something, as events store it: `staff:st_…`, `program:import`. Holds an id, never a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActorRef(String);

impl ActorRef {
    /// The reference of an actor of `kind` known as `id`.
    pub fn new(kind: ActorKind, id: impl fmt::Display) -> Self {
        let kind = match kind {
            ActorKind::Staff => "staff",
            ActorKind::System => "system",
            ActorKind::Customer => "customer",
            ActorKind::Program => "program",
        };
        Self(format!("{kind}:{id}"))
    }

    /// A part of the program, for instance `program:import`.
    pub fn program(part: &str) -> Self {
        Self::new(ActorKind::Program, part)
    }

    /// The stored form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The stored form, read back.
    pub fn from_stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The id behind the kind.
    pub fn id(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, id)| id)
    }
}

impl fmt::Display for ActorRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A caller that is known: who, from where, and what they may do. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The reference that events store.
    pub reference: ActorRef,
    /// The kind of actor.
    pub kind: ActorKind,
    /// The roles held, for display and for rules that name a role.
    pub roles: Arc<[Role]>,
    /// Where each role is held: what a role means by itself, such as how much its holder may grant, holds there and below only.
    pub posts: Arc<[(Role, OrgPath)]>,
    /// The unit the actor belongs to.
    pub unit: OrgPath,
    /// What may be done where.
    pub grants: Arc<[Grant]>,
}

impl Actor {
    /// Whether `permission` is held anywhere.
    pub fn holds(&self, permission: Permission) -> bool {
        self.grants.iter().any(|grant| grant.permission == permission)
    }

    /// Whether `permission` is held for a thing that belongs to `unit`.
    pub fn may(&self, permission: Permission, unit: &OrgPath) -> bool {
        self.grants.iter().any(|grant| grant.permission == permission && grant.scope.contains(unit))
    }

    /// The roles held for a thing that belongs to `unit`, each with where it is held.
    pub fn posts_over(&self, unit: &OrgPath) -> impl Iterator<Item = (Role, &OrgPath)> {
        self.posts.iter().filter(move |(_, scope)| scope.contains(unit)).map(|(role, scope)| (*role, scope))
    }

    /// The widest scopes in which `permission` is held; a list query is one index range for each.
    pub fn scopes(&self, permission: Permission) -> Vec<OrgPath> {
        let mut scopes: Vec<OrgPath> =
            self.grants.iter().filter(|g| g.permission == permission).map(|g| g.scope.clone()).collect();
        scopes.sort();
        scopes.dedup_by(|later, earlier| earlier.contains(later));
        scopes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_applies_within_its_scope() {
        let see = Permission("voice.order.see");
        let path = |p: &str| OrgPath::parse(p).unwrap();
        let grant = |p: &str| Grant { permission: see, scope: path(p) };
        let actor = Actor {
            reference: ActorRef::program("test"),
            kind: ActorKind::Program,
            roles: Arc::new([]),
            posts: Arc::new([]),
            unit: path("/HO/GZ/"),
            grants: Arc::new([grant("/HO/GZ/GZ001/"), grant("/HO/GZ/"), grant("/HO/SZ/")]),
        };
        assert!(actor.may(see, &path("/HO/GZ/GZ002/")));
        assert!(!actor.may(see, &path("/HO/")));
        assert!(!actor.may(Permission("voice.order.decide"), &path("/HO/GZ/")));
        assert_eq!(actor.scopes(see), [path("/HO/GZ/"), path("/HO/SZ/")]);
    }

    #[test]
    fn roles_survive_their_text_form() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
        }
    }
}
