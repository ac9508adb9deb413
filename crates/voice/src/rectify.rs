//! What is done with rectifications, each as one unit of work: load, prove that the caller may, judge, append, bring the rows
//! up to date, tell whoever listens. It must never seal or open a text: that is done before and after.

use kernel::{
    Actor, ActorRef, Authorised, Problem, ProblemKind, Text, Timestamp,
    id::{OrderId, RectificationId},
};
use ledger::{Announcement, Connection, StoreError, Stream, Unit};

use crate::{
    figures::{Figure, Period, Question, block::Word},
    model::{
        Law,
        permission::SEE_RECTIFICATIONS,
        rectification::{
            Counted, Rectification, RectificationCommand, RectificationEvent, RectificationFact, RectificationRefusal,
            decide, permitted,
        },
    },
    store::{
        columns::{self, Depth},
        rectifications::{self, Kept},
    },
};

/// The topic under which changes to rectifications are announced.
pub const TOPIC: &str = "voice.rectification";

/// The policy's number of days over which a look-back counts.
const LOOK_BACK: &str = "policy.rectification.look_back";

/// What somebody wants to do to a rectification that is there.
#[derive(Debug, Clone)]
pub struct Act {
    /// The rectification.
    pub id: RectificationId,
    /// The version the caller saw; `None` for the program's own acts.
    pub version: Option<u64>,
    /// What.
    pub command: RectificationCommand,
}

/// The problem of a rectification that is not there, or that the caller may not know of.
pub fn unknown() -> Problem {
    Problem::not_found("整改", "rectification")
}

/// The stream of a rectification.
pub fn stream(id: RectificationId) -> String {
    id.to_string()
}

/// Opens a rectification.
pub fn open(
    unit: &mut Unit<'_>,
    command: RectificationCommand,
    kept: &Kept,
    actor: &Actor,
    law: &Law,
) -> Result<Rectification, Problem> {
    let now = unit.now();
    let events = decide(None, command, actor, now, law)?;
    let state = fold(None, &events, now, &actor.reference);
    let state = state.ok_or_else(|| Problem::internal_error("opening gave no rectification"))?;
    unit.append(&stream(state.id), 0, &actor.reference, &events)?;
    rectifications::insert(unit.connection(), &state, kept, state.next_alarm(law, now))?;
    announce(unit, &state, "opened");
    Ok(state)
}

/// Does something to a rectification.
///
/// # Errors
/// What may not be seen does not exist; what may not be done is forbidden; a version that is no longer its own is a conflict;
/// everything else is refused in words.
pub fn act(unit: &mut Unit<'_>, act: &Act, actor: &Actor, law: &Law) -> Result<Rectification, Problem> {
    let before = authorised(load(unit, act.id)?, actor)?.into_inner();
    if let Some(verb) = act.command.verb() {
        permitted(&before, verb, actor)?;
    }
    if act.version.is_some_and(|version| version != before.version) {
        return Err(raced(&before));
    }
    let now = unit.now();
    let events = decide(Some(&before), act.command.clone(), actor, now, law)?;
    let after = fold(Some(before.clone()), &events, now, &actor.reference);
    let after = after.ok_or_else(|| Problem::internal_error("a rectification went missing while it was changed"))?;
    unit.append(&stream(act.id), before.version, &actor.reference, &events)?;
    rectifications::update(unit.connection(), &before, &after, after.next_alarm(law, now))?;
    let kind = events.last().map_or("changed", ledger::Event::kind);
    announce(unit, &after, kind);
    if before.unit != after.unit {
        announce(unit, &before, kind);
    }
    Ok(after)
}

/// The rectification as its events tell it.
pub fn load(unit: &mut Unit<'_>, id: RectificationId) -> Result<Rectification, Problem> {
    let stream: Stream<RectificationEvent> = unit.load(&stream(id))?;
    let facts = stream.events.iter().map(|r| RectificationFact { at: r.at, by: &r.actor, event: &r.event });
    facts.fold(None, Rectification::evolve).ok_or_else(unknown)
}

/// The rectification with the proof that the caller may know of it.
pub fn authorised(state: Rectification, actor: &Actor) -> Result<Authorised<Rectification>, Problem> {
    kernel::authorise(actor, SEE_RECTIFICATIONS, SEE_RECTIFICATIONS, state).map_err(|_| unknown())
}

fn fold(
    start: Option<Rectification>,
    events: &[RectificationEvent],
    at: Timestamp,
    by: &ActorRef,
) -> Option<Rectification> {
    events.iter().fold(start, |state, event| Rectification::evolve(state, RectificationFact { at, by, event }))
}

