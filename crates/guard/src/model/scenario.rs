//! The life of one version of a scenario as pure functions: drafted, revised, approved by somebody who wrote none of it, live
//! from then on, retired when a newer version goes live or somebody takes it out.

use decide::scenario::ScenarioSpec;
use kernel::{Actor, ActorRef, Problem, ProblemKind, Text, Timestamp, id::ScenarioId};
use ledger::{Event, UpgradeError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

kernel::words! {
    /// How a version of a scenario stands.
    ScenarioState {
        /// Somebody writes it.
        Draft = "draft", "草稿", "draft";
        /// It decides.
        Live = "live", "生效", "live";
        /// It no longer decides.
        Retired = "retired", "停用", "retired";
    }
}

/// A version as it was drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drafted {
    /// Its id.
    pub scenario: ScenarioId,
    /// Which version of its name it is, from 1.
    pub number: u32,
    /// What it says.
    pub spec: ScenarioSpec,
}

/// One thing that happened to a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScenarioEvent {
    /// It was drafted.
    Drafted(Box<Drafted>),
    /// It was written anew.
    Revised {
        /// What it says now.
        spec: Box<ScenarioSpec>,
    },
    /// A second person approved it, and it is live.
    Approved,
    /// It is live no more.
    Retired {
        /// Why.
        reason: String,
    },
}

impl Event for ScenarioEvent {
    const TYPE: &'static str = "guard.scenario";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Drafted(_) => "drafted",
            Self::Revised { .. } => "revised",
            Self::Approved => "approved",
            Self::Retired { .. } => "retired",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

/// A version of a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// Its id.
    pub id: ScenarioId,
    /// How many events it has.
    pub version: u64,
    /// Which version of its name it is.
    pub number: u32,
    /// What it says.
    pub spec: ScenarioSpec,
    /// How it stands.
    pub state: ScenarioState,
    /// Who wrote on it.
    pub authors: Vec<ActorRef>,
    /// When it was drafted.
    pub drafted_at: Timestamp,
    /// Who approved it, and when it went live.
    pub approved: Option<(ActorRef, Timestamp)>,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
}

/// What somebody wants to do to a version that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScenarioCommand {
    /// Write it anew.
    Revise(Box<ScenarioSpec>),
    /// Approve it.
    Approve,
    /// Retire it.
    Retire {
        /// Why.
        reason: String,
    },
}

fn refused(zh: &'static str, en: &'static str, because: &'static str) -> Problem {
    Problem::new(ProblemKind::Refused, Text::fixed(zh, en)).because(because)
}

/// What may happen, and why not. That a text compiles is checked before.
///
/// # Errors
/// Why not.
pub fn decide(state: &Scenario, command: ScenarioCommand, actor: &Actor) -> Result<ScenarioEvent, Problem> {
    match command {
        ScenarioCommand::Revise(spec) => {
            editable(state)?;
            if spec.name != state.spec.name {
                let text = Text::fixed("版本之间不能改名。", "A version keeps the scenario's name.");
                return Err(Problem::invalid("/spec/name", text).because("other-name"));
            }
            Ok(ScenarioEvent::Revised { spec })
        }
        ScenarioCommand::Approve => {
            approvable(state, actor)?;
            Ok(ScenarioEvent::Approved)
        }
        ScenarioCommand::Retire { reason } => {
            retirable(state)?;
            Ok(ScenarioEvent::Retired { reason })
        }
    }
}

/// Refuses unless it is a draft.
///
/// # Errors
/// Why not.
pub fn editable(state: &Scenario) -> Result<(), Problem> {
    if state.state == ScenarioState::Draft {
        return Ok(());
    }
    Err(refused("只有草稿可以修改；请起草新版本。", "Only a draft can be written on; draft a new version.", "no-draft"))
}

/// Refuses unless it is a draft on which the caller wrote nothing.
///
/// # Errors
/// Why not.
pub fn approvable(state: &Scenario, actor: &Actor) -> Result<(), Problem> {
    editable(state)?;
    if state.authors.contains(&actor.reference) {
        return Err(refused(
            "须由未参与起草的另一人复核。",
            "Somebody who wrote none of it has to approve.",
            "own-work",
        ));
    }
    Ok(())
}

/// Refuses what is retired already.
///
/// # Errors
/// Why not.
pub fn retirable(state: &Scenario) -> Result<(), Problem> {
    if state.state == ScenarioState::Retired {
        return Err(refused("该版本已停用。", "It is retired already.", "retired-already"));
    }
    Ok(())
}

