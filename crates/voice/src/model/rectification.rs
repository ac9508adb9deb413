//! The life of a rectification as pure functions: what is to be put right, by whom and until when; its evidence; the check by
//! somebody else; the look-back some time later, with the orders of the same cause before and after; and its opening again
//! when the cause comes back.
//!
//! Nothing here does I/O, reads a clock or holds a text in clear.

pub mod command;
mod decide;
pub mod event;
pub mod refusal;
#[cfg(test)]
mod tests;

use kernel::{
    Actor, ActorRef, Date, OrgPath, Timestamp,
    id::{OrderId, RectificationId, StaffId},
};
use regulation::RuleRef;
use seal::Sealed;

pub use command::{RectificationAction, RectificationCommand, RectificationVerb};
pub use decide::{decide, gate, permitted};
pub use event::RectificationEvent;
pub use refusal::RectificationRefusal;

use self::event::{Opened, Target};
use super::{parts::Attachment, permission::SEE_RECTIFICATIONS, words::words};

words! {
    /// The step a rectification has reached.
    RectificationStage {
        /// Its owner works on it.
        Open = "open", "整改中", "being put right";
        /// The owner says that it is done; somebody else has to check.
        Submitted = "submitted", "待验收", "waiting for its check";
        /// Checked; the look-back is to come.
        Checked = "checked", "待回头看", "waiting for its look-back";
        /// The look-back found it effective.
        Closed = "closed", "已销号", "closed";
        /// It was given up.
        Cancelled = "cancelled", "已取消", "cancelled";
    }
}

impl RectificationStage {
    /// Whether nobody works on it any more.
    pub const fn ended(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Its number, from 1.
    pub number: u32,
    /// What.
    pub text: Sealed,
    /// Until when, when that is earlier than the whole.
    pub due: Option<Date>,
    /// When it was done, and what was said of it.
    pub done: Option<(Timestamp, Option<Sealed>)>,
}

/// What somebody said at a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// At which step: the place of the text.
    pub field: &'static str,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: ActorRef,
    /// What.
    pub text: Sealed,
}

/// The orders of the same cause before and after, as a look-back found them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Counted {
    /// Over how many days each.
    pub days: u32,
    /// Received in as many days before the rectification was opened.
    pub before: u64,
    /// Received in as many days after it was checked.
    pub after: u64,
}

/// A look-back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookBack {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub by: ActorRef,
    /// Whether the cause was found to be gone.
    pub is_effective: bool,
    /// The orders of the same cause.
    pub counted: Counted,
}

/// A rectification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rectification {
    /// The id.
    pub id: RectificationId,
    /// How many events it has.
    pub version: u64,
    /// What is to be put right, and for which orders it counts.
    pub target: Target,
    /// The unit that puts it right.
    pub unit: OrgPath,
    /// The person who answers for it.
    pub owner: StaffId,
    /// What it is, in one line.
    pub title: Sealed,
    /// What was found.
    pub finding: Sealed,
    /// What is to be done.
    pub measures: Vec<Measure>,
    /// The orders from which it came.
    pub orders: Vec<OrderId>,
    /// Until when.
    pub due: Timestamp,
    /// The step.
    pub stage: RectificationStage,
    /// How often it was opened: 1, and one more for each time that the check failed, the look-back found it wanting, or the
    /// cause came back.
    pub round: u32,
    /// Who opened it.
    pub opened_by: ActorRef,
    /// When.
    pub opened_at: Timestamp,
    /// Who said last that it is done.
    pub submitted_by: Option<ActorRef>,
    /// When it was checked last.
    pub checked_at: Option<Timestamp>,
    /// When the look-back is due.
    pub look_back_at: Option<Timestamp>,
    /// Look-backs.
    pub look_backs: Vec<LookBack>,
    /// Evidence.
    pub evidence: Vec<Attachment>,
    /// What was said at the steps.
    pub remarks: Vec<Remark>,
    /// The reminder that went out for the present due date.
    pub reminded: Option<RuleRef>,
    /// When it was last brought before somebody above for the present due date, and how often.
    pub escalated: Option<(Timestamp, u32)>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
}

/// An event together with what the ledger knows of it.
#[derive(Debug, Clone, Copy)]
pub struct RectificationFact<'a> {
    /// When it was recorded.
    pub at: Timestamp,
    /// Who did it.
    pub by: &'a ActorRef,
    /// What happened.
    pub event: &'a RectificationEvent,
}

impl Rectification {
    /// Folds one event. `state` is `None` before the first.
    pub fn evolve(state: Option<Self>, fact: RectificationFact<'_>) -> Option<Self> {
        match (state, fact.event) {
            (None, RectificationEvent::Opened(opened)) => Some(Self::opened(opened, fact)),
            (None, _) => None,
            (Some(mut state), _) => {
                state.version += 1;
                state.apply(fact);
                Some(state)
            }
        }
    }

