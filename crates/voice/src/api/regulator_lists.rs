//! Lists that supervisors and hotlines passed on: uploaded, reconciled row by row, and looked at later.

use std::io::Cursor as Bytes;

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::Field},
    response::{IntoResponse, Response},
};
use endpoint::{
    Call, Failure, ListQuery, PageBody, Path, ProblemBody, Query,
    form::{self, broken, bytes, not_a_form},
};
use kernel::{
    Problem, ProblemKind, Text, Timestamp,
    id::{OrderId, RegulatorListId, UnitId},
};
use ledger::Cause;
use people::api::body::TextBody;
use serde::{Deserialize, Serialize};
use table::{Encoding, TableOptions};
use utoipa::ToSchema;

use super::{body::SourceWord, law, orders::open_unit, reading};
use crate::{
    model::{
        correction::CorrectedField,
        permission::{FILE, SEE, TAKE_LIST},
    },
    regulator_list::{self, Counts, ListError, ListOptions, Mode, RowOutcome, RowReport, Taker, UnknownColumn},
    store::regulator_lists::{self, ListRecord},
};

/// Bytes of an uploaded list: 5,000 rows with full narratives are a third of it.
pub const LIST_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Rows that the answer to an upload tells; the rest is read from the kept list.
const ROWS_TOLD_MAX: usize = 5_000;

/// A list and what it does not say of itself. The fields come before the file.
#[derive(Debug, Deserialize, ToSchema)]
pub struct TakeListForm {
    /// Who passed it on.
    pub source: SourceWord,
    /// Where rows go whose unit is not named or not known; the caller's own when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// When the bank received the list; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub received_at: Option<Timestamp>,
    /// `true`: tell what would become of each row, and change nothing.
    #[serde(default)]
    pub preview: bool,
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

/// A remark on a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowNoteBody {
    /// The column that it is about; empty for the whole row.
    pub column: String,
    /// What to know or to do.
    pub text: TextBody,
}

/// What became of a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListRowBody {
    /// The line of the file on which it starts.
    pub line: u64,
    /// The sender's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What became of it.
    pub outcome: RowOutcome,
    /// The order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub order: Option<OrderId>,
    /// What a correction changed.
    pub fields: Vec<CorrectedField>,
    /// What to know or to do about it.
    pub notes: Vec<RowNoteBody>,
}

impl From<RowReport> for ListRowBody {
    fn from(row: RowReport) -> Self {
        let note = |note: regulator_list::RowNote| RowNoteBody { column: note.column, text: note.text.into() };
        Self {
            line: row.line,
            number: row.number,
            outcome: row.outcome,
            order: row.order,
            fields: row.fields,
            notes: row.notes.into_iter().map(note).collect(),
        }
    }
}

/// How many rows became what.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct CountsBody {
    /// New orders.
    pub new: u32,
    /// Rows that said the same as before.
    pub same: u32,
    /// Corrected orders.
    pub corrected: u32,
    /// Rows repeated in the list.
    pub duplicate: u32,
    /// Rows that contradict an earlier one.
    pub conflicting: u32,
    /// Rows that could not be taken.
    pub refused: u32,
}

impl From<Counts> for CountsBody {
    fn from(counts: Counts) -> Self {
        let Counts { new, same, corrected, duplicate, conflicting, refused } = counts;
        Self { new, same, corrected, duplicate, conflicting, refused }
    }
}

/// A column that was passed over.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnknownColumnBody {
    /// Its header.
    pub name: String,
    /// Rows that say something in it.
    pub filled: u64,
}

/// A list that was taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct RegulatorListBody {
    /// The id.
    #[schema(value_type = String, example = "rl_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: RegulatorListId,
    /// Who passed it on.
    pub source: SourceWord,
    /// Where rows went whose unit was not named.
    pub unit: String,
    /// Who took it in, as an actor reference.
    pub taken_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub taken_at: Timestamp,
    /// The hash of the file in hexadecimal.
    pub digest: String,
    /// How many rows became what.
    pub counts: CountsBody,
    /// Columns that were passed over.
    pub unknown_columns: Vec<UnknownColumnBody>,
}

