//! The values a work order is made of. Texts about people are [`Sealed`]; everything else is ids, keys and numbers.

use kernel::{
    ActorRef, Money, OrgPath, Timestamp,
    id::{AttachmentId, ClockId, CustomerId, NoteId, OrderId, StaffId, SubjectId, TaskId},
};
use seal::Sealed;
use serde::{Deserialize, Serialize};

pub use super::origin::{Entry, Origin, PublicHotline, ReportItem};
use super::refusal::Refusal;
pub use super::words::{
    DeclineGround, Ending, Means, Nature, Outcome, PersonalField, Principle, Purpose, Relation, ReopenGround,
    RevealGround, Standing,
};

/// A number or sign that somebody else gave: a supervisor's number, a tracking number, the id of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// Characters at most: the longest supervisor's numbers seen have 30.
    pub const CHARS_MAX: usize = 64;

    /// A reference of 1 to 64 letters (Chinese ones too), digits and `- _ . / : # 〔 〕 ( ) [ ]`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let good = |c: char| c.is_alphanumeric() || "-_./:#〔〕()[]（）【】".contains(c);
        let count = text.chars().count();
        ((1..=Self::CHARS_MAX).contains(&count) && text.chars().all(good)).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a reference of 1 to 64 plain characters"))
    }
}

/// The key of an item on one of the classification axes, for instance `credit_card`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AxisKey(String);

impl AxisKey {
    /// Wraps a key; whether the axis has it is the law's to say.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Where a matter stands on the axes of JR/T 0169.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// Axis A: the channel on which the business was done.
    pub channel: AxisKey,
    /// Axis B: the kind of business.
    pub business: AxisKey,
    /// Axis C: the reason.
    pub reason: AxisKey,
}

/// Who complains. All values are sealed under the order's own data key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// What kind of person.
    pub nature: Nature,
    /// Whose data key seals the values of this order.
    pub subject: SubjectId,
    /// The customer, when the bank knows them as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Sealed>,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Sealed>,
    /// The identity number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Sealed>,
    /// The account or card in question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Sealed>,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Sealed>,
    /// The postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Sealed>,
}

impl Party {
    /// Whether there is a way to answer.
    pub const fn reachable(&self) -> bool {
        !matches!(self.nature, Nature::Anonymous)
            && (self.phone.is_some() || self.email.is_some() || self.address.is_some() || self.customer.is_some())
    }

    /// What texts may say of the person in so many words, and lists then do not show: the name and the address.
    pub fn known(&self) -> impl Iterator<Item = (PersonalField, &Sealed)> {
        let held = [(PersonalField::Name, &self.name), (PersonalField::Address, &self.address)];
        held.into_iter().filter_map(|(field, value)| Some((field, value.as_ref()?)))
    }
}

/// Who speaks for the complainant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Representative {
    /// As what.
    pub standing: Standing,
    /// The name.
    pub name: Sealed,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Sealed>,
    /// The identity number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Sealed>,
}

impl Representative {
    /// The papers that prove the standing.
    pub const fn papers(&self) -> &'static [Purpose] {
        match self.standing {
            Standing::Agent => &[Purpose::Authorisation, Purpose::AgentIdentity],
            Standing::Heir => &[Purpose::Inheritance],
        }
    }
}

/// A file that belongs to an order; its bytes lie in the object store, its hash is in the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The id, which is also the object's name.
    pub id: AttachmentId,
    /// What it is for.
    pub purpose: Purpose,
    /// The file's name as sent; it may name people.
    pub name: Sealed,
    /// The media type as found in the bytes.
    pub media: String,
    /// Bytes.
    pub size: u64,
    /// The hash of the bytes in hex, by the suite in use.
    pub digest: String,
    /// The task it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// The object is sealed under the key of what it belongs to; those from before objects were sealed are not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sealed: bool,
}

/// A decision on the matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// What was found.
    pub outcome: Outcome,
    /// The facts as found.
    pub facts: Sealed,
    /// The basis and the reasons.
    pub basis: Sealed,
    /// What the bank will do, told to the complainant.
    pub answer: Sealed,
    /// The remedies open to the complainant, by their keys in the regulation files.
    pub remedies: Vec<String>,
    /// What is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compensation: Option<Money>,
    /// What need not be paid: fees, interest, penalties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Money>,
    /// Which of the four principles it follows; empty in decisions made before they were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub principles: Vec<Principle>,
}

