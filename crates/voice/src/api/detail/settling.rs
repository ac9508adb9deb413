//! How an order is settled with help and by agreement, as the page of one order shows it.

use kernel::{Problem, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use super::reader::Reading;
use crate::{
    api::{acts::settling::TermsBody, body::AmountBody},
    model::{
        mediation::{Mediation, MediationState},
        repayment::{Repayment, RepaymentGround, RepaymentSide, RepaymentState},
    },
};

/// A mediation.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediationBody {
    /// Its number on the order.
    pub number: u32,
    /// Who mediates, by the key in the bank's list.
    pub mediator: String,
    /// Why it was referred.
    pub why: String,
    /// How far it has come.
    pub state: MediationState,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub changed_at: Timestamp,
    /// What was agreed, or why it was declined or failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// What the bank pays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountBody>,
    /// Until when what was agreed is to be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub perform_by: Option<Timestamp>,
}

/// A proposal for repayment.
#[derive(Debug, Serialize, ToSchema)]
pub struct RepaymentBody {
    /// Its number on the order.
    pub number: u32,
    /// Who proposes.
    pub side: RepaymentSide,
    /// The terms.
    pub terms: TermsBody,
    /// What was said with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What became of it; the one that was agreed is the plan.
    pub state: RepaymentState,
    /// Why the bank refused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ground: Option<RepaymentGround>,
    /// What was said in answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
}

/// How an order is settled with help and by agreement.
#[derive(Debug, Serialize, ToSchema)]
pub struct SettlingBody {
    /// Mediations, oldest first.
    pub mediations: Vec<MediationBody>,
    /// Proposals for repayment, oldest first.
    pub repayments: Vec<RepaymentBody>,
}

/// The part of an order's body that this file tells.
pub(super) fn body(reading: &Reading<'_>) -> Result<SettlingBody, Problem> {
    let order = &reading.opened.order;
    Ok(SettlingBody {
        mediations: order.special.mediations.iter().map(|one| mediation(reading, one)).collect::<Result<_, _>>()?,
        repayments: order.special.repayments.iter().map(|one| repayment(reading, one)).collect::<Result<_, _>>()?,
    })
}

fn mediation(reading: &Reading<'_>, one: &Mediation) -> Result<MediationBody, Problem> {
    Ok(MediationBody {
        number: one.number,
        mediator: one.mediator.as_str().to_owned(),
        why: reading.text("mediation", &one.why)?,
        state: one.state,
        changed_at: one.changed_at,
        terms: one.terms.as_ref().map(|terms| reading.text("mediation", terms)).transpose()?,
        amount: one.amount.map(Into::into),
        perform_by: one.perform_by,
    })
}

fn repayment(reading: &Reading<'_>, one: &Repayment) -> Result<RepaymentBody, Problem> {
    let text =
        |sealed: &Option<seal::Sealed>| sealed.as_ref().map(|sealed| reading.text("repayment", sealed)).transpose();
    Ok(RepaymentBody {
        number: one.number,
        side: one.side,
        terms: one.terms.into(),
        words: text(&one.words)?,
        at: one.at,
        state: one.state,
        ground: one.ground,
        answer: text(&one.answer)?,
    })
}
