//! The life of one version of the score model as pure functions: proposed with its file, approved by somebody else, live until a
//! newer one is or somebody takes it out, and proposed again when the bank goes back to it.

use kernel::{Actor, ActorRef, Problem, ProblemKind, Text, Timestamp, id::ScoreModelId};
use ledger::{Event, UpgradeError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

kernel::words! {
    /// How a version of the score model stands.
    ScoreModelState {
        /// It waits for a second person.
        Proposed = "proposed", "待复核", "waiting for a second person";
        /// Events are scored by it.
        Live = "live", "生效", "live";
        /// It scores nothing.
        Retired = "retired", "停用", "retired";
    }
}

kernel::words! {
    /// Which program's file it is.
    ScoreModelFormat {
        /// The text that LightGBM and `xiaobao guard train` write.
        Lightgbm = "lightgbm", "LightGBM 文本", "LightGBM text";
        /// The JSON that XGBoost writes.
        Xgboost = "xgboost", "XGBoost JSON", "XGBoost JSON";
    }
}

/// A version as it was proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposed {
    /// Its id.
    pub model: ScoreModelId,
    /// Which version it is, from 1.
    pub number: u32,
    /// Which program's file it is.
    pub format: ScoreModelFormat,
    /// Bytes of the file.
    pub bytes: u64,
    /// The file's hash, in hexadecimal digits.
    pub digest: String,
    /// The names that it looks at, in the order of its columns.
    pub inputs: Vec<String>,
    /// How many trees it has.
    pub trees: u64,
    /// What it was learnt from and why, without names and numbers.
    pub reason: String,
}

/// One thing that happened to a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ScoreModelEvent {
    /// It was proposed.
    Proposed(Box<Proposed>),
    /// A second person approved it, and it is live.
    Approved,
    /// It is live no more, or will never be.
    Retired {
        /// Why.
        reason: String,
    },
    /// After it was retired, somebody wants it back.
    ProposedAgain {
        /// Why.
        reason: String,
    },
}

impl Event for ScoreModelEvent {
    const TYPE: &'static str = "guard.score_model";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Proposed(_) => "proposed",
            Self::Approved => "approved",
            Self::Retired { .. } => "retired",
            Self::ProposedAgain { .. } => "proposed_again",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

/// A version of the score model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreModel {
    /// What it was proposed as.
    pub proposed: Proposed,
    /// How many events it has.
    pub version: u64,
    /// How it stands.
    pub state: ScoreModelState,
    /// Who proposed it, whoever did so last at the end.
    pub proposers: Vec<ActorRef>,
    /// When it was proposed last.
    pub proposed_at: Timestamp,
    /// Who approved it last, and when it went live.
    pub approved: Option<(ActorRef, Timestamp)>,
    /// When it was retired, unless it came back.
    pub retired_at: Option<Timestamp>,
}

/// What somebody wants to do to a version that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScoreModelCommand {
    /// Approve it.
    Approve,
    /// Retire it.
    Retire {
        /// Why.
        reason: String,
    },
    /// Propose it again.
    Propose {
        /// Why.
        reason: String,
    },
}

fn refused(zh: &'static str, en: &'static str, because: &'static str) -> Problem {
    Problem::new(ProblemKind::Refused, Text::fixed(zh, en)).because(because)
}

/// What may happen, and why not. That the engine can run it is checked before.
///
/// # Errors
/// Why not.
pub fn decide(state: &ScoreModel, command: ScoreModelCommand, actor: &Actor) -> Result<ScoreModelEvent, Problem> {
    match command {
        ScoreModelCommand::Approve => {
            approvable(state, actor)?;
            Ok(ScoreModelEvent::Approved)
        }
        ScoreModelCommand::Retire { reason } => {
            retirable(state)?;
            Ok(ScoreModelEvent::Retired { reason })
        }
        ScoreModelCommand::Propose { reason } => {
            proposable(state)?;
            Ok(ScoreModelEvent::ProposedAgain { reason })
        }
    }
}

/// Refuses unless it waits, and the caller is not among those who proposed it.
///
/// # Errors
/// Why not.
pub fn approvable(state: &ScoreModel, actor: &Actor) -> Result<(), Problem> {
    if state.state != ScoreModelState::Proposed {
        return Err(refused("该版本不在待复核状态。", "It does not wait for approval.", "not-waiting"));
    }
    if state.proposers.contains(&actor.reference) {
        return Err(refused(
            "须由提交人以外的另一人复核。",
            "Somebody other than who proposed it has to approve.",
            "own-work",
        ));
    }
    Ok(())
}

/// Refuses what is retired already.
///
/// # Errors
/// Why not.
pub fn retirable(state: &ScoreModel) -> Result<(), Problem> {
    if state.state == ScoreModelState::Retired {
        return Err(refused("该版本已停用。", "It is retired already.", "retired-already"));
    }
    Ok(())
}

/// Refuses unless it is retired.
///
/// # Errors
/// Why not.
pub fn proposable(state: &ScoreModel) -> Result<(), Problem> {
    if state.state != ScoreModelState::Retired {
        return Err(refused("只有已停用的版本可以再次提交。", "Only a retired version comes back.", "not-retired"));
    }
    Ok(())
}

