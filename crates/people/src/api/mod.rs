//! The room's endpoints, one file for each family. Wire types are not domain types; nothing here decides a rule.

pub mod account;
pub mod body;
pub mod customer_body;
pub mod customer_request;
pub mod customers;
pub mod erasures;
pub mod imports;
pub mod names;
pub mod roles;
pub mod session;
pub mod staff;
pub mod staff_account;
pub mod staff_body;
pub mod tokens;
pub mod units;

use std::sync::{Arc, LazyLock};

use axum::extract::DefaultBodyLimit;
use endpoint::{Call, Failure, OpenApiRouter, Shared};
use http::HeaderMap;
use kernel::{ActorKind, Problem, ProblemKind, Text, id::StaffId};
use tokio::sync::Semaphore;
use utoipa_axum::routes;

use crate::access::password::HASHES_AT_ONCE_MAX;

/// Every endpoint of the room.
pub fn routes() -> OpenApiRouter<Shared> {
    // A list is bounded where it is read; the limit for JSON bodies would cut it off.
    let uploads = OpenApiRouter::new()
        .routes(routes!(imports::begin_import, imports::list_imports))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(uploads)
        .routes(routes!(imports::get_import))
        .routes(routes!(imports::list_import_kinds))
        .routes(routes!(session::sign_in))
        .routes(routes!(session::sign_out))
        .routes(routes!(session::get_session))
        .routes(routes!(account::list_sessions))
        .routes(routes!(account::revoke_session))
        .routes(routes!(account::revoke_other_sessions))
        .routes(routes!(account::change_password))
        .routes(routes!(account::enrol_second_factor))
        .routes(routes!(account::confirm_second_factor))
        .routes(routes!(units::list_units))
        .routes(routes!(units::get_unit))
        .routes(routes!(roles::list_roles))
        .routes(routes!(names::list_names))
        .routes(routes!(staff::list_staff, staff::create_staff))
        .routes(routes!(staff::get_staff, staff::update_staff))
        .routes(routes!(staff_account::disable_staff))
        .routes(routes!(staff_account::enable_staff))
        .routes(routes!(staff_account::reset_staff))
        .routes(routes!(tokens::list_tokens, tokens::create_token))
        .routes(routes!(tokens::revoke_token))
        .routes(routes!(customers::list_customers, customers::create_customer))
        .routes(routes!(customers::find_customers))
        .routes(routes!(customers::get_customer, customers::update_customer))
        .routes(routes!(customers::reveal_customer))
        .routes(routes!(erasures::propose_erasure))
        .routes(routes!(erasures::decline_erasure))
        .routes(routes!(erasures::erase_customer))
}

/// The member of staff who calls; systems have no account of their own here.
fn own_staff(call: &Call) -> Result<StaffId, Problem> {
    let staff = if call.actor.kind == ActorKind::Staff { call.actor.reference.id().parse().ok() } else { None };
    staff.ok_or_else(|| {
        let text = Text::fixed("只有登录的员工可以这样做。", "Only a member of staff who is signed in can do this.");
        Problem::new(ProblemKind::Forbidden, text).because("staff-only")
    })
}

/// Runs the hashing of passwords away from the event loop, a few at a time.
async fn hashing<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    static DESKS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(HASHES_AT_ONCE_MAX)));
    let desk = Arc::clone(&DESKS).acquire_owned().await.map_err(Problem::internal_error)?;
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(desk);
        done
    });
    done.await.map_err(|error| Problem::internal_error(error).into())
}

/// What the browser calls itself, cut short later.
fn client(headers: &HeaderMap) -> String {
    headers.get(http::header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}
