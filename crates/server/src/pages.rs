//! The front page for a person who opens the address in a browser: what this is and where to go. No data.

use axum::{
    Router,
    response::{Html, IntoResponse, Response},
    routing::get,
};
use endpoint::{Shared, request::language};
use http::{HeaderMap, header};
use kernel::text::Language;

const CHINESE: &str = include_str!("../pages/index.zh.html");
const ENGLISH: &str = include_str!("../pages/index.en.html");
const STYLE: &str = include_str!("../pages/style.css");

/// The routes of the front page.
pub fn routes() -> Router<Shared> {
    Router::new().route("/", get(index)).route("/style.css", get(style))
}

async fn index(headers: HeaderMap) -> Response {
    let page = match language(&headers) {
        Language::Zh => CHINESE,
        Language::En => ENGLISH,
    };
    ([(header::VARY, "accept-language")], Html(page)).into_response()
}

async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}
