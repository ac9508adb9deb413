//! One order, whole: state, clocks, what can be done, texts without names and numbers, and its history in sentences.

use endpoint::{Call, Failure, Path, ProblemBody};
use kernel::{
    OrgPath, Problem, Timestamp,
    id::{AttachmentId, CustomerId, NoteId, OrderId, StaffId, TaskId},
    mask,
};
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body::{AmountBody, OrderStateBody, SourceWord},
    law, list, reading,
    reading::Opened,
};
use crate::{
    model::{
        Law, Order, Stage,
        order::Proposal,
        parts::{Decision, Nature, Outcome, PersonalField, Purpose, Relation, Standing, Task, TaskState},
    },
    store::tasks,
    timeline,
};

/// Orders that link to one order, as many as are shown.
const LINKED_FROM_MAX: i64 = 50;

/// The complainant, masked.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartyBody {
    /// What kind of person.
    pub nature: Nature,
    /// The customer, when the bank knows them as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub customer: Option<CustomerId>,
    /// The masked name.
    pub name_masked: String,
    /// The masked telephone number.
    pub phone_masked: String,
    /// Which fields are held and can be revealed.
    pub held: Vec<PersonalField>,
    /// As what somebody speaks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub representative: Option<Standing>,
    /// Papers of the representative that are missing.
    pub papers_missing: Vec<Purpose>,
}

/// What was decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionBody {
    /// What was found.
    pub outcome: Outcome,
    /// The facts as found.
    pub facts: String,
    /// The basis and the reasons.
    pub basis: String,
    /// What the bank will do.
    pub answer: String,
    /// The remedies it names.
    pub remedies: Vec<String>,
    /// What is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compensation: Option<AmountBody>,
}

/// A note among colleagues.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: NoteId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who, as an actor reference.
    pub by: String,
    /// The text.
    pub text: String,
}

/// A question to another department.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: TaskId,
    /// The department.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub person: Option<StaffId>,
    /// `open`, `answered` or `cancelled`.
    pub state: &'static str,
    /// What is asked.
    pub ask: String,
    /// When the answer is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due: Option<Timestamp>,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachmentBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: AttachmentId,
    /// What it is for.
    pub purpose: Purpose,
    /// Its name, names and numbers taken out.
    pub name: String,
    /// The media type.
    pub media: String,
    /// Bytes.
    pub size: u64,
    /// The hash of the bytes in hexadecimal.
    pub digest: String,
}

/// A link to another order.
#[derive(Debug, Serialize, ToSchema)]
pub struct LinkBody {
    /// The other order.
    #[schema(value_type = String)]
    pub other: OrderId,
    /// How the one relates to the other.
    pub relation: Relation,
    /// The link was set on the other order.
    pub is_incoming: bool,
}

/// A longer time that waits for an answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProposalBody {
    /// The clock.
    #[schema(value_type = String)]
    pub clock: kernel::id::ClockId,
    /// The rule that would take over.
    pub rule: String,
    /// What that is.
    pub title: TextBody,
    /// Who asked, as an actor reference.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

/// One thing that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventBody {
    /// Its place in the history.
    pub version: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who, as an actor reference.
    pub by: String,
    /// What, as a word.
    pub kind: &'static str,
    /// What, as a sentence.
    pub sentence: TextBody,
}

/// An order, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderBody {
    /// How it stands.
    #[serde(flatten)]
    pub state: OrderStateBody,
    /// Who passed it on.
    pub source: SourceWord,
    /// Their number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin_number: Option<String>,
    /// When it was entered.
    #[schema(value_type = String, format = DateTime)]
    pub filed_at: Timestamp,
    /// Who entered it, as an actor reference.
    pub filed_by: String,
    /// When the bank received it.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// How often it was opened.
    pub round: u32,
    /// How often it was passed on.
    pub transfers: u32,
    /// Who complains.
    pub party: PartyBody,
    /// The matter in one line, names and numbers taken out.
    pub title: String,
    /// The matter in full, names and numbers taken out.
    pub narrative: String,
    /// What they ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The amount in question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountBody>,
    /// The personal data was erased; the texts are gone with it.
    pub is_erased: bool,
    /// What was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionBody>,
    /// Notes.
    pub notes: Vec<NoteBody>,
    /// Tasks of other departments.
    pub tasks: Vec<TaskBody>,
    /// Files.
    pub attachments: Vec<AttachmentBody>,
    /// Links, both ways.
    pub links: Vec<LinkBody>,
    /// Longer times that wait for an answer.
    pub proposals: Vec<ProposalBody>,
    /// What happened, oldest first.
    pub history: Vec<EventBody>,
    /// The name of the unit that is answerable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_name: Option<String>,
}

