//! Looks for hot issues every morning, once the words of all days that matter are counted; tells of those that are new, and on
//! Mondays of the week.

use std::sync::Arc;

use kernel::{Date, Problem, Timestamp, id::HotIssueId};
use ledger::{Announcement, Job, JobError, JobHandler, Unit};
use serde_json::Value;

use super::{HOT, LawSource, PIECE_PAUSE_MICROS, next, program};
use crate::{
    hot::{self, Plan, back, words},
    model::hot::{DIGESTS, HotEvent},
    store::hot as store,
};

/// Minutes after midnight at which the day before is looked at: before anybody works, after everything of the night is in.
const MORNING_MINUTES: i64 = 6 * 60;
/// How soon to look again where the policy has no rows for it; they may be loaded while the program runs.
const NO_POLICY_MICROS: i64 = 3_600_000_000;
/// The topic under which hot issues are announced.
pub const TOPIC: &str = "voice.hot_issue";
/// Hot cells of one day that are kept, the least likely first.
const HOT_MAX: usize = 1_000;

/// One run counts the words of one day, or looks at the cells.
pub(super) struct Watch(pub(super) Arc<dyn LawSource>);

impl JobHandler for Watch {
    fn kind(&self) -> &'static str {
        HOT
    }

    /// It must go on by itself once the database is well again.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<(), JobError> {
        let now = unit.now();
        let yesterday = back(now.date(), 1);
        let Some(plan) = Plan::of(&self.0.law(), yesterday) else {
            unit.enqueue(next(HOT, now.plus_micros(NO_POLICY_MICROS), Value::Null))?;
            return Ok(());
        };
        let is_done = store::looked(unit.connection(), yesterday)?.is_some();
        let due = if is_done {
            Timestamp::start_of(now.date()).plus_days(1).plus_micros(MORNING_MINUTES * 60_000_000)
        } else {
            match missing(unit, &plan)? {
                Some(day) => count(unit, day)?,
                None => look(unit, &plan)?,
            }
            now.plus_micros(PIECE_PAUSE_MICROS)
        };
        unit.enqueue(next(HOT, due, Value::Null))?;
        Ok(())
    }
}

/// The first day of those that matter whose words are not counted yet.
fn missing(unit: &mut Unit<'_>, plan: &Plan) -> Result<Option<Date>, JobError> {
    let from = plan.baseline().from;
    let counted = store::counted_days(unit.connection(), (from, plan.day))?;
    let days = plan.days_seen + plan.days_before;
    Ok((0..days).map(|ago| back(plan.day, ago)).find(|day| !counted.contains(day)))
}

fn count(unit: &mut Unit<'_>, day: Date) -> Result<(), JobError> {
    let texts = store::texts(unit.connection(), day)?;
    let counts = words::counted(texts.iter().map(String::as_str));
    store::put_words(unit.connection(), day, (texts.len(), &counts))?;
    Ok(())
}

fn look(unit: &mut Unit<'_>, plan: &Plan) -> Result<(), Problem> {
    let now = unit.now();
    let finding = hot::find(unit.connection(), plan)?;
    let known = store::since(unit.connection(), back(plan.day, 1))?;
    for found in finding.hot.iter().take(HOT_MAX) {
        let id = HotIssueId::new(now, unit.random());
        let since = known.get(&found.cell).copied();
        store::insert(unit.connection(), (id, plan), found, since.unwrap_or(plan.day))?;
        if since.is_none() {
            tell(unit, id, plan, found)?;
        }
    }
    let (window, baseline) = (plan.window(), plan.baseline());
    let seen = store::words(unit.connection(), (window.from, window.to))?;
    let before = store::words(unit.connection(), (baseline.from, baseline.to))?;
    let rising = words::rising(plan, &seen, &before);
    store::put_day(unit.connection(), plan.day, (finding.tests, &rising), now)?;
    store::forget_words(unit.connection(), baseline.from)?;
    if plan.day.weekday() == jiff::civil::Weekday::Sunday {
        digest(unit, plan.day, rising.len())?;
    }
    Ok(())
}

fn tell(unit: &mut Unit<'_>, id: HotIssueId, plan: &Plan, found: &hot::Hot) -> Result<(), Problem> {
    let event = HotEvent::Found {
        issue: id,
        unit: found.cell.place.clone(),
        subject: found.cell.subject.clone(),
        reason: found.cell.reason.clone(),
        day: plan.day,
        seen: found.seen,
        before: found.before,
        chance_ppb: words::ppb(found.chance),
    };
    unit.append(&id.to_string(), 0, &program().reference, &[event])?;
    unit.announce(Announcement {
        topic: TOPIC,
        id: id.to_string(),
        unit: found.cell.place.clone(),
        kind: "found".to_owned(),
    });
    Ok(())
}

/// Says that the week up to this Sunday can be read.
fn digest(unit: &mut Unit<'_>, sunday: Date, words: usize) -> Result<(), Problem> {
    let from = back(sunday, 6);
    let top = people::store::units::top(unit.connection())?.map(|top| top.path);
    let scopes: Vec<kernel::OrgPath> = top.into_iter().collect();
    let issues = store::within(unit.connection(), &scopes, (from, sunday))?;
    let mut cells: Vec<&hot::Cell> = issues.iter().map(|issue| &issue.cell).collect();
    cells.sort();
    cells.dedup();
    let event = HotEvent::Digested { from, to: sunday, issues: cells.len() as u64, words: words as u64 };
    let version = unit.load::<HotEvent>(DIGESTS)?.version;
    unit.append(DIGESTS, version, &program().reference, &[event])?;
    Ok(())
}
