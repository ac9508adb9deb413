//! What is asked of many orders, which orders these are, and what would become of each.

use endpoint::{Call, Failure, Json, ProblemBody};
use kernel::{
    OrgPath, Problem, Text, Timestamp,
    id::{OrderId, StaffId, UnitId},
    text::Language,
};
use ledger::{Connection, Unit};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{
        acts::steps::check_person,
        law,
        list::{OrdersQuery, filter_of},
        orders::open_unit,
        reading::{self, blocking},
    },
    desk::{self, Act},
    model::{
        Verb,
        bulk::BulkAction,
        parts::{AxisKey, Classification},
        permission::SEE,
    },
    products::Products,
    store::list as order_list,
};

/// Orders of one run at most: more than that is a change of the rules and not of orders.
const ORDERS_MAX: usize = 5_000;
/// Orders that a preview looks at: each is read with its history.
const PREVIEWED_MAX: usize = 500;

/// What to do to every order.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "verb", rename_all = "snake_case", deny_unknown_fields)]
pub enum BulkActionRequest {
    /// Accept it.
    Register,
    /// Put it in its place on the axes.
    Classify {
        /// Axis A.
        channel: String,
        /// Axis B.
        business: String,
        /// Axis C.
        reason: String,
    },
    /// Give it to a unit and perhaps a person.
    Assign {
        /// The unit.
        #[schema(value_type = String)]
        unit: UnitId,
        /// The person.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        person: Option<StaffId>,
    },
    /// Say what the root cause was.
    FindCause {
        /// From the bank's list of causes.
        cause: String,
    },
}

/// To which orders.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum BulkSelection {
    /// To these.
    #[schema(value_type = Vec<String>)]
    Orders(Vec<OrderId>),
    /// To all that the list of orders shows with this filter.
    Filter(Box<OrdersQuery>),
}

/// What to do, and to which orders.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkRequest {
    /// What.
    pub action: BulkActionRequest,
    /// To which.
    pub selection: BulkSelection,
}

impl BulkActionRequest {
    pub(super) const fn verb(&self) -> Verb {
        match self {
            Self::Register => Verb::Register,
            Self::Classify { .. } => Verb::Classify,
            Self::Assign { .. } => Verb::Assign,
            Self::FindCause { .. } => Verb::FindCause,
        }
    }

    pub(super) fn action(&self, unit: &mut Unit<'_>) -> Result<BulkAction, Problem> {
        Ok(match self {
            Self::Register => BulkAction::Register,
            Self::Classify { channel, business, reason } => BulkAction::Classify {
                classification: Classification {
                    channel: AxisKey::new(channel.clone()),
                    business: AxisKey::new(business.clone()),
                    reason: AxisKey::new(reason.clone()),
                },
            },
            Self::Assign { unit: id, person } => {
                let place = open_unit(unit.connection(), *id, "/action/unit")?;
                if let Some(person) = person {
                    check_person(unit, *person, &place, "/action/person")?;
                }
                BulkAction::Assign { unit: place, person: *person }
            }
            Self::FindCause { cause } => BulkAction::FindCause { cause: AxisKey::new(cause.clone()) },
        })
    }
}

/// The orders that a selection means, each once.
pub(super) fn chosen(
    conn: &mut Connection,
    selection: &BulkSelection,
    scopes: &[OrgPath],
    (me, now): (&str, Timestamp),
    products: &Products,
) -> Result<Vec<OrderId>, Problem> {
    let mut orders: Vec<OrderId> = match selection {
        BulkSelection::Orders(orders) => orders.clone(),
        BulkSelection::Filter(filter) => {
            let filter = filter_of(conn, filter, me, products)?;
            let limit = ORDERS_MAX as i64 + 1;
            let rows = order_list::rows(conn, scopes, &filter, (i64::MAX, limit), now)?;
            rows.into_iter().map(|row| row.id).collect()
        }
    };
    let mut known = std::collections::HashSet::new();
    orders.retain(|order| known.insert(*order));
    if orders.is_empty() {
        return Err(Problem::invalid("/selection", Text::fixed("没有选中工单。", "No order was chosen.")));
    }
    if orders.len() > ORDERS_MAX {
        let text = Text::of(
            format!("一次最多 {ORDERS_MAX} 件，请缩小范围。"),
            format!("At most {ORDERS_MAX} orders at a time; choose fewer."),
        );
        return Err(Problem::invalid("/selection", text));
    }
    Ok(orders)
}

