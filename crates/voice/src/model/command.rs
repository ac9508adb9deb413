//! What somebody wants to do to a work order. A command says what; `decide` says whether.
//!
//! Texts about people come sealed: the caller seals before the write begins, because the write may be tried again.

use kernel::{
    Date, Money, OrgPath, Timestamp,
    id::{AttachmentId, ClockId, LetterId, NoteId, OrderId, StaffId, TaskId},
};
use regulation::{MatterKind, PauseReason, RuleRef};
use seal::Sealed;

use super::abnormal::JudgeCommand;
use super::award::AwardCommand;
use super::correction::Correction;
use super::facts::FactsCommand;
use super::group::GroupCommand;
use super::lead::LeadCommand;
use super::mediation::MediationCommand;
use super::parts::{
    Attachment, AxisKey, Classification, Decision, DeclineGround, Means, Origin, Party, Past, PersonalField, Reference,
    Relation, ReopenGround, ReportItem, Representative, RevealGround, VisitAnswer,
};
use super::rapid::RapidCommand;
use super::recusal::RecuseCommand;
use super::repayment::RepaymentCommand;
use super::review::ReviewCommand;
use super::routing::RouteCommand;

/// A matter as somebody brings it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// The order's id, made by the caller.
    pub id: OrderId,
    /// What kind of matter.
    pub matter: MatterKind,
    /// Where it comes from.
    pub origin: Origin,
    /// The unit that received it.
    pub unit: OrgPath,
    /// When the bank received it; not in the future.
    pub received_at: Timestamp,
    /// Who complains.
    pub party: Party,
    /// Who speaks for them.
    pub representative: Option<Representative>,
    /// The matter in one line.
    pub title: Sealed,
    /// The matter in the complainant's words.
    pub narrative: Sealed,
    /// What they ask for.
    pub request: Option<Sealed>,
    /// The amount in question.
    pub amount: Option<Money>,
    /// When the matter happened.
    pub occurred_on: Option<Date>,
    /// Axis A, when it is known.
    pub channel: Option<AxisKey>,
}

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Bring a matter in.
    File(Box<Filing>),
    /// Take over a matter that was closed before.
    Import(Box<Filing>, Past),
    /// Accept it.
    Register,
    /// Not accept it.
    Decline {
        /// Why, of the closed list.
        ground: DeclineGround,
        /// Why, in words, and the remedies.
        decision: Box<Decision>,
    },
    /// Put it in its place on the axes.
    Classify(Classification),
    /// Give it to a unit and perhaps a person.
    Assign {
        /// The unit.
        unit: OrgPath,
        /// The person.
        person: Option<StaffId>,
        /// Why.
        why: Option<Sealed>,
    },
    /// Take it on.
    Accept,
    /// Record a try to reach the complainant.
    Contact {
        /// How.
        means: Means,
        /// Whether they were reached.
        reached: bool,
        /// When.
        at: Timestamp,
        /// What was said.
        words: Option<Sealed>,
    },
    /// Write a note.
    Note {
        /// The note's id.
        note: NoteId,
        /// The text.
        text: Sealed,
    },
    /// Ask another department.
    OpenTask {
        /// The task's id.
        task: TaskId,
        /// The department.
        unit: OrgPath,
        /// The person.
        person: Option<StaffId>,
        /// What is asked.
        ask: Sealed,
        /// When the answer is wanted.
        due: Option<Timestamp>,
    },
    /// Answer for the department.
    AnswerTask {
        /// The task.
        task: TaskId,
        /// The answer.
        answer: Sealed,
    },
    /// No longer ask.
    CancelTask {
        /// The task.
        task: TaskId,
        /// Why.
        why: Sealed,
    },
    /// Add a file whose bytes are already in the object store.
    Attach(Attachment),
    /// Open a file.
    ReadAttachment(AttachmentId),
    /// Say who speaks for the complainant.
    NameRepresentative(Representative),
    /// Put the complainant's particulars right.
    Amend(Box<Party>),
    /// Put right what whoever passed the matter on said of it.
    Correct(Box<Correction>),
    /// Let the clocks stand still.
    Pause {
        /// Why, of the closed list.
        ground: PauseReason,
        /// Since when.
        from: Timestamp,
        /// Why, in words.
        why: Sealed,
    },
    /// Let the clocks run again.
    Resume {
        /// Since when.
        at: Timestamp,
    },
    /// Ask for a longer time.
    ProposeExtension {
        /// The clock.
        clock: ClockId,
        /// Why.
        why: Sealed,
    },
    /// Grant a longer time.
    ApproveExtension {
        /// The clock.
        clock: ClockId,
    },
    /// Not grant a longer time.
    RefuseExtension {
        /// The clock.
        clock: ClockId,
        /// Why.
        why: Sealed,
    },
    /// No longer ask for a longer time.
    RecallExtension {
        /// The clock.
        clock: ClockId,
    },
    /// Decide the matter, or revise a decision that nobody was told.
    Decide(Box<Decision>),
    /// Record that a letter reached the complainant.
    Notify {
        /// The letter.
        letter: LetterId,
        /// How.
        means: Means,
        /// When.
        at: Timestamp,
        /// The tracking number, the message's number or the id of the recording.
        reference: Option<Reference>,
        /// What it said, word for word.
        text: Option<Sealed>,
    },
    /// Record the report to whoever passed the matter on.
    ReportBack {
        /// How.
        means: Means,
        /// When.
        at: Timestamp,
        /// The number of the report.
        reference: Option<Reference>,
        /// What it tells.
        items: Vec<ReportItem>,
    },
    /// Record a return visit.
    Visit {
        /// What the complainant said; `None` when they were not reached.
        answer: Option<VisitAnswer>,
        /// How they were asked, or answered.
        means: Means,
        /// When.
        at: Timestamp,
    },
    /// Close it.
    Close,
    /// Invite the complainant to answer the return visit by link or code.
    InviteVisit,
    /// Withdraw it.
    Withdraw {
        /// When the request came in.
        at: Timestamp,
        /// How the request came in.
        means: Means,
        /// The written request.
        paper: Option<AttachmentId>,
        /// Why, if they said so.
        words: Option<Sealed>,
    },
    /// Handle it as another kind of matter.
    Retype {
        /// The kind.
        to: MatterKind,
        /// Why.
        why: Sealed,
    },
    /// Say that it has to do with another order.
    Link {
        /// The other order.
        other: OrderId,
        /// How this one relates to it.
        relation: Relation,
    },
    /// Say that it has nothing to do with another order after all.
    Unlink {
        /// The other order.
        other: OrderId,
    },
    /// Open it again.
    Reopen {
        /// Why, of the closed list.
        ground: ReopenGround,
        /// Why, in words.
        why: Sealed,
    },
    /// Record the root cause, or another one than was thought.
    FindCause {
        /// Its key in the bank's list of causes.
        cause: AxisKey,
        /// What exactly, in words.
        detail: Option<Sealed>,
    },
    /// See personal data in clear.
    Reveal {
        /// Which fields.
        fields: Vec<PersonalField>,
        /// Of which member of the group; of the complainant and the representative when absent.
        member: Option<u32>,
        /// Why.
        ground: RevealGround,
    },
    /// Send the reminder or the escalation that a row asks for; the program's own.
    Alert {
        /// The clock.
        clock: ClockId,
        /// The row.
        alert: RuleRef,
    },
    /// Follow a unit that the organisation moved; the program's own.
    Relocate {
        /// Where the moved unit was.
        from: OrgPath,
        /// Where it is.
        to: OrgPath,
    },
    /// Ask for, or answer, a grant above somebody's limit.
    Award(AwardCommand),
    /// Keep somebody away from the matter.
    Recuse(RecuseCommand),
    /// Send it where a rule says.
    Route(RouteCommand),
    /// Put it on the rapid lane, or take it off.
    Rapid(RapidCommand),
    /// Do something about a president's taking it up.
    Lead(LeadCommand),
    /// Do something about a re-examination.
    Review(ReviewCommand),
    /// Do something about a group.
    Group(GroupCommand),
    /// Do something about a mediation.
    Mediation(MediationCommand),
    /// Propose how a debt is repaid, or answer.
    Repayment(RepaymentCommand),
    /// Say whether what the complainant brought later is new.
    Facts(FactsCommand),
    /// Say whether it is abnormal.
    JudgeAbnormal(JudgeCommand),
    /// Record that the person is erased, after the end and the time for which files are kept; the program's own.
    Erase,
    /// Compute provisional deadlines anew; the program's own.
    MoveClocks,
}
