//! Lists over HTTP: which there are, whether a value stands on one, and changes that a second person approves. Values leave
//! masked.

pub mod body;
pub mod import;

use axum::extract::DefaultBodyLimit;
use endpoint::{
    BodyPrint, Call, Failure, Json, OpenApiRouter, PageBody, Path, ProblemBody, Query, Reply, Shared, typed::prose,
};
use kernel::{Cursor, PageRequest, Problem, Text, Timestamp, id::ListChangeId, mask};
use people::{api::body::TextBody, sealing::MatterKey};
use seal::WrappedKey;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use self::body::{ListChangeBody, ProposeListChangeRequest};
use super::decisions::screen;
use crate::{
    lists::{self, Values},
    model::{
        list_change::{ChangeKind, ChangeState, ListChangeCommand, Proposed},
        permission::{APPROVE_LIST, PROPOSE_LIST, SEE_LISTS},
    },
    screen::definition::{ListOf, ListSpec},
    store::lists::{self as kept, NewEntry},
};

/// Values of one request at most; more come as a file.
const VALUES_MAX: usize = 1_000;
/// Characters of a reason or source.
const WORDS_CHARS_MAX: usize = 500;

/// A list.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuardListBody {
    /// Its name in expressions.
    pub name: String,
    /// Its name on screen.
    pub title: TextBody,
    /// What stands on it.
    pub of: ListOf,
    /// Entries, ended ones too.
    pub entries: usize,
}

/// List the lists
#[utoipa::path(
    get, path = "/api/guard/lists", operation_id = "list_guard_lists", tag = "guard",
    responses(
        (status = 200, description = "The lists", body = Vec<GuardListBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.list.see`", body = ProblemBody),
    )
)]
pub async fn list_guard_lists(call: Call) -> Result<axum::Json<Vec<GuardListBody>>, Failure> {
    call.require(SEE_LISTS)?;
    let screen = screen(&call.shared).await?;
    let body = |(spec, entries): (&ListSpec, usize)| GuardListBody {
        name: spec.name.clone(),
        title: spec.title.clone().into(),
        of: spec.of,
        entries,
    };
    Ok(axum::Json(screen.lists().into_iter().map(body).collect()))
}

/// A value to look for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckListsRequest {
    /// The value.
    #[schema(max_length = 128)]
    pub value: String,
    /// The second value of a pair.
    #[serde(default)]
    #[schema(max_length = 128)]
    pub second: Option<String>,
}

/// The lists on which a value stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckListsBody {
    /// Their names.
    pub lists: Vec<String>,
}

/// Check a value against the lists
///
/// Exact and masked entries that hold now. The value stands in the body, so that no address or log holds it.
#[utoipa::path(
    post, path = "/api/guard/lists/check", operation_id = "check_lists", tag = "guard",
    request_body = CheckListsRequest,
    responses(
        (status = 200, description = "The lists on which it stands", body = CheckListsBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.list.see`", body = ProblemBody),
        (status = 422, description = "The value is none", body = ProblemBody),
    )
)]
pub async fn check_lists(call: Call, json: Json<CheckListsRequest>) -> Result<axum::Json<CheckListsBody>, Failure> {
    call.require(SEE_LISTS)?;
    let screen = screen(&call.shared).await?;
    let value = lists::plain(&json.value.value).map_err(|text| Problem::invalid("/value", text))?;
    let second = json.value.second.as_deref().map(lists::plain).transpose();
    let second = second.map_err(|text| Problem::invalid("/second", text))?;
    let found = screen.listed(&value, second.as_deref());
    Ok(axum::Json(CheckListsBody { lists: found.into_iter().map(|list| list.name.clone()).collect() }))
}

/// What a change is about, checked.
struct About {
    spec: ListSpec,
    secret: [u8; 16],
    what: ChangeKind,
    reason: String,
    source: String,
    until: Option<Timestamp>,
}

async fn about(
    call: &Call,
    list: &str,
    (what, reason, source, until): (ChangeKind, &str, &str, Option<Timestamp>),
) -> Result<About, Failure> {
    call.require_everywhere(PROPOSE_LIST)?;
    let screen = screen(&call.shared).await?;
    let spec = screen.lists().into_iter().find(|(spec, _)| spec.name == list).map(|(spec, _)| spec.clone());
    let spec =
        spec.ok_or_else(|| Problem::invalid("/list", Text::fixed("没有这个名单。", "There is no such list.")))?;
    let words = |pointer: &str, text: &str| {
        let text = prose(text, WORDS_CHARS_MAX).map_err(|text| Problem::invalid(pointer, text))?;
        Ok::<_, Problem>(mask::redact(&text, &[]))
    };
    let (reason, source) = (words("/reason", reason)?, words("/source", source)?);
    Ok(About { spec, secret: screen.secret(), what, reason, source, until })
}

