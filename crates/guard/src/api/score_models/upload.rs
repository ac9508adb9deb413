//! A file of the score model on its way in: read up to a bound, checked whole, and only then kept and proposed.

use std::sync::Arc;

use axum::extract::{FromRequest, Multipart, Request};
use endpoint::{
    BodyPrint, Call, Failure, ProblemBody, Reply,
    form::{self, not_a_form},
};
use kernel::{Problem, ProblemKind, Text, id::ScoreModelId};
use utoipa::ToSchema;

use super::{ScoreModelBody, faulty, words};
use crate::{
    api::decisions::screen,
    model::{permission::PROPOSE_MODEL, score_model::Proposed},
    score_models::{self, FILE_BYTES_MAX},
};

/// A file of the score model: what the description shows of the form. The reason comes before the file.
#[derive(Debug, ToSchema)]
pub struct UploadScoreModelForm {
    /// What it was learnt from, and why it is wanted.
    #[schema(max_length = 500)]
    pub reason: String,
    /// LightGBM's text (which `xiaobao guard train` writes too) or XGBoost's JSON, up to 16 MiB.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// Upload a version of the score model
///
/// It must answer a yes-or-no question and look only at fields, features and computed values of this bank; what it looks at in
/// vain is told by name. Nothing is kept of a file that is refused. It scores nothing until a second person approves it.
#[utoipa::path(
    post, path = "/api/guard/models", operation_id = "upload_score_model", tag = "guard",
    request_body(content = UploadScoreModelForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "It was proposed", body = ScoreModelBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.model.propose` for the whole bank", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
        (status = 422, description = "The file is damaged, of another kind, or looks at what is not there", body = ProblemBody),
    )
)]
pub async fn upload_score_model(call: Call, request: Request) -> Result<Reply, Failure> {
    call.require_everywhere(PROPOSE_MODEL)?;
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| not_a_form())?;
    let mut reason = String::new();
    while let Some(field) = form.next_field().await.map_err(|_| not_a_form())? {
        match field.name().unwrap_or_default() {
            "reason" => reason = form::text(field, not_a_form).await?,
            "file" => {
                let reason = words(&reason)?;
                let file = form::bytes(field, FILE_BYTES_MAX).await?.ok_or_else(too_large)?;
                return take(call, reason, file).await;
            }
            _ => return Err(not_a_form().into()),
        }
    }
    Err(Problem::invalid("/file", Text::fixed("没有文件。", "There is no file.")).into())
}

/// Checks the file, keeps it, and proposes it.
async fn take(call: Call, reason: String, file: Vec<u8>) -> Result<Reply, Failure> {
    let (ledger, screen) = (call.shared.ledger().clone(), screen(&call.shared).await?);
    let keep = move || {
        let (format, forest) =
            score_models::read(&file).map_err(|text| Problem::invalid("/file", text).because("model-faulty"))?;
        let forest = Arc::new(forest);
        screen.check_model(Arc::clone(&forest)).map_err(|faults| faulty(&faults))?;
        let ports = ledger.ports();
        let id = ScoreModelId::new(ports.clock.now(), &*ports.random);
        score_models::keep(&ledger, id, &file)?;
        Ok::<_, Problem>(Proposed {
            model: id,
            number: 0,
            format,
            bytes: file.len() as u64,
            digest: score_models::digest(&ledger, &file),
            inputs: forest.inputs().to_vec(),
            trees: forest.len() as u64,
            reason,
        })
    };
    let proposed = tokio::task::spawn_blocking(keep).await.map_err(Problem::internal_error)??;
    let (actor, language) = (call.actor.clone(), call.language);
    call.write(BodyPrint::none(), move |unit| {
        let state = score_models::propose(unit, &proposed, &actor)?;
        let at = format!("/api/guard/models/{}", proposed.model);
        Reply::created(at, &ScoreModelBody::of(&state, &actor, language))
    })
    .await
}

fn too_large() -> Problem {
    let text = Text::fixed("模型文件最大 16 MiB。", "A model file has at most 16 MiB.");
    Problem::new(ProblemKind::TooLarge, text)
}
