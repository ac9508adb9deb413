//! Teaching cases: drafted from an order without names, numbers and places, confirmed by somebody else, found by words and tags.

mod acts;
mod body;
mod texts;

use std::sync::Arc;

use endpoint::{Call, Failure, Json, OpenApiRouter, PageBody, Path, ProblemBody, Query, Reply, Shared};
use kernel::{
    Cursor, OrgPath, PageRequest, Problem, Text,
    id::{OrderId, TeachingCaseId},
};
use ledger::{Connection, Recorded, Stream, Unit};
use people::store::units;
use seal::{Keyring, WrappedKey};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use self::{
    body::{CaseBody, CaseRowBody, CaseStateBody},
    texts::{Texts, checked_tags},
};
use super::reading::{self, blocking};
use crate::{
    anonymous::Known,
    intake::{Faults, REMARK_CHARS_MAX, prose},
    model::{
        parts::PersonalField,
        permission::{CONFIRM_CASE, SEE, SEE_CASES, WRITE_CASE},
        teaching_case::{CaseEvent, CaseStage, TeachingCase},
    },
    sealing::MatterKey,
    store::{list::wrong_cursor, teaching_cases},
    words,
};

/// A case with its history and its key.
pub(super) struct Opened {
    case: TeachingCase,
    events: Vec<Recorded<CaseEvent>>,
    wrapped: Option<WrappedKey>,
    keyring: Arc<Keyring>,
}

impl Opened {
    fn key(&self) -> Result<MatterKey<'_>, Problem> {
        MatterKey::kept(&self.keyring, self.case.id, self.wrapped.as_ref())
    }
}

fn unknown() -> Problem {
    Problem::not_found("案例", "teaching case")
}

/// Whether somebody works on cases of this place.
fn works_on(actor: &kernel::Actor, unit: &OrgPath) -> bool {
    actor.may(WRITE_CASE, unit) || actor.may(CONFIRM_CASE, unit)
}

async fn opened(call: &Call, id: TeachingCaseId) -> Result<Opened, Failure> {
    let (shared, actor) = (call.shared.clone(), call.actor.clone());
    blocking(move || {
        let ledger = shared.ledger();
        let raw = ledger.history(&id.to_string())?;
        let events: Vec<Recorded<CaseEvent>> =
            raw.into_iter().map(ledger::RawEvent::decode).collect::<Result<_, ledger::StoreError>>()?;
        let facts = events.iter().map(|r| (r.at, &r.actor, &r.event));
        let case = facts.fold(None, TeachingCase::evolve).ok_or_else(unknown)?;
        // What was published is for everybody; what is not is for those who work on it.
        let is_public = !case.editions.is_empty() && case.stage != CaseStage::Withdrawn && actor.holds(SEE_CASES);
        if !is_public && !works_on(&actor, &case.unit) {
            return Err(unknown());
        }
        let wrapped = ledger.read(|conn| teaching_cases::key(conn, id))?;
        Ok(Opened { case, events, wrapped, keyring: Arc::clone(&ledger.ports().keyring) })
    })
    .await
}

fn load(unit: &mut Unit<'_>, id: TeachingCaseId) -> Result<TeachingCase, Problem> {
    let stream: Stream<CaseEvent> = unit.load(&id.to_string())?;
    let facts = stream.events.iter().map(|r| (r.at, &r.actor, &r.event));
    facts.fold(None, TeachingCase::evolve).ok_or_else(unknown)
}

/// From which order, and what it teaches.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftCaseRequest {
    /// The order; it was decided.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// What is to be learnt.
    #[schema(max_length = 4000)]
    pub lessons: String,
    /// By which words to find it.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// Draft a teaching case
