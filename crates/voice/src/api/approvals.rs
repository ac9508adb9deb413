//! Longer times that wait for an approval where the caller may give it.

use endpoint::{Call, Failure, ProblemBody};
use kernel::{
    OrgPath, Timestamp,
    id::{ClockId, OrderId},
};
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;

use super::law;
use crate::{model::permission::APPROVE_EXTENSION, store::tasks};

/// A longer time that waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalRowBody {
    /// The order.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// The clock.
    #[schema(value_type = String)]
    pub clock: ClockId,
    /// The order's title without names and numbers.
    pub title: String,
    /// The place of the unit that is answerable.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The rule that would take over.
    pub rule: TextBody,
    /// Who asked, as an actor reference.
    pub proposed_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub proposed_at: Timestamp,
}

/// The longer times that wait, oldest first; at most 200.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalsBody {
    /// The rows.
    pub items: Vec<ApprovalRowBody>,
}

/// List approvals that wait
#[utoipa::path(
    get, path = "/api/voice/approvals", operation_id = "list_approvals", tag = "voice",
    responses(
        (status = 200, description = "Extensions that wait for an approval within the caller's scopes", body = ApprovalsBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.extend.approve`", body = ProblemBody),
    )
)]
pub async fn list_approvals(call: Call) -> Result<axum::Json<ApprovalsBody>, Failure> {
    call.require(APPROVE_EXTENSION)?;
    let (scopes, law) = (call.actor.scopes(APPROVE_EXTENSION), law(&call.shared));
    let items = call
        .read(move |conn| {
            let mut items = Vec::new();
            for scope in &scopes {
                for row in tasks::waiting_approvals(conn, scope)? {
                    let title = row.rule.parse().map(|rule| law.title(&rule));
                    items.push(ApprovalRowBody {
                        order: row.order,
                        clock: row.clock,
                        title: row.title,
                        unit: row.unit,
                        rule: title.unwrap_or_else(|_| kernel::Text::of(row.rule.clone(), row.rule)).into(),
                        proposed_by: row.proposed_by.as_str().to_owned(),
                        proposed_at: row.proposed_at,
                    });
                }
            }
            Ok(items)
        })
        .await?;
    Ok(axum::Json(ApprovalsBody { items }))
}
