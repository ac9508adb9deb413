//! Teaching cases as they go over the wire.

use kernel::{
    Actor, OrgPath, Problem, Timestamp,
    id::{OrderId, TeachingCaseId},
    text::Language,
};
use people::api::body::ActionBody;
use serde::Serialize;
use utoipa::ToSchema;

use super::Opened;
use crate::{
    anonymous::{Removed, RemovedKind},
    api::detail::bodies::EventBody,
    model::teaching_case::{CaseStage, CaseTexts, CaseVerb, TeachingCase},
    store::teaching_cases::CaseRow,
};

/// A teaching case in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseRowBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: TeachingCaseId,
    /// The step.
    pub stage: CaseStage,
    /// How many editions were published.
    pub edition: u64,
    /// The title as published; empty before.
    pub title: String,
    /// The tags as published.
    pub tags: Vec<String>,
    /// Axis B.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
    /// Axis C.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The root cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    pub made_at: Timestamp,
    /// When it was published last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
}

impl From<CaseRow> for CaseRowBody {
    fn from(row: CaseRow) -> Self {
        Self {
            id: row.id,
            stage: row.stage,
            edition: row.edition,
            title: row.title,
            tags: row.tags,
            business: row.business,
            reason: row.reason,
            cause: row.cause,
            made_at: row.made_at,
            published_at: row.published_at,
        }
    }
}

/// How a teaching case stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseStateBody {
    /// The id.
    #[schema(value_type = String, example = "tc_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: TeachingCaseId,
    /// Its version; every act names it.
    pub version: u64,
    /// The step.
    pub stage: CaseStage,
    /// How many editions were published.
    pub edition: usize,
    /// What the caller can do, and why not what they cannot.
    pub allowed_actions: Vec<ActionBody>,
}

impl CaseStateBody {
    pub(super) fn of(case: &TeachingCase, actor: &Actor, language: Language) -> Self {
        let action =
            |verb: &CaseVerb| ActionBody::new(verb.as_str(), case.gate(*verb, actor).err().map(Into::into), language);
        Self {
            id: case.id,
            version: case.version,
            stage: case.stage,
            edition: case.editions.len(),
            allowed_actions: CaseVerb::ALL.iter().map(action).collect(),
        }
    }
}

/// How much of a kind the machine took out.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemovedBody {
    /// What.
    pub kind: RemovedKind,
    /// How often.
    pub count: u32,
}

impl From<&Removed> for RemovedBody {
    fn from(removed: &Removed) -> Self {
        Self { kind: removed.kind, count: removed.count }
    }
}

/// A teaching case.
#[derive(Debug, Serialize, ToSchema)]
pub struct CaseBody {
    /// How it stands.
    #[serde(flatten)]
    pub state: CaseStateBody,
    /// The number of the edition shown; absent for a draft.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shown_edition: Option<usize>,
    /// What it is, in one line.
    pub title: String,
    /// What happened.
    pub story: String,
    /// What the bank did.
    pub handling: String,
    /// What is to be learnt.
    pub lessons: String,
    /// By which words to find it.
    pub tags: Vec<String>,
    /// Axis B.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
    /// Axis C.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The root cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// When the edition was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
    /// What the machine took out; for those who work on the case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<RemovedBody>,
    /// The order it came from; for those who work on the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub order: Option<OrderId>,
    /// The place of the order; for those who work on the case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub unit: Option<OrgPath>,
    /// Everything that happened; for those who work on the case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<EventBody>,
}

impl CaseBody {
    /// An edition, or the draft when `edition` is absent; `None` when there is no such edition.
    pub(super) fn of(
        opened: &Opened,
        edition: Option<usize>,
        is_worker: bool,
        actor: &Actor,
        language: Language,
    ) -> Result<Option<Self>, Problem> {
        let case = &opened.case;
        let (texts, published_at): (&CaseTexts, Option<Timestamp>) = match edition {
            None => (&case.texts, None),
            Some(number) => match number.checked_sub(1).and_then(|at| case.editions.get(at)) {
                Some((texts, at, _)) => (texts, Some(*at)),
                None => return Ok(None),
            },
        };
        let key = opened.key()?;
        let open = |field: &str, sealed: &seal::Sealed| key.open(field, sealed).map(kernel::Pii::into_exposed);
        let history = if is_worker { history(opened) } else { Vec::new() };
        Ok(Some(Self {
            state: CaseStateBody::of(case, actor, language),
            shown_edition: edition,
            title: open("title", &texts.title)?,
            story: open("story", &texts.story)?,
            handling: open("handling", &texts.handling)?,
            lessons: open("lessons", &texts.lessons)?,
            tags: texts.tags.clone(),
            business: case.business.as_ref().map(|key| key.as_str().to_owned()),
            reason: case.reason.as_ref().map(|key| key.as_str().to_owned()),
            cause: case.cause.as_ref().map(|key| key.as_str().to_owned()),
            published_at,
            removed: texts.removed.iter().filter(|_| is_worker).map(Into::into).collect(),
            order: is_worker.then_some(case.order),
            unit: is_worker.then(|| case.unit.clone()),
            history,
        }))
    }
}

fn history(opened: &Opened) -> Vec<EventBody> {
    let body = |recorded: &ledger::Recorded<crate::model::teaching_case::CaseEvent>| {
        EventBody::of(recorded, recorded.event.sentence())
    };
    opened.events.iter().map(body).collect()
}
