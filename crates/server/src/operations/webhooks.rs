//! Webhooks: who is told of what, and what became of each message. A secret is taken or made once and never shown again.

use endpoint::{BodyPrint, Call, Failure, Json, ListQuery, PageBody, Path, Query, Reply};
use kernel::{Pii, Problem, Timestamp};
use ledger::webhooks::{self, Delivery, DeliveryState, NewWebhook, Webhook, WebhookChange};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{WEBHOOK_CHANGE, WEBHOOK_SEE};

const NOUNS: (&str, &str) = ("事件推送", "webhook");

/// A subscription to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateWebhook {
    /// Where messages go, `https://…`.
    url: String,
    /// Full kinds (`voice.order.closed`), all of a type (`voice.order.*`), or `*`.
    kinds: Vec<String>,
    /// The secret that signs messages, 24 to 64 bytes of text.
    #[schema(value_type = String)]
    secret: Pii<String>,
}

/// What is to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateWebhook {
    /// Where messages go.
    url: Option<String>,
    /// What is wanted.
    kinds: Option<Vec<String>>,
    /// Whether messages are sent.
    active: Option<bool>,
    /// A new secret.
    #[schema(value_type = Option<String>)]
    secret: Option<Pii<String>>,
}

/// A subscription, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookBody {
    /// Its id.
    id: String,
    /// Where messages go.
    url: String,
    /// What is wanted.
    kinds: Vec<String>,
    /// Whether messages are sent.
    active: bool,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl From<Webhook> for WebhookBody {
    fn from(webhook: Webhook) -> Self {
        let Webhook { id, url, kinds, active, created_at, updated_at } = webhook;
        Self { id, url, kinds, active, created_at, updated_at }
    }
}

/// One message for one subscriber.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryBody {
    /// Its id, sent as `webhook-id`.
    id: String,
    /// The event's stream.
    stream: String,
    /// The event's full kind.
    kind: String,
    /// `waiting`, `delivered` or `parked`.
    state: &'static str,
    /// How often it was tried.
    tries: i32,
    /// The status of the last answer.
    status: Option<i32>,
    /// Why the last try failed.
    error: Option<String>,
}

impl From<Delivery> for DeliveryBody {
    fn from(delivery: Delivery) -> Self {
        let state = match delivery.state {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Parked => "parked",
        };
        Self {
            id: delivery.id,
            stream: delivery.stream,
            kind: delivery.kind,
            state,
            tries: delivery.tries,
            status: delivery.status,
            error: delivery.error,
        }
    }
}

/// Lists the subscriptions.
#[utoipa::path(get, path = "/api/operations/webhooks", operation_id = "list_webhooks", tag = "operations",
    params(ListQuery), responses((status = 200, body = PageBody<WebhookBody>)))]
pub async fn list_webhooks(
    call: Call,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<WebhookBody>>, Failure> {
    call.require_everywhere(WEBHOOK_SEE)?;
    let page = query.page();
    let found = call.read(move |connection| webhooks::list(connection, &page)).await?;
    Ok(axum::Json(found.map(WebhookBody::from).into()))
}

/// Makes a subscription; it applies to what happens from then on.
#[utoipa::path(post, path = "/api/operations/webhooks", operation_id = "create_webhook", tag = "operations",
    request_body = CreateWebhook, responses((status = 201, body = WebhookBody)))]
pub async fn create_webhook(call: Call, json: Json<CreateWebhook>) -> Result<Reply, Failure> {
    call.require_everywhere(WEBHOOK_CHANGE)?;
    let CreateWebhook { url, kinds, secret } = json.value;
    let new = NewWebhook { url, kinds, secret: secret.map(String::into_bytes) };
    call.write(json.print, move |unit| {
        let webhook = webhooks::create(unit, &new)?;
        Reply::created(format!("/api/operations/webhooks/{}", webhook.id), &WebhookBody::from(webhook))
    })
    .await
}

/// Shows one subscription.
#[utoipa::path(get, path = "/api/operations/webhooks/{id}", operation_id = "get_webhook", tag = "operations",
    params(("id" = String, Path)), responses((status = 200, body = WebhookBody)))]
pub async fn get_webhook(call: Call, Path(id): Path<String>) -> Result<axum::Json<WebhookBody>, Failure> {
    call.require_everywhere(WEBHOOK_SEE)?;
    let found = call.read(move |connection| Ok(webhooks::get(connection, &id)?)).await?;
    let webhook = found.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
    Ok(axum::Json(webhook.into()))
}

/// Changes a subscription; what is absent stays.
#[utoipa::path(patch, path = "/api/operations/webhooks/{id}", operation_id = "update_webhook", tag = "operations",
    params(("id" = String, Path)), request_body = UpdateWebhook, responses((status = 200, body = WebhookBody)))]
pub async fn update_webhook(call: Call, Path(id): Path<String>, json: Json<UpdateWebhook>) -> Result<Reply, Failure> {
    call.require_everywhere(WEBHOOK_CHANGE)?;
    let UpdateWebhook { url, kinds, active, secret } = json.value;
    let change = WebhookChange { url, kinds, active, secret: secret.map(|secret| secret.map(String::into_bytes)) };
    call.write(json.print, move |unit| {
        let changed = webhooks::change(unit, &id, &change)?;
        let webhook = changed.ok_or_else(|| Problem::not_found(NOUNS.0, NOUNS.1))?;
        Reply::ok(&WebhookBody::from(webhook))
    })
    .await
}

/// Ends a subscription and forgets its secret.
#[utoipa::path(delete, path = "/api/operations/webhooks/{id}", operation_id = "delete_webhook", tag = "operations",
    params(("id" = String, Path)), responses((status = 204)))]
pub async fn delete_webhook(call: Call, Path(id): Path<String>) -> Result<Reply, Failure> {
    call.require_everywhere(WEBHOOK_CHANGE)?;
    call.write(BodyPrint::none(), move |unit| {
        let removed = webhooks::remove(unit, &id)?;
        if removed { Ok(Reply::done()) } else { Err(Problem::not_found(NOUNS.0, NOUNS.1)) }
    })
    .await
}

/// Lists what became of a subscription's messages, newest first.
#[utoipa::path(get, path = "/api/operations/webhooks/{id}/deliveries", operation_id = "list_deliveries", tag = "operations",
    params(("id" = String, Path), ListQuery), responses((status = 200, body = PageBody<DeliveryBody>)))]
pub async fn list_deliveries(
    call: Call,
    Path(id): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<axum::Json<PageBody<DeliveryBody>>, Failure> {
    call.require_everywhere(WEBHOOK_SEE)?;
    let page = query.page();
    let found = call.read(move |connection| webhooks::deliveries(connection, &id, &page)).await?;
    Ok(axum::Json(found.map(DeliveryBody::from).into()))
}
