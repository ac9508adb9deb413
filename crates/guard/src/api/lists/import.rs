//! A change of a list from a file: CSV or xlsx, row by row, bad rows told.

use axum::extract::{FromRequest, Multipart, Request, multipart::Field};
use endpoint::{BodyPrint, Call, Failure, Path, ProblemBody, Reply};
use kernel::{Problem, ProblemKind, Text, Timestamp, id::ListChangeId};
use people::{api::body::TextBody, sealing::MatterKey};
use serde::Serialize;
use table::TableOptions;
use utoipa::ToSchema;

use super::{About, WORDS_CHARS_MAX, about, body::ListChangeBody, propose};
use crate::{
    lists::Values,
    model::{list_change::ChangeKind, permission::PROPOSE_LIST},
};

/// Bytes of a file at most: a million rows with room to spare.
const FILE_BYTES_MAX: usize = 128 * 1024 * 1024;

/// A change from a file. The fields come before the file.
#[derive(Debug, ToSchema)]
pub struct ImportListForm {
    /// What it does.
    pub what: ChangeKind,
    /// Why.
    #[schema(max_length = 500)]
    pub reason: String,
    /// Who says so.
    #[schema(max_length = 500)]
    pub source: String,
    /// Until when the values stay; for ever when absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// CSV or xlsx with a column `value` (值), and for pairs `second` (对方).
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// A row that was not taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListRowFaultBody {
    /// The line of the file on which it starts.
    pub line: u64,
    /// What is wrong.
    pub reason: TextBody,
}

/// What became of a file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportListBody {
    /// The change, which waits for a second person.
    pub change: ListChangeBody,
    /// Rows that were not taken.
    pub refused: u64,
    /// Of those the first thousand.
    pub faults: Vec<ListRowFaultBody>,
}

/// Import a file into a list
///
/// Up to 1,000,000 rows. Good rows become a change that waits for a second person; bad ones are told with their lines.
#[utoipa::path(
    post, path = "/api/guard/lists/{name}/import", operation_id = "import_list", tag = "guard",
    request_body(content = ImportListForm, content_type = "multipart/form-data"),
    params(("name" = String, Path, description = "The list")),
    responses(
        (status = 201, description = "It was proposed", body = ImportListBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.list.propose` for the whole bank", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
        (status = 422, description = "Fields are wrong, or no row is good", body = ProblemBody),
    )
)]
pub async fn import_list(call: Call, Path(name): Path<String>, request: Request) -> Result<Reply, Failure> {
    call.require_everywhere(PROPOSE_LIST)?;
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| not_a_form())?;
    let (mut what, mut reason, mut source, mut until) = (ChangeKind::Add, String::new(), String::new(), None);
    while let Some(field) = form.next_field().await.map_err(|_| not_a_form())? {
        match field.name().unwrap_or_default() {
            "what" => what = ChangeKind::from_stored(&text(field).await?).ok_or_else(|| wrong("/what"))?,
            "reason" => reason = text(field).await?,
            "source" => source = text(field).await?,
            "until" => until = Some(text(field).await?.parse().map_err(|_| wrong("/until"))?),
            "file" => {
                let about = about(&call, &name, (what, &reason, &source, until)).await?;
                let file = bytes(field).await?;
                return import(call, about, file).await;
            }
            _ => return Err(not_a_form().into()),
        }
    }
    Err(Problem::invalid("/file", Text::fixed("没有文件。", "There is no file.")).into())
}

/// Reads the file and proposes the change.
async fn import(call: Call, about: About, file: Vec<u8>) -> Result<Reply, Failure> {
    let (ledger, spec, secret) = (call.shared.ledger().clone(), about.spec.clone(), about.secret);
    let read = move || {
        let ports = ledger.ports();
        let id = ListChangeId::new(ports.clock.now(), &*ports.random);
        let (key, wrapped) = MatterKey::new(&ports.keyring, id, &*ports.random);
        let mut values = Values::new(spec, secret, key, &*ports.random);
        let table =
            table::read(std::io::Cursor::new(file), &TableOptions::default(), &table::Meter::default(), &mut values);
        table.map_err(|error: table::TableError| Problem::invalid("/file", error.text()))?;
        let Values { entries, faults, refused, .. } = values;
        Ok::<_, Problem>((id, entries, wrapped, faults, refused))
    };
    let (id, entries, wrapped, faults, refused) =
        tokio::task::spawn_blocking(read).await.map_err(Problem::internal_error)??;
    let reply = propose(call, about, BodyPrint::none(), (id, entries, wrapped)).await?;
    let change: serde_json::Value = serde_json::from_slice(reply.body()).map_err(Problem::internal_error)?;
    let fault = |fault: table::RowError| ListRowFaultBody { line: fault.line, reason: fault.reason.into() };
    let faults: Vec<ListRowFaultBody> = faults.into_iter().map(fault).collect();
    let body = serde_json::json!({ "change": change, "refused": refused, "faults": faults });
    Ok(Reply::created(format!("/api/guard/list-changes/{id}"), &body)?)
}

async fn text(field: Field<'_>) -> Result<String, Problem> {
    let text = field.text().await.map_err(|_| not_a_form())?;
    if text.chars().count() > WORDS_CHARS_MAX { Err(not_a_form()) } else { Ok(text) }
}

/// The bytes of a file, up to the bound.
pub(crate) async fn bytes(mut field: Field<'_>) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|_| not_a_form())? {
        if bytes.len() + chunk.len() > FILE_BYTES_MAX {
            let text = Text::fixed("文件太大，请分次导入。", "The file is too large; import it in parts.");
            return Err(Problem::new(ProblemKind::TooLarge, text));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn wrong(pointer: &str) -> Problem {
    Problem::invalid(pointer, Text::fixed("取值不在允许范围内。", "Not a value of this field."))
}

pub(crate) fn not_a_form() -> Problem {
    let text = Text::fixed(
        "请以 multipart/form-data 依次提交各字段和 file。",
        "Send the fields and then the file as multipart/form-data.",
    );
    Problem::new(ProblemKind::Malformed, text)
}