/// Folds one event. `state` is `None` before the first.
pub fn evolve(
    state: Option<ScoreModel>,
    (at, by, event): (Timestamp, &ActorRef, &ScoreModelEvent),
) -> Option<ScoreModel> {
    let Some(mut state) = state else {
        let ScoreModelEvent::Proposed(proposed) = event else { return None };
        return Some(ScoreModel {
            proposed: (**proposed).clone(),
            version: 1,
            state: ScoreModelState::Proposed,
            proposers: vec![by.clone()],
            proposed_at: at,
            approved: None,
            retired_at: None,
        });
    };
    state.version += 1;
    match event {
        // A second beginning cannot be appended: the first needs version 0.
        ScoreModelEvent::Proposed(_) => {}
        ScoreModelEvent::Approved => {
            state.state = ScoreModelState::Live;
            state.approved = Some((by.clone(), at));
        }
        ScoreModelEvent::Retired { .. } => {
            state.state = ScoreModelState::Retired;
            state.retired_at = Some(at);
        }
        ScoreModelEvent::ProposedAgain { reason } => {
            state.state = ScoreModelState::Proposed;
            (state.proposed_at, state.retired_at) = (at, None);
            state.proposed.reason.clone_from(reason);
            state.proposers.retain(|one| one != by);
            state.proposers.push(by.clone());
        }
    }
    Some(state)
}

#[cfg(test)]
mod tests {
    use kernel::Role;

    use super::*;
    use crate::testing::staff;

    const NOW: Timestamp = Timestamp::from_micros(1_795_000_000_000_000);

    fn proposed() -> Proposed {
        Proposed {
            model: ScoreModelId::from_bits(1),
            number: 1,
            format: ScoreModelFormat::Lightgbm,
            bytes: 9,
            digest: "00ff".to_owned(),
            inputs: vec!["amount".to_owned()],
            trees: 2,
            reason: "六月".to_owned(),
        }
    }

    #[test]
    fn nobody_approves_what_they_proposed_also_when_it_comes_back() {
        let [one, two, three] = [1, 2, 3].map(|number| staff(number, Role::Officer, "/HO/"));
        let event = ScoreModelEvent::Proposed(Box::new(proposed()));
        let mut state = evolve(None, (NOW, &one.reference, &event)).unwrap();
        let go = |state: &mut ScoreModel, actor: &Actor, command: ScoreModelCommand| {
            let event = decide(state, command, actor)?;
            *state = evolve(Some(state.clone()), (NOW, &actor.reference, &event)).unwrap();
            Ok::<_, Problem>(())
        };
        let because = |result: Result<(), Problem>| result.unwrap_err().reason.unwrap();
        let (reason, again) = (|| "误报过多".to_owned(), || "回退".to_owned());
        assert_eq!(because(go(&mut state, &one, ScoreModelCommand::Approve)), "own-work");
        assert_eq!(because(go(&mut state, &two, ScoreModelCommand::Propose { reason: again() })), "not-retired");
        go(&mut state, &two, ScoreModelCommand::Approve).unwrap();
        assert_eq!(because(go(&mut state, &three, ScoreModelCommand::Approve)), "not-waiting");
        go(&mut state, &one, ScoreModelCommand::Retire { reason: reason() }).unwrap();
        assert_eq!(because(go(&mut state, &one, ScoreModelCommand::Retire { reason: reason() })), "retired-already");
        go(&mut state, &two, ScoreModelCommand::Propose { reason: again() }).unwrap();
        assert_eq!(
            (state.state, state.retired_at, state.proposed.reason.as_str()),
            (ScoreModelState::Proposed, None, "回退")
        );
        for proposer in [&one, &two] {
            assert_eq!(because(go(&mut state, proposer, ScoreModelCommand::Approve)), "own-work");
        }
        go(&mut state, &three, ScoreModelCommand::Approve).unwrap();
        assert_eq!((state.state, state.version), (ScoreModelState::Live, 5));
    }

    #[test]
    fn stored_events_keep_their_form() {
        let forms = [
            (
                ScoreModelEvent::Proposed(Box::new(proposed())),
                r#"{"kind":"proposed","model":"sm_00000000000000000000000001","number":1,"format":"lightgbm","bytes":9,"digest":"00ff","inputs":["amount"],"trees":2,"reason":"六月"}"#,
            ),
            (ScoreModelEvent::Approved, r#"{"kind":"approved"}"#),
            (ScoreModelEvent::Retired { reason: "旧".to_owned() }, r#"{"kind":"retired","reason":"旧"}"#),
            (ScoreModelEvent::ProposedAgain { reason: "回".to_owned() }, r#"{"kind":"proposed_again","reason":"回"}"#),
        ];
        for (event, form) in forms {
            assert_eq!(serde_json::to_string(&event).unwrap(), form);
            assert_eq!(serde_json::from_str::<ScoreModelEvent>(form).unwrap(), event);
        }
    }
}
