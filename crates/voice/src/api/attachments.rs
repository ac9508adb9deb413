//! Files of an order: streamed into the object store while they are hashed and sealed, taken only when their first bytes are of a kind
//! on the list, given out with an event.

use axum::{
    body::Body,
    extract::{FromRequest, Multipart, Request, multipart::Field},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use endpoint::{
    BodyPrint, Call, Failure, Path, ProblemBody, Reply, Shared,
    form::{broken, not_a_form, text},
    objects::Stored,
    typed::is_unseen,
};
use futures_util::StreamExt;
use http::{HeaderValue, header};
use kernel::{
    Problem, ProblemKind, Random, Text,
    id::{AttachmentId, OrderId, TaskId},
    mask,
};
use seal::{ObjectOpener, ObjectSealer, SealError, Sealed};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    acts::carry_out,
    body::OrderStateBody,
    law,
    reading::{self, Opened},
    reveal::NO_STORE,
};
use crate::{
    desk::{self, Act},
    files,
    model::{
        Command, Verb,
        actions::permitted,
        gate::gate,
        parts::{Attachment, PersonalField, Purpose},
    },
};

/// Characters of a file's name that are kept.
const NAME_CHARS_MAX: usize = 120;

/// A file and what it is for. The fields come before the file.
#[derive(Debug, Deserialize, ToSchema)]
pub struct AttachFileForm {
    /// The version that the caller saw.
    pub version: u64,
    /// What it is for.
    pub purpose: Purpose,
    /// The task that it answers.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub task: Option<TaskId>,
    /// The file.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// The fields that came before the file.
#[derive(Default)]
struct Fields {
    version: Option<u64>,
    purpose: Option<Purpose>,
    task: Option<TaskId>,
}

/// Attach a file
///
/// PDF, pictures, sound and office documents up to the bank's limit. The hash is in the event.
#[utoipa::path(
    post, path = "/api/voice/orders/{id}/attachments", operation_id = "attach_file", tag = "voice",
    request_body(content = AttachFileForm, content_type = "multipart/form-data"),
    params(("id" = String, Path, description = "The order")),
    responses(
        (status = 200, description = "The order as it now is", body = OrderStateBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may see the order and may not do this", body = ProblemBody),
        (status = 404, description = "There is no such order, or the caller may not see it", body = ProblemBody),
        (status = 409, description = "The order's state forbids it, or somebody else was faster", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
        (status = 415, description = "The file is of a kind that is not taken", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn attach_file(call: Call, Path(id): Path<OrderId>, request: Request) -> Result<Response, Failure> {
    let opened = reading::open(&call, &call.actor, id).await?;
    // Asked before a byte is stored; asked again when it counts.
    permitted(&opened.order, Verb::Attach, &call.actor).map_err(desk::refused)?;
    let now = reading::now(&call.shared);
    gate(&opened.order, Verb::Attach, &call.actor, now, &law(&call.shared)).map_err(desk::refused)?;
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| not_a_form())?;
    let mut fields = Fields::default();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name().unwrap_or_default() {
            "version" => fields.version = Some(parse("/version", &read(field).await?)?),
            "purpose" => {
                let word = read(field).await?;
                fields.purpose = Some(Purpose::from_stored(&word).ok_or_else(|| wrong("/purpose"))?);
            }
            "task" => fields.task = Some(parse("/task", &read(field).await?)?),
            "file" => {
                let version = fields.version.ok_or_else(|| wrong("/version"))?;
                let purpose = fields.purpose.ok_or_else(|| wrong("/purpose"))?;
                let taken = take(&call.shared, field, (purpose, fields.task), &opened).await?;
                nothing_behind(&call.shared, taken.kept.id, &mut form).await?;
                return keep(call, id, opened, version, taken).await;
            }
            _ => return Err(wrong("").into()),
        }
    }
    Err(Problem::invalid("/file", Text::fixed("没有文件。", "There is no file.")).into())
}

/// Refuses what stands behind a file, which nobody would read; the file goes again.
pub(super) async fn nothing_behind(
    shared: &Shared,
    attachment: AttachmentId,
    form: &mut Multipart,
) -> Result<(), Failure> {
    if matches!(form.next_field().await, Ok(None)) {
        return Ok(());
    }
    keep_or_remove(shared, attachment, false).await;
    let text =
        Text::fixed("一次上传一个文件，其他字段须在文件之前。", "Send one file at a time, behind all other fields.");
    Err(Problem::invalid("/file", text).into())
}

async fn keep(call: Call, id: OrderId, opened: Opened, version: u64, taken: Taken) -> Result<Response, Failure> {
    let Taken { kept, name, hash } = taken;
    let attachment = kept.id;
    let act = Act::new(id, Some(version), Command::Attach(kept)).with_words(opened.words("file_name", &name)?);
    let shared = call.shared.clone();
    let reply = carry_out(call, id, BodyPrint::of_hash(hash), move |_, _| Ok(act.clone())).await;
    settled(&shared, attachment, reply).await
}

/// The answer to whoever brought a file; the file goes again unless something now holds it.
pub(super) async fn settled(
    shared: &Shared,
    attachment: AttachmentId,
    reply: Result<Reply, Failure>,
) -> Result<Response, Failure> {
    let response = reply.map(IntoResponse::into_response);
    let kept = response.as_ref().is_ok_and(|response| !response.headers().contains_key("idempotent-replayed"));
    keep_or_remove(shared, attachment, kept).await;
    response
}

/// A file that lies in the object store and belongs to no order yet.
pub(super) struct Taken {
    /// What the order would keep of it.
    pub(super) kept: Attachment,
    /// Its name in clear.
    pub(super) name: String,
    /// The hash of its bytes.
    pub(super) hash: [u8; 32],
}

/// What holds files: an order, or a rectification. Each is sealed under its holder's key.
pub(super) trait Holder {
    /// Seals the object of a new file.
    ///
    /// # Errors
    /// When the key was destroyed.
    fn object_sealer(&self, file: AttachmentId, random: &dyn Random) -> Result<ObjectSealer, Problem>;

    /// Seals the name of a new file.
    ///
    /// # Errors
    /// When the key was destroyed.
    fn seal_name(&self, name: &str, random: &dyn Random) -> Result<Sealed, Problem>;
}

impl Holder for Opened {
    fn object_sealer(&self, file: AttachmentId, random: &dyn Random) -> Result<ObjectSealer, Problem> {
        Ok(self.key()?.object_sealer(file, random))
    }

    fn seal_name(&self, name: &str, random: &dyn Random) -> Result<Sealed, Problem> {
        Ok(self.key()?.seal("file_name", name, random))
    }
}

/// Streams a file into the object store, sealed for its holder, unless its first bytes are of no kind on the list.
pub(super) async fn take(
    shared: &Shared,
    field: Field<'_>,
    (purpose, task): (Purpose, Option<TaskId>),
    holder: &(impl Holder + Sync),
) -> Result<Taken, Failure> {
    let ports = shared.ledger().ports();
    let id = AttachmentId::new(reading::now(shared), &*ports.random);
    let name = clean_name(field.file_name().unwrap_or_default());
    let mut media = None;
    let accept = |head: &[u8]| {
        media = files::sniff(head);
        if media.is_some() { Ok(()) } else { Err(unknown_kind()) }
    };
    let content = field.map(|part: Result<Bytes, _>| part);
    let limit = shared.settings().attachment_bytes_max;
    let sealer = holder.object_sealer(id, &*ports.random)?;
    let stored = shared.objects().put(&object(id), content, limit, ports.keyring.hasher(), sealer, accept).await?;
    let name = files::named(&name, media.unwrap_or_default());
    let kept = Attachment {
        id,
        purpose,
        name: holder.seal_name(&name, &*ports.random)?,
        media: media.unwrap_or("application/octet-stream").to_owned(),
        size: stored.bytes,
        digest: hex(&stored.hash),
        task,
        sealed: true,
    };
    Ok(Taken { kept, name, hash: stored.hash })
}

/// An object whose event was refused, or whose request was answered before, belongs to nothing.
pub(super) async fn keep_or_remove(shared: &Shared, attachment: AttachmentId, kept: bool) {
    if !kept && let Err(problem) = shared.objects().remove(&object(attachment)).await {
        tracing::warn!(attachment.id = %attachment, ?problem, "an object without an owner stays in the store");
    }
}

/// Where a file lies in the object store.
pub(crate) fn object(id: AttachmentId) -> String {
    format!("voice/{id}")
}

/// Download a file
///
/// It leaves an event.
#[utoipa::path(
    get, path = "/api/voice/orders/{id}/attachments/{attachment}", operation_id = "download_file", tag = "voice",
    params(("id" = String, Path, description = "The order"), ("attachment" = String, Path, description = "The file")),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may not open files of this order", body = ProblemBody),
        (status = 404, description = "There is no such order or file", body = ProblemBody),
    )
)]
pub async fn download_file(
    call: Call,
    Path((id, attachment)): Path<(OrderId, AttachmentId)>,
) -> Result<Response, Failure> {
    let opened = reading::open(&call, &call.actor, id).await?;
    let file = opened.order.attachments.iter().find(|file| file.id == attachment);
    let file = file.ok_or_else(|| Problem::not_found("附件", "file"))?.clone();
    let name = opened.open("file_name", &file.name)?;
    let (actor, law) = (call.actor.clone(), law(&call.shared));
    let act = Act::new(id, None, Command::ReadAttachment(attachment));
    call.write_unkept(move |unit| desk::act(unit, &act, &actor, &law).map(drop)).await?;
    let key = opened.key()?;
    give_out(&call.shared, &file, &hidden(&opened, &name)?, |head| key.object_opener(attachment, head)).await
}

