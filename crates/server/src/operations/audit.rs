//! Who did what, when: the events of all streams without their payloads. Looking at personal data in clear stands out.
//!
//! No parameter holds personal data: people are named by their ids.

use endpoint::{Call, Failure, ProblemBody, Query, call::lacks};
use kernel::{Cursor, Date, PageRequest, Problem, Text, Timestamp};
use ledger::audit::{self, AuditFilter, Trace};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{AUDIT_SEE, AUDIT_SEE_OWN};

/// What an act of seeing personal data in clear is called in every room.
const REVEALED: &str = ".revealed";
/// The rooms whose events an administrator may look through: who was let in, what was set. Matters are not theirs.
const ADMINISTRATION: [&str; 2] = ["people.", "operations."];
/// Characters of a kind, a stream or an actor; ours have far fewer.
const NAME_CHARS_MAX: usize = 120;

/// What is looked for; what is absent is not asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// Who did it: `staff:st_…`, `system:tk_…`, `program:voice`, `customer:cu_…`.
    pub actor: Option<String>,
    /// The whole kind (`voice.order.closed`) or how it begins (`voice.order.*`).
    pub kind: Option<String>,
    /// One stream alone, for instance an order's id.
    pub stream: Option<String>,
    /// Only acts of seeing personal data in clear.
    #[serde(default)]
    #[param(inline)]
    pub revealing: bool,
    /// The first day, in Shanghai.
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// The last day, in Shanghai.
    #[param(value_type = Option<String>, format = Date)]
    pub until: Option<Date>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// One act.
#[derive(Debug, Serialize, ToSchema)]
pub struct TraceBody {
    /// Its place among all events.
    pub position: i64,
    /// The stream it belongs to.
    pub stream: String,
    /// Its place in the stream.
    pub version: u64,
    /// What happened, `room.noun.kind`.
    pub kind: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// Which request, job or import caused it.
    pub cause: String,
    /// Somebody looked at personal data in clear.
    pub is_revealing: bool,
}

impl From<Trace> for TraceBody {
    fn from(trace: Trace) -> Self {
        let Trace { position, stream, version, kind, at, actor, cause } = trace;
        let is_revealing = kind.ends_with(REVEALED);
        Self { position, stream, version, kind, at, actor: actor.as_str().to_owned(), cause, is_revealing }
    }
}

/// What a search found, and where it goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditBody {
    /// The acts, newest first. There may be none although older ones are to be looked through.
    pub items: Vec<TraceBody>,
    /// Where it goes on.
    pub page: AuditEnd,
}

/// Where a search goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEnd {
    /// The value of `after` for the next page; absent when everything was looked through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// The lowest position that was looked at.
    pub reached: i64,
}

/// Look for who did what
///
/// Newest first. One page looks through a bounded number of events, so that a rare act may need several; an administrator
/// sees the acts on people, roles and settings, an auditor all.
#[utoipa::path(
    get, path = "/api/operations/audit", operation_id = "search_audit", tag = "operations", params(AuditQuery),
    responses(
        (status = 200, description = "Acts, and where to go on", body = AuditBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may look at no trail", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn search_audit(call: Call, Query(query): Query<AuditQuery>) -> Result<axum::Json<AuditBody>, Failure> {
    let beginnings = beginnings(&call)?;
    let request = PageRequest::new(query.limit, query.after.clone().map(Cursor::from_text));
    let filter = AuditFilter {
        stream: name("?stream", query.stream)?,
        actor: name("?actor", query.actor)?,
        kind: name("?kind", query.kind)?,
        beginnings,
        ending: query.revealing.then_some(REVEALED),
        from: query.from.map(Timestamp::start_of),
        until: query.until.map(|day| Timestamp::end_of(day).plus_micros(1)),
    };
    let found = call.read(move |connection| audit::search(connection, &filter, &request)).await?;
    let items = found.items.into_iter().map(TraceBody::from).collect();
    Ok(axum::Json(AuditBody { items, page: AuditEnd { next: found.next, reached: found.reached } }))
}

/// The beginnings of the kinds that the caller may see; `None` for all.
fn beginnings(call: &Call) -> Result<Option<Vec<String>>, Failure> {
    if call.require_everywhere(AUDIT_SEE).is_ok() {
        return Ok(None);
    }
    if call.require_everywhere(AUDIT_SEE_OWN).is_ok() {
        return Ok(Some(ADMINISTRATION.map(str::to_owned).to_vec()));
    }
    Err(lacks(AUDIT_SEE).into())
}

fn name(pointer: &str, given: Option<String>) -> Result<Option<String>, Problem> {
    let Some(text) = given.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else { return Ok(None) };
    let is_name = text.chars().count() <= NAME_CHARS_MAX && !text.chars().any(char::is_control);
    if is_name {
        return Ok(Some(text));
    }
    let text = Text::of(
        format!("最多 {NAME_CHARS_MAX} 个可见字符。"),
        format!("At most {NAME_CHARS_MAX} visible characters."),
    );
    Err(Problem::invalid(pointer, text))
}
