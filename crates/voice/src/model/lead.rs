//! President-led handling (挂帅处理): a matter is proposed to the president, who takes it up, instructs departments, reads their
//! reports, asks for more, and closes. Never a way round the clocks: they run on.

use kernel::{Actor, ActorKind, ActorRef, OrgPath, Timestamp, id::ClockId};
use seal::Sealed;

use super::{
    Law, LeadEvent, Order, OrderEvent, Refusal,
    decide::{Bench, numbered, room},
    parts::Relation,
    permission,
    refusal::{Bounded, fixed, of, refusals},
    words::words,
};

/// Instructions of one lead: every department of a branch twice.
pub const INSTRUCTIONS_MAX: usize = 40;
/// Reports on one instruction; whoever must ask oftener has the wrong department.
pub const REPORTS_MAX: usize = 20;
/// The list of grounds on which the program proposes by itself.
const RULES: &str = "policy.lead";
/// From how many orders on one matter counts as repeated, beside this one.
const REPEATED_ROW: &str = "policy.lead.repeated";

words! {
    /// Why a president should take a matter up.
    LeadGround {
        /// A regulator transferred it.
        Transferred = "transferred", "监管转办", "transferred by a regulator";
        /// A superior or a supervisor presses for it.
        Supervised = "supervised", "上级或监管督办", "supervised from above";
        /// It is difficult or complex.
        Difficult = "difficult", "疑难复杂", "difficult or complex";
        /// Many others stand behind it.
        Typical = "typical", "具有典型性", "typical of many";
        /// It comes again and again.
        Repeated = "repeated", "反复发生", "repeated";
        /// It cannot wait.
        Urgent = "urgent", "快速通道", "urgent";
        /// Nobody would take it.
        PassedAround = "passed_around", "多次转办无人接收", "passed around";
        /// A large group stands behind it.
        Group = "group", "群体性投诉", "a group complaint";
    }
}

words! {
    /// How far a lead has come.
    LeadState {
        /// It waits for the president.
        Proposed = "proposed", "待批示", "proposed";
        /// The president has it in hand.
        Taken = "taken", "挂帅中", "in hand";
        /// The president left it to the ordinary way.
        Declined = "declined", "未挂帅", "left to the ordinary way";
        /// The president closed it.
        Closed = "closed", "已办结", "closed";
    }
}

/// A lead in one round of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lead {
    /// The round of the order.
    pub round: u32,
    /// Why it was proposed.
    pub grounds: Vec<LeadGround>,
    /// Who proposed it; the program, when a rule did.
    pub proposed_by: ActorRef,
    /// When.
    pub proposed_at: Timestamp,
    /// Why, in words.
    pub why: Option<Sealed>,
    /// How far it has come.
    pub state: LeadState,
    /// Who took it up, or declined.
    pub president: Option<ActorRef>,
    /// When it last changed its state.
    pub changed_at: Timestamp,
    /// Why it was declined, or what came of it.
    pub remark: Option<Sealed>,
    /// What departments were told to do.
    pub instructions: Vec<Instruction>,
}

/// What a department was told to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Its number on the lead, from 1.
    pub number: u32,
    /// The department.
    pub unit: OrgPath,
    /// What.
    pub text: Sealed,
    /// When.
    pub at: Timestamp,
    /// The clock of its present deadline.
    pub clock: Option<ClockId>,
    /// Its present deadline.
    pub due: Timestamp,
    /// What was reported, and what more was asked for.
    pub replies: Vec<Reply>,
    /// Whether a report is awaited.
    pub open: bool,
}

/// A report on an instruction, or the demand for more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Whether it is a demand; else it is a report.
    pub is_demand: bool,
    /// Who.
    pub by: ActorRef,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: Sealed,
}

/// What somebody wants to do about a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeadCommand {
    /// Propose it to the president.
    Propose {
        /// Why.
        grounds: Vec<LeadGround>,
        /// Why, in words.
        why: Option<Sealed>,
    },
    /// Take it up; without a proposal too, and from another president.
    Take,
    /// Leave it to the ordinary way.
    Decline {
        /// Why.
        why: Sealed,
    },
    /// Tell a department what to do.
    Instruct {
        /// The department.
        unit: OrgPath,
        /// What.
        text: Sealed,
        /// Until when it reports.
        due: Timestamp,
    },
    /// Report on an instruction.
    Report {
        /// Which.
        number: u32,
        /// What.
        text: Sealed,
    },
    /// Ask for more.
    Demand {
        /// On which instruction.
        number: u32,
        /// What.
        text: Sealed,
        /// Until when.
        due: Timestamp,
    },
    /// Close the lead.
    Close {
        /// What came of it.
        summary: Sealed,
    },
}

