//! The day of one person: what is due, with its clocks, and what came back.

use endpoint::{Call, Failure, ProblemBody};
use kernel::{ActorKind, Timestamp, id::StaffId, timestamp::DAY_MICROS};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body::ClockBody,
    law,
    list::{OrderRowBody, bodies},
    reading,
};
use crate::{
    model::{ClockMood, clock::DUE_SOON_MICROS, permission::SEE},
    store::day,
};

/// Orders shown with their clocks; whoever has more to do opens the queue.
const DUE_MAX: i64 = 30;
/// Orders shown that came back.
const UNHAPPY_MAX: i64 = 20;
/// How long a dissatisfied complainant is shown after the order ended.
const UNHAPPY_DAYS: i64 = 30;

/// An order of the caller with its open clocks.
#[derive(Debug, Serialize, ToSchema)]
pub struct DueBody {
    /// The order.
    #[serde(flatten)]
    pub order: OrderRowBody,
    /// Its open clocks, the next deadline first.
    pub clocks: Vec<ClockBody>,
}

/// What the caller has to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayBody {
    /// Orders with a missed deadline.
    pub overdue: i64,
    /// Orders with a deadline before this day ends.
    pub due_today: i64,
    /// Orders with a deadline within three days.
    pub due_soon: i64,
    /// The most urgent orders; at most 30.
    pub due: Vec<DueBody>,
    /// Orders that were opened again, or whose complainant was not satisfied; at most 20.
    pub unhappy: Vec<OrderRowBody>,
}

/// Get my day
///
/// Orders given to the caller. A system has none.
#[utoipa::path(
    get, path = "/api/voice/day", operation_id = "get_day", tag = "voice",
    responses(
        (status = 200, description = "What is due and what came back", body = DayBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
    )
)]
pub async fn get_day(call: Call) -> Result<axum::Json<DayBody>, Failure> {
    call.require(SEE)?;
    let now = reading::now(&call.shared);
    let me = if call.actor.kind == ActorKind::Staff { call.actor.reference.id().parse::<StaffId>().ok() } else { None };
    let Some(me) = me else {
        let nothing = DayBody { overdue: 0, due_today: 0, due_soon: 0, due: Vec::new(), unhappy: Vec::new() };
        return Ok(axum::Json(nothing));
    };
    let (mut body, rows) = call
        .read(move |conn| {
            let due = day::due(conn, me, DUE_MAX)?;
            let rows = bodies(conn, due, now)?;
            let unhappy = day::unhappy(conn, me, now.plus_micros(-UNHAPPY_DAYS * DAY_MICROS), UNHAPPY_MAX)?;
            let body = DayBody {
                overdue: day::due_by(conn, me, now.plus_micros(-1))?,
                due_today: day::due_by(conn, me, Timestamp::end_of(now.date()))?,
                due_soon: day::due_by(conn, me, now.plus_micros(DUE_SOON_MICROS))?,
                due: Vec::new(),
                unhappy: bodies(conn, unhappy, now)?,
            };
            Ok((body, rows))
        })
        .await?;
    body.due = with_clocks(&call, rows, now).await?;
    Ok(axum::Json(body))
}

/// The rows with the open clocks of their orders. An order that the caller may no longer see is left out.
async fn with_clocks(call: &Call, rows: Vec<OrderRowBody>, now: Timestamp) -> Result<Vec<DueBody>, Failure> {
    let (shared, actor, law) = (call.shared.clone(), call.actor.clone(), law(&call.shared));
    reading::blocking(move || {
        let mut due = Vec::with_capacity(rows.len());
        for row in rows {
            let Ok(opened) = reading::open_now(&shared, &actor, row.id) else { continue };
            let mut clocks: Vec<ClockBody> =
                opened.order.clocks_in_order().into_iter().map(|clock| ClockBody::of(clock, now, &law)).collect();
            clocks.retain(|clock| is_open(clock.mood));
            clocks.sort_by_key(|clock| clock.due);
            due.push(DueBody { order: row, clocks });
        }
        Ok(due)
    })
    .await
}

const fn is_open(mood: ClockMood) -> bool {
    match mood {
        ClockMood::Running | ClockMood::DueSoon | ClockMood::Overdue | ClockMood::Paused => true,
        ClockMood::Met | ClockMood::Missed | ClockMood::Cancelled => false,
    }
}
