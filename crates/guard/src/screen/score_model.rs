//! The live score model as the engine uses it: its file read and checked against its hash, which version a decision names, and
//! what moved a score, computed from what the log kept of the decision. It must never score by a file that two people did not
//! want.

use std::sync::Arc;

use decide::{Fault, Kind, Value, trees::Forest};
use kernel::{Problem, Text, id::ScoreModelId};
use ledger::Ledger;
use parking_lot::Mutex;
use serde::Deserialize;

use super::{Screen, facts};
use crate::{
    score_models::{digest, read},
    store::{
        decisions::DecisionRow,
        score_models::{self, ScoreModelRow},
    },
};

/// Models that are held: the live one, and some before it whose decisions are looked at.
const HELD_MAX: usize = 3;
/// What is told of what moved a score.
const MOVED_MAX: usize = 8;

/// A model that can be asked.
#[derive(Debug)]
pub(crate) struct LiveModel {
    pub(super) id: ScoreModelId,
    /// Which version it is.
    pub(super) number: u32,
    pub(super) forest: Arc<Forest>,
}

impl LiveModel {
    pub(crate) const fn id(&self) -> ScoreModelId {
        self.id
    }
}

/// What became of the live version.
#[derive(Debug, Clone)]
pub(crate) enum Used {
    /// There is none.
    No,
    /// Events are scored by it.
    By(Arc<LiveModel>),
    /// It cannot be used.
    Not(ModelReport),
}

/// The live version and whether events are scored by it.
#[derive(Debug, Clone)]
pub struct ModelReport {
    /// The version's id.
    pub id: ScoreModelId,
    /// Which version it is.
    pub number: u32,
    /// Why it is not used, if it is not.
    pub fault: Option<Text>,
}

impl Used {
    /// The version that cannot be used, which is told in the log as well.
    pub(super) fn not(id: ScoreModelId, number: u32, fault: Text) -> Self {
        tracing::error!(model = %id, fault = %fault.en, "the live score model cannot be used; rules decide without it");
        Self::Not(ModelReport { id, number, fault: Some(fault) })
    }

    pub(crate) fn live(&self) -> Option<&LiveModel> {
        match self {
            Self::By(model) => Some(model),
            Self::No | Self::Not(_) => None,
        }
    }

    pub(crate) fn forest(&self) -> Option<Arc<Forest>> {
        self.live().map(|model| Arc::clone(&model.forest))
    }

    /// The version by which events are scored, and its number.
    pub(crate) fn named(&self) -> Option<(ScoreModelId, u32)> {
        self.live().map(|model| (model.id, model.number))
    }

    pub(super) fn report(&self) -> Option<ModelReport> {
        match self {
            Self::No => None,
            Self::By(model) => Some(ModelReport { id: model.id, number: model.number, fault: None }),
            Self::Not(report) => Some(report.clone()),
        }
    }
}

/// The models that were read last.
#[derive(Debug, Default)]
pub(super) struct Models(Mutex<Vec<Arc<LiveModel>>>);

impl Models {
    /// The live version.
    pub(super) fn live(&self, ledger: &Ledger) -> Result<Used, Problem> {
        let Some(row) = ledger.read(score_models::live)? else { return Ok(Used::No) };
        Ok(match self.get(ledger, &row)? {
            Ok(model) => Used::By(model),
            Err(fault) => Used::not(row.proposed.model, row.proposed.number, fault),
        })
    }

    /// A version as it can be asked, or why it cannot.
    fn get(&self, ledger: &Ledger, row: &ScoreModelRow) -> Result<Result<Arc<LiveModel>, Text>, Problem> {
        let id = row.proposed.model;
        if let Some(model) = self.0.lock().iter().find(|model| model.id == id) {
            return Ok(Ok(Arc::clone(model)));
        }
        let file = ledger.read(|conn| score_models::file(conn, id))?;
        if digest(ledger, &file) != row.proposed.digest {
            let text = Text::fixed(
                "保存的模型文件与提交时不一致。",
                "The file that is kept is not the one that was proposed.",
            );
            return Ok(Err(text));
        }
        Ok(read(&file).map(|(_, forest)| {
            let model = Arc::new(LiveModel { id, number: row.proposed.number, forest: Arc::new(forest) });
            let mut held = self.0.lock();
            if held.len() >= HELD_MAX {
                held.remove(0);
            }
            held.push(Arc::clone(&model));
            model
        }))
    }
}

/// One input of the model and how far it moved a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// The field, feature or computed value.
    pub name: String,
    /// Its name on screen.
    pub title: Text,
    /// Its value, when it was known.
    pub value: Option<Value>,
    /// How far it moved the logarithm of the odds, in thousandths; what speaks for fraud is positive.
    pub effect_milli: i64,
}

/// What an answer names.
#[derive(Debug, Deserialize)]
struct Named {
    model: Option<NamedModel>,
}

#[derive(Debug, Deserialize)]
struct NamedModel {
    id: ScoreModelId,
}

