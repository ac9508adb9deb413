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
        refuse_other_forms(request.headers())?;
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
        let Text { zh, en } = expectation(expected);
        return Text::of(format!("类型或取值不对；应为{zh}。"), format!("Wrong type or value; expected {en}."));
    }
    Text::fixed("取值不对。", "The value is not valid.")
}

/// What serde waited for, in the words of whoever sends JSON: neither Rust's types nor its names for them.
fn expectation(expected: &str) -> Text {
    let whole = |least: &str, most: &str| {
        Text::of(format!(" {least} 至 {most} 的整数"), format!("a whole number from {least} to {most}"))
    };
    match expected {
        "a string" | "a borrowed string" | "str" | "string" => Text::fixed("文字", "a string"),
        "a boolean" => Text::fixed(" true 或 false", "true or false"),
        "a sequence" => Text::fixed("列表", "a list"),
        "f64" | "f32" => Text::fixed("数字", "a number"),
        "u8" => whole("0", &u8::MAX.to_string()),
        "u16" => whole("0", &u16::MAX.to_string()),
        "u32" => whole("0", &u32::MAX.to_string()),
        "u64" | "usize" => whole("0", &u64::MAX.to_string()),
        "i8" => whole(&i8::MIN.to_string(), &i8::MAX.to_string()),
        "i16" => whole(&i16::MIN.to_string(), &i16::MAX.to_string()),
        "i32" => whole(&i32::MIN.to_string(), &i32::MAX.to_string()),
        "i64" | "isize" => whole(&i64::MIN.to_string(), &i64::MAX.to_string()),
        other if other.starts_with("one of `") => {
            let names = other.trim_start_matches("one of ").replace(", ", "、");
            Text::of(format!("以下之一：{names}"), other.to_owned())
        }
        other if other.starts_with('`') => Text::of(format!(" {}", other.replace(" or ", " 或 ")), other.to_owned()),
        other
            if ["struct ", "a map", "map", "tuple struct ", "enum ", "internally tagged", "adjacently tagged"]
                .iter()
                .any(|start| other.starts_with(start)) =>
        {
            Text::fixed("对象", "an object")
        }
        // Our own types say what they are in English; nothing of it is the sender's.
        other => Text::of(format!("：{other}"), other.to_owned()),
    }
}

fn quoted<'a>(words: &'a str, before: &str) -> Option<&'a str> {
    words.strip_prefix(before).and_then(|rest| rest.split('`').next())
}

/// Refuses a body that is not plain JSON in UTF-8, which is the only encoding that JSON has between systems (RFC 8259 §8.1).
fn refuse_other_forms(headers: &HeaderMap) -> Result<(), Problem> {
    let refuse =
        |zh: &'static str, en: &'static str| Err(Problem::new(ProblemKind::UnsupportedType, Text::fixed(zh, en)));
    let value = |name: http::HeaderName| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_ascii_lowercase()
    };
    let media = value(header::CONTENT_TYPE);
    let mut parts = media.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    if essence != "application/json" && !(essence.starts_with("application/") && essence.ends_with("+json")) {
        return refuse("请以 application/json 发送。", "Send application/json.");
    }
    let charset = parts.find_map(|part| part.strip_prefix("charset=")).unwrap_or("utf-8");
    if charset.trim_matches('"') != "utf-8" {
        return refuse("JSON 请以 UTF-8 编码发送。", "Send JSON in UTF-8.");
    }
    if !matches!(&*value(header::CONTENT_ENCODING), "" | "identity") {
        return refuse("请不要压缩所发送的内容。", "Send the content without compression.");
    }
    Ok(())
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

    #[test]
    fn what_was_expected_is_said_in_the_reader_s_language() {
        let said = |json: &str| {
            let problem = parse::<Filing>(json.as_bytes()).unwrap_err();
            let text = problem.fields.first().unwrap().message.clone();
            (text.zh.into_owned(), text.en.into_owned())
        };
        for (json, zh, en) in [
            (r#"{"title":1,"people":[]}"#, "应为文字", "expected a string"),
            (r#"{"title":"t","people":[{"age":300}]}"#, "0 至 255 的整数", "a whole number from 0 to 255"),
            (r#"{"title":"t","people":{}}"#, "应为列表", "expected a list"),
            (r#"{"title":"t","people":[true]}"#, "应为对象", "expected an object"),
        ] {
            let (zh_said, en_said) = said(json);
            assert!(zh_said.contains(zh) && en_said.contains(en), "{json}: {zh_said} / {en_said}");
            assert!(!en_said.contains("Person") && !zh_said.contains("expected"), "{json}: {zh_said} / {en_said}");
        }
    }

    #[test]
    fn only_plain_json_in_utf_8_is_read() {
        let headers = |media: &str, encoding: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, media.parse().unwrap());
            if let Some(encoding) = encoding {
                headers.insert(header::CONTENT_ENCODING, encoding.parse().unwrap());
            }
            refuse_other_forms(&headers).map_err(|problem| problem.kind)
        };
        for media in
            ["application/json", "application/json; charset=UTF-8", "application/merge-patch+json;charset=\"utf-8\""]
        {
            assert_eq!(headers(media, None), Ok(()), "{media}");
        }
        assert_eq!(headers("application/json", Some("identity")), Ok(()));
        for (media, encoding) in [
            ("text/plain", None),
            ("application/json; charset=utf-16", None),
            ("application/json; charset=gbk", None),
            ("application/json", Some("gzip")),
            ("application/json", Some("br")),
        ] {
            assert_eq!(headers(media, encoding), Err(ProblemKind::UnsupportedType), "{media} {encoding:?}");
        }
    }
}
