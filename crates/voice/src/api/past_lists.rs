//! Lists of past complaints: looked at with a mapping, uploaded, taken in the background, and looked at later. The answer to an
//! upload comes before its rows are taken.

mod body;

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::{
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, multipart::Field},
    response::{IntoResponse, Response},
};
use endpoint::{
    BodyPrint, Call, Failure, ListQuery, OpenApiRouter, PageBody, Path, ProblemBody, Query, Reply, Shared,
    form::{self, broken, bytes, not_a_form},
};
use kernel::{ActorRef, Problem, ProblemKind, Text, id::ImportId, text::Language};
use ledger::Unit;
use people::{
    model::{import::ROW_ERRORS_LISTED_MAX, upload::UploadState},
    store::units,
};
use table::{
    Encoding, RowError, TableOptions,
    write::{Cell, Format, TableWriter},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use utoipa_axum::routes;

pub use body::*;

use super::{exports::download, law, reading};
use crate::{
    model::{Law, export::ExportFormat, permission::TAKE_PAST},
    past_list::{
        Counts, PastList,
        look::{self, LookError, Wish},
        mapping::{Defaults, Mapping, MappingError},
        ordinary_days,
        taking::{self, FAULTS_KEPT_MAX},
    },
    store::past_lists,
};

/// Bytes of an uploaded list: 100,000 complaints with short narratives. Larger ones go through the command line.
pub const PAST_LIST_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Bytes of a mapping: one with every class of a large bank in its value maps has some 50,000.
const MAPPING_BYTES_MAX: usize = 256 * 1024;
/// Lists that are taken at once on one node: each holds its file in memory.
const LISTS_AT_ONCE_MAX: usize = 2;
/// Lists that are looked at at once on one node, for the same reason.
const LOOKS_AT_ONCE_MAX: usize = 2;
/// How long a list waits for its turn: longer than a look takes, shorter than anybody watches a page that does nothing.
const SEAT_PATIENCE: Duration = Duration::from_secs(10);
/// Characters of a file's name that become the name of a list.
const SOURCE_CHARS_MAX: usize = 32;

/// What a form says before its file.
#[derive(Default)]
struct Fields {
    mapping: Option<Mapping>,
    options: (Option<Encoding>, Option<String>),
}

/// A form with its file.
struct Sent {
    fields: Fields,
    name: String,
    file: Vec<u8>,
}

/// Look at a list of past complaints
///
/// Its columns, a mapping, and what would become of its first rows. Nothing is changed.
#[utoipa::path(
    post, path = "/api/voice/past_lists/look", operation_id = "look_at_past_list", tag = "voice",
    request_body(content = LookForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What was found", body = LookBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.past.take` for the whole bank", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
        (status = 422, description = "Fields are wrong, or the file is no list", body = ProblemBody),
        (status = 503, description = "Other lists are being looked at; wait", body = ProblemBody),
    )
)]
pub async fn look_at_past_list(call: Call, request: Request) -> Result<Response, Failure> {
    static DESKS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(LOOKS_AT_ONCE_MAX)));
    call.require_everywhere(TAKE_PAST)?;
    let desk = seat(&DESKS).await?;
    let Sent { fields, name, file } = receive(request).await?;
    let (shared, law) = (call.shared.clone(), law(&call.shared));
    let body = reading::blocking(move || {
        let (ledger, now) = (shared.ledger(), reading::now(&shared));
        let (defaults, saved) = ledger.read(|conn| -> Result<_, Problem> {
            Ok((defaults(conn, &law, now)?, past_lists::saved_mappings(conn)?))
        })?;
        let options =
            fields.mapping.as_ref().map_or_else(TableOptions::default, |mapping| mapping.table_options(None, None));
        let options = over(options, fields.options);
        let wish = match fields.mapping {
            Some(mapping) => Wish::Given(Box::new(mapping)),
            None => Wish::Find(saved, source_of(&name)),
        };
        let found = look::look((ledger, &law, now), &file, &options, wish, &defaults);
        drop(desk);
        Ok(LookBody::of(
            found.map_err(|error| match error {
                LookError::Mapping(error) => wrong_list(&error),
                LookError::Problem(problem) => problem,
            })?,
            &law.rules,
        ))
    })
    .await?;
    Ok(axum::Json(body).into_response())
}

