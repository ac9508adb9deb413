//! Whether the process lives, and whether it can serve.

use axum::extract::State;
use endpoint::{Failure, Shared};
use http::StatusCode;
use kernel::{Problem, ProblemKind, Text};

/// The process answers; nothing else is checked, so that a slow database does not get the process killed.
pub async fn alive() -> &'static str {
    "alive\n"
}

/// The database answers and has every table this program knows.
pub async fn ready(State(shared): State<Shared>) -> Result<(StatusCode, &'static str), Failure> {
    let ledger = shared.ledger().clone();
    let pending =
        tokio::task::spawn_blocking(move || ledger.pending_migrations()).await.map_err(Problem::internal_error)?;
    match pending {
        Ok(pending) if pending.is_empty() => Ok((StatusCode::OK, "ready\n")),
        Ok(_) => {
            let message = Text::fixed(
                "数据库的表还没有更新；请运行 xiaobao migrate。",
                "The database lacks tables of this version; run `xiaobao migrate`.",
            );
            Err(Problem::new(ProblemKind::Unavailable, message).into())
        }
        Err(error) => {
            let message = Text::fixed("数据库没有应答。", "The database does not answer.");
            Err(Problem::new(ProblemKind::Unavailable, message).internally(error).into())
        }
    }
}