/// Get an order
///
/// Texts come without the complainant's name and without long numbers; `reveal` shows them, for a reason and leaving a
/// trace.
#[utoipa::path(
    get, path = "/api/voice/orders/{id}", operation_id = "get_order", tag = "voice",
    params(("id" = String, Path, description = "The order")),
    responses(
        (status = 200, description = "The order", body = OrderBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such order, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn get_order(call: Call, Path(id): Path<OrderId>) -> Result<axum::Json<OrderBody>, Failure> {
    let opened = reading::open(&call, &call.actor, id).await?;
    let law = law(&call.shared);
    let now = reading::now(&call.shared);
    let state = OrderStateBody::of(&opened.order, &call.actor, now, &law, call.language);
    let unit = opened.order.unit.clone();
    let (linked, names) = call
        .read(move |conn| {
            let linked = tasks::linked_from(conn, id, LINKED_FROM_MAX)?;
            Ok((linked, list::unit_names(conn, std::iter::once(&unit))?))
        })
        .await?;
    let mut body = Reading::new(&opened, &law)?.body(state)?;
    body.unit_name = names.get(opened.order.unit.code()).cloned();
    for (other, relation) in linked {
        if let Some(relation) = Relation::from_stored(&relation) {
            body.links.push(LinkBody { other, relation, is_incoming: true });
        }
    }
    Ok(axum::Json(body))
}

/// An order being read: its texts are opened and the names taken out.
struct Reading<'a> {
    opened: &'a Opened,
    law: &'a Law,
    names: Vec<String>,
}

impl<'a> Reading<'a> {
    fn new(opened: &'a Opened, law: &'a Law) -> Result<Self, Problem> {
        let mut names = Vec::new();
        if opened.key.is_some() {
            for field in [PersonalField::Name, PersonalField::RepresentativeName] {
                if let Some(sealed) = opened.order.sealed(field) {
                    names.push(opened.open(field.as_str(), sealed)?);
                }
            }
        }
        Ok(Self { opened, law, names })
    }

    /// A text of the order without names and numbers; empty when the personal data was erased.
    fn text(&self, field: &str, sealed: &seal::Sealed) -> Result<String, Problem> {
        if self.opened.key.is_none() {
            return Ok(String::new());
        }
        let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
        Ok(mask::redact(&self.opened.open(field, sealed)?, &names))
    }

    fn body(&self, state: OrderStateBody) -> Result<OrderBody, Problem> {
        let order = &self.opened.order;
        Ok(OrderBody {
            state,
            source: order.origin.source.into(),
            origin_number: order.origin.number.as_ref().map(|number| number.as_str().to_owned()),
            filed_at: order.filed_at,
            filed_by: order.filed_by.as_str().to_owned(),
            received_at: order.received_at,
            round: order.round,
            transfers: order.transfers,
            party: self.party()?,
            title: self.text("title", &order.title)?,
            narrative: self.text("narrative", &order.narrative)?,
            request: order.request.as_ref().map(|text| self.text("request", text)).transpose()?,
            amount: order.amount.map(Into::into),
            is_erased: self.opened.key.is_none(),
            decision: self.decision()?,
            notes: self.notes()?,
            tasks: order.tasks.iter().map(|task| self.task(task)).collect::<Result<_, _>>()?,
            attachments: self.attachments()?,
            links: order
                .links
                .iter()
                .map(|link| LinkBody { other: link.other, relation: link.relation, is_incoming: false })
                .collect(),
            proposals: order.proposals.iter().map(|p| self.proposal(p)).collect::<Result<_, _>>()?,
            history: self.history(),
            unit_name: None,
        })
    }

    fn party(&self) -> Result<PartyBody, Problem> {
        let order = &self.opened.order;
        let open = |field: PersonalField| match (order.sealed(field), &self.opened.key) {
            (Some(sealed), Some(_)) => self.opened.open(field.as_str(), sealed),
            (_, _) => Ok(String::new()),
        };
        Ok(PartyBody {
            nature: order.party.nature,
            customer: order.party.customer,
            name_masked: mask::name(&open(PersonalField::Name)?),
            phone_masked: mask::phone(&open(PersonalField::Phone)?),
            held: PersonalField::ALL.iter().copied().filter(|field| order.sealed(*field).is_some()).collect(),
            representative: order.representative.as_ref().map(|representative| representative.standing),
            papers_missing: order.papers_missing(),
        })
    }

    fn decision(&self) -> Result<Option<DecisionBody>, Problem> {
        let read = |decision: &Decision| {
            Ok(DecisionBody {
                outcome: decision.outcome,
                facts: self.text("facts", &decision.facts)?,
                basis: self.text("basis", &decision.basis)?,
                answer: self.text("answer", &decision.answer)?,
                remedies: decision.remedies.clone(),
                compensation: decision.compensation.map(Into::into),
            })
        };
        self.opened.order.stage.decision().map(read).transpose()
    }

    fn notes(&self) -> Result<Vec<NoteBody>, Problem> {
        let read = |note: &crate::model::parts::Note| {
            Ok(NoteBody {
                id: note.id,
                at: note.at,
                by: note.by.as_str().to_owned(),
                text: self.text("note", &note.text)?,
            })
        };
        self.opened.order.notes.iter().map(read).collect()
    }

    fn task(&self, task: &Task) -> Result<TaskBody, Problem> {
        let answer = match &task.state {
            TaskState::Answered { answer, .. } => Some(self.text("task_answer", answer)?),
            TaskState::Open | TaskState::Cancelled { .. } => None,
        };
        Ok(TaskBody {
            id: task.id,
            unit: task.unit.clone(),
            person: task.person,
            state: task.state.as_str(),
            ask: self.text("task_ask", &task.ask)?,
            due: task.due,
            answer,
        })
    }

    fn attachments(&self) -> Result<Vec<AttachmentBody>, Problem> {
        let read = |file: &crate::model::parts::Attachment| {
            Ok(AttachmentBody {
                id: file.id,
                purpose: file.purpose,
                name: self.text("file_name", &file.name)?,
                media: file.media.clone(),
                size: file.size,
                digest: file.digest.clone(),
            })
        };
        self.opened.order.attachments.iter().map(read).collect()
    }

    fn proposal(&self, proposal: &Proposal) -> Result<ProposalBody, Problem> {
        Ok(ProposalBody {
            clock: proposal.clock,
            rule: proposal.rule.to_string(),
            title: self.law.title(&proposal.rule).into(),
            by: proposal.by.as_str().to_owned(),
            at: proposal.at,
            why: self.text("extension", &proposal.why)?,
        })
    }

    fn history(&self) -> Vec<EventBody> {
        let body = |recorded: &ledger::Recorded<crate::model::OrderEvent>| EventBody {
            version: recorded.version,
            at: recorded.at,
            by: recorded.actor.as_str().to_owned(),
            kind: ledger::Event::kind(&recorded.event),
            sentence: timeline::sentence(&recorded.event, self.law).into(),
        };
        self.opened.events.iter().map(body).collect()
    }
}

/// When the complainant was told of the decision.
pub(super) const fn told_at(order: &Order) -> Option<Timestamp> {
    match &order.stage {
        Stage::Notified { at, .. } => Some(*at),
        Stage::Filed
        | Stage::Registered
        | Stage::Classified
        | Stage::Assigned { .. }
        | Stage::Handling { .. }
        | Stage::Decided { .. }
        | Stage::Closed { .. }
        | Stage::Withdrawn { .. } => None,
    }
}
