//! What happened to the organisation, to staff, to customers and to tokens, as the ledger keeps it.
//!
//! Events hold ids, codes of units, names of fields and reasons with the numbers taken out; never a name, a number of a
//! person, or a tag that says something of their health.

use kernel::{OrgPath, Role, Timestamp, id::UnitId};
use ledger::{Event, UpgradeError};
use serde::{Deserialize, Serialize};

/// The one stream of the organisation.
pub const ORGANISATION_STREAM: &str = "people.organisation";

/// What happened to the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OrganisationEvent {
    /// A list was taken.
    Imported {
        /// The digest of the list, in hexadecimal, to find the file again.
        digest: String,
        /// Rows of the list.
        rows: u64,
        /// Units opened.
        opened: u64,
        /// Units with another name.
        renamed: u64,
        /// Units with another unit above them.
        moved: u64,
        /// Units closed.
        closed: u64,
        /// Units changed in any way, moves of whole branches included.
        changed: u64,
        /// Rows that changed nothing.
        unchanged: u64,
    },
    /// A unit, with everything below, got another unit above it. Rooms that store paths react to this.
    Moved {
        /// The unit.
        unit: UnitId,
        /// Its place before.
        from: OrgPath,
        /// Its place after.
        to: OrgPath,
        /// Units below it that were carried along.
        carried: u64,
    },
}

/// One role in an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleInEvent {
    /// The role.
    pub role: Role,
    /// The unit in which it is held.
    pub scope: UnitId,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
}

/// What happened to a member of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StaffEvent {
    /// The person was entered.
    Registered {
        /// The unit they belong to.
        unit: UnitId,
        /// The roles they were given.
        roles: Vec<RoleInEvent>,
    },
    /// Details were changed.
    Changed {
        /// The names of the fields.
        fields: Vec<String>,
    },
    /// The person belongs to another unit now.
    Transferred {
        /// The unit before.
        from: UnitId,
        /// The unit after.
        to: UnitId,
    },
    /// The roles were replaced.
    RolesChanged {
        /// All roles as they now are.
        roles: Vec<RoleInEvent>,
    },
    /// The person may not sign in any more; all sessions ended.
    Disabled,
    /// The person may sign in again.
    Enabled,
    /// An administrator set a temporary password and took the second factor away.
    Reset,
    /// The person chose a new password; the other sessions ended.
    PasswordChanged,
    /// The person confirmed a second factor.
    SecondFactorConfirmed,
    /// A recovery code was used in place of the second factor.
    RecoveryCodeUsed {
        /// Codes that are left.
        left: u32,
    },
    /// Too many wrong tries; no sign-in before the instant.
    Locked {
        /// When the next try is let through.
        until: Timestamp,
    },
}

/// What happened to a customer's record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CustomerEvent {
    /// The customer was entered.
    Registered {
        /// The home unit.
        unit: UnitId,
    },
    /// Details were changed.
    Changed {
        /// The names of the fields.
        fields: Vec<String>,
    },
    /// Another unit is the home unit now.
    Transferred {
        /// The unit before.
        from: UnitId,
        /// The unit after.
        to: UnitId,
    },
    /// Somebody read the personal data in clear.
    Revealed {
        /// Why, in their words, with numbers and the customer's name taken out.
        reason: String,
    },
    /// Somebody asked that the personal data be erased; another person decides.
    ErasureProposed {
        /// Why, in their words, with numbers and the customer's name taken out.
        reason: String,
    },
    /// The erasure was declined.
    ErasureDeclined {
        /// Why, in their words, with numbers and the customer's name taken out.
        reason: String,
    },
    /// The data key was destroyed; what was sealed under it cannot be read by anybody any more.
    Erased,
}

/// What happened to an API token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TokenEvent {
    /// The token was issued.
    Issued {
        /// The unit in which it works.
        unit: UnitId,
        /// The permissions it is narrowed to; empty when it has all of the system role.
        permissions: Vec<String>,
        /// When it ends.
        expires: Timestamp,
    },
    /// The token was revoked.
    Revoked,
}

macro_rules! event {
    ($event:ty, $type:literal, { $($variant:ident => $kind:literal),* $(,)? }) => {
        impl $event {
            /// Every kind, in order; each keeps a sample of every version it was ever stored in.
            pub const KINDS: &'static [&'static str] = &[$($kind),*];
        }

        impl Event for $event {
            const TYPE: &'static str = $type;
            const VERSION: u16 = 1;

            fn kind(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $kind,)*
                }
            }

            fn upgrade(kind: &str, from: u16, _payload: serde_json::Value) -> Result<serde_json::Value, UpgradeError> {
                // Version 1 is the first; there is nothing older to bring up to date.
                Err(UpgradeError::unknown(kind, from))
            }
        }
    };
}

event!(OrganisationEvent, "people.organisation", { Imported => "imported", Moved => "moved" });
event!(StaffEvent, "people.staff", {
    Registered => "registered",
    Changed => "changed",
    Transferred => "transferred",
    RolesChanged => "roles_changed",
    Disabled => "disabled",
    Enabled => "enabled",
    Reset => "reset",
    PasswordChanged => "password_changed",
    SecondFactorConfirmed => "second_factor_confirmed",
    RecoveryCodeUsed => "recovery_code_used",
    Locked => "locked",
});
event!(CustomerEvent, "people.customer", {
    Registered => "registered",
    Changed => "changed",
    Transferred => "transferred",
    Revealed => "revealed",
    ErasureProposed => "erasure_proposed",
    ErasureDeclined => "erasure_declined",
    Erased => "erased",
});
event!(TokenEvent, "people.token", { Issued => "issued", Revoked => "revoked" });
