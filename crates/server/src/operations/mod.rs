//! Running the house: parked jobs, webhooks, the law and the calendars in force, checks of the ledger, and for auditors who
//! did what and the raw history.
//!
//! These things belong to no unit, so they ask for a permission held from the top of the tree. Secrets and sealed values are
//! never shown in clear here.

pub mod audit;
pub mod calendars;
pub mod checks;
pub mod history;
pub mod jobs;
pub mod regulations;
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
/// Read the rows of the law and the calendars in force.
pub const REGULATION_SEE: Permission = Permission("operations.regulation.see");
/// Take in a year's public holidays.
pub const CALENDAR_CHANGE: Permission = Permission("operations.calendar.change");
/// Check the whole ledger, and take its checkpoints away for keeping elsewhere.
pub const LEDGER_CHECK: Permission = Permission("operations.ledger.check");
/// Look through who did what in every room.
pub const AUDIT_SEE: Permission = Permission("operations.audit.see");
/// Look through who did what to people, roles and settings.
pub const AUDIT_SEE_OWN: Permission = Permission("operations.audit.see_administration");

/// Who works here, as opposed to customers and other systems: the law is for all of them to read.
const STAFF: [Role; 11] = [
    Role::Teller,
    Role::LobbyManager,
    Role::Handler,
    Role::Officer,
    Role::OutletHead,
    Role::BranchPresident,
    Role::Reviewer,
    Role::Inspector,
    Role::Auditor,
    Role::RegulatorLiaison,
    Role::Administrator,
];

/// The room.
pub fn room() -> Room {
    Room {
        name: "operations",
        title: Text::fixed("运维", "Operations"),
        migrations: Some(crate::store::MIGRATIONS),
        routes: routes(),
        permissions: permissions(),
        jobs: |_| vec![Arc::new(Prune)],
        outside: endpoint::room::stays_inside,
        at_start: |now| vec![Prune::next(now)],
        reactions: Vec::new(),
        at_stop: endpoint::room::leaves_nothing,
        derive_anew: endpoint::room::derives_nothing,
    }
}

fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(jobs::count_jobs))
        .routes(routes!(jobs::list_parked_jobs))
        .routes(routes!(jobs::retry_job))
        .routes(routes!(jobs::drop_job))
        .routes(routes!(jobs::list_dropped_jobs))
        .routes(routes!(webhooks::list_webhooks, webhooks::create_webhook))
        .routes(routes!(webhooks::get_webhook, webhooks::update_webhook, webhooks::delete_webhook))
        .routes(routes!(webhooks::list_deliveries))
        .routes(routes!(history::get_history))
        .routes(routes!(audit::search_audit))
        .routes(routes!(regulations::list_regulations))
        .routes(routes!(calendars::list_calendars, calendars::import_calendar))
        .routes(routes!(calendars::preview_calendar))
        .routes(routes!(calendars::get_calendar))
        .routes(routes!(checks::list_ledger_checks, checks::start_ledger_check))
        .routes(routes!(checks::get_ledger_check))
        .routes(routes!(checks::cancel_ledger_check))
        .routes(routes!(checks::list_checkpoints))
        .routes(routes!(checks::get_checkpoint))
}

fn permissions() -> Vec<PermissionSpec> {
    let administrators: &[Role] = &[Role::Administrator];
    let readers: &[Role] = &[Role::Administrator, Role::Auditor];
    let spec =
        |permission, zh, en, roles| PermissionSpec { permission, title: Text::fixed(zh, en), roles, alone: false };
    vec![
        spec(JOB_SEE, "查看后台作业", "See background jobs", readers),
        spec(JOB_DECIDE, "重试或放弃搁置的作业", "Retry or give up parked jobs", administrators),
        spec(WEBHOOK_SEE, "查看事件推送", "See webhooks", readers),
        spec(WEBHOOK_CHANGE, "设置事件推送", "Change webhooks", administrators),
        spec(HISTORY_SEE, "查看原始历史", "Read raw history", &[Role::Auditor]),
        spec(REGULATION_SEE, "查看法规条目和日历", "Read the law and the calendars", &STAFF),
        spec(CALENDAR_CHANGE, "导入节假日", "Take in public holidays", administrators),
        spec(LEDGER_CHECK, "校验账本", "Check the ledger", readers),
        spec(AUDIT_SEE, "查询全部操作", "Look through all acts", &[Role::Auditor]),
        spec(AUDIT_SEE_OWN, "查询人员和设置的操作", "Look through acts on people and settings", administrators),
    ]
}
