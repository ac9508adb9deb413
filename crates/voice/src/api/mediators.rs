//! The bank's list of bodies that mediate, as the regulation files have it today.

use endpoint::{Call, Failure, ProblemBody};
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;

use super::{law, reading};

/// A body that mediates.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediatorBody {
    /// The key that orders store.
    #[schema(example = "finance")]
    pub key: String,
    /// Its name.
    pub title: TextBody,
}

/// The list of bodies that mediate.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediatorsBody {
    /// The bodies, in order.
    pub mediators: Vec<MediatorBody>,
}

/// List bodies that mediate
#[utoipa::path(
    get, path = "/api/voice/mediators", operation_id = "list_mediators", tag = "voice",
    responses(
        (status = 200, description = "The bodies in force today", body = MediatorsBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
    )
)]
pub async fn list_mediators(call: Call) -> Result<axum::Json<MediatorsBody>, Failure> {
    let law = law(&call.shared);
    let body = |(key, title): (&str, &kernel::Text)| MediatorBody { key: key.to_owned(), title: title.clone().into() };
    let mediators = law.mediators(reading::now(&call.shared)).map(body).collect();
    Ok(axum::Json(MediatorsBody { mediators }))
}
