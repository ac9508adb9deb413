//! A change of a list as pure functions: values to be put on it or taken off it, proposed by one person and approved or refused
//! by another. Nothing is on a list that two people did not want there.

use kernel::{Actor, ActorRef, Problem, ProblemKind, Text, Timestamp, id::ListChangeId};
use ledger::{Event, UpgradeError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

kernel::words! {
    /// What a change does.
    ChangeKind {
        /// Puts values on the list.
        Add = "add", "列入", "add";
        /// Takes values off it.
        End = "end", "移出", "take off";
    }
}

kernel::words! {
    /// How a change stands.
    ChangeState {
        /// It waits for a second person.
        Proposed = "proposed", "待复核", "waiting for a second person";
        /// It holds.
        Approved = "approved", "已生效", "in effect";
        /// It was refused.
        Refused = "refused", "已否决", "refused";
    }
}

/// A change as it was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Its id.
    pub change: ListChangeId,
    /// The list.
    pub list: String,
    /// What it does.
    pub what: ChangeKind,
    /// How many values.
    pub entries: u64,
    /// A hash over the values in their order.
    pub digest: String,
    /// Why, without names and numbers.
    pub reason: String,
    /// Who says so: the police, a supervisor, the bank itself.
    pub source: String,
    /// Until when the values stay on the list; for ever when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// One thing that happened to a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ListChangeEvent {
    /// It was proposed.
    Proposed(Box<Proposed>),
    /// A second person approved it.
    Approved,
    /// A second person refused it.
    Refused {
        /// Why.
        reason: String,
    },
}

