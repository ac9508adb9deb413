//! What comes in: bodies, query parameters and path parameters, each refused with a pointer to what is wrong.
//!
//! Messages never repeat a value: it may be personal.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, rejection::BytesRejection},
    response::IntoResponse,
};
use bytes::Bytes;
use http::{HeaderMap, StatusCode, header, request::Parts};
use kernel::{Problem, ProblemKind, Text};
use serde::de::DeserializeOwned;

use crate::{Failure, Shared};

/// A hash over the bytes of a body, for idempotency keys; of nothing when no key was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BodyPrint(pub(crate) Option<[u8; 32]>);

impl BodyPrint {
    /// The print of a request whose body plays no part.
    pub const fn none() -> Self {
        Self(None)
    }

    /// The print of content that was hashed while it streamed by.
    pub const fn of_hash(hash: [u8; 32]) -> Self {
        Self(Some(hash))
    }
}

/// The header under which a write may be sent again.
pub const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// A JSON body and its print.
#[derive(Debug, Clone, Copy)]
pub struct Json<T> {
    /// The value.
    pub value: T,
    /// The hash of the bytes it was read from.
    pub print: BodyPrint,
}

impl<T: DeserializeOwned> FromRequest<Shared> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            let message = Text::fixed("请以 application/json 发送。", "Send application/json.");
            return Err(Problem::new(ProblemKind::UnsupportedType, message).into());
        }
        let keyed = request.headers().contains_key(IDEMPOTENCY_KEY);
        let bytes = Bytes::from_request(request, shared).await.map_err(of_body)?;
        let value = parse(&bytes)?;
        let print = BodyPrint(keyed.then(|| {
            let mut hasher = shared.ledger().ports().keyring.hasher();
            hasher.update(&bytes);
            hasher.finish().0
        }));
        Ok(Self { value, print })
    }
}

/// Reads JSON, or says where it is wrong.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // serde would read an array as a struct, field by field; a body is an object and nothing else.
    let object = bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
    if !object && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok() {
        return Err(Problem::invalid("", Text::fixed("应为一个 JSON 对象。", "Send a JSON object.")));
    }
    if let Some(place) = holds_nul(bytes) {
        return Err(Problem::invalid(
            place,
            Text::fixed("文字中不能有空字符（U+0000）。", "A text may not hold U+0000."),
        ));
    }
    serde_json::from_slice(bytes).map_err(|error| {
        if object && error.is_data() {
            // Read again, this time keeping the path; only bad input pays for it.
            let mut json = serde_json::Deserializer::from_slice(bytes);
            if let Err(located) = serde_path_to_error::deserialize::<_, T>(&mut json) {
                let words = located.inner().to_string();
                // Of a missing or doubled field serde knows the name, and the path ends at what should hold it.
                let name = quoted(&words, "missing field `").or_else(|| quoted(&words, "duplicate field `"));
                let end = name.map_or(String::new(), |name| format!("/{name}"));
                return Problem::invalid(pointer(located.path()) + &end, explain(&words));
            }
        }
        let place = format!("line {} column {}", error.line(), error.column());
        let message = Text::of(
            format!("内容不是正确的 JSON（第 {} 行第 {} 列）。", error.line(), error.column()),
            format!("The content is not valid JSON ({place})."),
        );
        Problem::new(ProblemKind::Malformed, message)
    })
}

/// Where a text or a name holds U+0000, which PostgreSQL cannot store and no writing needs.
fn holds_nul(bytes: &[u8]) -> Option<String> {
    const ESCAPED: &[u8] = br"\u0000";
    // In JSON it can only be escaped; an escaped backslash before `u0000` looks alike and is told apart by reading.
    if !bytes.windows(ESCAPED.len()).any(|window| window == ESCAPED) {
        return None;
    }
    fn find(value: &serde_json::Value) -> Option<String> {
        use serde_json::Value;
        match value {
            Value::String(text) => text.contains('\0').then(String::new),
            Value::Array(items) => {
                items.iter().enumerate().find_map(|(at, item)| find(item).map(|rest| format!("/{at}{rest}")))
            }
            Value::Object(fields) => fields.iter().find_map(|(name, item)| {
                if name.contains('\0') { Some(String::new()) } else { find(item).map(|rest| format!("/{name}{rest}")) }
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => None,
        }
    }
    find(&serde_json::from_slice(bytes).ok()?)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut text, segment| {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("/{index}")),
            Segment::Map { key } => text.push_str(&format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
            Segment::Enum { variant } => text.push_str(&format!("/{variant}")),
            Segment::Unknown => {}
        }
        text
    })
}

