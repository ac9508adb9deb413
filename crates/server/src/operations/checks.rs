//! Checks of the whole ledger and its signed checkpoints: started here, done in the background, never in anybody's way.

use endpoint::{BodyPrint, Call, Failure, Json, ListQuery, PageBody, Path, ProblemBody, Query, Reply};
use kernel::{Problem, ProblemKind, Text, Timestamp, id::LedgerCheckId};
use ledger::{Checkpoint, checkpoint};
use people::api::body::TextBody;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::LEDGER_CHECK;
use crate::{
    checking,
    store::checks::{self, Check, CheckState, Fault},
};

const NOUNS: (&str, &str) = ("校验", "check");

/// What to check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartLedgerCheck {
    /// A checkpoint that was kept elsewhere, as it was exported, to compare with.
    #[serde(default)]
    pub checkpoint: Option<String>,
}

/// The first thing that is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerFaultBody {
    /// `altered`, `missing`, `reordered`, `inserted`, `head` or `checkpoint`.
    pub kind: String,
    /// Where among all events, as far as it is known.
    pub position: Option<i64>,
    /// In which stream.
    pub stream: Option<String>,
    /// Where in the stream.
    pub version: Option<i64>,
    /// Which checkpoint shows it or is wrong itself.
    pub checkpoint: Option<i64>,
    /// What is wrong, in words.
    pub text: TextBody,
}

/// A check of the whole ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct LedgerCheckBody {
    /// Its id.
    #[schema(value_type = String)]
    pub id: LedgerCheckId,
    /// How far it is.
    pub state: CheckState,
    /// Who started it.
    pub started_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// The last sign of life.
    #[schema(value_type = String, format = DateTime)]
    pub touched_at: Timestamp,
    /// When it ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Who asked for it to stop.
    pub cancelled_by: Option<String>,
    /// The number of the checkpoint kept elsewhere with which it compares.
    pub compared: Option<i64>,
    /// The last position checked.
    pub reached: i64,
    /// The last position there was when it began; 0 until that is known.
    pub until: i64,
    /// Events checked.
    pub events: u64,
    /// Streams checked.
    pub streams: u64,
    /// Checkpoints checked.
    pub checkpoints: u64,
    /// Events whose chains are sound and that no signature covers yet.
    pub unsigned: u64,
    /// The first thing that is wrong.
    pub fault: Option<LedgerFaultBody>,
}

impl LedgerCheckBody {
    fn of(check: Check, now: Timestamp) -> Self {
        let state = check.state_at(now);
        let fault = |fault: Fault| {
            let Fault { kind, position, stream, version, checkpoint, zh, en } = fault;
            LedgerFaultBody { kind, position, stream, version, checkpoint, text: TextBody { zh, en } }
        };
        Self {
            id: check.id,
            state,
            started_by: check.started_by.as_str().to_owned(),
            started_at: check.started_at,
            touched_at: check.touched_at,
            ended_at: check.ended_at,
            cancelled_by: check.cancelled_by.map(|by| by.as_str().to_owned()),
            compared: check.compared,
            reached: check.reached,
            until: check.until,
            events: check.events,
            streams: check.streams,
            checkpoints: check.checkpoints,
            unsigned: check.unsigned,
            fault: check.fault.map(fault),
        }
    }
}

/// A signed statement about everything up to a position.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckpointBody {
    /// Counts from 1.
    pub number: i64,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The last position it covers.
    pub position: i64,
    /// How many events there are up to there.
    pub events: u64,
    /// How many streams.
    pub streams: u64,
    /// The digest over the events' positions and hashes, in hexadecimal.
    pub fold: String,
}

impl From<&Checkpoint> for CheckpointBody {
    fn from(checkpoint: &Checkpoint) -> Self {
        let statement = &checkpoint.statement;
        Self {
            number: statement.number,
            at: statement.at,
            position: statement.position,
            events: statement.events_total,
            streams: statement.streams_total,
            fold: statement.fold.clone(),
        }
    }
}

/// A checkpoint in the form in which it is kept elsewhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportedCheckpointBody {
    /// What it states.
    #[serde(flatten)]
    pub checkpoint: CheckpointBody,
    /// The signed text, one line; keep it where no administrator of the database can reach it.
    pub text: String,
}

