//! The outermost layer: a request id, the caller's language, one log line, one measurement, and the body of problems.
//!
//! Log lines name the route template, never the address itself, and never a body: addresses and bodies hold personal data.

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Problem, ProblemKind, RequestId, Text, text::Language};
use metrics::{counter, histogram};

use crate::{
    Shared,
    failure::{Failure, PROBLEM_JSON, render},
};

/// The header that carries the request id back.
pub const REQUEST_ID: &str = "x-request-id";

/// What the outermost layer knows of a request; handlers find it in the extensions.
#[derive(Debug, Clone, Copy)]
pub struct RequestInfo {
    /// The id of the request.
    pub id: RequestId,
    /// The language to answer in.
    pub language: Language,
}

/// The language of `Accept-Language`: English when it is named before Chinese, else Chinese.
pub fn language(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let position = |tag: &str| wanted.split(',').position(|part| part.trim().to_ascii_lowercase().starts_with(tag));
    match (position("zh"), position("en")) {
        (None, Some(_)) => Language::En,
        (Some(zh), Some(en)) if en < zh => Language::En,
        _ => Language::Zh,
    }
}

/// Wraps every request.
pub async fn layer(State(shared): State<Shared>, mut request: Request, next: Next) -> Response {
    let ports = shared.ledger().ports();
    let started = ports.clock.now();
    let info =
        RequestInfo { id: RequestId::new(started, ports.random.as_ref()), language: language(request.headers()) };
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    request.extensions_mut().insert(info);

    let mut response = next.run(request).await;
    if let Some(failure) = take_failure(&mut response) {
        log_failure(&failure.0, info.id);
        response = render(&failure.0, info.language, info.id);
    }
    if let Ok(value) = HeaderValue::from_str(&info.id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }

    let duration_micros = ports.clock.now().micros_since(started).max(0);
    let route = route.unwrap_or_else(|| "unmatched".to_owned());
    let status = response.status().as_u16();
    tracing::debug!(request.id = %info.id, %method, route, status, duration_micros, "answered {status}");
    let labels = [("method", method.to_string()), ("route", route), ("status", status.to_string())];
    counter!("xiaobao_http_requests_total", &labels).increment(1);
    histogram!("xiaobao_http_request_seconds", &labels[1..2]).record(duration_micros as f64 / 1e6);
    response
}

/// The problem that a handler returned, or the one that stands behind a bare error of the framework.
fn take_failure(response: &mut Response) -> Option<Failure> {
    if let Some(failure) = response.extensions_mut().remove::<Failure>() {
        return Some(failure);
    }
    let is_problem = response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == PROBLEM_JSON);
    let problem = if is_problem { None } else { of_status(response.status()) };
    problem.map(Failure::from)
}

fn of_status(status: StatusCode) -> Option<Problem> {
    let problem = match status {
        StatusCode::NOT_FOUND => {
            Problem::new(ProblemKind::NotFound, Text::fixed("这个地址不存在。", "There is nothing at this address."))
        }
        StatusCode::METHOD_NOT_ALLOWED => Problem::new(
            ProblemKind::MethodNotAllowed,
            Text::fixed("这个地址不接受这种方法。", "This address does not answer this method."),
        ),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            ProblemKind::TooLarge,
            Text::fixed("内容太大，超过了上限。", "The content is larger than the limit."),
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
            ProblemKind::UnsupportedType,
            Text::fixed("请以 application/json 发送。", "Send application/json."),
        ),
        StatusCode::REQUEST_TIMEOUT | StatusCode::GATEWAY_TIMEOUT => Problem::new(
            ProblemKind::Timeout,
            Text::fixed("处理时间超过了上限，请稍后再试。", "This took longer than the limit; try again."),
        ),
        other if other.is_client_error() => {
            Problem::new(ProblemKind::Malformed, Text::fixed("请求无法读懂。", "The request cannot be read."))
        }
        other if other.is_server_error() => Problem::internal_error(other),
        _ => return None,
    };
    Some(problem)
}

fn log_failure(problem: &Problem, id: RequestId) {
    let kind = problem.kind.slug();
    let internal = problem.internal().unwrap_or_default();
    match problem.kind {
        ProblemKind::Internal => tracing::error!(request.id = %id, kind, internal, "request {id} broke"),
        ProblemKind::Unavailable | ProblemKind::Timeout => {
            tracing::warn!(request.id = %id, kind, internal, "request {id} could not be served");
        }
        ProblemKind::Malformed
        | ProblemKind::Invalid
        | ProblemKind::Unauthenticated
        | ProblemKind::Forbidden
        | ProblemKind::NotFound
        | ProblemKind::Refused
        | ProblemKind::Conflict
        | ProblemKind::IdempotencyMismatch
        | ProblemKind::TooLarge
        | ProblemKind::UnsupportedType
        | ProblemKind::TooMany
        | ProblemKind::CrossSite
        | ProblemKind::MethodNotAllowed => {
            tracing::info!(request.id = %id, kind, reason = problem.reason, internal, "request {id} refused: {kind}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_the_default_language() {
        for (header, expect) in [
            ("", Language::Zh),
            ("en-GB,en;q=0.9", Language::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Zh),
            ("en,zh", Language::En),
            ("fr", Language::Zh),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, header.parse().unwrap());
            assert_eq!(language(&headers), expect, "{header}");
        }
    }
}
