//! What is granted to make good: compensation and waived fees, the limit up to which somebody grants by themselves, and the
//! approval by somebody else above it.

use kernel::{Actor, ActorKind, ActorRef, Money, OrgPath, Role, Timestamp};
use regulation::MatterKind;
use seal::Sealed;

pub use super::grant::Grant;
use super::{
    AwardEvent, Law, Order, OrderEvent, Refusal, Stage, Verb,
    decide::{Bench, room},
    gate,
    grant::{GrantedBy, granted_beside},
    parts::Decision,
    refusal::{Bounded, fixed, of, refusals},
};

/// Requests on one order, over all rounds: one for each department that may have to pay.
pub const AWARDS_MAX: usize = 50;

/// A request to grant more than one may: all that the order is to grant, what it grants already included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Award {
    /// Its number on the order, from 1.
    pub number: u32,
    /// What is to be granted.
    pub grant: Grant,
    /// Why.
    pub why: Sealed,
    /// Who asked.
    pub by: ActorRef,
    /// When.
    pub at: Timestamp,
    /// The round in which it was asked for.
    pub round: u32,
    /// What became of it.
    pub state: AwardState,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AwardState {
    /// Waits for an answer.
    Open,
    /// Granted.
    Approved {
        /// Who.
        by: ActorRef,
        /// When.
        at: Timestamp,
    },
    /// Not granted.
    Refused {
        /// Who.
        by: ActorRef,
        /// When.
        at: Timestamp,
        /// Why.
        why: Sealed,
    },
    /// No longer wanted.
    Recalled,
}

impl AwardState {
    /// The wire word.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved { .. } => "approved",
            Self::Refused { .. } => "refused",
            Self::Recalled => "recalled",
        }
    }
}

/// What somebody wants to do about a grant above their limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AwardCommand {
    /// Ask for it.
    Propose {
        /// What is to be granted.
        grant: Grant,
        /// Why.
        why: Sealed,
    },
    /// Grant it.
    Approve {
        /// The request.
        number: u32,
    },
    /// Not grant it.
    Refuse {
        /// The request.
        number: u32,
        /// Why.
        why: Sealed,
    },
    /// No longer ask.
    Recall {
        /// The request.
        number: u32,
    },
}

impl AwardCommand {
    /// Its verb.
    pub const fn verb(&self) -> Verb {
        match self {
            Self::Propose { .. } => Verb::ProposeAward,
            Self::Approve { .. } => Verb::ApproveAward,
            Self::Refuse { .. } => Verb::RefuseAward,
            Self::Recall { .. } => Verb::RecallAward,
        }
    }
}

refusals! {
    /// Why nothing may be granted.
    AwardRefusal [] {
        /// An amount is zero or less, or nothing is granted.
        GrantNotPositive, "grant-not-positive" at "/compensation",
            fixed("补偿或减免的金额须大于零。", "What is paid or waived must be more than zero.");
        /// Two currencies in one grant.
        GrantMixed, "grant-mixed" at "/waiver",
            fixed("补偿和减免须用同一币种。", "Compensation and waiver are in one currency.");
        /// It is more than this person may grant.
        AboveAuthority(limit: Money), "above-authority" at "/compensation", of(
            format!("本工单的补偿和减免合计（含已同意的）超过您的权限（{limit}），请先报有权限的人批准。"),
            format!("What the order grants altogether, with what was granted before, is above your limit of {limit}; ask somebody with the authority to approve it first."));
        /// Limits are in another currency.
        ForeignCurrency, "foreign-currency" at "/compensation", fixed(
            "补偿权限以人民币计；其他币种的补偿或减免，无论金额大小，均须先报总行级行长批准。",
            "Limits are in renminbi; a grant in another currency, of whatever amount, needs the approval of a president of the whole bank first.");
        /// Only whoever stands highest approves a grant in another currency.
        ForeignApprover, "foreign-approver", fixed(
            "其他币种的补偿或减免须由总行级行长审批。", "A grant in another currency is approved by a president of the whole bank.");
        /// It is within what this person may grant.
        WithinAuthority(limit: Money), "within-authority" at "/compensation", of(
            format!("金额在您的权限（{limit}）之内，可以直接作出决定，无需报批。"),
            format!("The amount is within your limit of {limit}; decide without asking."));
        /// The request leaves out what the order grants already.
        BelowGranted(granted: Money), "below-granted" at "/compensation", of(
            format!("本工单已同意补偿和减免 {granted}，请按合计金额（含已同意的）申请。"),
            format!("The order grants {granted} already; ask for all of it together."));
        /// The approver's own limit is too low.
        ApproverLimit(limit: Money), "approver-limit", of(
            format!("金额超过您的审批权限（{limit}），请由权限更高的人审批。"),
            format!("The amount is above your own limit of {limit}; somebody with a higher one must approve."));
        /// Whoever asked may not answer.
        OwnAward, "own-award", fixed(
            "申请人不能审批自己的补偿申请，请由他人审批。", "Whoever asked for the grant cannot approve it; somebody else must.");
        /// Only whoever asked can recall the request.
        NotOwnAward, "not-own-award",
            fixed("只有申请人可以撤回补偿申请。", "Only whoever asked can recall the request.");
        /// One request waits already.
        AwardOpen, "award-open", fixed(
            "已有待审批的补偿申请；请等待审批，或先撤回。", "A request waits already; wait for the answer, or recall it.");
        /// No such request waits.
        NoAward, "no-award" at "/number", fixed("没有待审批的补偿申请。", "No such request waits for an approval.");
    }
}

