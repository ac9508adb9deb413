//! Photos and papers that a customer adds to their own matter, with the token that a right code gave.

use axum::extract::{FromRequest, Multipart, Request};
use endpoint::{
    Failure, ProblemBody, PublicCall, RateLimit,
    form::{broken, not_a_form},
};
use http::{HeaderName, HeaderValue};
use kernel::{Problem, Text};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    attachments::{Taken, keep_or_remove, nothing_behind, read, take},
    law,
    portal_acts::{ProgressBody, act, program, progress_of, visitor_of},
    reading::{self, Opened},
    reveal::NO_STORE,
};
use crate::{
    desk,
    model::{Command, Verb, actions::permitted, gate::gate, parts::Purpose},
    portal::{self, Visitor},
};

/// Files that one matter gets from its complainant in a quarter of an hour, as long as a token is good.
const FILES: RateLimit = RateLimit { name: "portal.files", times_max: 20, window_seconds: 900 };

/// A file of the complainant. The token comes before the file.
#[derive(Debug, Deserialize, ToSchema)]
pub struct OwnFileForm {
    /// The token.
    pub token: String,
    /// The file.
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
}

/// Add a file to one's own matter
///
/// PDF, pictures, sound and office documents up to the bank's limit, taken as evidence.
#[utoipa::path(
    post, path = "/api/voice/portal/attachments", operation_id = "attach_own_file", tag = "portal",
    request_body(content = OwnFileForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "How the matter stands", body = ProgressBody),
        (status = 401, description = "The token has expired or is not good", body = ProblemBody),
        (status = 409, description = "The matter's state forbids it", body = ProblemBody),
        (status = 413, description = "The file is too large", body = ProblemBody),
        (status = 415, description = "The file is of a kind that is not taken", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
        (status = 429, description = "Too many files; wait", body = ProblemBody),
    )
)]
pub async fn attach_own_file(
    call: PublicCall,
    request: Request,
) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<ProgressBody>), Failure> {
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| not_a_form())?;
    let mut visitor = None;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        match (field.name().unwrap_or_default(), visitor) {
            ("token", _) => visitor = Some(visitor_of(&call, &read(field).await?).await?),
            ("file", Some(visitor)) => {
                let opened = permitted_now(&call, visitor).await?;
                let taken = take(&call.shared, field, (Purpose::Evidence, None), &opened).await?;
                nothing_behind(&call.shared, taken.kept.id, &mut form).await?;
                keep(&call, visitor, &opened, taken).await?;
                return Ok(([NO_STORE], axum::Json(progress_of(&call, visitor).await?)));
            }
            ("file", None) => return Err(portal::expired().into()),
            (_, _) => return Err(wrong().into()),
        }
    }
    Err(Problem::invalid("/file", Text::fixed("没有文件。", "There is no file.")).into())
}

/// The matter, if a file may be added to it now.
async fn permitted_now(call: &PublicCall, visitor: Visitor) -> Result<Opened, Failure> {
    let (id, now) = (visitor.order, reading::now(&call.shared));
    call.shared.limiter().check(FILES, id.to_string(), now)?;
    let shared = call.shared.clone();
    let opened = reading::blocking(move || reading::open_now(&shared, &program(), id)).await?;
    let actor = portal::complainant(opened.order.complainant(), opened.order.unit.clone());
    // Asked before a byte is stored; asked again when it counts.
    permitted(&opened.order, Verb::Attach, &actor).map_err(desk::refused)?;
    gate(&opened.order, Verb::Attach, &actor, now, &law(&call.shared)).map_err(desk::refused)?;
    Ok(opened)
}

async fn keep(call: &PublicCall, visitor: Visitor, opened: &Opened, taken: Taken) -> Result<(), Failure> {
    let Taken { kept, name, hash: _ } = taken;
    let (attachment, words) = (kept.id, opened.words("file_name", &name)?);
    let done = act(call, visitor, words, move |_| Command::Attach(kept.clone())).await;
    keep_or_remove(&call.shared, attachment, done.is_ok()).await;
    done.map(drop)
}

fn wrong() -> Problem {
    Problem::invalid("", Text::fixed("请依次提交 token 和 file。", "Send token and file, in this order."))
}