/// Serde's own words up to the value: `invalid type: string "138…"` must not come back with the value in it.
fn explain(words: &str) -> Text {
    let without_place = words.rsplit_once(" at line ").map_or(words, |(head, _)| head);
    if let Some(name) = quoted(without_place, "missing field `") {
        return Text::of(format!("缺少 {name}。"), format!("`{name}` is missing."));
    }
    if let Some(rest) = without_place.strip_prefix("unknown field `") {
        let allowed = rest.split_once("expected ").map_or("", |(_, allowed)| allowed);
        return Text::of(
            format!("有一个未知的字段；允许的是 {allowed}。"),
            format!("There is an unknown field; allowed are {allowed}."),
        );
    }
    if without_place.starts_with("duplicate field") {
        return Text::fixed("同一个字段出现了两次。", "A field appears twice.");
    }
    if let Some((_, expected)) = without_place.rsplit_once(", expected ") {
        return Text::of(
            format!("类型或取值不对；应为 {expected}。"),
            format!("Wrong type or value; expected {expected}."),
        );
    }
    Text::fixed("取值不对。", "The value is not valid.")
}

fn quoted<'a>(words: &'a str, before: &str) -> Option<&'a str> {
    words.strip_prefix(before).and_then(|rest| rest.split('`').next())
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn of_body(rejection: BytesRejection) -> Failure {
    let problem = if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(
            ProblemKind::TooLarge,
            Text::fixed("内容太大，超过了上限。", "The content is larger than the limit."),
        )
    } else {
        Problem::new(ProblemKind::Malformed, Text::fixed("没有收到完整的内容。", "The content did not arrive whole."))
    };
    problem.into()
}

/// U+0000 as an address writes it. No stored text holds one: PostgreSQL could not keep it.
const NUL_IN_ADDRESS: &str = "%00";

/// Query parameters.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        if parts.uri.query().is_some_and(|query| query.contains(NUL_IN_ADDRESS)) {
            let text = Text::fixed("查询参数中不能有空字符（U+0000）。", "A query parameter may not hold U+0000.");
            return Err(Problem::invalid("?", text).into());
        }
        match axum::extract::Query::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => {
                let words = rejection.body_text();
                let name =
                    words.split(": ").nth(1).filter(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
                let text = Text::of(
                    "查询参数不对：名称未知，或取值不在允许范围内。",
                    "A query parameter is wrong: its name is unknown, or its value is out of range.",
                );
                Err(Problem::invalid(format!("?{}", name.unwrap_or_default()), text).into())
            }
        }
    }
}

/// Path parameters; a malformed id is a thing that does not exist.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let nothing_has_it = parts.uri.path().contains(NUL_IN_ADDRESS);
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) if !nothing_has_it => Ok(Self(value)),
            Ok(_) | Err(_) => Err(Problem::not_found("地址", "thing at this address").into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Filing {
        title: String,
        people: Vec<Person>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Person {
        age: u8,
    }

    #[track_caller]
    fn check(json: &str, kind: ProblemKind, pointer: &str, never: &str) {
        let problem = parse::<Filing>(json.as_bytes()).unwrap_err();
        assert_eq!(problem.kind, kind, "{problem:?}");
        assert_eq!(problem.fields.first().map_or("", |field| field.pointer.as_str()), pointer);
        assert!(!format!("{problem:?}").contains(never), "the value came back: {problem:?}");
    }

    #[test]
    fn bad_bodies_say_where_and_never_repeat_the_value() {
        use ProblemKind::{Invalid, Malformed};
        check("{", Malformed, "", "~");
        check("", Malformed, "", "~");
        check(r#"{"title":"t","people":[{"age":"13812345678"}]}"#, Invalid, "/people/0/age", "138");
        check(r#"{"title":"t","people":[{"age":300}]}"#, Invalid, "/people/0/age", "300");
        check(r#"{"people":[]}"#, Invalid, "/title", "~");
        check(r#"{"title":"t","people":[],"13812345678":1}"#, Invalid, "/13812345678", "unknown field `138");
        check(r#"{"title":"t","title":"u","people":[]}"#, Invalid, "/title", "~");
        check(&"[".repeat(100_000), Malformed, "", "~");
        check("[\"t\", []]", Invalid, "", "~");
        check(r#"{"title":"t","people":[{"age":1,"x":"a\u0000b"}]}"#, Invalid, "/people/0/x", "a\0b");
        assert!(parse::<Filing>(br#"{"title":"\\u0000 is how it is written","people":[]}"#).is_ok());
        check("null", Invalid, "", "~");
        assert_eq!(parse::<Filing>(b"{\"title\":\"\xff\"}").unwrap_err().kind, Malformed);
    }
}
