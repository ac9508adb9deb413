//! Running the house: parked jobs, webhooks, and the raw history for auditors.
//!
//! These things belong to no unit, so they ask for a permission held from the top of the tree. Secrets and sealed values are
//! never shown in clear here.

pub mod history;
pub mod jobs;
pub mod webhooks;

use std::sync::Arc;

use endpoint::{OpenApiRouter, Room, Shared, idempotency::Prune};
use kernel::{Permission, PermissionSpec, Role, Text};
use utoipa_axum::routes;

/// See which work waits, runs or is parked.
pub const JOB_SEE: Permission = Permission("operations.job.see");
/// Run parked work again, or give it up.
pub const JOB_DECIDE: Permission = Permission("operations.job.decide");
/// See who is told of what.
pub const WEBHOOK_SEE: Permission = Permission("operations.webhook.see");
/// Decide who is told of what.
pub const WEBHOOK_CHANGE: Permission = Permission("operations.webhook.change");
/// Read the raw history of any matter; personal values in it stay sealed.
pub const HISTORY_SEE: Permission = Permission("operations.history.see");

/// The room.
pub fn room() -> Room {
    Room {
        name: "operations",
        title: Text::fixed("运维", "Operations"),
        migrations: None,
        routes: routes(),
        permissions: permissions(),
        jobs: |_| vec![Arc::new(Prune)],
        outside: endpoint::room::stays_inside,
        at_start: |now| vec![Prune::next(now)],
        reactions: Vec::new(),
        derive_anew: endpoint::room::derives_nothing,
    }
}

fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(jobs::count_jobs))
        .routes(routes!(jobs::list_parked_jobs))
        .routes(routes!(jobs::retry_job))
        .routes(routes!(jobs::drop_job))
        .routes(routes!(webhooks::list_webhooks, webhooks::create_webhook))
        .routes(routes!(webhooks::get_webhook, webhooks::update_webhook, webhooks::delete_webhook))
        .routes(routes!(webhooks::list_deliveries))
        .routes(routes!(history::get_history))
}

fn permissions() -> Vec<PermissionSpec> {
    let administrators: &[Role] = &[Role::Administrator];
    let readers: &[Role] = &[Role::Administrator, Role::Auditor];
    let spec = |permission, zh, en, roles| PermissionSpec { permission, title: Text::fixed(zh, en), roles };
    vec![
        spec(JOB_SEE, "查看后台作业", "See background jobs", readers),
        spec(JOB_DECIDE, "重试或放弃搁置的作业", "Retry or give up parked jobs", administrators),
        spec(WEBHOOK_SEE, "查看事件推送", "See webhooks", readers),
        spec(WEBHOOK_CHANGE, "设置事件推送", "Change webhooks", administrators),
        spec(HISTORY_SEE, "查看原始历史", "Read raw history", &[Role::Auditor]),
    ]
}