impl Event for ListChangeEvent {
    const TYPE: &'static str = "guard.list_change";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Proposed(_) => "proposed",
            Self::Approved => "approved",
            Self::Refused { .. } => "refused",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListChange {
    /// As it was proposed.
    pub proposed: Proposed,
    /// How many events it has.
    pub version: u64,
    /// How it stands.
    pub state: ChangeState,
    /// Who proposed it.
    pub by: ActorRef,
    /// When.
    pub at: Timestamp,
    /// Who approved or refused it, and when.
    pub decided: Option<(ActorRef, Timestamp)>,
}

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListChangeCommand {
    /// Propose one.
    Propose(Box<Proposed>),
    /// Approve it.
    Approve,
    /// Refuse it.
    Refuse {
        /// Why.
        reason: String,
    },
}

/// What may happen, and why not.
///
/// # Errors
/// Why not.
pub fn decide(
    state: Option<&ListChange>,
    command: ListChangeCommand,
    actor: &Actor,
    now: Timestamp,
) -> Result<ListChangeEvent, Problem> {
    match (state, command) {
        (None, ListChangeCommand::Propose(proposed)) => {
            if proposed.until.is_some_and(|until| until <= now) {
                let text = Text::fixed("到期时间须晚于现在。", "It must end later than now.");
                return Err(Problem::invalid("/until", text).because("ends-before-it-begins"));
            }
            Ok(ListChangeEvent::Proposed(proposed))
        }
        (Some(state), ListChangeCommand::Approve) => {
            second_person(state.state, &state.by, actor)?;
            Ok(ListChangeEvent::Approved)
        }
        (Some(state), ListChangeCommand::Refuse { reason }) => {
            second_person(state.state, &state.by, actor)?;
            Ok(ListChangeEvent::Refused { reason })
        }
        (None, ListChangeCommand::Approve | ListChangeCommand::Refuse { .. })
        | (Some(_), ListChangeCommand::Propose(_)) => {
            let text = Text::fixed("这项操作不适用。", "This does not apply here.");
            Err(Problem::new(ProblemKind::Refused, text).because("not-this-one"))
        }
    }
}

/// Refuses unless the change waits and somebody other than its proposer decides.
///
/// # Errors
/// Why not.
pub fn second_person(state: ChangeState, by: &ActorRef, actor: &Actor) -> Result<(), Problem> {
    let refuse = |zh: &'static str, en: &'static str, because| {
        Err(Problem::new(ProblemKind::Refused, Text::fixed(zh, en)).because(because))
    };
    if state != ChangeState::Proposed {
        return refuse("该变更已复核。", "The change was decided already.", "decided-already");
    }
    if *by == actor.reference {
        return refuse("须由提出人以外的另一人复核。", "Somebody other than the proposer has to decide.", "own-work");
    }
    Ok(())
}

/// Folds one event. `state` is `None` before the first.
pub fn evolve(
    state: Option<ListChange>,
    (at, by, event): (Timestamp, &ActorRef, &ListChangeEvent),
) -> Option<ListChange> {
    match (state, event) {
        (None, ListChangeEvent::Proposed(proposed)) => Some(ListChange {
            proposed: (**proposed).clone(),
            version: 1,
            state: ChangeState::Proposed,
            by: by.clone(),
            at,
            decided: None,
        }),
        (None, ListChangeEvent::Approved | ListChangeEvent::Refused { .. }) => None,
        (Some(state), event) => {
            let (state_now, decided) = match event {
                // A second proposal cannot be appended: the first needs version 0.
                ListChangeEvent::Proposed(_) => (state.state, state.decided),
                ListChangeEvent::Approved => (ChangeState::Approved, Some((by.clone(), at))),
                ListChangeEvent::Refused { .. } => (ChangeState::Refused, Some((by.clone(), at))),
            };
            Some(ListChange { version: state.version + 1, state: state_now, decided, ..state })
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Role;

    use super::*;
    use crate::testing::staff;

    const NOW: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);

    fn proposed() -> Proposed {
        Proposed {
            change: ListChangeId::from_bits(1),
            list: "police".to_owned(),
            what: ChangeKind::Add,
            entries: 2,
            digest: "ab".to_owned(),
            reason: "警方通报".to_owned(),
            source: "市反诈中心".to_owned(),
            until: Some(NOW.plus_days(90)),
        }
    }

    #[test]
    fn nobody_approves_their_own_proposal_and_nothing_twice() {
        let (one, other) = (staff(1, Role::Officer, "/HO/"), staff(2, Role::Officer, "/HO/"));
        let event = decide(None, ListChangeCommand::Propose(Box::new(proposed())), &one, NOW).unwrap();
        let state = evolve(None, (NOW, &one.reference, &event)).unwrap();
        let approve = |state: &ListChange, actor: &Actor| decide(Some(state), ListChangeCommand::Approve, actor, NOW);
        assert_eq!(approve(&state, &one).unwrap_err().reason, Some("own-work"));
        let event = approve(&state, &other).unwrap();
        let state = evolve(Some(state), (NOW, &other.reference, &event)).unwrap();
        assert_eq!((state.state, state.version), (ChangeState::Approved, 2));
        assert_eq!(approve(&state, &other).unwrap_err().reason, Some("decided-already"));
        let late = Proposed { until: Some(NOW), ..proposed() };
        let late = decide(None, ListChangeCommand::Propose(Box::new(late)), &one, NOW);
        assert_eq!(late.unwrap_err().reason, Some("ends-before-it-begins"));
    }

    #[test]
    fn stored_events_keep_their_form() {
        let events = [
            ListChangeEvent::Proposed(Box::new(proposed())),
            ListChangeEvent::Approved,
            ListChangeEvent::Refused { reason: "依据不足".to_owned() },
        ];
        let forms = [
            r#"{"kind":"proposed","change":"lc_00000000000000000000000001","list":"police","what":"add","entries":2,"digest":"ab","reason":"警方通报","source":"市反诈中心","until":"2027-02-16T11:06:40Z"}"#,
            r#"{"kind":"approved"}"#,
            r#"{"kind":"refused","reason":"依据不足"}"#,
        ];
        for (event, form) in events.iter().zip(forms) {
            assert_eq!(serde_json::to_string(event).unwrap(), form);
            assert_eq!(serde_json::from_str::<ListChangeEvent>(form).unwrap(), *event);
        }
    }
}
