//! The state of a work order, folded from its events. Folding never fails and never judges: judging is `decide`'s.

use kernel::{
    ActorKind, ActorRef, Date, Money, OrgPath, Timestamp,
    id::{ClockId, LetterId, OrderId, StaffId, TaskId},
};
use regulation::{MatterKind, RuleRef, Situation};
use seal::Sealed;

use super::{
    Stage,
    abnormal::Judgement,
    award::Award,
    clock::{Clock, ClockEnd, ClockMove, ClockStart, Stop},
    facts::{Judged, Restarted},
    grant::Grant,
    group::Group,
    lead::Lead,
    letter::{Letter, LetterDetail, LetterKind},
    mediation::Mediation,
    parts::{
        Attachment, AxisKey, Cause, Classification, Contact, Invited, Link, Nature, Note, Origin, Party, Past,
        ReportItem, Representative, Satisfaction, Task, TaskState, Visit, VisitAnswer,
    },
    rapid::Urgent,
    recusal::Recusal,
    repayment::Repayment,
    review::Review,
    routing::{PassedAround, Routed},
    verb::TASK,
};

/// A longer time that somebody asked for and nobody has answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The clock.
    pub clock: ClockId,
    /// The rule it would follow.
    pub rule: RuleRef,
    /// Who asked.
    pub by: ActorRef,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: Sealed,
}

/// A longer time that was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Granted {
    /// The clock.
    pub clock: ClockId,
    /// The rule it followed from then on.
    pub rule: RuleRef,
    /// Who asked; `None` where the rule asks for no approval and whoever asked also took it.
    pub proposed_by: Option<ActorRef>,
    /// Who granted it.
    pub granted_by: ActorRef,
    /// When.
    pub at: Timestamp,
}

/// What only few orders have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Special {
    /// Mediations, oldest first.
    pub mediations: Vec<Mediation>,
    /// Proposals for repayment, oldest first.
    pub repayments: Vec<Repayment>,
    /// What was said of material that the complainant brought later, oldest first.
    pub facts: Vec<Judged>,
    /// What the decisions of earlier rounds granted, oldest first.
    pub granted_before: Vec<Grant>,
    /// Invitations to answer the return visit of this round by link or code.
    pub invited: Vec<Invited>,
    /// The person was erased, and nothing that was sealed can be read.
    pub erased: bool,
}

