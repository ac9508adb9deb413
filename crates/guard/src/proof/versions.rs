//! Engines of the versions that a decision names, compiled once each.

use std::{collections::HashMap, sync::Arc};

use decide::{Engine, scenario::ScenarioSpec};
use kernel::{Problem, id::ScoreModelId};
use serde::Deserialize;

use crate::{
    screen::{Screen, score_model::Used},
    store::scenarios,
};

/// Engines that are held: a bank changes its scenarios a few times a week.
const ENGINES_MAX: usize = 64;

/// A scenario as a decision names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Deserialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Which version of the name.
    pub version: u32,
}

/// What an answer says of its scenarios; everything else of it is left alone.
#[derive(Debug, Deserialize)]
struct Naming {
    #[serde(default)]
    scenarios: Vec<Named>,
}

/// The versions that decided, by the answer that was given.
///
/// # Errors
/// When the answer is none.
pub fn named(answer: &str) -> Result<Vec<Named>, Problem> {
    let naming: Naming = serde_json::from_str(answer).map_err(Problem::internal_error)?;
    Ok(naming.scenarios)
}

/// The scenarios and the score model that decided.
type Key = (Vec<Named>, Option<ScoreModelId>);

/// Engines by the versions that they decide by.
#[derive(Default)]
pub struct Versions {
    engines: HashMap<Key, Arc<Engine>>,
}

impl Versions {
    /// The engine of these versions; `None` when one of them is not there any more.
    ///
    /// # Errors
    /// When the database fails, or what was live does not compile under the present definition.
    pub(crate) fn engine(
        &mut self,
        screen: &Screen,
        versions: &[Named],
        model: &Used,
    ) -> Result<Option<Arc<Engine>>, Problem> {
        let key = (versions.to_vec(), model.live().map(|live| live.id()));
        if let Some(engine) = self.engines.get(&key) {
            return Ok(Some(Arc::clone(engine)));
        }
        let shipped = screen.definition().shipped();
        let mut specs: Vec<ScenarioSpec> = Vec::with_capacity(versions.len());
        for one in versions {
            let kept = screen.ledger().read(|conn| scenarios::spec_of(conn, &one.name, one.version))?;
            // Before the first start has put them there, the shipped ones decide as their first version.
            let spec = kept.or_else(|| shipped.iter().find(|spec| one.version == 1 && spec.name == one.name).cloned());
            let Some(spec) = spec else { return Ok(None) };
            specs.push(spec);
        }
        let engine = Arc::new(screen.engine_with(&specs, model)?);
        if self.engines.len() >= ENGINES_MAX {
            self.engines.clear();
        }
        self.engines.insert(key, Arc::clone(&engine));
        Ok(Some(engine))
    }
}