impl From<ListRecord> for RegulatorListBody {
    fn from(record: ListRecord) -> Self {
        let column = |column: UnknownColumn| UnknownColumnBody { name: column.name, filled: column.filled };
        Self {
            id: record.id,
            source: record.source.into(),
            unit: record.unit.as_str().to_owned(),
            taken_by: record.taken_by.as_str().to_owned(),
            taken_at: record.taken_at,
            digest: record.digest,
            counts: record.counts.into(),
            unknown_columns: record.unknown_columns.into_iter().map(column).collect(),
        }
    }
}

/// What became of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListReportBody {
    /// The list.
    #[serde(flatten)]
    pub list: RegulatorListBody,
    /// Nothing was changed: this is what would become of it.
    pub is_preview: bool,
    /// What became of each row, in order.
    pub rows: Vec<ListRowBody>,
}

#[derive(Default)]
struct Fields {
    source: Option<SourceWord>,
    unit: Option<UnitId>,
    received_at: Option<Timestamp>,
    is_preview: bool,
    table: TableOptions,
}

/// Take in a list
///
/// Every row becomes a new order, corrects one, or is told why not. The same list may be taken in as often as anybody likes.
#[utoipa::path(
    post, path = "/api/voice/regulator_lists", operation_id = "take_regulator_list", tag = "voice",
    request_body(content = TakeListForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What became, or would become, of each row", body = ListReportBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.list.take` for the unit", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
        (status = 422, description = "Fields are wrong, or the file is no list", body = ProblemBody),
    )
)]
pub async fn take_regulator_list(call: Call, request: Request) -> Result<Response, Failure> {
    call.require(TAKE_LIST)?;
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| not_a_form())?;
    let mut fields = Fields::default();
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match field.name().unwrap_or_default() {
            "source" => fields.source = Some(word("/source", &text(field).await?)?),
            "unit" => fields.unit = Some(parse("/unit", &text(field).await?)?),
            "received_at" => fields.received_at = Some(parse("/received_at", &text(field).await?)?),
            "preview" => fields.is_preview = parse("/preview", &text(field).await?)?,
            "sheet" => fields.table.sheet = Some(text(field).await?),
            "encoding" => {
                let encoding = Encoding::parse(&text(field).await?);
                fields.table.encoding = Some(encoding.ok_or_else(|| wrong("/encoding"))?);
            }
            "file" => {
                let file = bytes(field, LIST_BYTES_MAX).await?.ok_or_else(too_large)?;
                return take(call, fields, file).await.map(|body| axum::Json(body).into_response());
            }
            _ => return Err(wrong("").into()),
        }
    }
    Err(Problem::invalid("/file", Text::fixed("没有文件。", "There is no file.")).into())
}

async fn take(call: Call, fields: Fields, file: Vec<u8>) -> Result<ListReportBody, Failure> {
    let source = fields.source.filter(|source| *source != SourceWord::Direct).ok_or_else(|| wrong("/source"))?;
    let (unit_id, actor) = (fields.unit, call.actor.clone());
    let unit = call.read(move |conn| unit_id.map(|id| open_unit(conn, id, "/unit")).transpose()).await?;
    let unit = unit.unwrap_or_else(|| actor.unit.clone());
    for permission in [TAKE_LIST, FILE] {
        if !actor.may(permission, &unit) {
            return Err(endpoint::call::lacks(permission).into());
        }
    }
    let now = reading::now(&call.shared);
    let received_at = fields.received_at.unwrap_or(now);
    if received_at > now {
        let text = Text::fixed("时间不能晚于现在，请更正。", "The time cannot lie in the future; correct it.");
        return Err(Problem::invalid("/received_at", text).into());
    }
    let options = ListOptions { source: source.into(), unit, received_at };
    let (shared, cause, law) = (call.shared.clone(), Cause::request(call.request), law(&call.shared));
    reading::blocking(move || {
        let ledger = shared.ledger();
        let mut hasher = ledger.ports().keyring.hasher();
        hasher.update(&file);
        let digest: String = hasher.finish().0.iter().map(|byte| format!("{byte:02x}")).collect();
        let list = regulator_list::read(Bytes::new(file), &fields.table, &options).map_err(|error| no_list(&error))?;
        let id = RegulatorListId::new(now, &*ledger.ports().random);
        let taker = Taker { ledger, cause: &cause, law: &law, actor: &actor, id };
        let mode = if fields.is_preview { Mode::Preview } else { Mode::Apply };
        let report = regulator_list::reconcile(&taker, list, &options, mode)?;
        let record = match mode {
            Mode::Preview => regulator_list::record(id, &options, &digest, &report, &actor, now),
            Mode::Apply => regulator_list::keep(&taker, &options, &digest, &report)?,
        };
        let rows = report.rows.into_iter().take(ROWS_TOLD_MAX).map(Into::into).collect();
        Ok(ListReportBody { list: record.into(), is_preview: mode == Mode::Preview, rows })
    })
    .await
}

