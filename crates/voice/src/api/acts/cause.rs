//! The root cause of a matter.

use serde::Deserialize;
use utoipa::ToSchema;

use super::{act, perform_sealed};
use crate::{
    desk::Beside,
    model::{Command, parts::AxisKey},
};

/// A root cause.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindCauseRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Its key in the bank's list of causes.
    #[schema(example = "disclosure")]
    pub cause: String,
    /// What exactly, in words.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub detail: Option<String>,
}

act! {
    /// Record the root cause
    ///
    /// From the decision on, and after the end. A later one replaces it; the history keeps both.
    find_cause(FindCauseRequest) at "/api/voice/orders/{id}/find_cause" = "find_cause", |call, id, json| {
        let FindCauseRequest { version, cause, detail } = json.value;
        perform_sealed(call, id, json.print, version, |sealer| {
            let detail = sealer.maybe("/detail", "cause", detail.as_deref());
            Ok((Command::FindCause { cause: AxisKey::new(cause), detail }, Beside::Nothing))
        })
        .await
    }
}