/// Start a check of the whole ledger
///
/// It runs in the background over one snapshot and holds up nothing: ask for it to see how far it is.
#[utoipa::path(
    post, path = "/api/operations/ledger-checks", operation_id = "start_ledger_check", tag = "operations",
    request_body = StartLedgerCheck,
    responses(
        (status = 201, description = "The check has begun", body = LedgerCheckBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.ledger.check`", body = ProblemBody),
        (status = 409, description = "Another check is under way", body = ProblemBody),
        (status = 422, description = "The checkpoint is not one", body = ProblemBody),
    )
)]
pub async fn start_ledger_check(call: Call, json: Json<StartLedgerCheck>) -> Result<axum::response::Response, Failure> {
    call.require_everywhere(LEDGER_CHECK)?;
    let kept = json.value.checkpoint.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let kept = kept.map(Checkpoint::from_text).transpose().map_err(|_| not_a_checkpoint())?;
    let compared = kept.as_ref().map(|checkpoint| checkpoint.statement.number);
    let ledger = call.shared.ledger().clone();
    let id = LedgerCheckId::new(ledger.ports().clock.now(), &*ledger.ports().random);
    let by = call.actor.reference.clone();
    let reply = call
        .write(json.print, move |unit| {
            unit.lock("operations.ledger_check")?;
            let now = unit.now();
            if let Some(other) = checks::under_way(unit.connection(), now)? {
                return Err(under_way(&other));
            }
            let check = checks::begin(unit.connection(), id, &by, compared, now)?;
            Reply::created(format!("/api/operations/ledger-checks/{id}"), &LedgerCheckBody::of(check, now))
        })
        .await?;
    let response = axum::response::IntoResponse::into_response(reply);
    // A repeated request is answered as the first was, and that one's check runs.
    if !response.headers().contains_key("idempotent-replayed") {
        checking::start(&ledger, id, kept).map_err(Problem::internal_error)?;
    }
    Ok(response)
}

/// List the checks of the ledger
///
/// Newest first.
#[utoipa::path(
    get, path = "/api/operations/ledger-checks", operation_id = "list_ledger_checks", tag = "operations",
    params(ListQuery),
    responses(
        (status = 200, description = "A page of checks", body = PageBody<LedgerCheckBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.ledger.check`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_ledger_checks(
    call: Call,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<LedgerCheckBody>>, Failure> {
    call.require_everywhere(LEDGER_CHECK)?;
    let now = call.shared.ledger().ports().clock.now();
    let page = call.read(move |connection| checks::page(connection, &query.page())).await?;
    Ok(axum::Json(page.map(|check| LedgerCheckBody::of(check, now)).into()))
}

/// Get a check of the ledger
#[utoipa::path(
    get, path = "/api/operations/ledger-checks/{id}", operation_id = "get_ledger_check", tag = "operations",
    params(("id" = String, Path, description = "The check")),
    responses(
        (status = 200, description = "How far it is, and what it found", body = LedgerCheckBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.ledger.check`", body = ProblemBody),
        (status = 404, description = "There is no such check", body = ProblemBody),
    )
)]
pub async fn get_ledger_check(
    call: Call,
    Path(id): Path<LedgerCheckId>,
) -> Result<axum::Json<LedgerCheckBody>, Failure> {
    call.require_everywhere(LEDGER_CHECK)?;
    let now = call.shared.ledger().ports().clock.now();
    let found = call.read(move |connection| Ok(checks::find(connection, id)?)).await?;
    let check = found.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
    Ok(axum::Json(LedgerCheckBody::of(check, now)))
}

/// Stop a check of the ledger
///
/// It stops after the piece in hand. Stopping one that has ended is refused.
#[utoipa::path(
    post, path = "/api/operations/ledger-checks/{id}/cancel", operation_id = "cancel_ledger_check", tag = "operations",
    params(("id" = String, Path, description = "The check")),
    responses(
        (status = 200, description = "It was asked to stop", body = LedgerCheckBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.ledger.check`", body = ProblemBody),
        (status = 404, description = "There is no such check", body = ProblemBody),
        (status = 409, description = "It has ended", body = ProblemBody),
    )
)]
pub async fn cancel_ledger_check(call: Call, Path(id): Path<LedgerCheckId>) -> Result<Reply, Failure> {
    call.require_everywhere(LEDGER_CHECK)?;
    let by = call.actor.reference.clone();
    call.write(BodyPrint::none(), move |unit| {
        let asked = checks::cancel(unit.connection(), id, &by)?;
        let found = checks::find(unit.connection(), id)?;
        let check = found.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
        if !asked {
            let text = Text::fixed("这次校验已经结束。", "This check has ended.");
            return Err(Problem::new(ProblemKind::Conflict, text).because("check-ended"));
        }
        let now = unit.now();
        Reply::ok(&LedgerCheckBody::of(check, now))
    })
    .await
}

/// List the signed checkpoints
///
/// Newest first.
#[utoipa::path(
    get, path = "/api/operations/checkpoints", operation_id = "list_checkpoints", tag = "operations", params(ListQuery),
    responses(
        (status = 200, description = "A page of checkpoints", body = PageBody<CheckpointBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.ledger.check`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_checkpoints(
    call: Call,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<CheckpointBody>>, Failure> {
    call.require_everywhere(LEDGER_CHECK)?;
    let page = call.read(move |connection| checkpoint::page(connection, &query.page())).await?;
    Ok(axum::Json(page.map(|checkpoint| CheckpointBody::from(&checkpoint)).into()))
}

/// Get a checkpoint for keeping elsewhere
#[utoipa::path(
    get, path = "/api/operations/checkpoints/{number}", operation_id = "get_checkpoint", tag = "operations",
    params(("number" = i64, Path, description = "Its number")),
    responses(
        (status = 200, description = "What it states, and the signed text", body = ExportedCheckpointBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `operations.ledger.check`", body = ProblemBody),
        (status = 404, description = "There is no such checkpoint", body = ProblemBody),
    )
)]
pub async fn get_checkpoint(
    call: Call,
    Path(number): Path<i64>,
) -> Result<axum::Json<ExportedCheckpointBody>, Failure> {
    call.require_everywhere(LEDGER_CHECK)?;
    let found = call.read(move |connection| Ok(checkpoint::find(connection, number)?)).await?;
    let found = found.ok_or_else(|| Problem::not_found("检查点", "checkpoint"))?;
    Ok(axum::Json(ExportedCheckpointBody { checkpoint: CheckpointBody::from(&found), text: found.to_text() }))
}

fn not_a_checkpoint() -> Problem {
    Problem::invalid("/checkpoint", Text::fixed("不是导出的检查点。", "It is not an exported checkpoint."))
}

fn under_way(other: &Check) -> Problem {
    let text = Text::of(
        format!("另一次校验正在进行（{}），请等它结束或先取消。", other.id),
        format!("Another check is under way ({}): wait for its end, or stop it first.", other.id),
    );
    Problem::new(ProblemKind::Conflict, text).because("check-under-way")
}
