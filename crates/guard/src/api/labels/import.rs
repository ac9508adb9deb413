//! Labels from a file: CSV or xlsx, row by row, each kept or refused by itself and told with its line.

use std::ops::ControlFlow;

use axum::extract::{FromRequest, Multipart, Request};
use endpoint::{Call, Failure, ProblemBody};
use kernel::{Problem, Text};
use serde::Serialize;
use table::{Headers, Row, RowError, Sink, TableError, TableOptions};
use utoipa::ToSchema;

use super::{LabelRequest, take_all};
use crate::{
    api::{
        decisions::settled,
        lists::import::{ListRowFaultBody, bytes, not_a_form},
    },
    lists::FAULTS_MAX,
    model::{label::Label, permission::LABEL},
};

/// Rows of one file at most: what a bank learns in years; a start with more sends several.
const ROWS_MAX: usize = 100_000;
/// Labels of one transaction, so that nobody waits long.
const STEP: usize = 500;
/// The headings under which each part stands.
const DECISION: [&str; 2] = ["decision", "决策"];
const EVENT: [&str; 2] = ["event", "事件编号"];
const LABELLED: [&str; 2] = ["label", "结论"];
const KNOWN_AT: [&str; 2] = ["known_at", "获知时间"];
const SOURCE: [&str; 2] = ["source", "认定方"];

/// A file of labels.
#[derive(Debug, ToSchema)]
pub struct ImportLabelsForm {
    /// CSV or xlsx with the columns `decision` (决策) or `event` (事件编号), `label` (结论), `known_at` (获知时间) and
    /// `source` (认定方).
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// What became of a file of labels.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportLabelsBody {
    /// Kept.
    pub taken: u64,
    /// Refused.
    pub refused: u64,
    /// Of those the first thousand.
    pub faults: Vec<ListRowFaultBody>,
}

/// Import a file of labels
///
/// Up to 100,000 rows. Each is kept or refused by itself; what is known already is refused, so a file may be sent again after
/// a break.
#[utoipa::path(
    post, path = "/api/guard/labels/import", operation_id = "import_labels", tag = "guard",
    request_body(content = ImportLabelsForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "What became of it", body = ImportLabelsBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.label.put`", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
        (status = 422, description = "It is no table with these columns", body = ProblemBody),
    )
)]
pub async fn import_labels(call: Call, request: Request) -> Result<axum::Json<ImportLabelsBody>, Failure> {
    call.require(LABEL)?;
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| not_a_form())?;
    let field = form.next_field().await.map_err(|_| not_a_form())?;
    let field = field.filter(|field| field.name() == Some("file"));
    let field = field.ok_or_else(|| Problem::invalid("/file", Text::fixed("没有文件。", "There is no file.")))?;
    let file = bytes(field).await?;
    // Opened before, so that it hears of the labels.
    settled(&call.shared).await?;
    let read = move || {
        let mut rows = Rows::default();
        let read =
            table::read(std::io::Cursor::new(file), &TableOptions::default(), &table::Meter::default(), &mut rows);
        read.map_err(|error: TableError| Problem::invalid("/file", error.text()))?;
        Ok::<_, Problem>(rows)
    };
    let rows = tokio::task::spawn_blocking(read).await.map_err(Problem::internal_error)??;
    let Rows { good, mut faults, mut refused, .. } = rows;
    let mut taken = 0;
    for piece in good.chunks(STEP) {
        let (actor, requests) = (call.actor.clone(), piece.iter().map(|(_, label)| label.clone()).collect::<Vec<_>>());
        let kept = call.write_unkept(move |unit| take_all(unit, &requests, &actor)).await?;
        for ((line, _), (label, problem)) in piece.iter().zip(kept) {
            taken += u64::from(label.is_some());
            let Some(problem) = problem else { continue };
            refused += 1;
            let reason = problem.fields.first().map_or(&problem.message, |field| &field.message);
            faults.push(RowError::row(*line, reason.clone()));
        }
    }
    faults.sort_by_key(|fault| fault.line);
    faults.truncate(FAULTS_MAX);
    let fault = |fault: RowError| ListRowFaultBody { line: fault.line, reason: fault.reason.into() };
    Ok(axum::Json(ImportLabelsBody { taken, refused, faults: faults.into_iter().map(fault).collect() }))
}

/// The rows of a file on their way in.
#[derive(Debug, Default)]
struct Rows {
    good: Vec<(u64, LabelRequest)>,
    faults: Vec<RowError>,
    refused: u64,
    columns: Columns,
}

/// Where each part stands.
#[derive(Debug, Default)]
struct Columns {
    decision: Option<usize>,
    event: Option<usize>,
    label: usize,
    known_at: usize,
    source: usize,
}

impl Rows {
    fn refuse(&mut self, error: RowError) {
        self.refused += 1;
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(error);
        }
    }

    fn label(&self, row: &Row) -> Result<LabelRequest, Text> {
        let cell = |at: Option<usize>| at.map(|at| row.get(at).trim()).filter(|text| !text.is_empty());
        let decision = cell(self.columns.decision).map(str::parse).transpose();
        let decision = decision.map_err(|_| Text::fixed("不是决策编号。", "Not the id of a decision."))?;
        let word = row.get(self.columns.label).trim();
        let label = Label::ALL.iter().copied().find(|label| {
            let title = label.title();
            label.as_str().eq_ignore_ascii_case(word) || title.zh == word || title.en.eq_ignore_ascii_case(word)
        });
        let label = label.ok_or_else(|| {
            Text::fixed("结论须为 fraud（确认欺诈）或 genuine（确认正常）。", "A label is `fraud` or `genuine`.")
        })?;
        let known_at = table::value::moment(row.get(self.columns.known_at).trim(), &[])?.start();
        let source = row.get(self.columns.source).to_owned();
        Ok(LabelRequest { decision, event: cell(self.columns.event).map(str::to_owned), label, known_at, source })
    }
}

impl Sink<TableError> for Rows {
    fn start(&mut self, headers: &Headers) -> Result<(), TableError> {
        let find = |names: [&str; 2]| -> Result<Option<usize>, TableError> {
            let [one, other] = names;
            Ok(headers.find(one)?.or(headers.find(other)?))
        };
        let needed = |names| find(names)?.ok_or_else(missing);
        let (decision, event) = (find(DECISION)?, find(EVENT)?);
        if decision.is_none() && event.is_none() {
            return Err(missing());
        }
        let (label, known_at, source) = (needed(LABELLED)?, needed(KNOWN_AT)?, needed(SOURCE)?);
        self.columns = Columns { decision, event, label, known_at, source };
        Ok(())
    }

    fn row(&mut self, _: &Headers, row: Row) -> Result<ControlFlow<()>, TableError> {
        if self.good.len() >= ROWS_MAX {
            return Err(TableError::Rows);
        }
        match self.label(&row) {
            Ok(label) => self.good.push((row.line, label)),
            Err(reason) => self.refuse(RowError::row(row.line, reason)),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn bad(&mut self, error: RowError) -> Result<ControlFlow<()>, TableError> {
        self.refuse(error);
        Ok(ControlFlow::Continue(()))
    }
}

fn missing() -> TableError {
    let reason = Text::fixed(
        "须有 decision（决策）或 event（事件编号）、label（结论）、known_at（获知时间）、source（认定方）各列。",
        "it needs the columns `decision` or `event`, `label`, `known_at` and `source`.",
    );
    TableError::Header { reason }
}