/// A work order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The id.
    pub id: OrderId,
    /// How many events it has.
    pub version: u64,
    /// The version of the last event that matters to whoever acts: reading and ringing change nothing they saw.
    pub touched: u64,
    /// The number the complainant was given.
    pub receipt: String,
    /// What kind of matter it is now.
    pub matter: MatterKind,
    /// Where it comes from.
    pub origin: Origin,
    /// The unit that received it; it stays answerable until another has taken it on.
    pub filed_unit: OrgPath,
    /// The unit that is answerable now.
    pub unit: OrgPath,
    /// The person it was given to.
    pub handler: Option<StaffId>,
    /// How often it was passed from one unit or person to another.
    pub transfers: u32,
    /// Who brought it in.
    pub filed_by: ActorRef,
    /// When it was brought in.
    pub filed_at: Timestamp,
    /// When the bank received it.
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
    /// Axis A as given at filing.
    pub channel: Option<AxisKey>,
    /// Its place on the axes.
    pub classification: Option<Classification>,
    /// The step it has reached.
    pub stage: Stage,
    /// How often it was opened: 1, and one more for each reopening.
    pub round: u32,
    /// When this round began: at receipt, or at the reopening. The rules of that day hold.
    pub opened_at: Timestamp,
    /// Its clocks, ended ones included.
    pub clocks: Vec<Clock>,
    /// Letters to the complainant, delivered ones included.
    pub letters: Vec<Letter>,
    /// Longer times asked for.
    pub proposals: Vec<Proposal>,
    /// Longer times granted.
    pub granted: Vec<Granted>,
    /// Tries to reach the complainant.
    pub contacts: Vec<Contact>,
    /// Notes among colleagues.
    pub notes: Vec<Note>,
    /// Questions to other departments.
    pub tasks: Vec<Task>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// How satisfied the complainant last said they are, in whichever round.
    pub satisfaction: Option<Satisfaction>,
    /// Return visits of this round.
    pub visits: Vec<Visit>,
    /// Links to other orders.
    pub links: Vec<Link>,
    /// Who decided, or declined, in this round.
    pub decided_by: Option<ActorRef>,
    /// Requests to grant more than somebody may.
    pub awards: Vec<Award>,
    /// Who has no hand in the matter.
    pub recusals: Vec<Recusal>,
    /// The unit that answers for it: whoever received it first, until another takes it on.
    pub answerable: OrgPath,
    /// How often it was passed on since somebody last had it in hand.
    pub untaken: u32,
    /// How it came where it is, when a rule sent it.
    pub routed: Option<Routed>,
    /// It was passed on too often, and the unit above says who takes it.
    pub passed_around: Option<PassedAround>,
    /// It cannot wait.
    pub urgent: Option<Urgent>,
    /// Presidents who took it up, or were asked to; one for each round.
    pub leads: Vec<Lead>,
    /// Re-examinations.
    pub reviews: Vec<Review>,
    /// Who complains as well, and the procedure of a major event.
    pub group: Group,
    /// What only few orders have.
    pub special: Special,
    /// Whether somebody decided that it is abnormal; nothing looks at it.
    pub abnormal: Option<Judgement>,
    /// Members of staff who had a hand in it.
    pub hands: Vec<ActorRef>,
    /// Whether whoever passed the matter on was told of the result, in this round.
    pub reported: bool,
    /// What whoever passed the matter on was told, in this round.
    pub told_sender: Vec<ReportItem>,
    /// What was known of it when it was imported.
    pub past: Option<Past>,
    /// Its root cause, once somebody has found it.
    pub cause: Option<Cause>,
    /// When the last event was.
    pub changed_at: Timestamp,
}

/// An event together with what the ledger knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// When it was recorded.
    pub at: Timestamp,
    /// Who did it.
    pub by: &'a ActorRef,
    /// What happened.
    pub event: &'a super::OrderEvent,
}

