//! Negotiated repayment, for instance of arrears on a credit card: what the customer asks for and the bank offers, the answers, and
//! the plan that holds in the end. Whoever asks for what has no legal ground is told why.

use kernel::{ActorRef, Date, Money, Timestamp};
use seal::Sealed;
use serde::{Deserialize, Serialize};

use super::{
    Law, Order, OrderEvent, Refusal, RepaymentEvent, Stage,
    award::{self, Grant},
    decide::{Bench, room},
    grant::GrantedBy,
    refusal::{Bounded, fixed, of, refusals},
    words::words,
};

/// Proposals on one order: both sides a dozen times.
pub const REPAYMENTS_MAX: usize = 24;
/// The row that says how many instalments there are at most.
const INSTALMENTS_ROW: &str = "policy.repayment.instalments_max";

words! {
    /// Who proposes.
    RepaymentSide {
        /// The customer asks for it.
        Customer = "customer", "客户申请", "asked for by the customer";
        /// The bank offers it.
        Bank = "bank", "我行提出", "offered by the bank";
    }
}

words! {
    /// What became of a proposal.
    RepaymentState {
        /// It waits for the other side's answer.
        Open = "open", "待答复", "open";
        /// The other side agreed: the plan that holds.
        Agreed = "agreed", "已达成", "agreed";
        /// The other side did not.
        Refused = "refused", "未同意", "refused";
    }
}

words! {
    /// Why the bank does not agree to what a customer asks for.
    RepaymentGround {
        /// Nothing in law or contract gives a right to it.
        NoLegalGround = "no_legal_ground", "诉求没有法律或合同依据", "no ground in law or contract";
        /// The customer can pay.
        AbleToPay = "able_to_pay", "具备还款能力", "the customer is able to pay";
        /// Nothing shows the hardship.
        HardshipUnproved = "hardship_unproved", "未能证明确有困难", "the hardship is not shown";
        /// The terms go beyond what the bank's rules allow.
        BeyondPolicy = "beyond_policy", "超出本行可协商的范围", "beyond what the bank's rules allow";
    }
}

/// The terms of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// What is repaid, all instalments together.
    pub total: Money,
    /// What need not be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<Money>,
    /// In how many instalments, monthly.
    pub instalments: u32,
    /// When the first is due.
    pub first_on: Date,
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repayment {
    /// Its number on the order, from 1.
    pub number: u32,
    /// Who proposes.
    pub side: RepaymentSide,
    /// The terms.
    pub terms: Terms,
    /// What was said with it.
    pub words: Option<Sealed>,
    /// Who entered it.
    pub by: ActorRef,
    /// When.
    pub at: Timestamp,
    /// What became of it.
    pub state: RepaymentState,
    /// Why the bank refused it.
    pub ground: Option<RepaymentGround>,
    /// What was said in answer.
    pub answer: Option<Sealed>,
}

/// What somebody wants to do about a repayment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RepaymentCommand {
    /// Enter a proposal.
    Propose {
        /// Whose.
        side: RepaymentSide,
        /// The terms.
        terms: Terms,
        /// What was said with it.
        words: Option<Sealed>,
    },
    /// Enter the other side's answer.
    Answer {
        /// To which proposal.
        number: u32,
        /// Whether it agrees.
        agrees: bool,
        /// Why the bank does not.
        ground: Option<RepaymentGround>,
        /// What was said.
        words: Option<Sealed>,
    },
}

refusals! {
    /// Why a proposal or an answer may not be.
    RepaymentRefusal [] {
        /// One waits for its answer.
        RepaymentOpen, "repayment-open", fixed("已有待答复的还款方案，请先登记答复。", "A proposal waits for its answer; enter that first.");
        /// There is no such proposal that waits.
        NoRepaymentOpen, "no-repayment-open" at "/number", fixed("没有这项待答复的还款方案。", "No such proposal waits for an answer.");
        /// A plan was agreed.
        RepaymentAgreed, "repayment-agreed", fixed("已达成还款方案。", "A plan was agreed already.");
        /// The terms cannot be.
        TermsUnfit(most: u32), "terms-unfit" at "/terms", of(
            format!("还款总额和减免须大于零且币种相同，期数为 1 至 {most}，首期日期不早于今天。"),
            format!("Total and waiver are positive and in one currency, instalments are 1 to {most}, and the first is not due before today."));
        /// A refusal by the bank says why.
        GroundMissing, "ground-missing" at "/ground", fixed(
            "不同意客户的申请须选择理由并写明说明。", "When the bank does not agree it names the ground and says why.");
        /// A ground that is not asked for.
        GroundUnfit, "ground-unfit" at "/ground", fixed(
            "只有我行不同意客户申请时才填理由。", "A ground is named only when the bank does not agree to what a customer asks for.");
    }
}

