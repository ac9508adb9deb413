//! The answer to a write, in a form that can be kept under its idempotency key and given again.

use axum::{body::Body, response::IntoResponse};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use kernel::Problem;
use serde::Serialize;

/// Status, body and place of a successful write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// 200, 201, 202 or 204.
    pub(crate) status: StatusCode,
    /// The JSON body; empty for 204.
    pub(crate) body: Bytes,
    /// Where the new thing is.
    pub(crate) location: Option<String>,
    /// The answer was given before, to the same key and body.
    pub(crate) replayed: bool,
}

impl Reply {
    /// 200 with the thing as it now is.
    pub fn ok<T: Serialize>(thing: &T) -> Result<Self, Problem> {
        Self::with(StatusCode::OK, thing)
    }

    /// 201 with the new thing and its address.
    pub fn created<T: Serialize>(location: String, thing: &T) -> Result<Self, Problem> {
        Ok(Self { location: Some(location), ..Self::with(StatusCode::CREATED, thing)? })
    }

    /// 202: the work goes on in the background; the thing says where to look.
    pub fn accepted<T: Serialize>(thing: &T) -> Result<Self, Problem> {
        Self::with(StatusCode::ACCEPTED, thing)
    }

    /// 204: done, and there is nothing to show.
    pub fn done() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: Bytes::new(), location: None, replayed: false }
    }

    /// The JSON body.
    pub fn body(&self) -> &Bytes {
        &self.body
    }

    fn with<T: Serialize>(status: StatusCode, thing: &T) -> Result<Self, Problem> {
        let body = serde_json::to_vec(thing).map_err(Problem::internal_error)?;
        Ok(Self { status, body: body.into(), location: None, replayed: false })
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body.clone()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        if !self.body.is_empty() {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if let Some(place) = self.location.and_then(|place| HeaderValue::from_str(&place).ok()) {
            headers.insert(header::LOCATION, place);
        }
        if self.replayed {
            headers.insert("idempotent-replayed", HeaderValue::from_static("true"));
        }
        response
    }
}