impl Law {
    /// What `actor` may grant on an order of `unit` without asking: the highest limit of the roles that they hold there or above,
    /// nothing where no row names one. A president has the limit of the head office where the role is held for the whole bank.
    ///
    /// Limits are in renminbi; whatever is granted in another currency needs an approval.
    pub fn award_limit(&self, actor: &Actor, unit: &OrgPath, now: Timestamp) -> Money {
        let limit = |(role, scope): (Role, &OrgPath)| {
            let word = if is_highest(role, scope) { "head_office" } else { role.as_str() };
            let row = self.rules.figure(&format!("policy.award.limit.{word}"), now.date())?;
            Some(i64::from(row.body.value))
        };
        Money::fen(actor.posts_over(unit).filter_map(limit).max().unwrap_or(0))
    }
}

/// Whether the role, held there, is the highest of the bank: a president's from the top of the tree.
fn is_highest(role: Role, scope: &OrgPath) -> bool {
    role == Role::BranchPresident && scope.depth() == 1
}

/// Whether `limit` covers `total`: renminbi only. Of another currency nobody grants anything by themselves.
fn covers(limit: Money, total: Money) -> bool {
    total.currency() == limit.currency() && total.minor() <= limit.minor()
}

/// Whether a decision grants no more than its maker may, or what somebody else approved in this round.
pub(super) fn check_decision(order: &Order, decision: &Decision, bench: &Bench<'_>) -> Result<(), Refusal> {
    check_grant(order, GrantedBy::Decision, Grant::of(decision), bench)
}

/// The same for what is granted in any other way.
pub(super) fn check_grant(order: &Order, by: GrantedBy, grant: Grant, bench: &Bench<'_>) -> Result<(), Refusal> {
    if grant.total()?.is_none() {
        return Ok(());
    }
    let grant = granted_beside(order, by)?.plus(grant)?;
    let Some(total) = grant.total()? else { return Ok(()) };
    let limit = bench.law.award_limit(bench.actor, &order.unit, bench.now);
    let approved = |award: &Award| {
        award.round == order.round && matches!(award.state, AwardState::Approved { .. }) && grant.within(award.grant)
    };
    if covers(limit, total) || order.awards.iter().any(approved) {
        Ok(())
    } else if total.currency() != limit.currency() {
        Err(AwardRefusal::ForeignCurrency.into())
    } else {
        Err(AwardRefusal::AboveAuthority(limit).into())
    }
}

/// The request with this number, while it waits.
fn open(order: &Order, number: u32) -> Result<&Award, AwardRefusal> {
    let waits = |award: &&Award| award.number == number && award.state == AwardState::Open;
    order.awards.iter().find(waits).ok_or(AwardRefusal::NoAward)
}

/// Whether `actor` may answer the request.
fn answerable(order: &Order, award: &Award, approves: bool, bench: &Bench<'_>) -> Result<(), Refusal> {
    if bench.actor.kind != ActorKind::Staff {
        return Err(Refusal::StaffOnly);
    }
    if award.by == bench.actor.reference {
        return Err(AwardRefusal::OwnAward.into());
    }
    let limit = bench.law.award_limit(bench.actor, &order.unit, bench.now);
    let Some(total) = award.grant.total()? else { return Err(AwardRefusal::GrantNotPositive.into()) };
    if !approves || covers(limit, total) {
        return Ok(());
    }
    if total.currency() == limit.currency() {
        return Err(AwardRefusal::ApproverLimit(limit).into());
    }
    let highest = bench.actor.posts_over(&order.unit).any(|(role, scope)| is_highest(role, scope));
    if highest { Ok(()) } else { Err(AwardRefusal::ForeignApprover.into()) }
}

/// The requests that wait.
fn waiting(order: &Order) -> impl Iterator<Item = &Award> {
    order.awards.iter().filter(|award| award.state == AwardState::Open)
}

