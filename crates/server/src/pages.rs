//! The web pages: the workbench, the customer portal and their files, as `web/` builds them. No data, no session.
//!
//! A release build carries the files inside the program; a debug build reads them from `web/dist/pages`. Without them
//! every page says how they are built, so that the program itself never needs Node.

use axum::{
    Router,
    extract::{Path, State},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use endpoint::Shared;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::random::Random;

use crate::secure;

/// The files that Vite makes of `web/`.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../web/dist/pages"]
#[allow_missing = true]
struct Built;

/// What is shown in the place of pages that were not built.
const UNBUILT: &str = include_str!("../pages/unbuilt.html");

/// The word in the pages that each answer replaces by its nonce; `web/vite.config.ts` writes it.
const NONCE_PLACEHOLDER: &str = "XIAOBAO-NONCE";

/// Bytes of a nonce: beyond guessing within the life of a page.
const NONCE_BYTES: usize = 16;

/// Files whose names carry a hash of their content never change.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// Pages and the icon are asked for again each time: the pages name the files of the present release.
const EACH_TIME: HeaderValue = HeaderValue::from_static("no-cache");

/// The routes of the pages. The workbench's own addresses are answered by [`otherwise`].
pub fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(workbench))
        .route("/portal", get(portal))
        .route("/portal/{*rest}", get(portal))
        .route("/assets/{*name}", get(asset))
        .route("/icon.svg", get(icon))
}

/// An address that nothing else answers: a page of the workbench when a browser asks to see one, else nothing.
pub async fn otherwise(state: State<Shared>, request: axum::extract::Request) -> Response {
    let accepts = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_page = request.method() == http::Method::GET && accepts.contains("text/html");
    if is_page && !request.uri().path().starts_with("/api/") {
        return workbench(state).await;
    }
    StatusCode::NOT_FOUND.into_response()
}

async fn workbench(State(shared): State<Shared>) -> Response {
    page("index.html", shared.ledger().ports().random.as_ref())
}

async fn portal(State(shared): State<Shared>) -> Response {
    page("portal.html", shared.ledger().ports().random.as_ref())
}

/// A page with a nonce of its own: only style sheets that the page itself brings are applied.
fn page(name: &str, random: &dyn Random) -> Response {
    let built = Built::get(name);
    let found = built.as_ref().and_then(|file| std::str::from_utf8(&file.data).ok());
    let mut bytes = [0; NONCE_BYTES];
    random.fill(&mut bytes);
    let nonce: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let html = found.unwrap_or(UNBUILT).replace(NONCE_PLACEHOLDER, &nonce);
    let mut response = Html(html).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, EACH_TIME);
    headers.insert(header::CONTENT_SECURITY_POLICY, secure::page_policy(&nonce));
    response
}

async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    file(&format!("assets/{name}"), FOR_EVER, &headers)
}

async fn icon(headers: HeaderMap) -> Response {
    file("icon.svg", EACH_TIME, &headers)
}

fn file(name: &str, keep: HeaderValue, asked: &HeaderMap) -> Response {
    let Some(file) = Built::get(name) else { return StatusCode::NOT_FOUND.into_response() };
    let tag: String = file.metadata.sha256_hash().iter().take(NONCE_BYTES).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let is_known = asked.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, media(name))], file.data.into_owned()).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, keep);
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    response
}

/// The media types of the files that the build makes; with `nosniff` a browser takes our word.
fn media(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        Some(_) | None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use kernel::random::SeededRandom;

    use super::*;

    async fn text(response: Response) -> String {
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn each_answer_has_a_nonce_of_its_own_in_page_and_policy() {
        let random = SeededRandom::new(7);
        let mut seen = Vec::new();
        for name in ["index.html", "portal.html", "never-built.html"] {
            let response = page(name, &random);
            let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
            let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
            let html = text(response).await;
            assert!(html.contains(&format!("nonce=\"{nonce}\"")), "{name} does not carry {nonce}");
            assert!(!html.contains(NONCE_PLACEHOLDER) && !policy.contains("unsafe-inline"), "{policy}");
            seen.push(nonce);
        }
        seen.dedup();
        assert_eq!(seen.len(), 3);
    }

    #[tokio::test]
    async fn pages_that_were_not_built_say_how_they_are() {
        let html = text(page("never-built.html", &SeededRandom::new(1))).await;
        assert!(html.contains("cargo xtask web"), "{html}");
    }

    #[test]
    fn pages_that_were_built_are_found() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/dist/pages");
        for name in ["index.html", "portal.html"] {
            assert_eq!(Built::get(name).is_some(), folder.join(name).is_file(), "{name}");
        }
    }

    #[test]
    fn a_file_that_does_not_exist_is_not_found() {
        let response = file("assets/none.js", FOR_EVER, &HeaderMap::new());
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        let outside = file("assets/../../../Cargo.toml", FOR_EVER, &HeaderMap::new());
        assert_eq!(outside.status(), StatusCode::NOT_FOUND);
    }
}
