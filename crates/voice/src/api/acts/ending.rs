//! How a matter ends: the decision, the report back, the return visit, closing, withdrawing, opening again.

use endpoint::{Call, Failure, Reply};
use kernel::{
    Problem, Timestamp,
    id::{AttachmentId, OrderId},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Sealer, VersionRequest, act, perform, perform_sealed};
use crate::{
    api::{
        body::{AmountBody, OrderStateBody},
        law,
        orders::reference,
        reading,
    },
    desk::{self, Act, Beside},
    intake::{NARRATIVE_CHARS_MAX, REMARK_CHARS_MAX},
    invitation,
    model::{
        Command,
        parts::{
            Decision, DeclineGround, Means, Outcome, Principle, ReopenGround, ReportItem, Satisfaction, VisitAnswer,
        },
    },
};

act! {
    /// Close an order
    close_order(VersionRequest) at "/api/voice/orders/{id}/close" = "close_order", |call, id, json| {
        perform(call, id, json.print, json.value.version, Command::Close).await
    }
}

/// A decision.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// What was found.
    pub outcome: Outcome,
    /// The facts as found.
    #[schema(max_length = 20000)]
    pub facts: String,
    /// The basis and the reasons.
    #[schema(max_length = 20000)]
    pub basis: String,
    /// What the bank will do, told to the complainant.
    #[schema(max_length = 20000)]
    pub answer: String,
    /// The remedies to name, by their keys; all that the law gives when absent.
    #[serde(default)]
    pub remedies: Option<Vec<String>>,
    /// What is paid; above the caller's limit it needs an approval first.
    #[serde(default)]
    pub compensation: Option<AmountBody>,
    /// What need not be paid: fees, interest, penalties; counted with what is paid.
    #[serde(default)]
    pub waiver: Option<AmountBody>,
    /// Which of the four principles the decision follows; complaints and petitions need at least one.
    #[serde(default)]
    pub principles: Vec<Principle>,
}

/// The texts of a decision.
struct DecisionTexts<'a> {
    facts: &'a str,
    basis: &'a str,
    answer: &'a str,
}

impl DecisionTexts<'_> {
    fn seal(&self, sealer: &mut Sealer<'_>, outcome: Outcome, remedies: Vec<String>) -> Decision {
        Decision {
            outcome,
            facts: sealer.text("/facts", "facts", self.facts, NARRATIVE_CHARS_MAX),
            basis: sealer.text("/basis", "basis", self.basis, NARRATIVE_CHARS_MAX),
            answer: sealer.text("/answer", "answer", self.answer, NARRATIVE_CHARS_MAX),
            remedies,
            compensation: None,
            waiver: None,
            principles: Vec::new(),
        }
    }
}

act! {
    /// Decide an order
    ///
    /// The statutory clock stops when the decision is made **and** delivered.
    decide_order(DecideRequest) at "/api/voice/orders/{id}/decide" = "decide_order", |call, id, json| {
        let DecideRequest { version, outcome, facts, basis, answer, remedies, compensation, waiver, principles } = json.value;
        let remedies = remedies_of(&call, id, remedies).await?;
        perform_sealed(call, id, json.print, version, |sealer| {
            let texts = DecisionTexts { facts: &facts, basis: &basis, answer: &answer };
            let sealed = texts.seal(sealer, outcome, remedies);
            let decision = Decision {
                compensation: compensation.map(Into::into),
                waiver: waiver.map(Into::into),
                principles,
                ..sealed
            };
            Ok((Command::Decide(Box::new(decision)), Beside::Nothing))
        })
        .await
    }
}

/// The remedies to name: those asked for, or all that the law gives for such a matter.
async fn remedies_of(call: &Call, id: OrderId, asked: Option<Vec<String>>) -> Result<Vec<String>, Failure> {
    if let Some(asked) = asked {
        return Ok(asked);
    }
    let opened = reading::open(call, &call.actor, id).await?;
    Ok(law(&call.shared).remedies(opened.order.matter, reading::now(&call.shared).date()))
}

/// Why a matter is not accepted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why, of the closed list.
    pub ground: DeclineGround,
    /// The facts as found.
    #[schema(max_length = 20000)]
    pub facts: String,
    /// The basis and the reasons.
    #[schema(max_length = 20000)]
    pub basis: String,
    /// What the complainant is told.
    #[schema(max_length = 20000)]
    pub answer: String,
}

