//! The dialogues and kinds of scam, for screens that ask and settle.

use endpoint::{Call, Failure, OpenApiRouter, ProblemBody, Shared};
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::{
    model::{
        dialogue::{Part, Scam, StepAct},
        permission::SEE,
        words::GuardOutcome,
    },
    rules::RulesSource,
};

/// An answer that a step takes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswerBody {
    /// Its key.
    pub key: String,
    /// Its words.
    pub text: TextBody,
    /// What it lifts the outcome to at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raises: Option<GuardOutcome>,
}

/// One step: what to look at, listen for, ask or say.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepBody {
    /// Its key.
    pub key: String,
    /// What the teller does.
    pub act: StepAct,
    /// The words, to be read aloud.
    pub text: TextBody,
    /// The answers.
    pub answers: Vec<AnswerBody>,
}

/// A part of a dialogue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DialoguePartBody {
    /// Its name.
    pub name: String,
    /// Its name on screen.
    pub title: TextBody,
    /// The steps in order.
    pub steps: Vec<StepBody>,
}

impl From<&Part> for DialoguePartBody {
    fn from(part: &Part) -> Self {
        let steps = part.steps.iter().map(|step| StepBody {
            key: step.key.clone(),
            act: step.act,
            text: step.text.clone().into(),
            answers: step
                .answers
                .iter()
                .map(|answer| AnswerBody {
                    key: answer.key.clone(),
                    text: answer.text.clone().into(),
                    raises: answer.raises,
                })
                .collect(),
        });
        Self { name: part.name.clone(), title: part.title.clone().into(), steps: steps.collect() }
    }
}

/// A kind of scam.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScamBody {
    /// The stored word.
    pub key: String,
    /// Its name on screen.
    pub title: TextBody,
}

impl From<&Scam> for ScamBody {
    fn from(scam: &Scam) -> Self {
        Self { key: scam.key.clone(), title: scam.title.clone().into() }
    }
}

/// The dialogues and kinds of scam.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookBody {
    /// The version of the dialogues.
    pub version: u32,
    /// The part with which every dialogue begins.
    pub first: String,
    /// The part with which every dialogue ends.
    pub last: String,
    /// The parts.
    pub parts: Vec<DialoguePartBody>,
    /// The kinds of scam.
    pub scams: Vec<ScamBody>,
}

/// Get the dialogues
///
/// The parts from which dialogues are put together, with their steps and answers, and the kinds of scam.
#[utoipa::path(
    get, path = "/api/guard/dialogues", operation_id = "get_dialogues", tag = "guard",
    responses(
        (status = 200, description = "The dialogues", body = BookBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.interception.see`", body = ProblemBody),
    )
)]
pub async fn get_dialogues(call: Call) -> Result<axum::Json<BookBody>, Failure> {
    call.require(SEE)?;
    let rules = call.shared.rules()?;
    let book = &rules.book;
    Ok(axum::Json(BookBody {
        version: book.version,
        first: book.first.clone(),
        last: book.last.clone(),
        parts: book.parts.iter().map(Into::into).collect(),
        scams: rules.scams.iter().map(Into::into).collect(),
    }))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_dialogues))
}
