//! Decisions as they go over the wire.

use std::collections::BTreeMap;

use kernel::{
    OrgPath, Timestamp,
    id::{DecisionId, InterceptionId, ScoreModelId},
};
use people::api::body::TextBody;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{api::labels::LabelBody, model::words::GuardOutcome, screen::ScreenReport};

/// An event: its id, its type, its time, and the fields of its type.
#[derive(Debug, ToSchema)]
pub struct EventRequest {
    /// What the sender calls it; the same id is decided once.
    #[schema(max_length = 128)]
    pub id: String,
    /// Its type, for instance `transfer`.
    #[schema(example = "transfer")]
    pub r#type: String,
    /// When it happened, RFC 3339.
    #[schema(value_type = String, format = DateTime)]
    pub time: String,
}

/// A part of a score.
#[derive(Debug, ToSchema)]
pub struct ScorePartBody {
    /// The scenario.
    pub scenario: String,
    /// Which version of it.
    pub version: u32,
    /// The rule; none for the model's part.
    pub rule: Option<String>,
    /// The points.
    pub points: i32,
    /// What the rule demands by itself.
    pub outcome: Option<GuardOutcome>,
}

/// A scenario that decided.
#[derive(Debug, ToSchema)]
pub struct ScenarioVersionBody {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
}

/// One input of the score model and how far it moved a score.
#[derive(Debug, Serialize, ToSchema)]
pub struct MovedBody {
    /// The field, feature or computed value.
    pub name: String,
    /// Its name on screen.
    pub title: TextBody,
    /// Its value; none where it was unknown.
    #[schema(value_type = Option<Object>)]
    pub value: Value,
    /// How far it moved the logarithm of the odds, in thousandths; what speaks for fraud is positive.
    pub effect_milli: i64,
}

/// The score model's part in a decision.
#[derive(Debug, ToSchema)]
pub struct ModelScoreBody {
    /// The version's id.
    #[schema(value_type = String, example = "sm_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: ScoreModelId,
    /// Which version.
    pub number: u32,
    /// The probability of fraud, in parts per million.
    #[schema(maximum = 1_000_000)]
    pub score_ppm: u32,
    /// What moved the score most, the largest first; when it was asked for, or the score is high.
    #[schema(value_type = Option<Vec<MovedBody>>)]
    pub moved: Option<Vec<MovedBody>>,
}

/// A decision, or that an event was recorded.
#[derive(Debug, ToSchema)]
#[schema(as = GuardDecisionBody)]
pub struct DecisionBody {
    /// Its id.
    #[schema(value_type = String, example = "de_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub decision: DecisionId,
    /// What is demanded; none for events that are only recorded.
    pub outcome: Option<GuardOutcome>,
    /// `screened`, `not_screened` (then the outcome is the fail-safe one), or `recorded`.
    pub screening: String,
    /// The score.
    pub score: Option<i32>,
    /// What it is made of.
    #[schema(value_type = Option<Vec<ScorePartBody>>)]
    pub parts: Option<Vec<ScorePartBody>>,
    /// Why, in sentences that can be read to a customer.
    #[schema(value_type = Option<Vec<TextBody>>)]
    pub reasons: Option<Vec<TextBody>>,
    /// The scenarios that decided, each with its version.
    #[schema(value_type = Option<Vec<ScenarioVersionBody>>)]
    pub scenarios: Option<Vec<ScenarioVersionBody>>,
    /// The score model's part; none when no model is live.
    pub model: Option<ModelScoreBody>,
    /// The parts of the dialogue to hold.
    pub dialogue: Option<Vec<String>>,
    /// Until when a delay or hold lasts.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// When it was decided.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// What would be decided on an event now; nothing of it is kept.
#[derive(Debug, ToSchema)]
pub struct ScreenedBody {
    /// What would be demanded.
    pub outcome: GuardOutcome,
    /// `screened`, or `not_screened` (then the outcome is the fail-safe one).
    pub screening: String,
    /// The score.
    pub score: i32,
    /// What it is made of.
    pub parts: Vec<ScorePartBody>,
    /// Why, in sentences that can be read to a customer.
    pub reasons: Vec<TextBody>,
    /// The scenarios that decided, each with its version.
    pub scenarios: Vec<ScenarioVersionBody>,
    /// The parts of the dialogue to hold.
    pub dialogue: Vec<String>,
    /// Until when a delay or hold would last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// When it was looked at.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// A decision in the feed.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionRowBody {
    /// Its id.
    #[schema(value_type = String)]
    pub id: DecisionId,
    /// Its place in the order of decisions.
    pub seq: i64,
    /// The event's type.
    pub event_type: String,
    /// Where it happened.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The event's own time.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// When it was decided.
    #[schema(value_type = String, format = DateTime)]
    pub decided_at: Timestamp,
    /// What was demanded; none when it was only recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<GuardOutcome>,
    /// Whether every step was taken.
    pub is_screened: bool,
    /// The score.
    pub score: i64,
}

/// One value that a decision saw.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenBody {
    /// The field, feature or derived value.
    pub name: String,
    /// Its kind, as expressions name it.
    pub kind: &'static str,
    /// The value; none where it was unknown, and none for texts, which are hashes here.
    #[schema(value_type = Option<Object>)]
    pub value: Value,
    /// Whether it was known.
    pub is_known: bool,
}