fn raced(state: &Rectification) -> Problem {
    let (stage, version) = (state.stage.title(), state.version);
    let message = Text::of(
        format!("整改已被他人办理，现为第 {version} 版，状态“{}”；请刷新后再办理。", stage.zh),
        format!(
            "Somebody else has changed the rectification; it is at version {version}, {}. Load it again.",
            stage.en
        ),
    );
    let now = Text::of(version.to_string(), version.to_string());
    Problem::new(ProblemKind::Conflict, message).because("raced").field("/version", now)
}

fn announce(unit: &mut Unit<'_>, state: &Rectification, kind: &str) {
    unit.announce(Announcement {
        topic: TOPIC,
        id: state.id.to_string(),
        unit: state.unit.clone(),
        kind: kind.to_owned(),
    });
}

/// The orders for which a rectification counts, received in a period: how many, and which when they are wanted.
pub fn same_cause(
    conn: &mut Connection,
    state: &Rectification,
    period: Period,
    now: Timestamp,
) -> Result<Vec<i64>, StoreError> {
    let target = &state.target;
    let word = |word: Word, key: &crate::model::parts::AxisKey| (word, key.as_str().to_owned());
    let only = [
        Some(word(Word::Cause, &target.cause)),
        target.business.as_ref().map(|key| word(Word::Business, key)),
        target.reason.as_ref().map(|key| word(Word::Reason, key)),
    ];
    let question = Question {
        scopes: vec![target.scope.clone()],
        period,
        compare: false,
        only: only.into_iter().flatten().collect(),
        clock: None,
        group: None,
        by: Vec::new(),
        below: target.scope.clone(),
        now,
    };
    let mut seqs = Vec::new();
    columns::scan(conn, question.span(), Depth::Whole, |block, skip| {
        seqs.extend(question.behind(block, skip, Figure::Received, crate::figures::Part::Denominator));
    })?;
    Ok(seqs)
}

/// Over which days the orders of the same cause are compared: as many before the rectification was opened as have passed since
/// its check, by the policy at most. The number of days, those before and those after.
pub fn periods(state: &Rectification, now: Timestamp, law: &Law) -> (u32, Period, Period) {
    let checked = state.checked_at.unwrap_or(now);
    let passed = now.micros_since(checked) / kernel::timestamp::DAY_MICROS;
    let most = law.policy(LOOK_BACK, now.date()).map_or(i64::MAX, i64::from);
    let days = passed.min(most).max(1);
    // The day of the opening belongs to neither: what came in on it may be from before or after.
    let before = Period { from: state.opened_at.plus_days(-days).date(), to: state.opened_at.plus_days(-1).date() };
    let after = Period { from: checked.plus_days(1).date(), to: checked.plus_days(days).date() };
    (u32::try_from(days).unwrap_or(u32::MAX), before, after)
}

/// The orders of the same cause before and after, over the days of [`periods`].
pub fn counted(conn: &mut Connection, state: &Rectification, now: Timestamp, law: &Law) -> Result<Counted, StoreError> {
    let (days, before, after) = periods(state, now, law);
    let count = |conn: &mut Connection, period| Ok::<_, StoreError>(same_cause(conn, state, period, now)?.len() as u64);
    Ok(Counted { days, before: count(conn, before)?, after: count(conn, after)? })
}

/// Whether an order belongs to those for which a rectification counts.
pub fn concerns(state: &Rectification, order: &crate::model::Order) -> bool {
    let target = &state.target;
    let class = |wanted: &Option<crate::model::parts::AxisKey>, is: Option<&crate::model::parts::AxisKey>| {
        wanted.as_ref().is_none_or(|wanted| {
            let below =
                |key: &str| key.strip_prefix(wanted.as_str()).is_some_and(|r| r.is_empty() || r.starts_with('.'));
            is.is_some_and(|key| below(key.as_str()))
        })
    };
    let classes = order.classification.as_ref();
    target.scope.contains(&order.unit)
        && order.cause.as_ref().is_some_and(|cause| cause.key == target.cause)
        && class(&target.business, classes.map(|classes| &classes.business))
        && class(&target.reason, classes.map(|classes| &classes.reason))
}

/// The orders that a rectification names must be there and such as the caller may see.
pub fn check_orders(unit: &mut Unit<'_>, orders: &[OrderId], actor: &Actor) -> Result<(), Problem> {
    for (at, order) in orders.iter().enumerate() {
        let seen = crate::desk::load(unit, *order).and_then(|order| crate::desk::authorised(order, actor));
        seen.map_err(|_| {
            let text = Text::fixed("没有这个工单，或您无权查看。", "There is no such order, or you may not see it.");
            Problem::invalid(format!("/orders/{at}"), text)
        })?;
    }
    Ok(())
}

/// A refusal as the problem of a caller.
pub fn refused(refusal: RectificationRefusal) -> Problem {
    refusal.into()
}
