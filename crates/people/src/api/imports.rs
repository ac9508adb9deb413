//! Lists of units, staff and customers: uploaded, taken in the background, and looked at while they are and later. The answer
//! to an upload comes before its rows are taken; what became of them is asked for.

use std::sync::{Arc, LazyLock};

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    response::{IntoResponse, Response},
};
use endpoint::{
    BodyPrint, Call, Failure, ListQuery, PageBody, Path, ProblemBody, Query, Reply,
    form::{self, broken, bytes, not_a_form},
};
use kernel::{Problem, ProblemKind, Text, Timestamp, id::ImportId};
use ledger::Unit;
use serde::{Deserialize, Serialize};
use table::{Encoding, TableOptions};
use tokio::sync::Semaphore;
use utoipa::ToSchema;

use super::body::TextBody;
use crate::{
    access::changed,
    model::{
        permissions::UNIT_IMPORT,
        upload::{Refused, Upload, UploadKind, UploadState},
    },
    store::imports,
    use_cases::uploads,
};

/// Bytes of an uploaded list: 200,000 customers are two thirds of it. Larger ones go through the command line.
const LIST_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Lists that are taken at once on one node: each holds its file in memory.
const LISTS_AT_ONCE_MAX: usize = 2;

/// A list. The fields come before the file.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ImportForm {
    /// Of what it is.
    pub kind: UploadKind,
    /// The sheet of an xlsx file; the first when absent.
    #[serde(default)]
    pub sheet: Option<String>,
    /// The encoding of a CSV file; found out when absent.
    #[serde(default)]
    pub encoding: Option<String>,
    /// The CSV or xlsx file.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// A list that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportBody {
    /// The id.
    #[schema(value_type = String, example = "im_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: ImportId,
    /// Of what it is.
    pub kind: UploadKind,
    /// How far it is.
    pub state: UploadState,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes read so far; of a workbook nothing is known until its end.
    pub bytes_read: u64,
    /// Things that were entered.
    pub added: u64,
    /// Things that changed.
    pub changed: u64,
    /// Rows that changed nothing.
    pub unchanged: u64,
    /// What is wrong, counted; the first thousand are told one by one.
    pub refused: u64,
    /// Who uploaded it, as an actor reference.
    pub taken_by: String,
    /// The hash of the file in hexadecimal.
    pub digest: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// The last sign of life; the end of one that has ended.
    #[schema(value_type = String, format = DateTime)]
    pub touched_at: Timestamp,
    /// Why it could not be taken, or not to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<TextBody>,
}

impl ImportBody {
    fn of(upload: Upload, now: Timestamp) -> Self {
        Self {
            state: upload.state_at(now),
            id: upload.id,
            kind: upload.kind,
            bytes: upload.bytes,
            bytes_read: upload.bytes_read,
            added: upload.counts.added,
            changed: upload.counts.changed,
            unchanged: upload.counts.unchanged,
            refused: upload.counts.refused,
            taken_by: upload.taken_by.as_str().to_owned(),
            digest: upload.digest,
            started_at: upload.started_at,
            touched_at: upload.touched_at,
            failure: upload.failure.map(TextBody::from),
        }
    }
}

/// A row that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportErrorBody {
    /// The line of the file on which it starts, the header included.
    pub line: u64,
    /// The column; empty when the whole row is to blame.
    pub column: String,
    /// What is wrong, without the value.
    pub reason: TextBody,
}

impl From<Refused> for ImportErrorBody {
    fn from(refused: Refused) -> Self {
        Self { line: refused.line, column: refused.column, reason: refused.reason.into() }
    }
}

/// A list with its errors.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportDetailBody {
    /// The list.
    #[serde(flatten)]
    pub import: ImportBody,
    /// What is wrong with its rows, the first thousand.
    pub errors: Vec<ImportErrorBody>,
}

