//! What moved the score model's score, put beside an answer: when it is asked for, when the score is high, and on the page of a
//! decision. It is computed from what the log kept, behind the decision and outside its lock, and never holds an answer back.

use std::sync::Arc;

use endpoint::Shared;
use kernel::{Problem, id::DecisionId};
use serde::Deserialize;
use serde_json::Value;

use super::{body::MovedBody, list::shown};
use crate::{
    screen::{Screen, score_model::Moved},
    store::decisions::{self, DecisionRow},
};

/// The key that an answer has where a model had a part in it.
const SCORE: &str = "\"score_ppm\"";

/// What is looked at of an answer.
#[derive(Deserialize)]
struct Scored {
    decision: DecisionId,
    model: Option<Model>,
}

#[derive(Deserialize)]
struct Model {
    score_ppm: u32,
}

impl From<Moved> for MovedBody {
    fn from(moved: Moved) -> Self {
        let Moved { name, title, value, effect_milli } = moved;
        Self { name, title: title.into(), value: value.as_ref().map_or(Value::Null, shown), effect_milli }
    }
}

/// What moved the score of a decision.
pub(super) fn bodies(screen: &Screen, row: &DecisionRow) -> Result<Vec<MovedBody>, Problem> {
    Ok(screen.explain(row)?.into_iter().map(MovedBody::from).collect())
}

/// The answer with what moved the score, where that is asked for or the score is high. The decision stands whatever becomes of
/// its explanation, so one that fails is logged and left out.
pub(super) async fn explained(shared: &Shared, screen: Arc<Screen>, answer: String, is_asked: bool) -> String {
    // Looking for the word is far quicker than reading the answer, and mostly no model is live.
    if !answer.contains(SCORE) {
        return answer;
    }
    let Ok(Scored { decision, model: Some(model) }) = serde_json::from_str(&answer) else { return answer };
    if !is_asked && model.score_ppm < screen.explain_from_ppm() {
        return answer;
    }
    let (ledger, plain) = (shared.ledger().clone(), answer.clone());
    let explain = move || {
        screen.settle()?;
        let row = ledger.read(|conn| decisions::find(conn, decision))?;
        let row = row.ok_or_else(|| Problem::internal_error("a decision that was answered is not there"))?;
        let moved = bodies(&screen, &row)?;
        let mut answer: Value = serde_json::from_str(&plain).map_err(Problem::internal_error)?;
        answer["model"]["moved"] = serde_json::to_value(moved).map_err(Problem::internal_error)?;
        Ok::<_, Problem>(answer.to_string())
    };
    match tokio::task::spawn_blocking(explain).await.map_err(Problem::internal_error) {
        Ok(Ok(explained)) => explained,
        Ok(Err(problem)) | Err(problem) => {
            tracing::error!(decision = %decision, internal = problem.internal(), "a score was not explained");
            answer
        }
    }
}
