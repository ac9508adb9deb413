//! Where an order stands beside the plain procedure: who answers for it and why it came there, the rapid lane, a president's
//! hand, re-examinations.

use kernel::{OrgPath, Problem, Timestamp, id::StaffId};
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;

use super::reader::Reading;
use crate::model::{
    lead::{Instruction, Lead, LeadGround, LeadState, Reply},
    rapid::UrgentGround,
    review::{Review, ReviewOutcome},
};

/// Why an order came to where it is, by a rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoutedBody {
    /// The rule.
    pub route: String,
    /// What people call it.
    pub name: String,
    /// Why, in words.
    pub because: Vec<TextBody>,
}

/// That an order cannot wait.
#[derive(Debug, Serialize, ToSchema)]
pub struct UrgentBody {
    /// Why.
    pub ground: UrgentGround,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// Who was on call then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub on_call: Option<StaffId>,
}

/// A report, or the demand for more.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstructionReplyBody {
    /// Whether it is a demand; else it is a report.
    pub is_demand: bool,
    /// Who, as an actor reference.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What.
    pub text: String,
}

/// What a department was told to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct InstructionBody {
    /// Its number.
    pub number: u32,
    /// The department.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// What.
    pub text: String,
    /// Until when it reports.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
    /// Whether a report is awaited.
    pub is_open: bool,
    /// Reports and demands, oldest first.
    pub replies: Vec<InstructionReplyBody>,
}

/// What a president has to do with the order, in this round.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeadBody {
    /// How far it has come.
    pub state: LeadState,
    /// Why it was proposed.
    pub grounds: Vec<LeadGround>,
    /// Who proposed it, as an actor reference.
    pub proposed_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub proposed_at: Timestamp,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The president, as an actor reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub president: Option<String>,
    /// Why it was declined, or what came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
    /// What departments were told to do.
    pub instructions: Vec<InstructionBody>,
}

/// An invitation to answer the return visit by link or code.
#[derive(Debug, Serialize, ToSchema)]
pub struct InvitedBody {
    /// When it went out.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Until when it holds.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// A re-examination.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReviewBody {
    /// Its number on the order.
    pub number: u32,
    /// The last one that the law knows.
    pub is_last: bool,
    /// When the complainant asked.
    #[schema(value_type = String, format = DateTime)]
    pub asked_at: Timestamp,
    /// Why.
    pub why: String,
    /// The unit that answers.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// Who examines, as an actor reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub examiner: Option<String>,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<ReviewOutcome>,
    /// The facts as found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<String>,
    /// The basis and the reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// When the complainant was told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub told_at: Option<Timestamp>,
}

/// Where an order stands beside the plain procedure.
#[derive(Debug, Serialize, ToSchema)]
pub struct StandingBody {
    /// The unit that answers for it: whoever received it first, until another takes it on.
    #[schema(value_type = String)]
    pub answerable: OrgPath,
    /// How often it was passed on since somebody last had it in hand.
    pub untaken: u32,
    /// It was passed on too often: this unit says who takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub superior_assigns: Option<OrgPath>,
    /// Why it came to where it is, when a rule sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routed: Option<RoutedBody>,
    /// It cannot wait.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub urgent: Option<UrgentBody>,
    /// What a president has to do with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<LeadBody>,
    /// Re-examinations, oldest first.
    pub reviews: Vec<ReviewBody>,
    /// Invitations to answer the return visit of this round.
    pub invitations: Vec<InvitedBody>,
}

/// The part of an order's body that this file tells.
pub(super) fn body(reading: &Reading<'_>) -> Result<StandingBody, Problem> {
    let order = &reading.opened.order;
    Ok(StandingBody {
        answerable: order.answerable.clone(),
        untaken: order.untaken,
        superior_assigns: order.passed_around.as_ref().map(|passed| passed.superior.clone()),
        routed: order.routed.as_ref().map(|routed| RoutedBody {
            route: routed.route.as_str().to_owned(),
            name: routed.name.clone(),
            because: routed.because.iter().map(|because| because.text().into()).collect(),
        }),
        urgent: order.urgent.as_ref().map(|urgent| UrgentBody {
            ground: urgent.ground,
            since: urgent.since,
            on_call: urgent.on_call,
        }),
        lead: order.lead().map(|one| lead(reading, one)).transpose()?,
        invitations: order.special.invited.iter().map(|one| InvitedBody { at: one.at, until: one.until }).collect(),
        reviews: order.reviews.iter().map(|one| review(reading, one)).collect::<Result<_, _>>()?,
    })
}

fn lead(reading: &Reading<'_>, lead: &Lead) -> Result<LeadBody, Problem> {
    let text = |sealed: &Option<seal::Sealed>| sealed.as_ref().map(|sealed| reading.text("lead", sealed)).transpose();
    Ok(LeadBody {
        state: lead.state,
        grounds: lead.grounds.clone(),
        proposed_by: lead.proposed_by.as_str().to_owned(),
        proposed_at: lead.proposed_at,
        why: text(&lead.why)?,
        president: lead.president.as_ref().map(|by| by.as_str().to_owned()),
        remark: text(&lead.remark)?,
        instructions: lead.instructions.iter().map(|one| instruction(reading, one)).collect::<Result<_, _>>()?,
    })
}

fn instruction(reading: &Reading<'_>, one: &Instruction) -> Result<InstructionBody, Problem> {
    let reply = |reply: &Reply| {
        let field = if reply.is_demand { "instruction" } else { "report" };
        Ok(InstructionReplyBody {
            is_demand: reply.is_demand,
            by: reply.by.as_str().to_owned(),
            at: reply.at,
            text: reading.text(field, &reply.text)?,
        })
    };
    Ok(InstructionBody {
        number: one.number,
        unit: one.unit.clone(),
        text: reading.text("instruction", &one.text)?,
        due: one.due,
        is_open: one.open,
        replies: one.replies.iter().map(reply).collect::<Result<_, Problem>>()?,
    })
}

fn review(reading: &Reading<'_>, review: &Review) -> Result<ReviewBody, Problem> {
    let finding = review.finding.as_ref();
    Ok(ReviewBody {
        number: review.number,
        is_last: review.is_last,
        asked_at: review.asked_at,
        why: reading.text("review", &review.why)?,
        unit: review.unit.clone(),
        examiner: review.examiner.as_ref().map(|by| by.as_str().to_owned()),
        outcome: finding.map(|finding| finding.outcome),
        facts: finding.map(|finding| reading.text("review_facts", &finding.facts)).transpose()?,
        basis: finding.map(|finding| reading.text("review_basis", &finding.basis)).transpose()?,
        told_at: review.told_at,
    })
}