impl Law {
    /// How many instalments a plan has at most.
    pub fn instalments_max(&self, now: Timestamp) -> u32 {
        self.rules.figure(INSTALMENTS_ROW, now.date()).map_or(0, |row| row.body.value)
    }
}

impl Order {
    /// The proposal that waits for its answer.
    pub fn repayment_open(&self) -> Option<&Repayment> {
        self.special.repayments.last().filter(|one| one.state == RepaymentState::Open)
    }

    /// The plan that holds.
    pub fn repayment_plan(&self) -> Option<&Repayment> {
        self.special.repayments.iter().find(|one| one.state == RepaymentState::Agreed)
    }
}

/// Whether a proposal may be entered.
pub(super) fn proposable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    match order.stage {
        Stage::Handling { .. } | Stage::Decided { .. } | Stage::Notified { .. } => {}
        Stage::Filed | Stage::Registered | Stage::Classified | Stage::Assigned { .. } => {
            return Err(Refusal::NotAccepted);
        }
        Stage::Closed { .. } | Stage::Withdrawn { .. } => return Err(Refusal::Ended(order.stage.name())),
    }
    if order.repayment_plan().is_some() {
        return Err(RepaymentRefusal::RepaymentAgreed.into());
    }
    over(order)
}

/// Whether an answer may be entered.
pub(super) fn answerable(order: &Order, _: &Bench<'_>) -> Result<(), Refusal> {
    if order.repayment_open().is_some() { Ok(()) } else { Err(RepaymentRefusal::NoRepaymentOpen.into()) }
}

/// Refuses while a proposal waits.
pub(super) fn over(order: &Order) -> Result<(), Refusal> {
    if order.repayment_open().is_some() { Err(RepaymentRefusal::RepaymentOpen.into()) } else { Ok(()) }
}

pub(super) fn decide(order: &Order, command: RepaymentCommand, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let event = match command {
        RepaymentCommand::Propose { side, terms, words } => {
            room(Bounded::Repayments, order.special.repayments.len(), 1, REPAYMENTS_MAX)?;
            check(&terms, bench)?;
            if side == RepaymentSide::Bank {
                check_waiver(order, &terms, bench)?;
            }
            RepaymentEvent::RepaymentProposed { number: order.special.repayments.len() as u32 + 1, side, terms, words }
        }
        RepaymentCommand::Answer { number, agrees, ground, words } => {
            let open = order.repayment_open().filter(|one| one.number == number);
            let open = open.ok_or(RepaymentRefusal::NoRepaymentOpen)?;
            let bank_answers = open.side == RepaymentSide::Customer;
            if ground.is_some() && (agrees || !bank_answers) {
                return Err(RepaymentRefusal::GroundUnfit.into());
            }
            if bank_answers && !agrees && (ground.is_none() || words.is_none()) {
                return Err(RepaymentRefusal::GroundMissing.into());
            }
            if bank_answers && agrees {
                check_waiver(order, &open.terms, bench)?;
            }
            RepaymentEvent::RepaymentAnswered { number, agrees, ground, words }
        }
    };
    Ok(vec![event.into()])
}

fn check_waiver(order: &Order, terms: &Terms, bench: &Bench<'_>) -> Result<(), Refusal> {
    award::check_grant(order, GrantedBy::Repayment, Grant { compensation: None, waiver: terms.waived }, bench)
}

fn check(terms: &Terms, bench: &Bench<'_>) -> Result<(), RepaymentRefusal> {
    let most = bench.law.instalments_max(bench.now);
    let waived = terms.waived.is_none_or(|waived| waived.minor() > 0 && waived.currency() == terms.total.currency());
    let good = terms.total.minor() > 0 && waived && (1..=most).contains(&terms.instalments);
    if good && terms.first_on >= bench.now.date() { Ok(()) } else { Err(RepaymentRefusal::TermsUnfit(most)) }
}
