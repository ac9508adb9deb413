//! A president takes a matter up: proposing, taking up, instructing, reporting, asking for more, closing.

use endpoint::{OpenApiRouter, Shared};
use kernel::{Timestamp, id::UnitId};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{VersionRequest, act, carry_out, perform, perform_sealed};
use crate::{
    api::{orders::open_unit, reading},
    desk::{Act, Beside},
    intake::{REMARK_CHARS_MAX, prose},
    model::{
        Command,
        lead::{LeadCommand, LeadGround},
    },
};

/// Why a president should take a matter up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProposeLeadRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why, of the closed list; at least one.
    pub grounds: Vec<LeadGround>,
    /// Why, in words.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub why: Option<String>,
}

act! {
    /// Propose an order to the president
    propose_lead(ProposeLeadRequest) at "/api/voice/orders/{id}/propose_lead" = "propose_lead", |call, id, json| {
        let ProposeLeadRequest { version, grounds, why } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.maybe("/why", "lead", why.as_deref());
            Ok((Command::Lead(LeadCommand::Propose { grounds, why }), Beside::Nothing))
        })
        .await
    }
}

act! {
    /// Take an order up as president
    take_lead(VersionRequest) at "/api/voice/orders/{id}/take_lead" = "take_lead", |call, id, json| {
        perform(call, id, json.print, json.value.version, Command::Lead(LeadCommand::Take)).await
    }
}

/// A president's word on a matter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadRemarkRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why it is left to the ordinary way, or what came of it.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Leave an order to the ordinary way
    decline_lead(LeadRemarkRequest) at "/api/voice/orders/{id}/decline_lead" = "decline_lead", |call, id, json| {
        let LeadRemarkRequest { version, why } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "lead", &why, REMARK_CHARS_MAX);
            Ok((Command::Lead(LeadCommand::Decline { why }), Beside::Nothing))
        })
        .await
    }
}

act! {
    /// Close a lead
    ///
    /// Every department must have reported.
    close_lead(LeadRemarkRequest) at "/api/voice/orders/{id}/close_lead" = "close_lead", |call, id, json| {
        let LeadRemarkRequest { version, why } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let summary = sealer.text("/why", "lead", &why, REMARK_CHARS_MAX);
            Ok((Command::Lead(LeadCommand::Close { summary }), Beside::Nothing))
        })
        .await
    }
}

/// What a department is to do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstructRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The department.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// What.
    #[schema(max_length = 4000)]
    pub text: String,
    /// Until when it reports.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
}

act! {
    /// Instruct a department
    instruct_unit(InstructRequest) at "/api/voice/orders/{id}/instruct" = "instruct_unit", |call, id, json| {
        let InstructRequest { version, unit: unit_id, text, due } = json.value;
        let text = prose(&text, REMARK_CHARS_MAX).map_err(|told| kernel::Problem::invalid("/text", told))?;
        let opened = reading::open(&call, &call.actor, id).await?;
        let (sealed, words) = (opened.seal("instruction", &text, &call.shared)?, opened.words("instruction", &text)?);
        carry_out(call, id, json.print, move |unit, _| {
            let place = open_unit(unit.connection(), unit_id, "/unit")?;
            let command = Command::Lead(LeadCommand::Instruct { unit: place, text: sealed.clone(), due });
            Ok(Act::new(id, Some(version), command).with_words(words.clone()))
        })
        .await
    }
}

/// A report on an instruction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReportInstructionRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The instruction's number.
    pub number: u32,
    /// What was done and found.
    #[schema(max_length = 4000)]
    pub text: String,
}

act! {
    /// Report on an instruction
    report_instruction(ReportInstructionRequest) at "/api/voice/orders/{id}/report_instruction" = "report_instruction", |call, id, json| {
        let ReportInstructionRequest { version, number, text } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let text = sealer.text("/text", "report", &text, REMARK_CHARS_MAX);
            Ok((Command::Lead(LeadCommand::Report { number, text }), Beside::Nothing))
        })
        .await
    }
}

/// What more a president wants to know.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemandMoreRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The instruction's number.
    pub number: u32,
    /// What.
    #[schema(max_length = 4000)]
    pub text: String,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
}

act! {
    /// Ask for more than was reported
    demand_more(DemandMoreRequest) at "/api/voice/orders/{id}/demand_more" = "demand_more", |call, id, json| {
        let DemandMoreRequest { version, number, text, due } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let text = sealer.text("/text", "instruction", &text, REMARK_CHARS_MAX);
            Ok((Command::Lead(LeadCommand::Demand { number, text, due }), Beside::Nothing))
        })
        .await
    }
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(propose_lead))
        .routes(routes!(take_lead))
        .routes(routes!(decline_lead))
        .routes(routes!(close_lead))
        .routes(routes!(instruct_unit))
        .routes(routes!(report_instruction))
        .routes(routes!(demand_more))
}
