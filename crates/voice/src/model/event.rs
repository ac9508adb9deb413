//! What happened to a work order. Stored for ever, so every shape here is a promise: a change is a new payload version
//! with an upgrade and a sample in `samples/`. No event holds personal data in clear.

use kernel::{
    Date, Money, OrgPath, Timestamp,
    id::{ClockId, LetterId, NoteId, OrderId, StaffId, TaskId},
};
use regulation::{MatterKind, PauseReason, RuleRef};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::{
    clock::{ClockMove, ClockStart},
    letter::LetterKind,
    parts::{
        Attachment, AxisKey, Classification, Decision, DeclineGround, Ending, Means, Origin, Party, Past,
        PersonalField, Purpose, Reference, Relation, ReopenGround, Representative, RevealGround, VisitAnswer,
    },
};

/// A matter as it came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    /// The order's id.
    pub order: OrderId,
    /// The number the complainant is given.
    pub receipt: String,
    /// What kind of matter.
    pub matter: MatterKind,
    /// Where it comes from.
    pub origin: Origin,
    /// The unit that received it.
    pub unit: OrgPath,
    /// When the bank received it.
    pub received_at: Timestamp,
    /// Who complains.
    pub party: Party,
    /// Who speaks for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub representative: Option<Representative>,
    /// The matter in one line.
    pub title: Sealed,
    /// The matter in the complainant's words.
    pub narrative: Sealed,
    /// What they ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Sealed>,
    /// The amount in question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// When the matter happened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub occurred_on: Option<Date>,
    /// Axis A, when it is known from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<AxisKey>,
    /// The clocks that start.
    pub clocks: Vec<ClockStart>,
}

