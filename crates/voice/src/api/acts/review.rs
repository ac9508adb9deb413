//! Re-examination by the superior unit: asking for it on the complainant's behalf, taking it on, saying what was found.

use endpoint::{OpenApiRouter, Shared};
use kernel::{Problem, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{VersionRequest, act, perform, perform_sealed};
use crate::{
    api::{orders::reference, reading},
    desk::Beside,
    intake::{NARRATIVE_CHARS_MAX, REMARK_CHARS_MAX},
    model::{
        Command,
        parts::Means,
        review::{ReviewCommand, ReviewOutcome},
    },
};

/// The complainant's request, as staff record it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestReviewRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// How the request came in.
    pub means: Means,
    /// The number under which the written request was received.
    pub reference: String,
    /// When it came in; now when absent. The time to ask is judged by this.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// Why the complainant does not accept the decision.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Record a request for re-examination
    ///
    /// The superior unit answers within the time of the law, by somebody who had no hand in the matter.
    request_review(RequestReviewRequest) at "/api/voice/orders/{id}/request_review" = "request_review", |call, id, json| {
        let RequestReviewRequest { version, means, reference: number, at, why } = json.value;
        let number = reference(&number).map_err(|text| Problem::invalid("/reference", text))?;
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "review", &why, REMARK_CHARS_MAX);
            let command = ReviewCommand::Request { at, means, reference: Some(number), why };
            Ok((Command::Review(command), Beside::Nothing))
        })
        .await
    }
}

act! {
    /// Take a re-examination on
    take_review(VersionRequest) at "/api/voice/orders/{id}/take_review" = "take_review", |call, id, json| {
        perform(call, id, json.print, json.value.version, Command::Review(ReviewCommand::Take)).await
    }
}

/// What a re-examination found.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindReviewRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// In a word.
    pub outcome: ReviewOutcome,
    /// The facts as found.
    #[schema(max_length = 20000)]
    pub facts: String,
    /// The basis and the reasons.
    #[schema(max_length = 20000)]
    pub basis: String,
}

act! {
    /// Say what a re-examination found
    ///
    /// A letter is then owed to the complainant; with its delivery the clock stops. What is to be handled anew opens again then.
    find_review(FindReviewRequest) at "/api/voice/orders/{id}/find_review" = "find_review", |call, id, json| {
        let FindReviewRequest { version, outcome, facts, basis } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let facts = sealer.text("/facts", "review_facts", &facts, NARRATIVE_CHARS_MAX);
            let basis = sealer.text("/basis", "review_basis", &basis, NARRATIVE_CHARS_MAX);
            Ok((Command::Review(ReviewCommand::Find { outcome, facts, basis }), Beside::Nothing))
        })
        .await
    }
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(request_review)).routes(routes!(take_review)).routes(routes!(find_review))
}