act! {
    /// Decline an order
    decline_order(DeclineRequest) at "/api/voice/orders/{id}/decline" = "decline_order", |call, id, json| {
        let DeclineRequest { version, ground, facts, basis, answer } = json.value;
        let remedies = remedies_of(&call, id, None).await?;
        perform_sealed(call, id, json.print, version, |sealer| {
            let texts = DecisionTexts { facts: &facts, basis: &basis, answer: &answer };
            let decision = texts.seal(sealer, Outcome::Declined, remedies);
            Ok((Command::Decline { ground, decision: Box::new(decision) }, Beside::Nothing))
        })
        .await
    }
}

/// A report to whoever passed the matter on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportBackRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// How.
    pub means: Means,
    /// When; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// The number of the report.
    #[serde(default)]
    pub reference: Option<String>,
    /// What it tells; named when the sender asked for particular things.
    #[serde(default)]
    pub items: Vec<ReportItem>,
}

act! {
    /// Record the report back
    ///
    /// The sender's clock stops when everything they asked for has been told.
    report_back(ReportBackRequest) at "/api/voice/orders/{id}/report_back" = "report_back", |call, id, json| {
        let ReportBackRequest { version, means, at, reference: number, items } = json.value;
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        let number = number.as_deref().map(reference).transpose();
        let number = number.map_err(|text| Problem::invalid("/reference", text))?;
        perform(call, id, json.print, version, Command::ReportBack { means, at, reference: number, items }).await
    }
}

/// What was said on a return visit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VisitRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// How satisfied they are, 1 to 5; absent when they were not reached.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 5)]
    pub satisfaction: Option<u8>,
    /// Whether the matter is settled for them; so when absent. What is not settled is opened again, as the policy says.
    #[serde(default)]
    pub is_settled: Option<bool>,
    /// Their words.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub words: Option<String>,
    /// How they were asked; by telephone when absent.
    #[serde(default)]
    pub means: Option<Means>,
    /// When; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

act! {
    /// Record a return visit
    record_visit(VisitRequest) at "/api/voice/orders/{id}/visit" = "record_visit", |call, id, json| {
        let VisitRequest { version, satisfaction, is_settled, words, means, at } = json.value;
        let means = means.unwrap_or(Means::Phone);
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        let satisfaction = satisfaction.map(Satisfaction::new).transpose().map_err(desk::refused)?;
        perform_sealed(call, id, json.print, version, |sealer| {
            let words = sealer.maybe("/words", "visit", words.as_deref());
            // What is not settled is opened again, so that somebody must have said so.
            let said = |satisfaction: Satisfaction| VisitAnswer {
                satisfaction,
                settled: is_settled.unwrap_or(true),
                words,
            };
            Ok((Command::Visit { answer: satisfaction.map(said), means, at }, Beside::Nothing))
        })
        .await
    }
}

act! {
    /// Invite the complainant to answer the return visit by link or code
    ///
    /// A message goes to their telephone; nobody but they learn the link and the code. A newer invitation takes the place of the
    /// older one.
    invite_visit(VersionRequest) at "/api/voice/orders/{id}/invite_visit" = "invite_visit", |call, id, json| {
        let (actor, law, language) = (call.actor.clone(), law(&call.shared), call.language);
        let (version, house) = (json.value.version, call.shared.settings().public_url.clone());
        call.write(json.print, move |unit| {
            let order = desk::act(unit, &Act::new(id, Some(version), Command::InviteVisit), &actor, &law)?;
            invitation::send(unit, &order, &house)?;
            Reply::ok(&OrderStateBody::of(&order, &actor, unit.now(), &law, language))
        })
        .await
    }
}

/// A withdrawal that staff record.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// How the request came in.
    pub means: Means,
    /// When the request came in; that day ends the order. Now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// The attachment that holds the request or its recording.
    #[schema(value_type = String)]
    pub paper: AttachmentId,
    /// Why, if they said so.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub words: Option<String>,
}

act! {
    /// Record a withdrawal
    withdraw_order(WithdrawRequest) at "/api/voice/orders/{id}/withdraw" = "withdraw_order", |call, id, json| {
        let WithdrawRequest { version, means, at, paper, words } = json.value;
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        perform_sealed(call, id, json.print, version, |sealer| {
            let words = sealer.maybe("/words", "withdrawal", words.as_deref());
            Ok((Command::Withdraw { at, means, paper: Some(paper), words }, Beside::Nothing))
        })
        .await
    }
}

/// Why an order opens again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReopenRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why, of the closed list.
    pub ground: ReopenGround,
    /// Why, in words.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Open an order again
    reopen_order(ReopenRequest) at "/api/voice/orders/{id}/reopen" = "reopen_order", |call, id, json| {
        let ReopenRequest { version, ground, why } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "reopening", &why, REMARK_CHARS_MAX);
            Ok((Command::Reopen { ground, why }, Beside::Nothing))
        })
        .await
    }
}
