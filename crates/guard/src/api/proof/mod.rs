//! Proofs over HTTP: a decision taken again with each value, a scenario tried on history, one in the shadow, and what is watched.

mod backtests;
mod body;
mod monitoring;
mod recompute;
pub mod result;
mod shadows;

use std::{sync::Arc, time::Duration};

use endpoint::{OpenApiRouter, Shared};
use kernel::{Problem, ProblemKind, Text};
use parking_lot::{Mutex, MutexGuard};
use utoipa_axum::routes;

/// How long a caller waits for the proof before; then somebody else's takes long, and the caller is told.
const TURN_WAIT_MAX: Duration = Duration::from_secs(10);

/// One proof that a caller waits for at a time: each holds windows and lists of its own, and the rest of the machine decides.
#[derive(Default)]
struct Turn(Mutex<()>);

impl Turn {
    fn of(shared: &Shared) -> Result<Arc<Self>, Problem> {
        shared.part(|_| Ok(Arc::default()))
    }

    fn take(&self) -> Result<MutexGuard<'_, ()>, Problem> {
        self.0.try_lock_for(TURN_WAIT_MAX).ok_or_else(|| {
            let text =
                Text::fixed("另有重算正在进行，请稍后再试。", "Another proof is being worked out; try again later.");
            Problem::new(ProblemKind::Unavailable, text).because("proof-busy")
        })
    }
}

/// The endpoints of this folder.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(recompute::recompute_decision))
        .routes(routes!(backtests::start_backtest, backtests::list_backtests))
        .routes(routes!(backtests::get_backtest))
        .routes(routes!(backtests::cancel_backtest))
        .routes(routes!(backtests::list_backtest_differences))
        .routes(routes!(backtests::try_scenario))
        .routes(routes!(monitoring::get_monitoring))
        .routes(routes!(monitoring::list_guard_alarms))
        .routes(routes!(shadows::start_shadow, shadows::list_shadows))
        .routes(routes!(shadows::get_shadow))
        .routes(routes!(shadows::stop_shadow))
        .routes(routes!(shadows::list_shadow_differences))
}
