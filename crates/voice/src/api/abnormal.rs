//! Evidence of abnormal complaints: on one order with the parts of its score, and the list of conspicuous orders.

use std::collections::BTreeMap;

use endpoint::{Call, Failure, OpenApiRouter, PageBody, Path, ProblemBody, Query, Shared};
use kernel::{Cursor, OrgPath, PageRequest, Problem, Timestamp, id::OrderId};
use people::api::body::TextBody;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{law, reading};
use crate::{
    abnormal::{Found, gather, read_parts},
    desk,
    model::{
        abnormal::{AbnormalPart, Verdict},
        permission::{SEE, SEE_ABNORMAL},
    },
    store::{
        abnormal::{self as store, Conspicuous},
        list::wrong_cursor,
        orders, rows,
    },
};

/// Orders that one part names; its count tells how many there are.
const NAMED_MAX: i64 = 20;

/// An order that a part rests on, where the caller may see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PeerBody {
    /// The order.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// Its receipt number.
    pub receipt: String,
    /// Its title without names and numbers.
    pub title: String,
    /// The masked name of its complainant.
    pub name_masked: String,
    /// The unit that answers for it.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// When the bank received it.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
}

/// A part of the score.
#[derive(Debug, Serialize, ToSchema)]
pub struct AbnormalPartBody {
    /// What.
    pub part: AbnormalPart,
    /// Its name.
    pub title: TextBody,
    /// Its points.
    pub points: u32,
    /// The points that it gives at most.
    pub points_max: u32,
    /// What was counted in the whole bank: other customers, other orders, persons, words, listings.
    pub count: u32,
    /// Of the orders that it rests on the newest that the caller may see.
    pub orders: Vec<PeerBody>,
    /// The words that it rests on.
    pub words: Vec<String>,
}

/// What a person decided.
#[derive(Debug, Serialize, ToSchema)]
pub struct JudgementBody {
    /// What.
    pub verdict: Verdict,
    /// The score then.
    pub score: u32,
    /// Who, as an actor reference.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Why, names and numbers taken out.
    pub why: String,
}

/// The evidence on an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct AbnormalityBody {
    /// The sum of the parts.
    pub score: u32,
    /// From which score on the bank's policy calls an order conspicuous; absent where there is no policy, and no score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conspicuous: Option<u32>,
    /// The parts, those that gave nothing included.
    pub parts: Vec<AbnormalPartBody>,
    /// What a person decided; nothing follows from a score by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub judgement: Option<JudgementBody>,
}