impl LeadCommand {
    /// Its verb.
    pub const fn verb(&self) -> super::Verb {
        match self {
            Self::Propose { .. } => super::Verb::ProposeLead,
            Self::Take => super::Verb::TakeLead,
            Self::Decline { .. } => super::Verb::DeclineLead,
            Self::Instruct { .. } => super::Verb::Instruct,
            Self::Report { .. } => super::Verb::ReportInstruction,
            Self::Demand { .. } => super::Verb::DemandMore,
            Self::Close { .. } => super::Verb::CloseLead,
        }
    }
}

refusals! {
    /// Why something may not be done about a lead.
    LeadRefusal [] {
        /// It was proposed, taken up or declined in this round.
        LeadAlready, "lead-already", fixed(
            "本轮已提请、挂帅或批示，无需再次提请。", "It was proposed, taken up or declined in this round already.");
        /// Nothing says why.
        LeadUngrounded, "lead-ungrounded" at "/grounds", fixed("请选择提请挂帅的理由。", "Say why a president should take it up.");
        /// Nobody proposed it.
        NotProposed, "lead-not-proposed", fixed("没有待批示的提请。", "Nothing was proposed.");
        /// The same president has it already.
        LedAlready, "led-already", fixed("您已挂帅该工单。", "You have it in hand already.");
        /// No president has it in hand.
        NotLed, "not-led", fixed("工单没有由行长挂帅。", "No president has it in hand.");
        /// Another president has it in hand.
        LedByAnother, "led-by-another", fixed(
            "工单由另一位行长挂帅；请由其批示，或先接手挂帅。", "Another president has it in hand; let them do it, or take it up yourself first.");
        /// There is no such instruction, or no report on it is awaited.
        NoReportAwaited, "no-report-awaited" at "/number", fixed("没有这项待报告的批示。", "No report on such an instruction is awaited.");
        /// There is no report to ask more about.
        NoReportYet, "no-report-yet" at "/number", fixed("这项批示还没有报告，请等待或催办。", "There is no report on it yet; wait for it.");
        /// Departments still owe reports.
        ReportsOpen(count: usize), "reports-open", of(
            format!("还有 {count} 项批示未报告，请等待报告后再办结挂帅。"),
            format!("{count} report(s) are awaited; wait for them before the lead is closed."));
        /// The president has it in hand.
        StillLed, "still-led", fixed("行长挂帅尚未办结，请先由行长办结挂帅。", "A president has it in hand; the lead is closed first.");
        /// The deadline lies in the past.
        InstructionDuePast, "instruction-due-past" at "/due", fixed("报告期限不能早于现在。", "A report cannot be due in the past.");
    }
}

impl Law {
    /// Why the rules say that a president should take the order up; nothing when none does, or one was asked in this round.
    pub fn lead_grounds(&self, order: &Order, now: Timestamp) -> Vec<LeadGround> {
        if order.stage.name().ended() || order.lead().is_some() {
            return Vec::new();
        }
        let Some(rules) = self.rules.checklist(RULES, now.date()) else { return Vec::new() };
        let named = |ground: &LeadGround| rules.body.items.iter().any(|item| item.key == ground.as_str());
        LeadGround::ALL.iter().copied().filter(|ground| named(ground) && self.holds(*ground, order, now)).collect()
    }

    fn holds(&self, ground: LeadGround, order: &Order, now: Timestamp) -> bool {
        match ground {
            LeadGround::Transferred => order.origin.source.regulator().is_some(),
            LeadGround::Difficult => order.clocks.iter().any(|clock| clock.open() && clock.extensions > 0),
            LeadGround::Repeated => {
                let same = order.links.iter().filter(|link| link.relation != Relation::RelatedTo).count();
                let times = same + order.round.saturating_sub(1) as usize;
                let row = self.rules.figure(REPEATED_ROW, now.date());
                row.is_some_and(|row| times >= row.body.value as usize)
            }
            LeadGround::Urgent => order.urgent.is_some(),
            LeadGround::PassedAround => order.passed_around.is_some(),
            LeadGround::Group => order.group.major.is_some(),
            // Only people can tell these.
            LeadGround::Supervised | LeadGround::Typical => false,
        }
    }
}

impl Order {
    /// The lead of this round.
    pub fn lead(&self) -> Option<&Lead> {
        self.leads.iter().find(|lead| lead.round == self.round)
    }

    /// The lead of this round, when a president has it in hand.
    pub fn led(&self) -> Option<&Lead> {
        self.lead().filter(|lead| lead.state == LeadState::Taken)
    }
}

/// Whether somebody may propose the order to the president.
pub(super) fn proposable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.lead().is_some() { Err(LeadRefusal::LeadAlready.into()) } else { Ok(()) }
}