/// What would become of one order.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkPreviewRow {
    /// The order.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// The number the complainant was given; absent for an order that the caller may not see.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
    /// Whether it would be done.
    pub is_allowed: bool,
    /// Why not, as a word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why not, as a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What would be done.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkPreviewBody {
    /// Orders chosen.
    pub total: usize,
    /// Of those looked at, how many would be done.
    pub allowed: usize,
    /// Of those looked at, how many could not be.
    pub refused: usize,
    /// Whether it can be undone afterwards; classes and causes only where there was one before.
    pub can_be_undone: bool,
    /// The first 500 of them, one by one.
    pub items: Vec<BulkPreviewRow>,
}

/// Preview something done to many orders
///
/// Changes nothing.
#[utoipa::path(
    post, path = "/api/voice/bulk/preview", operation_id = "preview_bulk", tag = "voice", request_body = BulkRequest,
    responses(
        (status = 200, description = "What would become of every order", body = BulkPreviewBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks the permission of the verb", body = ProblemBody),
        (status = 422, description = "Fields are wrong, or too many orders were chosen", body = ProblemBody),
    )
)]
pub async fn preview_bulk(call: Call, json: Json<BulkRequest>) -> Result<axum::Json<BulkPreviewBody>, Failure> {
    call.require(SEE)?;
    let BulkRequest { action, selection } = json.value;
    call.require(action.verb().permission())?;
    let (actor, law, language) = (call.actor.clone(), law(&call.shared), call.language);
    let (scopes, now) = (call.actor.scopes(SEE), reading::now(&call.shared));
    let me = call.actor.reference.id().to_owned();
    let products = Products::of(&law, now.date());
    let can_be_undone = !matches!(action, BulkActionRequest::Register);
    let action = call.write_unkept(move |unit| action.action(unit)).await?;
    let orders = call.read(move |conn| chosen(conn, &selection, &scopes, (&me, now), &products)).await?;
    let (total, shared) = (orders.len(), call.shared.clone());
    let items = blocking(move || {
        let some = orders.into_iter().take(PREVIEWED_MAX);
        Ok(some
            .map(|order| {
                let tried = reading::open_now(&shared, &actor, order).map(|opened| {
                    let act = Act::new(order, None, action.command());
                    let judged = desk::act_unwritten(&opened.order, &act, &actor, &law, now).map(|_| ());
                    (opened.order.receipt, judged)
                });
                previewed(order, tried, language)
            })
            .collect::<Vec<_>>())
    })
    .await?;
    let allowed = items.iter().filter(|item| item.is_allowed).count();
    let refused = items.len() - allowed;
    Ok(axum::Json(BulkPreviewBody { total, allowed, refused, can_be_undone, items }))
}

fn previewed(
    order: OrderId,
    tried: Result<(String, Result<(), Problem>), Problem>,
    language: Language,
) -> BulkPreviewRow {
    let (receipt, problem) = match tried {
        Ok((receipt, judged)) => (Some(receipt), judged.err()),
        Err(problem) => (None, Some(problem)),
    };
    BulkPreviewRow {
        order,
        receipt,
        is_allowed: problem.is_none(),
        reason: problem.as_ref().map(|problem| problem.reason.unwrap_or(problem.kind.slug()).to_owned()),
        detail: problem.map(|problem| problem.message.get(language).to_owned()),
    }
}