/// Get the evidence of abnormality on an order
///
/// As it is at the moment of asking. Counts are of the whole bank; orders are named where the caller may see them.
#[utoipa::path(
    get, path = "/api/voice/orders/{id}/abnormality", operation_id = "get_abnormality", tag = "voice",
    params(("id" = String, Path, description = "The order")),
    responses(
        (status = 200, description = "The evidence", body = AbnormalityBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.abnormal.see` there", body = ProblemBody),
        (status = 404, description = "There is no such order, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn get_abnormality(call: Call, Path(id): Path<OrderId>) -> Result<axum::Json<AbnormalityBody>, Failure> {
    let opened = reading::open(&call, &call.actor, id).await?;
    if !call.actor.may(SEE_ABNORMAL, &opened.order.unit) {
        return Err(endpoint::call::lacks(SEE_ABNORMAL).into());
    }
    let judged = opened.order.abnormal.clone();
    let judgement = match (judged, &opened.key) {
        (Some(judged), Some(_)) => {
            let why = opened.names()?.taken_out_of(&opened.open("abnormal", &judged.why)?);
            Some((judged, why))
        }
        (Some(judged), None) => Some((judged, String::new())),
        (None, _) => None,
    };
    let judgement = judgement.map(|(judged, why)| JudgementBody {
        verdict: judged.verdict,
        score: judged.score,
        by: judged.by.as_str().to_owned(),
        at: judged.at,
        why,
    });
    let (law, now, scopes) = (law(&call.shared), reading::now(&call.shared), call.actor.scopes(SEE));
    let order = opened.order;
    let body = call
        .read(move |conn| {
            let seq = orders::place(conn, id)?.ok_or_else(desk::unknown)?.seq;
            let Some(evidence) = gather(conn, (&order, seq), &law, now)? else {
                return Ok(AbnormalityBody { score: 0, conspicuous: None, parts: Vec::new(), judgement });
            };
            let part = |found: Found| {
                let named = rows::seen_at(conn, &found.orders, &scopes, NAMED_MAX)?;
                let peer = |row: rows::OrderRow| PeerBody {
                    order: row.id,
                    receipt: row.receipt,
                    title: row.title,
                    name_masked: row.name_masked,
                    unit: row.unit,
                    received_at: row.received_at,
                };
                Ok::<_, Problem>(AbnormalPartBody {
                    part: found.part,
                    title: found.part.title().into(),
                    points: found.points,
                    points_max: found.points_max,
                    count: found.count,
                    orders: named.into_iter().map(peer).collect(),
                    words: found.words,
                })
            };
            let (score, conspicuous) = (evidence.score, Some(evidence.conspicuous));
            let parts = evidence.parts.into_iter().map(part).collect::<Result<_, _>>()?;
            Ok(AbnormalityBody { score, conspicuous, parts, judgement })
        })
        .await?;
    Ok(axum::Json(body))
}

/// Which conspicuous orders to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConspicuousQuery {
    /// Those on which a person decided too; only those on which nobody has when absent.
    #[serde(default)]
    pub all: bool,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// A conspicuous order.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConspicuousBody {
    /// The order.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// Its receipt number.
    pub receipt: String,
    /// Its title without names and numbers.
    pub title: String,
    /// The unit that answers for it.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The score when it was looked at last.
    pub score: u32,
    /// The parts that gave points then.
    pub parts: BTreeMap<String, u32>,
    /// What a person decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// When it was found.
    #[schema(value_type = String, format = DateTime)]
    pub seen_at: Timestamp,
}

impl From<Conspicuous> for ConspicuousBody {
    fn from(row: Conspicuous) -> Self {
        let parts = read_parts(&row.parts).into_iter().map(|(part, points)| (part.as_str().to_owned(), points));
        Self {
            order: row.order,
            receipt: row.receipt,
            title: row.title,
            unit: row.unit,
            score: row.score,
            parts: parts.collect(),
            verdict: row.verdict,
            seen_at: row.seen_at,
        }
    }
}

/// List conspicuous orders
///
/// Newest first, within the caller's scopes. The list hides nothing and moves nothing in any other list.
#[utoipa::path(
    get, path = "/api/voice/abnormal", operation_id = "list_conspicuous", tag = "voice", params(ConspicuousQuery),
    responses(
        (status = 200, description = "A page of conspicuous orders", body = PageBody<ConspicuousBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.abnormal.see`", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_conspicuous(
    call: Call,
    Query(query): Query<ConspicuousQuery>,
) -> Result<axum::Json<PageBody<ConspicuousBody>>, Failure> {
    call.require(SEE_ABNORMAL)?;
    let scopes = call.actor.scopes(SEE_ABNORMAL);
    let page = call
        .read(move |conn| {
            let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
            let before: Option<i64> =
                request.after.as_ref().map(Cursor::key).transpose().map_err(|_| wrong_cursor())?;
            let mut rows = Vec::new();
            for scope in &scopes {
                let before = before.unwrap_or(i64::MAX);
                rows.extend(store::conspicuous(conn, scope, !query.all, before, request.fetch())?);
            }
            rows.sort_by_key(|row| std::cmp::Reverse(row.seq));
            rows.dedup_by_key(|row| row.seq);
            rows.truncate(usize::try_from(request.fetch()).unwrap_or(usize::MAX));
            Ok(kernel::Page::from_rows(&request, rows, |row| row.seq).map(ConspicuousBody::from))
        })
        .await?;
    Ok(axum::Json(page.into()))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_abnormality)).routes(routes!(list_conspicuous))
}
