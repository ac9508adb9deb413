//! What a model sees, as it is declared: fields, features, computed values, and which of them are its inputs.

use boost::Options;
use decide::{Engine, EngineSpec, Fault, HashKeys, Kind, engine::EngineOptions, schema::FieldSource};
use kernel::Text;
use serde::{Deserialize, Serialize};

use crate::{fault::DetectionFault, mapping::Mapping};

mod extra;

/// The delay of features that count payments whose labels have come.
const LABELS: &str = "labels";

/// Bytes of a declaration at most; the shipped one has some 12,000.
const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Faults of a declaration that are told at once.
const FAULTS_TOLD: usize = 10;

/// The declaration that is shipped, for payments from one account to another.
const PAYMENTS: &str = include_str!("../specs/payments.toml");

/// What a model sees.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingSpec {
    /// How rows of a history become events.
    pub training: Training,
    /// How trees are learnt.
    #[serde(default)]
    pub options: Options,
    /// Fields, features and computed values, as the decision engine understands them.
    pub engine: EngineSpec,
}

/// How rows of a history become events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// The event type of a row.
    pub event: String,
    /// The event type by which a fraud becomes known; it gets the same fields, as far as it has them.
    pub confirmed: String,
    /// The names that the model sees; without any, all fields, features and computed values that are numbers.
    #[serde(default)]
    pub inputs: Vec<String>,
}

impl TrainingSpec {
    /// Reads a declaration.
    ///
    /// # Errors
    /// When it is not understood; whether its parts fit together, compiling tells.
    pub fn parse(text: &str) -> Result<Self, DetectionFault> {
        if text.len() > FILE_BYTES_MAX {
            return Err(DetectionFault::Spec(Text::fixed("文件超过 1 MiB。", "the file is larger than 1 MiB.")));
        }
        toml::from_str(text).map_err(|error| {
            let words = error.to_string();
            DetectionFault::Spec(Text::of(words.clone(), words))
        })
    }

    /// The shipped declaration for payments.
    ///
    /// # Errors
    /// Never, as a test proves.
    pub fn payments() -> Result<Self, DetectionFault> {
        Self::parse(PAYMENTS)
    }

    /// The shipped declaration as text, to begin one's own with.
    pub const fn payments_text() -> &'static str {
        PAYMENTS
    }

    /// The declaration as it is used: with the fields that a mapping adds, and with the days after which labels are known
    /// in place of the word for them.
    #[must_use]
    pub fn suited(mut self, mapping: &Mapping, delay_days: i64) -> Self {
        extra::add(&mut self, mapping);
        for feature in &mut self.engine.features {
            if feature.delay.as_deref() == Some(LABELS) {
                feature.delay = (delay_days > 0).then(|| format!("{delay_days}d"));
            }
        }
        self
    }

    /// Compiles the declaration.
    pub(crate) fn compile(&self) -> Result<Compiled, DetectionFault> {
        // A training keeps no state beyond itself, so any secret will do, and a fixed one makes it repeatable.
        let options = EngineOptions::new(HashKeys::new([0x5a; 16]));
        let mut spec = self.engine.clone();
        // Of the past the history tells what live the house itself would: nobody is there to be mistrusted.
        spec.schema.fields.iter_mut().for_each(|field| field.source = FieldSource::Caller);
        let engine = Engine::compile(&spec, options).map_err(|faults| told(&faults))?;
        let schema = engine.schema();
        for event in [&self.training.event, &self.training.confirmed] {
            if schema.event_type(event).is_none() {
                return Err(DetectionFault::Spec(Text::of(
                    format!("没有名为“{event}”的事件类型。"),
                    format!("there is no event type `{event}`."),
                )));
            }
        }
        let inputs = self.inputs(&engine)?;
        Ok(Compiled { engine, inputs })
    }

    fn inputs(&self, engine: &Engine) -> Result<Vec<String>, DetectionFault> {
        let is_number = |kind: Kind| matches!(kind, Kind::Bool | Kind::Int | Kind::Double | Kind::Duration);
        let all = engine.names();
        if self.training.inputs.is_empty() {
            return Ok(all.iter().filter(|name| is_number(name.kind)).map(|name| name.name.clone()).collect());
        }
        for input in &self.training.inputs {
            if !all.iter().any(|name| name.name == *input && is_number(name.kind)) {
                return Err(DetectionFault::Spec(Text::of(
                    format!("模型输入“{input}”不存在或不是数字。"),
                    format!("the input `{input}` is unknown or no number."),
                )));
            }
        }
        Ok(self.training.inputs.clone())
    }
}

/// A compiled declaration.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub engine: Engine,
    /// The model's inputs, in their order.
    pub inputs: Vec<String>,
}

fn told(faults: &[Fault]) -> DetectionFault {
    let list = |pick: fn(&Fault) -> &str| {
        let lines = faults.iter().take(FAULTS_TOLD).map(|fault| format!("{}: {}", fault.path, pick(fault)));
        lines.collect::<Vec<_>>().join("\n")
    };
    DetectionFault::Spec(Text::of(list(|fault| &fault.message.zh), list(|fault| &fault.message.en)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handbook() -> Mapping {
        let columns = ["TX_DATETIME", "CUSTOMER_ID", "TERMINAL_ID", "TX_AMOUNT", "TX_FRAUD"];
        Mapping::known_for(&columns.map(str::to_owned)).unwrap()
    }

    fn payments() -> TrainingSpec {
        TrainingSpec::payments().unwrap().suited(&handbook(), 7)
    }

    #[test]
    fn the_shipped_declaration_compiles() {
        let compiled = payments().compile().unwrap();
        assert!(compiled.inputs.iter().any(|input| input == "payee.fraud_rate_30d"), "{:?}", compiled.inputs);
        assert!(compiled.inputs.len() > 40);
        // Nothing of the account itself may be learnt: a model that knows single payees by name is no model.
        assert!(compiled.inputs.iter().all(|input| !input.ends_with("account")));
    }

    #[test]
    fn what_does_not_fit_together_is_told() {
        let check = |from: &str, to: &str, expect: &str| {
            let text = PAYMENTS.replacen(from, to, 1);
            assert_ne!(text, PAYMENTS, "{from}");
            let fault = TrainingSpec::parse(&text).and_then(|spec| spec.suited(&handbook(), 7).compile()).unwrap_err();
            assert!(fault.text().en.contains(expect), "{}", fault.text().en);
        };
        check("event = \"transfer\"", "event = \"transfers\"", "no event type `transfers`");
        check("confirmed = \"fraud\"", "confirmed = \"fraud\"\ninputs = [\"nothing\"]", "`nothing`");
        check("[training]", "[trainings]", "trainings");
        check("of = \"amount\"", "of = \"amuont\"", "features[");
    }
}
