//! The OpenAPI 3.1 description: what the handlers say, with what holds for all of them added once.

use std::sync::Arc;

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use endpoint::{ProblemBody, SESSION_COOKIE, failure::PROBLEM_JSON};
use http::header;
use utoipa::{
    OpenApi, PartialSchema, ToSchema,
    openapi::{
        Content, OpenApi as Description, RefOr, ResponseBuilder,
        path::Operation,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// The frame of the description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Xiaobao 消保",
        description = "Consumer protection for banks. Errors are RFC 9457 problems; writes take `Idempotency-Key`; lists are keyset-paged.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ProblemBody))
)]
struct Frame;

/// The description before the rooms' routes are merged into it.
pub fn base() -> Description {
    Frame::openapi()
}

/// Adds the problem answer to every operation and the ways to sign in.
pub fn finish(mut description: Description) -> Description {
    for item in description.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch];
        for operation in operations.into_iter().flatten() {
            add_problem(operation);
        }
    }
    let components = description.components.get_or_insert_default();
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(SESSION_COOKIE)));
    components.security_schemes.insert("session".to_owned(), RefOr::T(cookie));
    let bearer = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    components.security_schemes.insert("token".to_owned(), RefOr::T(bearer));
    components.schemas.entry(ProblemBody::name().into_owned()).or_insert_with(ProblemBody::schema);
    description
}

fn add_problem(operation: &mut Operation) {
    let schema = RefOr::Ref(utoipa::openapi::Ref::from_schema_name(ProblemBody::name()));
    let problem = ResponseBuilder::new()
        .description("A problem: see `type`, `detail` and `errors`.")
        .content(PROBLEM_JSON, Content::new(Some(schema)))
        .build();
    operation.responses.responses.entry("default".to_owned()).or_insert(RefOr::T(problem));
}

/// The description as the bytes that are served and committed.
pub fn document(description: &Description) -> Bytes {
    let mut text = description.to_pretty_json().expect("the description is plain data");
    text.push('\n');
    Bytes::from(text)
}

/// Serves the description.
pub fn answer(document: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document).into_response()
}

/// The description of a house that is not running, for `xiaobao openapi`.
pub fn offline(rooms: Vec<endpoint::Room>) -> Arc<Description> {
    let mut api = utoipa_axum::router::OpenApiRouter::with_openapi(base());
    for room in rooms {
        api = api.merge(room.routes);
    }
    Arc::new(finish(api.into_openapi()))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|value| references(value, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let description = offline(crate::rooms());
        let document: Value = serde_json::from_slice(&document(&description)).unwrap();
        let mut found = Vec::new();
        references(&document, &mut found);
        assert!(found.len() > 100, "only {} references were found", found.len());
        let dangling: Vec<&str> = found
            .into_iter()
            .filter(|reference| document.pointer(reference.trim_start_matches('#')).is_none())
            .collect();
        assert!(dangling.is_empty(), "a type used by a parameter alone needs `#[param(inline)]`: {dangling:?}");
    }
}