/// Upload a list of past complaints
///
/// Its rows become closed orders in the background: ask for the list to see how far it is. The mapping is saved under the name
/// of the list. The same list may be uploaded again: a row is known by the list's name and its own number.
#[utoipa::path(
    post, path = "/api/voice/past_lists", operation_id = "begin_past_list", tag = "voice",
    request_body(content = PastListForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "The list was put down; its rows are being taken", body = PastListBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.past.take` for the whole bank", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
        (status = 503, description = "Other lists are being taken; wait", body = ProblemBody),
    )
)]
pub async fn begin_past_list(call: Call, request: Request) -> Result<Response, Failure> {
    static DESKS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(LISTS_AT_ONCE_MAX)));
    call.require_everywhere(TAKE_PAST)?;
    let desk = seat(&DESKS).await?;
    let Sent { fields, file, .. } = receive(request).await?;
    let mapping = fields.mapping.ok_or_else(|| wrong("/mapping"))?;
    let options = over(mapping.table_options(None, None), fields.options);
    let (shared, law, by) = (call.shared.clone(), law(&call.shared), call.actor.reference.clone());
    let (upload, print) = reading::blocking({
        let (shared, law) = (shared.clone(), law.clone());
        move || begun(&shared, &law, by, (mapping, options, file))
    })
    .await?;
    let (list, mapping) = (upload.list.clone(), upload.mapping.clone());
    let reply = call
        .write(BodyPrint::of_hash(print), move |unit: &mut Unit<'_>| {
            let now = unit.now();
            past_lists::insert(unit.connection(), &list)?;
            past_lists::save_mapping(unit.connection(), &mapping, &list.taken_by, now)?;
            Reply::created(format!("/api/voice/past_lists/{}", list.id), &PastListBody::of(list.clone(), now))
        })
        .await?;
    let response = reply.into_response();
    // A repeated request is answered as the first was, and that one's rows are being taken.
    if !response.headers().contains_key("idempotent-replayed") {
        tokio::task::spawn_blocking(move || {
            let id = upload.list.id;
            if let Err(problem) = taking::run(shared.ledger(), &law, upload) {
                tracing::error!(import.id = %id, ?problem, "past list {id} could not be ended");
            }
            drop(desk);
        });
    }
    Ok(response)
}

/// A list of which no row was looked at yet, and what tells the request from others.
fn begun(
    shared: &Shared,
    law: &Law,
    by: ActorRef,
    (mapping, options, file): (Mapping, TableOptions, Vec<u8>),
) -> Result<(taking::Upload, [u8; 32]), Problem> {
    let (ledger, now) = (shared.ledger(), reading::now(shared));
    let mut hasher = ledger.ports().keyring.hasher();
    hasher.update(&file);
    let hash = hasher.finish().0;
    let defaults = ledger.read(|conn| defaults(conn, law, now))?;
    let unit = kernel::OrgPath::parse(&defaults.unit).map_err(Problem::internal_error)?;
    let list = PastList {
        id: ImportId::new(now, &*ledger.ports().random),
        source: mapping.source.clone(),
        unit,
        state: UploadState::Running,
        counts: Counts::default(),
        bytes: file.len() as u64,
        bytes_read: 0,
        taken_by: by,
        digest: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
        started_at: now,
        touched_at: now,
        failure: None,
    };
    // The same file with another mapping is another request.
    let mut print = ledger.ports().keyring.hasher();
    print.update(&hash);
    print.update(&serde_json::to_vec(&mapping).map_err(Problem::internal_error)?);
    Ok((taking::Upload { list, mapping, defaults, options, file }, print.finish().0))
}

/// List the lists of past complaints
///
/// Newest first.
#[utoipa::path(
    get, path = "/api/voice/past_lists", operation_id = "list_past_lists", tag = "voice", params(ListQuery),
    responses(
        (status = 200, description = "A page of lists", body = PageBody<PastListBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.past.take` for the whole bank", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_past_lists(
    call: Call,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<PastListBody>>, Failure> {
    call.require_everywhere(TAKE_PAST)?;
    let now = reading::now(&call.shared);
    let page = call.read(move |conn| past_lists::page(conn, &query.page())).await?;
    Ok(axum::Json(page.map(|list| PastListBody::of(list, now)).into()))
}

/// Get a list of past complaints with its faults
#[utoipa::path(
    get, path = "/api/voice/past_lists/{id}", operation_id = "get_past_list", tag = "voice",
    params(("id" = String, Path, description = "The list")),
    responses(
        (status = 200, description = "How far it is, and what is wrong with its rows", body = PastListDetailBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.past.take` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such list", body = ProblemBody),
    )
)]
pub async fn get_past_list(call: Call, Path(id): Path<ImportId>) -> Result<axum::Json<PastListDetailBody>, Failure> {
    let (list, errors) = found(&call, id, ROW_ERRORS_LISTED_MAX).await?;
    let now = reading::now(&call.shared);
    let errors = errors.into_iter().map(body::fault).collect();
    Ok(axum::Json(PastListDetailBody { list: PastListBody::of(list, now), errors }))
}

/// Download the faults of a list of past complaints
///
/// As CSV, a line for each row that was not taken: its line in the file, the column, the reason.
#[utoipa::path(
    get, path = "/api/voice/past_lists/{id}/errors", operation_id = "download_past_list_errors", tag = "voice",
    params(("id" = String, Path, description = "The list")),
    responses(
        (status = 200, description = "The faults", content_type = "application/octet-stream", body = Vec<u8>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.past.take` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such list", body = ProblemBody),
    )
)]
pub async fn download_past_list_errors(call: Call, Path(id): Path<ImportId>) -> Result<Response, Failure> {
    let (list, errors) = found(&call, id, FAULTS_KEPT_MAX).await?;
    let table = fault_table(&errors, call.language).map_err(Problem::internal_error)?;
    Ok(download(table.into(), &format!("{}-errors.csv", list.source), ExportFormat::Csv))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    // A file is read up to its own bound; the limit for JSON bodies would cut it off.
    let uploads = OpenApiRouter::new()
        .routes(routes!(begin_past_list, list_past_lists))
        .routes(routes!(look_at_past_list))
        .layer(DefaultBodyLimit::disable());
    uploads.routes(routes!(get_past_list)).routes(routes!(download_past_list_errors))
}

