//! Exact look-ups of orders by a number.

use endpoint::{Call, Failure, Json, PageBody, ProblemBody};
use kernel::{Cursor, PageRequest, Pii, Problem};
use people::model::numbers;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    list::{OrderRowBody, bodies},
    reading,
};
use crate::{
    intake,
    model::permission::SEE,
    store::{filter::OrderFilter, list},
};

/// By which number to find orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindOrdersBy {
    /// The telephone number of the complainant or of whoever speaks for them.
    Phone,
    /// The identity number.
    Identity,
    /// The account or card.
    Account,
}

/// An exact look-up. It is a POST so that the number stands in no address and no log.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindOrdersRequest {
    /// By which number.
    pub by: FindOrdersBy,
    /// The number, complete.
    #[schema(value_type = String)]
    pub value: Pii<String>,
    /// Rows wanted, 1 to 200; 50 when absent.
    #[serde(default)]
    pub limit: Option<usize>,
    /// The `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
}

/// Find orders by an exact number
#[utoipa::path(
    post, path = "/api/voice/orders/find", operation_id = "find_orders", tag = "voice", request_body = FindOrdersRequest,
    responses(
        (status = 200, description = "The orders with this number that the caller may see", body = PageBody<OrderRowBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 422, description = "The number is not one", body = ProblemBody),
    )
)]
pub async fn find_orders(
    call: Call,
    json: Json<FindOrdersRequest>,
) -> Result<axum::Json<PageBody<OrderRowBody>>, Failure> {
    call.require(SEE)?;
    let request = json.value;
    let (scopes, now) = (call.actor.scopes(SEE), reading::now(&call.shared));
    let typed = request.value.expose();
    let (domain, normal) = match request.by {
        FindOrdersBy::Phone => (numbers::PHONE, numbers::phone(typed)),
        FindOrdersBy::Identity => (numbers::IDENTITY, intake::identity(typed, now.date())),
        FindOrdersBy::Account => (numbers::ACCOUNT, numbers::account(typed)),
    };
    let normal = normal.map_err(|text| Problem::invalid("/value", text))?;
    let number = call.shared.ledger().ports().keyring.blind_index_all(domain, &normal);
    let filter = OrderFilter { number, ..OrderFilter::default() };
    let page = call
        .read(move |conn| {
            let page = PageRequest::new(request.limit, request.after.map(Cursor::from_text));
            let page = list::page(conn, &scopes, &filter, &page, now)?;
            Ok(kernel::Page { items: bodies(conn, page.items, now)?, next: page.next })
        })
        .await?;
    Ok(axum::Json(page.into()))
}
