//! The president's page: one glance at what waits for a word, what is in hand, what is late, and what it is about.

use std::collections::BTreeMap;

use endpoint::{Call, Failure, ProblemBody, Query};
use jiff::civil::date;
use kernel::{
    PageRequest, Problem, Timestamp,
    id::{OrderId, UnitId},
};
use people::store::units;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{reading, waiting::WaitBody};
use crate::{
    model::{
        lead::{LeadGround, LeadState},
        permission::LEAD,
        waits::WaitKind,
    },
    store::{
        leads::{self, LeadRow},
        waits::{self, Whose},
    },
};

/// Matters of each kind that the page shows; the queues hold the rest.
const SHOWN: i64 = 10;
/// Subjects that the page shows, the commonest first.
const SUBJECTS_MAX: usize = 20;

/// Where to look.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct GlanceQuery {
    /// At and below this unit; everywhere the caller leads when absent.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// The year whose leads are counted; this year when absent.
    pub year: Option<i16>,
}

/// A matter on the page.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeadRowBody {
    /// Its order.
    #[schema(value_type = String)]
    pub order: OrderId,
    /// The order's receipt number.
    pub receipt: String,
    /// The order's title without names and numbers.
    pub title: String,
    /// The president, as an actor reference.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub president: Option<String>,
    /// Why it was proposed.
    pub grounds: Vec<LeadGround>,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub proposed_at: Timestamp,
    /// The order's next deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_due: Option<Timestamp>,
    /// That deadline has passed.
    pub is_overdue: bool,
}

impl LeadRowBody {
    fn of(row: LeadRow, now: Timestamp) -> Self {
        Self {
            order: row.order,
            receipt: row.receipt,
            title: row.title,
            president: row.president,
            grounds: row.grounds,
            proposed_at: row.proposed_at,
            is_overdue: row.next_due.is_some_and(|due| due < now),
            next_due: row.next_due,
        }
    }
}

/// How many leads there were about something.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubjectBody {
    /// The business, axis B.
    pub business: String,
    /// The reason, axis C.
    pub reason: String,
    /// Leads.
    pub count: u32,
}

/// How many leads there were for one ground.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct GroundCountBody {
    /// The ground.
    pub ground: LeadGround,
    /// Leads that name it.
    pub count: u32,
}

/// The page.
#[derive(Debug, Serialize, ToSchema)]
pub struct GlanceBody {
    /// What waits for the president's word, longest first.
    pub proposed: Vec<LeadRowBody>,
    /// What a president has in hand, longest first.
    pub taken: Vec<LeadRowBody>,
    /// Reports to read.
    pub reports: Vec<WaitBody>,
    /// Instructions that departments have not reported on, longest waiting first.
    pub instructions: Vec<WaitBody>,
    /// The year that is counted.
    pub year: i16,
    /// Proposed in that year, whatever became of it.
    pub proposed_count: u32,
    /// Of these, in hand.
    pub taken_count: u32,
    /// Of these, closed.
    pub closed_count: u32,
    /// Of these, left to the ordinary way.
    pub declined_count: u32,
    /// By subject, commonest first; what is not classified yet is in no subject.
    pub by_subject: Vec<SubjectBody>,
    /// By ground, commonest first.
    pub by_ground: Vec<GroundCountBody>,
}

