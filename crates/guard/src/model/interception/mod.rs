//! The life of an interception as pure functions: a transfer on which a customer was advised, that waits, or that was
//! stopped; the dialogue, the calls, the delay and the limit; what became of it, what was saved, and the visit afterwards.
//!
//! Nothing here does I/O, reads a clock or holds a text in clear.

pub mod command;
mod decide;
pub mod event;
pub mod refusal;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use kernel::{
    Actor, ActorRef, OrgPath, Text, Timestamp,
    id::{DecisionId, InterceptionId},
};
use regulation::RuleRef;
use seal::Sealed;

pub use command::{Command, Verb};
pub use decide::{Rules, decide, gate, permitted};
pub use event::InterceptionEvent;
pub use refusal::Refusal;

use self::event::{Opened, Payee, Payer};
use super::words::{
    Channel, DelayEnd, DelayGround, GuardEnding, GuardField, GuardOutcome, PoliceSays, RelativeSays, Restriction,
    Stage, VisitFinding,
};

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The answer's key.
    pub answer: String,
    /// Its points.
    pub points: i32,
    /// What it lifts to.
    pub raises: Option<GuardOutcome>,
    /// Who asked.
    pub by: ActorRef,
    /// When.
    pub at: Timestamp,
}

/// What somebody said at a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// At which step: the place of the text.
    pub field: &'static str,
    /// When.
    pub at: Timestamp,
    /// Who wrote it down.
    pub by: ActorRef,
    /// What.
    pub text: Sealed,
}

/// A transfer that waits, or waited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delay {
    /// Why.
    pub ground: DelayGround,
    /// The row that says how long.
    pub rule: RuleRef,
    /// Since when.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// Who put it there.
    pub by: ActorRef,
    /// How it ended, and when.
    pub ended: Option<(DelayEnd, Timestamp)>,
}

/// A limit of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// What.
    pub restriction: Restriction,
    /// Since when.
    pub since: Timestamp,
    /// What was told.
    pub told: Vec<String>,
    /// When the customer appealed.
    pub appealed_at: Option<Timestamp>,
    /// When it was lifted.
    pub lifted_at: Option<Timestamp>,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// How it ended.
    pub ending: GuardEnding,
    /// The kind of scam.
    pub scam: Option<String>,
    /// What left all the same, in fen.
    pub sent: i64,
    /// What was saved, in fen.
    pub saved: i64,
    /// When it was settled.
    pub at: Timestamp,
}

/// An interception.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interception {
    /// The id.
    pub id: InterceptionId,
    /// How many events it has.
    pub version: u64,
    /// Where it was.
    pub unit: OrgPath,
    /// The decision from which it came.
    pub decision: Option<DecisionId>,
    /// Where the transfer was asked for.
    pub channel: Channel,
    /// Who pays.
    pub payer: Payer,
    /// Who gets the money.
    pub payee: Payee,
    /// The amount in fen.
    pub amount: i64,
    /// What the customer says it is for.
    pub purpose: Option<Sealed>,
    /// What was demanded when it was opened.
    pub demanded: GuardOutcome,
    /// What is demanded now.
    pub outcome: GuardOutcome,
    /// Why, in words.
    pub reasons: Vec<Text>,
    /// The version of the book of dialogues.
    pub book: u32,
    /// The parts of the dialogue.
    pub parts: Vec<String>,
    /// The answers by part and step.
    pub answers: BTreeMap<(String, String), Given>,
    /// What relatives said, oldest first.
    pub relatives: Vec<RelativeSays>,
    /// What the police said, oldest first.
    pub police: Vec<PoliceSays>,
    /// The paper with the customer's refusal.
    pub refusal_paper: Option<String>,
    /// The delay.
    pub delay: Option<Delay>,
    /// The limit.
    pub limit: Option<Limit>,
    /// What was said at the steps.
    pub remarks: Vec<Remark>,
    /// What became of it.
    pub result: Option<Settlement>,
    /// When the customer is to be visited.
    pub visit_at: Option<Timestamp>,
    /// Whether the room has said that it is time for the visit.
    pub visit_called: bool,
    /// What the visit found.
    pub visit: Option<(VisitFinding, Timestamp)>,
    /// The step.
    pub stage: Stage,
    /// Who opened it.
    pub opened_by: ActorRef,
    /// When.
    pub opened_at: Timestamp,
}

/// An event together with what the ledger knows of it.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// When it was recorded.
    pub at: Timestamp,
    /// Who did it.
    pub by: &'a ActorRef,
    /// What happened.
    pub event: &'a InterceptionEvent,
}

impl Interception {
    /// Folds one event. `state` is `None` before the first.
    pub fn evolve(state: Option<Self>, fact: Fact<'_>) -> Option<Self> {
        match (state, fact.event) {
            (None, InterceptionEvent::Opened(opened)) => Some(Self::opened(opened, fact)),
            (None, _) => None,
            (Some(mut state), _) => {
                state.version += 1;
                state.apply(fact);
                Some(state)
            }
        }
    }

