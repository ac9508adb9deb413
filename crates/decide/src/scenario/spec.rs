//! Scenarios as they are declared, and what is wrong with a declaration.

use kernel::Text;
use serde::{Deserialize, Serialize};

use super::Outcome;
use crate::{fault::Fault, schema::is_name, window::micros};

/// Rules of one scenario.
pub const RULES_MAX: usize = 500;
/// Points of one rule, and of the model, at most; a score is the sum.
pub const POINTS_MAX: i32 = 1_000;
/// The longest delay or hold that a rule may ask for.
pub const DELAY_MICROS_MAX: i64 = 30 * 86_400_000_000;

/// One version of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioSpec {
    /// Its name in data.
    pub name: String,
    /// Its name on screen.
    pub title: Text,
    /// The event types it looks at; empty looks at all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// When it does not apply at all, such as for a trusted pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<String>,
    /// The rules.
    pub rules: Vec<RuleSpec>,
    /// What scores demand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thresholds: Vec<Threshold>,
    /// Points that a probability of one by the model adds; none if the model has no part in the score.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_points: Option<i32>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSpec {
    /// Its name within the scenario.
    pub name: String,
    /// When it holds.
    pub when: String,
    /// The points it adds; negative ones speak for the customer.
    #[serde(default)]
    pub points: i32,
    /// What it demands by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// How long a delay or hold that it demands lasts, such as `24h`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasts: Option<String>,
    /// The sentence that says why, with values in braces: `{payee.count_1d}`, `{amount:yuan}`.
    pub reason: Text,
    /// The parts of the dialogue to hold, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dialogue: Vec<String>,
}

/// A score from which on an outcome is demanded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The smallest score.
    pub score: i32,
    /// What it demands.
    pub outcome: Outcome,
    /// How long a delay or hold lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lasts: Option<String>,
}

/// Which outcome is stronger than which.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priorities([Outcome; 6]);

impl Default for Priorities {
    fn default() -> Self {
        Self(Outcome::ALL)
    }
}

impl Priorities {
    /// From the weakest to the strongest; each outcome stands once.
    pub fn new(order: &[Outcome]) -> Option<Self> {
        let order: [Outcome; 6] = order.try_into().ok()?;
        Outcome::ALL.iter().all(|outcome| order.contains(outcome)).then_some(Self(order))
    }

    /// How strong an outcome is, from zero.
    pub fn rank(&self, outcome: Outcome) -> usize {
        self.0.iter().position(|one| *one == outcome).unwrap_or_default()
    }

    /// The weakest outcome: what follows when nothing speaks against an event.
    pub fn weakest(&self) -> Outcome {
        self.0[0]
    }

    /// From the weakest to the strongest.
    pub fn order(&self) -> &[Outcome] {
        &self.0
    }
}

impl ScenarioSpec {
    /// What is wrong with the declaration as such; expressions are checked when it is compiled.
    pub(crate) fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if !is_name(&self.name) {
            faults.push(Fault::new(
                "name",
                "名称由小写字母、数字和下划线组成。",
                "A name has small letters, digits and underscores.",
            ));
        }
        if self.rules.is_empty() || self.rules.len() > RULES_MAX {
            faults.push(Fault::new(
                "rules",
                format!("情景有 1 至 {RULES_MAX} 条规则。"),
                format!("A scenario has 1 to {RULES_MAX} rules."),
            ));
        }
        if self.model_points.is_some_and(|points| points.abs() > POINTS_MAX) {
            faults.push(points_fault("model_points"));
        }
        for (index, rule) in self.rules.iter().enumerate().take(RULES_MAX) {
            let path = format!("rules[{index}]");
            if !is_name(&rule.name) || self.rules[..index].iter().any(|other| other.name == rule.name) {
                faults.push(Fault::new(
                    format!("{path}.name"),
                    "规则名由小写字母、数字和下划线组成，且不重复。",
                    "A rule's name has small letters, digits and underscores and stands once.",
                ));
            }
            if rule.points.abs() > POINTS_MAX {
                faults.push(points_fault(&format!("{path}.points")));
            }
            faults.extend(lasts_fault(rule.lasts.as_deref(), &path));
        }
        for (index, threshold) in self.thresholds.iter().enumerate() {
            faults.extend(lasts_fault(threshold.lasts.as_deref(), &format!("thresholds[{index}]")));
        }
        faults
    }
}

fn points_fault(path: &str) -> Fault {
    let zh = format!("分值须在 -{POINTS_MAX} 至 {POINTS_MAX} 之间。");
    Fault::new(path, zh, format!("Points lie between -{POINTS_MAX} and {POINTS_MAX}."))
}

fn lasts_fault(lasts: Option<&str>, path: &str) -> Option<Fault> {
    let good = lasts.is_none_or(|text| micros(text).is_some_and(|micros| (1..=DELAY_MICROS_MAX).contains(&micros)));
    (!good).then(|| {
        let path = format!("{path}.lasts");
        Fault::new(path, "时长须写作 30m、24h 或 3d，最长 30 天。", "Write 30m, 24h or 3d; 30 days at most.")
    })
}
