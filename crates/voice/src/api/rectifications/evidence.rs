//! Evidence of a rectification: files in the object store, taken and given out like those of orders.

use axum::{
    extract::{FromRequest, Multipart, Request},
    response::Response,
};
use endpoint::{
    BodyPrint, Call, Failure, Path, ProblemBody,
    form::{broken, not_a_form},
};
use kernel::{
    Problem, Random, Text,
    id::{AttachmentId, RectificationId},
    mask,
};
use seal::{ObjectSealer, Sealed};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Opened, acts::carry_out, body::RectificationStateBody, law, opened};
use crate::{
    api::{
        attachments::{Holder, Taken, give_out, nothing_behind, parse, read, settled, take},
        reading,
    },
    model::{
        parts::Purpose,
        rectification::{RectificationCommand, RectificationVerb, gate, permitted},
    },
    rectify::{self, Act, refused},
};

/// A file of evidence. The version comes before the file.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AddEvidenceForm {
    /// The version that the caller saw.
    pub version: u64,
    /// The file.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// Add a piece of evidence
///
/// PDF, pictures, sound and office documents up to the bank's limit. The hash is in the event.
#[utoipa::path(
    post, path = "/api/voice/rectifications/{id}/evidence", operation_id = "add_rectification_evidence", tag = "voice",
    request_body(content = AddEvidenceForm, content_type = "multipart/form-data"),
    params(("id" = String, Path, description = "The rectification")),
    responses(
        (status = 200, description = "The rectification as it now is", body = RectificationStateBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may see it and may not do this", body = ProblemBody),
        (status = 404, description = "There is no such rectification, or the caller may not see it", body = ProblemBody),
        (status = 409, description = "Its state forbids it, or somebody else was faster", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
        (status = 415, description = "The file is of a kind that is not taken", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn add_evidence(call: Call, Path(id): Path<RectificationId>, request: Request) -> Result<Response, Failure> {
    let opened = opened(&call, id).await?;
    // Asked before a byte is stored; asked again when it counts.
    permitted(&opened.state, RectificationVerb::AddEvidence, &call.actor).map_err(refused)?;
    gate(&opened.state, RectificationVerb::AddEvidence, &call.actor, reading::now(&call.shared)).map_err(refused)?;
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| not_a_form())?;
    let mut version: Option<u64> = None;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name().unwrap_or_default() {
            "version" => version = Some(parse("/version", &read(field).await?)?),
            "file" => {
                let version = version.ok_or_else(|| Problem::invalid("/version", first()))?;
                let taken = take(&call.shared, field, (Purpose::Evidence, None), &opened).await?;
                nothing_behind(&call.shared, taken.kept.id, &mut form).await?;
                return store(call, id, version, taken).await;
            }
            _ => return Err(Problem::invalid("", first()).into()),
        }
    }
    Err(Problem::invalid("/file", Text::fixed("没有文件。", "There is no file.")).into())
}

fn first() -> Text {
    Text::fixed("请依次提交 version 和 file。", "Send version and file, in this order.")
}

impl Holder for Opened {
    fn object_sealer(&self, file: AttachmentId, random: &dyn Random) -> Result<ObjectSealer, Problem> {
        Ok(self.key()?.object_sealer(file, random))
    }

    fn seal_name(&self, name: &str, random: &dyn Random) -> Result<Sealed, Problem> {
        // A rectification names nobody, and neither do its files.
        Ok(self.key()?.seal("file_name", &mask::redact(name, &[]), random))
    }
}

async fn store(call: Call, id: RectificationId, version: u64, taken: Taken) -> Result<Response, Failure> {
    let shared = call.shared.clone();
    let Taken { kept: file, name: _, hash } = taken;
    let attachment = file.id;
    let command = move |_: &mut ledger::Unit<'_>| Ok(RectificationCommand::AddEvidence(file.clone()));
    let reply = carry_out(call, id, BodyPrint::of_hash(hash), version, command).await;
    settled(&shared, attachment, reply).await
}

/// Download a piece of evidence
///
/// It leaves an event.
#[utoipa::path(
    get, path = "/api/voice/rectifications/{id}/evidence/{attachment}", operation_id = "download_rectification_evidence",
    tag = "voice",
    params(("id" = String, Path, description = "The rectification"), ("attachment" = String, Path, description = "The file")),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may not open its files", body = ProblemBody),
        (status = 404, description = "There is no such rectification or file", body = ProblemBody),
    )
)]
pub async fn download_evidence(
    call: Call,
    Path((id, attachment)): Path<(RectificationId, AttachmentId)>,
) -> Result<Response, Failure> {
    let opened = opened(&call, id).await?;
    let file =
        opened.state.file(attachment).ok_or_else(|| Problem::not_found("佐证材料", "piece of evidence"))?.clone();
    let key = opened.key()?;
    let name = key.open("file_name", &file.name)?.into_exposed();
    let (actor, law) = (call.actor.clone(), law(&call.shared));
    let act = Act { id, version: None, command: RectificationCommand::ReadEvidence(attachment) };
    call.write_unkept(move |unit| rectify::act(unit, &act, &actor, &law).map(drop)).await?;
    give_out(&call.shared, &file, &name, |head| key.object_opener(attachment, head)).await
}
