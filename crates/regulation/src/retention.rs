//! Until when something is kept. Says the date only; deleting and locking are done elsewhere.

use kernel::{Date, calendar::Period};

use crate::RetentionRule;

/// How long something must be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Keep {
    /// Up to and including this day.
    Until(Date),
    /// As long as the dispute lasts; what follows is known when it ends.
    WhileDisputed,
}

/// Whether there is a dispute about what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dispute {
    /// There never was one.
    Never,
    /// There is one.
    Open,
    /// The last one ended on this day.
    Ended(Date),
}

impl RetentionRule {
    /// Until when this rule asks to keep what the period began for on `start`.
    pub fn keep(&self, start: Date, dispute: Dispute) -> Keep {
        let plain = last_day(self.body.keep, start);
        match dispute {
            Dispute::Never => Keep::Until(plain),
            Dispute::Open if self.body.until_resolved || self.body.after_dispute.is_some() => Keep::WhileDisputed,
            Dispute::Open => Keep::Until(plain),
            Dispute::Ended(end) => {
                let after = self.body.after_dispute.map(|period| last_day(period, end));
                let resolved = self.body.until_resolved.then_some(end);
                Keep::Until(plain.max(after.unwrap_or(plain)).max(resolved.unwrap_or(plain)))
            }
        }
    }
}

/// The longest of several rules; each comes with the day its own period began. `None` when there is no rule.
pub fn longest<'a>(rules: impl IntoIterator<Item = (&'a RetentionRule, Date)>, dispute: Dispute) -> Option<Keep> {
    rules.into_iter().map(|(rule, start)| rule.keep(start, dispute)).max()
}

/// Retention periods are in months and years, which the loader makes sure of.
fn last_day(period: Period, start: Date) -> Date {
    period.last_date(start).unwrap_or(Date::MAX)
}
