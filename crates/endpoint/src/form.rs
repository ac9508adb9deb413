//! Fields of uploaded forms, read up to a bound. It must never hold a file of unbounded size in memory; what is streamed to the
//! object store is read by whoever stores it.

use axum::extract::multipart::Field;
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

/// The problem of a request that is no form.
pub fn not_a_form() -> Problem {
    let text = Text::fixed("请以 multipart/form-data 上传文件。", "Send the file as multipart/form-data.");
    Problem::new(ProblemKind::Malformed, text)
}
