//! Who may grant what, and who has no hand in a matter: requests above a limit, their answers, recusals.

use endpoint::{OpenApiRouter, Shared};
use kernel::{Problem, Text, id::StaffId};
use people::store::staff;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{act, carry_out, perform, perform_sealed};
use crate::{
    api::{body::AmountBody, reading},
    desk::{Act, Beside},
    intake::{REMARK_CHARS_MAX, prose},
    model::{
        Command,
        award::{AwardCommand, Grant},
        recusal::{RecusalGround, RecuseCommand},
    },
};

/// A grant above the caller's limit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeAwardRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// What is to be paid.
    #[serde(default)]
    pub compensation: Option<AmountBody>,
    /// What need not be paid: fees, interest, penalties.
    #[serde(default)]
    pub waiver: Option<AmountBody>,
    /// Why.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Ask for a grant above one's limit
    ///
    /// Somebody else with a limit that is high enough approves; the decision may then grant that much.
    propose_award(ProposeAwardRequest) at "/api/voice/orders/{id}/propose_award" = "propose_award", |call, id, json| {
        let ProposeAwardRequest { version, compensation, waiver, why } = json.value;
        let grant = Grant { compensation: compensation.map(Into::into), waiver: waiver.map(Into::into) };
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "award", &why, REMARK_CHARS_MAX);
            Ok((Command::Award(AwardCommand::Propose { grant, why }), Beside::Nothing))
        })
        .await
    }
}

/// A request for a grant.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AwardNumberRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The request's number on the order.
    pub number: u32,
}

act! {
    /// Approve a grant
    approve_award(AwardNumberRequest) at "/api/voice/orders/{id}/approve_award" = "approve_award", |call, id, json| {
        let AwardNumberRequest { version, number } = json.value;
        perform(call, id, json.print, version, Command::Award(AwardCommand::Approve { number })).await
    }
}

act! {
    /// Recall a request for a grant
    recall_award(AwardNumberRequest) at "/api/voice/orders/{id}/recall_award" = "recall_award", |call, id, json| {
        let AwardNumberRequest { version, number } = json.value;
        perform(call, id, json.print, version, Command::Award(AwardCommand::Recall { number })).await
    }
}

/// Why a grant is not approved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseAwardRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The request's number on the order.
    pub number: u32,
    /// Why.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Refuse a grant
    refuse_award(RefuseAwardRequest) at "/api/voice/orders/{id}/refuse_award" = "refuse_award", |call, id, json| {
        let RefuseAwardRequest { version, number, why } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "award_refusal", &why, REMARK_CHARS_MAX);
            Ok((Command::Award(AwardCommand::Refuse { number, why }), Beside::Nothing))
        })
        .await
    }
}

/// Who has no hand in a matter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RecuseRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Who; oneself, or with the permission to assign anybody.
    #[schema(value_type = String)]
    pub person: StaffId,
    /// Why, of the closed list.
    pub ground: RecusalGround,
    /// Why, in words.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub why: Option<String>,
}

act! {
    /// Recuse somebody
    ///
    /// From then on this person can do nothing to the order; what they had in hand goes back to the unit.
    recuse(RecuseRequest) at "/api/voice/orders/{id}/recuse" = "recuse_person", |call, id, json| {
        let RecuseRequest { version, person, ground, why } = json.value;
        let why = why.as_deref().filter(|why| !why.trim().is_empty()).map(|why| prose(why, REMARK_CHARS_MAX));
        let why = why.transpose().map_err(|text| Problem::invalid("/why", text))?;
        let (why, words) = match why {
            None => (None, String::new()),
            Some(why) => {
                let opened = reading::open(&call, &call.actor, id).await?;
                (Some(opened.seal("recusal", &why, &call.shared)?), opened.words("recusal", &why)?)
            }
        };
        let own = call.actor.reference.id() == person.to_string();
        carry_out(call, id, json.print, move |unit, _| {
            if !own && staff::find(unit.connection(), person)?.is_none() {
                let text = Text::fixed("没有这位员工。", "There is no such member of staff.");
                return Err(Problem::invalid("/person", text));
            }
            let command = Command::Recuse(RecuseCommand { person, ground, why: why.clone() });
            Ok(Act::new(id, Some(version), command).with_words(words.clone()))
        })
        .await
    }
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(propose_award))
        .routes(routes!(approve_award))
        .routes(routes!(refuse_award))
        .routes(routes!(recall_award))
        .routes(routes!(recuse))
}