/// A decision in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionDetailBody {
    /// As in the feed.
    #[serde(flatten)]
    pub row: DecisionRowBody,
    /// Who sent the event, as an actor reference.
    pub caller: String,
    /// The answer as it was given.
    #[schema(value_type = DecisionBody)]
    pub answer: Value,
    /// The event's fields that say nothing about a person, as they were sent.
    #[schema(value_type = Object)]
    pub event: BTreeMap<String, Value>,
    /// The event's personal fields, masked.
    pub masked: BTreeMap<String, String>,
    /// Each value that the decision saw.
    pub seen: Vec<SeenBody>,
    /// What moved the score model's score most, the largest first; empty when no model had a part in it.
    pub moved: Vec<MovedBody>,
    /// What became known of the event, oldest first.
    pub labels: Vec<LabelBody>,
    /// The interception that was opened from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub interception: Option<InterceptionId>,
}

/// The live score model.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngineModelBody {
    /// The version's id.
    #[schema(value_type = String)]
    pub id: ScoreModelId,
    /// Which version it is.
    pub number: u32,
    /// Why it is not used, if it is not; rules then decide alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<TextBody>,
}

/// How the engine stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct EngineBody {
    /// Decisions and records in the log.
    pub logged: i64,
    /// Taken since the start.
    pub taken: u64,
    /// Of those, not screened in time.
    pub not_screened: u64,
    /// Events that were sent again and answered as before.
    pub again: u64,
    /// Events recorded in windows.
    pub recorded: u64,
    /// Events not recorded because memory was full.
    pub skipped: u64,
    /// Keys known.
    pub keys: u64,
    /// Entries kept.
    pub entries: u64,
    /// Bytes that windows take.
    pub bytes: u64,
    /// The place in the log of the snapshot that the windows were rebuilt from; what is behind it was replayed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_from: Option<i64>,
    /// The live score model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<EngineModelBody>,
}

impl From<ScreenReport> for EngineBody {
    fn from(report: ScreenReport) -> Self {
        let windows = report.windows;
        Self {
            logged: report.seq,
            taken: report.decided,
            not_screened: report.not_screened,
            again: report.again,
            recorded: windows.recorded,
            skipped: windows.skipped,
            keys: windows.keys,
            entries: windows.entries,
            bytes: windows.log_bytes + windows.key_bytes,
            started_from: report.started_from,
            model: report.model.map(|model| EngineModelBody {
                id: model.id,
                number: model.number,
                fault: model.fault.map(Into::into),
            }),
        }
    }
}