/// Folds one event. `state` is `None` before the first.
pub fn evolve(state: Option<Scenario>, (at, by, event): (Timestamp, &ActorRef, &ScenarioEvent)) -> Option<Scenario> {
    let Some(mut state) = state else {
        let ScenarioEvent::Drafted(drafted) = event else { return None };
        return Some(Scenario {
            id: drafted.scenario,
            version: 1,
            number: drafted.number,
            spec: drafted.spec.clone(),
            state: ScenarioState::Draft,
            authors: vec![by.clone()],
            drafted_at: at,
            approved: None,
            retired_at: None,
        });
    };
    state.version += 1;
    match event {
        // A second draft cannot be appended: the first needs version 0.
        ScenarioEvent::Drafted(_) => {}
        ScenarioEvent::Revised { spec } => {
            state.spec = (**spec).clone();
            if !state.authors.contains(by) {
                state.authors.push(by.clone());
            }
        }
        ScenarioEvent::Approved => {
            state.state = ScenarioState::Live;
            state.approved = Some((by.clone(), at));
        }
        ScenarioEvent::Retired { .. } => {
            state.state = ScenarioState::Retired;
            state.retired_at = Some(at);
        }
    }
    Some(state)
}

#[cfg(test)]
mod tests {
    use kernel::Role;

    use super::*;
    use crate::{screen::definition::Definition, testing::staff};

    const NOW: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);

    fn spec() -> ScenarioSpec {
        Definition::builtin().unwrap().engine.scenarios[0].clone()
    }

    #[test]
    fn whoever_wrote_on_it_does_not_approve_it() {
        let [one, two, three] = [1, 2, 3].map(|number| staff(number, Role::Officer, "/HO/"));
        let drafted = Drafted { scenario: ScenarioId::from_bits(1), number: 2, spec: spec() };
        let mut state = evolve(None, (NOW, &one.reference, &ScenarioEvent::Drafted(Box::new(drafted)))).unwrap();
        let go = |state: &mut Scenario, actor: &Actor, command: ScenarioCommand| {
            let event = decide(state, command, actor)?;
            *state = evolve(Some(state.clone()), (NOW, &actor.reference, &event)).unwrap();
            Ok::<_, Problem>(())
        };
        go(&mut state, &two, ScenarioCommand::Revise(Box::new(spec()))).unwrap();
        for author in [&one, &two] {
            let refused = go(&mut state, author, ScenarioCommand::Approve).unwrap_err();
            assert_eq!(refused.reason, Some("own-work"));
        }
        let renamed = ScenarioSpec { name: "other".to_owned(), ..spec() };
        let refused = go(&mut state, &one, ScenarioCommand::Revise(Box::new(renamed))).unwrap_err();
        assert_eq!(refused.reason, Some("other-name"));
        go(&mut state, &three, ScenarioCommand::Approve).unwrap();
        assert_eq!((state.state, state.version), (ScenarioState::Live, 3));
        let refused = go(&mut state, &one, ScenarioCommand::Revise(Box::new(spec()))).unwrap_err();
        assert_eq!(refused.reason, Some("no-draft"));
        let retire = || ScenarioCommand::Retire { reason: "误报过多".to_owned() };
        go(&mut state, &one, retire()).unwrap();
        assert_eq!(go(&mut state, &one, retire()).unwrap_err().reason, Some("retired-already"));
    }

    #[test]
    fn stored_events_keep_their_form() {
        let small = ScenarioSpec {
            name: "night".to_owned(),
            title: Text::fixed("夜间", "Night"),
            events: vec!["transfer".to_owned()],
            unless: None,
            rules: Vec::new(),
            thresholds: Vec::new(),
            model_points: None,
        };
        let drafted = Drafted { scenario: ScenarioId::from_bits(1), number: 1, spec: small.clone() };
        let spec = r#"{"name":"night","title":{"zh":"夜间","en":"Night"},"events":["transfer"],"rules":[]}"#;
        let forms = [
            (
                ScenarioEvent::Drafted(Box::new(drafted)),
                format!(r#"{{"kind":"drafted","scenario":"sc_00000000000000000000000001","number":1,"spec":{spec}}}"#),
            ),
            (ScenarioEvent::Revised { spec: Box::new(small) }, format!(r#"{{"kind":"revised","spec":{spec}}}"#)),
            (ScenarioEvent::Approved, r#"{"kind":"approved"}"#.to_owned()),
            (ScenarioEvent::Retired { reason: "旧".to_owned() }, r#"{"kind":"retired","reason":"旧"}"#.to_owned()),
        ];
        for (event, form) in forms {
            assert_eq!(serde_json::to_string(&event).unwrap(), form);
            assert_eq!(serde_json::from_str::<ScenarioEvent>(&form).unwrap(), event);
        }
    }
}