impl Decision {
    /// Its texts, each with its place in the order.
    pub fn texts(&self) -> Vec<(&'static str, &Sealed)> {
        vec![("facts", &self.facts), ("basis", &self.basis), ("answer", &self.answer)]
    }
}

/// A note among colleagues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The id.
    pub id: NoteId,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: ActorRef,
    /// The text.
    pub text: Sealed,
}

/// A question to another department.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The id.
    pub id: TaskId,
    /// The department asked.
    pub unit: OrgPath,
    /// The person asked, when one is named.
    pub person: Option<StaffId>,
    /// What is asked.
    pub ask: Sealed,
    /// When the answer is wanted.
    pub due: Option<Timestamp>,
    /// When it was asked.
    pub opened_at: Timestamp,
    /// Who asked.
    pub opened_by: ActorRef,
    /// What became of it.
    pub state: TaskState,
    /// The clock that runs on it; tasks given before there was one have none.
    pub clock: Option<ClockId>,
}

/// What became of a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskState {
    /// Waits for an answer.
    Open,
    /// Answered.
    Answered {
        /// When.
        at: Timestamp,
        /// Who.
        by: ActorRef,
        /// What.
        answer: Sealed,
    },
    /// No longer wanted.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

impl TaskState {
    /// The stored word.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Answered { .. } => "answered",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// One try to reach the complainant, or one call from them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// When.
    pub at: Timestamp,
    /// How.
    pub means: Means,
    /// Whether they were reached.
    pub reached: bool,
    /// Who tried.
    pub by: ActorRef,
}

/// A return visit: asking the complainant after the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// When.
    pub at: Timestamp,
    /// Who asked, or the complainant answering by themselves.
    pub by: ActorRef,
    /// How; unknown of visits before it was recorded.
    pub means: Option<Means>,
    /// What they said; `None` when they were not reached.
    pub answer: Option<VisitAnswer>,
}

/// An invitation to answer a return visit by link or code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invited {
    /// When it went out.
    pub at: Timestamp,
    /// Until when it holds.
    pub until: Timestamp,
}

/// What the complainant said on a return visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitAnswer {
    /// How satisfied they are.
    pub satisfaction: Satisfaction,
    /// Whether the matter is settled for them.
    pub settled: bool,
    /// Their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Sealed>,
}

/// Satisfaction from 1 (very dissatisfied) to 5 (very satisfied).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Satisfaction(u8);

impl Satisfaction {
    /// A figure from 1 to 5.
    pub const fn new(figure: u8) -> Result<Self, Refusal> {
        if figure >= 1 && figure <= 5 { Ok(Self(figure)) } else { Err(Refusal::SatisfactionOutOfRange) }
    }

    /// The figure.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Satisfaction {
    type Error = &'static str;

    fn try_from(figure: u8) -> Result<Self, Self::Error> {
        Self::new(figure).map_err(|_| "satisfaction is a figure from 1 to 5")
    }
}

impl From<Satisfaction> for u8 {
    fn from(satisfaction: Satisfaction) -> Self {
        satisfaction.0
    }
}

/// The root cause of a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Its key in the bank's list of causes.
    pub key: AxisKey,
    /// What exactly, in words.
    pub detail: Option<Sealed>,
    /// When it was found.
    pub at: Timestamp,
    /// Who found it.
    pub by: ActorRef,
}

/// A link to another order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The other order.
    pub other: OrderId,
    /// How this one relates to it.
    pub relation: Relation,
}

/// What is known of a matter that was closed before this system knew of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// Which list it came from.
    pub source: Reference,
    /// Its number in that list.
    pub external: Reference,
    /// From when the bank's time counts, when that is not the day of receipt: the list may know when it reached the bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock_start: Option<Timestamp>,
    /// When the complainant was answered, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// What was found, if the list says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// The list's own words for product, reason and answer, kept as they were.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<(String, String)>,
}