/// Keeps the entries and proposes the change.
async fn propose(
    call: Call,
    about: About,
    print: BodyPrint,
    (id, entries, wrapped): (ListChangeId, Vec<NewEntry>, WrappedKey),
) -> Result<Reply, Failure> {
    if entries.is_empty() {
        let text = Text::fixed("没有可用的值。", "There is no value to take.");
        return Err(Problem::invalid("/values", text).into());
    }
    let (ledger, list) = (call.shared.ledger().clone(), about.spec.name.clone());
    let mut hasher = ledger.ports().keyring.hasher();
    entries.iter().for_each(|entry| hasher.update(&entry.hash.to_le_bytes()));
    let digest: String = hasher.finish().0.iter().map(|byte| format!("{byte:02x}")).collect();
    let count = entries.len() as u64;
    let kept = tokio::task::spawn_blocking(move || lists::keep(&ledger, id, &list, &entries));
    kept.await.map_err(Problem::internal_error)??;
    let proposed = Proposed {
        change: id,
        list: about.spec.name,
        what: about.what,
        entries: count,
        digest,
        reason: about.reason,
        source: about.source,
        until: about.until,
    };
    let (actor, language) = (call.actor.clone(), call.language);
    call.write(print, move |unit| {
        let command = ListChangeCommand::Propose(Box::new(proposed.clone()));
        let change = lists::propose(unit, command, &wrapped, &actor)?;
        let body = ListChangeBody::of(change, &actor, language);
        Reply::created(format!("/api/guard/list-changes/{id}"), &body)
    })
    .await
}

/// Propose a change of a list
///
/// It holds once a second person has approved it, on other nodes once they hear of it.
#[utoipa::path(
    post, path = "/api/guard/list-changes", operation_id = "propose_list_change", tag = "guard",
    request_body = ProposeListChangeRequest,
    responses(
        (status = 201, description = "It was proposed", body = ListChangeBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.list.propose` for the whole bank", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn propose_list_change(call: Call, json: Json<ProposeListChangeRequest>) -> Result<Reply, Failure> {
    let request = json.value;
    let words = (request.what, request.reason.as_str(), request.source.as_str(), request.until);
    let about = about(&call, &request.list, words).await?;
    if request.values.len() > VALUES_MAX {
        let text = Text::of(
            format!("一次最多 {VALUES_MAX} 个值，更多请导入文件。"),
            format!("At most {VALUES_MAX} values at a time; import a file for more."),
        );
        return Err(Problem::invalid("/values", text).into());
    }
    let ports = call.shared.ledger().ports();
    let id = ListChangeId::new(ports.clock.now(), &*ports.random);
    let (key, wrapped) = MatterKey::new(&ports.keyring, id, &*ports.random);
    let mut values = Values::new(about.spec.clone(), about.secret, key, &*ports.random);
    let mut faults = endpoint::typed::Faults::default();
    for (at, value) in request.values.iter().enumerate() {
        if let Err(text) = values.take(&value.value, value.second.as_deref()) {
            faults.add(format!("/values/{at}"), text);
        }
    }
    faults.check()?;
    let entries = std::mem::take(&mut values.entries);
    drop(values);
    propose(call, about, json.print, (id, entries, wrapped)).await
}

/// Which changes to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListChangesQuery {
    /// Only of this list.
    pub list: Option<String>,
    /// Only in this state.
    #[param(inline)]
    pub state: Option<ChangeState>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List changes of lists
#[utoipa::path(
    get, path = "/api/guard/list-changes", operation_id = "list_list_changes", tag = "guard",
    params(ListChangesQuery),
    responses(
        (status = 200, description = "A page of changes, newest first", body = PageBody<ListChangeBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.list.see`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_list_changes(
    call: Call,
    Query(query): Query<ListChangesQuery>,
) -> Result<axum::Json<PageBody<ListChangeBody>>, Failure> {
    call.require(SEE_LISTS)?;
    let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
    let (list, state) = (query.list, query.state);
    let page = call.read(move |conn| kept::page(conn, (list.as_deref(), state), &request)).await?;
    Ok(axum::Json(page.map(|row| ListChangeBody::of_row(row, &call.actor, call.language)).into()))
}

/// An entry of a change.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListEntryBody {
    /// Its place.
    pub seq: i64,
    /// The masked value.
    pub masked: String,
}

/// List the entries of a change
///
/// Masked, so that the second person sees what is approved.
#[utoipa::path(
    get, path = "/api/guard/list-changes/{id}/entries", operation_id = "list_list_entries", tag = "guard",
    params(("id" = String, Path, description = "The change"), endpoint::ListQuery),
    responses(
        (status = 200, description = "A page of entries, in order", body = PageBody<ListEntryBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.list.see`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_list_entries(
    call: Call,
    Path(id): Path<ListChangeId>,
    Query(query): Query<endpoint::ListQuery>,
) -> Result<axum::Json<PageBody<ListEntryBody>>, Failure> {
    call.require(SEE_LISTS)?;
    let request = query.page();
    let page = call
        .read(move |conn| {
            let behind = request.after.as_ref().map(Cursor::key::<i64>).transpose().map_err(people::wrong_cursor)?;
            let mut rows = kept::entries_of(conn, id, behind.unwrap_or(i64::MIN))?;
            rows.truncate(usize::try_from(request.fetch()).unwrap_or_default());
            Ok(kernel::Page::from_rows(&request, rows, |row| row.seq))
        })
        .await?;
    Ok(axum::Json(page.map(|row| ListEntryBody { seq: row.seq, masked: row.masked }).into()))
}

/// The version that the caller saw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveListChangeRequest {
    /// The version that the caller saw.
    pub version: u64,
}

/// Approve a change of a list
///
/// By somebody other than its proposer. It holds from now on, on other nodes once they hear of it.
#[utoipa::path(
    post, path = "/api/guard/list-changes/{id}/approve", operation_id = "approve_list_change", tag = "guard",
    request_body = ApproveListChangeRequest, params(("id" = String, Path, description = "The change")),
    responses(
        (status = 200, description = "The change as it now is", body = ListChangeBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.list.approve` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such change", body = ProblemBody),
        (status = 409, description = "It was decided, or the caller proposed it", body = ProblemBody),
    )
)]
pub async fn approve_list_change(
    call: Call,
    Path(id): Path<ListChangeId>,
    json: Json<ApproveListChangeRequest>,
) -> Result<Reply, Failure> {
    // Opened before, so that it hears of the change.
    screen(&call.shared).await?;
    let version = json.value.version;
    act(call, json.print, (id, version), ListChangeCommand::Approve).await
}

