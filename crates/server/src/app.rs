//! The HTTP application: the rooms' routes inside the layers that every request passes.

use std::time::Duration;

use axum::{Router, extract::DefaultBodyLimit, middleware, routing::get};
use endpoint::{OpenApiRouter, Room, Shared, request};
use http::StatusCode;
use tower::ServiceBuilder;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};
use utoipa::openapi::OpenApi;

use crate::{health, openapi, pages, secure};

/// A JSON body at most: the longest narrative with room to spare. Attachments have a limit of their own.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// How long a request may take before it is answered with a time-out.
const REQUEST_SECONDS_MAX: u64 = 30;

/// The application and its description.
pub fn app(shared: Shared, rooms: Vec<Room>) -> (Router, OpenApi) {
    let mut api = OpenApiRouter::with_openapi(openapi::base());
    for room in rooms {
        api = api.merge(room.routes);
    }
    let (router, description) = api.split_for_parts();
    let description = openapi::finish(description);
    let document = openapi::document(&description);
    // One stack, outermost first: each layer put on by itself would be boxed and copied for every request.
    let layers = ServiceBuilder::new()
        .layer(middleware::from_fn(secure::headers))
        .layer(middleware::from_fn_with_state(shared.clone(), request::layer))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_secs(REQUEST_SECONDS_MAX)))
        .layer(CatchPanicLayer::custom(secure::panicked))
        .layer(CompressionLayer::new().gzip(true))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX));
    let router = router
        .route("/api/openapi.json", get(move || std::future::ready(openapi::answer(document.clone()))))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .merge(pages::routes())
        .fallback(pages::otherwise)
        .layer(layers)
        .with_state(shared);
    (router, description)
}