impl Screen {
    /// What is wrong with a model for the fields and features of this house.
    ///
    /// # Errors
    /// Every fault at once: inputs that are unknown, or no numbers.
    pub fn check_model(&self, forest: Arc<Forest>) -> Result<(), Vec<Fault>> {
        self.definition.engine(self.secret, &[], Some(forest)).map(drop)
    }

    /// The same for a version that is kept.
    ///
    /// # Errors
    /// Every fault at once, and when the database fails or there is no such version.
    pub fn check_kept_model(&self, id: ScoreModelId) -> Result<Result<(), Vec<Fault>>, Problem> {
        let row = self.ledger.read(|conn| score_models::find(conn, id))?.ok_or_else(crate::score_models::unknown)?;
        Ok(match self.models.get(&self.ledger, &row)? {
            Ok(model) => self.check_model(Arc::clone(&model.forest)),
            Err(fault) => Err(vec![Fault::new("", fault.zh, fault.en)]),
        })
    }

    /// The score model that an answer names, as it can be asked; none when it names none.
    ///
    /// # Errors
    /// When the database fails, or the answer or the model's file cannot be read.
    pub(crate) fn model_of(&self, answer: &str) -> Result<Used, Problem> {
        let named: Named = serde_json::from_str(answer).map_err(Problem::internal_error)?;
        let Some(NamedModel { id }) = named.model else { return Ok(Used::No) };
        let kept = self.ledger.read(|conn| score_models::find(conn, id))?;
        let kept = kept.ok_or_else(|| Problem::internal_error("a model that scored is not there"))?;
        let model = self.models.get(&self.ledger, &kept)?;
        model.map(Used::By).map_err(|fault| Problem::internal_error(fault.en))
    }

    /// The score model that is live now, as it can be asked; none when there is none, or it cannot be used.
    pub(crate) fn live_model(&self) -> Used {
        self.state.lock().model.clone()
    }

    /// A version of the score model, as it can be asked.
    ///
    /// # Errors
    /// When there is no such version, its file cannot be read, or the database fails.
    pub(crate) fn model_by(&self, id: ScoreModelId) -> Result<Used, Problem> {
        let kept = self.ledger.read(|conn| score_models::find(conn, id))?.ok_or_else(crate::score_models::unknown)?;
        let refuse = |fault: Text| Problem::new(kernel::ProblemKind::Refused, fault).because("model-unusable");
        self.models.get(&self.ledger, &kept)?.map(Used::By).map_err(refuse)
    }

    /// The model that a trial scores by.
    ///
    /// # Errors
    /// As for [`Screen::model_by`].
    pub(crate) fn model_for(&self, named: Option<(ScoreModelId, u32)>) -> Result<Used, Problem> {
        named.map_or(Ok(Used::No), |(id, _)| self.model_by(id))
    }

    /// From which probability on, in parts per million, answers explain the score unasked.
    pub fn explain_from_ppm(&self) -> u32 {
        self.definition.explain_from_ppm
    }

    /// What moved the score of a decision most, the largest first, by the model that it names and the values that it saw; nothing
    /// when no model had a part in it.
    ///
    /// # Errors
    /// When the database fails, or the decision or the model's file cannot be read.
    pub fn explain(&self, row: &DecisionRow) -> Result<Vec<Moved>, Problem> {
        let corrupt = |what: &str| Problem::internal_error(format!("decision {}: {what}", row.seq));
        let Used::By(model) = self.model_of(&row.answer)? else { return Ok(Vec::new()) };
        let layout = self.layout(row.layout)?.ok_or_else(|| corrupt("its layout is not there"))?;
        let seen = facts::seen(&row.seen, &layout).ok_or_else(|| corrupt("what it saw cannot be read"))?;
        Ok(moved(&model.forest, &seen, |name| self.definition.title(name).cloned()))
    }
}

/// What moved the score of the values `seen` most.
fn moved(forest: &Forest, seen: &[(String, Kind, Option<Value>)], title: impl Fn(&str) -> Option<Text>) -> Vec<Moved> {
    let value = |name: &String| {
        let found = seen.iter().find(|(known, _, _)| known == name);
        found.and_then(|(_, kind, value)| Some((*kind, value.clone()?)))
    };
    let values: Vec<Option<(Kind, Value)>> = forest.inputs().iter().map(value).collect();
    let number =
        |value: &Option<(Kind, Value)>| value.as_ref().map_or(f64::NAN, |(kind, value)| kind.number(value.bits()));
    let row: Vec<f64> = values.iter().map(number).collect();
    let effects = forest.contributions(&row);
    let mut moved: Vec<Moved> = forest
        .inputs()
        .iter()
        .zip(values)
        .zip(effects)
        .map(|((name, value), effect)| Moved {
            title: title(name).unwrap_or_else(|| Text::of(name.clone(), name.clone())),
            name: name.clone(),
            value: value.map(|(_, value)| value),
            effect_milli: (effect * 1e3).round() as i64,
        })
        .filter(|one| one.effect_milli != 0)
        .collect();
    moved.sort_by_key(|one| std::cmp::Reverse(one.effect_milli.abs()));
    moved.truncate(MOVED_MAX);
    moved
}
