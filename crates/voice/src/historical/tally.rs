//! How many answers of a list met the limits of the law: the ordinary one, and each extension of it in turn.
//!
//! Every limit comes from the regulation files; no number of days stands here.

use kernel::{Date, Text, Timestamp};
use regulation::{ClockRule, Situation};

use super::Historical;
use crate::model::{Law, verb::ANSWER};

/// Extensions of one limit at most; the law knows two, and a circle in the files must end somewhere.
const EXTENSIONS_MAX: usize = 4;

/// How a row stands to one limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The answer was in time.
    Met,
    /// It was late.
    Missed,
    /// The list does not say enough.
    Unknown,
}

/// One limit, and how the rows stand to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The id of the limit's row in the regulation files.
    pub rule: String,
    /// Its name.
    pub title: Text,
    /// How long it is, in the unit of the rule.
    pub length: u32,
    /// Answers in time.
    pub met: u64,
    /// Answers too late.
    pub missed: u64,
    /// Rows that do not say enough.
    pub unknown: u64,
}

/// Counts rows against the limits that answer them.
#[derive(Debug, Clone)]
pub struct Tally {
    law: Law,
    measure: Option<Date>,
    /// The limits met with so far, in order.
    pub steps: Vec<Step>,
    /// Rows for which the law of the day had no limit.
    pub without_limit: u64,
}

impl Tally {
    /// Counts each row by the law of the day its time began; with `measure` by the law of that day instead, so that years
    /// can be compared.
    pub fn new(law: Law, measure: Option<Date>) -> Self {
        Self { law, measure, steps: Vec::new(), without_limit: 0 }
    }

    /// Counts one row. Call it for rows that were taken or known, and for no others.
    pub fn count(&mut self, row: &Historical) {
        let verdicts = self.verdicts(row);
        self.without_limit += u64::from(verdicts.is_empty());
        for (rule, verdict) in verdicts {
            let step = match self.steps.iter_mut().position(|step| step.rule == rule.id()) {
                Some(at) => &mut self.steps[at],
                None => {
                    let (title, length) = (rule.row.title.clone(), rule.body.period.length());
                    self.steps.push(Step { rule: rule.id().to_owned(), title, length, met: 0, missed: 0, unknown: 0 });
                    let last = self.steps.len() - 1;
                    &mut self.steps[last]
                }
            };
            match verdict {
                Verdict::Met => step.met += 1,
                Verdict::Missed => step.missed += 1,
                Verdict::Unknown => step.unknown += 1,
            }
        }
    }

    /// How a row stands to each limit: the ordinary one, then its extensions.
    fn verdicts(&self, row: &Historical) -> Vec<(ClockRule, Verdict)> {
        let start = row.clock_start.unwrap_or(row.received_at);
        let on = self.measure.unwrap_or_else(|| start.date());
        let anonymous = row.person.name.is_none();
        let situation = Situation { kind: row.matter, source: row.origin, anonymous };
        let planned = self.law.starting(&situation, regulation::Milestone::Received, start, on);
        let first = planned.into_iter().find(|plan| plan.stop == ANSWER);
        let mut next = first.and_then(|plan| self.law.rules.clock(&plan.rule));
        let mut verdicts = Vec::new();
        while let Some(rule) = next
            && verdicts.len() <= EXTENSIONS_MAX
        {
            verdicts.push((rule.clone(), self.judge(rule, start, row, verdicts.is_empty())));
            next = self.law.rules.extension(rule.id(), on).map(|step| step.clock);
        }
        verdicts
    }

    fn judge(&self, rule: &ClockRule, start: Timestamp, row: &Historical, is_first: bool) -> Verdict {
        match (row.answered_at, row.timely) {
            (Some(answered), _) => {
                let due = self.law.calendar.run_out(start, rule.body.period, rule.body.roll, &[]).due;
                if answered <= due { Verdict::Met } else { Verdict::Missed }
            }
            // In time for the ordinary limit is in time for every longer one; late may still be within an extension.
            (None, Some(true)) => Verdict::Met,
            (None, Some(false)) if is_first => Verdict::Missed,
            (None, Some(false) | None) => Verdict::Unknown,
        }
    }
}
