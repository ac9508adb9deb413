//! An engine as it is declared.

use kernel::Text;
use serde::{Deserialize, Serialize};

use crate::{scenario::ScenarioSpec, schema::SchemaSpec, window::FeatureSpec};

/// A value computed of others, with a name of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerivedSpec {
    /// Its name in expressions and models.
    pub name: String,
    /// Its name on screen.
    pub title: Text,
    /// The expression.
    pub value: String,
}

/// A value that expressions use by name and that the bank may change: a threshold, a length of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterSpec {
    /// Its name in expressions and reasons.
    pub name: String,
    /// Its name on screen.
    pub title: Text,
    /// Its value, as an expression that names nothing: `6`, `0.5`, `yuan(50000)`, `duration("24h")`.
    pub value: String,
}

/// Everything that makes an engine, but for the model, which is a file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineSpec {
    /// Fields and event types.
    #[serde(default)]
    pub schema: SchemaSpec,
    /// Thresholds and other values that do not change from event to event.
    #[serde(default)]
    pub parameters: Vec<ParameterSpec>,
    /// Features over windows.
    #[serde(default)]
    pub features: Vec<FeatureSpec>,
    /// Values computed of fields and features, each of those before it too.
    #[serde(default)]
    pub derived: Vec<DerivedSpec>,
    /// The names of lists; a list's number is its position.
    #[serde(default)]
    pub lists: Vec<String>,
    /// The scenarios that decide.
    #[serde(default)]
    pub scenarios: Vec<ScenarioSpec>,
}
