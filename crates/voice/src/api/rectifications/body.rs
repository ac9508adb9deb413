//! Rectifications as they go over the wire.

use std::collections::HashMap;

use kernel::{
    Actor, Date, OrgPath, Problem, Timestamp,
    id::{AttachmentId, OrderId, RectificationId, StaffId},
    text::Language,
};
use people::api::body::{ActionBody, TextBody};
use serde::Serialize;
use utoipa::ToSchema;

use super::Opened;
use crate::{
    api::detail::bodies::EventBody,
    model::{
        Law,
        rectification::{Counted, Measure, Rectification, RectificationStage, Remark},
    },
    sealing::MatterKey,
    store::rectifications::RectificationRow,
};

/// How a rectification stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct RectificationStateBody {
    /// The id.
    #[schema(value_type = String, example = "rf_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: RectificationId,
    /// Its version; every act names it.
    pub version: u64,
    /// The step it has reached.
    pub stage: RectificationStage,
    /// The place of the unit that puts it right.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// Who answers for it.
    #[schema(value_type = String)]
    pub owner: StaffId,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
    /// It is past that and not done.
    pub is_overdue: bool,
    /// When to look back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub look_back_at: Option<Timestamp>,
    /// How often it was opened.
    pub round: u32,
    /// What the caller can do, and why not what they cannot.
    pub allowed_actions: Vec<ActionBody>,
}

impl RectificationStateBody {
    pub(super) fn of(state: &Rectification, actor: &Actor, now: Timestamp, language: Language) -> Self {
        let actions = state.allowed_actions(actor, now).into_iter();
        Self {
            id: state.id,
            version: state.version,
            stage: state.stage,
            unit: state.unit.clone(),
            owner: state.owner,
            due: state.due,
            is_overdue: state.stage == RectificationStage::Open && state.due < now,
            look_back_at: state.look_back_at,
            round: state.round,
            allowed_actions: actions
                .map(|action| ActionBody::new(action.verb.as_str(), action.refusal.map(Into::into), language))
                .collect(),
        }
    }
}

/// A rectification in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct RectificationRowBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: RectificationId,
    /// Its version.
    pub version: u64,
    /// The step it has reached.
    pub stage: RectificationStage,
    /// What it is, in one line, without numbers.
    pub title: String,
    /// The root cause.
    pub cause: String,
    /// Its name.
    pub cause_title: TextBody,
    /// Only about this business.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
    /// Only for this reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The place whose orders it counts for.
    #[schema(value_type = String)]
    pub scope: OrgPath,
    /// The place of the unit that puts it right.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_name: Option<String>,
    /// Who answers for it.
    #[schema(value_type = String)]
    pub owner: StaffId,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
    /// It is past that and not done.
    pub is_overdue: bool,
    /// When to look back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub look_back_at: Option<Timestamp>,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// How often it was opened.
    pub round: u32,
}

impl RectificationRowBody {
    pub(super) fn of(row: RectificationRow, names: &HashMap<String, String>, law: &Law, now: Timestamp) -> Self {
        Self {
            unit_name: names.get(row.unit.code()).cloned(),
            cause_title: law.cause_title(&row.cause).into(),
            is_overdue: row.stage == RectificationStage::Open && row.due < now,
            id: row.id,
            version: row.version,
            stage: row.stage,
            title: row.title,
            cause: row.cause,
            business: row.business,
            reason: row.reason,
            scope: row.scope,
            unit: row.unit,
            owner: row.owner,
            due: row.due,
            look_back_at: row.look_back_at,
            opened_at: row.opened_at,
            ended_at: row.ended_at,
            round: row.round,
        }
    }
}

/// A measure.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeasureBody {
    /// Its number.
    pub number: u32,
    /// What.
    pub text: String,
    /// Until when, when that is earlier than the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
    /// When it was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
    /// What was said of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// What somebody said at a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemarkBody {
    /// At which step: `report`, `check`, `look_back`, `supervision`, `circular`, `postponement`, `handover`, `cancellation`.
    pub step: &'static str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who, as an actor reference.
    pub by: String,
    /// What.
    pub text: String,
}

/// A piece of evidence.
#[derive(Debug, Serialize, ToSchema)]
pub struct EvidenceBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: AttachmentId,
    /// Its name, numbers taken out.
    pub name: String,
    /// The media type.
    pub media: String,
    /// Bytes.
    pub size: u64,
    /// The hash of the bytes in hexadecimal.
    pub digest: String,
}

/// The orders of the same cause before and after.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct CountedBody {
    /// Over how many days each.
    pub days: u32,
    /// Received in so many days before it was opened.
    pub before: u64,
    /// Received in so many days after its check.
    pub after: u64,
}

impl From<Counted> for CountedBody {
    fn from(counted: Counted) -> Self {
        Self { days: counted.days, before: counted.before, after: counted.after }
    }
}