/// Whether somebody may ask for a grant now.
pub(super) fn proposable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    // A decision that nobody was told may still be revised to grant more; after the answer something may still be agreed.
    let agreeing = order.mediation().is_some() || order.repayment_open().is_some();
    match order.stage {
        Stage::Decided { .. } => {}
        Stage::Notified { .. } if agreeing => {}
        Stage::Filed
        | Stage::Registered
        | Stage::Classified
        | Stage::Assigned { .. }
        | Stage::Handling { .. }
        | Stage::Notified { .. }
        | Stage::Closed { .. }
        | Stage::Withdrawn { .. } => gate::handling(order, bench)?,
    }
    if waiting(order).next().is_some() { Err(AwardRefusal::AwardOpen.into()) } else { Ok(()) }
}

/// Whether a request waits that `bench.actor` may grant.
pub(super) fn any_approvable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    any_answerable(order, true, bench)
}

/// Whether a request waits that `bench.actor` may refuse.
pub(super) fn any_refusable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    any_answerable(order, false, bench)
}

fn any_answerable(order: &Order, approves: bool, bench: &Bench<'_>) -> Result<(), Refusal> {
    let mut told = Refusal::from(AwardRefusal::NoAward);
    for award in waiting(order) {
        match answerable(order, award, approves, bench) {
            Ok(()) => return Ok(()),
            Err(refusal) => told = refusal,
        }
    }
    Err(told)
}

/// Whether a request waits that `bench.actor` may recall.
pub(super) fn any_recallable(order: &Order, bench: &Bench<'_>) -> Result<(), Refusal> {
    match waiting(order).next() {
        Some(award) if award.by == bench.actor.reference => Ok(()),
        Some(_) => Err(AwardRefusal::NotOwnAward.into()),
        None => Err(AwardRefusal::NoAward.into()),
    }
}

pub(super) fn decide(order: &Order, command: AwardCommand, bench: &Bench<'_>) -> Result<Vec<OrderEvent>, Refusal> {
    let event = match command {
        AwardCommand::Propose { grant, why } => {
            room(Bounded::Awards, order.awards.len(), 1, AWARDS_MAX)?;
            let total = grant.total()?.ok_or(AwardRefusal::GrantNotPositive)?;
            // What nobody was told is still replaced; everything else stays granted.
            let replaced = matches!(order.stage, Stage::Decided { .. });
            let by = if replaced { GrantedBy::Decision } else { GrantedBy::Mediation };
            let granted = granted_beside(order, by)?;
            if let Some(sum) = granted.total()?
                && !granted.within(grant)
            {
                return Err(AwardRefusal::BelowGranted(sum).into());
            }
            let limit = bench.law.award_limit(bench.actor, &order.unit, bench.now);
            if covers(limit, total) {
                return Err(AwardRefusal::WithinAuthority(limit).into());
            }
            let number = order.awards.len() as u32 + 1;
            AwardEvent::AwardProposed { number, grant, why }
        }
        AwardCommand::Approve { number } => {
            answerable(order, open(order, number)?, true, bench)?;
            AwardEvent::AwardApproved { number }
        }
        AwardCommand::Refuse { number, why } => {
            answerable(order, open(order, number)?, false, bench)?;
            AwardEvent::AwardRefused { number, why }
        }
        AwardCommand::Recall { number } => {
            if open(order, number)?.by != bench.actor.reference {
                return Err(AwardRefusal::NotOwnAward.into());
            }
            AwardEvent::AwardRecalled { number }
        }
    };
    Ok(vec![event.into()])
}

/// Matters whose decision says which of the four principles it follows.
pub(super) const fn wants_principles(kind: MatterKind) -> bool {
    matches!(kind, MatterKind::Complaint | MatterKind::Petition)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::testing::{LAW, path, staff};

    #[test]
    fn a_limit_counts_where_its_role_is_held() {
        let now = Timestamp::from_micros(1_772_416_800_000_000);
        let posts = |held: &[(Role, &str)]| {
            let posts: Vec<_> = held.iter().map(|(role, scope)| (*role, path(scope))).collect();
            // Works at the head office, wherever the roles are held.
            Actor { posts: posts.into(), roles: Arc::new([]), ..staff(1, Role::Handler, "/HO/") }
        };
        let limit = |actor: &Actor, unit: &str| LAW.award_limit(actor, &path(unit), now).minor();
        let both = posts(&[(Role::Handler, "/HO/GZ/"), (Role::Officer, "/HO/SZ/")]);
        assert_eq!((limit(&both, "/HO/GZ/GZ001/"), limit(&both, "/HO/SZ/")), (50_000, 500_000));
        assert_eq!(limit(&both, "/HO/"), 0);
        let branch = posts(&[(Role::BranchPresident, "/HO/GZ/")]);
        let whole = posts(&[(Role::BranchPresident, "/HO/")]);
        assert_eq!((limit(&branch, "/HO/GZ/"), limit(&branch, "/HO/SZ/")), (20_000_000, 0));
        assert!(limit(&whole, "/HO/GZ/") > limit(&branch, "/HO/GZ/"));
    }
}