fn no_list(error: &ListError) -> Problem {
    Problem::invalid("/file", error.text()).because("no-list")
}

/// List the lists
///
/// Newest first, of the units within the caller's scopes.
#[utoipa::path(
    get, path = "/api/voice/regulator_lists", operation_id = "list_regulator_lists", tag = "voice", params(ListQuery),
    responses(
        (status = 200, description = "A page of lists", body = PageBody<RegulatorListBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_regulator_lists(
    call: Call,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<RegulatorListBody>>, Failure> {
    call.require(SEE)?;
    let scopes = call.actor.scopes(SEE);
    let page = call.read(move |conn| regulator_lists::page(conn, &scopes, &query.page())).await?;
    Ok(axum::Json(page.map(RegulatorListBody::from).into()))
}

/// Get what became of a list's rows
#[utoipa::path(
    get, path = "/api/voice/regulator_lists/{id}/rows", operation_id = "list_regulator_list_rows", tag = "voice",
    params(("id" = String, Path, description = "The list"), ListQuery),
    responses(
        (status = 200, description = "A page of rows, in order", body = PageBody<ListRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 404, description = "There is no such list, or the caller may not see it", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_regulator_list_rows(
    call: Call,
    Path(id): Path<RegulatorListId>,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<ListRowBody>>, Failure> {
    call.require(SEE)?;
    let actor = call.actor.clone();
    let page = call
        .read(move |conn| {
            let found = regulator_lists::find(conn, id)?.filter(|record| actor.may(SEE, &record.unit));
            found.ok_or_else(|| Problem::not_found("转办清单", "list"))?;
            regulator_lists::rows(conn, id, &query.page())
        })
        .await?;
    Ok(axum::Json(page.map(ListRowBody::from).into()))
}

async fn text(field: Field<'_>) -> Result<String, Problem> {
    form::text(field, || wrong("")).await
}

fn parse<T: std::str::FromStr>(pointer: &str, text: &str) -> Result<T, Problem> {
    text.trim().parse().map_err(|_| wrong(pointer))
}

fn word<T: serde::de::DeserializeOwned>(pointer: &str, text: &str) -> Result<T, Problem> {
    serde_json::from_value(serde_json::Value::String(text.trim().to_owned())).map_err(|_| wrong(pointer))
}

fn wrong(pointer: &str) -> Problem {
    let text = Text::fixed(
        "请依次提交 source（转办单位）、unit、received_at、preview、sheet、encoding（均可选）和 file。",
        "Send source (who passed it on), then unit, received_at, preview, sheet, encoding (all optional), then file.",
    );
    Problem::invalid(pointer, text)
}

fn too_large() -> Problem {
    let mebibytes = LIST_BYTES_MAX / (1024 * 1024);
    let text = Text::of(
        format!("清单最大 {mebibytes} MiB，请分成几份。"),
        format!("A list has at most {mebibytes} MiB; split it."),
    );
    Problem::new(ProblemKind::TooLarge, text)
}
