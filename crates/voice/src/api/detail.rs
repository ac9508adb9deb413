//! One order, whole: state, clocks, what can be done, texts without names and numbers, and its history in sentences.

pub mod bodies;
pub mod group;
pub mod handling;
mod reader;
mod settling;
mod standing;

use endpoint::{Call, Failure, Path, ProblemBody};
use kernel::{Timestamp, id::OrderId};
use serde::Serialize;
use utoipa::ToSchema;

use self::{
    bodies::{
        AttachmentBody, DecisionBody, EventBody, LinkBody, NoteBody, OrderCauseBody, PartyBody, ProposalBody, TaskBody,
    },
    group::OrderGroupBody,
    handling::HandlingBody,
    reader::Reading,
    settling::SettlingBody,
    standing::StandingBody,
};
use super::{
    body::{AmountBody, OrderStateBody},
    law, list,
    origin::OriginBody,
    reading,
};
use crate::{
    model::{Order, Stage, parts::Relation},
    store::tasks,
};

/// Orders that link to one order, as many as are shown.
const LINKED_FROM_MAX: i64 = 50;

/// An order, whole.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderBody {
    /// How it stands.
    #[serde(flatten)]
    pub state: OrderStateBody,
    /// Where it comes from.
    pub origin: OriginBody,
    /// When it was entered.
    #[schema(value_type = String, format = DateTime)]
    pub filed_at: Timestamp,
    /// Who entered it, as an actor reference.
    pub filed_by: String,
    /// When the bank received it.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// How often it was opened.
    pub round: u32,
    /// How often it was passed on.
    pub transfers: u32,
    /// Who complains.
    pub party: PartyBody,
    /// The matter in one line, names and numbers taken out.
    pub title: String,
    /// The matter in full, names and numbers taken out.
    pub narrative: String,
    /// What they ask for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// The amount in question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<AmountBody>,
    /// The personal data was erased; the texts are gone with it.
    pub is_erased: bool,
    /// What was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionBody>,
    /// The root cause, once it was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<OrderCauseBody>,
    /// Notes.
    pub notes: Vec<NoteBody>,
    /// Tasks of other departments.
    pub tasks: Vec<TaskBody>,
    /// Files.
    pub attachments: Vec<AttachmentBody>,
    /// Links, both ways.
    pub links: Vec<LinkBody>,
    /// Longer times that wait for an answer.
    pub proposals: Vec<ProposalBody>,
    /// How it is handled beyond the plain procedure.
    #[serde(flatten)]
    pub handling: HandlingBody,
    /// Where it stands beside the plain procedure.
    #[serde(flatten)]
    pub standing: StandingBody,
    /// Who complains as well; absent while the complainant is alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<OrderGroupBody>,
    /// How it is settled with help and by agreement.
    #[serde(flatten)]
    pub settling: SettlingBody,
    /// What happened, oldest first.
    pub history: Vec<EventBody>,
    /// The name of the unit that is answerable.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit_name: Option<String>,
}

/// Get an order
///
/// Texts come without the complainant's name and without long numbers; `reveal` shows them, for a reason and leaving a
/// trace.
#[utoipa::path(
    get, path = "/api/voice/orders/{id}", operation_id = "get_order", tag = "voice",
    params(("id" = String, Path, description = "The order")),
    responses(
        (status = 200, description = "The order", body = OrderBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such order, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn get_order(call: Call, Path(id): Path<OrderId>) -> Result<axum::Json<OrderBody>, Failure> {
    let opened = reading::open(&call, &call.actor, id).await?;
    let law = law(&call.shared);
    let now = reading::now(&call.shared);
    let state = OrderStateBody::of(&opened.order, &call.actor, now, &law, call.language);
    let unit = opened.order.unit.clone();
    let (linked, names) = call
        .read(move |conn| {
            let linked = tasks::linked_from(conn, id, LINKED_FROM_MAX)?;
            Ok((linked, list::unit_names(conn, std::iter::once(&unit))?))
        })
        .await?;
    let mut body = Reading::new(&opened, &law)?.body(state)?;
    body.unit_name = names.get(opened.order.unit.code()).cloned();
    for (other, relation) in linked {
        if let Some(relation) = Relation::from_stored(&relation) {
            body.links.push(LinkBody { other, relation, is_incoming: true });
        }
    }
    Ok(axum::Json(body))
}

/// When the complainant was told of the decision.
pub(super) const fn told_at(order: &Order) -> Option<Timestamp> {
    match &order.stage {
        Stage::Notified { at, .. } => Some(*at),
        Stage::Filed
        | Stage::Registered
        | Stage::Classified
        | Stage::Assigned { .. }
        | Stage::Handling { .. }
        | Stage::Decided { .. }
        | Stage::Closed { .. }
        | Stage::Withdrawn { .. } => None,
    }
}