/// A column of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportColumnBody {
    /// Its header in English.
    pub key: String,
    /// Its header in Chinese; both are understood.
    pub zh: String,
    /// A list without it is refused.
    pub is_required: bool,
}

/// What a kind of list holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportKindBody {
    /// The kind.
    pub kind: UploadKind,
    /// Its columns, in any order in the file.
    pub columns: Vec<ImportColumnBody>,
}

/// Upload a list
///
/// Its rows are taken in the background: ask for the import to see how far it is. The same list may be uploaded again.
#[utoipa::path(
    post, path = "/api/people/imports", operation_id = "begin_import", tag = "people",
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The list was put down; its rows are being taken", body = ImportBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may not take such lists for the whole bank", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
        (status = 503, description = "Other lists are being taken; wait", body = ProblemBody),
    )
)]
pub async fn begin_import(call: Call, request: Request) -> Result<Response, Failure> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| not_a_form())?;
    let (mut kind, mut options) = (None, TableOptions::default());
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name().unwrap_or_default() {
            "kind" => {
                let word: UploadKind = text(field).await?.parse().map_err(|_| wrong("/kind"))?;
                call.require_everywhere(word.permission())?;
                kind = Some(word);
            }
            "sheet" => options.sheet = Some(text(field).await?),
            "encoding" => {
                let encoding = Encoding::parse(&text(field).await?);
                options.encoding = Some(encoding.ok_or_else(|| wrong("/encoding"))?);
            }
            "file" => {
                let kind = kind.ok_or_else(|| wrong("/kind"))?;
                let file = bytes(field, LIST_BYTES_MAX).await?.ok_or_else(too_large)?;
                return begin(call, kind, options, file).await;
            }
            _ => return Err(wrong("").into()),
        }
    }
    Err(Problem::invalid("/file", Text::fixed("没有文件。", "There is no file.")).into())
}

async fn begin(call: Call, kind: UploadKind, options: TableOptions, file: Vec<u8>) -> Result<Response, Failure> {
    static DESKS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(LISTS_AT_ONCE_MAX)));
    let desk = Arc::clone(&DESKS).try_acquire_owned().map_err(|_| busy())?;
    let ledger = call.shared.ledger().clone();
    let (ports, by, place) = (ledger.ports().clone(), call.actor.reference.clone(), call.actor.unit.clone());
    let hashing = tokio::task::spawn_blocking(move || {
        let mut hasher = ports.keyring.hasher();
        hasher.update(&file);
        let (now, hash) = (ports.clock.now(), hasher.finish().0);
        let id = ImportId::new(now, &*ports.random);
        (Upload::begun(id, kind, by, (file.len() as u64, &hash), now), hash, file)
    });
    let (upload, hash, file) = hashing.await.map_err(Problem::internal_error)?;
    let begun = upload.clone();
    let reply = call
        .write(BodyPrint::of_hash(hash), move |unit: &mut Unit<'_>| {
            imports::insert(unit.connection(), &begun)?;
            let now = unit.now();
            Reply::created(format!("/api/people/imports/{}", begun.id), &ImportBody::of(begun.clone(), now))
        })
        .await?;
    let response = reply.into_response();
    // A repeated request is answered as the first was, and that one's rows are being taken.
    if !response.headers().contains_key("idempotent-replayed") {
        tokio::task::spawn_blocking(move || {
            if let Err(problem) = uploads::take(&ledger, &upload, file, &options, &place) {
                tracing::error!(import.id = %upload.id, ?problem, "import {} could not be ended", upload.id);
            }
            // Roles and units may have changed, and sessions rest on them.
            changed();
            drop(desk);
        });
    }
    Ok(response)
}

