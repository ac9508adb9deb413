//! Fills the demo's bank with matters in every state: some months of complaints, questions and praise, brought and handled
//! by the bank's own people through the same commands and rules as real ones, reminders and escalations included. It is
//! played in memory and written down in the end, so that the first start takes seconds.
//!
//! The ledger must have been opened with a [`ManualClock`]. Nobody and nothing in the texts exists. It must never run on a
//! bank's own data: it fills only where there is nothing.

mod cast;
mod chance;
mod decisions;
mod fates;
mod filing;
mod leading;
mod lessons;
mod matters;
mod plan;
mod script;
mod subjects;
#[cfg(test)]
mod tests;
mod writing;

use kernel::{Date, ManualClock, OrgPath, Problem, Timestamp};
use ledger::Ledger;
use people::demo::{DemoBank, DemoCustomer};

use crate::{model::Law, store::orders};
use chance::Chance;
use plan::{Plan, Step};
use script::Stage;

/// How many matters the demo has.
pub const MATTERS: usize = 320;
/// The age from which subjects of the old are brought.
const ELDER_YEARS: i16 = 60;
/// Days over which the demo's matters are spread.
const DAYS: i64 = 120;
/// Minutes of the day at which reminders and escalations go out: shortly after the hours that the files name.
const ROUNDS: [i64; 4] = [9 * 60 + 5, 11 * 60 + 5, 14 * 60 + 5, 17 * 60 + 5];

/// What to fill the demo with.
#[derive(Debug, Clone, Copy)]
pub struct DemoOptions {
    /// The same seed gives the same matters.
    pub seed: u64,
    /// The present; everything happens before it.
    pub now: Timestamp,
    /// How many matters.
    pub matters: usize,
}

impl DemoOptions {
    /// The demo's usual size.
    pub const fn new(seed: u64, now: Timestamp) -> Self {
        Self { seed, now, matters: MATTERS }
    }
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seeded {
    /// Matters filed.
    pub matters: usize,
    /// Acts on them.
    pub acts: usize,
    /// Acts that a rule forbade on the day; the matter went on without.
    pub forbidden: usize,
}

/// Fills the bank; `None` when it has matters already. `clock` must be the ledger's own; it stands at `now` in the end.
///
/// # Errors
/// When the bank lacks somebody for a part, or the database fails. What was done until then stays.
pub fn seed(
    ledger: &Ledger,
    clock: &ManualClock,
    bank: &DemoBank,
    law: &Law,
    options: &DemoOptions,
) -> Result<Option<Seeded>, Problem> {
    let top = top(bank)?;
    if !ledger.read(|conn| orders::below(conn, &top, ("", i64::MIN), 1))?.is_empty() {
        return Ok(None);
    }
    let mut chance = Chance::new(options.seed);
    let today = options.now.date();
    let is_elder: Vec<bool> = bank.customers.iter().map(|customer| is_elder(customer, today)).collect();
    if is_elder.is_empty() {
        return Err(Problem::internal_error("the demo has no customers"));
    }
    let plans = plan::lay(options.matters, &is_elder, options.now, law, &mut chance);
    let mut stage = Stage::new(ledger, bank, law, chance, plans.len());
    for (at, what) in timetable(&plans, options.now) {
        match what {
            What::File(number) => stage.file(number, &plans[number], at)?,
            What::Do(number, step) => stage.act(number, &plans[number], step, at)?,
            What::Round => stage.round(at)?,
        }
    }
    let sources = stage.sources(&plans);
    let seeded = stage.done()?;
    lessons::draw(ledger, clock, bank, law, &sources, options.now)?;
    clock.set(options.now);
    Ok(Some(seeded))
}

fn top(bank: &DemoBank) -> Result<OrgPath, Problem> {
    let top = bank.units.iter().find(|unit| unit.parent.is_none());
    top.map(|unit| unit.path.clone()).ok_or_else(|| Problem::internal_error("the demo has no head office"))
}

fn is_elder(customer: &DemoCustomer, today: Date) -> bool {
    // The seventh to tenth digits of a resident's number are the year of birth.
    let year = customer.form.identity.get(6..10).and_then(|year| year.parse::<i16>().ok());
    year.is_some_and(|year| today.year() - year > ELDER_YEARS)
}

/// One thing in the order of time.
#[derive(Debug, Clone, Copy)]
enum What {
    File(usize),
    Do(usize, Step),
    Round,
}

/// Everything that happens until the present, in the order of time.
fn timetable(plans: &[Plan], now: Timestamp) -> Vec<(Timestamp, What)> {
    let mut table: Vec<(Timestamp, What)> = Vec::new();
    for (number, plan) in plans.iter().enumerate() {
        table.push((plan.received, What::File(number)));
        table.extend(plan.steps.iter().map(|(at, step)| (*at, What::Do(number, *step))));
    }
    for day in 0..=DAYS {
        let start = Timestamp::start_of(now.plus_days(-day).date());
        table.extend(ROUNDS.iter().map(|minutes| (start.plus_micros(minutes * plan::MINUTE_MICROS), What::Round)));
    }
    table.retain(|(at, _)| *at <= now);
    // Stable: what a script does at one instant stays in its order.
    table.sort_by_key(|(at, _)| *at);
    table
}