/// See the president's page
#[utoipa::path(
    get, path = "/api/voice/leads/glance", operation_id = "get_lead_glance", tag = "voice", params(GlanceQuery),
    responses(
        (status = 200, description = "The page", body = GlanceBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.lead.take` there", body = ProblemBody),
        (status = 404, description = "There is no such unit", body = ProblemBody),
        (status = 422, description = "The year is none", body = ProblemBody),
    )
)]
pub async fn get_lead_glance(call: Call, Query(query): Query<GlanceQuery>) -> Result<axum::Json<GlanceBody>, Failure> {
    call.require(LEAD)?;
    let now = reading::now(&call.shared);
    let year = query.year.unwrap_or_else(|| now.date().year());
    let span = span_of(year)?;
    let actor = call.actor.clone();
    let body = call
        .read(move |conn| {
            let places = match query.unit {
                None => actor.scopes(LEAD),
                Some(id) => {
                    let place = units::find(conn, id)?.ok_or_else(|| Problem::not_found("机构", "unit"))?.path;
                    if !actor.may(LEAD, &place) {
                        return Err(endpoint::call::lacks(LEAD));
                    }
                    vec![place]
                }
            };
            let (mut proposed, mut taken, mut counted) = (Vec::new(), Vec::new(), Vec::new());
            for place in &places {
                proposed.extend(leads::list(conn, LeadState::Proposed, place, SHOWN)?);
                taken.extend(leads::list(conn, LeadState::Taken, place, SHOWN)?);
                counted.extend(leads::counted(conn, place, span)?);
            }
            let mut queue = |kind: WaitKind| {
                let request = PageRequest::new(usize::try_from(SHOWN).ok(), None);
                let page = waits::queue(conn, kind, &Whose::Below(places.clone()), &request)?;
                Ok::<_, Problem>(page.items.into_iter().map(WaitBody::from).collect::<Vec<_>>())
            };
            let (reports, instructions) = (queue(WaitKind::Report)?, queue(WaitKind::Instruction)?);
            let rows = |rows: Vec<LeadRow>| rows.into_iter().map(|row| LeadRowBody::of(row, now)).collect();
            Ok(GlanceBody {
                proposed: rows(proposed),
                taken: rows(taken),
                reports,
                instructions,
                ..counts(year, &counted)
            })
        })
        .await?;
    Ok(axum::Json(body))
}

/// A year in Shanghai, from its first instant until before the next one's.
fn span_of(year: i16) -> Result<(Timestamp, Timestamp), Problem> {
    /// The first and last years that a ledger can tell of.
    const YEARS: std::ops::RangeInclusive<i16> = 2000..=9998;
    if !YEARS.contains(&year) {
        let text = kernel::Text::fixed("年份须为 2000 至 9998。", "The year lies between 2000 and 9998.");
        return Err(Problem::invalid("/year", text));
    }
    let first = |year: i16| Timestamp::from_shanghai(date(year, 1, 1).at(0, 0, 0, 0));
    Ok((first(year), first(year + 1)))
}

fn counts(year: i16, counted: &[leads::Counted]) -> GlanceBody {
    let of = |state: LeadState| total(counted.iter().filter(|one| one.state == state).count());
    let (mut subjects, mut grounds) = (BTreeMap::new(), BTreeMap::new());
    for one in counted {
        if let Some(subject) = &one.subject {
            *subjects.entry(subject.clone()).or_insert(0u32) += 1;
        }
        for ground in &one.grounds {
            *grounds.entry(*ground).or_insert(0u32) += 1;
        }
    }
    let mut by_subject: Vec<SubjectBody> =
        subjects.into_iter().map(|((business, reason), count)| SubjectBody { business, reason, count }).collect();
    by_subject.sort_by_key(|subject| std::cmp::Reverse(subject.count));
    by_subject.truncate(SUBJECTS_MAX);
    let mut by_ground: Vec<GroundCountBody> =
        grounds.into_iter().map(|(ground, count)| GroundCountBody { ground, count }).collect();
    by_ground.sort_by_key(|ground| std::cmp::Reverse(ground.count));
    GlanceBody {
        proposed: Vec::new(),
        taken: Vec::new(),
        reports: Vec::new(),
        instructions: Vec::new(),
        year,
        proposed_count: total(counted.len()),
        taken_count: of(LeadState::Taken),
        closed_count: of(LeadState::Closed),
        declined_count: of(LeadState::Declined),
        by_subject,
        by_ground,
    }
}

fn total(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
