//! The one conversion from a problem to RFC 9457 problem+json.
//!
//! A handler returns `Failure`; the outermost layer of `request` writes the body, because only it knows the caller's
//! language and the request id. The internal context goes to the log there, once, and never into the body.

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use kernel::{Problem, ProblemKind, RequestId, text::Language};
use ledger::StoreError;
use serde::Serialize;
use utoipa::ToSchema;

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// Seconds after which to try again what nobody said more of: whatever is short of time now may have some then.
const RETRY_SECONDS: u32 = 1;

/// Problem types are named by addresses that lead to their description in the guide.
const TYPE_BASE: &str = "/problems/";

/// A problem on its way out of a handler.
#[derive(Debug, Clone)]
pub struct Failure(pub Box<Problem>);

/// Any error that becomes a problem can be returned with `?`.
impl<E: Into<Problem>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(Box::new(error.into()))
    }
}

/// The body of a problem, as documented in the OpenAPI file.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemBody {
    /// The address of the problem type, for instance `/problems/refused`.
    #[serde(rename = "type")]
    pub type_: String,
    /// The name of the problem type.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, in the caller's language.
    pub detail: String,
    /// A stable word for the reason within the type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldBody>,
    /// The request id, to tell the administrator.
    pub request_id: String,
}

/// One field that is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldBody {
    /// The JSON pointer of the field; a query parameter starts with `?`.
    pub pointer: String,
    /// What is wrong with it.
    pub detail: String,
}

/// The HTTP status of each kind of problem.
pub const fn status(kind: ProblemKind) -> StatusCode {
    match kind {
        ProblemKind::Malformed => StatusCode::BAD_REQUEST,
        ProblemKind::Invalid | ProblemKind::IdempotencyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
        ProblemKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ProblemKind::Forbidden | ProblemKind::CrossSite => StatusCode::FORBIDDEN,
        ProblemKind::NotFound => StatusCode::NOT_FOUND,
        ProblemKind::Refused | ProblemKind::Conflict => StatusCode::CONFLICT,
        ProblemKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ProblemKind::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        ProblemKind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        ProblemKind::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        ProblemKind::Timeout | ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ProblemKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status(self.0.kind);
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the body of `problem`.
pub fn render(problem: &Problem, language: Language, request: RequestId) -> Response {
    let status = status(problem.kind);
    let body = ProblemBody {
        type_: format!("{TYPE_BASE}{}", problem.kind.slug()),
        title: problem.kind.slug().replace('-', " "),
        status: status.as_u16(),
        detail: problem.message.get(language).to_owned(),
        reason: problem.reason.map(str::to_owned),
        errors: problem
            .fields
            .iter()
            .map(|field| FieldBody { pointer: field.pointer.clone(), detail: field.message.get(language).to_owned() })
            .collect(),
        request_id: request.to_string(),
    };
    let bytes = serde_json::to_vec(&body).unwrap_or_default();
    let mut response = Response::new(Body::from(bytes));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
    if problem.kind.retryable() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(problem.wait_seconds().unwrap_or(RETRY_SECONDS)));
    }
    if problem.kind == ProblemKind::Unauthenticated {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// The problem behind an error of the ledger, for code that has no message of its own.
pub fn of_store(error: StoreError) -> Failure {
    Failure::from(Problem::from(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_must_wait_is_told_how_long() {
        let after = |problem: &Problem| {
            let response = render(problem, Language::En, "rq_01m80vmrb7fhq91f97h2vv22cm".parse().unwrap());
            response.headers().get(header::RETRY_AFTER).map(|value| value.to_str().unwrap().to_owned())
        };
        let problem = |kind| Problem::new(kind, kernel::Text::fixed("等", "Wait"));
        assert_eq!(after(&problem(ProblemKind::TooMany).after_seconds(900)).as_deref(), Some("900"));
        assert_eq!(after(&problem(ProblemKind::Unavailable)).as_deref(), Some("1"));
        assert_eq!(after(&problem(ProblemKind::Refused)), None);
    }

    #[test]
    fn every_kind_is_an_error_status_and_has_its_own_slug() {
        let mut slugs: Vec<_> = ProblemKind::ALL.iter().map(|kind| kind.slug()).collect();
        slugs.sort_unstable();
        slugs.dedup();
        assert_eq!(slugs.len(), ProblemKind::ALL.len());
        assert!(ProblemKind::ALL.iter().all(|kind| status(*kind).as_u16() >= 400));
    }
}
