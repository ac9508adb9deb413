//! The room's endpoints, one file for each family. Wire types are not domain types; nothing here decides a rule.

pub mod abnormal;
pub mod acts;
pub mod approvals;
pub mod attachments;
pub mod axes;
pub mod body;
pub mod bulk;
pub mod cases;
pub mod causes;
pub mod day;
pub mod detail;
pub mod exports;
pub mod figures;
pub mod find;
pub mod guesses;
pub mod highlight;
pub mod hot;
pub mod leads;
pub mod letters;
pub mod list;
pub mod listings;
pub mod matches;
pub mod mediators;
pub mod messages;
pub mod orders;
pub mod origin;
pub mod past_lists;
pub mod portal;
pub mod portal_about;
pub mod portal_acts;
pub mod portal_codes;
pub mod portal_files;
pub mod portal_invitations;
pub mod reading;
pub mod rectifications;
pub mod regulator_lists;
pub mod reports;
pub mod reveal;
pub mod routing;
pub mod tasks;
pub mod waiting;

#[cfg(test)]
mod tests;

use axum::extract::DefaultBodyLimit;
use endpoint::{Call, Failure, OpenApiRouter, ProblemBody, Shared};
use utoipa_axum::routes;

use crate::{
    desk::TOPIC,
    model::{Law, permission::SEE},
};

/// Every endpoint of the room.
pub fn routes() -> OpenApiRouter<Shared> {
    // An upload streams to the object store and is bounded there; the limit for JSON bodies would cut it off.
    let uploads = OpenApiRouter::new()
        .routes(routes!(attachments::attach_file))
        .routes(routes!(regulator_lists::take_regulator_list, regulator_lists::list_regulator_lists))
        .routes(routes!(portal_files::attach_own_file))
        .layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(abnormal::routes())
        .merge(listings::routes())
        .routes(routes!(orders::file_order, list::list_orders))
        .routes(routes!(find::find_orders))
        .routes(routes!(detail::get_order))
        .routes(routes!(day::get_day))
        .routes(routes!(reveal::reveal_order))
        .routes(routes!(letters::preview_letter))
        .routes(routes!(letters::print_letter))
        .routes(routes!(attachments::download_file))
        .routes(routes!(tasks::list_tasks))
        .routes(routes!(approvals::list_approvals))
        .routes(routes!(waiting::list_waiting))
        .routes(routes!(axes::get_axes))
        .routes(routes!(watch_orders))
        .routes(routes!(messages::take_messages))
        .routes(routes!(causes::list_causes))
        .routes(routes!(mediators::list_mediators))
        .merge(bulk::routes())
        .merge(cases::routes())
        .merge(exports::routes())
        .merge(hot::routes())
        .merge(past_lists::routes())
        .merge(reports::routes())
        .merge(figures::routes())
        .routes(routes!(regulator_lists::list_regulator_list_rows))
        .merge(rectifications::routes())
        .merge(guesses::routes())
        .merge(matches::routes())
        .routes(routes!(leads::get_lead_glance))
        .routes(routes!(letters::download_letter))
        .merge(acts::routes())
        .merge(routing::routes())
        .merge(portal::routes())
        .merge(portal_codes::routes())
        .merge(portal_acts::routes())
        .merge(portal_about::routes())
        .merge(portal_invitations::routes())
        .merge(uploads)
}

/// The law as this process has it.
pub(crate) fn law(shared: &Shared) -> Law {
    let rules = shared.law();
    let calendar = rules.calendar().clone();
    Law::new(rules, calendar)
}

/// Watch orders
///
/// A stream of server-sent events: `changed` names an order that changed within the caller's scopes and how; `reload`
/// says that some were missed.
#[utoipa::path(
    get, path = "/api/voice/live", operation_id = "watch_orders", tag = "voice",
    responses(
        (status = 200, description = "The stream", content_type = "text/event-stream", body = String),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
    )
)]
pub async fn watch_orders(call: Call) -> Result<axum::response::Response, Failure> {
    call.require(SEE)?;
    Ok(call.shared.live().stream(&call, TOPIC, SEE))
}
