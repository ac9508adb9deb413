//! A decision taken again as it goes over the wire.

use decide::{Screening, Value as Seen, engine::Explained};
use kernel::{Text, Timestamp, id::DecisionId};
use people::api::body::TextBody;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    api::decisions::{body::DecisionBody, shown},
    model::words::GuardOutcome,
    proof::recompute::{Compared, Judged, Recomputed, WindowsFrom},
    store::decisions::DecisionRow,
};

/// One value beside the recorded one.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedBody {
    /// The field, feature or derived value.
    pub name: String,
    /// Its name on screen, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<TextBody>,
    /// Its kind, as expressions name it.
    pub kind: &'static str,
    /// What the decision saw; none where it was unknown, and none for texts, which are hashes here.
    #[schema(value_type = Option<Object>)]
    pub recorded: Value,
    /// What it is now.
    #[schema(value_type = Option<Object>)]
    pub recomputed: Value,
    /// Whether it is known now.
    pub is_known: bool,
    /// Whether both are the same to the bit.
    pub is_equal: bool,
}

/// A part of a condition or of a computed value.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConditionPartBody {
    /// The part as it was written.
    pub text: String,
    /// Levels above it; the whole has none. Parts stand behind what they are parts of.
    pub depth: u32,
    /// Its kind.
    pub kind: &'static str,
    /// What it came to; none where that is unknown, and none for texts.
    #[schema(value_type = Option<Object>)]
    pub value: Value,
    /// Whether it is known.
    pub is_known: bool,
    /// The list that it asked, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
}

/// A rule with what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct JudgedRuleBody {
    /// Its name.
    pub name: String,
    /// Whether it held.
    pub holds: bool,
    /// The points that it adds when it holds.
    pub points: i32,
    /// What it demands by itself when it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<GuardOutcome>,
    /// Its condition, part by part.
    pub parts: Vec<ConditionPartBody>,
}

/// A threshold with whether the score reached it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReachedBody {
    /// The smallest score.
    pub score: i32,
    /// What it demands.
    pub outcome: GuardOutcome,
    /// Whether the score reached it.
    pub is_reached: bool,
}

/// A scenario with what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct JudgedScenarioBody {
    /// Its name.
    pub name: String,
    /// Its name on screen.
    pub title: TextBody,
    /// Which version of it.
    pub version: u32,
    /// Whether it applied to the event.
    pub applies: bool,
    /// Its score, when it applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<i32>,
    /// Points of the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_points: Option<i32>,
    /// When it does not apply, part by part.
    pub unless: Vec<ConditionPartBody>,
    /// Its rules.
    pub rules: Vec<JudgedRuleBody>,
    /// What its score demands.
    pub thresholds: Vec<ReachedBody>,
}

/// A derived value, part by part.
#[derive(Debug, Serialize, ToSchema)]
pub struct DerivedBody {
    /// Its name.
    pub name: String,
    /// What it is computed of.
    pub parts: Vec<ConditionPartBody>,
}

/// A decision taken again.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecomputedBody {
    /// The decision.
    #[schema(value_type = String)]
    pub decision: DecisionId,
    /// Its place in the order of decisions.
    pub seq: i64,
    /// Whether everything is as recorded, to the bit: each value, and the answer word for word.
    pub is_equal: bool,
    /// Where the windows are from: `replayed` from the log, or `as_recorded` where too many events lie before.
    pub windows: WindowsFrom,
    /// Whether the lists are those of its place in the log; for decisions older than the marks they are what approvals say.
    pub lists_are_exact: bool,
    /// Whether the event's texts could be read; after they were erased, masks and parts of texts match nothing.
    pub has_texts: bool,
    /// Whether fields and features are those of then.
    pub has_same_layout: bool,
    /// Whether every step was taken.
    #[schema(value_type = String)]
    pub screening: Screening,
    /// What is demanded.
    pub outcome: GuardOutcome,
    /// The largest score.
    pub score: i32,
    /// Until when a delay or hold lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// The answer as it was given.
    #[schema(value_type = DecisionBody)]
    pub recorded: Value,
    /// The answer as it would be given.
    #[schema(value_type = DecisionBody)]
    pub recomputed: Value,
    /// Each value.
    pub values: Vec<ComparedBody>,
    /// The derived values, part by part.
    pub derived: Vec<DerivedBody>,
    /// The scenarios that decided.
    pub scenarios: Vec<JudgedScenarioBody>,
}

fn part(one: Explained) -> ConditionPartBody {
    ConditionPartBody {
        kind: one.kind.cel(),
        is_known: one.value.is_some(),
        value: one.value.as_ref().map_or(Value::Null, shown),
        text: one.text,
        depth: one.depth,
        list: one.list,
    }
}

fn parts(all: Vec<Explained>) -> Vec<ConditionPartBody> {
    all.into_iter().map(part).collect()
}

impl From<Judged> for JudgedScenarioBody {
    fn from(judged: Judged) -> Self {
        let score = judged.score;
        let rules = judged.spec.rules.into_iter().zip(judged.rules).map(|(rule, (holds, found))| JudgedRuleBody {
            name: rule.name,
            holds,
            points: rule.points,
            outcome: rule.outcome.map(Into::into),
            parts: parts(found),
        });
        let thresholds = judged.spec.thresholds.iter().map(|threshold| ReachedBody {
            score: threshold.score,
            outcome: threshold.outcome.into(),
            is_reached: score.is_some_and(|score| score >= threshold.score),
        });
        Self {
            rules: rules.collect(),
            thresholds: thresholds.collect(),
            name: judged.spec.name,
            title: judged.spec.title.into(),
            version: judged.version,
            applies: score.is_some(),
            score,
            model_points: judged.model_points,
            unless: parts(judged.unless),
        }
    }
}

/// The name of a value on screen, where it has one.
pub type Titles<'t> = &'t dyn Fn(&str) -> Option<Text>;

fn compared(one: Compared, titles: Titles<'_>) -> ComparedBody {
    let value = |value: &Option<Seen>| value.as_ref().map_or(Value::Null, shown);
    ComparedBody {
        title: titles(&one.name).map(Into::into),
        kind: one.kind.cel(),
        recorded: value(&one.recorded),
        recomputed: value(&one.recomputed),
        is_known: one.recomputed.is_some(),
        is_equal: one.is_equal(),
        name: one.name,
    }
}

impl RecomputedBody {
    /// The body of a decision that was taken again.
    pub fn of(row: &DecisionRow, found: Recomputed, titles: Titles<'_>) -> Result<Self, serde_json::Error> {
        Ok(Self {
            decision: row.id,
            seq: row.seq,
            is_equal: found.is_equal,
            windows: found.windows,
            lists_are_exact: found.lists_are_marked,
            has_texts: found.has_texts,
            has_same_layout: found.has_same_layout,
            screening: found.decision.screening,
            outcome: found.decision.outcome.into(),
            score: found.decision.score,
            until: found.decision.until.map(Timestamp::from_micros),
            recorded: serde_json::from_str(&row.answer)?,
            recomputed: serde_json::from_str(&found.answer)?,
            values: found.values.into_iter().map(|one| compared(one, titles)).collect(),
            derived: found.derived.into_iter().map(|(name, found)| DerivedBody { name, parts: parts(found) }).collect(),
            scenarios: found.scenarios.into_iter().map(Into::into).collect(),
        })
    }
}
