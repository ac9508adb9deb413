//! The answer to an event, in the form in which it is given and kept.

use decide::{Decision, Engine, Memory, Screening};
use kernel::{
    Text, Timestamp,
    id::{DecisionId, ScoreModelId},
};
use serde::Serialize;

use super::score_model::Used;
use crate::model::words::GuardOutcome;

/// One part of a score, as it is answered.
#[derive(Debug, Serialize)]
struct PartAnswer<'a> {
    scenario: &'a str,
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    points: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<GuardOutcome>,
}

/// A scenario that decided.
#[derive(Debug, Serialize)]
struct VersionAnswer<'a> {
    name: &'a str,
    version: u32,
}

/// The score model's part, as it is answered.
#[derive(Debug, Serialize)]
struct ModelAnswer {
    id: ScoreModelId,
    number: u32,
    score_ppm: u32,
}

/// The answer, as it is given and kept.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    /// None where nothing is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionId>,
    outcome: GuardOutcome,
    screening: Screening,
    score: i32,
    parts: Vec<PartAnswer<'a>>,
    reasons: Vec<Text>,
    dialogue: Vec<&'a str>,
    scenarios: Vec<VersionAnswer<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<ModelAnswer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    at: Timestamp,
}

/// The answer to an event that is only recorded.
#[derive(Debug, Serialize)]
struct RecordedAnswer {
    decision: DecisionId,
    screening: &'static str,
    at: Timestamp,
}

/// The answer in the form in which it is given and kept.
pub(crate) fn answer(
    (engine, numbers, model): (&Engine, &[u32], &Used),
    decision: &Decision,
    memory: &Memory,
    (id, at): (Option<DecisionId>, Timestamp),
) -> String {
    let scenarios: Vec<_> = engine.scenarios().collect();
    let mut dialogue: Vec<&str> = Vec::new();
    let mut parts = Vec::with_capacity(decision.parts.len());
    for part in &decision.parts {
        let Some(scenario) = scenarios.get(usize::from(part.scenario)) else { continue };
        let rule = part.rule.and_then(|rule| scenario.rules.get(usize::from(rule)));
        for name in rule.iter().flat_map(|rule| &rule.dialogue) {
            if !dialogue.contains(&name.as_str()) {
                dialogue.push(name);
            }
        }
        parts.push(PartAnswer {
            scenario: &scenario.name,
            version: numbers.get(usize::from(part.scenario)).copied().unwrap_or_default(),
            rule: rule.map(|rule| rule.name.as_str()),
            points: part.points,
            outcome: part.outcome.map(Into::into),
        });
    }
    let mut reasons = engine.reasons(decision, memory);
    if decision.screening == Screening::NotScreened {
        reasons = vec![Text::fixed("未完成筛查，请人工核实。", "Not screened in time; check by hand.")];
    }
    as_json(&Answer {
        decision: id,
        outcome: decision.outcome.into(),
        screening: decision.screening,
        score: decision.score,
        parts,
        reasons,
        dialogue,
        scenarios: scenarios
            .iter()
            .zip(numbers)
            .map(|(scenario, version)| VersionAnswer { name: &scenario.name, version: *version })
            .collect(),
        model: model.live().zip(decision.probability).map(|(live, probability)| ModelAnswer {
            id: live.id,
            number: live.number,
            score_ppm: ppm(probability),
        }),
        until: decision.until.map(Timestamp::from_micros),
        at,
    })
}

/// A probability in parts per million.
fn ppm(probability: f64) -> u32 {
    (probability.clamp(0.0, 1.0) * 1e6).round() as u32
}

fn as_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("an answer is plain data")
}

/// The answer to an event that is only recorded.
pub(super) fn recorded(decision: DecisionId, at: Timestamp) -> String {
    as_json(&RecordedAnswer { decision, screening: "recorded", at })
}