/// A look-back.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookBackBody {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who, as an actor reference.
    pub by: String,
    /// Whether the cause was found to be gone.
    pub is_effective: bool,
    /// The orders of the same cause, as they were counted then.
    pub counted: CountedBody,
}

/// A rectification in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct RectificationBody {
    /// How it stands.
    #[serde(flatten)]
    pub state: RectificationStateBody,
    /// The root cause.
    pub cause: String,
    /// Its name.
    pub cause_title: TextBody,
    /// Only about this business.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub business: Option<String>,
    /// Only for this reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The place whose orders it counts for.
    #[schema(value_type = String)]
    pub scope: OrgPath,
    /// What it is, in one line.
    pub title: String,
    /// What was found.
    pub finding: String,
    /// What is to be done.
    pub measures: Vec<MeasureBody>,
    /// The orders from which it came, and those that showed the cause again.
    #[schema(value_type = Vec<String>)]
    pub orders: Vec<OrderId>,
    /// Who opened it, as an actor reference.
    pub opened_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// When it was checked last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub checked_at: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Evidence.
    pub evidence: Vec<EvidenceBody>,
    /// What was said at the steps, oldest first.
    pub remarks: Vec<RemarkBody>,
    /// Look-backs, oldest first.
    pub look_backs: Vec<LookBackBody>,
    /// The orders of the same cause as they would be counted now.
    pub counted: CountedBody,
    /// Everything that happened, oldest first.
    pub history: Vec<EventBody>,
}

impl RectificationBody {
    pub(super) fn of(
        opened: &Opened,
        law: &Law,
        counted: Counted,
        (actor, now, language): (&Actor, Timestamp, Language),
    ) -> Result<Self, Problem> {
        let (state, key) = (&opened.state, opened.key()?);
        let text = |field: &str, sealed: &seal::Sealed| Ok::<_, Problem>(key.open(field, sealed)?.into_exposed());
        let target = &state.target;
        Ok(Self {
            state: RectificationStateBody::of(state, actor, now, language),
            cause: target.cause.as_str().to_owned(),
            cause_title: law.cause_title(target.cause.as_str()).into(),
            business: target.business.as_ref().map(|key| key.as_str().to_owned()),
            reason: target.reason.as_ref().map(|key| key.as_str().to_owned()),
            scope: target.scope.clone(),
            title: text("title", &state.title)?,
            finding: text("finding", &state.finding)?,
            measures: state.measures.iter().map(|it| measure(it, &key)).collect::<Result<_, _>>()?,
            orders: state.orders.clone(),
            opened_by: state.opened_by.as_str().to_owned(),
            opened_at: state.opened_at,
            checked_at: state.checked_at,
            ended_at: state.ended_at,
            evidence: evidence(state, &key)?,
            remarks: state.remarks.iter().map(|it| remark(it, &key)).collect::<Result<_, _>>()?,
            look_backs: look_backs(state),
            counted: counted.into(),
            history: history(opened),
        })
    }
}

fn measure(measure: &Measure, key: &MatterKey<'_>) -> Result<MeasureBody, Problem> {
    let (done_at, words) = match &measure.done {
        None => (None, None),
        Some((at, words)) => (Some(*at), words.as_ref()),
    };
    Ok(MeasureBody {
        number: measure.number,
        text: key.open("measure", &measure.text)?.into_exposed(),
        due: measure.due,
        done_at,
        words: words.map(|words| Ok::<_, Problem>(key.open("measure_done", words)?.into_exposed())).transpose()?,
    })
}

fn remark(remark: &Remark, key: &MatterKey<'_>) -> Result<RemarkBody, Problem> {
    Ok(RemarkBody {
        step: remark.field,
        at: remark.at,
        by: remark.by.as_str().to_owned(),
        text: key.open(remark.field, &remark.text)?.into_exposed(),
    })
}

fn evidence(state: &Rectification, key: &MatterKey<'_>) -> Result<Vec<EvidenceBody>, Problem> {
    let read = |file: &crate::model::parts::Attachment| {
        Ok(EvidenceBody {
            id: file.id,
            name: key.open("file_name", &file.name)?.into_exposed(),
            media: file.media.clone(),
            size: file.size,
            digest: file.digest.clone(),
        })
    };
    state.evidence.iter().map(read).collect()
}

fn look_backs(state: &Rectification) -> Vec<LookBackBody> {
    let body = |look: &crate::model::rectification::LookBack| LookBackBody {
        at: look.at,
        by: look.by.as_str().to_owned(),
        is_effective: look.is_effective,
        counted: look.counted.into(),
    };
    state.look_backs.iter().map(body).collect()
}

fn history(opened: &Opened) -> Vec<EventBody> {
    let body = |recorded: &ledger::Recorded<crate::model::rectification::RectificationEvent>| {
        EventBody::of(recorded, recorded.event.sentence())
    };
    opened.events.iter().map(body).collect()
}