    fn opened(opened: &Opened, fact: Fact<'_>) -> Self {
        let opened = opened.clone();
        Self {
            id: opened.interception,
            version: 1,
            unit: opened.unit,
            decision: opened.decision,
            channel: opened.channel,
            payer: opened.payer,
            payee: opened.payee,
            amount: opened.amount,
            purpose: opened.purpose,
            demanded: opened.outcome,
            outcome: opened.outcome,
            reasons: opened.reasons,
            book: opened.book,
            parts: opened.parts,
            answers: BTreeMap::new(),
            relatives: Vec::new(),
            police: Vec::new(),
            refusal_paper: None,
            delay: None,
            limit: None,
            remarks: Vec::new(),
            result: None,
            visit_at: None,
            visit_called: false,
            visit: None,
            stage: Stage::Open,
            opened_by: fact.by.clone(),
            opened_at: fact.at,
        }
    }

    fn apply(&mut self, fact: Fact<'_>) {
        let (at, by) = (fact.at, fact.by);
        if let Some((field, text)) = fact.event.remark() {
            self.remarks.push(Remark { field, at, by: by.clone(), text: text.clone() });
        }
        match fact.event {
            // A second opening cannot be appended: the first needs version 0.
            InterceptionEvent::Opened(_) | InterceptionEvent::Noted { .. } | InterceptionEvent::Revealed { .. } => {}
            InterceptionEvent::Answered { part, step, answer, points, raises, outcome } => {
                let given = Given { answer: answer.clone(), points: *points, raises: *raises, by: by.clone(), at };
                self.answers.insert((part.clone(), step.clone()), given);
                self.outcome = *outcome;
            }
            InterceptionEvent::RelativeCalled { says, .. } => self.relatives.push(*says),
            InterceptionEvent::PoliceCalled { says, .. } => self.police.push(*says),
            InterceptionEvent::RefusalSigned { paper } => self.refusal_paper = Some(paper.clone()),
            InterceptionEvent::Delayed { ground, rule, until } => {
                let (rule, by) = (rule.clone(), by.clone());
                self.delay = Some(Delay { ground: *ground, rule, since: at, until: *until, by, ended: None });
            }
            InterceptionEvent::DelayEnded { how, .. } => {
                if let Some(delay) = &mut self.delay {
                    delay.ended = Some((*how, at));
                }
            }
            InterceptionEvent::Limited { .. }
            | InterceptionEvent::LimitAppealed { .. }
            | InterceptionEvent::LimitLifted { .. } => self.apply_limit(fact),
            InterceptionEvent::Settled { ending, scam, sent, saved, visit_at, .. } => {
                let (ending, scam) = (*ending, scam.clone());
                self.result = Some(Settlement { ending, scam, sent: *sent, saved: *saved, at });
                self.visit_at = *visit_at;
                self.stage = if visit_at.is_some() { Stage::Settled } else { Stage::Closed };
            }
            InterceptionEvent::Reported { scam, lost, saved, .. } => {
                if let Some(result) = &mut self.result {
                    result.ending = GuardEnding::ReportedLater;
                    result.scam = Some(scam.clone());
                    (result.sent, result.saved) = (*lost, *saved);
                }
            }
            InterceptionEvent::VisitDue => self.visit_called = true,
            InterceptionEvent::Visited { finding, .. } => {
                self.visit = Some((*finding, at));
                self.stage = Stage::Closed;
            }
        }
    }

    fn apply_limit(&mut self, fact: Fact<'_>) {
        if let InterceptionEvent::Limited { restriction, told, .. } = fact.event {
            let (restriction, told) = (*restriction, told.clone());
            self.limit = Some(Limit { restriction, since: fact.at, told, appealed_at: None, lifted_at: None });
            return;
        }
        let Some(limit) = &mut self.limit else { return };
        if matches!(fact.event, InterceptionEvent::LimitAppealed { .. }) {
            limit.appealed_at = Some(fact.at);
        } else {
            limit.lifted_at = Some(fact.at);
        }
    }

    /// The delay that still runs.
    pub fn waiting(&self) -> Option<&Delay> {
        self.delay.as_ref().filter(|delay| delay.ended.is_none())
    }

    /// The limit that still holds.
    pub fn limited(&self) -> Option<&Limit> {
        self.limit.as_ref().filter(|limit| limit.lifted_at.is_none())
    }

    /// The points of all answers.
    pub fn points(&self) -> i32 {
        self.answers.values().map(|given| given.points).sum()
    }

    /// The sealed value of a personal field.
    pub const fn sealed_of(&self, field: GuardField) -> Option<&Sealed> {
        match field {
            GuardField::Name => self.payer.name.as_ref(),
            GuardField::Phone => self.payer.phone.as_ref(),
            GuardField::Account => self.payer.account.as_ref(),
            GuardField::PayeeName => self.payee.name.as_ref(),
            GuardField::PayeeAccount => self.payee.account.as_ref(),
        }
    }

    /// When the program next has something to do.
    pub fn next_alarm(&self) -> Option<Timestamp> {
        let visit = self.visit_at.filter(|_| !self.visit_called && self.stage == Stage::Settled);
        self.waiting().map(|delay| delay.until).into_iter().chain(visit).min()
    }
}

impl kernel::Scoped for Interception {
    fn unit(&self) -> &OrgPath {
        &self.unit
    }

    /// Whoever opened it sees it; so does the program.
    fn concerns(&self, actor: &Actor) -> bool {
        actor.reference == self.opened_by || actor.kind == kernel::ActorKind::Program
    }
}