/// One thing that happened to a work order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OrderEvent {
    /// It came in.
    Filed(Box<Filed>),
    /// It was taken over, closed, from another system or a list.
    Imported {
        /// The matter.
        filed: Box<Filed>,
        /// What became of it.
        past: Past,
    },
    /// An officer looked at it and accepted it.
    Registered {
        /// The letter of acceptance now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
        /// Clocks that start with the acceptance.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        started: Vec<ClockStart>,
        /// Clocks that the acceptance answers, when nobody has to be told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// It is not accepted.
    Declined {
        /// Why.
        ground: DeclineGround,
        /// The grounds as a decision.
        decision: Decision,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
        /// Clocks that this answers, when nobody has to be told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// It was put in its place on the axes, or in another place.
    Classified {
        /// The place.
        classification: Classification,
    },
    /// It was given to a unit and perhaps a person.
    Assigned {
        /// The unit.
        unit: OrgPath,
        /// The person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<StaffId>,
        /// It had been given to somebody else before.
        transfer: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Sealed>,
    },
    /// The unit took it on.
    Accepted {
        /// The person who did; absent when a system did it for its unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<StaffId>,
    },
    /// Somebody tried to reach the complainant.
    Contacted {
        /// How.
        means: Means,
        /// Whether they were reached.
        reached: bool,
        /// When.
        at: Timestamp,
        /// What was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Sealed>,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// A note among colleagues.
    Noted {
        /// The note's id.
        note: NoteId,
        /// The text.
        text: Sealed,
    },
    /// Another department was asked.
    TaskOpened {
        /// The task.
        task: TaskId,
        /// The department.
        unit: OrgPath,
        /// The person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<StaffId>,
        /// What is asked.
        ask: Sealed,
        /// When the answer is wanted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Timestamp>,
    },
    /// Another department answered.
    TaskAnswered {
        /// The task.
        task: TaskId,
        /// The answer.
        answer: Sealed,
    },
    /// The answer is no longer wanted.
    TaskCancelled {
        /// The task.
        task: TaskId,
        /// Why.
        why: Sealed,
    },
    /// A file was added.
    Attached {
        /// The file.
        attachment: Attachment,
    },
    /// A file was opened.
    AttachmentRead {
        /// The file.
        attachment: kernel::id::AttachmentId,
        /// What it is for.
        purpose: Purpose,
    },
    /// Somebody now speaks for the complainant.
    RepresentativeNamed {
        /// Who.
        representative: Representative,
    },
    /// The organisation moved a unit, and the order with it.
    Relocated {
        /// Where the moved unit was.
        from: OrgPath,
        /// Where it is.
        to: OrgPath,
    },
    /// The complainant's particulars were put right.
    PartyAmended {
        /// The particulars as they now are.
        party: Party,
    },
    /// The clocks stand still.
    Paused {
        /// Why, of the closed list.
        ground: PauseReason,
        /// Since when.
        from: Timestamp,
        /// Why, in words.
        why: Sealed,
        /// The clocks that stand still.
        clocks: Vec<ClockId>,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
    },
    /// The clocks run again.
    Resumed {
        /// Since when.
        at: Timestamp,
        /// Their new deadlines.
        moved: Vec<ClockMove>,
    },
    /// A longer time is asked for.
    ExtensionProposed {
        /// The clock.
        clock: ClockId,
        /// The rule it would follow.
        rule: RuleRef,
        /// Why.
        why: Sealed,
    },
    /// A longer time is granted.
    ExtensionApproved {
        /// The clock with its new deadline.
        moved: ClockMove,
        /// The rule it now follows.
        rule: RuleRef,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
    },
    /// A longer time is not granted.
    ExtensionRefused {
        /// The clock.
        clock: ClockId,
        /// Why.
        why: Sealed,
    },
    /// Whoever asked for a longer time no longer wants it.
    ExtensionRecalled {
        /// The clock.
        clock: ClockId,
    },
    /// It was decided.
    Decided {
        /// The decision.
        decision: Decision,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
        /// Clocks that this answers, when nobody has to be told.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// A letter reached the complainant.
    LetterDelivered {
        /// The letter.
        letter: LetterId,
        /// What it tells.
        tells: LetterKind,
        /// How.
        means: Means,
        /// When.
        at: Timestamp,
        /// The tracking number, the message's number or the id of the recording.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
        /// What it said, word for word.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<Sealed>,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
        /// Clocks that start.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        started: Vec<ClockStart>,
    },
    /// The result was reported to whoever passed the matter on.
    ReportedBack {
        /// How.
        means: Means,
        /// When.
        at: Timestamp,
        /// The number of the report.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reference: Option<Reference>,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// The complainant was asked after the answer, or said by themselves.
    Visited {
        /// What they said; absent when they were not reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer: Option<VisitAnswer>,
        /// When.
        at: Timestamp,
        /// Clocks that this answers.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answered: Vec<ClockId>,
    },
    /// It was closed.
    Closed {
        /// How it ended.
        ending: Ending,
        /// Clocks that no longer apply.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cancelled: Vec<ClockId>,
    },
    /// The complainant withdrew it; that ended it on the day the request came in.
    Withdrawn {
        /// When the request came in.
        at: Timestamp,
        /// How the request came in.
        means: Means,
        /// The written request.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paper: Option<kernel::id::AttachmentId>,
        /// Why, if they said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Sealed>,
        /// Clocks that no longer apply.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cancelled: Vec<ClockId>,
    },
    /// It is handled as another kind of matter.
    Retyped {
        /// As what it was handled.
        from: MatterKind,
        /// As what it is handled now.
        to: MatterKind,
        /// Why.
        why: Sealed,
        /// Clocks that no longer apply.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cancelled: Vec<ClockId>,
        /// Clocks that start.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        started: Vec<ClockStart>,
        /// The letter now owed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        letter: Option<LetterId>,
    },
    /// It has to do with another order.
    Linked {
        /// The other order.
        other: OrderId,
        /// How this one relates to it.
        relation: Relation,
    },
    /// It has nothing to do with that other order after all.
    Unlinked {
        /// The other order.
        other: OrderId,
    },
    /// It is open again.
    Reopened {
        /// Why, of the closed list.
        ground: ReopenGround,
        /// Why, in words.
        why: Sealed,
        /// Clocks that start.
        started: Vec<ClockStart>,
        /// Clocks of the round before that no longer apply.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        cancelled: Vec<ClockId>,
    },
    /// Personal data was shown in clear.
    Revealed {
        /// Which fields.
        fields: Vec<PersonalField>,
        /// Why.
        ground: RevealGround,
    },
    /// Whoever handles the matter was reminded of a deadline.
    Reminded {
        /// The clock.
        clock: ClockId,
        /// The row that asks for the reminder.
        alert: RuleRef,
    },
    /// A deadline was brought before somebody above.
    Escalated {
        /// The clock.
        clock: ClockId,
        /// The row that asks for the escalation.
        alert: RuleRef,
        /// The unit told.
        unit: OrgPath,
    },
    /// Provisional deadlines were computed anew when a year's holidays became known.
    ClocksMoved {
        /// The new deadlines.
        moved: Vec<ClockMove>,
    },
}

impl OrderEvent {
    /// Whether it changes nothing that somebody who acts on the order had to see first.
    pub const fn is_quiet(&self) -> bool {
        matches!(
            self,
            Self::AttachmentRead { .. }
                | Self::Revealed { .. }
                | Self::Reminded { .. }
                | Self::Escalated { .. }
                | Self::Relocated { .. }
        )
    }
}