/// The bytes of a file as a download under `name`, which no cache keeps.
pub(super) async fn give_out(
    shared: &Shared,
    file: &Attachment,
    name: &str,
    open: impl FnMut(&[u8]) -> Result<Option<(ObjectOpener, usize)>, SealError>,
) -> Result<Response, Failure> {
    let (objects, key) = (shared.objects(), object(file.id));
    let content = if file.sealed {
        objects.get_sealed(&key, open).await?
    } else {
        let known = Stored::of(file.size, &file.digest);
        let known = known.ok_or_else(|| Problem::internal_error(format!("the digest of {} is none", file.id)))?;
        objects.get_older(&key, known, shared.ledger().ports().keyring.hasher(), open).await?
    };
    let mut response = Response::new(Body::from_stream(content));
    let headers = response.headers_mut();
    let media = HeaderValue::from_str(&file.media).map_err(Problem::internal_error)?;
    headers.insert(header::CONTENT_TYPE, media);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(file.size));
    headers.insert(NO_STORE.0, NO_STORE.1);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_DISPOSITION, download_as(name)?);
    Ok(response)
}

/// The header of a download under `name`.
pub(super) fn download_as(name: &str) -> Result<HeaderValue, Problem> {
    let disposition = format!("attachment; filename*=UTF-8''{}", endpoint::download::percent(name));
    HeaderValue::from_str(&disposition).map_err(Problem::internal_error)
}