/// Why a change is refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseListChangeRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why.
    #[schema(max_length = 500)]
    pub reason: String,
}

/// Refuse a change of a list
#[utoipa::path(
    post, path = "/api/guard/list-changes/{id}/refuse", operation_id = "refuse_list_change", tag = "guard",
    request_body = RefuseListChangeRequest, params(("id" = String, Path, description = "The change")),
    responses(
        (status = 200, description = "The change as it now is", body = ListChangeBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.list.approve` for the whole bank", body = ProblemBody),
        (status = 404, description = "There is no such change", body = ProblemBody),
        (status = 409, description = "It was decided, or the caller proposed it", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn refuse_list_change(
    call: Call,
    Path(id): Path<ListChangeId>,
    json: Json<RefuseListChangeRequest>,
) -> Result<Reply, Failure> {
    let RefuseListChangeRequest { version, reason } = json.value;
    let reason = prose(&reason, WORDS_CHARS_MAX).map_err(|text| Problem::invalid("/reason", text))?;
    let reason = mask::redact(&reason, &[]);
    act(call, json.print, (id, version), ListChangeCommand::Refuse { reason }).await
}

async fn act(
    call: Call,
    print: BodyPrint,
    which: (ListChangeId, u64),
    command: ListChangeCommand,
) -> Result<Reply, Failure> {
    call.require_everywhere(APPROVE_LIST)?;
    let (actor, language) = (call.actor.clone(), call.language);
    call.write(print, move |unit| {
        let change = lists::act(unit, which, command.clone(), &actor)?;
        Reply::ok(&ListChangeBody::of(change, &actor, language))
    })
    .await
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    // An upload has a bound of its own; the limit for JSON bodies would cut it off.
    let uploads = OpenApiRouter::new().routes(routes!(import::import_list)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .routes(routes!(list_guard_lists))
        .routes(routes!(check_lists))
        .routes(routes!(propose_list_change, list_list_changes))
        .routes(routes!(list_list_entries))
        .routes(routes!(approve_list_change))
        .routes(routes!(refuse_list_change))
        .merge(uploads)
}
