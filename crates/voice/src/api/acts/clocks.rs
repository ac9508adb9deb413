//! What is done to clocks: pauses and extensions.

use kernel::{Timestamp, id::ClockId};
use regulation::PauseReason;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{act, perform, perform_sealed};
use crate::{api::reading, desk::Beside, intake::REMARK_CHARS_MAX, model::Command};

/// Why clocks stand still.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PauseWord {
    /// The parties are in mediation.
    Mediation,
    /// An outside appraisal or test is under way.
    Appraisal,
    /// A hearing is held.
    Hearing,
}

impl From<PauseWord> for PauseReason {
    fn from(word: PauseWord) -> Self {
        match word {
            PauseWord::Mediation => Self::Mediation,
            PauseWord::Appraisal => Self::Appraisal,
            PauseWord::Hearing => Self::Hearing,
        }
    }
}

/// A pause.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why, of the closed list.
    pub ground: PauseWord,
    /// Since when; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// Why, in words that the letter repeats.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Pause the clocks
    pause_clocks(PauseRequest) at "/api/voice/orders/{id}/pause" = "pause_clocks", |call, id, json| {
        let PauseRequest { version, ground, at, why } = json.value;
        let from = at.unwrap_or_else(|| reading::now(&call.shared));
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "pause", &why, REMARK_CHARS_MAX);
            Ok((Command::Pause { ground: ground.into(), from, why }, Beside::Nothing))
        })
        .await
    }
}

/// When something happened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AtRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// When; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
}

act! {
    /// Let the clocks run again
    resume_clocks(AtRequest) at "/api/voice/orders/{id}/resume" = "resume_clocks", |call, id, json| {
        let AtRequest { version, at } = json.value;
        let at = at.unwrap_or_else(|| reading::now(&call.shared));
        perform(call, id, json.print, version, Command::Resume { at }).await
    }
}

/// A clock and a reason.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockWhyRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The clock.
    #[schema(value_type = String)]
    pub clock: ClockId,
    /// Why; the letter to the complainant repeats it.
    #[schema(max_length = 4000)]
    pub why: String,
}

/// A clock.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClockRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The clock.
    #[schema(value_type = String)]
    pub clock: ClockId,
}

act! {
    /// Ask for an extension
    ///
    /// Where the rule names no approval it holds at once; otherwise somebody else must approve it before the deadline.
    propose_extension(ClockWhyRequest) at "/api/voice/orders/{id}/propose_extension" = "propose_extension", |call, id, json| {
        let ClockWhyRequest { version, clock, why } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "extension", &why, REMARK_CHARS_MAX);
            Ok((Command::ProposeExtension { clock, why }, Beside::Nothing))
        })
        .await
    }
}

act! {
    /// Approve an extension
    approve_extension(ClockRequest) at "/api/voice/orders/{id}/approve_extension" = "approve_extension", |call, id, json| {
        let ClockRequest { version, clock } = json.value;
        perform(call, id, json.print, version, Command::ApproveExtension { clock }).await
    }
}

act! {
    /// Refuse an extension
    refuse_extension(ClockWhyRequest) at "/api/voice/orders/{id}/refuse_extension" = "refuse_extension", |call, id, json| {
        let ClockWhyRequest { version, clock, why } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let why = sealer.text("/why", "extension_refusal", &why, REMARK_CHARS_MAX);
            Ok((Command::RefuseExtension { clock, why }, Beside::Nothing))
        })
        .await
    }
}

act! {
    /// Recall an extension
    recall_extension(ClockRequest) at "/api/voice/orders/{id}/recall_extension" = "recall_extension", |call, id, json| {
        let ClockRequest { version, clock } = json.value;
        perform(call, id, json.print, version, Command::RecallExtension { clock }).await
    }
}