async fn found(call: &Call, id: ImportId, errors_max: usize) -> Result<(PastList, Vec<RowError>), Failure> {
    call.require_everywhere(TAKE_PAST)?;
    call.read(move |conn| {
        let list = past_lists::find(conn, id)?.ok_or_else(|| Problem::not_found("导入", "import"))?;
        Ok((list, past_lists::errors(conn, id, errors_max)?))
    })
    .await
}

fn fault_table(errors: &[RowError], language: Language) -> std::io::Result<Vec<u8>> {
    let say = |text: Text| text.get(language).to_owned();
    let headings = [("行", "line"), ("列", "column"), ("原因", "reason")].map(|(zh, en)| say(Text::fixed(zh, en)));
    let headings = headings.each_ref().map(String::as_str);
    let mut table = TableWriter::new(Format::Csv, Vec::new());
    table.sheet("errors", &headings)?;
    for error in errors {
        let line = i64::try_from(error.line).unwrap_or(i64::MAX);
        let reason = error.reason.get(language).to_owned();
        table.row(&[Cell::Number(line), Cell::Text(error.column.clone()), Cell::Text(reason)])?;
    }
    table.finish()
}

/// Rows that name no unit belong to the head office; flags are judged by the law of today.
fn defaults(conn: &mut ledger::Connection, law: &Law, now: kernel::Timestamp) -> Result<Defaults, Problem> {
    let top = units::top(conn)?.ok_or_else(|| {
        let text = Text::fixed("还没有机构，请先导入机构。", "There are no units yet; import the organisation first.");
        Problem::new(ProblemKind::Refused, text).because("no-units")
    })?;
    Ok(Defaults { unit: top.path.as_str().to_owned(), ordinary_days: ordinary_days(&law.rules, now.date()) })
}