    fn opened(opened: &Opened, fact: RectificationFact<'_>) -> Self {
        let opened = opened.clone();
        let measures = opened.measures.into_iter().zip(1..).map(|(measure, number)| Measure {
            number,
            text: measure.text,
            due: measure.due,
            done: None,
        });
        Self {
            id: opened.rectification,
            version: 1,
            target: opened.target,
            unit: opened.unit,
            owner: opened.owner,
            title: opened.title,
            finding: opened.finding,
            measures: measures.collect(),
            orders: opened.orders,
            due: opened.due,
            stage: RectificationStage::Open,
            round: 1,
            opened_by: fact.by.clone(),
            opened_at: fact.at,
            submitted_by: None,
            checked_at: None,
            look_back_at: None,
            look_backs: Vec::new(),
            evidence: Vec::new(),
            remarks: Vec::new(),
            reminded: None,
            escalated: None,
            ended_at: None,
        }
    }

    fn apply(&mut self, fact: RectificationFact<'_>) {
        let (at, by) = (fact.at, fact.by);
        if let Some((field, text)) = fact.event.remark() {
            self.remarks.push(Remark { field, at, by: by.clone(), text: text.clone() });
        }
        match fact.event {
            // A second opening cannot be appended: the first needs version 0.
            RectificationEvent::Opened(_)
            | RectificationEvent::Supervised { .. }
            | RectificationEvent::Circulated { .. }
            | RectificationEvent::EvidenceRead { .. } => {}
            RectificationEvent::MeasureDone { measure, words } => {
                if let Some(found) = self.measures.iter_mut().find(|known| known.number == *measure) {
                    found.done = Some((at, words.clone()));
                }
            }
            RectificationEvent::EvidenceAdded { attachment } => self.evidence.push(attachment.clone()),
            RectificationEvent::Submitted { .. } => {
                self.stage = RectificationStage::Submitted;
                self.submitted_by = Some(by.clone());
            }
            RectificationEvent::CheckPassed { look_back_at, .. } => {
                self.stage = RectificationStage::Checked;
                self.checked_at = Some(at);
                self.look_back_at = Some(*look_back_at);
            }
            RectificationEvent::CheckFailed { due, .. } => self.open_again(*due),
            RectificationEvent::LookedBack { is_effective, counted, due, .. } => {
                self.look_backs.push(LookBack { at, by: by.clone(), is_effective: *is_effective, counted: *counted });
                match due {
                    Some(due) => self.open_again(*due),
                    None => self.end(RectificationStage::Closed, at),
                }
            }
            RectificationEvent::Recurred { orders, due } => {
                self.orders
                    .extend(orders.iter().filter(|order| !self.orders.contains(order)).copied().collect::<Vec<_>>());
                self.open_again(*due);
            }
            RectificationEvent::Postponed { due, .. } => self.due_at(*due),
            RectificationEvent::HandedOver { unit, owner, .. } => {
                self.unit = unit.clone();
                self.owner = *owner;
            }
            RectificationEvent::Cancelled { .. } => self.end(RectificationStage::Cancelled, at),
            RectificationEvent::Reminded { rule } => self.reminded = Some(rule.clone()),
            RectificationEvent::Escalated { .. } => {
                self.escalated = Some((at, self.escalated.map_or(1, |(_, count)| count + 1)));
            }
            RectificationEvent::Relocated { from, to } => self.relocate(from, to),
        }
    }

    fn open_again(&mut self, due: Timestamp) {
        self.stage = RectificationStage::Open;
        self.round += 1;
        self.look_back_at = None;
        self.ended_at = None;
        self.due_at(due);
    }

    fn due_at(&mut self, due: Timestamp) {
        self.due = due;
        self.reminded = None;
        self.escalated = None;
    }

    const fn end(&mut self, stage: RectificationStage, at: Timestamp) {
        self.stage = stage;
        self.look_back_at = None;
        self.ended_at = Some(at);
    }

    fn relocate(&mut self, from: &OrgPath, to: &OrgPath) {
        for place in [&mut self.unit, &mut self.target.scope] {
            let rest = place.as_str().strip_prefix(from.as_str());
            if let Some(Ok(path)) = rest.map(|rest| OrgPath::parse(&format!("{to}{rest}"))) {
                *place = path;
            }
        }
    }

    /// Measures that are still to be taken.
    pub fn measures_open(&self) -> usize {
        self.measures.iter().filter(|measure| measure.done.is_none()).count()
    }

    /// A piece of evidence by its id.
    pub fn file(&self, id: kernel::id::AttachmentId) -> Option<&Attachment> {
        self.evidence.iter().find(|file| file.id == id)
    }
}

impl kernel::Scoped for Rectification {
    fn unit(&self) -> &OrgPath {
        &self.unit
    }

    /// Whoever opened it or answers for it sees it; so does whoever sees rectifications where its orders arise.
    fn concerns(&self, actor: &Actor) -> bool {
        actor.reference == self.opened_by
            || actor.reference == ActorRef::new(kernel::ActorKind::Staff, self.owner)
            || actor.may(SEE_RECTIFICATIONS, &self.target.scope)
            || actor.kind == kernel::ActorKind::Program
    }
}
