//! What an order grants to make good, and by what. A limit is for an order as a whole: what a decision, a mediation and a
//! repayment grant in all rounds is added up, so that nobody grants by parts what they may not grant at once.

use kernel::Money;
use serde::{Deserialize, Serialize};

use super::{Order, award::AwardRefusal, mediation::MediationState, parts::Decision};

/// What is granted, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// What is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compensation: Option<Money>,
    /// What need not be paid: fees, interest, penalties.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiver: Option<Money>,
}

impl Grant {
    /// Nothing.
    pub(super) const NOTHING: Self = Self { compensation: None, waiver: None };

    /// What a decision grants.
    pub const fn of(decision: &Decision) -> Self {
        Self { compensation: decision.compensation, waiver: decision.waiver }
    }

    /// The sum; `None` when nothing is granted.
    ///
    /// # Errors
    /// An amount that is not positive, two currencies, a sum beyond what is counted in.
    pub fn total(self) -> Result<Option<Money>, AwardRefusal> {
        let amounts: Vec<Money> = self.compensation.into_iter().chain(self.waiver).collect();
        if amounts.iter().any(|amount| amount.minor() <= 0) {
            return Err(AwardRefusal::GrantNotPositive);
        }
        match amounts[..] {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            [one, other, ..] => one.checked_add(other).map(Some).map_err(|_| AwardRefusal::GrantMixed),
        }
    }

    /// Both together.
    ///
    /// # Errors
    /// Two currencies, a sum beyond what is counted in.
    pub(super) fn plus(self, other: Self) -> Result<Self, AwardRefusal> {
        let sum = |one: Option<Money>, other: Option<Money>| match (one, other) {
            (Some(one), Some(other)) => one.checked_add(other).map(Some).map_err(|_| AwardRefusal::GrantMixed),
            (one, other) => Ok(one.or(other)),
        };
        Ok(Self { compensation: sum(self.compensation, other.compensation)?, waiver: sum(self.waiver, other.waiver)? })
    }

    /// Whether this was granted with `other`: neither part is more.
    pub(super) fn within(self, other: Self) -> bool {
        let fits = |part: Option<Money>, most: Option<Money>| match (part, most) {
            (None, _) => true,
            (Some(part), Some(most)) => part.currency() == most.currency() && part.minor() <= most.minor(),
            (Some(_), None) => false,
        };
        fits(self.compensation, other.compensation) && fits(self.waiver, other.waiver)
    }
}

/// By what something is granted. A decision replaces the one before it that nobody was told; everything else adds to what is
/// granted already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GrantedBy {
    /// The decision.
    Decision,
    /// An agreement in mediation.
    Mediation,
    /// A waiver with a repayment.
    Repayment,
}

/// What the order grants already, but for what `by` would replace.
pub(super) fn granted_beside(order: &Order, by: GrantedBy) -> Result<Grant, AwardRefusal> {
    let decided = match by {
        GrantedBy::Decision => None,
        GrantedBy::Mediation | GrantedBy::Repayment => order.stage.decision().map(Grant::of),
    };
    let mediated = order.special.mediations.iter().filter(|one| match one.state {
        MediationState::Agreed | MediationState::Performed => true,
        MediationState::Referred | MediationState::Accepted | MediationState::Declined | MediationState::Failed => {
            false
        }
    });
    let mediated = mediated.map(|one| Grant { compensation: one.amount, waiver: None });
    let waived = order.repayment_plan().map(|plan| Grant { compensation: None, waiver: plan.terms.waived });
    let before = order.special.granted_before.iter().copied();
    before.chain(decided).chain(mediated).chain(waived).try_fold(Grant::NOTHING, Grant::plus)
}