/// List the uploaded lists
///
/// Newest first, of the kinds that the caller may take.
#[utoipa::path(
    get, path = "/api/people/imports", operation_id = "list_imports", tag = "people", params(ListQuery),
    responses(
        (status = 200, description = "A page of lists", body = PageBody<ImportBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may take no list", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_imports(
    call: Call,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<ImportBody>>, Failure> {
    let (kinds, now) = (kinds(&call)?, call.shared.ledger().ports().clock.now());
    let page = call.read(move |conn| imports::page(conn, &kinds, &query.page())).await?;
    Ok(axum::Json(page.map(|upload| ImportBody::of(upload, now)).into()))
}

/// Get a list with its errors
#[utoipa::path(
    get, path = "/api/people/imports/{id}", operation_id = "get_import", tag = "people",
    params(("id" = String, Path, description = "The import")),
    responses(
        (status = 200, description = "How far it is, and what is wrong with its rows", body = ImportDetailBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may take no list", body = ProblemBody),
        (status = 404, description = "There is no such import, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn get_import(call: Call, Path(id): Path<ImportId>) -> Result<axum::Json<ImportDetailBody>, Failure> {
    let (kinds, now) = (kinds(&call)?, call.shared.ledger().ports().clock.now());
    let (upload, errors) = call
        .read(move |conn| {
            let found = imports::find(conn, id)?.filter(|upload| kinds.contains(&upload.kind));
            let upload = found.ok_or_else(|| Problem::not_found("导入", "import"))?;
            Ok((upload, imports::errors(conn, id)?))
        })
        .await?;
    let errors = errors.into_iter().map(ImportErrorBody::from).collect();
    Ok(axum::Json(ImportDetailBody { import: ImportBody::of(upload, now), errors }))
}

/// List the kinds of lists
///
/// Those that the caller may take, with their columns.
#[utoipa::path(
    get, path = "/api/people/import-kinds", operation_id = "list_import_kinds", tag = "people",
    responses(
        (status = 200, description = "The kinds with their columns", body = Vec<ImportKindBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may take no list", body = ProblemBody),
    )
)]
pub async fn list_import_kinds(call: Call) -> Result<axum::Json<Vec<ImportKindBody>>, Failure> {
    let column = |column: &crate::model::import::ImportColumn| ImportColumnBody {
        key: column.key.to_owned(),
        zh: column.zh.to_owned(),
        is_required: column.required,
    };
    let body = |kind: UploadKind| ImportKindBody { kind, columns: kind.columns().iter().map(column).collect() };
    Ok(axum::Json(kinds(&call)?.into_iter().map(body).collect()))
}

/// The kinds that the caller may take.
fn kinds(call: &Call) -> Result<Vec<UploadKind>, Failure> {
    let may = |kind: &UploadKind| call.require_everywhere(kind.permission()).is_ok();
    let kinds: Vec<UploadKind> = UploadKind::ALL.into_iter().filter(may).collect();
    if kinds.is_empty() { Err(endpoint::call::lacks(UNIT_IMPORT).into()) } else { Ok(kinds) }
}

async fn text(field: Field<'_>) -> Result<String, Problem> {
    Ok(form::text(field, || wrong("")).await?.trim().to_owned())
}

fn wrong(pointer: &str) -> Problem {
    let text = Text::fixed(
        "请依次提交 kind（units、staff 或 customers）、sheet、encoding（可选）和 file。",
        "Send kind (units, staff or customers), then sheet and encoding (optional), then file.",
    );
    Problem::invalid(pointer, text)
}

fn too_large() -> Problem {
    let mebibytes = LIST_BYTES_MAX / (1024 * 1024);
    let text = Text::of(
        format!("清单最大 {mebibytes} MiB；更大的请用命令行导入。"),
        format!("A list has at most {mebibytes} MiB; take larger ones by the command line."),
    );
    Problem::new(ProblemKind::TooLarge, text)
}

fn busy() -> Problem {
    let text = Text::fixed("正在导入其他清单，请稍后再试。", "Other lists are being taken; try again in a moment.");
    Problem::new(ProblemKind::Unavailable, text)
}
