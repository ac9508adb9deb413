//! Fields of uploaded forms, read up to a bound. It must never hold a file of unbounded size in memory; what is streamed to the
//! object store is read by whoever stores it.

use axum::extract::multipart::{Field, MultipartError};
use kernel::{Problem, ProblemKind, Text};

/// Bytes of a field before the file: words and ids.
pub const FIELD_BYTES_MAX: usize = 4096;

/// The bytes of a field; `None` when there are more than `bytes_max`.
///
/// # Errors
/// When the request is no form.
pub async fn bytes(mut field: Field<'_>, bytes_max: usize) -> Result<Option<Vec<u8>>, Problem> {
    let mut bytes = Vec::new();
    while let Some(part) = field.chunk().await.map_err(|_| not_a_form())? {
        if bytes.len() + part.len() > bytes_max {
            return Ok(None);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(Some(bytes))
}

/// The text of a field of up to [`FIELD_BYTES_MAX`] bytes; `too_long` says what is wrong with a longer one.
///
/// # Errors
/// When it is too long or no text, or the request is no form.
pub async fn text(field: Field<'_>, too_long: impl FnOnce() -> Problem) -> Result<String, Problem> {
    let bytes = bytes(field, FIELD_BYTES_MAX).await?.ok_or_else(too_long)?;
    String::from_utf8(bytes).map_err(|_| not_a_form())
}

/// The problem of a form whose next field cannot be read. A file name with a control character breaks the head of its part, which
/// people cannot see in their file manager, so they are told.
pub fn broken(error: &MultipartError) -> Problem {
    let head = ["failed to read headers", "failed to decode field"];
    if !head.iter().any(|words| error.body_text().starts_with(words)) {
        return not_a_form();
    }
    let text = Text::fixed(
        "文件名含有控制字符（如换行），无法读取；请重新命名文件后再上传。",
        "The name of the file holds a control character, such as a line end; rename the file and send it again.",
    );
    Problem::invalid("/file", text).because("file-name-unreadable")
}

/// The problem of a request that is no form.
pub fn not_a_form() -> Problem {
    let text = Text::fixed("请以 multipart/form-data 上传文件。", "Send the file as multipart/form-data.");
    Problem::new(ProblemKind::Malformed, text)
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        extract::{FromRequest, Multipart},
    };
    use http::Request;

    use super::*;

    fn refused(file_name: &str, end: &str) -> Problem {
        let body = format!(
            "--XB\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\r\n%PDF-1.7\r\n{end}"
        );
        let request = Request::post("/").header("content-type", "multipart/form-data; boundary=XB");
        let request = request.body(Body::from(body)).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut form = Multipart::from_request(request, &()).await.unwrap();
            match form.next_field().await {
                Err(error) => broken(&error),
                Ok(Some(field)) => match bytes(field, 100).await {
                    Ok(read) => Problem::internal_error(format!("{read:?}")),
                    Err(problem) => problem,
                },
                Ok(None) => not_a_form(),
            }
        })
    }

    #[test]
    fn a_file_name_with_a_control_character_is_named_as_what_is_wrong() {
        for name in ["a\u{1}b.pdf", "a\nb.pdf", "a\0.pdf"] {
            let problem = refused(name, "--XB--\r\n");
            assert_eq!(problem.reason, Some("file-name-unreadable"), "{name:?} {problem:?}");
        }
        assert_eq!(refused("a.pdf", "").kind, ProblemKind::Malformed, "a form that breaks off is no form");
    }
}
