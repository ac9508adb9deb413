//! How an order is handled beyond the plain procedure, as the page of one order shows it.

use kernel::{
    Problem, Timestamp,
    id::{ClockId, StaffId},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::reader::Reading;
use crate::{
    api::body::AmountBody,
    model::{
        award::{Award, AwardState},
        facts::{Judged, Material, Restarted},
        recusal::{Recusal, RecusalGround},
    },
};

/// A request to grant more than somebody may.
#[derive(Debug, Serialize, ToSchema)]
pub struct AwardBody {
    /// Its number on the order.
    pub number: u32,
    /// What is to be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compensation: Option<AmountBody>,
    /// What need not be paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiver: Option<AmountBody>,
    /// Why.
    pub why: String,
    /// Who asked, as an actor reference.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// `open`, `approved`, `refused` or `recalled`.
    pub state: &'static str,
    /// Who answered, as an actor reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<String>,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
}

/// Somebody who has no hand in the matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecusalBody {
    /// Who.
    #[schema(value_type = String)]
    pub person: StaffId,
    /// Why.
    pub ground: RecusalGround,
}

/// How an order is handled beyond the plain procedure.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandlingBody {
    /// Who decided in this round, as an actor reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// Requests to grant more than somebody may.
    pub awards: Vec<AwardBody>,
    /// Who has no hand in the matter.
    pub recusals: Vec<RecusalBody>,
    /// What was said of material that the complainant brought later, oldest first.
    pub facts: Vec<JudgedBody>,
}

/// A clock that new facts started anew, as it is and as it was.
#[derive(Debug, Serialize, ToSchema)]
pub struct RestartedBody {
    /// The clock.
    #[schema(value_type = String)]
    pub clock: ClockId,
    /// The row of the regulation files that says so.
    pub ground: String,
    /// Whether that row was verified against the law.
    pub is_verified: bool,
    /// When it started then.
    #[schema(value_type = String, format = DateTime)]
    pub start: Timestamp,
    /// When it was due then.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
    /// When it had started.
    #[schema(value_type = String, format = DateTime)]
    pub was_start: Timestamp,
    /// When it had been due.
    #[schema(value_type = String, format = DateTime)]
    pub was_due: Timestamp,
}

/// What was said of material that the complainant brought later.
#[derive(Debug, Serialize, ToSchema)]
pub struct JudgedBody {
    /// What was judged, as in the request.
    #[schema(value_type = Object)]
    pub material: Material,
    /// When it came in.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// Whether it is new.
    pub is_new: bool,
    /// Why.
    pub why: String,
    /// Who said so, as an actor reference.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What became of the clocks.
    pub restarted: Vec<RestartedBody>,
}

/// The part of an order's body that this file tells.
pub(super) fn body(reading: &Reading<'_>) -> Result<HandlingBody, Problem> {
    let order = &reading.opened.order;
    let recusal = |recusal: &Recusal| RecusalBody { person: recusal.person, ground: recusal.ground };
    Ok(HandlingBody {
        decided_by: order.decided_by.as_ref().map(|by| by.as_str().to_owned()),
        awards: order.awards.iter().map(|one| award(reading, one)).collect::<Result<_, _>>()?,
        recusals: order.recusals.iter().map(recusal).collect(),
        facts: order.special.facts.iter().map(|one| judged(reading, one)).collect::<Result<_, _>>()?,
    })
}

fn judged(reading: &Reading<'_>, one: &Judged) -> Result<JudgedBody, Problem> {
    let restarted = |one: &Restarted| RestartedBody {
        clock: one.clock,
        ground: one.ground.to_string(),
        is_verified: reading.law.restart_verified(one),
        start: one.start,
        due: one.due,
        was_start: one.was_start,
        was_due: one.was_due,
    };
    Ok(JudgedBody {
        material: one.material,
        received_at: one.received_at,
        is_new: one.new,
        why: reading.text("facts", &one.why)?,
        by: one.by.as_str().to_owned(),
        at: one.at,
        restarted: one.restarted.iter().map(restarted).collect(),
    })
}

fn award(reading: &Reading<'_>, award: &Award) -> Result<AwardBody, Problem> {
    let (answered_by, refusal) = match &award.state {
        AwardState::Open | AwardState::Recalled => (None, None),
        AwardState::Approved { by, .. } => (Some(by), None),
        AwardState::Refused { by, why, .. } => (Some(by), Some(reading.text("award_refusal", why)?)),
    };
    Ok(AwardBody {
        number: award.number,
        compensation: award.grant.compensation.map(Into::into),
        waiver: award.grant.waiver.map(Into::into),
        why: reading.text("award", &award.why)?,
        by: award.by.as_str().to_owned(),
        at: award.at,
        state: award.state.as_str(),
        answered_by: answered_by.map(|by| by.as_str().to_owned()),
        refusal,
    })
}
