//! Settling with help and by agreement: mediation by a third party, and negotiated repayment.

use endpoint::{OpenApiRouter, Shared};
use kernel::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{act, perform, perform_sealed};
use crate::{
    api::{body::AmountBody, reading},
    desk::Beside,
    intake::REMARK_CHARS_MAX,
    model::{
        Command,
        mediation::MediationCommand,
        parts::AxisKey,
        repayment::{RepaymentCommand, RepaymentGround, RepaymentSide, Terms},
    },
};

/// A matter for a mediator.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReferMediationRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Who mediates, by the key in the bank's list.
    #[schema(value_type = String)]
    pub mediator: AxisKey,
    /// Why.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Refer an order to a mediator
    refer_mediation(ReferMediationRequest) at "/api/voice/orders/{id}/refer_mediation" = "refer_mediation", |call, id, json| {
        let ReferMediationRequest { version, mediator, why } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "mediation", &why, REMARK_CHARS_MAX);
            Ok((Command::Mediation(MediationCommand::Refer { mediator, why }), Beside::Nothing))
        })
        .await
    }
}

/// What became of a mediation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MediationRemarkRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// When; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// Why, or what the customer is told of the pause.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Record that the mediator took it on
    ///
    /// Clocks that the law lets stand still during mediation do, and the customer is told so by letter.
    accept_mediation(MediationRemarkRequest) at "/api/voice/orders/{id}/accept_mediation" = "accept_mediation", |call, id, json| {
        let MediationRemarkRequest { version, at, why } = json.value;
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "pause", &why, REMARK_CHARS_MAX);
            Ok((Command::Mediation(MediationCommand::Accept { at, why }), Beside::Nothing))
        })
        .await
    }
}

act! {
    /// Record that the matter is not mediated
    decline_mediation(MediationRemarkRequest) at "/api/voice/orders/{id}/decline_mediation" = "decline_mediation", |call, id, json| {
        let MediationRemarkRequest { version, at, why } = json.value;
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "mediation", &why, REMARK_CHARS_MAX);
            Ok((Command::Mediation(MediationCommand::Decline { at, why }), Beside::Nothing))
        })
        .await
    }
}

act! {
    /// Record that a mediation failed
    ///
    /// The clocks run again.
    fail_mediation(MediationRemarkRequest) at "/api/voice/orders/{id}/fail_mediation" = "fail_mediation", |call, id, json| {
        let MediationRemarkRequest { version, at, why } = json.value;
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "mediation", &why, REMARK_CHARS_MAX);
            Ok((Command::Mediation(MediationCommand::Fail { at, why }), Beside::Nothing))
        })
        .await
    }
}

/// What was agreed in mediation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreeMediationRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// When; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// On what.
    #[schema(max_length = 4000)]
    pub terms: String,
    /// What the bank pays; above the caller's limit it needs an approval first.
    #[serde(default)]
    pub amount: Option<AmountBody>,
    /// Until when it is to be done.
    #[schema(value_type = String, format = DateTime)]
    pub perform_by: Timestamp,
}

act! {
    /// Record an agreement reached in mediation
    agree_mediation(AgreeMediationRequest) at "/api/voice/orders/{id}/agree_mediation" = "agree_mediation", |call, id, json| {
        let AgreeMediationRequest { version, at, terms, amount, perform_by } = json.value;
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        perform_sealed(call, id, json.print, version, |sealer| {
            let terms = sealer.text("/terms", "mediation", &terms, REMARK_CHARS_MAX);
            let command = MediationCommand::Agree { at, terms, amount: amount.map(Into::into), perform_by };
            Ok((Command::Mediation(command), Beside::Nothing))
        })
        .await
    }
}

/// That what was agreed was done.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PerformMediationRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// When; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

act! {
    /// Record that what was agreed in mediation was done
    perform_mediation(PerformMediationRequest) at "/api/voice/orders/{id}/perform_mediation" = "perform_mediation", |call, id, json| {
        let PerformMediationRequest { version, at } = json.value;
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        perform(call, id, json.print, version, Command::Mediation(MediationCommand::Perform { at })).await
    }
}

/// The terms of a repayment.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermsBody {
    /// What is repaid, all instalments together.
    pub total: AmountBody,
    /// What need not be paid; above the caller's limit it needs an approval first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waived: Option<AmountBody>,
    /// In how many instalments, monthly.
    pub instalments: u32,
    /// When the first is due.
    #[schema(value_type = String, format = Date)]
    pub first_on: Date,
}

impl From<TermsBody> for Terms {
    fn from(body: TermsBody) -> Self {
        let TermsBody { total, waived, instalments, first_on } = body;
        Self { total: total.into(), waived: waived.map(Into::into), instalments, first_on }
    }
}

impl From<Terms> for TermsBody {
    fn from(terms: Terms) -> Self {
        let Terms { total, waived, instalments, first_on } = terms;
        Self { total: total.into(), waived: waived.map(Into::into), instalments, first_on }
    }
}

/// A proposal for repayment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeRepaymentRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Who proposes.
    pub side: RepaymentSide,
    /// The terms.
    pub terms: TermsBody,
    /// What was said with it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub words: Option<String>,
}

act! {
    /// Enter a proposal for repayment
    propose_repayment(ProposeRepaymentRequest) at "/api/voice/orders/{id}/propose_repayment" = "propose_repayment", |call, id, json| {
        let ProposeRepaymentRequest { version, side, terms, words } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let words = sealer.maybe("/words", "repayment", words.as_deref());
            let command = RepaymentCommand::Propose { side, terms: terms.into(), words };
            Ok((Command::Repayment(command), Beside::Nothing))
        })
        .await
    }
}

/// An answer to a proposal for repayment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerRepaymentRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The proposal's number.
    pub number: u32,
    /// Whether the other side agrees.
    pub is_agreed: bool,
    /// Why the bank does not agree to what a customer asks for.
    #[serde(default)]
    pub ground: Option<RepaymentGround>,
    /// What was said; the bank's reasons when it does not agree.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub words: Option<String>,
}

act! {
    /// Enter the answer to a proposal for repayment
    answer_repayment(AnswerRepaymentRequest) at "/api/voice/orders/{id}/answer_repayment" = "answer_repayment", |call, id, json| {
        let AnswerRepaymentRequest { version, number, is_agreed, ground, words } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let words = sealer.maybe("/words", "repayment", words.as_deref());
            let command = RepaymentCommand::Answer { number, agrees: is_agreed, ground, words };
            Ok((Command::Repayment(command), Beside::Nothing))
        })
        .await
    }
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(refer_mediation))
        .routes(routes!(accept_mediation))
        .routes(routes!(decline_mediation))
        .routes(routes!(agree_mediation))
        .routes(routes!(fail_mediation))
        .routes(routes!(perform_mediation))
        .routes(routes!(propose_repayment))
        .routes(routes!(answer_repayment))
}