/// Whether a president may take the order up; also from another, who may have left or gone elsewhere.
pub(super) fn takeable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    if bench.actor.kind != ActorKind::Staff {
        return Err(Refusal::StaffOnly);
    }
    let Some(lead) = order.lead() else { return Ok(()) };
    match lead.state {
        LeadState::Proposed | LeadState::Declined => Ok(()),
        LeadState::Taken if lead.president.as_ref() == Some(&bench.actor.reference) => {
            Err(LeadRefusal::LedAlready.into())
        }
        LeadState::Taken => Ok(()),
        LeadState::Closed => Err(LeadRefusal::LeadAlready.into()),
    }
}

/// Whether a proposal waits.
pub(super) fn declinable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    match order.lead().map(|lead| lead.state) {
        Some(LeadState::Proposed) => Ok(()),
        Some(LeadState::Taken | LeadState::Declined | LeadState::Closed) | None => Err(LeadRefusal::NotProposed.into()),
    }
}

/// Whether the actor has the order in hand as president.
pub(super) fn leading(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    let lead = order.led().ok_or(LeadRefusal::NotLed)?;
    if lead.president.as_ref() == Some(&bench.actor.reference) { Ok(()) } else { Err(LeadRefusal::LedByAnother.into()) }
}

/// Whether a report is awaited.
pub(super) fn reportable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    let lead = order.led().ok_or(LeadRefusal::NotLed)?;
    if lead.instructions.iter().any(|one| one.open) { Ok(()) } else { Err(LeadRefusal::NoReportAwaited.into()) }
}

/// Whether the lead may be closed.
pub(super) fn closable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    leading(order, bench)?;
    match order.led().map_or(0, |lead| lead.instructions.iter().filter(|one| one.open).count()) {
        0 => Ok(()),
        open => Err(LeadRefusal::ReportsOpen(open).into()),
    }
}

/// Refuses to end an order that a president has in hand.
pub(super) fn over(order: &Order) -> Result<(), Refusal> {
    if order.led().is_some() { Err(LeadRefusal::StillLed.into()) } else { Ok(()) }
}

/// Whether `actor` may report for a department that was told to do something.
pub(super) fn asked(order: &Order, actor: &Actor) -> bool {
    let of = |one: &Instruction| one.open && actor.may(permission::ANSWER, &one.unit);
    order.led().is_some_and(|lead| lead.instructions.iter().any(of))
}

pub(super) fn decide(order: &Order, command: LeadCommand, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let event = match command {
        LeadCommand::Propose { mut grounds, why } => {
            grounds.sort_unstable();
            grounds.dedup();
            if grounds.is_empty() {
                return Err(LeadRefusal::LeadUngrounded.into());
            }
            LeadEvent::LeadProposed { grounds, why }
        }
        LeadCommand::Take => LeadEvent::LeadTaken,
        LeadCommand::Decline { why } => LeadEvent::LeadDeclined { why },
        LeadCommand::Instruct { unit, text, due } => {
            let lead = order.led().ok_or(LeadRefusal::NotLed)?;
            room(Bounded::Instructions, lead.instructions.len(), 1, INSTRUCTIONS_MAX)?;
            let started = deadline(order, due, bench)?;
            LeadEvent::Instructed { number: lead.instructions.len() as u32 + 1, unit, text, due, started }
        }
        LeadCommand::Report { number, text } => {
            let one = instruction(order, number).filter(|one| one.open).ok_or(LeadRefusal::NoReportAwaited)?;
            if bench.actor.kind != ActorKind::Program && !bench.actor.may(permission::ANSWER, &one.unit) {
                return Err(Refusal::Lacks(permission::ANSWER));
            }
            room(Bounded::Reports, one.replies.len(), 1, REPORTS_MAX)?;
            LeadEvent::InstructionReported { number, text, answered: one.clock.into_iter().collect() }
        }
        LeadCommand::Demand { number, text, due } => {
            let one = instruction(order, number).filter(|one| !one.open).ok_or(LeadRefusal::NoReportYet)?;
            room(Bounded::Reports, one.replies.len(), 1, REPORTS_MAX)?;
            LeadEvent::MoreDemanded { number, text, due, started: deadline(order, due, bench)? }
        }
        LeadCommand::Close { summary } => LeadEvent::LeadClosed { summary },
    };
    Ok(vec![event.into()])
}

fn instruction(order: &Order, number: u32) -> Option<&Instruction> {
    order.led()?.instructions.iter().find(|one| one.number == number)
}

/// The clock of a report: it reminds and escalates like that of a task.
fn deadline(order: &Order, due: Timestamp, bench: &Bench<'_>) -> Result<Vec<super::ClockStart>, Refusal> {
    if due <= bench.now {
        return Err(LeadRefusal::InstructionDuePast.into());
    }
    numbered(order.id, order.clocks.len(), bench.now, Law::task_deadline(due).into_iter().collect())
}
