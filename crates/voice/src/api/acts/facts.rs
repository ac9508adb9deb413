//! Saying whether what a complainant brought later is new.

use endpoint::{OpenApiRouter, Shared};
use kernel::{Problem, Text, Timestamp, id::OrderId};
use ledger::Unit;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{act, carry_out, sealed_act};
use crate::{
    api::reading,
    desk::{self, Beside},
    intake::REMARK_CHARS_MAX,
    model::{
        Command, Order,
        facts::{FactsCommand, Material},
        parts::Relation,
    },
};

/// What an officer says of material.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JudgeFactsRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// What the complainant brought: `{"from":"duplicate","order":…}` for an order linked as a duplicate, in either direction,
    /// `{"from":"attachment","attachment":…}` for a file of this order, `{"from":"told"}` for what they said.
    #[schema(value_type = Object, example = json!({ "from": "told" }))]
    pub material: Material,
    /// When it came in; now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub received_at: Option<Timestamp>,
    /// Whether it is new.
    pub is_new: bool,
    /// Why.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Say whether what the complainant brought later is new
    ///
    /// Where it is, clocks start anew as the rows of the regulation files say; the history shows the old clock and the new one.
    /// Whoever handles the order may not say so.
    judge_facts(JudgeFactsRequest) at "/api/voice/orders/{id}/judge_facts" = "judge_facts", |call, id, json| {
        let JudgeFactsRequest { version, material, received_at, is_new, why } = json.value;
        let received_at = received_at.unwrap_or_else(|| reading::now(&call.shared));
        let actor = call.actor.clone();
        let made = sealed_act(&call, id, version, |sealer| {
            let why = sealer.text("/why", "facts", &why, REMARK_CHARS_MAX);
            let command = FactsCommand { material, received_at, new: is_new, why };
            Ok((Command::Facts(command), Beside::Nothing))
        })
        .await?;
        carry_out(call, id, json.print, move |unit, order| {
            if let Material::Duplicate { order: other } = material {
                check_duplicate(unit, order, other, &actor)?;
            }
            Ok(made.clone())
        })
        .await
    }
}

/// A secondary id is checked like the first: the other order is one that the caller may see, and is linked as a duplicate.
fn check_duplicate(unit: &mut Unit<'_>, this: &Order, other: OrderId, actor: &kernel::Actor) -> Result<(), Problem> {
    let links = |from: &Order, to: OrderId| {
        from.links.iter().any(|link| link.other == to && link.relation == Relation::DuplicateOf)
    };
    if desk::seen(unit, other, actor).is_ok_and(|that| links(this, other) || links(&that, this.id)) {
        return Ok(());
    }
    let text = Text::fixed(
        "该工单没有与本工单关联为重复件，请先关联。",
        "That order is not linked to this one as a duplicate; link them first.",
    );
    Err(Problem::invalid("/material/order", text))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(judge_facts))
}
