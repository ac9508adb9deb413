//! Changes of lists as they go over the wire.

use kernel::{Actor, ActorRef, Timestamp, id::ListChangeId, text::Language};
use people::api::body::ActionBody;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    model::{
        list_change::{ChangeKind, ChangeState, ListChange, second_person},
        permission::APPROVE_LIST,
    },
    store::lists::ChangeRow,
};

/// A change of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListChangeBody {
    /// The id.
    #[schema(value_type = String, example = "lc_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: ListChangeId,
    /// Its version; approving and refusing name it.
    pub version: u64,
    /// The list.
    pub list: String,
    /// What it does.
    pub what: ChangeKind,
    /// How it stands.
    pub state: ChangeState,
    /// How many values.
    pub entries: u64,
    /// Why.
    pub reason: String,
    /// Who says so.
    pub source: String,
    /// Until when the values stay on the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// Who proposed it, as an actor reference.
    pub proposed_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub proposed_at: Timestamp,
    /// Who approved or refused it, as an actor reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub decided_at: Option<Timestamp>,
    /// What the caller can do, and why not what they cannot.
    pub allowed_actions: Vec<ActionBody>,
}

impl ListChangeBody {
    /// A change as a list shows it, with what the caller can do.
    pub(super) fn of_row(row: ChangeRow, actor: &Actor, language: Language) -> Self {
        Self {
            allowed_actions: actions(row.state, &row.proposed_by, actor, language),
            id: row.id,
            version: row.version,
            list: row.list,
            what: row.kind,
            state: row.state,
            entries: row.entries,
            reason: row.reason,
            source: row.source,
            until: row.until,
            proposed_by: row.proposed_by.as_str().to_owned(),
            proposed_at: row.proposed_at,
            decided_by: row.decided.as_ref().map(|(by, _)| by.as_str().to_owned()),
            decided_at: row.decided.map(|(_, at)| at),
        }
    }

    pub(super) fn of(change: ListChange, actor: &Actor, language: Language) -> Self {
        let proposed = change.proposed;
        Self {
            allowed_actions: actions(change.state, &change.by, actor, language),
            id: proposed.change,
            version: change.version,
            list: proposed.list,
            what: proposed.what,
            state: change.state,
            entries: proposed.entries,
            reason: proposed.reason,
            source: proposed.source,
            until: proposed.until,
            proposed_by: change.by.as_str().to_owned(),
            proposed_at: change.at,
            decided_by: change.decided.as_ref().map(|(by, _)| by.as_str().to_owned()),
            decided_at: change.decided.map(|(_, at)| at),
        }
    }
}

/// What a caller can do with a change, and why not what they cannot.
fn actions(state: ChangeState, by: &ActorRef, actor: &Actor, language: Language) -> Vec<ActionBody> {
    let hindrance = || {
        let is_held = actor.scopes(APPROVE_LIST).iter().any(|scope| scope.depth() == 1);
        if is_held { second_person(state, by, actor).err() } else { Some(endpoint::call::lacks(APPROVE_LIST)) }
    };
    ["approve", "refuse"].map(|action| ActionBody::new(action, hindrance(), language)).into()
}

/// A value, or both values of a pair.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListValue {
    /// The value; stars hide characters, as in `6222****1234`.
    #[schema(max_length = 128)]
    pub value: String,
    /// The second value of a pair.
    #[serde(default)]
    #[schema(max_length = 128)]
    pub second: Option<String>,
}

/// A change to propose.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeListChangeRequest {
    /// The list.
    pub list: String,
    /// What it does.
    pub what: ChangeKind,
    /// Why; names and numbers are no part of it.
    #[schema(max_length = 500)]
    pub reason: String,
    /// Who says so: the police, a supervisor, the bank itself.
    #[schema(max_length = 500)]
    pub source: String,
    /// Until when the values stay; for ever when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// The values; 1,000 at most.
    pub values: Vec<ListValue>,
}