/// A file's name without the complainant's: names of files end up in lists of downloads.
fn hidden(opened: &Opened, name: &str) -> Result<String, Problem> {
    let person = match opened.order.sealed(PersonalField::Name) {
        Some(sealed) => opened.open(PersonalField::Name.as_str(), sealed)?,
        None => String::new(),
    };
    Ok(mask::redact(name, &[person.as_str()]))
}

pub(super) async fn read(field: Field<'_>) -> Result<String, Problem> {
    text(field, || wrong("")).await
}

pub(super) fn parse<T: std::str::FromStr>(pointer: &str, text: &str) -> Result<T, Problem> {
    text.trim().parse().map_err(|_| wrong(pointer))
}

fn wrong(pointer: &str) -> Problem {
    let text = Text::fixed(
        "请依次提交 version、purpose、task（可选）和 file。",
        "Send version, purpose, task (optional) and file, in this order.",
    );
    Problem::invalid(pointer, text)
}

pub(super) fn unknown_kind() -> Problem {
    let text =
        Text::fixed("只接收 PDF、图片、录音和办公文档。", "Only PDF, pictures, sound and office documents are taken.");
    Problem::new(ProblemKind::UnsupportedType, text)
}

/// The last part of a name, without characters that cannot be seen.
pub(super) fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.chars().filter(|c| !c.is_control() && !is_unseen(*c)).take(NAME_CHARS_MAX).collect();
    if clean.trim().is_empty() { "file".to_owned() } else { clean.trim().to_owned() }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