impl Order {
    /// A clock by its id.
    pub fn clock(&self, id: ClockId) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.id == id)
    }

    /// A task by its id.
    pub fn task(&self, id: TaskId) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == id)
    }

    /// A letter by its id.
    pub fn letter(&self, id: LetterId) -> Option<&Letter> {
        self.letters.iter().find(|letter| letter.id == id)
    }

    /// Clocks that wait for their answer.
    pub fn open_clocks(&self) -> impl Iterator<Item = &Clock> {
        self.clocks.iter().filter(|clock| clock.open())
    }

    /// The ids of the open clocks that one of `stops` stops.
    pub fn open_for(&self, stops: &[Stop]) -> Vec<ClockId> {
        self.open_clocks().filter(|clock| stops.contains(&clock.stop)).map(|clock| clock.id).collect()
    }

    /// What the law needs to know in order to choose clocks.
    pub fn situation(&self) -> Situation {
        situation(self.matter, &self.origin, &self.party)
    }

    /// The next deadline of a running clock of the matter itself; paused clocks have none, and tasks have their own list.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.open_clocks().filter(|clock| !clock.paused() && clock.stop != TASK).map(|clock| clock.due).min()
    }

    /// Whether the clocks stand still.
    pub fn paused(&self) -> bool {
        self.clocks.iter().any(Clock::paused)
    }

    /// What whoever passed the matter on asked to hear and was not told in this round.
    pub fn unreported(&self) -> Vec<ReportItem> {
        self.origin.wanted.iter().copied().filter(|item| !self.told_sender.contains(item)).collect()
    }

    /// Tasks that wait for an answer.
    pub fn open_tasks(&self) -> usize {
        self.tasks.iter().filter(|task| task.state == TaskState::Open).count()
    }

    /// A letter of `kind` that still has to go out.
    pub fn owed(&self, kind: LetterKind) -> Option<&Letter> {
        self.letters.iter().find(|letter| letter.owed() && letter.kind == kind)
    }

    /// What the complainant said on the return visit of this round.
    pub fn visit_answer(&self) -> Option<&VisitAnswer> {
        self.visits.iter().find_map(|visit| visit.answer.as_ref())
    }

    /// Whether the complainant can be told anything.
    pub fn reachable(&self) -> bool {
        self.party.reachable() || self.representative.as_ref().is_some_and(|r| r.phone.is_some())
    }

    /// Papers that a representative still has to show.
    pub fn papers_missing(&self) -> Vec<super::parts::Purpose> {
        let Some(representative) = &self.representative else { return Vec::new() };
        let held = |purpose| self.attachments.iter().any(|attachment| attachment.purpose == purpose);
        representative.papers().iter().copied().filter(|purpose| !held(*purpose)).collect()
    }

    /// The actor as whom the complainant acts on the portal: known by the order's own data subject.
    pub fn complainant(&self) -> ActorRef {
        ActorRef::new(ActorKind::Customer, self.party.subject)
    }

    /// The id for the next clock; derived, so that deciding stays pure.
    pub fn next_clock(&self, offset: usize) -> ClockId {
        clock_id(self.id, self.clocks.len() + offset)
    }

    /// The id for the next letter; derived, so that deciding stays pure.
    pub fn next_letter(&self) -> LetterId {
        LetterId::from_bits(derived(self.id, self.letters.len()))
    }

    /// Gives the order to a unit and perhaps a person. Passed on while nobody had it in hand, it counts as not taken.
    pub(super) fn give(&mut self, unit: &OrgPath, person: Option<StaffId>, transfer: bool, at: Timestamp) {
        if matches!(self.stage, Stage::Assigned { .. }) && self.passed_around.is_none() {
            self.untaken += 1;
        }
        self.unit = unit.clone();
        self.handler = person;
        self.transfers += u32::from(transfer);
        self.routed = None;
        self.stage = Stage::Assigned { since: at };
    }

    pub(super) fn start(&mut self, clocks: &[ClockStart]) {
        self.clocks.extend(clocks.iter().cloned().map(Clock::begin));
    }

    /// Lets a clock start anew; a longer time that was asked for it falls away.
    pub(super) fn restart(&mut self, one: &Restarted) {
        self.proposals.retain(|proposal| proposal.clock != one.clock);
        if let Some(clock) = self.clocks.iter_mut().find(|clock| clock.id == one.clock) {
            clock.rule = one.rule.clone();
            clock.start = one.start;
            clock.extensions = 0;
            clock.move_to(&ClockMove { clock: one.clock, due: one.due, provisional: one.provisional });
        }
    }

    pub(super) fn end(&mut self, clocks: &[ClockId], end: ClockEnd) {
        for clock in self.clocks.iter_mut().filter(|clock| clocks.contains(&clock.id) && clock.open()) {
            clock.end = Some(end);
        }
        self.proposals.retain(|proposal| !clocks.contains(&proposal.clock));
    }

    pub(super) fn owe(&mut self, letter: Option<LetterId>, kind: LetterKind, at: Timestamp) {
        self.owe_about(letter, kind, at, LetterDetail::default());
    }

    pub(super) fn owe_about(
        &mut self,
        letter: Option<LetterId>,
        kind: LetterKind,
        at: Timestamp,
        detail: LetterDetail,
    ) {
        if let Some(id) = letter {
            self.letters.push(Letter { id, kind, at, matter: self.matter, detail, delivery: None, replaced: false });
        }
    }
}

/// What the law needs to know of a matter in order to choose clocks.
pub const fn situation(kind: MatterKind, origin: &Origin, party: &Party) -> Situation {
    Situation { kind, source: origin.source, anonymous: matches!(party.nature, Nature::Anonymous) }
}

/// The id of the clock with this index on the order.
pub fn clock_id(order: OrderId, index: usize) -> ClockId {
    ClockId::from_bits(derived(order, index))
}

/// Ids of parts follow the order's: its last 62 bits are random, so that orders do not meet each other's.
fn derived(order: OrderId, index: usize) -> u128 {
    order.bits().wrapping_add(index as u128 + 1)
}
