//! The models in use: read from the database when they change, and kept in memory.

use std::{collections::BTreeMap, sync::Arc};

use classify::Model;
use kernel::id::GuessModelId;
use ledger::{Connection, StoreError};
use parking_lot::Mutex;

use super::Aspect;
use crate::store::guesses;

/// Models kept in memory at most: one for each aspect, and as many again while a newer one takes over.
const KEPT_MAX: usize = 8;

/// Models by their ids. What an id names never changes, so that one memory serves every house of the process.
static KEPT: Mutex<Vec<(GuessModelId, Arc<Model>)>> = Mutex::new(Vec::new());

/// A model in use.
#[derive(Debug, Clone)]
pub struct Taught {
    /// Its id.
    pub id: GuessModelId,
    /// The model.
    pub model: Arc<Model>,
}

/// The newest model of each aspect that has one.
pub fn in_use(conn: &mut Connection) -> Result<BTreeMap<Aspect, Taught>, StoreError> {
    let mut taught = BTreeMap::new();
    for (aspect, id) in guesses::newest_ids(conn)? {
        let kept = KEPT.lock().iter().find(|(kept, _)| *kept == id).map(|(_, model)| Arc::clone(model));
        let model = match kept {
            Some(model) => model,
            None => keep(id, read(conn, id)?),
        };
        taught.insert(aspect, Taught { id, model });
    }
    Ok(taught)
}

fn read(conn: &mut Connection, id: GuessModelId) -> Result<Arc<Model>, StoreError> {
    let bytes = guesses::bytes(conn, id)?;
    let model = Model::from_bytes(&bytes);
    model.map(Arc::new).map_err(|_| StoreError::corrupt("guess_models", "model", id, "not a model this program reads"))
}

fn keep(id: GuessModelId, model: Arc<Model>) -> Arc<Model> {
    let mut kept = KEPT.lock();
    if kept.len() >= KEPT_MAX {
        kept.remove(0);
    }
    kept.push((id, Arc::clone(&model)));
    model
}
