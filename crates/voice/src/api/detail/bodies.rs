//! The parts of an order's body as they go over the wire: masked, or with names and numbers taken out.

use kernel::{
    OrgPath, Text, Timestamp,
    id::{AttachmentId, ClockId, CustomerId, NoteId, OrderId, StaffId, TaskId},
};
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    api::body::AmountBody,
    model::parts::{Nature, Outcome, PersonalField, Principle, Purpose, Relation, Standing},
};

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
    /// What need not be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiver: Option<AmountBody>,
    /// Which of the four principles it follows.
    pub principles: Vec<Principle>,
}

/// The root cause.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderCauseBody {
    /// Its key in the bank's list of causes.
    pub key: String,
    /// Its name.
    pub title: TextBody,
    /// What exactly.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// When it was found.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who found it, as an actor reference.
    pub by: String,
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
    pub clock: ClockId,
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
    /// What was said or written with it, names and numbers taken out; absent where it has its own place beside the history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
}

impl EventBody {
    /// A recorded event with its sentence, and nothing said beside it.
    pub fn of<E: ledger::Event>(recorded: &ledger::Recorded<E>, sentence: Text) -> Self {
        Self {
            version: recorded.version,
            at: recorded.at,
            by: recorded.actor.as_str().to_owned(),
            kind: ledger::Event::kind(&recorded.event),
            sentence: sentence.into(),
            said: None,
        }
    }
}
