//! The bank's list of root causes, as the regulation files have it today.

use endpoint::{Call, Failure, ProblemBody};
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;

use super::{law, reading};

/// A root cause.
#[derive(Debug, Serialize, ToSchema)]
pub struct CauseBody {
    /// The key that orders store.
    #[schema(example = "disclosure")]
    pub key: String,
    /// Its name.
    pub title: TextBody,
}

/// The list of root causes.
#[derive(Debug, Serialize, ToSchema)]
pub struct CausesBody {
    /// The causes, in order.
    pub causes: Vec<CauseBody>,
}

/// List root causes
#[utoipa::path(
    get, path = "/api/voice/causes", operation_id = "list_causes", tag = "voice",
    responses(
        (status = 200, description = "The causes in force today", body = CausesBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
    )
)]
pub async fn list_causes(call: Call) -> Result<axum::Json<CausesBody>, Failure> {
    let law = law(&call.shared);
    let causes = law.causes(reading::now(&call.shared).date());
    let body = |(key, title): (&str, &kernel::Text)| CauseBody { key: key.to_owned(), title: title.clone().into() };
    Ok(axum::Json(CausesBody { causes: causes.into_iter().map(body).collect() }))
}
