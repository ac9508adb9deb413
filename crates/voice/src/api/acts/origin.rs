//! Putting right what whoever passed a matter on said of it: their number, deadline, hotline, wishes.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{act, perform_sealed};
use crate::{
    api::origin::OriginRequest,
    desk::Beside,
    model::{Command, correction::Correction},
};

/// The origin as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectOriginRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The origin, whole; what is absent holds no more. The source stays as it was.
    pub origin: OriginRequest,
    /// Why, for instance who called.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub why: Option<String>,
}

act! {
    /// Correct what the sender said
    ///
    /// What was said before stays in the history, and the sender's clock follows their deadline.
    correct_origin(CorrectOriginRequest) at "/api/voice/orders/{id}/correct" = "correct_origin", |call, id, json| {
        let CorrectOriginRequest { version, origin, why } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let origin = origin.read(&mut sealer.faults);
            let why = sealer.maybe("/why", "correction", why.as_deref());
            Ok((Command::Correct(Box::new(Correction { why, ..Correction::of(origin) })), Beside::Nothing))
        })
        .await
    }
}
