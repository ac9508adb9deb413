//! Messages for the bank's own SMS gateway, which fetches them and sends them.

use endpoint::{Call, Failure, ProblemBody};
use http::{HeaderName, HeaderValue};
use kernel::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use super::reveal::NO_STORE;
use crate::{
    model::permission::SEND_MESSAGES,
    store::messages::{self, TAKE_MAX},
};

/// A message to send.
#[derive(Serialize, ToSchema)]
pub struct MessageBody {
    /// The id, so that it is sent once.
    pub id: String,
    /// What it is, for instance `code`.
    pub kind: String,
    /// The telephone number.
    pub recipient: String,
    /// The text.
    pub body: String,
    /// After this it need not be sent any more.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// Messages to send, oldest first; at most a hundred.
#[derive(Serialize, ToSchema)]
pub struct MessagesBody {
    /// The messages. Each is given out once.
    pub items: Vec<MessageBody>,
}

/// Take messages to send
#[utoipa::path(
    post, path = "/api/voice/messages/take", operation_id = "take_messages", tag = "voice",
    responses(
        (status = 200, description = "Messages that wait; they are now the gateway's", body = MessagesBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.message.send` for the whole bank", body = ProblemBody),
    )
)]
pub async fn take_messages(call: Call) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<MessagesBody>), Failure> {
    // The messages are those of all customers: a token of one branch must not take another's codes.
    call.require_everywhere(SEND_MESSAGES)?;
    let taken = call
        .write_unkept(|unit| {
            let (keyring, now) = (unit.keyring(), unit.now());
            messages::take(unit.connection(), keyring, now, TAKE_MAX)
        })
        .await?;
    let body = |message: messages::Message| MessageBody {
        id: message.id,
        kind: message.kind,
        recipient: message.recipient.into_exposed(),
        body: message.body.into_exposed(),
        expires_at: message.expires_at,
    };
    Ok(([NO_STORE], axum::Json(MessagesBody { items: taken.into_iter().map(body).collect() })))
}