///
/// From the texts of an order that was decided, names, numbers, places and dates taken out; somebody else then confirms it.
#[utoipa::path(
    post, path = "/api/voice/cases", operation_id = "draft_case", tag = "voice", request_body = DraftCaseRequest,
    responses(
        (status = 201, description = "It was drafted", body = CaseStateBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.case.write` there", body = ProblemBody),
        (status = 409, description = "The order is not decided, or its texts were erased", body = ProblemBody),
        (status = 422, description = "Fields are wrong, or there is no such order", body = ProblemBody),
    )
)]
pub async fn draft_case(call: Call, json: Json<DraftCaseRequest>) -> Result<Reply, Failure> {
    call.require(WRITE_CASE)?;
    let DraftCaseRequest { order: id, lessons, tags } = json.value;
    let mut faults = Faults::default();
    let lessons = faults.take("/lessons", prose(&lessons, REMARK_CHARS_MAX)).unwrap_or_default();
    let tags = checked_tags(&tags, &mut faults);
    faults.check()?;
    let source = reading::open(&call, &call.actor, id).await.map_err(|_| {
        let text = Text::fixed("没有这个工单，或您无权查看。", "There is no such order, or you may not see it.");
        Problem::invalid("/order", text)
    })?;
    let place = source.order.unit.clone();
    if !call.actor.may(WRITE_CASE, &place) || !call.actor.may(SEE, &place) {
        return Err(endpoint::call::lacks(WRITE_CASE).into());
    }
    let decision = source.order.stage.decision().ok_or_else(|| {
        let text = Text::fixed("工单作出处理决定后才能编写案例。", "A case is written once the order is decided.");
        Problem::new(kernel::ProblemKind::Refused, text).because("not-decided")
    })?;
    let open = |field: &str, sealed: &seal::Sealed| source.open(field, sealed);
    let texts = Texts {
        title: open("title", &source.order.title)?,
        story: open("narrative", &source.order.narrative)?,
        handling: format!("{}\n{}", open("facts", &decision.facts)?, open("answer", &decision.answer)?),
        lessons,
        tags,
        removed: Vec::new(),
    };
    let mut names = Vec::new();
    for field in [PersonalField::Name, PersonalField::RepresentativeName] {
        if let Some(sealed) = source.order.sealed(field) {
            names.push(source.open(field.as_str(), sealed)?);
        }
    }
    let units = call.read(move |conn| unit_names(conn, &place)).await?;
    let texts = texts.anonymous(&Known { names, units });
    let ports = call.shared.ledger().ports();
    let case_id = TeachingCaseId::new(reading::now(&call.shared), &*ports.random);
    let (key, wrapped) = MatterKey::new(&ports.keyring, case_id, &*ports.random);
    let classes = source.order.classification.as_ref();
    let event = CaseEvent::Drafted {
        case: case_id,
        order: id,
        unit: source.order.unit.clone(),
        business: classes.map(|classes| classes.business.clone()),
        reason: classes.map(|classes| classes.reason.clone()),
        cause: source.order.cause.as_ref().map(|cause| cause.key.clone()),
        texts: Box::new(texts.seal(&key, &*ports.random)),
    };
    let (actor, language) = (call.actor.clone(), call.language);
    call.write(json.print, move |unit| {
        unit.append(&case_id.to_string(), 0, &actor.reference, std::slice::from_ref(&event))?;
        let (case, now) = (load(unit, case_id)?, unit.now());
        teaching_cases::insert(unit.connection(), &case, &wrapped, now)?;
        let body = CaseStateBody::of(&case, &actor, language);
        Reply::created(format!("/api/voice/cases/{case_id}"), &body)
    })
    .await
}

/// The names of a unit and of those above it, but for the bank's own.
fn unit_names(conn: &mut Connection, place: &OrgPath) -> Result<Vec<String>, Problem> {
    Ok(units::line_of(conn, place)?.into_iter().filter(|unit| unit.path.depth() > 1).map(|unit| unit.name).collect())
}

/// Which cases to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CasesQuery {
    /// Only with these words in any of their texts; words stand apart by blanks.
    pub text: Option<String>,
    /// Only with this tag.
    pub tag: Option<String>,
    /// Only about this business.
    pub business: Option<String>,
    /// Only for this reason.
    pub reason: Option<String>,
    /// Only of this root cause.
    pub cause: Option<String>,
    /// Only at this step; those that can be read when absent. Drafts are shown to those who work on them.
    #[param(inline)]
    pub stage: Option<CaseStage>,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List teaching cases
///
/// Newest first; published ones of the whole bank.
#[utoipa::path(
    get, path = "/api/voice/cases", operation_id = "list_cases", tag = "voice", params(CasesQuery),
    responses(
        (status = 200, description = "A page of cases", body = PageBody<CaseRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.case.see`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_cases(
    call: Call,
    Query(query): Query<CasesQuery>,
) -> Result<axum::Json<PageBody<CaseRowBody>>, Failure> {
    call.require(SEE_CASES)?;
    let actor = call.actor.clone();
    let wanted = query.text.as_deref().map(words::plain).unwrap_or_default();
    let page = call
        .read(move |conn| {
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            let before: Option<String> =
                request.after.as_ref().map(Cursor::key).transpose().map_err(|_| wrong_cursor())?;
            let stages = [query.stage.unwrap_or(CaseStage::Published)];
            let is = |asked: &Option<String>, held: &Option<String>| asked.is_none() || asked == held;
            let mut rows = teaching_cases::all(conn, &stages)?;
            rows.retain(|row| {
                let text = words::plain(&format!("{}\n{}\n{}", row.title, row.body, row.tags.join("\n")));
                (row.stage == CaseStage::Published || works_on(&actor, &row.unit))
                    && before.as_ref().is_none_or(|before| row.id.to_string() < *before)
                    && wanted.split_whitespace().all(|word| text.contains(word))
                    && query.tag.as_ref().is_none_or(|tag| row.tags.contains(tag))
                    && is(&query.business, &row.business)
                    && is(&query.reason, &row.reason)
                    && is(&query.cause, &row.cause)
            });
            rows.truncate(usize::try_from(request.fetch()).unwrap_or(usize::MAX));
            let page = kernel::Page::from_rows(&request, rows, |row| row.id.to_string());
            Ok(page.map(CaseRowBody::from))
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// Which edition.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CaseEditionQuery {
    /// A published edition by its number, from 1; the last when absent.
    pub edition: Option<usize>,
    /// The draft instead; for those who work on it.
    #[serde(default)]
    pub draft: bool,
}

/// Get a teaching case
#[utoipa::path(
    get, path = "/api/voice/cases/{id}", operation_id = "get_case", tag = "voice",
    params(("id" = String, Path, description = "The case"), CaseEditionQuery),
    responses(
        (status = 200, description = "The case", body = CaseBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such case or edition, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn get_case(
    call: Call,
    Path(id): Path<TeachingCaseId>,
    Query(query): Query<CaseEditionQuery>,
) -> Result<axum::Json<CaseBody>, Failure> {
    let opened = opened(&call, id).await?;
    let is_worker = works_on(&call.actor, &opened.case.unit);
    let wants_draft = query.draft || (opened.case.editions.is_empty() && query.edition.is_none());
    if wants_draft && !is_worker {
        return Err(unknown().into());
    }
    let edition = if wants_draft { None } else { Some(query.edition.unwrap_or(opened.case.editions.len())) };
    let body = CaseBody::of(&opened, edition, is_worker, &call.actor, call.language)?;
    Ok(axum::Json(body.ok_or_else(unknown)?))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(draft_case, list_cases))
        .routes(routes!(get_case))
        .routes(routes!(acts::revise_case))
        .routes(routes!(acts::confirm_case))
        .routes(routes!(acts::withdraw_case))
}