/// What a form says of the file goes before what the mapping says.
fn over(mut options: TableOptions, (encoding, sheet): (Option<Encoding>, Option<String>)) -> TableOptions {
    options.encoding = encoding.or(options.encoding);
    options.sheet = sheet.or(options.sheet);
    options
}

/// The name of a list from that of its file: its letters, without what changes from month to month.
fn source_of(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_ascii_lowercase();
    let words = stem.split(|c: char| !c.is_ascii_lowercase()).filter(|word| word.len() > 1);
    let name = words.collect::<Vec<_>>().join("-");
    let name: String = name.chars().take(SOURCE_CHARS_MAX).collect();
    if name.is_empty() { "past-complaints".to_owned() } else { name }
}

async fn receive(request: Request) -> Result<Sent, Failure> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| not_a_form())?;
    let mut fields = Fields::default();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name().unwrap_or_default() {
            "mapping" => fields.mapping = Some(mapping(field).await?),
            "sheet" => fields.options.1 = Some(text(field).await?),
            "encoding" => {
                let encoding = Encoding::parse(&text(field).await?);
                fields.options.0 = Some(encoding.ok_or_else(|| wrong("/encoding"))?);
            }
            "file" => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let file = bytes(field, PAST_LIST_BYTES_MAX).await?.ok_or_else(too_large)?;
                return Ok(Sent { fields, name, file });
            }
            _ => return Err(wrong("").into()),
        }
    }
    Err(Problem::invalid("/file", Text::fixed("没有文件。", "There is no file.")).into())
}

async fn mapping(field: Field<'_>) -> Result<Mapping, Problem> {
    let too_long = || Problem::invalid("/mapping", Text::fixed("映射太大。", "The mapping is too large."));
    let bytes = bytes(field, MAPPING_BYTES_MAX).await?.ok_or_else(too_long)?;
    let text = String::from_utf8(bytes).map_err(|_| not_a_form())?;
    Mapping::parse_json(&text).map_err(|error| wrong_list(&error))
}

async fn text(field: Field<'_>) -> Result<String, Problem> {
    Ok(form::text(field, || wrong("")).await?.trim().to_owned())
}

fn wrong_list(error: &MappingError) -> Problem {
    let (pointer, reason) = match error {
        MappingError::Form(_) | MappingError::Wrong(_) => ("/mapping", "wrong-mapping"),
        MappingError::Table(_) => ("/file", "no-list"),
    };
    Problem::invalid(pointer, error.text()).because(reason)
}

/// A place at one of the desks, as soon as one is free.
async fn seat(desks: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Problem> {
    let waiting = tokio::time::timeout(SEAT_PATIENCE, Arc::clone(desks).acquire_owned()).await;
    waiting.ok().and_then(Result::ok).ok_or_else(|| {
        let text = Text::fixed("正在处理其他清单，请稍后再试。", "Other lists are at it; try again in a moment.");
        Problem::new(ProblemKind::Unavailable, text)
    })
}

fn wrong(pointer: &str) -> Problem {
    let text = Text::fixed(
        "请依次提交 mapping、sheet、encoding（后两项可选）和 file。",
        "Send mapping, then sheet and encoding (optional), then file.",
    );
    Problem::invalid(pointer, text)
}

fn too_large() -> Problem {
    let mebibytes = PAST_LIST_BYTES_MAX / (1024 * 1024);
    let text = Text::of(
        format!("清单最大 {mebibytes} MiB；更大的请用命令行导入。"),
        format!("A list has at most {mebibytes} MiB; take larger ones by the command line."),
    );
    Problem::new(ProblemKind::TooLarge, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_named_after_its_file_without_dates() {
        for (file, name) in [
            ("Complaints-2026-03.csv", "complaints"),
            ("branch_ledger 202603.xlsx", "branch-ledger"),
            ("投诉台账.xlsx", "past-complaints"),
            ("", "past-complaints"),
            ("a.b", "past-complaints"),
        ] {
            assert_eq!(source_of(file), name, "{file}");
        }
    }
}
